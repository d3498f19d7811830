"""Bodies as the processes in force describe them, and who sits on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet

from speccom.casework.models import Meeting, Membership
from speccom.casework.procedures import all_in_force
from speccom.casework.sight import Viewer
from speccom.process.bodies import Body
from speccom.process.roles import shelved_roles

RUN, APPROVE, SIT = "run_meetings", "approve_minutes", "sit_on_bodies"
"""Functions of `rulebooks/roles.toml` that are held on a body."""
_NEXT = 10


def bodies_on(on: date) -> Mapping[str, Body]:
    """Return every body of the processes in force on a day that stands on it, by its id."""
    return {
        body.id: body
        for procedure in reversed(all_in_force(on))
        for body in procedure.bodies.values()
        if body.valid_from <= on <= body.valid_to
    }


def members_on(body: str, on: date) -> tuple[Membership, ...]:
    """Return who sits on a body on a day."""
    rows = Membership.objects.filter(body=body, starts__lte=on).filter(Q(ends=None) | Q(ends__gte=on))
    return tuple(rows.order_by("seat", "person"))


def may_on(looking: Viewer, body: str, function: str) -> bool:
    """Whether somebody holds a role on a body that gives a function."""
    return any(
        function in role.functions
        for held in looking.held
        if held.body == body and (role := shelved_roles().get(held.role))
    )


def bodies_of(looking: Viewer) -> frozenset[str]:
    """Return the bodies on which somebody holds any function of meetings."""
    bodies = {each.body for each in looking.held if each.body}
    return frozenset(
        body for body in bodies if any(may_on(looking, body, function) for function in (RUN, APPROVE, SIT))
    )


def next_meetings(looking: Viewer) -> QuerySet[Meeting]:
    """Return the next meetings of somebody's bodies that are not over."""
    return Meeting.objects.filter(body__in=bodies_of(looking), closed_at=None).order_by("starts_at")[:_NEXT]
