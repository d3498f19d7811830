"""Both processes of the product, walked as `journeys/` says, under their own names and under others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.spec.processes.journey import Traveller, steps_of
from tests.spec.processes.renamed import Names, renamed

from speccom.criteria.vocabulary import Confidentiality
from speccom.process.access import Scope, classes_seen
from speccom.process.answer_kinds import day_in_words
from speccom.process.check_process import oddities
from speccom.process.decide import Accepted, Refused
from speccom.process.letter import BlockKind, Shown, filled
from speccom.process.procedure import CLOCK, ClockEffect, Procedure, StateKind
from speccom.process.read_process import load_process
from speccom.rulebook.find import shelf

EVERY_CLASS = frozenset(Confidentiality)
BLANK = "(blank)"
PROCESSES = {"urgent-policy-statement": "2026", "individual-funding-request": "2018"}
ENDS = {"urgent-policy-statement": "Expired", "individual-funding-request": "Closed"}


def folder_of(name: str) -> Path:
    return shelf() / "processes" / name / PROCESSES[name]


def shown(procedure: Procedure) -> Shown:
    """Return how values are written: options by their words, days in full, and what is blank as such."""
    asked = {each.name: each for form in procedure.forms.values() for each in form.questions}

    def words(collection: str, name: str, value: object) -> str:
        question = procedure.columns[collection][name] if collection else asked.get(name)
        if value is None:
            return BLANK
        if isinstance(value, date):
            return day_in_words(value)
        return question.options.get(str(value), str(value)) if question else str(value)

    return words


def walked(name: str, until: str = "") -> Traveller:
    """Return a case after its journey, or after the last time that an act was done."""
    begins, steps = steps_of(name)
    traveller = Traveller(load_process(folder_of(name)), begins)
    last = max(
        (place for place, each in enumerate(steps) if each.act == until and not each.refused),
        default=len(steps),
    )
    for step in steps[: last + 1]:
        outcome = traveller.does(step.act, step.by, step.answers, step.after)
        assert isinstance(outcome, Refused if step.refused else Accepted), (step, outcome)
        if isinstance(outcome, Refused):
            assert step.refused in outcome.message
    return traveller


@pytest.mark.parametrize("name", PROCESSES)
def test_the_journey_is_made(name: str) -> None:
    traveller = walked(name)
    state = traveller.procedure.states[traveller.case.state]
    assert (state.label, state.kind) == (ENDS[name], StateKind.CLOSED)


@pytest.mark.parametrize("name", PROCESSES)
def test_the_journey_is_made_under_other_names(name: str, tmp_path: Path) -> None:
    procedure = load_process(folder_of(name))
    names = Names.of(procedure)
    other = load_process(renamed(folder_of(name), tmp_path / "renamed", names))
    assert not {*procedure.states, *procedure.acts} & {*other.states, *other.acts}
    assert oddities(other, set(names.roles.values())) == ()
    begins, steps = steps_of(name)
    one, same = Traveller(procedure, begins), Traveller(other, begins)
    for step in steps:
        outcome = one.does(step.act, step.by, step.answers, step.after)
        again = same.does(names.acts[step.act], step.by, step.answers, step.after)
        assert type(outcome) is type(again)
        if isinstance(outcome, Accepted) and isinstance(again, Accepted):
            assert outcome.events[0].findings == again.events[0].findings
        assert same.case.state == names.places.get(one.case.state, "")


def test_the_panel_reads_the_case_and_never_the_name() -> None:
    """Every body's role, at every step, in every scope: what is identity is not theirs."""
    procedure = load_process(folder_of("individual-funding-request"))
    handlers = {each.role for each in procedure.transitions if each.source in ("", "submitted")}
    deciders = {each.role for each in procedure.access} - handlers
    assert {"body_member", "body_chair", "body_secretary", "screener", "patient_voice_member"} <= deciders
    for state in procedure.states:
        for role in deciders:
            assert Confidentiality.IDENTITY not in classes_seen(
                procedure, {scope: {role} for scope in Scope}, state
            )
    at_panel = classes_seen(procedure, {Scope.EVERY: {"body_member"}}, "panel")
    assert at_panel == EVERY_CLASS - {Confidentiality.IDENTITY}
    assert procedure.vocabulary["history"].confidentiality in at_panel
    assert procedure.vocabulary["patient_name"].confidentiality not in at_panel


