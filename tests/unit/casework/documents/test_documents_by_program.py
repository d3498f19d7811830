"""Documents of a case through the API: the same checks, the same people, the same events as in the pages."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.unit.casework.documents import files
from tests.unit.casework.documents.conftest import acting
from tests.unit.casework.story import Story

from speccom.casework.documents import taking
from speccom.casework.documents.scanner import Outcome, Scan
from speccom.casework.ledger import events_of
from speccom.casework.models import DocumentVersion
from speccom.directory.models import Person
from speccom.directory.tokens import make_token

People = dict[str, Person]


def program(person: Person | None) -> Client:
    if person is None:
        return Client(headers={"host": "localhost"})
    token = make_token(person, "test", timezone.now())
    return Client(headers={"host": "localhost", "Authorization": f"Bearer {token}"})


def add(
    client: Client,
    case: str,
    content: bytes = b"Costs fell.",
    name: str = "costs.txt",
    key: str = "",
    **fields: str,
) -> HttpResponse:
    where = f"/api/v1/cases/{case}/documents" + (f"/{fields.pop('to')}/versions" if "to" in fields else "")
    sent: dict[str, Any] = {"confidentiality": "official", "title": "The costs", **fields}
    sent["file"] = SimpleUploadedFile(name, content)
    return client.post(where, sent, headers={"Idempotency-Key": key or str(uuid4())})  # type: ignore[return-value]


def test_a_document_is_added_listed_and_given_back(asked: Story, people: People) -> None:
    clinician = program(people["clinician"])
    answer = add(clinician, asked.case, files.pdf(), "Business case.pdf")
    assert answer.status_code == 200, answer.content
    document = answer.json()["document"]
    (version,) = document["versions"]
    assert (document["title"], document["confidentiality"]) == ("The costs", "official")
    assert (version["number"], version["name"], version["kind"]) == (1, "Business case.pdf", "pdf")
    assert version["answer"] == f"{document['id']}/1"
    assert version["added_by"] == str(people["clinician"].pk)
    officer = program(people["officer"])
    where = f"/api/v1/cases/{asked.case}/documents"
    assert officer.get(where).json() == {"documents": [document], "held": [], "may_add": True}
    assert officer.get(f"{where}/{document['id']}").json() == document
    got = officer.get(f"{where}/{document['id']}/versions/1")
    assert got.content == files.pdf()
    assert got["Content-Disposition"].startswith('attachment; filename="Business case.pdf"')
    assert got["Content-Security-Policy"].startswith("sandbox")
    (event,) = [each for each in events_of(asked.case) if each.kind == "document_added.1"]
    assert (event.actor_id, event.role) == (str(people["clinician"].pk), "clinician")


def test_a_version_follows_and_both_are_there(asked: Story, people: People) -> None:
    clinician = program(people["clinician"])
    document = add(clinician, asked.case, b"First.").json()["document"]["id"]
    answer = add(clinician, asked.case, b"Second.", to=document)
    assert [each["number"] for each in answer.json()["document"]["versions"]] == [2, 1]
    where = f"/api/v1/cases/{asked.case}/documents/{document}/versions"
    assert [clinician.get(f"{where}/{number}").content for number in (1, 2)] == [b"First.", b"Second."]
    for number in (0, 3, 10**30):
        assert clinician.get(f"{where}/{number}").status_code in (404, 422)


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        ({"confidentiality": "identity"}, "confidentiality", "Choose who may read the document"),
        ({"title": "x" * 151}, "title", "more than 150 letters"),
        ({"content": b""}, "file", "The file is empty."),
        ({"content": files.word(), "name": "a.pdf"}, "file", "end its name in .docx"),
    ],
)
def test_what_is_wrong_is_said_by_field(
    asked: Story, people: People, change: dict[str, Any], where: str, said: str
) -> None:
    answer = add(program(people["clinician"]), asked.case, **change)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert error["where"] == where
    assert said in error["message"]
    assert not DocumentVersion.objects.exists()


def test_who_may_see_and_add(asked: Story, people: People) -> None:
    document = add(program(people["clinician"]), asked.case).json()["document"]["id"]
    where = f"/api/v1/cases/{asked.case}/documents"
    places = (where, f"{where}/{document}", f"{where}/{document}/versions/1")
    for person, status in ((people["officer"], 200), (people["other clinician"], 404), (None, 404)):
        assert [program(person).get(each).status_code for each in places] == [status] * 3
    assert add(program(people["other clinician"]), asked.case).status_code == 404
    assert add(program(None), asked.case).status_code == 401
    asked.did(acting(people["officer"], "officer"), "answer", finding="agreed")
    assert add(program(people["officer"]), asked.case).status_code == 403
    assert program(None).get(where).json() == {"documents": [], "held": [], "may_add": False}
    assert program(None).get(places[1]).status_code == 404
    assert DocumentVersion.objects.count() == 1


def test_the_public_is_not_told_who_added_it(asked: Story, people: People) -> None:
    add(program(people["clinician"]), asked.case, confidentiality="public")
    asked.did(acting(people["officer"], "officer"), "answer", finding="agreed")
    (document,) = program(None).get(f"/api/v1/cases/{asked.case}/documents").json()["documents"]
    assert document["versions"][0]["added_by"] == ""


def test_sent_twice_it_is_added_once(asked: Story, people: People) -> None:
    clinician, key = program(people["clinician"]), str(uuid4())
    first, second = (add(clinician, asked.case, key=key) for _ in range(2))
    assert first.json() == second.json()
    assert DocumentVersion.objects.count() == 1
    assert add(clinician, asked.case, b"Other.", key=key).status_code == 422
    keyless = clinician.post(
        f"/api/v1/cases/{asked.case}/documents",
        {"confidentiality": "official", "file": SimpleUploadedFile("a.txt", b"a")},
    )
    assert keyless.status_code == 400


def test_one_that_is_held_is_scanned_again(
    asked: Story, people: People, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    class Scanner:
        answer = Scan(Outcome.FAILED, "the scanner cannot be reached")

        def scan(self, content: bytes) -> Scan:
            return self.answer

    scanner = Scanner()
    settings.SCANNER = "clamd://127.0.0.1:1"
    monkeypatch.setattr(taking, "scanner_from", lambda written: scanner)
    clinician = program(people["clinician"])
    answer = add(clinician, asked.case)
    assert answer.json() == {"document": None, "held": "the scanner cannot be reached"}
    (held,) = clinician.get(f"/api/v1/cases/{asked.case}/documents").json()["held"]
    assert held["title"] == "The costs"
    where = f"/api/v1/cases/{asked.case}/held-documents/{held['id']}/scan"
    assert program(people["other clinician"]).post(where, headers=_key()).status_code == 404
    assert clinician.post(where, headers=_key()).json()["held"] == "the scanner cannot be reached"
    scanner.answer = Scan(Outcome.CLEAN)
    taken = clinician.post(where, headers=_key())
    assert taken.json()["document"]["versions"][0]["scan"] == "clean"
    assert clinician.post(where, headers=_key()).status_code == 404


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}
