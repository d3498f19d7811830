"""The two curves: what share of the market has adopted by a time, when it peaks, and how fast then.

A curve's two figures are Bass's p and q, or the logistic's rate r and the time of its middle.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from speccom.methods.diffusion.terms import Curve

Array = NDArray[np.float64]
Shape = tuple[float, float]

# Edges of what is allowed of p, q and r, a period: in effect 0, and far beyond anything published.
SMALLEST, LARGEST = 1e-7, 5.0


def share(curve: Curve, figures: Shape, times: Array) -> Array:
    """Return the share of the market that has adopted by each time from the launch, in periods."""
    first, second = figures
    if curve is Curve.LOGISTIC:
        return np.asarray(expit(first * (times - second)), dtype=float)
    decay = np.exp(-(first + second) * times)
    return np.asarray((1 - decay) / (1 + second / first * decay), dtype=float)


def new_shares(curve: Curve, figures: Shape, count: int) -> Array:
    """Return the share of the market that adopts in each of the first periods.

    What the logistic has adopted before the launch is counted in the first.
    """
    until = share(curve, figures, np.arange(1, count + 1, dtype=float))
    until[1:] -= until[:-1].copy()
    return until


def peak(curve: Curve, figures: Shape) -> float | None:
    """Return when most adopt, or None where the curve falls from its start."""
    first, second = figures
    if curve is Curve.LOGISTIC:
        return second if second > 0 else None
    return log(second / first) / (first + second) if second > first else None


def peak_share(curve: Curve, figures: Shape) -> float:
    """Return the share of the market that adopts a period at the peak."""
    first, second = figures
    if curve is Curve.LOGISTIC:
        return first / 4
    return (first + second) ** 2 / (4 * second)


def half(curve: Curve, figures: Shape) -> float:
    """Return when half of the market has adopted."""
    first, second = figures
    if curve is Curve.LOGISTIC:
        return second
    return log(2 + second / first) / (first + second)


def edges(curve: Curve, count: int) -> tuple[Shape, Shape]:
    """Return the lowest and highest figures that are allowed for a series of so many periods."""
    if curve is Curve.LOGISTIC:
        return (SMALLEST, -3.0 * count), (LARGEST, 10.0 * count)
    return (SMALLEST, SMALLEST), (LARGEST, LARGEST)


def searched(curve: Curve, figures: Shape) -> Shape:
    """Return figures as they are searched for: p, q and r by their logarithms, which keeps them above 0."""
    first, second = figures
    return log(first), second if curve is Curve.LOGISTIC else log(second)


def found(curve: Curve, search: Shape, count: int) -> Shape:
    """Return the figures that a search stands for, within the edges for a series of so many periods."""
    (low_first, low_second), (high_first, high_second) = edges(curve, count)
    first = exp(min(max(search[0], log(low_first)), log(high_first)))
    if curve is Curve.LOGISTIC:
        return first, min(max(search[1], low_second), high_second)
    return first, exp(min(max(search[1], log(low_second)), log(high_second)))


def starts(curve: Curve, count: int) -> list[Shape]:
    """Return where fits begin: slow and fast curves, as published for medicines and devices."""
    if curve is Curve.LOGISTIC:
        return [(rate, count * middle) for rate in (0.2, 0.8) for middle in (0.4, 0.8)]
    return [(0.003, 0.4), (0.03, 0.4), (0.001, 1.0), (0.1, 0.1)]
