"""Read a rulebook's folder: one TOML file and some CSV files, with every fault of reading collected."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from speccom.problem import Problem
from speccom.rulebook.errors import RulebookError
from speccom.rulebook.shape import METADATA_FILE, TABLES, TableShape
from speccom.rulebook.written import Row, Table, WrittenRulebook

_LONGEST_CELL = 100_000_000
_MISSING = "Every rulebook has one"
_NO_CHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_FORBIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_NO_CHARACTERS}]")


def read_folder(folder: Path) -> tuple[WrittenRulebook, list[RulebookError]]:
    """Read the files of a rulebook.

    Returns what could be read and what was wrong in reading it (missing files and columns, bytes that are
    not UTF-8, broken quoting). Raises Problem where there is no such folder.
    """
    if not folder.is_dir():
        what = "is a file, and a rulebook is a folder" if folder.exists() else "there is no such folder"
        raise Problem(what, where=str(folder), mend="Give the folder that holds rulebook.toml")
    _refuse_folder_of_rulebooks(folder)
    errors: list[RulebookError] = []
    metadata = _read_metadata(folder / METADATA_FILE, errors)
    tables = {shape.name: table for shape in TABLES if (table := _read_table(folder, shape, errors))}
    return WrittenRulebook(str(folder), metadata, tables), errors


def _refuse_folder_of_rulebooks(folder: Path) -> None:
    if (folder / METADATA_FILE).exists():
        return
    inside = sorted(path.parent.name for path in folder.glob(f"*/{METADATA_FILE}"))
    if inside:
        raise Problem(
            f"this folder holds rulebooks and is none itself: {', '.join(inside)}",
            where=str(folder),
            mend=f"Give one of them, such as {folder / inside[-1]}",
        )


def clean_cell(text: str) -> str:
    """Return a cell's text as it counts: trimmed, with one kind of line ending."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def check_columns(shape: TableShape, header: Sequence[str], place: str) -> list[RulebookError]:
    """Return what is wrong with a table's header: columns missing or there twice."""
    errors = [
        RulebookError(place, f"the column `{name}` is missing", mend=f"The columns are {_listed(shape)}")
        for name in shape.required
        if name not in header
    ]
    errors += [
        RulebookError(place, f"the column `{name}` is there more than once", mend="Keep one of them")
        for name in shape.columns
        if header.count(name) > 1
    ]
    return errors


def forbidden_characters(text: str) -> bool:
    """Whether the text holds a control character, or what is no character at all.

    Tabs and new lines are allowed.
    """
    return _FORBIDDEN.search(text) is not None


def _read_metadata(path: Path, errors: list[RulebookError]) -> dict[str, object]:
    text = read_text(path, errors, mend=_MISSING)
    if text is None:
        return {}
    try:
        return {key: _plain(value) for key, value in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError as fault:
        errors.append(RulebookError(path.name, f"this is not valid TOML: {fault}", mend=_TOML_MEND))
        return {}


def _plain(value: object) -> object:
    """Return a whole number as its digits and a list of texts as one text; leave the rest as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value


_TOML_MEND = 'Each line reads `name = "value"`'


def _read_table(folder: Path, shape: TableShape, errors: list[RulebookError]) -> Table | None:
    text = read_text(folder / shape.file, errors, needed=shape.needed, mend=_MISSING)
    if text is None:
        return None
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    rows: list[Row] = []
    start = 1
    try:
        for cells in lines:
            number, start = start, lines.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                if faults := check_columns(shape, header, shape.file):
                    errors.extend(faults)
                    return None
                continue
            rows.append(_row(shape, header, cells, number, errors))
    except csv.Error as fault:
        errors.append(
            RulebookError(f"{shape.file}, line {start}", f"the quoting is broken ({fault})", _QUOTING)
        )
        return None
    if header is None:
        errors.append(
            RulebookError(shape.file, "the file is empty", mend=f"Its first line names {_listed(shape)}")
        )
        return None
    left_out = tuple(name for name in header if name and name not in shape.columns)
    return Table(shape, tuple(rows), left_out=left_out)


_QUOTING = "A quotation mark inside a quoted cell is written twice"


def _row(
    shape: TableShape, header: Sequence[str], cells: Sequence[str], number: int, errors: list[RulebookError]
) -> Row:
    where = f"{shape.file}, line {number}"
    if any(cell.strip() for cell in cells[len(header) :]):
        errors.append(
            RulebookError(
                where,
                f"the line has {len(cells)} cells and the header has {len(header)}",
                mend='A cell with a comma in it stands in quotation marks: "a IN (1, 2)"',
            )
        )
    given = dict(zip(header, (clean_cell(cell) for cell in cells), strict=False))
    found = {name: given.get(name, "") or shape.defaults.get(name, "") for name in shape.columns}
    errors.extend(
        RulebookError(where, f"`{name}` holds a control character", mend="Take it out or type the text again")
        for name, text in found.items()
        if forbidden_characters(text)
    )
    return Row(number, found)


def read_text(path: Path, errors: list[RulebookError], *, needed: bool = True, mend: str = "") -> str | None:
    """Return the text of a UTF-8 file, without its byte-order mark; None where it cannot be read.

    What is wrong is added to `errors`; a needed file that is missing is an error too, which `mend` mends.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if needed:
            errors.append(RulebookError(path.name, "this file is missing", mend))
        return None
    except OSError as fault:
        errors.append(RulebookError(path.name, f"this file cannot be read ({fault.strerror})"))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        errors.append(
            RulebookError(f"{path.name}, line {line}", "the text is not UTF-8", mend="Save the file as UTF-8")
        )
        return None


def _listed(shape: TableShape) -> str:
    return ", ".join(shape.columns)
