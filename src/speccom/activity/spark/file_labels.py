"""What a Spark task does with a whole file: the first pass of a run, left on disk as a stopped run leaves it.

Everything here runs in Spark's Python workers and needs no Spark itself. The run's folder must be at the same
path for all of them.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from speccom.activity.doubts import Doubts
from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.label_journal import LabelJournal, Labelled
from speccom.activity.labelling import Labelling
from speccom.activity.lines import LineBook
from speccom.activity.prepare import PreparedFile, prepare
from speccom.activity.prepared_pieces import PreparedPieces
from speccom.activity.scratch import Scratch
from speccom.criteria.bit_tables import BitTables
from speccom.problem import Problem
from speccom.rulebook.identification import IdentificationRulebook

OUTCOMES = pa.schema([("number", pa.int64()), ("problem", pa.binary())])
"""A row a file: its number in the run, and what a person must put right, null where nothing."""
_WHOLE = "whole"


class Part:
    """One file's labels, numbered apart from those of the run's other files, with columns of its own."""

    def __init__(
        self,
        rulebook: IdentificationRulebook,
        tables: Mapping[str, BitTables],
        file: PreparedFile,
        folder: Path,
    ) -> None:
        self.folder = folder
        self.reader = ActivityReader([file.path])
        self.book = LineBook(rulebook, tables)
        self.doubts = Doubts(rulebook, self.reader, [file])
        self._scratch = Scratch(folder, kept=True)
        self.labelling = Labelling(self.reader, self.book, [file], self._scratch, "kernel")
        self.journal = LabelJournal(folder, self.book)

    def label(self, chunk: Chunk, *, check: bool) -> None:
        """Label a chunk and note it, unless that is done."""
        left = self.journal.labelled.get(chunk.number)
        if left is not None and left.checksums == self.labelling.checksums(chunk):
            return
        doubts = self.doubts.of_a_stretch()
        self.labelling.label(chunk, doubts if check else None)
        self.journal.add(Labelled(chunk.number, self.labelling.checksums(chunk), doubts.doubtful()))

    def __enter__(self) -> Part:
        self._scratch.__enter__()
        self.journal.__enter__()
        return self

    def __exit__(self, *how: object) -> None:
        self.journal.__exit__(*how)
        self._scratch.__exit__(None, None, None)


@dataclass(frozen=True)
class FileLabels:
    """Prepares and labels files of a run; sent to every worker, which is handed their numbers.

    `parts` is the folder of what the tasks leave, a folder for each file.
    """

    rulebook: IdentificationRulebook
    tables: Mapping[str, BitTables]
    activity: tuple[Path, ...]
    layout: str
    dataset: str | None
    check: bool
    pieces: PreparedPieces
    parts: Path

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield what became of each file."""
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield self._outcome(number)

    def _outcome(self, number: int) -> pa.RecordBatch:
        found = None
        try:
            self.label(number)
        except Problem as problem:
            found = pickle.dumps((problem.what, problem.where, problem.mend))
        return pa.record_batch([pa.array([number]), pa.array([found], pa.binary())], schema=OUTCOMES)

    def label(self, number: int) -> None:
        """Prepare and label one file, or what is left of it to do."""
        if self.is_whole(number):
            return
        file = self.prepared(number)
        with self.part(number, file) as part:
            for chunk in part.reader.chunks:
                part.label(chunk, check=self.check)
        (self._folder(number) / _WHOLE).touch()

    def prepared(self, number: int) -> PreparedFile:
        """Return a file made ready, as a run makes it."""
        return self.pieces.prepared(
            number,
            lambda: prepare(
                self.activity[number],
                layout=self.layout,
                dataset=self.dataset,
                folder=self.pieces.activity,
                name=f"part-{number:03d}",
            ),
        )

    def part(self, number: int, file: PreparedFile) -> Part:
        """Return a file's labels, so far as there are any."""
        return Part(self.rulebook, self.tables, file, self._folder(number))

    def is_whole(self, number: int) -> bool:
        """Whether a file is labelled to its end."""
        return (self._folder(number) / _WHOLE).exists()

    def _folder(self, number: int) -> Path:
        return self.parts / f"{number:03d}"
