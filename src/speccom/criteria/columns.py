"""Records by column, as the bulk engines take them, and their values numbered for the bit tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from speccom.criteria.bit_tables import (
    BITS_IN_WORD,
    BitTables,
    ListSlot,
    ScalarSlot,
    Words,
    constants_of,
    words_of,
)
from speccom.criteria.vocabulary import FieldType

Numbers = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]

EPOCH = date(1970, 1, 1)

Row = tuple[int, ...]
"""The bits of a slot's row, one whole number for each of its tables."""
_FIRST_DAY = (date.min - EPOCH).days
_LAST_DAY = (date.max - EPOCH).days
_LEAST = -(2**62)
_MOST = 2**62
"""Literals beyond these are beyond any number of a column (money in pence has 18 digits)."""


class Dictionary:
    """The distinct values of a column; the same object may serve many batches, and is numbered only once."""

    __slots__ = ("__weakref__", "values")

    def __init__(self, values: Sequence[str | None]) -> None:
        self.values = values


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
    offsets: Numbers
    ids: Ids


Column = TextColumn | NumberColumn | CodesColumn


@dataclass(frozen=True)
class Batch:
    """Some records by column. A column that is absent behaves as one of missing values."""

    rows: int
    columns: Mapping[str, Column] = field(default_factory=dict)


@dataclass(frozen=True)
class BoundScalar:
    """A scalar slot's rows of bits: record n has `table[numbers[ids[n]]]`; the last number is for -1."""

    table: Words
    numbers: Ids
    ids: Ids


@dataclass(frozen=True)
class BoundList:
    """A list slot: the code at position n provides and forbids the row `numbers[ids[n]]`.

    Row nought provides and forbids nothing; `skips_first` leaves out each record's first code.
    """

    provides: Words
    forbids: Words
    free: Words
    offsets: Numbers
    numbers: Ids
    ids: Ids
    skips_first: bool

    @property
    def decides(self) -> Words:
        """The bits, (words,), that codes can change; where a record has none, its list need not be read."""
        everything = np.full(len(self.free), (1 << BITS_IN_WORD) - 1, dtype=np.uint64)
        changed: Words = (everything & ~self.free) | np.bitwise_or.reduce(self.forbids, axis=0)
        return changed


@dataclass(frozen=True)
class BoundBatch:
    """A batch whose values are numbered by the tables' rows; all that a kernel reads."""

    rows: int
    start: Words
    scalars: tuple[BoundScalar, ...]
    lists: tuple[BoundList, ...]


class Binder:
    """Numbers the values of batches by the distinct rows of bits that they stand for.

    Distinct rows are few, whatever the number of values, so the tables that kernels read stay in cache.
    One binder may serve several threads.
    """

    def __init__(self, tables: BitTables) -> None:
        self.tables = tables
        self._start = words_of(tables.start, tables.words)
        self._scalars = [_ScalarBinder(slot, tables.words) for slot in tables.slots]
        self._lists = [_ListBinder(slot, tables.words) for slot in tables.lists]

    def bind(self, batch: Batch) -> BoundBatch:
        """Return the batch with every value replaced by the number of its row of bits."""
        scalars = tuple(each.bind(batch) for each in self._scalars)
        lists = tuple(each.bind(batch) for each in self._lists)
        return BoundBatch(batch.rows, self._start, scalars, lists)


class _Rows:
    """Distinct rows of bits, numbered as they come, and the numbers of the values met so far."""

    MOST_VALUES = 200_000

    def __init__(self, words: int, row_of: Callable[[str], Row], missing: Row) -> None:
        self.lock = Lock()
        self._words = words
        self._row_of = row_of
        self._numbers: dict[Row, int] = {}
        self._by_value: dict[str, int] = {}
        self._by_dictionary: WeakKeyDictionary[Dictionary, Ids] = WeakKeyDictionary()
        self._tables: tuple[Words, ...] = ()
        self.missing = self.number(missing)

    def number(self, row: Row) -> int:
        """Return a row's number."""
        return self._numbers.setdefault(row, len(self._numbers))

    def of_dictionary(self, dictionary: Dictionary) -> Ids:
        """Return numbers by dictionary position; the last one, reached by -1, is for a missing value."""
        with self.lock:
            known = self._by_dictionary.get(dictionary)
            if known is None:
                numbered = [self._of_value(value) for value in dictionary.values]
                known = np.array([*numbered, self.missing], dtype=np.int32)
                self._by_dictionary[dictionary] = known
            return known

    def tables(self) -> tuple[Words, ...]:
        """Return one table of words for each part of a row."""
        with self.lock:
            if not self._tables or len(self._tables[0]) < len(self._numbers):
                parts = zip(*self._numbers, strict=True)
                self._tables = tuple(
                    np.array([words_of(bits, self._words) for bits in part]) for part in parts
                )
            return self._tables

    def _of_value(self, value: str | None) -> int:
        if value is None:
            return self.missing
        number = self._by_value.get(value)
        if number is None:
            if len(self._by_value) >= self.MOST_VALUES:
                self._by_value.clear()
            number = self._by_value[value] = self.number(self._row_of(value))
        return number


