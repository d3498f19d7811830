"""Every field of a funding request, for every role, at every stage, own or another's: seen or not there."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from speccom.casework.models import CaseRow
from speccom.casework.procedures import pinned
from speccom.directory.models import Grant, Organisation, OrganisationDetails, Person
from speccom.directory.tokens import make_token
from speccom.process.procedure import Procedure
from speccom.process.roles import shelved_roles

TABLE = Path(__file__).with_name("funding_request.csv")
PATIENT = {
    "patient_name",
    "patient_initials",
    "date_of_birth",
    "nhs_number",
    "hospital_number",
    "patient_address",
    "general_practice",
}
"""The fields that name the patient."""

THEIR_OWN, HOSPITAL, ELSEWHERE = "their own", "their hospital's", "another hospital's"


def expected(role: str, whose: str, stage: str) -> str:
    """What the table says is seen: all, all but the patient, or nothing."""
    with TABLE.open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            stages = row["stages"].split("; ")
            concerns = row["whose"] in (whose, "anybody's") or (
                row["whose"] == HOSPITAL and whose == THEIR_OWN
            )
            if row["role"] == role and concerns and (stages == ["any"] or stage in stages):
                return row["sees"]
    return "nothing"


def somebody(role: str, organisation: str) -> Person:
    """Somebody new who holds one role, at an organisation."""
    person = Person.objects.create(email=f"{role}-{organisation}@example.org", name=role)
    since = timezone.now() - timedelta(days=1)
    Grant.objects.create(person=person, role=role, organisation_id=organisation, starts=since, why="A test")
    return person


def as_program(person: Person) -> Client:
    token = make_token(person, "test", timezone.now())
    return Client(headers={"host": "localhost", "Authorization": f"Bearer {token}"})


def stages_of(procedure: Procedure, *, every: bool) -> list[str]:
    """Every stage; or the first of each group, which the others are treated like."""
    if every:
        return list(procedure.states)
    firsts = {state.group or state.name: state.name for state in reversed(procedure.states.values())}
    return list(firsts.values())


@pytest.mark.django_db
def test_every_field_for_every_role_at_every_stage(
    whole_case: CaseRow, request: pytest.FixtureRequest
) -> None:
    procedure = pinned(whole_case.process)
    Organisation.objects.get_or_create(code="OTHER")
    OrganisationDetails.objects.create(
        organisation_id="OTHER", name="Another", kind="Hospital trust", starts="2013-04-01"
    )
    wrong = []
    for role in shelved_roles():
        for whose in (THEIR_OWN, HOSPITAL, ELSEWHERE):
            at = "OTHER" if whose == ELSEWHERE else whole_case.organisation
            person = (
                somebody(role, at) if whose != HOSPITAL else Person.objects.get(name=role, email__contains=at)
            )
            program = as_program(person)
            opened_by = str(person.pk) if whose == THEIR_OWN else whole_case.opened_by
            for stage in stages_of(procedure, every=request.config.getoption("--full")):
                CaseRow.objects.update(state=stage, opened_by=opened_by)
                answer = program.get(f"/api/v1/cases/{whole_case.reference}")
                seen = _seen(answer.status_code, answer.content)
                if seen != expected(role, whose, stage):
                    wrong.append((role, whose, stage, seen, expected(role, whose, stage)))
    assert wrong == []


def _seen(status: int, content: bytes) -> str:
    if status == 404:
        return "nothing"
    assert status == 200
    answers = set(json.loads(content)["answers"])
    named = PATIENT & answers
    assert len(answers - PATIENT) > 30, "the case is not filled in"
    if not named:
        return "all but the patient"
    return "all" if named == PATIENT else f"of the patient only {sorted(named)}"


@pytest.mark.django_db
def test_the_pages_show_no_more_than_the_program_is_given(whole_case: CaseRow, settings: Settings) -> None:
    """The patient's name is on no page of the case for whoever may not see it, nor in lists and searches."""
    settings.DEMONSTRATION = True
    reference = whole_case.reference
    name = "Lorna Tate"
    paths = (f"/cases/{reference}", "/cases", "/cases?q=Lorna", "/work", f"/cases/{reference}/letters")
    for role in ("auditor", "trust_authoriser"):
        person = somebody(role, whole_case.organisation)
        browser = Client(headers={"host": "localhost"})
        browser.force_login(person)
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 200
            assert name not in answer.content.decode(), (role, path)
