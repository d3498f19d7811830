"""Giving and ending roles: each with who did it, when and why, recorded in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from speccom.directory.changes import Change, record
from speccom.directory.models import Grant, Organisation, Person
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
    _check(person, role, place, starts, ends, why, at)
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
        standing.ends = max(on, standing.starts)
        standing.save(update_fields=["ends"])
        record(_change("role ended", standing, at, by, why))
    grant.ends = standing.ends


def _check(
    person: Person, role: str, place: Place, starts: datetime, ends: datetime | None, why: str, at: datetime
) -> None:
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
