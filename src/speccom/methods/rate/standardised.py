"""Direct and indirect standardisation of one unit by its bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from speccom.methods.rate.intervals import byar, poisson


@dataclass(frozen=True)
class Standardised:
    """A value and its interval, not multiplied."""

    value: float
    lower: float
    upper: float


def direct(counts: ArrayLike, populations: ArrayLike, weights: ArrayLike, confidence: float) -> Standardised:
    """Return the directly standardised rate with Dobson's limits; arrays of one value a band, with events."""
    x, n, w = (np.asarray(each, dtype=np.float64) for each in (counts, populations, weights))
    total = float(x.sum())
    value = float((w * x / n).sum() / w.sum())
    variance = float((w**2 * x / n**2).sum() / w.sum() ** 2)
    low, high = byar(total, confidence)
    scale = float(np.sqrt(variance / total))
    return Standardised(value, value + scale * (float(low) - total), value + scale * (float(high) - total))


def expected_count(
    populations: ArrayLike, standard_counts: ArrayLike, standard_populations: ArrayLike
) -> float:
    """Return the events a unit would have at the standard's rates; arrays of one value a band."""
    n, x, p = (
        np.asarray(each, dtype=np.float64) for each in (populations, standard_counts, standard_populations)
    )
    return float((n * x / p).sum())


def indirect(count: float, expected: float, confidence: float) -> Standardised:
    """Return the ratio of observed to expected: exact limits below 10 events, Byar's from 10."""
    low, high = poisson(count, confidence)
    return Standardised(count / expected, float(low) / expected, float(high) / expected)
