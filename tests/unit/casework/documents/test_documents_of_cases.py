"""Documents of a case in its pages: added, read, given another version, held, refused and destroyed."""

from __future__ import annotations

import html
import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings
from tests.unit.casework.documents import files
from tests.unit.casework.documents.conftest import Browser, acting
from tests.unit.casework.story import Story

from speccom.casework.destruction import Destruction, destroy_content
from speccom.casework.documents import taking
from speccom.casework.documents.check import check_document
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.scanner import Outcome, Scan
from speccom.casework.door import Done
from speccom.casework.ledger import events_of, verify
from speccom.casework.models import CaseRow, Document, DocumentVersion, HeldDocument
from speccom.casework.open_case import open_case
from speccom.casework.read_model import differences
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.models import Person
from speccom.problem import Problem
from speccom.process.decide import Actor

LEAD = Actor("00000000-0000-0000-0000-00000000000c", frozenset({"information_governance_lead"}))
People = dict[str, Person]


class FakeScanner:
    """Says what it is told to say."""

    def __init__(self, scan: Scan) -> None:
        self.answer = scan

    def scan(self, content: bytes) -> Scan:
        return self.answer


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> FakeScanner:
    fake = FakeScanner(Scan(Outcome.CLEAN))
    settings.SCANNER = "clamd://127.0.0.1:1"
    monkeypatch.setattr(taking, "scanner_from", lambda written: fake)
    return fake


def add(
    client: Client,
    case: str,
    content: bytes = b"Costs fell.",
    name: str = "Costs for Mrs Example.txt",
    **fields: str,
) -> HttpResponse:
    sent = {"class": "official", "command": str(uuid4()), **fields}
    if name:
        sent["file"] = SimpleUploadedFile(name, content)  # type: ignore[assignment]
    where = f"/cases/{case}/documents" + (f"/{fields['to']}" if "to" in fields else "")
    return client.post(where, sent)  # type: ignore[return-value]


def words(answer: HttpResponse) -> str:
    shown = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", shown)))


def kept_files() -> list[Path]:
    folder = Path(django_settings.SPECCOM_HOME) / "documents"
    return [each for each in folder.rglob("*") if each.is_file()]


def test_a_document_is_added_and_read_again(asked: Story, people: People, browser: Browser) -> None:
    client = browser(people["clinician"])
    assert "There are no documents" in words(client.get(f"/cases/{asked.case}/documents"))
    answer = add(client, asked.case, files.pdf(), "Business case.pdf", title="The case for it")
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{asked.case}/documents?done=added")
    listed = words(browser(people["officer"]).get(answer["Location"]))
    for part in (
        "The case for it",
        "Official",
        "Business case.pdf",
        "PDF, ",
        "Version 1.",
        "by The clinician.",
    ):
        assert part in listed
    assert "nobody has looked for viruses" in listed
    version = DocumentVersion.objects.get()
    got = browser(people["officer"]).get(f"/cases/{asked.case}/documents/files/{version.id}")
    assert got.content == files.pdf()
    (event,) = [each for each in events_of(asked.case) if each.kind == "document_added.1"]
    assert (event.actor_id, event.role, event.source, event.target) == (
        str(people["clinician"].pk),
        "clinician",
        "asked",
        "asked",
    )
    assert [(each.kind, each.id, each.digest) for each in event.references] == [
        ("document_version", str(version.id), version.address)
    ]
    assert (verify().wrong, list(differences())) == ("", [])


def test_what_it_is_called_is_nowhere_in_the_clear(asked: Story, people: People, browser: Browser) -> None:
    add(browser(people["clinician"]), asked.case, title="Letter about Mrs Example")
    with connection.cursor() as cursor:
        for table in ("casework_document", "casework_documentversion", "casework_ledgerevent"):
            cursor.execute(f"SELECT * FROM {table}")
            assert "Example" not in repr(
                [[bytes(c) if isinstance(c, memoryview) else c for c in row] for row in cursor]
            )
    (kept,) = kept_files()
    assert b"Costs fell" not in kept.read_bytes()


