"""A meeting as its page shows it: its stage, the agenda with its times, each item's quorum as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.timezone import localtime

from speccom.casework.meetings.quorum import ItemQuorum
from speccom.casework.models import AgendaItem, Attendance, Interest, Meeting, Membership
from speccom.interface import formats
from speccom.interface.pages import address
from speccom.process.bodies import Body, BodyKind


@dataclass(frozen=True)
class ItemRow:
    """One item of the agenda: its time, its case, and how the body stands for it."""

    time: str
    title: str
    href: str
    item_href: str
    quorum: str
    is_quorate: bool


@dataclass(frozen=True)
class MemberRow:
    """One member of the body, and whether they are in the room."""

    person: str
    name: str
    seat: str
    seat_name: str
    is_here: bool


@dataclass(frozen=True)
class Step:
    """A step that this person may take now."""

    name: str
    label: str


@dataclass(frozen=True)
class MeetingPage:
    """What a meeting's page shows."""

    stage: str
    when: str
    place: str
    kind: str
    items: tuple[ItemRow, ...]
    members: tuple[MemberRow, ...]
    may_run: bool
    is_open: bool
    steps: tuple[Step, ...]
    addable: tuple[tuple[str, str], ...]
    minutes: str


def present_meeting(
    meeting: Meeting,
    body: Body,
    items: Sequence[tuple[AgendaItem, str, ItemQuorum]],
    members: Sequence[tuple[Membership, str]],
    here: Sequence[Attendance],
    may: Mapping[str, bool],
    addable: Sequence[tuple[str, str]],
) -> MeetingPage:
    """Return what a meeting's page shows; `may` says whether the person may run and approve.

    Each item comes with what its case is about, blank where the person may not see that.
    """
    in_room = {each.person for each in here}
    is_open = meeting.opened_at is not None and meeting.closed_at is None
    return MeetingPage(
        stage=stage_of(meeting),
        when=formats.day_and_time(localtime(meeting.starts_at)),
        place=meeting.place,
        kind="This body decides."
        if body.kind is BodyKind.DECIDING
        else "This body advises; it does not decide.",
        items=tuple(_items(meeting, items, is_open=is_open)),
        members=tuple(
            MemberRow(
                each.person, name, each.seat, body.seats.get(each.seat, each.seat), each.person in in_room
            )
            for each, name in members
        ),
        may_run=may["run"],
        is_open=is_open,
        steps=tuple(steps_open(meeting, may)),
        addable=tuple(addable) if may["run"] and meeting.closed_at is None else (),
        minutes=address("meeting-minutes", reference=meeting.reference) if meeting.opened_at else "",
    )


def stage_of(meeting: Meeting) -> str:
    """Return how far a meeting is, in words."""
    reached = (
        (meeting.published_at, "Minutes published"),
        (meeting.approved_at, "Minutes approved"),
        (meeting.closed_at, "Over, minutes to be approved"),
        (meeting.opened_at, "In session"),
        (meeting.papers_out_at, "Papers out"),
    )
    return next((words for moment, words in reached if moment), "Planned")


def steps_open(meeting: Meeting, may: Mapping[str, bool]) -> list[Step]:
    """Return the step that somebody who may run, or approve, can take next."""
    if may["run"] and meeting.papers_out_at is None:
        return [Step("papers", "Send the papers out")]
    if may["run"] and meeting.opened_at is None:
        return [Step("open", "Open the meeting")]
    if may["run"] and meeting.opened_at and meeting.closed_at is None:
        return [Step("close", "Close the meeting")]
    if may["approve"] and meeting.closed_at and meeting.approved_at is None:
        return [Step("approve", "Approve the minutes")]
    if may["run"] and meeting.approved_at and meeting.published_at is None:
        return [Step("publish", "Publish the minutes")]
    return []


@dataclass(frozen=True)
class InterestRow:
    """One member in the room, and how their interest in the item stands."""

    person: str
    name: str
    seat: str
    settled: str
    what: str
    is_settled: bool


@dataclass(frozen=True)
class ItemPage:
    """What the page of one item shows."""

    case: str
    case_href: str
    quorum: str
    is_quorate: bool
    rows: tuple[InterestRow, ...]
    choices: tuple[tuple[str, str], ...]
    may_run: bool
    is_open: bool


def present_item(
    item: AgendaItem, subject: str, body: Body, quorum: ItemQuorum, names: Mapping[str, str], *, may_run: bool
) -> ItemPage:
    """Return what the page of one item shows; `subject` is what its case is about, as far as it is seen."""
    meeting = item.meeting
    rows = (
        InterestRow(
            each.person,
            names.get(each.person, "A member"),
            body.seats.get(each.seat, each.seat),
            each.interest.settled if each.interest else "",
            each.interest.what if each.interest else "",
            each.interest is not None,
        )
        for each in quorum.seated
    )
    return ItemPage(
        case=f"{item.case_id}{f': {subject}' if subject else ''}",
        case_href=address("case", reference=item.case_id),
        quorum=quorum_words(quorum),
        is_quorate=quorum.is_quorate,
        rows=tuple(rows),
        choices=tuple((value, str(label)) for value, label in Interest.Settled.choices),
        may_run=may_run,
        is_open=meeting.opened_at is not None and meeting.closed_at is None,
    )


def quorum_words(quorum: ItemQuorum) -> str:
    """Return in words how a body stands for an item."""
    counting = sum(each.counts for each in quorum.seated)
    words = (
        f"Quorate, with {formats.counted(counting, 'member')}."
        if quorum.is_quorate
        else f"Not quorate: {'; '.join(quorum.lacks)}."
    )
    open_now = len(quorum.unsettled)
    return f"{words} {formats.counted(open_now, 'interest')} to settle." if open_now else words


def _items(
    meeting: Meeting, items: Sequence[tuple[AgendaItem, str, ItemQuorum]], *, is_open: bool
) -> list[ItemRow]:
    begins, rows = localtime(meeting.starts_at), []
    for item, subject, quorum in items:
        time = formats.day_and_time(begins).split(" at ")[1]
        rows.append(
            ItemRow(
                f"{time}, {formats.counted(item.minutes, 'minute')}",
                f"{item.case_id}{f': {subject}' if subject else ''}",
                address("case", reference=item.case_id),
                address("meeting-item", reference=meeting.reference, item=item.pk),
                quorum_words(quorum) if is_open else "",
                quorum.is_quorate,
            )
        )
        begins += timedelta(minutes=item.minutes)
    return rows
