"""The other pages of a run: all services or providers, what no rule sees, official lines, how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from speccom.analysis.run_charts import cost_bars
from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_frame import run_filters, table_downloads
from speccom.analysis.run_reader import read_rows
from speccom.analysis.run_tables import figures_table, service_address
from speccom.analysis.run_words import line_title
from speccom.analysis.selection import selection_of
from speccom.catalogue.programmes import programme_of
from speccom.catalogue.service_words import route_words
from speccom.interface import formats
from speccom.interface.charts import Chart
from speccom.interface.figures import Fact
from speccom.interface.filters import FilterPanel
from speccom.interface.pages import address
from speccom.interface.paging import Paging, paginate
from speccom.interface.tables import Cell, Column, Kind, Table, cell, make_table, part_of


@dataclass(frozen=True)
class FiguresPage:
    """A whole table of figures, 25 rows to a page, with the chart of its costliest rows."""

    summary: str
    panel: FilterPanel
    chart: Chart | None
    table: Table
    paging: Paging


@dataclass(frozen=True)
class ListPage:
    """A table with a sentence before it."""

    summary: str
    table: Table
    paging: Paging | None = None


@dataclass(frozen=True)
class ManifestPage:
    """How a run was made."""

    summary: str
    facts: tuple[Fact, ...]
    inputs: Table
    outputs: Table
    timings: Table


def present_figures(run: RunFolder, name: str, things: str, asked: Mapping[str, str]) -> FiguresPage:
    """Return the page of one table ("lines", "providers") under the filters of the address."""
    path = address(f"run-{name}", run=run.id)
    selection = replace(selection_of(asked), line=None, layer=None, fate=None)
    table = figures_table(run, name, selection, asked, path)
    paging = paginate(len(table.rows), path, asked)
    first = "the costliest" if run.manifest.priced else "those with most records"
    summary = (
        f"{formats.counted(len(table.rows), things.removesuffix('s'), things)} with specialised activity, "
        f"{first} first unless you sort by another column."
    )
    return FiguresPage(
        summary=summary,
        panel=run_filters(run, path, asked),
        chart=cost_bars(table, things, run.manifest, limit=15),
        table=part_of(table, paging.offset, paging.last),
        paging=paging,
    )


UNSEEN_COLUMNS = (
    Column("service", "Service"),
    Column("code", "Code", code=True),
    Column("programme", "Programme of care"),
    Column("routes", "How it can be known"),
)


def unseen_rows(run: RunFolder) -> list[tuple[Cell, ...]]:
    """Return the services that no rule of the run's rulebook can find."""
    rulebook = run.rulebook
    rows: list[tuple[Cell, ...]] = []
    for code in run.manifest.unseen_lines:
        service = rulebook.services.get(code)
        routes = [route_words(each.route).name for each in rulebook.routes_of(code)]
        rows.append(
            (
                cell(
                    UNSEEN_COLUMNS[0],
                    line_title(rulebook, code),
                    service_address(run, code) if service else None,
                ),
                cell(UNSEEN_COLUMNS[1], code),
                cell(
                    UNSEEN_COLUMNS[2],
                    programme_of(rulebook, service.programme_of_care if service else None).title,
                ),
                cell(UNSEEN_COLUMNS[3], "; ".join(dict.fromkeys(routes)) or "Not stated"),
            )
        )
    return rows


def present_unseen(run: RunFolder, asked: Mapping[str, str]) -> ListPage:
    """Return the services that this run could not have found."""
    path = address("run-unseen", run=run.id)
    rows = unseen_rows(run)
    table = make_table(
        "unseen",
        "Services that no rule of this run can find",
        UNSEEN_COLUMNS,
        rows,
        asked=asked,
        path=path,
        downloads=table_downloads(run, "unseen", asked),
        empty="The rulebook of this run has a rule for every service.",
    )
    paging = paginate(len(rows), path, asked)
    summary = (
        f"{formats.counted(len(rows), 'service')} of {formats.number(len(run.rulebook.services))} in the "
        "rulebook cannot be found in hospital records by its rules. This run shows what providers stated of "
        "them; where it shows none, that does not mean that there was none."
    )
    return ListPage(summary, replace(table, rows=table.rows[paging.offset : paging.last]), paging)


_AGREEMENT_COLUMNS = (
    Column("official_line", "Official line"),
    Column("our_line", "Line by this run"),
    Column("agrees", "Agreement"),
    Column("records", "Records", Kind.NUMBER),
    Column("cost", "Cost", Kind.MONEY),
    Column("example", "An example"),
)


def agreement_columns(run: RunFolder) -> tuple[Column, ...]:
    """Return the columns of official lines against ours; without cost where the activity gives none."""
    return tuple(each for each in _AGREEMENT_COLUMNS if run.manifest.priced or each.name != "cost")


