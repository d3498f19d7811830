"""Every change of people, grants and organisations is recorded here, in the transaction that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from speccom.directory.models import RecordedChange


@dataclass(frozen=True)
class Change:
    """What changed: `kind` in the past tense, `subject` the identifier of whom or what.

    `by` is the person who changed it, None for a command at the terminal. `particulars` may name people.
    """

    kind: str
    subject: str
    at: datetime
    by: UUID | None = None
    particulars: Mapping[str, str] = field(default_factory=dict)


Recorder = Callable[[Change], None]
_recorders: list[Recorder] = []


def also_record_with(recorder: Recorder) -> None:
    """Have every change recorded by `recorder` too. What it raises undoes the change."""
    if recorder not in _recorders:
        _recorders.append(recorder)


def record(change: Change) -> None:
    """Record a change; call it inside the transaction that makes the change."""
    RecordedChange.objects.create(
        at=change.at,
        by_id=change.by,
        kind=change.kind,
        subject=change.subject,
        particulars=dict(change.particulars),
    )
    for recorder in _recorders:
        recorder(change)
