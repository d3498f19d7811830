"""Who may do what: the one place where it is decided, from grants and the list of roles, as at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from speccom.directory.models import Person
from speccom.interface.pages import Audience, Page
from speccom.process.roles import shelved_roles


@dataclass(frozen=True)
class Held:
    """A role that a person holds, at an organisation (its code) or on a body (its identifier)."""

    person: UUID
    role: str
    organisation: str
    body: str
    starts: datetime
    ends: datetime | None

    def stands(self, at: datetime) -> bool:
        """Whether it is held at that moment."""
        return self.starts <= at and (self.ends is None or at < self.ends)


def grants_of(person: Person | None, at: datetime) -> tuple[Held, ...]:
    """Return what the person holds at that moment; nothing for a visitor or once the account has ended."""
    if person is None or (person.ended is not None and person.ended <= at):
        return ()
    held = (
        Held(person.pk, each.role, each.organisation_id or "", each.body, each.starts, each.ends)
        for each in person.grants.all()
    )
    return tuple(each for each in held if each.stands(at))


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
    """Tell whether a role that the person holds at that moment gives them the function."""
    roles = shelved_roles()
    return any(function in roles[role].functions for role in roles_of(person, at) if role in roles)


def may_see(page: Page | None, person: Person | None, at: datetime) -> bool:
    """Tell whether the person may see a page. What is not registered may be seen by nobody."""
    if page is None:
        return False
    if page.audience is Audience.EVERYONE:
        return True
    if page.audience is Audience.SIGNED_IN:
        return person is not None
    return may(person, page.audience, at)
