"""A role on a body counts there and nowhere else: not at an organisation, on another body, or to begin."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from speccom.casework.demonstration.load import load
from speccom.casework.models import AgendaItem, CaseRow, Meeting
from speccom.casework.open_case import open_case
from speccom.casework.prospects import prospects
from speccom.casework.sight import viewer
from speccom.casework.work.waiting import waiting_for
from speccom.directory.demonstration import load as load_people
from speccom.directory.models import Grant, Organisation, Person

SINCE = datetime(2025, 4, 1, tzinfo=UTC)


@pytest.fixture
def demonstration(db: None, settings: Settings) -> datetime:
    settings.DEMONSTRATION = True
    now = timezone.now()
    load_people(now)
    load(now)
    return now


def person(key: str) -> Person:
    return Person.objects.prefetch_related("grants").get(email=f"{key}@demonstration.example")


def only(key: str, role: str, *, organisation: str = "", body: str = "") -> Person:
    """Leave somebody one role, at an organisation or on a body."""
    somebody = person(key)
    somebody.grants.all().delete()
    Grant.objects.create(
        person=somebody,
        role=role,
        organisation=Organisation.objects.get(pk=organisation) if organisation else None,
        body=body,
        starts=SINCE,
        why="For this test",
    )
    return person(key)


def browser(somebody: Person) -> Client:
    found = Client(headers={"host": "localhost"})
    found.force_login(somebody)
    return found


def mine(somebody: Person, row: CaseRow, at: datetime) -> set[str]:
    return {each.transition.act for each in prospects(open_case(row), viewer(somebody, at)) if each.is_mine}


def in_session(body: str, row: CaseRow, at: datetime) -> None:
    meeting = Meeting.objects.create(
        reference="MTG-1", body=body, starts_at=at, place="Online", papers_out_at=at, opened_at=at
    )
    AgendaItem.objects.create(meeting=meeting, case=row, place=1, minutes=20)


def test_a_bodys_act_is_not_for_who_holds_the_role_at_an_organisation(demonstration: datetime) -> None:
    row = CaseRow.objects.get(state="panel_urgent")
    on_the_body = only("body-secretary", "body_secretary", body="clinical_panel")
    at_a_trust = only("second-screener", "body_secretary", organisation=row.organisation)
    acts = {"accept_as_urgent", "send_elsewhere", "decline"}
    assert acts <= mine(on_the_body, row, demonstration)
    assert not acts & mine(at_a_trust, row, demonstration)
    assert waiting_for(viewer(on_the_body, demonstration)).filter(pk=row.pk).exists()
    assert not waiting_for(viewer(at_a_trust, demonstration)).filter(pk=row.pk).exists()
    path = f"/cases/{row.reference}/do/accept_as_urgent"
    assert 'class="nhsuk-button"' in browser(on_the_body).get(path).content.decode()
    shown = browser(at_a_trust)
    assert 'name="command"' not in shown.get(path).content.decode()
    assert shown.post(path, {"command": str(uuid4()), "version": row.version}).status_code == 422
    assert CaseRow.objects.get(pk=row.pk).version == row.version


def test_while_one_body_has_the_case_before_it_its_own_decision_maker_records(
    demonstration: datetime,
) -> None:
    CaseRow.objects.filter(state="advice").update(state="decision")
    row = CaseRow.objects.get(state="decision")
    bodies = [each.id for each in open_case(row).procedure.bodies.values() if "decide" in each.powers]
    assert len(bodies) == 2
    here = only("decision-maker", "decision_maker", body=bodies[0])
    there = only("second-screener", "decision_maker", body=bodies[1])
    assert "decide" in mine(here, row, demonstration) & mine(there, row, demonstration)
    in_session(bodies[1], row, demonstration)
    assert "decide" not in mine(here, row, demonstration)
    assert "decide" in mine(there, row, demonstration)


def test_who_holds_the_role_on_a_body_only_is_told_why_they_cannot_begin(
    demonstration: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    lead = browser(only("policy-lead", "policy_lead", body="clinical_panel"))
    listed = lead.get("/cases/begin").content.decode()
    assert "you hold the role for this on a body only" in listed
    assert 'href="/cases/begin/urgent-policy-statement/request"' not in listed
    for answer in (
        lead.get("/cases/begin/urgent-policy-statement/request"),
        lead.post("/cases/begin/urgent-policy-statement/request", {"q-title": "A title"}),
    ):
        assert answer.status_code == 403
        assert "you hold the role for this on a body only" in answer.content.decode()
    assert caplog.messages.count("refused") == 2


def test_an_organisation_that_is_not_ones_own_is_no_place_to_begin(demonstration: datetime) -> None:
    lead, before = browser(person("policy-lead")), CaseRow.objects.count()
    answer = lead.post("/cases/begin/urgent-policy-statement/request", {"organisation": "NOWHERE"})
    assert answer.status_code == 422
    assert "Choose the organisation for which you start this" in answer.content.decode()
    assert CaseRow.objects.count() == before
