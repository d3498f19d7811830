"""A case that goes through a process as its journey says, in pure code, from what is typed to events."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from speccom.criteria.vocabulary import Confidentiality
from speccom.process.answers import Answers, read_answers
from speccom.process.case import Case
from speccom.process.decide import Accepted, Actor, Command, FactValue, Outcome, decide
from speccom.process.facts import Moments, Row, count, elapsed_days
from speccom.process.form import Value
from speccom.process.procedure import FactKind, Procedure
from speccom.process.working_days import WorkingDays

JOURNEYS = Path(__file__).parent / "journeys"
WEEKDAYS = WorkingDays(date(2026, 1, 1), date(2028, 12, 31), frozenset())
DOCUMENTS = {"document-1": "The minutes of the committee, version 1"}
KERNEL: Mapping[str, object] = {
    "quorate": "yes",
    "has_power": "yes",
    "same_members": 0,
    "number_taken": "no",
}


@dataclass(frozen=True)
class Step:
    """One step: who does which act, after how many days, what they type, and why it is refused if it is."""

    act: str
    by: str
    answers: Mapping[str, Mapping[str, str]]
    after: int
    refused: str


def steps_of(name: str) -> tuple[datetime, list[Step]]:
    """Return when a journey begins, and its steps."""
    with (JOURNEYS / f"{name}.toml").open("rb") as file:
        written = tomllib.load(file)
    return written["begins"], [
        Step(each["act"], each["by"], each.get("answers", {}), each.get("after", 1), each.get("refused", ""))
        for each in written["steps"]
    ]


@dataclass
class Traveller:
    """A case on its journey, with what its latest forms hold."""

    procedure: Procedure
    now: datetime
    case: Case = field(default_factory=lambda: Case("C-1"))
    forms: dict[str, Answers] = field(default_factory=dict)
    record: dict[str, Value | None] = field(default_factory=dict)
    rows: dict[str, tuple[Row, ...]] = field(default_factory=dict)

    def does(self, act: str, by: str, posted: Mapping[str, Mapping[str, str]], after: int = 1) -> Outcome:
        """Do an act as anybody who holds its role, with what they typed into its forms."""
        self.now += timedelta(days=after)
        brought = {
            form.id: read_answers(form.with_documents(DOCUMENTS), posted.get(form.id, {}), self.record)
            for form in self.procedure.forms_of(act)
        }
        given: dict[str, Any] = {
            name: value for each in brought.values() for name, value in each.given.items()
        }
        forms = {**self.forms, **brought}
        rows = {**self.rows, **{name: each for form in brought.values() for name, each in form.rows.items()}}
        role = next(each.role for each in self.procedure.transitions if each.act == act)
        command = Command(f"step-{self.case.version}", act, Actor(by, frozenset({role})), self.now, given)
        outcome = decide(
            self.procedure, self.case, self._facts({**self.record, **given}, forms, rows), command
        )
        if isinstance(outcome, Accepted):
            assert not [each.problems for each in brought.values() if each.problems]
            self.case = self.case.after(outcome.events[0])
            self.forms, self.rows = forms, rows
            self.record |= given
        return outcome

    def _facts(
        self,
        record: Mapping[str, Value | None],
        forms: Mapping[str, Answers],
        rows: Mapping[str, tuple[Row, ...]],
    ) -> dict[str, FactValue]:
        found = {name: FactValue(value) for name, value in record.items()}
        moments = Moments(self.case, record, self.now, WEEKDAYS)
        for fact in self.procedure.facts.values():
            if fact.kind is FactKind.COUNT:
                kept = {"answers": tuple(_answers(forms)), "interests": (), **rows}
                found[fact.name] = count(fact, kept.get(fact.definition["collection"], ()))
            elif fact.kind is FactKind.ELAPSED:
                found[fact.name] = elapsed_days(self.procedure, fact, moments)
            else:
                found[fact.name] = FactValue(KERNEL.get(fact.name))
        return found


def _answers(forms: Mapping[str, Answers]) -> list[Row]:
    """Return each question that was asked, what was answered, and whether that names the patient."""
    asked = [
        (question, answered.get(question.name))
        for form in forms.values()
        for section in form.form.sections
        for answered in (form.rows[section.collection] if section.repeats else (form.values,))
        for question in section.questions
    ]
    names = {
        word
        for question, value in asked
        if question.confidentiality is Confidentiality.IDENTITY and isinstance(value, str)
        for word in value.split()
        if len(word) > 4
    }
    blank = {text for form in forms.values() for text in form.missing}
    return [
        {
            "question": question.label,
            "answer": value,
            "required": "yes" if question.required and question.id in blank else "no",
            "names_patient": "yes"
            if question.confidentiality is not Confidentiality.IDENTITY
            and any(name in str(value) for name in names)
            else "no",
        }
        for question, value in asked
    ]
