"""Letters: three forms and no others, and whatever fills a blank stays text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.casework.papers.letter import Value, filled, read_letter
from speccom.casework.papers.paper import Paper, Paragraph, Points, Section, tidy
from speccom.problem import Problem

MADE = datetime(2026, 8, 6, 16, 3, tzinfo=UTC)
LETTER = """# Decision on {{treatment}}

Dear {{ doctor }},
we have considered your request
of {{day}}.

## Why
{{reasons_in_full}}

The tests were:
- {{tests}}
- the panel's own: {{own_test}}

### What to do now

Ask us.
"""
VALUES: dict[str, Value] = {
    "treatment": "an invented treatment",
    "doctor": "Dr Example",
    "day": "6 August 2026",
    "reasons_in_full": "First.\n\nSecond,\nstill second.",
    "tests": ("Clinical need", "Cost", " "),
    "own_test": "# none",
}


def _fill(text: str, **values: Value) -> Paper:
    return filled(read_letter("outcome", text), values, reference="R-1", version="2", made=MADE)


def test_a_letter_becomes_a_paper() -> None:
    paper = _fill(LETTER, **VALUES)
    assert paper.title == "Decision on an invented treatment"
    assert (paper.reference, paper.version, paper.made) == ("R-1", "2", MADE)
    assert paper.sections == (
        Section("", (Paragraph("Dear Dr Example, we have considered your request of 6 August 2026."),)),
        Section(
            "Why",
            (
                Paragraph("First."),
                Paragraph("Second, still second."),
                Paragraph("The tests were:"),
                Points(("Clinical need", "Cost", "the panel's own: # none")),
            ),
        ),
        Section("What to do now", (Paragraph("Ask us."),), depth=2),
    )


def test_a_letter_names_its_blanks_in_order() -> None:
    assert read_letter("outcome", LETTER).blanks == tuple(VALUES)


def test_a_blank_without_a_value_is_named() -> None:
    with pytest.raises(Problem, match="fill in “doctor”, “day”"):
        _fill("# A\n\n{{doctor}} {{day}} {{doctor}}")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "begins with its title"),
        ("Dear all", 1, "begins with its title"),
        ("# A\n\n# B", 3, "a second title"),
        ("# A\n\n### B", 3, "under no “## ”"),
        ("# A\n#### B", 2, "headings are"),
        ("# A\n##B", 2, "headings are"),
        ("# A\n\n1. one", 3, "numbered lists"),
        ("# A\n\n* one", 3, "points begin"),
        ("# A\n\n| a | b |", 3, "quotations, tables"),
        ("# A\n\n> a", 3, "quotations, tables"),
        ("# A\n\n---", 3, "quotations, tables"),
        ("# A\n\nThis is **bold**", 3, "bold, italics"),
        ("# A\n\n- a `code`", 3, "bold, italics"),
        ("# A\n\n<b>a</b>", 3, "html"),
        ("# A\n\n[here](http://a)", 3, "links"),
        ("# A\n\nDear {{Doctor}}", 3, "a blank is not written"),
        ("# A\n\nDear {{doctor}", 3, "a blank is not written"),
        ("# A {{ a b }}", 1, "a blank is not written"),
    ],
)
def test_what_is_no_letter_is_refused_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(Problem) as refused:
        read_letter("outcome", text)
    assert refused.value.where == f"the letter outcome, line {line}"
    assert what in str(refused.value).lower()
    assert refused.value.mend


HOSTILE = st.text(
    st.one_of(st.sampled_from("#-*{}<>[]()|`_\n\r $\\&"), st.characters(codec="utf-8")), max_size=60
)


@given(HOSTILE)
def test_what_fills_a_blank_never_becomes_form(text: str) -> None:
    paper = _fill("# T\n\nDear {{who}}!\n\n## H {{who}}\n\n- a {{who}}\n- b", who=text)
    assert paper.sections == (
        Section("", (Paragraph(f"Dear {text}!"),)),
        Section(f"H {text}", (Points((f"a {text}", "b")),)),
    )


@given(HOSTILE)
def test_a_blank_alone_becomes_paragraphs_and_nothing_else(text: str) -> None:
    paper = _fill("# T\n\n{{who}}", who=text)
    parts = [part for section in paper.sections for part in section.parts]
    assert all(isinstance(part, Paragraph) for part in parts)
    said = "".join(part.text for part in parts if isinstance(part, Paragraph))
    assert "".join(said.split()) == "".join(tidy(text).split())


@given(st.text())
def test_tidy_text_is_on_one_line_and_stays_as_it_is(text: str) -> None:
    assert len(tidy(text).splitlines()) <= 1
    assert tidy(tidy(text)) == tidy(text)
