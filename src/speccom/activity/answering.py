"""The second pass over activity: an answer for each record, in order, and the totals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.column_chunks.chunk import ColumnChunk, of_texts
from speccom.activity.column_chunks.pages import Values, numbered, rising_numbers, whole_numbers
from speccom.activity.column_chunks.writer import RowGroup
from speccom.activity.doubts import CHECKED_PER_VARIANT, Doubts
from speccom.activity.encode import IDENTIFIERS, ActivityReader, Chunk, number_column
from speccom.activity.labelling import Labelling, Repeats, dataset_of, told_by
from speccom.activity.labels import AnswerBook, Answers, Places
from speccom.activity.plan import SOURCE_ROW
from speccom.activity.row_ids import ids_of, is_plain, trimmed
from speccom.activity.spells import LabelledSpells
from speccom.activity.totals import Agreement, Facts, Names, Totals, months_of
from speccom.criteria.columns import NumberColumn, TextColumn
from speccom.criteria.vocabulary import FieldType
from speccom.rulebook.entries import DATASETS
from speccom.rulebook.identification import IdentificationRulebook

OFFICIAL = "official_service_line"
READ = ("dataset", "provider", "activity_date", "total_cost", OFFICIAL)

PLACES = pa.schema(
    [
        ("dataset", pa.string()),
        ("provider", pa.string()),
        ("month", pa.int32()),
        ("cost", pa.int64()),
        ("file", pa.int16()),
        ("activity_row", pa.int64()),
    ]
)
"""For each row of the output: what pages filter by, and its file and row of canonical activity."""

_DATASETS = Values(DATASETS)
_LOOKED_AT = 1000
"""Among so many records of a chunk a few without a line are sought, to compare their explanations."""


@dataclass(frozen=True)
class Answered:
    """The answers for one chunk: rows of the output, where each came from, and what the totals need.

    The answers are those of the rows `told`, all other records having no line; `spells` (told,) holds the
    number of each one's spell among those of labelled records, or -1.
    """

    labels: RowGroup
    places: RowGroup
    told: npt.NDArray[np.intp]
    answers: Answers
    spells: npt.NDArray[np.int32]
    dataset: npt.NDArray[np.int8]
    month: npt.NDArray[np.int32]
    cost: npt.NDArray[np.int64]
    provider: TextColumn | None
    official: TextColumn | None
    rows: npt.NDArray[np.int64]


class Answering:
    """Answers chunks in any thread, and adds them up in order."""

    def __init__(
        self,
        reader: ActivityReader,
        rulebook: IdentificationRulebook,
        labelling: Labelling,
        repeats: Repeats,
        spells: LabelledSpells,
        doubts: Doubts,
        *,
        checked: bool = True,
    ) -> None:
        self.reader = reader
        self.labelling = labelling
        self.repeats = repeats
        self.spells = spells
        self.doubts = doubts
        self.checked = checked
        self.book = AnswerBook(rulebook, labelling.book.line_sets())
        self.totals = Totals(self.book.codes)
        self.agreement = Agreement(self.book.codes) if self._has_official else None
        self.providers = Names()
        self.written = 0
        self._counted = np.zeros(len(spells), dtype=np.bool_)

    def answer(self, chunk: Chunk) -> Answered:
        """Answer one chunk, without its repeated records."""
        spared = told_by(self.labelling.files[chunk.file])
        table = self.reader.table(chunk, [each for each in READ if each not in spared])
        labels = self.labelling.labels.read(chunk.start, chunk.rows)
        first, second = (column.read(chunk.start, chunk.rows) for column in self.labelling.spell_ids)
        rows = np.arange(chunk.first_row, chunk.first_row + chunk.rows, dtype=np.int64)
        kept = self._kept(chunk)
        if kept is not None:
            table = table.filter(pa.array(kept))
            labels, first, second, rows = labels[kept], first[kept], second[kept], rows[kept]
        spells, lines = self.spells.settle(first, second)
        told = _told(labels, lines)
        answers = self.book.answers(labels[told], lines[told], first[told] == 0)
        identifiers = [self._identifiers(chunk, name, kept) for name in IDENTIFIERS]
        written = RowGroup(len(rows), [*identifiers, *self.book.columns(answers, told, len(rows))])
        return self._answered(chunk, table, rows, written, told, answers, spells[told])

    def _kept(self, chunk: Chunk) -> npt.NDArray[np.bool_] | None:
        """Mark the records that repeat none, and list those that do; None where none does."""
        again = self.repeats.get(chunk.number)
        if again is None:
            return None
        self.doubts.reject_repeated(chunk, self.reader.table(chunk, ["record_id", SOURCE_ROW]), again)
        kept = np.ones(chunk.rows, dtype=np.bool_)
        kept[again] = False
        return kept

    def _identifiers(self, chunk: Chunk, name: str, kept: npt.NDArray[np.bool_] | None) -> ColumnChunk:
        """Return a column of identifiers: as the activity has it, where all are kept and written plainly."""
        if kept is None and self._lie_plainly(chunk, name):
            lying = self.reader.as_it_lies(chunk, name)
            if lying is not None:
                return lying
        texts = ids_of(self.reader.table(chunk, [name]), name)
        return of_texts(name, trimmed(texts if kept is None else texts.filter(pa.array(kept))))

    def _lie_plainly(self, chunk: Chunk, name: str) -> bool:
        """Whether a column of identifiers is written as it is meant, which is not asked of unchecked ones."""
        if not self.checked or self.labelling.are_plain(chunk, name):
            return True
        # A run that goes on does not know it of what was labelled before.
        return is_plain(ids_of(self.reader.table(chunk, [name]), name))

    def add(self, chunk: Chunk, answered: Answered) -> None:
        """Add a chunk's answers to the totals; chunks come in order."""
        records, told, answers = len(answered.rows), answered.told, answered.answers
        providers = self.providers.of(answered.provider, records)
        facts = Facts(answered.dataset, providers, answered.month, answered.cost)
        self.totals.add(facts, answers, told, self._first_of_spell(answered))
        if self.agreement is not None:
            lines = np.full(records, -1, dtype=np.int16)
            lines[told] = answers.line
            official = self.agreement.official.of(answered.official, records)
            self.agreement.add(official, lines, answered.cost, self.written)
        if self.checked:
            self.doubts.remember(chunk.file, answered.rows[told], answers, self.book.lines)
        self.written += records

    def _answered(
        self,
        chunk: Chunk,
        table: pa.Table,
        rows: npt.NDArray[np.int64],
        labels: RowGroup,
        told: npt.NDArray[np.intp],
        answers: Answers,
        spells: npt.NDArray[np.int32],
    ) -> Answered:
        records = len(rows)
        file = self.labelling.files[chunk.file]
        dataset = dataset_of(self.reader.text(table, "dataset"), file, records)
        month = months_of(_numbers(table, "activity_date", FieldType.DATE), records)
        money = _numbers(table, "total_cost", FieldType.DECIMAL)
        cost = np.zeros(records, dtype=np.int64) if money is None else money.numbers
        provider = self.reader.text(table, "provider")
        places = [
            numbered("dataset", dataset, _DATASETS),
            _names_of(provider, records),
            _months(month),
            whole_numbers("cost", cost),
            numbered("file", np.zeros(records, dtype=np.int8), Values([chunk.file])),
            rising_numbers("activity_row", rows),
        ]
        return Answered(
            labels,
            RowGroup(records, places),
            told,
            answers,
            spells,
            dataset,
            month,
            cost,
            provider,
            self.reader.text(table, OFFICIAL),
            rows,
        )

    def _first_of_spell(self, answered: Answered) -> npt.NDArray[np.bool_]:
        """Mark a specialised record of each spell that has any; a record without a spell is one by itself."""
        specialised = answered.answers.spell_line >= 0
        marked = specialised & (answered.spells < 0)
        rows = np.flatnonzero(specialised & (answered.spells >= 0))
        rows = rows[~self._counted[answered.spells[rows]]]
        numbers, first = np.unique(answered.spells[rows], return_index=True)
        self._counted[numbers] = True
        marked[rows[first]] = True
        return marked

    @property
    def _has_official(self) -> bool:
        return any(OFFICIAL in self.reader.columns_of(file) for file in range(len(self.reader.paths)))


