"""Answers for the addresses on which a draft is tried."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from speccom.activity.edited.trial import Tried
from speccom.analysis.assignment_manifest import assignments_of
from speccom.analysis.rule_editor.acting import SEE_DRAFTS
from speccom.analysis.rule_editor.asking import REFUSED, found_draft, has
from speccom.analysis.rule_editor.drafts import OpenDraft
from speccom.analysis.rule_editor.frames import crumbs, frame
from speccom.analysis.rule_editor.try_page import (
    BY,
    Result,
    RunChoice,
    TryPage,
    Waiting,
    columns_of,
    present_result,
    present_waiting,
    result_table,
    share_of,
)
from speccom.analysis.rule_editor.trying import OPEN_TRIALS, NotReady, make_workings
from speccom.analysis.run_folders import NoSuchRun, RunFolder, find_run, finished_runs
from speccom.analysis.start_form import START_RUNS
from speccom.interface.addresses import parameters, with_query
from speccom.interface.downloads import Format, Sheet, as_file
from speccom.interface.frame import show
from speccom.interface.message import from_problem, in_one_line, show_message
from speccom.interface.pages import address
from speccom.problem import Problem

_SHARE_WRONG = "Enter a percentage from 0 to 100, such as 20, or leave it blank"


def try_draft(request: HttpRequest, draft: int) -> HttpResponse:
    """Show what a draft would make of a finished run."""
    opened, asked = found_draft(draft), parameters(request)
    runs = list(finished_runs(settings.SPECCOM_HOME))
    run = next((each for each in runs if each.id == asked.get("run")), None)
    share, wrong = _share(asked.get("share", ""))
    waiting, result, trouble = None, None, ""
    if run is not None and not wrong:
        try:
            waiting, result = _tried(request, opened, run, share, asked)
        except Problem as problem:
            trouble = in_one_line(problem)
    page = TryPage(
        runs=tuple(RunChoice(each.id, each.manifest.title, each == run) for each in runs),
        run=run.manifest.title if run else "",
        share=asked.get("share", ""),
        share_wrong=wrong,
        action=address("draft-try", draft=draft),
        trouble=trouble,
        back=address("draft", draft=draft),
        waiting=waiting,
        result=result,
    )
    return show(request, "rule_editor/try.jinja", frame("Try it", opened.row, wrong=bool(wrong)), page)


def workings(request: HttpRequest, draft: int, run: str) -> HttpResponse:
    """Have a run's workings made, and show how far that is."""
    if not has(request, SEE_DRAFTS):
        raise PermissionDenied
    opened, folder = found_draft(draft), _finished(run)
    try:
        make_workings(folder, opened, settings.SPECCOM_HOME)
    except Problem as problem:
        return _cannot(request, opened, problem)
    share = request.POST.get("share", "")
    asked = {"run": run, "share": share} if share else {"run": run}
    return HttpResponseRedirect(with_query(address("draft-try", draft=draft), asked))


def file(request: HttpRequest, draft: int, table: str) -> HttpResponse:
    """Answer with a table of who gains and loses as CSV."""
    opened, asked = found_draft(draft), parameters(request)
    run = _finished(asked.get("run", ""))
    share, wrong = _share(asked.get("share", ""))
    if table not in BY or wrong:
        raise Http404
    try:
        tried = OPEN_TRIALS.ask(run, opened.needs_rulebook(), share)
    except Problem as problem:
        return _cannot(request, opened, problem)
    if isinstance(tried, NotReady) or (table == "commissioners" and tried.payers is None):
        raise Http404
    whole = result_table(tried, table)
    rows = [
        tuple(row[0].text if place == 0 else each.value for place, each in enumerate(row))
        for row in whole.rows
    ]
    title = f"{whole.caption}: draft “{opened.row.title}” tried on {run.manifest.title}"
    name = f"draft-{draft}-{run.id}-{table}"
    return as_file(Sheet(name, title, tuple(columns_of(table)), rows, ()), Format.CSV)


def _cannot(request: HttpRequest, draft: OpenDraft, problem: Problem) -> HttpResponse:
    message = from_problem("This cannot be done now", problem)
    return show_message(request, message, status=REFUSED, section="Rulebooks", crumbs=crumbs(draft.row))


def _tried(
    request: HttpRequest, draft: OpenDraft, run: RunFolder, share: Decimal | None, asked: dict[str, str]
) -> tuple[Waiting | None, Result | None]:
    tried = OPEN_TRIALS.ask(run, draft.needs_rulebook(), share)
    path = address("draft-try", draft=draft.row.pk)
    if isinstance(tried, NotReady):
        here = with_query(path, asked)
        return present_waiting(tried, draft.row.pk, run, here, may_start=has(request, START_RUNS)), None
    return None, present_result(tried, run, draft.row.pk, asked, path, _without_payers(tried, run))


def _without_payers(tried: Tried, run: RunFolder) -> str:
    if tried.payers is not None:
        return ""
    if assignments_of(run):
        return "Commissioners are shown once the assignment of this run is finished."
    return "This run was not given its commissioners, so who of them gains and loses is not known."


def _share(text: str) -> tuple[Decimal | None, str]:
    try:
        return share_of(text), ""
    except (ValueError, ArithmeticError):
        return None, _SHARE_WRONG


def _finished(run: str) -> RunFolder:
    try:
        found = find_run(settings.SPECCOM_HOME, run)
    except NoSuchRun:
        raise Http404 from None
    if found not in list(finished_runs(settings.SPECCOM_HOME)):
        raise Http404
    return found
