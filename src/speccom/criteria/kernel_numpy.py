"""The bit tables run in NumPy: works wherever the product does, and is the measure of the faster ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from speccom.criteria.bit_tables import Words
from speccom.criteria.columns import BoundBatch, BoundList

RECORDS_AT_ONCE = 8_192
"""So many records' bits stay in the processor's cache while every slot is applied."""


def and_of_rows(batch: BoundBatch) -> Words:
    """Return each record's bits before settling, (records, words)."""
    bits = np.empty((batch.rows, len(batch.start)), dtype=np.uint64)
    rows_of_ids = [scalar.table[scalar.numbers] for scalar in batch.scalars]
    decides = [codes.decides for codes in batch.lists]
    for first in range(0, batch.rows, RECORDS_AT_ONCE):
        block = bits[first : first + RECORDS_AT_ONCE]
        block[:] = batch.start
        for scalar, rows in zip(batch.scalars, rows_of_ids, strict=True):
            block &= rows[scalar.ids[first : first + len(block)]]
        for codes, decided in zip(batch.lists, decides, strict=True):
            if (np.bitwise_or.reduce(block, axis=0) & decided).any():
                _apply(codes, block, codes.offsets[first : first + len(block) + 1])
    return bits


def _apply(codes: BoundList, block: Words, offsets: npt.NDArray[np.int64]) -> None:
    numbers = codes.numbers[codes.ids[offsets[0] : offsets[-1]]]
    positions = offsets - offsets[0]
    if codes.skips_first:
        numbers[positions[:-1][np.diff(positions) > 0]] = 0
    telling = np.flatnonzero(numbers)
    records = np.searchsorted(positions, telling, side="right") - 1
    new = np.ones(len(records), dtype=np.bool_)
    new[1:] = records[1:] != records[:-1]
    starts = np.flatnonzero(new)
    found, numbers = records[starts], numbers[telling]
    if len(found) == 0:
        block &= codes.free
        return
    told = block[found]
    told &= np.bitwise_or.reduceat(codes.provides[numbers], starts, axis=0) | codes.free
    told &= ~np.bitwise_or.reduceat(codes.forbids[numbers], starts, axis=0)
    block &= codes.free
    block[found] = told
