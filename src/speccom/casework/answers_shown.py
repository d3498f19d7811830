"""Answers in words, as far as somebody may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from speccom.casework.documents.answer import document_of
from speccom.casework.documents.as_answers import document_address
from speccom.criteria.vocabulary import Confidentiality
from speccom.interface import formats
from speccom.methods.words import pounds
from speccom.process.form import Form, Question, QuestionKind

NOT_ANSWERED = "Not answered"
NOT_SHOWN = "A document that is not shown here"
WITHDRAWN = "A document that was withdrawn"


@dataclass(frozen=True)
class ShownAnswer:
    """A question and its answer in words, which lead to the document where it is one."""

    name: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class ShownSection:
    """A section with its answers; `hidden` counts those that are not shown to this person."""

    title: str
    answers: tuple[ShownAnswer, ...]
    hidden: int = 0


def shown_sections(
    form: Form,
    answers: Mapping[str, Any],
    rows: Mapping[str, tuple[Mapping[str, Any], ...]],
    classes: Collection[Confidentiality],
    reference: str,
) -> Iterator[ShownSection]:
    """Return the answers of a form of a case by section; a repeating section once for each row."""
    for section in form.sections:
        if not section.repeats:
            yield _section(section.title, section.questions, answers, classes, reference)
            continue
        for number, row in enumerate(rows.get(section.collection, ()), start=1):
            yield _section(f"{section.title}, {number}", section.questions, row, classes, reference)


def answer_in_words(question: Question, value: Any) -> str:
    """Return one answer as people read it."""
    if value is None:
        return NOT_ANSWERED
    if question.kind is QuestionKind.MONEY and isinstance(value, int):
        return pounds(value)
    if isinstance(value, date):
        return formats.day(value)
    if question.kind is QuestionKind.DOCUMENT and document_of(value):
        return {**question.withdrawn, **question.options}.get(value, NOT_SHOWN)
    if isinstance(value, tuple):
        return formats.listed([question.options.get(each, each) for each in value])
    return question.options.get(str(value), str(value))


def _section(
    title: str,
    questions: tuple[Question, ...],
    answers: Mapping[str, Any],
    classes: Collection[Confidentiality],
    reference: str,
) -> ShownSection:
    seen = [each for each in questions if each.confidentiality in classes]
    shown = tuple(_answer(each, answers.get(each.name), reference) for each in seen)
    return ShownSection(title, shown, len(questions) - len(seen))


def _answer(question: Question, value: Any, reference: str) -> ShownAnswer:
    if question.kind is not QuestionKind.DOCUMENT or value not in {*question.options, *question.withdrawn}:
        return ShownAnswer(question.label, answer_in_words(question, value))
    words = WITHDRAWN if value in question.withdrawn else answer_in_words(question, value)
    return ShownAnswer(question.label, words, document_address(reference, value))
