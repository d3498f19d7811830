"""The least costly cells to hide, proven: a choice of cells, cut by what an outsider could still infer.

For a choice of hidden cells (0 or 1, or parts of them at first) a linear programme says how far a small
count could be off. Where that is too little, its prices p of the sums give a row that every good enough
choice keeps: with r = e + sums'p, the count moves by at most the total of |r_i| times how far cell i may
move. The rows are added and the master is solved again, until no count is too well known (Fischetti and
Salazar 2001).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import highspy
import numpy as np

from speccom.methods.suppression.knowledge import Demands, Knowledge
from speccom.methods.suppression.programme import linear_programme, quiet_solver
from speccom.methods.suppression.published_table import Bools, Floats, PublishedTable, Whole

_BROKEN_BY = 1e-6


@dataclass(frozen=True)
class Least:
    """The cells to hide, or None where none cheaper was found; and what any choice must cost at least."""

    hidden: Bools | None
    cost: int


def least_costly(
    table: PublishedTable, known: Knowledge, demanded: Demands, most_rounds: int, enough: int
) -> Least:
    """Return the least costly cells to hide beside those that the rule hides.

    Where no choice can cost less than `enough`, which is known to do, it says only that.
    """
    needs = [
        _Need(int(cell), sign, int(amount))
        for cell in np.flatnonzero(demanded.hidden)
        for sign, amount in (
            (1, demanded.high[cell] - table.counts[cell]),
            (-1, table.counts[cell] - demanded.low[cell]),
        )
        if amount > 0
    ]
    choosable = np.flatnonzero(known.may_hide & ~demanded.hidden)
    master = _Master(table.cost[choosable])
    rivals = _Rivals(table, known, demanded, needs)
    whole = False
    for _ in range(most_rounds):
        part, cost = master.solve(whole)
        if cost >= enough:
            return Least(None, enough)
        hidden = demanded.hidden.astype(float)
        hidden[choosable] = part
        rows = list(rivals.broken(hidden))
        if not rows:
            if whole:
                return Least(hidden > 0.5, cost)
            whole = True
            continue
        for weight, least in rows:
            master.add(weight[choosable], least)
    return Least(None, cost)


@dataclass(frozen=True)
class _Need:
    """A hidden cell that must be able to be off by an amount, upwards (1) or downwards (-1)."""

    cell: int
    sign: int
    amount: int


class _Master:
    """Which of the choosable cells are hidden, at least cost, under all rows so far."""

    def __init__(self, cost: Whole) -> None:
        self._cost = cost
        # Costs are whole, so that nothing lies between a cost and one less.
        self._solver = quiet_solver(random_seed=0, mip_rel_gap=0.0, mip_abs_gap=0.999)
        for each in cost:
            self._solver.addVar(0.0, 1.0)
            self._solver.changeColCost(self._solver.getNumCol() - 1, float(each))

    def add(self, weight: Floats, least: float) -> None:
        """Demand that the hidden cells' weights sum to at least so much."""
        places = np.flatnonzero(weight)
        self._solver.addRow(least, highspy.kHighsInf, len(places), places.astype(np.int32), weight[places])

    def solve(self, whole: bool) -> tuple[Floats, int]:
        """Return how much of each cell is hidden, and what any choice must cost at least."""
        if not len(self._cost):
            return np.zeros(0), 0
        if whole:
            everything = np.arange(len(self._cost), dtype=np.int32)
            kinds = np.full(len(everything), highspy.HighsVarType.kInteger)
            self._solver.changeColsIntegrality(len(everything), everything, kinds)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"HiGHS ended the choice of cells with {status}")
        values = np.asarray(self._solver.getSolution().col_value)
        info = self._solver.getInfo()
        bound = info.mip_dual_bound if whole else info.objective_function_value
        return (np.round(values) if whole else values), ceil(bound - 1e-6)


@dataclass
class _Rivals:
    """The outsider's linear programmes, one for each need, over how far each cell could be off."""

    table: PublishedTable
    known: Knowledge
    demanded: Demands
    needs: list[_Need]
    _solver: Any = field(init=False)

    def __post_init__(self) -> None:
        counts, sums = self.table.counts, self.table.sums
        self._shown_up, self._shown_down = self.known.shown_high - counts, counts - self.known.shown_low
        self._hidden_up, self._hidden_down = self.known.hidden_high - counts, counts - self.known.hidden_low
        # A count that moves by so much need move no other by more: the sums are those of a network.
        self._most = float(max((need.amount for need in self.needs), default=0))
        nothing = np.zeros(len(counts))
        self._solver = linear_programme(sums, np.zeros(sums.shape[0]), nothing, nothing, nothing)

    def broken(self, hidden: Floats) -> Iterator[tuple[Floats, float]]:
        """Give a row (weights by cell, and their least sum) for each need that this choice does not meet."""
        up = self._room(self._shown_up, self._hidden_up, hidden, self._most)
        down = self._room(self._shown_down, self._hidden_down, hidden, self._most)
        places = np.arange(len(hidden), dtype=np.int32)
        self._solver.changeColsBounds(len(places), places, -down, up)
        for need in self.needs:
            row = self._row(need, hidden, up, down)
            if row is not None:
                yield row

    @staticmethod
    def _room(shown: Floats, when_hidden: Floats, hidden: Floats, most: float) -> Floats:
        shown, when_hidden = np.minimum(shown, most), np.minimum(when_hidden, most)
        return np.asarray(shown + (when_hidden - shown) * hidden)

    def _row(self, need: _Need, hidden: Floats, up: Floats, down: Floats) -> tuple[Floats, float] | None:
        cell = need.cell
        highest = float(need.amount) if need.sign > 0 else up[cell]
        lowest = float(need.amount) if need.sign < 0 else down[cell]
        self._solver.changeColBounds(cell, -lowest, highest)
        self._solver.changeColCost(cell, -float(need.sign))
        self._solver.run()
        moved = -self._solver.getInfo().objective_function_value
        prices = np.asarray(self._solver.getSolution().row_dual)
        self._solver.changeColCost(cell, 0.0)
        self._solver.changeColBounds(cell, -down[cell], up[cell])
        if moved >= need.amount - _BROKEN_BY:
            return None
        return self._row_of(need, prices)

    def _row_of(self, need: _Need, prices: Floats) -> tuple[Floats, float]:
        # The prices of a network are whole; rounding rids them of the solver's last digits.
        rate = self.table.sums.T @ np.round(prices)
        rate[need.cell] += need.sign
        amount = float(need.amount)
        nothing, everything = np.zeros(len(rate)), np.ones(len(rate))
        spans = [
            np.where(
                rate > 0,
                rate * self._room(self._shown_up, self._hidden_up, share, amount),
                -rate * self._room(self._shown_down, self._hidden_down, share, amount),
            )
            for share in (nothing, everything)
        ]
        weight = spans[1] - spans[0]
        rule = self.demanded.hidden
        least = amount - float(spans[0].sum()) - float(weight[rule].sum())
        weight[rule] = 0.0
        return np.minimum(weight, least), least
