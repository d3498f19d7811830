"""The bit tables run in NumPy: works wherever the product does, and is the measure of the faster ones."""

from __future__ import annotations

from functools import reduce

import numpy as np
import numpy.typing as npt

from speccom.criteria.binding import BoundBatch, BoundGroup, BoundList
from speccom.criteria.bit_tables import Words
from speccom.criteria.columns import Ids

RECORDS_AT_ONCE = 32_768
"""So many records' bits stay in the processor's cache while every slot is applied; with fewer, several
threads spend more time on taking turns."""


def telling(batch: BoundBatch) -> tuple[npt.NDArray[np.int64], Words]:
    """Return the records that keep any bit before settling, (told,), and their bits, (told, words)."""
    found = [_of_block(batch, first) for first in range(0, batch.rows, RECORDS_AT_ONCE)]
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros((0, batch.words), dtype=np.uint64)
    return np.concatenate([records for records, _ in found]), np.concatenate([bits for _, bits in found])


def _of_block(batch: BoundBatch, first: int) -> tuple[npt.NDArray[np.int64], Words]:
    last = min(first + RECORDS_AT_ONCE, batch.rows)
    bits, *others = (group.table.take(_places(group, first, last), axis=0) for group in batch.groups)
    for other in others:
        bits &= other
    for codes in batch.lists:
        _apply(codes, bits, codes.offsets[first : last + 1])
    records = np.flatnonzero(reduce(np.bitwise_or, bits.T))
    return records + first, bits[records]


def _places(group: BoundGroup, first: int, last: int) -> npt.NDArray[np.int32]:
    """Return each record's row in the table that the group's slots share."""
    places: npt.NDArray[np.int32] = np.zeros(last - first, dtype=np.int32)
    for part in group.parts:
        if part.offsets is None:
            places += _taken(part.numbers, part.ids[first:last])
        else:
            places += _taken(part.numbers, _first_codes(part.ids, part.offsets[first : last + 1]))
    return places


def _taken(numbers: Ids, ids: Ids) -> Ids:
    """Return the numbers at some ids, of which -1 wraps to the last: NumPy does so faster than by index."""
    return numbers.take(ids, mode="wrap")


def _first_codes(ids: Ids, offsets: Ids) -> Ids:
    starts, ends = offsets[:-1], offsets[1:]
    return np.where(starts < ends, np.take(ids, starts, mode="clip"), np.int32(-1))


def _apply(codes: BoundList, block: Words, offsets: Ids) -> None:
    numbers = _taken(codes.numbers, codes.ids[offsets[0] : offsets[-1]])
    positions = offsets - offsets[0]
    tells = numbers != 0
    before = np.zeros(len(numbers) + 1, dtype=np.int32)
    np.cumsum(tells, out=before[1:])
    starts = before[positions]
    counts = np.diff(starts)
    if codes.first_rows:
        firsts = positions[:-1][counts > 0]
        numbers[firsts[tells[firsts]]] += codes.first_rows
    # One more, for the records after the last code that tells anything.
    numbers = np.append(numbers[np.flatnonzero(tells)], np.int32(0))
    provides = codes.provides | codes.free
    alone = provides & ~codes.forbids
    masks = alone.take(np.where(counts > 0, numbers[starts[:-1]], np.int32(0)), axis=0)
    several = np.flatnonzero(counts > 1)
    masks[several] = _together(provides, codes.forbids, numbers, starts[several], counts[several])
    block &= masks


def _together(provides: Words, forbids: Words, numbers: Ids, starts: Ids, counts: Ids) -> Words:
    """Return what two rows or more leave together; a record's numbers lie from `starts`, and are `counts`."""
    first, second = numbers[starts], numbers[starts + 1]
    provided, forbidden = provides[first] | provides[second], forbids[first] | forbids[second]
    nth = 2
    while len(having := np.flatnonzero(counts > nth)):
        rows = numbers[starts[having] + nth]
        provided[having] |= provides[rows]
        forbidden[having] |= forbids[rows]
        nth += 1
    return provided & ~forbidden
