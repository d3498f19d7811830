"""What happened to a case: events in the past tense, as canonical JSON, each bound to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from speccom.problem import Problem

STARTED, MOVED, CLOSED = "started.1", "moved.1", "closed.1"
"""The kinds of events that acts leave, each with its version; older ones are read through an upcast."""
GIVEN, PERSON = "given.1", "person"
"""The kind of the event that gives a case to somebody, and of its reference that says to whom."""

BEFORE_ALL = "0" * 64
"""What the first event of a ledger has as its previous digest."""


@dataclass(frozen=True)
class Reference:
    """A thing that an event speaks of, by kind, identifier and the digest of what it then was."""

    kind: str
    id: str
    digest: str


@dataclass(frozen=True)
class FindingNote:
    """A requirement as it was found: whether it was met, and the values that showed it."""

    requirement: str
    met: bool
    seen: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Event:
    """One event. Times are UTC; `effective_at` is when it counts from, which may lie before `at`.

    `sequence`, `previous_digest` and `digest` are the ledger's, and blank until it has taken the event.
    """

    event_id: str
    command_id: str
    case_id: str
    case_version: int
    kind: str
    act: str
    at: datetime
    effective_at: datetime
    actor_id: str
    role: str
    on_behalf_of: str
    process: str
    source: str
    target: str
    clock: str = ""
    findings: tuple[FindingNote, ...] = ()
    references: tuple[Reference, ...] = ()
    sequence: int = 0
    previous_digest: str = ""
    digest: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the envelope as plain data; `source` and `target` are called `from` and `to` there."""
        data = asdict(self)
        data["from"], data["to"] = data.pop("source"), data.pop("target")
        data["at"], data["effective_at"] = _stamp(self.at), _stamp(self.effective_at)
        data["references"] = [asdict(each) for each in self.references]
        data["findings"] = [{**asdict(each), "seen": dict(each.seen)} for each in self.findings]
        return data


def from_json(data: Mapping[str, Any]) -> Event:
    """Return an event from its envelope. Raises Problem for one that is none."""
    try:
        known = dict(data)
        known["source"], known["target"] = known.pop("from"), known.pop("to")
        for name in ("at", "effective_at"):
            known[name] = datetime.fromisoformat(known[name]).astimezone(UTC)
        known["findings"] = tuple(
            FindingNote(each["requirement"], each["met"], tuple(sorted(each["seen"].items())))
            for each in known["findings"]
        )
        known["references"] = tuple(Reference(**each) for each in known["references"])
        return Event(**known)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Problem(f"this is no event: {error}", where=str(data.get("event_id", ""))) from None


def canonical(data: object) -> bytes:
    """Return data as JSON with sorted keys, without white space, in UTF-8. Floats are refused."""
    _refuse_floats(data)
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sealed(event: Event, sequence: int, previous_digest: str) -> Event:
    """Return an event with its place in the ledger, and the digest that binds it to the one before."""
    placed = replace(event, sequence=sequence, previous_digest=previous_digest, digest="")
    return replace(placed, digest=digest_of(placed))


def digest_of(event: Event) -> str:
    """Return the SHA-256 of an event's envelope, without the digest itself."""
    data = event.as_json()
    del data["digest"]
    return hashlib.sha256(canonical(data)).hexdigest()


def first_break(
    events: Iterable[Event], previous: str = BEFORE_ALL, expected: int = 1
) -> tuple[int, str] | None:
    """Return the sequence of the first event that does not follow from the one before, and what is wrong.

    `previous` is the digest that the first of them must follow, and `expected` its place.
    """
    for event in events:
        if event.sequence != expected:
            return expected, f"event {expected} is missing; the next one is {event.sequence}"
        if event.previous_digest != previous:
            return expected, f"event {expected} does not follow the event before it"
        if event.digest != digest_of(event):
            return expected, f"event {expected} was changed after it was written"
        previous, expected = event.digest, expected + 1
    return None


def tail(events: Sequence[Event]) -> str:
    """Return the digest that the next event must follow."""
    return events[-1].digest if events else BEFORE_ALL


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _refuse_floats(data: object) -> None:
    waiting = [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, float):
            raise TypeError(f"{part!r} is a float, which has no canonical form")
        if isinstance(part, Mapping):
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part
