"""Whether a body is quorate for one item: counted from who is in the room and may count towards it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from speccom.casework.models import AgendaItem, Attendance, Interest
from speccom.process.bodies import Body, quorum_lacks


@dataclass(frozen=True)
class Seated:
    """A member in the room: the seat, and the interest in the item (None until it is settled)."""

    person: str
    seat: str
    interest: Interest | None

    @property
    def counts(self) -> bool:
        """Whether the member counts towards the quorum for the item."""
        return self.interest is None or self.interest.settled in (
            Interest.Settled.NONE,
            Interest.Settled.STAYS,
        )


@dataclass(frozen=True)
class ItemQuorum:
    """How a body stands for an item: who is there, and in words what it lacks."""

    seated: tuple[Seated, ...]
    lacks: tuple[str, ...]

    @property
    def is_quorate(self) -> bool:
        """Whether the body may deal with the item."""
        return not self.lacks

    @property
    def unsettled(self) -> tuple[Seated, ...]:
        """The members whose interest in the item is not settled."""
        return tuple(each for each in self.seated if each.interest is None)


def quorum_of(item: AgendaItem, body: Body) -> ItemQuorum:
    """Return how the body stands for an item with the people who are in the room now."""
    interests = latest_interests(item)
    here = Attendance.objects.filter(meeting=item.meeting_id, left_at=None).order_by("seat", "person")
    seated = tuple(Seated(each.person, each.seat, interests.get(each.person)) for each in here)
    return ItemQuorum(seated, quorum_lacks(body, [each.seat for each in seated if each.counts]))


def latest_interests(item: AgendaItem) -> Mapping[str, Interest]:
    """Return each member's latest word on an item."""
    return {each.person: each for each in item.interests.order_by("recorded_at", "pk")}
