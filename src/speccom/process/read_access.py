"""Read who sees what of a case, with every error in it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from speccom.criteria.vocabulary import Confidentiality
from speccom.process.access import EVERYONE, AccessRow, Scope
from speccom.process.faults import Faults
from speccom.rulebook.table_file import FileRow, read_table_file

ACCESS = "access.csv"
_COLUMNS = ("role", "scope", "states", "classes")


def read_access(
    folder: Path, places: Collection[str], faults: Faults
) -> tuple[tuple[AccessRow, ...], list[dict[str, str]]]:
    """Return the rows, and their cells as written. `places` are the states and the groups of them."""
    path = folder / ACCESS
    rows = read_table_file(path, _COLUMNS, faults.errors) if path.exists() else ()
    return tuple(_row(each, places, faults) for each in rows), [dict(each.cells) for each in rows]


def _row(row: FileRow, places: Collection[str], faults: Faults) -> AccessRow:
    where, cells = f"{ACCESS}, line {row.line}", row.cells
    if not cells["role"]:
        faults.add(where, "`role` is blank", f"Write the name of a role, or {EVERYONE}")
    scope = faults.word(Scope, cells["scope"], where, "scope") or Scope.OWN
    if cells["role"] == EVERYONE and scope is not Scope.EVERY:
        faults.add(where, f"{EVERYONE} has no cases of their own", f"Write the scope {Scope.EVERY.value}")
    classes = faults.names(cells["classes"], list(Confidentiality), where)
    if not classes:
        faults.add(where, "the row gives nothing to be seen", f"Write some of {'; '.join(Confidentiality)}")
    return AccessRow(
        cells["role"],
        scope,
        faults.names(cells["states"], places, where),
        frozenset(Confidentiality(each) for each in classes if each in list(Confidentiality)),
    )
