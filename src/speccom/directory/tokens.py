"""Tokens: a person makes one for a program, which then acts with that person's roles and no others."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest

from speccom.directory.changes import Change, record
from speccom.directory.models import Person, Token
from speccom.problem import Problem

LASTS = timedelta(days=90)
_MARK = "speccom_"
_SIZE = 32
_SCHEME = "Bearer "


def make_token(person: Person, name: str, at: datetime) -> str:
    """Return a new token of a person, which cannot be shown again. Raises Problem where it has no name."""
    if not name.strip():
        raise Problem("the token has no name", mend="Say which program will use it")
    text = _MARK + secrets.token_urlsafe(_SIZE)
    with transaction.atomic():
        Token.objects.create(
            person=person, name=name.strip()[:100], digest=_digest(text), made=at, ends=at + LASTS
        )
        record(Change("token made", str(person.pk), at, person.pk, {"name": name.strip()}))
    return text


def end_token(person: Person, token: int, at: datetime) -> None:
    """End a person's own token at once; nothing where it is not theirs."""
    with transaction.atomic():
        ended = Token.objects.filter(pk=token, person=person, ends__gt=at).update(ends=at)
        if ended:
            record(Change("token ended", str(person.pk), at, person.pk))


def end_tokens(person: Person, at: datetime) -> int:
    """End all tokens of a person, and return how many stood; whoever asks for it records it."""
    return Token.objects.filter(person=person, ends__gt=at).update(ends=at)


def standing_tokens(person: Person, at: datetime) -> tuple[Token, ...]:
    """Return a person's tokens that have not ended, the newest first."""
    return tuple(Token.objects.filter(person=person, ends__gt=at).order_by("-made"))


def has_token(request: HttpRequest) -> bool:
    """Whether a request comes with a token, good or not."""
    return request.headers.get("Authorization", "").startswith(_SCHEME)


def person_of_token(request: HttpRequest, at: datetime) -> Person | None:
    """Return whose token a request comes with, None where it is none that stands."""
    text = request.headers.get("Authorization", "").removeprefix(_SCHEME).strip()
    found = (
        Token.objects.select_related("person")
        .prefetch_related("person__grants")
        .filter(digest=_digest(text), ends__gt=at)
        .first()
    )
    if found is None or not found.person.is_active:
        return None
    if found.last_used is None or at - found.last_used > timedelta(hours=1):
        Token.objects.filter(pk=found.pk).update(last_used=at)
    return found.person


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
