"""Moving a case to another version of its process: an event of its own, by somebody who may and says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from speccom.casework.door import Done, NoSuchCase, Note, note
from speccom.casework.keys import seal_of
from speccom.casework.models import CaseRow
from speccom.casework.procedures import all_known
from speccom.problem import Problem
from speccom.process.decide import Actor, Refused
from speccom.process.event import Reference
from speccom.process.procedure import Procedure
from speccom.process.roles import roles_giving

MOVED_TO_VERSION = "moved_to_version.1"
"""The kind of the event; its process is the version that the case goes on under."""

FUNCTION = "move_cases"
"""The function that a role must give to whoever moves a case."""


@dataclass(frozen=True)
class Move:
    """What is asked: which case, to which version of its process, by whom, and why."""

    id: str
    case: str
    version: str
    actor: Actor
    at: datetime
    why: str


def move(asked: Move) -> Done | Refused:
    """Have a case go on under another version of its process, where it stands.

    Raises NoSuchCase; and Problem where there is no such version, where it does not know the case's state,
    where the case is under it already, or where no reason is given.
    """
    row = CaseRow.objects.filter(reference=asked.case).first()
    if row is None:
        raise NoSuchCase(asked.case)
    if not asked.why.strip():
        raise Problem("a reason is missing", mend="Say why the case goes on under another version")
    target = _version(row, asked.version)
    reason = Reference("reason", row.reference, seal_of("reason of a move", asked.why.strip()))
    giving = roles_giving(FUNCTION, asked.actor.roles)
    return note(
        Note(
            id=asked.id,
            kind=MOVED_TO_VERSION,
            actor=asked.actor,
            role=giving[0] if giving else "",
            at=asked.at,
            case=row.reference,
            function=FUNCTION,
            references=(reason,),
            process=target.identity,
        )
    )


def _version(row: CaseRow, version: str) -> Procedure:
    found = next((each for each in all_known() if (each.id, each.version) == (row.procedure, version)), None)
    if found is None:
        known = ", ".join(sorted(each.version for each in all_known() if each.id == row.procedure))
        raise Problem(f"there is no version {version} of this process", mend=f"There are: {known}")
    if found.identity == row.process:
        raise Problem(f"{row.reference} is under that version already")
    if row.state not in found.states:
        raise Problem(
            f"version {version} does not know the state in which {row.reference} is",
            mend="Take the case to a state that both versions know, and move it then",
        )
    return found
