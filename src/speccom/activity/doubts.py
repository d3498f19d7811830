"""What is doubtful about a run: values that are no codes, dates out of range, repeated records, columns
that were not there, and explanations that do not agree with the answer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.explain import STATED, lines_by_explanation
from speccom.activity.faults import Fault, Rejected
from speccom.activity.labels import FATES, Answers
from speccom.activity.plan import SOURCE_ROW
from speccom.activity.prepare import PreparedFile
from speccom.activity.records import normal_record, raw_records
from speccom.criteria.columns import EPOCH, NumberColumn, TextColumn
from speccom.criteria.evaluate import Record
from speccom.criteria.expression import leaves
from speccom.criteria.vocabulary import FieldType
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.entries import Reach
from speccom.rulebook.identification import IdentificationRulebook

CODE_FIELDS = tuple(field for field in ACTIVITY.values() if field.type == FieldType.CODES)
RECORDS_CHECKED = 200
"""So many records of a run are explained by the reference evaluator and compared with the answer."""
CHECKED_PER_VARIANT = 2

WARNED_OF = ("dataset_differs", "not_utf8")
"""Faults of a whole file that whoever reads the results must know of."""


_MESSAGES = {
    "not_a_code": "“{}” is no code of its classification; it matches nothing",
    "stated_line_unknown": "the provider stated “{}”, which is no line of the rulebook",
    "stated_line_not_used": "the provider stated {} and no rule finds a line, but the rulebook does not let "
    "a provider's statement identify this one",
}


class _Value(NamedTuple):
    file: int
    column: str
    kind: str
    text: str


class CountedValue(NamedTuple):
    """A doubtful value of a column: how often it was met, and where first."""

    file: int
    column: str
    kind: str
    text: str
    times: int
    row: int
    record_id: str


class Doubtful(NamedTuple):
    """What is doubtful in one stretch: its values, and how many of its dates are out of range, by file."""

    values: tuple[CountedValue, ...]
    outside: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls, written: Sequence[Sequence[Sequence[Any]]]) -> Doubtful:
        """Return it as it was before it was written as plain lists."""
        values, outside = written
        return cls(
            tuple(CountedValue(*each) for each in values), tuple((file, count) for file, count in outside)
        )


@dataclass
class _Seen:
    count: int
    file: int
    row: int
    record_id: str


@dataclass(frozen=True)
class _Example:
    file: int
    row: int
    lines: tuple[str, ...]
    in_specialised_spell: bool


class Doubts:
    """Gathers what is doubtful, from several threads."""

    def __init__(
        self, rulebook: IdentificationRulebook, reader: ActivityReader, files: Sequence[PreparedFile]
    ) -> None:
        self.rulebook = rulebook
        self.reader = reader
        self.files = files
        self.rejected: list[Rejected] = []
        self._lock = threading.Lock()
        self._values: dict[_Value, _Seen] = {}
        self._outside: Counter[int] = Counter()
        self._examples: dict[int, list[_Example]] = {}
        self._disagreements: list[Fault] = []

    def of_a_stretch(self) -> Doubts:
        """Return where the doubts of one stretch are gathered, before they are added to these."""
        return Doubts(self.rulebook, self.reader, self.files)

    def doubtful(self) -> Doubtful:
        """Return what was counted so far."""
        values = (
            CountedValue(*each, seen.count, seen.row, seen.record_id) for each, seen in self._values.items()
        )
        return Doubtful(tuple(values), tuple(self._outside.items()))

    def add(self, doubtful: Doubtful) -> None:
        """Add what was counted in a stretch."""
        with self._lock:
            for file, column, kind, text, count, row, record_id in doubtful.values:
                self._add(_Value(file, column, kind, text), _Seen(count, file, row, record_id))
            self._outside.update(dict(doubtful.outside))

    def look_at(self, chunk: Chunk, table: pa.Table) -> None:
        """Count the values of a chunk that are no code, and its dates outside the rulebook's validity."""
        for field in CODE_FIELDS:
            for value, count, row in self.reader.not_codes(table, field):
                self._count(chunk, table, _Value(chunk.file, field.name, "not_a_code", value), count, row)
        outside = self._outside_validity(table)
        with self._lock:
            self._outside[chunk.file] += outside

    def look_at_statements(
        self,
        chunk: Chunk,
        table: pa.Table,
        stated: TextColumn,
        unanswered: npt.NDArray[np.bool_],
        accepted: Collection[str],
    ) -> None:
        """Count the lines that providers stated and that are none, or may not be identified so.

        `unanswered` (records,) marks the records without a line of any kind; `accepted` are the lines that
        a provider's statement can identify.
        """
        lost = np.bincount(
            stated.ids[unanswered & (stated.ids >= 0)], minlength=len(stated.dictionary.values)
        )
        all_of = np.bincount(stated.ids[stated.ids >= 0], minlength=len(stated.dictionary.values))
        for place, value in enumerate(stated.dictionary.values):
            if value is None or value in accepted:
                continue
            known = value in self.rulebook.services
            kind = "stated_line_not_used" if known else "stated_line_unknown"
            count = int((lost if known else all_of)[place])
            if count:
                row = int(np.argmax((stated.ids == place) & (unanswered | (not known))))
                self._count(chunk, table, _Value(chunk.file, STATED, kind, value), count, row)

    def reject_repeated(self, chunk: Chunk, table: pa.Table, rows: npt.NDArray[np.int64]) -> None:
        """List rows whose record_id an earlier row of the run has."""
        texts = table.column("record_id").take(pa.array(rows)).to_pylist()
        originals = [self._original_row(chunk, table, int(row)) for row in rows]
        name = self.files[chunk.file].original.name
        reason = "an earlier row has the same record_id; the first is kept"
        with self._lock:
            self.rejected += [
                Rejected(name, row, str(text).strip(), reason)
                for row, text in zip(originals, texts, strict=True)
            ]

    def remember(
        self, file: int, rows: npt.NDArray[np.int64], answers: Answers, lines: Sequence[tuple[str, ...]]
    ) -> None:
        """Keep a few examples of each set of lines, for `check_explanations`; called in order."""
        if self.has_examples_enough:
            return
        wanted = np.ones(len(lines), dtype=np.bool_)
        wanted[[each for each, some in self._examples.items() if len(some) >= CHECKED_PER_VARIANT]] = False
        kept = np.flatnonzero(wanted[answers.variant] & (answers.fate != FATES.index("not_attended")))
        variants, places = np.unique(answers.variant[kept], return_index=True)
        for variant, place in zip(variants.tolist(), kept[places].tolist(), strict=True):
            in_spell = variant % 2 == 1
            example = _Example(file, int(rows[place]), lines[variant], in_spell)
            self._examples.setdefault(variant, []).append(example)

    @property
    def has_examples_enough(self) -> bool:
        """Whether as many examples are kept as `check_explanations` explains."""
        return sum(len(some) for some in self._examples.values()) >= RECORDS_CHECKED

    def check_explanations(self) -> None:
        """Explain some records by the reference evaluator; an answer that it does not give is a fault."""
        by_file: dict[int, list[_Example]] = {}
        for example in [each for some in self._examples.values() for each in some][:RECORDS_CHECKED]:
            by_file.setdefault(example.file, []).append(example)
        for file, examples in by_file.items():
            self._disagreements += self._disagreements_in(file, examples)

    def _disagreements_in(self, number: int, examples: Sequence[_Example]) -> list[Fault]:
        file = self.files[number]
        rows = [example.row for example in examples]
        written = raw_records(file.path, rows, self._asked_for())
        found = [
            self._check(example, normal_record(raw, dataset=file.dataset), file.dataset)
            for example, raw in zip(examples, written, strict=True)
        ]
        return [fault for fault in found if fault is not None]

    def _asked_for(self) -> tuple[str, ...]:
        """Return the columns that tell a record's lines, and which record it is."""
        rules = self.rulebook.rules_of_both_layers
        asked = (leaf.field for rule in rules for leaf in leaves(rule.criterion.expression))  # type: ignore[attr-defined]
        return tuple(dict.fromkeys(["record_id", "dataset", STATED, *(field.name for field in asked)]))

    def faults(self) -> list[Fault]:
        """Return what was counted, the most frequent first."""
        counted = [
            Fault(
                each.kind,
                each.column,
                each.text,
                seen.count,
                _MESSAGES[each.kind].format(each.text),
                self.files[each.file].original.name,
                seen.row,
                seen.record_id,
            )
            for each, seen in self._values.items()
        ]
        counted.sort(
            key=lambda each: (
                (each.example_file, each.column, each.kind, -each.count, each.value),
                (each.example_row, each.example_record_id),
            )
        )
        outside = [
            Fault(
                "outside_validity",
                "activity_date",
                "",
                count,
                f"the date lies outside the rulebook's validity, {self.rulebook.valid_from} to "
                f"{self.rulebook.valid_to}; the record is labelled all the same",
                self.files[file].original.name,
            )
            for file, count in sorted(self._outside.items())
            if count
        ]
        disagreeing = sorted(self._disagreements, key=lambda each: (each.example_file, each.example_row))
        return [*counted, *outside, *disagreeing]

    def warnings(self) -> list[dict[str, object]]:
        """Return what a reader of the results must know, each with how often it applies."""
        found: list[dict[str, object]] = []
        for columns, what in ((self._absent(), "not in"), (self._blank(), "wholly blank in")):
            for column, files in columns.items():
                touched = self._rules_touching(column, {file.dataset for file in files})
                if touched:
                    names = ", ".join(file.original.name for file in files)
                    listed = f"{', '.join(touched[:5])}{' and others' if len(touched) > 5 else ''}"
                    message = f"{_named(column)} is {what} {names}: what asks for it may find less ({listed})"
                    found.append(
                        {
                            "kind": "missing_column",
                            "message": message,
                            "count": len(touched),
                            "column": column,
                            "rules": touched,
                        }
                    )
        found += [
            {"kind": fault.kind, "message": f"{fault.example_file}: {fault.message}", "count": fault.count}
            for file in self.files
            for fault in file.faults
            if fault.kind in WARNED_OF
        ]
        outside = sum(self._outside.values())
        if outside:
            whose = "1 record is" if outside == 1 else f"{outside:,} records are"
            message = f"{whose} dated outside the rulebook's validity"
            found.append({"kind": "outside_validity", "message": message, "count": outside})
        if self._disagreements:
            message = "explanations disagree with the answers given: report this as a fault of speccom"
            found.append(
                {"kind": "explanation_disagrees", "message": message, "count": len(self._disagreements)}
            )
        return found

    def _count(self, chunk: Chunk, table: pa.Table, value: _Value, count: int, row: int) -> None:
        record_id = str(table.column("record_id")[row].as_py()) if "record_id" in table.column_names else ""
        original = self._original_row(chunk, table, row)
        with self._lock:
            self._add(value, _Seen(count, chunk.file, original, record_id))

    def _add(self, value: _Value, met: _Seen) -> None:
        seen = self._values.setdefault(value, met)
        if seen is not met:
            seen.count += met.count
            if met.row < seen.row:
                seen.row, seen.record_id = met.row, met.record_id

    def _original_row(self, chunk: Chunk, table: pa.Table, row: int) -> int:
        if SOURCE_ROW in table.column_names:
            return int(table.column(SOURCE_ROW)[row].as_py())
        return chunk.first_row + row

    def _outside_validity(self, table: pa.Table) -> int:
        if "activity_date" not in table.column_names:
            return 0
        days = self.reader.encode(table, [ACTIVITY["activity_date"]]).columns["activity_date"]
        assert isinstance(days, NumberColumn)
        first = (self.rulebook.valid_from - EPOCH).days
        last = (self.rulebook.valid_to - EPOCH).days
        outside = (days.numbers < first) | (days.numbers > last)
        if days.missing is not None:
            outside &= ~days.missing
        return int(outside.sum())

    def _check(self, example: _Example, record: Record, dataset: str | None) -> Fault | None:
        found = lines_by_explanation(self.rulebook, record, dataset)
        if not example.in_specialised_spell:
            found = tuple(code for code in found if self._stays_alone(code))
        if found == example.lines:
            return None
        return self._disagreement(example, found, str(record["record_id"]))

    def _stays_alone(self, code: str) -> bool:
        """Whether a line counts on a record whose spell is not specialised."""
        return self.rulebook.services[code].reach != Reach.IF_SPELL_SPECIALISED

    def _disagreement(self, example: _Example, found: Sequence[str], record_id: str) -> Fault:
        file = self.files[example.file]
        stored = ", ".join(example.lines) or "no line"
        return Fault(
            "explanation_disagrees",
            "",
            stored,
            1,
            f"the answer is {stored}, the explanation {', '.join(found) or 'no line'}",
            file.original.name,
            example.row if file.path == file.original else -1,
            record_id,
        )

    def _absent(self) -> dict[str, list[PreparedFile]]:
        return self._by_column(lambda file: file.absent_columns)

    def _blank(self) -> dict[str, list[PreparedFile]]:
        return self._by_column(lambda file: file.blank_columns)

    def _by_column(self, columns: Callable[[PreparedFile], Sequence[str]]) -> dict[str, list[PreparedFile]]:
        found: dict[str, list[PreparedFile]] = {}
        for file in self.files:
            for column in columns(file):
                found.setdefault(column, []).append(file)
        return found

    def _rules_touching(self, column: str, datasets: set[str | None]) -> list[str]:
        return [
            rule.rule_id
            for rule in self.rulebook.rules_of_both_layers
            if (rule.dataset in datasets or None in datasets)
            and any(leaf.field.name == column for leaf in leaves(rule.criterion.expression))  # type: ignore[attr-defined]
        ]


def _named(column: str) -> str:
    """Return a column in people's words, and by its name for those who must put it into a file."""
    return f"the column of {ACTIVITY[column].title} ({column})"
