"""Answers for the addresses of cases: each reads what was asked, gives one order or none, and shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.utils.timezone import now as the_time_now

from speccom.casework import acting
from speccom.casework.act_page import present_act
from speccom.casework.acting import Unfinished, organisations_for
from speccom.casework.answers_shown import ShownAnswer
from speccom.casework.begin_page import ONLY_ON_A_BODY, beginnings, present_begin
from speccom.casework.case_page import Around, present_case
from speccom.casework.documents.as_answers import open_for
from speccom.casework.documents.asked_for import address_to_add
from speccom.casework.door import Done
from speccom.casework.drafts import ChangedMeanwhile, draft_of, save_draft
from speccom.casework.filling_in import FillingIn, MovedOn, filling_in
from speccom.casework.ledger import events_of
from speccom.casework.models import CaseRow
from speccom.casework.not_kept import present_not_kept, texts_typed, typed_answers
from speccom.casework.open_case import Opened
from speccom.casework.procedures import all_in_force, followed_from, pinned
from speccom.casework.prospects import prospect, prospects
from speccom.casework.question_parts import ADD_DOCUMENT, PREFIX, errors_of
from speccom.casework.section_page import SectionPage, present_section
from speccom.casework.sight import Viewer, classes_of, find_visible, subject_seen, viewer
from speccom.casework.submissions import Destroyed
from speccom.casework.work.allocation import candidates, give, may_give
from speccom.casework.work.work_page import called
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.organisations import all_as_at
from speccom.directory.people import names_of
from speccom.directory.refusals import NO_ROLE, tell_refusal
from speccom.directory.signed_in import person_of
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.message import Message, from_problem, show_message
from speccom.interface.pages import address
from speccom.interface.whole_number import whole_number
from speccom.problem import Problem
from speccom.process.answers import Posted, read_answers
from speccom.process.calendars import working_days
from speccom.process.decide import Refused
from speccom.process.event import PERSON
from speccom.process.procedure import CLOCK, Procedure, Transition
from speccom.process.roles import shelved_roles

SECTION = "Cases"
_CHANGED, _REFUSED = 409, 422
_AUTOSAVE = "X-Speccom-Autosave"
_ADDED = "The document was added, and is chosen below"
_NOT_THERE, _NOT_THEIRS = "This page is not there", "None of your roles gives this"

CaseView = Callable[..., HttpResponseBase]


def begin(request: HttpRequest) -> HttpResponse:
    """Show what this person may begin."""
    looking = _viewer(request)
    found = tuple(beginnings(all_in_force(looking.at.date()), looking))
    return show(request, "casework/begin.jinja", Frame("Start something", SECTION, _crumbs()), found)


def begin_case(request: HttpRequest, procedure: str, act: str) -> HttpResponse:
    """Show the first form of a new case, or begin it."""
    looking = _viewer(request)
    process, transition = _beginning(looking, procedure, act)
    codes = organisations_for(looking, transition)
    if not codes:
        tell_refusal(request, NO_ROLE)
        barred = Message("You cannot start this with the roles that you hold", (ONLY_ON_A_BODY,))
        return show_message(request, barred, status=403, section=SECTION, crumbs=_crumbs())
    chosen = request.POST.get("organisation", codes[0])
    posted = {form.id: _posted(request) for form in process.forms_of(act)}
    asked, refused = request.method == "POST", None
    if asked and chosen in codes:
        outcome = acting.begin(looking, process, transition, chosen, posted, command_of(request))
        if isinstance(outcome, Done):
            return HttpResponseRedirect(f"{address('case', reference=outcome.case)}?done={act}")
        refused = outcome if isinstance(outcome, Refused) else None
    answers = tuple(read_answers(form, posted[form.id]) for form in process.forms_of(act))
    names = [(code, each.name) for code, each in all_as_at(codes, looking.at.date()).items()]
    page = present_begin(
        process, transition, answers, names, chosen, command_of(request), with_errors=asked, refused=refused
    )
    frame = Frame(transition.label, SECTION, (*_crumbs(), Crumb("Start something", address("begin"))))
    return show(request, "casework/begin_case.jinja", frame, page, status=_REFUSED if asked else 200)


def of_case(view: CaseView) -> CaseView:
    """Open the case for a view, as far as it is there for this person."""

    @wraps(view)
    def answer(request: HttpRequest, reference: str, **parts: str) -> HttpResponseBase:
        looking = _viewer(request)
        row = find_visible(looking, reference)
        if row is None:
            return _gone_on(request, looking, reference)
        try:
            opened = open_for(looking, row)
        except Destroyed:
            return _destroyed(request, row)
        return view(request, looking, opened, **parts)

    return answer


@of_case
def case(request: HttpRequest, looking: Viewer, opened: Opened) -> HttpResponse:
    """Show a case."""
    around = Around(
        names=names_of(_everybody(opened)),
        roles={name: role.title for name, role in shelved_roles().items()},
        due=tuple(opened.row.due.order_by("on")),
        policies=tuple(opened.row.policies.order_by("-sequence")),
        today=looking.at.date(),
        calendar=working_days(looking.at.date()),
        classes=classes_of(looking, opened.row),
        command=str(uuid4()),
        takers=_takers(opened, looking),
        done=request.GET.get("done", ""),
    )
    page = present_case(opened, prospects(opened, looking), around)
    return show(
        request,
        "casework/case.jinja",
        case_frame(opened, subject_seen(looking, opened.row) or called(opened.procedure)),
        page,
    )


@of_case
def act(request: HttpRequest, looking: Viewer, opened: Opened, act: str) -> HttpResponse:
    """Show what an act needs, or do it."""
    refused: Refused | None = None
    if request.method == "POST":
        seen = whole_number(request.POST.get("version"))
        outcome = acting.do(looking, opened, act, command_of(request), seen)
        if isinstance(outcome, Done):
            return HttpResponseRedirect(f"{address('case', reference=outcome.case)}?done={act}")
        if isinstance(outcome, Unfinished):
            return HttpResponseRedirect(_first_unfinished(opened, outcome))
        refused = outcome
    if (
        refused
        and opened.procedure.transition(opened.row.state, act) is None
        and act in opened.procedure.acts
    ):
        gone = Message("This step cannot be done now", (refused.message,))
        return show_message(request, gone, status=_REFUSED, section=SECTION)
    transition = _transition(opened, act)
    found, classes = prospect(opened, transition, looking), classes_of(looking, opened.row)
    if not found.is_mine and Confidentiality.OFFICIAL not in classes:
        raise Http404
    page = present_act(opened, found, classes, str(uuid4()), refused)
    status = _REFUSED if refused else 200
    return show(
        request, "casework/act.jinja", case_frame(opened, transition.label, inside=True), page, status=status
    )


@of_case
def give_case(request: HttpRequest, looking: Viewer, opened: Opened) -> HttpResponseBase:
    """Give a case to a person."""
    try:
        outcome = give(command_of(request), opened, looking, request.POST.get("to", ""))
    except Problem as problem:
        message = from_problem("The case was not given", problem)
        return show_message(request, message, status=_REFUSED, section=SECTION)
    if isinstance(outcome, Refused):
        raise PermissionDenied
    return HttpResponseRedirect(address("case", reference=opened.row.reference))


def _first_unfinished(opened: Opened, unfinished: Unfinished) -> str:
    """Return the section with which to go on."""
    for form, answers in unfinished.answers.items():
        for section in answers.form.sections:
            if errors_of(section, answers):
                place = {"reference": opened.row.reference, "form": form, "section": section.id}
                return f"{address('case-section', **place)}?check=yes"
    raise AssertionError("what is unfinished has a section that says so")


def _takers(opened: Opened, looking: Viewer) -> tuple[tuple[str, str], ...]:
    if not may_give(opened, looking):
        return ()
    return tuple((str(each.pk), each.name) for each in candidates(opened, looking.at))


def _everybody(opened: Opened) -> Iterator[str]:
    for event in opened.case.events:
        yield event.actor_id
        yield from (each.id for each in event.references if each.kind == PERSON)


@of_case
def section(
    request: HttpRequest, looking: Viewer, opened: Opened, form: str, section: str
) -> HttpResponseBase:
    """Show a section of a form, or keep what was typed into it."""
    try:
        place = filling_in(opened, looking, form, section)
    except MovedOn as moved:
        typed = typed_answers(moved.section, _posted(request))
        return _not_kept(request, case_frame(opened, moved.section.title, inside=True), typed)
    except PermissionDenied:
        if typed := texts_typed(_posted(request)):
            tell_refusal(request, NO_ROLE)
            return _not_kept(request, case_frame(opened, _NOT_THEIRS, inside=True), typed, status=403)
        raise
    if request.method == "POST":
        return _keep(request, looking, opened, place)
    kept = draft_of(opened, place.form)
    answers = read_answers(place.form, kept.posted, opened.answers)
    page = present_section(
        place.section,
        answers,
        kept.version,
        with_errors="check" in request.GET,
        done=_ADDED if request.GET.get("done") == "added" else "",
    )
    return _show_section(request, opened, place, page)


def _not_kept(
    request: HttpRequest, frame: Frame, typed: tuple[ShownAnswer, ...], *, status: int = _REFUSED
) -> HttpResponse:
    """Give back what somebody typed into a section that they cannot fill in any more."""
    return show(request, "casework/not_kept.jinja", frame, present_not_kept(typed), status=status)


def _keep(request: HttpRequest, looking: Viewer, opened: Opened, place: FillingIn) -> HttpResponseBase:
    posted = _posted(request)
    seen = None if "anyway" in request.POST else whole_number(request.POST.get("version"))
    saved = save_draft(opened, place.form, place.section.id, posted, looking.id, looking.at, seen)
    if request.headers.get(_AUTOSAVE):
        if isinstance(saved, ChangedMeanwhile):
            return JsonResponse({"changed": True}, status=_CHANGED)
        return JsonResponse({"version": saved.version})
    if isinstance(saved, ChangedMeanwhile):
        answers = read_answers(place.form, {**saved.kept.posted, **posted}, opened.answers)
        page = present_section(
            place.section,
            answers,
            saved.kept.version,
            with_errors=False,
            changed_by=names_of([saved.kept.saved_by]).get(saved.kept.saved_by, "Somebody else"),
        )
        return _show_section(request, opened, place, page, status=_CHANGED)
    return HttpResponseRedirect(_after(request, opened, place, saved.posted))


def _after(request: HttpRequest, opened: Opened, place: FillingIn, posted: Posted) -> str:
    """Return where to go after a section was kept: it again, or back to the act's list of tasks."""
    reference = opened.row.reference
    here = address("case-section", reference=reference, form=place.form.id, section=place.section.id)
    then = request.POST.get("then", "")
    if then == "another":
        return f"{here}#another"
    if then.startswith(ADD_DOCUMENT):
        return address_to_add(reference, place, then.removeprefix(ADD_DOCUMENT))
    if then != "later" and errors_of(place.section, read_answers(place.form, posted, opened.answers)):
        return f"{here}?check=yes"
    return address("case-act", reference=reference, act=place.transition.act)


