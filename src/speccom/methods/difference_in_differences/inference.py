"""From influences to intervals and to the test of the trend before adoption."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from speccom.methods.difference_in_differences.group_time import Mean
from speccom.methods.difference_in_differences.panel import Array, Panel
from speccom.methods.difference_in_differences.terms import Effect, PreTrend


def interval(estimate: float, standard_error: float, clusters: int, confidence: float) -> Effect:
    """Return an effect with the interval of Student's t at clusters less one degrees of freedom."""
    reach = float(stats.t.ppf((1 + confidence) / 2, clusters - 1)) * standard_error
    return Effect(
        estimate=estimate, standard_error=standard_error, low=estimate - reach, high=estimate + reach
    )


def standard_error(panel: Panel, influence: Array) -> float:
    """Return the root of the sum over clusters of squared influence."""
    return float(np.sqrt((_by_cluster(panel, influence) ** 2).sum()))


def trend_before(panel: Panel, before: Sequence[Mean]) -> PreTrend | None:
    """Test that all differences before adoption are zero; None where clusters are too few to test so many.

    Hotelling's statistic: W · (G − q)/(q·(G − 1)) as F(q, G − q), which holds its size where G is not large.
    """
    tested = len(before)
    freedom = panel.clusters - tested
    if not tested or freedom < 1:
        return None
    by_cluster = np.array([_by_cluster(panel, mean.influence) for mean in before])
    covariance = by_cluster @ by_cluster.T
    if np.linalg.matrix_rank(covariance) < tested:
        return None
    estimates = np.array([mean.estimate for mean in before])
    wald = float(estimates @ np.linalg.solve(covariance, estimates))
    statistic = wald * freedom / (tested * (panel.clusters - 1))
    return PreTrend(
        statistic=statistic,
        numerator_freedom=tested,
        denominator_freedom=freedom,
        p_value=float(stats.f.sf(statistic, tested, freedom)),
    )


def _by_cluster(panel: Panel, influence: Array) -> Array:
    return np.asarray(np.bincount(panel.cluster, weights=influence), dtype=float)
