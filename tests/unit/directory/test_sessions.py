"""Somebody's sessions: they see and end them, an administrator ends them, and a change of factors does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.journeys.people import code_of
from tests.unit.directory.conftest import PASSWORD, Giver
from tests.unit.directory.test_sign_in import ADA, add_app, give, is_signed_in

from speccom.directory.models import Person, RecordedChange, Session, Token
from speccom.directory.tokens import make_token

ME = "/api/v1/me"
NEW = "seven green umbrellas walk"


@pytest.fixture
def other() -> Client:
    """Another browser."""
    return Client(HTTP_HOST="localhost")


def program_of(person: Person) -> Client:
    token = make_token(person, "a script", timezone.now())
    return Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})


def ends_of(client: Client) -> list[str]:
    return re.findall(r'action="(/account/sessions/[^"]+)"', client.get("/account/sessions").content.decode())


def kinds_of(person: Person) -> list[str]:
    return list(RecordedChange.objects.filter(subject=str(person.pk)).values_list("kind", flat=True))


def test_somebody_sees_their_sessions_and_no_others(client: Client, other: Client, new_person: Giver) -> None:
    new_person("Ben Hill")
    give(client)
    new_person()
    with time_machine.travel("2026-11-23T09:05:00+00:00", tick=False):
        give(client)
        give(Client(HTTP_HOST="localhost"), login="ben@trust.example")
    with time_machine.travel("2026-11-23T09:20:00+00:00", tick=False):
        give(other)
        page = client.get("/account/sessions").content.decode()
    assert page.count("Last used on") == 2
    assert "Here, in this browser" in page
    assert "Signed in on 23 November 2026 at 9:05am. Last used on 23 November 2026 at 9:20am." in page
    keys = Session.objects.values_list("session_key", flat=True)
    assert len(keys) == 3
    assert not [key for key in keys if key in page], "what is shown is no use as a cookie"


def test_a_session_that_is_over_is_not_listed(client: Client, other: Client, new_person: Giver) -> None:
    new_person()
    give(other)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        give(client)
        assert ends_of(client) == []


def test_one_of_them_is_ended(client: Client, other: Client, new_person: Giver) -> None:
    ada = new_person()
    give(client)
    give(other)
    one, everywhere_else = ends_of(client)
    assert everywhere_else == "/account/sessions/end"
    assert client.get(one).status_code == 405
    assert client.post(one)["Location"] == "/account/sessions"
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert "session ended" in kinds_of(ada)


def test_they_are_ended_by_whoever_just_showed_who_they_are(
    client: Client, other: Client, new_person: Giver
) -> None:
    new_person()
    give(client)
    give(other)
    acts = ends_of(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        for each in acts:
            assert client.post(each)["Location"] == "/sign-in/again?next=%2Faccount%2Fsessions"
        assert is_signed_in(other)


def test_nobody_ends_a_session_of_somebody_else(client: Client, other: Client, new_person: Giver) -> None:
    new_person()
    new_person("Ben Hill")
    give(client)
    give(Client(HTTP_HOST="localhost"))
    give(other, login="ben@trust.example")
    other.post(ends_of(client)[0])
    assert is_signed_in(client)
    assert Session.objects.filter(person__email=ADA).count() == 2


def test_all_others_end_with_the_tokens(client: Client, other: Client, new_person: Giver) -> None:
    ada = new_person()
    program = program_of(ada)
    give(client)
    give(other)
    assert program.get(ME).status_code == 200
    client.post("/account/sessions/end")
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert program.get(ME).status_code == 401
    assert "other sessions and tokens ended" in kinds_of(ada)


@pytest.mark.django_db(transaction=True)  # the change is told once it is kept
def test_a_second_factor_that_is_added_or_removed_ends_what_goes_on_elsewhere(
    client: Client, other: Client, new_person: Giver
) -> None:
    ada = new_person()
    give(client)
    give(other)
    program = program_of(ada)
    secret = add_app(client)
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert program.get(ME).status_code == 401
    give(other)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        other.post("/sign-in/second-step", {"code": code_of(secret)})
        assert is_signed_in(other)
        removed = client.post("/account/app/remove")
        assert removed["Location"] == "/account", removed["Location"]
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


@pytest.mark.parametrize("by_letter", [False, True], ids=["with the one in use", "by a letter"])
def test_another_password_ends_the_tokens(client: Client, new_person: Giver, by_letter: bool) -> None:
    program = program_of(new_person())
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    if by_letter:
        client.post("/sign-in/forgotten", {"email": ADA})
        link = next(line for line in mail.outbox[0].body.splitlines() if "/sign-in/password/" in line)
        client.post(client.get(link)["Location"], form)
    else:
        give(client)
        client.post("/account/password", form)
    assert program.get(ME).status_code == 401


def test_an_administrator_signs_somebody_out_everywhere(
    client: Client, other: Client, new_person: Giver, settings: Settings
) -> None:
    settings.DEMONSTRATION = True  # where nobody has to add a second factor
    anne = new_person("Anne Taylor", "administrator")
    ada = new_person()
    client.force_login(anne, "allauth.account.auth_backends.AuthenticationBackend")
    give(other)
    program = program_of(ada)
    where = f"/people/{ada.pk}/sessions"
    assert "Sign out everywhere" in client.get(f"/people/{ada.pk}").content.decode()
    assert client.post(where, {"why": " "}).status_code == 200
    assert is_signed_in(other), "a reason is needed"
    client.post(where, {"why": "Lost the laptop"})
    assert not is_signed_in(other)
    assert program.get(ME).status_code == 401
    assert Token.objects.get().ends <= timezone.now()
    assert is_signed_in(client)
    assert "Lost the laptop" in client.get(f"/people/{ada.pk}").content.decode()
    give(other)
    assert is_signed_in(other), "whoever was signed out may sign in again"


def test_the_session_is_another_once_somebody_has_confirmed_who_they_are(
    client: Client, new_person: Giver
) -> None:
    new_person()
    give(client)
    before = client.session.session_key
    answer = client.post("/sign-in/again", {"password": PASSWORD, "next": "/account"})
    assert answer["Location"] == "/account"
    assert client.session.session_key != before
    assert is_signed_in(client)
    stolen = Client(HTTP_HOST="localhost")
    stolen.cookies["sessionid"] = str(before)
    assert not is_signed_in(stolen)


class TestWhatMattersIsConfirmedFirst:
    """Outside of a demonstration, by whoever administers people, and by whoever makes a token."""

    @pytest.fixture
    def anne(self, client: Client, new_person: Giver) -> str:
        """An administrator with a second factor; its secret."""
        new_person("Anne Taylor", "administrator")
        give(client, login="anne@trust.example")
        return add_app(client)

    @pytest.mark.parametrize("what", ["letter", "second-factors", "sessions", "end"])
    def test_an_administrator_s_act(self, client: Client, anne: str, new_person: Giver, what: str) -> None:
        ada = new_person()
        where = f"/people/{ada.pk}/{what}"
        assert client.get(where).status_code == 200, "a code was given just now"
        with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
            assert client.get(where)["Location"] == f"/sign-in/again/code?next=%2Fpeople%2F{ada.pk}%2F{what}"
            sent = client.post(where, {"why": "x"})
            assert not sent.headers.get("Location", "").startswith("/sign-in"), "a form takes longer"
        with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
            assert client.post(where, {"why": "x"})["Location"].startswith("/sign-in/again/code?next=")
            client.post("/sign-in/again/code", {"code": code_of(anne), "next": where})
            assert client.get(where).status_code == 200

    def test_a_token(self, client: Client, anne: str) -> None:
        with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
            answer = client.post("/account/tokens", {"name": "a script"})
            assert answer["Location"].startswith("/sign-in/again/code?next=%2Faccount%2Ftokens")
            assert not Token.objects.exists()
            client.post("/sign-in/again/code", {"code": code_of(anne)})
            page = client.get("/account/tokens?name=a+script").content.decode()
            assert 'value="a script"' in page, "nothing that was typed is lost"
            client.post("/account/tokens", {"name": "a script"})
            assert Token.objects.count() == 1
