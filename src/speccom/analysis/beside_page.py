"""Two runs side by side: what each found by programme, service and provider, and where they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_reader import figures, total
from speccom.analysis.run_tables import SPECIALISED
from speccom.analysis.run_words import line_title, provider_words
from speccom.analysis.selection import Selection
from speccom.catalogue.programmes import programme_of
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.figures import Fact
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.tables import Cell, Column, Download, Kind, Table, cell, first_rows, make_table

_SPECIALISED = Selection(fate=SPECIALISED)
_SHOWN = 15


@dataclass(frozen=True)
class Choice:
    """A run that can be set beside this one."""

    value: str
    text: str
    selected: bool


@dataclass(frozen=True)
class BesidePage:
    """Both runs; without a second one only the choice. `cautions` say what else differs than the results."""

    choices: tuple[Choice, ...]
    action: str
    summary: str = ""
    runs: tuple[Link, ...] = ()
    facts: tuple[Fact, ...] = ()
    cautions: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class _Pair:
    """Records and cost of one thing in each of two runs."""

    name: str
    records: tuple[int, int]
    cost: tuple[Decimal, Decimal]

    @property
    def differs(self) -> bool:
        return self.records[0] != self.records[1] or self.cost[0] != self.cost[1]

    @property
    def difference(self) -> Decimal:
        return self.cost[1] - self.cost[0]


def present_choice(run: RunFolder, others: Sequence[RunFolder]) -> BesidePage:
    """Return the page before a second run is chosen."""
    return BesidePage(_choices(others, ""), address("run-beside", run=run.id))


def present_beside(
    run: RunFolder, other: RunFolder, others: Sequence[RunFolder], asked: Mapping[str, str]
) -> BesidePage:
    """Return two finished runs side by side. Raises Problem where one cannot be read."""
    path = address("run-beside", run=run.id)
    priced = run.manifest.priced or other.manifest.priced
    kinds = (
        ("programmes", "Programme of care", _programmes(run), _programmes(other)),
        ("lines", "Service", _by(run, "service_line", _line), _by(other, "service_line", _line)),
        ("providers", "Provider", _by(run, "provider", _provider), _by(other, "provider", _provider)),
    )
    return BesidePage(
        _choices(others, other.id),
        path,
        summary=_summary(run, other),
        runs=tuple(Link(each.manifest.title, address("run", run=each.id)) for each in (run, other)),
        facts=_facts(run, other),
        cautions=tuple(_cautions(run, other)),
        tables=tuple(_table(*kind, asked, path, priced) for kind in kinds),
    )


_Sums = dict[str, tuple[int, Decimal]]


def _by(run: RunFolder, dimension: str, words: Callable[[RunFolder, str | None], str]) -> _Sums:
    return {
        words(run, each.name): (each.records, each.cost) for each in figures(run, _SPECIALISED, dimension)
    }


def _line(run: RunFolder, code: str | None) -> str:
    return f"{line_title(run.rulebook, code)} ({code})" if code else line_title(run.rulebook, code)


def _provider(run: RunFolder, code: str | None) -> str:
    return provider_words(code)


def _programmes(run: RunFolder) -> _Sums:
    sums: _Sums = {}
    for each in figures(run, _SPECIALISED, "service_line"):
        service = run.rulebook.services.get(each.name or "")
        title = programme_of(run.rulebook, service.programme_of_care if service else None).title
        records, cost = sums.get(title, (0, Decimal(0)))
        sums[title] = (records + each.records, cost + each.cost)
    return sums


def _table(
    name: str,
    title: str,
    first: _Sums,
    second: _Sums,
    asked: Mapping[str, str],
    path: str,
    priced: bool,
) -> Table:
    nothing = (0, Decimal(0))
    pairs = []
    for key in {**first, **second}:
        (records, cost), (others, other_cost) = first.get(key, nothing), second.get(key, nothing)
        pairs.append(_Pair(key, (records, others), (cost, other_cost)))
    differing = [each for each in pairs if each.differs]
    differing.sort(
        key=lambda each: (-abs(each.difference), -abs(each.records[1] - each.records[0]), each.name)
    )
    columns = _columns(title, priced)
    same = len(pairs) - len(differing)
    caption = f"By {title[0].lower()}{title[1:]}: {formats.counted(len(differing), 'difference')}"
    if same:
        caption += f", {formats.number(same)} the same"
    table = make_table(
        name,
        caption,
        columns,
        [_row(columns, each, priced) for each in differing],
        empty="Both runs say the same.",
    )
    if asked.get("all") == name:
        return table
    words = f"All {formats.counted(len(differing), 'difference')} by {title[0].lower()}{title[1:]}"
    return first_rows(table, _SHOWN, Download(words, f"{with_query(path, asked, all=name)}#{name}"))


def _columns(title: str, priced: bool) -> tuple[Column, ...]:
    records = (
        ("records-1", "Records, first"),
        ("records-2", "Records, second"),
        ("records", "Records, difference"),
    )
    cost = ("cost-1", "Cost, first"), ("cost-2", "Cost, second"), ("cost", "Cost, difference")
    return (
        Column("name", title, sortable=False),
        *(Column(name, words, Kind.NUMBER, sortable=False) for name, words in records),
        *(Column(name, words, Kind.MONEY, sortable=False) for name, words in cost if priced),
    )


def _row(columns: tuple[Column, ...], pair: _Pair, priced: bool) -> tuple[Cell, ...]:
    values = (*pair.records, pair.records[1] - pair.records[0])
    costs = (*pair.cost, pair.difference) if priced else ()
    return (
        cell(columns[0], pair.name),
        *(cell(column, value) for column, value in zip(columns[1:], (*values, *costs), strict=True)),
    )


def _choices(others: Sequence[RunFolder], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(each.id, f"{each.manifest.title} ({each.id})", each.id == chosen) for each in others)


def _summary(run: RunFolder, other: RunFolder) -> str:
    first, second = total(run, _SPECIALISED), total(other, _SPECIALISED)
    change = second.records - first.records
    if not change and first.cost == second.cost:
        return f"Both runs find {formats.counted(first.records, 'specialised record')} of the same cost."
    words = (
        f"The first run finds {formats.counted(first.records, 'specialised record')}, the second "
        f"{formats.number(second.records)}"
    )
    if not run.manifest.priced and not other.manifest.priced:
        return f"{words}."
    return (
        f"{words}; their cost goes from {formats.money_in_words(first.cost)} to "
        f"{formats.money_in_words(second.cost)}."
    )


def _facts(run: RunFolder, other: RunFolder) -> tuple[Fact, ...]:
    return tuple(
        Fact(name, each.manifest.title, address("run", run=each.id), note=_made(each))
        for name, each in (("First run", run), ("Second run", other))
    )


def _made(run: RunFolder) -> str:
    manifest = run.manifest
    finished = f", finished on {formats.day_and_time(manifest.finished)}" if manifest.finished else ""
    return f"{formats.counted(manifest.counts.rows, 'row')} by {manifest.rulebook.identity}{finished}"


def _cautions(run: RunFolder, other: RunFolder) -> Sequence[str]:
    first, second = run.manifest, other.manifest
    said = []
    if sorted(each.sha256 for each in first.inputs) != sorted(each.sha256 for each in second.inputs):
        said.append("They read different activity, so a difference need not come from the rules.")
    if first.rulebook.identity == second.rulebook.identity:
        said.append("Both went by the same rulebook.")
    if first.code_version != second.code_version:
        said.append("They were made by different versions of the software.")
    return said
