"""A folder that is made whole or not at all, by one process at a time; others wait for it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from speccom.activity.disk_full import full_disk, is_full
from speccom.problem import Problem


@contextmanager
def made_once(folder: Path) -> Iterator[Path]:
    """Give a folder to fill, which becomes `folder` at the end, in place of what was there.

    Nothing is left of it where it cannot be filled. Raises Problem where the disk does not let it.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    try:
        held = _held(partial)
        try:
            for left in partial.iterdir():
                shutil.rmtree(left) if left.is_dir() else left.unlink()
            yield partial
            if partial.exists():
                shutil.rmtree(folder, ignore_errors=True)
                partial.replace(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
            os.close(held)
    except OSError as error:
        if is_full(error):
            raise full_disk(error, folder.parent, "Make room, and try the edit again") from error
        raise Problem(
            f"the run's workings cannot be kept ({error.strerror or error})",
            where=str(error.filename or folder),
            mend="Name a place that you may write to with --workings",
        ) from error


def _held(partial: Path) -> int:
    """Hold a folder, made if need be, once no other process does; what was held may be gone by then."""
    while True:
        partial.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            held = os.open(partial, os.O_RDONLY)
        except FileNotFoundError:
            continue
        with suppress(OSError):  # some file systems cannot lock a folder
            fcntl.flock(held, fcntl.LOCK_EX)
        if partial.exists() and partial.stat().st_ino == os.fstat(held).st_ino:
            return held
        os.close(held)
