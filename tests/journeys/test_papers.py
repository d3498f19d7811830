"""Papers of a case: a document added, refused, mended and read by a colleague; a letter saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys import papers, pictures
from tests.journeys.people import People
from tests.journeys.places import Places
from tests.unit.casework.documents import files

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
