"""Answers for home, about and the accessibility statement."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from speccom.directory.permission import SEE_RUNS, may
from speccom.directory.signed_in import person_of
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address
from speccom.web.home_page import present_home


def home(request: HttpRequest) -> HttpResponse:
    """Show the front page."""
    sees_runs = may(person_of(request), SEE_RUNS, timezone.now())
    page = present_home(settings.SPECCOM_HOME, settings.DEMONSTRATION, sees_runs=sees_runs)
    return show(request, "web/home.jinja", Frame("Specialised services, identified and explained"), page)


def about(request: HttpRequest) -> HttpResponse:
    """Show what this is, what is illustrative, and whose work it stands on."""
    return show(request, "web/about.jinja", Frame("About speccom", crumbs=(_home(),)))


def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    return show(request, "web/accessibility.jinja", Frame("Accessibility statement", crumbs=(_home(),)))


def _home() -> Crumb:
    return Crumb("Home", address("home"))
