"""A document that is refused is told in the log, by its case and why, without its name."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.unit.casework.documents.conftest import Browser
from tests.unit.casework.story import Story

from speccom.casework.documents import taking
from speccom.casework.documents.scanner import Outcome, Scan
from speccom.directory.models import Person

NAME = "About Mrs Example.txt"


class FoundOne:
    def scan(self, content: bytes) -> Scan:
        return Scan(Outcome.INFECTED, "A.Virus")


@pytest.mark.parametrize("infected", [False, True], ids=["a program", "a virus"])
def test_a_document_that_is_refused_is_told_without_its_name(
    asked: Story,
    people: dict[str, Person],
    browser: Browser,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    infected: bool,
) -> None:
    if infected:
        monkeypatch.setattr(taking, "scanner_from", lambda written: FoundOne())
    content = b"Costs fell." if infected else b"MZ\x90\x00 a program"
    clinician = people["clinician"]
    sent = {"class": "official", "command": "00000000-0000-4000-8000-000000000001"}
    browser(clinician).post(
        f"/cases/{asked.case}/documents", {**sent, "file": SimpleUploadedFile(NAME, content)}
    )
    [line] = [each for each in caplog.records if each.getMessage() == "document refused"]
    told = line.__dict__["told"]
    assert (told["person"], told["case"]) == (str(clinician.pk), asked.case)
    assert told["why"]
    assert "Example" not in str(told)
