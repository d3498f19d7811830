"""Read one CSV file of a rulebook or of reference data, with every fault of reading collected."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from speccom.rulebook.errors import RulebookError
from speccom.rulebook.read_folder import clean_cell, forbidden_characters, read_text

_LONGEST_CELL = 10_000_000


@dataclass(frozen=True)
class FileRow:
    """One row: the line on which it begins, and its cells by column, trimmed."""

    line: int
    cells: Mapping[str, str]


def read_table_file(path: Path, needed: Sequence[str], errors: list[RulebookError]) -> tuple[FileRow, ...]:
    """Return the rows of a CSV file that has at least the needed columns; faults are added to `errors`.

    Columns keep their names as written, in lower case; a row that is wholly blank is passed over.
    """
    text = read_text(path, errors)
    if text is None:
        return ()
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    rows: list[FileRow] = []
    start = 1
    try:
        for cells in lines:
            line, start = start, lines.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip().lower() for cell in cells]
                if not _sound(path.name, header, needed, errors):
                    return ()
                continue
            rows.append(_row(path.name, line, header, cells, errors))
    except csv.Error as fault:
        errors.append(
            RulebookError(
                f"{path.name}, line {start}",
                f"the quoting is broken ({fault})",
                "A quotation mark inside a quoted cell is written twice",
            )
        )
        return ()
    if not header:
        errors.append(
            RulebookError(path.name, "the file is empty", f"Its first line names {', '.join(needed)}")
        )
    return tuple(rows)


def _sound(file: str, header: Sequence[str], needed: Sequence[str], errors: list[RulebookError]) -> bool:
    found = [
        RulebookError(file, f"the column `{name}` is missing", f"The columns needed are {', '.join(needed)}")
        for name in needed
        if name not in header
    ]
    found += [
        RulebookError(file, f"the column `{name}` is there more than once", "Keep one of them")
        for name in dict.fromkeys(header)
        if name and header.count(name) > 1
    ]
    errors.extend(found)
    return not found


def _row(
    file: str, line: int, header: Sequence[str], cells: Sequence[str], errors: list[RulebookError]
) -> FileRow:
    where = f"{file}, line {line}"
    if any(cell.strip() for cell in cells[len(header) :]):
        errors.append(
            RulebookError(
                where,
                f"the line has {len(cells)} cells and the header has {len(header)}",
                'A cell with a comma in it stands in quotation marks: "a IN (1, 2)"',
            )
        )
    padded = [*cells, *[""] * (len(header) - len(cells))]
    found = {name: clean_cell(cell) for name, cell in zip(header, padded, strict=False) if name}
    errors.extend(
        RulebookError(where, f"`{name}` holds a control character", "Take it out or type the text again")
        for name, cell in found.items()
        if forbidden_characters(cell)
    )
    return FileRow(line, found)
