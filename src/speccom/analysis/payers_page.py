"""Who pays for what a run identified: records and cost by commissioner, and what has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from speccom.analysis.assignment_manifest import AssignmentManifest, read_assignment
from speccom.analysis.open_run_page import TITLES
from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_reader import read_rows
from speccom.analysis.run_state import state_of
from speccom.directory.form_shown import FormShown
from speccom.interface import formats
from speccom.interface.figures import Fact
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.paging import Paging, paginate
from speccom.interface.tables import Cell, Column, Kind, Table, cell, make_table, part_of

_COMMISSIONER = Column("commissioner", "Commissioner")
_CATEGORY = Column("category", "Service category")
_REASON = Column("reason", "Why")
_RECORDS = Column("records", "Records", Kind.NUMBER)
_COST = Column("cost", "Cost", Kind.MONEY)


@dataclass(frozen=True)
class PayersPage:
    """The result of one assignment; `others` are further ones of the same run."""

    summary: str
    warnings: tuple[str, ...]
    named: Table
    unnamed: Table
    paging: Paging
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class NoPayersPage:
    """What is there instead: assignments that are not finished, and the form that starts one."""

    summary: str
    others: tuple[Link, ...]
    form: FormShown | None
    action: str


def present_payers(run: RunFolder, path: str, asked: Mapping[str, str]) -> PayersPage:
    """Return the result of a sealed assignment. Raises Problem where it cannot be read."""
    manifest = read_assignment(run)
    rows = read_rows(run.file("summary.parquet"))
    priced = any(row["cost"] for row in rows)
    named = make_table(
        "commissioners",
        f"Records{' and cost' if priced else ''} by commissioner",
        _columns((_COMMISSIONER, _CATEGORY), priced),
        _by(rows, ("commissioner", "service_category"), priced, named=True),
        asked=asked,
        path=path,
        empty="No record has a commissioner.",
    )
    unnamed = make_table(
        "without",
        "Records without a commissioner, and why",
        _columns((_REASON,), priced),
        _by(rows, ("reason",), priced, named=False),
        empty="Every record has a commissioner.",
    )
    paging = paginate(len(named.rows), path, asked)
    return PayersPage(
        _summary(manifest),
        manifest.warnings,
        part_of(named, paging.offset, paging.last),
        unnamed,
        paging,
        _facts(manifest),
    )


def present_no_payers(
    run: RunFolder, assignments: Sequence[RunFolder], form: FormShown | None
) -> NoPayersPage:
    """Return what is shown where no assignment of a run is finished."""
    others = tuple(
        Link(each.id, address("run", run=each.id), note=TITLES[state_of(each)]) for each in assignments
    )
    summary = "What this run identified was not given its commissioners yet."
    return NoPayersPage(summary, others, form, address("run-assign", run=run.id))


def payers_headline(manifest: AssignmentManifest) -> str:
    """Return what an assignment found, in a sentence."""
    return (
        f"{formats.number(manifest.named)} of {formats.counted(manifest.answers, 'record')} "
        f"({formats.percent(manifest.named, manifest.answers)}) have a commissioner."
        if manifest.answers
        else "The activity holds no records, so nobody was named."
    )


def _summary(manifest: AssignmentManifest) -> str:
    rejected = (
        f" {formats.counted(manifest.rejected, 'more row')} could not be used." if manifest.rejected else ""
    )
    return payers_headline(manifest) + rejected


def _columns(first: tuple[Column, ...], priced: bool) -> tuple[Column, ...]:
    return (*first, _RECORDS, *((_COST,) if priced else ()))


def _by(
    rows: Sequence[Mapping[str, object]], names: tuple[str, ...], priced: bool, *, named: bool
) -> list[tuple[Cell, ...]]:
    """Return a row for each commissioner, or reason, the costliest first."""
    sums: dict[tuple[str, ...], tuple[int, Decimal]] = {}
    for row in rows:
        if (row["commissioner"] is not None) is named:
            key = tuple(str(row[name] or "Not stated").rstrip(".") for name in names)
            records, cost = sums.get(key, (0, Decimal(0)))
            sums[key] = (records + int(str(row["records"])), cost + Decimal(str(row["cost"] or 0)))
    ordered = sorted(sums.items(), key=lambda each: (-each[1][1], -each[1][0], each[0]))
    columns = (_COMMISSIONER, _CATEGORY) if named else (_REASON,)
    return [
        (
            *(cell(column, text) for column, text in zip(columns, key, strict=True)),
            cell(_RECORDS, records),
            *((cell(_COST, cost),) if priced else ()),
        )
        for key, (records, cost) in ordered
    ]


def _facts(manifest: AssignmentManifest) -> tuple[Fact, ...]:
    finished = formats.day_and_time(manifest.finished) if manifest.finished else "Not known"
    return (
        Fact("Method", manifest.rulebook),
        Fact("Reference tables", manifest.reference[:12], code=True, note="The digest of the folder"),
        Fact("Services", "As identified by the run" if manifest.labels else "As submitted"),
        Fact("Finished", finished),
    )
