"""Answers as a browser posts them: read to typed values, or said in words why not; nothing is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.criteria.parse import parse
from speccom.criteria.vocabulary import Field, FieldType, Vocabulary
from speccom.process.answer_kinds import Unreadable, read_answer
from speccom.process.answers import Place, Standing, as_posted, read_answers
from speccom.process.form import YES_OR_NO, Form, Limits, Question, QuestionKind, Section, Value

Kind = QuestionKind
VOCABULARY = Vocabulary(
    [
        Field("smokes", FieldType.TEXT, "whether the patient smokes", values=YES_OR_NO),
        Field("state_of_case", FieldType.TEXT, "a fact of the case"),
    ]
)
ASKED_OF_SMOKERS = parse("smokes = 'yes'", VOCABULARY, {})
ASKED_LATE = parse("state_of_case = 'late'", VOCABULARY, {})
PLACES = {"home": "At home", "ward": "On a ward", "clinic": "In a clinic"}

FORM = Form(
    "visit",
    "The visit",
    ("visit",),
    (
        Section(
            "first",
            "The patient",
            (
                Question("name", "Name", Kind.TEXT),
                Question("story", "What happened?", Kind.LONG_TEXT, required=False),
                Question("smoking", "Does the patient smoke?", Kind.YES_NO, options=YES_OR_NO, bind="smokes"),
                Question("since", "Since when?", Kind.DATE, condition=ASKED_OF_SMOKERS, required=False),
                Question("late", "Why so late?", Kind.TEXT, condition=ASKED_LATE, required=False),
                Question("place", "Where?", Kind.ONE_OF, options=PLACES, required=False),
                Question("places", "Where else?", Kind.ANY_OF, options=PLACES, required=False),
                Question("count", "How many visits?", Kind.WHOLE_NUMBER, required=False),
                Question("cost", "At what cost?", Kind.MONEY, required=False, limits=Limits(lowest=0)),
                Question("dose", "Which dose?", Kind.DECIMAL, required=False),
                Question("number", "NHS number", Kind.NHS_NUMBER, required=False),
                Question("code", "Code", Kind.CODE, classification="icd10", required=False),
            ),
        ),
        Section(
            "tried",
            "Treatments tried",
            (
                Question("what", "Treatment", Kind.TEXT),
                Question("began", "Begun on", Kind.DATE, required=False),
            ),
            collection="treatments",
            at_least=1,
            at_most=3,
        ),
    ),
)
ENOUGH = {"name": "A", "smoking": "no", "tried-1-what": "Rest"}


def test_each_kind_is_read_to_its_value() -> None:
    answers = read_answers(
        FORM,
        {
            "name": "  Mary \r\n Ann ",
            "story": "One.\r\nTwo.",
            "smoking": "yes",
            "since-day": "27",
            "since-month": "Mar",
            "since-year": "2019",
            "place": "ward",
            "places": ("clinic", "home"),
            "count": "1,200",
            "cost": "£1,234.50",
            "dose": "-0.5",
            "number": "999 000 0018",
            "code": "c34.1",
            "tried-1-what": "Rest",
            "tried-2-what": "",
            "tried-3-what": "Exercise",
            "tried-3-began-day": "1",
            "tried-3-began-month": "2",
            "tried-3-began-year": "2020",
        },
    )
    assert answers.complete
    assert answers.values == {
        "name": "Mary   Ann",
        "story": "One.\nTwo.",
        "smokes": "yes",
        "since": date(2019, 3, 27),
        "place": "ward",
        "places": ("home", "clinic"),
        "count": 1200,
        "cost": 123450,
        "dose": Decimal("-0.5"),
        "number": "9990000018",
        "code": "C341",
    }
    assert answers.rows == {
        "treatments": ({"what": "Rest"}, {"what": "Exercise", "began": date(2020, 2, 1)}),
    }
    assert answers.given == {"smokes": "yes"}


@pytest.mark.parametrize(
    ("posted", "control", "said"),
    [
        ({"count": "a few"}, "count", "whole number in figures"),
        ({"count": "1,20"}, "count", "whole number in figures"),
        ({"count": "١٢"}, "count", "whole number in figures"),
        ({"cost": "£1.2 million"}, "cost", "pounds in figures"),
        ({"cost": "12.345"}, "cost", "pounds in figures"),
        ({"cost": "-£1"}, "cost", "£0.00 or more"),
        ({"dose": "1."}, "dose", "such as 12.5"),
        ({"number": "999 000 0019"}, "number", "not an NHS number"),
        ({"number": "999"}, "number", "10 figures"),
        ({"code": "lung"}, "code", "diagnosis codes"),
        ({"place": "moon"}, "place", "choose one"),
        ({"place": ("home", "ward")}, "place", "choose one"),
        ({"places": ("home", "moon")}, "places", "choose from"),
        ({"smoking": "yes", "since-day": "30"}, "since", "must have a month and a year"),
        (
            {"smoking": "yes", "since-day": "30", "since-month": "2", "since-year": "2020"},
            "since",
            "no such day",
        ),
        (
            {"smoking": "yes", "since-day": "3", "since-month": "2", "since-year": "20"},
            "since",
            "four figures",
        ),
        ({"smoking": "yes", "since-day": "x", "since-month": "2", "since-year": "20"}, "since", "in figures"),
        ({"name": "x" * 501}, "name", "no more than 500 characters"),
        ({"name": "a\x00b"}, "name", "cannot be shown"),
        ({f"tried-{number}-what": "x" for number in range(1, 5)}, "tried", "no more than 3"),
        ({"tried-1-began-day": "1"}, "tried-1-began", "must have a month and a year"),
    ],
)
def test_what_cannot_be_read_is_said_in_words_and_kept(
    posted: dict[str, str | tuple[str, ...]], control: str, said: str
) -> None:
    answers = read_answers(FORM, {**ENOUGH, **posted})
    assert list(answers.problems) == [control]
    assert said in answers.problems[control]
    assert answers.posted == {**ENOUGH, **posted}
    assert not answers.complete


def test_blank_is_not_the_same_as_does_not_apply() -> None:
    answers = read_answers(FORM, {"smoking": "no", "since-day": "1", "late": "kept"})
    assert answers.missing == {
        "name": "“Name” is not answered.",
        "tried": "“Treatments tried” needs at least 1.",
    }
    assert answers.standings[Place("first", "name")] is Standing.BLANK
    assert answers.standings[Place("first", "since")] is Standing.DOES_NOT_APPLY
    assert answers.standings[Place("first", "late")] is Standing.DOES_NOT_APPLY
    assert "since" not in answers.values
    assert answers.posted["late"] == "kept"
    assert not answers.problems
    assert not answers.complete
    late = read_answers(FORM, {"smoking": "no", "late": "kept"}, {"state_of_case": "late"})
    assert late.values["late"] == "kept"


def test_what_the_case_knows_never_stands_in_for_an_answer_of_the_form() -> None:
    answers = read_answers(FORM, {}, {"smokes": "yes"})
    assert answers.standings[Place("first", "since")] is Standing.DOES_NOT_APPLY


TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=40).map(str.strip)
DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))
VALUES = st.fixed_dictionaries(
    {"name": TEXTS.filter(bool), "smokes": st.just("yes")},
    optional={
        "story": TEXTS.filter(bool),
        "since": DAYS,
        "place": st.sampled_from(sorted(PLACES)),
        "places": st.sets(st.sampled_from(sorted(PLACES)), min_size=1).map(
            lambda chosen: tuple(name for name in PLACES if name in chosen)
        ),
        "count": st.integers(-(10**9), 10**9),
        "cost": st.integers(0, 10**12),
        "dose": st.decimals(-9999, 9999, places=3),
        "number": st.just("9990000018"),
        "code": st.sampled_from(["C341", "R54"]),
    },
)
ROWS = st.lists(
    st.fixed_dictionaries({"what": TEXTS.filter(bool)}, optional={"began": DAYS}), min_size=1, max_size=3
)


@given(VALUES, ROWS)
def test_values_come_back_from_the_text_that_shows_them(
    values: dict[str, Value], rows: list[dict[str, Value]]
) -> None:
    answers = read_answers(FORM, as_posted(FORM, values, {"treatments": rows}))
    assert answers.complete
    assert answers.values == values
    assert answers.rows["treatments"] == tuple(rows)


CONTROLS = st.sampled_from(
    [
        *(place.control for place in read_answers(FORM, {}).standings),
        *(f"since-{part}" for part in ("day", "month", "year")),
        *(f"tried-{row}-{name}" for row in (0, 1, 2, 9999) for name in ("what", "began-day", "began")),
        "tried--what",
        "no_such",
    ]
)


@given(
    st.dictionaries(CONTROLS, st.text(max_size=12) | st.lists(st.text(max_size=4), max_size=3).map(tuple)),
)
def test_whatever_is_posted_is_kept_and_each_question_stands_somehow(
    posted: dict[str, str | tuple[str, ...]],
) -> None:
    answers = read_answers(FORM, posted)
    assert answers.posted == posted
    for place, standing in answers.standings.items():
        assert (place.control in answers.problems) == (standing is Standing.UNREADABLE)
    again = read_answers(FORM, as_posted(FORM, answers.values, answers.rows))
    assert again.values == answers.values
    assert again.rows == {name: tuple(filter(None, rows)) for name, rows in answers.rows.items()}


def test_money_is_typed_again_without_its_sign() -> None:
    assert as_posted(FORM, {"cost": 123450}) == {"cost": "1,234.50"}
    assert as_posted(FORM, {"cost": -5}) == {"cost": "-0.05"}


def test_money_is_said_with_a_minus_that_is_read_out() -> None:
    cost = Question("cost", "Cost", Kind.MONEY, limits=Limits(lowest=-500))
    assert read_answer(cost, ["−£5.00"]) == -500
    with pytest.raises(Unreadable, match=r"it must be −£5\.00 or more"):
        read_answer(cost, ["-£6"])


MINUTES = Form(
    "papers",
    "Papers",
    ("send",),
    (
        Section("first", "Papers", (Question("minutes", "The minutes", Kind.DOCUMENT),)),
        Section(
            "more", "More", (Question("copy", "A copy", Kind.DOCUMENT, required=False),), collection="copies"
        ),
    ),
)
IN_THE_CASE = {"a/2": "Minutes, version 2", "a/1": "Minutes, version 1"}


def test_a_document_is_one_of_the_case() -> None:
    form = MINUTES.with_documents(IN_THE_CASE)
    posted = {"minutes": "a/1", "more-1-copy": "a/2"}
    answers = read_answers(form, posted)
    assert answers.complete
    assert (answers.values, answers.rows) == ({"minutes": "a/1"}, {"copies": ({"copy": "a/2"},)})
    assert as_posted(form, answers.values, answers.rows) == posted


@pytest.mark.parametrize("written", ["a/3", "b/1", "Minutes, version 1", "a/1 ", ("a/1", "a/2")])
def test_what_is_no_document_of_the_case_is_none(written: str | tuple[str, ...]) -> None:
    answers = read_answers(MINUTES.with_documents(IN_THE_CASE), {"minutes": written})
    assert list(answers.problems) == ["minutes"]
    assert "choose one of the documents of the case" in answers.problems["minutes"]


def test_without_a_case_there_is_no_document_to_choose() -> None:
    assert list(read_answers(MINUTES, {"minutes": "a/1"}).problems) == ["minutes"]
    assert list(read_answers(MINUTES, {}).missing) == ["minutes"]
