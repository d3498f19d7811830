"""A lock file that at most one living process holds; however the process ends, the lock is free."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Held(Exception):
    """Another process holds the lock; ``note`` is what it wrote into it."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


@contextmanager
def hold(path: Path, note: str) -> Iterator[None]:
    """Hold a lock while the block runs; ``note`` tells others who holds it. Raises Held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise Held(file.read().strip()) from None
        file.truncate(0)
        file.write(note)
        file.flush()
        os.fsync(file.fileno())
        yield


def holder(path: Path) -> str | None:
    """Return what the process that holds a lock wrote into it; None where nobody holds it."""
    try:
        with path.open("r", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return file.read().strip()
    except FileNotFoundError:
        pass
    return None
