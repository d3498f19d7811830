"""Records by column, as the bulk engines take them: distinct values, and for each record which of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.signedinteger]
Ids = npt.NDArray[np.int32]

EPOCH = date(1970, 1, 1)
_FIRST_DAY = (date.min - EPOCH).days
_LAST_DAY = (date.max - EPOCH).days


class KnownValues:
    """All values that a column came to have over many batches, in the order they were met; it only grows."""

    __slots__ = ("__weakref__", "values")

    def __init__(self) -> None:
        self.values: list[str | None] = []


class Dictionary:
    """The distinct values of a column in one batch.

    A dictionary may be a part of a column's known values: `places`, (values,), then says which they are, -1
    for a missing one, and what was found out of a value serves every batch that has it.
    """

    __slots__ = ("__weakref__", "_values", "known", "places")

    def __init__(
        self,
        values: Sequence[str | None] | None = None,
        *,
        known: KnownValues | None = None,
        places: Ids | None = None,
    ) -> None:
        self._values = values
        self.known = known
        self.places = places

    @property
    def values(self) -> Sequence[str | None]:
        """The values, in normal form; None for a missing one."""
        if self._values is None:
            assert self.known is not None
            assert self.places is not None
            of = self.known.values
            self._values = [of[place] if place >= 0 else None for place in self.places.tolist()]
        return self._values


@dataclass(frozen=True)
class TextColumn:
    """Text by position in a dictionary; -1 is missing. `ids` is (records,)."""

    dictionary: Dictionary
    ids: Ids


@dataclass(frozen=True)
class NumberColumn:
    """Whole numbers (records,): years, days since 1970-01-01, or money in units of 10^-scale."""

    numbers: Numbers
    missing: npt.NDArray[np.bool_] | None = None
    scale: int = 0


@dataclass(frozen=True)
class CodesColumn:
    """Lists of codes in normal form: `ids` (codes,) into the dictionary, `offsets` (records + 1,).

    -1, or a dictionary value of None, is a position without a code.
    """

    dictionary: Dictionary
    offsets: Ids
    ids: Ids


Column = TextColumn | NumberColumn | CodesColumn


@dataclass(frozen=True)
class Batch:
    """Some records by column. A column that is absent behaves as one of missing values."""

    rows: int
    columns: Mapping[str, Column] = field(default_factory=dict)


def value_of(ordered: Decimal, scale: int, *, is_date: bool) -> Decimal | date:
    """Return the value that a number of a `NumberColumn` stands for.

    A day beyond the calendar's ends, which a file may hold, stands for the end.
    """
    if is_date:
        return EPOCH + timedelta(days=min(max(int(ordered), _FIRST_DAY), _LAST_DAY))
    return ordered.scaleb(-scale)
