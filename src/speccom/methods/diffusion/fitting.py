"""Fitting a curve to new adopters by non-linear least squares, and the bootstrap of that fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import leastsq

from speccom.methods.diffusion.curves import Array, Shape, found, new_shares, searched, starts
from speccom.methods.diffusion.terms import Curve

# What MINPACK returns where it has converged.
_SETTLED = (1, 2, 3, 4)

# Where next to nobody adopts, the root of the mean is no unit: no period counts for less than this share
# of the mean of all.
_LEAST_MEAN = 0.05


@dataclass(frozen=True)
class Market:
    """What is allowed of the market: fixed, or between what has adopted and a ceiling."""

    fixed: float | None
    ceiling: float

    def best(self, shares: Array, adopters: Array) -> float:
        """Return the market that fits best where the shares of it are given: least squares, within what is
        allowed."""
        if self.fixed is not None:
            return self.fixed
        total = float(shares @ shares)
        free = float(shares @ adopters) / total if total > 0 else 0.0
        return min(max(free, float(adopters.sum())), self.ceiling)


@dataclass(frozen=True)
class Fitted:
    """A curve's two figures, the market, and the sum of squared residuals."""

    figures: Shape
    market: float
    squares: float


def fit(curve: Curve, adopters: Array, market: Market, begin: list[Shape] | None = None) -> Fitted | None:
    """Return the curve nearest to the new adopters of each period, or None where no fit settles.

    For given figures of the curve the best market is known, so only the two figures are searched for, from
    several starts, or from `begin`.
    """
    count = len(adopters)

    def residuals(search: Array) -> Array:
        shares = new_shares(curve, found(curve, (float(search[0]), float(search[1])), count), count)
        return adopters - market.best(shares, adopters) * shares

    settled: list[Fitted] = []
    for start in begin or starts(curve, count):
        solved, _, details, _, code = leastsq(
            residuals, searched(curve, start), full_output=True, xtol=1e-10, ftol=1e-10
        )
        if code in _SETTLED and np.all(np.isfinite(details["fvec"])):
            figures = found(curve, (float(solved[0]), float(solved[1])), count)
            best = market.best(new_shares(curve, figures, count), adopters)
            settled.append(Fitted(figures, best, float(details["fvec"] @ details["fvec"])))
    return min(settled, key=lambda each: each.squares, default=None)


def bootstrap(
    curve: Curve, adopters: Array, market: Market, fitted: Fitted, draws: int, seed: int
) -> tuple[list[Fitted], int]:
    """Return the fits to the curve plus residuals drawn anew, and how many did not settle.

    Adopters are counted, so residuals are drawn in units of the root of their mean; they are widened by
    √(n/(n − k)), since those of a fit of k figures are too small.
    """
    rng = np.random.default_rng(seed)
    count = len(adopters)
    means = fitted.market * new_shares(curve, fitted.figures, count)
    roots = np.sqrt(np.maximum(means, _LEAST_MEAN * means.mean()))
    residuals = (adopters - means) / roots
    estimated = 2 if market.fixed is not None else 3
    residuals = (residuals - residuals.mean()) * np.sqrt(count / (count - estimated))
    fits, failed = [], 0
    for _ in range(draws):
        again = np.maximum(means + roots * rng.choice(residuals, count), 0.0)
        one = fit(curve, again, market, [fitted.figures]) if again.any() else None
        if one is None:
            failed += 1
        else:
            fits.append(one)
    return fits, failed
