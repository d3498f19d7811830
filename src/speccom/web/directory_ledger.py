"""Changes of people, grants and organisations in the ledger: their kind, whom they concern, and a digest."""

from __future__ import annotations

from datetime import UTC
from uuid import uuid4

from speccom.casework.door import Note, note
from speccom.casework.keys import seal_of
from speccom.directory.changes import Change
from speccom.process.decide import Actor, Refused
from speccom.process.event import Reference, canonical

TERMINAL = "terminal"
"""Who changed something by a command, where nobody had signed in."""


def record_in_ledger(change: Change) -> None:
    """Add an event of no case for a change; names and reasons are in it only as a digest under our key."""
    noted = Note(
        id=str(uuid4()),
        kind=kind_of(change),
        actor=Actor(str(change.by) if change.by else TERMINAL, frozenset()),
        role="",
        at=change.at,
        references=(Reference("change", change.subject, digest_of(change)),),
    )
    outcome = note(noted)
    if isinstance(outcome, Refused):
        raise RuntimeError(outcome.message)


def kind_of(change: Change) -> str:
    """Return the kind of event: `role given` is `role_given.1`."""
    return f"{change.kind.replace(' ', '_')}.1"


def digest_of(change: Change) -> str:
    """Return the digest that binds a change to its event; only this installation can make it."""
    told = {
        "kind": change.kind,
        "subject": change.subject,
        "at": change.at.astimezone(UTC).isoformat(),
        "by": str(change.by) if change.by else "",
        "particulars": dict(change.particulars),
    }
    return seal_of("change in the directory", canonical(told).decode())
