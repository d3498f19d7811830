"""The answer for each record, as rows of the output: its lines, its spell's line, and what decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.column_chunks.chunk import ColumnChunk
from speccom.activity.column_chunks.pages import Values, numbered, numbered_at, numbered_lists, truths
from speccom.activity.lines import UNRANKED, LineSet
from speccom.rulebook.entries import Reach
from speccom.rulebook.identification import IdentificationRulebook

FATES = ("labelled", "not_specialised", "not_attended")
LAYERS = ("rules", "local", "provider")
NOT_SPECIALISED = FATES.index("not_specialised")
NOT_ATTENDED = -1
"""The label of a record that is kept and not labelled, because nobody attended."""

LABELS = pa.schema(
    [
        ("record_id", pa.string()),
        ("spell_id", pa.string()),
        ("service_lines", pa.list_(pa.string())),
        ("service_line", pa.string()),
        ("programme_of_care", pa.string()),
        ("spell_service_line", pa.string()),
        ("specialised", pa.bool_()),
        ("layer", pa.string()),
        ("rulebook", pa.string()),
        ("fate", pa.string()),
    ]
)
"""The columns of the output."""

_LAYERS, _FATES = Values(LAYERS), Values(FATES)

Places = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Answers:
    """The answers for some records. Lines are places in the rulebook's order of lines, -1 for none.

    `variant` (records,) is the set of lines a record has, once it is known whether its spell is
    specialised; `spell_line` the line that pays for it; `fate` a position in FATES.
    """

    variant: npt.NDArray[np.int64]
    line: Places
    spell_line: Places
    layer: npt.NDArray[np.int8]
    fate: npt.NDArray[np.int8]


class AnswerBook:
    """Turns labels, once all spells are known, into answers and rows of the output.

    A label has two variants: 2n where the spell is not specialised, 2n + 1 where it is.
    """

    def __init__(self, rulebook: IdentificationRulebook, line_sets: Sequence[LineSet]) -> None:
        self.rulebook = rulebook
        self.codes = list(rulebook.services)
        order = {code: place for place, code in enumerate(self.codes)}
        variants = [each for line_set in line_sets for each in self._variants(line_set)]
        self.lines = [lines for lines, _ in variants]
        self.first = np.array([order[lines[0]] if lines else -1 for lines, _ in variants], dtype=np.int16)
        self.layer = np.array([LAYERS.index(layer) if layer else -1 for _, layer in variants], dtype=np.int8)
        programmes = [service.programme_of_care for service in rulebook.services.values()]
        names = sorted(set(programmes))
        self._programme = np.array([*(names.index(each) for each in programmes), -1], dtype=np.int16)
        self._programmes = Values(names)
        self._codes = Values(self.codes)
        self._identity = Values([rulebook.identity])
        self.own_spell = np.array([_own_spell_line(each) for each in line_sets], dtype=np.int16)

    def answers(
        self, labels: npt.NDArray[np.int32], spell_lines: Places, alone: npt.NDArray[np.bool_]
    ) -> Answers:
        """Answer records from their labels.

        `spell_lines` holds the line of the specialised spell that a record is part of (-1 for none);
        `alone` says which records have no spell identifier and so are spells of their own.
        """
        missed = labels == NOT_ATTENDED
        numbers = np.where(missed, 0, labels)
        pays = np.where(alone, self.own_spell[numbers], spell_lines)
        variant = numbers.astype(np.int64) * 2 + (pays >= 0)
        line = self.first[variant]
        spell_line = np.where(pays >= 0, pays, line)
        fate = np.where(missed, np.int8(2), np.where(spell_line >= 0, np.int8(0), np.int8(1)))
        return Answers(variant, line, spell_line.astype(np.int16), self.layer[variant], fate.astype(np.int8))

    def columns(self, answers: Answers, rows: npt.NDArray[np.intp], records: int) -> list[ColumnChunk]:
        """Return the output's columns after those of the identifiers, in the order of the records.

        The answers are those of some rows; all other records have no line.
        """
        specialised = np.zeros(records, dtype=np.bool_)
        specialised[rows] = answers.spell_line >= 0
        fate = np.full(records, NOT_SPECIALISED, dtype=np.int8)
        fate[rows] = answers.fate
        programme = self._programme[answers.line]

        def at_rows(name: str, numbers: npt.NDArray[np.signedinteger], values: Values) -> ColumnChunk:
            return numbered_at(name, records, rows, numbers, values)

        return [
            self._line_lists(answers.variant, rows, records),
            at_rows("service_line", answers.line, self._codes),
            at_rows("programme_of_care", programme, self._programmes),
            at_rows("spell_service_line", answers.spell_line, self._codes),
            truths("specialised", specialised),
            at_rows("layer", answers.layer, _LAYERS),
            numbered("rulebook", np.zeros(records, dtype=np.int8), self._identity),
            numbered("fate", fate, _FATES),
        ]

    def _line_lists(
        self, variant: npt.NDArray[np.int64], rows: npt.NDArray[np.intp], records: int
    ) -> ColumnChunk:
        lengths, starts, lines = self._flat_lines
        counts = lengths[variant]
        first = starts[variant] - (np.cumsum(counts) - counts)
        numbers = lines[np.repeat(first, counts) + np.arange(counts.sum())]
        of_records = np.zeros(records, dtype=np.int32)
        of_records[rows] = counts
        return numbered_lists("service_lines.list.element", of_records, numbers, self._codes)

    @cached_property
    def _flat_lines(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], Places]:
        lengths = np.array([len(lines) for lines in self.lines], dtype=np.int32)
        starts = np.cumsum(lengths, dtype=np.int64) - lengths
        order = {code: place for place, code in enumerate(self.codes)}
        return lengths, starts, np.array([order[code] for lines in self.lines for code in lines], np.int16)

    def _variants(self, line_set: LineSet) -> list[tuple[tuple[str, ...], str | None]]:
        services = self.rulebook.services
        staying = tuple(code for code in line_set.lines if services[code].reach == Reach.EPISODE)
        return [
            (staying, line_set.layer if staying else None),
            (line_set.lines, line_set.layer if line_set.lines else None),
        ]


def _own_spell_line(line_set: LineSet) -> int:
    best = line_set.spell_line if line_set.spell_line != UNRANKED else line_set.spell_any
    return -1 if best == UNRANKED else best
