"""What was wrong with the activity of a run: values that could not be used, and rows that were left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_frame import table_downloads
from speccom.analysis.run_reader import read_rows
from speccom.analysis.run_words import fault_words
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.filters import FilterPanel, make_filter, make_panel
from speccom.interface.pages import address
from speccom.interface.paging import Paging, paginate
from speccom.interface.tables import Cell, Column, Kind, Table, cell, make_table

FAULT_COLUMNS = (
    Column("fault", "Fault"),
    Column("column", "Where"),
    Column("value", "Value", code=True),
    Column("count", "Times", Kind.NUMBER),
    Column("message", "What it means"),
    Column("example", "An example", sortable=False),
)
REJECTED_COLUMNS = (
    Column("file", "File"),
    Column("row", "Row", Kind.NUMBER),
    Column("record_id", "Identifier", code=True),
    Column("reason", "Why"),
)
_REJECTED_SHOWN = 25


@dataclass(frozen=True)
class FaultsPage:
    """What the page of faults shows."""

    summary: str
    warnings: tuple[str, ...]
    panel: FilterPanel
    faults: Table
    paging: Paging
    rejected: Table
    rejected_note: str


def present_faults(run: RunFolder, asked: Mapping[str, str]) -> FaultsPage:
    """Return the faults of a run, the most frequent first, each with an example to open."""
    path = address("run-faults", run=run.id)
    rows = fault_rows(run)
    kinds = sorted({str(row[0].value) for row in rows})
    fields = sorted({str(row[1].value) for row in rows})
    filters = [
        make_filter("kind", "Fault", [(each, each) for each in kinds], asked),
        make_filter("column", "Where", [(each, each) for each in fields], asked),
    ]
    kept = [
        row
        for row in rows
        if asked.get("kind") in (None, row[0].value) and asked.get("column") in (None, row[1].value)
    ]
    table = make_table(
        "faults",
        "Faults in the activity",
        FAULT_COLUMNS,
        kept,
        asked=asked,
        path=path,
        downloads=table_downloads(run, "faults", asked),
        empty="No fault was found." if not rows else "No fault matches these filters.",
    )
    paging = paginate(len(kept), path, asked)
    rejected = rejected_rows(run)
    return FaultsPage(
        summary=_summary(rows, len(rejected)),
        warnings=tuple(formats.sentence(each.message) for each in run.manifest.warnings),
        panel=make_panel(path, filters, asked, keep=[name for name in asked if name.endswith("-sort")]),
        faults=replace(table, rows=table.rows[paging.offset : paging.last]),
        paging=paging,
        rejected=make_table(
            "rejected",
            "Rows that could not be used",
            REJECTED_COLUMNS,
            rejected[:_REJECTED_SHOWN],
            downloads=table_downloads(run, "rejected", {}),
            empty="Every row could be used.",
        ),
        rejected_note=(
            f"The first {_REJECTED_SHOWN} of {formats.number(len(rejected))} are shown; the download has all."
            if len(rejected) > _REJECTED_SHOWN
            else ""
        ),
    )


def fault_rows(run: RunFolder) -> list[tuple[Cell, ...]]:
    """Return all faults of a run, the most frequent first."""
    found = read_rows(run.file("faults.parquet"), order='ORDER BY "count" DESC, kind, "column", value')
    return [
        (
            cell(FAULT_COLUMNS[0], fault_words(str(each["kind"]))),
            cell(FAULT_COLUMNS[1], str(each["column"] or "the file").replace("_", " ")),
            cell(FAULT_COLUMNS[2], str(each["value"] if each["value"] is not None else "")),
            cell(FAULT_COLUMNS[3], int(each["count"])),
            cell(FAULT_COLUMNS[4], formats.sentence(str(each["message"] or ""))),
            _example(run, each),
        )
        for each in found
    ]


def rejected_rows(run: RunFolder) -> list[tuple[Cell, ...]]:
    """Return the rows that were left out, in the order of files and rows."""
    if not run.manifest.counts.rejected:
        return []
    return [
        (
            cell(REJECTED_COLUMNS[0], str(each["file"]).rsplit("/", 1)[-1]),
            cell(REJECTED_COLUMNS[1], int(each["row"]) + 1),
            cell(REJECTED_COLUMNS[2], str(each["record_id"] or "none")),
            cell(REJECTED_COLUMNS[3], formats.sentence(str(each["reason"] or ""))),
        )
        for each in read_rows(run.file("rejected.parquet"), order="ORDER BY file, row")
    ]


def _example(run: RunFolder, fault: Mapping[str, object]) -> Cell:
    row, record_id = fault.get("example_row"), str(fault.get("example_record_id") or "").strip()
    file = str(fault["example_file"] or "").rsplit("/", 1)[-1]
    if not isinstance(row, int) or row < 0:
        return cell(FAULT_COLUMNS[5], f"The whole of {file}" if file else "The whole run")
    words = f"Row {formats.number(row + 1)} of {file}"
    if not record_id:
        return cell(FAULT_COLUMNS[5], words)
    href = with_query(address("run-find", run=run.id), {}, record=record_id)
    return cell(FAULT_COLUMNS[5], words, href, hidden=f", record {record_id}")


def _summary(rows: list[tuple[Cell, ...]], rejected: int) -> str:
    times = sum(row[3].value for row in rows if isinstance(row[3].value, int))
    if not rows and not rejected:
        return "No fault was found in the activity of this run."
    kinds = formats.counted(len({row[0].value for row in rows}), "kind")
    words = (
        f"{formats.counted(times, 'value')} could not be used as they were, of {kinds}. "
        if rows
        else "Every value could be used. "
    )
    rest = formats.counted(rejected, "whole row")
    return f"{words}{rest} could not be used. Nothing was dropped without being counted here."
