"""Starting the product as a person does, by its command, and knowing its address."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STARTS_WITHIN = 60


@dataclass
class Served:
    """A running product."""

    process: subprocess.Popen[str]
    home: Path
    address: str = ""

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "speccom", *words]


def environment(home: Path, rulebooks: Path | None = None) -> dict[str, str]:
    values = {**os.environ, "SPECCOM_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    values["SPECCOM_REQUESTS_A_MINUTE"] = "0"  # tests ask faster than people do
    values.pop("SPECCOM_RULEBOOKS", None)
    values.pop("DJANGO_SETTINGS_MODULE", None)
    if rulebooks:
        values["SPECCOM_RULEBOOKS"] = str(rulebooks)
    return values


@contextmanager
def served(
    home: Path, *words: str, port: int | None = None, rulebooks: Path | None = None
) -> Iterator[Served]:
    """Serve a home while the block runs."""
    process = subprocess.Popen(
        command("serve", "--port", str(port or free_port()), *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(home, rulebooks),
    )
    running = Served(process, home)
    try:
        running.address = _address(process)
        yield running
    finally:
        running.stop()


def _address(process: subprocess.Popen[str]) -> str:
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout
        for line in process.stdout:
            lines.put(line)

    threading.Thread(target=read, daemon=True).start()
    said = ""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and (process.poll() is None or not lines.empty()):
        try:
            said += lines.get(timeout=0.2)
        except queue.Empty:
            continue
        if "running at http" in said:
            return said.split("running at ")[1].split()[0].rstrip("/")
    raise AssertionError(f"it did not start: {said}")
