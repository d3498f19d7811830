"""Compare rulebooks over activity, in one pass for all of them.

As identification does, the pass first leaves a small number for each record on disk (which rules of all
versions hold), then settles spells, and then reads again only the stretches in which something moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.compare.accounts import Flow
from speccom.activity.compare.flows import flows_of
from speccom.activity.compare.moved_records import SCHEMA, Writer, moved_records
from speccom.activity.compare.movements import Moved, Movements
from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.payers import Numbers, Payers
from speccom.activity.compare.terms import Terms, read_terms
from speccom.activity.compare.versions import VersionsBook
from speccom.activity.compare.warnings import warnings_of
from speccom.activity.disk_full import full_disk, is_full
from speccom.activity.doubts import Doubts
from speccom.activity.encode import ActivityReader, Chunk, number_column
from speccom.activity.faults import Fault
from speccom.activity.in_order import in_order
from speccom.activity.labelling import Labelling, Repeats, dataset_of, told_by
from speccom.activity.memory import stretches_at_once
from speccom.activity.prepare import PreparedFile, prepare
from speccom.activity.repeats import repeated_rows
from speccom.activity.row_ids import Hashes, ids_of, trimmed
from speccom.activity.scratch import Scratch
from speccom.activity.totals import Names
from speccom.criteria.columns import NumberColumn, TextColumn
from speccom.criteria.vocabulary import FieldType
from speccom.problem import Problem
from speccom.rulebook.entries import DATASETS
from speccom.rulebook.identification import IdentificationRulebook, load_identification

READ = ("dataset", "provider", "total_cost")

Tell = Callable[[str, int, int], None]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Comparison:
    """What moves when `new` takes the place of `old`; `flows` stand in a fixed order.

    `warnings` are sentences that a reader of the results must know.
    """

    old: IdentificationRulebook
    new: IdentificationRulebook
    flows: tuple[Flow, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """The comparisons of one pass, and what they stand on. `terms` is None where none were given."""

    comparisons: tuple[Comparison, ...]
    files: tuple[PreparedFile, ...]
    terms: Terms | None
    records: int
    rejected: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Stretch:
    """The records of a chunk that move under some version, with their payers, (versions, records)."""

    table: pa.Table
    labels: npt.NDArray[np.int32]
    payers: npt.NDArray[np.int16]
    dataset: npt.NDArray[np.int8]
    provider: TextColumn | None
    cost: NumberColumn
    spell: Hashes


def compare(order: CompareOrder, tell: Tell = lambda stage, done, total: None) -> Compared:
    """Compare one rulebook with others over the same activity.

    `tell` hears of each stage: its name, how much is done, of how much. Raises Problem for what a person
    must put right; a row that cannot be used is counted instead.
    """
    order.refuse_impossible()
    rulebooks = [load_identification(folder) for folder in (order.rulebook, *order.others)]
    lines = {code for rulebook in rulebooks for code in rulebook.services}
    terms = None if order.terms is None else read_terms(order.terms, lines)
    beside = None if order.out is None else order.out.absolute().parent
    with said_plainly(beside), TemporaryDirectory(prefix="speccom-compare-", dir=beside) as folder:
        return _Pass(order, rulebooks, terms, Path(folder), tell).carry_out()


class _Pass:
    def __init__(
        self,
        order: CompareOrder,
        rulebooks: list[IdentificationRulebook],
        terms: Terms | None,
        folder: Path,
        tell: Tell,
    ) -> None:
        self.order = order
        self.rulebooks = rulebooks
        self.terms = terms
        self.folder = folder
        self.tell = tell
        self.providers = Names()
        self.movements = [Movements() for _ in order.others]

    def carry_out(self) -> Compared:
        self.files = tuple(self._prepared(number) for number in range(len(self.order.activity)))
        self.reader = ActivityReader(file.path for file in self.files)
        self.book = VersionsBook(self.rulebooks)
        self.doubts = Doubts(self.rulebooks[0], self.reader, self.files)
        with Scratch(self.folder / "scratch") as scratch:
            labelling = Labelling(self.reader, self.book, self.files, scratch, "kernel")
            self.labelling = labelling
            self.at_once = self._stretches_at_once()
            doubts = self.doubts if self.order.check else None
            for _ in self._each("labelling", lambda chunk: labelling.label(chunk, doubts)):
                pass
            self.tell("matching", 0, 1)
            self.repeats = self._repeats()
            self.payers = Payers(self.book, (self._numbers(chunk)[1:] for chunk in self.reader.chunks))
            self._add_up()
        rejected = sum(len(file.rejected) for file in self.files)
        repeated = sum(len(rows) for rows in self.repeats.values())
        return Compared(
            tuple(self._comparison(number) for number in range(len(self.order.others))),
            self.files,
            self.terms,
            self.reader.rows - repeated,
            rejected + repeated,
            (*(fault for file in self.files for fault in file.faults), *self.doubts.faults()),
        )

    def _prepared(self, number: int) -> PreparedFile:
        total = len(self.order.activity) * 100
        return prepare(
            self.order.activity[number],
            layout=self.order.layout,
            dataset=self.order.dataset,
            folder=self.folder,
            name=f"part-{number:03d}",
            progress=lambda share: self.tell("reading", number * 100 + round(share * 100), total),
        )

    def _stretches_at_once(self) -> int:
        columns = {*self.labelling.columns(checked=self.order.check), *READ}
        paths = [file.path for file in self.files]
        return stretches_at_once(self.order.memory, paths, columns, most=self.order.threads + 2)

    def _repeats(self) -> Repeats:
        if not self.order.check:
            return {}
        return repeated_rows(self.reader, self.labelling.record_ids, self.order.threads)

    def _numbers(self, chunk: Chunk) -> tuple[Numbers, npt.NDArray[np.int32], Hashes, Hashes]:
        """Return the rows of a chunk that are no repeats, their labels and their spells' hashes."""
        labels = self.labelling.labels.read(chunk.start, chunk.rows)
        first, second = (column.read(chunk.start, chunk.rows) for column in self.labelling.spell_ids)
        rows = np.arange(chunk.rows, dtype=np.int64)
        again = self.repeats.get(chunk.number)
        if again is None:
            return rows, labels, first, second
        rows = np.delete(rows, again)
        return rows, labels[rows], first[rows], second[rows]

    def _add_up(self) -> None:
        with ExitStack() as stack:
            out = None if self.order.out is None else stack.enter_context(moved_records(self.order.out))
            rules = [self.book.rules_under(version) for version in range(len(self.rulebooks))] if out else []
            for stretch in self._each("comparing", self._moved):
                if stretch is None:
                    continue
                provider = self.providers.of(stretch.provider, len(stretch.labels))
                for number, movements in enumerate(self.movements):
                    rows = np.flatnonzero(stretch.payers[0] != stretch.payers[number + 1])
                    movements.add(_moved_rows(stretch, provider, number + 1, rows))
                    if out is not None and len(rows):
                        self._write(out, stretch, number + 1, rows, rules)

    def _moved(self, chunk: Chunk) -> _Stretch | None:
        """Return what moves in a chunk; where nothing does, the file is not read again."""
        rows, labels, first, second = self._numbers(chunk)
        may_move, kinds = self.payers.candidates(labels, first, second)
        labels = labels[may_move]
        alike = (labels.astype(np.int64) + 1) * (len(self.payers.kinds.members) + 1) + kinds + 1
        _, example, place = np.unique(alike, return_index=True, return_inverse=True)
        payers = self.payers.payers(labels[example], kinds[example])
        moves = (payers != payers[0]).any(axis=0)[place]
        if not moves.any():
            return None
        chosen = may_move[moves]
        names = (*READ, *(("record_id",) if self.order.out else ()))
        without = told_by(self.files[chunk.file])
        table = self.reader.table(chunk, [name for name in names if name not in without])
        if table.column_names:
            table = table.take(pa.array(rows[chosen]))
        return _Stretch(
            table,
            labels[moves],
            payers[:, place[moves]],
            dataset_of(self.reader.text(table, "dataset"), self.files[chunk.file], len(chosen)),
            self.reader.text(table, "provider"),
            _cost(table, len(chosen)),
            first[chosen],
        )

    def _write(
        self, out: Writer, stretch: _Stretch, version: int, rows: Numbers, rules: list[list[tuple[str, ...]]]
    ) -> None:
        labels = np.maximum(stretch.labels[rows], 0).tolist()
        cost = pa.array(stretch.cost.numbers[rows]).cast(pa.decimal128(19, 0))
        pounds = pa.Array.from_buffers(SCHEMA.field("cost").type, len(rows), [None, cost.buffers()[1]])
        missing = stretch.cost.missing
        if missing is not None:
            pounds = pa.compute.if_else(pa.array(missing[rows]), None, pounds)
        lines = [self._line(place) for place in range(-1, len(self.payers.codes))]

        def named(payers: npt.NDArray[np.int16]) -> pa.Array:
            return pa.array(lines, type=pa.string()).take(pa.array(payers[rows].astype(np.int32) + 1))

        provider = (
            pa.nulls(len(rows), pa.string())
            if stretch.provider is None
            else pa.array([*stretch.provider.dictionary.values, None], type=pa.string()).take(
                pa.array(stretch.provider.ids[rows] % (len(stretch.provider.dictionary.values) + 1))
            )
        )
        identities = (self.rulebooks[0].identity, self.rulebooks[version].identity)
        columns = [
            trimmed(ids_of(stretch.table, "record_id").take(pa.array(rows))),
            pa.array(DATASETS).take(pa.array(stretch.dataset[rows])),
            provider,
            named(stretch.payers[0]),
            named(stretch.payers[version]),
            pounds,
            *(
                pa.array([of_version[label] for label in labels], type=pa.list_(pa.string()))
                for of_version in (rules[0], rules[version])
            ),
            *(pa.array([identity] * len(rows)) for identity in identities),
        ]
        out.write(pa.Table.from_arrays(columns, schema=SCHEMA))

    def _line(self, place: int) -> str | None:
        return self.payers.codes[place] if place >= 0 else None

    def _comparison(self, number: int) -> Comparison:
        old, new = self.rulebooks[0], self.rulebooks[number + 1]
        flows = flows_of(
            self.movements[number], (old, new), self.payers.codes, self.providers.listed(), self.terms
        )
        under_new = Doubts(new, self.reader, self.files).warnings()
        warnings = warnings_of(old, self.doubts.warnings(), new, under_new)
        return Comparison(old, new, flows, warnings)

    def _each(self, stage: str, work: Callable[[Chunk], Result]) -> Iterator[Result]:
        """Do the work on every chunk in several threads; yield the results in order, a few ahead at most."""
        self.tell(stage, 0, self.reader.rows)
        for chunk, result in in_order(
            self.reader.chunks, work, threads=self.order.threads, at_once=self.at_once
        ):
            self.tell(stage, chunk.start + chunk.rows, self.reader.rows)
            yield result


