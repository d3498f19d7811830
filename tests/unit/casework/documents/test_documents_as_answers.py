"""Questions that ask for a document: chosen from what one may see of the case's own, and kept by version."""

from __future__ import annotations

import html
import re
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.unit.casework.demonstrated import begun, browser, person, program
from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework import acting
from speccom.casework.acting import Unfinished
from speccom.casework.answers_shown import NOT_SHOWN, WITHDRAWN, shown_sections
from speccom.casework.demonstration import load as module
from speccom.casework.demonstration.load import load
from speccom.casework.documents.answer import answer_of, document_of
from speccom.casework.documents.as_answers import documents_by_answer, open_for
from speccom.casework.documents.check import check_document
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.taking import Offer, offer, version_added
from speccom.casework.door import Done, carry_out
from speccom.casework.drafts import draft_of
from speccom.casework.meetings.minutes import minutes_of
from speccom.casework.models import AgendaItem, CaseRow, Document, DocumentVersion, Meeting
from speccom.casework.open_case import open_case
from speccom.casework.procedures import pinned
from speccom.casework.prospects import prospect
from speccom.casework.sight import viewer
from speccom.casework.submissions import Content
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.demonstration import load as load_people
from speccom.process.decide import Refused
from speccom.process.form import Form

PUBLIC, OFFICIAL = Confidentiality.PUBLIC, Confidentiality.OFFICIAL
ASKS_FOR_A_PAPER = """
title = "More"
acts = ["pause"]
[[sections]]
id = "more"
title = "More"
[[sections.questions]]
id = "paper"
label = "Paper"
kind = "document"
confidentiality = "official"
"""
FORM, SECTION, CONTROL = "clinician", "trust_says", "approval"


