"""The second pass over activity: an answer for each record, in order, and the totals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.doubts import Doubts
from speccom.activity.encode import ActivityReader, Chunk, number_column
from speccom.activity.labelling import Labelling, Repeats, dataset_of, ids_of, told_by
from speccom.activity.labels import AnswerBook, Answers
from speccom.activity.plan import SOURCE_ROW
from speccom.activity.row_ids import Hashes, trimmed
from speccom.activity.spells import SpecialisedSpells
from speccom.activity.totals import Agreement, Facts, Names, Totals, months_of
from speccom.criteria.columns import NumberColumn, TextColumn
from speccom.criteria.vocabulary import FieldType
from speccom.rulebook.entries import DATASETS
from speccom.rulebook.identification import IdentificationRulebook

OFFICIAL = "official_service_line"
READ = ("record_id", "spell_id", "dataset", "provider", "activity_date", "total_cost", OFFICIAL, SOURCE_ROW)

_NAMES = pa.dictionary(pa.int32(), pa.string())
PLACES = pa.schema(
    [
        ("dataset", _NAMES),
        ("provider", _NAMES),
        ("month", pa.int32()),
        ("cost", pa.int64()),
        ("file", pa.int16()),
        ("activity_row", pa.int64()),
    ]
)
"""For each row of the output: what pages filter by, and its file and row of canonical activity."""


@dataclass(frozen=True)
class Answered:
    """The answers for one chunk: rows of the output, where each came from, and what the totals need.

    `spells` holds the number of each record's specialised spell, or -1; `spell_hashes` a number for its
    spell identifier, nought where it has none.
    """

    table: pa.Table
    places: pa.Table
    answers: Answers
    dataset: npt.NDArray[np.int8]
    month: npt.NDArray[np.int32]
    cost: npt.NDArray[np.int64]
    provider: TextColumn | None
    official: TextColumn | None
    spells: npt.NDArray[np.int64]
    spell_hashes: Hashes
    rows: npt.NDArray[np.int64]


class Answering:
    """Answers chunks in any thread, and adds them up in order."""

    def __init__(
        self,
        reader: ActivityReader,
        rulebook: IdentificationRulebook,
        labelling: Labelling,
        repeats: Repeats,
        spells: SpecialisedSpells,
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
        self._counted = np.zeros(len(spells.first), dtype=np.bool_)
        self._counted_hashes: set[int] = set()

    def empty(self) -> pa.Table:
        """Return no rows, in the output's shape."""
        nothing = self.book.answers(
            np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int16), np.zeros(0, dtype=np.bool_)
        )
        none = pa.array([], type=pa.string())
        return self.book.rows(none, none, nothing)

    def answer(self, chunk: Chunk) -> Answered:
        """Answer one chunk, without its repeated records."""
        told = told_by(self.labelling.files[chunk.file])
        table = self.reader.table(chunk, [each for each in READ if each not in told])
        labels = self.labelling.labels.read(chunk.start, chunk.rows)
        first, second = (column.read(chunk.start, chunk.rows) for column in self.labelling.spell_ids)
        rows = np.arange(chunk.rows, dtype=np.int64) + chunk.first_row
        again = self.repeats.get(chunk.number)
        if again is not None:
            self.doubts.reject_repeated(chunk, table, again)
            kept = np.ones(chunk.rows, dtype=np.bool_)
            kept[again] = False
            table = table.filter(pa.array(kept))
            labels, first, second, rows = labels[kept], first[kept], second[kept], rows[kept]
        spells = self.spells.find(first, second)
        lines = np.append(self.spells.line, np.int16(-1))[spells]
        answers = self.book.answers(labels, lines, first == 0)
        record_ids, spell_ids = trimmed(ids_of(table, "record_id")), trimmed(ids_of(table, "spell_id"))
        return self._answered(
            chunk, table, answers, rows, spells, first, self.book.rows(record_ids, spell_ids, answers)
        )

    def add(self, chunk: Chunk, answered: Answered) -> None:
        """Add a chunk's answers to the totals; chunks come in order."""
        facts = Facts(
            answered.dataset,
            self.providers.of(answered.provider, len(answered.rows)),
            answered.month,
            answered.cost,
            self._first_of_spell(answered),
        )
        self.totals.add(answered.answers, facts)
        if self.agreement is not None:
            official = self.agreement.official.of(answered.official, len(answered.rows))
            self.agreement.add(official, answered.answers, answered.cost, self.written)
        if self.checked:
            self.doubts.remember(chunk.file, answered.rows, answered.answers, self.book.lines)
        self.written += len(answered.rows)

    def _answered(
        self,
        chunk: Chunk,
        table: pa.Table,
        answers: Answers,
        rows: npt.NDArray[np.int64],
        spells: npt.NDArray[np.int64],
        spell_hashes: Hashes,
        output: pa.Table,
    ) -> Answered:
        records = len(rows)
        file = self.labelling.files[chunk.file]
        dataset = dataset_of(self.reader.text(table, "dataset"), file, records)
        month = months_of(_numbers(table, "activity_date", FieldType.DATE), records)
        money = _numbers(table, "total_cost", FieldType.DECIMAL)
        cost = np.zeros(records, dtype=np.int64) if money is None else money.numbers
        provider = self.reader.text(table, "provider")
        places = pa.table(
            [
                _named(dataset, list(DATASETS)),
                _names_of(provider, records),
                pa.array(month, mask=month < 0),
                pa.array(cost),
                pa.array(np.full(records, chunk.file, dtype=np.int16)),
                pa.array(rows),
            ],
            names=PLACES.names,
        )
        official = self.reader.text(table, OFFICIAL)
        return Answered(
            output, places, answers, dataset, month, cost, provider, official, spells, spell_hashes, rows
        )

    def _first_of_spell(self, answered: Answered) -> npt.NDArray[np.bool_]:
        """Mark one record for each spell that is specialised, or has a specialised record."""
        marked = self._first_seen(answered.spells)
        by_itself = (answered.spells < 0) & (answered.answers.spell_line >= 0)
        marked |= by_itself & (answered.spell_hashes == 0)
        rows = np.flatnonzero(by_itself & (answered.spell_hashes != 0))
        hashes, first = np.unique(answered.spell_hashes[rows], return_index=True)
        new = [place for place, each in zip(first, hashes.tolist(), strict=True) if self._is_new(each)]
        marked[rows[new]] = True
        return marked

    def _is_new(self, spell_hash: int) -> bool:
        if spell_hash in self._counted_hashes:
            return False
        self._counted_hashes.add(spell_hash)
        return True

    def _first_seen(self, spells: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Mark the first record of each specialised spell that no earlier chunk had."""
        marked = np.zeros(len(spells), dtype=np.bool_)
        rows = np.flatnonzero(spells >= 0)
        numbers, first = np.unique(spells[rows], return_index=True)
        new = ~self._counted[numbers]
        marked[rows[first[new]]] = True
        self._counted[numbers] = True
        return marked

    @property
    def _has_official(self) -> bool:
        return any(OFFICIAL in self.reader.columns_of(file) for file in range(len(self.reader.paths)))


def _numbers(table: pa.Table, name: str, kind: FieldType) -> NumberColumn | None:
    if name not in table.column_names:
        return None
    return number_column(kind, table.column(name).combine_chunks())


def _named(places: npt.NDArray[np.int8], names: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(names))


def _names_of(column: TextColumn | None, rows: int) -> pa.Array:
    if column is None:
        return pa.nulls(rows, _NAMES)
    names = [value or "" for value in column.dictionary.values]
    blank = np.array([*(not name for name in names), True])[column.ids]
    return pa.DictionaryArray.from_arrays(
        pa.array(np.where(blank, 0, column.ids), mask=blank), pa.array(names or [""])
    )
