"""A trial as a report to be read: the new totals, and who gains and loses."""

from __future__ import annotations

from speccom.activity.compare.words import SHOWN, between, counted, in_pounds, what_moves
from speccom.activity.edited.totals_by import BeforeAfter, Total, by_line, by_programme, by_provider, together
from speccom.activity.edited.trial import Tried


def in_words(tried: Tried) -> str:
    """Return the whole report."""
    before, after = together(tried)
    lines = [
        *between(tried.comparison),
        f"{tried.records:>12,} {'record' if tried.records == 1 else 'records'} in the run",
        f"{tried.touched:>12,} answered anew: those that the edit can touch, and the rest of their spells",
        *(f"Note: {warning}" for warning in tried.comparison.warnings),
        "",
        "Totals of specialised activity",
        _head(),
        _row("before", before),
        _row("after", after),
        *_changed("Lines with other totals", by_line(tried)),
        *_changed("Programmes of care with other totals", by_programme(tried)),
        *_changed("Providers with other totals", by_provider(tried)),
        "",
        *what_moves(tried.comparison, tried.terms),
    ]
    return "\n".join(lines)


def _changed(title: str, totals: BeforeAfter) -> list[str]:
    keys = totals.changed()
    if not keys:
        return []
    more = len(keys) - SHOWN
    rows = [
        row
        for key in keys[:SHOWN]
        for row in (
            _row(f"{key or 'not stated'}, before", totals.was(key)),
            _row(f"{key or 'not stated'}, after", totals.is_now(key)),
        )
    ]
    return [
        "",
        title,
        _head(),
        *rows,
        *([f"  and {counted(more, 'other')}, with --json"] if more > 0 else []),
    ]


def _head() -> str:
    return " " * 40 + f"{'records':>14}{'spells':>14}{'cost':>22}"


def _row(name: str, total: Total) -> str:
    return f"  {name:<38}{total.records:>14,}{total.spells:>14,}{in_pounds(total.pence):>22}"
