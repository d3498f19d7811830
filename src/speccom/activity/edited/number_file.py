"""Columns of whole numbers in files of their own, in the narrowest type that holds them, read in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.integer]

_TYPES = tuple(
    np.dtype(kind)
    for kind in (np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.uint64, np.int64)
)


class NumberWriter:
    """Appends numbers to a file; where one does not fit the type so far, what is there is written again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.dtype = _TYPES[0]
        self.rows = 0
        self._low, self._high = 0, 0
        self._file = path.open("wb")

    def append(self, numbers: Whole) -> None:
        """Append some numbers."""
        if len(numbers):
            self._low = min(self._low, int(numbers.min()))
            self._high = max(self._high, int(numbers.max()))
            self._widen()
            np.ascontiguousarray(numbers, dtype=self.dtype).tofile(self._file)
            self.rows += len(numbers)

    def close(self) -> str:
        """Close the file; return the name of its type."""
        self._file.close()
        return self.dtype.name

    def _widen(self) -> None:
        dtype = next(each for each in _TYPES if _holds(each, self._low, self._high))
        if dtype == self.dtype:
            return
        self._file.close()
        old = read_numbers(self.path, self.dtype.name).astype(dtype)
        self._file = self.path.open("wb")
        old.tofile(self._file)
        self.dtype = dtype


def read_numbers(path: Path, dtype: str) -> Whole:
    """Return the numbers of a file, which are read as they are used."""
    if path.stat().st_size == 0:
        return np.zeros(0, dtype=dtype)
    return np.memmap(path, dtype=dtype, mode="r")


def _holds(dtype: np.dtype[Any], low: int, high: int) -> bool:
    room = np.iinfo(dtype)
    return bool(room.min <= low and high <= room.max)
