"""One case of the demonstration, as far as some acts, and its people: with a browser, or with a program."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from speccom.casework.demonstration import load as module
from speccom.casework.demonstration.load import load
from speccom.casework.models import CaseRow
from speccom.directory.demonstration import load as load_people
from speccom.directory.models import Person
from speccom.directory.tokens import make_token


def begun(settings: Settings, monkeypatch: pytest.MonkeyPatch, *acts: str) -> CaseRow:
    """The first case of the demonstration that begins with these acts, gone so far and no further."""
    settings.DEMONSTRATION = True
    story = next(
        each for each in module.stories() if tuple(step.act for step in each.steps)[: len(acts)] == acts
    )
    monkeypatch.setattr(module, "stories", lambda: (replace(story, steps=story.steps[: len(acts)]),))
    load_people(timezone.now())
    load(timezone.now())
    return CaseRow.objects.get()


def person(key: str) -> Person:
    return Person.objects.prefetch_related("grants").get(email=f"{key}@demonstration.example")


def browser(key: str) -> Client:
    found = Client(HTTP_HOST="localhost")
    found.force_login(person(key))
    return found


def program(key: str) -> Client:
    token = make_token(person(key), "test", timezone.now())
    return Client(headers={"host": "localhost", "Authorization": f"Bearer {token}"})
