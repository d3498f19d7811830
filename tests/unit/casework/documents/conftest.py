"""A case with people who work on it, and browsers of theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.unit.casework.story import Story

from speccom.directory.models import Grant, Organisation, Person
from speccom.process.decide import Actor

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
Browser = Callable[[Person | None], Client]


@pytest.fixture
def people(db: None, settings: Settings) -> dict[str, Person]:
    """People with a role at the organisation of the case."""
    settings.DEMONSTRATION = True  # where nobody needs a second factor
    found = {}
    organisation = Organisation.objects.create(code="RX1")
    for name, role in (("clinician",) * 2, ("officer",) * 2, ("other clinician", "clinician")):
        person = Person.objects.create(email=f"{name.replace(' ', '')}@trust.example", name=f"The {name}")
        Grant.objects.create(
            person=person, role=role, organisation=organisation, starts=LONG_AGO, why="Joined"
        )
        found[name] = person
    return found


@pytest.fixture
def asked(story: Story, people: dict[str, Person]) -> Story:
    """A case that the clinician has begun, which is open."""
    story.did(acting(people["clinician"], "clinician"), "ask", reason="rarity")
    return story


@pytest.fixture
def browser() -> Browser:
    """Opens the product as somebody, or as a visitor."""

    def opened(person: Person | None) -> Client:
        client = Client(HTTP_HOST="localhost", raise_request_exception=False)
        if person:
            client.force_login(person)
        return client

    return opened


def acting(person: Person, role: str) -> Actor:
    """Return a person as who they act."""
    return Actor(str(person.pk), frozenset({role}))
