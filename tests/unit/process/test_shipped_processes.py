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
    "commissioned_by": "national",
    "urgency_reason": "Harm within weeks",
    "population": "Adults whom nothing has helped",
    "comparator": "Supportive care",
    "clinical_lead": "Dr A",
    "nice_position": "none",
    "panel_reasons": "Urgent indeed",
    "searched_on": date(2026, 10, 1),
    "evidence_summary": "Little but good",
    "patients_each_year": 40,
    "price_each_patient": 1_250_000,
    "five_year_cost": 100,
    "finance_sign_off": "B",
    "equality_assessment": "Made",
    "recommendation": "approve",
    "recommendation_reasons": "Benefit",
    "decision": "routine",
    "decision_reasons": "Benefit",
    "criteria_to_start": "Adults whom nothing has helped",
    "criteria_to_stop": "No response after 12 weeks",
    "reference_number": "2699",
    "number_taken": "no",
    "effective_on": date(2026, 12, 1),
    "expires_on": date(2027, 12, 1),
    "quorate": "yes",
    "has_power": "yes",
    "open_interests": 0,
    "unanswered_outcomes": 0,
    "critical_outcomes": 1,
    "days_to_expiry": 0,
    "reason": "As it should be",
}
FUNDING_REQUEST: dict[str, object] = {
    "consent": "yes",
    "commissioned_here": "yes",
    "part_of_trial": "no",
    "covered_already": "no",
    "recommended_drug": "no",
    "governance_approval": "yes",
    "patient_name": "A Patient",
    "patient_initials": "AP",
    "date_of_birth": date(1970, 1, 1),
    "nhs_number": "9990000018",
    "clinician_name": "Dr A",
    "trust_authoriser": "B",
    "diagnosis": "A diagnosis",
    "treatment": "A treatment",
    "ground": "exceptional",
    "comparator_group": "Others who do not respond",
    "why_different": "A rare subtype",
    "why_more_benefit": "The target is present",
    "similar_patients": 1,
    "cost": 100,
    "first_screener": "public_health",
    "second_screener": "clinical",
    "screening_outcome": "arguable",
    "screening_reasons": "Both legs",
    "pack_anonymous": "yes",
    "position_that_applies": "Not routinely commissioned",
    "case_restated": "The subtype responds where others do not",
    "comparator_finding": "Others who do not respond",
    "ground_tested": "exceptional",
    "difference_finding": "Yes",
    "benefit_finding": "Yes",
    "effectiveness_finding": "Yes",
    "resources_finding": "Yes",
    "cost_considered": 100,
    "excluded_factors": "None",
    "how_decided": "consensus",
    "decision": "approve",
    "review_on": date(2027, 3, 1),
    "decision_reasons": "All tests are met",
    "plain_decision": "Yes",
    "plain_reasons": "All tests are met",
    "plain_next_steps": "Your clinician will be in touch",
    "letter_matches": "yes",
    "treatment_began": date(2026, 12, 1),
    "outcome_measured_on": date(2027, 3, 1),
    "benefit_seen": "as_hoped",
    "outcome_report": "Better",
    "reason": "Done",
    "blank_answers": 0,
    "places_that_name": 0,
    "unaddressed_evidence": 0,
    "quorate": "yes",
    "has_power": "yes",
    "open_interests": 0,
    "same_members": 0,
    "days_left_for_review": 20,
}
JOURNEYS = {
    "urgent-policy-statement": (
        URGENT_STATEMENT,
        "request submit accept_as_urgent deliver_evidence complete_impact recommend decide publish expire",
    ),
    "individual-funding-request": (
        FUNDING_REQUEST,
        (
            "start submit accept screen pass check_pack list approve write_letter check_letter send_letter "
            "begin_treatment report_outcome end_treatment"
        ),
    ),
}
BLOCKING: list[tuple[str, str, dict[str, object], str]] = [
    ("individual-funding-request", "start", {"consent": None}, "cannot be recorded"),
    ("individual-funding-request", "start", {"covered_already": "yes"}, "no request is needed"),
    ("individual-funding-request", "start", {"commissioned_here": "no"}, "local commissioner"),
    ("individual-funding-request", "start", {"part_of_trial": "yes"}, "sponsor"),
    ("individual-funding-request", "start", {"recommended_drug": "yes"}, "pharmacy"),
    ("individual-funding-request", "start", {"governance_approval": "no"}, "therapeutics committee"),
    ("individual-funding-request", "submit", {"places_that_name": 1}, "initials"),
    ("individual-funding-request", "submit", {"blank_answers": 1}, "blank"),
    ("individual-funding-request", "pass", {"screening_outcome": "service_development"}, "a policy"),
    ("individual-funding-request", "pass", {"second_screener": "public_health"}, "public health screener"),
    ("individual-funding-request", "check_pack", {"pack_anonymous": "no"}, "anonymous"),
    ("individual-funding-request", "approve", {"comparator_finding": None}, "findings"),
    ("individual-funding-request", "approve", {"case_restated": None}, "findings"),
    ("individual-funding-request", "approve", {"unaddressed_evidence": 1}, "evidence"),
    ("individual-funding-request", "approve", {"quorate": "no"}, "quorate"),
    ("individual-funding-request", "approve", {"decision": "trial"}, "on what terms"),
    ("individual-funding-request", "check_letter", {"letter_matches": "no"}, "what the panel found"),
    ("urgent-policy-statement", "submit", {"nice_position": "selected"}, "NICE"),
    ("urgent-policy-statement", "deliver_evidence", {"critical_outcomes": 0}, "critical outcome"),
    ("urgent-policy-statement", "decide", {"has_power": "no"}, "advises and does not decide"),
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
        given = {name: known.get(name) for form in procedure.forms_of(act) for name in form.fields}
        outcome = decide(procedure, case, facts, Command(f"c{place}", act, actor, NOW, given))
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
    assert "  Lapse (by itself, after 20 working days) → Lapsed" in said
    assert "  Resume (policy lead) → where it came from" in said


def test_the_command_names_every_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-process", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    for file in ("rulebook.toml", "states.csv", "transitions.csv", "requirements.toml"):
        assert f"{file}: this file is missing." in said
