"""When each act that is next is due: computed from the case's events, never counted up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from speccom.process.case import Case
from speccom.process.procedure import Procedure, TimeLimit, Transition
from speccom.process.working_days import WorkingDays

HERE = ZoneInfo("Europe/London")
"""A day begins and ends in the time of the place, whatever the clock of the events."""


@dataclass(frozen=True)
class Deadline:
    """One act that the case waits for, and the last day on which it is in time."""

    transition: Transition
    limit: TimeLimit
    began: date
    due: date


def deadlines(procedure: Procedure, case: Case, calendar: WorkingDays) -> tuple[Deadline, ...]:
    """Return what is due from the state in which a case is, the soonest first."""
    if not case.stays:
        return ()
    found = [
        Deadline(each, each.deadline, began, _due(began, each.deadline, stopped, calendar))
        for each in procedure.acts_from(case.state)
        if each.deadline is not None
        for began, stopped in [_began(case, len(case.stays) - 1, each.deadline, calendar)]
    ]
    return tuple(sorted(found, key=lambda each: each.due))


def elapsed(case: Case, start: datetime, end: datetime, calendar: WorkingDays, *, working: bool) -> int:
    """Return the days between two moments, without those on which the clock was stopped."""
    whole = _length(_day(start), _day(end), calendar, working)
    return whole - sum(
        _length(
            max(_day(stay.entered), _day(start)), min(_day(stay.left or end), _day(end)), calendar, working
        )
        for stay in case.stays
        if not stay.counts and stay.entered < end and (stay.left or end) > start
    )


def _began(case: Case, place: int, limit: TimeLimit, calendar: WorkingDays) -> tuple[date, int]:
    """Return the day from which a stay's time limit counts, and the days for which it was stopped since.

    A stay that goes on after a stop counts from the first one; the time between does not count.
    """
    stay = case.stays[place]
    if stay.resumed < 0:
        return _day(stay.entered), 0
    first, stopped = _began(case, stay.resumed, limit, calendar)
    left = case.stays[stay.resumed].left
    assert left is not None
    return first, stopped + _length(_day(left), _day(stay.entered), calendar, limit.working)


def _due(began: date, limit: TimeLimit, stopped: int, calendar: WorkingDays) -> date:
    days = limit.days + stopped
    return calendar.after(began, days) if limit.working else began + timedelta(days=days)


def _length(start: date, end: date, calendar: WorkingDays, working: bool) -> int:
    return calendar.between(start, end) if working else (end - start).days


def _day(moment: datetime) -> date:
    return moment.astimezone(HERE).date()
