"""Answers for the addresses of work: mine, the lists, the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localtime
from django.utils.timezone import now as the_time_now

from speccom.casework.begin_page import beginnings
from speccom.casework.meetings.bodies import bodies_on, next_meetings
from speccom.casework.models import CaseRow
from speccom.casework.procedures import all_in_force, all_known
from speccom.casework.sight import Viewer, subject_seen, viewer
from speccom.casework.work.calendar import calendar_of
from speccom.casework.work.elsewhere import waits_elsewhere
from speccom.casework.work.search import find_cases
from speccom.casework.work.waiting import due_by, labels_of, work_of
from speccom.casework.work.work_page import (
    CasesPage,
    WorkPage,
    called,
    case_lines,
    cases_summary,
    meeting_links,
    work_summary,
)
from speccom.directory.signed_in import person_of
from speccom.interface.addresses import parameters
from speccom.interface.filters import make_filter, make_panel
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address
from speccom.interface.paging import PAGE_SIZE, paginate_up_to_ceiling

_AHEAD = timedelta(days=366)


def work(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person."""
    looking, today = _looking(request)
    person = person_of(request)
    found = work_of(looking, today, PAGE_SIZE)
    elsewhere = waits_elsewhere(person, looking.at) if person else ()
    labels = labels_of(looking, (*found.mine, *found.waiting))
    subjects = _subjects(looking, (*found.mine, *found.waiting))
    page = WorkPage(
        summary=work_summary(found.mine_count, found.waiting_count, found.late_count, elsewhere),
        mine=case_lines(found.mine, today, subjects, labels),
        waiting=case_lines(found.waiting, today, subjects, labels),
        more=address("cases") + "?whose=roles" if found.waiting_count > PAGE_SIZE else "",
        elsewhere=elsewhere,
        meetings=meeting_links(next_meetings(looking), bodies_on(today)),
        may_begin=any(beginnings(all_in_force(today), looking)),
    )
    return show(request, "casework/work.jinja", Frame("My work", "My work", _crumbs()), page)


def cases(request: HttpRequest) -> HttpResponse:
    """Show the cases that this person may see, those of them that are asked for."""
    looking, today = _looking(request)
    asked = parameters(request)
    found = find_cases(looking, asked)
    procedures = {each.id: called(each) for each in all_known()}
    here = address("cases")
    filters = [
        make_filter("kind", "Kind", sorted(procedures.items(), key=lambda each: each[1]), asked),
        make_filter("standing", "Standing", (("open", "Going on"), ("closed", "Closed")), asked),
    ]
    if looking.held:
        filters.append(make_filter("whose", "Whose", (("me", "With me"), ("roles", "For my roles")), asked))
    paging = paginate_up_to_ceiling(found.total, here, asked)
    rows = found.part(paging.offset, PAGE_SIZE)
    page = CasesPage(
        summary=cases_summary(found.total),
        asked=asked.get("q", ""),
        items=case_lines(rows, today, _subjects(looking, rows)),
        panel=make_panel(here, filters, asked, keep=("q",)),
        paging=paging,
    )
    return show(request, "casework/cases.jinja", Frame("Cases", "Cases", _crumbs()), page)


def calendar(request: HttpRequest) -> HttpResponse:
    """Give this person's last days and meetings as a calendar."""
    looking, today = _looking(request)
    rows = due_by(looking, today + _AHEAD)[:500]
    content = calendar_of(
        rows, next_meetings(looking), bodies_on(today), looking.at, request.build_absolute_uri("/")
    )
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="my-work.ics"'
    return answer


def _subjects(looking: Viewer, rows: Iterable[CaseRow]) -> dict[str, str]:
    return {each.reference: subject_seen(looking, each) for each in rows}


def _looking(request: HttpRequest) -> tuple[Viewer, date]:
    looking = viewer(person_of(request), the_time_now())
    return looking, localtime(looking.at).date()


def _crumbs() -> tuple[Crumb, ...]:
    return (Crumb("Home", address("home")),)
