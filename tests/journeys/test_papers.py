"""Papers of a case: a document added, refused, mended and read by a colleague; a letter saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys import papers, pictures
from tests.journeys.case_players import InBrowser
from tests.journeys.people import People
from tests.journeys.places import Places
from tests.unit.casework.documents import files

from speccom.casework.demonstration.read import stories
from speccom.process.read_process import load_process
from speccom.rulebook.find import shelf

expect.set_options(timeout=15_000)

Opened = Callable[..., Page]


@pytest.fixture
def opened(address: str, people: People, places: Places) -> Iterator[Opened]:
    """Opens a page as somebody."""
    pages: list[Page] = []

    def open_page(person: str, **options: object) -> Page:
        page = people.page(address, person, viewport={"width": 1280, "height": 900}, **options)
        page.set_default_timeout(15_000)
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.context.close()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_document_is_refused_in_words_mended_and_read_by_a_colleague(
    opened: Opened, address: str, javascript: bool
) -> None:
    page = opened(papers.LEAD, java_script_enabled=javascript)
    case = papers.begin(page, address, f"Inventimab, {javascript}")
    page.get_by_role("link", name="Documents").click()
    expect(page.locator("main")).to_contain_text("There are no documents that you may see.")
    with_macros = files.changed(files.word(), {"word/vbaProject.bin": b"macro"})
    papers.send(page, "Costs.docx", with_macros, "What it will cost")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("The document was not added")
    expect(summary).to_contain_text("This is a Word document that holds macros or controls.")
    expect(page.locator("#file-error")).to_contain_text("Save it without macros")
    expect(page.get_by_label("Title")).to_have_value("What it will cost")
    expect(page.get_by_role("radio", name="Official")).to_be_checked()
    pictures.take(page, "document-refused")
    papers.send(page, "Costs.docx", files.word(), readers="")
    expect(page.locator("main")).to_contain_text("The document was added.")
    colleague = opened(papers.CLINICAL_LEAD, java_script_enabled=javascript)
    colleague.goto(f"{address}{case}/documents")
    with colleague.expect_download() as downloaded:
        colleague.get_by_role("link", name="Costs.docx").click()
    assert downloaded.value.suggested_filename == "Costs.docx"
    assert Path(downloaded.value.path()).read_bytes() == files.word()


def test_a_colleague_sees_no_document_of_a_class_that_is_not_theirs(
    opened: Opened, address: str, places: Places
) -> None:
    where = f"{address}{places.named['papers']}/documents"
    lead, clinical_lead = opened(papers.LEAD), opened(papers.CLINICAL_LEAD)
    lead.goto(where)
    expect(lead.get_by_role("link", name="Prices.csv")).to_be_visible()
    clinical_lead.goto(where)
    expect(clinical_lead.get_by_role("link", name="The clinical case", exact=True)).to_be_visible()
    expect(clinical_lead.get_by_role("link", name="Prices.csv")).to_have_count(0)
    expect(clinical_lead.get_by_role("radio", name="Commercial")).to_have_count(0)


def test_a_held_document_is_scanned_again_and_taken(opened: Opened, address: str, places: Places) -> None:
    page = opened(papers.LEAD)
    case = papers.begin(page, address, "Inventimab, held")
    papers.hold(places.home, case.rsplit("/", 1)[1])
    page.goto(f"{address}{case}/documents")
    expect(page.locator("main")).to_contain_text("Held until they are checked for viruses")
    page.get_by_role("button", name="Scan again").click()
    expect(page.locator("main")).to_contain_text("The document was added.")
    expect(page.get_by_role("link", name="Letter from the company.txt")).to_be_visible()


def test_a_letter_is_read_and_saved(opened: Opened, address: str, places: Places) -> None:
    page = opened(papers.LEAD)
    page.goto(f"{address}{places.named['papers']}")
    page.get_by_role("link", name="Letters").click()
    page.get_by_role("link", name="We have your request").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("We have your request")
    expect(page.locator("main")).to_contain_text("inventimab for an invented condition")
    for words, begins in (("PDF", b"%PDF-1.7"), ("Word", b"PK\x03\x04")):
        with page.expect_download() as downloaded:
            page.get_by_role("link", name=f"Download as {words}").click()
        assert re.fullmatch(r"\S+ We have your request\.(pdf|docx)", downloaded.value.suggested_filename)
        assert Path(downloaded.value.path()).read_bytes().startswith(begins)


DOCTOR = "clinician"
SECTION = "forms/clinician/trust_says"
JAVASCRIPT = pytest.mark.parametrize(
    "javascript", [True, False], ids=["with JavaScript", "without JavaScript"]
)


def begin_request(address: str, people: People) -> str:
    """Begin a funding request; its address."""
    (folder,) = (shelf() / "processes" / "individual-funding-request").iterdir()
    begun = next(each.steps[0] for each in stories() if each.steps[0].act == "start")
    return f"{address}/cases/{InBrowser(address, people).begin(load_process(folder), begun)}"


@JAVASCRIPT
def test_a_question_is_answered_with_a_document_that_is_added_for_it(
    opened: Opened, address: str, people: People, javascript: bool
) -> None:
    case, page = begin_request(address, people), opened(DOCTOR, java_script_enabled=javascript)
    page.goto(f"{case}/{SECTION}")
    who, which = page.get_by_label("Who authorises"), page.get_by_label("The committee")
    expect(which).to_have_accessible_description("There is no document to choose yet: add one first.")
    who.fill("Helen Ward")
    page.get_by_role("button", name="Add a document").click()
    expect(page.locator("main")).to_contain_text("Added for the question The committee")
    title = "Minutes of the drugs and therapeutics committee of the second of the month, " + "longing" * 8
    papers.send(page, "Minutes.txt", b"We approve.", title)
    expect(page.locator("main")).to_contain_text("The document was added, and is chosen below.")
    expect(who).to_have_value("Helen Ward")
    expect(which).to_have_value(re.compile("/1$"))
    pictures.take(page, "document-question")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    who.press("Enter")
    page.wait_for_url(re.compile("check=yes"))
    expect(page.get_by_role("alert")).to_contain_text("When did the trust approve")
    expect(which).to_have_value(re.compile("/1$"))
    page.goto(f"{case}/do/submit")
    page.get_by_role("link", name=f"{title}, version 1").click()
    expect(page.locator("#version-1")).to_contain_text("Minutes.txt")


@JAVASCRIPT
def test_what_is_typed_while_the_case_goes_on_is_given_back(
    opened: Opened, address: str, people: People, javascript: bool
) -> None:
    case, page = begin_request(address, people), opened(DOCTOR, java_script_enabled=javascript)
    page.goto(f"{case}/{SECTION}")
    elsewhere = opened(DOCTOR)
    elsewhere.goto(f"{case}/do/record_death")
    elsewhere.locator("main form button").last.click()
    expect(elsewhere.locator("main")).to_contain_text("Done")
    page.get_by_label("Who authorises").fill("Helen Ward")
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.locator("main")).to_contain_text("Nothing was saved: the case has gone on")
    expect(page.locator("main")).to_contain_text("Helen Ward")
    pictures.take(page, "not-kept")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
