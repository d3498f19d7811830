"""No page of work asks more of the database for there being more than it shows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from tests.unit.casework.story import CLINICIAN, Story
from tests.unit.casework.work.onlookers import NOW

from speccom.directory.models import Grant, Organisation, Person


def browser(settings: Settings) -> Client:
    settings.DEMONSTRATION = True  # where nobody needs a second factor
    person = Person.objects.create(email="officer@trust.example", name="The officer")
    place = Organisation.objects.create(code="RX1")
    Grant.objects.create(
        person=person, role="officer", organisation=place, starts=NOW.replace(year=2020), why="Joined"
    )
    found = Client(HTTP_HOST="localhost")
    found.force_login(person)
    return found


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    "address",
    [
        "/work",
        "/cases",
        "/cases?standing=open",
        "/cases?whose=roles",
        "/cases?q=ts",
        "/api/v1/cases",
        "/work/calendar.ics",
    ],
)
def test_a_page_asks_as_much_of_many_as_of_few(story: Story, settings: Settings, address: str) -> None:
    client = browser(settings)
    for _ in range(2):
        story.case = ""
        story.did(CLINICIAN, "ask", reason="rarity")
    few = queries(client, address)
    for _ in range(30):
        story.case = ""
        story.did(CLINICIAN, "ask", reason="rarity")
    assert queries(client, address) == few
