"""The page on which a draft is tried: new national totals, and who gains and loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from speccom.activity.compare.accounts import Account, Money, accounts, by_line
from speccom.activity.compare.terms import NO_LINE
from speccom.activity.edited import totals_by
from speccom.activity.edited.totals_by import BeforeAfter, Total
from speccom.activity.edited.trial import Tried
from speccom.analysis.open_run_page import progress_words
from speccom.analysis.rule_editor.trying import NotReady
from speccom.analysis.run_charts import source_words
from speccom.analysis.run_folders import RunFolder
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.charts import Bar, Chart, bar_chart
from speccom.interface.figures import KeyFigure
from speccom.interface.pages import address
from speccom.interface.tables import Column, Download, Kind, Table, cell, first_rows, make_table

_SHOWN, _BARS = 25, 10
_NOBODY = "Nobody is named"
_NOT_SPECIALISED = "No specialised service"
BY = {"lines": "service", "providers": "provider", "commissioners": "commissioner"}
"""The tables of who gains and loses, by their names in addresses."""

_MEASURES = (
    Column("records_before", "Records before", Kind.NUMBER),
    Column("records_after", "Records after", Kind.NUMBER),
    Column("cost_before", "Cost before", Kind.MONEY),
    Column("cost_after", "Cost after", Kind.MONEY),
    Column("notional", "Gains less losses at cost", Kind.MONEY),
    Column("payable", "Of it payable", Kind.MONEY),
    Column("baseline", "Only by a change of baseline", Kind.MONEY),
)
_TOTALS = (
    Column("measure", "Specialised activity", sortable=False),
    Column("before", "Before", Kind.NUMBER, sortable=False),
    Column("after", "After", Kind.NUMBER, sortable=False),
    Column("change", "Change", Kind.NUMBER, sortable=False),
)


@dataclass(frozen=True)
class RunChoice:
    """A finished run that the draft can be tried on."""

    value: str
    text: str
    selected: bool


@dataclass(frozen=True)
class Result:
    """What a trial found."""

    summary: str
    cautions: tuple[str, ...]
    figures: tuple[KeyFigure, ...]
    totals: Table
    parts: tuple[tuple[Chart | None, Table], ...]
    without_payers: str


@dataclass(frozen=True)
class Waiting:
    """The run's workings, which have to be made first: how far that is, or what to press.

    `action` is blank for those who may not have them made.
    """

    words: str
    percent: int | None
    going: bool
    why_not: str
    action: str
    look_again: str


@dataclass(frozen=True)
class TryPage:
    """What the page shows."""

    runs: tuple[RunChoice, ...]
    run: str
    share: str
    share_wrong: str
    action: str
    trouble: str
    back: str
    waiting: Waiting | None = None
    result: Result | None = None


def share_of(text: str) -> Decimal | None:
    """Return a percentage as a share from 0 to 1; None where nothing is given. Raises ValueError."""
    if not text:
        return None
    digits = text.removesuffix("%").strip()
    if not digits.replace(".", "", 1).isdigit() or not digits.isascii() or Decimal(digits) > 100:
        raise ValueError(text)
    return Decimal(digits) / 100


def present_waiting(
    not_ready: NotReady, draft: int, run: RunFolder, here: str, *, may_start: bool
) -> Waiting:
    """Return what is shown while there are no workings; `may_start` is whether the person may start runs."""
    progress = not_ready.progress
    words = "The run is read once more, so that every later answer takes moments."
    if not_ready.going:
        words = progress_words(progress) if progress else "It has not said yet how far it is."
    return Waiting(
        words,
        progress.percent if progress else None,
        not_ready.going,
        not_ready.why_not,
        address("draft-workings", draft=draft, run=run.id) if may_start else "",
        here,
    )


def present_result(
    tried: Tried, run: RunFolder, draft: int, asked: Mapping[str, str], path: str, payers: str
) -> Result:
    """Return what a trial found; `payers` says why there are no commissioners, where there are none."""
    before, after = totals_by.together(tried)
    moved = sum(flow.records for flow in tried.comparison.flows)
    names = BY if tried.payers is not None else {"lines": BY["lines"], "providers": BY["providers"]}
    return Result(
        summary=_summary(moved, before, after),
        cautions=tuple(formats.sentence(each) for each in tried.comparison.warnings),
        figures=(
            KeyFigure(
                formats.number(tried.touched), "records answered anew", note="All others stay as they are"
            ),
            KeyFigure(formats.number(moved), "records change their service"),
            KeyFigure(
                formats.money_moved(_pounds(after.pence - before.pence)), "specialised activity at cost"
            ),
        ),
        totals=_totals(before, after),
        parts=tuple(_part(tried, name, run, draft, asked, path) for name in names),
        without_payers=payers,
    )


def result_table(
    tried: Tried, name: str, asked: Mapping[str, str] | None = None, path: str | None = None
) -> Table:
    """Return one table of who gains and loses, whole; `name` is one of BY."""
    totals, kept = _found(tried, name)
    first = Column(name, BY[name].capitalize(), wide=True)
    columns = (first, *_MEASURES)
    keys = sorted(
        {*totals.changed(), *kept},
        key=lambda key: (-abs(kept.get(key, Account()).net.notional), key),
    )
    rows = []
    for key in keys:
        values = _values(totals.was(key), totals.is_now(key), kept.get(key, Account()).net)
        shown = [cell(column, value) for column, value in zip(_MEASURES, values, strict=True)]
        rows.append((cell(first, _name(tried, name, key)), *shown))
    return make_table(
        name,
        f"Who gains and who loses, by {BY[name]}",
        columns,
        rows,
        asked=asked,
        path=path,
        empty=f"No {BY[name]} gains or loses anything.",
    )


def _part(
    tried: Tried, name: str, run: RunFolder, draft: int, asked: Mapping[str, str], path: str
) -> tuple[Chart | None, Table]:
    whole = result_table(tried, name, asked, path)
    file = with_query(address("draft-try-file", draft=draft, table=name), {}, **_of_address(asked))
    link = Download("Download as CSV", file)
    shown = first_rows(whole, _SHOWN, Download(f"All {formats.number(len(whole.rows))}, as CSV", file))
    return _chart(tried, name, run), _with_download(shown, link)


def _with_download(table: Table, link: Download) -> Table:
    return Table(
        table.id,
        table.caption,
        table.headings,
        table.rows,
        table.total,
        (link,) if table.rows else (),
        table.empty,
        table.more,
    )


def _of_address(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: asked[name] for name in ("run", "share") if name in asked}


def _found(tried: Tried, name: str) -> tuple[BeforeAfter, Mapping[str, Account]]:
    flows = tried.comparison.flows
    if name == "lines":
        return totals_by.by_line(tried), by_line(flows)
    if name == "providers":
        return totals_by.by_provider(tried), accounts(
            flows, lambda flow, line, programme: flow.provider or ""
        )
    assert tried.payers is not None
    payers = {("" if key == NO_LINE else key): each for key, each in by_line(tried.payers.flows).items()}
    return totals_by.by_commissioner(tried.payers), payers


def _name(tried: Tried, table: str, key: str) -> str:
    if table == "lines":
        if key == NO_LINE:
            return _NOT_SPECIALISED
        found = tried.comparison.new.services.get(key) or tried.comparison.old.services.get(key)
        return f"{found.title} ({key})" if found else key
    return key or (_NOBODY if table == "commissioners" else formats.NOT_KNOWN.capitalize())


def _values(before: Total, after: Total, net: Money) -> tuple[int | Decimal | None, ...]:
    return (
        before.records,
        after.records,
        *(None if pence is None else _pounds(pence) for pence in (before.pence, after.pence)),
        *(None if pence is None else _pounds(pence) for pence in (net.notional, net.payable, net.baseline)),
    )


def _totals(before: Total, after: Total) -> Table:
    def row(measure: str, was: int, now: int, *, money: bool) -> tuple[object, ...]:
        write = (lambda pence: formats.money(_pounds(pence))) if money else formats.number
        change = now - was
        return (
            cell(_TOTALS[0], measure),
            cell(_TOTALS[1], was, text=write(was)),
            cell(_TOTALS[2], now, text=write(now)),
            cell(_TOTALS[3], change, text=("+" if change > 0 else "") + write(change)),
        )

    rows = [
        row("Records", before.records, after.records, money=False),
        row("Spells", before.spells, after.spells, money=False),
        row("Cost", before.pence, after.pence, money=True),
    ]
    return make_table("totals", "National totals, before and after", _TOTALS, rows)  # type: ignore[arg-type]


def _chart(tried: Tried, name: str, run: RunFolder) -> Chart | None:
    _, kept = _found(tried, name)
    nets = [(key, each.net.notional) for key, each in kept.items() if each.net.notional and key != NO_LINE]
    nets.sort(key=lambda pair: (-abs(pair[1]), pair[0]))
    if len(nets) < 2:
        return None
    gains = sum(pence > 0 for _, pence in nets)
    title = (
        f"{formats.counted(gains, BY[name])} {'gains' if gains == 1 else 'gain'} and "
        f"{formats.number(len(nets) - gains)} {'loses' if len(nets) - gains == 1 else 'lose'}"
    )
    bars = [
        Bar(_name(tried, name, key), abs(_pounds(pence)), formats.money_moved(_pounds(pence)))
        for key, pence in nets[:_BARS]
    ]
    measure = "What is gained (+) or lost (−), at cost"
    return bar_chart(f"{name}-chart", title, measure, bars, source_words(run.manifest))


def _summary(moved: int, before: Total, after: Total) -> str:
    if not moved:
        return "No record changes its service."
    words = formats.counted(moved, "record changes its", "records change their")
    return (
        f"{words} service. Specialised activity goes from {formats.money_in_words(_pounds(before.pence))} to "
        f"{formats.money_in_words(_pounds(after.pence))} at cost."
    )


def _pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)


def columns_of(name: str) -> Sequence[Column]:
    """Return the columns of a table of who gains and loses."""
    return (Column(name, BY[name].capitalize()), *_MEASURES)
