"""What the three-state procedure does, and what it says when it refuses."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.spec.processes.renamed import Names, renamed
from tests.spec.processes.three_states import (
    BOTH,
    CLINICIAN,
    EASTER,
    FOLDER,
    OFFICER,
    READY,
    Story,
)

from speccom.process.access import Scope, classes_seen
from speccom.process.case import fold
from speccom.process.check_process import oddities
from speccom.process.deadlines import deadlines, elapsed
from speccom.process.decide import Accepted, Actor, FactValue, Refused, Repeated, Why
from speccom.process.event import BEFORE_ALL, first_break, from_json, sealed
from speccom.process.offered import COLLECTIONS
from speccom.process.procedure import PREVIOUS, StateKind
from speccom.process.read_process import load_process


def refused(outcome: object) -> Refused:
    assert isinstance(outcome, Refused)
    return outcome


def test_the_procedure_is_sound() -> None:
    assert oddities(load_process(FOLDER), {"clinician", "officer"}) == ()


def test_asking_leaves_this_event() -> None:
    story = Story()
    outcome = story.does(CLINICIAN, "ask")
    assert isinstance(outcome, Accepted)
    event = sealed(outcome.events[0], 1, BEFORE_ALL)
    expected = json.loads((FOLDER.parent / "first-event.json").read_text())
    assert event.as_json() == expected
    assert from_json(expected) == event
    assert first_break([event]) is None


def test_answering_too_soon_is_refused_with_these_findings() -> None:
    story = Story(facts={"unanswered_questions": FactValue(2, ("Question 1", "Question 4"), "/questions")})
    story.does(CLINICIAN, "ask")
    outcome = refused(story.does(OFFICER, "answer", finding="agreed"))
    said = {
        "why": outcome.why.value,
        "message": outcome.message,
        "findings": [
            {
                "requirement": each.requirement.sentence,
                "met": each.met,
                "witnesses": list(each.witnesses),
                "where": each.where,
            }
            for each in outcome.findings
        ],
    }
    assert said == json.loads((FOLDER.parent / "refusal.json").read_text())
    assert story.case.version == 1


def test_what_the_act_brings_counts_beside_what_is_stored() -> None:
    story = Story()
    story.does(CLINICIAN, "ask")
    assert refused(story.does(OFFICER, "answer")).why is Why.NOT_MET
    outcome = story.does(OFFICER, "answer", finding="agreed", name="again")
    assert isinstance(outcome, Accepted)
    assert [(each.requirement, each.met) for each in outcome.events[0].findings] == [
        ("reason_given", True),
        ("questions_answered", True),
        ("finding_recorded", True),
    ]
    assert outcome.events[0].kind == "closed.1"


def test_who_may() -> None:
    story = Story()
    assert refused(story.does(OFFICER, "ask")).why is Why.NOT_YOURS
    story.does(BOTH, "ask")
    outcome = refused(story.does(BOTH, "answer", finding="agreed"))
    assert outcome.why is Why.DONE_BEFORE_BY_YOU
    assert outcome.message == "“Answer” needs somebody who has not done “Ask” in this case."
    assert refused(story.does(CLINICIAN, "ask")).message == (
        "“Ask” cannot be done while the case is at “Asked”."
    )


def test_a_repeat_does_nothing_again_even_after_more_has_happened() -> None:
    story = Story()
    story.does(CLINICIAN, "ask", name="once")
    story.does(OFFICER, "pause")
    again = story.does(CLINICIAN, "ask", name="once")
    assert isinstance(again, Repeated)
    assert [each.event_id for each in again.events] == ["once.1"]
    assert story.case.version == 2


def test_a_case_that_has_moved_on_is_looked_at_again() -> None:
    story = Story()
    story.does(CLINICIAN, "ask")
    procedure, case = story.procedure, story.case
    from speccom.process.decide import Command, decide

    late = Command("late", "pause", OFFICER, story.now, expected_version=0)
    assert refused(decide(procedure, case, READY, late)).why is Why.CHANGED_MEANWHILE
    assert isinstance(decide(procedure, case, READY, replace(late, expected_version=1)), Accepted)


def test_deadlines_stop_with_the_clock() -> None:
    """Ten working days from 14 April 2025, over Easter, end on 30 April; four lost ones move that on."""
    story = Story()
    story.does(CLINICIAN, "ask")
    (answer,) = deadlines(story.procedure, story.case, EASTER)
    assert (answer.transition.act, answer.due, answer.limit.words) == (
        "answer",
        date(2025, 4, 30),
        "10 working days",
    )
    story.waits(days=1)
    story.does(OFFICER, "pause")
    assert [each.due for each in deadlines(story.procedure, story.case, EASTER)] == [
        date(2025, 5, 5),
        date(2025, 5, 15),
    ]
    story.waits(days=8)  # to Wednesday 23 April: 16, 17, 22 and 23 April are the working days between
    story.does(OFFICER, "go_on")
    assert story.case.state == "asked"
    (answer,) = deadlines(story.procedure, story.case, EASTER)
    assert answer.due == date(2025, 5, 7)
    asked = story.case.stays[0].entered
    assert elapsed(story.case, asked, story.now, EASTER, working=True) == 1
    assert elapsed(story.case, asked, story.now, EASTER, working=False) == 1


def test_the_clock_is_told_what_to_do_later() -> None:
    story = Story()
    story.does(CLINICIAN, "ask")
    outcome = story.does(OFFICER, "pause")
    assert isinstance(outcome, Accepted)
    assert [(each.act, each.within.days, each.within.working) for each in outcome.follow_ups] == [
        ("lapse", 30, False)
    ]
    story.waits(days=30)
    assert isinstance(story.does(Actor("clock", frozenset({"clock"})), "lapse"), Accepted)
    assert story.case.state == "answered"


def test_one_byte_changed_is_found() -> None:
    story = Story()
    story.does(CLINICIAN, "ask")
    story.does(OFFICER, "pause")
    ledger, previous = [], BEFORE_ALL
    for sequence, event in enumerate(story.case.events, start=1):
        ledger.append(sealed(event, sequence, previous))
        previous = ledger[-1].digest
    assert first_break(ledger) is None
    assert first_break([replace(ledger[0], actor_id="dr-b"), ledger[1]]) == (
        1,
        "event 1 was changed after it was written",
    )
    assert first_break(ledger[1:]) == (1, "event 1 is missing; the next one is 2")
    forged = sealed(replace(ledger[0], actor_id="dr-b"), 1, BEFORE_ALL)
    assert first_break([forged, ledger[1]]) == (2, "event 2 does not follow the event before it")


def test_a_procedure_with_every_name_changed_does_the_same(tmp_path: Path) -> None:
    names = Names.of(load_process(FOLDER))
    story, other = Story(), Story(load_process(renamed(FOLDER, tmp_path / "renamed", names)))
    for actor, act, given in (
        (CLINICIAN, "ask", {"reason": "rarity"}),
        (OFFICER, "pause", {}),
        (OFFICER, "go_on", {}),
        (OFFICER, "answer", {"finding": "agreed"}),
    ):
        one = story.does(actor, act, **given)
        stranger = Actor(actor.id, frozenset(names.roles[role] for role in actor.roles))
        same = other.does(stranger, names.acts[act], **given)
        assert isinstance(one, Accepted)
        assert isinstance(same, Accepted)
        assert one.events[0].findings == same.events[0].findings
        assert names.places[story.case.state] == other.case.state
        for scope in Scope:
            assert classes_seen(story.procedure, {scope: actor.roles}, story.case.state) == classes_seen(
                other.procedure, {scope: stranger.roles}, other.case.state
            )
    assert [names.places[stay.state] for stay in story.case.stays] == [
        stay.state for stay in other.case.stays
    ]
    assert [form.id for form in story.procedure.forms_of("answer")] == ["decision"]
    assert [form.id for form in other.procedure.forms_of(names.acts["answer"])] == ["decision"]
    assert story.procedure.digest != other.procedure.digest


def test_no_name_of_a_state_act_or_role_stands_in_the_code() -> None:
    procedure = load_process(FOLDER)
    words = {*procedure.states, *procedure.acts} - {PREVIOUS}
    words |= {each.role for each in procedure.transitions} - {"clock"}
    words -= {column for rows in COLLECTIONS.values() for column in rows}
    source = "\n".join(path.read_text() for path in Path("src/speccom/process").glob("*.py"))
    assert not [word for word in words if f'"{word}"' in source or f"'{word}'" in source]


class AnySequence(RuleBasedStateMachine):
    """Whatever anybody tries, in any order: only what the table allows happens."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.allowed = {(each.source, each.act): each for each in self.story.procedure.transitions}

    @rule(
        act=st.sampled_from(["ask", "pause", "go_on", "answer", "withdraw", "lapse", "fly"]),
        actor=st.sampled_from([CLINICIAN, OFFICER, BOTH, Actor("clock", frozenset({"clock"}))]),
        questions=st.sampled_from([0, 1, None]),
        finding=st.sampled_from([None, "agreed"]),
        repeat=st.booleans(),
        days=st.integers(0, 9),
    )
    def somebody_tries(
        self, act: str, actor: Actor, questions: int | None, finding: str | None, repeat: bool, days: int
    ) -> None:
        story = self.story
        story.waits(days=days)
        story.facts = {**READY, "unanswered_questions": FactValue(questions)}
        before = story.case
        name = before.events[-1].command_id if repeat and before.events else f"{before.version}-{act}-{days}"
        outcome = story.does(actor, act, name=name, finding=finding)
        if not isinstance(outcome, Accepted):
            assert story.case == before
            return
        state = story.procedure.states.get(before.state)
        row = self.allowed.get((before.state, act)) or self.allowed[state.group if state else "", act]
        assert row.role in actor.roles
        assert story.case.state == (before.previous if row.target == PREVIOUS else row.target)
        if act == "answer":
            assert (questions, finding) == (0, "agreed")
            assert actor.id not in before.done_by("ask")
        assert before.state == "" or story.procedure.states[before.state].kind is not StateKind.CLOSED

    @invariant()
    def folding_the_events_gives_the_case(self) -> None:
        assert fold("C-1", self.story.case.events) == self.story.case
        assert self.story.case.version == len(self.story.case.events)


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("transitions.csv", "asked,pause", "askd,pause", "there is no `askd`"),
        ("transitions.csv", "questions_answered,", "question_answered,", "did you mean `questions_answered`"),
        ("transitions.csv", ",20d,", ",20 days,", "“20 days” is no time limit"),
        ("transitions.csv", "@answer_within", "@nothing", "“@nothing” is no time limit"),
        ("transitions.csv", ",stop,", ",halt,", "`clock` is one of start, stop, resume, not “halt”"),
        (
            "states.csv",
            "Asked,open,initial",
            "Asked,open,first",
            "`kind` is one of initial, open, waiting, closed",
        ),
        ("transitions.csv", ",ask,Ask,asked", ",ask,Ask,paused", "whose kind is not initial"),
        ("states.csv", "answered,Answered", "asked,Answered", "the state `asked` is there twice"),
        ("requirements.toml", "unanswered_questions = 0", "unanswered_question = 0", "unanswered_questions"),
        ("requirements.toml", 'criterion = "reason IS NOT NULL"', "", "`criterion` is missing"),
        ("rulebook.toml", 'mark = "design"', 'mark = "guess"', "`mark` is one of read, recall, design"),
        ("rulebook.toml", 'kind = "count"', 'kind = "sum"', "lookup, count, elapsed, calculated"),
        ("rulebook.toml", 'status = "illustrative"', 'status = "ok"', "the status is one of"),
        ("rulebook.toml", "2025-04-01", "April", "this is not a date"),
    ],
)
def test_each_error_is_named(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    from speccom.rulebook.errors import RulebookErrors

    copy = tmp_path / "broken"
    shutil.copytree(FOLDER, copy)
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1))
    with pytest.raises(RulebookErrors) as problem:
        load_process(copy)
    assert said.lower() in str(problem.value).lower()
    assert file in str(problem.value)


def test_what_is_odd_is_told() -> None:
    procedure = load_process(FOLDER)
    without = replace(
        procedure, transitions=tuple(each for each in procedure.transitions if each.act != "pause")
    )
    said = {(each.where, each.message) for each in oddities(without, {"officer"})}
    assert ("states.csv, paused", "no case can come to this state") in said
    assert ("transitions.csv, ask", "nobody can hold the role “clinician”") in said
    stuck = replace(
        procedure,
        transitions=tuple(each for each in procedure.transitions if each.act in ("ask", "pause", "go_on")),
    )
    said = {(each.where, each.message) for each in oddities(stuck, {"clinician", "officer"})}
    assert ("states.csv, asked", "from here no case can ever be closed") in said
    assert ("requirements.toml, reason_given", "no act requires this") in said
    assert ("rulebook.toml, facts.unanswered_questions", "no requirement asks for this fact") not in said