class _ScalarBinder:
    def __init__(self, slot: ScalarSlot, words: int) -> None:
        self.slot = slot
        self.rows = _Rows(words, lambda value: (slot.row(value),), (slot.row(None),))
        self.regions: dict[int, _Regions] = {}

    def bind(self, batch: Batch) -> BoundScalar:
        column = batch.columns.get(self.slot.key.field.name)
        if column is None:
            numbers = np.array([self.rows.missing], dtype=np.int32)
            ids = np.zeros(batch.rows, dtype=np.int32)
        elif isinstance(column, TextColumn):
            numbers, ids = self.rows.of_dictionary(column.dictionary), column.ids
        elif isinstance(column, CodesColumn):
            numbers, ids = self.rows.of_dictionary(column.dictionary), _first_codes(column)
        else:
            numbers, ids = self._of_numbers(column)
        return BoundScalar(self.rows.tables()[0], numbers, ids)

    def _of_numbers(self, column: NumberColumn) -> tuple[Ids, Ids]:
        with self.rows.lock:
            regions = self.regions.get(column.scale)
            if regions is None:
                regions = _Regions(self.slot, self.rows, column.scale)
                self.regions[column.scale] = regions
        ids = regions.ids_of(column.numbers)
        if column.missing is not None:
            ids = np.where(column.missing, np.int32(-1), ids)
        return regions.numbers, ids


def _first_codes(column: CodesColumn) -> Ids:
    starts = column.offsets[:-1]
    if len(column.ids) == 0:
        return np.full(len(starts), -1, dtype=np.int32)
    first = column.ids[np.minimum(starts, len(column.ids) - 1)]
    return np.where(column.offsets[1:] > starts, first, np.int32(-1))


class _Regions:
    """An ordered field's values fall into regions between the literals it is compared with.

    `numbers` has a row's number for each region, and one for a missing value as its last.
    """

    WIDEST_TABLE = 4096

    def __init__(self, slot: ScalarSlot, rows: _Rows, scale: int) -> None:
        is_date = slot.key.field.type == FieldType.DATE
        exact = sorted({_ordered(each, scale) for each in constants_of(slot)})
        floors = [min(max(floor(each), _LEAST), _MOST) for each in exact]
        ceilings = [min(max(ceil(each), _LEAST), _MOST) for each in exact]
        self.floors = np.array(floors, dtype=np.int64)
        self.ceilings = np.array(ceilings, dtype=np.int64)
        numbers = [
            rows.number(
                (slot.row(value_of(each, scale, is_date=is_date)) if each is not None else slot.free,)
            )
            for each in _representatives(exact, is_date)
        ]
        self.numbers: Ids = np.array([*numbers, rows.missing], dtype=np.int32)
        self.lowest = floors[0] - 1 if exact else 0
        self.highest = ceilings[-1] + 1 if exact else 0
        self.direct: Ids | None = None
        if self.highest - self.lowest <= self.WIDEST_TABLE:
            self.direct = self._search(np.arange(self.lowest, self.highest + 1, dtype=np.int64))

    def ids_of(self, numbers: Numbers) -> Ids:
        """Return the region of each number, a position in `numbers`."""
        if self.direct is None:
            return self._search(numbers)
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


def value_of(ordered: Decimal, scale: int, *, is_date: bool) -> Decimal | date:
    """Return the value that a number of a `NumberColumn` stands for.

    A day beyond the calendar's ends, which a file may hold, stands for the end.
    """
    if is_date:
        return EPOCH + timedelta(days=min(max(int(ordered), _FIRST_DAY), _LAST_DAY))
    return ordered.scaleb(-scale)


class _ListBinder:
    def __init__(self, slot: ListSlot, words: int) -> None:
        self.slot = slot
        self.rows = _Rows(words, slot.row, (0, 0))
        self.free = words_of(slot.free, words)

    def bind(self, batch: Batch) -> BoundList:
        column = batch.columns.get(self.slot.key.field.name)
        if isinstance(column, CodesColumn):
            numbers, ids, offsets = self.rows.of_dictionary(column.dictionary), column.ids, column.offsets
        else:
            numbers, ids = np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.int32)
            offsets = np.zeros(batch.rows + 1, dtype=np.int64)
        provides, forbids = self.rows.tables()
        skips_first = self.slot.key.position == "secondary"
        return BoundList(provides, forbids, self.free, offsets, numbers, ids, skips_first)
