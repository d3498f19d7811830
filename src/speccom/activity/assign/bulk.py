"""Who pays for records by the million: the same decision table, asked once for each combination that occurs.

Each column's values fall into few classes (`source_classes.py`), and records into few combinations of
classes. The bit tables answer which rows hold for each new combination, the decision table's path is read
once for each pattern of rows, and records take their answer from a table. Rows whose criteria look at
lists of codes, or at numbers, are asked of every record instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock

import numpy as np
import numpy.typing as npt

from speccom.activity.assign.assigner import DATE, Assigner, Outcome, fields_of, path_text
from speccom.activity.assign.source_classes import Ids, SourceClasses
from speccom.criteria.bit_tables import BITS_IN_WORD, BitTables, Words, compile_rules
from speccom.criteria.columns import EPOCH, Batch, Column, Dictionary, NumberColumn, TextColumn
from speccom.criteria.evaluate import leaf_truth
from speccom.criteria.expression import CodeMatch, Expression, leaves
from speccom.criteria.kernel import Kernel
from speccom.criteria.vocabulary import Field, FieldType
from speccom.rulebook.activity_record import ACTIVITY

Flags = npt.NDArray[np.bool_]

WIDEST_TABLE = 2**24
"""Combinations beyond so many are found by sorting instead of by their place in a table."""

MOST_COMBINATIONS = 500_000
"""Combinations that are remembered."""


@dataclass(frozen=True)
class Answered:
    """Numbers of answers and of paths, (records,): positions in the assigner's `outcomes` and `paths`."""

    answers: Ids
    paths: Ids


