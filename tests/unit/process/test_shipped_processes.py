"""The processes that come with the product: sound, and walked from the first act to the end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from speccom.commands import main
from speccom.process.case import Case
from speccom.process.check_process import oddities
from speccom.process.decide import Accepted, Actor, Command, FactValue, Refused, Why, decide
from speccom.process.procedure import Procedure, StateKind
from speccom.process.read_process import load_process
from speccom.process.roles import load_roles
from speccom.rulebook.find import shelf

FOLDERS = sorted((shelf() / "processes").glob("*/*"))
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)

URGENT_STATEMENT: dict[str, object] = {
    "title": "A title",
    "condition": "A condition",
    "intervention": "A treatment",
    "urgency_reason": "Harm within weeks",
    "clinical_lead": "Dr A",
    "nice_position": "none",
    "panel_reasons": "Urgent indeed",
    "critical_outcomes": "Survival",
    "evidence_summary": "Little but good",
    "five_year_cost": 100,
    "finance_sign_off": "B",
    "equality_assessment": "Made",
    "recommendation": "approve",
    "recommendation_reasons": "Benefit",
    "decision": "routine",
    "decision_reasons": "Benefit",
    "effective_on": date(2026, 12, 1),
    "expires_on": date(2027, 12, 1),
    "quorate": "yes",
    "body_may_decide": "yes",
    "open_interests": 0,
    "unanswered_outcomes": 0,
    "days_to_expiry": 0,
    "reason": "As it should be",
}
FUNDING_REQUEST: dict[str, object] = {
    "consent": "yes",
    "commissioned_here": "yes",
    "part_of_trial": "no",
    "covered_already": "no",
    "trust_authoriser": "B",
    "diagnosis": "A diagnosis",
    "treatment": "A treatment",
    "comparator_group": "Others who do not respond",
    "why_different": "A rare subtype",
    "why_more_benefit": "The target is present",
    "similar_patients": 1,
    "cost": 100,
    "screening_outcome": "arguable",
    "screening_reasons": "Both legs",
    "position_that_applies": "Not routinely commissioned",
    "difference_finding": "Yes",
    "benefit_finding": "Yes",
    "effectiveness_finding": "Yes",
    "resources_finding": "Yes",
    "excluded_factors": "None",
    "decision": "approve",
    "decision_reasons": "All tests are met",
    "outcome_report": "Better",
    "reason": "Done",
    "blank_fields": 0,
    "identifiers_found": 0,
    "screeners_present": 2,
    "unaddressed_evidence": 0,
    "quorate": "yes",
    "open_interests": 0,
    "same_members": 0,
    "pack_checked": "yes",
    "letter_checked": "yes",
    "days_left_for_review": 20,
}
JOURNEYS = {
    "urgent-policy-statement": (
        URGENT_STATEMENT,
        "request submit accept_as_urgent deliver_evidence complete_impact recommend decide publish expire",
    ),
    "individual-funding-request": (
        FUNDING_REQUEST,
        "start submit accept pass list approve send_letter begin_treatment report_outcome end_treatment",
    ),
}
BLOCKING: list[tuple[str, str, dict[str, object], str]] = [
    ("individual-funding-request", "submit", {"consent": None}, "consent"),
    ("individual-funding-request", "submit", {"identifiers_found": 1}, "initials"),
    ("individual-funding-request", "pass", {"screening_outcome": "service_development"}, "a policy"),
    ("individual-funding-request", "approve", {"comparator_group": None}, "findings"),
    ("individual-funding-request", "approve", {"unaddressed_evidence": 1}, "evidence"),
    ("individual-funding-request", "approve", {"quorate": "no"}, "quorate"),
    ("urgent-policy-statement", "submit", {"nice_position": "selected"}, "NICE"),
    ("urgent-policy-statement", "decide", {"body_may_decide": "no"}, "advises and does not decide"),
    (
        "urgent-policy-statement",
        "publish",
        {"expires_on": None, "replacement_trigger": None},
        "interim position",
    ),
]


def procedure_of(name: str) -> Procedure:
    (folder,) = (each for each in FOLDERS if each.parent.name == name)
    return load_process(folder)


def walk(name: str, until: str = "", changed: dict[str, object] | None = None) -> tuple[Case, object]:
    """Take the acts of a journey, each by somebody else, up to and with one that may be refused."""
    procedure = procedure_of(name)
    values, acts = JOURNEYS[name]
    case, outcome = Case("C-1"), None
    for place, act in enumerate(acts.split()):
        known = {**values, **(changed or {})} if act == until else values
        transition = procedure.transition(case.state, act)
        assert transition is not None, act
        actor = Actor(f"person-{place}", frozenset({transition.role}))
        facts = {key: FactValue(value) for key, value in known.items()}
        outcome = decide(procedure, case, facts, Command(f"c{place}", act, actor, NOW))
        if act == until:
            return case, outcome
        assert isinstance(outcome, Accepted), (act, outcome)
        case = case.after(outcome.events[0])
    return case, outcome


@pytest.mark.parametrize("folder", FOLDERS, ids=[each.parent.name for each in FOLDERS])
def test_it_is_sound(folder: Path) -> None:
    procedure = load_process(folder)
    assert oddities(procedure, load_roles()) == ()
    assert {each.mark for each in procedure.settings.values()} <= {"read", "recall", "design"}
    assert procedure.status == "illustrative"


@pytest.mark.parametrize("name", JOURNEYS)
def test_it_is_walked_to_its_end(name: str) -> None:
    case, _ = walk(name)
    assert procedure_of(name).states[case.state].kind is StateKind.CLOSED
    assert case.version == len(JOURNEYS[name][1].split())


@pytest.mark.parametrize(("name", "act", "changed", "said"), BLOCKING)
def test_what_the_sources_forbid_is_refused(
    name: str, act: str, changed: dict[str, object], said: str
) -> None:
    _, outcome = walk(name, act, changed)
    assert isinstance(outcome, Refused)
    assert outcome.why is Why.NOT_MET
    assert said in outcome.message


def test_an_urgent_statement_is_never_consulted_upon() -> None:
    procedure = procedure_of("urgent-policy-statement")
    assert not [each for each in procedure.transitions if "consult" in each.label.lower()]


def test_the_command_checks_and_tells_the_map(capsys: pytest.CaptureFixture[str]) -> None:
    for folder in FOLDERS:
        assert main(["check-process", str(folder), "--map"]) == 0
    said = capsys.readouterr().out
    assert "Nothing is odd." in said
    assert "  Lapse (by itself, within 20 working days) → Lapsed" in said
    assert "  Resume (policy lead) → where it came from" in said


def test_the_command_names_every_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-process", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    for file in ("rulebook.toml", "states.csv", "transitions.csv", "requirements.toml"):
        assert f"{file}: this file is missing." in said
