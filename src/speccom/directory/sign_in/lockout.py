"""What django-axes asks of us: whom an attempt was for, and the page after too many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from speccom.interface.message import Message, show_message


def whom(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """Return the address that an attempt to sign in was for."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username")
    posted = request.POST.get("login", "") if request is not None else ""
    return str(given or posted).strip().lower()


def locked(
    request: HttpRequest, original: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Answer somebody who has tried too often."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return show_message(
        request,
        Message(
            "Too many attempts to sign in",
            (
                f"The password was wrong too often. Wait {minutes} minutes, then try again.",
                "If you have forgotten it, choose a new one by the link on the sign-in page.",
            ),
        ),
        status=429,
    )
