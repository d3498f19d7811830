"""Answers for the addresses of processes. A process is public, as every rulebook is; its cases are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localdate

from speccom.casework.procedures import all_known
from speccom.casework.processes.process_links import process_address
from speccom.casework.processes.process_page import present_process
from speccom.interface import formats
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.interface.message import Message, show_message
from speccom.interface.pages import address
from speccom.process.procedure import Procedure
from speccom.process.roles import shelved_roles

SECTION = "Cases"


@dataclass(frozen=True)
class ProcessLine:
    """One process in the list."""

    title: str
    href: str
    words: str
    is_illustrative: bool


def processes(request: HttpRequest) -> HttpResponse:
    """Show every process, in the version of today where one holds, else in its latest."""
    today = localdate()
    latest: dict[str, Procedure] = {}
    for each in sorted(all_known(), key=lambda each: (_holds(each, today), each.valid_from)):
        latest[each.id] = each
    found = sorted(latest.values(), key=lambda each: each.title)
    lines = tuple(
        ProcessLine(each.title, process_address(each), standing(each, today), each.status == "illustrative")
        for each in found
    )
    return show(request, "casework/processes.jinja", Frame("How cases go", SECTION, _crumbs()), lines)


def process(request: HttpRequest, procedure: str) -> HttpResponse:
    """Show the version of a process that held on a day: today, unless `on` names another."""
    versions = _versions(procedure)
    on = _day(request.GET.get("on", "")) or localdate()
    for each in versions:
        if _holds(each, on):
            return _show(request, each, versions)
    links = tuple(_link(each) for each in versions)
    words = f"No version of “{versions[-1].title}” holds on {formats.day(on)}. These are known:"
    gone = Message("No version holds on this day", (words,), links)
    return show_message(request, gone, status=404, section=SECTION, crumbs=_trail())


def process_version(request: HttpRequest, procedure: str, version: str) -> HttpResponse:
    """Show one version of a process."""
    versions = _versions(procedure)
    found = next((each for each in versions if each.version == version), None)
    if found is None:
        raise Http404
    return _show(request, found, versions)


def standing(procedure: Procedure, today: date) -> str:
    """Return in a sentence from when to when a version holds."""
    first, last = formats.day(procedure.valid_from), formats.day(procedure.valid_to)
    if today < procedure.valid_from:
        return f"Version {procedure.version} is to hold from {first} to {last}."
    if today > procedure.valid_to:
        return f"Version {procedure.version} held from {first} to {last}."
    return f"Version {procedure.version} holds, from {first} to {last}."


def _show(request: HttpRequest, procedure: Procedure, versions: Iterable[Procedure]) -> HttpResponse:
    roles = {name: role.title for name, role in shelved_roles().items()}
    page = present_process(procedure, tuple(versions), roles, standing(procedure, localdate()))
    frame = Frame(procedure.title, SECTION, _trail(), caption=f"Process, version {procedure.version}")
    return show(request, "casework/process.jinja", frame, page)


def _versions(procedure: str) -> tuple[Procedure, ...]:
    found = sorted((each for each in all_known() if each.id == procedure), key=lambda each: each.valid_from)
    if not found:
        raise Http404
    return tuple(found)


def _holds(procedure: Procedure, on: date) -> bool:
    return procedure.valid_from <= on <= procedure.valid_to


def _link(procedure: Procedure) -> Link:
    return Link(standing(procedure, localdate()), process_address(procedure))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _trail() -> tuple[Crumb, ...]:
    return (*_crumbs(), Crumb("How cases go", address("processes")))


def _crumbs() -> tuple[Crumb, ...]:
    return (Crumb("Home", address("home")), Crumb("Cases", address("cases")))
