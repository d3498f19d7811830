"""Browsers with which somebody has signed in before: they are not held back by what strangers try elsewhere.

Such a browser has a cookie that only we can make, with a number of its own and who signed in with it. Wrong
passwords for these people are counted by that number, so that nobody tries more often from it than elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponseBase

from speccom.directory.models import Person
from speccom.directory.sign_in.lockout import whom

_LASTS = 180 * 24 * 60 * 60
_PEOPLE = 5
_NEW, _BETWEEN = "signed_in_anew", "~"
_signer = TimestampSigner(salt="speccom.directory.sign_in.known_browser")


@dataclass(frozen=True)
class _Browser:
    number: str
    people: tuple[str, ...]


def known_as(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the number of a browser that is known to whoever an attempt is for; blank where it is not."""
    found = _read(request)
    person = Person.objects.filter(email=whom(request, credentials)).values_list("pk", flat=True).first()
    return found.number if str(person) in found.people else ""


def is_known(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> bool:
    """Whether an attempt comes from such a browser, which django-axes asks."""
    return bool(known_as(request, credentials))


def remember(request: HttpRequest, response: HttpResponseBase) -> None:
    """Have a browser remember who has just signed in with it, and the last of those who did before."""
    person = getattr(request, _NEW, None)
    if person is None:
        return
    before = _read(request)
    people = (str(person.pk), *(each for each in before.people if each != str(person.pk)))[:_PEOPLE]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        _signer.sign(_BETWEEN.join((before.number or secrets.token_hex(16), *people))),
        max_age=_LASTS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def connect() -> None:
    """Have every way of signing in be remembered."""
    user_logged_in.connect(_note, dispatch_uid="speccom.directory.sign_in.known_browser")


def _note(sender: object, request: HttpRequest, user: Person, **more: object) -> None:
    setattr(request, _NEW, user)


def _read(request: HttpRequest) -> _Browser:
    signed = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    try:
        number, *people = _signer.unsign(signed, max_age=_LASTS).split(_BETWEEN)
    except BadSignature:
        return _Browser("", ())
    return _Browser(number, tuple(people))
