"""What counts of the feeds as entries that reconciliation holds against each other, in whole pence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from speccom.activity.contract.restatements import Current
from speccom.activity.contract.submission import Place
from speccom.methods.reconciliation.entry import Cell, Entry, Feed, Part


def entries(current: Current, *, by_point_of_delivery: bool) -> tuple[Entry, ...]:
    """Return an entry for each feed, part and place. Pounds are added up exactly and rounded once."""
    return _as_entries(
        (
            (
                submission.shape.feed,
                submission.shape.part_of(place.point_of_delivery),
                _cell(place, by_point_of_delivery),
            ),
            each.pounds,
        )
        for submission, place, each in current.money
    )


def patient_level_by_provider(current: Current) -> tuple[Entry, ...]:
    """Return the patient-level feed without commissioners, as activity that has none is held against it."""
    return _as_entries(
        ((Feed.PATIENT_LEVEL, Part.ACTIVITY, _cell(place, False)._replace(commissioner="")), each.pounds)
        for submission, place, each in current.money
        if submission.shape.feed is Feed.PATIENT_LEVEL
    )


def pence(pounds: Decimal) -> int:
    """Return pounds as whole pence, half a penny going up."""
    return int((pounds * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _as_entries(money: Iterable[tuple[tuple[Feed, Part, Cell], Decimal]]) -> tuple[Entry, ...]:
    sums: dict[tuple[Feed, Part, Cell], Decimal] = defaultdict(Decimal)
    for key, pounds in money:
        sums[key] += pounds
    return tuple(
        Entry(feed=feed, part=part, pence=pence(pounds), **cell._asdict())
        for (feed, part, cell), pounds in sorted(sums.items())
    )


def _cell(place: Place, by_point_of_delivery: bool) -> Cell:
    detail = place.point_of_delivery if by_point_of_delivery else ""
    return Cell(place.provider, place.commissioner, place.calendar_month, place.line, detail)
