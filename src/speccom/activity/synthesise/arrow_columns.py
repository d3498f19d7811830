"""Columns of Arrow from numbers of codes, days and pence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from speccom.activity.synthesise.codes import NO_CODE, Numbers
from speccom.activity.synthesise.weighted import Integers

EPOCH = dt.date(1970, 1, 1)
MONEY = pa.decimal128(18, 2)


def texts(numbers: Numbers | Integers, values: Sequence[str]) -> pa.Array:
    """The text of each number; null for NO_CODE."""
    none = numbers == NO_CODE
    known = np.where(none, 0, numbers).astype(np.int32)
    indices = pa.array(known, mask=none) if none.any() else pa.array(known)
    return pa.array(values or [""], pa.string()).take(indices)


def constant(text: str, rows: int) -> pa.Array:
    """The same text in every row."""
    return pa.repeat(pa.scalar(text, pa.string()), rows)


def numbered(prefix: str, numbers: Integers, width: int) -> pa.Array:
    """`prefix` and the number with leading zeros."""
    padded = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), padded, "")


def lists(codes: Numbers, values: Sequence[str]) -> pa.Array:
    """A list of texts from each row of codes, in order, NO_CODE left out."""
    there = codes != NO_CODE
    offsets = np.concatenate(([0], np.cumsum(there.sum(axis=1)))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), texts(codes[there], values))


def packed(codes: Numbers, width: int) -> Numbers:
    """Move the codes of each row to the left, NO_CODE to the right; exactly `width` columns."""
    there = codes != NO_CODE
    place = np.cumsum(there, axis=1) - 1
    rows, columns = np.nonzero(there & (place < width))
    result = np.full((len(codes), width), NO_CODE, dtype=np.int32)
    result[rows, place[rows, columns]] = codes[rows, columns]
    return result


def dates(days: Integers, start: dt.date, missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Days counted from `start` as dates; null where missing."""
    since_epoch = (days + (start - EPOCH).days).astype(np.int32)
    return pa.array(since_epoch, pa.int32(), mask=missing).cast(pa.date32())


def money(pence: Integers) -> pa.Array:
    """Pence as pounds with two decimals. Amounts are not negative."""
    halves = np.zeros((len(pence), 2), dtype="<i8")
    halves[:, 0] = pence
    return pa.Array.from_buffers(MONEY, len(pence), [None, pa.py_buffer(halves.tobytes())])
