"""The values of a batch numbered by the rows of bits that they stand for: all that a kernel reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
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
class BoundGroup:
    """Scalar slots that share a table: record n has the row `table[sum of numbers[ids[n]]]` over the parts.

    The last of a part's numbers is for a missing value, which has the id -1.
    """

    table: Words
    parts: tuple[tuple[Ids, Ids], ...]


@dataclass(frozen=True)
class BoundList:
    """A list slot: the code at position n provides and forbids the row `numbers[ids[n]]`.

    Row nought provides and forbids nothing; `skips_first` leaves out each record's first code.
    """

    provides: Words
    forbids: Words
    free: Words
    offsets: Ids
    numbers: Ids
    ids: Ids
    skips_first: bool


@dataclass(frozen=True)
class BoundBatch:
    """A batch whose values are numbered; every record starts from the bits `start`, (words,)."""

    rows: int
    start: Words
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
        self._lists = [_ListBinder(slot, tables.words) for slot in tables.lists]
        self._lock = Lock()
        self._sizes: tuple[int, ...] = ()
        self._shared: list[tuple[list[int], Words]] = []

    def bind(self, batch: Batch) -> BoundBatch:
        """Return the batch with every value replaced by the number of its row of bits."""
        parts = [each.bind(batch) for each in self._scalars]
        tables = [each.rows.tables()[0] for each in self._scalars]
        groups = tuple(
            BoundGroup(table, tuple(_scaled(parts[slot], stride) for slot, stride in members))
            for members, table in self._groups(tables)
        )
        return BoundBatch(batch.rows, self._start, groups, tuple(each.bind(batch) for each in self._lists))

    def _groups(self, tables: Sequence[Words]) -> list[tuple[list[tuple[int, int]], Words]]:
        """Return the shared tables, each with its slots and how far apart a slot's rows lie in it."""
        sizes = tuple(len(table) for table in tables)
        with self._lock:
            if self._sizes != sizes:
                self._sizes = sizes
                self._shared = [
                    (slots, _combined([tables[slot] for slot in slots])) for slots in _shares(sizes)
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


def _combined(tables: Sequence[Words]) -> Words:
    """Return the AND of every combination of rows, the last table's varying fastest."""
    whole = tables[0]
    for table in tables[1:]:
        whole = (whole[:, None, :] & table[None, :, :]).reshape(-1, table.shape[1])
    return np.ascontiguousarray(whole)


def _scaled(part: tuple[Ids, Ids], stride: int) -> tuple[Ids, Ids]:
    numbers, ids = part
    return numbers * np.int32(stride), ids


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

    def bind(self, batch: Batch) -> tuple[Ids, Ids]:
        """Return the slot's numbers, and for each record which of them it has."""
        column = batch.columns.get(self.slot.key.field.name)
        if column is None:
            return np.array([self.rows.missing], dtype=np.int32), np.zeros(batch.rows, dtype=np.int32)
        if isinstance(column, TextColumn):
            return self.rows.of_dictionary(column.dictionary), column.ids
        if isinstance(column, CodesColumn):
            return self.rows.of_dictionary(column.dictionary), _first_codes(column)
        return self._of_numbers(column)

    def _of_numbers(self, column: NumberColumn) -> tuple[Ids, Ids]:
        with self.rows.lock:
            regions = self.regions.get(column.scale)
            if regions is None:
                regions = Regions(self.slot, column.scale, self.rows.number, self.rows.missing)
                self.regions[column.scale] = regions
        ids = regions.ids_of(column.numbers)
        if column.missing is not None:
            ids = np.where(column.missing, np.int32(-1), ids)
        return regions.numbers, ids


def _first_codes(column: CodesColumn) -> Ids:
    starts = column.offsets[:-1]
    if len(column.ids) == 0:
        return np.full(len(starts), -1, dtype=np.int32)
    first = np.take(column.ids, starts, mode="clip")
    first[column.offsets[1:] == starts] = -1
    return first


class _ListBinder:
    def __init__(self, slot: ListSlot, words: int) -> None:
        self.slot = slot
        self.rows = _Rows(words, slot.row, (0, 0))
        self.free = words_of(slot.free, words)

    def bind(self, batch: Batch) -> BoundList:
        column = batch.columns.get(self.slot.key.field.name)
        if isinstance(column, CodesColumn):
            numbers, ids = self.rows.of_dictionary(column.dictionary), column.ids
            offsets = column.offsets.astype(np.int32, copy=False)
        else:
            numbers, ids = np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.int32)
            offsets = np.zeros(batch.rows + 1, dtype=np.int32)
        provides, forbids = self.rows.tables()
        skips_first = self.slot.key.position == "secondary"
        return BoundList(provides, forbids, self.free, offsets, numbers, ids, skips_first)
