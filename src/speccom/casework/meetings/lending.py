"""What meetings lend to the cases on their agenda: the body's quorum, its power, its members' interests."""

from __future__ import annotations

from speccom.casework.facts import Known, offer_collection, offer_table
from speccom.casework.meetings.quorum import quorum_of
from speccom.casework.meetings.session import item_before
from speccom.casework.models import AgendaItem, Attendance
from speccom.directory.people import names_of
from speccom.interface.pages import address
from speccom.process.bodies import Body, BodyKind
from speccom.process.decide import FactValue
from speccom.process.facts import TITLE, WHERE, Row
from speccom.process.form import NO, YES

_NO_MEETING = FactValue(None, ("No meeting of a body that may do this is open with the case on its agenda",))


def lend() -> None:
    """Offer every process what meetings know."""
    offer_collection("interests", _interests)
    offer_table("meetings", _of_meetings)
    offer_table("bodies", _of_bodies)


def item_in_session(known: Known) -> tuple[AgendaItem, Body] | None:
    """Return the item under which a case is before a body that may do the act, if it is before one."""
    if known.row is None:
        return None
    empowered = {name: body for name, body in known.procedure.bodies.items() if known.act in body.powers}
    item = item_before(empowered, known.row.pk)
    return (item, empowered[item.meeting.body]) if item else None


def _interests(known: Known) -> list[Row] | None:
    """Return each member's interest; None where no meeting is open, so that nobody was asked."""
    found = item_in_session(known)
    if found is None:
        return None
    seated = quorum_of(*found).seated
    people = names_of(each.person for each in seated)
    return [
        {
            "member": each.person,
            "settled": each.interest.settled if each.interest else None,
            TITLE: people.get(each.person, each.seat),
            WHERE: _address(found[0]),
        }
        for each in seated
    ]


def _of_meetings(known: Known, name: str) -> FactValue:
    found = item_in_session(known)
    if found is None:
        return _NO_MEETING
    return _same_members(found[0]) if name == "same_members" else _quorate(*found)


def _quorate(item: AgendaItem, body: Body) -> FactValue:
    quorum = quorum_of(item, body)
    return FactValue(YES if quorum.is_quorate else NO, quorum.lacks, _address(item))


def _same_members(item: AgendaItem) -> FactValue:
    """Count who is in the room and was at an earlier meeting that dealt with the case."""
    here = set(
        Attendance.objects.filter(meeting=item.meeting_id, left_at=None).values_list("person", flat=True)
    )
    earlier = AgendaItem.objects.filter(case=item.case_id).exclude(meeting=item.meeting_id)
    before = Attendance.objects.filter(meeting__items__in=earlier).values_list("person", flat=True)
    return FactValue(len(here & set(before)), (), _address(item))


def _of_bodies(known: Known, name: str) -> FactValue:
    found = item_in_session(known)
    if found is None:
        return _NO_MEETING
    item, body = found
    return FactValue(YES if body.kind is BodyKind.DECIDING else NO, (body.title,), _address(item))


def _address(item: AgendaItem) -> str:
    return address("meeting-item", reference=item.meeting_id, item=item.pk)
