"""Answers as rows of the output, and added up by commissioner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.assign.assigner import CORE, Outcome
from speccom.activity.assign.bulk import Answered, BulkAssigner
from speccom.activity.assign.source_classes import Ids
from speccom.activity.assign.stretch import Stretch
from speccom.activity.encode import pence

COLUMNS = ("assignment_code", "commissioner", "service_category", "reason")
_OF_OUTCOME = ("code", "commissioner", "service_category", "reason")
SUMMARY = pa.schema(
    [*((name, pa.string()) for name in COLUMNS), ("records", pa.int64()), ("cost", pa.decimal128(18, 2))]
)


@dataclass(frozen=True)
class _Column:
    """One column's distinct texts, and for each outcome the place of its text, -1 for none."""

    texts: pa.Array
    places: Ids


class AnswersTable:
    """Makes rows of the output. Not changed by use, but for what it remembers."""

    def __init__(self, bulk: BulkAssigner, *, parts: bool) -> None:
        self.bulk = bulk
        self.identity = pa.array([bulk.assigner.rulebook.identity])
        self.parts = (
            pa.array([CORE, *(each.name for each in bulk.assigner.rulebook.parts)]) if parts else None
        )
        self._made: tuple[int, Sequence[_Column]] = (-1, ())

    @property
    def schema(self) -> pa.Schema:
        """The output's columns."""
        coded = pa.dictionary(pa.int32(), pa.string())
        names = [*(["part"] if self.parts is not None else []), *COLUMNS, "path", "rulebook"]
        return pa.schema([("record_id", pa.string()), *((name, coded) for name in names)])

    def rows(self, stretch: Stretch, answered: Answered) -> pa.Table:
        """Return the rows for some records, in their order."""
        columns: dict[str, pa.Array] = {"record_id": stretch.record_ids}
        if self.parts is not None:
            columns["part"] = pa.DictionaryArray.from_arrays(pa.array(stretch.parts), self.parts)
        for name, column in zip(COLUMNS, self._columns(), strict=True):
            columns[name] = _coded(column.places[answered.answers], column.texts)
        columns["path"] = _coded(answered.paths - 1, pa.array(self.bulk.paths[1:] or [""]))
        columns["rulebook"] = _coded(np.zeros(len(answered.answers), dtype=np.int32), self.identity)
        return pa.table(columns, schema=self.schema)

    def _columns(self) -> Sequence[_Column]:
        outcomes = self.bulk.outcomes
        count = len(outcomes)
        made = self._made
        if made[0] != count:
            made = self._made = (count, [_column(outcomes[:count], name) for name in _OF_OUTCOME])
        return made[1]


def _column(outcomes: Sequence[Outcome], name: str) -> _Column:
    texts: dict[str, int] = {}
    places = []
    for outcome in outcomes:
        text = getattr(outcome, name)
        places.append(-1 if text is None else texts.setdefault(text, len(texts)))
    return _Column(pa.array(list(texts) or [""]), np.array(places, dtype=np.int32))


def _coded(places: Ids, texts: pa.Array) -> pa.DictionaryArray:
    """Return texts by their places, -1 being missing.

    Answers are numbered as they are met, by several threads; the dictionary holds the texts that are used,
    in their own order, so that the same rows are always the same bytes.
    """
    used = np.flatnonzero(np.bincount(places + 1, minlength=len(texts) + 1)[1:])
    chosen = texts.take(pa.array(used))
    order = pc.sort_indices(chosen).to_numpy()
    new = np.full(len(texts) + 1, -1, dtype=np.int32)
    new[used[order]] = np.arange(len(used), dtype=np.int32)
    missing = places < 0
    numbers = pa.array(new[places], mask=missing if missing.any() else None)
    return pa.DictionaryArray.from_arrays(numbers, chosen.take(pa.array(order)))


@dataclass
class Totals:
    """Records and pence by answer; where an answer was given first is kept for what is a fault."""

    records: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    pence: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    first: dict[int, tuple[int, int]] = field(default_factory=dict)
    rows: int = 0

    def add(self, chunk_number: int, stretch: Stretch, answered: Answered) -> None:
        """Add the answers of one chunk; chunks come in order."""
        counted = np.bincount(answered.answers)
        size = max(len(counted), len(self.records))
        self.records = _grown(self.records, size)
        self.records[: len(counted)] += counted
        self.rows += len(answered.answers)
        for answer in np.flatnonzero(counted):
            if int(answer) not in self.first:
                row = int(np.argmax(answered.answers == answer))
                self.first[int(answer)] = (chunk_number, int(stretch.source[row]))
        if stretch.cost is not None:
            self._add_cost(size, stretch.cost, answered.answers)

    def _add_cost(self, size: int, cost: pa.ChunkedArray, answers: Ids) -> None:
        amounts = np.concatenate([pence(chunk) for chunk in cost.chunks] or [np.zeros(0, dtype=np.int64)])
        self.pence = _grown(self.pence, size)
        # In two halves, so that sums of pence stay exact in the floating-point numbers that bincount adds.
        for part, weight in ((amounts & 0xFFFFFF, 1), (amounts >> 24, 1 << 24)):
            added = np.bincount(answers, weights=part, minlength=size)
            self.pence += np.rint(added).astype(np.int64) * weight

    def table(self, outcomes: Sequence[Outcome]) -> pa.Table:
        """Return the totals by answer, the most frequent first."""
        merged: dict[tuple[str | None, ...], list[int]] = {}
        costs = _grown(self.pence, len(self.records))
        for outcome, records, cost in zip(outcomes, self.records.tolist(), costs.tolist(), strict=False):
            if records:
                total = merged.setdefault(tuple(getattr(outcome, name) for name in _OF_OUTCOME), [0, 0])
                total[0] += records
                total[1] += cost
        ordered = sorted(merged.items(), key=lambda each: (-each[1][0], [text or "" for text in each[0]]))
        rows: list[dict[str, Any]] = [
            {**dict(zip(COLUMNS, key, strict=True)), "records": records, "cost": _pounds(cost)}
            for key, (records, cost) in ordered
        ]
        return pa.Table.from_pylist(rows, SUMMARY)


def _grown(numbers: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    return np.concatenate([numbers, np.zeros(max(0, size - len(numbers)), dtype=np.int64)])


def _pounds(amount: int) -> Decimal:

    return Decimal(amount).scaleb(-2)