def agreement_rows(run: RunFolder) -> list[tuple[Cell, ...]]:
    """Return official lines against ours, the differences first."""
    rulebook = run.rulebook
    rows: list[tuple[Cell, ...]] = []
    for each in read_rows(run.file("agreement.parquet")):
        official, ours = each["official_line"], each["our_line"]
        agrees = (official or None) == (ours or None)
        example = each.get("example_row")
        row = int(example) + 1 if example is not None else 0
        href = address("run-row", run=run.id, row=row) if row else None
        official_words, our_words = line_title(rulebook, official or None), line_title(rulebook, ours or None)
        rows.append(
            (
                cell(_AGREEMENT_COLUMNS[0], official_words),
                cell(_AGREEMENT_COLUMNS[1], our_words),
                cell(_AGREEMENT_COLUMNS[2], "Agrees" if agrees else "Differs"),
                cell(_AGREEMENT_COLUMNS[3], int(each["records"] or 0)),
                *([cell(_AGREEMENT_COLUMNS[4], each["cost"] or Decimal(0))] if run.manifest.priced else []),
                cell(
                    _AGREEMENT_COLUMNS[5],
                    f"Row {formats.number(row)}" if href else "None",
                    href,
                    hidden=f"{official_words}, {our_words}" if href else "",
                ),
            )
        )
    rows.sort(key=lambda row: (row[2].value == "Agrees", -_whole(row[3])))
    return rows


def present_agreement(run: RunFolder, asked: Mapping[str, str]) -> ListPage:
    """Return how far this run's lines agree with those already in the extract."""
    path = address("run-agreement", run=run.id)
    rows = agreement_rows(run)
    all_records = sum(_whole(row[3]) for row in rows)
    agreeing = sum(_whole(row[3]) for row in rows if row[2].value == "Agrees")
    table = make_table(
        "agreement",
        "Official lines against the lines of this run",
        agreement_columns(run),
        rows,
        asked=asked,
        path=path,
        downloads=table_downloads(run, "agreement", asked),
    )
    paging = paginate(len(rows), path, asked)
    summary = (
        f"Some of the activity already held an official line. {formats.number(agreeing)} of "
        f"{formats.counted(all_records, 'record')} ({formats.percent(agreeing, all_records)}) have the "
        "same line here."
    )
    return ListPage(summary, replace(table, rows=table.rows[paging.offset : paging.last]), paging)


def present_manifest(run: RunFolder) -> ManifestPage:
    """Return how a run was made: what went in, by what, what came out."""
    manifest = run.manifest
    rulebook = manifest.rulebook
    validity = ""
    if rulebook.valid_from and rulebook.valid_to:
        validity = f"Valid from {formats.day(rulebook.valid_from)} to {formats.day(rulebook.valid_to)}"
    facts = [
        Fact("Run", manifest.run, code=True),
        Fact("Started", formats.day_and_time(manifest.started) if manifest.started else "Not known"),
        *(Fact("Gone on with", formats.day_and_time(each)) for each in manifest.resumed),
        Fact("Finished", formats.day_and_time(manifest.finished) if manifest.finished else "Not known"),
        *([Fact("Started by", manifest.by)] if manifest.by else []),
        Fact("Rulebook", f"{rulebook.title}, version {rulebook.version}", note=validity),
        Fact("Rulebook’s status", rulebook.status.capitalize() or "Not stated"),
        Fact(
            "Rulebook’s identity",
            rulebook.identity,
            note="Anybody with the same rulebook gets the same identity",
        ),
        Fact("Activity", "Synthetic: made up by a program" if manifest.synthetic else "As it was supplied"),
        Fact("Engine", manifest.engine),
        Fact("Version of the software", manifest.code_version),
    ]
    return ManifestPage(
        summary=(
            "What went in, by what it was judged, and what came out. The same inputs, rulebook and "
            "software give the same outputs, to the byte."
        ),
        facts=tuple(facts),
        inputs=_inputs(run),
        outputs=_outputs(run),
        timings=_timings(run),
    )


def _inputs(run: RunFolder) -> Table:
    columns = (
        Column("file", "File", sortable=False),
        Column("layout", "Shape", sortable=False),
        Column("rows", "Rows", Kind.NUMBER, sortable=False),
        Column("sha256", "SHA-256", sortable=False, code=True),
    )
    rows = [
        (
            cell(columns[0], each.original.rsplit("/", 1)[-1]),
            cell(columns[1], each.layout or "not stated"),
            cell(columns[2], each.rows),
            cell(columns[3], each.sha256 or "not stated"),
        )
        for each in run.manifest.inputs
    ]
    return make_table("inputs", "What went in", columns, rows, empty="No file is named.")


def _outputs(run: RunFolder) -> Table:
    columns = (
        Column("name", "Output", sortable=False),
        Column("rows", "Rows", Kind.NUMBER, sortable=False),
        Column("sha256", "SHA-256", sortable=False, code=True),
    )
    rows = [
        (
            cell(columns[0], each.name),
            cell(columns[1], each.rows),
            cell(columns[2], each.sha256 or "not stated"),
        )
        for each in run.manifest.outputs
    ]
    return make_table("outputs", "What came out", columns, rows, empty="No output is named.")


def _timings(run: RunFolder) -> Table:
    columns = (Column("stage", "Stage", sortable=False), Column("seconds", "Seconds", sortable=False))
    rows = [
        (cell(columns[0], name.replace("_", " ").capitalize()), cell(columns[1], value))
        for name, value in run.manifest.timings
    ]
    return make_table("timings", "How long it took", columns, rows, empty="No timing is recorded.")


def _whole(each: Cell) -> int:
    return each.value if isinstance(each.value, int) else 0
