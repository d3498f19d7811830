"""Who may do what: the one place where it is decided, from grants and the list of roles, as at a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from speccom.directory.models import Grant, Person
from speccom.interface.pages import Audience, Page
from speccom.process.roles import shelved_roles

SEE_RUNS, SEE_RECORDS = "see_runs", "see_records"
"""What runs found, in figures; the single records behind the figures."""

_OPEN_IN_A_DEMONSTRATION = frozenset({SEE_RUNS, SEE_RECORDS})  # where every record is invented


@dataclass(frozen=True)
class Held:
    """A role that a person holds, at an organisation (its code) or on a body (its identifier)."""

    person: UUID
    role: str
    organisation: str
    body: str
    starts: datetime
    ends: datetime | None
    grant: int = 0

    def stands(self, at: datetime) -> bool:
        """Whether it is held at that moment."""
        return self.starts <= at and (self.ends is None or at < self.ends)


def grants_of(person: Person | None, at: datetime) -> tuple[Held, ...]:
    """Return what the person holds at that moment; nothing for a visitor or once the account has ended."""
    if person is None or (person.ended is not None and person.ended <= at):
        return ()
    return tuple(each for each in held(person) if each.stands(at))


def held(person: Person) -> tuple[Held, ...]:
    """Return every role that was ever given to the person, the earliest first."""
    rows = sorted(person.grants.all(), key=lambda each: (each.starts, each.pk))
    return tuple(as_held(each) for each in rows)


def as_held(grant: Grant) -> Held:
    """Return a grant as the value that is decided on."""
    return Held(
        grant.person_id,
        grant.role,
        grant.organisation_id or "",
        grant.body,
        grant.starts,
        grant.ends,
        grant.pk,
    )


def roles_of(
    person: Person | None, at: datetime, *, organisation: str | None = None, body: str | None = None
) -> frozenset[str]:
    """Return the roles that the person holds then: all, or those at one organisation or on one body."""
    return frozenset(
        each.role
        for each in grants_of(person, at)
        if (organisation is None or each.organisation == organisation) and (body is None or each.body == body)
    )


def may(person: Person | None, function: str, at: datetime) -> bool:
    """Tell whether a role that the person holds at that moment gives them the function.

    In a demonstration everybody has those by which its synthetic year is seen.
    """
    if settings.DEMONSTRATION and function in _OPEN_IN_A_DEMONSTRATION:
        return True
    return any(function in functions_of(role) for role in roles_of(person, at))


def functions_of(role: str) -> frozenset[str]:
    """Return the functions that a role gives; none where the list of roles no longer has it."""
    found = shelved_roles().get(role)
    return found.functions if found else frozenset()


def who_may(function: str, at: datetime) -> Iterator[Person]:
    """Yield everybody who has a function at that moment, by name."""
    roles = [name for name, role in shelved_roles().items() if function in role.functions]
    some = Person.objects.filter(grants__role__in=roles, ended__isnull=True).distinct()
    for person in some.prefetch_related("grants").order_by("name"):
        if may(person, function, at):
            yield person


def may_see(page: Page | None, person: Person | None, at: datetime) -> bool:
    """Tell whether the person may see a page. What is not registered may be seen by nobody."""
    if page is None:
        return False
    if page.audience is Audience.EVERYONE:
        return True
    if page.audience is Audience.SIGNED_IN:
        return person is not None
    return may(person, page.audience, at)
