"""A paper says the same as a page, as a PDF and as a Word document, whatever is written in it."""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import docx
import pytest
from django.template import engines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.casework.papers.pdf_text import words_of

from speccom.casework.documents.check import check_document
from speccom.casework.documents.kinds import DocumentKind
from speccom.casework.documents.limits import Limits
from speccom.casework.papers.paper import (
    DEMONSTRATION,
    Grid,
    Paper,
    Paragraph,
    Points,
    Section,
)
from speccom.casework.papers.pdf import as_pdf
from speccom.casework.papers.word import as_word
from speccom.problem import Problem

MADE = datetime(2026, 8, 6, 16, 3, tzinfo=UTC)
HOSTILE = (
    '#panic("x") #read("/etc/passwd") #import "@preview/a:1.0.0"',
    "$x^2$ *b* _i_ `c` = Heading",
    "<script>alert(1)</script> & &amp; <w:t>x</w:t> ]]>",
    '\\u{1F600} \\" "; } #{ } // /* */ @ref <label>',
    "{{ 7*7 }} {% raw %} ${x} %s {0}",
    "-- --- ... 'quoted' \"double\" ~ office efficient ffi ffl fjord",
    "line\nbreak\ttab\x0bvertical\x00null\x1funit\u202ereversed\u2028separated",
    "Łukasz Ștefan, Jürgen, Renée — £1.2 million; ≥ 3 and ≤ 5; 50%",
    "=cmd|' /C calc'!A0",
    "- a point\n# a heading\n1. a number",
    "x" * 400,
)


def make(*texts: str) -> Paper:
    return Paper(
        title=f"Decision on {texts[0]}",
        reference="UPS-2026-0042-7",
        version="3",
        made=MADE,
        facts=(("Service", texts[0]), ("Decided by", texts[-1])),
        sections=(
            Section("", (Paragraph(f"Dear {texts[0]}"), *(Paragraph(each) for each in texts))),
            Section(
                f"Why {texts[0]}",
                (
                    Points(texts),
                    Grid(f"Costs {texts[0]}", ("Year", texts[0]), tuple((each, "£1.00") for each in texts)),
                ),
            ),
            Section("Detail", (Paragraph("A detail. " * 120),), depth=2),
        ),
        mark=DEMONSTRATION,
    )


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)


def page_of(paper: Paper) -> str:
    source = (
        '{% from "casework/paper.jinja" import paper_body %}<h1>{{ paper.title }}</h1>{{ paper_body(paper) }}'
    )
    return str(engines["house"].from_string(source).render({"paper": paper}))


def _words_of_page(paper: Paper) -> _Words:
    reader = _Words()
    reader.feed(page_of(paper))
    return reader


def _words_of_word(content: bytes) -> str:
    made = docx.Document(io.BytesIO(content))
    said = []
    for part in made.iter_inner_content():
        if isinstance(part, docx.table.Table):
            said += [cell.text for row in part.rows for cell in row.cells]
        else:
            said.append(part.text)
    return " ".join(said)


def _said_by(paper: Paper) -> list[str]:
    """All words of a paper, in order, told from its parts: what each form must say."""
    said = [paper.title, paper.mark, *(words for fact in paper.facts for words in fact)]
    for section in paper.sections:
        said.append(section.heading)
        for part in section.parts:
            if isinstance(part, Paragraph):
                said.append(part.text)
            elif isinstance(part, Points):
                said += part.items
            else:
                said += [part.caption, *part.headings, *(words for row in part.rows for words in row)]
    return [*said, paper.origin]


def _letters(text: str) -> str:
    """Without spaces, of which a PDF keeps none where its lines break, and without the signs of points."""
    return re.sub(r"[\s•]+", "", text)


@pytest.mark.parametrize("text", HOSTILE, ids=[each[:12] for each in HOSTILE])
def test_every_form_says_the_same(text: str) -> None:
    paper = make(text, "Another")
    expected = _letters("".join(_said_by(paper)))
    page = _words_of_page(paper)
    assert _letters("".join(page.said)) == expected
    assert not page.tags & {"script", "w:t", "label"}
    assert _letters(words_of(as_pdf(paper))) == expected
    assert _letters(_words_of_word(as_word(paper))) == expected


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(max_codepoint=0x17F), min_size=1, max_size=60))
def test_any_words_stay_words(text: str) -> None:
    paper = make(text, "Another")
    expected = _letters("".join(_said_by(paper)))
    assert _letters("".join(_words_of_page(paper).said)) == expected
    assert _letters(words_of(as_pdf(paper))) == expected
    assert _letters(_words_of_word(as_word(paper))) == expected


