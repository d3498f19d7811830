"""Answers for the services' addresses."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from speccom.catalogue import shelved
from speccom.catalogue.service_changes import changes_of
from speccom.catalogue.service_page import present_service
from speccom.catalogue.services_page import present_services, services_sheet
from speccom.directory.permission import may
from speccom.directory.signed_in import person_of
from speccom.interface.addresses import parameters
from speccom.interface.downloads import Format, as_file
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address
from speccom.rulebook.find import ShelvedRulebook

_HOME = Crumb("Home", "/")


def services(request: HttpRequest) -> HttpResponse:
    """Show the list of services."""
    asked = parameters(request)
    chosen = _chosen(asked)
    page = present_services(shelved.load(chosen), _versions_of(chosen), asked)
    frame = Frame("Specialised services", "Services", (_HOME,))
    if asked.get("q"):
        frame = Frame(f"Services found for “{asked['q']}”", "Services", (_HOME, _services_crumb()))
    return show(request, "catalogue/services.jinja", frame, page)


def services_file(request: HttpRequest, ending: str) -> HttpResponse:
    """Answer with the list of services as a file."""
    asked = parameters(request)
    return as_file(services_sheet(shelved.load(_chosen(asked)), asked), _format(ending))


def service(request: HttpRequest, code: str) -> HttpResponse:
    """Show one service."""
    asked = parameters(request)
    chosen = _chosen(asked)
    rulebook = shelved.load(chosen)
    found = rulebook.services.get(code.upper())
    if found is None:
        raise Http404
    versions = _versions_of(chosen)
    changes = changes_of(found.code, versions)
    page = present_service(rulebook, found, versions, changes, asked, partial(_has, request))
    frame = Frame(found.title, "Services", (_HOME, _services_crumb()), caption=found.code)
    return show(request, "catalogue/service.jinja", frame, page)


def _has(request: HttpRequest, function: str) -> bool:
    return may(person_of(request), function, timezone.now())


def _chosen(asked: dict[str, str]) -> ShelvedRulebook:
    current = shelved.in_force(timezone.localdate())
    version = asked.get("rulebook")
    if version is None:
        return current
    try:
        return shelved.find_version(current.id, version)
    except shelved.Absent:
        raise Http404 from None


def _versions_of(chosen: ShelvedRulebook) -> list[ShelvedRulebook]:
    return [each for each in shelved.versions() if each.id == chosen.id]


def _format(ending: str) -> Format:
    try:
        return Format(ending)
    except ValueError:
        raise Http404 from None


def _services_crumb() -> Crumb:
    return Crumb("Services", address("services"))
