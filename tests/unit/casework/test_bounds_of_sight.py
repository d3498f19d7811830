"""What nobody gets at by a way round: being given a case, an act's page, a meeting, a key used before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from speccom.casework.acting import do
from speccom.casework.demonstration.load import load
from speccom.casework.drafts import save_draft
from speccom.casework.meetings.bodies import bodies_on
from speccom.casework.meetings.steps import for_the_agenda
from speccom.casework.models import CaseRow, Meeting
from speccom.casework.open_case import open_case
from speccom.casework.prospects import prospect
from speccom.casework.sight import classes_of, viewer
from speccom.casework.work.allocation import give
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.demonstration import load as load_people
from speccom.directory.models import Grant, Organisation, Person
from speccom.problem import Problem
from speccom.process.decide import Refused

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


def browser(somebody: Person) -> Client:
    found = Client(headers={"host": "localhost"})
    found.force_login(somebody)
    return found


def test_giving_a_case_shows_nobody_more_than_the_giver_sees(demonstration: datetime) -> None:
    screener, row = person("screener"), CaseRow.objects.get(state="screening")
    Grant.objects.create(
        person=screener,
        role="clinician",
        organisation=Organisation.objects.get(pk=row.organisation),
        starts=SINCE,
        why="A second role",
    )
    looking = viewer(person("screener"), demonstration)
    assert Confidentiality.IDENTITY not in classes_of(looking, row)
    with pytest.raises(Problem, match="more of the case"):
        give(str(uuid4()), open_case(row), looking, str(screener.pk))


def test_the_draft_of_somebody_elses_act_is_not_shown(demonstration: datetime) -> None:
    row = CaseRow.objects.get(state="panel")
    opened = open_case(row)
    form = opened.procedure.forms["decision-record"]
    typed = {"reasons": "A most secret reason"}
    save_draft(opened, form, "decision", typed, "somebody", demonstration, 0)
    for key in ("clinician", "trust-authoriser", "body-member-clinical"):
        for path in (f"/cases/{row.reference}", f"/cases/{row.reference}/do/approve"):
            answer = browser(person(key)).get(path)
            assert "most secret" not in answer.content.decode(), (key, path)
    shown = browser(person("body-secretary")).get(f"/cases/{row.reference}/do/approve")
    assert "most secret" in shown.content.decode()


def test_an_act_is_not_there_for_who_sees_only_what_is_public(
    demonstration: datetime,
) -> None:
    row = CaseRow.objects.get(state="published")
    address = f"/cases/{row.reference}/do/withdraw_statement"
    assert browser(person("analyst")).get(address).status_code == 404
    assert browser(person("decision-maker")).get(address).status_code == 200


def test_meetings_tell_nothing_of_a_case_that_is_not_there(demonstration: datetime) -> None:
    row = CaseRow.objects.get(state="in_treatment")
    meeting = Meeting.objects.get(items__case=row)
    member = browser(person("body-member-clinical"))
    assert member.get(f"/cases/{row.reference}").status_code == 404
    for path in ("", "/minutes"):
        words = member.get(f"/meetings/{meeting.reference}{path}").content.decode()
        assert row.reference not in words
        assert row.subject not in words
    item = meeting.items.get()
    assert member.get(f"/meetings/{meeting.reference}/items/{item.pk}").status_code == 404


def test_only_cases_that_wait_for_a_body_come_on_its_agenda(demonstration: datetime) -> None:
    secretary = viewer(person("body-secretary"), demonstration)
    bodies = bodies_on(demonstration.date())
    for body in bodies.values():
        for row in for_the_agenda(secretary, body):
            procedure = open_case(row).procedure
            assert {each.act for each in procedure.acts_from(row.state)} & set(body.powers)


def test_a_key_used_in_one_case_does_nothing_in_another_and_says_so(demonstration: datetime) -> None:
    lead = viewer(person("policy-lead"), demonstration)
    rows = CaseRow.objects.filter(state__in=("requested", "panel_urgent"))
    first, second = (open_case(each) for each in rows)
    texts = {"withdrawal": {"reason": "No longer wanted"}}
    act = "withdraw_request"
    done = do(lead, first, act, "one-key", None, texts)
    assert not isinstance(done, Refused)
    with pytest.raises(Problem, match="sent before"):
        do(lead, second, act, "one-key", None, texts)


def test_no_urgent_decision_without_asking_for_interests(demonstration: datetime) -> None:
    row = CaseRow.objects.get(state="screening")
    doctor, chair = person("clinician"), person("body-chair")
    opened = open_case(row)
    texts = {
        "urgent": {
            "harm": "Death within days",
            "needed_by-day": "1",
            "needed_by-month": "1",
            "needed_by-year": "2030",
        }
    }
    do(viewer(doctor, demonstration), opened, "ask_as_urgent", "urgent", None, texts)
    urgent = open_case(CaseRow.objects.get(pk=row.pk))
    assert urgent.row.state == "urgent_decision"
    transition = urgent.procedure.transition("urgent_decision", "approve_urgently")
    assert transition is not None
    found = prospect(urgent, transition, viewer(chair, demonstration + timedelta(minutes=1)))
    (interests,) = (each for each in found.findings if each.requirement.name == "interests_settled")
    assert interests.finding.value is None
