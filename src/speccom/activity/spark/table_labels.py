"""What a Spark task does with activity in a table: batches of rows in, their service lines out.

Everything here runs in Spark's Python workers and needs no Spark itself. Rows go through the conversion that
files go through, so a table may have any layout, and dirty values come to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from speccom.activity.convert import Converter, Stretch
from speccom.activity.doubts import Doubts
from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.explain import STATED
from speccom.activity.faults import Fault, FaultCounter, Rejected
from speccom.activity.labelling import Engines, Labelled, labelled
from speccom.activity.labels import NOT_ATTENDED
from speccom.activity.layouts import ATTENDED
from speccom.activity.lines import UNRANKED, LineBook
from speccom.activity.plan import SOURCE_ROW, Plan, canonical_type
from speccom.activity.prepare import PreparedFile
from speccom.criteria.bit_tables import BitTables
from speccom.rulebook.identification import IdentificationRulebook

TABLE = "the table"
POSITION = "position"
ROWS_AT_ONCE = 65_536
"""Spark hands over batches of some thousand rows; so many are labelled at a time."""

LABELS = pa.schema(
    [
        ("record_id", pa.string()),
        ("spell_id", pa.string()),
        ("lines", pa.list_(pa.string())),
        ("layer", pa.string()),
        ("spell_line", pa.int16()),
        ("spell_any", pa.int16()),
        ("missed", pa.bool_()),
        ("reason", pa.string()),
    ]
)
"""A labelled row. `lines` and `layer` are of the record alone; `spell_line` is the place, in the rulebook's
order, of its best line that can be a spell's, `spell_any` of the best when lines excluded from spells count
too; `missed` marks who did not attend; `reason` says why a row is rejected, and is null for the others."""


FAULTS = pa.schema(
    [
        ("kind", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("count", pa.int64()),
        ("message", pa.string()),
        ("example_record_id", pa.string()),
    ]
)


@dataclass(frozen=True)
class TableLabels:
    """Labels the rows of a table; sent to every worker, which calls it on each of its parts.

    `beside` are columns of the activity record that are kept beside the labels; `order_by` is the table's
    own column that says which rows are earlier, kept as `position`.
    """

    rulebook: IdentificationRulebook
    tables: Mapping[str, BitTables]
    plan: Plan
    beside: tuple[str, ...] = ()
    order_by: str | None = None

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of some batches with their labels, those that cannot be used after the others."""
        labeller = _labeller_of(self)
        for whole in _gathered(batches):
            yield from labeller.labelled(whole).to_batches()

    @property
    def needed(self) -> list[str]:
        """The table's columns that are read, each once."""
        names = [name for name in self.plan.needed if name]
        return list(dict.fromkeys([*names, self.order_by] if self.order_by else names))

    def for_answers(self) -> TableLabels:
        """Return the same work, reading only the columns that the answers need."""
        read = {field.name for tables in self.tables.values() for field in tables.fields}
        read |= {"record_id", "spell_id", "dataset", STATED, ATTENDED, *self.beside}
        sources = {column: names for column, names in self.plan.sources.items() if column in read}
        return replace(self, plan=replace(self.plan, sources=sources))

    def warnings(self) -> tuple[str, ...]:
        """Return what whoever reads the answers must know of the table's columns."""
        doubts = Doubts(self.rulebook, ActivityReader(()), [self.as_a_file()])
        return tuple(str(each["message"]) for each in doubts.warnings())

    def as_a_file(self) -> PreparedFile:
        """Return the table as what judges values knows files."""
        nowhere, layout = Path(TABLE), self.plan.layout
        dataset, absent = self.plan.dataset, self.plan.absent
        return PreparedFile(
            nowhere, nowhere, layout.id, dataset, 0, "", (), (), absent, (), layout.not_attended
        )

    def schema(self, position: pa.DataType | None = None) -> pa.Schema:
        """Return the columns that come out; `position` is the type of `order_by`, where there is one."""
        beside = [pa.field(name, canonical_type(name)) for name in self.beside]
        return pa.schema([*LABELS, *beside, *([] if position is None else [pa.field(POSITION, position)])])