@pytest.fixture
def draft(db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """The demonstration's request that nobody has submitted yet, twice."""
    settings.DEMONSTRATION = True
    begun = next(each for each in module.stories() if [step.act for step in each.steps] == ["start"])
    monkeypatch.setattr(module, "stories", lambda: (begun, begun))
    load_people(timezone.now())
    load(timezone.now())
    return CaseRow.objects.order_by("reference")[0].reference


def section_of(case: str) -> str:
    return f"/cases/{case}/forms/{FORM}/{SECTION}"


def send(client: Client, where: str, title: str = "The minutes", **fields: str) -> HttpResponse:
    file = SimpleUploadedFile("minutes.txt", f"{title} {uuid4()}".encode())
    sent = {"file": file, "title": title, "class": "official", "command": str(uuid4()), **fields}
    return client.post(where, sent)  # type: ignore[return-value]


def added(case: str, title: str = "The minutes", **fields: str) -> str:
    """Add a document in its page; the answer that it is."""
    assert send(browser("clinician"), f"/cases/{case}/documents", title, **fields).status_code == 302
    return answer_of(DocumentVersion.objects.order_by("-added_at")[0])


def options(answer: HttpResponse) -> list[tuple[str, str, bool]]:
    """The value, the words and whether it is chosen of each option of the question."""
    page = answer.content.decode()
    (select,) = re.findall(rf'<select[^>]*name="q-{CONTROL}".*?</select>', page, re.DOTALL)
    found = re.findall(r'<option value="([^"]*)"( selected)?>\s*(.*?)\s*</option>', select, re.DOTALL)
    return [(value, html.unescape(words), bool(chosen)) for value, chosen, words in found]


def chosen(case: str) -> str:
    return next(
        (value for value, _, is_chosen in options(browser("clinician").get(section_of(case))) if is_chosen),
        "",
    )


def test_where_there_is_none_one_is_added_first_and_nothing_typed_is_lost(draft: str) -> None:
    client = browser("clinician")
    first = client.get(section_of(draft))
    assert options(first) == [("", "Choose a document", False)]
    assert "There is no document to choose yet: add one first." in first.content.decode()
    kept = client.post(
        section_of(draft), {"q-authoriser": "Helen Ward", "version": "0", "then": f"document for {CONTROL}"}
    )
    where = kept["Location"]
    assert where == f"/cases/{draft}/documents?for={FORM}%2F{SECTION}%2F{CONTROL}#add"
    page = client.get(where).content.decode()
    assert "Added for the question" in page
    assert "The committee&#39;s minutes, or its chair&#39;s letter" in page
    back = send(client, where.partition("#")[0])
    assert back["Location"] == f"{section_of(draft)}?done=added#q-{CONTROL}"
    again = client.get(back["Location"])
    assert "The document was added, and is chosen below." in again.content.decode()
    assert 'value="Helen Ward"' in again.content.decode()
    (version,) = DocumentVersion.objects.all()
    assert "There is no document to choose yet" not in again.content.decode()
    assert options(again)[1:] == [(answer_of(version), "The minutes, version 1", True)]


@pytest.mark.parametrize(
    "asked",
    ["nothing", "clinician", "clinician/nothing/approval", "clinician/trust_says/authoriser", "//", "x/y/z"],
)
def test_a_question_that_there_is_not_is_none(draft: str, asked: str) -> None:
    client = browser("clinician")
    where = f"/cases/{draft}/documents?for={asked}"
    assert "Added for the question" not in client.get(where).content.decode()
    assert send(client, where)["Location"] == f"/cases/{draft}/documents?done=added"
    assert draft_of(open_case(CaseRow.objects.get(pk=draft)), _form(draft)).version == 0


def test_a_row_of_several_asks_for_a_document_of_its_own(draft: str) -> None:
    client, where = browser("clinician"), f"/cases/{draft}/forms/clinical-case/evidence"
    kept = client.post(where, {"q-evidence-2-citation": "A study", "then": "document for evidence-2-copy"})
    back = send(client, kept["Location"].partition("#")[0], "The study")
    assert back["Location"].endswith("#q-evidence-2-copy")
    posted = draft_of(open_case(CaseRow.objects.get(pk=draft)), _form(draft, "clinical-case")).posted
    assert posted == {
        "evidence-2-citation": "A study",
        "evidence-2-copy": answer_of(DocumentVersion.objects.get()),
    }


def test_a_document_of_another_case_is_none_of_this_one(draft: str) -> None:
    other = CaseRow.objects.order_by("reference")[1].reference
    answer = added(other)
    client = browser("clinician")
    client.post(section_of(draft), {"q-approval": answer, "version": "0"})
    shown = client.get(f"{section_of(draft)}?check=yes")
    assert "choose one of the documents of the case" in html.unescape(shown.content.decode())
    assert options(shown)[1] == (answer, NOT_SHOWN, True)
    looking = viewer(person("clinician"), timezone.now())
    outcome = acting.do(
        looking, open_for(looking, CaseRow.objects.get(pk=draft)), "submit", str(uuid4()), None
    )
    assert isinstance(outcome, Unfinished)
    assert CONTROL in outcome.answers[FORM].problems


def test_nobody_chooses_what_they_may_not_see(draft: str) -> None:
    """Whoever opens the case offers its documents to somebody; without that, there is none to choose."""
    answer = added(draft, **{"class": "identity"})
    row = CaseRow.objects.get(pk=draft)
    seen = {
        key: open_for(viewer(person(key), timezone.now()), row)
        .procedure.forms[FORM]
        .sections[1]
        .questions[2]
        .options
        for key in ("clinician", "auditor")
    }
    assert list(seen["clinician"]) == [answer]
    assert list(seen["auditor"]) == []
    assert dict(open_case(row).procedure.forms[FORM].sections[1].questions[2].options) == {}


def test_a_newer_version_takes_nobodys_choice_away(draft: str) -> None:
    first = added(draft)
    client = browser("clinician")
    client.post(section_of(draft), {"q-approval": first, "version": "0"})
    send(client, f"/cases/{draft}/documents/{Document.objects.get().id}")
    second = answer_of(DocumentVersion.objects.get(number=2))
    assert options(client.get(section_of(draft)))[1:] == [
        (second, "The minutes, version 2", False),
        (first, "The minutes, version 1", True),
    ]
    client.post(section_of(draft), {"q-approval": second, "version": "1"})
    assert [value for value, *_ in options(client.get(section_of(draft)))] == ["", second]
    assert chosen(draft) == second


def test_a_withdrawn_document_is_offered_no_more_and_has_to_be_replaced_where_it_was_chosen(
    draft: str,
) -> None:
    answer, client = added(draft), browser("clinician")
    client.post(section_of(draft), {"q-approval": answer, "version": "0"})
    take_back(client, draft)
    assert options(client.get(section_of(draft)))[1:] == [(answer, WITHDRAWN, True)]
    checked = html.unescape(client.get(f"{section_of(draft)}?check=yes").content.decode())
    assert "the document was withdrawn; choose another" in checked
    assert "There is no document to choose yet: add one first." in checked
    looking, row = viewer(person("clinician"), timezone.now()), CaseRow.objects.get(pk=draft)
    outcome = acting.do(looking, open_for(looking, row), "submit", str(uuid4()), None)
    assert isinstance(outcome, Unfinished)
    assert "was withdrawn" in outcome.answers[FORM].problems[CONTROL]
    other = added(draft, "The right minutes")
    client.post(section_of(draft), {"q-approval": other, "version": "1"})
    assert options(client.get(section_of(draft)))[1:] == [(other, "The right minutes, version 1", True)]
    given = program("clinician").get(f"/api/v1/cases/{draft}/drafts/{FORM}").json()
    asked = [each for section in given["sections"] for each in section["questions"]]
    assert [each["options"] for each in asked if each["control"] == CONTROL] == [
        {other: "The right minutes, version 1"}
    ]


def test_a_submitted_answer_that_is_withdrawn_counts_as_none_and_is_still_shown(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = begun(settings, monkeypatch, "start", "submit")
    opened = open_case(row)
    approval, copy = opened.answers["approval"], opened.rows["evidence"][0]["copy"]
    officer = browser("funding-request-officer")
    for answer in (approval, copy):
        take_back(officer, row.reference, answer)
    opened = open_case(CaseRow.objects.get())
    assert (opened.answers["approval"], opened.rows["evidence"][0]["copy"]) == (approval, copy)
    known = opened.known("accept", timezone.now(), {})
    assert "approval" not in known.answers
    assert "copy" not in known.rows["evidence"][0]
    page = officer.get(f"/cases/{row.reference}").content.decode()
    href = f"/cases/{row.reference}/documents/{approval.partition('/')[0]}#version-1"
    assert f'<a href="{href}">{WITHDRAWN}</a>' in page
    looking = viewer(person("funding-request-officer"), timezone.now())
    outcome = acting.do(looking, open_for(looking, row), "accept", str(uuid4()), None)
    assert isinstance(outcome, Refused)
    (found,) = (each for each in outcome.findings if each.requirement.name == "nothing_blank")
    assert found.met is False
    assert found.witnesses == ("What your trust says: The committee's minutes, or its chair's letter",)


def take_back(client: Client, case: str, answer: str = "") -> None:
    version = next(each for each in DocumentVersion.objects.all() if answer in ("", answer_of(each)))
    where = f"/cases/{case}/documents/files/{version.id}/withdraw"
    assert client.post(where, {"q-reason": "Another patient's"}).status_code == 302


def test_it_is_shown_by_its_title_with_a_link_to_whoever_may_see_it(draft: str) -> None:
    answer = added(draft, "Minutes of <b>May</b>")
    browser("clinician").post(section_of(draft), {"q-approval": answer, "version": "0"})
    page = browser("clinician").get(f"/cases/{draft}/do/submit").content.decode()
    document = answer.partition("/")[0]
    href = f"/cases/{draft}/documents/{document}#version-1"
    assert f'<a href="{href}">Minutes of &lt;b&gt;May&lt;/b&gt;, version 1</a>' in page
    assert 'id="version-1"' in browser("clinician").get(urlsplit(href).path).content.decode()


def test_to_others_it_is_a_document_that_is_not_shown(draft: str) -> None:
    answer = added(draft)
    row = CaseRow.objects.get(pk=draft)
    form = open_case(row).procedure.forms[FORM]
    for classes, words in (({OFFICIAL}, "The minutes, version 1"), ({PUBLIC}, NOT_SHOWN)):
        known = documents_by_answer(row, open_case(row).key, classes)
        sections = shown_sections(form.with_documents(known), {"approval": answer}, {}, {OFFICIAL}, draft)
        shown = [
            each for section in sections for each in section.answers if each.name.startswith("The committee")
        ]
        assert [(each.text, bool(each.href)) for each in shown] == [(words, words != NOT_SHOWN)]


def test_a_name_that_was_typed_before_documents_were_chosen_is_still_read(draft: str) -> None:
    form = open_case(CaseRow.objects.get(pk=draft)).procedure.forms[FORM]
    sections = shown_sections(form, {"approval": "Minutes of May"}, {}, {OFFICIAL}, draft)
    assert "Minutes of May" in [each.text for section in sections for each in section.answers]


def test_a_submitted_request_keeps_the_document_and_its_version(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demonstration submits its requests with documents that it added; these count as answers."""
    settings.DEMONSTRATION = True
    story = next(
        each for each in module.stories() if [step.act for step in each.steps] == ["start", "submit"]
    )
    monkeypatch.setattr(module, "stories", lambda: (story,))
    now = timezone.now()
    load_people(now)
    load(now)
    row = CaseRow.objects.get()
    opened = open_case(row)
    titles = documents_by_answer(row, opened.key, {OFFICIAL})
    assert titles[opened.answers["approval"]] == "Minutes of the drugs and therapeutics committee, version 1"
    assert titles[opened.rows["evidence"][0]["copy"]] == "A case series of nine patients, version 1"
    officer = viewer(person("funding-request-officer"), now + timedelta(minutes=1))
    assert isinstance(acting.do(officer, open_for(officer, row), "accept", str(uuid4()), None), Done)


def _form(case: str, name: str = FORM) -> Form:
    return open_case(CaseRow.objects.get(pk=case)).procedure.forms[name]


def test_what_a_later_form_says_of_the_same_takes_no_document_away(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The panel's record goes on from the evidence that the clinician listed, and asks for no copy of it."""
    settings.DEMONSTRATION = True
    decided = next(
        each for each in module.stories() if "begin_treatment" in [step.act for step in each.steps]
    )
    monkeypatch.setattr(module, "stories", lambda: (decided,))
    load_people(timezone.now())
    load(timezone.now())
    case = CaseRow.objects.get().reference
    page = browser("funding-request-officer").get(f"/cases/{case}").content.decode()
    assert ">A case series of nine patients, version 1</a>" in page
    assert "Accepted as far as it goes." in page
    given = program("funding-request-officer").get(f"/api/v1/cases/{case}").json()
    (listed,) = given["entered"]["clinical-case"]["rows"]["evidence"]
    (weighed,) = given["entered"]["decision-record"]["rows"]["evidence"]
    assert document_of(listed["copy"])
    assert "copy" not in weighed
    assert given["rows"]["evidence"] == [weighed]


@pytest.mark.parametrize(
    ("readers", "words"), [(OFFICIAL, "The scan, version 1"), (Confidentiality.IDENTITY, NOT_SHOWN)]
)
def test_minutes_name_it_where_all_who_read_them_may_see_it(
    story: Story,
    small_shelf: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    readers: Confidentiality,
    words: str,
) -> None:
    shelf = Path(shutil.copytree(small_shelf, tmp_path / "shelf"))
    (shelf / "processes" / "three-states" / "1" / "forms" / "more.toml").write_text(ASKS_FOR_A_PAPER)
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(shelf))
    story.did(CLINICIAN, "ask", reason="rarity")
    row = CaseRow.objects.get()
    checked = check_document("scan.txt", b"A scan", Limits())
    offered = Offer("1", "The scan", readers, checked, CLINICIAN, "clinician", story.now)
    outcome = offer(open_case(row), offered)
    assert isinstance(outcome, Done)
    now = story.now
    meeting = Meeting.objects.create(
        reference="MTG-1", body="reading_group", starts_at=now, papers_out_at=now, opened_at=now
    )
    AgendaItem.objects.create(meeting=meeting, case=row, place=1, minutes=20)
    brings = {"more": Content({"paper": answer_of(version_added(outcome))}, {})}
    assert isinstance(carry_out(replace(story.order(OFFICER, "pause"), brings=brings)), Done)
    (item,) = minutes_of(meeting, pinned(row.process).bodies["reading_group"]).items
    assert item.recorded == (("Paper", words),)


@pytest.mark.parametrize(
    ("title", "readers", "names"),
    [
        ("Minutes about Edith Marlow", "official", True),
        ("Minutes about Edith Marlow", "identity", False),
        ("Minutes about the patient", "official", False),
    ],
)
def test_a_document_whose_title_names_the_patient_is_found(
    draft: str, title: str, readers: str, names: bool
) -> None:
    """Where more people read the title than may know who the patient is."""
    answer, client = added(draft, title, **{"class": readers}), browser("clinician")
    client.post(f"/cases/{draft}/forms/patient/person", {"q-name": "Edith Marlow", "version": "0"})
    client.post(section_of(draft), {"q-approval": answer, "version": "0"})
    looking = viewer(person("clinician"), timezone.now())
    opened = open_for(looking, CaseRow.objects.get(pk=draft))
    transition = opened.procedure.transition("draft", "submit")
    assert transition is not None
    (found,) = (
        each
        for each in prospect(opened, transition, looking).findings
        if each.requirement.name == "nobody_named"
    )
    assert found.witnesses == (
        ("What your trust says: The committee's minutes, or its chair's letter",) if names else ()
    )
    assert found.met is not names


def test_more_documents_take_no_more_queries(draft: str) -> None:
    client, taken = browser("clinician"), []
    client.post(section_of(draft), {"q-approval": added(draft), "version": "0"})
    for place in (section_of(draft), f"/cases/{draft}/do/submit", f"/cases/{draft}"):
        counts = []
        for number in range(3):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(place).status_code == 200
            counts.append(len(queries))
            added(draft, f"Another, {number}")
        taken.append(len(set(counts)))
    assert taken == [1, 1, 1]
