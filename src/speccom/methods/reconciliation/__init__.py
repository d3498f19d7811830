"""Holds contract feeds against each other and against the invoice, and names each penny that does not
agree.

A provider sends an aggregate statement of what it charges, and the records behind it: patient-level
activity, drugs, and devices. The four must agree with one another and with the invoice. This method finds
where they do not, and carries forward what somebody has already looked into and accepted.

## The steps

1. Money is added up by place: provider, commissioner, month, service line and, where given, a finer detail.
2. Two feeds at a time are held against each other, in every place that either has:

   | check | left | right |
   |---|---|---|
   | activity | aggregate, activity | patient level |
   | drugs | aggregate, drugs | drugs |
   | devices | aggregate, devices | devices |
   | invoice | invoice | aggregate, all of it |
   | national | patient level | the national data set, priced |

   The last is made only where asked for. An invoice for all lines together is compared as a whole bill; one
   by line, line by line.
3. `difference = left − right`, and every place where it is not nought is listed. There is no tolerance, and
   nothing is netted away: beside the net difference stands the sum of the differences without their signs.
4. A difference that was accepted before, with who, when and why, stays accepted while its amount is the
   same to the penny. Where the amount has changed it is open again, and says what had been accepted. Where
   it is gone, the acceptance is listed as cleared. What is still accepted is given back, to be carried into
   the next month.
5. By line: `aggregate = patient level + drugs + devices`, with the three differences apart.

Money is conserved: in each check the differences sum to exactly left less right.

## Sources

The grain and the ties of the four monthly contract data sets: NHS Data Model and Dictionary, aggregate,
patient-level, drug and device contract monitoring.

## Known quirks

Two wrong entries of one feed that cancel out in the same place cannot be seen by any comparison of sums;
give a finer detail where both feeds have one. An entry that only one feed has is told from one that
differs, since the first is a missing record and the second a wrong amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from pydantic import Field

from speccom.methods.method import Example, Figures, Method, Pence
from speccom.methods.reconciliation.compare import CheckResult, compare
from speccom.methods.reconciliation.entry import (
    Acceptance,
    Cell,
    Check,
    Entry,
    Feed,
    refuse_unusable,
)
from speccom.methods.reconciliation.telling import explain, picture


class ReconciliationInput(Figures):
    """The feeds, what was accepted before, and the day of the comparison."""

    as_at: date
    """The day of the comparison."""
    entries: tuple[Entry, ...] = Field(min_length=1)
    """What the feeds have."""
    accepted: tuple[Acceptance, ...] = ()
    """Differences that were accepted before and are carried forward."""
    checks: tuple[Check, ...] = (Check.ACTIVITY, Check.DRUGS, Check.DEVICES, Check.INVOICE)
    """The comparisons to make."""


class LineResult(Figures):
    """One service line over all providers and months: what the aggregate has, and the records behind it."""

    line: str
    """The service line."""
    aggregate: Pence
    """The aggregate, in whole pence."""
    patient_level: Pence
    """The patient-level records, in whole pence."""
    drugs: Pence
    """The drug records, in whole pence."""
    devices: Pence
    """The device records, in whole pence."""
    difference: Pence
    """The aggregate less the other three, in whole pence."""


class FeedResult(Figures):
    """All that one feed has."""

    feed: Feed
    """The feed."""
    entries: int
    """How many entries it has."""
    pence: Pence
    """What they come to, in whole pence."""


class ReconciliationResult(Figures):
    """Where the feeds do not agree, and what is accepted."""

    as_at: date
    """The day of the comparison."""
    agrees: bool
    """Whether every difference, if there are any, is accepted."""
    checks: tuple[CheckResult, ...]
    """Each comparison."""
    lines: tuple[LineResult, ...]
    """Each service line, in order of its code."""
    feeds: tuple[FeedResult, ...]
    """Each feed, as it was read."""
    carried_forward: tuple[Acceptance, ...]
    """Acceptances that still hold, for the next comparison."""
    cleared: tuple[Acceptance, ...]
    """Acceptances whose difference is gone, among the comparisons that were made."""


def reconciliation(given: ReconciliationInput) -> ReconciliationResult:
    """Return each difference between the feeds. Raises Refused for entries that contradict themselves."""
    refuse_unusable(given.entries, given.accepted, given.as_at)
    made = tuple(check for check in Check if check in given.checks)
    checks = tuple(compare(check, given.entries, _accepted_in(check, given.accepted)) for check in made)
    standing = {(each.check, each.cell): each for result in checks for each in result.differences}
    return ReconciliationResult(
        as_at=given.as_at,
        agrees=all(each.still_open == 0 for each in checks),
        checks=checks,
        lines=_lines(given.entries),
        feeds=_feeds(given.entries),
        carried_forward=tuple(
            each
            for each in given.accepted
            if each.check not in made
            or ((found := standing.get((each.check, each.cell))) and found.difference == each.difference)
        ),
        cleared=tuple(
            each for each in given.accepted if each.check in made and (each.check, each.cell) not in standing
        ),
    )


def _accepted_in(check: Check, accepted: Sequence[Acceptance]) -> dict[Cell, Acceptance]:
    return {each.cell: each for each in accepted if each.check is check}


def _lines(entries: Sequence[Entry]) -> tuple[LineResult, ...]:
    sums: dict[str, dict[Feed, int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        if entry.feed not in (Feed.INVOICE, Feed.NATIONAL):
            sums[entry.line][entry.feed] += entry.pence
    return tuple(
        LineResult(
            line=line,
            aggregate=of[Feed.AGGREGATE],
            patient_level=of[Feed.PATIENT_LEVEL],
            drugs=of[Feed.DRUGS],
            devices=of[Feed.DEVICES],
            difference=of[Feed.AGGREGATE] - of[Feed.PATIENT_LEVEL] - of[Feed.DRUGS] - of[Feed.DEVICES],
        )
        for line, of in sorted(sums.items())
    )


def _feeds(entries: Sequence[Entry]) -> tuple[FeedResult, ...]:
    return tuple(
        FeedResult(
            feed=feed,
            entries=sum(entry.feed is feed for entry in entries),
            pence=sum(entry.pence for entry in entries if entry.feed is feed),
        )
        for feed in Feed
        if any(entry.feed is feed for entry in entries)
    )


_HEART, _EYE = "NCBPS13B", "NCBPS37Z"
_EXAMPLE = (
    ("aggregate", "activity", "Ashdown", _HEART, 41_250_000),
    ("aggregate", "drugs", "Ashdown", _HEART, 3_118_050),
    ("aggregate", "devices", "Ashdown", _HEART, 9_900_000),
    ("aggregate", "activity", "Brambley", _EYE, 6_480_000),
    ("aggregate", "drugs", "Brambley", _EYE, 12_204_400),
    ("patient_level", "activity", "Ashdown", _HEART, 41_250_000),
    ("patient_level", "activity", "Brambley", _EYE, 6_421_500),
    ("drugs", "activity", "Ashdown", _HEART, 3_018_050),
    ("drugs", "activity", "Brambley", _EYE, 12_204_400),
    ("devices", "activity", "Ashdown", _HEART, 10_000_000),
    ("invoice", "activity", "Ashdown", "", 54_268_050),
    ("invoice", "activity", "Brambley", "", 18_690_000),
)


def example() -> Example:
    """Return input that this method serves."""
    return {
        "as_at": date(2025, 7, 31),
        "entries": [
            {
                "feed": feed,
                "part": part,
                "provider": provider,
                "month": "2025-06",
                "line": line,
                "pence": pence,
            }
            for feed, part, provider, line, pence in _EXAMPLE
        ],
        "accepted": [
            _acceptance("activity", "Brambley", _EYE, 58_500, "Three late discharges, charged next month"),
            _acceptance("invoice", "Brambley", "", 4_400, "Rounding of the invoice, to be credited"),
        ],
    }


def _acceptance(check: str, provider: str, line: str, difference: int, reason: str) -> Example:
    return {
        "check": check,
        "provider": provider,
        "month": "2025-06",
        "line": line,
        "difference": difference,
        "accepted_by": "contract lead",
        "accepted_on": date(2025, 7, 10),
        "reason": reason,
    }


def _with_entry(**changes: object) -> Example:
    given = dict(example())
    given["entries"].append({**given["entries"][0], **changes})
    return given


def _with_acceptance(**changes: object) -> Example:
    given = dict(example())
    given["accepted"].append({**given["accepted"][0], **changes})
    return given


METHOD = Method(
    name="reconciliation",
    title="Contract feeds against each other and the invoice, to the penny",
    takes=ReconciliationInput,
    gives=ReconciliationResult,
    calculate=reconciliation,
    explain=explain,
    example=example,
    picture=picture,
    refusals={
        "an entry without a service line": lambda: _with_entry(line=""),
        "an invoice both by line and in one": lambda: _with_entry(feed="invoice"),
        "drugs marked in another feed": lambda: _with_entry(feed="patient_level", part="drugs"),
        "a month that is none": lambda: _with_entry(month="2025-13"),
        "a difference accepted twice": lambda: _with_acceptance(),
        "an acceptance dated after the comparison": lambda: _with_acceptance(
            line="other", accepted_on=date(2025, 8, 1)
        ),
        "an acceptance without a reason": lambda: _with_acceptance(line="other", reason=""),
    },
)
