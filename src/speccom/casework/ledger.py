"""The ledger: events are added at its end, one writer at a time, and can be verified by anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Subquery

from speccom.casework.keys import seal_of
from speccom.casework.models import LedgerEvent, LedgerTail
from speccom.problem import Problem
from speccom.process.event import BEFORE_ALL, Event, canonical, first_break, from_json, sealed

_ONLY = 1
_PAGE = 2000
_PURPOSE = "end of the ledger"
_COLUMNS = ("sequence", "event_id", "command_id", "case_id", "case_version", "digest")


@dataclass(frozen=True)
class Verdict:
    """Whether the ledger is whole: its events, the last one's digest, and the first thing wrong, if any."""

    events: int
    digest: str
    broken_at: int | None = None
    wrong: str = ""


def hold() -> LedgerTail:
    """Become the one writer until the transaction ends; must be called inside of one.

    Raises Problem where the record of the ledger's end does not bear this installation's seal.
    """
    tail = LedgerTail.objects.select_for_update().filter(id=_ONLY).first()
    if tail is None:
        LedgerTail.objects.get_or_create(
            id=_ONLY, defaults={"sequence": 0, "digest": BEFORE_ALL, "seal": _seal(0, BEFORE_ALL)}
        )
        tail = LedgerTail.objects.select_for_update().get(id=_ONLY)
    if tail.seal != _seal(tail.sequence, tail.digest):
        raise Problem(
            "the record of the ledger's end was changed, or the key here is not the one of this database",
            mend="Bring back the key that belongs to it, or look at it with `speccom verify-ledger`",
        )
    return tail


def append(tail: LedgerTail, events: Sequence[Event]) -> tuple[Event, ...]:
    """Add events at the end that `hold` gave; they come back with their places and digests."""
    added = []
    for event in events:
        placed = sealed(event, tail.sequence + 1, tail.digest)
        LedgerEvent.objects.create(
            sequence=placed.sequence,
            event_id=placed.event_id,
            command_id=placed.command_id,
            case_id=placed.case_id,
            case_version=placed.case_version,
            envelope=canonical(placed.as_json()).decode(),
            digest=placed.digest,
        )
        tail.sequence, tail.digest = placed.sequence, placed.digest
        added.append(placed)
    tail.seal = _seal(tail.sequence, tail.digest)
    tail.save()
    return tuple(added)


def events_of(case_id: str) -> tuple[Event, ...]:
    """Return the events of a case, in order."""
    rows = LedgerEvent.objects.filter(case_id=case_id).order_by("case_version")
    return tuple(_read(each) for each in rows.values_list("envelope", flat=True))


def events_of_command(command_id: str) -> tuple[Event, ...]:
    """Return the events that a command left, none where it was not carried out."""
    rows = LedgerEvent.objects.filter(command_id=command_id).order_by("sequence")
    return tuple(_read(each) for each in rows.values_list("envelope", flat=True))


def verify() -> Verdict:
    """Read the ledger as far as it went when this began, and name the first thing that is wrong in it.

    Nobody who writes has to wait meanwhile.
    """
    tail = LedgerTail.objects.filter(id=_ONLY).first()
    last = tail.sequence if tail else None
    read = _ReadAgain(last, *_sound_until(last))
    broken = first_break(read, read.digest, read.seen + 1) or read.broken or _wrong_end(read, tail)
    return Verdict(read.seen, read.digest, *(broken or ()))


def _sound_until(last: int | None) -> tuple[int, str]:
    """Return the last event up to which each is sound as it is written, and its digest.

    The digest is taken of the text itself, less the digest in it, which is much faster than making the text
    again from the event. What does not pass here is looked at as an event, to say what is wrong with it.
    """
    seen, digest = 0, BEFORE_ALL
    for envelope, *columns in _written(after=0, last=last):
        if not _is_sound(envelope, columns, seen + 1, digest):
            break
        seen, digest = columns[0], columns[-1]
    return seen, digest


def _is_sound(envelope: str, columns: list[Any], place: int, previous: str) -> bool:
    """Whether a text is the one of which its digest was taken, in its place, and its columns say the same."""
    digest = columns[-1]
    hashed = envelope.replace(f'"digest":"{digest}",', "", 1)
    try:
        if hashlib.sha256(hashed.encode()).hexdigest() != digest:
            return False
        data = json.loads(envelope)
        names = list(data)
        return (
            names == sorted(names)
            and [data[name] for name in _COLUMNS] == columns
            and (data["sequence"], data["previous_digest"]) == (place, previous)
        )
    except (ValueError, KeyError, TypeError):
        return False


def _written(after: int, last: int | None) -> Iterator[tuple[Any, ...]]:
    """Return the rows of events after one and as far as another, a page at a time.

    Whoever reads long holds no lock.
    """
    rows = LedgerEvent.objects.order_by("sequence").values_list("envelope", *_COLUMNS)
    if last is not None:
        rows = rows.filter(sequence__lte=last)
    while page := list(rows.filter(sequence__gt=after)[:_PAGE]):
        yield from page
        after = page[-1][1]


class _ReadAgain:
    """Every event after the sound ones, on its way to be verified; it ends before one that was changed.

    An event's text must be the one canonical text of what it says, and so must the columns that find it.
    """

    def __init__(self, last: int | None, seen: int, digest: str) -> None:
        self.last, self.seen, self.digest = last, seen, digest
        self.broken: tuple[int, str] | None = None

    def __iter__(self) -> Iterator[Event]:
        for envelope, *columns in _written(self.seen, self.last):
            event = _as_written(envelope, columns)
            if event is None:
                self.broken = self.seen + 1, f"event {self.seen + 1} was changed after it was written"
                return
            yield event
            self.seen, self.digest = event.sequence, event.digest


def _as_written(envelope: str, columns: Sequence[object]) -> Event | None:
    try:
        event = _read(envelope)
    except (ValueError, Problem):
        return None
    written = event.as_json()
    is_same = canonical(written).decode() == envelope and [written[name] for name in _COLUMNS] == list(
        columns
    )
    return event if is_same else None


def _wrong_end(read: _ReadAgain, tail: LedgerTail | None) -> tuple[int, str] | None:
    """Return what is wrong with where the ledger ends, if anything."""
    following = read.seen + 1
    if tail is None:
        return (following, "the record of the ledger's end is missing") if read.seen else None
    if tail.seal != _seal(tail.sequence, tail.digest):
        return following, "the record of the ledger's end was changed"
    if (read.seen, read.digest) != (tail.sequence, tail.digest):
        return following, (
            f"the ledger ends at event {read.seen}, and event {tail.sequence} was the last to be written"
        )
    recorded = LedgerTail.objects.filter(id=_ONLY).values("sequence")
    beyond = LedgerEvent.objects.filter(sequence__gt=Subquery(recorded)).order_by("sequence").first()
    return (beyond.sequence, "it was added after the recorded end of the ledger") if beyond else None


def _read(envelope: str) -> Event:
    return from_json(json.loads(envelope))


def _seal(sequence: int, digest: str) -> str:
    return seal_of(_PURPOSE, f"{sequence} {digest}")
