"""Lawful destruction: what was entered in a case is made unreadable for good, and its events still stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from speccom.casework.door import Done, Note, note
from speccom.casework.keys import seal_of
from speccom.casework.models import CaseKey, CaseRow
from speccom.casework.submissions import destroy
from speccom.problem import Problem
from speccom.process.decide import Actor, Refused
from speccom.process.event import Reference
from speccom.process.roles import roles_giving

DESTROYED = "content_destroyed.1"
"""The kind of the event; its reference binds the reason that is kept with the case's key."""

FUNCTION = "destroy_content"
"""The function that a role must give to whoever has a case's content destroyed."""

Destroyer = Callable[[CaseRow], None]
_destroyers: list[Destroyer] = []


@dataclass(frozen=True)
class Destruction:
    """What is asked: whose content, by whom, and on what ground."""

    id: str
    case: str
    actor: Actor
    at: datetime
    why: str


def also_destroy_with(destroyer: Destroyer) -> None:
    """Have `destroyer` remove what another part of the product keeps of a case whose content is destroyed."""
    if destroyer not in _destroyers:
        _destroyers.append(destroyer)


def destroy_content(asked: Destruction) -> Done | Refused:
    """Destroy what was entered in a closed case, with its key, and add the event that says so.

    Raises NoSuchCase; and Problem where the case is open, has been destroyed already, or no reason is given.
    """
    if not asked.why.strip():
        raise Problem("a reason is missing", mend="Say on what ground the content is destroyed")

    def keep(row: CaseRow) -> list[Reference]:
        _must_stand_closed(row)
        for destroyer in (destroy, *_destroyers):
            destroyer(row)
        CaseKey.objects.filter(case=row).update(destroyed_at=asked.at, destroyed_why=asked.why.strip())
        return [Reference("reason", row.reference, seal_of("reason of a destruction", asked.why.strip()))]

    role = _role_for_it(asked.actor)
    return note(Note(asked.id, DESTROYED, asked.actor, role, asked.at, asked.case, FUNCTION), keep)


def _must_stand_closed(row: CaseRow) -> None:
    if not row.is_closed:
        raise Problem(
            f"{row.reference} is still open, and could not go on without what was entered in it",
            mend="Close it first, for example by withdrawing it",
        )
    if CaseKey.objects.filter(case=row, wrapped=None).exists():
        raise Problem(f"the content of {row.reference} has been destroyed already")


def _role_for_it(actor: Actor) -> str:
    return next(iter((*roles_giving(FUNCTION, actor.roles), *sorted(actor.roles))), "")