def test_nobody_outside_sees_anything_of_a_patient_and_everybody_sees_a_published_statement() -> None:
    request = load_process(folder_of("individual-funding-request"))
    assert not [state for state in request.states if classes_seen(request, {}, state)]
    for scope in (Scope.EVERY, Scope.ORGANISATION):
        assert not classes_seen(request, {scope: {"clinician"}}, "submitted")
    statement = load_process(folder_of("urgent-policy-statement"))
    seen = {state for state in statement.states if classes_seen(statement, {}, state)}
    assert seen == {"published", "replaced", "expired", "ended"}
    assert classes_seen(statement, {}, "published") == {Confidentiality.PUBLIC}


def test_the_letter_to_the_patient_is_whole_and_plain() -> None:
    traveller = walked("individual-funding-request", "send_letter")
    procedure = traveller.procedure
    record = {**traveller.record, "case_reference": "IF-2026-0001-1", "letter_date": traveller.now.date()}
    letters = {each.id: each for each in procedure.letters_of("send_letter")}
    letter = letters["decision-to-the-patient"]
    blocks = filled(letter, record, traveller.rows, shown(procedure))
    text = [block.text for block in blocks]
    assert blocks[0].kind is BlockKind.TITLE
    assert text[:4] == [
        "The decision about your treatment",
        "Marwa Quillfeather",
        "1 Sparrow Row\nFenwick",
        "23 November 2026. Reference IF-2026-0001-1.",
    ]
    assert "Yes. You can try the medicine for twelve weeks." in text
    assert "If you do not agree" not in text
    assert "{{" not in " ".join(text)
    assert BLANK not in " ".join(text)


def test_the_letter_to_the_clinician_answers_each_piece_of_evidence() -> None:
    traveller = walked("individual-funding-request", "send_letter")
    letter = traveller.procedure.letters["decision-to-the-clinician"]
    record = {**traveller.record, "case_reference": "IF-2026-0001-1", "letter_date": traveller.now.date()}
    blocks = filled(letter, record, traveller.rows, shown(traveller.procedure))
    items = [block.text for block in blocks if block.kind is BlockKind.ITEM]
    assert "Lind and others, Invented Journal, 2025: Small, and to the point" in items
    assert "A letter from the maker: Left aside: no figures are given" in items
    assert not [each for each in items if "rare" in each]
    assert "Tell us when the treatment begins, and report its outcome by 1 April 2027." in [
        block.text for block in blocks
    ]


def test_the_published_statement_holds_nothing_but_what_is_public() -> None:
    traveller = walked("urgent-policy-statement", "publish")
    letter = traveller.procedure.letters["policy-statement"]
    assert letter.published
    blocks = filled(letter, traveller.record, traveller.rows, shown(traveller.procedure))
    text = "\n".join(block.text for block in blocks)
    public = {Confidentiality.PUBLIC}
    read = letter.reads - traveller.procedure.columns.keys()
    assert {traveller.procedure.vocabulary[name].confidentiality for name in read} == public
    assert {each.confidentiality for each in traveller.procedure.columns["outcomes"].values()} == public
    assert BLANK not in text
    assert "£" not in text
    assert "velorastine is available for Harrow-Lind syndrome" in text
    assert "Survival at one year (Critical): 86% against 67%" in text
    assert "This statement expires on 1 February 2028" in text


@pytest.mark.parametrize("name", PROCESSES)
def test_no_name_of_a_process_stands_in_the_code(name: str) -> None:
    procedure = load_process(folder_of(name))
    words = {*procedure.states, *procedure.acts, *(each.role for each in procedure.transitions)}
    words -= {CLOCK, *StateKind, *ClockEffect, *(each.value for each in Scope)}
    source = "\n".join(path.read_text() for path in Path("src/speccom/process").glob("*.py"))
    assert not [word for word in words if f'"{word}"' in source]
