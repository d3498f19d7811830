"""The bit tables run in compiled code, one record at a time: the fastest way on one machine.

Import fails where Numba is not installed; `speccom.criteria.kernel` then falls back to NumPy.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

import numba
import numpy as np
import numpy.typing as npt
from numba import types

from speccom.criteria.binding import BoundBatch
from speccom.criteria.bit_tables import Words


def _spare_blas() -> None:
    """Let Numba take SciPy's linear algebra for granted: it loads all of it only to see that it is there."""
    with suppress(ImportError, AttributeError):
        from numba.np import linalg

        genuine = linalg.ensure_blas
        linalg.ensure_blas = lambda: None
        try:
            import_module("numba.np.arraymath")
        finally:
            linalg.ensure_blas = genuine


_spare_blas()

_BITS = types.Array(types.uint64, 2, "C")
_TABLE = types.Array(types.uint64, 2, "C", readonly=True)
_WORDS = types.Array(types.uint64, 1, "C", readonly=True)
_IDS = types.Array(types.int32, 1, "C", readonly=True)
_PLACES = types.Array(types.int32, 1, "C")
_RECORDS = types.Array(types.int64, 1, "C")

_NONE = np.zeros(0, dtype=np.int32)

RECORDS_AT_ONCE = 4_096
"""So many records' bits stay in the processor's cache while every slot is applied."""


def telling(batch: BoundBatch) -> tuple[npt.NDArray[np.int64], Words]:
    """Return the records that keep any bit before settling, (told,), and their bits, (told, words)."""
    words = batch.words
    records = np.empty(batch.rows, dtype=np.int64)
    told = np.empty((batch.rows, words), dtype=np.uint64)
    bits = np.empty((min(RECORDS_AT_ONCE, batch.rows), words), dtype=np.uint64)
    places = np.empty(len(bits), dtype=np.int32)
    count = 0
    for first in range(0, batch.rows, RECORDS_AT_ONCE):
        last = min(first + RECORDS_AT_ONCE, batch.rows)
        block = bits[: last - first]
        for group in batch.groups:
            mine = places[: last - first]
            mine[:] = 0
            for part in group.parts:
                if part.offsets is None:
                    _add(mine, part.numbers, part.ids[first:last], _NONE)
                else:
                    _add(mine, part.numbers, part.ids, part.offsets[first : last + 1])
            _and_rows(block, group.table, mine, group is batch.groups[0])
        for codes in batch.lists:
            _and_codes(
                block,
                codes.provides,
                codes.forbids,
                codes.free,
                codes.offsets[first : last + 1],
                codes.numbers,
                codes.ids,
                codes.first_rows,
            )
        count = _keep(block, first, records, told, count)
    return records[:count], told[:count]


@numba.njit(types.void(_PLACES, _IDS, _IDS, _IDS), nogil=True, cache=True)
def _add(places, numbers, ids, offsets):  # type: ignore[no-untyped-def]
    if len(offsets) == 0:
        for record in range(len(places)):
            places[record] += numbers[ids[record]]
    else:
        last = len(ids) - 1
        for record in range(len(places)):
            first = offsets[record]
            code = ids[min(first, last)]
            places[record] += numbers[code if first < offsets[record + 1] else -1]


@numba.njit(types.void(_BITS, _TABLE, _PLACES, types.boolean), nogil=True, cache=True)
def _and_rows(bits, table, places, are_first):  # type: ignore[no-untyped-def]
    words = bits.shape[1]
    for record in range(bits.shape[0]):
        row = places[record]
        if are_first:
            for word in range(words):
                bits[record, word] = table[row, word]
        else:
            for word in range(words):
                bits[record, word] &= table[row, word]


@numba.njit(types.void(_BITS, _TABLE, _TABLE, _WORDS, _IDS, _IDS, _IDS, types.int32), nogil=True, cache=True)
def _and_codes(bits, provides, forbids, free, offsets, numbers, ids, first_rows):  # type: ignore[no-untyped-def]
    # Numba looks at every signed index, whether it counts from the end; so these have no sign.
    words = np.uintp(bits.shape[1])
    one = np.uintp(1)
    first, last = np.uintp(offsets[0]), np.uintp(offsets[len(offsets) - 1])
    # Few codes tell anything: those are sought first, without a branch, and most records are then alike.
    positions = np.empty(last - first + one, dtype=np.int32)
    rows = np.empty(last - first + one, dtype=np.int32)
    count = np.uintp(0)
    for position in range(first, last):
        row = numbers[ids[position]]
        positions[count] = position
        rows[count] = row
        count += np.uintp(row != 0)
    positions[count] = last
    at = np.uintp(0)
    for record in range(np.uintp(bits.shape[0])):
        end = offsets[record + one]
        if positions[at] >= end:
            for word in range(words):
                bits[record, word] &= free[word]
            continue
        if positions[at] == offsets[record]:
            rows[at] += first_rows
        begin = at
        at += one
        if positions[at] >= end:
            row = np.uintp(rows[begin])
            for word in range(words):
                bits[record, word] &= (free[word] | provides[row, word]) & ~forbids[row, word]
            continue
        while positions[at] < end:
            at += one
        for word in range(words):
            provided, forbidden = free[word], np.uint64(0)
            for told in range(begin, at):
                row = np.uintp(rows[told])
                provided |= provides[row, word]
                forbidden |= forbids[row, word]
            bits[record, word] &= provided & ~forbidden


@numba.njit(types.int64(_BITS, types.int64, _RECORDS, _BITS, types.int64), nogil=True, cache=True)
def _keep(bits, first, records, told, count):  # type: ignore[no-untyped-def]
    words = bits.shape[1]
    for record in range(bits.shape[0]):
        held = np.uint64(0)
        for word in range(words):
            held |= bits[record, word]
        if held != 0:
            records[count] = first + record
            for word in range(words):
                told[count, word] = bits[record, word]
            count += 1
    return count
