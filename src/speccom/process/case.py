"""A case as its events leave it: folded from them alone, so that they are the truth of its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from speccom.problem import Problem
from speccom.process.event import GIVEN, PERSON, Event


@dataclass(frozen=True)
class Stay:
    """A time that a case was in a state. `counts` says whether it counts towards deadlines that began before.

    `resumed` is the place among the stays of the one that this one continues, or -1.
    """

    state: str
    entered: datetime
    left: datetime | None = None
    counts: bool = True
    resumed: int = -1


@dataclass(frozen=True)
class Case:
    """Where a case stands. `version` counts its events; `state` is blank before the first."""

    id: str
    process: str = ""
    version: int = 0
    state: str = ""
    stays: tuple[Stay, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def previous(self) -> str:
        """The state that the case came from, blank where there is none."""
        return self.stays[-2].state if len(self.stays) > 1 else ""

    @property
    def given_to(self) -> str:
        """Whom the case was given to last, blank where it was given to nobody."""
        given = (each for event in reversed(self.events) if event.kind == GIVEN for each in event.references)
        return next((each.id for each in given if each.kind == PERSON), "")

    def done_by(self, act: str) -> frozenset[str]:
        """Return who has done an act."""
        return frozenset(each.actor_id for each in self.events if each.act == act)

    def of_command(self, command_id: str) -> tuple[Event, ...]:
        """Return the events of one command, none where it is new."""
        return tuple(each for each in self.events if each.command_id == command_id)

    def after(self, event: Event) -> Case:
        """Return the case after one more event. Raises Problem for an event that is not its next."""
        if event.case_id != self.id or event.case_version != self.version + 1 or event.source != self.state:
            raise Problem(
                f"event {event.event_id} is not the next of case {self.id}",
                mend="Rebuild the case from the ledger",
            )
        return replace(
            self,
            process=event.process,
            version=event.case_version,
            state=event.target,
            stays=self._stays_after(event),
            events=(*self.events, event),
        )

    def _stays_after(self, event: Event) -> tuple[Stay, ...]:
        if self.stays and event.target == self.state:
            return self.stays
        moment = event.effective_at
        ended = tuple(replace(stay, left=moment) if stay.left is None else stay for stay in self.stays)
        counts = event.clock != "stop" and (
            not ended or ended[-1].counts or event.clock in ("start", "resume")
        )
        resumed = self._last_stay_in(event.target) if event.clock == "resume" else -1
        return (*ended, Stay(event.target, moment, counts=counts, resumed=resumed))

    def _last_stay_in(self, state: str) -> int:
        return max((place for place, stay in enumerate(self.stays) if stay.state == state), default=-1)


def fold(case_id: str, events: Iterable[Event]) -> Case:
    """Return a case from its events, in order. Raises Problem where one does not follow."""
    case = Case(case_id)
    for event in events:
        case = case.after(event)
    return case
