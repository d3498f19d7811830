"""Whom a case waits for, as rows that my work reads in order: written with the case, by its process.

An audience is everybody for whom a role counts: `officer`, wherever it is held; `officer@RX1`, at that
organisation; `officer@RX1:ada`, there and of their own cases; `chair/panel`, on that body. A role counts
where it lets its holder see the case; an act that is among the powers of bodies belongs to those who hold its
role on one of these, and while one of them has the case before it, on that one; any other act belongs to
those who hold it at an organisation. The rows are written again as meetings begin and end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

from speccom.casework.models import CaseRow, Waiting
from speccom.casework.procedures import all_known, pinned
from speccom.casework.sight import Viewer, bodies_for
from speccom.process.access import EVERYONE, Scope
from speccom.process.procedure import CLOCK, Procedure, Transition


def waiting_rows(row: CaseRow, procedure: Procedure, last_days: Mapping[str, date]) -> list[Waiting]:
    """Return whom a case waits for, and by when; `last_days` are those of its acts.

    An act that may be done at any time (from a group of states) waits for nobody, but its last day counts for
    those for whom the case waits.
    """
    if row.is_closed:
        return []
    first: dict[str, date] = {}
    waited_for: set[str] = set()
    for act in (each for each in procedure.acts_from(row.state) if each.role != CLOCK):
        day = last_days.get(act.act, Waiting.NEVER)
        for audience in _audiences(row, procedure, act):
            first[audience] = min(day, first.get(audience, Waiting.NEVER))
            if act.source == row.state:
                waited_for.add(audience)
    return [
        Waiting(case=row, audience=each, on=first[each], changed_at=row.changed_at)
        for each in sorted(waited_for)
    ]


def audiences_of(looking: Viewer) -> frozenset[str]:
    """Return the audiences to which somebody belongs, of those that there can be."""
    found: set[str] = set()
    for procedure in all_known():
        for role, scope in _ways(procedure.identity):
            if role in looking.roles:
                found |= {
                    _audience(role, where, body)
                    for where in _places(looking, role, scope)
                    for body in {each.body for each in looking.held if each.role == role}
                }
    return frozenset(found)


def scope_of(procedure: Procedure, role: str, state: str) -> Scope | None:
    """Return of whose cases in a state a role lets its holder see anything: of most; None where of none."""
    scopes = {
        Scope.EVERY if each.role == EVERYONE else each.scope
        for each in procedure.access
        if each.role in (role, EVERYONE) and each.classes and each.holds_in(procedure.states[state])
    }
    return next((each for each in (Scope.EVERY, Scope.ORGANISATION, Scope.OWN) if each in scopes), None)


def _audiences(row: CaseRow, procedure: Procedure, act: Transition) -> Iterator[str]:
    bodies = bodies_for(procedure, act.act, row) or {""}
    places: dict[Scope | None, set[str]] = {
        Scope.EVERY: {""},
        Scope.ORGANISATION: {row.organisation},
        Scope.OWN: {f"{row.organisation}:{each}" for each in (row.opened_by, row.given_to) if each},
    }
    for where in places.get(scope_of(procedure, act.role, row.state), ()):
        yield from (_audience(act.role, where, body) for body in bodies)


@lru_cache(maxsize=256)
def _ways(process: str) -> frozenset[tuple[str, Scope]]:
    """Return each role for which a process can wait, with of whose cases it does."""
    procedure = pinned(process)
    return frozenset(
        (act.role, scope)
        for state in procedure.states
        for act in procedure.acts_from(state)
        if (scope := scope_of(procedure, act.role, state))
    )


def _places(looking: Viewer, role: str, scope: Scope) -> frozenset[str]:
    if scope is Scope.EVERY:
        return frozenset({""})
    codes = {code for code in looking.organisations if role in looking.roles_at(code)}
    return frozenset(f"{code}:{looking.id}" if scope is Scope.OWN else code for code in codes)


def _audience(role: str, where: str, body: str) -> str:
    return f"{role}{'@' if where else ''}{where}{'/' if body else ''}{body}"