def _moved_rows(stretch: _Stretch, provider: npt.NDArray[np.int32], version: int, rows: Numbers) -> Moved:
    missing = stretch.cost.missing
    return Moved(
        stretch.payers[0][rows],
        stretch.payers[version][rows],
        stretch.dataset[rows],
        provider[rows],
        stretch.cost.numbers[rows].astype(np.int64),
        np.zeros(len(rows), dtype=np.bool_) if missing is None else missing[rows],
        stretch.spell[rows],
    )


def _cost(table: pa.Table, records: int) -> NumberColumn:
    """Return the cost of records in pence, nought where it is missing."""
    if "total_cost" not in table.column_names:
        return NumberColumn(np.zeros(records, dtype=np.int64), np.ones(records, dtype=np.bool_))
    return number_column(FieldType.DECIMAL, table.column("total_cost").combine_chunks())


@contextmanager
def said_plainly(beside: Path | None) -> Iterator[None]:
    """Say in words why a file cannot be read or written, `beside` the output if there is one."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise Problem(
            f"a column of text holds bytes that are not UTF-8 ({error.object[:20]!r})",
            mend="Export the activity again, with its text in UTF-8",
        ) from error
    except OSError as error:
        if is_full(error):
            raise full_disk(error, beside or Path(gettempdir()), "Make room, and compare again") from error
        raise Problem(
            f"a file could not be read or written ({error.strerror or error})",
            where=str(error.filename or ""),
            mend="Check that the place is there, may be written to and has room",
        ) from error
