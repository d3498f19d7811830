"""The collection `answers`: every question that a case's forms ask, what was answered, and whom it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speccom.casework.documents.answer import document_of
from speccom.casework.documents.as_answers import documents_by_answer
from speccom.casework.facts import Known, offer_collection
from speccom.casework.identifying_words import IdentifyingWords
from speccom.casework.submissions import key_of
from speccom.criteria.vocabulary import Confidentiality
from speccom.process.answers import Answers, Place, Standing, as_posted, read_answers, rows_posted
from speccom.process.facts import TITLE, WHERE, Row
from speccom.process.form import NO, YES, Form, Question, QuestionKind


def lend() -> None:
    """Offer every process the questions of its own forms."""
    offer_collection("answers", _rows)


def _rows(known: Known) -> Iterator[Row]:
    """Return a row for each question asked in the forms that were filled in, or that the act brings."""
    forms = [form for form in known.procedure.forms.values() if _is_begun(form, known)]
    read = [_read(form, known) for form in forms]
    identity = IdentifyingWords(_identity(read))
    for answers in read:
        yield from _of_form(answers, identity)


def _read(form: Form, known: Known) -> Answers:
    """Return a form's answers again; what documents they are was settled when they were given."""
    posted = as_posted(form, known.answers, known.rows)
    chosen = {text: "" for text in posted.values() if isinstance(text, str)}
    return read_answers(form.with_documents({**chosen, **_titles(chosen, known)}), posted, known.answers)


def _titles(chosen: Iterable[str], known: Known) -> Mapping[str, str]:
    """Return what documents are called that are not among what names the patient, where any was chosen."""
    if known.row is None or not any(document_of(each) for each in chosen):
        return {}
    classes = set(Confidentiality) - {Confidentiality.IDENTITY}
    return documents_by_answer(known.row, key_of(known.row), classes)


def _is_begun(form: Form, known: Known) -> bool:
    return known.act in form.acts or any(name.name in known.answers for name in form.questions)


def _of_form(answers: Answers, identity: IdentifyingWords) -> Iterator[Row]:
    for section_title, question, place, values in _asked(answers):
        value = values.get(question.name)
        is_identity = question.confidentiality is Confidentiality.IDENTITY
        names = not is_identity and identity.name_somebody(_read_by_people(question, value))
        yield {
            "question": question.id,
            "answer": None if value is None else str(value),
            "required": YES if question.required else NO,
            "names_patient": YES if names else NO,
            TITLE: f"{section_title}: {question.label}" + (f" (row {place.row})" if place.row else ""),
            WHERE: "",
        }


def _read_by_people(question: Question, value: object) -> object:
    """Return what of an answer people read: of a document its title."""
    return question.options.get(str(value), "") if question.kind is QuestionKind.DOCUMENT else value


def _identity(read: Iterable[Answers]) -> Iterator[object]:
    for answers in read:
        for _, question, _, values in _asked(answers):
            if question.confidentiality is Confidentiality.IDENTITY and not question.options:
                yield values.get(question.name)


def _asked(answers: Answers) -> Iterator[tuple[str, Question, Place, Mapping[str, Any]]]:
    for section in answers.form.sections:
        rows = range(1, rows_posted(section, answers.posted) + 1) if section.repeats else (0,)
        for row in rows:
            values = answers.rows[section.collection][row - 1] if row else answers.values
            for question in section.questions:
                place = Place(section.id, question.id, row)
                if answers.standings.get(place) is not Standing.DOES_NOT_APPLY:
                    yield section.title, question, place, values
