"""Reads the chapters on assignment: what each row of their tables says that a record's answer is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from speccom.activity.assign.assigner import Assigner
from speccom.criteria.vocabulary import FieldType
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.assignment import find_assignment
from speccom.rulebook.assignment_load import load_assignment

HERE = Path(__file__).parent
DEMONSTRATION = Path(__file__).parents[3] / "rulebooks" / "reference" / "demonstration"
SAID = ("case", "answer", "category", "commissioner", "parts")


@dataclass(frozen=True)
class Case:
    """A row of a table: a record, and what is said of its answer."""

    where: str
    record: dict[str, object]
    said: dict[str, str]


def cases_of(method: str) -> list[Case]:
    """Return every row of a chapter's tables."""
    found, heading, columns = [], "", []
    lines = (HERE / f"{method}.md").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if not line.startswith("|"):
            columns = []
            continue
        cells = [cell.strip() for cell in line[1:-1].split("|")]
        if not columns:
            columns = cells
        elif not set(line) <= set("|- "):
            said = {name: cell for name, cell in zip(columns, cells, strict=True) if name in SAID}
            record = {
                name: _value(name, cell)
                for name, cell in zip(columns, cells, strict=True)
                if name not in SAID
            }
            where = f"{heading}, line {number}" + (f", {said['case']}" if said.get("case") else "")
            found.append(Case(where, record, said))
    return found


def reference_folder(folder: Path, *, before_delegation: bool = False) -> Path:
    """Put the chapters' reference tables into a folder, with the list of answers of the demonstration."""
    shutil.copytree(HERE / "reference", folder, dirs_exist_ok=True)
    shutil.copy(DEMONSTRATION / "assignment_reasons.csv", folder)
    if before_delegation:
        path = folder / "sub_icb_to_direct_commissioner.csv"
        text = path.read_text(encoding="utf-8")
        line = "01F,QYG,27T,Y62,32T,Yes,2024-04-01,2050-03-31\n"
        later = line.replace("Yes,2024-04-01", "Yes,2026-01-01")
        assert line in text
        path.write_text(
            text.replace(line, later + line.replace("Yes,2024-04-01,2050-03-31", "No,2024-04-01,2025-12-31"))
        )
    return folder


def assigner_of(method: str, reference: Path) -> Assigner:
    """Return what assigns by a method with a folder of tables."""
    rulebook = load_assignment(find_assignment(method).folder)
    return Assigner(rulebook, rulebook.reference(reference))


def _value(name: str, cell: str) -> object:
    field = ACTIVITY[name]
    if field.type is FieldType.CODES:
        return cell.split("; ") if cell else []
    if not cell:
        return None
    return date.fromisoformat(cell) if field.type is FieldType.DATE else cell
