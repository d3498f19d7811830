"""What somebody changes of their own account, and what has to be shown before."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.unit.directory.conftest import Giver
from tests.unit.directory.test_sign_in import ADA, add_app, give, is_signed_in

NEW = "seven green umbrellas walk"


def test_a_password_is_changed_only_with_the_one_in_use(client: Client, new_person: Giver) -> None:
    new_person()
    give(client)
    form = {"oldpassword": "not the one", "password1": NEW, "password2": NEW}
    assert "Enter the password that you use now" in client.post("/account/password", form).content.decode()
    client.post("/sign-out")
    give(client, NEW)
    assert not is_signed_in(client)


def test_a_password_chosen_by_letter_does_not_stand_for_the_second_factor(
    client: Client, new_person: Giver
) -> None:
    new_person("Ada Marsh", "analyst")
    give(client)
    add_app(client)
    client.post("/sign-out")
    client.post("/sign-in/forgotten", {"email": ADA})
    link = next(line for line in mail.outbox[0].body.splitlines() if "/sign-in/password/" in line)
    client.post(client.get(link)["Location"], {"password1": NEW, "password2": NEW})
    assert not is_signed_in(client), "choosing a password signs nobody in"
    give(client, NEW)
    assert not is_signed_in(client)
    assert client.get("/sign-in/second-step").status_code == 200


@pytest.mark.parametrize("where", ["/account/app", "/account/keys/add", "/account/recovery-codes/new"])
def test_second_factors_are_changed_only_by_whoever_just_showed_who_they_are(
    client: Client, new_person: Giver, where: str
) -> None:
    new_person()
    give(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        answer = client.get(where)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/again")


def test_a_password_is_typed_unseen_and_a_store_of_passwords_may_fill_it_in(
    client: Client, new_person: Giver
) -> None:
    page = client.get("/sign-in").content.decode()
    field = next(part for part in page.split("<input")[1:] if 'name="password"' in part).split(">")[0]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field


def test_signing_out_has_the_browser_forget_its_pages(client: Client, new_person: Giver) -> None:
    new_person()
    give(client)
    assert client.post("/sign-out")["Clear-Site-Data"] == '"cache", "storage"'


def test_no_script_reads_the_cookies_and_no_other_site_sends_them_with_its_forms(
    client: Client, new_person: Giver
) -> None:
    new_person()
    client.get("/sign-in")
    give(client)
    assert set(client.cookies) == {"sessionid", "csrftoken", "known"}
    for cookie in client.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
