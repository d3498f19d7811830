"""Cases and their acts."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Field, Router

from speccom.casework import acting
from speccom.casework.api import case_shapes as shapes
from speccom.casework.api.asking import case_asked_for, command_of, viewer_of
from speccom.casework.api.entered import entered
from speccom.casework.api.told import event_out, finding_out, told
from speccom.casework.models import CaseRow
from speccom.casework.open_case import Opened
from speccom.casework.procedures import followed_from, pinned
from speccom.casework.prospects import Prospect, prospects
from speccom.casework.sight import Viewer, classes_of, sees_whole_process, sight, subject_seen
from speccom.casework.work.allocation import give
from speccom.casework.work.listing import Asked, listed
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.refusals import NO_ROLE, tell_refusal
from speccom.interface.problem_details import problem_details

_MOST = 100

router = Router(tags=["cases"])


@router.get("/me", response=shapes.MeOut, url_name="api-me")
def me(request: HttpRequest) -> Any:
    """Say as whom the token acts."""
    looking = viewer_of(request)
    return {"person": looking.id, "roles": sorted(looking.roles)}


@router.get("/cases", response=shapes.CasesOut, url_name="api-cases")
def cases(
    request: HttpRequest,
    after: str = "",
    limit: Annotated[int, Field(ge=1, le=_MOST)] = 25,
    procedure: str = "",
) -> Any:
    """List the cases that the person may see, by reference."""
    looking = viewer_of(request)
    seen = sight(looking, kind=procedure)
    following = Asked(seen, sees_whole_process(looking), along=Q(reference__gt=after))
    rows = listed(following, "reference").part(0, limit + 1)
    more = len(rows) > limit
    return {
        "items": [_case(looking, row) for row in rows[:limit]],
        "next": rows[limit - 1].reference if more else None,
    }


@router.post("/cases", response=shapes.DoneOut, url_name="api-cases")
def begin(request: HttpRequest, order: shapes.BeginIn) -> Any:
    """Begin a case."""
    looking = viewer_of(request)
    process = followed_from(order.procedure, looking.at.date())
    transition = process.transition("", order.act) if process else None
    if process is None or transition is None:
        raise Http404
    if order.organisation not in acting.organisations_for(looking, transition):
        tell_refusal(request, NO_ROLE)
        return problem_details(
            403, "Not yours to begin there", "Your roles at that organisation do not allow it."
        )
    posted = {name: dict(texts) for name, texts in order.forms.items()}
    return told(acting.begin(looking, process, transition, order.organisation, posted, command_of(request)))


@router.get("/cases/{reference}", response=shapes.WholeCaseOut, url_name="api-case")
def case(request: HttpRequest, reference: str) -> Any:
    """Show a case: where it stands, what may come next and has come of it, what was entered that is shown."""
    looking, opened = case_asked_for(request, reference)
    classes = classes_of(looking, opened.row)
    insider = Confidentiality.OFFICIAL in classes
    due = {each.act: each.on for each in opened.row.due.all()}
    acts = [_act(opened, each, due) for each in prospects(opened, looking) if insider or each.is_mine]
    policies = list(opened.row.policies.order_by("-sequence"))
    return {**_case(looking, opened.row), "acts": acts, "policies": policies, **entered(opened, classes)}


@router.get("/cases/{reference}/events", response=list[shapes.EventOut], url_name="api-case-events")
def events(request: HttpRequest, reference: str) -> Any:
    """List the events of a case."""
    looking, opened = case_asked_for(request, reference)
    by_name = Confidentiality.OFFICIAL in classes_of(looking, opened.row)
    return [event_out(each, by_name=by_name) for each in opened.case.events]


@router.post("/cases/{reference}/acts/{act}", response=shapes.DoneOut, url_name="api-case-act")
def do(request: HttpRequest, reference: str, act: str, order: shapes.ActIn) -> Any:
    """Do an act."""
    looking, opened = case_asked_for(request, reference)
    posted = {name: dict(texts) for name, texts in order.forms.items()}
    return told(acting.do(looking, opened, act, command_of(request), order.version, posted))


@router.post("/cases/{reference}/holder", response=shapes.DoneOut, url_name="api-case-holder")
def give_case(request: HttpRequest, reference: str, order: shapes.GiveIn) -> Any:
    """Give a case to a person."""
    looking, opened = case_asked_for(request, reference)
    return told(give(command_of(request), opened, looking, order.person))


def _case(looking: Viewer, row: CaseRow) -> dict[str, Any]:
    named = {name: getattr(row, name) for name in shapes.CaseOut.model_fields if name != "state_label"}
    label = pinned(row.process).states[row.state].label
    return {**named, "subject": subject_seen(looking, row), "state_label": label}


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
        "findings": [finding_out(each) for each in found.findings],
    }
