"""The slope index of inequality across deprivation fifths, and the relative index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from speccom.methods.method import Refused
from speccom.methods.uptake.terms import PER, Fifth, FifthRate, Inequality

Array = NDArray[np.float64]
FIFTHS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Ends:
    """A line through rates by rank: its weights on each rate at the most and at the least deprived end."""

    ranks: Array
    most: Array
    least: Array


def ends(population: Array) -> Ends:
    """Return the line's weights for groups in order of deprivation, fitted by least squares weighted by
    population."""
    shares = population / population.sum()
    ranks = np.cumsum(shares) - shares / 2
    # The middle ranks of all shares have mean one half, whatever the shares.
    slope = shares * (ranks - 0.5) / float(shares @ (ranks - 0.5) ** 2)
    return Ends(ranks, most=shares - slope / 2, least=shares + slope / 2)


def inequality(given: tuple[Fifth, ...], confidence: float) -> Inequality:
    """Return the gap across deprivation. Raises Refused unless all five fifths are there, and somebody is
    treated.

    Each end of the line is a weighted sum of the five rates, so its variance is the same sum of theirs,
    each that of a Poisson count over its population squared.
    """
    fifths = _in_order(given)
    people = np.array([each.people for each in fifths], dtype=float)
    population = np.array([each.population for each in fifths])
    rates, variances = people / population, people / population**2
    line = ends(population)
    most, least = float(line.most @ rates), float(line.least @ rates)
    z = float(stats.norm.ppf((1 + confidence) / 2))
    reach = z * float((line.least - line.most) ** 2 @ variances) ** 0.5
    relative = relative_low = relative_high = None
    if (
        most > z * float(line.most**2 @ variances) ** 0.5
        and least > z * float(line.least**2 @ variances) ** 0.5
    ):
        relative = least / most
        spread = float(np.exp(z * float((line.least / least - line.most / most) ** 2 @ variances) ** 0.5))
        relative_low, relative_high = relative / spread, relative * spread
    return Inequality(
        slope_index=PER * (least - most),
        low=PER * (least - most - reach),
        high=PER * (least - most + reach),
        most_deprived=PER * most,
        least_deprived=PER * least,
        relative_index=relative,
        relative_low=relative_low,
        relative_high=relative_high,
        fewest=int(people.min()),
        fifths=tuple(
            FifthRate(fifth=fifth, rate=PER * float(rate), rank=float(rank))
            for fifth, rate, rank in zip(FIFTHS, rates, line.ranks, strict=True)
        ),
    )


def _in_order(given: tuple[Fifth, ...]) -> list[Fifth]:
    fifths = sorted(given, key=lambda each: each.fifth)
    found = tuple(each.fifth for each in fifths)
    if found != FIFTHS:
        raise Refused(
            f"the deprivation fifths given are {', '.join(map(str, found))}, and a slope index needs each "
            "of 1 to 5 once",
            mend="Give all five, 1 the most deprived; zero people is a figure too",
        )
    if not any(each.people for each in fifths):
        raise Refused(
            "nobody in any deprivation fifth has had it, so there is no gap to measure",
            mend="Leave the fifths out until somebody has",
        )
    return fifths
