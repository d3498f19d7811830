"""Giving and ending roles: each with who did it, when and why, recorded in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from speccom.directory.changes import Change, record
from speccom.directory.last_administrator import keep_an_administrator
from speccom.directory.models import Confirmation, Grant, Organisation, Person
from speccom.problem import Problem
from speccom.process.roles import shelved_roles


@dataclass(frozen=True)
class Place:
    """Where a role is held: at an organisation, by its code, or on a body, by its identifier."""

    organisation: str = ""
    body: str = ""


def give(
    person: Person,
    role: str,
    place: Place,
    *,
    starts: datetime,
    ends: datetime | None,
    by: Person | None,
    why: str,
    at: datetime,
) -> Grant:
    """Give a person a role. Raises Problem where there is no such role or place, or the dates cannot be."""
    _check(person, role, place, starts, ends, by, why, at)
    with transaction.atomic():
        grant = Grant.objects.create(
            person=person,
            role=role,
            organisation_id=place.organisation or None,
            body=place.body,
            starts=starts,
            ends=ends,
            given_by=by,
            why=why.strip(),
        )
        record(_change("role given", grant, at, by, why))
    return grant


def end(grant: Grant, *, on: datetime, by: Person | None, why: str, at: datetime) -> None:
    """End a role at a moment that is not past. Raises Problem where it has ended already."""
    if not why.strip():
        raise Problem("a reason is missing", mend="Say why the role ends")
    if on < at:
        raise Problem("a role cannot be ended in the past", mend="End it now, or on a later day")
    with transaction.atomic():
        standing = Grant.objects.select_for_update().get(pk=grant.pk)
        if standing.ends is not None and standing.ends <= at:
            raise Problem("this role has ended already")
        keep_an_administrator(person_without=standing.person, grant=standing, at=on)
        standing.ends = max(on, standing.starts)
        standing.save(update_fields=["ends"])
        record(_change("role ended", standing, at, by, why))
    grant.ends = standing.ends


def confirm(grant: Grant, *, by: Person, at: datetime) -> None:
    """Say in a review that a role is still needed. Raises Problem where it is one's own."""
    if grant.person_id == by.pk:
        raise Problem("nobody reviews their own roles", mend="Ask somebody else who reviews access")
    with transaction.atomic():
        Confirmation.objects.create(grant=grant, by=by, at=at)
        record(_change("role confirmed", grant, at, by, ""))


def _check(
    person: Person,
    role: str,
    place: Place,
    starts: datetime,
    ends: datetime | None,
    by: Person | None,
    why: str,
    at: datetime,
) -> None:
    if by is not None and by.pk == person.pk:
        raise Problem("nobody gives themselves a role", mend="Ask somebody else who administers people")
    if by is not None and starts < at:
        raise Problem("a role cannot be given for days that have passed", mend="Choose today or a later day")
    if role not in shelved_roles():
        raise Problem(f"there is no role {role!r}", mend="Choose one of rulebooks/roles.toml")
    if bool(place.organisation) == bool(place.body):
        raise Problem("a role is held at one organisation or on one body", mend="Name one of the two")
    if place.organisation and not Organisation.objects.filter(code=place.organisation).exists():
        raise Problem(f"there is no organisation {place.organisation}", mend="Add the organisation first")
    if person.ended is not None and person.ended <= at:
        raise Problem(f"the account of {person.name} has ended", mend="A new account is needed")
    if ends is not None and ends <= starts:
        raise Problem("the role would end before it starts", mend="Choose a later end, or leave it open")
    if not why.strip():
        raise Problem("a reason is missing", mend="Say why the person needs the role")


def _change(kind: str, grant: Grant, at: datetime, by: Person | None, why: str) -> Change:
    return Change(
        kind=kind,
        subject=str(grant.person_id),
        at=at,
        by=by.pk if by else None,
        particulars={
            "role": grant.role,
            "organisation": grant.organisation_id or "",
            "body": grant.body,
            "starts": grant.starts.isoformat(),
            "ends": grant.ends.isoformat() if grant.ends else "",
            "why": why.strip(),
        },
    )
