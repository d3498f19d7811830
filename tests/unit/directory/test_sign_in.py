"""Signing in with a password and a second factor, staying signed in, and signing out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.journeys.people import code_of
from tests.unit.directory.conftest import PASSWORD, Giver

from speccom.directory import grants, people
from speccom.directory.models import Grant, Person

ADA = "ada@trust.example"


def give(client: Client, password: str = PASSWORD, login: str = ADA, **more: str) -> object:
    return client.post("/sign-in", {"login": login, "password": password, **more})


def add_app(client: Client) -> str:
    """Add an authenticator app; its secret."""
    secret = str(
        client.get("/account/app").content.decode().split('speccom-code">')[1].split("<")[0]
    ).replace(" ", "")
    answer = client.post("/account/app", {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


def is_signed_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def test_a_visitor_is_led_back_to_what_they_asked_for(client: Client, new_person: Giver) -> None:
    new_person()
    asked = client.get("/account?of=me")
    assert asked["Location"] == "/sign-in?next=%2Faccount%3Fof%3Dme"
    assert b'name="next" value="/account?of=me"' in client.get(asked["Location"]).content
    answer = give(client, next="/account?of=me")
    assert answer["Location"] == "/account?of=me"


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example", "//elsewhere.example", "javascript:alert(1)", "\\\\e.example"]
)
def test_nobody_is_led_elsewhere(client: Client, new_person: Giver, elsewhere: str) -> None:
    new_person()
    assert elsewhere.encode() not in client.get("/sign-in", {"next": elsewhere}).content
    assert give(client, next=elsewhere)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_are_told_alike(client: Client, new_person: Giver) -> None:
    new_person()
    said = [give(client, "wrong", login).content.decode() for login in (ADA, "nobody@trust.example")]
    assert all("The email address or the password is not right" in each for each in said)
    assert "<title>Error: Sign in - speccom</title>" in said[0]
    assert not is_signed_in(client)


def test_capitals_in_the_address_do_not_matter(client: Client, new_person: Giver) -> None:
    new_person()
    give(client, login=" ADA@Trust.Example ")
    assert is_signed_in(client)


def test_the_session_is_another_after_signing_in_and_gone_after_signing_out(
    client: Client, new_person: Giver
) -> None:
    new_person()
    session = client.session
    session["kept"] = "before"
    session.save()
    before = session.session_key
    give(client)
    inside = client.session.session_key
    assert inside != before
    assert client.post("/sign-out")["Location"] == "/"
    assert not is_signed_in(client)
    stolen = Client(HTTP_HOST="localhost")
    stolen.cookies["sessionid"] = str(inside)
    assert not is_signed_in(stolen)


def test_too_many_attempts_are_held_back_even_with_the_right_password(
    client: Client, new_person: Giver
) -> None:
    new_person()
    answers = [give(client, f"wrong {each}") for each in range(5)]
    assert answers[-1].status_code == 429
    assert b"Wait 15 minutes" in answers[-1].content
    assert give(client).status_code != 302
    assert not is_signed_in(client)
    assert AccessAttempt.objects.get().username == ADA
    assert "wrong" not in str(AccessAttempt.objects.values())
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        give(client)
        assert is_signed_in(client)


def test_attempts_at_one_person_do_not_hold_back_another(client: Client, new_person: Giver) -> None:
    new_person()
    new_person("Ben Hill")
    for each in range(5):
        give(client, f"wrong {each}")
    give(client, login="ben@trust.example")
    assert is_signed_in(client)


def test_whoever_has_a_role_adds_a_second_factor_before_anything_else(
    client: Client, new_person: Giver
) -> None:
    new_person("Ada Marsh", "analyst")
    give(client)
    for where in ("/", "/runs", "/services"):
        assert client.get(where)["Location"] == "/account"
    assert b"a password alone is not enough" in client.get("/account").content
    add_app(client)
    assert client.get("/runs").status_code == 200


def test_whoever_has_no_role_needs_no_second_factor(client: Client, new_person: Giver) -> None:
    new_person()
    give(client)
    assert client.get("/services").status_code == 200


def test_the_second_factor_is_asked_for_and_a_code_works_once(client: Client, new_person: Giver) -> None:
    new_person("Ada Marsh", "analyst")
    give(client)
    secret = add_app(client)
    client.post("/sign-out")
    give(client)
    assert not is_signed_in(client), "a password alone signs in nobody who has a second factor"
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        code = code_of(secret)
        wrong = client.post("/sign-in/second-step", {"code": f"{(int(code) + 1) % 1_000_000:06}"})
        assert "The code is not right" in wrong.content.decode()
        assert client.post("/sign-in/second-step", {"code": code}).status_code == 302
        assert is_signed_in(client)
        other = Client(HTTP_HOST="localhost")
        give(other)
        other.post("/sign-in/second-step", {"code": code})
        assert not is_signed_in(other), "a code that was used is worth nothing"


def test_what_was_used_and_tried_is_counted_in_the_database(client: Client, new_person: Giver) -> None:
    new_person("Ada Marsh", "analyst")
    give(client)
    secret = add_app(client)
    client.post("/sign-out")
    give(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        client.post("/sign-in/second-step", {"code": code_of(secret)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM counted")
        kept = [key for (key,) in cursor.fetchall()]
    assert [key for key in kept if "totp.used" in key], "a used code, for every process"
    assert [key for key in kept if "login" in key], "attempts, for every process"


def test_wrong_codes_are_held_back(client: Client, new_person: Giver) -> None:
    new_person("Ada Marsh", "analyst")
    give(client)
    secret = add_app(client)
    client.post("/sign-out")
    give(client)
    for each in range(6):
        answer = client.post("/sign-in/second-step", {"code": f"{each:06}"})
    assert "too many wrong attempts" in answer.content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        client.post("/sign-in/second-step", {"code": code_of(secret)})
        assert not is_signed_in(client)


def test_a_recovery_code_signs_in_once(client: Client, new_person: Giver) -> None:
    new_person("Ada Marsh", "analyst")
    give(client)
    add_app(client)
    page = client.get("/account/recovery-codes").content.decode()
    code = page.split("speccom-codes speccom-code")[1].split("<li>")[1].split("<")[0]
    assert "are not shown again" in client.get("/account/recovery-codes").content.decode()
    for works in (True, False):
        client.post("/sign-out")
        give(client)
        client.post("/sign-in/second-step", {"code": code})
        assert is_signed_in(client) is works


def test_secrets_of_second_factors_are_not_stored_in_the_clear(
    client: Client, new_person: Giver, speccom_home: Path
) -> None:
    new_person("Ada Marsh", "analyst")
    give(client)
    secret = add_app(client)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    key = speccom_home / "keys" / "second-factors.key"
    assert key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("pause", "again", "over"),
    [(29, 0, ""), (31, 0, "idle"), (25, 28, "long")],
    ids=["a short pause", "a long pause", "a whole day of short pauses"],
)
def test_a_session_ends(client: Client, new_person: Giver, pause: int, again: int, over: str) -> None:
    new_person()
    began = timezone.now()
    with time_machine.travel(began, tick=False):
        give(client)
    moment = began
    for _ in range(again + 1):
        moment += timedelta(minutes=pause)
        with time_machine.travel(moment, tick=False):
            answer = client.get("/account")
    if over:
        assert answer["Location"] == f"/sign-in?next=%2Faccount&over={over}"
        assert b"You were signed out" in client.get(answer["Location"]).content
    else:
        assert answer.status_code == 200


def test_a_page_that_asks_by_itself_keeps_no_session(client: Client, new_person: Giver) -> None:
    new_person()
    give(client)
    for minutes, status in ((10, 200), (20, 200), (29, 200), (31, 302)):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
            assert client.get("/account", headers={"X-Speccom-Follow": "yes"}).status_code == status


def test_a_form_that_is_sent_too_late_leads_back_to_its_page(client: Client, new_person: Giver) -> None:
    new_person()
    give(client)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        answer = client.post(
            "/account/password",
            {"oldpassword": "x"},
            headers={"referer": "http://localhost/account/password"},
        )
    assert answer["Location"] == "/sign-in?next=%2Faccount%2Fpassword&over=idle"


def test_a_role_withdrawn_is_gone_at_the_next_request(client: Client, new_person: Giver) -> None:
    person = new_person("Ada Marsh", "analyst")
    give(client)
    add_app(client)
    assert b"analyst" in client.get("/account").content
    now = timezone.now()
    grants.end(Grant.objects.get(), on=now, by=None, why="Left", at=now)
    assert b"You hold no role at present" in client.get("/account").content
    people.end_account(person, by=None, why="Left", at=timezone.now())
    assert not is_signed_in(client)


def test_an_ended_account_cannot_sign_in(client: Client, new_person: Giver) -> None:
    person = new_person()
    people.end_account(person, by=None, why="Left", at=timezone.now())
    answer = give(client)
    assert answer.status_code == 403
    assert b"Your account has ended" in answer.content
    assert not is_signed_in(client)


def test_a_password_is_chosen_by_a_letter_that_works_once(client: Client, new_person: Giver) -> None:
    new_person()
    client.post("/sign-in/forgotten", {"email": ADA})
    assert [letter.to for letter in mail.outbox] == [[ADA]]
    link = next(line for line in mail.outbox[0].body.splitlines() if "/sign-in/password/" in line)
    inside = client.get(link)["Location"]
    new = "seven green umbrellas walk"
    client.post(inside, {"password1": new, "password2": new})
    give(client, new)
    assert is_signed_in(client)
    assert client.get(link, follow=True).status_code == 410


def test_a_letter_for_an_unknown_address_is_promised_and_not_sent(client: Client, new_person: Giver) -> None:
    new_person()
    known, unknown = (
        client.post("/sign-in/forgotten", {"email": each}) for each in (ADA, "nobody@trust.example")
    )
    assert known["Location"] == unknown["Location"]
    assert len(mail.outbox) == 1


def test_a_link_that_is_a_day_old_works_no_more(client: Client, new_person: Giver) -> None:
    new_person()
    client.post("/sign-in/forgotten", {"email": ADA})
    link = next(line for line in mail.outbox[0].body.splitlines() if "/sign-in/password/" in line)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert client.get(link, follow=True).status_code == 410


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short words", "too short"),
        ("password1234", "too common"),
        ("ada marsh 1234", "too similar"),
        ("speccomspeccom", "everybody here would try first"),
    ],
)
def test_a_weak_password_is_refused(client: Client, new_person: Giver, password: str, said: str) -> None:
    new_person()
    give(client)
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert said in client.post("/account/password", form).content.decode()


@pytest.mark.parametrize("password", ["a" * 5 + " four words and more", "ẞ émoji 🙂 and spaces  ", "x1" * 64])
def test_any_letters_and_any_length_make_a_password(client: Client, new_person: Giver, password: str) -> None:
    new_person()
    give(client)
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert client.post("/account/password", form).status_code == 302
    client.post("/sign-out")
    give(client, password)
    assert is_signed_in(client)


def test_another_password_signs_out_everywhere_else(client: Client, new_person: Giver) -> None:
    new_person()
    other = Client(HTTP_HOST="localhost")
    give(client)
    give(other)
    new = "seven green umbrellas walk"
    client.post("/account/password", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


def test_every_form_that_is_posted_needs_its_token(new_person: Giver) -> None:
    new_person()
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    for where in ("/sign-in", "/sign-out", "/sign-in/as", "/sign-in/forgotten"):
        answer = strict.post(where)
        assert answer.status_code == 403
        assert b"This form cannot be accepted" in answer.content


class TestTheDemonstration:
    @pytest.fixture(autouse=True)
    def demonstration(self, settings: Settings, db: None) -> None:
        from speccom.directory.demonstration import load

        settings.DEMONSTRATION = True
        load()

    def test_one_press_signs_in_with_no_second_factor(self, client: Client) -> None:
        assert client.post("/sign-in/as", {"person": "analyst", "next": "/runs"})["Location"] == "/runs"
        assert client.get("/runs").status_code == 200
        assert b"Ben Carter" in client.get("/account").content

    def test_its_people_are_there_once(self) -> None:
        from speccom.directory.demonstration import load, players

        load()
        assert Person.objects.count() == len(players()) == 26

    @pytest.mark.parametrize("where", ["192.0.2.7", "10.0.0.1", "", "2001:db8::1"])
    def test_nobody_does_so_from_another_computer(self, client: Client, where: str) -> None:
        assert client.post("/sign-in/as", {"person": "analyst"}, REMOTE_ADDR=where).status_code == 404
        assert not is_signed_in(client)

    def test_nobody_does_so_outside_of_a_demonstration(self, client: Client, settings: Settings) -> None:
        settings.DEMONSTRATION = False
        assert client.post("/sign-in/as", {"person": "analyst"}).status_code == 404
        assert b"Ben Carter" not in client.get("/sign-in").content

    def test_nobody_does_so_behind_a_proxy(self, client: Client, settings: Settings) -> None:
        settings.HTTPS = True
        assert client.post("/sign-in/as", {"person": "analyst"}).status_code == 404

    def test_its_people_have_no_password(self, client: Client) -> None:
        give(client, "", "analyst@demonstration.example")
        assert not is_signed_in(client)
