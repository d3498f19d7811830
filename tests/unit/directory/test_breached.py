"""A password that was stolen elsewhere is refused, where the operator brings a list of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.directory.conftest import PASSWORD, Giver
from tests.unit.directory.test_sign_in import give

from speccom.directory.sign_in.breached import LIST, NotBreached
from speccom.problem import Problem

TWO = ["correct horse battery", "staple staple staple"]


def digest_of(password: str) -> str:
    return hashlib.sha1(password.encode()).hexdigest().upper()


def write(home: Path, passwords: Collection[str], ending: str = "\n", counts: str = ":7") -> Path:
    lines = sorted(digest_of(each) for each in passwords)
    path = home / LIST
    path.write_bytes("".join(f"{each}{counts * (int(each, 16) % 3)}{ending}" for each in lines).encode())
    return path


def is_refused(password: str) -> bool:
    try:
        NotBreached().validate(password)
    except ValidationError:
        return True
    return False


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=40),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", ":1", ":123456789"]),
)
def test_what_is_in_the_list_is_refused_and_nothing_else(
    speccom_home: Path, passwords: set[str], ending: str, counts: str
) -> None:
    write(speccom_home, passwords, ending, counts)
    assert all(is_refused(each) for each in passwords)
    assert not is_refused("in no list of mine, since it is longer than all of them")


def test_the_digests_are_those_that_public_lists_have(speccom_home: Path) -> None:
    (speccom_home / LIST).write_text("5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8:9545824")
    assert is_refused("password")
    assert not is_refused("passwords")


def test_without_a_list_nothing_is_refused(speccom_home: Path) -> None:
    assert not is_refused("password")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(sorted(map(digest_of, TWO), reverse=True)),
        "\n".join([digest_of(TWO[0])] * 3),
        "correct horse battery\n",
        "\n\n\n",
    ],
    ids=["not in order", "twice", "not digested", "blank"],
)
def test_a_list_in_which_nothing_can_be_found_is_told(speccom_home: Path, text: str) -> None:
    (speccom_home / LIST).write_text(text)
    with pytest.raises(Problem, match="no list of SHA-1 digests in order"):
        assert not [each for each in "abcdef" if is_refused(each)]


def test_a_list_that_cannot_be_read_is_told(speccom_home: Path) -> None:
    (speccom_home / LIST).mkdir()
    with pytest.raises(Problem, match="cannot be read"):
        NotBreached().validate(PASSWORD)


def test_nobody_chooses_one(client: Client, new_person: Giver, speccom_home: Path) -> None:
    new_person()
    give(client)
    write(speccom_home, TWO)
    form = {"oldpassword": PASSWORD, "password1": TWO[0], "password2": TWO[0]}
    answer = client.post("/account/password", form)
    assert answer.status_code == 200
    assert b"This password was stolen from another service" in answer.content
    assert (
        client.post(
            "/account/password", form | dict.fromkeys(("password1", "password2"), "seven green umbrellas")
        ).status_code
        == 302
    )
