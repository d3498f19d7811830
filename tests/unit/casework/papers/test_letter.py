"""Letters as papers: whatever fills a blank stays text."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from speccom.casework.papers.letter import paper_of_letter
from speccom.casework.papers.paper import Paper, Paragraph, Points, Section, tidy
from speccom.process.letter import Block, BlockKind

MADE = datetime(2026, 8, 6, 16, 3, tzinfo=UTC)
TITLE, HEADING, PARAGRAPH, ITEM = BlockKind


def _paper(*blocks: tuple[BlockKind, str]) -> Paper:
    made = (Block(kind, text) for kind, text in blocks)
    return paper_of_letter("A letter", made, reference="R-1", version="2", made=MADE)


def test_a_letter_becomes_a_paper() -> None:
    paper = _paper(
        (TITLE, "The decision"),
        (PARAGRAPH, "Dear Dr Example"),
        (PARAGRAPH, "1 High Street\nTown\n\nAB1 2CD"),
        (HEADING, "Why"),
        (ITEM, "One"),
        (ITEM, "Two,\nstill two"),
        (PARAGRAPH, "That is all."),
        (ITEM, "Three"),
        (HEADING, "Next"),
        (HEADING, "Later"),
        (PARAGRAPH, "Ask us."),
    )
    assert (paper.title, paper.identity, paper.made) == ("The decision", "R-1, version 2", MADE)
    address = [Paragraph(each) for each in ("1 High Street", "Town", "AB1 2CD")]
    assert paper.sections == (
        Section("", (Paragraph("Dear Dr Example"), *address)),
        Section("Why", (Points(("One", "Two, still two")), Paragraph("That is all."), Points(("Three",)))),
        Section("Next", ()),
        Section("Later", (Paragraph("Ask us."),)),
    )


def test_a_letter_without_a_title_has_its_name() -> None:
    assert _paper((PARAGRAPH, "Dear all")).title == "A letter"


HOSTILE = st.text(
    st.one_of(st.sampled_from("#-*{}<>[]()|`_\n\r $\\&"), st.characters(codec="utf-8")), max_size=60
)


@given(HOSTILE, st.sampled_from([PARAGRAPH, ITEM]))
def test_words_never_become_form(text: str, kind: BlockKind) -> None:
    (section,) = _paper((TITLE, "T"), (kind, f"a{text}")).sections
    assert not section.heading
    assert {type(part) for part in section.parts} == {Points if kind is ITEM else Paragraph}
    said = [
        words
        for part in section.parts
        for words in (part.items if isinstance(part, Points) else (getattr(part, "text", ""),))
    ]
    assert "".join("".join(said).split()) == "".join(tidy(f"a{text}").split())


@given(st.text())
def test_tidy_text_is_on_one_line_and_stays_as_it_is(text: str) -> None:
    assert len(tidy(text).splitlines()) <= 1
    assert tidy(tidy(text)) == tidy(text)
