"""The Jinja environment: templates of every room, NHS.UK frontend's macros, and what each page may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from speccom.directory.permission import SEE_RUNS, grants_of, may
from speccom.directory.sign_in.onward import sign_in_address
from speccom.directory.sign_in.session import Over, began_at
from speccom.directory.signed_in import person_of
from speccom.interface.assets import VERSION, own_version
from speccom.interface.frame import Account, Ending, Link
from speccom.interface.pages import address

_ROOMS = ("interface", "directory", "casework", "catalogue", "analysis", "web")


def environment(**options: Any) -> Environment:
    """Return the environment. NHS.UK frontend's macros need undefined values that can be chained."""
    options |= {
        "loader": ChoiceLoader(
            [*(PackageLoader(f"speccom.{room}") for room in _ROOMS), PackageLoader("nhsuk_frontend_jinja")]
        ),
        "undefined": ChainableUndefined,
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    made = Environment(**options)
    made.globals |= {"address": address, "asset": _asset, "nhsuk_asset": _nhsuk_asset}
    return made


def every_page(request: HttpRequest) -> dict[str, object]:
    """Return what every page shows: navigation, footer, the demonstration's banner, the script's nonce."""
    return {
        "csp_nonce": str(getattr(request, "csp_nonce", "")),
        "demonstration": settings.DEMONSTRATION,
        "account": _account(request),
        "navigation": _navigation(request),
        "footer_links": (
            Link("About speccom", address("about")),
            Link("Organisations", address("organisations")),
            Link("Accessibility statement", address("accessibility")),
        ),
    }


def _navigation(request: HttpRequest) -> tuple[Link, ...]:
    person = person_of(request)
    sees_runs = may(person, SEE_RUNS, timezone.now())
    everyone = (
        Link("Services", address("services")),
        Link("Cases", address("cases")),
        Link("Rulebooks", address("rulebooks")),
        *((Link("Runs", address("runs")),) if sees_runs else ()),
    )
    if person is None:
        return everyone
    sits = any(each.body for each in grants_of(person, timezone.now()))
    meetings = (Link("Meetings", address("meetings")),) if sits else ()
    sees_people = may(person, "see_people", timezone.now())
    people = (Link("People", address("people")),) if sees_people else ()
    return (Link("My work", address("work")), *meetings, *everyone, *people)


def _account(request: HttpRequest) -> Account:
    person = person_of(request)
    if person is not None:
        return Account((Link(person.name, address("mfa_index")),), address("sign-out"), _ending(request))
    return Account((Link("Sign in", sign_in_address(request)),))


def _ending(request: HttpRequest) -> Ending:
    now = timezone.now()
    left = (began_at(request.session) or now) + settings.SESSION_AT_MOST - now
    return Ending(
        int(settings.SESSION_IDLE_AT_MOST.total_seconds()),
        int(left.total_seconds()),
        sign_in_address(request, Over.IDLE),
        sign_in_address(request, Over.LONG),
    )


def _asset(name: str) -> str:
    return f"/assets/speccom/{name}?v={own_version()}"


def _nhsuk_asset(kind: str) -> str:
    return f"/assets/nhsuk/nhsuk-frontend-{VERSION}.min.{kind}"
