"""The clock: acts that time does, sent through the door like any other, harmless when late or repeated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q

from speccom.casework.door import Done, Order, carry_out
from speccom.casework.models import Due
from speccom.casework.submissions import Destroyed
from speccom.problem import Problem
from speccom.process.deadlines import HERE
from speccom.process.decide import Actor
from speccom.process.procedure import CLOCK

_CLOCK = Actor(CLOCK, frozenset({CLOCK}))


@dataclass(frozen=True)
class Ticked:
    """What time did to a case, or why it could not."""

    case: str
    act: str
    done: bool
    problem: str = ""


def tick(now: datetime) -> Iterator[Ticked]:
    """Do what is due by now; only what was done, or failed for a reason that is no refusal, is told.

    An act counts from the end of the last day on which it could have been avoided, and is done once in each
    stay in a state, even where it leaves the case there.
    """
    today = now.astimezone(HERE).date()
    waiting = Due.objects.filter(Q(on__lt=today) | Q(on=None), role=CLOCK, case__is_closed=False)
    for due in waiting.select_related("case").order_by("on", "case_id", "act"):
        version = due.case.version
        effective = now if due.on is None else datetime.combine(due.on + timedelta(days=1), time(), HERE)
        order = Order(
            id=f"clock-{due.case_id}-{due.since}-{due.act}",
            act=due.act,
            actor=_CLOCK,
            at=now,
            case=due.case_id,
            effective_at=effective,
            seen_version=version,
        )
        try:
            outcome = carry_out(order)
        except Problem as problem:
            yield Ticked(due.case_id, due.act, False, str(problem))
        except Destroyed:
            continue
        else:
            if isinstance(outcome, Done) and not outcome.repeated:
                yield Ticked(due.case_id, due.act, True)
