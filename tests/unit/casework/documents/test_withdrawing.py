"""A version that was filed by mistake is withdrawn: it is no answer any more, and what happened is kept."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client
from tests.unit.casework.documents.conftest import Browser, acting
from tests.unit.casework.documents.test_documents_by_program import program
from tests.unit.casework.documents.test_documents_of_cases import LEAD, add, kept_files, words
from tests.unit.casework.story import Story

from speccom.casework.destruction import Destruction, destroy_content
from speccom.casework.documents.answer import answer_of, withdrawn_answers
from speccom.casework.documents.as_answers import open_for
from speccom.casework.documents.withdrawing import withdraw
from speccom.casework.door import Done
from speccom.casework.ledger import events_of, verify
from speccom.casework.models import CaseRow, Document, DocumentVersion, LedgerEvent, Withdrawal
from speccom.casework.read_model import differences
from speccom.casework.sight import viewer
from speccom.directory.models import Grant, Organisation, Person
from speccom.problem import Problem

WHY = "It is a letter about another patient"
People = dict[str, Person]
RUNS_CASES = """
[registrar]
title = "registrar"
does = "Runs the cases."
functions = ["withdraw_documents"]
"""


@pytest.fixture
def small_shelf(small_shelf: Path, tmp_path: Path) -> Path:
    """The three states, with somebody who runs its cases and does none of its acts."""
    shelf = Path(shutil.copytree(small_shelf, tmp_path / "shelf"))
    (shelf / "roles.toml").write_text((shelf / "roles.toml").read_text() + RUNS_CASES)
    access = shelf / "processes" / "three-states" / "1" / "access.csv"
    access.write_text(access.read_text() + "registrar,organisation,,public; official\n")
    return shelf


@pytest.fixture
def registrar(asked: Story) -> Person:
    person = Person.objects.create(email="registrar@trust.example", name="The registrar")
    Grant.objects.create(
        person=person,
        role="registrar",
        organisation=Organisation.objects.get(code="RX1"),
        starts=asked.now.replace(year=2020),
        why="Joined",
    )
    return person


def place(case: str, version: DocumentVersion | None = None) -> str:
    return f"/cases/{case}/documents/files/{(version or DocumentVersion.objects.get()).id}"


def take_back(
    client: Client, case: str, why: str = WHY, command: str = "", **which: DocumentVersion
) -> HttpResponse:
    sent = {"q-reason": why, "command": command or str(uuid4())}
    return client.post(f"{place(case, which.get('version'))}/withdraw", sent)  # type: ignore[return-value]


def test_who_filed_it_withdraws_it_and_the_ledger_holds_what_went_and_why(
    asked: Story, people: People, browser: Browser
) -> None:
    clinician = browser(people["clinician"])
    add(clinician, asked.case, title="A letter")
    version = DocumentVersion.objects.get()
    document = f"/cases/{asked.case}/documents/{version.document_id}"
    assert f"{place(asked.case)}/withdraw" in clinician.get(document).content.decode()
    assert "Why is it withdrawn?" in words(clinician.get(f"{place(asked.case)}/withdraw"))
    answer = take_back(clinician, asked.case)
    assert (answer.status_code, answer["Location"]) == (302, f"{document}?done=withdrawal")
    event = events_of(asked.case)[-1]
    assert (event.kind, event.actor_id, event.role) == (
        "document_withdrawn.1",
        str(people["clinician"].pk),
        "clinician",
    )
    assert (event.source, event.target) == ("asked", "asked")
    withdrawal = Withdrawal.objects.get()
    assert [(each.kind, each.id, each.digest) for each in event.references] == [
        ("document_version", str(version.id), version.address),
        ("reason", str(version.id), withdrawal.digest),
    ]
    assert len(withdrawal.digest) == 64
    assert len(kept_files()) == 1, "nothing that was entered is lost"
    assert (verify().wrong, list(differences())) == ("", [])
    shown = words(clinician.get(answer["Location"]))
    for part in ("The version was withdrawn.", "Withdrawn on", "by The clinician.", WHY, "A letter"):
        assert part in shown
    assert "Withdraw version" not in shown
    assert "Document withdrawn" in words(clinician.get(f"/cases/{asked.case}"))
    assert clinician.get(f"{place(asked.case)}/withdraw")["Location"] == document


def test_others_see_that_it_went_and_why_and_not_what_it_was(
    asked: Story, people: People, browser: Browser, registrar: Person
) -> None:
    add(browser(people["clinician"]), asked.case, title="A letter")
    take_back(browser(people["clinician"]), asked.case)
    document = Document.objects.get().id
    for name in ("documents", f"documents/{document}"):
        shown = words(browser(people["officer"]).get(f"/cases/{asked.case}/{name}"))
        for part in ("A withdrawn document", "A withdrawn file", "by The clinician.", WHY):
            assert part in shown
        assert "A letter" not in shown
        assert "Costs for Mrs Example" not in shown
    assert browser(people["officer"]).get(place(asked.case)).status_code == 404
    for person in (people["clinician"], registrar):
        assert browser(person).get(place(asked.case)).content == b"Costs fell."
        assert "A letter" in words(browser(person).get(f"/cases/{asked.case}/documents"))


def test_neither_why_nor_a_digest_that_confirms_a_guess_is_in_the_clear(
    asked: Story, people: People, browser: Browser
) -> None:
    clinician = browser(people["clinician"])
    for name in ("one.txt", "two.txt"):
        add(clinician, asked.case, name.encode(), name)
    for each in DocumentVersion.objects.all():
        take_back(clinician, asked.case, version=each)
    assert WHY.encode() not in b"".join(bytes(each.reason or b"") for each in Withdrawal.objects.all())
    assert WHY not in "".join(LedgerEvent.objects.values_list("envelope", flat=True))
    asked.case, first = "", asked.case
    asked.did(acting(people["clinician"], "clinician"), "ask", reason="another")
    add(clinician, asked.case)
    other = DocumentVersion.objects.get(document__case=asked.case)
    take_back(clinician, asked.case, version=other)
    of_first = Withdrawal.objects.filter(version__document__case=first).values_list("digest", flat=True)
    assert other.withdrawal.digest not in of_first, "the digest is made with the key of the case"


def test_who_runs_the_case_withdraws_what_others_filed_and_nobody_else_does(
    asked: Story, people: People, browser: Browser, registrar: Person
) -> None:
    add(browser(people["clinician"]), asked.case)
    for name, status in (("officer", 403), ("other clinician", 404)):
        assert browser(people[name]).get(f"{place(asked.case)}/withdraw").status_code == status
        assert take_back(browser(people[name]), asked.case).status_code == status
    assert "Withdraw version" not in words(
        browser(people["officer"]).get(f"/cases/{asked.case}/documents/{Document.objects.get().id}")
    )
    assert take_back(browser(None), asked.case).status_code in (302, 401, 403)
    assert not Withdrawal.objects.exists()
    assert take_back(browser(registrar), asked.case).status_code == 302
    assert events_of(asked.case)[-1].role == "registrar"


def test_once_the_case_is_closed_only_who_runs_it_withdraws(
    asked: Story, people: People, browser: Browser, registrar: Person
) -> None:
    clinician = browser(people["clinician"])
    add(clinician, asked.case)
    asked.did(acting(people["officer"], "officer"), "answer", finding="agreed")
    assert take_back(clinician, asked.case).status_code == 403
    assert take_back(browser(registrar), asked.case).status_code == 302


def test_a_case_that_is_closed_meanwhile(asked: Story, people: People, browser: Browser) -> None:
    add(browser(people["clinician"]), asked.case)
    looking = viewer(Person.objects.prefetch_related("grants").get(pk=people["clinician"].pk), asked.now)
    opened = open_for(looking, CaseRow.objects.get())
    asked.did(acting(people["officer"], "officer"), "answer", finding="agreed")
    with pytest.raises(Problem, match="was closed meanwhile"):
        withdraw(opened, looking, "1", DocumentVersion.objects.get(), WHY)
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize(
    ("why", "said"), [("  ", "A reason is missing"), ("x" * 501, "The reason is too long")]
)
def test_without_a_reason_nothing_happens_and_what_was_typed_stays(
    asked: Story, people: People, browser: Browser, why: str, said: str
) -> None:
    add(browser(people["clinician"]), asked.case)
    answer = take_back(browser(people["clinician"]), asked.case, why)
    assert answer.status_code == 422
    assert said in words(answer)
    assert why.strip() in answer.content.decode()
    assert not Withdrawal.objects.exists()


def test_it_is_withdrawn_once(asked: Story, people: People, browser: Browser) -> None:
    clinician, command = browser(people["clinician"]), str(uuid4())
    add(clinician, asked.case)
    for _ in range(2):
        assert take_back(clinician, asked.case, command=command).status_code == 302
    again = take_back(clinician, asked.case)
    assert again.status_code == 422
    assert "withdrawn already" in words(again)
    other = take_back(clinician, asked.case, "Another reason", command)
    assert "sent before with something else" in words(other)
    assert [each.kind for each in events_of(asked.case)].count("document_withdrawn.1") == 1


def test_the_other_versions_stand(asked: Story, people: People, browser: Browser) -> None:
    clinician = browser(people["clinician"])
    add(clinician, asked.case, b"First.", "first.txt", title="The costs")
    document = Document.objects.get()
    add(clinician, asked.case, b"Second.", "second.txt", to=str(document.id))
    first, second = DocumentVersion.objects.order_by("number")
    take_back(clinician, asked.case, version=second)
    listed = words(browser(people["officer"]).get(f"/cases/{asked.case}/documents"))
    for part in ("The costs", "first.txt", "1 other version"):
        assert part in listed
    assert "second.txt" not in listed
    assert browser(people["officer"]).get(place(asked.case, first)).content == b"First."
    assert withdrawn_answers(CaseRow.objects.get()) == {answer_of(second)}


@pytest.mark.parametrize("column", ["digest", "withdrawn_by", "withdrawn_at", "reason"])
def test_the_database_refuses_to_change_a_withdrawal(
    asked: Story, people: People, browser: Browser, column: str
) -> None:
    add(browser(people["clinician"]), asked.case)
    take_back(browser(people["clinician"]), asked.case)
    value = {"reason": b"another", "withdrawn_at": asked.now}.get(column, "other")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Withdrawal.objects.update(**{column: value})
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Withdrawal.objects.all()._raw_delete("default")


def test_destruction_takes_the_reason_and_leaves_its_digest(
    asked: Story, people: People, browser: Browser
) -> None:
    add(browser(people["clinician"]), asked.case)
    take_back(browser(people["clinician"]), asked.case)
    digest = Withdrawal.objects.get().digest
    asked.did(acting(people["officer"], "officer"), "answer", finding="agreed")
    assert isinstance(
        destroy_content(Destruction("1", asked.case, LEAD, asked.now, "its time has come")), Done
    )
    left = Withdrawal.objects.get()
    assert (left.reason, left.digest) == (None, digest)
    assert (verify().wrong, list(differences())) == ("", [])


def test_by_program(asked: Story, people: People, browser: Browser, registrar: Person) -> None:
    add(browser(people["clinician"]), asked.case, title="A letter")
    document = Document.objects.get().id
    where = f"/api/v1/cases/{asked.case}/documents/{document}"

    def asks(person: Person | None, number: int = 1, why: str = WHY) -> HttpResponse:
        return program(person).post(  # type: ignore[return-value]
            f"{where}/versions/{number}/withdrawal",
            {"reason": why},
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid4())},
        )

    for person, status in ((people["officer"], 403), (people["other clinician"], 404), (None, 401)):
        assert asks(person).status_code == status
    clinician = people["clinician"]
    assert (asks(clinician, 2).status_code, asks(clinician, why=" ").status_code) == (404, 422)
    answer = asks(clinician)
    assert answer.status_code == 200, answer.content
    (version,) = answer.json()["versions"]
    assert version["withdrawal"]["reason"] == WHY
    assert version["withdrawal"]["by"] == str(clinician.pk)
    assert asks(clinician).status_code == 422
    hidden = program(people["officer"]).get(where).json()
    assert (hidden["title"], hidden["versions"][0]["name"]) == ("", "")
    assert hidden["versions"][0]["withdrawal"]["reason"] == WHY
    assert program(people["officer"]).get(f"{where}/versions/1").status_code == 404
    seen = program(registrar).get(where).json()
    assert seen["title"] == "A letter"
    assert program(registrar).get(f"{where}/versions/1").content == b"Costs fell."


def test_a_version_that_is_none_is_not_found(asked: Story, people: People, browser: Browser) -> None:
    where = f"/cases/{asked.case}/documents/files/{UUID(int=0)}/withdraw"
    assert browser(people["clinician"]).get(where).status_code == 404
