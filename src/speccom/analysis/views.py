"""Answers for the addresses of runs and records."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from speccom.activity.assign.run import KIND as ASSIGNMENT
from speccom.activity.records import normal_record
from speccom.analysis.assignment_manifest import assignments_of, read_assignment
from speccom.analysis.beside_page import present_beside, present_choice
from speccom.analysis.faults_page import present_faults
from speccom.analysis.on_offer import payers_on_offer
from speccom.analysis.open_run_page import TITLES, present_open_run
from speccom.analysis.payers_page import present_no_payers, present_payers
from speccom.analysis.record_page import RecordFound, present_record
from speccom.analysis.rows_page import present_rows, title_of
from speccom.analysis.run_downloads import NoSuchTable, run_sheet
from speccom.analysis.run_folders import NoSuchRun, RunFolder, find_run, finished_runs, list_runs
from speccom.analysis.run_frame import run_crumbs, run_frame
from speccom.analysis.run_page import present_run
from speccom.analysis.run_part_pages import (
    present_agreement,
    present_figures,
    present_manifest,
    present_unseen,
)
from speccom.analysis.run_rows import label_of, place_of, position_of, record_at_place, stay_of
from speccom.analysis.run_state import state_of
from speccom.analysis.runs_page import present_runs
from speccom.analysis.selection import FILTER_NAMES, selection_of
from speccom.analysis.start_form import PAYERS_WORDS, START_RUNS, PayersForm
from speccom.directory.form_shown import show_form
from speccom.directory.permission import may
from speccom.directory.signed_in import person_of
from speccom.interface.addresses import parameters, with_query
from speccom.interface.downloads import Format, as_file
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.interface.message import Message, from_problem, show_message
from speccom.interface.pages import address
from speccom.problem import Problem

RunView = Callable[..., HttpResponse]


def runs(request: HttpRequest) -> HttpResponse:
    """Show the list of runs."""
    found = list_runs(settings.SPECCOM_HOME)
    frame = Frame("Runs", "Runs", (Crumb("Home", address("home")),))
    page = present_runs(found, may_start=_may_start(request))
    return show(request, "analysis/runs.jinja", frame, page)


def _of_sealed_run(view: RunView) -> Callable[..., HttpResponse]:
    """Find the run; show its progress while it is open, and what is wrong where it cannot be read."""

    @wraps(view)
    def answer(request: HttpRequest, run: str, **parts: str | int) -> HttpResponse:
        try:
            folder = find_run(settings.SPECCOM_HOME, run)
        except NoSuchRun:
            raise Http404 from None
        if not folder.sealed:
            return _open_run(request, folder)
        try:
            if folder.kind == ASSIGNMENT:
                return _assignment(request, folder, parameters(request))
            return view(request, folder, parameters(request), **parts)
        except Problem as problem:
            message = from_problem("This run cannot be shown", problem)
            crumbs = run_crumbs()
            return show_message(request, message, status=500, section="Runs", crumbs=crumbs)

    return answer


def _open_run(request: HttpRequest, run: RunFolder) -> HttpResponse:
    frame = Frame(TITLES[state_of(run)], "Runs", run_crumbs(), run.title)
    page = present_open_run(run, may_start=_may_start(request))
    return show(request, "analysis/open_run.jinja", frame, page)


def _assignment(request: HttpRequest, run: RunFolder, asked: dict[str, str]) -> HttpResponse:
    frame = Frame("Who pays", "Runs", run_crumbs(), read_assignment(run).title)
    page = present_payers(run, address("run", run=run.id), asked)
    return show(request, "analysis/payers.jinja", frame, page)


def _may_start(request: HttpRequest) -> bool:
    return may(person_of(request), START_RUNS, timezone.now())


@_of_sealed_run
def run(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show a run's main page."""
    frame = run_frame(folder, "run", folder.manifest.title, asked)
    return show(request, "analysis/run.jinja", frame, present_run(folder, asked))


