"""Answers for the addresses of rulebooks."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from speccom.analysis.rule_editor.acting import SEE_DRAFTS
from speccom.analysis.rule_editor.asking import has
from speccom.analysis.rulebook_pages import (
    present_codes,
    present_comparison,
    present_rulebook,
    present_rulebooks,
)
from speccom.catalogue import shelved
from speccom.catalogue.rule_sets import codeset_title
from speccom.interface.addresses import parameters
from speccom.interface.downloads import Format, file_name
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.message import from_problem, show_message
from speccom.interface.pages import address
from speccom.problem import Problem
from speccom.rulebook.find import ShelvedRulebook
from speccom.rulebook.sheet import export_sheet

_SECTION = "Rulebooks"


def rulebooks(request: HttpRequest) -> HttpResponse:
    """Show the shelf."""
    versions = shelved.versions()
    current = shelved.in_force(timezone.localdate()) if versions else None
    page = present_rulebooks(versions, shelved.unreadable(), current, sees_drafts=has(request, SEE_DRAFTS))
    frame = Frame("Rulebooks", _SECTION, (Crumb("Home", address("home")),))
    return show(request, "analysis/rulebooks.jinja", frame, page)


def rulebook(request: HttpRequest, rulebook: str, version: str) -> HttpResponse:
    """Show one version."""
    chosen = _find(rulebook, version)
    try:
        loaded = shelved.load(chosen)
    except Problem as problem:
        return _broken(request, problem)
    others = [each for each in shelved.versions() if each.id == rulebook]
    page = present_rulebook(loaded, others, parameters(request))
    frame = Frame(f"{loaded.title}, version {version}", _SECTION, _crumbs())
    return show(request, "analysis/rulebook.jinja", frame, page)


def codes(request: HttpRequest, rulebook: str, version: str, codeset: str) -> HttpResponse:
    """Show one set of codes."""
    chosen = _find(rulebook, version)
    try:
        loaded = shelved.load(chosen)
    except Problem as problem:
        return _broken(request, problem)
    if codeset not in loaded.codesets:
        raise Http404
    page = present_codes(loaded, codeset, parameters(request))
    title = codeset_title(loaded.codesets[codeset])
    frame = Frame(f"Codes for {title}", _SECTION, _crumbs(chosen), f"Version {version}")
    return show(request, "analysis/codes.jinja", frame, page)


def comparison(request: HttpRequest, rulebook: str, version: str, other: str) -> HttpResponse:
    """Show two versions compared."""
    after, before = _find(rulebook, version), _find(rulebook, other)
    try:
        compared = shelved.compare(before, after)
    except Problem as problem:
        return _broken(request, problem)
    frame = Frame(f"What changed from version {other} to {version}", _SECTION, _crumbs(after), after.title)
    return show(request, "analysis/comparison.jinja", frame, present_comparison(compared))


def sheet(request: HttpRequest, rulebook: str, version: str) -> HttpResponse:
    """Answer with a whole rulebook as a spreadsheet."""
    chosen = _find(rulebook, version)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rulebook.xlsx"
        try:
            with shelved.by_name(chosen):
                export_sheet(chosen.folder, path)
        except Problem as problem:
            return _broken(request, problem)
        response = HttpResponse(path.read_bytes(), content_type=Format.EXCEL.content_type)
    name = file_name(f"rulebook-{rulebook}-{version}", Format.EXCEL)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _find(rulebook: str, version: str) -> ShelvedRulebook:
    try:
        return shelved.find_version(rulebook, version)
    except shelved.Absent:
        raise Http404 from None


def _broken(request: HttpRequest, problem: Problem) -> HttpResponse:
    message = from_problem("This rulebook cannot be used", problem)
    return show_message(request, message, status=500, section=_SECTION, crumbs=_crumbs())


def _crumbs(chosen: ShelvedRulebook | None = None) -> tuple[Crumb, ...]:
    crumbs = (Crumb("Home", address("home")), Crumb("Rulebooks", address("rulebooks")))
    if chosen is None:
        return crumbs
    here = address("rulebook", rulebook=chosen.id, version=chosen.version)
    return (*crumbs, Crumb(f"Version {chosen.version}", here))
