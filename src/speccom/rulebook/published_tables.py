"""Reference tables as they are published: SQL scripts of INSERT statements, CSV and Excel files.

A table is recognised by its columns. Which published column becomes which of ours is data, in
`rulebooks/reference/published.toml`.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from speccom.problem import Problem
from speccom.rulebook import find

_INSERT = re.compile(r"\bINSERT\s+(?:INTO\s+)?(?=[\[\"\w])", re.IGNORECASE)
_VALUES = re.compile(r"\s*VALUES\s*", re.IGNORECASE)
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?$")
_DAYS = (
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), (1, 2, 3)),
    (re.compile(r"(\d{2})/(\d{2})/(\d{4})"), (3, 2, 1)),
)


@dataclass(frozen=True)
class PublishedTable:
    """A table that we know: its name here, and for each of our columns the names under which it is published.

    `needed` columns must be there for a file to be taken for the table; `dates` are columns of days.
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundTable:
    """Rows of one known table, in our columns, and the published columns that nothing was taken from."""

    table: PublishedTable
    rows: Sequence[Mapping[str, str]]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class TableRead:
    """What one file held: a table by its own name, its columns, its rows as text."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]


def known_tables(shelf: Path | None = None) -> tuple[PublishedTable, ...]:
    """Return the tables that can be imported."""
    path = (shelf or find.shelf()) / "reference" / "published.toml"
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise Problem(f"the list of published tables cannot be read ({fault})", where=str(path)) from None
    return tuple(
        PublishedTable(
            name,
            table["title"],
            {column: (column, *names) for column, names in table["columns"].items()},
            tuple(table["needed"]),
            tuple(table.get("dates", ())),
        )
        for name, table in written.items()
    )


def recognise(read: TableRead, known: Sequence[PublishedTable]) -> FoundTable | None:
    """Return the rows of a table in our columns; None where no known table has its columns."""
    there = {squeezed(name): place for place, name in enumerate(read.columns)}
    best: tuple[int, PublishedTable, dict[str, int]] | None = None
    for table in known:
        places = {
            column: there[squeezed(name)]
            for column, names in table.columns.items()
            for name in names[::-1]
            if squeezed(name) in there
        }
        if all(column in places for column in table.needed) and (best is None or len(places) > best[0]):
            best = (len(places), table, places)
    if best is None:
        return None
    _, table, places = best
    rows = [
        {
            column: day(row[place]) if column in table.dates else row[place].strip()
            for column, place in places.items()
        }
        for row in read.rows
    ]
    used = set(places.values())
    return FoundTable(
        table,
        [row for row in rows if any(row.values())],
        tuple(name for place, name in enumerate(read.columns) if place not in used and name),
    )


def read_published(path: Path) -> list[TableRead]:
    """Read every table of a file. Raises Problem where it cannot be read."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise Problem("there is no such file", where=str(path), mend="Check the path") from None
    except OSError as fault:
        raise Problem(f"the file cannot be read ({fault.strerror})", where=str(path)) from None
    if content[:2] == b"PK" or path.suffix.lower() in (".xlsx", ".xls", ".xlsb", ".ods"):
        return list(_of_workbook(path))
    text = decoded(content, path)
    if path.suffix.lower() == ".sql" or _INSERT.search(text):
        return _of_sql(text, path)
    return _of_csv(text, path)


def decoded(content: bytes, path: Path) -> str:
    """Return a file's text: database tools write UTF-16 as often as UTF-8."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def squeezed(name: str) -> str:
    """A column's name as it is compared: letters and digits alone, in lower case."""
    return "".join(each for each in name.lower() if each.isalnum())


def day(text: str) -> str:
    """Return a date as 2025-04-01, where it is written so, as 20250401 or as 01/04/2025, with or without a
    midnight; anything else as it is.
    """
    text = _MIDNIGHT.sub("", text.strip())
    for pattern, order in _DAYS:
        if found := pattern.fullmatch(text):
            return "-".join(found[part] for part in order)
    return text


def _of_csv(text: str, path: Path) -> list[TableRead]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
    except csv.Error as fault:
        raise Problem(f"this is not valid CSV: {fault}", where=str(path)) from None
    if not rows:
        raise Problem("the file is empty", where=str(path))
    return [_table(path.stem, rows)]


