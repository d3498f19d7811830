"""Whoever has signed in with a browser before is not kept out of it by what strangers try elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.unit.directory.conftest import Giver
from tests.unit.directory.test_sign_in import give, is_signed_in


def browser(place: str = "127.0.0.1", host: str = "localhost") -> Client:
    return Client(HTTP_HOST=host, REMOTE_ADDR=place, raise_request_exception=False)


def try_wrongly(client: Client, times: int = 5) -> None:
    for each in range(times):
        give(client, f"wrong {each}")


def known_to(client: Client, new_person: Giver, name: str = "Ada Marsh") -> Client:
    """Return a browser with which somebody has signed in and out."""
    new_person(name)
    give(client, login=f"{name.split()[0].lower()}@trust.example")
    assert is_signed_in(client)
    client.post("/sign-out")
    return client


@pytest.mark.parametrize("place", ["192.0.2.7", "127.0.0.1"], ids=["from elsewhere", "from the same place"])
def test_strangers_do_not_keep_somebody_out_of_their_own_browser(
    client: Client, new_person: Giver, place: str
) -> None:
    own = known_to(client, new_person)
    stranger = browser(place)
    try_wrongly(stranger)
    give(stranger)
    assert not is_signed_in(stranger)
    give(own)
    assert is_signed_in(own)


def test_nobody_tries_more_often_from_a_browser_that_is_known(client: Client, new_person: Giver) -> None:
    own = known_to(client, new_person)
    try_wrongly(own)
    give(own)
    assert not is_signed_in(own)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        give(own)
        assert is_signed_in(own)


def test_a_browser_is_known_to_whoever_signed_in_with_it_and_to_nobody_else(
    client: Client, new_person: Giver
) -> None:
    theirs = known_to(client, new_person, "Ben Hill")
    new_person()
    try_wrongly(browser("192.0.2.7"))
    give(theirs)
    assert not is_signed_in(theirs)


def test_several_share_a_browser(client: Client, new_person: Giver) -> None:
    shared = known_to(known_to(client, new_person), new_person, "Ben Hill")
    try_wrongly(browser("192.0.2.7"))
    give(shared)
    assert is_signed_in(shared)


def test_nobody_gives_a_browser_more_attempts_by_signing_in_themselves(
    client: Client, new_person: Giver
) -> None:
    shared = known_to(known_to(client, new_person), new_person, "Ben Hill")
    try_wrongly(shared)
    give(shared, login="ben@trust.example")
    assert is_signed_in(shared)
    shared.post("/sign-out")
    give(shared)
    assert not is_signed_in(shared)


@pytest.mark.parametrize("change", ["forged", "old"])
def test_a_cookie_that_is_not_ours_or_too_old_is_worth_nothing(
    client: Client, new_person: Giver, change: str
) -> None:
    own = known_to(client, new_person)
    name = settings.KNOWN_BROWSER_COOKIE_NAME
    later = timedelta(days=181 if change == "old" else 0)
    if change == "forged":
        own.cookies[name] = own.cookies[name].value.replace(":", "x:", 1)
    with time_machine.travel(timezone.now() + later):
        try_wrongly(browser("192.0.2.7"))
        give(own)
        assert not is_signed_in(own)


def test_its_cookie_is_out_of_reach_and_says_no_address(client: Client, new_person: Giver) -> None:
    cookie = known_to(client, new_person).cookies[settings.KNOWN_BROWSER_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"], cookie["path"]) == (
        True,
        "Lax",
        "",
        "/",
    )
    assert "@" not in cookie.value


def test_another_port_in_the_name_of_the_host_gives_no_more_attempts(new_person: Giver) -> None:
    new_person()
    for each in range(5):
        try_wrongly(browser(f"192.0.2.{each}", f"localhost:{9000 + each}"), 1)
    other = browser("192.0.2.99", "localhost:9999")
    give(other)
    assert not is_signed_in(other)
