"""Drafts through the API: what pages keep, programs read and keep, by the same rules."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings
from tests.unit.casework.demonstrated import begun, browser, person, program

from speccom.casework.models import CaseRow, Draft


@pytest.fixture
def case(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demonstration's request that nobody has submitted yet."""
    return begun(settings, monkeypatch, "start").reference


def keep(
    client: Client, case: str, section: str, texts: dict[str, Any], version: int | None = None
) -> HttpResponse:
    where = f"/api/v1/cases/{case}/drafts/{section}"
    body = json.dumps({"texts": texts, "version": version})
    return client.put(where, body, content_type="application/json")  # type: ignore[return-value]


def section_of(draft: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in draft["sections"] if each["section"] == name)


def test_a_draft_says_what_is_asked_and_what_is_missing(case: str) -> None:
    draft = program("clinician").get(f"/api/v1/cases/{case}/drafts/clinician").json()
    assert (draft["form"], draft["version"], draft["saved_by"]) == ("clinician", 0, "")
    assert [each["section"] for each in draft["sections"]] == ["clinician", "trust_says"]
    questions = {each["control"]: each for each in section_of(draft, "trust_says")["questions"]}
    assert set(questions) == {"authoriser", "approved_on", "approval"}
    assert questions["approval"]["kind"] == "document"
    assert "is not answered" in questions["authoriser"]["problem"]


def test_what_a_program_keeps_a_person_finds_and_the_other_way_round(case: str) -> None:
    kept = keep(program("clinician"), case, "clinician/trust_says", {"authoriser": "Helen Ward"}, 0).json()
    assert (kept["version"], kept["saved_by"]) == (1, str(person("clinician").pk))
    page = browser("clinician").get(f"/cases/{case}/forms/clinician/trust_says")
    assert 'value="Helen Ward"' in page.content.decode()
    browser("clinician").post(
        f"/cases/{case}/forms/clinician/trust_says", {"q-authoriser": "Jo Park", "version": "1"}
    )
    draft = program("clinician").get(f"/api/v1/cases/{case}/drafts/clinician").json()
    assert draft["version"] == 2
    assert section_of(draft, "trust_says")["texts"] == {"authoriser": "Jo Park"}


def test_only_the_section_that_is_named_is_kept(case: str) -> None:
    clinician = program("clinician")
    keep(clinician, case, "clinician/clinician", {"name": "Dr Khan"})
    kept = keep(
        clinician, case, "clinician/trust_says", {"authoriser": "Helen Ward", "name": "x", "y": "z"}
    ).json()
    assert [each["section"] for each in kept["sections"]] == ["trust_says"]
    assert section_of(kept, "trust_says")["texts"] == {"authoriser": "Helen Ward"}
    draft = clinician.get(f"/api/v1/cases/{case}/drafts/clinician").json()
    assert section_of(draft, "clinician")["texts"] == {"name": "Dr Khan"}


def test_a_row_of_several_is_asked_once_more_than_it_was_answered(case: str) -> None:
    kept = keep(
        program("clinician"), case, "clinical-case/evidence", {"evidence-1-citation": "A study"}
    ).json()
    (section,) = kept["sections"]
    assert section["repeats"]
    assert [each["control"] for each in section["questions"] if each["control"].endswith("citation")] == [
        "evidence-1-citation",
        "evidence-2-citation",
    ]


def test_nobody_overwrites_a_colleague_unknowingly(case: str) -> None:
    clinician = program("clinician")
    keep(clinician, case, "clinician/trust_says", {"authoriser": "Helen Ward"}, 0)
    clash = keep(clinician, case, "clinician/trust_says", {"authoriser": "Jo Park"}, 0)
    assert clash.status_code == 409
    assert clash["Content-Type"] == "application/problem+json"
    (section,) = clash.json()["draft"]["sections"]
    assert section["texts"] == {"authoriser": "Helen Ward"}
    assert clash.json()["draft"]["version"] == 1
    again = keep(clinician, case, "clinician/trust_says", {"authoriser": "Helen Ward"}, 0)
    assert (again.status_code, again.json()["version"]) == (200, 1)
    knowingly = keep(clinician, case, "clinician/trust_says", {"authoriser": "Jo Park"})
    assert (knowingly.status_code, knowingly.json()["version"]) == (200, 2)


@pytest.mark.parametrize(
    ("key", "section", "status"),
    [
        ("clinician", "clinician/trust_says", 200),
        ("clinician", "clinician/nothing", 404),
        ("clinician", "nothing/trust_says", 404),
        ("clinician", "decision-record/decision", 403),
        ("funding-request-officer", "clinician/trust_says", 403),
        ("trust-authoriser", "patient/person", 403),
        ("clinician-elsewhere", "clinician/trust_says", 404),
        ("analyst", "clinician/trust_says", 404),
    ],
)
def test_whose_it_is_to_fill_in(case: str, key: str, section: str, status: int) -> None:
    assert keep(program(key), case, section, {"authoriser": "Helen Ward"}).status_code == status
    page = browser(key).post(f"/cases/{case}/forms/{section}", {"q-authoriser": "Helen Ward"})
    assert page.status_code == (302 if status == 200 else status)
    read = program(key).get(f"/api/v1/cases/{case}/drafts/{section.partition('/')[0]}")
    assert read.status_code == (200 if section == "clinician/nothing" else status)


def test_without_a_token_nothing_is_kept(case: str) -> None:
    assert keep(Client(headers={"host": "localhost"}), case, "clinician/trust_says", {}).status_code == 401
    assert not Draft.objects.exists()


def test_an_act_brings_what_the_drafts_hold_and_says_by_control_what_is_missing(case: str) -> None:
    clinician = program("clinician")
    version = CaseRow.objects.get().version
    refused = _do(clinician, case, "withdraw", version)
    assert refused.status_code == 422
    form = refused.json()["errors"][0]["form"]
    draft = clinician.get(f"/api/v1/cases/{case}/drafts/{form}").json()
    (section,) = draft["sections"]
    kept = keep(
        clinician, case, f"{form}/{section['section']}", {"reason": "Not wanted any more"}, draft["version"]
    )
    assert kept.status_code == 200
    assert _do(clinician, case, "withdraw", version - 1).status_code == 409
    done = _do(clinician, case, "withdraw", version)
    assert [each["act"] for each in done.json()["events"]] == ["withdraw"]
    assert not Draft.objects.exists()


def _do(client: Client, case: str, act: str, version: int) -> HttpResponse:
    return client.post(  # type: ignore[return-value]
        f"/api/v1/cases/{case}/acts/{act}",
        json.dumps({"version": version}),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )
