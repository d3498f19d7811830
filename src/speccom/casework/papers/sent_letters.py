"""The letters of a case: which were sent by its acts, and each as it was said when it was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from speccom.casework import submissions
from speccom.casework.answers_shown import answer_in_words
from speccom.casework.documents.as_answers import with_documents
from speccom.casework.open_case import Opened
from speccom.casework.papers.letter import paper_of_letter
from speccom.casework.papers.paper import DEMONSTRATION, ILLUSTRATIVE, Paper
from speccom.casework.submissions import Content
from speccom.criteria.vocabulary import Confidentiality
from speccom.interface import formats
from speccom.process.event import Event
from speccom.process.form import Question
from speccom.process.letter import Letter, filled
from speccom.process.offered import LETTER_FIELDS
from speccom.process.procedure import Procedure


@dataclass(frozen=True)
class SentLetter:
    """A letter and the event with which it went out."""

    letter: Letter
    event: Event


def letters_sent(opened: Opened, classes: Collection[Confidentiality]) -> Iterator[SentLetter]:
    """Return the letters of a case that somebody may read who may see `classes` of it, the newest first."""
    for event in reversed(opened.case.events):
        for letter in opened.procedure.letters_of(event.act):
            if letter.published or _classes_read(opened.procedure, letter) <= set(classes):
                yield SentLetter(letter, event)


def find_letter(
    opened: Opened, classes: Collection[Confidentiality], letter: str, version: int
) -> SentLetter | None:
    """Return the letter that was sent with a version of a case, where somebody may read it."""
    for sent in letters_sent(opened, classes):
        if sent.letter.id == letter and sent.event.case_version == version:
            return sent
    return None


def paper_of(opened: Opened, sent: SentLetter) -> Paper:
    """Return a letter as a paper, with the answers as they stood when it was sent."""
    record, rows = _as_sent(opened, sent.event)
    classes = _classes_read(opened.procedure, sent.letter)
    questions = _questions(with_documents(opened.procedure, opened.row, opened.key, classes))

    def shown(collection: str, name: str, value: object) -> str:
        question = questions.get((collection, name))
        return answer_in_words(question, value) if question else _plain(value)

    return paper_of_letter(
        sent.letter.title,
        filled(sent.letter, record, rows, shown),
        reference=opened.row.reference,
        version=str(sent.event.case_version),
        made=sent.event.at,
        mark=_mark(opened.procedure),
    )


def _as_sent(
    opened: Opened, event: Event
) -> tuple[Mapping[str, Any], Mapping[str, tuple[Mapping[str, Any], ...]]]:
    answers: dict[str, Any] = {
        "case_reference": opened.row.reference,
        "letter_date": localdate(event.effective_at),
    }
    rows: dict[str, tuple[Mapping[str, Any], ...]] = {}
    then = opened.row.submissions.filter(case_version__lte=event.case_version)
    for submission in then.exclude(form=submissions.FINDINGS).order_by("case_version"):
        content = Content.from_json(submissions.read(submission, opened.key))
        answers |= content.answers
        rows |= content.rows
    return answers, rows


def _classes_read(procedure: Procedure, letter: Letter) -> set[Confidentiality]:
    """Return the classes of all that a letter fills in, and of all on which it depends what it says."""
    classes: set[Confidentiality] = set()
    for name in letter.reads - set(LETTER_FIELDS):
        if name in procedure.vocabulary:
            classes.add(Confidentiality(procedure.vocabulary[name].confidentiality))
        else:
            rows = (each for each in _questions(procedure).items() if each[0][0] == name)
            classes |= {question.confidentiality for _, question in rows}
    return classes


def _questions(procedure: Procedure) -> dict[tuple[str, str], Question]:
    return {
        (section.collection if section.repeats else "", question.name): question
        for form in procedure.forms.values()
        for section in form.sections
        for question in section.questions
    }


def _plain(value: object) -> str:
    if value is None:
        return formats.NOT_KNOWN
    return formats.day(value) if isinstance(value, date) else str(value)


def _mark(procedure: Procedure) -> str:
    if settings.DEMONSTRATION:
        return DEMONSTRATION
    return ILLUSTRATIVE if procedure.status == "illustrative" else ""