@settings(max_examples=12, deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_any_letters_make_a_pdf_or_are_refused_in_words(text: str) -> None:
    paper = make(text, "Another")
    as_word(paper)
    with suppress(Problem):
        as_pdf(paper)


def test_a_name_in_another_script_is_named() -> None:
    with pytest.raises(Problem, match="no letters for “王”") as refused:
        as_pdf(make("王"))
    assert "Word" in refused.value.mend
    assert "王" in _words_of_word(as_word(make("王")))


def test_the_pdf_is_accessible() -> None:
    content = as_pdf(make("One", "Two"))
    catalogue = re.search(rb"<</Type/Catalog.*?>>\nendobj", content, re.DOTALL)
    assert catalogue
    assert b"/Lang(en-GB)" in catalogue[0]
    assert b"/MarkInfo<</Marked true" in catalogue[0]
    assert b"/StructTreeRoot" in catalogue[0]
    assert b"/DisplayDocTitle true" in catalogue[0]
    assert b"/Title(Decision on One)" in content
    tags = re.findall(rb"/S/(\w+)", content)
    assert {b"H1", b"H2", b"P", b"L", b"LI", b"LBody", b"Table", b"THead", b"TH", b"TD"} <= set(tags)
    assert tags.count(b"TH") == content.count(b"/Scope/Column") == 2
    metadata = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", content, re.DOTALL)
    assert metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata[0]
    assert b"Decision on One" in metadata[0]


def test_the_pdf_needs_no_typeface_of_the_machine() -> None:
    content = as_pdf(make("One → ✓ ☐", "Two"))
    used = set(re.findall(rb"/BaseFont/[A-Z]{6}\+(\w+)", content))
    assert used <= {b"LibertinusSerif", b"NewCM10", b"NewCMMath", b"DejaVuSansMono"} | {
        each for each in used if each.startswith((b"LibertinusSerif", b"NewCM", b"DejaVuSansMono"))
    }
    assert len(re.findall(rb"/FontFile[23]? ", content)) == len(re.findall(rb"/Type/FontDescriptor", content))


def test_word_has_headings_table_headings_language_and_title() -> None:
    content = as_word(make("One", "Two"))
    made = docx.Document(io.BytesIO(content))
    styles = [each.style.name for each in made.paragraphs]
    assert styles[0] == "Title"
    assert [each for each in styles if each.startswith("Heading")] == ["Heading 1", "Heading 2"]
    assert styles.count("List Bullet") == 2
    about = made.core_properties
    assert (about.title, about.language, about.identifier) == ("Decision on One", "en-GB", "UPS-2026-0042-7")
    assert about.created == datetime(2026, 8, 6, 16, 3, tzinfo=UTC)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        document, styles_xml = parts.read("word/document.xml"), parts.read("word/styles.xml")
        foot = b"".join(parts.read(name) for name in parts.namelist() if "footer" in name)
    assert document.count(b"<w:tblHeader/>") == 1
    assert b'w:lang w:val="en-GB"' in styles_xml
    assert b"UPS-2026-0042-7, version 3" in foot
    assert b'w:instr="PAGE"' in foot


def test_the_page_has_headings_and_table_headings() -> None:
    page = page_of(make("One", "Two"))
    assert page.count("<h2") == page.count("<h3") == 1
    assert page.count('<th scope="col"') == page.count('<th scope="row"') == 2
    assert page.count("<caption") == page.count("<table") == 1


@pytest.mark.parametrize("form", [as_pdf, as_word])
def test_equal_papers_are_equal_bytes(form: Any) -> None:
    assert form(make("One", "Two")) == form(make("One", "Two"))
    assert form(make("One", "Two")) != form(make("One", "Three"))


def test_what_is_made_here_would_be_taken_here() -> None:
    paper = make("One", "Two")
    assert check_document("a.pdf", as_pdf(paper), Limits()).kind is DocumentKind.PDF
    assert check_document("a.docx", as_word(paper), Limits()).kind is DocumentKind.WORD


def test_a_paper_is_whole() -> None:
    assert make("One").origin == "UPS-2026-0042-7, version 3. Made on 6 August 2026 at 5:03pm."
    with pytest.raises(ValueError, match="has a title"):
        Paper(" ", "R", "1", MADE)
    with pytest.raises(ValueError, match="time zone"):
        Paper("A", "R", "1", MADE.replace(tzinfo=None))
    with pytest.raises(ValueError, match="as wide"):
        Grid("Costs", ("Year", "Cost"), (("2026",),))
    with pytest.raises(ValueError, match="depth"):
        Section("A", (), 3)
