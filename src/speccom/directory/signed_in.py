"""Who is asking: every request is given its person, as they stand at this moment."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY, get_user, logout
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from speccom.directory.models import Person
from speccom.directory.sign_in import session
from speccom.directory.sign_in.known_browser import remember
from speccom.directory.sign_in.session import Over
from speccom.directory.tokens import has_token, person_of_token

_FOLLOWS = "X-Speccom-Follow"
"""Says that a page asks by itself how something goes on, which it does whether or not anybody is there."""
_PERSON, _OVER, _BY_TOKEN = "person", "session_over", "by_token"


class SignedIn:
    """Middleware that sets `request.person`: who is signed in, with their grants, or None for a visitor.

    Both are read anew at each request, so that a role withdrawn, or an account ended, counts at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Find the person, then answer."""
        by_token = has_token(request)
        setattr(request, _BY_TOKEN, by_token)
        found = person_of_token(request, timezone.now()) if by_token else _find(request)
        setattr(request, _PERSON, found)
        response = self.get_response(request)
        remember(request, response)
        return response


def person_of(request: HttpRequest) -> Person | None:
    """Return who is signed in, or None for a visitor."""
    found = getattr(request, _PERSON, None)
    return found if isinstance(found, Person) else None


def is_by_token(request: HttpRequest) -> bool:
    """Whether a program asks, with a token, and not a browser with a session."""
    return bool(getattr(request, _BY_TOKEN, False))


def be_a_visitor(request: HttpRequest) -> None:
    """Forget who is signed in, for this request."""
    setattr(request, _PERSON, None)


def email_of(request: HttpRequest) -> str:
    """Return the address of whoever is signed in; blank for a visitor."""
    person = person_of(request)
    return person.email if person else ""


def why_over(request: HttpRequest) -> Over | None:
    """Return why whoever asks was signed out by this request; None where they were not."""
    found = getattr(request, _OVER, None)
    return found if isinstance(found, Over) else None


def _find(request: HttpRequest) -> Person | None:
    if SESSION_KEY not in request.session:
        return None
    over = session.is_over(request.session, timezone.now(), is_used=_FOLLOWS not in request.headers)
    if over:
        logout(request)
        setattr(request, _OVER, over)
        return None
    user = get_user(request)
    if not isinstance(user, Person) or not user.is_active:
        return None
    prefetch_related_objects([user], "grants")
    return user
