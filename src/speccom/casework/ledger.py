"""The ledger: events are added at its end, one writer at a time, and can be verified by anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from speccom.casework.keys import seal_of
from speccom.casework.models import LedgerEvent, LedgerTail
from speccom.process.event import BEFORE_ALL, Event, canonical, first_break, from_json, sealed

_ONLY = 1
_PURPOSE = "end of the ledger"


@dataclass(frozen=True)
class Verdict:
    """Whether the ledger is whole: how many events it has, and the first thing that is wrong, if any."""

    events: int
    broken_at: int | None = None
    wrong: str = ""


def hold() -> LedgerTail:
    """Become the one writer until the transaction ends; must be called inside of one."""
    tail = LedgerTail.objects.select_for_update().filter(id=_ONLY).first()
    if tail is None:
        LedgerTail.objects.get_or_create(
            id=_ONLY, defaults={"sequence": 0, "digest": BEFORE_ALL, "seal": _seal(0, BEFORE_ALL)}
        )
        tail = LedgerTail.objects.select_for_update().get(id=_ONLY)
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


def all_events() -> Iterator[Event]:
    """Return every event, in order, without holding them all."""
    rows = LedgerEvent.objects.order_by("sequence").values_list("envelope", flat=True)
    return (_read(each) for each in rows.iterator(chunk_size=2000))


def verify() -> Verdict:
    """Read the whole ledger and say whether anything in it was changed, removed or cut off."""
    with transaction.atomic():
        tail = LedgerTail.objects.filter(id=_ONLY).first()
        counted = _Counted(all_events())
        broken = first_break(counted) or _differing_column()
        if broken:
            return Verdict(counted.seen, *broken)
        last = (counted.seen, counted.digest)
        if tail is None:
            expected, seal_is_right = (0, BEFORE_ALL), True
        else:
            expected = (tail.sequence, tail.digest)
            seal_is_right = tail.seal == _seal(tail.sequence, tail.digest)
    if not seal_is_right:
        return Verdict(counted.seen, expected[0], "the record of the ledger's end was changed")
    if last != expected:
        return Verdict(
            counted.seen,
            counted.seen + 1,
            f"the ledger ends at event {last[0]}, and event {expected[0]} was the last to be written",
        )
    return Verdict(counted.seen)


class _Counted:
    """Events on their way to be verified, counted, with the digest of the last."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events, self.seen, self.digest = events, 0, BEFORE_ALL

    def __iter__(self) -> Iterator[Event]:
        for event in self._events:
            self.seen, self.digest = event.sequence, event.digest
            yield event


def _differing_column() -> tuple[int, str] | None:
    """Return the first event of which a column for finding it says other than its envelope."""
    columns = ("sequence", "event_id", "command_id", "case_id", "case_version", "digest")
    rows = LedgerEvent.objects.order_by("sequence").values_list("envelope", *columns)
    for envelope, *found in rows.iterator(chunk_size=2000):
        written = json.loads(envelope)
        if found != [written[name] for name in columns]:
            return found[0], f"event {found[0]} was changed after it was written"
    return None


def _read(envelope: str) -> Event:
    return from_json(json.loads(envelope))


def _seal(sequence: int, digest: str) -> str:
    return seal_of(_PURPOSE, f"{sequence} {digest}")
