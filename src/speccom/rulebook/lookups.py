"""Lookups: values from dated reference tables, by key, as at the date of a record.

A rulebook declares its tables and lookups; the rows come from a folder of reference data, or from the
rulebook's own tables where the figures belong to the year's method itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from speccom.criteria.vocabulary import Field
from speccom.problem import Problem
from speccom.rulebook.errors import RulebookError, RulebookErrors
from speccom.rulebook.table_file import FileRow, read_table_file

_BEGINNING, _END = date.min, date.max


class Presence(StrEnum):
    """What it means that a table is not in the reference folder.

    `needed`: nothing can be done without it. `optional`: a row that asks for it answers that it cannot be
    decided. `if_there`: the question adds cases that only the table knows, and without it there are none.
    """

    NEEDED = "needed"
    OPTIONAL = "optional"
    IF_THERE = "if_there"


@dataclass(frozen=True)
class ReferenceTable:
    """A table that lookups read; `first_day` and `last_day` are its columns of dates, both days included.

    `own` is for a table that stands in the rulebook itself.
    """

    name: str
    title: str
    presence: Presence
    first_day: str = ""
    last_day: str = ""
    own: bool = False

    @property
    def dated(self) -> bool:
        """Whether its rows hold from one day to another."""
        return bool(self.first_day)


@dataclass(frozen=True)
class Lookup:
    """A fact: `value` of the first row in force whose `column` equals the record's `key`.

    `squeezed` keys are compared in upper case without white space, as postcodes are.
    """

    field: Field
    table: str
    key: Field
    column: str
    value: str
    squeezed: bool = False


@dataclass(frozen=True)
class InForce:
    """A row and the days on which it holds, both included."""

    first: date
    last: date
    line: int
    cells: Mapping[str, str]


class Rows:
    """The rows of one table, found again by the value of any column."""

    def __init__(self, rows: Iterable[InForce]) -> None:
        self.rows = tuple(rows)
        self._indexes: dict[tuple[str, bool], dict[str, list[InForce]]] = {}

    def find(self, column: str, key: str, day: date | None, *, squeezed: bool = False) -> InForce | None:
        """Return the first row in force on a day (None for a table without dates) with this value."""
        found = self._index(column, squeezed).get(squeeze(key) if squeezed else key, ())
        return next((row for row in found if day is None or row.first <= day <= row.last), None)

    def changes(self) -> set[date]:
        """Return the days on which other rows come into force than on the day before."""
        starts = {row.first for row in self.rows}
        ends = {date.fromordinal(row.last.toordinal() + 1) for row in self.rows if row.last < _END}
        return starts | ends

    def covers(self, day: date) -> bool:
        """Whether any row is in force."""
        return any(row.first <= day <= row.last for row in self.rows)

    @cached_property
    def period(self) -> tuple[date, date]:
        """The first and last day on which any row is in force."""
        return min(row.first for row in self.rows), max(row.last for row in self.rows)

    def _index(self, column: str, squeezed: bool) -> dict[str, list[InForce]]:
        if (column, squeezed) not in self._indexes:
            index: dict[str, list[InForce]] = {}
            for row in self.rows:
                if text := row.cells.get(column, ""):
                    index.setdefault(squeeze(text) if squeezed else text, []).append(row)
            self._indexes[column, squeezed] = index
        return self._indexes[column, squeezed]


@dataclass(frozen=True)
class Reference:
    """The tables as they were read. `missing` are those that the folder does not hold; `digest` is of all."""

    tables: Mapping[str, ReferenceTable]
    rows: Mapping[str, Rows]
    missing: frozenset[str]
    digest: str

    def value(self, lookup: Lookup, key: object, day: date | None) -> str | None:
        """Return the fact for one key as at a day; None where there is none."""
        row = self.row(lookup, key, day)
        return (row.cells.get(lookup.value) or None) if row else None

    def row(self, lookup: Lookup, key: object, day: date | None) -> InForce | None:
        """Return the row that answers a lookup."""
        if key is None or lookup.table in self.missing:
            return None
        dated = self.tables[lookup.table].dated
        if dated and day is None:
            return None
        return self.rows[lookup.table].find(
            lookup.column, str(key), day if dated else None, squeezed=lookup.squeezed
        )

    def uncovered(self, day: date) -> tuple[ReferenceTable, ...]:
        """Return the needed dated tables that have no row in force on a day."""
        return tuple(
            table
            for name, table in self.tables.items()
            if table.dated and table.presence is Presence.NEEDED and not self.rows[name].covers(day)
        )


class ReferenceErrors(RulebookErrors):
    """Reference tables that cannot be used, with every error found."""

    def __init__(self, errors: Iterable[RulebookError], *, folder: str) -> None:
        self.errors = tuple(errors)
        count = len(self.errors)
        Problem.__init__(
            self,
            f"these reference tables have {count} error{'' if count == 1 else 's'} and cannot be used",
            where=folder,
        )


def squeeze(text: str) -> str:
    """Return a text in upper case and without white space."""
    return "".join(text.upper().split())


def read_reference(
    folder: Path, tables: Mapping[str, ReferenceTable], columns: Mapping[str, set[str]], own: Path
) -> Reference:
    """Read the tables that a rulebook asks for, from the folder and from the rulebook's own.

    `columns` are those that lookups name, by table. Raises ReferenceErrors with everything that is wrong.
    """
    if not folder.is_dir():
        what = "this is a file, and reference tables are a folder" if folder.exists() else "no such folder"
        raise Problem(
            what, where=str(folder), mend="Make one with `speccom import reference`, or name where it is"
        )
    errors: list[RulebookError] = []
    rows: dict[str, Rows] = {}
    missing: set[str] = set()
    for name, table in tables.items():
        path = (own if table.own else folder) / f"{name}.csv"
        if not path.exists() and table.presence is not Presence.NEEDED:
            missing.add(name)
            continue
        wanted = sorted({*columns.get(name, set()), *filter(None, (table.first_day, table.last_day))})
        written = read_table_file(path, wanted, errors)
        rows[name] = Rows(in_force(path.name, table, written, errors))
        if not written and not any(error.where.startswith(path.name) for error in errors):
            errors.append(RulebookError(path.name, "the table has no rows"))
    if errors:
        raise ReferenceErrors(errors, folder=str(folder))
    return Reference(tables, rows, frozenset(missing), _digest(rows))


def in_force(
    file: str, table: ReferenceTable, written: Iterable[FileRow], errors: list[RulebookError]
) -> list[InForce]:
    """Return rows with the days on which they hold; a blank day is without end."""
    found = []
    for row in written:
        first, last = _BEGINNING, _END
        if table.dated:
            first = _day(file, row, table.first_day, _BEGINNING, errors)
            last = _day(file, row, table.last_day, _END, errors)
            if last < first:
                errors.append(
                    RulebookError(
                        f"{file}, line {row.line}", "the row ends before it begins", "Mend its dates"
                    )
                )
        found.append(InForce(first, last, row.line, row.cells))
    return found


def _day(file: str, row: FileRow, column: str, blank: date, errors: list[RulebookError]) -> date:
    text = row.cells.get(column, "")
    if not text:
        return blank
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        errors.append(
            RulebookError(
                f"{file}, line {row.line}",
                f"`{text}` in the column `{column}` is not a date",
                "Write it as 2025-04-01",
            )
        )
        return blank


def _digest(rows: Mapping[str, Rows]) -> str:
    content = {name: [dict(row.cells) for row in each.rows] for name, each in rows.items()}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
