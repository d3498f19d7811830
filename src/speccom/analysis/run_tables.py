"""The tables of a run: each is a list of rows by a name, shown on pages and downloaded as files alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_frame import rows_address, table_downloads
from speccom.analysis.run_reader import Figure, figures, total
from speccom.analysis.run_words import dataset_words, fate_words, layer_words, line_title, provider_words
from speccom.analysis.selection import NO_LINE, UNKNOWN, Selection, is_month
from speccom.catalogue.programmes import programme_of
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.pages import address
from speccom.interface.tables import Cell, Column, Kind, Table, cell, make_table

SPECIALISED = "labelled"
_LONGEST_TIME = 60
"""In months."""


@dataclass(frozen=True)
class TableKind:
    """A table of figures: what its rows are, and how a row is named, linked and opened.

    ``name_of`` gives a row's name in words; ``opened`` the selection of the records behind it.
    """

    name: str
    caption: str
    title: str
    by: str
    name_of: Callable[[RunFolder, str | None], str]
    opened: Callable[[Selection, str | None], Selection]
    specialised_only: bool = True
    has_code: bool = False
    in_order: bool = False


def _with(field: str, missing: str) -> Callable[[Selection, str | None], Selection]:
    def opened(selection: Selection, value: str | None) -> Selection:
        return replace(selection, **{field: missing if value is None else value})

    return opened


TABLES = {
    kind.name: kind
    for kind in (
        TableKind(
            "lines",
            "Specialised records and cost by service",
            "Service",
            "service_line",
            lambda run, value: line_title(run.rulebook, value),
            _with("line", NO_LINE),
            has_code=True,
        ),
        TableKind(
            "providers",
            "Specialised records and cost by provider",
            "Provider",
            "provider",
            lambda run, value: provider_words(value),
            _with("provider", UNKNOWN),
        ),
        TableKind(
            "months",
            "Specialised records and cost by month",
            "Month",
            "month",
            lambda run, value: formats.month(value) if value else "Not known",
            _with("month", UNKNOWN),
            in_order=True,
        ),
        TableKind(
            "datasets",
            "Specialised records and cost by kind of care",
            "Kind of care",
            "dataset",
            lambda run, value: dataset_words(value),
            _with("dataset", UNKNOWN),
        ),
        TableKind(
            "layers",
            "Specialised records and cost by what decided",
            "What decided",
            "layer",
            lambda run, value: layer_words(value),
            _with("layer", NO_LINE),
        ),
        TableKind(
            "fates",
            "What became of every record",
            "What became of it",
            "fate",
            lambda run, value: fate_words(value),
            _with("fate", UNKNOWN),
            specialised_only=False,
        ),
    )
}

PROGRAMMES = "programmes"
PROGRAMMES_CAPTION = "Specialised records and cost by programme of care"


def figures_table(
    run: RunFolder,
    name: str,
    selection: Selection,
    asked: Mapping[str, str],
    path: str | None = None,
    caption: str | None = None,
) -> Table:
    """Return one table of a run under a selection, every row opening the records behind it."""
    kind = TABLES[name]
    selection = replace(selection, fate=SPECIALISED) if kind.specialised_only else selection
    found = figures(run, selection, kind.by)
    if kind.in_order:
        found = every_month(found)
    columns = _columns(run, kind)
    rows = [_row(run, kind, columns, selection, each) for each in found]
    return make_table(
        name,
        _caption(run, caption or kind.caption),
        columns,
        rows,
        asked=asked,
        path=path,
        total=_total(run, columns, selection) if len(rows) > 1 else (),
        downloads=table_downloads(run, name, selection.as_query()),
        empty="No record of this run matches these filters.",
    )


def programmes_table(
    run: RunFolder, selection: Selection, asked: Mapping[str, str], path: str | None = None
) -> Table:
    """Return specialised records and cost by programme of care."""
    selection = replace(selection, fate=SPECIALISED)
    columns = (Column(PROGRAMMES, "Programme of care"), *measures(run))
    sums: dict[tuple[str, str], Figure] = {}
    for each in figures(run, selection, "service_line"):
        service = run.rulebook.services.get(each.name or "")
        programme = programme_of(run.rulebook, service.programme_of_care if service else None)
        key = (programme.code, programme.title)
        so_far = sums.get(key, Figure((programme.code,), 0, each.cost * 0))
        sums[key] = Figure(so_far.key, so_far.records + each.records, so_far.cost + each.cost)
    ordered = sorted(sums.items(), key=lambda item: -item[1].cost)
    rows = []
    for (code, title), figure in ordered:
        narrowed = with_query(
            address("run-lines", run=run.id), selection.as_query(), programme=code, fate=None
        )
        opened = rows_address(run, replace(selection, programme=code)) if code else None
        rows.append(
            (
                cell(columns[0], title, narrowed if code else None),
                *_measured(run, figure, opened, title),
            )
        )
    return make_table(
        PROGRAMMES,
        _caption(run, PROGRAMMES_CAPTION),
        columns,
        rows,
        asked=asked,
        path=path,
        total=_total(run, columns, selection) if len(rows) > 1 else (),
        downloads=table_downloads(run, PROGRAMMES, selection.as_query()),
        empty="No record of this run matches these filters.",
    )


RECORDS = Column("records", "Records", Kind.NUMBER)
COST = Column("cost", "Cost", Kind.MONEY)


def measures(run: RunFolder) -> tuple[Column, ...]:
    """Return the columns of figures: records, and their cost where the activity gives any."""
    return (RECORDS, COST) if run.manifest.priced else (RECORDS,)


def every_month(found: Sequence[Figure]) -> tuple[Figure, ...]:
    """Return the months in order, those without a record between the first and the last as nought.

    Where dates lie years apart only the months that occur are returned: they are faults, no time to show.
    """
    by_month = {str(each.name): each for each in found if is_month(each.name)}
    others = [each for each in found if not is_month(each.name)]
    if by_month:
        first, last = _month_number(min(by_month)), _month_number(max(by_month))
        if last - first < _LONGEST_TIME:
            for number in range(first, last + 1):
                name = f"{number // 12:04d}-{number % 12 + 1:02d}"
                by_month.setdefault(name, Figure((name,), 0, Decimal(0)))
    return (*others, *(by_month[name] for name in sorted(by_month)))


def service_address(run: RunFolder, code: str | None) -> str:
    """Return where a service is shown as the run's rulebook has it, or the current one where that is gone."""
    return with_query(address("service", code=code), {}, rulebook=run.shelved_version)


