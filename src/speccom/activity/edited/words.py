"""A trial as a report to be read: the new totals, and who gains and loses."""

from __future__ import annotations

from speccom.activity.compare.accounts import by_line
from speccom.activity.compare.transfers import NO_COMMISSIONER
from speccom.activity.compare.words import SHOWN, accounts_in_words, between, in_pounds, what_moves
from speccom.activity.edited import totals_by
from speccom.activity.edited.payers import NewPayers
from speccom.activity.edited.totals_by import (
    BeforeAfter,
    Total,
    by_commissioner,
    by_programme,
    by_provider,
    together,
)
from speccom.activity.edited.trial import Tried
from speccom.methods.words import counted


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
        *_changed("Lines with other totals", totals_by.by_line(tried)),
        *_changed("Programmes of care with other totals", by_programme(tried)),
        *_changed("Providers with other totals", by_provider(tried)),
        "",
        *what_moves(tried.comparison, tried.terms),
        *_payers(tried.payers),
    ]
    return "\n".join(lines)


def _payers(payers: NewPayers | None) -> list[str]:
    if payers is None:
        return []
    totals = by_commissioner(payers)
    changed = _changed("Commissioners with other totals, of all that they pay for", totals)
    if not payers.flows:
        return ["", "No commissioner pays for anything else."]
    gains = accounts_in_words(by_line(payers.flows))
    title = f"Gains less losses, by commissioner ({NO_COMMISSIONER}: nobody is named)"
    return [*changed, "", title, *gains]


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
