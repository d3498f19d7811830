"""Pages for when something cannot be shown: what happened, and what to do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from speccom.directory.permission import who_may
from speccom.directory.refusals import tell_refusal
from speccom.directory.security_log import Happened
from speccom.directory.signed_in import person_of
from speccom.interface.formats import listed
from speccom.interface.message import Message, show_message
from speccom.interface.problem_details import problem_details
from speccom.process.roles import shelved_roles
from speccom.web.asked_often import MINUTE
from speccom.web.rooms import REGISTRY

_NAMES = 3
_FOR_PROGRAMS = "/api/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that makes no sense."""
    tell_refusal(request, type(exception).__name__ if exception else "", Happened.REQUEST_REFUSED)
    return _told(
        request,
        Message(
            "This address cannot be understood",
            ("If you pasted a web address, check that you copied all of it.",),
        ),
        status=400,
    )


def not_for_the_database(request: HttpRequest) -> HttpResponse:
    """Answer for what no database can look for or keep."""
    tell_refusal(request, "not for the database", Happened.REQUEST_REFUSED)
    return _told(
        request,
        Message(
            "This cannot be looked for or kept",
            (
                "The web address, or what you entered, is too long or holds a sign that no text has.",
                "Go back and take it out. Nothing was changed.",
            ),
        ),
        status=400,
    )


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what may not be seen: whom it is for, and who can give access."""
    tell_refusal(request, str(exception or ""))
    return _told(
        request,
        Message("You cannot see this page", (*_whom_for(request), *_who_gives_access(request))),
        status=403,
    )


def _told(request: HttpRequest, message: Message, *, status: int) -> HttpResponse:
    """Answer a person with a page, and a program with problem details."""
    if request.path.startswith(_FOR_PROGRAMS):
        return problem_details(status, message.title, " ".join(message.paragraphs))
    return show_message(request, message, status=status)


def _whom_for(request: HttpRequest) -> tuple[str, ...]:
    page = REGISTRY.find(request.resolver_match.url_name) if request.resolver_match else None
    roles = [each.title for each in shelved_roles().values() if page and page.audience in each.functions]
    if not roles:
        return ("It may be for others, or it may not be open yet.",)
    these = "this role" if len(roles) == 1 else "one of these roles"
    return (f"It is for people with {these}: {listed(roles, 'or')}.",)


def _who_gives_access(request: HttpRequest) -> tuple[str, ...]:
    """Name who administers people, to those who are signed in."""
    names = [each.name for each in who_may("administer_people", timezone.now())] if person_of(request) else []
    if not names:
        return ("If you need it, ask whoever runs this service.",)
    return (f"If you need it, ask {listed(names[:_NAMES], 'or')}, who can give you access.",)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form that another site may have sent, or that lay open for long."""
    tell_refusal(request, reason, Happened.FORM_REFUSED)
    return _told(
        request,
        Message(
            "This form cannot be accepted",
            (
                "It may have been open for so long that it is no longer safe to take.",
                "Go back, load the page again and send it once more. Your browser must allow cookies.",
            ),
        ),
        status=403,
    )


def asked_too_often(request: HttpRequest) -> HttpResponse:
    """Answer somebody who asks, signs in or wants letters more often than a person does."""
    tell_refusal(request, "asked too often", Happened.HELD_BACK)
    answer = _told(
        request,
        Message(
            "Too many requests",
            ("More was asked for in a minute than one person needs.", "Wait a minute, then try again."),
        ),
        status=429,
    )
    answer["Retry-After"] = str(MINUTE)
    return answer


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what is not there."""
    return _told(
        request,
        Message(
            "Page not found",
            (
                "If you typed the web address, check that it is correct.",
                "If you pasted it, check that you copied all of it.",
            ),
        ),
        status=404,
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for our own fault, with as little that could fail as possible."""
    return _told(
        request,
        Message(
            "Sorry, there is a problem with speccom",
            (
                "What was saved before is still there.",
                "Try again in a moment.",
                "If it happens again, the terminal where speccom was started says more.",
            ),
        ),
        status=500,
    )
