"""Signing in and out, wrong passwords and codes, and who is held back, as the log tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.signals import authentication_failed, authenticator_used
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from speccom.directory.models import Person
from speccom.directory.security_log import Happened, tell
from speccom.directory.sign_in.lockout import whom

ONE_PRESS, PROVIDER = "one press", "identity provider"
_WAY = "coming_by"


def connect() -> None:
    """Have every way of signing in be told."""
    for signal, receiver in (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (user_login_failed, _wrong_password),
        (user_locked_out, _locked_out),
        (authentication_failed, _wrong_factor),
        (authenticator_used, _factor_used),
    ):
        signal.connect(receiver, dispatch_uid=f"speccom.directory.sign_in.told.{receiver.__name__}")


def coming_by(request: HttpRequest, way: str) -> None:
    """Note by which way somebody is about to be signed in, where it is neither a password nor a factor."""
    setattr(request, _WAY, way)


def _signed_in(sender: object, request: HttpRequest, user: Person, **more: object) -> None:
    way = str(getattr(request, _WAY, ""))
    methods = [str(each.get("type") or each["method"]) for each in get_authentication_records(request, user)]
    tell(Happened.SIGNED_IN, person=user.pk, by=way or ", ".join(methods))


def _signed_out(sender: object, user: Person | None, **more: object) -> None:
    if user is not None:
        tell(Happened.SIGNED_OUT, person=user.pk)


def _wrong_password(
    sender: object, credentials: Mapping[str, Any], request: HttpRequest | None = None, **more: object
) -> None:
    tell(Happened.WRONG_PASSWORD, person=_known_as(whom(request, credentials)))


def _locked_out(sender: object, username: str, **more: object) -> None:
    tell(Happened.HELD_BACK, person=_known_as(username))


def _wrong_factor(sender: object, user: Person, **more: object) -> None:
    tell(Happened.WRONG_FACTOR, person=user.pk)


def _factor_used(sender: object, user: Person, reauthenticated: bool = False, **more: object) -> None:
    if reauthenticated:
        tell(Happened.CONFIRMED, person=user.pk)


def _known_as(email: str) -> object:
    """Return the identifier of whoever has an address; blank where nobody has."""
    return Person.objects.filter(email=email).values_list("pk", flat=True).first() or ""
