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
        self._spells: set[int] = set()

    def add(self, moved: Moved) -> None:
        """Add some records; stretches come in order."""
        if len(moved.old) == 0:
            return
        if np.abs(moved.cost.astype(np.float64)).sum() > LARGEST_SUM:
            raise Problem(
                "the costs add up to more than can be counted",
                mend="Look for impossible amounts in total_cost",
            )
        keys = np.column_stack([moved.old, moved.new, moved.dataset, moved.provider]).astype(np.int64)
        cells, place = np.unique(keys, axis=0, return_inverse=True)
        place = place.reshape(-1)
        sums = [
            _summed(place, weight, len(cells))
            for weight in (np.ones_like(moved.cost), self._new_spells(moved), moved.cost, moved.without_cost)
        ]
        for cell, (records, spells, pence, without) in zip(cells.tolist(), np.transpose(sums), strict=True):
            movement = self.cells.setdefault((cell[0], cell[1], cell[2], cell[3]), Movement())
            movement.records += int(records)
            movement.spells += int(spells)
            movement.pence += int(pence)
            movement.without_cost += int(without)

    def _new_spells(self, moved: Moved) -> npt.NDArray[np.bool_]:
        """Mark the first record of each spell that no earlier record counted."""
        marked: npt.NDArray[np.bool_] = moved.spell == 0
        distinct, first = np.unique(moved.spell, return_index=True)
        fresh = [
            row
            for spell, row in zip(distinct.tolist(), first.tolist(), strict=True)
            if spell and spell not in self._spells
        ]
        marked[fresh] = True
        self._spells.update(moved.spell[fresh].tolist())
        return marked


def _summed(
    place: npt.NDArray[np.intp], weight: npt.NDArray[np.generic], cells: int
) -> npt.NDArray[np.int64]:
    sums = np.zeros(cells, dtype=np.int64)
    np.add.at(sums, place, weight.astype(np.int64))
    return sums
