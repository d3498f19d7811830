"""The segmented regression: its terms, its fit by statsmodels, and its residuals."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from speccom.methods.interrupted_time_series.terms import (
    Change,
    Distribution,
    Errors,
    InterruptedTimeSeriesInput,
)
from speccom.methods.method import Refused
from speccom.methods.periods import Interval

Array = NDArray[np.float64]

LEVEL, TREND, STEP, SLOPE = "level", "trend", "step", "slope change"


@dataclass(frozen=True)
class Design:
    """The terms by name, their values (periods x terms) as they were, and as without the change."""

    terms: tuple[str, ...]
    actual: Array
    without_change: Array


@dataclass(frozen=True)
class Fit:
    """A fitted regression; `critical` is the quantile that makes its intervals."""

    estimates: Array
    covariance: Array
    critical: float
    deviance: float
    dispersion: float
    degrees_of_freedom: int
    residuals: Array
    lags: int | None


def design(given: InterruptedTimeSeriesInput, before: int) -> Design:
    """Return the terms of the regression; `before` is how many periods precede the change.

    Time runs 1, 2, 3 … The slope change counts 0 in the first period after the change, so that the step is
    the change in that period.
    """
    count = len(given.points)
    time = np.arange(1, count + 1, dtype=float)
    after = (np.arange(count) >= before).astype(float)
    columns = {LEVEL: np.ones(count), TREND: time}
    if given.change is not Change.SLOPE:
        columns[STEP] = after
    if given.change is not Change.STEP:
        columns[SLOPE] = after * (time - before - 1)
    angle = 2 * np.pi * time / given.interval.a_year
    for wave in range(1, given.harmonics + 1):
        columns[f"yearly wave {wave}, sine"] = np.sin(wave * angle)
        columns[f"yearly wave {wave}, cosine"] = np.cos(wave * angle)
    actual = np.column_stack(list(columns.values()))
    changed = [name in (STEP, SLOPE) for name in columns]
    return Design(tuple(columns), actual, np.where(changed, 0.0, actual))


def fit(given: InterruptedTimeSeriesInput, terms: Design) -> Fit:
    """Fit the regression by maximum likelihood. Raises Refused where it does not settle."""
    import statsmodels.api as sm  # deferred: it takes a while, and other methods only use this one's calendar

    values = np.array([point.value for point in given.points])
    gaussian = given.distribution is Distribution.GAUSSIAN
    family = sm.families.Gaussian() if gaussian else sm.families.Poisson()
    model = sm.GLM(values, terms.actual, family=family, offset=offset(given))
    lags = _lags(given)
    options = {} if lags is None else {"cov_type": "HAC", "cov_kwds": {"maxlags": lags}}
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # what it warns of, a fit without residual or one that fails, is met below
        try:
            # Its own scales fail where no residual is left; by its absolute tolerance alone, values of a
            # hundred million (pounds, say) never settle.
            fitted = model.fit(scale=1.0, rtol=1e-12, **options)
        except ValueError:  # it is thrown so far off on its way that its weights are no numbers
            raise Refused(
                "the regression loses its way: some values lie too far from all the others",
                mend=f"Check the highest value, {values.max():,g}, and the lowest, {values.min():,g}",
            ) from None
    if not (fitted.converged or np.allclose(fitted.mu, values)) or _wild(fitted, given):
        raise Refused(
            "the regression does not settle on an answer: there is too little in the series for so many "
            "terms",
            mend=(
                "Ask for a simpler model, with no slope change or fewer yearly waves, or count over longer "
                "periods"
            ),
        )
    freedom = int(fitted.df_resid)
    dispersion = float(fitted.pearson_chi2 / freedom)
    scaled = lags is None and given.distribution is not Distribution.POISSON
    tail = (1 + given.confidence) / 2
    return Fit(
        estimates=np.asarray(fitted.params),
        covariance=np.asarray(fitted.cov_params()) * (dispersion if scaled else 1.0),
        critical=float(stats.t.ppf(tail, freedom) if gaussian else stats.norm.ppf(tail)),
        deviance=float(fitted.deviance),
        dispersion=dispersion,
        degrees_of_freedom=freedom,
        residuals=np.asarray(fitted.resid_deviance),
        lags=lags,
    )


def _wild(fitted: Any, given: InterruptedTimeSeriesInput) -> bool:
    """Return whether a coefficient of counts runs off to infinity, as where a segment holds almost
    nothing."""
    moved = np.abs(np.append(fitted.params[1:], fitted.bse))
    largest = 25 if given.distribution is not Distribution.GAUSSIAN else np.inf
    return not np.all(np.isfinite(moved)) or float(moved.max()) > largest


def offset(given: InterruptedTimeSeriesInput) -> Array:
    """Return the logarithm of each denominator, or zeros where there are none."""
    return np.log([point.denominator or 1.0 for point in given.points])


def autocorrelation(residuals: Array, interval: Interval) -> tuple[float | None, float | None, int]:
    """Return the lag-1 correlation of residuals, Ljung and Box's p-value, and up to which lag that looks.

    The two are None where the residuals are all but zero, since there is nothing to correlate. The test looks
    back a year, or over a fifth of the series where that is shorter.
    """
    lags = min(round(interval.a_year), len(residuals) // 5)
    centred = residuals - residuals.mean()
    total = float(centred @ centred)
    if total < 1e-12 * len(residuals):
        return None, None, lags
    correlations = np.array([centred[lag:] @ centred[:-lag] / total for lag in range(1, lags + 1)])
    count = len(residuals)
    statistic = count * (count + 2) * float(np.sum(correlations**2 / (count - np.arange(1, lags + 1))))
    return float(correlations[0]), float(stats.chi2.sf(statistic, lags)), lags


def _lags(given: InterruptedTimeSeriesInput) -> int | None:
    if given.errors is Errors.MODEL:
        return None
    return given.lags or int(4 * (len(given.points) / 100) ** (2 / 9))


def means(given: InterruptedTimeSeriesInput, fit: Fit, terms: Design, counts: bool) -> Array:
    """Return the mean that the model gives each period."""
    linear = terms.actual @ fit.estimates
    return np.asarray(np.exp(linear + offset(given)) if counts else linear, dtype=float)
