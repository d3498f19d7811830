"""How much more units vary than chance alone would have them: z-scores, extremes set aside, φ and τ².

Arrays have one row a funnel and one column a unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from speccom.methods.funnel.kinds import Flags, Kind, Values


@dataclass(frozen=True)
class Dispersion:
    """What the units of each funnel show of variation beyond chance."""

    z: Values
    """Each unit's distance from the centre in standard errors, shape (funnel, unit)."""
    trimmed: Flags
    """Whether a unit was extreme: left out (by logarithm) or pulled in (the others)."""
    units: Values
    """How many units counted, shape (funnel,)."""
    phi: Values
    """The mean of the squared z-scores, shape (funnel,): 1 by chance alone."""
    tau2: Values
    """The variance between units, on the transformed scale, shape (funnel,)."""


def dispersion(
    kind: Kind, numerators: Values, denominators: Values, centre: Values, trim: float
) -> Dispersion:
    """Return the dispersion of each funnel; `centre` has shape (funnel, 1).

    By logarithm, a unit with nothing observed has z = -∞, and φ is infinite unless that unit is left out.
    """
    z, s = _z_scores(kind, numerators, denominators, centre)
    if kind == Kind.RATIO_LOG:
        kept = _middle(z, trim)
        used, trimmed = np.where(kept, z, 0.0), ~kept
    else:
        kept = np.ones_like(z, dtype=bool)
        low, high = np.quantile(z, [trim, 1 - trim], axis=1, keepdims=True)
        used, trimmed = np.clip(z, low, high), (z < low) | (z > high)
    units = kept.sum(axis=1).astype(np.float64)
    squares = (used**2).sum(axis=1)
    weights = np.where(kept, 1 / s**2, 0.0)
    total = weights.sum(axis=1)
    scale = total - (weights**2).sum(axis=1) / total
    tau2 = np.maximum(0.0, squares - (units - 1)) / scale
    return Dispersion(z, trimmed, units, squares / units, tau2)


def _z_scores(kind: Kind, numerators: Values, denominators: Values, centre: Values) -> tuple[Values, Values]:
    if kind == Kind.RATIO_LOG:
        s = 1 / np.sqrt(denominators)
        with np.errstate(divide="ignore"):
            return np.log(numerators / denominators) / s, s
    if kind == Kind.RATIO_OF_COUNTS:
        s = np.sqrt(variance_of_log(numerators, denominators))
        return (np.log((numerators + 0.5) / (denominators + 0.5)) - np.log(centre)) / s, s
    s = 1 / (2 * np.sqrt(denominators))
    root = np.sqrt(numerators / denominators)
    if kind == Kind.RATIO_ROOT:
        return (root - 1) / s, s
    return (np.arcsin(root) - np.arcsin(np.sqrt(centre))) / s, s


def variance_of_log(numerators: Values, denominators: Values) -> Values:
    """Return the variance of the logarithm of a ratio of counts, each half a count larger."""
    return numerators / (numerators + 0.5) ** 2 + denominators / (denominators + 0.5) ** 2


def _middle(z: Values, trim: float) -> Flags:
    """Return which units are in neither the lowest nor the highest of `1 / trim` groups by rank."""
    if trim * (z.shape[1] + 1) < 1:  # there are more groups than units, and the end ones are empty
        return np.ones_like(z, dtype=bool)
    groups = 1 / trim
    group = np.floor(rankdata(z, axis=1) * groups / (z.shape[1] + 1))
    middle: Flags = (group > 0) & (group < groups - 1)
    return middle
