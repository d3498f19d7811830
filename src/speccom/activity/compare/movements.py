"""What moved from one line to another, added up while the activity is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from speccom.activity.row_ids import Hashes
from speccom.activity.totals import LARGEST_SUM
from speccom.problem import Problem


@dataclass(frozen=True)
class Moved:
    """Records that move under one version, each (records,).

    `old` and `new` are places of payer lines, -1 for none; `dataset` a place in DATASETS; `provider` a
    place in the run's list of providers; `cost` is in pence, nought where it is missing; `spell` the first
    hash of the spell's identifier, nought where there is none.
    """

    old: npt.NDArray[np.int16]
    new: npt.NDArray[np.int16]
    dataset: npt.NDArray[np.int8]
    provider: npt.NDArray[np.int32]
    cost: npt.NDArray[np.int64]
    without_cost: npt.NDArray[np.bool_]
    spell: Hashes


Cell = tuple[int, int, int, int]
"""The old line, the new line, the dataset and the provider, as `Moved` numbers them."""


@dataclass
class Movement:
    """How much moved alike. A spell is counted once in all, with the first of its records that moves."""

    records: int = 0
    spells: int = 0
    pence: int = 0
    without_cost: int = 0


class Movements:
    """The movements under one version."""

    def __init__(self) -> None:
        self.cells: dict[Cell, Movement] = {}
        self._spells: Hashes = np.zeros(0, dtype=np.uint64)

    def add(self, moved: Moved) -> None:
        """Add some records; stretches come in order."""
        if len(moved.old) == 0:
            return
        refuse_uncountable(moved.cost)
        keys, place = np.unique(_packed(moved), return_inverse=True)
        cells = [_unpacked(key) for key in keys.tolist()]
        sums = [
            _summed(place, weight, len(cells))
            for weight in (np.ones_like(moved.cost), self._new_spells(moved), moved.cost, moved.without_cost)
        ]
        for cell, (records, spells, pence, without) in zip(cells, np.transpose(sums).tolist(), strict=True):
            movement = self.cells.setdefault(cell, Movement())
            movement.records += records
            movement.spells += spells
            movement.pence += pence
            movement.without_cost += without

    def _new_spells(self, moved: Moved) -> npt.NDArray[np.bool_]:
        """Mark the first record of each spell that no earlier record counted."""
        marked: npt.NDArray[np.bool_] = moved.spell == 0
        distinct, first = np.unique(moved.spell, return_index=True)
        place = np.minimum(np.searchsorted(self._spells, distinct), len(self._spells) - 1)
        fresh = distinct != 0
        if len(self._spells):
            fresh &= self._spells[place] != distinct
        marked[first[fresh]] = True
        self._spells = np.sort(np.concatenate([self._spells, distinct[fresh]]))
        return marked


_BITS = (15, 2, 32)
"""So many bits, of 64, hold the new line, the dataset and the provider; the rest hold the old line."""


def _packed(moved: Moved) -> npt.NDArray[np.int64]:
    keys = moved.old.astype(np.int64) + 1
    columns: tuple[npt.NDArray[np.integer], ...] = (moved.new, moved.dataset, moved.provider)
    for column, bits in zip(columns, _BITS, strict=True):
        keys = keys << bits | (column.astype(np.int64) + 1)
    return keys


def _unpacked(key: int) -> Cell:
    found = []
    for bits in reversed(_BITS):
        found.append((key & ((1 << bits) - 1)) - 1)
        key >>= bits
    provider, dataset, new = found
    return key - 1, new, dataset, provider


def refuse_uncountable(pence: npt.NDArray[np.int64]) -> None:
    """Raise Problem where amounts add up to more than 64 bits hold."""
    if np.abs(pence.astype(np.float64)).sum() > LARGEST_SUM:
        raise Problem(
            "the costs add up to more than can be counted",
            mend="Look for impossible amounts in total_cost",
        )


def _summed(
    place: npt.NDArray[np.intp], weight: npt.NDArray[np.generic], cells: int
) -> npt.NDArray[np.int64]:
    sums = np.zeros(cells, dtype=np.int64)
    np.add.at(sums, place, weight.astype(np.int64))
    return sums
