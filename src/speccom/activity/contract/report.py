"""A comparison of feeds in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from decimal import Decimal

from speccom.activity.contract.entries import pence
from speccom.activity.contract.reconcile import Outcome
from speccom.activity.contract.restatements import Superseded
from speccom.activity.contract.submission import Submission
from speccom.methods.reconciliation import METHOD
from speccom.methods.reconciliation.entry import Feed, Part
from speccom.methods.words import counted, listed, pounds, spoken

_MOST_FAULTS = 5
_MOST_NAMES = 6


def in_words(outcome: Outcome) -> str:
    """Return what was read, what counts, what does not agree and what is doubtful."""
    parts = [
        *(_of_file(each) for each in outcome.submissions),
        "",
        *_of_superseded(outcome.current.superseded),
        *(f"Note: {doubt}." for doubt in outcome.current.doubts),
        *_not_made(outcome),
        *(METHOD.explain(each) for each in outcome.results if each.checks),
    ]
    if outcome.activity_without_place:
        lost = _money(outcome.activity_without_place)
        parts.append(f"Note: activity of {lost} has no provider or no month, and is not compared.")
    return "\n".join(parts)


def _of_file(each: Submission) -> str:
    made = f", made on {spoken(each.created)}{_at(each.created)}" if each.created else ""
    lines = [f"{each.file}: {each.shape.title}, {counted(each.rows, 'row')}, {_money(each.pounds)}{made}"]
    if each.left_out.rows:
        lines.append(
            f"  {counted(each.left_out.rows, 'row')} left out, with {_money(each.left_out.pounds)} "
            "as far as it can be read"
        )
    shown = sorted(each.faults, key=lambda fault: -fault.count)
    for fault in shown[:_MOST_FAULTS]:
        where = f" in {fault.column}" if fault.column else ""
        value = f" {fault.value!r}" if fault.column else ""
        lines.append(
            f"  {fault.count:,} ×{value}{where}: {fault.message} (first in row {fault.example_row + 1})"
        )
    if len(shown) > _MOST_FAULTS:
        lines.append(f"  and {counted(len(shown) - _MOST_FAULTS, 'more kind')} of fault")
    if each.unknown_columns:
        lines.append(f"  Columns that nobody knows: {_some(each.unknown_columns)}")
    return "\n".join(lines)


def _at(moment: datetime) -> str:
    return f" at {moment:%H:%M}" if moment.time() != time() else ""


def _of_superseded(superseded: Sequence[Superseded]) -> Iterator[str]:
    for each in superseded:
        provider = listed(each.stated.by)
        yield (
            f"{each.file}: {_months(each.months)} of {provider}, {each.stated.year}/"
            f"{(each.stated.year + 1) % 100:02d}, superseded by {each.by_file}"
        )


def _months(months: Sequence[int]) -> str:
    if len(months) > 1 and months == tuple(range(months[0], months[-1] + 1)):
        return f"months {months[0]} to {months[-1]}"
    return f"month {months[0]}" if len(months) == 1 else f"months {listed([str(each) for each in months])}"


def _not_made(outcome: Outcome) -> Iterator[str]:
    parts = {Feed.PATIENT_LEVEL: Part.ACTIVITY, Feed.DRUGS: Part.DRUGS, Feed.DEVICES: Part.DEVICES}
    for feed in outcome.not_made:
        points = [
            money.pounds
            for submission, place, money in outcome.current.money
            if submission.shape.feed is Feed.AGGREGATE
            and submission.shape.part_of(place.point_of_delivery) is parts[feed]
        ]
        if points:
            yield (
                f"Note: no {feed.value.replace('_', ' ')} file is given, so {_money(sum(points, Decimal()))} "
                f"of {parts[feed].value} in the aggregate is held against nothing."
            )


def _some(names: Sequence[str]) -> str:
    more = [f"{len(names) - _MOST_NAMES} more"] if len(names) > _MOST_NAMES else []
    return listed([*names[:_MOST_NAMES], *more])


def _money(amount: Decimal) -> str:
    return pounds(pence(amount))
