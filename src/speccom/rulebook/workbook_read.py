"""Read a rulebook's tables from a spreadsheet, each cell keeping its address for messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from speccom.criteria.criterion_errors import nearest
from speccom.problem import Problem
from speccom.rulebook.errors import RulebookError
from speccom.rulebook.read_folder import check_columns, clean_cell, forbidden_characters
from speccom.rulebook.shape import METADATA, METADATA_SHEET, TABLES, TableShape
from speccom.rulebook.workbook_size import refuse_too_large
from speccom.rulebook.written import Row, Table, WrittenRulebook

_NUMBERS = ("rank",)
_DATES = ("valid_from", "valid_to")
_AS_TEXT = "Give the column the format Text and type the cell again"

Cells = Sequence[Sequence[object]]


def read_workbook(path: Path) -> tuple[WrittenRulebook, list[RulebookError]]:
    """Read the sheets of a rulebook.

    Returns what could be read and what was wrong in reading it. Raises Problem where the file is no
    spreadsheet.
    """
    refuse_too_large(path)
    sheets = _sheets(path)
    errors: list[RulebookError] = []
    metadata, places = _metadata(sheets, errors)
    tables = {shape.name: table for shape in TABLES if (table := _table(shape, sheets, errors))}
    return WrittenRulebook(str(path), metadata, tables, places), errors


def _sheets(path: Path) -> dict[str, Cells]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except OSError as fault:
        why = fault.strerror or str(fault)
        raise Problem(f"the spreadsheet cannot be read ({why})", where=str(path)) from None
    except CalamineError as fault:
        raise Problem(
            f"this is no spreadsheet that can be read ({fault})",
            where=str(path),
            mend="Save it as an Excel workbook (.xlsx), without a password",
        ) from None


def _find(sheets: Mapping[str, Cells], name: str, errors: list[RulebookError], *, needed: bool) -> Cells:
    for given, cells in sheets.items():
        if given.strip().lower() == name.lower():
            return cells
    if needed:
        known = {METADATA_SHEET, *(shape.sheet for shape in TABLES)}
        near = nearest(name, [given for given in sheets if given not in known])
        meant = f" (there is a sheet `{near}`)" if near else ""
        errors.append(RulebookError(name, f"the workbook has no sheet `{name}`{meant}", "Add or rename it"))
    return ()


def _metadata(
    sheets: Mapping[str, Cells], errors: list[RulebookError]
) -> tuple[dict[str, object], dict[str, str]]:
    found: dict[str, object] = {}
    places: dict[str, str] = {}
    cells = _find(sheets, METADATA_SHEET, errors, needed=True)
    for number, row in enumerate(cells, start=1):
        key = _heading(row[0]) if row else ""
        if key not in METADATA:
            continue
        places[key] = f"{METADATA_SHEET}!B{number}"
        if key in found:
            errors.append(RulebookError(f"{METADATA_SHEET}!A{number}", f"`{key}` is there more than once"))
        found[key] = _text_of(row[1] if len(row) > 1 else "", key, places[key], errors)
    if cells and not found:
        errors.append(
            RulebookError(METADATA_SHEET, "the sheet is empty", mend=f"Column A names {', '.join(METADATA)}")
        )
    return found, dict.fromkeys(METADATA, METADATA_SHEET) | places


def _table(shape: TableShape, sheets: Mapping[str, Cells], errors: list[RulebookError]) -> Table | None:
    before = len(errors)
    cells = _find(sheets, shape.sheet, errors, needed=shape.needed)
    if not cells:
        if shape.needed and len(errors) == before:
            errors.append(RulebookError(shape.sheet, "the sheet is empty"))
        return None
    header = [_heading(cell) for cell in cells[0]]
    if faults := check_columns(shape, header, f"{shape.sheet}, row 1"):
        errors.extend(faults)
        return None
    letters = {name: _letters(at) for at, name in enumerate(header) if name in shape.columns}
    rows: list[Row] = []
    for number, row in enumerate(cells[1:], start=2):
        given = dict(zip(header, row, strict=False))
        if all(_is_blank(given.get(name, "")) for name in shape.columns):
            continue
        texts = {
            name: _text_of(
                given.get(name, ""), name, f"{shape.sheet}!{letters.get(name, '')}{number}", errors
            )
            for name in shape.columns
        }
        rows.append(Row(number, {name: text or shape.defaults.get(name, "") for name, text in texts.items()}))
    return Table(shape, tuple(rows), letters)


def _heading(cell: object) -> str:
    return str(cell).strip().lower().replace(" ", "_")


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _text_of(cell: object, column: str, where: str, errors: list[RulebookError]) -> str:
    """Return a cell's text; a number or date that a spreadsheet may have made of a code is an error."""
    if isinstance(cell, str):
        text = clean_cell(cell)
        if forbidden_characters(text):
            errors.append(RulebookError(where, "the cell holds a control character", "Type the text again"))
        return text
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date) and column in _DATES:
        return cell.isoformat()
    if isinstance(cell, int | float):
        text = str(int(cell)) if cell == int(cell) else str(cell)
        if column in _NUMBERS:
            return text
        what = f"the cell holds the number {text}, so noughts or letters may have been lost"
    else:
        what = f"the cell holds a date or a time ({cell}), which is not what was meant"
    if cell is not None:
        errors.append(RulebookError(where, what, _AS_TEXT))
    return ""


def _letters(at: int) -> str:
    """Return the letters of a column, counted from nought: A, B, … Z, AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
