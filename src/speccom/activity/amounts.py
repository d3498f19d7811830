"""Columns of money and counts, from numbers or from text as people write it, to two places."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.coded import coded
from speccom.activity.layouts import Layout
from speccom.activity.values import Reading, read_amount

AMOUNT = pa.decimal128(18, 2)

# What is told of a fault: the reading, the text, how many rows have it and the first of them.
Tell = Callable[[Reading[Decimal], str, int, int], None]

_PLAIN = r"^[+-]?\d{1,15}(\.\d{1,2}0*)?$"


def convert(array: pa.ChunkedArray, layout: Layout, tell: Tell) -> pa.Array:
    """One amount a row, null where there is none or where it cannot be read; faults are told."""
    whole = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    if pa.types.is_floating(whole.type):
        return _from_floats(whole, layout, tell)
    if pa.types.is_integer(whole.type) or pa.types.is_decimal(whole.type):
        whole = whole.cast(pa.string())
    if pa.types.is_dictionary(whole.type):
        whole = whole.cast(whole.type.value_type)
    if not (pa.types.is_string(whole.type) or pa.types.is_large_string(whole.type)):
        return _one_by_one(whole, layout, tell)
    plain = pc.fill_null(pc.match_substring_regex(whole, _PLAIN), False)
    easy = pc.if_else(plain, whole, pa.scalar(None, whole.type)).cast(AMOUNT)
    if pc.all(plain).as_py():
        return easy
    hard = _one_by_one(pc.if_else(plain, pa.scalar(None, whole.type), whole), layout, tell)
    return pc.coalesce(easy, hard)


def _from_floats(array: pa.Array, layout: Layout, tell: Tell) -> pa.Array:
    sound = pc.fill_null(pc.and_(pc.is_finite(array), pc.less(pc.abs(array), 1e15)), False)
    nothing = pa.scalar(None, array.type)
    easy = pc.if_else(sound, array, nothing).cast(AMOUNT)
    return pc.coalesce(easy, _one_by_one(pc.if_else(sound, nothing, array), layout, tell))


def _one_by_one(array: pa.Array, layout: Layout, tell: Tell) -> pa.Array:
    """Read each distinct text once."""
    source = coded(array)
    readings = [read_amount(text, layout) for text in source.texts]
    for number, count, row in source.occurrences([n for n, reading in enumerate(readings) if reading.kind]):
        tell(readings[number], source.texts[number], count, row)
    meant = pa.array([reading.value for reading in readings] + [None], type=AMOUNT)
    ids = np.where(source.ids < 0, len(readings), source.ids)
    return meant.take(pa.array(ids))