def _told(labels: npt.NDArray[np.int32], spell_lines: Places) -> npt.NDArray[np.intp]:
    """Return the rows that have a line, by themselves or by their spell, or were not attended.

    A few others are among them, so that their explanations are compared too.
    """
    told = (labels != 0) | (spell_lines >= 0)
    told[np.flatnonzero(~told[:_LOOKED_AT])[:CHECKED_PER_VARIANT]] = True
    return np.flatnonzero(told)


def _numbers(table: pa.Table, name: str, kind: FieldType) -> NumberColumn | None:
    if name not in table.column_names:
        return None
    return number_column(kind, table.column(name).combine_chunks())


def _names_of(column: TextColumn | None, rows: int) -> ColumnChunk:
    if column is None:
        return numbered("provider", np.full(rows, -1, dtype=np.int8), Values([""]))
    names = [value or "" for value in column.dictionary.values]
    ids = column.ids
    if not all(names):
        blank = np.array([*(not name for name in names), True])[ids]
        ids = np.where(blank, np.int32(-1), ids)
    return numbered("provider", ids, Values(names or [""]))


def _months(month: npt.NDArray[np.int32]) -> ColumnChunk:
    first, last = (int(month.min()), int(month.max())) if len(month) else (0, 0)
    if first >= 0:
        return numbered("month", month - first, Values(range(first, last + 1)))
    known = month[month >= 0]
    first = int(known.min()) if len(known) else last
    numbers = np.where(month < 0, np.int32(-1), month - first)
    return numbered("month", numbers, Values(range(first, last + 1)))
