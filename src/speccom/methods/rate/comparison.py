"""Whether a figure is lower or higher than another by more than chance: 0.025 or 0.001 on each side."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from scipy.special import ndtri

from speccom.methods.rate.intervals import exact

TAIL = 0.025
FAR_TAIL = 0.001


class Label(StrEnum):
    """How a unit compares, with the probability of so much by chance on that side."""

    FAR_LOW = "low (0.001)"
    LOW = "low (0.025)"
    SIMILAR = "similar"
    HIGH = "high (0.025)"
    FAR_HIGH = "high (0.001)"


def label_of_count(count: float, expected: float) -> Label:
    """Return how a Poisson count compares with what was expected."""
    for tail, low, high in ((FAR_TAIL, Label.FAR_LOW, Label.FAR_HIGH), (TAIL, Label.LOW, Label.HIGH)):
        least, most = expected_limits(count, tail)
        if expected > most:
            return low
        if expected < least:
            return high
    return Label.SIMILAR


def label_of_share(share: float, of: float, average: float) -> Label:
    """Return how a share of so many compares with an average share."""
    for tail, low, high in ((FAR_TAIL, Label.FAR_LOW, Label.FAR_HIGH), (TAIL, Label.LOW, Label.HIGH)):
        lower, upper = share_limits(average, of, tail)
        if share < lower:
            return low
        if share > upper:
            return high
    return Label.SIMILAR


def expected_limits(count: float, tail: float) -> tuple[float, float]:
    """Return the expected counts between which a count is neither high nor low, at a tail on each side.

    A count is high against less than the first, and low against more than the second; where a funnel is drawn
    by the count, its lines stand at the count divided by each.
    """
    least, most = exact(count, 1 - 2 * tail)
    return float(least), float(most)


def share_limits(average: float, of: float, tail: float) -> tuple[float, float]:
    """Return the shares between which a share of so many is neither low nor high, cut at 0 and 1."""
    half = float(-ndtri(tail)) * float(np.sqrt(average * (1 - average) / of))
    return max(average - half, 0.0), min(average + half, 1.0)
