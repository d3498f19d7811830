"""The bit tables run in compiled code, one record at a time: the fastest way on one machine.

Import fails where Numba is not installed; `speccom.criteria.kernel` then falls back to NumPy.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt
from numba import types

from speccom.criteria.binding import BoundBatch
from speccom.criteria.bit_tables import Words

_BITS = types.Array(types.uint64, 2, "C")
_TABLE = types.Array(types.uint64, 2, "C", readonly=True)
_WORDS = types.Array(types.uint64, 1, "C", readonly=True)
_IDS = types.Array(types.int32, 1, "C", readonly=True)
_PLACES = types.Array(types.int32, 1, "C")
_RECORDS = types.Array(types.int64, 1, "C")

RECORDS_AT_ONCE = 4_096
"""So many records' bits stay in the processor's cache while every slot is applied."""


def telling(batch: BoundBatch) -> tuple[npt.NDArray[np.int64], Words]:
    """Return the records that keep any bit before settling, (told,), and their bits, (told, words)."""
    words = len(batch.start)
    records = np.empty(batch.rows, dtype=np.int64)
    told = np.empty((batch.rows, words), dtype=np.uint64)
    bits = np.empty((min(RECORDS_AT_ONCE, batch.rows), words), dtype=np.uint64)
    places = np.empty(len(bits), dtype=np.int32)
    count = 0
    for first in range(0, batch.rows, RECORDS_AT_ONCE):
        last = min(first + RECORDS_AT_ONCE, batch.rows)
        block = bits[: last - first]
        block[:] = batch.start
        for group in batch.groups:
            mine = places[: last - first]
            mine[:] = 0
            for numbers, ids in group.parts:
                _add(mine, numbers, ids[first:last])
            _and_rows(block, group.table, mine)
        for codes in batch.lists:
            _and_codes(
                block,
                codes.provides,
                codes.forbids,
                codes.free,
                codes.offsets[first : last + 1],
                codes.numbers,
                codes.ids,
                codes.skips_first,
            )
        count = _keep(block, first, records, told, count)
    return records[:count], told[:count]


@numba.njit(types.void(_PLACES, _IDS, _IDS), nogil=True, cache=True)
def _add(places, numbers, ids):  # type: ignore[no-untyped-def]
    for record in range(len(places)):
        places[record] += numbers[ids[record]]


@numba.njit(types.void(_BITS, _TABLE, _PLACES), nogil=True, cache=True)
def _and_rows(bits, table, places):  # type: ignore[no-untyped-def]
    words = bits.shape[1]
    for record in range(bits.shape[0]):
        row = places[record]
        for word in range(words):
            bits[record, word] &= table[row, word]


@numba.njit(
    types.void(_BITS, _TABLE, _TABLE, _WORDS, _IDS, _IDS, _IDS, types.boolean), nogil=True, cache=True
)
def _and_codes(bits, provides, forbids, free, offsets, numbers, ids, skips_first):  # type: ignore[no-untyped-def]
    words = bits.shape[1]
    first, last = offsets[0], offsets[len(offsets) - 1]
    # Few codes tell anything: those are sought first, without a branch, and most records are then alike.
    positions = np.empty(last - first + 1, dtype=np.int32)
    rows = np.empty(last - first + 1, dtype=np.int32)
    count = 0
    for position in range(first, last):
        row = numbers[ids[position]]
        positions[count] = position
        rows[count] = row
        count += row != 0
    at = 0
    for record in range(bits.shape[0]):
        end = offsets[record + 1]
        if at < count and positions[at] < end:
            begin = at + (skips_first and positions[at] == offsets[record])
            while at < count and positions[at] < end:
                at += 1
            for word in range(words):
                provided, forbidden = free[word], np.uint64(0)
                for told in range(begin, at):
                    provided |= provides[rows[told], word]
                    forbidden |= forbids[rows[told], word]
                bits[record, word] &= provided & ~forbidden
        else:
            for word in range(words):
                bits[record, word] &= free[word]


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
