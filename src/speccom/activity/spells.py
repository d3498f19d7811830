"""The spells of labelled records, and which are specialised: a spell may be spread over all the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from speccom.activity.lines import UNRANKED, LineSet
from speccom.activity.row_ids import Hashes

_BITS = 64
MARKS = 24
"""Marks for so many of the highest bits of a hash, two megabytes, tell which rows can be of no spell here."""
_MOST_BITS = 20
_FEWEST_PARTS, _MOST_PARTS = 4, 10
"""Spells are brought together in parts, by so many of the highest bits of their hashes."""
_MEMBERS_AT_ONCE = 16
"""About two to this power in each part: little memory, most of it in the processor's cache."""
_ROWS_AT_ONCE = 16_384
"""So many rows at a time, for what stays in the processor's cache is done in half the time."""

Value = TypeVar("Value", bound=np.signedinteger)
Numbers = npt.NDArray[np.signedinteger]
Places = npt.NDArray[np.int16]
Found = tuple[npt.NDArray[np.intp], npt.NDArray[np.int32]]


@dataclass(frozen=True)
class Members:
    """Labelled records that are part of spells: their labels, and their spells' hashes, the first ascending.

    The first hash must be well mixed, for its highest bits tell where a spell is sought.
    """

    first: Hashes
    second: Hashes
    labels: Numbers

    @classmethod
    def of(cls, first: Hashes, second: Hashes, labels: Numbers) -> Members:
        """Return records that stand in any order."""
        order = np.argsort(first)
        return cls(first[order], second[order], labels[order])

    def at(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Members:
        """Return those at some places."""
        return Members(self.first[rows], self.second[rows], self.labels[rows])


class SpellIndex(NamedTuple):
    """Spells by their hashes, in order of the first; `starts` says where those of each place begin.

    The `bits` highest of the first hash are its place, and the `MARKS` highest are marked, a bit each.
    """

    marks: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int32]
    bits: int
    first: Hashes
    second: Hashes


Seek = Callable[[SpellIndex, Hashes, Hashes], Found]


class LabelledSpells:
    """The spells that some labelled record is part of, by the two hashes of their identifier.

    `line_sets` are the lines behind each label. `line` holds for each spell the place of its line in the
    rulebook's order, -1 where no record makes it specialised.
    """

    def __init__(
        self, members: Sequence[Members], line_sets: Sequence[LineSet], implementation: str = "numpy"
    ) -> None:
        best = np.array([each.spell_line for each in line_sets], dtype=np.int16)
        best_of_all = np.array([each.spell_any for each in line_sets], dtype=np.int16)
        most = sum(len(each.first) for each in members)
        parts = min(max(_FEWEST_PARTS, most.bit_length() - _MEMBERS_AT_ONCE), _MOST_PARTS)
        bits = min(max(parts, most.bit_length()), _MOST_BITS)
        marks, starts = np.zeros(1 << MARKS - 3, dtype=np.uint8), np.zeros((1 << bits) + 1, dtype=np.int32)
        first, second = (np.empty(most, dtype=np.uint64) for _ in range(2))
        line = np.empty(most, dtype=np.int16)
        end = 0
        for part, together in _parted(members, parts):
            ordered = _ordered(together)
            begins = _begins_of_spells(ordered)
            begin, end = end, end + len(begins)
            first[begin:end], second[begin:end] = ordered.first[begins], ordered.second[begins]
            line[begin:end] = _lines(ordered.labels, begins, best, best_of_all)
            _mark(marks, first[begin:end], _of_part(part, MARKS - parts))
            _count(starts, first[begin:end], bits, _of_part(part, bits - parts))
        np.cumsum(starts, out=starts)
        self.line = line[:end]
        self.index = SpellIndex(marks, starts, bits, first[:end], second[:end])
        self._sought: Seek = sought
        if implementation == "numba":
            from speccom.activity import spells_numba  # others need not have it

            self._sought = spells_numba.sought

    def __len__(self) -> int:
        return len(self.line)

    def find(self, first: Hashes, second: Hashes) -> npt.NDArray[np.int32]:
        """Return for each row the number of its spell here, or -1; a hash of nought is no spell."""
        return _at(*self.found(first, second), len(first))

    def settle(self, first: Hashes, second: Hashes) -> tuple[npt.NDArray[np.int32], Places]:
        """Return what `find` does, and for each row the line of its spell, or -1."""
        rows, numbers = self.found(first, second)
        return _at(rows, numbers, len(first)), _at(rows, self.line[numbers], len(first))

    def found(self, first: Hashes, second: Hashes) -> Found:
        """Return the rows whose spells are here, in any order, and the numbers of these."""
        return self._sought(self.index, first, second)


