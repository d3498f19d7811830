"""Adding people and ending their accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from speccom.directory.changes import Change, record
from speccom.directory.last_administrator import keep_an_administrator
from speccom.directory.models import Person
from speccom.problem import Problem


def add(email: str, name: str, *, by: Person | None, at: datetime) -> Person:
    """Add a person without a password. Raises Problem where the address is wrong or taken."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Problem(
            f"{email!r} is no email address", mend="Write it like name@organisation.example"
        ) from None
    if not name.strip():
        raise Problem("a name is missing", mend="Write the name that colleagues know the person by")
    with transaction.atomic():
        if Person.objects.filter(email=address).exists():
            raise Problem(f"there is already a person with the address {address}", mend="Look them up")
        person = Person(email=address, name=name.strip())
        person.set_unusable_password()
        person.save()
        record(_change("person added", person, at, by, {"name": person.name, "email": address}))
    return person


def end_account(person: Person, *, by: Person | None, why: str, at: datetime) -> None:
    """End an account now: whoever is signed in with it is signed out at their next request."""
    if not why.strip():
        raise Problem("a reason is missing", mend="Say why the account ends")
    with transaction.atomic():
        standing = Person.objects.select_for_update().get(pk=person.pk)
        if standing.ended is not None:
            raise Problem(f"the account of {person.name} has ended already")
        keep_an_administrator(person_without=standing, grant=None, at=at)
        standing.ended = at
        standing.save(update_fields=["ended"])
        record(_change("account ended", standing, at, by, {"why": why.strip()}))
    person.ended = at


def _change(
    kind: str, person: Person, at: datetime, by: Person | None, particulars: dict[str, str]
) -> Change:
    return Change(kind, str(person.pk), at, by.pk if by else None, particulars)


def is_person(actor_id: str) -> bool:
    """Whether an actor's id is a person's, and not the clock's or a visitor's."""
    try:
        UUID(actor_id)
    except ValueError:
        return False
    return True


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """Return people's names by their ids; what is no person's id has none."""
    people = Person.objects.filter(pk__in=[each for each in ids if is_person(each)])
    return {str(pk): name for pk, name in people.values_list("pk", "name")}
