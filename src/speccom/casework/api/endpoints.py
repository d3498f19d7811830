"""The endpoints. Each finds what the person may see, gives one order, and says what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now as the_time_now
from ninja import Field, NinjaAPI
from ninja.errors import HttpError, ValidationError

from speccom.casework import acting
from speccom.casework.acting import Unfinished
from speccom.casework.api import shapes
from speccom.casework.door import Done, NoSuchCase
from speccom.casework.meetings import conduct
from speccom.casework.meetings.bodies import RUN, bodies_of, bodies_on
from speccom.casework.meetings.meeting_page import quorum_words, stage_of
from speccom.casework.meetings.quorum import quorum_of
from speccom.casework.meetings.steps import Step, as_whom, take
from speccom.casework.models import CaseRow, Meeting
from speccom.casework.open_case import Opened, open_case
from speccom.casework.procedures import in_force, pinned
from speccom.casework.prospects import Prospect, prospects
from speccom.casework.sight import Viewer, classes_of, find_visible, viewer, visible
from speccom.casework.submissions import Content, Destroyed
from speccom.casework.work.allocation import give
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.signed_in import person_of
from speccom.interface.problem_details import problem_details
from speccom.process.bodies import Body
from speccom.process.decide import Found, Refused, Why
from speccom.process.event import Event

_MOST = 100
_STATUS = {
    Why.NOT_YOURS: 403,
    Why.DONE_BEFORE_BY_YOU: 403,
    Why.CHANGED_MEANWHILE: 409,
    Why.NOT_FROM_HERE: 409,
}

api = NinjaAPI(
    title="speccom",
    version="1",
    description="Cases and meetings. A token of a person's account acts with that person's roles.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


@api.get("/me", response=shapes.MeOut, url_name="api-me")
def me(request: HttpRequest) -> Any:
    """Say as whom the token acts."""
    looking = _viewer(request)
    return {"person": looking.id, "roles": sorted(looking.roles)}


@api.get("/cases", response=shapes.CasesOut, url_name="api-cases")
def cases(
    request: HttpRequest,
    after: str = "",
    limit: Annotated[int, Field(ge=1, le=_MOST)] = 25,
    procedure: str = "",
) -> Any:
    """List the cases that the person may see, by reference."""
    found = visible(_viewer(request)).filter(reference__gt=after).order_by("reference")
    rows = list((found.filter(procedure=procedure) if procedure else found)[: limit + 1])
    more = len(rows) > limit
    return {
        "items": [_case(row) for row in rows[:limit]],
        "next": rows[limit - 1].reference if more else None,
    }


@api.post("/cases", response=shapes.DoneOut, url_name="api-cases")
def begin(request: HttpRequest, order: shapes.BeginIn) -> Any:
    """Begin a case."""
    looking = _viewer(request)
    process = in_force(order.procedure, looking.at.date())
    transition = process.transition("", order.act)
    if transition is None:
        raise Http404
    if order.organisation not in acting.organisations_for(looking, transition):
        return problem_details(
            403, "Not yours to begin there", "Your roles at that organisation do not allow it."
        )
    posted = {name: dict(texts) for name, texts in order.forms.items()}
    return _told(acting.begin(looking, process, transition, order.organisation, posted, _command(request)))


@api.get("/cases/{reference}", response=shapes.WholeCaseOut, url_name="api-case")
def case(request: HttpRequest, reference: str) -> Any:
    """Show a case: where it stands, what may come next, what was entered as far as the person may see it."""
    looking, opened = _opened(request, reference)
    classes = classes_of(looking, opened.row)
    answers, rows = _seen(opened, classes)
    insider = Confidentiality.OFFICIAL in classes
    due = {each.act: each.on for each in opened.row.due.all()}
    acts = [_act(opened, each, due) for each in prospects(opened, looking) if insider or each.is_mine]
    return {**_case(opened.row), "acts": acts, "answers": answers, "rows": rows}


@api.get("/cases/{reference}/events", response=list[shapes.EventOut], url_name="api-case-events")
def events(request: HttpRequest, reference: str) -> Any:
    """List the events of a case."""
    looking, opened = _opened(request, reference)
    by_name = Confidentiality.OFFICIAL in classes_of(looking, opened.row)
    return [_event(each, by_name=by_name) for each in opened.case.events]


@api.post("/cases/{reference}/acts/{act}", response=shapes.DoneOut, url_name="api-case-act")
def do(request: HttpRequest, reference: str, act: str, order: shapes.ActIn) -> Any:
    """Do an act."""
    looking, opened = _opened(request, reference)
    posted = {name: dict(texts) for name, texts in order.forms.items()}
    return _told(acting.do(looking, opened, act, _command(request), order.version, posted))


@api.post("/cases/{reference}/holder", response=shapes.DoneOut, url_name="api-case-holder")
def give_case(request: HttpRequest, reference: str, order: shapes.GiveIn) -> Any:
    """Give a case to a person."""
    looking, opened = _opened(request, reference)
    return _told(give(_command(request), opened, looking, order.person))


@api.get("/meetings", response=list[shapes.MeetingOut], url_name="api-meetings")
def meetings(request: HttpRequest) -> Any:
    """List the meetings of the person's bodies, the latest first."""
    looking = _viewer(request)
    bodies = bodies_on(looking.at.date())
    found = Meeting.objects.filter(body__in=bodies_of(looking)).order_by("-starts_at")[:_MOST]
    return [_meeting(looking, each, bodies[each.body]) for each in found if each.body in bodies]


