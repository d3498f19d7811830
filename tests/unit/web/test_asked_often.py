"""Whoever asks more often than a person does waits a minute, and keeps nobody else waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from speccom.directory.models import Person
from speccom.directory.tokens import make_token

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOON = datetime(2026, 11, 23, 12, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def thirty_a_minute(settings: Settings) -> object:
    settings.REQUESTS_A_MINUTE = 30
    settings.DEMONSTRATION = True
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def statuses(client: Client, where: str, times: int) -> list[int]:
    return [client.get(where).status_code for _ in range(times)]


def browser_of(name: str) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(Person.objects.create(email=f"{name}@trust.example", name=name), BACKEND)
    return client


def program_of(person: Person, name: str) -> Client:
    token = make_token(person, name, timezone.now())
    return Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})


def test_a_person_is_held_back_for_the_rest_of_the_minute_and_nobody_else(
    thirty_a_minute: time_machine.Traveller,
) -> None:
    ada, ben = browser_of("ada"), browser_of("ben")
    assert statuses(ada, "/about", 31) == [200] * 30 + [429]
    answer = ada.get("/about")
    assert answer["Retry-After"] == "60"
    assert b"Wait a minute, then try again." in answer.content
    assert ben.get("/about").status_code == 200
    thirty_a_minute.shift(timedelta(seconds=60))
    assert ada.get("/about").status_code == 200


def test_more_tokens_are_no_more_requests_and_leave_the_person_s_own() -> None:
    person = Person.objects.create(email="cy@trust.example", name="Cy")
    one, two = program_of(person, "one"), program_of(person, "two")
    assert statuses(one, "/api/v1/me", 20) == [200] * 20
    assert statuses(two, "/api/v1/me", 11) == [200] * 10 + [429]
    refused = one.get("/api/v1/me")
    assert refused["Content-Type"] == "application/problem+json"
    own = Client(HTTP_HOST="localhost")
    own.force_login(person, BACKEND)
    assert own.get("/about").status_code == 200


def test_a_place_from_which_nobody_signed_in_is_held_back_too() -> None:
    there, elsewhere = Client(HTTP_HOST="localhost"), Client(HTTP_HOST="localhost", REMOTE_ADDR="192.0.2.7")
    assert statuses(there, "/about", 31)[-1] == 429
    assert elsewhere.get("/about").status_code == 200


def test_of_downloads_one_in_ten() -> None:
    ada = browser_of("dee")
    assert statuses(ada, "/services.csv", 4) == [200] * 3 + [429]
    assert ada.get("/services").status_code == 200


def test_where_no_limit_is_set_there_is_none(settings: Settings) -> None:
    settings.REQUESTS_A_MINUTE = 0
    assert set(statuses(browser_of("eve"), "/about", 100)) == {200}
