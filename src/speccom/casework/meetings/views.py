"""Answers for the addresses of meetings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import wraps
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.timezone import now as the_time_now

from speccom.casework.meetings import conduct
from speccom.casework.meetings.bodies import APPROVE, RUN, bodies_of, bodies_on, may_on, members_on
from speccom.casework.meetings.found import cases_for_agenda, find_meeting, items_seen
from speccom.casework.meetings.meeting_page import present_item, present_meeting, stage_of
from speccom.casework.meetings.meetings_page import present_meetings, present_plan
from speccom.casework.meetings.minutes import minutes_of
from speccom.casework.meetings.quorum import quorum_of
from speccom.casework.meetings.steps import Step, as_whom, take
from speccom.casework.models import AgendaItem, Meeting
from speccom.casework.sight import Viewer, classes_of, subject_seen, viewer
from speccom.casework.views import command_of
from speccom.directory.people import names_of
from speccom.directory.signed_in import person_of
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address
from speccom.interface.whole_number import whole_number
from speccom.problem import Problem
from speccom.process.bodies import Body
from speccom.process.deadlines import HERE
from speccom.process.decide import Actor

SECTION = "Meetings"
_REFUSED = 422

MeetingView = Callable[..., HttpResponse]


def meetings(request: HttpRequest) -> HttpResponse:
    """Show the meetings of this person's bodies, and plan one."""
    looking = viewer(person_of(request), the_time_now())
    mine = bodies_of(looking)
    found = Meeting.objects.filter(body__in=mine).order_by("-starts_at")[:100]
    page = present_meetings(
        found, bodies_on(looking.at.date()), [each for each in mine if may_on(looking, each, RUN)]
    )
    return show(request, "casework/meetings.jinja", Frame("Meetings", SECTION, _crumbs()), page)


def plan(request: HttpRequest, body: str) -> HttpResponse:
    """Plan a meeting of a body."""
    looking = viewer(person_of(request), the_time_now())
    the_body = bodies_on(looking.at.date()).get(body)
    if the_body is None:
        raise Http404
    acting = as_whom(looking, body, RUN)
    problem = ""
    if request.method == "POST":
        try:
            starts = _moment(request)
            made = conduct.plan(
                command_of(request), acting, body, starts, request.POST.get("place", ""), looking.at
            )
            return HttpResponseRedirect(address("meeting", reference=made.reference))
        except conduct.DoneBefore:
            return HttpResponseRedirect(address("meetings"))
        except Problem as wrong:
            problem = str(wrong)
    page = present_plan(request.POST, command_of(request), problem)
    frame = Frame(f"Plan a meeting of the {the_body.title}", SECTION, (*_crumbs(), _meetings_crumb()))
    return show(request, "casework/plan_meeting.jinja", frame, page, status=_REFUSED if problem else 200)


def _of_meeting(view: MeetingView) -> MeetingView:
    """Find the meeting for a view, where it is one of this person's bodies."""

    @wraps(view)
    def answer(request: HttpRequest, reference: str, **parts: int) -> HttpResponse:
        looking = viewer(person_of(request), the_time_now())
        found = find_meeting(looking, reference)
        if found is None:
            raise Http404
        meeting, body = found
        return view(request, looking, meeting, body, **parts)

    return answer


@_of_meeting
def meeting(request: HttpRequest, looking: Viewer, meeting: Meeting, body: Body) -> HttpResponse:
    """Show a meeting, or take its next step."""
    problem = ""
    if request.method == "POST":
        try:
            step = Step(
                request.POST.get("step", ""),
                request.POST.get("case", ""),
                _minutes(request),
                _present(request),
            )
            take(command_of(request), looking, meeting, body, step)
            return HttpResponseRedirect(address("meeting", reference=meeting.reference))
        except conduct.DoneBefore:
            return HttpResponseRedirect(address("meeting", reference=meeting.reference))
        except Problem as wrong:
            problem = str(wrong)
            meeting.refresh_from_db()
    members = members_on(meeting.body, meeting.starts_at.astimezone(HERE).date())
    names = names_of(each.person for each in members)
    page = present_meeting(
        meeting,
        body,
        [
            (each, subject_seen(looking, each.case), quorum_of(each, body))
            for each in items_seen(looking, meeting)
        ],
        [(each, names.get(each.person, "A member")) for each in members],
        tuple(meeting.attendance.filter(left_at=None)),
        {"run": may_on(looking, body.id, RUN), "approve": may_on(looking, body.id, APPROVE)},
        [(each.reference, subject_seen(looking, each)) for each in cases_for_agenda(looking, meeting, body)],
    )
    frame = Frame(body.title, SECTION, (*_crumbs(), _meetings_crumb()), caption=meeting.reference)
    shown = {"meeting": page, "command": str(uuid4()), "problem": problem}
    return show(request, "casework/meeting.jinja", frame, shown, status=_REFUSED if problem else 200)