def _of_workbook(path: Path) -> Iterator[TableRead]:
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = [(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    except (CalamineError, OSError) as fault:
        raise Problem(f"the workbook cannot be read ({fault})", where=str(path)) from None
    for name, cells in sheets:
        rows = [[_cell(cell) for cell in row] for row in cells]
        filled = [row for row in rows if any(row)]
        if filled:
            yield _table(name, filled)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _table(name: str, rows: Sequence[Sequence[str]]) -> TableRead:
    columns = tuple(cell.strip() for cell in rows[0])
    return TableRead(name, columns, [[*row, *[""] * (len(columns) - len(row))] for row in rows[1:]])


def _of_sql(text: str, path: Path) -> list[TableRead]:
    """Read the rows of INSERT INTO table (columns) VALUES (…), (…); nothing of the script is run."""
    found: dict[str, tuple[tuple[str, ...], list[list[str]]]] = {}
    for start in _INSERT.finditer(text):
        reader = _SqlReader(text, start.end(), path)
        name = reader.name()
        columns = tuple(reader.names())
        rows = found.setdefault(name, (columns, []))[1]
        reader.expect(_VALUES, "VALUES")
        for values in reader.tuples():
            if len(values) != len(columns):
                line = text.count("\n", 0, start.start()) + 1
                raise Problem(
                    f"a row has {len(values)} values for {len(columns)} columns",
                    where=f"{path}, line {line}",
                    mend="Take the script as it was published",
                )
            rows.append(values)
    return [TableRead(name, columns, rows) for name, (columns, rows) in found.items()]


class _SqlReader:
    """Reads the small part of SQL in which tables are published: names, numbers, quoted texts, NULL."""

    _NAME = re.compile(r"\s*(\[(?:[^\]]|\]\])*\]|\"(?:[^\"]|\"\")*\"|[\w$#]+)")
    _VALUE = re.compile(r"\s*(N?'(?:[^']|'')*'|NULL|[-+]?[\w.]+)", re.IGNORECASE)
    _CAST = re.compile(r"\s*CAST\s*\(", re.IGNORECASE)
    _AS = re.compile(r"\s*AS\s+\w+\s*(?:\([\d,\s]*\))?\s*\)", re.IGNORECASE)

    def __init__(self, text: str, at: int, path: Path) -> None:
        self.text, self.at, self.path = text, at, path

    def name(self) -> str:
        """The table's name, without its schema."""
        name = self._one(self._NAME)
        while self._next(r"\s*\."):
            name = self._one(self._NAME)
        return _unquoted(name)

    def names(self) -> Iterator[str]:
        """The columns in parentheses."""
        self.expect(re.compile(r"\s*\("), "the columns in parentheses")
        while True:
            yield _unquoted(self._one(self._NAME))
            if not self._next(r"\s*,"):
                break
        self.expect(re.compile(r"\s*\)"), "a closing parenthesis")

    def tuples(self) -> Iterator[list[str]]:
        """The rows, each in parentheses."""
        while self._next(r"\s*\("):
            values = []
            while True:
                values.append(self._written_value())
                if not self._next(r"\s*,"):
                    break
            self.expect(re.compile(r"\s*\)"), "a closing parenthesis")
            yield values
            if not self._next(r"\s*,"):
                return

    def _written_value(self) -> str:
        cast = self._CAST.match(self.text, self.at)
        if cast:
            self.at = cast.end()
        value = _value(self._one(self._VALUE))
        if cast:
            self.expect(self._AS, "the type of a CAST")
        return value

    def expect(self, pattern: re.Pattern[str], what: str) -> None:
        """Go past what must be here."""
        found = pattern.match(self.text, self.at)
        if not found:
            line = self.text.count("\n", 0, self.at) + 1
            raise Problem(
                f"{what} should stand here, and the script has something else",
                where=f"{self.path}, line {line}",
                mend="Only INSERT statements with values written out can be read",
            )
        self.at = found.end()

    def _one(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        self.expect(pattern, "a name or a value")
        assert found is not None
        return found[1]

    def _next(self, pattern: str) -> bool:
        found = re.compile(pattern).match(self.text, self.at)
        if found:
            self.at = found.end()
        return found is not None


def _unquoted(name: str) -> str:
    if name[:1] == "[":
        return name[1:-1].replace("]]", "]")
    return name[1:-1].replace('""', '"') if name[:1] == '"' else name


def _value(text: str) -> str:
    if text.upper() == "NULL":
        return ""
    if text[-1:] == "'":
        return text[text.index("'") + 1 : -1].replace("''", "'")
    return text
