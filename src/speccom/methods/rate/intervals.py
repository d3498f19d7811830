"""Intervals about a count and about a share, for one figure or an array of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainccinv, gammaincinv, ndtri

Values = NDArray[np.float64]
Interval = tuple[Values, Values]

FEWEST_FOR_BYAR = 10

# The exact lower limit of a smaller count is 0 to any number of figures, and its calculation underflows.
_NEXT_TO_NOTHING = 1e-6


def byar(count: ArrayLike, confidence: float) -> Interval:
    """Return Byar's limits of a Poisson count; the lower one is never below 0."""
    lower, upper = np.asarray(count, dtype=np.float64), np.asarray(count, dtype=np.float64) + 1
    z = _z(confidence)
    with np.errstate(divide="ignore", over="ignore"):
        below = 1 - 1 / (9 * lower) - z / (3 * np.sqrt(lower))
    return lower * np.maximum(below, 0) ** 3, upper * (1 - 1 / (9 * upper) + z / (3 * np.sqrt(upper))) ** 3


def exact(count: ArrayLike, confidence: float) -> Interval:
    """Return the exact limits of a Poisson count: χ²(α/2; 2O) / 2 and χ²(1 - α/2; 2(O + 1)) / 2."""
    observed = np.asarray(count, dtype=np.float64)
    tail = (1 - confidence) / 2
    some = observed > _NEXT_TO_NOTHING
    lower = np.where(some, gammaincinv(np.where(some, observed, 1), tail), 0.0)
    return lower, gammainccinv(observed + 1, tail)


def poisson(count: ArrayLike, confidence: float) -> Interval:
    """Return the limits of a Poisson count: exact below 10, and Byar's from 10."""
    small = np.asarray(count, dtype=np.float64) < FEWEST_FOR_BYAR
    pairs = zip(exact(count, confidence), byar(count, confidence), strict=True)
    lower, upper = (np.where(small, few, many) for few, many in pairs)
    return lower, upper


def wilson(count: ArrayLike, of: ArrayLike, confidence: float) -> Interval:
    """Return Wilson's limits of the share that a count is of all."""
    x, n = np.asarray(count, dtype=np.float64), np.asarray(of, dtype=np.float64)
    z = _z(confidence)
    middle, half = 2 * x + z**2, z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    return np.maximum(middle - half, 0) / (2 * (n + z**2)), (middle + half) / (2 * (n + z**2))


def _z(confidence: float) -> float:
    return float(-ndtri((1 - confidence) / 2))