class BulkAssigner:
    """Assigns batches of records. One may serve several threads."""

    def __init__(self, assigner: Assigner, implementation: str = "") -> None:
        self.assigner = assigner
        self.outcomes: list[Outcome] = []
        self.paths: list[str] = [""]
        self._lock = Lock()
        self._numbers: dict[tuple[int, str | None], int] = {}
        self._path_numbers: dict[str, int] = {"": 0}
        asked = [
            (place, row.criterion.expression)
            for place, row in enumerate(assigner.table.rows)
            if row.criterion is not None
        ]
        self._classed = _Asked([each for each in asked if _is_classed(each[1])], implementation)
        self._wide = _Asked([each for each in asked if not _is_classed(each[1])], implementation)
        parts = assigner.rulebook.parts
        of_parts = [*(part.criterion for part in parts), *(part.leaves_core for part in parts)]
        self._parts = _Asked(list(enumerate(each.expression for each in of_parts)), implementation)
        self._calendar = _Calendar(assigner, self._classed.conditions_on(DATE), self._refusal_number)
        self.sources = self._sources()
        self._decisions: dict[tuple[int, int], int] = {}
        self._by_pattern: dict[bytes, int] = {}
        self._by_classes: dict[tuple[int, ...], int] = {}
        self._tables: dict[tuple[int, ...], Ids] = {}
        self._constant: Ids = np.zeros(0, dtype=np.int32)
        self._row_of: Ids = np.zeros(0, dtype=np.int32)
        self._paths_of: Ids = np.zeros(0, dtype=np.int32)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the record that a batch must bring, where the file has them."""
        named = {name: ACTIVITY[name] for name in self.sources if name in ACTIVITY}
        asked = {**self._classed.fields, **self._wide.fields}
        return tuple({**named, **self._of_record(asked)}.values())

    @property
    def fields_of_parts(self) -> tuple[Field, ...]:
        """The fields that the parts' criteria look at besides."""
        return tuple(self._of_record(self._parts.fields).values())

    @staticmethod
    def _of_record(fields: Mapping[str, Field]) -> dict[str, Field]:
        return {name: field for name, field in fields.items() if name in ACTIVITY}

    def parts_of(self, batch: Batch) -> tuple[Flags, Flags]:
        """Return which parts of each record are paid for apart, and whose lines leave the core.

        Both are (records, parts).
        """
        period, _, _ = self._calendar.read(batch)
        places, dictionaries = self._places(batch, period)
        found = self._ask_everyone(self._parts, batch, places, dictionaries)
        count = len(self.assigner.rulebook.parts)
        return found[:, :count], found[:, count:]

    def assign(self, batch: Batch) -> Answered:
        """Assign some records; absent columns are columns of missing values."""
        period, day_class, refused = self._calendar.read(batch)
        places, dictionaries = self._places(batch, period)
        with self._lock:
            tables = [source.classes(dictionaries[name]) for name, source in self.sources.items()]
            radices = [
                len(self._calendar.classes),
                *(len(each.representatives) for each in self.sources.values()),
            ]
        columns = [
            day_class,
            *(table[places[name]] for name, table in zip(self.sources, tables, strict=True)),
        ]
        if self._wide.places:
            columns += list(self._ask_everyone(self._wide, batch, places, dictionaries).T.astype(np.int32))
            radices += [2] * len(self._wide.places)
        decisions = self._decide(columns, radices, batch.rows)
        answers = self._constant[decisions]
        self._fill_in(answers, self._row_of[decisions], places, dictionaries)
        paths = self._paths_of[decisions]
        return Answered(np.where(refused >= 0, refused, answers), np.where(refused >= 0, np.int32(0), paths))

    def _places(self, batch: Batch, period: Ids) -> tuple[dict[str, Ids], dict[str, Dictionary]]:
        """Return by source each record's place, and the dictionary that its values stand in."""
        places: dict[str, Ids] = {}
        dictionaries: dict[str, Dictionary] = {}
        for name, source in self.sources.items():
            column = batch.columns.get(name)
            if isinstance(column, TextColumn):
                dictionaries[name], ids = column.dictionary, column.ids
            else:
                dictionaries[name], ids = _NOTHING, np.full(batch.rows, -1, dtype=np.int32)
            places[name] = source.places(ids, period)
        return places, dictionaries

    def _sources(self) -> dict[str, SourceClasses]:
        """A source for each text column that is tested, looked up by, or part of an answer."""
        rulebook, reference = self.assigner.rulebook, self.assigner.reference
        named = [row.answer.field for row in rulebook.rows if row.answer.field]
        everyone = (*self._wide.fields, *self._parts.fields)
        fields = [*self._classed.fields, *named, *(name for name in everyone if name in rulebook.lookups)]
        lookups = {name: rulebook.lookups[name] for name in fields if name in rulebook.lookups}
        columns = dict.fromkeys(
            lookups[name].key.name if name in lookups else name for name in fields if name != DATE
        )
        return {
            column: SourceClasses(
                column,
                [each for each in lookups.values() if each.key.name == column],
                [
                    leaf
                    for name in (column, *(n for n, each in lookups.items() if each.key.name == column))
                    for leaf in self._classed.conditions_on(name)
                ],
                reference,
                self._calendar.periods,
            )
            for column in columns
        }

    def _ask_everyone(
        self, asked: _Asked, batch: Batch, places: Mapping[str, Ids], dictionaries: Mapping[str, Dictionary]
    ) -> Flags:
        """Return for each record which of some criteria hold, (records, criteria)."""
        columns: dict[str, Column] = dict(batch.columns)
        for name, lookup in self.assigner.rulebook.lookups.items():
            if name in asked.fields:
                source = self.sources[lookup.key.name]
                written = [*dictionaries[lookup.key.name].values, None]
                facts = [source.facts(text, day)[name] for text in written for day in source.periods]
                size = np.int32(len(facts))
                ids = places[lookup.key.name]
                columns[name] = TextColumn(Dictionary(facts), np.where(ids < 0, ids + size, ids))
        return asked.holds(Batch(batch.rows, columns))

    def _decide(self, columns: Sequence[Ids], radices: Sequence[int], rows: int) -> Ids:
        """Return the number of each record's decision."""
        size = 1
        for radix in radices:
            size *= radix
        if size > WIDEST_TABLE:
            return self._decide_by_sorting(columns, radices, rows)
        codes = np.zeros(rows, dtype=np.int32)
        for column, radix in zip(columns, radices, strict=True):
            codes *= np.int32(radix)
            codes += column
        with self._lock:
            table = self._tables.get(tuple(radices))
            if table is None:
                self._tables.clear()  # more classes have been met since
                table = self._tables[tuple(radices)] = np.full(size, -1, dtype=np.int32)
        found = table[codes]
        new = np.flatnonzero(found < 0)
        if len(new):
            fresh, first = np.unique(codes[new], return_index=True)
            table[fresh] = self._of_combinations([column[new[first]] for column in columns])
            found = table[codes]
        return found

    def _decide_by_sorting(self, columns: Sequence[Ids], radices: Sequence[int], rows: int) -> Ids:
        codes = np.zeros(rows, dtype=np.int64)
        size = 1
        for column, radix in zip(columns, radices, strict=True):
            if size * radix > 2**62:
                seen, codes = np.unique(codes, return_inverse=True)
                size = len(seen)
            codes = codes * radix + column
            size *= radix
        _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        decided: Ids = self._of_combinations([column[first] for column in columns])[inverse]
        return decided

    def _of_combinations(self, columns: Sequence[Ids]) -> Ids:
        """Return the decision for each combination of classes, (combinations,)."""
        with self._lock:
            keys = list(zip(*(column.tolist() for column in columns), strict=True))
            unknown = [place for place, key in enumerate(keys) if key not in self._by_classes]
            if len(self._by_classes) > MOST_COMBINATIONS:
                self._by_classes.clear()
                unknown = list(range(len(keys)))
            if unknown:
                chosen = np.array(unknown)
                fresh = self._evaluate([column[chosen] for column in columns])
                for place, decision in zip(unknown, fresh, strict=True):
                    self._by_classes[keys[place]] = decision
                self._note_decisions()
            return np.array([self._by_classes[key] for key in keys], dtype=np.int32)

    def _evaluate(self, columns: Sequence[Ids]) -> list[int]:
        count = len(columns[0])
        named: dict[str, Column] = {DATE: self._calendar.column(columns[0])}
        for (name, source), classes in zip(self.sources.items(), columns[1:], strict=False):
            for field in (name, *(each.field.name for each in source.lookups)):
                values = Dictionary([each[field] for each in source.representatives])
                named[field] = TextColumn(values, classes)
        holds = np.zeros((count, len(self.assigner.table.rows)), dtype=np.bool_)
        holds[:, self._classed.places] = self._classed.holds(Batch(count, named))
        first_wide = 1 + len(self.sources)
        for place, column in zip(self._wide.places, columns[first_wide:], strict=True):
            holds[:, place] = column != 0
        patterns = np.packbits(holds, axis=1)
        return [self._decision(bytes(pattern), met) for pattern, met in zip(patterns, holds, strict=True)]

    def _decision(self, pattern: bytes, met: Flags) -> int:
        known = self._by_pattern.get(pattern)
        if known is None:
            known = self._by_pattern[pattern] = self._walk(met)
        return known

    def _walk(self, met: Flags) -> int:
        """Read the table once for a pattern of rows that hold; the number of the decision."""
        rows = self.assigner.table.rows
        visited = [
            (place, holds) for place, holds in self.assigner.table.walk(lambda place: bool(met[place]))
        ]
        last, held = visited[-1] if visited else (-1, False)
        answering = last if held and not rows[last].when_met else -1
        path = path_text((rows[place], holds) for place, holds in visited)
        if path not in self._path_numbers:
            self._path_numbers[path] = len(self.paths)
            self.paths.append(path)
        decision = (answering, self._path_numbers[path])
        if decision not in self._decisions:
            self._decisions[decision] = len(self._decisions)
        return self._decisions[decision]

    def _note_decisions(self) -> None:
        """Bring the tables by which records find their answer up to the decisions known."""
        rows = [row for row, _ in self._decisions]
        self._paths_of = np.array([path for _, path in self._decisions], dtype=np.int32)
        self._constant = np.array([self._constant_answer(row) for row in rows], dtype=np.int32)
        self._row_of = np.array(rows, dtype=np.int32)

    def _constant_answer(self, place: int) -> int:
        """The number of an answer that no value is part of; -1 where one is."""
        if place >= 0 and self._field_of(place):
            return -1
        return self._number(place, None)

    def _field_of(self, place: int) -> str:
        row = self.assigner.rulebook.rows[place]
        return row.answer.field if self.assigner.table.rows[place].answer else ""

    def _fill_in(
        self, answers: Ids, rows: Ids, places: Mapping[str, Ids], dictionaries: Mapping[str, Dictionary]
    ) -> None:
        """Give the records whose answer names a value the answer for that value."""
        lookups = self.assigner.rulebook.lookups
        for place in np.flatnonzero(np.bincount(rows[answers < 0], minlength=1)):
            mine = np.flatnonzero((rows == place) & (answers < 0))
            field = self._field_of(int(place))
            name = lookups[field].key.name if field in lookups else field
            answers[mine] = self._answers_of(int(place), field, dictionaries[name], places[name][mine], name)

    def _answers_of(self, row: int, field: str, dictionary: Dictionary, places: Ids, name: str) -> Ids:
        """Return the answers of a row for the values at some places of a source."""
        source = self.sources[name]
        with self._lock:
            numbers = source.answers(dictionary, row)
        found = numbers[places]
        unknown = np.unique(places[found < 0])
        if len(unknown):
            with self._lock:
                for place in unknown:
                    numbers[place] = self._number(row, source.value_at(dictionary, int(place), field))
            found = numbers[places]
        return found

    def _number(self, place: int, value: str | None) -> int:
        """The number of the answer that a row gives with a value."""
        key = (place, value)
        if key not in self._numbers:
            rows = self.assigner.rulebook.rows
            outcome = self.assigner.outcome(rows[place], value) if place >= 0 else self.assigner.ran_out()
            self._numbers[key] = len(self.outcomes)
            self.outcomes.append(outcome)
        return self._numbers[key]

    def _refusal_number(self, day: date | None) -> int:
        outcome = self.assigner.refusal(day)
        if outcome is None:
            return -1
        key = (-2, outcome.reason)
        if key not in self._numbers:
            self._numbers[key] = len(self.outcomes)
            self.outcomes.append(outcome)
        return self._numbers[key]


