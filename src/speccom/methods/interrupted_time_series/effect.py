"""The effect: what was, against what would have been, with intervals by the delta method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from speccom.methods.interrupted_time_series.regression import Array, Design, Fit
from speccom.methods.interrupted_time_series.terms import Estimate
from speccom.methods.method import Refused

_LARGEST_LOGARITHM = 300.0


@dataclass(frozen=True)
class Expected:
    """Means for each period after the change, with and without it, and how they move with each
    coefficient."""

    actual: Array
    without: Array
    actual_gradient: Array
    without_gradient: Array


def expect(fit: Fit, terms: Design, offset: Array, before: int, counts: bool) -> Expected:
    """Return what the model expects after the change, with it and without."""
    actual_terms, without_terms = terms.actual[before:], terms.without_change[before:]
    actual = actual_terms @ fit.estimates
    without = without_terms @ fit.estimates
    if not counts:
        return Expected(actual, without, actual_terms, without_terms)
    actual, without = np.exp(actual + offset[before:]), np.exp(without + offset[before:])
    return Expected(actual, without, actual[:, None] * actual_terms, without[:, None] * without_terms)


def difference(fit: Fit, expected: Expected) -> Estimate:
    """Return the total with the change less the total without it."""
    gradient = expected.actual_gradient.sum(axis=0) - expected.without_gradient.sum(axis=0)
    return _around(fit, float(expected.actual.sum() - expected.without.sum()), gradient)


def ratio(fit: Fit, expected: Expected) -> Estimate | None:
    """Return the total with the change over the total without it; None where either is not above zero."""
    actual, without = float(expected.actual.sum()), float(expected.without.sum())
    if actual <= 0 or without <= 0:
        return None
    gradient = expected.actual_gradient.sum(axis=0) / actual - expected.without_gradient.sum(axis=0) / without
    return exponential(_around(fit, float(np.log(actual / without)), gradient))


def total_without(fit: Fit, expected: Expected, counts: bool) -> Estimate:
    """Return the total that was to be expected without the change; for counts its interval stays above
    zero."""
    total, gradient = float(expected.without.sum()), expected.without_gradient.sum(axis=0)
    if counts:
        return exponential(_around(fit, float(np.log(total)), gradient / total))
    return _around(fit, total, gradient)


def each_without(fit: Fit, expected: Expected, counts: bool) -> tuple[Estimate, ...]:
    """Return what was to be expected in each period without the change."""
    pairs = zip(expected.without, expected.without_gradient, strict=True)
    if counts:
        return tuple(exponential(_around(fit, float(np.log(mean)), slope / mean)) for mean, slope in pairs)
    return tuple(_around(fit, float(mean), slope) for mean, slope in pairs)


def coefficient(fit: Fit, place: int, times: float = 1) -> Estimate:
    """Return one coefficient, multiplied, with its interval."""
    gradient = np.zeros(len(fit.estimates))
    gradient[place] = times
    return _around(fit, times * float(fit.estimates[place]), gradient)


def exponential(logarithm: Estimate) -> Estimate:
    """Return a ratio from its logarithm. Raises Refused where its interval has no end that can be written."""
    if max(abs(logarithm.low), abs(logarithm.high)) > _LARGEST_LOGARITHM:
        raise Refused(
            "the series says so little that the interval of a ratio has no end",
            mend="Count over longer periods, or ask for a simpler model",
        )
    return Estimate(
        estimate=float(np.exp(logarithm.estimate)),
        low=float(np.exp(logarithm.low)),
        high=float(np.exp(logarithm.high)),
    )


def _around(fit: Fit, estimate: float, gradient: Array) -> Estimate:
    reach = fit.critical * max(0.0, float(gradient @ fit.covariance @ gradient)) ** 0.5
    return Estimate(estimate=estimate, low=estimate - reach, high=estimate + reach)
