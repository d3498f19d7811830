"""A comparison as a report to be read: totals, the largest movements, and who gains and loses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from speccom.activity.compare.accounts import Account, Flow, Money, accounts, by_line
from speccom.activity.compare.run import Compared, Comparison
from speccom.activity.compare.terms import NO_LINE, Terms
from speccom.methods.words import counted, pounds

SHOWN = 10
_UNKNOWN = "not known"
_HEADS = ("notional", "payable", "baseline")


def in_words(compared: Compared) -> str:
    """Return the report on every comparison of a pass."""
    return "\n\n".join("\n".join(_report(compared, each)) for each in compared.comparisons)


def _report(compared: Compared, comparison: Comparison) -> list[str]:
    faults = sum(fault.count for fault in compared.faults)
    return [
        *between(comparison),
        f"{compared.records:>12,} {'record' if compared.records == 1 else 'records'} compared",
        f"{compared.rejected:>12,} rejected; {counted(faults, 'fault')} in values",
        *(f"Note: {warning}" for warning in comparison.warnings),
        *what_moves(comparison, compared.terms),
    ]


def between(comparison: Comparison) -> list[str]:
    """Name the two rulebooks."""
    return [
        f"From {comparison.old.identity} ({comparison.old.status})",
        f"to   {comparison.new.identity} ({comparison.new.status})",
    ]


def what_moves(comparison: Comparison, terms: Terms | None) -> list[str]:
    """Say what moves, and who gains and loses by it."""
    flows = comparison.flows
    if comparison.old.digest == comparison.new.digest:
        return ["The two rulebooks are the same, so nothing moves."]
    if not flows:
        return ["Nothing moves: every record has the same payer line under both."]
    moving, spells = sum(flow.records for flow in flows), sum(flow.spells for flow in flows)
    return [
        f"{moving:>12,} {'record moves' if moving == 1 else 'records move'}, in {counted(spells, 'spell')}",
        *without_cost(flows),
        "",
        *_together(flows),
        *terms_in_words(terms, sorted({line for flow in flows for line in (flow.old, flow.new)})),
        "",
        "The largest movements",
        *largest_movements(flows),
        "",
        "Gains less losses, by line",
        *accounts_in_words(by_line(flows)),
        "",
        "Gains less losses of specialised services, by provider",
        *accounts_in_words(accounts(flows, lambda flow, line, programme: flow.provider or "not stated")),
    ]


def _together(flows: Sequence[Flow]) -> list[str]:
    """What specialised services gain and lose; the first three rows add up to the fourth."""
    gained = _net(flow for flow in flows if flow.old == NO_LINE)
    lost = _net(flow for flow in flows if flow.new == NO_LINE)
    between = _net(flow for flow in flows if NO_LINE not in (flow.old, flow.new))
    return [
        "Specialised services together",
        _head(),
        _row("from having no line", gained),
        _row("to having no line", lost),
        _row("from line to line", between),
        _row("gains less losses", gained + lost + between),
    ]


def _net(flows: Iterable[Flow]) -> Money:
    return accounts(flows, lambda flow, line, programme: "").get("", Account()).net


def without_cost(flows: Sequence[Flow]) -> list[str]:
    """Say how many of the records that move have no cost."""
    count = sum(flow.without_cost for flow in flows)
    if not count:
        return []
    if count == sum(flow.records for flow in flows):
        return ["No cost is given for any of them, so no money is counted."]
    return [f"{count:>12,} of them without a cost, counted as £0.00"]


def terms_in_words(terms: Terms | None, lines: Iterable[str]) -> list[str]:
    """Say what is not known of the money of some lines, for want of terms."""
    if terms is None:
        return [
            "What is payable, and by how much the baseline would change, is not known: no terms were given.",
            "Give each line's variable share with --terms.",
        ]
    missing = [line for line in lines if line != NO_LINE and terms.share(line) is None]
    said = [
        "Payable is the variable share of what moves.",
        "Baseline is the rest, which moves only if the fixed element is changed.",
    ]
    if missing:
        said.append(f"The terms give no share, and no default, for {', '.join(missing)}.")
    return said


def largest_movements(flows: Sequence[Flow], *, with_spells: bool = True) -> list[str]:
    """Return the largest movements from one to another, over all providers and datasets."""
    together: dict[tuple[str, str], list[int]] = {}
    for flow in flows:
        sums = together.setdefault((flow.old, flow.new), [0, 0, 0])
        for place, number in enumerate((flow.arrives.notional, flow.records, flow.spells)):
            sums[place] += number
    largest = sorted(together.items(), key=lambda item: (-abs(item[1][0]), -item[1][1], item[0]))
    lines = []
    for (old, new), (pence, records, spells) in largest[:SHOWN]:
        in_spells = f" in {counted(spells, 'spell')}" if with_spells else ""
        lines.append(f"  {old} to {new}: {counted(records, 'record')}{in_spells}, {in_pounds(pence)}")
    return [*lines, *_left_out(len(largest))]


def accounts_in_words(kept: Mapping[str, Account], *, what: str = "net") -> list[str]:
    """Return rows of the largest accounts: their gains less losses (`net`), or their `gains`."""
    rows: list[tuple[str, Money]] = [(key, getattr(account, what)) for key, account in kept.items()]
    rows.sort(key=lambda row: (-abs(row[1].notional), row[0]))
    return [_head(), *(_row(key, money) for key, money in rows[:SHOWN]), *_left_out(len(rows))]


def _left_out(count: int) -> list[str]:
    return [f"  and {count - SHOWN:,} more, with --json"] if count > SHOWN else []


def _head() -> str:
    return " " * 40 + "".join(f"{head:>20}" for head in _HEADS)


def _row(name: str, money: Money) -> str:
    columns = (money.notional, money.payable, money.baseline)
    return f"  {name:<38}" + "".join(f"{in_pounds(each):>20}" for each in columns)


def in_pounds(pence: int | None) -> str:
    """Return an amount as it is read; what nobody can know is said to be so."""
    return _UNKNOWN if pence is None else pounds(pence)
