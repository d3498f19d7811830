"""The bit tables run in compiled code, one record at a time: the fastest way on one machine.

Import fails where Numba is not installed; `speccom.criteria.kernel` then falls back to NumPy.
"""

from __future__ import annotations

import numba
import numpy as np

from speccom.criteria.bit_tables import Words
from speccom.criteria.columns import BoundBatch


def and_of_rows(batch: BoundBatch) -> Words:
    """Return each record's bits before settling, (records, words)."""
    bits = np.empty((batch.rows, len(batch.start)), dtype=np.uint64)
    bits[:] = batch.start
    for scalar in batch.scalars:
        _and_scalar(bits, scalar.table, scalar.ids)
    for codes in batch.lists:
        _and_list(bits, codes.provides, codes.forbids, codes.free, codes.offsets, codes.ids)
    return bits


_SIGNATURE_SCALAR = "void(u8[:, ::1], u8[:, ::1], i4[::1])"
_SIGNATURE_LIST = "void(u8[:, ::1], u8[:, ::1], u8[:, ::1], u8[::1], i8[::1], i4[::1])"


@numba.njit(_SIGNATURE_SCALAR, nogil=True, cache=True)
def _and_scalar(bits, table, ids):  # type: ignore[no-untyped-def]
    words = bits.shape[1]
    for record in range(bits.shape[0]):
        row = ids[record]
        for word in range(words):
            bits[record, word] &= table[row, word]


@numba.njit(_SIGNATURE_LIST, nogil=True, cache=True)
def _and_list(bits, provides, forbids, free, offsets, ids):  # type: ignore[no-untyped-def]
    words = bits.shape[1]
    provided = np.empty(words, dtype=np.uint64)
    forbidden = np.empty(words, dtype=np.uint64)
    for record in range(bits.shape[0]):
        alive = np.uint64(0)
        for word in range(words):
            alive |= bits[record, word]
        if alive == 0:
            continue
        for word in range(words):
            provided[word] = free[word]
            forbidden[word] = np.uint64(0)
        for position in range(offsets[record], offsets[record + 1]):
            row = ids[position]
            if row == 0:
                continue
            for word in range(words):
                provided[word] |= provides[row, word]
                forbidden[word] |= forbids[row, word]
        for word in range(words):
            bits[record, word] &= provided[word] & ~forbidden[word]
