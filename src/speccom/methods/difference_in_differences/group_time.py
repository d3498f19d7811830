"""Group-time effects after Callaway and Sant'Anna, with the influence of each unit on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speccom.methods.difference_in_differences.panel import LEAST_CLUSTERS, Array, Panel
from speccom.methods.difference_in_differences.terms import Comparison

Chosen = NDArray[np.bool_]


@dataclass(frozen=True)
class Cell:
    """The effect on the units that adopted at place `group`, seen at place `seen`.

    `influence` (one figure a unit) is how far each unit moves the estimate: its sum of squares by cluster
    is the variance.
    """

    group: int
    seen: int
    estimate: float
    influence: Array
    units: int
    compared_with: int
    comparing: Chosen


def cells(panel: Panel, comparison: Comparison, anticipation: int) -> tuple[tuple[Cell, ...], int]:
    """Return the effect for each group and period, and for how many there is nobody to compare with.

    The base of a group is the last period before its adoption and anticipation, for periods before adoption
    too.
    """
    made: list[Cell] = []
    missing = 0
    for group in panel.groups:
        base = group - anticipation - 1
        for seen in range(panel.values.shape[1]):
            if seen == base:
                continue
            comparing = _comparing(panel, comparison, group, max(seen, base) + anticipation)
            if panel.clusters_among(comparing) < LEAST_CLUSTERS:
                missing += 1
                continue
            made.append(_cell(panel, group, seen, base, comparing))
    return tuple(made), missing


def _comparing(panel: Panel, comparison: Comparison, group: int, until: int) -> Chosen:
    if comparison is Comparison.NEVER:
        return panel.never
    not_yet: Chosen = (panel.adopted > until) & (panel.adopted != group)
    return panel.never | not_yet


def _cell(panel: Panel, group: int, seen: int, base: int, comparing: Chosen) -> Cell:
    moved = panel.values[:, seen] - panel.values[:, base]
    adopters = panel.adopted == group
    return Cell(
        group=group,
        seen=seen,
        estimate=float(moved[adopters].mean() - moved[comparing].mean()),
        influence=_influence(panel, moved, adopters) - _influence(panel, moved, comparing),
        units=int(adopters.sum()),
        compared_with=int(comparing.sum()),
        comparing=comparing,
    )


def _influence(panel: Panel, moved: Array, chosen: Chosen) -> Array:
    """Return each unit's influence on a mean, times √(G/(G − 1)) so that its variance is unbiased in small
    samples."""
    count = int(chosen.sum())
    clusters = panel.clusters_among(chosen)
    deviation = np.where(chosen, moved - moved[chosen].mean(), 0.0) / count
    return np.asarray(deviation * np.sqrt(clusters / (clusters - 1)), dtype=float)


@dataclass(frozen=True)
class Mean:
    """A weighted mean of cells and each unit's influence on it."""

    estimate: float
    influence: Array


def by_event(made: Sequence[Cell]) -> dict[int, tuple[Mean, int]]:
    """Return the effect by periods since adoption, groups weighted by their units, and how many units are
    seen."""
    means = {}
    for since in sorted({cell.seen - cell.group for cell in made}):
        chosen = [cell for cell in made if cell.seen - cell.group == since]
        means[since] = (
            _weighted(chosen, [cell.units for cell in chosen]),
            sum(cell.units for cell in chosen),
        )
    return means


def overall(made: Sequence[Cell]) -> Mean:
    """Return the effect over all adopters: each group's mean over its periods, groups weighted by their
    units."""
    groups = sorted({cell.group for cell in made if cell.seen >= cell.group})
    chosen, weights = [], []
    for group in groups:
        own = [cell for cell in made if cell.group == group and cell.seen >= group]
        chosen += own
        weights += [own[0].units / len(own)] * len(own)
    return _weighted(chosen, weights)


def _weighted(chosen: Sequence[Cell], weights: Sequence[float]) -> Mean:
    shares = np.array(weights, dtype=float) / sum(weights)
    estimate = float(shares @ np.array([cell.estimate for cell in chosen]))
    return Mean(estimate, np.asarray(shares @ np.array([cell.influence for cell in chosen]), dtype=float))
