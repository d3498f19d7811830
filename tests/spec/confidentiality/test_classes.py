"""Each class of confidentiality is kept as the table in docs/security/classes.md says."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from speccom.casework.demonstration.load import load
from speccom.casework.destruction import Destruction, destroy_content
from speccom.casework.models import CaseRow, LedgerEvent
from speccom.casework.open_case import open_case
from speccom.casework.procedures import all_known
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.demonstration import load as load_people
from speccom.directory.models import Person
from speccom.process.access import EVERYONE
from speccom.process.decide import Actor
from speccom.process.form import QuestionKind
from speccom.web.log_lines import OneLine

TABLE = Path(__file__).resolve().parents[3] / "docs/security/classes.md"
_ROW = re.compile(r"\| (\w+) \| (.+?) \| (.+?) \| (yes|no) \| (.+?) \| (.+?) \| (.+?) \|")
_LONG_ENOUGH = 12  # letters of a text that no other text holds by chance


@dataclass(frozen=True)
class Rule:
    """What the table says of a class."""

    stored: str
    in_the_clear: str
    to_everyone: bool
    told: str
    sent: str
    kept: str


def rules() -> dict[Confidentiality, Rule]:
    found = (_ROW.fullmatch(line) for line in TABLE.read_text(encoding="utf-8").splitlines())
    return {
        Confidentiality(name): Rule(stored, clear, everyone == "yes", told, sent, kept)
        for name, stored, clear, everyone, told, sent, kept in (each.groups() for each in found if each)
    }


RULES = rules()


@dataclass(frozen=True)
class Entered:
    """A text that somebody entered in a case."""

    case: str
    confidentiality: Confidentiality
    text: str
    is_choice: bool


@pytest.fixture
def entered(db: None, caplog: pytest.LogCaptureFixture, settings: Settings) -> list[Entered]:
    """All longer texts of the demonstration's cases, which were made by commands through the door."""
    caplog.set_level(logging.INFO)
    settings.DEMONSTRATION = True
    now = timezone.now()
    load_people(now)
    load(now)
    found = [each for row in CaseRow.objects.all() for each in _of_case(row)]
    missing = set(Confidentiality) - {each.confidentiality for each in found}
    assert not missing, f"the demonstration's cases hold nothing of {missing}"
    return found


def _of_case(row: CaseRow) -> Iterator[Entered]:
    opened = open_case(row)
    asked = {each.name: each for form in opened.procedure.forms.values() for each in form.questions}
    every = [opened.answers, *(each for rows in opened.rows.values() for each in rows)]
    for answers in every:
        for name, value in answers.items():
            question = asked.get(name)
            if question is not None and isinstance(value, str) and len(value) >= _LONG_ENOUGH:
                is_choice = question.kind not in (QuestionKind.TEXT, QuestionKind.LONG_TEXT)
                yield Entered(row.reference, Confidentiality(question.confidentiality), value, is_choice)


def free_texts(entered: list[Entered], *classes: Confidentiality) -> set[str]:
    """Return free texts of some classes that are not said in another class too."""
    said = {each.text for each in entered if each.confidentiality in classes and not each.is_choice}
    return said - {each.text for each in entered if each.confidentiality not in classes}


def all_in_the_clear() -> str:
    """Return all that the database holds of cases as text, as whoever stole a copy would read it."""
    parts = []
    for model in apps.get_app_config("casework").get_models():
        fields = model._meta.concrete_fields
        names = [each.attname for each in fields if not isinstance(each, models.BinaryField)]
        parts += [str(row) for row in model._base_manager.values_list(*names)]
    return "\n".join(parts)


def said_in(texts: set[str], where: str) -> list[str]:
    return sorted(each for each in texts if each in where or repr(each)[1:-1] in where)


def test_every_class_has_its_row() -> None:
    assert set(RULES) == set(Confidentiality)
    assert {(each.stored, each.told, each.kept) for each in RULES.values()} == {
        ("under the key of its case", "never", "until its case is destroyed")
    }


@pytest.mark.parametrize("confidentiality", Confidentiality)
def test_no_process_gives_everyone_more_than_the_table_says(confidentiality: Confidentiality) -> None:
    processes = list(all_known())
    assert processes
    given = {
        each
        for process in processes
        for row in process.access
        if row.role == EVERYONE
        for each in row.classes
    }
    assert RULES[confidentiality].to_everyone or confidentiality not in given


def test_what_is_copied_in_the_clear(entered: list[Entered]) -> None:
    database = all_in_the_clear()
    assert said_in(free_texts(entered, Confidentiality.PUBLIC), database), "what is public is found in lists"
    hidden = [each for each, rule in RULES.items() if rule.in_the_clear != "whole"]
    assert hidden == [Confidentiality.OFFICIAL, Confidentiality.COMMERCIAL, Confidentiality.IDENTITY]
    texts = free_texts(entered, *hidden)
    assert len(texts) > 20
    assert said_in(texts, database) == []


def test_nothing_entered_is_told_in_the_log_or_the_ledger(
    entered: list[Entered], caplog: pytest.LogCaptureFixture
) -> None:
    texts = free_texts(entered, *Confidentiality)
    lines = "\n".join(OneLine().format(each) for each in caplog.records)
    ledger = "\n".join(LedgerEvent.objects.values_list("envelope", flat=True))
    assert ledger
    assert said_in(texts, lines) == []
    assert said_in(texts, ledger) == []


def test_calendars_hold_nothing_but_what_a_case_is_about(entered: list[Entered]) -> None:
    hidden = free_texts(entered, *(each for each, rule in RULES.items() if rule.sent == "never"))
    sent = ""
    for person in Person.objects.all():
        browser = Client(headers={"host": "localhost"})
        browser.force_login(person)
        sent += browser.get("/work/calendar.ics").content.decode().replace("\r\n ", "")
    assert "BEGIN:VEVENT" in sent
    assert said_in(hidden, sent) == []


def test_what_is_kept_ends_with_its_case(entered: list[Entered]) -> None:
    closed = CaseRow.objects.filter(is_closed=True, reference__in={each.case for each in entered}).first()
    assert closed
    lead = Actor("00000000-0000-0000-0000-00000000000c", frozenset({"information_governance_lead"}))
    destroy_content(Destruction("destroy-1", closed.reference, lead, timezone.now(), "its time is over"))
    theirs = [each for each in entered if each.case == closed.reference]
    others = {each.text for each in entered if each.case != closed.reference}
    texts = free_texts(theirs, *Confidentiality) - others
    assert texts
    assert said_in(texts, all_in_the_clear()) == []
