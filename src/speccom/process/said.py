"""Answers as people read them: options by their words, money in pounds, dates in full."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from speccom.process.answer_kinds import day_in_words, money
from speccom.process.form import Question, QuestionKind
from speccom.process.letter import Shown
from speccom.process.offered import LETTER_FIELDS
from speccom.process.procedure import Procedure

NOT_GIVEN, NOT_SHOWN = "not given", "not shown"


def said(question: Question | None, value: object) -> str:
    """Return a value in words; what has no question is said by what it is."""
    if value is None:
        return NOT_GIVEN
    if isinstance(value, tuple | list):
        return ", ".join(said(question, each) for each in value)
    if isinstance(value, date):
        return day_in_words(value)
    if question is not None and question.options:
        return question.options.get(str(value), str(value))
    if question is not None and question.kind is QuestionKind.MONEY and isinstance(value, int):
        return money(value)
    if question is not None and question.kind is QuestionKind.NHS_NUMBER:
        digits = str(value)
        return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    return str(value)


def said_in(procedure: Procedure, seen: Collection[str]) -> Shown:
    """Return how a letter of a procedure says its values to one who may see some classes of fields."""

    def shown(collection: str, name: str, value: object) -> str:
        question = procedure.columns[collection].get(name) if collection else procedure.questions.get(name)
        described = question or LETTER_FIELDS.get(name) or procedure.vocabulary[name]
        return said(question, value) if described.confidentiality in seen else NOT_SHOWN

    return shown
