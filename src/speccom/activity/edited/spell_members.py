"""Which records share a spell: only spells of several records need be known, for one alone is its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from speccom.activity.edited.number_file import NumberWriter
from speccom.activity.encode import ActivityReader
from speccom.activity.row_ids import Hashes
from speccom.activity.scratch import ScratchColumn

ROWS_AT_ONCE = 8_000_000
"""Hashes sorted at a time by all threads; a longer run is sorted in more parts."""

_HALF = np.uint64(32)

Rows = npt.NDArray[np.int64]


def find_spells(
    reader: ActivityReader,
    hashed: tuple[ScratchColumn[np.uint64], ScratchColumn[np.uint64]],
    folder: Path,
    threads: int,
) -> dict[str, str]:
    """Write `spell` (a number for each row, nought where no other row shares its spell), `members` (the
    rows of spell 1, then those of spell 2, and so on) and `starts` (where each spell's members begin).

    Returns the types of the files.
    """
    parts = -(-max(reader.rows, 1) // ROWS_AT_ONCE) * threads
    members, starts = NumberWriter(folder / "members"), NumberWriter(folder / "starts")
    spell = _blank(folder / "spell", reader.rows)
    starts.append(np.zeros(1, dtype=np.int64))
    count = 0
    with ThreadPoolExecutor(threads) as several:
        for rows, firsts in several.map(lambda part: _shared(reader, hashed, part, parts), range(parts)):
            sizes = np.diff(np.append(firsts, len(rows)))
            spell[rows] = np.repeat(np.arange(count + 1, count + 1 + len(firsts)), sizes)
            starts.append(np.cumsum(sizes) + members.rows)
            members.append(rows)
            count += len(firsts)
    return {"spell": "uint32", "members": members.close(), "starts": starts.close()}


def _blank(path: Path, rows: int) -> npt.NDArray[np.uint32]:
    """Return noughts in a file; stretches that stay so take no room on most disks."""
    if rows == 0:
        path.touch()
        return np.zeros(0, dtype=np.uint32)
    return np.memmap(path, dtype=np.uint32, mode="w+", shape=(rows,))


def _shared(
    reader: ActivityReader,
    hashed: tuple[ScratchColumn[np.uint64], ScratchColumn[np.uint64]],
    part: int,
    parts: int,
) -> tuple[Rows, Rows]:
    """Return the rows of the spells of several records in one part of the hashes, and where each begins."""
    rows, first, second = _part(reader, hashed, part, parts)
    order = np.argsort(first, kind="stable")
    first, second = first[order], second[order]
    same = first[1:] == first[:-1]
    if (same & (second[1:] != second[:-1])).any():
        again = np.lexsort((second, first))
        order, first, second = order[again], first[again], second[again]
        same = (first[1:] == first[:-1]) & (second[1:] == second[:-1])
    shared = np.zeros(len(order), dtype=np.bool_)
    shared[1:] |= same
    shared[:-1] |= same
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = ~same
    return rows[order[shared]], np.flatnonzero(begins[shared])


def _part(
    reader: ActivityReader,
    hashed: tuple[ScratchColumn[np.uint64], ScratchColumn[np.uint64]],
    part: int,
    parts: int,
) -> tuple[Rows, Hashes, Hashes]:
    kept: list[tuple[Rows, Hashes, Hashes]] = []
    for chunk in reader.chunks:
        first = hashed[0].read(chunk.start, chunk.rows)
        part_of = (first >> _HALF) * np.uint64(parts) >> _HALF
        mine = np.flatnonzero((part_of == part) & (first != 0))
        kept.append((mine + chunk.start, first[mine], hashed[1].read(chunk.start, chunk.rows)[mine]))
    if not kept:
        none = np.zeros(0, dtype=np.uint64)
        return np.zeros(0, dtype=np.int64), none, none
    rows, first, second = (np.concatenate(each) for each in zip(*kept, strict=True))
    return rows, first, second
