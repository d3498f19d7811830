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
    begin(folder, home, "resume", str(folder))


def begin(folder: Path, home: Path, *words: str) -> None:
    """Start a command in a process of its own, which is said in a folder to be at work."""
    with (home / _LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "speccom", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "SPECCOM_HOME": str(home)},
        )
    hand_over(folder, process.pid)
    Thread(target=process.wait, daemon=True).start()  # so that it leaves no entry when it ends
