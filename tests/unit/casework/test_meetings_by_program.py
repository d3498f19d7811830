"""Meetings through the API: read, and taken from the plan to the published minutes, as in the pages."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.unit.casework.demonstrated import begun, browser, person, program

from speccom.casework.demonstration.read import members
from speccom.casework.meetings import found, minutes
from speccom.casework.models import Meeting

SECRETARY, CHAIR, MEMBER = "body-secretary", "body-chair", "body-member-clinical"
BODY = "clinical_panel"


@pytest.fixture
def case(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demonstration's request for a statement that waits for the clinical panel."""
    return begun(settings, monkeypatch, "request", "submit").reference


def post(client: Client, path: str, key: str = "", **body: Any) -> HttpResponse:
    return client.post(  # type: ignore[return-value]
        f"/api/v1/meetings{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def planned(client: Client) -> dict[str, Any]:
    starts = (timezone.now() + timedelta(days=2)).isoformat()
    answer = post(client, "", body=BODY, starts_at=starts, place="Online")
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[no-any-return]


def test_a_meeting_is_held_from_its_plan_to_its_published_minutes(case: str) -> None:
    secretary, chair, member = program(SECRETARY), program(CHAIR), program(MEMBER)
    meeting = planned(secretary)
    where = f"/{meeting['reference']}"
    assert (meeting["stage"], meeting["items"], meeting["steps"]) == ("Planned", [], ["papers"])
    assert meeting["waiting"] == [case]
    seats = {str(person(key).pk): seat for key, seat in members()[BODY].items()}
    assert {each["person"]: each["seat"] for each in meeting["members"]} == seats
    listed = post(secretary, f"{where}/steps", step="agenda", case=case, minutes=20).json()
    (item,) = listed["items"]
    assert (item["case"], item["minutes"], item["is_quorate"], listed["waiting"]) == (case, 20, False, [])
    assert program(SECRETARY).get(f"/api/v1/meetings{where}/minutes").status_code == 404
    for step in ("papers", "open"):
        assert post(secretary, f"{where}/steps", step=step).status_code == 200
    here = post(secretary, f"{where}/steps", step="attendance", present=seats).json()
    assert all(each["is_here"] for each in here["members"])
    first, *others = seats
    left = {"person": first, "settled": "leaves", "what": "Shares in the maker"}
    (item,) = post(secretary, f"{where}/items/{case}/interests", **left).json()["items"]
    assert item["interests"] == [left]
    for each in others:
        settled = post(secretary, f"{where}/items/{case}/interests", person=each, settled="none")
    assert settled.json()["items"][0]["is_quorate"] in (True, False)
    assert member.get(f"/api/v1/meetings{where}").json()["steps"] == []
    assert post(secretary, f"{where}/steps", step="close").status_code == 200
    assert post(secretary, f"{where}/steps", step="approve").status_code == 403
    assert post(chair, f"{where}/steps", step="approve").json()["stage"] == "Minutes approved"
    assert post(secretary, f"{where}/steps", step="publish").json()["stage"] == "Minutes published"
    said = member.get(f"/api/v1/meetings{where}/minutes").json()
    assert (said["stage"], said["place"], len(said["present"])) == ("Minutes published", "Online", len(seats))
    (about,) = said["items"]
    assert case in about["title"]
    assert about["outcome"] == "Nothing was decided."
    assert "Shares in the maker" in about["interests"][0]
    page = browser(MEMBER).get(f"/meetings{where}/minutes").content.decode()
    assert all(words in page for words in (*said["present"], about["outcome"]))


def test_a_key_that_was_used_does_nothing_again(case: str) -> None:
    secretary, key = program(SECRETARY), str(uuid4())
    where = f"/{planned(secretary)['reference']}/steps"
    first, second = (post(secretary, where, key, step="agenda", case=case, minutes=20) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["title"] == "Used before"


def test_what_cannot_be_done_is_said_in_words(case: str) -> None:
    secretary = program(SECRETARY)
    where = f"/{planned(secretary)['reference']}"
    for order, said in (
        ({"step": "open"}, "The papers are not out"),
        ({"step": "papers"}, "Nothing is on the agenda"),
        ({"step": "nonsense"}, "This cannot be read"),
        ({"step": "agenda", "case": "UPS-2026-9999-0", "minutes": 20}, "No case is chosen"),
    ):
        refused = post(secretary, f"{where}/steps", **order)
        assert refused.status_code == 422
        assert said in refused.json()["title"]


@pytest.mark.parametrize("key", ["analyst", "clinician", "screener"])
def test_a_meeting_is_there_for_its_body_alone(case: str, key: str) -> None:
    where = f"/{planned(program(SECRETARY))['reference']}"
    somebody = program(key)
    for path in ("", "/minutes"):
        assert somebody.get(f"/api/v1/meetings{where}{path}").status_code == 404
    assert post(somebody, f"{where}/steps", step="papers").status_code == 404
    assert somebody.get("/api/v1/meetings").json() == []
    assert Meeting.objects.get(papers_out_at=None)


def test_a_case_that_is_not_there_for_a_member_is_not_on_their_agenda(case: str) -> None:
    """Neither with its item, its interests, nor by its name in the minutes."""
    secretary = program(SECRETARY)
    where = f"/{planned(secretary)['reference']}"
    post(secretary, f"{where}/steps", step="agenda", case=case, minutes=20)
    for step in ("papers", "open"):
        post(secretary, f"{where}/steps", step=step)
    with pytest.MonkeyPatch.context() as patch:
        for module in (found, minutes):
            patch.setattr(module, "classes_of", lambda looking, row: frozenset())
        assert program(MEMBER).get(f"/api/v1/meetings{where}").json()["items"] == []
        settled = {"person": str(person(CHAIR).pk), "settled": "none"}
        assert post(secretary, f"{where}/items/{case}/interests", **settled).status_code == 404
        assert case not in program(MEMBER).get(f"/api/v1/meetings{where}/minutes").content.decode()
