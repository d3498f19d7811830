"""Forms: what an act brings to a case, as sections of questions that a person answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from speccom.criteria.expression import leaves
from speccom.criteria.parse import Criterion
from speccom.criteria.vocabulary import Confidentiality, FieldType

Value = str | int | Decimal | date | tuple[str, ...]
"""An answer: text, a number, money in whole pence, a day, or the names of the options chosen."""

YES, NO = "yes", "no"
YES_OR_NO = {YES: "Yes", NO: "No"}


class QuestionKind(StrEnum):
    """What kind of answer a question takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    ANY_OF = "any_of"
    WHOLE_NUMBER = "whole_number"
    MONEY = "money"
    DECIMAL = "decimal"
    DATE = "date"
    NHS_NUMBER = "nhs_number"
    CODE = "code"
    DOCUMENT = "document"

    @property
    def field_type(self) -> FieldType:
        """The type of a field that holds such an answer; money is whole pence."""
        return _FIELD_TYPES.get(self, FieldType.TEXT)

    @property
    def is_choice(self) -> bool:
        """Whether the answer is chosen from options."""
        return self in (QuestionKind.YES_NO, QuestionKind.ONE_OF, QuestionKind.ANY_OF)


_FIELD_TYPES = {
    QuestionKind.WHOLE_NUMBER: FieldType.WHOLE_NUMBER,
    QuestionKind.MONEY: FieldType.WHOLE_NUMBER,
    QuestionKind.DECIMAL: FieldType.DECIMAL,
    QuestionKind.DATE: FieldType.DATE,
}


def fields_read(criterion: Criterion) -> frozenset[str]:
    """Return the names of the fields that a criterion reads."""
    return frozenset(leaf.field.name for leaf in leaves(criterion.expression))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Limits:
    """How long a text may be, and between which values a number, money (in pence) or a day lies."""

    longest: int | None = None
    lowest: int | Decimal | date | None = None
    highest: int | Decimal | date | None = None


@dataclass(frozen=True)
class Question:
    """One question. `bind` names the field of the vocabulary that its answer is; blank where it is none.

    A question with a condition is asked only where that is true of the other answers and of the case.
    `classification` says which codes a `code` is one of. A `document` has options only in a case: its own;
    `withdrawn` are those that were withdrawn there, which may be chosen no longer.
    """

    id: str
    label: str
    kind: QuestionKind
    hint: str = ""
    required: bool = True
    condition: Criterion | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    confidentiality: Confidentiality = Confidentiality.OFFICIAL
    bind: str = ""
    classification: str = ""

    @property
    def name(self) -> str:
        """The name under which the answer stands in a record and in criteria."""
        return self.bind or self.id

    @property
    def looks_at(self) -> frozenset[str]:
        """The names of the fields and answers that its condition reads."""
        return frozenset() if self.condition is None else fields_read(self.condition)


@dataclass(frozen=True)
class Section:
    """Questions that belong together. With a `collection` they repeat: each row of answers is one of it."""

    id: str
    title: str
    questions: tuple[Question, ...]
    hint: str = ""
    collection: str = ""
    at_least: int = 0
    at_most: int | None = None

    @property
    def repeats(self) -> bool:
        """Whether the section is answered several times."""
        return bool(self.collection)


@dataclass(frozen=True)
class Form:
    """One form. Doing one of its `acts` brings its answers, which are its draft until then.

    A draft goes on from what the case knows already; that of a form which is filled in `afresh` does so only
    in its repeating sections, so that no finding or reason is carried over from an earlier time.
    """

    id: str
    title: str
    acts: tuple[str, ...]
    sections: tuple[Section, ...]
    hint: str = ""
    afresh: bool = False

    @property
    def questions(self) -> Iterator[Question]:
        """Every question that is asked once."""
        return (each for section in self.sections if not section.repeats for each in section.questions)

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the vocabulary that the form brings."""
        return frozenset(each.bind for each in self.questions if each.bind)

    @property
    def collections(self) -> Mapping[str, Section]:
        """The repeating sections by the name of what they hold."""
        return {each.collection: each for each in self.sections if each.repeats}

    def with_documents(
        self, documents: Mapping[str, str], withdrawn: Mapping[str, str] = MappingProxyType({})
    ) -> Form:
        """Return the form as a case asks it, whose documents (words by answer) its questions may be."""
        sections = tuple(_with_documents(each, documents, withdrawn) for each in self.sections)
        return replace(self, sections=sections)


def _with_documents(section: Section, documents: Mapping[str, str], withdrawn: Mapping[str, str]) -> Section:
    questions = tuple(
        replace(each, options=documents, withdrawn=withdrawn) if each.kind is QuestionKind.DOCUMENT else each
        for each in section.questions
    )
    return replace(section, questions=questions)