def _show_section(
    request: HttpRequest, opened: Opened, place: FillingIn, page: SectionPage, *, status: int = 200
) -> HttpResponse:
    back = Crumb(
        place.transition.label,
        address("case-act", reference=opened.row.reference, act=place.transition.act),
    )
    frame = case_frame(opened, place.section.title, inside=True)
    frame = replace(frame, crumbs=(*frame.crumbs, back), caption=place.form.title)
    return show(request, "casework/section.jinja", frame, page, status=status)


def _beginning(looking: Viewer, procedure: str, act: str) -> tuple[Procedure, Transition]:
    process = followed_from(procedure, looking.at.date())
    transition = process.transition("", act) if process else None
    if process is None or transition is None:
        raise Http404
    if transition.role not in looking.roles:
        raise PermissionDenied
    return process, transition


def _transition(opened: Opened, act: str) -> Transition:
    found = opened.procedure.transition(opened.row.state, act)
    if found is None or found.role == CLOCK:
        raise Http404
    return found


def _gone_on(request: HttpRequest, looking: Viewer, reference: str) -> HttpResponse:
    """Tell somebody whose own step took the case out of their sight; for others it is not there."""
    events = events_of(reference) if request.GET.get("done") else ()
    if not events or events[-1].actor_id != looking.id:
        if typed := texts_typed(_posted(request)):
            tell_refusal(request, NO_ROLE)
            return _not_kept(request, Frame(_NOT_THERE, SECTION, _crumbs()), typed, status=404)
        raise Http404
    label = pinned(events[-1].process).acts.get(events[-1].act, "")
    words = f"“{label}” is done. {reference} has gone on to others, and is not yours to see any more."
    return show_message(request, Message("Done", (words,)), status=200, section=SECTION)


