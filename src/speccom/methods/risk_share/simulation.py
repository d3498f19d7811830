"""Many years of a pool: cases by Poisson, costs by gamma, each year settled to the penny as a real one is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from speccom.methods.risk_share.agreement import Member, Risk, Simulation
from speccom.methods.risk_share.outcome import MemberYears, Years
from speccom.methods.risk_share.settlement import Settlement, Terms, settle
from speccom.methods.rounding import rounded, to_the_penny


def simulated(terms: Terms, members: Sequence[Member], wanted: Simulation) -> Years:
    """Return how the years turned out; every member has its risk."""
    draw = np.random.default_rng(wanted.seed)
    drawn = [_drawn(each.risk, wanted.years, draw) for each in members if each.risk]
    settled = []
    short = 0
    for year in range(wanted.years):
        very_rare = [int(rare[year]) for _, rare in drawn]
        actual = [int(usual[year]) + own for (usual, _), own in zip(drawn, very_rare, strict=True)]
        settled.append(settle(terms, actual, very_rare))
        short += sum(very_rare) > terms.reserve
    return Years(
        years=wanted.years,
        seed=wanted.seed,
        members=tuple(_member(each.member, place, settled) for place, each in enumerate(members)),
        reserve_mean_pence=_mean([sum(each.reserve) for each in settled]),
        reserve_short_years=short,
        residual_pence=sum(each.residual for each in settled),
    )


# A spread below this moves no case by a penny, and the shape of its gamma would have no end.
_LEAST_SPREAD = 1e-9


def _drawn(risk: Risk, years: int, draw: np.random.Generator) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the cost of usual and of very rare cases in each year, in whole pence."""
    cases = draw.poisson(risk.cases, years)
    cost: NDArray[Any] = cases * float(risk.cost_per_case_pence)
    if risk.spread >= _LEAST_SPREAD:
        # The sum of n gamma costs is gamma with n times the shape.
        cost = draw.gamma(cases / risk.spread**2, risk.cost_per_case_pence * risk.spread**2)
    very_rare = draw.poisson(risk.very_rare_cases, years) * risk.very_rare_cost_pence
    return np.rint(cost), very_rare


def _member(name: str, place: int, settled: Sequence[Settlement]) -> MemberYears:
    alone = [each.variance[place] for each in settled]
    pooled = [each.borne[place] for each in settled]
    before, after = centile_90([each.left[place] for each in settled]), centile_90(pooled)
    change = None
    if before > 0:
        change = rounded(Fraction(after, before) - 1, 3)
    return MemberYears(
        member=name,
        alone_mean_pence=_mean(alone),
        alone_90_pence=centile_90(alone),
        reserve_90_pence=before,
        pooled_90_pence=after,
        pooled_mean_pence=_mean(pooled),
        change_90=change,
    )


def centile_90(values: Sequence[int]) -> int:
    """Return the least of the values that nine tenths of them do not exceed."""
    return sorted(values)[ceil(Fraction(9, 10) * len(values)) - 1]


def _mean(values: Sequence[int]) -> int:
    return to_the_penny(Fraction(sum(values), len(values)))
