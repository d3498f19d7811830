"""Every table of a run as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls.converters import StringConverter

from speccom.analysis.faults_page import FAULT_COLUMNS, REJECTED_COLUMNS, fault_rows, rejected_rows
from speccom.analysis.rows_page import columns_of, download_rows, title_of
from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_part_pages import UNSEEN_COLUMNS, agreement_columns, agreement_rows, unseen_rows
from speccom.analysis.run_tables import COST, PROGRAMMES, TABLES, figures_table, programmes_table
from speccom.analysis.selection import selection_of
from speccom.interface import formats
from speccom.interface.downloads import Sheet
from speccom.interface.tables import Cell, Column, Kind, Table


class NoSuchTable(LookupError):
    """A run has no table of that name."""


class TableOfRecords(StringConverter):
    """In an address, the name of a table whose rows are single records or come from them."""

    regex = "records|faults|rejected"


def run_sheet(run: RunFolder, name: str, asked: Mapping[str, str]) -> Sheet:
    """Return one table of a run for a file. Raises NoSuchTable, or Problem where the run cannot be read."""
    selection = selection_of(asked)
    if name == PROGRAMMES:
        return _of_table(run, programmes_table(run, selection, asked), asked)
    if name in TABLES:
        return _of_table(run, figures_table(run, name, selection, asked), asked)
    if name == "faults":
        return _sheet(run, name, "Faults in the activity", FAULT_COLUMNS, fault_rows(run), {})
    if name == "rejected":
        return _sheet(run, name, "Rows that could not be used", REJECTED_COLUMNS, rejected_rows(run), {})
    if name == "unseen":
        return _sheet(run, name, "Services that no rule can find", UNSEEN_COLUMNS, unseen_rows(run), {})
    if name == "agreement":
        rows = agreement_rows(run)
        return _sheet(run, name, "Official lines against this run’s", agreement_columns(run), rows, {})
    if name == "records":
        return _sheet(run, name, title_of(run, selection), columns_of(run), download_rows(run, asked), asked)
    raise NoSuchTable(name)


def _of_table(run: RunFolder, table: Table, asked: Mapping[str, str]) -> Sheet:
    columns = []
    for heading in table.headings:
        kind = Kind.TEXT
        if heading.numeric:
            kind = COST.kind if heading.text == COST.title else Kind.NUMBER
        columns.append(Column(heading.text.lower().replace(" ", "_"), heading.text, kind))
    return _sheet(run, table.id, table.caption, tuple(columns), table.rows, asked)


def _sheet(
    run: RunFolder,
    name: str,
    title: str,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Cell, ...]],
    asked: Mapping[str, str],
) -> Sheet:
    values = [
        tuple(
            each.value if column.kind is not Kind.TEXT or each.value is None else each.text
            for column, each in zip(columns, row, strict=True)
        )
        for row in rows
    ]
    manifest = run.manifest
    filters = [f"{key}: {value}" for key, value in selection_of(asked).as_query().items()]
    notes = (
        ("Run", f"{manifest.title} ({manifest.run})"),
        ("Finished", formats.day_and_time(manifest.finished) if manifest.finished else "not known"),
        ("Rulebook", manifest.rulebook.identity),
        ("Rulebook’s status", manifest.rulebook.status),
        ("Activity", "synthetic" if manifest.synthetic else "as supplied"),
        ("Filters", "; ".join(filters) or "none"),
    )
    kind = "synthetic-" if manifest.synthetic else ""
    return Sheet(f"{kind}{run.id}-{name}", title, columns, values, notes)
