"""The spells of labelled records, and which are specialised: a spell may be spread over all the files."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from speccom.activity.lines import UNRANKED
from speccom.activity.row_ids import Hashes

_MARKS = 24
"""Marks for so many of the highest bits of a hash, two megabytes, tell which rows can be of no spell here."""
_MOST_BITS = 20
_ROWS_AT_ONCE = 16_384
"""So many rows at a time, for what stays in the processor's cache is done in half the time."""


class LabelledSpells:
    """The spells that some labelled record is part of, by the two hashes of their identifier.

    `line` holds for each the place of its line in the rulebook's order, -1 where no record makes it
    specialised.
    """

    def __init__(
        self,
        first: Hashes,
        second: Hashes,
        best: npt.NDArray[np.int16],
        best_of_all: npt.NDArray[np.int16],
    ) -> None:
        order = np.argsort(first)
        first, second = first[order], second[order]
        if _tell_apart(first, second):
            again = np.lexsort((second, first))
            order, first, second = order[again], first[again], second[again]
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
        starts = np.flatnonzero(new)
        self.first, self.second = first[starts], second[starts]
        if len(starts):
            chosen = np.minimum.reduceat(best[order], starts)
            fallback = np.minimum.reduceat(best_of_all[order], starts)
            line = np.where(chosen != UNRANKED, chosen, fallback)
            self.line = np.where(line != UNRANKED, line, np.int16(-1))
        else:
            self.line = np.zeros(0, dtype=np.int16)
        marks = np.zeros(1 << _MARKS, dtype=np.bool_)
        marks[(self.first >> np.uint64(64 - _MARKS)).view(np.int64)] = True
        self._marks = np.packbits(marks, bitorder="little")
        bits = min(max(1, len(self.first).bit_length()), _MOST_BITS)
        self._shift = np.uint64(64 - bits)
        held = np.bincount((self.first >> self._shift).view(np.int64), minlength=1 << bits)
        self._starts = np.zeros(len(held) + 1, dtype=np.int32)
        np.cumsum(held, out=self._starts[1:])

    def find(self, first: Hashes, second: Hashes) -> npt.NDArray[np.int64]:
        """Return for each row the number of its spell here, or -1; a hash of nought is no spell.

        The highest bits of a hash tell between which places its spell would be.
        """
        found = np.full(len(first), -1, dtype=np.int64)
        rows = self._marked(first)
        place = (first[rows] >> self._shift).view(np.int64)
        at, end = self._starts[place], self._starts[place + 1]
        while len(rows):
            inside = at < end
            rows, at, end = rows[inside], at[inside], end[inside]
            match = (self.first[at] == first[rows]) & (self.second[at] == second[rows])
            found[rows[match]] = at[match]
            rows, at, end = rows[~match], at[~match] + 1, end[~match]
        return found

    def _marked(self, first: Hashes) -> npt.NDArray[np.intp]:
        """Return the rows that may be of a spell here."""
        marked = []
        for begin in range(0, len(first), _ROWS_AT_ONCE):
            mine = first[begin : begin + _ROWS_AT_ONCE]
            place = (mine >> np.uint64(64 - _MARKS)).view(np.int64)
            held = self._marks.take(place >> 3) >> (place & 7).astype(np.uint8) & 1
            marked.append(np.flatnonzero(held & (mine != 0)) + begin)
        return np.concatenate(marked) if marked else np.zeros(0, dtype=np.intp)


def _tell_apart(first: Hashes, second: Hashes) -> bool:
    """Whether any two neighbours whose first numbers agree have different second ones."""
    return bool(((first[1:] == first[:-1]) & (second[1:] != second[:-1])).any())
