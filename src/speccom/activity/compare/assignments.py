"""Compare assignments over activity in one pass: which commissioner gains and which loses.

Each record is read once and assigned under every version; what its commissioner is, is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.assign.assigner import SERVICE_CODE, Assigner, Outcome
from speccom.activity.assign.bulk import Answered, BulkAssigner
from speccom.activity.assign.find_repeats import find_repeats
from speccom.activity.assign.prepared import AssignmentFile, prepare_for_assignment
from speccom.activity.assign.source_classes import Ids
from speccom.activity.assign.stretch import Labels, Rows, Stretch, Stretches
from speccom.activity.compare.moved_records import OF_ASSIGNMENTS, Writer, moved_records
from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.run import said_plainly
from speccom.activity.compare.terms import Terms, read_terms
from speccom.activity.compare.transfers import Transfer, Transfers
from speccom.activity.encode import ActivityReader, Chunk, number_column
from speccom.activity.in_order import in_order
from speccom.activity.memory import stretches_at_once
from speccom.activity.scratch import Scratch
from speccom.activity.totals import Names
from speccom.criteria.columns import Column, NumberColumn, TextColumn
from speccom.criteria.vocabulary import FieldType
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.assignment import AssignmentRulebook, find_assignment
from speccom.rulebook.assignment_load import load_assignment
from speccom.rulebook.entries import DATASETS
from speccom.rulebook.lookups import Reference

SERVICE_CODES = "service_codes"
_ALSO = (ACTIVITY["provider"], ACTIVITY["dataset"], ACTIVITY[SERVICE_CODE])

Tell = Callable[[str, int, int], None]
Result = TypeVar("Result")


@dataclass(frozen=True)
class AssignmentsCompared:
    """What moves when another assignment takes the place of the old one.

    `otherwise` counts records whose commissioner is the same and whose code is not.
    """

    old: AssignmentRulebook
    old_reference: Reference
    new: AssignmentRulebook
    new_reference: Reference
    transfers: tuple[Transfer, ...]
    otherwise: int


@dataclass(frozen=True)
class ComparedAssignments:
    """The comparisons of one pass, and what they stand on. `terms` is None where none were given."""

    comparisons: tuple[AssignmentsCompared, ...]
    files: tuple[AssignmentFile, ...]
    terms: Terms | None
    records: int
    rejected: int


@dataclass(frozen=True)
class _Stretch:
    stretch: Stretch
    answered: list[Answered]
    payers: list[Ids]
    codes: list[Ids]


def compare_assignments(
    order: CompareOrder, tell: Tell = lambda stage, done, total: None
) -> ComparedAssignments:
    """Compare one assignment with others over the same activity.

    Raises Problem for what a person must put right; a row that cannot be used is counted instead.
    """
    order.refuse_impossible()
    assigners = [_assigner(order.rulebook, order.reference[0])]
    assigners += [_assigner(each, order.reference[-1]) for each in order.others]
    terms = None if order.terms is None else read_terms(order.terms, _lines(assigners))
    beside = None if order.out is None else order.out.absolute().parent
    with said_plainly(beside), TemporaryDirectory(prefix="speccom-compare-", dir=beside) as folder:
        return _Pass(order, assigners, terms, Path(folder), tell).carry_out()


def _assigner(named: Path, reference: Path) -> Assigner:
    rulebook = load_assignment(named if named.is_dir() else find_assignment(str(named)).folder)
    return Assigner(rulebook, rulebook.reference(reference))


def _lines(assigners: Iterable[Assigner]) -> set[str]:
    """Return the lines that the reference tables know."""
    return {
        row.cells[SERVICE_CODE]
        for each in assigners
        if SERVICE_CODES in each.reference.rows
        for row in each.reference.rows[SERVICE_CODES].rows
    }


class _Pass:
    def __init__(
        self, order: CompareOrder, assigners: list[Assigner], terms: Terms | None, folder: Path, tell: Tell
    ) -> None:
        self.order = order
        self.assigners = assigners
        self.terms = terms
        self.folder = folder
        self.tell = tell
        self.bulks = [BulkAssigner(each) for each in assigners]
        self.names = _OutcomeNames()
        self.lines, self.providers = Names(), Names()
        self.transfers = [Transfers() for _ in order.others]
        self.otherwise = [0 for _ in order.others]

    def carry_out(self) -> ComparedAssignments:
        self.files = tuple(self._prepared(number) for number in range(len(self.order.activity)))
        self.reader = ActivityReader(file.prepared.path for file in self.files)
        self.repeats: dict[int, Rows] = {}
        if self.order.check:
            with Scratch(self.folder / "scratch") as scratch:
                self.repeats = find_repeats(
                    self.reader, scratch, partial(self._in_order, "matching", ["record_id"])
                )
        self.kept = self._kept_before()
        labels = None if self.order.labels is None else Labels(self.order.labels)
        if labels is not None:
            labels.refuse_other_number(int(self.kept[-1]))
        datasets = [(file.dataset, file.dataset_in_rows) for file in self.files]
        also = [*(field for bulk in self.bulks[1:] for field in bulk.fields), *_ALSO]
        self.stretches = Stretches(self.reader, self.bulks[0], datasets, labels, parts=False, also=also)
        self._add_up()
        rejected = sum(len(file.prepared.rejected) for file in self.files)
        return ComparedAssignments(
            tuple(self._comparison(number) for number in range(len(self.order.others))),
            self.files,
            self.terms,
            int(self.kept[-1]),
            rejected + sum(map(len, self.repeats.values())),
        )

    def _prepared(self, number: int) -> AssignmentFile:
        total = len(self.order.activity) * 100
        return prepare_for_assignment(
            self.order.activity[number],
            layout=self.order.layout,
            dataset=self.order.dataset,
            folder=self.folder,
            name=f"part-{number:03d}",
            progress=lambda share: self.tell("reading", number * 100 + round(share * 100), total),
        )

    def _kept_before(self) -> Rows:
        sizes = [chunk.rows - len(self.repeats.get(chunk.number, ())) for chunk in self.reader.chunks]
        return np.cumsum([0, *sizes])

    def _add_up(self) -> None:
        if self.order.out is None:
            for _, each in self._in_order("comparing", self.stretches.columns, self._assign):
                self._add(each, None)
            return
        with moved_records(self.order.out, OF_ASSIGNMENTS) as out:
            for _, each in self._in_order("comparing", self.stretches.columns, self._assign):
                self._add(each, out)

    def _assign(self, chunk: Chunk) -> _Stretch:
        repeated = self.repeats.get(chunk.number, np.zeros(0, dtype=np.int64))
        stretch = self.stretches.read(chunk, repeated, int(self.kept[chunk.number]))
        answered = [bulk.assign(stretch.batch) for bulk in self.bulks]
        named = [
            self.names.of(number, bulk.outcomes, each.answers)
            for number, (bulk, each) in enumerate(zip(self.bulks, answered, strict=True))
        ]
        return _Stretch(stretch, answered, [each[0] for each in named], [each[1] for each in named])

    def _add(self, each: _Stretch, out: Writer | None) -> None:
        cost, columns, rows = _cost(each.stretch), each.stretch.batch.columns, each.stretch.batch.rows
        line = self.lines.of(_text(columns.get(SERVICE_CODE)), rows)
        provider = self.providers.of(_text(columns.get("provider")), rows)
        dataset = _datasets(_text(columns.get("dataset")), rows)
        missing = np.zeros(rows, dtype=np.bool_) if cost.missing is None else cost.missing
        for number, transfers in enumerate(self.transfers):
            old, new = each.payers[0], each.payers[number + 1]
            moves = np.flatnonzero(old != new)
            self.otherwise[number] += int(((old == new) & (each.codes[0] != each.codes[number + 1])).sum())
            if len(moves):
                numbers = [column[moves] for column in (old, new, line, dataset, provider)]
                transfers.add(numbers, cost.numbers[moves].astype(np.int64), missing[moves])
                if out is not None:
                    out.write(self._moved(each, number + 1, moves, numbers, cost))

    def _moved(
        self,
        each: _Stretch,
        version: int,
        moves: Rows,
        numbers: Sequence[npt.NDArray[np.integer]],
        cost: NumberColumn,
    ) -> pa.Table:
        """Return the rows of the file of moved records."""
        old, new, line, dataset, provider = numbers
        names = self.names.commissioners
        codes = self.names.codes
        pence = pa.array(cost.numbers[moves].astype(np.int64)).cast(pa.decimal128(19, 0))
        pounds = pa.Array.from_buffers(pa.decimal128(18, 2), len(moves), [None, pence.buffers()[1]])
        if cost.missing is not None:
            pounds = pa.compute.if_else(pa.array(cost.missing[moves]), None, pounds)
        sides = (0, version)
        columns = [
            each.stretch.record_ids.take(pa.array(moves)),
            _named(dataset, list(DATASETS)),
            _named(provider, self.providers.listed()),
            _named(line, self.lines.listed()),
            _named(old, names),
            _named(new, names),
            pounds,
            *(_named(each.codes[side][moves], codes) for side in sides),
            *(_named(each.answered[side].paths[moves] - 1, self.bulks[side].paths[1:]) for side in sides),
            *(pa.array([self.assigners[side].rulebook.identity] * len(moves)) for side in sides),
        ]
        return pa.Table.from_arrays(columns, schema=OF_ASSIGNMENTS)

    def _comparison(self, number: int) -> AssignmentsCompared:
        old, new = self.assigners[0], self.assigners[number + 1]
        transfers = self.transfers[number].named(
            self.names.commissioners, self.lines.listed(), self.providers.listed(), self.terms
        )
        return AssignmentsCompared(
            old.rulebook, old.reference, new.rulebook, new.reference, transfers, self.otherwise[number]
        )

    def _in_order(
        self, stage: str, columns: list[str], work: Callable[[Chunk], Result]
    ) -> Iterator[tuple[Chunk, Result]]:
        threads = self.order.threads
        paths = [file.prepared.path for file in self.files]
        at_once = stretches_at_once(self.order.memory, paths, columns, most=threads + 2)
        self.tell(stage, 0, self.reader.rows)
        for chunk, result in in_order(self.reader.chunks, work, threads=threads, at_once=at_once):
            self.tell(stage, chunk.start + chunk.rows, self.reader.rows)
            yield chunk, result


class _OutcomeNames:
    """Numbers the commissioners and the codes of all versions' outcomes; serves several threads."""

    def __init__(self) -> None:
        self.commissioners: list[str | None] = []
        self.codes: list[str | None] = []
        self._numbers: tuple[dict[str | None, int], dict[str | None, int]] = ({}, {})
        self._tables: dict[int, tuple[Ids, Ids]] = {}
        self._lock = Lock()

    def of(self, version: int, outcomes: list[Outcome], answers: Ids) -> tuple[Ids, Ids]:
        """Return the number of each record's commissioner and of its code."""
        with self._lock:
            count = len(outcomes)
            tables = self._tables.get(version)
            if tables is None or len(tables[0]) < count:
                known = outcomes[:count]
                tables = (
                    self._of(0, self.commissioners, [each.commissioner for each in known]),
                    self._of(1, self.codes, [each.code for each in known]),
                )
                self._tables[version] = tables
        return tables[0][answers], tables[1][answers]

    def _of(self, place: int, listed: list[str | None], names: list[str | None]) -> Ids:
        numbers = self._numbers[place]
        for name in names:
            if name not in numbers:
                numbers[name] = len(listed)
                listed.append(name)
        return np.array([numbers[name] for name in names], dtype=np.int32)


def _text(column: Column | None) -> TextColumn | None:
    return column if isinstance(column, TextColumn) else None


def _datasets(column: TextColumn | None, rows: int) -> Ids:
    """Return the place of each record's dataset in DATASETS, -1 where none is known."""
    if column is None:
        return np.full(rows, -1, dtype=np.int32)
    places = [DATASETS.index(value) if value in DATASETS else -1 for value in column.dictionary.values]
    return np.array([*places, -1], dtype=np.int32)[column.ids]


def _cost(stretch: Stretch) -> NumberColumn:
    if stretch.cost is None:
        rows = stretch.batch.rows
        return NumberColumn(np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=np.bool_))
    return number_column(FieldType.DECIMAL, stretch.cost.combine_chunks())


def _named(numbers: npt.NDArray[np.integer], names: list[str] | list[str | None]) -> pa.Array:
    return pa.array([*names, None], type=pa.string()).take(
        pa.array(np.where(numbers < 0, len(names), numbers))
    )
