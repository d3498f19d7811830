"""Answers read from text as a browser posts it: typed where they can be read, kept as written in any case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from speccom.criteria.evaluate import evaluate
from speccom.process.answer_kinds import Unreadable, read_answer, written_answer
from speccom.process.form import Form, Question, QuestionKind, Section, Value

Posted = Mapping[str, str | Sequence[str]]
"""Text by the name of its control. Several boxes ticked under one name are a sequence."""

DATE_PARTS = ("day", "month", "year")


class Standing(StrEnum):
    """How a question stands: its answer given, blank, not readable as written, or not asked."""

    GIVEN = "given"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    DOES_NOT_APPLY = "does not apply"


@dataclass(frozen=True)
class Place:
    """Where a question stands in a form; `row` counts from 1 where a section repeats, and is 0 elsewhere."""

    section: str
    question: str
    row: int = 0

    @property
    def control(self) -> str:
        """The name of its control on a page; a date has three, each with its part at the end."""
        return f"{self.section}-{self.row}-{self.question}" if self.row else self.question


@dataclass(frozen=True)
class Answers:
    """A form as it was filled in. Nothing posted is lost: `posted` has all of it, read or not.

    `values` are typed, by the question's name (its field, where it is bound), of what is asked and readable;
    `rows` are the same for each repeating section by its collection. `problems` say by control what is wrong
    with an answer, and `missing` which answers (or rows) must still be given.
    """

    form: Form
    posted: Mapping[str, str | tuple[str, ...]]
    values: Mapping[str, Value]
    rows: Mapping[str, tuple[Mapping[str, Value], ...]]
    standings: Mapping[Place, Standing]
    problems: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every answer that must be given is given and can be read."""
        return not self.problems and not self.missing

    @property
    def given(self) -> Mapping[str, Value | None]:
        """What an act brings: every field of the form, None where it is blank or does not apply."""
        return {name: self.values.get(name) for name in sorted(self.form.fields)}


def read_answers(form: Form, posted: Posted, known: Mapping[str, object] | None = None) -> Answers:
    """Return the answers of a form. `known` are the fields and facts of the case, for conditions."""
    return _Reading(form, posted, known or {}).read()


def as_posted(
    form: Form, values: Mapping[str, Value], rows: Mapping[str, Iterable[Mapping[str, Value]]] | None = None
) -> dict[str, str | tuple[str, ...]]:
    """Return answers as a browser would post them, to fill a page with what was answered before."""
    found: dict[str, str | tuple[str, ...]] = {}
    for section in form.sections:
        sets = list((rows or {}).get(section.collection, ())) if section.repeats else [values]
        for number, answered in enumerate(sets, start=1):
            for question in section.questions:
                value = answered.get(question.name)
                place = Place(section.id, question.id, number if section.repeats else 0)
                if value is not None:
                    found |= _controls(question, place, value)
    return found


def rows_posted(section: Section, posted: Posted) -> int:
    """Return how many rows of a repeating section were posted, the last with anything in it."""
    numbers = {
        int(parts[1])
        for control, text in posted.items()
        if any(each.strip() for each in _texts(text))
        if len(parts := control.split("-")) >= 3
        and parts[0] == section.id
        and parts[1].isascii()
        and parts[1].isdigit()
    }
    return min(max(numbers, default=0), _MOST_ROWS)


_MOST_ROWS = 500
"""A page with more rows than this was not made by this product."""


class _Reading:
    def __init__(self, form: Form, posted: Posted, known: Mapping[str, object]) -> None:
        self.form = form
        self.posted = {
            control: text if isinstance(text, str) else tuple(text) for control, text in posted.items()
        }
        self.known = {name: value for name, value in known.items() if name not in form.fields}
        self.values: dict[str, Value] = {}
        self.rows: dict[str, tuple[Mapping[str, Value], ...]] = {}
        self.standings: dict[Place, Standing] = {}
        self.problems: dict[str, str] = {}
        self.missing: dict[str, str] = {}

    def read(self) -> Answers:
        for section in self.form.sections:
            if not section.repeats:
                self.values |= self._set_of_answers(section, 0)
        for section in self.form.sections:
            if section.repeats:
                self.rows[section.collection] = self._rows(section)
        return Answers(
            self.form, self.posted, self.values, self.rows, self.standings, self.problems, self.missing
        )

    def _rows(self, section: Section) -> tuple[Mapping[str, Value], ...]:
        """Read the rows that have something in them; a row left wholly blank is none."""
        found = []
        for number in range(1, rows_posted(section, self.posted) + 1):
            if any(self._written(each, Place(section.id, each.id, number)) for each in section.questions):
                found.append(self._set_of_answers(section, number))
        if len(found) < section.at_least:
            self.missing[section.id] = f"“{section.title}” needs at least {section.at_least}."
        if section.at_most is not None and len(found) > section.at_most:
            self.problems[section.id] = f"“{section.title}” takes no more than {section.at_most}."
        return tuple(found)

    def _set_of_answers(self, section: Section, number: int) -> dict[str, Value]:
        """Read one set of answers to a section's questions, which may depend on those before them."""
        found: dict[str, Value] = {}
        for question in section.questions:
            place = Place(section.id, question.id, number)
            if not _asked(question, {**self.known, **self.values, **found}):
                self.standings[place] = Standing.DOES_NOT_APPLY
                continue
            value = self._answer(question, place)
            if value is not None:
                found[question.name] = value
        return found

    def _answer(self, question: Question, place: Place) -> Value | None:
        written = self._written(question, place)
        if not written:
            self.standings[place] = Standing.BLANK
            if question.required:
                self.missing[place.control] = f"“{question.label}” is not answered."
            return None
        try:
            value = read_answer(question, written)
        except Unreadable as problem:
            self.standings[place] = Standing.UNREADABLE
            self.problems[place.control] = f"“{question.label}”: {problem}"
            return None
        self.standings[place] = Standing.GIVEN
        return value

    def _written(self, question: Question, place: Place) -> tuple[str, ...]:
        """Return what was written for a question, none where it is blank: a date in its three parts."""
        if question.kind is QuestionKind.DATE:
            parts = [self._text(f"{place.control}-{part}") for part in DATE_PARTS]
            return tuple(parts) if any(parts) else ()
        return tuple(each for each in _texts(self.posted.get(place.control, "")) if each.strip())

    def _text(self, control: str) -> str:
        return " ".join(_texts(self.posted.get(control, ""))).strip()


def _asked(question: Question, record: Mapping[str, object]) -> bool:
    return question.condition is None or evaluate(question.condition.expression, record).value is True


def _controls(question: Question, place: Place, value: Value) -> dict[str, str | tuple[str, ...]]:
    written = written_answer(question, value)
    if question.kind is QuestionKind.DATE:
        return {f"{place.control}-{part}": text for part, text in zip(DATE_PARTS, written, strict=True)}
    return {place.control: tuple(written) if question.kind is QuestionKind.ANY_OF else written[0]}


def _texts(posted: str | Sequence[str]) -> tuple[str, ...]:
    return (posted,) if isinstance(posted, str) else tuple(posted)
