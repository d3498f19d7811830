"""What a person sees of cases, and as whom they act: grants and the processes' own tables, put together once.

Every page, list, download, search and answer of the API asks here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from speccom.casework.meetings.session import bodies_sitting
from speccom.casework.models import CaseRow
from speccom.casework.procedures import all_known, pinned
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.models import Person
from speccom.directory.organisations import answers_for
from speccom.directory.permission import Held, grants_of
from speccom.directory.security_log import Happened, tell
from speccom.process.access import EVERYONE, AccessRow, RolesByScope, Scope, classes_seen
from speccom.process.decide import Actor
from speccom.process.procedure import Procedure, StateKind

VISITOR = "visitor"
_ANY = frozenset(Confidentiality)


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks at cases, as at a moment: what they hold, and which organisations it reaches."""

    id: str
    at: datetime
    held: tuple[Held, ...] = ()
    reach: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def roles(self) -> frozenset[str]:
        """Every role that they hold."""
        return frozenset(each.role for each in self.held)

    def roles_at(self, organisation: str) -> frozenset[str]:
        """Return the roles held at an organisation, or at one that took it in."""
        return frozenset(
            each.role for each in self.held if organisation in self.reach.get(each.organisation, ())
        )

    @property
    def organisations(self) -> frozenset[str]:
        """The organisations at which they hold anything, with those merged into them."""
        return frozenset(code for codes in self.reach.values() for code in codes)


def viewer(person: Person | None, at: datetime) -> Viewer:
    """Return a person, or a visitor, as one who looks at cases."""
    return Viewer(VISITOR, at) if person is None else viewers((person,), at)[0]


def viewers(people: Iterable[Person], at: datetime) -> tuple[Viewer, ...]:
    """Return people as those who look at cases, with as many queries for all as for one."""
    held = {str(each.pk): grants_of(each, at) for each in people}
    codes = {each.organisation for grants in held.values() for each in grants if each.organisation}
    reach = answers_for(codes, at.date())
    return tuple(
        Viewer(
            name,
            at,
            grants,
            {each.organisation: reach[each.organisation] for each in grants if each.organisation},
        )
        for name, grants in held.items()
    )


def classes_of(looking: Viewer, case: CaseRow) -> frozenset[Confidentiality]:
    """Return the classes of fields that somebody may see of a case; none where it is not there for them."""
    procedure = pinned(case.process)
    return classes_seen(procedure, _roles_by_scope(looking, procedure, case), case.state)


def visible(looking: Viewer) -> QuerySet[CaseRow]:
    """Return the cases that are there for somebody."""
    return CaseRow.objects.filter(sight(looking))


def sight(
    looking: Viewer,
    *,
    kind: str = "",
    classes: Container[Confidentiality] = _ANY,
    is_closed: bool | None = None,
) -> Q:
    """Return which cases are there for somebody: of one process if named, with fields of some class.

    Where only closed or only open cases are wanted, others may still be among them.
    """
    wanted = Q(pk__in=())
    for procedure in all_known():
        if kind in ("", procedure.id):
            for part in _parts(looking, procedure, classes, is_closed):
                wanted |= part
    return wanted


def sees_whole_process(looking: Viewer) -> bool:
    """Whether every case of some process is there for somebody, in whatever state."""
    return any(Q(process=each.identity) in _parts(looking, each) for each in all_known())


def subject_seen(looking: Viewer, row: CaseRow) -> str:
    """Return what a case is about; blank where somebody may not see that."""
    procedure = pinned(row.process)
    described = procedure.vocabulary.get(procedure.subject)
    may = described is not None and described.confidentiality in classes_of(looking, row)
    return row.subject if may else ""


def find_visible(looking: Viewer, reference: str) -> CaseRow | None:
    """Return a case, or None where there is none or it is not there for them."""
    row = CaseRow.objects.filter(reference=reference).first()
    if row is None or classes_of(looking, row):
        return row
    tell(Happened.REFUSED, person=looking.id, case=reference, why="not theirs to see")
    return None


def actor(looking: Viewer, procedure: Procedure, act: str, case: CaseRow | None) -> Actor:
    """Return as whom somebody does an act: with the roles that count for this case and this act.

    A role counts where it lets them see the case. An act that is among the powers of bodies belongs to those
    who hold their role on one of these, and while one of them has the case before it, on that one; any other
    act, to those who hold it at an organisation. To begin a case, any role counts.
    """
    if case is None:
        return Actor(looking.id, looking.roles)
    seeing = _roles_that_see(looking, procedure, case)
    empowered = bodies_for(procedure, act, case)
    roles = frozenset(
        each.role
        for each in looking.held
        if each.role in seeing and (each.body in empowered if empowered or each.body else True)
    )
    return Actor(looking.id, roles)


def bodies_for(procedure: Procedure, act: str, case: CaseRow) -> frozenset[str]:
    """Return the bodies on which a role counts for an act in a case now, none where it is no body's."""
    empowered = procedure.bodies_for(act)
    if len(empowered) < 2:
        return empowered
    return procedure.bodies_for(act, bodies_sitting([case.pk]).get(case.pk, ()))


def _roles_that_see(looking: Viewer, procedure: Procedure, case: CaseRow) -> frozenset[str]:
    by_scope = _roles_by_scope(looking, procedure, case)
    return frozenset(
        role
        for role in looking.roles
        if classes_seen(
            procedure,
            {scope: frozenset(roles) & {role} for scope, roles in by_scope.items()},
            case.state,
        )
    )


def _roles_by_scope(looking: Viewer, procedure: Procedure, case: CaseRow) -> RolesByScope:
    there = looking.roles_at(case.organisation)
    is_own = looking.id in (case.opened_by, case.given_to)
    elsewhere = frozenset(
        each.role for each in looking.held if not each.body or each.body in procedure.bodies
    )
    return {Scope.EVERY: elsewhere, Scope.ORGANISATION: there, Scope.OWN: there if is_own else frozenset()}


def _parts(
    looking: Viewer,
    procedure: Procedure,
    classes: Container[Confidentiality] = _ANY,
    is_closed: bool | None = None,
) -> list[Q]:
    """Return conditions, each of which an index answers; one alone where it is every case of the process."""
    found: list[Q] = []
    for row in procedure.access:
        if any(each in classes for each in row.classes) and (
            row.role == EVERYONE or row.role in looking.roles
        ):
            found += [each for each in _cases_of(looking, procedure, row, is_closed) if each not in found]
    whole = Q(process=procedure.identity)
    return [whole] if whole in found else found


def _cases_of(looking: Viewer, procedure: Procedure, row: AccessRow, is_closed: bool | None) -> Iterator[Q]:
    found = Q(process=procedure.identity)
    if row.states:
        found &= Q(
            state__in=[
                each.name
                for each in procedure.states.values()
                if row.holds_in(each) and is_closed in (None, each.kind is StateKind.CLOSED)
            ]
        )
    if row.scope is Scope.EVERY:
        holds = row.role == EVERYONE or any(
            each.role == row.role and (not each.body or each.body in procedure.bodies)
            for each in looking.held
        )
        if holds:
            yield found
        return
    codes = sorted(code for code in looking.organisations if row.role in looking.roles_at(code))
    found &= Q(organisation__in=codes)
    if row.scope is Scope.ORGANISATION:
        yield found
    else:
        yield found & Q(opened_by=looking.id)
        yield found & Q(given_to=looking.id)
