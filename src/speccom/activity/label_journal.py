"""Which stretches of activity have their labels on disk: a line for each, added when it is whole.

A stopped run goes on from these lines. A line proves itself by a digest, and what it speaks of by checksums,
so that one half written, or written before its numbers reached the disk, counts for nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from speccom.activity.doubts import Doubtful
from speccom.activity.lines import LineBook

_JOURNAL = "labelled.journal"
_DIGITS = 32


@dataclass(frozen=True)
class Labelled:
    """A stretch whose labels are on disk: checksums of its numbers, a column each, and what is doubtful."""

    chunk: int
    checksums: list[int]
    doubtful: Doubtful


class LabelJournal:
    """The journal of one run. Its lines also hold the sets of lines that labels number, in their order."""

    def __init__(self, folder: Path, book: LineBook) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.book = book
        self.labelled: dict[int, Labelled] = {}
        self._lock = threading.Lock()
        self._file = os.open(folder / _JOURNAL, os.O_RDWR | os.O_CREAT, 0o600)
        self._path = folder / _JOURNAL
        self._sets = 0
        self._read()

    def add(self, labelled: Labelled) -> None:
        """Add a stretch: all its numbers are written by now."""
        with self._lock:
            sets = self.book.numbered()
            entry = {"sets": sets[self._sets :], "labelled": asdict(labelled)}
            _write_all(self._file, _line(entry))
            self._sets = len(sets)

    def __enter__(self) -> LabelJournal:
        return self

    def __exit__(self, *how: object) -> None:
        os.close(self._file)

    def _read(self) -> None:
        """Take up the whole lines, and cut off what comes after them."""
        whole = 0
        for entry, length in _entries(self._path.read_bytes()):
            try:
                labelled = _labelled(entry["labelled"])
                self.book.number(entry["sets"])
            except (KeyError, TypeError, ValueError):
                break
            self.labelled[labelled.chunk] = labelled
            whole += length
        os.ftruncate(self._file, whole)
        os.lseek(self._file, whole, os.SEEK_SET)
        self._sets = len(self.book.numbered())


def _line(entry: dict[str, Any]) -> bytes:
    text = json.dumps(entry).encode()
    return _digest(text) + b" " + text + b"\n"


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:_DIGITS].encode()


def _entries(journal: bytes) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield what each line says, and its length, up to the first that is not whole."""
    for line in journal.splitlines(keepends=True):
        digest, _, text = line.partition(b" ")
        if not text.endswith(b"\n") or _digest(text[:-1]) != digest:
            return
        yield json.loads(text), len(line)


def _labelled(entry: dict[str, Any]) -> Labelled:
    checksums = [int(each) for each in entry["checksums"]]
    return Labelled(int(entry["chunk"]), checksums, Doubtful.read(entry["doubtful"]))


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
