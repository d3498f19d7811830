"""A person with a password, and one with a role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from speccom.directory import grants, organisation_changes, people
from speccom.directory.grants import Place
from speccom.directory.models import Person

PASSWORD = "correct horse battery staple"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
Giver = Callable[..., Person]


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """Passwords are hashed quickly."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def client() -> Client:
    return Client(HTTP_HOST="localhost", raise_request_exception=False)


@pytest.fixture
def new_person(db: None) -> Giver:
    """Adds somebody with a password, who holds the roles that are named."""

    def add(name: str = "Ada Marsh", *roles: str) -> Person:
        organisation_changes.add_if_unknown(
            "D1NE", "The commissioner", starts=LONG_AGO.date(), by=None, at=LONG_AGO
        )
        person = people.add(f"{name.split()[0].lower()}@trust.example", name, by=None, at=LONG_AGO)
        person.set_password(PASSWORD)
        person.save()
        for role in roles:
            grants.give(
                person, role, Place("D1NE"), starts=LONG_AGO, ends=None, by=None, why="Joined", at=LONG_AGO
            )
        return person

    return add
