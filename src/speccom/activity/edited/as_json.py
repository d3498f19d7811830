"""A trial for programs: money as text in pounds."""

from __future__ import annotations

from typing import Any

from speccom.activity.compare.accounts import pounds
from speccom.activity.compare.as_json import comparison_facts, terms_facts
from speccom.activity.edited.totals_by import BeforeAfter, Total, by_line, by_programme, by_provider, together
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
        "comparison": comparison_facts(tried.comparison),
    }


def _totals(name: str, totals: BeforeAfter) -> list[dict[str, Any]]:
    return [
        {name: key or None, "before": _total(totals.was(key)), "after": _total(totals.is_now(key))}
        for key in sorted({**totals.before, **totals.after})
    ]


def _total(total: Total) -> dict[str, Any]:
    return {"records": total.records, "spells": total.spells, "cost": pounds(total.pence)}
