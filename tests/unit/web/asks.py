"""A process of the service that is asked: `python -m tests.unit.web.asks TIMES` prints how often it answered.

They are one visitor's, and all in the same minute.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import time_machine

from speccom.web.start import start

start(Path(os.environ["SPECCOM_HOME"]), demonstration=False)

from django.test import Client  # noqa: E402

NOON = datetime(2026, 11, 23, 12, 0, 10, tzinfo=UTC)

with time_machine.travel(NOON, tick=False):
    client = Client(HTTP_HOST="localhost")
    print(sum(client.get("/about").status_code == 200 for _ in range(int(sys.argv[1]))))
