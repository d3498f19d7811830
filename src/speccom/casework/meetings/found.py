"""Finding meetings, and what is on their agenda, as far as they are there for somebody."""

from __future__ import annotations

from speccom.casework.meetings.bodies import RUN, bodies_of, bodies_on, may_on
from speccom.casework.meetings.steps import for_the_agenda
from speccom.casework.models import AgendaItem, CaseRow, Meeting
from speccom.casework.sight import Viewer, classes_of
from speccom.problem import Problem
from speccom.process.bodies import Body


def find_meeting(looking: Viewer, reference: str) -> tuple[Meeting, Body] | None:
    """Return a meeting of a body of the person's, and the body; None where it is not there for them.

    Raises Problem where no process describes the body on the day of the meeting.
    """
    meeting = Meeting.objects.filter(reference=reference, body__in=bodies_of(looking)).first()
    if meeting is None:
        return None
    body = bodies_on(meeting.starts_at.date()).get(meeting.body)
    if body is None:
        raise Problem(
            f"no process describes the body “{meeting.body}” on the day of this meeting",
            mend="Put the rulebook of its process back on the shelf",
        )
    return meeting, body


def items_seen(looking: Viewer, meeting: Meeting) -> tuple[AgendaItem, ...]:
    """Return the items of the agenda whose cases are there for the person."""
    items = meeting.items.select_related("case", "meeting")
    return tuple(each for each in items if classes_of(looking, each.case))


def cases_for_agenda(looking: Viewer, meeting: Meeting, body: Body) -> tuple[CaseRow, ...]:
    """Return the cases that somebody who runs the meeting may put on its agenda."""
    if not may_on(looking, body.id, RUN):
        return ()
    return tuple(for_the_agenda(looking, body).exclude(agenda_items__meeting=meeting))
