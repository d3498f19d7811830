"""The steps of a meeting by their names, as pages and programs ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from speccom.casework.meetings import conduct
from speccom.casework.meetings.bodies import APPROVE, RUN
from speccom.casework.meetings.minutes import minutes_of
from speccom.casework.models import CaseRow, Meeting
from speccom.casework.procedures import all_known
from speccom.casework.sight import Viewer, visible
from speccom.problem import Problem
from speccom.process.bodies import Body
from speccom.process.decide import Actor
from speccom.process.roles import shelved_roles


@dataclass(frozen=True)
class Step:
    """A step that is asked for, with what it needs: `present` are seats by person."""

    name: str
    case: str = ""
    minutes: int = 0
    present: Mapping[str, str] = field(default_factory=dict)


def take(command: str, looking: Viewer, meeting: Meeting, body: Body, step: Step) -> None:
    """Take a step. Raises PermissionDenied where it is not the person's, Problem where it cannot be taken."""
    acting, at = as_whom(looking, body.id, APPROVE if step.name == "approve" else RUN), looking.at
    match step.name:
        case "papers":
            conduct.send_papers(command, acting, meeting, at)
        case "open":
            conduct.open_meeting(command, acting, meeting, at)
        case "close":
            conduct.close(command, acting, meeting, at)
        case "approve":
            conduct.approve_minutes(command, acting, meeting, minutes_of(meeting, body).digest, at)
        case "publish":
            conduct.publish_minutes(command, acting, meeting, minutes_of(meeting, body).digest, at)
        case "agenda":
            row = for_the_agenda(looking, body).filter(reference=step.case).first()
            if row is None:
                raise Problem(
                    "no case is chosen that waits for this body",
                    mend="Choose one that waits for an act of it",
                )
            conduct.put_on_agenda(command, acting, meeting, row, step.minutes, at)
        case "attendance":
            conduct.record_attendance(command, acting, meeting, step.present, at)
        case _:
            raise Problem(
                "there is no such step",
                mend="Use papers, open, agenda, attendance, close, approve or publish",
            )


def as_whom(looking: Viewer, body: str, function: str) -> Actor:
    """Return the person as who they act on a body. Raises PermissionDenied where they may not."""
    roles = shelved_roles()
    held = sorted(
        each.role
        for each in looking.held
        if each.body == body and each.role in roles and function in roles[each.role].functions
    )
    if not held:
        raise PermissionDenied
    return Actor(looking.id, frozenset(held[:1]))


def for_the_agenda(looking: Viewer, body: Body) -> QuerySet[CaseRow]:
    """Return the cases that wait for an act which is one of the body's powers."""
    wanted = Q(pk__in=())
    for procedure in all_known():
        powers = set(procedure.bodies[body.id].powers) if body.id in procedure.bodies else set()
        states = [
            name for name in procedure.states if powers & {each.act for each in procedure.acts_from(name)}
        ]
        wanted |= Q(process=procedure.identity, state__in=states)
    return visible(looking).filter(wanted, is_closed=False).order_by("reference")
