"""What waits for somebody in rooms that lie above cases, so that work need not know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from speccom.directory.models import Person
from speccom.interface.frame import Link


@dataclass(frozen=True)
class WaitsElsewhere:
    """What of one kind waits: its heading, how much in words that end a sentence, and where each is.

    A link's text may go into a mailbox; what else a page shows of it is its note.
    """

    heading: str
    words: str
    links: tuple[Link, ...]


TellWhatWaits = Callable[[Person, datetime], WaitsElsewhere | None]
_tellers: list[TellWhatWaits] = []


def tell_what_waits_with(teller: TellWhatWaits) -> None:
    """Have a room that lies above say what waits there for somebody; None where nothing does."""
    if teller not in _tellers:
        _tellers.append(teller)


def waits_elsewhere(person: Person, at: datetime) -> tuple[WaitsElsewhere, ...]:
    """Return what waits for somebody in other rooms."""
    return tuple(filter(None, (tell(person, at) for tell in _tellers)))
