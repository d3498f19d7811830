"""Who may do what in the rule editor, and how it is recorded in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied

from speccom.casework.door import Note, note
from speccom.casework.keys import seal_of
from speccom.casework.ledger import events_of_command
from speccom.directory.models import Person
from speccom.directory.permission import functions_of, roles_of
from speccom.process.decide import Actor, Refused
from speccom.process.event import Event, Reference

SEE_DRAFTS, EDIT_RULES, APPROVE_RULES = "see_drafts", "edit_rules", "approve_rules"

STARTED = "rulebook_draft_started.1"
SET_ASIDE = "rulebook_draft_set_aside.1"
PROPOSED = "rulebook_version_proposed.1"
APPROVED = "rulebook_version_approved.1"
SENT_BACK = "rulebook_version_sent_back.1"
TAKEN_BACK = "rulebook_version_taken_back.1"
NO_SUCH_EVENT = "The ledger has no event that says the same: have it looked into"


@dataclass(frozen=True)
class Acting:
    """Somebody who does something at a moment; `command` is new for each act, the same only for a repeat."""

    person: Person
    at: datetime
    command: str

    def needs(self, function: str) -> str:
        """Return a role by which the person has a function. Raises PermissionDenied where none gives it."""
        found = sorted(role for role in roles_of(self.person, self.at) if function in functions_of(role))
        if not found:
            raise PermissionDenied
        return found[0]


def record(acting: Acting, function: str, kind: str, identity: str, digest: str, reason: str) -> None:
    """Add an event to the ledger: who, when, what by its hash; the reason only as a digest under our key.

    Call it inside the transaction that does what it records. Raises PermissionDenied.
    """
    role = acting.needs(function)
    noted = Note(
        id=acting.command,
        kind=kind,
        actor=Actor(str(acting.person.pk), frozenset({role})),
        role=role,
        at=acting.at,
        function=function,
        references=(
            Reference("rulebook", identity, digest),
            Reference("reason", acting.command, digest_of_reason(reason)),
        ),
    )
    if isinstance(note(noted), Refused):
        raise PermissionDenied


def event_of(command: str, identity: str, digest: str, reason: str) -> Event | None:
    """Return the ledger's event of an act; None where it has none that says the same."""
    said = {("rulebook", identity, digest), ("reason", command, digest_of_reason(reason))}
    for event in events_of_command(command):
        if {(each.kind, each.id, each.digest) for each in event.references} == said:
            return event
    return None


def digest_of_reason(reason: str) -> str:
    """Return the digest that binds words to an event; only this installation can make it."""
    return seal_of("reason of an act on a rulebook", reason)
