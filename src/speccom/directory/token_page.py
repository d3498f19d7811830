"""The tokens of somebody's account: made for a program, shown once, and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from speccom.directory.models import Person
from speccom.directory.sign_in.confirm import ask_again, need_not_ask
from speccom.directory.signed_in import person_of
from speccom.directory.tokens import LASTS, end_token, make_token, standing_tokens
from speccom.interface.formats import day
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address
from speccom.problem import Problem


@dataclass(frozen=True)
class TokenShown:
    """A token as its owner sees it: never its text."""

    id: int
    name: str
    words: str


@dataclass(frozen=True)
class TokensPage:
    """What the page of tokens shows; `made` is a new token's text, this once."""

    tokens: tuple[TokenShown, ...]
    days: int
    made: str = ""
    name: str = ""
    problem: str = ""


def tokens(request: HttpRequest) -> HttpResponse:
    """Show somebody's tokens, or make one."""
    person, now = _owner(request), timezone.now()
    made = problem = ""
    name = request.POST.get("name") or request.GET.get("name", "")
    if request.method == "POST":
        if not need_not_ask(request):
            return ask_again(request, f"{request.path}?{urlencode({'name': name})}")
        try:
            made = make_token(person, name, now)
        except Problem as wrong:
            problem = str(wrong)
    shown = tuple(
        TokenShown(
            each.pk, each.name, f"Until {day(timezone.localdate(each.ends))}. {_used(each.last_used)}."
        )
        for each in standing_tokens(person, now)
    )
    page = TokensPage(shown, LASTS.days, made, "" if made else name, problem)
    crumbs = (Crumb("Home", address("home")), Crumb("Your account", address("mfa_index")))
    frame = Frame("Tokens for programs", crumbs=crumbs, caption=person.name)
    return show(request, "directory/tokens.jinja", frame, page, status=422 if problem else 200)


def end(request: HttpRequest, token: int) -> HttpResponse:
    """End one of somebody's tokens."""
    end_token(_owner(request), token, timezone.now())
    return HttpResponseRedirect(address("tokens"))


def _owner(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None
    return person


def _used(at: datetime | None) -> str:
    return f"Last used on {day(timezone.localdate(at))}" if at else "Not used yet"
