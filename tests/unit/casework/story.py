"""A case to which things happen through the door, one after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from speccom.casework.door import Done, Order, carry_out
from speccom.casework.submissions import Content
from speccom.process.decide import Actor, Refused

CLINICIAN = Actor("00000000-0000-0000-0000-00000000000a", frozenset({"clinician"}))
OFFICER = Actor("00000000-0000-0000-0000-00000000000b", frozenset({"officer"}))

_numbers = count(1)


@dataclass
class Story:
    """One case of the three-state procedure."""

    now: datetime
    case: str = ""

    def order(self, actor: Actor, act: str, *, name: str = "", **answers: Any) -> Order:
        brings = {"form": Content(answers, {})} if answers else {}
        return Order(
            id=name or f"order-{next(_numbers)}",
            act=act,
            actor=actor,
            at=self.now,
            case=self.case,
            procedure="" if self.case else "three-states",
            organisation="" if self.case else "RX1",
            brings=brings,
        )

    def does(self, actor: Actor, act: str, *, name: str = "", **answers: Any) -> Done | Refused:
        outcome = carry_out(self.order(actor, act, name=name, **answers))
        if isinstance(outcome, Done):
            self.case = outcome.case
        return outcome

    def did(self, actor: Actor, act: str, *, name: str = "", **answers: Any) -> Done:
        outcome = self.does(actor, act, name=name, **answers)
        assert isinstance(outcome, Done), outcome
        return outcome

    def waits(self, **much: int) -> None:
        self.now += timedelta(**much)
