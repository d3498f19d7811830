"""What somebody types into a section while the case goes on is given back, whatever became of the case."""

from __future__ import annotations

import html
import json
import logging
import re
from datetime import datetime
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.unit.casework.demonstrated import begun, browser, person, program

from speccom.casework import acting
from speccom.casework.documents.as_answers import open_for
from speccom.casework.door import Done
from speccom.casework.models import CaseRow, Draft
from speccom.casework.sight import viewer

SECTION = "forms/clinician/trust_says"
TYPED = {
    "q-authoriser": "Helen <b>Ward</b>",
    "q-approved_on-day": "27",
    "q-approved_on-month": "March",
    "q-approved_on-year": "",
    "version": "0",
}


@pytest.fixture
def draft(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CaseRow:
    return begun(settings, monkeypatch, "start")


def goes_on(case: CaseRow, key: str, act: str, at: datetime | None = None) -> None:
    looking = viewer(person(key), at or timezone.now())
    assert isinstance(acting.do(looking, open_for(looking, case), act, str(uuid4()), None), Done)


def shown(answer: HttpResponse) -> str:
    (main,) = re.findall(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def test_what_was_typed_is_shown_with_why_it_was_not_kept(draft: CaseRow) -> None:
    goes_on(draft, "clinician", "record_death")
    answer = browser("clinician").post(f"/cases/{draft.reference}/{SECTION}", TYPED)
    assert answer.status_code == 422
    assert "Nothing was saved: the case has gone on" in shown(answer)
    assert "Who authorises the request for the trust? Helen <b>Ward</b>" in shown(answer)
    assert "27 March" in shown(answer)
    assert f'href="/cases/{draft.reference}"' in answer.content.decode()
    assert "Helen <b>Ward</b>" not in answer.content.decode()
    assert not Draft.objects.exists()


def test_the_rows_and_choices_are_named(draft: CaseRow) -> None:
    goes_on(draft, "clinician", "record_death")
    client, case = browser("clinician"), draft.reference
    rows = client.post(f"/cases/{case}/forms/clinical-case/evidence", {"q-evidence-2-citation": "A study"})
    assert "Which study or document is it? (" in shown(rows)
    assert ", 2) A study" in shown(rows)
    choice = client.post(f"/cases/{case}/forms/clinical-case/asked", {"q-licence": "other_use"})
    assert choice.status_code == 422
    assert "other_use" not in shown(choice)


def test_a_page_that_is_only_opened_says_why_it_cannot_be_filled_in(draft: CaseRow) -> None:
    goes_on(draft, "clinician", "record_death")
    answer = browser("clinician").get(f"/cases/{draft.reference}/{SECTION}")
    assert answer.status_code == 422
    assert "the section cannot be filled in" in shown(answer)
    assert "Nothing was saved" not in shown(answer)


def test_who_never_fills_it_in_is_refused(draft: CaseRow, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client = browser("funding-request-officer")
    for answer in (
        client.get(f"/cases/{draft.reference}/{SECTION}"),
        client.post(f"/cases/{draft.reference}/{SECTION}", TYPED),
    ):
        assert answer.status_code == 403
    assert "What you typed Helen <b>Ward</b>" in shown(answer)
    assert not Draft.objects.exists()
    assert caplog.messages.count("refused") == 2


def test_also_where_the_case_has_gone_out_of_sight(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = begun(settings, monkeypatch, "start", "submit", "accept")
    where = f"/cases/{case.reference}/forms/screening/outcome"
    screener = browser("screener")
    typed = {"q-reasons": "Nothing sets the patient apart.", "q-outcome": ""}
    assert screener.get(f"/cases/{case.reference}").status_code == 200
    CaseRow.objects.update(state="panel_prep")
    gone = screener.post(where, typed)
    assert gone.status_code == 404
    assert "What you typed Nothing sets the patient apart." in shown(gone)
    never = screener.post("/cases/IFR-2026-9999-0/forms/screening/outcome", typed)
    assert never.status_code == 404
    assert shown(never) == shown(gone)
    assert "What you typed" not in shown(screener.post(where, {"q-reasons": " "}))


def test_a_program_is_told_that_the_case_has_gone_on(draft: CaseRow) -> None:
    goes_on(draft, "clinician", "record_death")
    where = f"/api/v1/cases/{draft.reference}/drafts/clinician"
    clinician = program("clinician")
    kept = clinician.put(f"{where}/trust_says", json.dumps({"texts": {}}), content_type="application/json")
    for answer in (kept, clinician.get(where)):
        assert (answer.status_code, answer.json()["title"]) == (409, "The case has gone on")
    assert program("funding-request-officer").get(where).status_code == 403


@pytest.mark.parametrize("place", ["nothing/start", "three-states/ask", "urgent-policy-statement/nothing"])
def test_what_there_is_not_cannot_be_begun(draft: CaseRow, place: str) -> None:
    client = browser("clinician")
    assert client.get(f"/cases/begin/{place}").status_code == 404
    assert client.post(f"/cases/begin/{place}", {}).status_code == 404
    procedure, _, act = place.partition("/")
    answer = program("clinician").post(
        "/api/v1/cases",
        json.dumps({"procedure": procedure, "act": act, "organisation": "D2NM"}),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert (answer.status_code, answer.json()["title"]) == (404, "Not found")


def test_nothing_is_begun_once_its_process_is_past(draft: CaseRow, monkeypatch: pytest.MonkeyPatch) -> None:
    from speccom.casework import procedures

    monkeypatch.setattr(procedures, "all_in_force", lambda on: ())
    assert browser("clinician").get("/cases/begin/individual-funding-request/start").status_code == 404
