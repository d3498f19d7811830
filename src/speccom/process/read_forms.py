"""Read the forms of a process rulebook, with every error in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from speccom.criteria.codes import CLASSIFICATIONS
from speccom.criteria.parse import Criterion
from speccom.criteria.vocabulary import Confidentiality, Field, FieldType, Vocabulary
from speccom.process.faults import Faults
from speccom.process.form import YES_OR_NO, Form, Limits, Question, QuestionKind, Section
from speccom.rulebook.metadata_file import read_toml

FORMS = "forms"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MUST_BIND = (QuestionKind.MONEY, QuestionKind.DATE, QuestionKind.ONE_OF, QuestionKind.CODE)
_FROM_TYPE = {
    FieldType.TEXT: QuestionKind.TEXT,
    FieldType.WHOLE_NUMBER: QuestionKind.WHOLE_NUMBER,
    FieldType.DECIMAL: QuestionKind.DECIMAL,
    FieldType.DATE: QuestionKind.DATE,
}
_LIMITED = {
    QuestionKind.WHOLE_NUMBER: int,
    QuestionKind.MONEY: int,
    QuestionKind.DECIMAL: Decimal,
    QuestionKind.DATE: date,
}


def read_forms(
    folder: Path, vocabulary: Vocabulary, acts: Collection[str], faults: Faults
) -> tuple[dict[str, Form], dict[str, object]]:
    """Return the forms by name, and what is written in their files."""
    found: dict[str, Form] = {}
    content: dict[str, object] = {}
    for path in sorted((folder / FORMS).glob("*.toml")):
        written = read_toml(path, faults.errors)
        content[path.name] = written
        if written:
            found[path.stem] = _FormReader(path, vocabulary, acts, faults).read(written)
    _refuse_two_kinds(found, faults)
    return found, content


def _refuse_two_kinds(forms: Mapping[str, Form], faults: Faults) -> None:
    """Refuse a field that is money in one form and a number in another."""
    kinds: dict[str, QuestionKind] = {}
    for form in forms.values():
        for question in form.questions:
            is_money = question.kind is QuestionKind.MONEY
            first = kinds.setdefault(question.bind, question.kind)
            if question.bind and is_money != (first is QuestionKind.MONEY):
                where = f"{FORMS}/{form.id}.toml, {question.id}"
                faults.add(where, f"`{question.bind}` is money in one form and not in another")


def row_vocabulary(section: Section) -> Vocabulary:
    """Return what a criterion over the rows of a repeating section may speak of."""
    return Vocabulary(_field_of(each) for each in section.questions if each.kind is not QuestionKind.ANY_OF)


class _FormReader:
    def __init__(self, path: Path, vocabulary: Vocabulary, acts: Collection[str], faults: Faults) -> None:
        self.path = path
        self.where = f"{FORMS}/{path.name}"
        self.vocabulary = vocabulary
        self.acts = acts
        self.faults = faults

    def read(self, written: Mapping[str, object]) -> Form:
        self._name(self.path.stem.replace("-", "_"), self.where, "a form")
        acts = self.faults.listed(written, "acts", self.where)
        if not acts:
            self.faults.add(self.where, "no act brings this form", 'Write acts = ["…"]')
        for act in acts:
            self.faults.known(act, self.acts, self.where, "acts")
        self.before: list[Question] = []
        sections = [
            self._section(each)
            for _, each in self.faults.tables(written, "sections", self.where, named=False)
        ]
        form = Form(
            self.path.stem,
            self.faults.text(written, "title", self.where),
            acts,
            tuple(sections),
            str(written.get("hint", "")).strip(),
            self.faults.flag(written, "afresh", self.where, otherwise=False),
        )
        self._refuse_twice([each.id for each in sections], self.where, "section")
        self._refuse_twice([each.name for each in form.questions], self.where, "question")
        self._refuse_twice([each.collection for each in sections if each.repeats], self.where, "collection")
        self._refuse_later(form)
        return form

    def _section(self, written: Mapping[str, object]) -> Section:
        name = self.faults.text(written, "id", f"{self.where}, sections")
        where = f"{self.where}, {name}"
        self._name(name, where, "a section")
        collection = str(written.get("collection", ""))
        if collection:
            self._name(collection, where, "a collection")
        questions = self._questions(written, where, repeats=bool(collection))
        if not questions:
            self.faults.add(
                where, "the section asks nothing", "Write its questions as [[sections.questions]]"
            )
        self._refuse_twice([each.id for each in questions], where, "question")
        return Section(
            name,
            self.faults.text(written, "title", where),
            questions,
            str(written.get("hint", "")).strip(),
            collection,
            self.faults.whole(written, "at_least", where) or 0,
            self.faults.whole(written, "at_most", where),
        )

    def _questions(self, written: Mapping[str, object], where: str, *, repeats: bool) -> tuple[Question, ...]:
        """Return the questions of a section; each may depend on those before it, also in its own row."""
        before = list(self.before)
        for _, each in self.faults.tables(written, "questions", where, named=False):
            question = self._question(each, where, repeats=repeats)
            before.append(replace(question, condition=self._condition(each, question, before, where)))
        found = before[len(self.before) :]
        if not repeats:
            self.before = before
        return tuple(found)

    def _condition(
        self, written: Mapping[str, object], question: Question, before: Iterable[Question], section: str
    ) -> Criterion | None:
        if "condition" not in written:
            return None
        where = f"{section}, {question.id}"
        asked = [_field_of(each) for each in before if not each.bind and each.kind is not QuestionKind.ANY_OF]
        known = Vocabulary([*self.vocabulary.values(), *asked])
        return self.faults.criterion(self.faults.text(written, "condition", where), known, where)

    def _refuse_later(self, form: Form) -> None:
        """Refuse a condition that looks at an answer of this form which is not given before it."""
        given: set[str] = set()
        for section in form.sections:
            for question in section.questions:
                for name in sorted(question.looks_at & form.fields - given):
                    self.faults.add(
                        f"{self.where}, {section.id}, {question.id}",
                        f"the condition looks at `{name}`, which is not asked before",
                        "Ask it first",
                    )
                if not section.repeats:
                    given.add(question.name)

    def _question(self, written: Mapping[str, object], section: str, *, repeats: bool) -> Question:
        name = self.faults.text(written, "id", section)
        where = f"{section}, {name}"
        self._name(name, where, "a question")
        bound = self._bound(written, where, repeats=repeats)
        kind = self._kind(written, bound, where)
        if kind in _MUST_BIND and bound is None and not repeats:
            self.faults.add(
                where,
                f"a question of the kind `{kind.value}` must bind",
                "Write bind and the name of a field",
            )
        if bound is None and not repeats and name in self.vocabulary:
            self.faults.add(
                where, f"`{name}` is the name of a field", f'Write bind = "{name}", or give it another name'
            )
        return Question(
            id=name,
            label=self.faults.text(written, "label", where),
            kind=kind,
            hint=str(written.get("hint", "")).strip(),
            required=self.faults.flag(written, "required", where, otherwise=True),
            options=self._options(written, bound, kind, where),
            limits=self._limits(written, kind, where),
            confidentiality=self._class(written, bound, where),
            bind=bound.name if bound else "",
            classification=self._classification(written, bound, kind, where),
        )

    def _bound(self, written: Mapping[str, object], where: str, *, repeats: bool) -> Field | None:
        name = written.get("bind")
        if name is None:
            return None
        if repeats:
            self.faults.add(where, "a question that repeats is a column of its collection and binds nothing")
            return None
        if not self.faults.known(str(name), set(self.vocabulary), where, "bind"):
            return None
        field = self.vocabulary[str(name)]
        if field.origin != "record":
            self.faults.add(where, f"`{name}` is a fact: it is found and not asked")
        return field

    def _kind(self, written: Mapping[str, object], bound: Field | None, where: str) -> QuestionKind:
        """Return the kind: as written, or as the field it binds suggests, which it must not contradict."""
        suggested = _suggested(bound)
        if "kind" not in written and suggested is not None:
            return suggested
        kind = self.faults.word(QuestionKind, str(written.get("kind", "")), where, "kind")
        if kind is None:
            return suggested or QuestionKind.TEXT
        if bound is not None and not _fits(kind, bound):
            self.faults.add(
                where, f"`{kind.value}` is the wrong kind for `{bound.name}`, which is {_type_words(bound)}"
            )
        return kind

    def _options(
        self, written: Mapping[str, object], bound: Field | None, kind: QuestionKind, where: str
    ) -> Mapping[str, str]:
        own = self.faults.options(written, "options", where)
        if bound is not None and own:
            self.faults.add(where, f"the options come from the field `{bound.name}`", "Take them out here")
        options = own or (dict(bound.values) if bound else {})
        if kind is QuestionKind.YES_NO:
            return options or YES_OR_NO
        if kind.is_choice and not options:
            self.faults.add(where, "there is nothing to choose from", 'Write options = { name = "words" }')
        return options

    def _class(self, written: Mapping[str, object], bound: Field | None, where: str) -> Confidentiality:
        own = written.get("confidentiality")
        if bound is not None:
            if own is not None:
                self.faults.add(where, f"the class comes from the field `{bound.name}`", "Take it out here")
            return Confidentiality(bound.confidentiality)
        if own is None:
            self.faults.add(
                where, "`confidentiality` is missing", f"Write one of {', '.join(Confidentiality)}"
            )
            return Confidentiality.OFFICIAL
        found = self.faults.word(Confidentiality, str(own), where, "confidentiality")
        return found or Confidentiality.OFFICIAL

    def _classification(
        self, written: Mapping[str, object], bound: Field | None, kind: QuestionKind, where: str
    ) -> str:
        found = (bound.classification if bound else None) or str(written.get("classification", ""))
        if kind is QuestionKind.CODE:
            self.faults.one_of(found, CLASSIFICATIONS, where, "classification")
        return found

    def _limits(self, written: Mapping[str, object], kind: QuestionKind, where: str) -> Limits:
        limits = written.get("limits", {})
        if not isinstance(limits, dict) or not limits.keys() <= {"longest", "lowest", "highest"}:
            self.faults.add(where, "`limits` holds only longest, lowest and highest")
            return Limits()
        return Limits(
            self.faults.whole(limits, "longest", where),
            self._limit(limits.get("lowest"), kind, where),
            self._limit(limits.get("highest"), kind, where),
        )

    def _limit(self, written: object, kind: QuestionKind, where: str) -> int | Decimal | date | None:
        if written is None:
            return None
        wanted = _LIMITED.get(kind)
        if isinstance(written, bool) or wanted is None:
            self.faults.add(where, f"a question of the kind `{kind.value}` has no lowest or highest answer")
        elif wanted is Decimal and isinstance(written, int | float):
            return Decimal(str(written))
        elif wanted is int and isinstance(written, int):
            return written * 100 if kind is QuestionKind.MONEY else written
        elif wanted is date and type(written) is date:
            return written
        else:
            self.faults.add(where, f"“{written}” is no limit of a question of the kind `{kind.value}`")
        return None

    def _name(self, name: str, where: str, what: str) -> None:
        if name and not _NAME.fullmatch(name):
            self.faults.add(
                where, f"`{name}` cannot be the name of {what}", "Use small letters, figures and _"
            )

    def _refuse_twice(self, names: Iterable[str], where: str, what: str) -> None:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                self.faults.add(where, f"the {what} `{name}` is there twice", "Keep one of them")
            seen.add(name)


def _suggested(bound: Field | None) -> QuestionKind | None:
    if bound is None:
        return None
    if bound.values:
        return QuestionKind.YES_NO if bound.values.keys() == YES_OR_NO.keys() else QuestionKind.ONE_OF
    return QuestionKind.CODE if bound.classification else _FROM_TYPE.get(bound.type)


def _fits(kind: QuestionKind, bound: Field) -> bool:
    """Whether answers of a kind can be values of a field."""
    if bound.values:
        return kind is QuestionKind.ONE_OF or kind is _suggested(bound)
    if kind.is_choice or (kind is QuestionKind.CODE) != bool(bound.classification):
        return False
    return kind.field_type is bound.type


def _type_words(bound: Field) -> str:
    if bound.values:
        return "one of some options"
    return "a code" if bound.classification else f"of the type {bound.type.value}"


def _field_of(question: Question) -> Field:
    return Field(
        name=question.name,
        type=question.kind.field_type,
        title=question.label,
        confidentiality=question.confidentiality,
        values=question.options,
    )
