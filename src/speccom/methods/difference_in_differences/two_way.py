"""The two-way regression: unit and period effects taken out, and one effect of having adopted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from speccom.methods.difference_in_differences.panel import Array, Panel

# Weights are shares; one that is nought may come out this far below it.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class TwoWay:
    """The effect, its clustered standard error, and the share of adopters' periods with a weight below
    zero."""

    estimate: float
    standard_error: float
    negative_weights: float


def two_way(panel: Panel) -> TwoWay:
    """Return the effect of adoption in a regression with unit and period effects, errors clustered."""
    periods = np.arange(panel.values.shape[1])
    adopted = ~panel.never[:, None] & (periods[None, :] >= panel.adopted[:, None])
    left = _without_means(adopted.astype(float))
    outcome = _without_means(panel.values)
    total = float((left**2).sum())
    estimate = float((left * outcome).sum()) / total
    scores = left * (outcome - estimate * left)
    by_cluster = np.bincount(panel.cluster, weights=scores.sum(axis=1))
    variance = _small_sample(panel) * float((by_cluster**2).sum()) / total**2
    return TwoWay(estimate, variance**0.5, float((left[adopted] < -_ROUNDING).mean()))


def _without_means(table: Array) -> Array:
    """Return a units x periods table less its row and column means."""
    rows, columns = table.mean(axis=1, keepdims=True), table.mean(axis=0)
    return np.asarray(table - rows - columns + table.mean(), dtype=float)


def _small_sample(panel: Panel) -> float:
    """Return G/(G − 1) · (N − 1)/(N − K), K the period effects and the effect: unit effects lie within
    clusters."""
    count, terms = panel.values.size, panel.values.shape[1] + 1
    factor: float = panel.clusters / (panel.clusters - 1) * (count - 1) / (count - terms)
    return factor
