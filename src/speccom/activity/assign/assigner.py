"""Who pays for one record: the decision table read row by row, with the facts that it asks for.

This is the slow and obvious way, and the explanation. The bulk way (`bulk.py`) must give the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from speccom.criteria.decision_table import DecisionTable, Row, Visit
from speccom.criteria.evaluate import evaluate
from speccom.criteria.expression import Expression, leaves
from speccom.criteria.parse import Criterion
from speccom.criteria.vocabulary import Field
from speccom.rulebook.assignment import PART, AssignmentRow, AssignmentRulebook
from speccom.rulebook.lookups import Presence, Reference, Rows

DATE = "activity_date"
SERVICE_CODE = "service_code"
CORE = "core"


@dataclass(frozen=True)
class Outcome:
    """What is answered. `fault` names, in words with underscores, what is wrong where nothing could be."""

    code: str | None
    commissioner: str | None
    service_category: str | None
    reason: str | None
    fault: str = ""


@dataclass(frozen=True)
class Assignment:
    """The answer for one record, the rows that led to it, and the facts that were looked up."""

    outcome: Outcome
    path: tuple[Visit, ...]
    facts: Mapping[str, str | None]

    @property
    def path_text(self) -> str:
        """The path as the output has it."""
        return path_text((visit.row, visit.met) for visit in self.path)


class Assigner:
    """Assigns by one rulebook and one folder of reference tables."""

    def __init__(self, rulebook: AssignmentRulebook, reference: Reference) -> None:
        self.rulebook = rulebook
        self.reference = reference
        self.table = DecisionTable([self._row(each) for each in rulebook.rows])
        self._reasons = _reasons_of(rulebook, reference)

    def assign(self, record: Mapping[str, object]) -> Assignment:
        """Assign one record whose text is trimmed and whose codes are in normal form."""
        day = record.get(DATE)
        assert day is None or isinstance(day, date)
        refused = self.refusal(day)
        if refused is not None:
            return Assignment(refused, (), {})
        facts = self.facts(record, day)
        decision = self.table.decide({**record, **facts})
        if not decision.decided_by:
            return Assignment(self.ran_out(), decision.path, facts)
        row = self.rulebook.by_name[decision.decided_by]
        value = {**record, **facts}.get(row.answer.field)
        return Assignment(self.outcome(row, None if value is None else str(value)), decision.path, facts)

    def parts_of(self, record: Mapping[str, object]) -> list[dict[str, object]]:
        """Return a record for the core of an admission, and one for each part that is paid for apart.

        A part has its own service line; a line that a part carries is not the core's too.
        """
        day = record.get(DATE)
        known = {**record, **self.facts(record, day if isinstance(day, date) else None)}

        def holds(criterion: Criterion) -> bool:
            return evaluate(criterion.expression, known).value is True

        parts = [part for part in self.rulebook.parts if holds(part.criterion)]
        leaving = {part.service_code for part in self.rulebook.parts if holds(part.leaves_core)}
        core = {SERVICE_CODE: None} if record.get(SERVICE_CODE) in leaving else {}
        return [
            {**record, **core, PART.name: CORE},
            *({**record, SERVICE_CODE: part.service_code, PART.name: part.name} for part in parts),
        ]

    def facts(self, record: Mapping[str, object], day: date | None) -> dict[str, str | None]:
        """Return every fact for one record."""
        return {
            name: self.reference.value(lookup, record.get(lookup.key.name), day)
            for name, lookup in self.rulebook.lookups.items()
        }

    def refusal(self, day: date | None) -> Outcome | None:
        """Return why a date alone rules an answer out; None where it does not."""
        if day is None:
            return _nothing("The record has no date of activity, so nobody can be named.", "no_date")
        book = self.rulebook
        if not book.valid_from <= day <= book.valid_to:
            return _nothing(
                f"The date lies outside the rulebook, which holds from {_words(book.valid_from)} to "
                f"{_words(book.valid_to)}.",
                "date_outside_rulebook",
            )
        uncovered = self.reference.uncovered(day)
        if uncovered:
            titles = " and ".join(table.title for table in uncovered)
            return _nothing(f"The date lies outside every version of {titles}.", "date_outside_tables")
        return None

    def outcome(self, row: AssignmentRow, value: str | None) -> Outcome:
        """Return what a row answers, given the value that its answer names."""
        lacking = self.lacking(row)
        if lacking:
            table = self.reference.tables[lacking[0]]
            return _nothing(
                f"Cannot be decided here: box {row.box} asks for {table.title} ({table.name}.csv), which the "
                f"reference folder does not hold.",
                "table_missing",
            )
        if not row.answer.text:
            return Outcome(None, None, row.service_category or None, row.reason)
        code = row.answer.filled(value)
        if code is None:
            return _nothing(
                f"Cannot be decided here: box {row.box} was reached, and the reference tables do not say "
                f"{self._title(row.answer.field)}.",
                "value_missing",
            )
        if self._reasons is None:
            return Outcome(
                code, row.commissioner.filled(value) or None, row.service_category or None, row.reason
            )
        known = self._reasons.get(code)
        if known is None:
            return Outcome(
                code, None, None, f"The list of answers has no row for {code}.", "answer_not_listed"
            )
        return known

    def ran_out(self) -> Outcome:
        """Return the answer where no row of the table gave one."""
        return _nothing("No row of the rulebook answers for this record.", "no_answer")

    def undecidable(self) -> tuple[AssignmentRow, ...]:
        """Return the rows that ask for a table that is missing."""
        return tuple(row for row in self.rulebook.rows if self.lacking(row))

    def _row(self, row: AssignmentRow) -> Row:
        """The row as it is read here: one that asks for a missing table ends the path."""
        return Row(row.row.name, None) if self.lacking(row) else row.row

    def lacking(self, row: AssignmentRow) -> list[str]:
        """Return the optional tables that a row asks for and the folder does not hold."""
        asked = [*fields_of([row.row.criterion.expression] if row.row.criterion else []), *row.answer.fields]
        lookups, tables = self.rulebook.lookups, self.reference.tables
        named = dict.fromkeys(lookups[name].table for name in asked if name in lookups)
        return [
            name
            for name in named
            if name in self.reference.missing and tables[name].presence is Presence.OPTIONAL
        ]

    def _title(self, field: str) -> str:
        lookup = self.rulebook.lookups.get(field)
        return lookup.field.title if lookup else field


def fields_of(expressions: Iterable[Expression]) -> dict[str, Field]:
    """Return the fields that some criteria ask about, each once, by name."""
    found: dict[str, Field] = {}
    for expression in expressions:
        for leaf in leaves(expression):
            field: Field = leaf.field  # type: ignore[attr-defined]
            found.setdefault(field.name, field)
    return found


def path_text(visits: Iterable[tuple[Row, bool]]) -> str:
    """Return a path as one line: each row with what came of it, and the last row by its name alone."""
    return " > ".join(
        row.name if row.criterion is None else f"{row.name} {'yes' if met else 'no'}" for row, met in visits
    )


def _reasons_of(rulebook: AssignmentRulebook, reference: Reference) -> Mapping[str, Outcome] | None:
    asked = rulebook.reasons
    if asked is None:
        return None
    rows: Rows = reference.rows[asked.table]
    return {
        row.cells[asked.code]: Outcome(
            row.cells[asked.code],
            row.cells[asked.commissioner] or None,
            row.cells[asked.service_category] or None,
            row.cells[asked.reason] or None,
        )
        for row in reversed(rows.rows)
    }


def _nothing(reason: str, fault: str) -> Outcome:
    return Outcome(None, None, None, reason, fault)


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
