"""An advisory body never decides: whatever the state, its members do what is in its powers alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from tests.unit.casework.table import Table

from speccom.casework.door import Done, Order, carry_out
from speccom.casework.models import CaseRow
from speccom.casework.sight import Viewer, actor
from speccom.directory.permission import Held
from speccom.process.bodies import Body, BodyKind
from speccom.process.decide import Actor
from speccom.process.procedure import Procedure
from speccom.process.read_process import load_process

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MEMBER = UUID("00000000-0000-0000-0000-00000000000d")

_numbers = count(1)


def reached(table: Table, procedure: Procedure) -> Iterator[CaseRow]:
    """Yield a case in each state that can be reached, by as many people as there are steps."""
    roles = frozenset(table.roles) | {"clock"}
    paths: dict[str, list[str]] = {"": []}
    waiting = [""]
    while waiting:
        state = waiting.pop(0)
        for act in table.acts:
            row = table.row(state, act)
            if row and row["to"] != "previous" and row["to"] not in paths:
                paths[row["to"]] = [*paths[state], act]
                waiting.append(row["to"])
    for path in filter(None, paths.values()):
        case = ""
        for act in path:
            outcome = carry_out(order(act, Actor(str(uuid4()), roles), case, procedure))
            assert isinstance(outcome, Done), (path, act, outcome)
            case = outcome.case
        yield CaseRow.objects.get(reference=case)


def order(act: str, who: Actor, case: str, procedure: Procedure) -> Order:
    new = {} if case else {"procedure": procedure.id, "organisation": "RX1"}
    return Order(f"order-{next(_numbers)}", act, who, NOW, case, **new)


def member(table: Table, body: Body) -> Viewer:
    """Return somebody who holds every role there is, but only on one body."""
    return Viewer(str(MEMBER), NOW, tuple(Held(MEMBER, role, "", body.id, NOW, None) for role in table.roles))


def done_by_members(table: Table, procedure: Procedure, body: Body, cases: list[CaseRow]) -> set[str]:
    """Return the acts that members of a body can do, of all acts in all states."""
    done = set()
    for row in cases:
        for act in table.acts:
            if table.row(row.state, act) is None:
                continue
            who = actor(member(table, body), procedure, act, row)
            with transaction.atomic():
                if isinstance(carry_out(order(act, who, row.reference, procedure)), Done):
                    done.add(act)
                transaction.set_rollback(True)
    return done


@pytest.mark.parametrize("name", ["individual-funding-request", "urgent-policy-statement"])
def test_members_of_a_body_do_what_is_in_its_powers_and_nothing_else(
    db: None, open_shelf: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(open_shelf))
    [folder] = (open_shelf / "processes" / name).iterdir()
    table, procedure = Table.of(folder), load_process(folder)
    deciding = {
        act for body in procedure.bodies.values() if body.kind is BodyKind.DECIDING for act in body.powers
    }
    assert deciding
    cases = list(reached(table, procedure))
    for body in procedure.bodies.values():
        done = done_by_members(table, procedure, body, cases)
        assert done
        assert done <= set(body.powers)
        if body.kind is BodyKind.ADVISORY:
            assert not done & (deciding - set(body.powers))