def test_the_file_is_given_back_to_be_saved_and_nothing_else(
    asked: Story, people: People, browser: Browser
) -> None:
    client = browser(people["clinician"])
    add(client, asked.case, name="Räume “A”; x=1.txt")
    version = DocumentVersion.objects.get()
    got = client.get(f"/cases/{asked.case}/documents/files/{version.id}")
    assert got["Content-Disposition"].startswith('attachment; filename="Raume A x1.txt"; filename*=')
    assert got["Content-Type"] == "text/plain; charset=utf-8"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"].split("; ") == [
        "sandbox",
        *(f"{kind} 'none'" for kind in ("default-src", "base-uri", "frame-ancestors", "object-src")),
    ]
    assert got["Cache-Control"] == "no-store"
    assert got["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "Übergabe".encode(), "text/plain; charset=utf-8"),
        ("a.txt", "Übergabe".encode("cp1252"), "text/plain; charset=windows-1252"),
        ("a.txt", "Übergabe".encode("utf-16"), "text/plain; charset=utf-16"),
        ("a.csv", "a,b\n1,2\n".encode("utf-8-sig"), "text/csv; charset=utf-8"),
    ],
)
def test_a_text_is_given_back_with_its_letters_named(
    asked: Story, people: People, browser: Browser, name: str, content: bytes, said: str
) -> None:
    client = browser(people["clinician"])
    add(client, asked.case, content, name)
    got = client.get(f"/cases/{asked.case}/documents/files/{DocumentVersion.objects.get().id}")
    assert got["Content-Type"] == said
    assert got.content == content


def test_versions_follow_each_other_and_none_is_overwritten(
    asked: Story, people: People, browser: Browser
) -> None:
    clinician, officer = browser(people["clinician"]), browser(people["officer"])
    add(clinician, asked.case, b"First.", "costs.txt")
    document = Document.objects.get()
    answer = add(officer, asked.case, b"Second.", "costs again.txt", to=str(document.id))
    assert answer["Location"] == f"/cases/{asked.case}/documents/{document.id}?done=added"
    shown = words(clinician.get(answer["Location"]))
    assert shown.index("costs again.txt") < shown.index("costs.txt")
    assert "1 earlier version" in words(clinician.get(f"/cases/{asked.case}/documents"))
    first, second = DocumentVersion.objects.order_by("number")
    got = [
        clinician.get(f"/cases/{asked.case}/documents/files/{each.id}").content for each in (first, second)
    ]
    assert got == [b"First.", b"Second."]


@pytest.mark.parametrize("column", ["size", "address", "scan", "number", "kind", "added_by"])
def test_the_database_refuses_to_change_a_version(
    asked: Story, people: People, browser: Browser, column: str
) -> None:
    add(browser(people["clinician"]), asked.case)
    value = 7 if column in ("size", "number") else "other"
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        DocumentVersion.objects.update(**{column: value})
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        DocumentVersion.objects.update(about=b"another name")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        DocumentVersion.objects.all()._raw_delete("default")


def test_who_may_see_and_add(asked: Story, people: People, browser: Browser) -> None:
    clinician = browser(people["clinician"])
    add(clinician, asked.case)
    document, version = Document.objects.get(), DocumentVersion.objects.get()
    places = (
        f"/cases/{asked.case}/documents",
        f"/cases/{asked.case}/documents/{document.id}",
        f"/cases/{asked.case}/documents/files/{version.id}",
    )
    for name, status in (("officer", 200), ("other clinician", 404), ("clinician", 200)):
        assert [browser(people[name]).get(each).status_code for each in places] == [status] * 3, name
    assert [browser(None).get(each).status_code for each in places] == [404] * 3
    for name in ("other clinician", None):
        refused = add(browser(people[name] if name else None), asked.case)
        assert refused.status_code == 404
    assert DocumentVersion.objects.count() == 1


def test_a_document_of_a_class_that_one_may_not_see_is_not_there(
    asked: Story, people: People, browser: Browser
) -> None:
    clinician, officer = browser(people["clinician"]), browser(people["officer"])
    add(clinician, asked.case, b"Open.", "open.txt", **{"class": "public"})
    add(clinician, asked.case, b"Closed.", "closed.txt")
    asked.did(acting(people["officer"], "officer"), "answer", finding="agreed")
    shown = words(browser(None).get(f"/cases/{asked.case}/documents"))
    assert "open.txt" in shown
    assert "closed.txt" not in shown
    assert "The clinician" not in shown
    ids = {each.size: each for each in DocumentVersion.objects.all()}
    for content, status in ((b"Open.", 200), (b"Closed.", 404)):
        version = ids[len(content)]
        for place in (f"files/{version.id}", str(version.document_id)):
            got = browser(None).get(f"/cases/{asked.case}/documents/{place}")
            assert got.status_code == status
    assert officer.get(f"/cases/{asked.case}/documents/files/{ids[7].id}").status_code == 200


