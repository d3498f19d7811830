"""Columns of numbers kept on disk while a run works, so that its memory does not grow with its rows."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", bound=np.generic)


class ScratchColumn(Generic[Number]):
    """One number a row in a file; stretches may be written and read in any order and from any thread."""

    def __init__(self, path: Path, kind: type[Number], *, anew: bool = True) -> None:
        self.dtype = np.dtype(kind)
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | (os.O_TRUNC if anew else 0), 0o600)

    def write(self, start: int, values: npt.NDArray[Number]) -> None:
        """Write the values of the rows from `start` on."""
        data = np.ascontiguousarray(values, dtype=self.dtype).view(np.uint8).data
        place = start * self.dtype.itemsize
        while data:
            written = os.pwrite(self._file, data, place)
            data = data[written:]
            place += written

    def read(self, start: int, count: int) -> npt.NDArray[Number]:
        """Read the values of `count` rows from `start` on."""
        data = os.pread(self._file, count * self.dtype.itemsize, start * self.dtype.itemsize)
        values: npt.NDArray[Number] = np.frombuffer(data, dtype=self.dtype)
        return values

    def checksum(self, start: int, count: int) -> int:
        """Return a checksum of `count` rows from `start` on, as they now stand."""
        return zlib.crc32(os.pread(self._file, count * self.dtype.itemsize, start * self.dtype.itemsize))

    def close(self, *, remove: bool = True) -> None:
        """Close the file, and remove it unless its numbers are still wanted."""
        os.close(self._file)
        if remove:
            self.path.unlink(missing_ok=True)


class Scratch:
    """The scratch columns of one run. Unless they are `kept`, all go when it ends, however it ends."""

    def __init__(self, folder: Path, *, kept: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.kept = kept
        self.columns: list[ScratchColumn[Any]] = []

    def column(self, name: str, kind: type[Number]) -> ScratchColumn[Number]:
        """Return a new column, or the one that an earlier run kept."""
        column = ScratchColumn(self.folder / f"{name}.scratch", kind, anew=not self.kept)
        self.columns.append(column)
        return column

    def __enter__(self) -> Scratch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for column in self.columns:
            column.close(remove=not self.kept)
        if not self.kept and not any(self.folder.iterdir()):
            self.folder.rmdir()
