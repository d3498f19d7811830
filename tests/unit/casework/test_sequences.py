"""No sequence of commands, through the real door on the database, reaches what the table does not allow.

The table is read a second time, plainly, and says what must come of each command. The shipped procedures are
walked without their requirements, which would end most walks early; the manual's three states with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.unit.casework.table import Row, Table, Walk

from speccom.casework import ledger
from speccom.casework.clock import tick
from speccom.casework.destruction import Destruction, destroy_content
from speccom.casework.door import Done, Note, Order, carry_out, note
from speccom.casework.models import CaseRow, LedgerEvent, Submission
from speccom.casework.read_model import differences
from speccom.casework.submissions import Content, Destroyed
from speccom.problem import Problem
from speccom.process.decide import Actor, Refused
from speccom.process.read_process import load_process

BEGUN = {
    "three-states": datetime(2025, 4, 14, 9, tzinfo=UTC),
    "individual-funding-request": datetime(2026, 6, 1, 9, tzinfo=UTC),
    "urgent-policy-statement": datetime(2026, 6, 1, 9, tzinfo=UTC),
}
PEOPLE = [str(uuid5(NAMESPACE_OID, name)) for name in ("ada", "bob", "cyd")]
LEAD = Actor(PEOPLE[0], frozenset({"information_governance_lead"}))
Kept = tuple[bytes | None, bytes | None, str]

people = st.sampled_from(PEOPLE)
versions = st.sampled_from(["none", "none", "current", "stale"])


def machine(folder: Path) -> type[RuleBasedStateMachine]:
    """Return the state machine of one case of a procedure."""
    table, procedure = Table.of(folder), load_process(folder)
    acts, role_sets = st.sampled_from([*table.acts, "no_such_act"]), _role_sets(table)

    class OneCase(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.undone = transaction.atomic()
            self.undone.__enter__()
            self.now, self.walk = BEGUN[procedure.id], Walk()
            self.case, self.sent = "", 0
            self.orders: list[tuple[Order, tuple[Any, ...]]] = []
            self.kept: dict[str, Kept] = {}
            self.answered: set[str] = set()
            self.destroyed = False

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

        @rule(act=acts, person=people, roles=role_sets, seen=versions)
        def somebody_acts(self, act: str, person: str, roles: frozenset[str], seen: str) -> None:
            self._act(act, Actor(person, roles), seen)

        @rule(data=st.data(), person=people)
        def somebody_does_what_is_next(self, data: st.DataObject, person: str) -> None:
            possible = [act for act in table.acts if self._row(act)]
            if possible:
                act = data.draw(st.sampled_from(possible))
                self._act(act, Actor(person, frozenset(table.roles)), "none")

        def _row(self, act: str) -> Row | None:
            return table.row(self.walk.state, act)

        def _act(self, act: str, who: Actor, seen: str) -> None:
            row, before = self._row(act), LedgerEvent.objects.count()
            order = self._order(act, who, seen)
            if self.destroyed:
                with pytest.raises(Destroyed):
                    carry_out(order)
                assert LedgerEvent.objects.count() == before
                return
            outcome = carry_out(order)
            added = LedgerEvent.objects.count() - before
            is_stale = order.seen_version is not None and seen == "stale"
            if self.walk.allows(row, who.id, who.roles) and not is_stale and self._is_met(act, order):
                assert isinstance(outcome, Done), outcome
                assert (added, outcome.repeated) == (len(outcome.events), False)
                assert added >= 1
                assert row is not None
                self.case = outcome.case
                self.walk.goes(row, who.id)
                self.answered |= {name for each in order.brings.values() for name in each.answers}
                self.orders.append((order, outcome.events))
            else:
                assert isinstance(outcome, Refused), outcome
                assert added == 0

        def _order(self, act: str, who: Actor, seen: str) -> Order:
            self.sent += 1
            row = CaseRow.objects.filter(reference=self.case).first()
            version = row.version if row else 0
            return Order(
                id=f"order-{self.sent}",
                act=act,
                actor=who,
                at=self.now,
                case=self.case,
                procedure="" if self.case else procedure.id,
                organisation="" if self.case else "RX1",
                brings=self._brings(act),
                seen_version={"none": None, "current": version, "stale": version + 1}[seen],
            )

        def _brings(self, act: str) -> dict[str, Content]:
            fields = {"ask": "reason", "answer": "finding"}
            name = fields.get(act) if self.sent % 3 else None
            return {"form": Content({name: f"said {self.sent}"}, {})} if name else {}

        def _is_met(self, act: str, order: Order) -> bool:
            if procedure.id != "three-states" or act != "answer":
                return True
            return "reason" in self.answered and bool(order.brings)

        @precondition(lambda self: self.orders)
        @rule(data=st.data())
        def the_same_order_comes_again(self, data: st.DataObject) -> None:
            order, events = data.draw(st.sampled_from(self.orders))
            before = LedgerEvent.objects.count()
            again = carry_out(replace(order, at=self.now))
            assert isinstance(again, Done)
            assert (again.events, again.repeated) == (events, True)
            with pytest.raises(Problem, match="sent before with something else"):
                carry_out(replace(order, act="no_such_act"))
            assert LedgerEvent.objects.count() == before

        @precondition(lambda self: self.case)
        @rule(person=people)
        def something_is_noted(self, person: str) -> None:
            self.sent += 1
            who = Actor(person, frozenset(table.roles))
            outcome = note(
                Note(f"order-{self.sent}", "thing_added.1", who, table.roles[0], self.now, self.case)
            )
            assert isinstance(outcome, Done)

        @rule(days=st.integers(0, 40))
        def time_goes_by(self, days: int) -> None:
            self.now += timedelta(days=days)
            before = LedgerEvent.objects.count()
            done = [each for each in tick(self.now) if each.done]
            assert LedgerEvent.objects.count() == before + len(done)
            for each in done:
                row = self._row(each.act)
                assert row is not None
                assert row["role"] == "clock"
                self.walk.goes(row, "clock")

        @precondition(lambda self: table.kinds.get(self.walk.state) == "closed" and not self.destroyed)
        @rule()
        def its_content_is_destroyed(self) -> None:
            self.sent += 1
            asked = Destruction(f"order-{self.sent}", self.case, LEAD, self.now, "its time has come")
            assert isinstance(destroy_content(asked), Done)
            self.destroyed = True
            self.kept = {name: (None, None, digest) for name, (_, _, digest) in self.kept.items()}

        @invariant()
        def the_case_is_where_the_table_leads(self) -> None:
            assert [each.state for each in CaseRow.objects.all()] == ([self.walk.state] if self.case else [])

        @invariant()
        def its_events_say_what_its_row_says_and_the_chain_is_whole(self) -> None:
            assert list(differences()) == []
            assert ledger.verify().wrong == ""

        @invariant()
        def what_was_submitted_never_changes(self) -> None:
            now = {
                str(each.id): (_bytes(each.content), _bytes(each.salt), each.digest)
                for each in Submission.objects.all()
            }
            assert {name: now.get(name) for name in self.kept} == self.kept
            self.kept = now

    return OneCase


def _bytes(stored: Any) -> bytes | None:
    return None if stored is None else bytes(stored)


def _role_sets(table: Table) -> st.SearchStrategy[frozenset[str]]:
    return st.one_of(
        st.just(frozenset(table.roles)),
        st.sampled_from(table.roles).map(lambda role: frozenset({role})),
        st.just(frozenset[str]()),
    )


@pytest.fixture
def walked(
    db: None, open_shelf: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Callable[[str], None]:
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(open_shelf))
    many = (40, 40) if request.config.getoption("--full") else (8, 25)

    def walk(name: str) -> None:
        [folder] = (open_shelf / "processes" / name).iterdir()
        examples, steps = many
        quickly = (Phase.explicit, Phase.generate)  # to find the shortest sequence takes minutes
        chosen = settings(max_examples=examples, stateful_step_count=steps, phases=quickly)
        run_state_machine_as_test(machine(folder), settings=chosen)

    return walk


@pytest.mark.parametrize("name", list(BEGUN))
def test_no_sequence_leaves_the_table(walked: Callable[[str], None], name: str) -> None:
    walked(name)
