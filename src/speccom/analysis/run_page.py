"""The main page of a run: headline, key figures, tables and charts, and what became of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from speccom.analysis.manifest import Manifest
from speccom.analysis.run_charts import cost_bars, cost_columns
from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_frame import rows_address, run_filters, table_downloads
from speccom.analysis.run_reader import Figure, figures, total
from speccom.analysis.run_tables import COST, SPECIALISED, figures_table, measures, programmes_table
from speccom.analysis.run_words import fate_meaning, fate_words, records_and_cost
from speccom.analysis.runs_page import headline
from speccom.analysis.selection import UNKNOWN, Selection, selection_of
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.charts import Chart
from speccom.interface.figures import KeyFigure
from speccom.interface.filters import FilterPanel
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.tables import Cell, Column, Download, Table, cell, first_rows, make_table
from speccom.problem import Problem

_SHOWN = 10


@dataclass(frozen=True)
class Measured:
    """A table with its chart."""

    chart: Chart | None
    table: Table


@dataclass(frozen=True)
class RunPage:
    """What the main page of a run shows."""

    headline: str
    when: str
    illustrative: bool
    panel: FilterPanel
    figures: tuple[KeyFigure, ...]
    filtered: str
    fates: Table
    reconciles: str
    measured: tuple[Measured, ...]
    warnings: tuple[str, ...]
    rulebook: Link


def present_run(run: RunFolder, asked: Mapping[str, str]) -> RunPage:
    """Return what the main page of a sealed run shows under the filters of the address."""
    manifest = run.manifest
    selection = replace(selection_of(asked), line=None, layer=None, fate=None)
    path = address("run", run=run.id)
    return RunPage(
        headline=headline(manifest),
        when=_when(manifest),
        illustrative=manifest.rulebook.illustrative,
        panel=run_filters(run, path, asked),
        figures=key_figures(run, selection),
        filtered=_filtered(run, selection),
        fates=_fates(run, selection, asked),
        reconciles=_reconciles(run, selection),
        measured=_measured(run, selection, asked, path),
        warnings=(
            *_changed_labels(run),
            *(formats.sentence(each.message) for each in manifest.warnings),
        ),
        rulebook=Link(
            f"{manifest.rulebook.title}, version {manifest.rulebook.version}",
            address("run-manifest", run=run.id),
            note=manifest.rulebook.identity,
        ),
    )


def _changed_labels(run: RunFolder) -> tuple[str, ...]:
    try:
        _ = run.labels
    except Problem as problem:
        return (f"{problem.what}: {problem.where}. The figures of this page are the run’s own.",)
    return ()


def _when(manifest: Manifest) -> str:
    finished = f"Finished on {formats.day_and_time(manifest.finished)}." if manifest.finished else ""
    kind = "All of its activity is synthetic." if manifest.synthetic else ""
    return f"{finished} {kind}".strip()


def key_figures(run: RunFolder, selection: Selection) -> tuple[KeyFigure, ...]:
    """Return the figures that sum a run up, each a link to what is behind it."""
    opened = replace(selection, fate=SPECIALISED)
    specialised, everything = total(run, opened), total(run, selection)
    lines = figures(run, opened, "service_line")
    share = formats.percent(specialised.records, everything.records)
    kept = selection.as_query()
    return (
        KeyFigure(
            formats.number(specialised.records),
            "specialised records",
            rows_address(run, opened),
            f"{share} of {formats.counted(everything.records, 'record')}",
        ),
        _cost_figure(run, specialised, everything, rows_address(run, opened, sort="-cost")),
        KeyFigure(
            formats.number(len([each for each in lines if each.name])),
            "services found",
            with_query(address("run-lines", run=run.id), kept),
            f"of {formats.number(len(run.rulebook.services))} in the rulebook",
        ),
        KeyFigure(
            formats.number(len(run.manifest.unseen_lines)),
            "services that no rule can see",
            address("run-unseen", run=run.id),
            "Their absence here says nothing",
        ),
    )


def _cost_figure(run: RunFolder, specialised: Figure, everything: Figure, href: str) -> KeyFigure:
    if not run.manifest.priced:
        return KeyFigure("None given", "specialised cost", note="The activity has no prices")
    share = formats.percent(specialised.cost, everything.cost)
    return KeyFigure(
        formats.money_in_words(specialised.cost),
        "specialised cost",
        href,
        f"{share} of {formats.money_in_words(everything.cost)}",
    )


def _filtered(run: RunFolder, selection: Selection) -> str:
    if selection.everything:
        return ""
    found = total(run, selection)
    if not found.records:
        return "No record of this run matches these filters."
    return f"Under these filters there are {records_and_cost(run, found)}."


def _fates(run: RunFolder, selection: Selection, asked: Mapping[str, str]) -> Table:
    columns = (
        Column("fate", "What became of it", sortable=False),
        Column("meaning", "What that means", sortable=False),
        *(replace(each, sortable=False) for each in measures(run)),
    )
    priced = run.manifest.priced
    rows: list[tuple[Cell, ...]] = []
    found = figures(run, selection, "fate")
    for each in found:
        opened = replace(selection, fate=each.name or UNKNOWN)
        words = fate_words(each.name)
        rows.append(
            (
                cell(columns[0], words),
                cell(columns[1], fate_meaning(each.name or "")),
                cell(columns[2], each.records, rows_address(run, opened), hidden=f"records: {words}"),
                *(
                    [cell(COST, each.cost, rows_address(run, opened, sort="-cost"), hidden=f"cost: {words}")]
                    if priced
                    else []
                ),
            )
        )
    rejected = run.manifest.counts.rejected if selection.everything else 0
    if rejected:
        rows.append(
            (
                cell(columns[0], fate_words("rejected")),
                cell(columns[1], fate_meaning("rejected")),
                cell(
                    columns[2],
                    rejected,
                    address("run-faults", run=run.id) + "#rejected",
                    hidden="rejected rows",
                ),
                *([cell(COST, None, text="not counted")] if priced else []),
            )
        )
    records = sum(each.records for each in found) + rejected
    cost = total(run, selection).cost
    whole = (
        Cell("All", "All rows"),
        Cell(None, ""),
        cell(columns[2], records),
        *([cell(COST, cost)] if priced else []),
    )
    return make_table(
        "fates",
        "What became of every row",
        columns,
        rows,
        total=whole,
        downloads=table_downloads(run, "fates", asked),
        empty="No record of this run matches these filters.",
    )


def _reconciles(run: RunFolder, selection: Selection) -> str:
    if not selection.everything:
        return ""
    counts = run.manifest.counts
    summed = sum(each.records for each in figures(run, selection, "fate")) + counts.rejected
    if summed == counts.rows:
        return f"Every one of the {formats.counted(counts.rows, 'row')} that went in is in this table once."
    return (
        f"{formats.counted(counts.rows, 'row')} went in and {formats.number(summed)} are in this table. "
        "They should be equal: run the identification again, and report this if it stays so."
    )


def _measured(
    run: RunFolder, selection: Selection, asked: Mapping[str, str], path: str
) -> tuple[Measured, ...]:
    manifest = run.manifest
    programmes = programmes_table(run, selection, asked, path)
    lines = figures_table(run, "lines", selection, asked, path)
    providers = figures_table(run, "providers", selection, asked, path)
    months = figures_table(run, "months", selection, asked, path)
    layers = figures_table(run, "layers", selection, asked, path)
    return (
        Measured(cost_bars(programmes, "programmes of care", manifest), programmes),
        Measured(
            cost_bars(lines, "services", manifest),
            first_rows(lines, _SHOWN, _whole(run, "run-lines", "services", len(lines.rows), selection)),
        ),
        Measured(
            cost_bars(providers, "providers", manifest),
            first_rows(
                providers, _SHOWN, _whole(run, "run-providers", "providers", len(providers.rows), selection)
            ),
        ),
        Measured(cost_columns(months, manifest), months),
        Measured(None, layers),
    )


def _whole(run: RunFolder, page: str, things: str, count: int, selection: Selection) -> Download:
    href = with_query(address(page, run=run.id), selection.as_query())
    return Download(f"See all {formats.number(count)} {things}", href)
