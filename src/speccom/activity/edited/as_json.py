"""A trial for programs: money as text in pounds."""

from __future__ import annotations

from typing import Any

from speccom.activity.compare.accounts import Account, pounds
from speccom.activity.compare.accounts import by_line as accounts_by_payer
from speccom.activity.compare.as_json import comparison_facts, money_facts, terms_facts
from speccom.activity.compare.transfers import NO_COMMISSIONER
from speccom.activity.edited.payers import NewPayers
from speccom.activity.edited.totals_by import (
    BeforeAfter,
    Total,
    by_commissioner,
    by_line,
    by_programme,
    by_provider,
    together,
)
from speccom.activity.edited.trial import Tried
from speccom.activity.run_manifest import rulebook_facts


def as_json(tried: Tried) -> dict[str, Any]:
    """Return the whole of what a trial found."""
    before, after = together(tried)
    return {
        "old": rulebook_facts(tried.comparison.old),
        "records": tried.records,
        "answered_anew": tried.touched,
        "terms": None if tried.terms is None else terms_facts(tried.terms),
        "totals": {"before": _total(before), "after": _total(after)},
        "lines": _totals("line", by_line(tried)),
        "programmes": _totals("programme_of_care", by_programme(tried)),
        "providers": _totals("provider", by_provider(tried)),
        "commissioners": None if tried.payers is None else _commissioners(tried.payers),
        "comparison": comparison_facts(tried.comparison),
    }


def _commissioners(payers: NewPayers) -> list[dict[str, Any]]:
    """Return what each commissioner pays for, and what it gains and loses; null for nobody."""
    totals, kept = by_commissioner(payers), accounts_by_payer(payers.flows)
    return [
        {
            "commissioner": key or None,
            "before": _of_payer(totals.was(key)),
            "after": _of_payer(totals.is_now(key)),
            "gains": money_facts(account.gains),
            "losses": money_facts(account.losses),
            "net": money_facts(account.net),
        }
        for key in sorted({**totals.before, **totals.after})
        for account in (kept.get(key or NO_COMMISSIONER, Account()),)
    ]


def _of_payer(total: Total) -> dict[str, Any]:
    return {"records": total.records, "cost": pounds(total.pence)}


def _totals(name: str, totals: BeforeAfter) -> list[dict[str, Any]]:
    return [
        {name: key or None, "before": _total(totals.was(key)), "after": _total(totals.is_now(key))}
        for key in sorted({**totals.before, **totals.after})
    ]


def _total(total: Total) -> dict[str, Any]:
    return {"records": total.records, "spells": total.spells, "cost": pounds(total.pence)}
