"""The values of a batch numbered by the rows of bits that they stand for: all that a kernel reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import prod
from operator import or_
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from speccom.criteria.bit_tables import (
    BitTables,
    ListSlot,
    ScalarSlot,
    Words,
    words_of,
)
from speccom.criteria.columns import (
    Batch,
    CodesColumn,
    Dictionary,
    Ids,
    KnownValues,
    NumberColumn,
    TextColumn,
)
from speccom.criteria.regions import Regions

Row = tuple[int, ...]
"""The bits of a slot's row, one whole number for each of its tables."""

MOST_ROWS = 4096
"""A table that several slots share has so many rows at most, so that it stays in the processor's cache."""


@dataclass(frozen=True)
class BoundPart:
    """A scalar slot: record n has the number `numbers[ids[n]]`, or with `offsets` `numbers[ids[offsets[n]]]`.

    Then the record's codes lie from `offsets[n]` to `offsets[n + 1]`; where there are none, and where the id
    is -1, the value is missing: that has the last number.
    """

    numbers: Ids
    ids: Ids
    offsets: Ids | None = None


@dataclass(frozen=True)
class BoundGroup:
    """Scalar slots that share a table: a record has the row whose place is the sum of its numbers."""

    table: Words
    parts: tuple[BoundPart, ...]


@dataclass(frozen=True)
class BoundList:
    """List slots over one list: the code at position n provides and forbids the row `numbers[ids[n]]`.

    Row nought provides and forbids nothing. A record's first code has the row `first_rows` further on:
    there is less of it where a slot leaves the first code out.
    """

    provides: Words
    forbids: Words
    free: Words
    offsets: Ids
    numbers: Ids
    ids: Ids
    first_rows: int


@dataclass(frozen=True)
class BoundBatch:
    """A batch whose values are numbered; it has one group at least."""

    rows: int
    words: int
    groups: tuple[BoundGroup, ...]
    lists: tuple[BoundList, ...]


class Binder:
    """Numbers the values of batches by the distinct rows of bits that they stand for.

    Distinct rows are few, whatever the number of values. So few that several slots can share one table of
    all their combinations, and a record needs one row of bits where it had needed many. One binder may
    serve several threads.
    """

    def __init__(self, tables: BitTables) -> None:
        self._start = words_of(tables.start, tables.words)
        self._scalars = [_ScalarBinder(slot, tables.words) for slot in tables.slots]
        self._lists = [_ListBinder(slots, tables.words) for slots in _joined(tables.lists)]
        self._lock = Lock()
        self._sizes: tuple[int, ...] | None = None
        self._shared: list[tuple[list[int], Words]] = []

    def bind(self, batch: Batch) -> BoundBatch:
        """Return the batch with every value replaced by the number of its row of bits."""
        parts = [each.bind(batch) for each in self._scalars]
        tables = [each.rows.tables()[0] for each in self._scalars]
        groups = tuple(
            BoundGroup(table, tuple(_scaled(parts[slot], stride) for slot, stride in members))
            for members, table in self._groups(tables)
        )
        lists = tuple(each.bind(batch) for each in self._lists)
        return BoundBatch(batch.rows, len(self._start), groups, lists)

    def _groups(self, tables: Sequence[Words]) -> list[tuple[list[tuple[int, int]], Words]]:
        """Return the shared tables, each with its slots and how far apart a slot's rows lie in it."""
        sizes = tuple(len(table) for table in tables)
        with self._lock:
            if self._sizes != sizes:
                self._sizes = sizes
                self._shared = [
                    (slots, _combined(self._start, [tables[slot] for slot in slots]))
                    for slots in _shares(sizes) or [[]]
                ]
            shared = self._shared
        return [
            (list(zip(slots, _strides([sizes[slot] for slot in slots]), strict=True)), t)
            for slots, t in shared
        ]


def _shares(sizes: Sequence[int]) -> list[list[int]]:
    """Return which slots share a table, so that no shared table has more than `MOST_ROWS` rows."""
    groups: list[list[int]] = []
    for slot in sorted(range(len(sizes)), key=lambda each: (-sizes[each], each)):
        for group in groups:
            if prod(sizes[each] for each in group) * sizes[slot] <= MOST_ROWS:
                group.append(slot)
                break
        else:
            groups.append([slot])
    return groups


def _strides(sizes: Sequence[int]) -> list[int]:
    return [prod(sizes[place + 1 :]) for place in range(len(sizes))]


def _combined(start: Words, tables: Sequence[Words]) -> Words:
    """Return the AND of some bits and every combination of rows, the last table's varying fastest."""
    whole = start[None, :]
    for table in tables:
        whole = (whole[:, None, :] & table[None, :, :]).reshape(-1, table.shape[1])
    return np.ascontiguousarray(whole)


def _scaled(part: BoundPart, stride: int) -> BoundPart:
    return replace(part, numbers=part.numbers * np.int32(stride))


