"""When somebody changes how they sign in, they are signed out everywhere else, and their tokens end."""

from __future__ import annotations

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.http import HttpRequest
from django.utils import timezone

from speccom.directory.models import Person
from speccom.directory.sessions import end_others

_CHANGES = (password_changed, password_reset, authenticator_added, authenticator_removed, authenticator_reset)


def connect() -> None:
    """Have every such change do so."""
    for signal in _CHANGES:
        signal.connect(_end_others, dispatch_uid="speccom.directory.sign_in.changed")


def _end_others(sender: object, request: HttpRequest, user: Person, **more: object) -> None:
    end_others(user, request.session, timezone.now())
