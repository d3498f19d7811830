"""Last days and meetings as a calendar that any program reads. It names cases by reference only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from speccom.casework.models import CaseRow, Meeting
from speccom.casework.procedures import pinned
from speccom.interface.pages import address
from speccom.process.bodies import Body


def calendar_of(
    cases: Iterable[CaseRow],
    meetings: Iterable[Meeting],
    bodies: Mapping[str, Body],
    at: datetime,
    site: str,
) -> bytes:
    """Return the calendar; `cases` have their last day as `due_on`, `site` is the product's own address."""
    calendar = Calendar()
    calendar.add("prodid", "-//speccom//my work//EN")
    calendar.add("version", "2.0")
    for case in cases:
        calendar.add_component(_due(case, at, site))
    for meeting in meetings:
        calendar.add_component(_meeting(meeting, bodies, at, site))
    return bytes(calendar.to_ical())


def _due(case: CaseRow, at: datetime, site: str) -> Event:
    day = case.due_on  # type: ignore[attr-defined]
    event = Event()
    event.add("uid", f"{case.reference}-{day}@speccom")
    event.add("dtstamp", at)
    event.add("dtstart", day)
    event.add("summary", f"{case.reference}: due ({pinned(case.process).states[case.state].label})")
    event.add("url", site.rstrip("/") + address("case", reference=case.reference))
    return event


def _meeting(meeting: Meeting, bodies: Mapping[str, Body], at: datetime, site: str) -> Event:
    body = bodies.get(meeting.body)
    event = Event()
    event.add("uid", f"{meeting.reference}@speccom")
    event.add("dtstamp", at)
    event.add("dtstart", meeting.starts_at)
    event.add(
        "dtend", meeting.starts_at + timedelta(minutes=sum(each.minutes for each in meeting.items.all()))
    )
    event.add("summary", body.title if body else meeting.body)
    event.add("location", meeting.place)
    event.add("url", site.rstrip("/") + address("meeting", reference=meeting.reference))
    return event
