"""What programs are given of answers: of each question what its class allows, and none by another name."""

from __future__ import annotations

from datetime import date

from speccom.casework.api.entered import answers_seen
from speccom.casework.submissions import Content
from speccom.criteria.vocabulary import Confidentiality
from speccom.process.form import Form, Question, QuestionKind, Section

PUBLIC, OFFICIAL, IDENTITY = Confidentiality.PUBLIC, Confidentiality.OFFICIAL, Confidentiality.IDENTITY
TEXT = QuestionKind.TEXT


def form(name: str, confidentiality: Confidentiality) -> Form:
    """A form with a question once and in rows, both called `name`, and a day that is official."""
    asked = (
        Question("name", "Name", TEXT, confidentiality=confidentiality),
        Question("day", "Day", QuestionKind.DATE),
    )
    return Form(name, name, ("act",), (Section("a", "A", asked), Section("b", "B", asked, collection="rows")))


CONTENT = Content({"name": "Ann", "day": date(2026, 5, 1)}, {"rows": ({"name": "Ben", "day": None},)})


def test_each_answer_is_given_to_whom_its_class_is() -> None:
    seen = answers_seen((form("one", IDENTITY),), CONTENT, frozenset({OFFICIAL}))
    assert seen == {"answers": {"day": {"date": "2026-05-01"}}, "rows": {"rows": [{"day": None}]}}
    assert answers_seen((form("one", IDENTITY),), CONTENT, frozenset({PUBLIC})) == {
        "answers": {},
        "rows": {"rows": [{}]},
    }


def test_one_name_of_two_questions_hides_what_either_hides() -> None:
    for forms in ((form("one", IDENTITY), form("two", PUBLIC)), (form("two", PUBLIC), form("one", IDENTITY))):
        seen = answers_seen(forms, CONTENT, frozenset({PUBLIC, OFFICIAL}))
        assert "name" not in seen["answers"]
        assert seen["rows"] == {"rows": [{"day": None}]}


def test_what_no_form_asks_is_not_given() -> None:
    strange = Content({"other": "x"}, {"others": ({"other": "x"},)})
    seen = answers_seen((form("one", PUBLIC),), strange, frozenset(Confidentiality))
    assert seen == {"answers": {}, "rows": {"others": [{}]}}
