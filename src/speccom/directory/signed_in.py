"""Who is asking: every request is given its person, as they stand at this moment."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib.auth import get_user
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponseBase

from speccom.directory.models import Person


class SignedIn:
    """Middleware that sets `request.person`: who is signed in, with their grants, or None for a visitor.

    Both are read anew at each request, so that a role withdrawn, or an account ended, counts at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Find the person, then answer."""
        setattr(request, _NAME, _find(request))
        return self.get_response(request)


_NAME = "person"


def person_of(request: HttpRequest) -> Person | None:
    """Return who is signed in, or None for a visitor."""
    found = getattr(request, _NAME, None)
    return found if isinstance(found, Person) else None


def _find(request: HttpRequest) -> Person | None:
    user = get_user(request)
    if not isinstance(user, Person) or not isinstance(user.pk, UUID) or not user.is_active:
        return None
    prefetch_related_objects([user], "grants")
    return user
