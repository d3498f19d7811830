"""Tables as every page shows them: a caption, headings that sort by address, links, totals and downloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from speccom.interface import formats
from speccom.interface.addresses import with_query

Value = str | int | Decimal | date | None


class Kind(StrEnum):
    """What a column holds, which settles how it is written and aligned."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"

    @property
    def numeric(self) -> bool:
        """Whether its values stand to the right."""
        return self in (Kind.NUMBER, Kind.MONEY)


@dataclass(frozen=True)
class Column:
    """A column: ``name`` in the address and in downloads, ``title`` for people."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    sortable: bool = True
    code: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Cell:
    """A value as shown, where it leads, and in words for those who hear the page rather than see it.

    ``wide`` cells keep room for words; ``whole`` ones stay on one line.
    """

    value: Value
    text: str
    href: str | None = None
    hidden: str = ""
    numeric: bool = False
    code: bool = False
    wide: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Heading:
    """A column's heading; ``href`` sorts by it, ``sort`` says how it is sorted now."""

    text: str
    numeric: bool
    href: str | None
    sort: str | None


@dataclass(frozen=True)
class Download:
    """A file of the same table."""

    text: str
    href: str


@dataclass(frozen=True)
class Table:
    """A whole table, ready to be shown."""

    id: str
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    downloads: tuple[Download, ...] = ()
    empty: str = "There is nothing to show."
    more: Download | None = None
    file_of: str = ""

    @property
    def in_a_file(self) -> str:
        """What a download holds, for those who hear its link away from the table."""
        return self.file_of or self.caption


def shown(value: Value, kind: Kind) -> str:
    """Write a value the way its column asks; nothing as "not known"."""
    if value is None:
        return formats.NOT_KNOWN
    if kind is Kind.MONEY and isinstance(value, Decimal):
        return formats.money(value)
    if kind is Kind.NUMBER and isinstance(value, int):
        return formats.number(value)
    if isinstance(value, date):
        return formats.day(value)
    return str(value)


def cell(
    column: Column, value: Value, href: str | None = None, text: str | None = None, hidden: str = ""
) -> Cell:
    """Make the cell of a column from its value."""
    words = shown(value, column.kind) if text is None else text
    whole = column.code or column.kind is Kind.DATE
    return Cell(value, words, href, hidden, column.kind.numeric, column.code, column.wide, whole)


def sort_rows(
    table_id: str, columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]], asked: Mapping[str, str]
) -> list[tuple[Cell, ...]]:
    """Return the rows in the order that the address asks of this table; otherwise as they came."""
    name, descending = _asked_sort(table_id, asked)
    for index, column in enumerate(columns):
        if column.name == name and column.sortable:
            known = [row for row in rows if row[index].value is not None]
            unknown = [row for row in rows if row[index].value is None]
            known.sort(key=lambda row: _sort_key(row[index].value), reverse=descending)
            return known + unknown
    return list(rows)


def headings(
    table_id: str,
    columns: Sequence[Column],
    path: str | None,
    asked: Mapping[str, str],
) -> tuple[Heading, ...]:
    """Return the headings; with a ``path`` each sortable one links to the same page sorted by it."""
    name, descending = _asked_sort(table_id, asked)
    made = []
    for column in columns:
        now = None
        if column.name == name:
            now = "descending" if descending else "ascending"
        href = None
        if path is not None and column.sortable:
            first = "-" if column.kind.numeric else ""
            second = "" if column.kind.numeric else "-"
            turn = second if now == ("descending" if first else "ascending") else first
            href = with_query(path, asked, **{f"{table_id}-sort": f"{turn}{column.name}", "page": None})
            href += f"#{table_id}"
        made.append(Heading(column.title, column.kind.numeric, href, now))
    return tuple(made)


def make_table(
    table_id: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Cell, ...]],
    *,
    asked: Mapping[str, str] | None = None,
    path: str | None = None,
    total: tuple[Cell, ...] = (),
    downloads: tuple[Download, ...] = (),
    empty: str = "There is nothing to show.",
) -> Table:
    """Put a table together, its rows sorted as the address asks."""
    asked = asked or {}
    ordered = sort_rows(table_id, columns, rows, asked)
    heads = headings(table_id, columns, path if len(rows) > 1 else None, asked)
    return Table(table_id, caption, heads, tuple(ordered), total, downloads, empty)


def first_rows(table: Table, limit: int, more: Download) -> Table:
    """Return the table cut to its first rows, with a link to the whole; whole when it is short enough."""
    if len(table.rows) <= limit:
        return table
    return replace(part_of(table, 0, limit), more=more)


def part_of(table: Table, start: int, stop: int) -> Table:
    """Return the table with some of its rows; its total then says that it counts the others too."""
    rows = table.rows[start:stop]
    if len(rows) == len(table.rows):
        return table
    total = table.total
    if total:
        total = (replace(total[0], text=f"Total of all {formats.number(len(table.rows))}"), *total[1:])
    return replace(table, rows=rows, total=total)


def _asked_sort(table_id: str, asked: Mapping[str, str]) -> tuple[str, bool]:
    text = asked.get(f"{table_id}-sort", "")
    return text.removeprefix("-"), text.startswith("-")


def _sort_key(value: Value) -> tuple[int, Decimal, str]:
    if isinstance(value, int | Decimal):
        return 0, Decimal(value), ""
    return 1, Decimal(0), value.isoformat() if isinstance(value, date) else str(value).casefold()
