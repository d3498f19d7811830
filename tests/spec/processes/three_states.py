"""The three-state procedure and the people in it, for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from speccom.process.case import Case
from speccom.process.decide import Accepted, Actor, Command, FactValue, Outcome, decide
from speccom.process.procedure import Procedure
from speccom.process.read_process import load_process
from speccom.process.working_days import WorkingDays

FOLDER = Path(__file__).parent / "three-states"
START = datetime(2025, 4, 14, 9, 0, tzinfo=UTC)
"""A Monday, in the week before Easter."""
EASTER = WorkingDays(
    date(2025, 1, 1),
    date(2026, 12, 31),
    frozenset({date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 5), date(2025, 5, 26)}),
)
CLINICIAN = Actor("dr-a", frozenset({"clinician"}))
OFFICER = Actor("officer-b", frozenset({"officer"}))
BOTH = Actor("dr-a", frozenset({"clinician", "officer"}))
READY = {"reason": FactValue("rarity"), "unanswered_questions": FactValue(0)}


@dataclass
class Story:
    """A case to which things happen, one after another."""

    procedure: Procedure = field(default_factory=lambda: load_process(FOLDER))
    case: Case = field(default_factory=lambda: Case("C-1"))
    now: datetime = START
    facts: Mapping[str, FactValue] = field(default_factory=lambda: dict(READY))

    def does(self, actor: Actor, act: str, *, name: str = "", **given: object) -> Outcome:
        command = Command(name or f"command-{self.case.version + 1}", act, actor, self.now, given)
        outcome = decide(self.procedure, self.case, self.facts, command)
        if isinstance(outcome, Accepted):
            for event in outcome.events:
                self.case = self.case.after(event)
        return outcome

    def waits(self, **much: int) -> None:
        self.now += timedelta(**much)