@api.post("/meetings", response=shapes.MeetingOut, url_name="api-meetings")
def plan(request: HttpRequest, order: shapes.PlanIn) -> Any:
    """Plan a meeting of a body."""
    looking = _viewer(request)
    body = bodies_on(looking.at.date()).get(order.body)
    if body is None:
        raise Http404
    made = conduct.plan(
        _command(request), as_whom(looking, body.id, RUN), body.id, order.starts_at, order.place, looking.at
    )
    return _meeting(looking, made, body)


@api.get("/meetings/{reference}", response=shapes.MeetingOut, url_name="api-meeting")
def meeting(request: HttpRequest, reference: str) -> Any:
    """Show a meeting."""
    looking = _viewer(request)
    found, body = _found_meeting(looking, reference)
    return _meeting(looking, found, body)


@api.post("/meetings/{reference}/steps", response=shapes.MeetingOut, url_name="api-meeting-steps")
def step(request: HttpRequest, reference: str, order: shapes.StepIn) -> Any:
    """Take a step of a meeting."""
    looking = _viewer(request)
    found, body = _found_meeting(looking, reference)
    take(_command(request), looking, found, body, Step(order.step, order.case, order.minutes, order.present))
    found.refresh_from_db()
    return _meeting(looking, found, body)


@api.post(
    "/meetings/{reference}/items/{case}/interests",
    response=shapes.MeetingOut,
    url_name="api-meeting-interests",
)
def interest(request: HttpRequest, reference: str, case: str, order: shapes.InterestIn) -> Any:
    """Settle a member's interest in an item."""
    looking = _viewer(request)
    found, body = _found_meeting(looking, reference)
    item = found.items.select_related("meeting").filter(case=case).first()
    if item is None:
        raise Http404
    conduct.settle_interest(
        _command(request),
        as_whom(looking, body.id, RUN),
        item,
        order.person,
        order.settled,
        order.what,
        looking.at,
    )
    return _meeting(looking, found, body)


