"""The workings of a finished run: by record, which criteria hold, its spell, and its values by number.

They are kept beside the run, hold nothing that the run and its activity do not, and can be made again: to
delete them loses only time. A record's *label* stands for the criteria of the run's rulebook that hold for
it (`Finding`), so a rule that did not change need not be asked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from speccom.activity.compare.versions import Finding
from speccom.activity.edited.number_file import Whole, read_numbers
from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.labelling import dataset_of
from speccom.activity.prepare import PreparedFile
from speccom.criteria.columns import Batch, CodesColumn, Column, Dictionary, NumberColumn, TextColumn
from speccom.criteria.vocabulary import Field, FieldType
from speccom.problem import Problem
from speccom.rulebook.entries import DATASETS

FORM = 1
"""The form of the workings; those of another form are made anew."""
CONTENTS = "workings.json"
REPEATED = -2
"""The label of a row that repeats an earlier record, and has no answer of its own."""
_BESIDE = {FieldType.TEXT: (), FieldType.CODES: ("lengths",)}
_BESIDE_NUMBERS = ("missing",)

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Workings:
    """Workings as they stand on disk; rows are those of the canonical files, in order."""

    folder: Path
    contents: dict[str, Any]

    @classmethod
    def open(cls, folder: Path, manifest: str) -> Workings | None:
        """Open the workings of the run whose manifest has this digest; None where there are none of it."""
        try:
            contents = json.loads((folder / CONTENTS).read_bytes())
        except (OSError, ValueError):
            return None
        if contents.get("form") != FORM or contents.get("manifest") != manifest:
            return None
        return cls(folder, contents) if _are_whole(folder, contents["sizes"]) else None

    @property
    def stated(self) -> frozenset[str]:
        """The lines for which the labels tell whether a provider stated them."""
        return frozenset(self.contents["stated"])

    @property
    def providers(self) -> list[str]:
        """The providers, by number."""
        return list(self.contents["providers"])

    @cached_property
    def findings(self) -> list[Finding]:
        """What each label stands for."""
        return [Finding(dataset, tuple(held), stated) for dataset, held, stated in self.contents["findings"]]

    @cached_property
    def files(self) -> tuple[PreparedFile, ...]:
        """The canonical files. Raises Problem where one has changed since."""
        return tuple(_file(each) for each in self.contents["files"])

    @cached_property
    def reader(self) -> ActivityReader:
        """Reads the canonical files."""
        return ActivityReader(file.path for file in self.files)

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """The stretches of activity."""
        return tuple(Chunk(*each) for each in self.contents["chunks"])

    @property
    def rows(self) -> int:
        """All rows of the canonical files."""
        return sum(chunk.rows for chunk in self.chunks)

    def numbers(self, name: str) -> Whole:
        """Return a column of numbers, one a row (or as its maker says)."""
        return read_numbers(self.folder / name, self.contents["columns"][name])

    def datasets(self, chunk: Chunk) -> npt.NDArray[np.int8]:
        """Return the position in DATASETS of each record's dataset."""
        file = self.files[chunk.file]
        if file.dataset is not None:
            return dataset_of(None, file, chunk.rows)
        found: npt.NDArray[np.int8] = self.numbers("dataset")[chunk.start : chunk.start + chunk.rows].astype(
            np.int8
        )
        return found

    def batch(self, chunk: Chunk, fields: Iterable[Field]) -> Batch:
        """Return the values of some fields; those that were not kept are read from the activity."""
        columns: dict[str, Column] = {}
        others: list[Field] = []
        for field in fields:
            if field.name == "dataset":
                ids = self.datasets(chunk).astype(np.int32)
                columns["dataset"] = TextColumn(Dictionary(DATASETS), ids)
            elif field.name in self.contents["fields"]:
                columns[field.name] = self._column(field, chunk)
            else:
                others.append(field)
        if others:
            table = self.reader.table(chunk, [field.name for field in others])
            columns |= self.reader.encode(table, others).columns
        return Batch(chunk.rows, columns)

    def _column(self, field: Field, chunk: Chunk) -> Column:
        stretch = slice(chunk.start, chunk.start + chunk.rows)
        name, facts = _of_field(field.name), self.contents["fields"][field.name]
        if field.type == FieldType.TEXT:
            return TextColumn(self._dictionary(field.name), _ids(self._kept(name)[stretch]))
        if field.type == FieldType.CODES:
            lengths = self._kept(f"{name}.lengths")[stretch]
            offsets = np.zeros(chunk.rows + 1, dtype=np.int32)
            np.cumsum(lengths, out=offsets[1:])
            first = facts["starts"][chunk.number]
            codes = self._kept(name)[first : first + int(offsets[-1])]
            return CodesColumn(self._dictionary(field.name), offsets, _ids(codes))
        missing = self._kept(f"{name}.missing")[stretch] != 0
        numbers = self._kept(name)[stretch].astype(np.int64)
        return NumberColumn(numbers, missing if missing.any() else None, facts["scale"])

    def _kept(self, name: str) -> Whole:
        if name not in self._open:
            self._open[name] = self.numbers(name)
        return self._open[name]

    def _dictionary(self, field: str) -> Dictionary:
        if field not in self._dictionaries:
            self._dictionaries[field] = Dictionary(self.contents["fields"][field]["values"])
        return self._dictionaries[field]

    @cached_property
    def _open(self) -> dict[str, Whole]:
        return {}

    @cached_property
    def _dictionaries(self) -> dict[str, Dictionary]:
        return {}


def field_files(field: Field) -> Sequence[str]:
    """Return the names of the files in which a field's values are kept, the values first."""
    name = _of_field(field.name)
    return [name, *(f"{name}.{part}" for part in _BESIDE.get(field.type, _BESIDE_NUMBERS))]


def _are_whole(folder: Path, sizes: dict[str, int]) -> bool:
    try:
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except OSError:
        return False


def facts_of_file(file: PreparedFile) -> dict[str, Any]:
    """Return a canonical file as the contents have it."""
    stands = file.path.stat()
    return {
        "path": str(file.path.resolve()),
        "original": str(file.original),
        "layout": file.layout,
        "dataset": file.dataset,
        "rows": file.rows,
        "digest": file.digest,
        "absent": list(file.absent_columns),
        "blank": list(file.blank_columns),
        "not_attended": sorted(file.not_attended),
        "stands": [stands.st_size, stands.st_mtime_ns],
    }


def _file(facts: dict[str, Any]) -> PreparedFile:
    path = Path(facts["path"])
    try:
        stands = path.stat()
    except OSError:
        stands = None
    if stands is None or [stands.st_size, stands.st_mtime_ns] != facts["stands"]:
        raise Problem(
            "this file is not as it was when the run read it",
            where=str(path),
            mend="Put it back as it was, or run the identification again",
        )
    return PreparedFile(
        path,
        Path(facts["original"]),
        facts["layout"],
        facts["dataset"],
        facts["rows"],
        facts["digest"],
        (),
        (),
        tuple(facts["absent"]),
        tuple(facts["blank"]),
        frozenset(facts["not_attended"]),
    )


def _of_field(name: str) -> str:
    return f"field.{name}"


def _ids(numbers: Whole) -> npt.NDArray[np.int32]:
    """Return places in the dictionary from numbers that begin with one, nought being a missing value."""
    ids = numbers.astype(np.int32)
    ids -= 1
    return ids
