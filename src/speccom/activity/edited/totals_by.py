"""Totals of a run by line, by programme of care and by provider, before an edit and after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.edited.new_totals import added_up
from speccom.activity.edited.payers import NewPayers
from speccom.activity.edited.trial import Tried
from speccom.rulebook.identification import IdentificationRulebook


@dataclass(frozen=True)
class Total:
    """How much of something there is; money in pence."""

    records: int = 0
    spells: int = 0
    pence: int = 0

    def __add__(self, other: Total) -> Total:
        return Total(self.records + other.records, self.spells + other.spells, self.pence + other.pence)


NOTHING = Total()
Totals = dict[str, Total]


@dataclass(frozen=True)
class BeforeAfter:
    """Totals of specialised activity under the run's rulebook and under the draft."""

    before: Totals
    after: Totals

    def changed(self) -> list[str]:
        """Return what has another total, the largest change of cost first."""
        every = [key for key in {**self.before, **self.after} if self.was(key) != self.is_now(key)]
        return sorted(every, key=lambda key: (-abs(self.is_now(key).pence - self.was(key).pence), key))

    def was(self, key: str) -> Total:
        """Return a total under the run's rulebook."""
        return self.before.get(key, NOTHING)

    def is_now(self, key: str) -> Total:
        """Return a total under the draft."""
        return self.after.get(key, NOTHING)


def by_line(tried: Tried) -> BeforeAfter:
    """Return the totals of each line."""
    return _by(tried, "service_line", lambda rulebook, key: key)


def by_programme(tried: Tried) -> BeforeAfter:
    """Return the totals of each programme of care."""
    return _by(tried, "service_line", lambda rulebook, key: rulebook.services[key].programme_of_care)


def by_provider(tried: Tried) -> BeforeAfter:
    """Return the totals of each provider, an empty name standing for none."""
    return _by(tried, "provider", lambda rulebook, key: key)


def by_commissioner(payers: NewPayers) -> BeforeAfter:
    """Return the totals of all activity by commissioner, an empty name standing for none; no spells."""
    return BeforeAfter(_of_commissioners(payers.before), _of_commissioners(payers.after))


def together(tried: Tried) -> tuple[Total, Total]:
    """Return the totals of all specialised activity, before and after."""
    lines = by_line(tried)
    return sum(lines.before.values(), NOTHING), sum(lines.after.values(), NOTHING)


def _by(tried: Tried, column: str, name: Callable[[IdentificationRulebook, str], str]) -> BeforeAfter:
    comparison = tried.comparison
    return BeforeAfter(
        _totals(tried.before, column, lambda key: name(comparison.old, key)),
        _totals(tried.summary, column, lambda key: name(comparison.new, key)),
    )


def _totals(summary: pa.Table, column: str, name: Callable[[str], str]) -> Totals:
    specialised = summary.filter(pc.is_valid(summary.column("service_line")))
    totals: Totals = {}
    for row in added_up(specialised, [column]).to_pylist():
        key = name(row[column] or "")
        mine = Total(row["records"], row["spells"], int(row["cost"].scaleb(2)))
        totals[key] = totals.get(key, NOTHING) + mine
    return dict(sorted(totals.items()))


def _of_commissioners(summary: pa.Table) -> Totals:
    totals: Totals = {}
    for row in summary.to_pylist():
        key = row["commissioner"] or ""
        totals[key] = totals.get(key, NOTHING) + Total(row["records"], 0, int(row["cost"].scaleb(2)))
    return dict(sorted(totals.items()))
