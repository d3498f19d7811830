"""Where somebody is signed in: each session with its times, and ending it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from speccom.directory.models import Person
from speccom.directory.sessions import Standing, end_others, end_session, sessions_of
from speccom.directory.sign_in.confirm import ask_again, need_not_ask
from speccom.directory.signed_in import person_of
from speccom.interface.formats import day_and_time
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address


@dataclass(frozen=True)
class SessionShown:
    """A session in words; `end` is where it is ended, blank for the one that asks."""

    title: str
    words: str
    end: str


@dataclass(frozen=True)
class SessionsPage:
    """What the page of sessions shows."""

    sessions: tuple[SessionShown, ...]
    has_others: bool


def sessions(request: HttpRequest) -> HttpResponse:
    """Show somebody where they are signed in."""
    person = _owner(request)
    found = sessions_of(person, request.session, timezone.now())
    page = SessionsPage(tuple(_shown(each) for each in found), any(not each.is_this for each in found))
    crumbs = (Crumb("Home", address("home")), Crumb("Your account", address("mfa_index")))
    frame = Frame("Where you are signed in", crumbs=crumbs, caption=person.name)
    return show(request, "directory/sessions.jinja", frame, page)


def end(request: HttpRequest, session: str) -> HttpResponse:
    """End one of somebody's sessions."""
    if not need_not_ask(request):
        return ask_again(request, address("sessions"))
    end_session(_owner(request), session, timezone.now())
    return HttpResponseRedirect(address("sessions"))


def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all of somebody's sessions but this one, and their tokens."""
    if not need_not_ask(request):
        return ask_again(request, address("sessions"))
    end_others(_owner(request), request.session, timezone.now())
    return HttpResponseRedirect(address("sessions"))


def _owner(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None
    return person


def _shown(each: Standing) -> SessionShown:
    began, seen = (day_and_time(timezone.localtime(moment)) for moment in (each.began, each.seen))
    return SessionShown(
        "Here, in this browser" if each.is_this else "In another browser",
        f"Signed in on {began}. Last used on {seen}.",
        "" if each.is_this else address("session-end", session=each.id),
    )
