"""A full disk, said in words: what could not be written, and how to go on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from speccom.problem import Problem

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file has grown to the largest size that is allowed here",
}


def is_full(error: OSError) -> bool:
    """Whether something could not be written for want of room."""
    return error.errno in _WORDS


def full_disk(error: OSError, place: Path, mend: str) -> Problem:
    """Return what to say of it. `place` is where it happened if the error does not say."""
    return Problem(_WORDS[error.errno or 0], where=str(error.filename or place), mend=mend)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name the file in an error of writing it: Arrow's own errors do not."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = str(path)
        raise
