"""How long a person stays signed in: some hours at most, and some minutes while nothing happens."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

_SIGNED_IN, _SEEN = "signed_in_at", "seen_at"
_BETWEEN_NOTES = timedelta(minutes=1)


class Over(StrEnum):
    """Why somebody was signed out."""

    IDLE = "idle"
    LONG = "long"


def begin(sender: object, request: HttpRequest, **more: object) -> None:
    """Note when a person signed in."""
    now = timezone.now().timestamp()
    request.session[_SIGNED_IN] = request.session[_SEEN] = now


def is_over(session: SessionBase, at: datetime) -> Over | None:
    """Return why the session is over; None while it goes on, of which it notes the minute."""
    began, seen = _moment(session, _SIGNED_IN), _moment(session, _SEEN)
    if began is None or seen is None or at - began > settings.SESSION_AT_MOST:
        return Over.LONG
    if at - seen > settings.SESSION_IDLE_AT_MOST:
        return Over.IDLE
    if at - seen > _BETWEEN_NOTES:
        session[_SEEN] = at.timestamp()
    return None


def _moment(session: SessionBase, key: str) -> datetime | None:
    found = session.get(key)
    return datetime.fromtimestamp(found, tz=timezone.get_default_timezone()) if found else None


def connect() -> None:
    """Have every way of signing in note its time."""
    user_logged_in.connect(begin, dispatch_uid="speccom.directory.sign_in.session")
