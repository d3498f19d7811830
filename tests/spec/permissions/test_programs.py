"""What programs are given of a funding request: what its pages show to the same person, at every stage."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.spec.permissions.test_funding_request import (
    ELSEWHERE,
    THEIR_OWN,
    as_program,
    expected,
    somebody,
    stages_of,
)

from speccom.casework.documents.as_answers import open_for
from speccom.casework.documents.sending import Sent, add_document
from speccom.casework.door import Done
from speccom.casework.models import CaseRow, Document
from speccom.casework.procedures import pinned
from speccom.casework.sight import viewer
from speccom.directory.models import Organisation, Person
from speccom.process.procedure import Procedure
from speccom.process.roles import shelved_roles

PATIENTS = "A letter with the name of the patient"
"""A document of the class identity; the others of the case are official."""


@pytest.fixture
def documented(whole_case: CaseRow, settings: Settings) -> CaseRow:
    """The whole case with one document more, whose class is identity."""
    settings.DEMONSTRATION = True
    officer = Person.objects.prefetch_related("grants").get(
        email="funding-request-officer@demonstration.example"
    )
    looking = viewer(officer, timezone.now())
    sent = Sent(SimpleUploadedFile("letter.txt", b"Dear Mrs Tate"), PATIENTS, "identity")
    outcome = add_document(open_for(looking, whole_case), looking, str(uuid4()), sent)
    assert isinstance(outcome, Done)
    assert Document.objects.filter(case=whole_case, confidentiality="official").count() == 2
    return whole_case


@pytest.mark.django_db
def test_documents_for_every_role_at_every_stage(documented: CaseRow, request: pytest.FixtureRequest) -> None:
    procedure = pinned(documented.process)
    Organisation.objects.get_or_create(code="OTHER")
    wrong = []
    for role in shelved_roles():
        for whose, at in ((THEIR_OWN, documented.organisation), (ELSEWHERE, "OTHER")):
            person = somebody(role, at)
            opened_by = str(person.pk) if whose == THEIR_OWN else documented.opened_by
            program = as_program(person)
            for stage in stages_of(procedure, every=request.config.getoption("--full")):
                CaseRow.objects.update(state=stage, opened_by=opened_by)
                seen = _documents_seen(program, documented.reference)
                if seen != expected(role, whose, stage):
                    wrong.append((role, whose, stage, seen, expected(role, whose, stage)))
    assert wrong == []


def _documents_seen(program: Client, reference: str) -> str:
    answer = program.get(f"/api/v1/cases/{reference}/documents")
    if answer.status_code == 404:
        return "nothing"
    documents = answer.json()["documents"]
    assert len([each for each in documents if each["title"] != PATIENTS]) == 2
    return "all" if len(documents) == 3 else "all but the patient"


@pytest.mark.django_db
def test_letters_and_drafts_are_given_where_the_pages_show_them(
    documented: CaseRow, request: pytest.FixtureRequest
) -> None:
    procedure, reference, wrong = pinned(documented.process), documented.reference, []
    for role in shelved_roles():
        person = somebody(role, documented.organisation)
        program, browser = as_program(person), Client(headers={"host": "localhost"})
        browser.force_login(person)
        for stage in stages_of(procedure, every=request.config.getoption("--full")):
            CaseRow.objects.update(state=stage, opened_by=str(person.pk))
            places = [("letters", "letters"), *_drafts(procedure, stage)]
            for of_program, of_page in places:
                given = program.get(f"/api/v1/cases/{reference}/{of_program}").status_code
                shown = browser.get(f"/cases/{reference}/{of_page}").status_code
                if (given == 200) != (shown == 200):
                    wrong.append((role, stage, of_program, given, shown))
    assert wrong == []


def _drafts(procedure: Procedure, stage: str) -> list[tuple[str, str]]:
    """The drafts that somebody can fill in at a stage, and one that belongs to its beginning."""
    forms = [form for act in procedure.acts_from(stage) for form in procedure.forms_of(act.act)]
    first = procedure.forms["clinician"]
    return [
        (f"drafts/{each.id}", f"forms/{each.id}/{each.sections[0].id}")
        for each in {f.id: f for f in (*forms, first)}.values()
    ]
