"""Which questions of a form nobody can ever be asked, found by trying the answers that matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, product

from speccom.criteria.evaluate import evaluate
from speccom.criteria.expression import Between, Comparison, InList, Like, leaves
from speccom.criteria.vocabulary import Field, Vocabulary
from speccom.process.form import Form, Question, Section

_MOST_TRIALS = 20_000
"""A condition with more combinations than this is taken to be reachable."""


def unreachable(form: Form, vocabulary: Vocabulary) -> Iterator[tuple[Section, Question]]:
    """Yield the questions whose condition is true for no answers."""
    before: list[Question] = []
    for section in form.sections:
        asked = list(before)
        for question in section.questions:
            if question.condition is not None and not _reachable(question, asked, vocabulary):
                yield section, question
            asked.append(question)
        if not section.repeats:
            before = asked


def _reachable(question: Question, before: Sequence[Question], vocabulary: Vocabulary) -> bool:
    """Whether some answers to the questions that matter make this one asked."""
    needed = _needed(question, before)
    values = {name: sorted(tried, key=repr) for name, tried in _tried([question, *needed]).items()}
    trials = islice(product(*values.values()), _MOST_TRIALS + 1)
    for number, trial in enumerate(trials):
        if number == _MOST_TRIALS or _is_asked(question, needed, dict(zip(values, trial, strict=True))):
            return True
    return False


def _needed(question: Question, before: Sequence[Question]) -> list[Question]:
    """Return the questions on whose answers it depends that it is asked, in the order of the form."""
    names, found = set(question.looks_at), []
    for each in reversed(before):
        if each.name in names:
            found.append(each)
            names |= each.looks_at
    return found[::-1]


def _is_asked(question: Question, needed: Sequence[Question], trial: Mapping[str, object]) -> bool:
    """Whether it is asked; an answer to what is itself not asked does not count."""
    record = dict(trial)
    for each in needed:
        if each.condition is not None and evaluate(each.condition.expression, record).value is not True:
            record[each.name] = None
    assert question.condition is not None
    return evaluate(question.condition.expression, record).value is True


def _tried(questions: Sequence[Question]) -> dict[str, set[object]]:
    """Return the values worth trying of each field: none, its options, those at and beside literals."""
    found: dict[str, set[object]] = {}
    for each in questions:
        for leaf in leaves(each.condition.expression) if each.condition else ():
            field: Field = leaf.field  # type: ignore[attr-defined]
            values = found.setdefault(field.name, {None, *field.values})
            if not field.values:
                values.update(_beside(leaf))
    return found


def _beside(leaf: object) -> Iterator[object]:
    match leaf:
        case Comparison():
            literals: tuple[object, ...] = (leaf.value,)
        case Between():
            literals = (leaf.low, leaf.high)
        case InList():
            literals = leaf.values
        case Like():
            literals = (leaf.pattern.replace("%", ""), leaf.pattern.replace("%", "a").replace("_", "a"))
        case _:
            literals = ("a",)
    for literal in literals:
        yield literal
        if isinstance(literal, Decimal):
            yield from (literal - 1, literal + 1)
        elif isinstance(literal, date):
            yield from (literal - timedelta(days=1), literal + timedelta(days=1))
        else:
            yield from (f"{literal}a", "")