@_of_sealed_run
def run_lines(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show all services of a run."""
    frame = run_frame(folder, "run-lines", "Specialised activity by service", asked)
    page = present_figures(folder, "lines", "services", asked)
    return show(request, "analysis/figures.jinja", frame, page)


@_of_sealed_run
def run_providers(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show all providers of a run."""
    frame = run_frame(folder, "run-providers", "Specialised activity by provider", asked)
    page = present_figures(folder, "providers", "providers", asked)
    return show(request, "analysis/figures.jinja", frame, page)


@_of_sealed_run
def run_faults(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show what was wrong with the activity of a run."""
    frame = run_frame(folder, "run-faults", "Faults in the activity", {})
    return show(request, "analysis/faults.jinja", frame, present_faults(folder, asked))


@_of_sealed_run
def run_unseen(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show the services that no rule of the run can find."""
    frame = run_frame(folder, "run-unseen", "What no rule can see", {})
    return show(request, "analysis/list.jinja", frame, present_unseen(folder, asked))


@_of_sealed_run
def run_agreement(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show official lines against ours."""
    if not (folder.path / "agreement.parquet").is_file():
        raise Http404
    frame = run_frame(folder, "run-agreement", "Agreement with official lines", {})
    return show(request, "analysis/list.jinja", frame, present_agreement(folder, asked))


@_of_sealed_run
def run_manifest(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show how a run was made."""
    frame = run_frame(folder, "run-manifest", "How this run was made", {})
    return show(request, "analysis/manifest.jinja", frame, present_manifest(folder))


@_of_sealed_run
def run_payers(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show who pays for what a run identified, or how that can be found out."""
    frame = run_frame(folder, "run-payers", "Who pays", {})
    assignments = assignments_of(folder)
    finished = next((each for each in assignments if each.sealed), None)
    if finished is not None:
        page = present_payers(finished, address("run-payers", run=folder.id), asked)
        return show(request, "analysis/payers.jinja", frame, page)
    payers = payers_on_offer(settings.SPECCOM_HOME) if _may_start(request) else ()
    form = show_form(PayersForm(payers), PAYERS_WORDS, "Find out who pays") if payers else None
    return show(request, "analysis/no_payers.jinja", frame, present_no_payers(folder, assignments, form))


@_of_sealed_run
def run_beside(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show a run beside another, or which can be chosen."""
    frame = run_frame(folder, "run-beside", "Two runs side by side", {})
    others = [each for each in finished_runs(settings.SPECCOM_HOME) if each.id != folder.id]
    if "other" not in asked:
        return show(request, "analysis/beside.jinja", frame, present_choice(folder, others))
    other = next((each for each in others if each.id == asked["other"]), None)
    if other is None:
        raise Http404
    return show(request, "analysis/beside.jinja", frame, present_beside(folder, other, others, asked))


@_of_sealed_run
def run_rows(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Show the records behind a figure."""
    frame = Frame(title_of(folder, selection_of(asked)), "Runs", run_crumbs(folder), folder.manifest.title)
    return show(request, "analysis/rows.jinja", frame, present_rows(folder, asked))


@_of_sealed_run
def run_row(request: HttpRequest, folder: RunFolder, asked: dict[str, str], row: int) -> HttpResponse:
    """Show one record, its label and why."""
    position = row - 1
    try:
        place, label = place_of(folder, position), label_of(folder, position)
    except IndexError:
        raise Http404 from None
    spell = label.get("spell_id")
    dataset = place.source.dataset or None
    found = RecordFound(
        position=position,
        normal=normal_record(record_at_place(place), dataset=dataset),
        label=label,
        dataset=dataset,
        file=place.source.file,
        row=place.row,
        stay=stay_of(folder, str(spell) if spell else None),
    )
    kept = {name: value for name, value in asked.items() if name in (*FILTER_NAMES, "sort", "page")}
    back = with_query(address("run-rows", run=folder.id), kept)
    crumbs = (*run_crumbs(folder), Crumb("Records", back))
    frame = Frame(f"Record {label['record_id']}", "Runs", crumbs, folder.manifest.title)
    return show(request, "analysis/record.jinja", frame, present_record(folder, found))


@_of_sealed_run
def run_find(request: HttpRequest, folder: RunFolder, asked: dict[str, str]) -> HttpResponse:
    """Go to a record by its identifier; say so where the run has none of that name."""
    record_id = asked.get("record", "")
    position = position_of(folder, record_id) if record_id else None
    if position is not None:
        return HttpResponseRedirect(address("run-row", run=folder.id, row=position + 1))
    if record_id:
        title = f"No record “{record_id}” in this run"
        words: tuple[str, ...] = (
            "An identifier must be given whole, as it stands in the activity.",
            "A row that could not be used is no record of the run: the page of faults lists those.",
        )
    else:
        title = "Which record?"
        words = ("Give a record’s identifier in the box of the page of records.",)
    links = (
        Link("All records of this run", address("run-rows", run=folder.id)),
        Link("Faults of this run", address("run-faults", run=folder.id)),
    )
    message = Message(title, words, links)
    return show_message(request, message, status=404, section="Runs", crumbs=run_crumbs(folder))


@_of_sealed_run
def run_file(
    request: HttpRequest, folder: RunFolder, asked: dict[str, str], table: str, ending: str
) -> HttpResponse:
    """Answer with a table of a run as a file."""
    try:
        kind = Format(ending)
        return as_file(run_sheet(folder, table, asked), kind)
    except (NoSuchTable, ValueError):
        raise Http404 from None
