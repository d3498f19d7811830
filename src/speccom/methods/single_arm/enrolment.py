"""When a scheme that closes at a cap will have enrolled its last patient."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import Annotated

from pydantic import Field
from scipy.stats import f as fisher

from speccom.methods import words
from speccom.methods.method import Figures, Refused


class Month(Figures):
    """One month of enrolment."""

    starts: date
    """The month's first day."""
    enrolled: Annotated[int, Field(ge=0)]
    """Patients enrolled in it."""


class Enrolment(Figures):
    """Enrolment so far, and how far it may go."""

    cap: Annotated[int, Field(gt=0, le=1_000_000_000)]
    """Patients at whom the scheme closes."""
    months: Annotated[tuple[Month, ...], Field(min_length=1)]
    """All months from the first, complete ones only, in order."""
    recent: Annotated[int, Field(ge=1)]
    """How many of the latest months the pace is taken from."""


class Forecast(Figures):
    """When the scheme will be full."""

    cap: int
    """Patients at whom the scheme closes."""
    months: tuple[Month, ...]
    """Enrolment so far."""
    enrolled: int
    """Patients enrolled so far."""
    remaining: int
    """Places left; nought where the scheme is full."""
    recent: int
    """How many of the latest months the pace is taken from."""
    recently: int
    """Patients enrolled in those months."""
    per_month: float
    """Patients a month at that pace."""
    full_since: date | None
    """First day of the month in which the cap was reached; empty where it was not."""
    expected: date | None
    """The day on which it will be full at that pace; empty where it is full, or the pace gives none."""
    earliest: date | None
    """Earliest day within the interval; empty likewise."""
    latest: date | None
    """Latest day within the interval; empty likewise, and where it lies beyond the calendar."""


def forecast(given: Enrolment, confidence: float) -> Forecast:
    """Return when the scheme will be full. Raises Refused for months out of order and too few of them."""
    _check(given)
    counts = [month.enrolled for month in given.months]
    enrolled = sum(counts)
    remaining = max(0, given.cap - enrolled)
    recently = sum(counts[-given.recent :])
    end = _next_month(given.months[-1].starts)
    days = (end - given.months[-given.recent].starts).days
    expected = earliest = latest = None
    if remaining and recently:
        tail = (1 - confidence) / 2
        least = fisher.ppf(tail, 2 * remaining, 2 * recently + 2) / (recently + 1)
        most = fisher.ppf(1 - tail, 2 * remaining, 2 * recently) / recently
        expected = _after(end, remaining * days / recently)
        earliest = _after(end, remaining * days * float(least))
        latest = _after(end, remaining * days * float(most))
    return Forecast(
        cap=given.cap,
        months=given.months,
        enrolled=enrolled,
        remaining=remaining,
        recent=given.recent,
        recently=recently,
        per_month=recently / given.recent,
        full_since=_full_since(given),
        expected=expected,
        earliest=earliest,
        latest=latest,
    )


def _check(given: Enrolment) -> None:
    for month in given.months:
        if month.starts.day != 1:
            raise Refused(
                f"{month.starts} is not the first day of a month",
                where="enrolment",
                mend="Give whole months by their first day",
            )
    for earlier, later in pairwise(given.months):
        if later.starts != _next_month(earlier.starts):
            raise Refused(
                f"{later.starts:%B %Y} follows {earlier.starts:%B %Y}",
                where="enrolment",
                mend="Give each month once, in order, with 0 for one without patients",
            )
    if given.recent > len(given.months):
        raise Refused(
            f"the pace of {words.counted(given.recent, 'month')} is wanted, and "
            f"{words.counted(len(given.months), 'month')} were given",
            where="enrolment",
            mend="Take the pace from fewer months",
        )


def _full_since(given: Enrolment) -> date | None:
    totals = accumulate(month.enrolled for month in given.months)
    full = (month.starts for month, total in zip(given.months, totals, strict=True) if total >= given.cap)
    return next(full, None)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _after(start: date, days: float) -> date | None:
    """Return the day on which so many days have passed, or None beyond the calendar."""
    if days > (date.max - start).days:
        return None
    return start + timedelta(days=math.ceil(days))
