"""Which spells are specialised, and for which line: a spell may be spread over all the files of a run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from speccom.activity.lines import UNRANKED
from speccom.activity.row_ids import Hashes

_FILTER_BITS = np.uint64(40)
"""A bitmap over the highest 24 bits of the hashes tells quickly which rows cannot be in any spell here."""


class SpecialisedSpells:
    """The spells that some record makes specialised, by the two hashes of their identifier.

    `line` holds for each the place of its line in the rulebook's order.
    """

    def __init__(
        self,
        first: Hashes,
        second: Hashes,
        best: npt.NDArray[np.int16],
        best_of_all: npt.NDArray[np.int16],
    ) -> None:
        order = np.argsort(first, kind="stable")
        if (np.diff(second[order])[np.diff(first[order]) == 0] != 0).any():
            order = np.lexsort((second, first))
        first, second = first[order], second[order]
        new = np.ones(len(order), dtype=np.bool_)
        new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
        starts = np.flatnonzero(new)
        self.first, self.second = first[starts], second[starts]
        if len(starts):
            chosen = np.minimum.reduceat(best[order], starts)
            fallback = np.minimum.reduceat(best_of_all[order], starts)
            self.line = np.where(chosen != UNRANKED, chosen, fallback)
        else:
            self.line = np.zeros(0, dtype=np.int16)
        self._maybe = np.zeros(1 << 24, dtype=np.bool_)
        self._maybe[(self.first >> _FILTER_BITS).astype(np.int64)] = True

    def find(self, first: Hashes, second: Hashes) -> npt.NDArray[np.int64]:
        """Return for each row the number of its spell here, or -1; a hash of nought is no spell."""
        found = np.full(len(first), -1, dtype=np.int64)
        rows = np.flatnonzero(self._maybe[(first >> _FILTER_BITS).astype(np.int64)] & (first != 0))
        if len(rows) == 0 or len(self.first) == 0:
            return found
        place = np.searchsorted(self.first, first[rows])
        for _ in range(len(self.first)):
            inside = place < len(self.first)
            at = np.minimum(place, len(self.first) - 1)
            same_first = inside & (self.first[at] == first[rows])
            match = same_first & (self.second[at] == second[rows])
            found[rows[match]] = at[match]
            later = same_first & ~match
            if not later.any():
                break
            rows, place = rows[later], place[later] + 1
        return found