def _caption(run: RunFolder, caption: str) -> str:
    """Return a caption that speaks of cost only where there is any."""
    return caption if run.manifest.priced else caption.replace("ecords and cost", "ecords")


def _month_number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _columns(run: RunFolder, kind: TableKind) -> tuple[Column, ...]:
    first = Column(kind.by, kind.title)
    code = (Column("code", "Code", code=True),) if kind.has_code else ()
    return (first, *code, *measures(run))


def _row(
    run: RunFolder, kind: TableKind, columns: tuple[Column, ...], selection: Selection, figure: Figure
) -> tuple[Cell, ...]:
    name = kind.name_of(run, figure.name)
    opened = rows_address(run, kind.opened(selection, figure.name))
    href = None
    if kind.by == "service_line" and figure.name in run.rulebook.services:
        href = service_address(run, figure.name)
    if kind.by == "provider":
        kept = kind.opened(replace(selection, fate=None), figure.name)
        href = with_query(address("run", run=run.id), kept.as_query())
    first = cell(columns[0], figure.name if kind.in_order else name, href, text=name)
    code = (cell(columns[1], figure.name or ""),) if kind.has_code else ()
    return (first, *code, *_measured(run, figure, opened, name))


def _measured(run: RunFolder, figure: Figure, opened: str | None, name: str) -> tuple[Cell, ...]:
    records = cell(RECORDS, figure.records, opened, hidden=f"records: {name}")
    if not run.manifest.priced:
        return (records,)
    costliest = f"cost: {name}, costliest records first"
    return records, cell(COST, figure.cost, _costliest_first(opened), hidden=costliest)


def _total(run: RunFolder, columns: tuple[Column, ...], selection: Selection) -> tuple[Cell, ...]:
    whole = total(run, selection)
    figures_of_all = _measured(run, whole, rows_address(run, selection), "all of this table")
    blanks = tuple(Cell(None, "") for _ in columns[1 : -len(figures_of_all)])
    return (Cell("Total", "Total"), *blanks, *figures_of_all)


def _costliest_first(opened: str | None) -> str | None:
    if opened is None:
        return None
    return f"{opened}{'&' if '?' in opened else '?'}sort=-cost"
