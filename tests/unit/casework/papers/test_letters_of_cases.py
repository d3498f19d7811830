"""Letters of a case: there once the step is taken, as answers stood then, for whoever may see all of it."""

from __future__ import annotations

import html
import io
import re
import shutil
from pathlib import Path
from uuid import uuid4

import docx
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.unit.casework.papers.pdf_text import words_of
from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework.answers_shown import NOT_SHOWN
from speccom.casework.documents.answer import answer_of
from speccom.casework.documents.check import check_document
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.taking import Offer, offer, version_added
from speccom.casework.door import Done
from speccom.casework.models import CaseRow
from speccom.casework.open_case import open_case
from speccom.casework.papers import sent_letters
from speccom.casework.papers.sent_letters import letters_sent, paper_of
from speccom.casework.submissions import Content
from speccom.criteria.vocabulary import Confidentiality
from speccom.directory.models import Grant, Organisation, Person
from speccom.directory.tokens import make_token
from speccom.process.decide import Actor

PUBLIC, OFFICIAL = frozenset({Confidentiality.PUBLIC}), frozenset({Confidentiality.OFFICIAL})
HOSTILE = '</p><script>alert(1)</script> #panic("x") {{finding}}'


@pytest.fixture
def answered(story: Story) -> Story:
    """A case that was answered, and whose letter says why it was asked."""
    story.did(CLINICIAN, "ask", reason=f"rarity {HOSTILE}")
    story.waits(days=2)
    story.did(OFFICER, "answer", finding="agreed,\nfor a year")
    return story


def test_a_letter_goes_out_with_its_step(story: Story) -> None:
    story.did(CLINICIAN, "ask", reason="rarity")
    assert list(letters_sent(open_case(CaseRow.objects.get()), PUBLIC | OFFICIAL)) == []
    story.did(OFFICER, "answer", finding="agreed")
    (sent,) = letters_sent(open_case(CaseRow.objects.get()), PUBLIC | OFFICIAL)
    assert (sent.letter.id, sent.event.case_version) == ("answer", 2)


def test_what_filled_it_stays_text(answered: Story) -> None:
    opened = open_case(CaseRow.objects.get())
    (sent,) = letters_sent(opened, PUBLIC | OFFICIAL)
    paper = paper_of(opened, sent)
    assert paper.title == f"Your request {answered.case}"
    assert (paper.reference, paper.version, paper.made) == (answered.case, "2", answered.now)
    assert paper.mark.startswith("Illustrative")
    first, second = paper.sections
    assert [getattr(each, "text", "") for each in first.parts] == [
        "16 April 2025",
        f"You asked because: rarity {HOSTILE}",
    ]
    assert second.heading == "What was decided"
    assert [getattr(each, "text", "") for each in second.parts] == ["agreed,", "for a year"]


def test_it_says_what_stood_when_it_was_sent(answered: Story) -> None:
    """An answer that comes later, by whatever step, leaves a letter as it was."""
    opened = open_case(CaseRow.objects.get())
    (sent,) = letters_sent(opened, PUBLIC | OFFICIAL)
    before = paper_of(opened, sent)
    later = Content({"reason": "another reason", "finding": "withdrawn"}, {})
    sent_letters.submissions.submit(opened.row, opened.key, "form", 3, later.as_json())
    assert paper_of(open_case(CaseRow.objects.get()), sent) == before


def test_whoever_may_not_see_all_that_it_says_does_not_see_it(answered: Story) -> None:
    opened = open_case(CaseRow.objects.get())
    assert list(letters_sent(opened, PUBLIC)) == []
    assert list(letters_sent(opened, frozenset())) == []


@pytest.fixture
def client(settings: Settings, story: Story) -> Client:
    """The browser of an officer who works on the case that was answered."""
    settings.DEMONSTRATION = True
    officer = Person.objects.create(email="officer@trust.example", name="The officer")
    organisation = Organisation.objects.create(code="RX1")
    Grant.objects.create(
        person=officer, role="officer", organisation=organisation, starts=story.now, why="Joined"
    )
    acting = Actor(str(officer.pk), frozenset({"officer"}))
    story.did(CLINICIAN, "ask", reason=f"rarity {HOSTILE}")
    story.did(acting, "answer", finding="agreed")
    browser = Client(HTTP_HOST="localhost", raise_request_exception=False)
    browser.force_login(officer)
    return browser


def _main(answer: HttpResponse) -> str:
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert main
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main[0])))


