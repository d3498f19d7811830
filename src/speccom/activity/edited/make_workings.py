"""Make the workings of a finished run: one more reading of its activity, the first time they are needed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from speccom.activity.compare.versions import VersionsBook
from speccom.activity.edited.finished_run import FinishedRun
from speccom.activity.edited.made_once import made_once
from speccom.activity.edited.number_file import NumberWriter, Whole
from speccom.activity.edited.spell_members import find_spells
from speccom.activity.edited.workings import (
    CONTENTS,
    FORM,
    REPEATED,
    Workings,
    facts_of_file,
    field_files,
)
from speccom.activity.encode import ActivityReader, Chunk, number_column
from speccom.activity.in_order import in_order
from speccom.activity.labelling import Labelling
from speccom.activity.row_ids import hash_pairs, ids_of
from speccom.activity.scratch import Scratch
from speccom.activity.totals import Names, months_of
from speccom.criteria.columns import Batch, CodesColumn, Dictionary, KnownValues, NumberColumn, TextColumn
from speccom.criteria.vocabulary import Field, FieldType

Tell = Callable[[str, int, int], None]

MOST_VALUES = 1_000_000
"""A field with more values than these is not kept, but read from the activity whenever it is asked for."""

_FACTS = ("provider", "activity_date", "total_cost")


@dataclass(frozen=True)
class _Chunk:
    """What is kept of a chunk: by file, its numbers."""

    chunk: Chunk
    numbers: dict[str, Whole]
    provider: TextColumn | None


def make_workings(
    run: FinishedRun, folder: Path, *, stated: Collection[str] = (), threads: int = 2, tell: Tell
) -> Workings:
    """Make the workings of a run in a folder, in place of any that are there.

    `stated` are lines, beside those of the run's rulebook, that providers may have stated.
    """
    with made_once(folder) as partial:
        there = Workings.open(folder, run.digest)
        if there is not None and there.stated.issuperset(stated):  # another process made them meanwhile
            partial.rmdir()
            return there
        contents = _Maker(run, partial, frozenset(stated), threads, tell).make()
        (partial / CONTENTS).write_text(json.dumps(contents, ensure_ascii=False), encoding="utf-8")
    return Workings(folder, contents)


class _Maker:
    def __init__(
        self, run: FinishedRun, folder: Path, stated: frozenset[str], threads: int, tell: Tell
    ) -> None:
        self.run = run
        self.folder = folder
        self.threads = threads
        self.tell = tell
        self.files = run.prepared()
        self.reader = ActivityReader(file.path for file in self.files)
        self.left_out = run.rows_left_out(self.files)
        self.book = VersionsBook([run.rulebook])
        self.book.stated = {*run.rulebook.services, *stated}
        self.providers = Names()

    def make(self) -> dict[str, Any]:
        with Scratch(self.folder / "scratch") as scratch:
            self.labelling = Labelling(self.reader, self.book, self.files, scratch, "kernel")
            self.fields = [each for each in self.labelling.fields if each.name != "dataset"]
            self.values = {each.name: _Values() for each in self.fields if each.type in _NUMBERED}
            self.writers = {name: NumberWriter(self.folder / name) for name in self._names()}
            self.starts: dict[str, list[int]] = {each.name: [] for each in self.fields}
            work = in_order(
                self.reader.chunks, self._of_chunk, threads=self.threads, at_once=self.threads + 2
            )
            for chunk, found in work:
                self._write(found)
                self.tell("reading what the rules ask for", chunk.start + chunk.rows, self.reader.rows)
            columns = {name: writer.close() for name, writer in self.writers.items()}
            self.tell("finding spells", 0, 1)
            columns |= find_spells(self.reader, self.labelling.spell_ids, self.folder, self.threads)
        return self._contents(columns)

    def _names(self) -> list[str]:
        of_fields = [name for field in self.fields for name in field_files(field)]
        return ["label", "dataset", "provider", "month", "cost", "uncosted", *of_fields]

    def _of_chunk(self, chunk: Chunk) -> _Chunk:
        found = self.labelling.read(chunk, [*self.labelling.columns(checked=False), *_FACTS])
        table, labels = found.table, found.labels
        spells = hash_pairs(ids_of(table, "spell_id"))
        if self.left_out is not None:
            repeats = self.left_out[chunk.start : chunk.start + chunk.rows]
            labels = np.where(repeats, np.int32(REPEATED), labels)
            spells[0][repeats] = 0
        for column, numbers in zip(self.labelling.spell_ids, spells, strict=True):
            column.write(chunk.start, numbers)
        days = _numbers(table, "activity_date", FieldType.DATE)
        money = _numbers(table, "total_cost", FieldType.DECIMAL)
        none, every = np.zeros(chunk.rows, dtype=np.int64), np.ones(chunk.rows, dtype=np.uint8)
        kept: dict[str, Whole] = {
            "label": labels,
            "dataset": found.datasets,
            "month": months_of(days, chunk.rows),
            "cost": none if money is None else money.numbers,
            "uncosted": every if money is None else _missing(money),
        }
        for field in self.fields:
            kept |= zip(field_files(field), self._kept(field, found.batch), strict=True)
        return _Chunk(chunk, kept, self.reader.text(table, "provider"))

    def _kept(self, field: Field, batch: Batch) -> tuple[Whole, ...]:
        """Return the numbers by which a field's values are kept."""
        column = batch.columns.get(field.name)
        nothing = np.zeros(batch.rows, dtype=np.uint8)
        if isinstance(column, NumberColumn):
            return column.numbers, _missing(column)
        if isinstance(column, TextColumn):
            return (self.values[field.name].numbers(column.dictionary)[column.ids],)
        if isinstance(column, CodesColumn):
            first, last = int(column.offsets[0]), int(column.offsets[-1])
            numbers = self.values[field.name].numbers(column.dictionary)[column.ids[first:last]]
            return numbers, np.diff(column.offsets)
        if field.type == FieldType.CODES:
            return nothing[:0], nothing
        return (nothing,) if field.type == FieldType.TEXT else (nothing, nothing + 1)

    def _write(self, found: _Chunk) -> None:
        provider = self.providers.of(found.provider, found.chunk.rows)
        for field in self.fields:
            self.starts[field.name].append(self.writers[field_files(field)[0]].rows)
        for name, numbers in (*found.numbers.items(), ("provider", provider)):
            self.writers[name].append(numbers)

    def _contents(self, columns: dict[str, str]) -> dict[str, Any]:
        kept = {field.name: self._facts(field) for field in self.fields if self._is_kept(field)}
        for field in self.fields:
            if field.name not in kept:
                for name in field_files(field):
                    columns.pop(name)
                    (self.folder / name).unlink()
        return {
            "form": FORM,
            "manifest": self.run.digest,
            "stated": sorted(self.book.stated),
            "findings": [(each.dataset, each.held, each.stated) for each in self.book.findings()],
            "files": [facts_of_file(file) for file in self.files],
            "chunks": [
                (each.number, each.file, each.group, each.start, each.first_row, each.rows)
                for each in self.reader.chunks
            ],
            "providers": self.providers.listed(),
            "columns": columns,
            "sizes": {name: (self.folder / name).stat().st_size for name in columns},
            "fields": kept,
        }

    def _is_kept(self, field: Field) -> bool:
        return field.name not in self.values or len(self.values[field.name].listed) <= MOST_VALUES

    def _facts(self, field: Field) -> dict[str, Any]:
        if field.type not in _NUMBERED:
            return {"scale": 2 if field.type == FieldType.DECIMAL else 0}
        facts: dict[str, Any] = {"values": self.values[field.name].listed}
        return facts | ({"starts": self.starts[field.name]} if field.type == FieldType.CODES else {})


