"""Whose a case is: given to a person by an event of the ledger, so that the whole history of it stands."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from speccom.casework.door import Done, Note, note
from speccom.casework.keys import seal_of
from speccom.casework.models import CaseRow
from speccom.casework.open_case import Opened
from speccom.casework.sight import Viewer, actor, classes_of, viewer, viewers
from speccom.casework.waits import scope_of
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.models import Person
from speccom.directory.organisations import held_by
from speccom.problem import Problem
from speccom.process.access import Scope
from speccom.process.decide import Actor, Refused
from speccom.process.event import GIVEN, PERSON, Reference
from speccom.process.procedure import CLOCK


def may_give(opened: Opened, looking: Viewer) -> bool:
    """Whether a case is somebody's to take or give: an act that leads on from its state is theirs."""
    return _as_whom(opened, looking) is not None


def candidates(opened: Opened, at: datetime) -> tuple[Person, ...]:
    """Return to whom a case may be given: those who hold a role that an act from here needs, by name."""
    holds = Q(grants__starts__lte=at) & (Q(grants__ends__isnull=True) | Q(grants__ends__gt=at))
    standing = Person.objects.filter(_for_whom(opened, at) & holds, Q(ended__isnull=True) | Q(ended__gt=at))
    found = list(standing.distinct().prefetch_related("grants").order_by("name"))
    pairs = zip(found, viewers(found, at), strict=True)
    return tuple(person for person, looking in pairs if _could_go_on(opened, looking))


def _for_whom(opened: Opened, at: datetime) -> Q:
    """Return which grants are of a role that an act from here needs, where they can let one see the case."""
    row, procedure = opened.row, opened.procedure
    there = Q(grants__organisation__in=held_by(row.organisation, at.date()))
    found = Q(pk__in=())
    for role in {each.role for each in procedure.acts_from(row.state)} - {CLOCK}:
        scope = scope_of(procedure, role, row.state)
        if scope:
            found |= Q(grants__role=role) & (Q() if scope is Scope.EVERY else there)
    return found


def _could_go_on(opened: Opened, looking: Viewer) -> bool:
    """Whether a step would be theirs once the case is given to them."""
    row = copy(opened.row)
    row.given_to = looking.id
    return _as_whom(replace(opened, row=row), looking) is not None


def give(command: str, opened: Opened, looking: Viewer, to: str) -> Done | Refused:
    """Give a case to a person. Raises Problem where it is not theirs to give, or not the other's to take."""
    giver = _as_whom(opened, looking)
    if giver is None:
        raise Problem("this case is not yours to give", mend="Ask somebody whose turn it is")
    if to not in {str(each.pk) for each in candidates(opened, looking.at)}:
        raise Problem("nobody is chosen who can take the next step", mend="Choose a person from the list")
    if not _gain(opened.row, to, looking.at) <= classes_of(looking, opened.row):
        raise Problem(
            "this would show somebody more of the case than you may see of it",
            mend="Ask somebody who may see it whole",
        )
    person = Reference(PERSON, to, seal_of("person a case is given to", f"{opened.row.reference} {UUID(to)}"))
    return note(
        Note(
            id=command,
            kind=GIVEN,
            actor=giver,
            role=next(iter(giver.roles)),
            at=looking.at,
            case=opened.row.reference,
            references=(person,),
        )
    )


def _gain(row: CaseRow, to: str, at: datetime) -> frozenset[Confidentiality]:
    """Return the classes of fields that a person would see only once the case is theirs."""
    receiver = viewer(Person.objects.prefetch_related("grants").get(pk=to), at)
    theirs = copy(row)
    theirs.given_to = to
    return classes_of(receiver, theirs) - classes_of(receiver, row)


def _as_whom(opened: Opened, looking: Viewer) -> Actor | None:
    """Return a person in the role by which a case is theirs to give, if any."""
    for each in opened.procedure.acts_from(opened.row.state):
        acting = actor(looking, opened.procedure, each.act, opened.row)
        if each.role in acting.roles:
            return Actor(acting.id, frozenset({each.role}))
    return None
