"""The answer for each record, as rows of the output: its lines, its spell's line, and what decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.lines import UNRANKED, LineSet
from speccom.rulebook.entries import Reach
from speccom.rulebook.identification import IdentificationRulebook

FATES = ("labelled", "not_specialised", "not_attended")
LAYERS = ("rules", "local", "provider")
NOT_ATTENDED = -1
"""The label of a record that is kept and not labelled, because nobody attended."""

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

    def rows(self, record_ids: pa.Array, spell_ids: pa.Array, answers: Answers) -> pa.Table:
        """Return the output's rows, in the order of the records."""
        records = len(record_ids)
        identity = pa.DictionaryArray.from_arrays(
            pa.array(np.zeros(records, dtype=np.int32)), pa.array([self.rulebook.identity])
        )
        specialised = answers.spell_line >= 0
        return pa.table(
            {
                "record_id": record_ids,
                "spell_id": spell_ids,
                "service_lines": self._line_lists(answers.variant),
                "service_line": _chosen(answers.line, self.codes),
                "programme_of_care": self._programmes(answers.line),
                "spell_service_line": _chosen(answers.spell_line, self.codes),
                "specialised": pa.array(specialised),
                "layer": _chosen(answers.layer, LAYERS),
                "rulebook": identity,
                "fate": _chosen(answers.fate, FATES),
            }
        )

    def _line_lists(self, variant: npt.NDArray[np.int64]) -> pa.ListArray:
        lengths, starts, values = self._flat_lines
        mine = lengths[variant]
        offsets = np.zeros(len(variant) + 1, dtype=np.int32)
        np.cumsum(mine, out=offsets[1:])
        rows = np.repeat(np.arange(len(variant)), mine)
        within = np.arange(offsets[-1]) - offsets[:-1][rows]
        return pa.ListArray.from_arrays(
            pa.array(offsets), pa.array(values).take(pa.array(starts[variant][rows] + within))
        )

    @cached_property
    def _flat_lines(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], list[str]]:
        lengths = np.array([len(lines) for lines in self.lines], dtype=np.int32)
        starts = np.zeros(len(lengths), dtype=np.int64)
        np.cumsum(lengths[:-1], out=starts[1:])
        return lengths, starts, [code for lines in self.lines for code in lines] or [""]

    def _programmes(self, lines: Places) -> pa.DictionaryArray:
        programmes = [service.programme_of_care for service in self.rulebook.services.values()]
        names = sorted(set(programmes))
        places = np.array([*(names.index(each) for each in programmes), -1], dtype=np.int16)
        return _chosen(places[lines], names)

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


def _chosen(places: npt.NDArray[np.signedinteger], names: Sequence[str]) -> pa.DictionaryArray:
    """Return names by their places; null where the place is -1."""
    known = places >= 0
    valid = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    numbers = pa.py_buffer(np.maximum(places, 0).astype(np.int32))
    indices = pa.Array.from_buffers(pa.int32(), len(places), [valid, numbers])
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names) or [""]))
