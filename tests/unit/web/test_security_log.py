"""What bears on security is told in the log, of people by their identifier alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.journeys.people import code_of
from tests.unit.directory.conftest import (  # noqa: F401 - fixtures
    Giver,
    client,
    new_person,
    quick_passwords,
)
from tests.unit.directory.test_sign_in import ADA, add_app, give

from speccom.directory.models import Person
from speccom.directory.tokens import make_token
from speccom.web.log_lines import OneLine
from speccom.web.settings import LOGGING

pytestmark = pytest.mark.django_db
Told = Callable[[], list[dict[str, str]]]
NAMES = ("Ada", "ada@", "Marsh", "127.0.0.1", "nobody@")


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[Told]:
    """The lines that were written since it was last asked, as a program reads them."""
    caplog.set_level(logging.INFO)

    def take() -> list[dict[str, str]]:
        records = [each for each in caplog.records if each.name == "speccom.security"]
        caplog.clear()
        return [json.loads(OneLine().format(each)) for each in records]

    yield take
    lines = [OneLine().format(each) for each in caplog.records]
    assert not [line for line in lines if any(name in line for name in NAMES)]


def what(line: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in line.items() if name not in ("at", "level", "from")}


def test_every_logger_of_the_product_writes_one_line_of_json_to_standard_error() -> None:
    assert LOGGING["formatters"] == {"one_line": {"()": "speccom.web.log_lines.OneLine"}}
    assert LOGGING["handlers"] == {
        "standard_error": {"class": "logging.StreamHandler", "formatter": "one_line"}
    }
    assert LOGGING["root"]["handlers"] == ["standard_error"]  # type: ignore[index]
    assert all("handlers" not in each for each in LOGGING["loggers"].values())  # type: ignore[attr-defined]


def test_signing_in_and_out(client: Client, new_person: Giver, told: Told) -> None:  # noqa: F811
    ada = str(new_person().pk)
    give(client)
    client.post("/sign-out")
    signed_in, signed_out = told()
    assert what(signed_in) == {"message": "signed in", "person": ada, "by": "password"}
    assert what(signed_out) == {"message": "signed out", "person": ada}
    assert signed_in["at"].endswith("+00:00")


def test_by_one_press(client: Client, told: Told, settings: Settings) -> None:  # noqa: F811
    from speccom.directory.demonstration import load

    settings.DEMONSTRATION = True
    load()
    told()
    client.post("/sign-in/as", {"person": "analyst"})
    [line] = told()
    ben = Person.objects.get(email="analyst@demonstration.example")
    assert what(line) == {"message": "signed in", "person": str(ben.pk), "by": "one press"}


def test_wrong_passwords_and_being_held_back(
    client: Client,  # noqa: F811
    new_person: Giver,  # noqa: F811
    told: Told,
) -> None:
    ada = str(new_person().pk)
    give(client, "wrong", "nobody@trust.example")
    assert [what(each) for each in told()] == [{"message": "wrong password"}]
    for each in range(5):
        give(client, f"wrong {each}")
    lines = told()
    assert [what(each) for each in lines[:4]] == [{"message": "wrong password", "person": ada}] * 4
    assert [each["message"] for each in lines[4:]] == ["held back", "wrong password"]
    assert {each["person"] for each in lines} == {ada}
    assert {each["level"] for each in lines} == {"WARNING"}


def test_second_factors_right_and_wrong(
    client: Client,  # noqa: F811
    new_person: Giver,  # noqa: F811
    told: Told,
) -> None:
    ada = str(new_person("Ada Marsh", "analyst").pk)
    give(client)
    secret = add_app(client)
    client.post("/sign-out")
    give(client)
    told()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        code = code_of(secret)
        client.post("/sign-in/second-step", {"code": f"{(int(code) + 1) % 1_000_000:06}"})
        client.post("/sign-in/second-step", {"credential": "{}"})
        client.post("/sign-in/second-step", {"code": code})
    wrong_code, wrong_key, signed_in = told()
    assert what(wrong_code) == what(wrong_key) == {"message": "wrong second factor", "person": ada}
    assert what(signed_in) == {"message": "signed in", "person": ada, "by": "password, totp"}
    with time_machine.travel(timezone.now() + timedelta(minutes=10), tick=False):
        client.post("/sign-in/again/code", {"code": "000000"})
        client.post("/sign-in/again/code", {"code": code_of(secret)})
    again_wrong, confirmed = told()
    assert what(again_wrong) == {"message": "wrong second factor", "person": ada}
    assert what(confirmed) == {"message": "confirmed who they are", "person": ada}


def test_too_many_codes(client: Client, new_person: Giver, told: Told) -> None:  # noqa: F811
    new_person("Ada Marsh", "analyst")
    give(client)
    add_app(client)
    client.post("/sign-out")
    give(client)
    told()
    for each in range(6):
        client.post("/sign-in/second-step", {"code": f"{each:06}"})
    assert what(told()[-1]) == {"message": "held back"}


def test_a_password_given_again(client: Client, new_person: Giver, told: Told) -> None:  # noqa: F811
    ada = str(new_person().pk)
    give(client)
    told()
    client.post("/sign-in/again", {"password": "wrong"})
    client.post("/sign-in/again", {"password": "correct horse battery staple"})
    assert [what(each) for each in told()] == [
        {"message": "wrong password", "person": ada},
        {"message": "confirmed who they are", "person": ada},
    ]


def test_what_the_gate_refuses(client: Client, new_person: Giver, told: Told) -> None:  # noqa: F811
    ada = new_person()
    client.get("/people?q=Marsh")
    token = make_token(ada, "a script", timezone.now())
    program = Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})
    program.get("/account")
    Client(headers={"host": "localhost", "authorization": "Bearer wrong"}).get("/api/v1/me")
    client.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
    give(client)
    told_so_far = told()
    client.get("/people?q=Marsh")
    assert [what(each) for each in (*told_so_far[:4], *told())] == [
        {"message": "refused", "page": "people", "method": "GET", "why": "not signed in"},
        {
            "message": "refused",
            "person": str(ada.pk),
            "page": "mfa_index",
            "method": "GET",
            "why": "a token is good for the API alone",
        },
        {"message": "refused", "page": "api-me", "method": "GET", "why": "no token that stands"},
        {"message": "refused", "page": "home", "method": "GET", "why": "fetched by another site"},
        {
            "message": "refused",
            "person": str(ada.pk),
            "page": "people",
            "method": "GET",
            "why": "no role gives it",
        },
    ]


def test_forged_forms_and_hosts(
    client: Client,  # noqa: F811
    told: Told,
    capfd: pytest.CaptureFixture[str],
) -> None:
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.post("/sign-in", {"login": ADA})
    client.get("/", headers={"host": 'elsewhere.example"\n{"message": "signed in'})
    forged, stranger = told()
    assert what(forged) == {
        "message": "form refused",
        "page": "account_login",
        "method": "POST",
        "why": "CSRF cookie not set.",
    }
    assert what(stranger) == {"message": "request refused", "method": "GET", "why": "DisallowedHost"}
    assert "elsewhere.example" not in capfd.readouterr().err


def test_an_address_with_a_secret_in_it_is_told_by_its_page(client: Client, told: Told) -> None:  # noqa: F811
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    strict.post("/sign-in/password/2x/secret-of-a-letter")
    [line] = told()
    assert line["page"] == "account_reset_password_from_key"
    assert "secret-of-a-letter" not in json.dumps(line)
