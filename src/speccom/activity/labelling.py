"""The first pass over activity: a label for each record, and hashes of its identifiers, left on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import local

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.doubts import CODE_FIELDS, Doubts
from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.explain import STATED
from speccom.activity.labels import NOT_ATTENDED
from speccom.activity.layouts import ATTENDED
from speccom.activity.lines import LineBook
from speccom.activity.plan import SOURCE_ROW
from speccom.activity.prepare import PreparedFile
from speccom.activity.repeats import leave_hashes
from speccom.activity.row_ids import Hashes, hash_pairs, hashes, ids_of, is_plain
from speccom.activity.scratch import Scratch
from speccom.activity.spells import LabelledSpells, Members
from speccom.criteria.bit_tables import Told
from speccom.criteria.columns import Batch, Dictionary, TextColumn
from speccom.criteria.kernel import Kernel, begin_loading
from speccom.criteria.vocabulary import Field
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.entries import DATASETS

OUTPATIENTS = DATASETS.index("op")
SPARK = "spark"
"""The kernel too, in Spark's workers; what they leave to this process, the kernel does here."""
ENGINES = ("kernel", "duckdb", SPARK, "numpy", "numba")
Repeats = Mapping[int, npt.NDArray[np.int64]]
"""By chunk number, the rows of the chunk that repeat an earlier record."""


class Engines:
    """The chosen engine for each dataset; DuckDB has one connection a thread and dataset.

    `memory` is what one thread's connections may take together, in bytes.
    """

    def __init__(self, book: LineBook, engine: str, memory: int | None = None) -> None:
        if engine not in ENGINES:
            raise Problem(f"there is no engine “{engine}”", mend=f"Choose one of {', '.join(ENGINES)}")
        self.book = book
        self.engine = engine
        self.memory = memory
        self.implementation = "numpy"
        self._kernels: dict[str, Kernel] = {}
        if engine != "duckdb":
            chosen = _implementation(engine)
            self._kernels = {name: Kernel(tables, chosen) for name, tables in book.tables.items()}
            self.implementation = next(kernel.implementation for kernel in self._kernels.values())
        self._own = local()

    def told(self, dataset: str, batch: Batch) -> Told:
        """Return the records for which a rule of a dataset may hold, with their final bits."""
        if self.engine != "duckdb":
            return self._kernels[dataset].told(batch)
        from speccom.criteria.kernel_duckdb import DuckDBKernel  # the kernel's runs need not wait for it

        mine = self._own.__dict__
        if dataset not in mine:
            mine[dataset] = DuckDBKernel(self.book.tables[dataset], memory=self.memory)
        found: Told = mine[dataset].told(batch)
        return found


def begin_loading_engine(engine: str) -> None:
    """Begin to load what an engine takes long to load, beside what comes before its first use."""
    if engine in ENGINES and engine != "duckdb":
        begin_loading(_implementation(engine))


def _implementation(engine: str) -> str:
    return "" if engine in ("kernel", SPARK) else engine


@dataclass(frozen=True)
class Labelled:
    """A chunk as it was read, its values by number, and what they come to, (records,) each."""

    table: pa.Table
    batch: Batch
    datasets: npt.NDArray[np.int8]
    stated: TextColumn | None
    labels: npt.NDArray[np.int32]


