"""Tokens for programs: shown once, kept as a digest, good for the API alone, and ended with their person."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from django.test import Client
from django.utils import timezone
from tests.unit.directory.conftest import PASSWORD, Giver

from speccom.directory import people
from speccom.directory.models import Person, RecordedChange, Token
from speccom.directory.tokens import LASTS, end_token, make_token

ME = "/api/v1/me"


def asks(token: str, where: str = ME) -> int:
    return Client(headers={"host": "localhost", "authorization": f"Bearer {token}"}).get(where).status_code


def test_only_a_digest_of_it_is_kept_and_its_making_is_recorded(new_person: Giver) -> None:
    person = new_person()
    token = make_token(person, "a script", timezone.now())
    assert len(token) > 43, "at least 256 bits"
    assert token not in repr([*Token.objects.values(), *RecordedChange.objects.values()])
    assert RecordedChange.objects.filter(kind="token made", subject=str(person.pk)).exists()
    assert asks(token) == 200


def test_it_opens_no_page(new_person: Giver) -> None:
    token = make_token(new_person(), "a script", timezone.now())
    assert asks(token, "/account") == 403


def test_a_session_is_no_use_to_a_program(client: Client, new_person: Giver) -> None:
    new_person()
    client.post("/sign-in", {"login": "ada@trust.example", "password": PASSWORD})
    assert client.get("/account").status_code == 200
    assert client.get(ME).status_code == 401


def test_it_ends_when_its_time_is_over_or_its_person_ends_it_or_has_left(new_person: Giver) -> None:
    person, other = new_person(), new_person("Ben Hill")
    token = make_token(person, "a script", timezone.now())
    with time_machine.travel(timezone.now() + LASTS + timedelta(minutes=1)):
        assert asks(token) == 401
    stored = Token.objects.get()
    end_token(other, stored.pk, timezone.now())
    assert asks(token) == 200, "nobody ends a token of somebody else"
    end_token(person, stored.pk, timezone.now())
    assert asks(token) == 401
    others = make_token(other, "a script", timezone.now())
    people.end_account(Person.objects.get(pk=other.pk), by=None, why="Left", at=timezone.now())
    assert asks(others) == 401
