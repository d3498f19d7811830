"""A rulebook through one spreadsheet: export, edit, import. What goes out comes back with the same hash."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path

from speccom.problem import Problem
from speccom.rulebook.identification import IdentificationRulebook, validate_identification
from speccom.rulebook.read_folder import read_folder
from speccom.rulebook.workbook_read import read_workbook
from speccom.rulebook.workbook_write import write_workbook
from speccom.rulebook.write_folder import write_folder
from speccom.rulebook.written import WrittenRulebook


@dataclass(frozen=True)
class Exported:
    """What was exported, and the columns that the template does not have ("programmes.csv: note")."""

    rulebook: IdentificationRulebook
    left_out: tuple[str, ...]


def export_sheet(folder: Path, file: Path) -> Exported:
    """Write the rulebook of a folder as a spreadsheet, in the order of its files.

    Raises RulebookErrors where the rulebook has
    errors, and Problem where the file cannot be written; a file that was there is then left as it was.
    """
    written, errors = read_folder(folder)
    rulebook = validate_identification(written, errors, folder=folder)
    if file.suffix.lower() != ".xlsx":
        raise Problem("the spreadsheet's name must end with .xlsx", where=str(file))
    if not file.absolute().parent.is_dir():
        raise Problem("there is no such folder", where=str(file.absolute().parent))
    _write_whole(written, file)
    left_out = tuple(
        f"{table.place}: {', '.join(table.left_out)}" for table in written.tables.values() if table.left_out
    )
    return Exported(rulebook, left_out)


def _write_whole(written: WrittenRulebook, file: Path) -> None:
    """Write beside the file and move it in, so that a failure leaves what was there."""
    made: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", suffix=".xlsx", dir=file.absolute().parent)
        os.close(handle)
        made = Path(name)
        write_workbook(written, made)
        made.chmod(0o644)
        made.replace(file)
    except OSError as fault:
        raise Problem(f"the spreadsheet cannot be written ({fault.strerror})", where=str(file)) from None
    finally:
        if made is not None:
            made.unlink(missing_ok=True)


def import_sheet(
    file: Path, folder: Path, *, version: str = "", replace: bool = False
) -> IdentificationRulebook:
    """Make a rulebook's folder from a spreadsheet; `version` stands in for the one in the sheet.

    The whole is checked first, and each error names its cell. Raises RulebookErrors where there are any,
    and Problem where the folder is in use (see `replace`) or cannot be written; then nothing is written.
    """
    written, errors = read_workbook(file)
    if version:
        written = changed(written, metadata={**written.metadata, "version": version})
    rulebook = validate_identification(written, errors, folder=folder)
    write_folder(written, folder, replace=replace)
    return rulebook
