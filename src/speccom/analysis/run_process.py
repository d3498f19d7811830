"""Runs in processes of their own, which go on when the pages are served no longer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

from speccom.activity.at_work import hand_over

_LOG = "runs.log"


def take_up(folder: Path, home: Path) -> None:
    """Start a process that goes on with the order in a run's folder."""
    with (home / _LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "speccom", "resume", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "SPECCOM_HOME": str(home)},
        )
    hand_over(folder, process.pid)
    Thread(target=process.wait, daemon=True).start()  # so that it leaves no entry when it ends
