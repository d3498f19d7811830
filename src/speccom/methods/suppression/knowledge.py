"""What the rule hides, what it demands for it, and what an outsider knows of each count."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from speccom.methods.suppression.counts import SuppressionInput, Zeros
from speccom.methods.suppression.published_table import Bools, Floats, PublishedTable, Whole


@dataclass(frozen=True)
class Demands:
    """Which cells the rule hides, and the interval that an outsider's bounds on each must contain.

    `low` and `high` hold only where a cell is small or dominated.
    """

    small: Bools
    dominated: Bools
    low: Whole
    high: Whole

    @property
    def hidden(self) -> Bools:
        """Which cells the rule itself hides."""
        return self.small | self.dominated

    def met(self, cell: int, low: float, high: float) -> bool:
        """Whether bounds on a cell are as wide as the rule demands."""
        return bool(low <= self.low[cell] and high >= self.high[cell])


@dataclass(frozen=True)
class Knowledge:
    """What an outsider knows of each cell when it is shown, when it is hidden, and which may be hidden."""

    shown_low: Floats
    shown_high: Floats
    hidden_low: Floats
    hidden_high: Floats
    may_hide: Bools

    def bounds(self, hidden: Bools) -> tuple[Floats, Floats]:
        """Return the lowest and the highest value of each cell that an outsider can think of, sums apart."""
        return (
            np.where(hidden, self.hidden_low, self.shown_low),
            np.where(hidden, self.hidden_high, self.shown_high),
        )


def demands(given: SuppressionInput, table: PublishedTable) -> Demands:
    """Return what the rule hides and demands."""
    counts = table.counts
    small = (counts <= given.hide_up_to) & ((counts > 0) | (given.zeros == Zeros.HIDDEN))
    dominated = np.zeros(len(counts), dtype=bool)
    low = np.full(len(counts), 0 if given.zeros == Zeros.HIDDEN else 1, dtype=np.int64)
    high = np.full(len(counts), given.protect_up_to or given.hide_up_to, dtype=np.int64)
    # Never one value alone, which would be the count itself.
    high = np.maximum(np.maximum(high, counts), low + 1)
    for row, largest in enumerate(given.largest or ()):
        for column, most in enumerate(largest):
            cell = table.inner(row, column)
            if given.dominance is not None and most > given.dominance * int(counts[cell]):
                dominated[cell] = not small[cell]
                if dominated[cell]:
                    # Only from a count this high would the contributor make up no more than the share.
                    low[cell], high[cell] = counts[cell], ceil(most / Fraction(given.dominance))
    return Demands(small, dominated, low, high)


def lowest_hidden(zeros: Zeros) -> int:
    """Return the lowest value that a hidden count can have, as everybody knows from the rule."""
    return 1 if zeros == Zeros.SHOWN else 0


def rounded(counts: Whole, to: int) -> Whole:
    """Return counts rounded to the nearest multiple, halves up."""
    return (2 * counts + to) // (2 * to) * to


def knowledge(given: SuppressionInput, table: PublishedTable) -> Knowledge:
    """Return what an outsider, who knows the rule and that counts are whole, knows of each cell."""
    counts, to = table.counts, given.rounding
    figure = rounded(counts, to)
    # Every whole number from `least` to `most` is rounded to the figure.
    least = np.maximum(figure - to // 2, 0)
    most = figure + (to - 1) // 2
    # A shown count is 0, or more than a small one can be.
    zero_is_shown = given.zeros != Zeros.HIDDEN
    over = given.hide_up_to + 1
    could_be_zero = (least == 0) & zero_is_shown
    low = np.where(could_be_zero, 0, np.maximum(least, over))
    high = np.where(most >= over, most, 0)
    may_hide = np.ones(len(counts), dtype=bool)
    if given.zeros == Zeros.SHOWN:
        may_hide &= counts > 0
    if not given.totals_may_hide:
        may_hide &= ~table.total
    hidden_low = np.full(len(counts), float(lowest_hidden(given.zeros)))
    return Knowledge(
        low.astype(float), high.astype(float), hidden_low, np.full(len(counts), np.inf), may_hide
    )
