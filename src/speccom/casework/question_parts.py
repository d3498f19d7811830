"""Questions as a page shows them: each one component of the design system, with its value and its error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from speccom.casework.answers_shown import NOT_SHOWN, WITHDRAWN
from speccom.process.answers import DATE_PARTS, Answers, Place, Standing, rows_posted
from speccom.process.form import Question, QuestionKind, Section

Params = Mapping[str, Any]

PREFIX = "q-"
"""Before the name of each control on a page, so that no question's name hides a part of the page's form."""

ADD_DOCUMENT = "document for "
"""Before the control of a question, what its button says that keeps the draft and goes to add a document."""

_NO_DOCUMENT = "There is no document to choose yet: add one first."


@dataclass(frozen=True)
class Part:
    """One question: the component that shows it, and what that component takes."""

    component: str
    params: Params


@dataclass(frozen=True)
class PartSet:
    """The questions of a section, or of one row of a repeating one; `legend` names the row."""

    parts: tuple[Part, ...]
    legend: str = ""


@dataclass(frozen=True)
class ErrorLink:
    """One line of the error summary: what is wrong, and the control that it is about."""

    text: str
    href: str


def section_parts(section: Section, answers: Answers, *, with_errors: bool) -> tuple[PartSet, ...]:
    """Return a section's questions as parts; a repeating one has its rows and one blank row."""
    if not section.repeats:
        return (PartSet(_parts(section, answers, 0, with_errors)),)
    count = rows_posted(section, answers.posted)
    blank = 0 if section.at_most is not None and count >= section.at_most else 1
    return tuple(
        PartSet(_parts(section, answers, row, with_errors), f"{section.title}, {row}")
        for row in range(1, max(count + blank, section.at_least) + 1)
    )


def errors_of(section: Section, answers: Answers) -> tuple[ErrorLink, ...]:
    """Return what is wrong or missing in a section, in the order of its questions."""
    wrong = {**answers.missing, **answers.problems}
    found = []
    for place in _places(section, answers):
        if text := wrong.get(place.control):
            found.append(ErrorLink(text, f"#{PREFIX}{_first_control(section, place)}"))
    if text := wrong.get(section.id):
        first = Place(section.id, section.questions[0].id, 1)
        found.append(ErrorLink(text, f"#{PREFIX}{_first_control(section, first)}"))
    return tuple(found)


def _places(section: Section, answers: Answers) -> list[Place]:
    rows = range(1, rows_posted(section, answers.posted) + 1) if section.repeats else (0,)
    return [Place(section.id, each.id, row) for row in rows for each in section.questions]


def _first_control(section: Section, place: Place) -> str:
    question = next(each for each in section.questions if each.id == place.question)
    if question.kind is QuestionKind.DATE:
        return f"{place.control}-{DATE_PARTS[0]}"
    return place.control


def _parts(section: Section, answers: Answers, row: int, with_errors: bool) -> tuple[Part, ...]:
    wrong = {**answers.missing, **answers.problems} if with_errors else {}
    found = []
    for question in section.questions:
        place = Place(section.id, question.id, row)
        if answers.standings.get(place) is Standing.DOES_NOT_APPLY:
            continue
        error = wrong.get(place.control, "")
        found.append(_part(question, place.control, answers.posted, error))
    return tuple(found)


def _part(question: Question, control: str, posted: Mapping[str, Any], error: str) -> Part:
    label = question.label if question.required else f"{question.label} (optional)"
    named = PREFIX + control
    shared: dict[str, Any] = {"name": named, "idPrefix" if question.kind.is_choice else "id": named}
    if question.hint:
        shared["hint"] = {"text": question.hint}
    if error:
        shared["errorMessage"] = {"text": error}
    written = posted.get(control, "")
    if question.kind.is_choice:
        return _choice(question, label, shared, written)
    if question.kind is QuestionKind.DATE:
        return _day(label, control, shared, posted)
    if question.kind is QuestionKind.DOCUMENT:
        return _document(question, label, control, shared, str(written))
    return _text(question, label, shared, written)


def _choice(question: Question, label: str, shared: dict[str, Any], written: object) -> Part:
    chosen = {written} if isinstance(written, str) else set(written)  # type: ignore[call-overload]
    items = [
        {"value": name, "text": text, "checked": name in chosen} for name, text in question.options.items()
    ]
    legend = {"legend": {"text": label, "size": "s"}}
    component = "checkboxes" if question.kind is QuestionKind.ANY_OF else "radios"
    return Part(component, {**shared, "fieldset": legend, "items": items})


def _day(label: str, control: str, shared: dict[str, Any], posted: Mapping[str, Any]) -> Part:
    error = " nhsuk-input--error" if "errorMessage" in shared else ""
    items = [
        {
            "id": f"{PREFIX}{control}-{part}",
            "name": f"{PREFIX}{control}-{part}",
            "label": part.capitalize(),
            "value": posted.get(f"{control}-{part}", ""),
            "classes": f"nhsuk-input--width-{4 if part == 'year' else 2}{error}",
        }
        for part in DATE_PARTS
    ]
    return Part("date", {**shared, "fieldset": {"legend": {"text": label, "size": "s"}}, "items": items})


def _document(question: Question, label: str, control: str, shared: dict[str, Any], written: str) -> Part:
    items: list[dict[str, Any]] = [{"value": "", "text": "Choose a document"}]
    items += [
        {"value": each, "text": _document_in_words(question, each), "selected": each == written}
        for each in _to_choose(question, written)
    ]
    hints = [question.hint, "" if question.options else _NO_DOCUMENT]
    hint = {"text": " ".join(filter(None, hints))} if any(hints) else None
    select = {**shared, "hint": hint, "label": {"text": label, "size": "s"}, "items": items}
    return Part("document", {"select": select, "add": f"{ADD_DOCUMENT}{control}", "about": label})


def _document_in_words(question: Question, answer: str) -> str:
    return WITHDRAWN if answer in question.withdrawn else question.options.get(answer, NOT_SHOWN)


def _to_choose(question: Question, written: str) -> list[str]:
    """Return the latest version of each document, and what was chosen before whatever it is."""
    latest = {each.partition("/")[0]: each for each in reversed(list(question.options))}
    shown = {written, *latest.values()} - {""}
    return [*(each for each in question.options if each in shown), *sorted(shown - question.options.keys())]


def _text(question: Question, label: str, shared: dict[str, Any], written: object) -> Part:
    params = {**shared, "label": {"text": label, "size": "s"}, "value": written}
    match question.kind:
        case QuestionKind.LONG_TEXT:
            return Part("textarea", {**params, "rows": 5})
        case QuestionKind.MONEY:
            return Part("input", {**params, "prefix": {"text": "£"}, "classes": "nhsuk-input--width-10"})
        case QuestionKind.WHOLE_NUMBER | QuestionKind.DECIMAL:
            return Part("input", {**params, "inputmode": "decimal", "classes": "nhsuk-input--width-10"})
        case QuestionKind.NHS_NUMBER:
            return Part("input", {**params, "inputmode": "numeric", "classes": "nhsuk-input--width-10"})
    return Part("input", params)
