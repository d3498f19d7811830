"""The bit tables run in NumPy: works wherever the product does, and is the measure of the faster ones."""

from __future__ import annotations

import numpy as np

from speccom.criteria.bit_tables import Words
from speccom.criteria.columns import BoundBatch, BoundList


def and_of_rows(batch: BoundBatch) -> Words:
    """Return each record's bits before settling, (records, words)."""
    bits = np.broadcast_to(batch.start, (batch.rows, len(batch.start))).copy()
    for scalar in batch.scalars:
        bits &= scalar.table[scalar.ids]
    for codes in batch.lists:
        _apply(codes, bits)
    return bits


def _apply(codes: BoundList, bits: Words) -> None:
    telling = np.flatnonzero(codes.ids)
    records = np.searchsorted(codes.offsets, telling, side="right") - 1
    has_any, starts = np.unique(records, return_index=True)
    numbers = codes.ids[telling]
    provided = np.broadcast_to(codes.free, bits.shape)
    if len(has_any):
        provided = provided.copy()
        provided[has_any] |= np.bitwise_or.reduceat(codes.provides[numbers], starts, axis=0)
    bits &= provided
    if len(has_any) and codes.forbids.any():
        bits[has_any] &= ~np.bitwise_or.reduceat(codes.forbids[numbers], starts, axis=0)