@_of_meeting
def item(request: HttpRequest, looking: Viewer, meeting: Meeting, body: Body, item: int) -> HttpResponse:
    """Show how the body stands for one item, or settle a member's interest in it."""
    the_item = AgendaItem.objects.select_related("case", "meeting").filter(meeting=meeting, pk=item).first()
    if the_item is None or not classes_of(looking, the_item.case):
        raise Http404
    here = address("meeting-item", reference=meeting.reference, item=item)
    problem = ""
    if request.method == "POST":
        acting = as_whom(looking, body.id, RUN)
        try:
            _settle(request, acting, the_item, looking.at)
            return HttpResponseRedirect(here)
        except conduct.DoneBefore:
            return HttpResponseRedirect(here)
        except Problem as wrong:
            problem = str(wrong)
    quorum = quorum_of(the_item, body)
    names = names_of(each.person for each in quorum.seated)
    subject = subject_seen(looking, the_item.case)
    page = present_item(the_item, subject, body, quorum, names, may_run=may_on(looking, body.id, RUN))
    back = Crumb(body.title, address("meeting", reference=meeting.reference))
    frame = Frame("Who takes part", SECTION, (*_crumbs(), _meetings_crumb(), back), caption=page.case)
    shown = {"item": page, "command": str(uuid4()), "problem": problem}
    return show(request, "casework/meeting_item.jinja", frame, shown, status=_REFUSED if problem else 200)


@_of_meeting
def minutes(request: HttpRequest, looking: Viewer, meeting: Meeting, body: Body) -> HttpResponse:
    """Show the minutes as they stand."""
    if meeting.opened_at is None:
        raise Http404
    back = Crumb(body.title, address("meeting", reference=meeting.reference))
    frame = Frame("Minutes", SECTION, (*_crumbs(), _meetings_crumb(), back), caption=body.title)
    page = {"minutes": minutes_of(meeting, body).seen_by(looking, meeting), "stage": stage_of(meeting)}
    return show(request, "casework/minutes.jinja", frame, page)


def _settle(request: HttpRequest, acting: Actor, item: AgendaItem, at: datetime) -> None:
    person = request.POST.get("person", "")
    settled, what = request.POST.get("settled", ""), request.POST.get("what", "")
    conduct.settle_interest(command_of(request), acting, item, person, settled, what, at)


def _moment(request: HttpRequest) -> datetime:
    parts = [request.POST.get(f"day-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        day = date(*(int(each) for each in parts))
        begins = time.fromisoformat(request.POST.get("time", "").strip())
    except ValueError:
        raise Problem("the day or the time cannot be read", mend="Write 27 3 2026 and 14:30") from None
    return datetime.combine(day, begins.replace(tzinfo=None), HERE)


def _present(request: HttpRequest) -> dict[str, str]:
    """Return who was ticked as being in the room, with their seats."""
    return dict(each.rsplit("|", 1) for each in request.POST.getlist("present") if "|" in each)


def _minutes(request: HttpRequest) -> int:
    return whole_number(request.POST.get("minutes"), digits=4) or 0


def _crumbs() -> tuple[Crumb, ...]:
    return (Crumb("Home", address("home")),)


def _meetings_crumb() -> Crumb:
    return Crumb("Meetings", address("meetings"))