def sought(index: SpellIndex, first: Hashes, second: Hashes) -> Found:
    """Seek the spells of some rows: return the rows that have one here, in any order, and its number.

    The highest bits of a hash tell between which places its spell would be.
    """
    rows = _marked(index.marks, first)
    place = _highest(first[rows], index.bits)
    at, end = index.starts[place], index.starts[place + 1]
    found = [(rows[:0], at[:0])]
    while len(rows):
        inside = at < end
        rows, at, end = rows[inside], at[inside], end[inside]
        match = (index.first[at] == first[rows]) & (index.second[at] == second[rows])
        found.append((rows[match], at[match]))
        rows, at, end = rows[~match], at[~match] + 1, end[~match]
    return np.concatenate([each for each, _ in found]), np.concatenate([each for _, each in found])


def _marked(marks: npt.NDArray[np.uint8], first: Hashes) -> npt.NDArray[np.intp]:
    """Return the rows that may be of a spell here."""
    marked = []
    for begin in range(0, len(first), _ROWS_AT_ONCE):
        place = _highest(first[begin : begin + _ROWS_AT_ONCE], MARKS)
        held = marks.take(place >> 3) >> (place & 7).astype(np.uint8) & 1
        marked.append(np.flatnonzero(held) + begin)
    return np.concatenate(marked) if marked else np.zeros(0, dtype=np.intp)


def _at(rows: npt.NDArray[np.intp], values: npt.NDArray[Value], length: int) -> npt.NDArray[Value]:
    """Return the values at their rows, and -1 at all others."""
    found = np.full(length, -1, dtype=values.dtype)
    found[rows] = values
    return found


def _parted(members: Sequence[Members], bits: int) -> Iterator[tuple[int, Members]]:
    """Return the members that share their highest bits, part by part; parts without any are left out.

    So are members whose hash is nought, which is no spell: they come first.
    """
    bounds = np.arange(1 << bits, dtype=np.uint64) << np.uint64(_BITS - bits)
    bounds[0] = 1
    cuts = [[*np.searchsorted(each.first, bounds).tolist(), len(each.first)] for each in members]
    for part in range(1 << bits):
        mine = [each.at(slice(cut[part], cut[part + 1])) for each, cut in zip(members, cuts, strict=True)]
        if any(len(each.first) for each in mine):
            columns = zip(*((each.first, each.second, each.labels) for each in mine), strict=True)
            yield part, Members(*map(np.concatenate, columns))


def _ordered(members: Members) -> Members:
    """Return members by both hashes, so that those of one spell lie side by side."""
    ordered = members.at(np.argsort(members.first))
    if _tell_apart(ordered.first, ordered.second):
        return ordered.at(np.lexsort((ordered.second, ordered.first)))
    return ordered


def _begins_of_spells(ordered: Members) -> npt.NDArray[np.intp]:
    first, second = ordered.first, ordered.second
    new = np.ones(len(first), dtype=np.bool_)
    new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return np.flatnonzero(new)


def _lines(labels: Numbers, begins: npt.NDArray[np.intp], best: Places, best_of_all: Places) -> Places:
    """Return each spell's line, -1 for none; its members lie from its begin to the next one's."""
    chosen = np.minimum.reduceat(best[labels], begins)
    fallback = np.minimum.reduceat(best_of_all[labels], begins)
    line = np.where(chosen != UNRANKED, chosen, fallback)
    return np.where(line != UNRANKED, line, np.int16(-1))


def _mark(marks: npt.NDArray[np.uint8], first: Hashes, part: slice) -> None:
    """Mark the highest bits of a part's spells."""
    marked = np.zeros(part.stop - part.start, dtype=np.bool_)
    marked[_highest(first, MARKS) - part.start] = True
    marks[part.start >> 3 : part.stop >> 3] = np.packbits(marked, bitorder="little")


def _count(starts: npt.NDArray[np.int32], first: Hashes, bits: int, part: slice) -> None:
    """Count the spells of each place of a part, so that the next place's begin after them."""
    places = _highest(first, bits) - part.start
    starts[part.start + 1 : part.stop + 1] = np.bincount(places, minlength=part.stop - part.start)


def _highest(hashes: Hashes, bits: int) -> npt.NDArray[np.int64]:
    return (hashes >> np.uint64(_BITS - bits)).view(np.int64)


def _of_part(part: int, bits: int) -> slice:
    """Return the places of a part, which tells so many bits of a place fewer than there are."""
    return slice(part << bits, part + 1 << bits)


def _tell_apart(first: Hashes, second: Hashes) -> bool:
    """Whether any two neighbours whose first numbers agree have different second ones."""
    return bool(((first[1:] == first[:-1]) & (second[1:] != second[:-1])).any())
