"""An ordered field's values fall into regions between the literals that rules compare it with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor

import numpy as np

from speccom.criteria.bit_tables import ScalarSlot, constants_of
from speccom.criteria.columns import EPOCH, Ids, Numbers, value_of
from speccom.criteria.vocabulary import FieldType

_LEAST = -(2**62)
_MOST = 2**62
"""Literals beyond these are beyond any number of a column (money in pence has 18 digits)."""


class Regions:
    """The regions of one slot, for columns of one scale.

    `numbers` has a row's number for each region, and one for a missing value as its last; `number` gives
    the number of a row of bits.
    """

    WIDEST_TABLE = 4096

    def __init__(
        self, slot: ScalarSlot, scale: int, number: Callable[[tuple[int, ...]], int], missing: int
    ) -> None:
        is_date = slot.key.field.type == FieldType.DATE
        exact = sorted({_ordered(each, scale) for each in constants_of(slot)})
        floors = [min(max(floor(each), _LEAST), _MOST) for each in exact]
        ceilings = [min(max(ceil(each), _LEAST), _MOST) for each in exact]
        self.floors = np.array(floors, dtype=np.int64)
        self.ceilings = np.array(ceilings, dtype=np.int64)
        numbers = [
            number((slot.row(value_of(each, scale, is_date=is_date)) if each is not None else slot.free,))
            for each in _representatives(exact, is_date)
        ]
        self.numbers: Ids = np.array([*numbers, missing], dtype=np.int32)
        self.lowest = floors[0] - 1 if exact else 0
        self.highest = ceilings[-1] + 1 if exact else 0
        self.direct: Ids | None = None
        if self.highest - self.lowest <= self.WIDEST_TABLE:
            self.direct = self._search(np.arange(self.lowest, self.highest + 1, dtype=np.int64))

    def ids_of(self, numbers: Numbers) -> Ids:
        """Return the region of each number, a position in `numbers`."""
        if self.direct is None:
            return self._search(numbers)
        room = np.iinfo(numbers.dtype)
        if not room.min <= self.lowest <= self.highest <= room.max:
            numbers = numbers.astype(np.int64)
        return self.direct[np.clip(numbers, self.lowest, self.highest) - self.lowest]

    def _search(self, numbers: Numbers) -> Ids:
        left = np.searchsorted(self.floors, numbers, side="left")
        right = np.searchsorted(self.ceilings, numbers, side="right")
        return (left + right).astype(np.int32)


def _ordered(literal: object, scale: int) -> Decimal:
    if isinstance(literal, date):
        return Decimal((literal - EPOCH).days)
    assert isinstance(literal, Decimal)
    return literal.scaleb(scale)


def _representatives(bounds: list[Decimal], is_date: bool) -> list[Decimal | None]:
    """Return a value of each region: below all, at the first bound, between the first two, and so on.

    A region between two neighbouring days holds no date, so it has none.
    """
    if not bounds:
        return [Decimal(0)]
    values: list[Decimal | None] = [bounds[0] - 1, bounds[0]]
    for low, high in pairwise(bounds):
        between = low + 1 if is_date else (low + high) / 2
        values.append(between if between < high else None)
        values.append(high)
    values.append(bounds[-1] + 1)
    return values
