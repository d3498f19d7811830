"""Answers for the addresses that start, stop and go on with runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.analysis.on_offer import activity_folder, activity_on_offer, payers_on_offer, reference_folder
from speccom.analysis.run_folders import NoSuchRun, RunFolder, find_run
from speccom.analysis.run_frame import run_crumbs
from speccom.analysis.start_form import WORDS, PayersForm, StartForm, rulebook_key
from speccom.analysis.start_run import go_on, start, start_assignment, stop
from speccom.analysis.start_run_page import present_start
from speccom.catalogue.shelved import versions
from speccom.directory.form_shown import show_form
from speccom.directory.signed_in import person_of
from speccom.interface.frame import Frame, show
from speccom.interface.message import from_problem, show_message
from speccom.interface.pages import address
from speccom.problem import Problem

_REFUSED = 422


def start_run(request: HttpRequest) -> HttpResponse:
    """Show what a run can be started from, or start it."""
    home = settings.SPECCOM_HOME
    activity, rulebooks, payers = activity_on_offer(home), versions(), payers_on_offer(home)
    asked = request.method == "POST"
    form = StartForm(activity, rulebooks, payers, data=request.POST if asked else None)
    if asked and form.is_valid():
        chosen = form.cleaned_data
        try:
            name = start(
                home,
                next(each for each in activity if each.key == chosen["activity"]),
                next(each for each in rulebooks if rulebook_key(each) == chosen["rulebook"]),
                next((each for each in payers if each.key == chosen["payers"]), None),
                chosen["title"],
                _name_of(request),
            )
            return HttpResponseRedirect(address("run", run=name))
        except Problem as problem:
            form.add_error(None, str(problem))
    shown = show_form(form, WORDS, "Start the run") if activity and rulebooks else None
    page = present_start(shown, activity_folder(home), reference_folder(home), payers=bool(payers))
    frame = Frame("Start a run", "Runs", run_crumbs(), wrong=asked)
    return show(request, "analysis/start_run.jinja", frame, page, status=_REFUSED if asked else 200)


def _of_run(act: Callable[[HttpRequest, RunFolder], str]) -> Callable[..., HttpResponse]:
    """Find the run, act on it, and show the run that is named then, or why it could not be done."""

    @wraps(act)
    def answer(request: HttpRequest, run: str) -> HttpResponse:
        try:
            folder = find_run(settings.SPECCOM_HOME, run)
        except NoSuchRun:
            raise Http404 from None
        try:
            return HttpResponseRedirect(address("run", run=act(request, folder)))
        except Problem as problem:
            message = from_problem("This cannot be done now", problem)
            return show_message(request, message, status=_REFUSED, section="Runs", crumbs=run_crumbs())

    return answer


@_of_run
def stop_run(request: HttpRequest, run: RunFolder) -> str:
    """Ask a run to stop."""
    stop(run)
    return run.id


@_of_run
def resume_run(request: HttpRequest, run: RunFolder) -> str:
    """Go on with a run that was stopped."""
    go_on(run, settings.SPECCOM_HOME)
    return run.id


@_of_run
def assign_run(request: HttpRequest, run: RunFolder) -> str:
    """Have what a run identified given its commissioners."""
    payers = payers_on_offer(settings.SPECCOM_HOME)
    form = PayersForm(payers, data=request.POST)
    if not run.sealed or not form.is_valid():
        raise Problem(
            "a run can be assigned once it is finished, by a method that is on offer",
            mend="Go back and choose a method from the list",
        )
    chosen = next(each for each in payers if each.key == form.cleaned_data["payers"])
    return start_assignment(run, settings.SPECCOM_HOME, chosen, _name_of(request))


def _name_of(request: HttpRequest) -> str:
    person = person_of(request)
    return person.name if person else ""
