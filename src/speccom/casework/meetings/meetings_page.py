"""The list of a person's meetings, and the plan of a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.timezone import localtime

from speccom.casework.meetings.meeting_page import stage_of
from speccom.casework.models import Meeting
from speccom.interface import formats
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.process.bodies import Body


@dataclass(frozen=True)
class MeetingLine:
    """One meeting in the list."""

    title: str
    href: str
    words: str
    stage: str


@dataclass(frozen=True)
class MeetingsPage:
    """The list, the latest first, and the bodies for which one may be planned."""

    items: tuple[MeetingLine, ...]
    plans: tuple[Link, ...]


@dataclass(frozen=True)
class PlanPage:
    """What the page that plans a meeting shows: everything typed, as it was typed."""

    typed: Mapping[str, str]
    command: str
    problem: str


def present_meetings(
    meetings: Iterable[Meeting], bodies: Mapping[str, Body], run: Sequence[str]
) -> MeetingsPage:
    """Return what the list shows."""
    return MeetingsPage(
        tuple(
            MeetingLine(
                bodies[each.body].title if each.body in bodies else each.body,
                address("meeting", reference=each.reference),
                f"{formats.day_and_time(localtime(each.starts_at))}, {each.place}",
                stage_of(each),
            )
            for each in meetings
        ),
        tuple(
            Link(f"Plan a meeting of the {bodies[each].title}", address("meeting-plan", body=each))
            for each in sorted(run)
            if each in bodies
        ),
    )


def present_plan(typed: Mapping[str, str], command: str, problem: str) -> PlanPage:
    """Return what the page that plans a meeting shows."""
    names = ("day-day", "day-month", "day-year", "time", "place")
    return PlanPage({name.replace("-", "_"): typed.get(name, "") for name in names}, command, problem)
