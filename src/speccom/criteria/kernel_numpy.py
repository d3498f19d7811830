"""The bit tables run in NumPy: works wherever the product does, and is the measure of the faster ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from speccom.criteria.binding import BoundBatch, BoundGroup, BoundList
from speccom.criteria.bit_tables import Words

RECORDS_AT_ONCE = 16_384
"""So many records' bits stay in the processor's cache while every slot is applied."""


def telling(batch: BoundBatch) -> tuple[npt.NDArray[np.int64], Words]:
    """Return the records that keep any bit before settling, (told,), and their bits, (told, words)."""
    found = [_of_block(batch, first) for first in range(0, batch.rows, RECORDS_AT_ONCE)]
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros((0, len(batch.start)), dtype=np.uint64)
    return np.concatenate([records for records, _ in found]), np.concatenate([bits for _, bits in found])


def _of_block(batch: BoundBatch, first: int) -> tuple[npt.NDArray[np.int64], Words]:
    last = min(first + RECORDS_AT_ONCE, batch.rows)
    bits = np.empty((last - first, len(batch.start)), dtype=np.uint64)
    bits[:] = batch.start
    for group in batch.groups:
        bits &= group.table.take(_places(group, first, last), axis=0)
    for codes in batch.lists:
        _apply(codes, bits, codes.offsets[first : last + 1])
    held = bits[:, 0] if bits.shape[1] == 1 else np.bitwise_or.reduce(bits, axis=1)
    records = np.flatnonzero(held)
    return records + first, bits[records]


def _places(group: BoundGroup, first: int, last: int) -> npt.NDArray[np.int32]:
    """Return each record's row in the table that the group's slots share."""
    places: npt.NDArray[np.int32] = np.zeros(last - first, dtype=np.int32)
    for numbers, ids in group.parts:
        places += numbers[ids[first:last]]
    return places


def _apply(codes: BoundList, block: Words, offsets: npt.NDArray[np.int32]) -> None:
    numbers = codes.numbers[codes.ids[offsets[0] : offsets[-1]]]
    positions = offsets - offsets[0]
    if codes.skips_first:
        numbers[positions[:-1][np.diff(positions) > 0]] = 0
    places = np.flatnonzero(numbers)
    records = np.searchsorted(positions, places, side="right") - 1
    new = np.ones(len(records), dtype=np.bool_)
    new[1:] = records[1:] != records[:-1]
    starts = np.flatnonzero(new)
    found, numbers = records[starts], numbers[places]
    if len(found) == 0:
        block &= codes.free
        return
    told = block[found]
    told &= np.bitwise_or.reduceat(codes.provides[numbers], starts, axis=0) | codes.free
    told &= ~np.bitwise_or.reduceat(codes.forbids[numbers], starts, axis=0)
    block &= codes.free
    block[found] = told
