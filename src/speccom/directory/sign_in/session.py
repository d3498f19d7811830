"""How long a person stays signed in: some hours at most, and some minutes while nothing happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

_SIGNED_IN, _SEEN = "signed_in_at", "seen_at"
_BETWEEN_NOTES = timedelta(minutes=1)
Kept = SessionBase | Mapping[str, Any]


class Over(StrEnum):
    """Why somebody was signed out."""

    IDLE = "idle"
    LONG = "long"


def begin(sender: object, request: HttpRequest, **more: object) -> None:
    """Note when a person signed in."""
    now = timezone.now().timestamp()
    request.session[_SIGNED_IN] = request.session[_SEEN] = now


def is_over(session: SessionBase, at: datetime, *, is_used: bool = True) -> Over | None:
    """Return why the session is over; None while it goes on. Of a use it notes the minute."""
    over, seen = why_over(session, at), seen_at(session)
    if is_used and not over and seen and at - seen > _BETWEEN_NOTES:
        session[_SEEN] = at.timestamp()
    return over


def why_over(kept: Kept, at: datetime) -> Over | None:
    """Return why a session is over by what is kept of it; None while it goes on."""
    began, seen = began_at(kept), seen_at(kept)
    if began is None or seen is None or at - began > settings.SESSION_AT_MOST:
        return Over.LONG
    return Over.IDLE if at - seen > settings.SESSION_IDLE_AT_MOST else None


def began_at(kept: Kept) -> datetime | None:
    """Return when somebody signed in; None where nobody has."""
    return _moment(kept, _SIGNED_IN)


def seen_at(kept: Kept) -> datetime | None:
    """Return the minute in which a session was last used."""
    return _moment(kept, _SEEN)


def _moment(kept: Kept, key: str) -> datetime | None:
    found = kept.get(key)
    return datetime.fromtimestamp(found, tz=timezone.get_default_timezone()) if found else None


def connect() -> None:
    """Have every way of signing in note its time."""
    user_logged_in.connect(begin, dispatch_uid="speccom.directory.sign_in.session")
