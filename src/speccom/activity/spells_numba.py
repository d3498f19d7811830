"""Spells sought in compiled code, one record at a time, where Numba is installed."""

from __future__ import annotations

import numba
import numpy as np
from numba import types

from speccom.activity.row_ids import Hashes
from speccom.activity.spells import MARKS, Found, SpellIndex

_HASHES = types.Array(types.uint64, 1, "C", readonly=True)
_MARKS = types.Array(types.uint8, 1, "C", readonly=True)
_STARTS = types.Array(types.int32, 1, "C", readonly=True)
_ROWS = types.Array(types.int64, 1, "C")
_NUMBERS = types.Array(types.int32, 1, "C")


def sought(index: SpellIndex, first: Hashes, second: Hashes) -> Found:
    """Do what `speccom.activity.spells.sought` does."""
    # One more, for what comes after the last row that is marked.
    rows, numbers = np.empty(len(first) + 1, dtype=np.int64), np.empty(len(first), dtype=np.int32)
    count = _sought(*index, first, second, rows, numbers)
    return rows[:count], numbers[:count]


@numba.njit(
    types.int64(_MARKS, _STARTS, types.int64, _HASHES, _HASHES, _HASHES, _HASHES, _ROWS, _NUMBERS),
    nogil=True,
    cache=True,
)
def _sought(marks, starts, bits, firsts, seconds, first, second, rows, numbers):  # type: ignore[no-untyped-def]
    to_mark, to_place = np.uint64(64 - MARKS), np.uint64(64 - bits)
    one = np.uintp(1)
    # Few rows are marked: those are sought first, without a branch.
    marked = np.uintp(0)
    for row in range(np.uintp(len(first))):
        mark = first[row] >> to_mark
        rows[marked] = row
        marked += np.uintp(marks[mark >> np.uint64(3)] >> (mark & np.uint64(7)) & one)
    count = np.uintp(0)
    for each in range(marked):
        mine = np.uintp(rows[each])
        place = first[mine] >> to_place
        for number in range(np.uintp(starts[place]), np.uintp(starts[place + np.uint64(1)])):
            if firsts[number] == first[mine] and seconds[number] == second[mine]:
                rows[count] = mine
                numbers[count] = number
                count += one
                break
    return count