_NOTHING = Dictionary([])


class _Asked:
    """Some rows of the table, with the bit tables that say which hold."""

    def __init__(self, asked: Sequence[tuple[int, Expression]], implementation: str) -> None:
        self.places = [place for place, _ in asked]
        self.criteria = [criterion for _, criterion in asked]
        self.fields = fields_of(self.criteria)
        self.tables: BitTables = compile_rules(self.criteria)
        self.kernel = Kernel(self.tables, implementation)

    def conditions_on(self, field: str) -> list[Expression]:
        """Return the distinct conditions on one field."""
        found: dict[Expression, None] = {}
        for criterion in self.criteria:
            for leaf in leaves(criterion):
                if leaf.field.name == field:  # type: ignore[attr-defined]
                    found[leaf] = None
        return list(found)

    def holds(self, batch: Batch) -> Flags:
        """Return which of the criteria are TRUE, (records, criteria)."""
        found = np.zeros((batch.rows, len(self.criteria)), dtype=np.bool_)
        if not self.criteria or not batch.rows:
            return found
        bits: Words = self.kernel.answer(batch)
        for number, rule in enumerate(self.tables.rules):
            for bit in rule.bits:
                word, place = divmod(bit, BITS_IN_WORD)
                found[:, number] |= (bits[:, word] >> np.uint64(place)) & np.uint64(1) != 0
        return found


