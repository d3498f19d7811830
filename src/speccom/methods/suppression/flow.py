"""The least costly cells to hide so that one count could be higher, or lower, by some amount.

If a count were higher by d, others in its row and column would be lower, others again higher, and so on
round a cycle. Every cell of the cycle must be hidden, or leave so much room by its rounding. The cycles of
least cost are the solution of one linear programme.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from speccom.methods.suppression.knowledge import Knowledge
from speccom.methods.suppression.programme import linear_programme
from speccom.methods.suppression.published_table import Bools, Floats, PublishedTable

# Not nothing, so that a flow does not wander among hidden cells without need.
_ALREADY_HIDDEN = 1e-4


class Flow:
    """Two columns up and two down for each cell: within what rounding leaves open, and beyond it."""

    def __init__(self, table: PublishedTable, known: Knowledge, hidden: Bools) -> None:
        counts = table.counts.astype(float)
        self._count = len(counts)
        most_up, most_down = known.hidden_high - counts, counts - known.hidden_low
        room_up = np.where(hidden, 0.0, known.shown_high - counts)
        room_down = np.where(hidden, 0.0, np.minimum(counts - known.shown_low, most_down))
        self._slack = bool((room_up > 0).any() or (room_down > 0).any())
        usable = known.may_hide | hidden
        upper = [np.where(usable, most_up, 0.0), np.where(usable, most_down - room_down, 0.0)]
        cost = [table.cost.astype(float)] * 2
        signs = [1.0, -1.0]
        if self._slack:
            upper += [room_up, room_down]
            cost += [np.zeros(self._count)] * 2
            signs += [1.0, -1.0]
        self._signs = np.repeat(signs, self._count)
        self._upper = np.concatenate(upper)
        sums = sparse.hstack([table.sums * sign for sign in signs])
        still = np.zeros(sums.shape[0])
        self._solver = linear_programme(
            sums, still, np.zeros(len(self._upper)), self._upper, np.concatenate(cost)
        )
        for cell in np.flatnonzero(hidden):
            self.hide(int(cell))

    def hide(self, cell: int) -> None:
        """Let a cell move at hardly any cost from now on."""
        for side in (0, 1):
            self._solver.changeColCost(cell + side * self._count, _ALREADY_HIDDEN)

    def move(self, cell: int, by: int) -> Floats | None:
        """Return by how much each cell moves when this one moves by so much; None where it cannot."""
        forced, barred = (cell, cell + self._count) if by > 0 else (cell + self._count, cell)
        columns = [forced, barred]
        if self._slack:
            columns += [cell + 2 * self._count, cell + 3 * self._count]
        for column in columns:
            amount = float(abs(by)) if column == forced else 0.0
            self._solver.changeColBounds(column, amount, amount)
        self._solver.run()
        solved = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        moved = None
        if solved:
            values = np.asarray(self._solver.getSolution().col_value) * self._signs
            moved = np.round(values.reshape(-1, self._count).sum(axis=0))
        for column in columns:
            self._solver.changeColBounds(column, 0.0, float(self._upper[column]))
        return moved
