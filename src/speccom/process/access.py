"""Who sees what of a case: rows of a table, each giving a role some classes of fields in some states."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from speccom.criteria.vocabulary import Confidentiality

if TYPE_CHECKING:
    from speccom.process.procedure import Procedure, State

EVERYONE = "everyone"
"""As a role: anybody at all, signed in or not."""


class Scope(StrEnum):
    """Which cases a row is about: one's own (started by or given to one), one's organisation's, or every."""

    OWN = "own"
    ORGANISATION = "organisation"
    EVERY = "every"


@dataclass(frozen=True)
class AccessRow:
    """What one role sees, of which cases, in which states (or groups of them; none named: in all)."""

    role: str
    scope: Scope
    states: tuple[str, ...]
    classes: frozenset[Confidentiality]

    def holds_in(self, state: State) -> bool:
        """Whether it is about cases in a state."""
        return not self.states or bool({state.name, state.group} & set(self.states))


RolesByScope = Mapping[Scope, Collection[str]]
"""The roles that a person holds towards a case: as their own, as their organisation's, and at all."""


def classes_seen(procedure: Procedure, roles: RolesByScope, state: str) -> frozenset[Confidentiality]:
    """Return the classes of fields that may be seen of a case in a state.

    What no row gives is not seen; a case of which nothing may be seen is not there.
    """
    where = procedure.states.get(state)
    if where is None:
        return frozenset()
    return frozenset(
        each
        for row in procedure.access
        if row.holds_in(where)
        if row.role == EVERYONE or row.role in roles.get(row.scope, ())
        for each in row.classes
    )
