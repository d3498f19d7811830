"""People who edit and approve, a small rulebook, and a draft of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.journeys import fixture_run

from speccom.analysis.rule_editor.acting import Acting
from speccom.analysis.rule_editor.drafts import start
from speccom.analysis.rule_editor.models import Draft
from speccom.directory.models import Grant, Organisation, Person
from speccom.rulebook import find

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def home(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, and a shelf with the roles and a small rulebook."""
    settings.SPECCOM_HOME = tmp_path / "home"
    settings.SPECCOM_HOME.mkdir()
    settings.DEMONSTRATION = True  # where nobody has to add a second factor
    monkeypatch.setenv("SPECCOM_HOME", str(settings.SPECCOM_HOME))
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for name in ("roles.toml", "layouts"):
        source = find.shelf() / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, shelf / name)
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(shelf))
    fixture_run.write_rulebook(shelf / "identification" / "2025-26")
    return Path(settings.SPECCOM_HOME)


@pytest.fixture
def person(db: None, home: Path) -> Callable[[str, str], Person]:
    """Makes somebody who holds a role."""

    def make(name: str, *roles: str) -> Person:
        made = Person.objects.create(email=f"{name.lower()}@trust.example", name=name)
        trust = Organisation.objects.get_or_create(code="D1NE")[0]
        for role in roles:
            Grant.objects.create(
                person=made,
                role=role,
                organisation=trust,
                starts=datetime(2025, 4, 1, tzinfo=UTC),
                why="Joined",
            )
        return made

    return make


@pytest.fixture
def lucy(person: Callable[..., Person]) -> Person:
    return person("Lucy", "rule_editor")


@pytest.fixture
def nina(person: Callable[..., Person]) -> Person:
    return person("Nina", "rule_approver")


def acting(person: Person, command: str = "") -> Acting:
    """Return somebody who does something new, or repeats a command."""
    return Acting(person, NOW, command or str(uuid4()))


def base_version() -> find.ShelvedRulebook:
    return find.find("identification", "small", on=date(2025, 6, 1))


@pytest.fixture
def draft(lucy: Person) -> Draft:
    return start(acting(lucy), base_version(), "Younger kidneys")


def client_of(person: Person) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(person, BACKEND)
    return client