def test_a_document_is_found_in_its_own_case_only(asked: Story, people: People, browser: Browser) -> None:
    clinician = browser(people["clinician"])
    add(clinician, asked.case)
    version, document = DocumentVersion.objects.get(), Document.objects.get()
    first, asked.case = asked.case, ""
    asked.did(acting(people["clinician"], "clinician"), "ask", reason="another")
    assert asked.case != first
    for place in (f"files/{version.id}", str(document.id)):
        assert clinician.get(f"/cases/{asked.case}/documents/{place}").status_code == 404
    assert add(clinician, asked.case, to=str(document.id)).status_code == 404


def test_nothing_is_added_to_a_closed_case(asked: Story, people: People, browser: Browser) -> None:
    asked.did(acting(people["officer"], "officer"), "answer", finding="agreed")
    officer = browser(people["officer"])
    assert "Add a document" not in words(officer.get(f"/cases/{asked.case}/documents"))
    assert add(officer, asked.case).status_code == 403
    assert not DocumentVersion.objects.exists()


def test_nothing_is_added_to_a_case_that_is_closed_meanwhile(asked: Story, people: People) -> None:
    opened = open_case(CaseRow.objects.get())
    clinician = acting(people["clinician"], "clinician")
    checked = check_document("a.txt", b"Costs fell.", Limits())
    offered = taking.Offer("1", "A", Confidentiality.OFFICIAL, checked, clinician, "clinician", asked.now)
    asked.did(acting(people["officer"], "officer"), "answer", finding="agreed")
    with pytest.raises(Problem, match="was closed meanwhile"):
        taking.offer(opened, offered)
    assert (kept_files(), DocumentVersion.objects.count()) == ([], 0)
    assert [each.kind for each in events_of(asked.case)].count("document_added.1") == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "Choose a file"),
        ({"class": "identity"}, "Choose who may read the document"),
        ({"class": ""}, "Choose who may read the document"),
        ({"title": "x" * 151}, "has more than 150 letters"),
        ({"content": b"", "name": "a.txt"}, "The file is empty."),
        ({"content": b"=cmd()", "name": "a.csv"}, "a formula, in row 1, column 1."),
        ({"content": files.word(), "name": "a.pdf"}, "end its name in .docx"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    asked: Story, people: People, browser: Browser, change: dict[str, object], said: str
) -> None:
    answer = add(browser(people["clinician"]), asked.case, **{"title": "My title", **change})  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "The document was not added" in words(answer)
    assert said in words(answer)
    assert str(change.get("title", "My title")) in answer.content.decode()
    assert (kept_files(), DocumentVersion.objects.count()) == ([], 0)


def test_too_large_is_said_and_not_kept_in_memory(
    asked: Story, people: People, browser: Browser, settings: Settings
) -> None:
    settings.DOCUMENT_LIMITS = {"size": 1000}
    answer = add(browser(people["clinician"]), asked.case, b"a" * 300_000, "a.txt")
    assert answer.status_code == 422
    assert "The file has 300,000 bytes." in words(answer)
    assert "of up to 1 KB" in words(answer)


