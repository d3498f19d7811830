"""Who works on a run: a note in its folder, renewed every second, by which a dead process is known.

The same look at the folder finds a request to stop.
"""

from __future__ import annotations

import json
import os
import platform
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

WORKING = "working.json"
STOP = "stop"
_SECONDS_BETWEEN_BEATS = 1.0
_SILENT_FOR = timedelta(seconds=60)
"""A process that cannot be looked at, on another machine, is taken for dead after so long a silence."""
_STAT, _BOOT = Path("/proc/{}/stat"), Path("/proc/sys/kernel/random/boot_id")
_STATE, _START = 0, 19
"""Places, after the name in parentheses, of a process's state and of the time of its start."""
_DEAD = "ZXx"
"""States of a process that has ended, and of which its parent was not told yet."""


@dataclass(frozen=True)
class Worker:
    """The process that works on a run. `began` marks its start, so that its number used again is no other's.

    `machine` and `began` are empty where the system does not tell them.
    """

    process: int
    machine: str
    began: str
    beat: str

    @property
    def in_words(self) -> str:
        """Which process it is."""
        return f"process {self.process}{f' on {self.machine}' if self.machine else ''}"


def worker_on(folder: Path, now: datetime | None = None) -> Worker | None:
    """Return the living process that works on a run; None where there is none."""
    try:
        note = json.loads((folder / WORKING).read_bytes())
        worker = Worker(int(note["process"]), str(note["machine"]), str(note["began"]), str(note["beat"]))
        beat = datetime.fromisoformat(worker.beat)
        silent = (now or datetime.now(UTC)) - beat > _SILENT_FOR
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if worker.machine != platform.node():
        return None if silent else worker
    began = _began(worker.process)
    if worker.began and began is not None:
        return worker if began == worker.began else None
    return None if silent or not _is_there(worker.process) else worker


def hand_over(folder: Path, process: int) -> None:
    """Leave word that a process, just begun, is to work on a run; an older request to stop is not for it."""
    (folder / STOP).unlink(missing_ok=True)
    _write(folder, process)


def is_mine(worker: Worker | None) -> bool:
    """Whether it is this very process that works on a run."""
    return worker is not None and worker.process == os.getpid() and worker.machine == platform.node()


def begin_work(folder: Path, asked: threading.Event) -> Callable[[], None]:
    """Leave word that this process works on a run, until what is returned is called.

    `asked` is set once the folder holds a request to stop.
    """
    ended = threading.Event()
    beat = threading.Thread(target=_beat, args=(folder, ended, asked), name="heartbeat", daemon=True)
    _write(folder, os.getpid())
    beat.start()

    def end() -> None:
        ended.set()
        beat.join(timeout=10)
        (folder / WORKING).unlink(missing_ok=True)

    return end


def ask_to_stop(folder: Path) -> None:
    """Leave a request that whoever works on a run stops, so that it can be gone on with."""
    (folder / STOP).touch()


def _beat(folder: Path, ended: threading.Event, asked: threading.Event) -> None:
    while not ended.wait(_SECONDS_BETWEEN_BEATS):
        try:
            if (folder / STOP).exists():
                asked.set()
            _write(folder, os.getpid())
        except OSError:  # a full disk ends the run by itself, where it matters
            continue


def _write(folder: Path, process: int) -> None:
    beat = datetime.now(UTC).isoformat(timespec="seconds")
    worker = Worker(process, platform.node(), _began(process) or "", beat)
    partial = folder / f"{WORKING}.partial"
    partial.write_text(json.dumps(asdict(worker)), encoding="utf-8")
    partial.replace(folder / WORKING)


def _began(process: int) -> str | None:
    """Return what marks a process's start, empty where there is no such process; None where none can tell."""
    if not _BOOT.exists():
        return None
    try:
        stat = Path(str(_STAT).format(process)).read_text(encoding="utf-8", errors="replace")
        fields = stat.rpartition(")")[2].split()
        return "" if fields[_STATE] in _DEAD else f"{_BOOT.read_text().strip()} {fields[_START]}"
    except (OSError, IndexError):
        return ""


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
