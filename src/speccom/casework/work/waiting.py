"""What waits for a person: cases at a state from which an act of theirs leads on, the most pressing first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import F, Min, Q, QuerySet

from speccom.casework.models import CaseRow
from speccom.casework.procedures import all_known
from speccom.casework.sight import Viewer, visible
from speccom.process.procedure import CLOCK, Procedure, Transition


def waiting_for(looking: Viewer) -> QuerySet[CaseRow]:
    """Return the open cases that wait for somebody, each with `due`, the first last day of an act of theirs.

    An act that may be done at any time (from a group of states) waits for nobody.
    """
    wanted = Q(pk__in=())
    for procedure in all_known():
        states = {each.source for each in acts_of(looking, procedure)}
        if states:
            wanted |= Q(process=procedure.identity, state__in=states)
    return _by_due(visible(looking).filter(wanted, is_closed=False), looking)


def due_by(looking: Viewer, last: date) -> QuerySet[CaseRow]:
    """Return what waits for somebody with a last day up to one."""
    return waiting_for(looking).alias(last_day=_first_due(looking)).filter(last_day__lte=last)


def given_to(looking: Viewer) -> QuerySet[CaseRow]:
    """Return the open cases that were given to somebody."""
    return _by_due(visible(looking).filter(given_to=looking.id, is_closed=False), looking)


def acts_of(looking: Viewer, procedure: Procedure) -> Iterator[Transition]:
    """Return the acts of a process that are somebody's and lead on from one state."""
    for transition in procedure.transitions:
        leads_on = transition.role != CLOCK and transition.source in procedure.states
        if leads_on and any(_counts(held.role, held.body, transition, procedure) for held in looking.held):
            yield transition


def _counts(role: str, body: str, transition: Transition, procedure: Procedure) -> bool:
    empowered = {each.id for each in procedure.bodies.values() if transition.act in each.powers}
    return role == transition.role and (body in empowered if empowered or body else True)


def _by_due(cases: QuerySet[CaseRow], looking: Viewer) -> QuerySet[CaseRow]:
    soonest = F("due_on").asc(nulls_last=True)
    return cases.annotate(due_on=_first_due(looking)).order_by(soonest, "changed_at", "reference")


def _first_due(looking: Viewer) -> Min:
    return Min("due__on", filter=Q(due__role__in=looking.roles))