class _Rows:
    """Distinct rows of bits, numbered as they come, and the numbers of the values met so far."""

    def __init__(self, words: int, row_of: Callable[[str], Row], missing: Row) -> None:
        self.lock = Lock()
        self._words = words
        self._row_of = row_of
        self._numbers: dict[Row, int] = {}
        self._by_dictionary: WeakKeyDictionary[Dictionary | KnownValues, Ids] = WeakKeyDictionary()
        self._tables: tuple[Words, ...] = ()
        self.missing = self.number(missing)

    def number(self, row: Row) -> int:
        """Return a row's number."""
        return self._numbers.setdefault(row, len(self._numbers))

    def of_dictionary(self, dictionary: Dictionary) -> Ids:
        """Return numbers by dictionary position; the last one, reached by -1, is for a missing value."""
        with self.lock:
            if dictionary.known is None or dictionary.places is None:
                return self._of_values(dictionary, dictionary.values)
            every = self._of_values(dictionary.known, dictionary.known.values)
            return every[np.append(dictionary.places, np.int32(-1))]

    def tables(self) -> tuple[Words, ...]:
        """Return one table of words for each part of a row."""
        with self.lock:
            if not self._tables or len(self._tables[0]) < len(self._numbers):
                parts = zip(*self._numbers, strict=True)
                self._tables = tuple(
                    np.array([words_of(bits, self._words) for bits in part]) for part in parts
                )
            return self._tables

    def _of_values(self, owner: Dictionary | KnownValues, values: Sequence[str | None]) -> Ids:
        """Return the numbers of values, which may have grown in number since they were last asked for."""
        numbers = self._by_dictionary.get(owner)
        if numbers is None or len(numbers) <= len(values):
            old = [] if numbers is None else numbers[:-1].tolist()
            new = [self._of_value(value) for value in values[len(old) :]]
            numbers = np.array([*old, *new, self.missing], dtype=np.int32)
            self._by_dictionary[owner] = numbers
        return numbers

    def _of_value(self, value: str | None) -> int:
        return self.missing if value is None else self.number(self._row_of(value))


class _ScalarBinder:
    def __init__(self, slot: ScalarSlot, words: int) -> None:
        self.slot = slot
        self.rows = _Rows(words, lambda value: (slot.row(value),), (slot.row(None),))
        self.regions: dict[int, Regions] = {}

    def bind(self, batch: Batch) -> BoundPart:
        """Return the slot's numbers, and for each record which of them it has."""
        column = batch.columns.get(self.slot.key.field.name)
        if column is None or (isinstance(column, CodesColumn) and len(column.ids) == 0):
            missing = np.array([self.rows.missing], dtype=np.int32)
            return BoundPart(missing, np.zeros(batch.rows, dtype=np.int32))
        if isinstance(column, TextColumn):
            return BoundPart(self.rows.of_dictionary(column.dictionary), column.ids)
        if isinstance(column, CodesColumn):
            numbers = self.rows.of_dictionary(column.dictionary)
            return BoundPart(numbers, column.ids, column.offsets.astype(np.int32, copy=False))
        return self._of_numbers(column)

    def _of_numbers(self, column: NumberColumn) -> BoundPart:
        with self.rows.lock:
            regions = self.regions.get(column.scale)
            if regions is None:
                regions = Regions(self.slot, column.scale, self.rows.number, self.rows.missing)
                self.regions[column.scale] = regions
        ids = regions.ids_of(column.numbers)
        if column.missing is not None:
            ids = np.where(column.missing, np.int32(-1), ids)
        return BoundPart(regions.numbers, ids)


class _ListBinder:
    """Binds slots over one list that ask different bits of it, and so can be one slot."""

    def __init__(self, slots: Sequence[ListSlot], words: int) -> None:
        self.slots = slots
        self.rows = _Rows(words, self._row, (0, 0, 0, 0))
        self.free = np.bitwise_and.reduce([words_of(slot.free, words) for slot in slots])
        self.has_first_rows = any(slot.key.position == "secondary" for slot in slots)

    def bind(self, batch: Batch) -> BoundList:
        """Return the slots' tables, and for each code which of their rows it has."""
        column = batch.columns.get(self.slots[0].key.field.name)
        if isinstance(column, CodesColumn):
            numbers, ids = self.rows.of_dictionary(column.dictionary), column.ids
            offsets = column.offsets.astype(np.int32, copy=False)
        else:
            numbers, ids = np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.int32)
            offsets = np.zeros(batch.rows + 1, dtype=np.int32)
        provides, forbids, provides_first, forbids_first = self.rows.tables()
        if not self.has_first_rows:
            return BoundList(provides, forbids, self.free, offsets, numbers, ids, 0)
        both = np.concatenate([provides, provides_first]), np.concatenate([forbids, forbids_first])
        return BoundList(*both, self.free, offsets, numbers, ids, len(provides))

    def _row(self, code: str) -> Row:
        """Return the bits that a code provides and forbids, and those where it is a record's first."""
        row = [0, 0, 0, 0]
        for slot in self.slots:
            provided, forbidden = slot.row(code)
            for place in (0,) if slot.key.position == "secondary" else (0, 2):
                row[place] |= provided
                row[place + 1] |= forbidden
        return tuple(row)


def _joined(slots: Sequence[ListSlot]) -> list[list[ListSlot]]:
    """Return the slots of each list together, save where two of them ask the same bit of it."""
    joined: list[tuple[list[ListSlot], int]] = []
    for slot in slots:
        asked = reduce(or_, (bits for _, bits in slot.provides), 0)
        for place, (others, taken) in enumerate(joined):
            if others[0].key.field == slot.key.field and not taken & asked:
                joined[place] = [*others, slot], taken | asked
                break
        else:
            joined.append(([slot], asked))
    return [together for together, _ in joined]