def test_its_page_and_its_files_say_the_same(client: Client, story: Story) -> None:
    listed = client.get(f"/cases/{story.case}/letters")
    where = f"/cases/{story.case}/letters/answer/2"
    assert where in listed.content.decode()
    page = client.get(where)
    assert b"<script>alert" not in page.content
    pdf, word = client.get(f"{where}/pdf"), client.get(f"{where}/docx")
    for answer, ending in ((pdf, "pdf"), (word, "docx")):
        assert answer["Content-Disposition"].startswith(
            f'attachment; filename="{story.case} Your answer.{ending}"'
        )
        assert answer["Cache-Control"] == "no-store"
    in_word = docx.Document(io.BytesIO(word.content))
    said = [
        _main(page),
        words_of(pdf.content),
        " ".join(each.text for each in in_word.paragraphs),
    ]
    for words in (f"You asked because: rarity {HOSTILE}", "What was decided", "agreed", story.case):
        assert all(re.sub(r"\s", "", words) in re.sub(r"\s", "", each) for each in said), words
    assert client.get(where).content.count(b"Demonstration:") == 1


def test_what_is_not_there_or_not_theirs_is_not_found(client: Client, story: Story) -> None:
    for place in ("answer/1", "answer/3", "other/2", "answer/2/html", "answer/x"):
        assert client.get(f"/cases/{story.case}/letters/{place}").status_code == 404
    visitor = Client(HTTP_HOST="localhost")
    assert "No letters have been sent" in _main(visitor.get(f"/cases/{story.case}/letters"))
    for place in ("answer/2", "answer/2/pdf", "answer/2/docx"):
        assert visitor.get(f"/cases/{story.case}/letters/{place}").status_code == 404


def program(key: str) -> Client:
    token = make_token(Person.objects.get(email=f"{key}@trust.example"), "test", timezone.now())
    return Client(headers={"host": "localhost", "Authorization": f"Bearer {token}"})


def test_a_program_is_given_the_same_letter_in_each_form(client: Client, story: Story) -> None:
    officer, where = program("officer"), f"/api/v1/cases/{story.case}/letters"
    (listed,) = officer.get(where).json()
    assert (listed["letter"], listed["version"], listed["title"], listed["to"]) == (
        "answer",
        2,
        "Your answer",
        "the clinician",
    )
    assert listed["forms"] == ["html", "pdf", "docx"]
    for form in ("pdf", "docx"):
        page = client.get(f"/cases/{story.case}/letters/answer/2/{form}")
        assert officer.get(f"{where}/answer/2/{form}").content == page.content
    alone = officer.get(f"{where}/answer/2/html")
    assert alone["Content-Type"] == "text/html; charset=utf-8"
    assert b"<script>alert" not in alone.content
    assert f"You asked because: rarity {HOSTILE}" in _main(alone)
    for place in ("answer/1/pdf", "other/2/pdf", "answer/2/odt", "answer/x/pdf"):
        assert officer.get(f"{where}/{place}").status_code in (404, 422)
    visitor = Client(headers={"host": "localhost"})
    assert visitor.get(where).json() == []
    assert visitor.get(f"{where}/answer/2/html").status_code == 404


@pytest.mark.parametrize(
    ("confidentiality", "words"),
    [(Confidentiality.OFFICIAL, "The scan, version 1"), (Confidentiality.IDENTITY, NOT_SHOWN)],
)
def test_a_letter_names_the_document_that_was_chosen(
    story: Story,
    small_shelf: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    confidentiality: Confidentiality,
    words: str,
) -> None:
    """By its title and version, where everybody may see it who reads the letter."""
    shelf = Path(shutil.copytree(small_shelf, tmp_path / "shelf"))
    process = shelf / "processes" / "three-states" / "1"
    rulebook, letter, form = (
        process / each for each in ("rulebook.toml", "letters/answer.md", "forms/decision.toml")
    )
    rulebook.write_text(f'{rulebook.read_text()}\n[fields.paper]\ntype = "text"\ntitle = "the paper"\n')
    letter.write_text(letter.read_text().replace("{{finding}}", "{{finding}} See {{paper}}."))
    asks = '[[sections.questions]]\nid = "paper"\nlabel = "Paper"\nkind = "document"\nbind = "paper"\n'
    form.write_text(f"{form.read_text()}\n{asks}")
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(shelf))
    story.did(CLINICIAN, "ask", reason="rarity")
    story.did(OFFICER, "answer", finding="agreed", paper=_added(story, confidentiality))
    assert f"agreed See {words}." in _said(PUBLIC | OFFICIAL)


def _added(story: Story, confidentiality: Confidentiality) -> str:
    checked = check_document("scan.txt", f"A {confidentiality} scan".encode(), Limits())
    offered = Offer(str(uuid4()), "The scan", confidentiality, checked, CLINICIAN, "clinician", story.now)
    outcome = offer(open_case(CaseRow.objects.get()), offered)
    assert isinstance(outcome, Done)
    return answer_of(version_added(outcome))


def _said(classes: frozenset[Confidentiality]) -> str:
    opened = open_case(CaseRow.objects.get())
    (sent,) = letters_sent(opened, classes)
    parts = (part for section in paper_of(opened, sent).sections for part in section.parts)
    return " ".join(getattr(each, "text", "") for each in parts)
