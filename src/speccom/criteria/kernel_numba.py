"""The bit tables run in compiled code, one record at a time: the fastest way on one machine.

Import fails where Numba is not installed; `speccom.criteria.kernel` then falls back to NumPy.
"""

from __future__ import annotations

import numba
import numpy as np
from numba import types

from speccom.criteria.bit_tables import Words
from speccom.criteria.columns import BoundBatch

_BITS = types.Array(types.uint64, 2, "C")
_TABLE = types.Array(types.uint64, 2, "C", readonly=True)
_WORDS = types.Array(types.uint64, 1, "C", readonly=True)
_OFFSETS = types.Array(types.int64, 1, "C", readonly=True)
_IDS = types.Array(types.int32, 1, "C", readonly=True)

RECORDS_AT_ONCE = 16_384
"""So many records' bits stay in the processor's cache while every slot is applied."""


def and_of_rows(batch: BoundBatch) -> Words:
    """Return each record's bits before settling, (records, words)."""
    bits = np.empty((batch.rows, len(batch.start)), dtype=np.uint64)
    decides = [codes.decides for codes in batch.lists]
    for first in range(0, batch.rows, RECORDS_AT_ONCE):
        last = min(first + RECORDS_AT_ONCE, batch.rows)
        block = bits[first:last]
        block[:] = batch.start
        for scalar in batch.scalars:
            _and_scalar(block, scalar.table, scalar.numbers, scalar.ids[first:last])
        for codes, decided in zip(batch.lists, decides, strict=True):
            _and_list(
                block,
                decided,
                codes.provides,
                codes.forbids,
                codes.free,
                codes.offsets[first : last + 1],
                codes.numbers,
                codes.ids,
                codes.skips_first,
            )
    return bits


@numba.njit(types.void(_BITS, _TABLE, _IDS, _IDS), nogil=True, cache=True)
def _and_scalar(bits, table, numbers, ids):  # type: ignore[no-untyped-def]
    words = bits.shape[1]
    for record in range(bits.shape[0]):
        row = numbers[ids[record]]
        for word in range(words):
            bits[record, word] &= table[row, word]


@numba.njit(
    types.void(_BITS, _WORDS, _TABLE, _TABLE, _WORDS, _OFFSETS, _IDS, _IDS, types.boolean),
    nogil=True,
    cache=True,
)
def _and_list(bits, decides, provides, forbids, free, offsets, numbers, ids, skips_first):  # type: ignore[no-untyped-def]
    words = bits.shape[1]
    provided = np.empty(words, dtype=np.uint64)
    forbidden = np.empty(words, dtype=np.uint64)
    for record in range(bits.shape[0]):
        alive = np.uint64(0)
        for word in range(words):
            alive |= bits[record, word] & decides[word]
            provided[word] = free[word]
            forbidden[word] = np.uint64(0)
        if alive == 0:
            continue
        for position in range(offsets[record] + np.int64(skips_first), offsets[record + 1]):
            row = numbers[ids[position]]
            if row != 0:
                for word in range(words):
                    provided[word] |= provides[row, word]
                    forbidden[word] |= forbids[row, word]
        for word in range(words):
            bits[record, word] &= provided[word] & ~forbidden[word]
