"""What a Spark task does with activity in a table: batches of rows in, their service lines out.

Everything here runs in Spark's Python workers and needs no Spark itself. Rows go through the conversion that
files go through, so a table may have any layout, and dirty values come to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.convert import Converter, Stretch
from speccom.activity.encode import ActivityReader
from speccom.activity.explain import STATED
from speccom.activity.faults import FaultCounter
from speccom.activity.labels import NOT_ATTENDED
from speccom.activity.layouts import ATTENDED
from speccom.activity.lines import UNRANKED, LineBook
from speccom.activity.plan import SOURCE_ROW, Plan, canonical_type
from speccom.criteria.bit_tables import BitTables
from speccom.criteria.columns import Batch, Dictionary, TextColumn
from speccom.criteria.kernel import Kernel
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.entries import DATASETS
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

    def schema(self, position: pa.DataType | None = None) -> pa.Schema:
        """Return the columns that come out; `position` is the type of `order_by`, where there is one."""
        beside = [pa.field(name, canonical_type(name)) for name in self.beside]
        return pa.schema([*LABELS, *beside, *([] if position is None else [pa.field(POSITION, position)])])


class _Labeller:
    """Keeps, from one part of a table to the next, the kernels and what was found out of values."""

    def __init__(self, work: TableLabels) -> None:
        self.work = work
        self.reader = ActivityReader(())
        self.book = LineBook(work.rulebook, work.tables)
        self.kernels = {name: Kernel(tables) for name, tables in work.tables.items()}
        self.fields = tuple(dict.fromkeys(f for tables in work.tables.values() for f in tables.fields))
        self._sets = pa.table({})

    def labelled(self, whole: pa.Table) -> pa.Table:
        """Return the rows with their labels, rejected ones last."""
        converter = Converter(self.work.plan, TABLE, FaultCounter(TABLE))
        columns = {name: whole.column(name) for name in self.work.plan.needed if name}
        record = converter.convert(Stretch(columns, np.arange(whole.num_rows, dtype=np.int64)))
        rejected = pa.table(
            {
                "record_id": pa.array([each.record_id or None for each in converter.rejected], pa.string()),
                "reason": pa.array([each.reason for each in converter.rejected], pa.string()),
                SOURCE_ROW: pa.array([each.row for each in converter.rejected], pa.int64()),
            }
        )
        position = whole.column(self.work.order_by) if self.work.order_by else None
        return pa.concat_tables(
            [self._shaped(self._answered(record), position), self._shaped(rejected, position)]
        )

    def _answered(self, record: pa.Table) -> pa.Table:
        labels = self._labels(record)
        found = self._lines_of_labels().take(pa.array(np.maximum(labels, 0)))
        for name in found.column_names:
            record = record.append_column(name, found.column(name))
        return record.append_column("missed", pa.array(labels == NOT_ATTENDED))

    def _labels(self, record: pa.Table) -> npt.NDArray[np.int32]:
        """Return the number of each record's set of lines, as the first pass over files does."""
        batch = self.reader.encode(record, self.fields)
        datasets = self._datasets(record)
        if ACTIVITY["dataset"] in self.fields:
            said = TextColumn(Dictionary(DATASETS), datasets)
            batch = Batch(batch.rows, {**batch.columns, "dataset": said})
        stated = self.reader.text(record, STATED)
        labels = np.zeros(batch.rows, dtype=np.int32)
        for number, dataset in enumerate(DATASETS):
            mine = datasets == number
            if mine.any():
                told = self.kernels[dataset].told(batch)
                labels = np.where(mine, self.book.labels(dataset, told, stated, batch.rows), labels)
        return np.where(self._missed(record, datasets), np.int32(NOT_ATTENDED), labels)

    def _datasets(self, record: pa.Table) -> npt.NDArray[np.int32]:
        column = self.reader.text(record, "dataset")
        assert column is not None  # the conversion gives every row that it keeps a dataset
        places = [DATASETS.index(value) if value in DATASETS else -1 for value in column.dictionary.values]
        return np.array([*places, -1], dtype=np.int32)[column.ids]

    def _missed(self, record: pa.Table, datasets: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        attended = self.reader.text(record, ATTENDED)
        if attended is None:
            return np.zeros(record.num_rows, dtype=np.bool_)
        not_attended = self.work.plan.layout.not_attended
        places = [value in not_attended for value in attended.dictionary.values]
        missed: npt.NDArray[np.bool_] = np.array([*places, False], dtype=np.bool_)[attended.ids]
        missed &= datasets == DATASETS.index("op")
        return missed

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