@api.exception_handler(Http404)
@api.exception_handler(NoSuchCase)
def not_there(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Say that a thing is not there, or not for this person: the two are not told apart."""
    return problem_details(404, "Not found", "There is nothing at this address that you may see.")


@api.exception_handler(PermissionDenied)
def not_yours(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Say that a thing is not the person's to do."""
    return problem_details(403, "Not yours to do", "None of your roles gives this.")


@api.exception_handler(Destroyed)
def destroyed(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Say that what was entered was destroyed."""
    return problem_details(
        410, "Destroyed", "What was entered in this case was destroyed, as the law requires."
    )


@api.exception_handler(conduct.DoneBefore)
def done_before(request: HttpRequest, problem: Exception) -> HttpResponse:
    """Say that the key of a step was used before."""
    return problem_details(
        409, "Used before", "This key was used before; nothing happened now. Give each write its own."
    )


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    """Say which parts of what was sent cannot be read."""
    errors = [
        {"where": [str(part) for part in each["loc"]], "message": each["msg"]} for each in problem.errors
    ]
    return problem_details(422, "This cannot be read", "Look at the parts that are named.", errors=errors)


@api.exception_handler(DataError)
def not_to_be_kept(request: HttpRequest, problem: DataError) -> HttpResponse:
    """Say that a text holds what the database cannot keep."""
    return problem_details(
        422, "This cannot be kept", "A text is too long, or holds a character that none should."
    )


@api.exception_handler(HttpError)
def wrong(request: HttpRequest, problem: HttpError) -> HttpResponse:
    """Say what is wrong with a request."""
    return problem_details(problem.status_code, str(problem))


def _viewer(request: HttpRequest) -> Viewer:
    return viewer(person_of(request), the_time_now())


def _opened(request: HttpRequest, reference: str) -> tuple[Viewer, Opened]:
    looking = _viewer(request)
    row = find_visible(looking, reference)
    if row is None:
        raise Http404
    return looking, open_case(row)


def _found_meeting(looking: Viewer, reference: str) -> tuple[Meeting, Body]:
    found = Meeting.objects.filter(reference=reference, body__in=bodies_of(looking)).first()
    body = bodies_on(found.starts_at.date()).get(found.body) if found else None
    if found is None or body is None:
        raise Http404
    return found, body


def _command(request: HttpRequest) -> str:
    """Return the order's own id, which a program gives with every write."""
    given = request.headers.get("Idempotency-Key", "")
    try:
        return str(UUID(given))
    except ValueError:
        raise HttpError(400, "Give each write a UUID of its own in the header Idempotency-Key.") from None


def _told(outcome: Done | Refused | Unfinished) -> Any:
    if isinstance(outcome, Done):
        told = [_event(each, by_name=True) for each in outcome.events]
        return {"reference": outcome.case, "repeated": outcome.repeated, "events": told}
    if isinstance(outcome, Unfinished):
        errors = [
            {"form": form, "control": control, "message": message}
            for form, answers in outcome.answers.items()
            for control, message in {**answers.missing, **answers.problems}.items()
        ]
        return problem_details(422, "Some answers are missing or cannot be read", errors=errors)
    findings = [_finding(each) for each in outcome.findings]
    status = _STATUS.get(outcome.why, 422)
    return problem_details(status, "Refused", outcome.message, why=outcome.why, findings=findings)


def _case(row: CaseRow) -> dict[str, Any]:
    named = {name: getattr(row, name) for name in shapes.CaseOut.model_fields if name != "state_label"}
    return {**named, "state_label": pinned(row.process).states[row.state].label}


def _act(opened: Opened, found: Prospect, due: dict[str, Any]) -> dict[str, Any]:
    transition = found.transition
    day = due.get(transition.act)
    return {
        "act": transition.act,
        "label": transition.label,
        "role": transition.role,
        "is_yours": found.is_mine,
        "due_on": day.isoformat() if day else None,
        "forms": [form.id for form in opened.procedure.forms_of(transition.act)],
        "findings": [_finding(each) for each in found.findings],
    }


def _finding(found: Found) -> dict[str, Any]:
    return {
        "requirement": found.requirement.name,
        "met": found.finding.value,
        "message": found.requirement.sentence if found.met else found.requirement.message,
        "witnesses": list(found.witnesses),
        "where": found.where,
    }


def _event(event: Event, *, by_name: bool) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "kind": event.kind,
        "act": event.act,
        "at": event.at,
        "effective_at": event.effective_at,
        "actor": event.actor_id if by_name else "",
        "role": event.role,
        "state": event.target,
        "digest": event.digest,
    }


def _seen(
    opened: Opened, classes: frozenset[Confidentiality]
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Return the answers and rows that may be seen, dates and decimals as text."""
    asked = {
        question.name: question for form in opened.procedure.forms.values() for question in form.questions
    }
    answers = {
        name: value
        for name, value in opened.answers.items()
        if name in asked and asked[name].confidentiality in classes
    }
    rows = {name: [dict(row) for row in _rows_seen(opened, name, classes)] for name in opened.rows}
    plain = Content(answers, {name: tuple(each) for name, each in rows.items()}).as_json()
    return plain["answers"], plain["rows"]


def _rows_seen(
    opened: Opened, collection: str, classes: frozenset[Confidentiality]
) -> Iterator[dict[str, Any]]:
    sections = [
        form.collections[collection]
        for form in opened.procedure.forms.values()
        if collection in form.collections
    ]
    shown = {
        each.name for section in sections for each in section.questions if each.confidentiality in classes
    }
    for row in opened.rows[collection]:
        yield {name: value for name, value in row.items() if name in shown}


def _meeting(looking: Viewer, found: Meeting, body: Body) -> dict[str, Any]:
    items = [
        (each, quorum_of(each, body))
        for each in found.items.select_related("case", "meeting")
        if classes_of(looking, each.case)
    ]
    return {
        "reference": found.reference,
        "body": found.body,
        "stage": stage_of(found),
        "starts_at": found.starts_at,
        "place": found.place,
        "items": [
            {
                "case": item.case_id,
                "minutes": item.minutes,
                "is_quorate": quorum.is_quorate,
                "quorum": quorum_words(quorum),
            }
            for item, quorum in items
        ],
    }