_NUMBERED = (FieldType.TEXT, FieldType.CODES)


class _Values:
    """Numbers the values of a field as they come, from one on; nought is a missing one."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        self._numbers: dict[str, int] = {}
        self._known: WeakKeyDictionary[KnownValues, npt.NDArray[np.uint32]] = WeakKeyDictionary()
        self._lock = Lock()

    def numbers(self, dictionary: Dictionary) -> npt.NDArray[np.uint32]:
        """Return numbers by dictionary position; the last one, reached by -1, is nought."""
        with self._lock:
            if dictionary.known is None or dictionary.places is None:
                return self._of(dictionary.values)
            known = self._known.get(dictionary.known)
            if known is None or len(known) <= len(dictionary.known.values):
                known = self._known[dictionary.known] = self._of(dictionary.known.values)
            return known[np.append(dictionary.places, np.int32(-1))]

    def _of(self, values: Collection[str | None]) -> npt.NDArray[np.uint32]:
        return np.array([*(self._number(value) for value in values), 0], dtype=np.uint32)

    def _number(self, value: str | None) -> int:
        if value is None:
            return 0
        number = self._numbers.get(value)
        if number is None:
            self.listed.append(value)
            number = self._numbers[value] = len(self.listed)
        return number


def _numbers(table: Any, name: str, kind: FieldType) -> NumberColumn | None:
    if name not in table.column_names:
        return None
    return number_column(kind, table.column(name).combine_chunks())


def _missing(column: NumberColumn) -> Whole:
    if column.missing is None:
        return np.zeros(len(column.numbers), dtype=np.uint8)
    return column.missing.astype(np.uint8)