class Labelling:
    """The first pass: a label for each record, and hashes of its identifiers, left on disk."""

    def __init__(
        self,
        reader: ActivityReader,
        book: LineBook,
        files: Sequence[PreparedFile],
        scratch: Scratch,
        engine: str,
        memory: int | None = None,
    ) -> None:
        self.reader = reader
        self.book = book
        self.files = files
        self.labels = scratch.column("labels", np.int32)
        self.record_ids = scratch.column("record_ids_in_order", np.uint64)
        self.spell_ids = (scratch.column("spells_1", np.uint64), scratch.column("spells_2", np.uint64))
        self.engines = Engines(book, engine, memory)
        self._members: dict[int, tuple[npt.NDArray[np.intp], Members]] = {}
        self._plain: set[tuple[int, str]] = set()
        fields = (field for tables in book.tables.values() for field in tables.fields)
        self.fields = tuple(dict.fromkeys(fields))

    def columns(self, *, checked: bool = True) -> list[str]:
        """Return the columns that labelling reads, with those that are only checked."""
        wanted = [*(field.name for field in self.fields), "spell_id", STATED, "dataset", ATTENDED]
        if checked:
            wanted += ["record_id", "activity_date", SOURCE_ROW, *(field.name for field in CODE_FIELDS)]
        return list(dict.fromkeys(wanted))

    def label(self, chunk: Chunk, doubts: Doubts | None) -> None:
        """Label one chunk, leave the numbers on disk, and note what is doubtful in its values."""
        found = self.read(chunk, self.columns(checked=doubts is not None))
        table, stated, labels = found.table, found.stated, found.labels
        self.labels.write(chunk.start, labels)
        if doubts is not None:
            leave_hashes(self.record_ids, chunk, hashes(self._identifiers(chunk, table, "record_id")))
            doubts.look_at(chunk, table)
            if stated is not None:
                doubts.look_at_statements(chunk, table, stated, labels == 0, self.book.stated)
        spells = hash_pairs(
            ids_of(table, "spell_id") if doubts is None else self._identifiers(chunk, table, "spell_id")
        )
        for column, numbers in zip(self.spell_ids, spells, strict=True):
            column.write(chunk.start, numbers)
        self._remember_members(chunk, labels, spells)

    def are_plain(self, chunk: Chunk, name: str) -> bool:
        """Whether a chunk's identifiers are known to be written as they are meant."""
        return (chunk.number, name) in self._plain

    def take_up(self, chunk: Chunk) -> None:
        """Go on with a chunk whose numbers an earlier run left on disk."""
        first, second = (column.read(chunk.start, chunk.rows) for column in self.spell_ids)
        self._remember_members(chunk, self.labels.read(chunk.start, chunk.rows), (first, second))

    def checksums(self, chunk: Chunk) -> list[int]:
        """Return a checksum of each column of a chunk's numbers, as they now stand on disk."""
        columns = (self.labels, self.record_ids, *self.spell_ids)
        return [column.checksum(chunk.start, chunk.rows) for column in columns]

    def _identifiers(self, chunk: Chunk, table: pa.Table, name: str) -> pa.Array:
        texts = ids_of(table, name)
        if is_plain(texts):
            self._plain.add((chunk.number, name))
        return texts

    def _remember_members(
        self, chunk: Chunk, labels: npt.NDArray[np.int32], spells: tuple[Hashes, Hashes]
    ) -> None:
        """Keep which rows of a chunk have a line and a spell, and of them what tells the spells' lines."""
        rows = np.flatnonzero((labels > 0) & (spells[0] != 0))
        rows = rows[np.argsort(spells[0][rows])]
        self._members[chunk.number] = rows, Members(spells[0][rows], spells[1][rows], labels[rows])

    def read(self, chunk: Chunk, columns: Sequence[str]) -> Labelled:
        """Read columns of a chunk, among them all that labelling needs, and label its records."""
        file = self.files[chunk.file]
        told = told_by(file)
        table = self.reader.table(chunk, [each for each in columns if each not in told])
        return labelled(table, file, self.fields, self.reader, self.engines)

    def spells(self, repeats: Repeats) -> LabelledSpells:
        """Return the spells of the labelled records that repeat none."""
        kept = []
        for chunk in self.reader.chunks:
            rows, members = self._members.pop(chunk.number)
            again = repeats.get(chunk.number)
            kept.append(members if again is None else members.at(~np.isin(rows, again)))
        return LabelledSpells(kept, self.book.line_sets(), self.engines.implementation)


def labelled(
    table: pa.Table,
    file: PreparedFile,
    fields: Sequence[Field],
    reader: ActivityReader,
    engines: Engines,
) -> Labelled:
    """Label the records of a table, which has the columns of a file that labelling needs."""
    batch = reader.encode(table, fields)
    stated = reader.text(table, STATED)
    datasets = dataset_of(reader.text(table, "dataset"), file, batch.rows)
    if ACTIVITY["dataset"] in fields:
        said = TextColumn(Dictionary(DATASETS), datasets.astype(np.int32))
        batch = Batch(batch.rows, {**batch.columns, "dataset": said})
    labels = np.zeros(batch.rows, dtype=np.int32)
    for number, dataset in enumerate(DATASETS):
        mine = datasets == number
        if mine.any():
            found = engines.book.labels(dataset, engines.told(dataset, batch), stated, batch.rows)
            labels = found if mine.all() else np.where(mine, found, labels)
    attended = reader.text(table, ATTENDED)
    if attended is not None:
        missed = _is_one_of(attended, file.not_attended) & (datasets == OUTPATIENTS)
        labels = np.where(missed, np.int32(NOT_ATTENDED), labels)
    return Labelled(table, batch, datasets, stated, labels)


def told_by(file: PreparedFile) -> frozenset[str]:
    """Return the columns that need not be read of a file, because it is of one dataset."""
    if file.dataset is None:
        return frozenset()
    return frozenset({"dataset"} if DATASETS.index(file.dataset) == OUTPATIENTS else {"dataset", ATTENDED})


def dataset_of(column: TextColumn | None, file: PreparedFile, rows: int) -> npt.NDArray[np.int8]:
    """Return the position in DATASETS of each record's dataset: its own, or else its file's."""
    whole = DATASETS.index(file.dataset) if file.dataset else -1
    if column is None:
        return np.full(rows, whole, dtype=np.int8)
    places = [DATASETS.index(value) if value in DATASETS else whole for value in column.dictionary.values]
    return np.array([*places, whole], dtype=np.int8)[column.ids]


def _is_one_of(column: TextColumn, values: frozenset[str]) -> npt.NDArray[np.bool_]:
    chosen = [value in values for value in column.dictionary.values]
    return np.array([*chosen, False], dtype=np.bool_)[column.ids]
