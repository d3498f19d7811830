"""Which records the versions can tell apart, and the line that pays for each under every version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from speccom.activity.compare.versions import VersionsBook
from speccom.activity.labels import AnswerBook
from speccom.activity.lines import UNRANKED, LineSet
from speccom.activity.row_ids import Hashes, hashes_of_numbers
from speccom.activity.spells import LabelledSpells, Members

Labels = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
Stretch = tuple[Labels, Hashes, Hashes]
"""Labels of some records and the two hashes of their spells' identifiers."""


class Payers:
    """The payer lines under every version, once all labels are known.

    A record can only move where its own label means something else under some version, or that of another
    record of its spell. Those spells are sorted into kinds: the records of two spells of a kind have
    the same labels, so one answer serves both.

    `codes` lists the lines of all versions; a payer is a place there, -1 being none.
    """

    def __init__(self, book: VersionsBook, stretches: Iterable[Stretch]) -> None:
        self.book = book
        self._sets = [book.line_sets_under(number) for number in range(len(book.versions))]
        self.codes = list(dict.fromkeys(code for each in book.versions for code in each.order))
        self.touched = self._touched()
        kept = [_with_labels(*each) for each in stretches]
        self.spells = _spells_of(kept, self.touched)
        self.kinds = SpellKinds.of(
            *_members(kept, self.spells), spells=len(self.spells), labels=len(self.touched)
        )

    def candidates(self, labels: Labels, first: Hashes, second: Hashes) -> tuple[Numbers, Numbers]:
        """Return the rows that may move, and the kind of each one's spell (-1 where it has no spell)."""
        spells = self.spells.find(first, second)
        rows = np.flatnonzero(self.touched[np.maximum(labels, 0)] & (labels >= 0) | (spells >= 0))
        return rows, np.append(self.kinds.kind, -1)[spells[rows]]

    def payers(self, labels: Labels, kinds: Numbers) -> npt.NDArray[np.int16]:
        """Return the payer of some candidates under each version, (versions, records)."""
        found = np.empty((len(self.book.versions), len(labels)), dtype=np.int16)
        for number, (answers, lines, places) in enumerate(self._under):
            found[number] = places[answers.answers(labels, lines[kinds], kinds < 0).spell_line]
        return found

    @cached_property
    def _under(self) -> list[tuple[AnswerBook, npt.NDArray[np.int16], npt.NDArray[np.int16]]]:
        """For each version its answers, the line of each kind of spell, and its lines' places in `codes`."""
        place = {code: number for number, code in enumerate(self.codes)}
        return [
            (
                AnswerBook(book.rulebook, sets),
                np.append(self.kinds.lines(sets), np.int16(-1)),
                np.array([*(place[code] for code in book.order), -1], dtype=np.int16),
            )
            for book, sets in zip(self.book.versions, self._sets, strict=True)
        ]

    def _touched(self) -> npt.NDArray[np.bool_]:
        """Return for each label whether the versions differ in what it means."""
        services = [
            [(each.code, each.spell_excluded, each.reach) for each in book.rulebook.services.values()]
            for book in self.book.versions
        ]
        by_label = list(zip(*self._sets, strict=True))
        if any(each != services[0] for each in services):
            return np.array([any(each.lines for each in sets) for sets in by_label])
        return np.array([any(each.lines != sets[0].lines for each in sets) for sets in by_label])


class SpellKinds:
    """Spells sorted by the set of their records' labels: `kind` is (spells,), `members` a kind's labels."""

    def __init__(self, kind: Numbers, members: Sequence[tuple[int, ...]]) -> None:
        self.kind = kind
        self.members = members

    @classmethod
    def of(cls, spell: Numbers, label: Labels, *, spells: int, labels: int) -> SpellKinds:
        """Sort numbered spells, given the spell and the label of each of their labelled records."""
        pairs = np.unique(spell * labels + label)
        numbers, each_label = pairs // labels, pairs % labels
        starts = np.searchsorted(numbers, np.arange(spells + 1))
        lengths = np.diff(starts)
        kind = np.zeros(spells, dtype=np.int64)
        members: list[tuple[int, ...]] = [()]
        for depth in range(int(lengths.max(initial=0))):
            longer = np.flatnonzero(lengths > depth)
            grown = kind[longer] * labels + each_label[starts[longer] + depth]
            distinct, place = np.unique(grown, return_inverse=True)
            kind[longer] = len(members) + place
            members += [(*members[one // labels], one % labels) for one in distinct.tolist()]
        return cls(kind, members)

    def lines(self, sets: Sequence[LineSet]) -> npt.NDArray[np.int16]:
        """Return the line of each kind of spell, -1 where such a spell is not specialised.

        One spell stands for each kind, and is settled as the spells of a run are.
        """
        kinds = np.array([kind for kind, labels in enumerate(self.members) for _ in labels], dtype=np.int64)
        labels = np.array([label for labels in self.members for label in labels], dtype=np.int64)
        makes = np.array([each.makes_spell_specialised for each in sets])[labels]
        named = hashes_of_numbers(kinds[makes] + 1)
        members = Members.of(named, np.zeros_like(named), labels[makes])
        spells = LabelledSpells([members], sets)
        every = hashes_of_numbers(np.arange(1, len(self.members) + 1))
        _, lines = spells.settle(every, np.zeros_like(every))
        return lines


def _with_labels(labels: Labels, first: Hashes, second: Hashes) -> Stretch:
    rows = np.flatnonzero((labels > 0) & (first != 0))
    return labels[rows], first[rows], second[rows]


def _spells_of(kept: Sequence[Stretch], touched: npt.NDArray[np.bool_]) -> LabelledSpells:
    """Return the spells that have a record whose label is touched."""
    chosen = [np.flatnonzero(touched[labels]) for labels, _, _ in kept]
    members = [
        Members.of(first[rows], second[rows], labels[rows])
        for rows, (labels, first, second) in zip(chosen, kept, strict=True)
    ]
    return LabelledSpells(members, [LineSet((), None, UNRANKED, UNRANKED)] * len(touched))


def _members(kept: Sequence[Stretch], spells: LabelledSpells) -> tuple[Numbers, Labels]:
    """Return the number of the spell and the label of every labelled record of these spells."""
    numbers, labels = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    for of_stretch, first, second in kept:
        rows, found = spells.found(first, second)
        numbers.append(found.astype(np.int64))
        labels.append(of_stretch[rows])
    return np.concatenate(numbers), np.concatenate(labels)