class _Calendar:
    """What a date decides by itself: the period of the reference tables, and conditions on the date."""

    def __init__(
        self,
        assigner: Assigner,
        conditions: Sequence[Expression],
        refusal: Callable[[date | None], int],
    ) -> None:
        self.conditions = conditions
        self.classes: dict[tuple[object, ...], date | None] = {}
        self._refusal = refusal
        book, tables = assigner.rulebook, assigner.reference
        changes = {
            day
            for name, rows in tables.rows.items()
            if tables.tables[name].dated
            for day in rows.changes()
            if book.valid_from < day <= book.valid_to
        }
        self.periods = [book.valid_from, *sorted(changes)]  # days beyond are refused
        self._starts = [day.toordinal() for day in self.periods]
        self._known: dict[int | None, tuple[int, int, int]] = {}
        self._lock = Lock()

    def read(self, batch: Batch) -> tuple[Ids, Ids, Ids]:
        """Return each record's period, class of date, and number of refusal or -1."""
        column = batch.columns.get(DATE)
        if not isinstance(column, NumberColumn) or not batch.rows:
            found = self._of(None)
            period, day_class, refused = (np.full(batch.rows, each, dtype=np.int32) for each in found)
            return period, day_class, refused
        days = column.numbers
        missing = column.missing
        known = days if missing is None else days[~missing]
        low = int(known.min()) if len(known) else 0
        high = int(known.max()) if len(known) else 0
        present = np.bincount(known - low, minlength=1)
        tables = np.zeros((high - low + 2, 3), dtype=np.int32)
        for place in np.flatnonzero(present):
            tables[place] = self._of(low + int(place))
        tables[-1] = self._of(None) if missing is not None and missing.any() else (0, 0, -1)
        places = days - low
        if missing is not None:
            places = np.where(missing, high - low + 1, places)
        return tables[places, 0], tables[places, 1], tables[places, 2]

    def column(self, classes: Ids) -> NumberColumn:
        """Return a day of each class, as the bit tables take it."""
        days = list(self.classes.values())
        numbers = np.array([0 if day is None else (day - EPOCH).days for day in days], dtype=np.int64)
        missing = np.array([day is None for day in days])
        return NumberColumn(numbers[classes], missing[classes])

    def _of(self, number: int | None) -> tuple[int, int, int]:
        with self._lock:
            if number not in self._known:
                self._known[number] = self._look(number)
            return self._known[number]

    def _look(self, number: int | None) -> tuple[int, int, int]:
        day = None if number is None else _day_of(number)
        truths = tuple(leaf_truth(leaf, day) for leaf in self.conditions)
        self.classes.setdefault(truths, day)
        period = 0
        if day is not None:
            period = max(0, int(np.searchsorted(self._starts, day.toordinal(), side="right")) - 1)
        return period, list(self.classes).index(truths), self._refusal(day)


def _day_of(number: int) -> date:
    low, high = (date.min - EPOCH).days, (date.max - EPOCH).days
    return EPOCH + timedelta(days=min(max(number, low), high))


def _is_classed(expression: Expression) -> bool:
    """Whether a criterion looks at nothing but text and the date of activity."""
    for leaf in leaves(expression):
        field: Field = leaf.field  # type: ignore[attr-defined]
        if isinstance(leaf, CodeMatch) or not (field.type is FieldType.TEXT or field.name == DATE):
            return False
    return True
