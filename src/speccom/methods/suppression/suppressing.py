"""The method itself: hide what the rule hides, choose what protects it, and let the auditor try."""

from __future__ import annotations

import numpy as np

from speccom.methods.suppression.counts import Hidden, SuppressionInput, SuppressionResult, Way, Why
from speccom.methods.suppression.exact import least_costly
from speccom.methods.suppression.greedy import cannot_protect, greedy
from speccom.methods.suppression.knowledge import Demands, Knowledge, demands, knowledge, rounded
from speccom.methods.suppression.outsider import Interval, audit
from speccom.methods.suppression.published_table import Bools, PublishedTable, published_table


def suppression(given: SuppressionInput) -> SuppressionResult:
    """Return the table that may be published. Raises Refused where a small count gives itself away."""
    table = published_table(given)
    known, demanded = knowledge(given, table), demands(given, table)
    hidden, way, least_cost = _chosen(given, table, known, demanded)
    found = audit(table, *known.bounds(hidden), hidden)
    hidden = _without_the_idle(hidden, demanded, found)
    intervals = {cell: found[cell] for cell in sorted(found) if hidden[cell]}
    _assure(table, demanded, intervals)
    extra = hidden & ~demanded.hidden
    cost = int(table.cost[extra].sum())
    return SuppressionResult(
        rows=table.rows,
        columns=table.columns,
        published=_published(given, table, hidden),
        hidden=tuple(
            _as_hidden(table, demanded, cell, interval) for cell, interval in sorted(intervals.items())
        ),
        small=int(demanded.hidden.sum()),
        protecting=int(extra.sum()),
        protecting_totals=int((extra & table.total).sum()),
        way=way,
        cost=cost,
        least_cost=least_cost,
        proven=cost == least_cost,
        hide_up_to=given.hide_up_to,
        zeros=given.zeros,
        rounding=given.rounding,
    )


def _chosen(
    given: SuppressionInput, table: PublishedTable, known: Knowledge, demanded: Demands
) -> tuple[Bools, Way, int]:
    """Return which cells to hide, how they were chosen, and what any choice must cost at least."""
    one_by_one = greedy(table, known, demanded)
    cost = int(table.cost[one_by_one & ~demanded.hidden].sum())
    if len(table.counts) > given.exact_up_to:
        return one_by_one, Way.GREEDY, 0
    least = least_costly(table, known, demanded, given.most_rounds, cost)
    if least.hidden is not None:
        return least.hidden, Way.EXACT, least.cost
    return one_by_one, Way.EXACT if cost == least.cost else Way.GREEDY, least.cost


def _without_the_idle(hidden: Bools, demanded: Demands, found: dict[int, Interval]) -> Bools:
    """Show again what is hidden only to protect others but can be inferred exactly: it protects nothing."""
    kept = hidden.copy()
    for cell, (low, high) in found.items():
        if low == high and not demanded.hidden[cell]:
            kept[cell] = False
    return kept


def _assure(table: PublishedTable, demanded: Demands, found: dict[int, Interval]) -> None:
    """Raise Refused where the auditor bounds a count more tightly than the rule allows."""
    for cell, (low, high) in found.items():
        if demanded.hidden[cell] and not demanded.met(cell, low, np.inf if high is None else high):
            raise cannot_protect(table, cell)


def _published(
    given: SuppressionInput, table: PublishedTable, hidden: Bools
) -> tuple[tuple[int | None, ...], ...]:
    width = len(table.columns)
    figures = [
        None if gone else int(figure)
        for gone, figure in zip(hidden, rounded(table.counts, given.rounding), strict=True)
    ]
    return tuple(tuple(figures[start : start + width]) for start in range(0, len(figures), width))


def _as_hidden(table: PublishedTable, demanded: Demands, cell: int, interval: Interval) -> Hidden:
    row, column = table.place(cell)
    why = Why.SMALL if demanded.small[cell] else Why.DOMINATED if demanded.dominated[cell] else Why.PROTECTS
    return Hidden(row=row, column=column, why=why, low=interval[0], high=interval[1])