@dataclass(frozen=True)
class TableFaults:
    """Counts what is wrong with the values of a table; sent to every worker as `work` is.

    A row that comes out says how often a value was met in some rows, and in which record first.
    """

    work: TableLabels

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the faults of some batches."""
        labeller = _labeller_of(self.work)
        for whole in _gathered(batches):
            rows = [asdict(fault) for fault in labeller.faults(whole)]
            yield from pa.Table.from_pylist(rows, schema=FAULTS).to_batches()


class _Labeller:
    """Keeps, from one part of a table to the next, the kernels and what was found out of values."""

    def __init__(self, work: TableLabels) -> None:
        self.work = work
        self.reader = ActivityReader(())
        self.book = LineBook(work.rulebook, work.tables)
        self.engines = Engines(self.book, "kernel")
        self.file = work.as_a_file()
        self.fields = tuple(dict.fromkeys(f for tables in work.tables.values() for f in tables.fields))
        self._sets = pa.table({})

    def labelled(self, whole: pa.Table) -> pa.Table:
        """Return the rows with their labels, rejected ones last."""
        record, left_out, _ = self._converted(whole)
        rejected = pa.table(
            {
                "record_id": pa.array([each.record_id or None for each in left_out], pa.string()),
                "reason": pa.array([each.reason for each in left_out], pa.string()),
                SOURCE_ROW: pa.array([each.row for each in left_out], pa.int64()),
            }
        )
        position = whole.column(self.work.order_by) if self.work.order_by else None
        return pa.concat_tables(
            [self._shaped(self._answered(record), position), self._shaped(rejected, position)]
        )

    def faults(self, whole: pa.Table) -> list[Fault]:
        """Return what conversion and labelling find wrong with the rows' values, by value."""
        record, _, counter = self._converted(whole)
        doubts = Doubts(self.work.rulebook, self.reader, [self.file])
        chunk = Chunk(0, 0, 0, 0, 0, record.num_rows)
        doubts.look_at(chunk, record)
        found = self._labelled(record)
        if found.stated is not None:
            doubts.look_at_statements(chunk, record, found.stated, found.labels == 0, self.book.stated)
        return [*counter.faults(), *doubts.faults()]

    def _converted(self, whole: pa.Table) -> tuple[pa.Table, list[Rejected], FaultCounter]:
        """Return the rows that can be used, the others, and what was wrong with their values."""
        converter = Converter(self.work.plan, TABLE, FaultCounter(TABLE))
        columns = {name: whole.column(name) for name in self.work.plan.needed if name}
        record = converter.convert(Stretch(columns, np.arange(whole.num_rows, dtype=np.int64)))
        return record, converter.rejected, converter.faults

    def _answered(self, record: pa.Table) -> pa.Table:
        labels = self._labelled(record).labels
        found = self._lines_of_labels().take(pa.array(np.maximum(labels, 0)))
        for name in found.column_names:
            record = record.append_column(name, found.column(name))
        return record.append_column("missed", pa.array(labels == NOT_ATTENDED))

    def _labelled(self, record: pa.Table) -> Labelled:
        return labelled(record, self.file, self.fields, self.reader, self.engines)

    def _lines_of_labels(self) -> pa.Table:
        """Return what each label so far stands for, a row for each."""
        sets = self.book.line_sets()
        if len(sets) != self._sets.num_rows:
            self._sets = pa.table(
                {
                    "lines": pa.array([list(each.lines) for each in sets], pa.list_(pa.string())),
                    "layer": pa.array([each.layer for each in sets], pa.string()),
                    "spell_line": pa.array([_place(each.spell_line) for each in sets], pa.int16()),
                    "spell_any": pa.array([_place(each.spell_any) for each in sets], pa.int16()),
                }
            )
        return self._sets

    def _shaped(self, part: pa.Table, position: pa.ChunkedArray | None) -> pa.Table:
        """Return a part as it comes out: nulls where it has nothing to say, and the position of its rows."""
        if position is not None:
            part = part.append_column(POSITION, position.take(part.column(SOURCE_ROW)))
        schema = self.work.schema(None if position is None else position.type)
        known = {field.name: field.type for field in schema}
        return pa.table(
            [
                part.column(name).cast(kind) if name in part.column_names else pa.nulls(part.num_rows, kind)
                for name, kind in known.items()
            ],
            schema=schema,
        )


def _place(place: int) -> int | None:
    return None if place == UNRANKED else place


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield tables of enough rows to be worth the work that is done once a table."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= ROWS_AT_ONCE:
            yield pa.Table.from_batches(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting).combine_chunks()


_LABELLERS: dict[tuple[object, ...], _Labeller] = {}


def _labeller_of(work: TableLabels) -> _Labeller:
    """Return this process's labeller for some work: a worker is handed many parts of one table."""
    key = (work.rulebook.identity, work.plan.layout.id, work.plan.dataset, tuple(work.needed), work.beside)
    if key not in _LABELLERS:
        _LABELLERS.clear()
        _LABELLERS[key] = _Labeller(work)
    return _LABELLERS[key]
