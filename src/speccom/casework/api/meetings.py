"""Meetings of bodies: their agenda, who is there, interests and minutes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router

from speccom.casework.api import meeting_shapes as shapes
from speccom.casework.api.asking import command_of, viewer_of
from speccom.casework.meetings import conduct
from speccom.casework.meetings.bodies import APPROVE, RUN, bodies_of, bodies_on, may_on, members_on
from speccom.casework.meetings.found import cases_for_agenda, find_meeting, items_seen
from speccom.casework.meetings.meeting_page import quorum_words, stage_of, steps_open
from speccom.casework.meetings.minutes import minutes_of
from speccom.casework.meetings.quorum import quorum_of
from speccom.casework.meetings.steps import Step, as_whom, take
from speccom.casework.models import AgendaItem, Meeting, Receipt
from speccom.casework.sight import Viewer, subject_seen
from speccom.directory.people import names_of
from speccom.process.bodies import Body
from speccom.process.deadlines import HERE

_MOST = 100

router = Router(tags=["meetings"])


@router.get("/meetings", response=list[shapes.MeetingOut], url_name="api-meetings")
def meetings(request: HttpRequest) -> Any:
    """List the meetings of the person's bodies, the latest first."""
    looking = viewer_of(request)
    bodies = bodies_on(looking.at.date())
    found = Meeting.objects.filter(body__in=bodies_of(looking)).order_by("-starts_at")[:_MOST]
    return [_meeting(each, bodies[each.body]) for each in found if each.body in bodies]


@router.post("/meetings", response=shapes.WholeMeetingOut, url_name="api-meetings")
def plan(request: HttpRequest, order: shapes.PlanIn) -> Any:
    """Plan a meeting of a body."""
    looking = viewer_of(request)
    body = bodies_on(looking.at.date()).get(order.body)
    if body is None:
        raise Http404
    made = conduct.plan(
        _new_command(request),
        as_whom(looking, body.id, RUN),
        body.id,
        order.starts_at,
        order.place,
        looking.at,
    )
    return _whole(looking, made, body)


@router.get("/meetings/{reference}", response=shapes.WholeMeetingOut, url_name="api-meeting")
def meeting(request: HttpRequest, reference: str) -> Any:
    """Show a meeting: its agenda, who sits on the body and who is here, and what may be done next."""
    looking = viewer_of(request)
    return _whole(looking, *_found(looking, reference))


@router.get("/meetings/{reference}/minutes", response=shapes.MinutesOut, url_name="api-meeting-minutes")
def minutes(request: HttpRequest, reference: str) -> Any:
    """Show the minutes as they stand."""
    looking = viewer_of(request)
    found, body = _found(looking, reference)
    if found.opened_at is None:
        raise Http404
    return {"stage": stage_of(found), **asdict(minutes_of(found, body).seen_by(looking, found))}


@router.post("/meetings/{reference}/steps", response=shapes.WholeMeetingOut, url_name="api-meeting-steps")
def step(request: HttpRequest, reference: str, order: shapes.StepIn) -> Any:
    """Take a step of a meeting."""
    looking = viewer_of(request)
    found, body = _found(looking, reference)
    asked = Step(order.step, order.case, order.minutes, order.present)
    take(_new_command(request), looking, found, body, asked)
    found.refresh_from_db()
    return _whole(looking, found, body)


@router.post(
    "/meetings/{reference}/items/{case}/interests",
    response=shapes.WholeMeetingOut,
    url_name="api-meeting-interests",
)
def interest(request: HttpRequest, reference: str, case: str, order: shapes.InterestIn) -> Any:
    """Settle a member's interest in an item."""
    looking = viewer_of(request)
    found, body = _found(looking, reference)
    item = next((each for each in items_seen(looking, found) if each.case_id == case), None)
    if item is None:
        raise Http404
    acting = as_whom(looking, body.id, RUN)
    command = _new_command(request)
    conduct.settle_interest(command, acting, item, order.person, order.settled, order.what, looking.at)
    return _whole(looking, found, body)


def _new_command(request: HttpRequest) -> str:
    """Return the id of an order. Raises DoneBefore where it was carried out before."""
    command = command_of(request)
    if Receipt.objects.filter(command_id=command).exists():
        raise conduct.DoneBefore
    return command


def _found(looking: Viewer, reference: str) -> tuple[Meeting, Body]:
    found = find_meeting(looking, reference)
    if found is None:
        raise Http404
    return found


def _meeting(found: Meeting, body: Body) -> dict[str, Any]:
    return {
        "reference": found.reference,
        "body": found.body,
        "title": body.title,
        "stage": stage_of(found),
        "starts_at": found.starts_at,
        "place": found.place,
    }


def _whole(looking: Viewer, found: Meeting, body: Body) -> dict[str, Any]:
    may = {"run": may_on(looking, body.id, RUN), "approve": may_on(looking, body.id, APPROVE)}
    return {
        **_meeting(found, body),
        "items": [_item(looking, each, body) for each in items_seen(looking, found)],
        "members": _members(found, body),
        "steps": [each.name for each in steps_open(found, may)],
        "waiting": [each.reference for each in cases_for_agenda(looking, found, body)],
    }


def _item(looking: Viewer, item: AgendaItem, body: Body) -> dict[str, Any]:
    quorum = quorum_of(item, body)
    return {
        "case": item.case_id,
        "subject": subject_seen(looking, item.case),
        "minutes": item.minutes,
        "is_quorate": quorum.is_quorate,
        "quorum": quorum_words(quorum),
        "interests": [
            {"person": each.person, "settled": each.interest.settled, "what": each.interest.what}
            for each in quorum.seated
            if each.interest
        ],
    }


def _members(found: Meeting, body: Body) -> list[dict[str, Any]]:
    members = members_on(found.body, found.starts_at.astimezone(HERE).date())
    names = names_of(each.person for each in members)
    here = set(found.attendance.filter(left_at=None).values_list("person", flat=True))
    return [
        {
            "person": each.person,
            "name": names.get(each.person, ""),
            "seat": each.seat,
            "seat_name": body.seats.get(each.seat, each.seat),
            "is_here": each.person in here,
        }
        for each in members
    ]
