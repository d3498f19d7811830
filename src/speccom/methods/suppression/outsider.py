"""What an outsider can infer of each hidden count: the auditor.

An outsider knows every figure shown, the rule, and that all sums hold. The lowest and the highest value of
a count that fits all that are two linear programmes. The sums of a table with at most one tree of row
totals are those of a network, so that their solutions are whole numbers: whoever adds that counts are whole
gains nothing.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from speccom.methods.suppression.programme import linear_programme
from speccom.methods.suppression.published_table import Bools, Floats, PublishedTable, Whole

Interval = tuple[int, int | None]


class Outsider:
    """Bounds counts from what is published; `low` and `high` are what is known of each cell, sums apart."""

    def __init__(self, table: PublishedTable, low: Floats, high: Floats) -> None:
        self._table, self._low, self._high = table, low, high
        self._free = high > low
        self._parts: dict[int, _Part] = {}
        self._part_of = self._components()

    def _components(self) -> Whole:
        """Return which free cells hang together by sums; -1 for those that are known."""
        cells = np.flatnonzero(self._free)
        sums = self._table.sums[:, cells]
        both = sparse.bmat([[None, sums], [sums.T, None]])
        part = np.full(len(self._free), -1, dtype=np.int64)
        if len(cells):
            _, found = connected_components(both, directed=False)
            part[cells] = found[self._table.sums.shape[0] :]
        return part

    def bounds(self, cell: int) -> Interval:
        """Return the lowest and the highest whole value of a cell; None where there is no highest."""
        if not self._free[cell]:
            return int(self._low[cell]), int(self._high[cell])
        number = int(self._part_of[cell])
        if number not in self._parts:
            cells = np.flatnonzero(self._part_of == number)
            self._parts[number] = _Part(self._table, cells, self._low[cells], self._high[cells])
        return self._parts[number].bounds(cell)

    def all_bounds(self, cells: Whole) -> dict[int, Interval]:
        """Return the bounds of several cells."""
        return {int(cell): self.bounds(int(cell)) for cell in cells}


class _Part:
    """The linear programme of cells that hang together; every other cell in their sums is known."""

    def __init__(self, table: PublishedTable, cells: Whole, low: Floats, high: Floats) -> None:
        self._place = {int(cell): place for place, cell in enumerate(cells)}
        sums = table.sums[:, cells]
        used = np.flatnonzero(np.diff(sums.indptr))
        sums = sums[used].tocsr()
        # The cells known leave these amounts to the free ones; the true counts are one way to fill them.
        amounts = sums @ table.counts[cells]
        self._solver = linear_programme(sums, amounts, low, high, np.zeros(len(cells)))

    def bounds(self, cell: int) -> Interval:
        """Return the lowest and the highest value of one of these cells."""
        column = self._place[cell]
        lowest = self._extreme(column, 1.0)
        highest = self._extreme(column, -1.0)
        if lowest is None:
            raise ArithmeticError("a count has no lowest value, though none is below 0")
        return lowest, highest

    def _extreme(self, column: int, sign: float) -> int | None:
        self._solver.changeColCost(column, sign)
        self._solver.run()
        status = self._solver.getModelStatus()
        value = self._solver.getInfo().objective_function_value * sign
        self._solver.changeColCost(column, 0.0)
        if status in (
            highspy.HighsModelStatus.kUnbounded,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"HiGHS ended a linear programme of the audit with {status}")
        whole: int = round(value)
        return whole


def audit(table: PublishedTable, low: Floats, high: Floats, hidden: Bools) -> dict[int, Interval]:
    """Return what an outsider can infer of each hidden cell."""
    return Outsider(table, low, high).all_bounds(np.flatnonzero(hidden))