def _destroyed(request: HttpRequest, row: CaseRow) -> HttpResponse:
    words = (
        f"What was entered in {row.reference} was destroyed, as the law requires. That it was there, and "
        "each step that was taken, is still in the ledger."
    )
    return show_message(request, Message("This case was destroyed", (words,)), status=410, section=SECTION)


def _viewer(request: HttpRequest) -> Viewer:
    return viewer(person_of(request), the_time_now())


def _posted(request: HttpRequest) -> dict[str, str | tuple[str, ...]]:
    """Return what was typed, by the name of each question's control."""
    typed = {
        name.removeprefix(PREFIX): request.POST.getlist(name)
        for name in request.POST
        if name.startswith(PREFIX)
    }
    return {name: texts[0] if len(texts) == 1 else tuple(texts) for name, texts in typed.items()}


def command_of(request: HttpRequest) -> str:
    """Return the order's own id: the one that the page gave, so that sending it twice does it once."""
    given = request.POST.get("command", "")
    try:
        return str(UUID(given))
    except ValueError:
        return str(uuid4())


def _crumbs() -> tuple[Crumb, ...]:
    return (Crumb("Home", address("home")),)


def case_frame(opened: Opened, title: str, *, inside: bool = False) -> Frame:
    """Return what stands around a page of a case; `inside` for the pages below its own."""
    row = opened.row
    crumbs = _crumbs()
    if inside:
        crumbs += (Crumb(row.reference, address("case", reference=row.reference)),)
    return Frame(title, SECTION, crumbs, caption=row.reference)
