"""A person's sessions: which there are, and ending them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from speccom.directory.changes import Change, record
from speccom.directory.models import Person, Session
from speccom.directory.sign_in.session import began_at, seen_at, why_over
from speccom.directory.tokens import end_tokens
from speccom.problem import Problem


@dataclass(frozen=True)
class Standing:
    """A session that goes on. `id` finds it, and is no use to anybody as a cookie."""

    id: str
    began: datetime
    seen: datetime
    is_this: bool


def sessions_of(person: Person, this: SessionBase, at: datetime) -> tuple[Standing, ...]:
    """Return a person's sessions that go on, the one used last first; `this` is the one that asks."""
    found = []
    for each in Session.objects.filter(person=person, expire_date__gt=at):
        is_this = each.session_key == this.session_key
        kept = this if is_this else each.get_decoded()
        began, seen = began_at(kept), seen_at(kept)
        if began and seen and not why_over(kept, at):
            found.append(Standing(_id_of(each), began, seen, is_this))
    return tuple(sorted(found, key=lambda each: each.seen, reverse=True))


def end_session(person: Person, session: str, at: datetime) -> None:
    """End one of a person's own sessions; nothing where it is not theirs."""
    with transaction.atomic():
        theirs = Session.objects.filter(person=person)
        keys = [each.session_key for each in theirs if _id_of(each) == session]
        ended, _ = theirs.filter(session_key__in=keys).delete()
        if ended:
            record(Change("session ended", str(person.pk), at, person.pk))


def end_others(person: Person, this: SessionBase, at: datetime) -> None:
    """End a person's sessions but this one, and their tokens, because of what they changed or feared."""
    with transaction.atomic():
        ended, _ = Session.objects.filter(person=person).exclude(session_key=this.session_key).delete()
        if end_tokens(person, at) or ended:
            record(Change("other sessions and tokens ended", str(person.pk), at, person.pk))


def end_all(person: Person, *, by: Person | None, why: str, at: datetime) -> None:
    """End all sessions and tokens of a person, who may sign in again."""
    if not why.strip():
        raise Problem("a reason is missing", mend="Say why they end")
    with transaction.atomic():
        end_everything(person, at)
        particulars = {"why": why.strip()}
        record(Change("sessions and tokens ended", str(person.pk), at, by.pk if by else None, particulars))


def end_everything(person: Person, at: datetime) -> None:
    """End all sessions and tokens of a person; whoever asks for it records it."""
    Session.objects.filter(person=person).delete()
    end_tokens(person, at)


def _id_of(session: Session) -> str:
    return hashlib.sha256(session.session_key.encode()).hexdigest()[:16]
