"""The records behind a figure, 25 to a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_frame import run_filters, table_downloads
from speccom.analysis.run_reader import total
from speccom.analysis.run_rows import ORDERS, rows_behind
from speccom.analysis.run_words import (
    dataset_words,
    fate_words,
    is_dataset,
    is_fate,
    is_layer,
    layer_words,
    line_title,
    provider_words,
    records_and_cost,
)
from speccom.analysis.selection import FILTER_NAMES, NO_LINE, UNKNOWN, Selection, is_month, selection_of
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.filters import FilterPanel
from speccom.interface.pages import address
from speccom.interface.paging import PAGE_SIZE, Paging, paginate
from speccom.interface.tables import Cell, Column, Heading, Kind, Table, cell

_COLUMNS = (
    Column("record_id", "Record", code=True),
    Column("service", "Service", wide=True),
    Column("total_cost", "Cost", Kind.MONEY),
    Column("activity_date", "Date", Kind.DATE),
    Column("provider", "Provider"),
    Column("dataset", "Kind of care"),
    Column("treatment_function", "Treatment function"),
    Column("primary_diagnosis", "Main diagnosis", code=True),
)
DOWNLOAD_LIMIT = 100_000
_SORTED_BY = {"activity_date": "date", "total_cost": "cost", "record_id": "row"}


def columns_of(run: RunFolder) -> tuple[Column, ...]:
    """Return the columns of a run's records; without cost where the activity gives none."""
    return tuple(each for each in _COLUMNS if run.manifest.priced or each.name != "total_cost")


@dataclass(frozen=True)
class RowsPage:
    """What the list of records shows."""

    summary: str
    panel: FilterPanel
    table: Table
    paging: Paging
    download_note: str
    find: str


def title_of(run: RunFolder, selection: Selection) -> str:
    """Return the title of a list of records: what they are, by the filters in force."""
    parts = []
    if selection.line:
        if selection.line == NO_LINE or selection.line in run.rulebook.services:
            parts.append(line_title(run.rulebook, selection.line))
    elif selection.programme in run.rulebook.programmes:
        parts.append(run.rulebook.programme_title(str(selection.programme)))
    if selection.provider:
        unknown = selection.provider == UNKNOWN
        parts.append("provider not known" if unknown else f"provider {selection.provider}")
    if selection.month and is_month(selection.month):
        parts.append(formats.month(selection.month))
    if is_dataset(selection.dataset):
        parts.append(dataset_words(selection.dataset).lower())
    if is_layer(selection.layer):
        parts.append(layer_words(selection.layer).lower())
    fate = selection.fate if not (selection.line or selection.programme) else None
    records = "All records" if selection.everything else "Records"
    if is_fate(fate):
        records = f"{fate_words(fate)} records"
    return f"{records}: {', '.join(parts)}" if parts else records


def present_rows(run: RunFolder, asked: Mapping[str, str]) -> RowsPage:
    """Return the records behind a figure, under the filters and in the order of the address."""
    path = address("run-rows", run=run.id)
    selection = selection_of(asked)
    order = asked.get("sort", "row")
    order = order if order in ORDERS else "row"
    whole = total(run, selection)
    paging = paginate(whole.records, path, asked)
    limited = whole.records > DOWNLOAD_LIMIT
    found = (
        rows_behind(run, selection, limit=PAGE_SIZE, offset=paging.offset, order=order)
        if whole.records
        else []
    )
    table = Table(
        id="records",
        caption=paging.words if whole.records else "Records",
        headings=tuple(_heading(column, order, path, asked) for column in columns_of(run)),
        rows=tuple(_row(run, each, asked) for each in found),
        downloads=table_downloads(run, "records", asked),
        empty="No record of this run matches these filters.",
        file_of=f"the first {formats.number(DOWNLOAD_LIMIT)} records" if limited else "these records",
    )
    return RowsPage(
        summary=f"{records_and_cost(run, whole)}.",
        panel=run_filters(run, path, asked, extra=("line", "fate", "layer")),
        table=table,
        paging=paging,
        find=address("run-find", run=run.id),
        download_note=(
            f"A download holds the first {formats.number(DOWNLOAD_LIMIT)} records; the run’s own labels "
            "file has all."
            if limited
            else ""
        ),
    )


def download_rows(run: RunFolder, asked: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    """Return the records of the filters in force for a file, up to DOWNLOAD_LIMIT of them."""
    order = asked.get("sort", "row")
    found = rows_behind(
        run, selection_of(asked), limit=DOWNLOAD_LIMIT, offset=0, order=order if order in ORDERS else "row"
    )
    return [_row(run, each, {}) for each in found]


def _row(run: RunFolder, record: Mapping[str, object], asked: Mapping[str, str]) -> tuple[Cell, ...]:
    kept = {name: value for name, value in asked.items() if name in (*FILTER_NAMES, "sort", "page")}
    href = with_query(address("run-row", run=run.id, row=int(str(record["position"])) + 1), kept)
    line = record["service_line"]
    words = line_title(run.rulebook, str(line)) if line else fate_words(str(record["fate"]))
    when, cost = record.get("activity_date"), record.get("total_cost")
    diagnoses = record.get("diagnoses")
    costs = [cell(_COLUMNS[2], Decimal(str(cost)) if cost is not None else None)]
    main = str(diagnoses[0]) if isinstance(diagnoses, list) and diagnoses and diagnoses[0] else None
    return (
        cell(_COLUMNS[0], str(record["record_id"]), href),
        cell(_COLUMNS[1], words),
        *(costs if run.manifest.priced else []),
        cell(_COLUMNS[3], when if isinstance(when, date) else None),
        cell(_COLUMNS[4], provider_words(_text(record["provider"]))),
        cell(_COLUMNS[5], dataset_words(_text(record["dataset"]))),
        cell(_COLUMNS[6], _text(record.get("treatment_function"))),
        cell(_COLUMNS[7], main, text=main or "none"),
    )


def _heading(column: Column, order: str, path: str, asked: Mapping[str, str]) -> Heading:
    name = _SORTED_BY.get(column.name)
    if name is None:
        return Heading(column.title, column.kind.numeric, None, None)
    now = {name: "ascending", f"-{name}": "descending"}.get(order)
    turns = {"cost": ("-cost", "cost"), "date": ("date", "-date"), "row": ("row", "row")}[name]
    wanted = turns[1] if order == turns[0] else turns[0]
    href = with_query(path, asked, sort=wanted, page=None) + "#records"
    return Heading(column.title, column.kind.numeric, href, now)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
