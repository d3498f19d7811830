"""Who asks, about which case, under which key: what the endpoints begin with."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.timezone import now as the_time_now
from ninja.errors import HttpError

from speccom.casework.documents.as_answers import open_for
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, find_visible, viewer
from speccom.directory.signed_in import person_of


def viewer_of(request: HttpRequest) -> Viewer:
    """Return the person of the token, or a visitor."""
    return viewer(person_of(request), the_time_now())


def case_asked_for(request: HttpRequest, reference: str) -> tuple[Viewer, Opened]:
    """Return who asks, and the case. Raises Http404 where it is not there for them."""
    looking = viewer_of(request)
    row = find_visible(looking, reference)
    if row is None:
        raise Http404
    return looking, open_for(looking, row)


def command_of(request: HttpRequest) -> str:
    """Return the order's own id, which a program gives with every write."""
    given = request.headers.get("Idempotency-Key", "")
    try:
        return str(UUID(given))
    except ValueError:
        raise HttpError(400, "Give each write a UUID of its own in the header Idempotency-Key.") from None
