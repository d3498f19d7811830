"""How many records each scenario gets, in the year and in each batch of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from speccom.activity.synthesise.weighted import Floats, Integers

SMALLEST = 30
"""Records that a scenario gets at least, where the year is large enough."""

ROOM_FOR_SMALLEST = 0.08
"""The share of a year that may go to bringing rare scenarios up to the smallest number."""


def allot(records: int, shares: Sequence[float]) -> Integers:
    """Divide records among scenarios by share, exactly; rare ones are raised to a smallest number.

    The smallest number shrinks with the year: a tiny year holds only what is common.
    """
    weights: Floats = np.asarray(shares, dtype=np.float64)
    smallest = min(SMALLEST, int(records * ROOM_FOR_SMALLEST / len(weights)))
    counts = np.full(len(weights), smallest, dtype=np.int64)
    ideal = weights / weights.sum() * records
    above = np.maximum(ideal - smallest, 0)
    if above.sum() == 0:
        above = weights
    exact = above / above.sum() * (records - counts.sum())
    counts += np.floor(exact).astype(np.int64)
    missing = records - int(counts.sum())
    # Largest remainders; a stable order keeps the same answer everywhere.
    counts[np.argsort(-(exact - np.floor(exact)), kind="stable")[:missing]] += 1
    return counts


def batch_bounds(counts: Integers, batches: int) -> Integers:
    """Return, for each scenario and boundary of a batch (columns), how many of its records came before.

    Each scenario starts at its own phase, so that rare ones do not all fall in the last batch.
    """
    phase = (np.arange(len(counts), dtype=np.int64) * 7919) % batches
    boundary = np.arange(batches + 1, dtype=np.int64)
    return (boundary[None, :] * counts[:, None] + phase[:, None]) // batches
