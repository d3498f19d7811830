"""To whom a case may be given: found by their roles and organisations, however many people there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.casework.work.onlookers import ELSEWHERE, NOW

from speccom.casework.demonstration.load import load
from speccom.casework.models import CaseRow
from speccom.casework.open_case import open_case
from speccom.casework.sight import viewer, viewers
from speccom.casework.work.allocation import candidates
from speccom.directory.demonstration import load as load_people
from speccom.directory.models import Grant, Organisation, Person, Succession

SINCE = NOW - timedelta(days=9)


def joins(name: str, code: str, role: str = "clinician") -> Person:
    person = Person.objects.create(email=f"{name}@trust.example", name=name)
    Grant.objects.create(person=person, role=role, organisation_id=code, starts=SINCE, why="Joined")
    return person


@pytest.mark.django_db
def test_a_case_is_for_those_at_its_organisation_or_at_one_that_took_it_in() -> None:
    load_people(NOW)
    load(NOW)
    draft = open_case(CaseRow.objects.get(state="draft"))
    for code in (ELSEWHERE, "ZZ8"):
        Organisation.objects.create(code=code)
    with CaptureQueriesContext(connection) as before:
        assert [each.name for each in candidates(draft, NOW)] == ["Dr Amira Khan"]
    for number in range(5):
        joins(f"near {number}", draft.row.organisation)
        joins(f"far {number}", "ZZ8")
        joins(f"officer {number}", draft.row.organisation, "funding_request_officer")
    joins("successor", ELSEWHERE)
    Succession.objects.create(
        predecessor_id=draft.row.organisation, successor_id=ELSEWHERE, on=SINCE, kind=Succession.Kind.MERGE
    )
    with CaptureQueriesContext(connection) as after:
        found = [each.name for each in candidates(draft, NOW)]
    assert found == ["Dr Amira Khan", *(f"near {number}" for number in range(5)), "successor"]
    assert len(after) == len(before)


@pytest.mark.django_db
def test_people_looked_up_together_are_as_each_alone() -> None:
    load_people(NOW)
    people = list(Person.objects.prefetch_related("grants"))
    assert viewers(people, NOW) == tuple(viewer(each, NOW) for each in people)
