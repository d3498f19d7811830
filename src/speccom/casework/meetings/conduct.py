"""The steps of a meeting, each checked, kept and noted in the ledger in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from speccom.casework import ledger
from speccom.casework.door import Note, note
from speccom.casework.keys import seal_of
from speccom.casework.meetings.bodies import members_on
from speccom.casework.models import (
    AgendaItem,
    Attendance,
    CaseRow,
    Interest,
    Meeting,
    Receipt,
)
from speccom.casework.read_model import project_again
from speccom.casework.references import next_in
from speccom.problem import Problem
from speccom.process.deadlines import HERE
from speccom.process.decide import Actor
from speccom.process.event import Reference, canonical

_SERIES = "MTG"
_MOST_MINUTES = 480
_LONGEST_PLACE = 200


def plan(command: str, actor: Actor, body: str, starts_at: datetime, place: str, at: datetime) -> Meeting:
    """Plan a meeting of a body. Raises Problem where it lies in the past or has no place."""
    if starts_at <= at:
        raise Problem("the meeting would begin in the past", mend="Choose a later day and time")
    if not place.strip():
        raise Problem("the meeting has no place", mend="Say where it is held, or that it is online")
    _require(
        len(place.strip()) <= _LONGEST_PLACE, "the place is too long", f"Write {_LONGEST_PLACE} characters"
    )
    with _noting(command, actor, at, "meeting_planned.1") as noted:
        meeting = Meeting.objects.create(
            reference=next_in(f"{_SERIES}-{_day(starts_at).year}"),
            body=body,
            starts_at=starts_at,
            place=place.strip(),
        )
        noted.append(
            _reference("meeting", meeting.reference, {"body": body, "starts_at": starts_at.isoformat()})
        )
    return meeting


def put_on_agenda(
    command: str, actor: Actor, meeting: Meeting, case: CaseRow, minutes: int, at: datetime
) -> None:
    """Put a case on the agenda, at its end. Raises Problem once the meeting is over, or where it is there."""
    _require(meeting.closed_at is None, "the meeting is over", "Put the case on the agenda of a later one")
    _require(0 < minutes <= _MOST_MINUTES, "the time for the item is no number of minutes", "Write 1 to 480")
    _require(not meeting.items.filter(case=case).exists(), f"{case.reference} is on the agenda already", "")
    with _noting(command, actor, at, "agenda_item_added.1") as noted:
        last = meeting.items.aggregate(last=Max("place"))["last"] or 0
        AgendaItem.objects.create(meeting=meeting, case=case, place=last + 1, minutes=minutes)
        noted.append(
            _reference("agenda item", meeting.reference, {"case": case.reference, "place": last + 1})
        )
        project_again(case)


def send_papers(command: str, actor: Actor, meeting: Meeting, at: datetime) -> None:
    """Send the papers out. Raises Problem where nothing is on the agenda."""
    _require(meeting.items.exists(), "nothing is on the agenda", "Put a case on it first")
    _require(meeting.papers_out_at is None, "the papers are out already", "")
    _reach(command, actor, meeting, "papers_out_at", at, "papers_sent.1")


def open_meeting(command: str, actor: Actor, meeting: Meeting, at: datetime) -> None:
    """Open the meeting. Raises Problem where the papers are not out."""
    _require(meeting.papers_out_at is not None, "the papers are not out", "Send them to the members first")
    _require(meeting.opened_at is None, "the meeting is open already", "")
    with transaction.atomic():
        _reach(command, actor, meeting, "opened_at", at, "meeting_opened.1")
        _project_agenda(meeting)


def record_attendance(
    command: str, actor: Actor, meeting: Meeting, present: Mapping[str, str], at: datetime
) -> None:
    """Record who is in the room now (the seat of each); who is not named any more has left."""
    _require_open(meeting)
    seats = {each.person: each.seat for each in members_on(meeting.body, _day(at))}
    strangers = [person for person, seat in present.items() if seats.get(person) != seat]
    _require(
        not strangers, "somebody is named who holds no such seat on the body", "Look at its members again"
    )
    with _noting(command, actor, at, "attendance_recorded.1") as noted:
        here = {each.person: each for each in meeting.attendance.filter(left_at=None)}
        for person in here.keys() - present.keys():
            Attendance.objects.filter(pk=here[person].pk).update(left_at=at)
        for person in present.keys() - here.keys():
            Attendance.objects.create(meeting=meeting, person=person, seat=present[person], came_at=at)
        noted.append(_reference("attendance", meeting.reference, dict(present)))


def settle_interest(
    command: str, actor: Actor, item: AgendaItem, person: str, settled: str, what: str, at: datetime
) -> None:
    """Record what a member declared on an item, and how it was settled. The latest word counts."""
    _require_open(item.meeting)
    here = item.meeting.attendance.filter(person=person, left_at=None).exists()
    _require(here, "that member is not in the room", "Record who is here first")
    _require(settled in Interest.Settled.values, "how the interest is settled is not said", "Choose one")
    _require(
        settled == Interest.Settled.NONE or bool(what.strip()),
        "the interest is not described",
        "Say what it is",
    )
    with _noting(command, actor, at, "interest_settled.1") as noted:
        Interest.objects.create(
            item=item,
            person=person,
            settled=settled,
            what=what.strip(),
            recorded_by=actor.id,
            recorded_at=at,
        )
        noted.append(_reference("interest", item.meeting_id, {"person": person, "settled": settled}))


def close(command: str, actor: Actor, meeting: Meeting, at: datetime) -> None:
    """Close the meeting; everybody has left."""
    _require_open(meeting)
    with transaction.atomic():
        _reach(command, actor, meeting, "closed_at", at, "meeting_closed.1")
        meeting.attendance.filter(left_at=None).update(left_at=at)
        _project_agenda(meeting)


def approve_minutes(command: str, actor: Actor, meeting: Meeting, digest: str, at: datetime) -> None:
    """Approve the minutes as they stand. Raises Problem before the meeting is closed, or once approved."""
    _require(meeting.closed_at is not None, "the meeting is not over", "Close it first")
    _require(meeting.approved_at is None, "the minutes are approved already", "")
    meeting.approved_by = actor.id
    _reach(command, actor, meeting, "approved_at", at, "minutes_approved.1", digest)


def publish_minutes(command: str, actor: Actor, meeting: Meeting, digest: str, at: datetime) -> None:
    """Publish the minutes. Raises Problem before they are approved, or once they are published."""
    _require(meeting.approved_at is not None, "the minutes are not approved", "The chair approves them first")
    _require(meeting.published_at is None, "the minutes are published already", "")
    _reach(command, actor, meeting, "published_at", at, "minutes_published.1", digest)


def _project_agenda(meeting: Meeting) -> None:
    """Have the cases of the agenda wait for the people whose turn it is now."""
    for item in meeting.items.select_related("case"):
        project_again(item.case)


def _reach(
    command: str, actor: Actor, meeting: Meeting, stage: str, at: datetime, kind: str, digest: str = ""
) -> None:
    with _noting(command, actor, at, kind) as noted:
        setattr(meeting, stage, at)
        meeting.save()
        what = Reference("minutes", meeting.reference, digest) if digest else None
        noted.append(what or _reference("meeting", meeting.reference, {stage: at.isoformat()}))


class DoneBefore(Exception):
    """This step was taken when it was first sent; nothing happens again."""


@contextmanager
def _noting(command: str, actor: Actor, at: datetime, kind: str) -> Iterator[list[Reference]]:
    """Hold the ledger, let the rows be written, then note it; all of it or nothing. Raises DoneBefore."""
    with transaction.atomic():
        ledger.hold()
        if Receipt.objects.filter(command_id=command).exists():
            raise DoneBefore
        references: list[Reference] = []
        yield references
        role = next(iter(sorted(actor.roles)), "")
        note(Note(id=command, kind=kind, actor=actor, role=role, at=at, references=tuple(references)))


def _reference(kind: str, name: str, content: Mapping[str, object]) -> Reference:
    """Return what the ledger holds of content: a digest that only the installation can make."""
    return Reference(kind, name, seal_of("content of a meeting", canonical(dict(content)).decode()))


def _day(moment: datetime) -> date:
    return moment.astimezone(HERE).date()


def _require_open(meeting: Meeting) -> None:
    is_open = meeting.opened_at is not None and meeting.closed_at is None
    _require(is_open, "the meeting is not open", "This is recorded while it is")


def _require(holds: bool, what: str, mend: str) -> None:
    if not holds:
        raise Problem(what, mend=mend)
