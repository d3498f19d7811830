"""Control limits of any number of funnels at once; arrays have one row a funnel and one column a unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainccinv, gammaincinv, ndtri

from speccom.methods.funnel.dispersion import Dispersion, dispersion, variance_of_log
from speccom.methods.funnel.kinds import Kind, Values
from speccom.methods.method import Refused

TAIL_95 = 0.025
TAIL_998 = 0.001


@dataclass(frozen=True)
class Limits:
    """A lower and an upper limit at 95% and at 99.8%, each of the denominators' shape."""

    lower_95: Values
    upper_95: Values
    lower_998: Values
    upper_998: Values


@dataclass(frozen=True)
class Funnels:
    """Funnels with both sets of limits. Which set to judge by: the adjusted one where φ is above 1."""

    values: Values
    """Numerator over denominator, shape (funnel, unit)."""
    centre: Values
    """The centre line, shape (funnel,): 1 for ratios to an expected count, else the pooled value."""
    dispersion: Dispersion
    unadjusted: Limits
    adjusted: Limits


def funnels(
    kind: Kind,
    numerators: Values,
    denominators: Values,
    *,
    trim: float = 0.1,
    as_funnelplotr: bool = False,
) -> Funnels:
    """Return the funnel of every row; numerators (0 or more) and denominators (above 0) of one shape.

    `trim` is the share of units set aside at each end when over-dispersion is measured; `as_funnelplotr`
    keeps the quirks of that package. Raises Refused where the two are not rows of two units or more.
    """
    counts = np.asarray(numerators, dtype=np.float64)
    bases = np.asarray(denominators, dtype=np.float64)
    if counts.shape != bases.shape or counts.ndim != 2 or counts.shape[1] < 2:
        raise Refused(
            "the numerators and the denominators are not rows of the same two units or more",
            mend="Give two arrays with one row a funnel and one column a unit",
        )
    values = counts / bases
    if kind == Kind.RATIO_LOG:
        bases = np.round(bases, 2)
    centre = np.ones((len(counts), 1))
    if not kind.is_ratio_to_expected:
        centre = counts.sum(axis=1, keepdims=True) / bases.sum(axis=1, keepdims=True)
    found = dispersion(kind, counts, bases, centre, trim)
    return Funnels(
        values=values,
        centre=centre[:, 0],
        dispersion=found,
        unadjusted=unadjusted_limits(kind, bases, centre, as_funnelplotr=as_funnelplotr),
        adjusted=adjusted_limits(kind, bases, centre, found.tau2[:, None], as_funnelplotr=as_funnelplotr),
    )


def unadjusted_limits(
    kind: Kind, denominators: Values, centre: Values, *, as_funnelplotr: bool = False
) -> Limits:
    """Return the limits by chance alone: by χ² for ratios to expected, otherwise those with τ² = 0."""
    if kind.is_ratio_to_expected:
        # Each quantile is dear, and expected counts repeat, above all once rounded.
        expected, place = np.unique(denominators, return_inverse=True)
        pairs = (*_poisson(expected, TAIL_95), *_poisson(expected, TAIL_998))
        return Limits(*(values[place] for values in pairs))
    return adjusted_limits(kind, denominators, centre, np.zeros(()), as_funnelplotr=as_funnelplotr)


def adjusted_limits(
    kind: Kind, denominators: Values, centre: Values, tau2: Values, *, as_funnelplotr: bool = False
) -> Limits:
    """Return the limits that allow for a variance `tau2` between units; shapes must broadcast.

    An upper limit that is too large for a number is infinite.
    """
    variance = tau2 + _variance(kind, denominators, centre, as_funnelplotr=as_funnelplotr)
    pairs = []
    for tail in (TAIL_95, TAIL_998):
        spread = -ndtri(tail) * np.sqrt(variance)
        if kind in (Kind.RATIO_LOG, Kind.RATIO_OF_COUNTS):
            with np.errstate(over="ignore"):
                pairs += [centre * np.exp(-spread), centre * np.exp(spread)]
        elif kind == Kind.PROPORTION:
            angle = np.arcsin(np.sqrt(centre))
            pairs += [np.sin(np.clip(angle + side * spread, 0, np.pi / 2)) ** 2 for side in (-1, 1)]
        elif as_funnelplotr:
            pairs += [1 - spread, 1 + spread]
        else:
            pairs += [np.maximum(1 - spread, 0) ** 2, (1 + spread) ** 2]
    return Limits(*pairs)


def _poisson(expected: Values, tail: float) -> tuple[Values, Values]:
    """Return χ²(tail; 2E) / 2E and χ²(1 - tail; 2(E + 1)) / 2E, by the gamma distribution that they are."""
    return gammaincinv(expected, tail) / expected, gammainccinv(expected + 1, tail) / expected


def _variance(kind: Kind, denominators: Values, centre: Values, *, as_funnelplotr: bool) -> Values:
    """Return the variance by chance of a unit on the centre line, on the transformed scale."""
    if kind == Kind.RATIO_LOG:
        return 1 / denominators
    if kind == Kind.RATIO_OF_COUNTS and not as_funnelplotr:
        return variance_of_log(centre * denominators, denominators)
    return 1 / (4 * denominators)