def test_one_file_at_a_time(asked: Story, people: People, browser: Browser) -> None:
    two = [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")]
    answer = browser(people["clinician"]).post(
        f"/cases/{asked.case}/documents", {"file": two, "class": "public"}
    )
    assert answer.status_code == 400
    assert not DocumentVersion.objects.exists()


def test_more_documents_take_no_more_queries(asked: Story, people: People, browser: Browser) -> None:
    client = browser(people["clinician"])
    taken = []
    for number in range(1, 7):
        add(client, asked.case, f"Part {number}.".encode(), f"part {number}.txt")
        with CaptureQueriesContext(connection) as queries:
            assert f"part {number}.txt" in words(client.get(f"/cases/{asked.case}/documents"))
        taken.append(len(queries))
    assert taken[0] == taken[-1]


def test_sent_twice_it_is_added_once(asked: Story, people: People, browser: Browser) -> None:
    client, command = browser(people["clinician"]), str(uuid4())
    for _ in range(3):
        assert add(client, asked.case, command=command).status_code == 302
    assert (Document.objects.count(), DocumentVersion.objects.count(), len(kept_files())) == (1, 1, 1)
    other = add(client, asked.case, b"Other.", command=command)
    assert other.status_code >= 400
    assert (DocumentVersion.objects.count(), len(kept_files())) == (1, 1)


def test_a_virus_is_refused_and_nothing_kept(
    asked: Story, people: People, browser: Browser, scanner: FakeScanner
) -> None:
    scanner.answer = Scan(Outcome.INFECTED, "Test.Signature")
    answer = add(browser(people["clinician"]), asked.case)
    assert answer.status_code == 422
    assert "the virus scanner found Test.Signature in it" in words(answer)
    assert (kept_files(), DocumentVersion.objects.count(), HeldDocument.objects.count()) == ([], 0, 0)


def test_a_scanner_that_fails_holds_the_document_until_it_is_scanned(
    asked: Story, people: People, browser: Browser, scanner: FakeScanner
) -> None:
    client = browser(people["clinician"])
    scanner.answer = Scan(Outcome.FAILED, "the scanner cannot be reached (ConnectionRefusedError)")
    answer = add(client, asked.case, title="The costs")
    assert answer["Location"].endswith("?done=held")
    shown = words(client.get(answer["Location"]))
    assert "Held until they are checked" in shown
    assert "The costs" in shown
    assert "The scanner cannot be reached" in shown
    held = HeldDocument.objects.get()
    assert not DocumentVersion.objects.exists()
    assert client.get(f"/cases/{asked.case}/documents/files/{held.id}").status_code == 404
    again = f"/cases/{asked.case}/documents/held/{held.id}"
    assert client.post(again)["Location"].endswith("?done=held")
    assert browser(people["other clinician"]).post(again).status_code == 404
    scanner.answer = Scan(Outcome.CLEAN)
    assert browser(people["officer"]).post(again)["Location"].endswith("?done=added")
    assert client.post(again).status_code == 404
    version = DocumentVersion.objects.get()
    assert (version.scan, version.added_by) == (Outcome.CLEAN, str(people["clinician"].pk))
    assert client.get(f"/cases/{asked.case}/documents/files/{version.id}").content == b"Costs fell."
    assert not HeldDocument.objects.exists()


def test_a_held_document_with_a_virus_is_removed(
    asked: Story, people: People, browser: Browser, scanner: FakeScanner
) -> None:
    client = browser(people["clinician"])
    scanner.answer = Scan(Outcome.FAILED, "no answer")
    add(client, asked.case)
    scanner.answer = Scan(Outcome.INFECTED, "Test.Signature")
    answer = client.post(f"/cases/{asked.case}/documents/held/{HeldDocument.objects.get().id}")
    assert answer.status_code == 422
    assert "found Test.Signature" in words(answer)
    assert (kept_files(), HeldDocument.objects.count(), DocumentVersion.objects.count()) == ([], 0, 0)


def test_what_was_changed_on_the_disk_is_not_given_out(
    asked: Story, people: People, browser: Browser
) -> None:
    client = browser(people["clinician"])
    add(client, asked.case)
    (kept,) = kept_files()
    *content, last = kept.read_bytes()
    kept.write_bytes(bytes([*content, last ^ 1]))
    answer = client.get(f"/cases/{asked.case}/documents/files/{DocumentVersion.objects.get().id}")
    assert answer.status_code == 500
    assert "changed since it was written" in words(answer)


def test_destruction_takes_the_documents_and_leaves_the_chain(
    asked: Story,
    people: People,
    browser: Browser,
    scanner: FakeScanner,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = browser(people["clinician"])
    add(client, asked.case)
    scanner.answer = Scan(Outcome.FAILED, "no answer")
    add(client, asked.case, b"Held.", "held.txt")
    asked.did(acting(people["officer"], "officer"), "answer", finding="agreed")
    version = DocumentVersion.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        done = destroy_content(Destruction("destroy-1", asked.case, LEAD, asked.now, "the period ended"))
    assert isinstance(done, Done)
    assert kept_files() == []
    assert not HeldDocument.objects.exists()
    assert not Document.objects.exclude(about=None).exists()
    assert not DocumentVersion.objects.exclude(about=None).exists()
    assert DocumentVersion.objects.get().address == version.address
    assert (verify().wrong, list(differences())) == ("", [])
    got = client.get(f"/cases/{asked.case}/documents/files/{version.id}")
    assert got.status_code in (404, 410)


def test_an_address_that_is_none_is_not_found(asked: Story, people: People, browser: Browser) -> None:
    client = browser(people["clinician"])
    for place in (f"files/{UUID(int=0)}", str(UUID(int=0)), "nonsense", "files/../../x"):
        assert client.get(f"/cases/{asked.case}/documents/{place}").status_code == 404
    assert client.post(f"/cases/{asked.case}/documents/held/{UUID(int=0)}").status_code == 404
    assert client.get("/cases/NONE-1/documents").status_code == 404
