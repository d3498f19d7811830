"""Factors for the scenarios, the tornado and the draws, and what the draws come to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from speccom.methods.budget_impact.cohort import LEVERS, ONE, Cases, Model, Whole, evaluate, millionths
from speccom.methods.budget_impact.found import Chance, Drawn, Simulated
from speccom.methods.budget_impact.given import (
    BudgetImpactInput,
    Lever,
    PriceBasis,
    Range,
    Simulation,
    Spread,
)
from speccom.methods.budget_impact.thresholds import Comparison, Measure, Threshold

MOST_FACTOR = 5 * ONE
BLOCK = 10_000
AT_LIST, AT_NET = "mid at list price", "mid at net price"
# A lognormal's 95% lie within this many standard deviations of its median.
_SPAN = 2 * float(ndtri(0.975))


def named_cases(given: BudgetImpactInput) -> dict[str, Mapping[Lever, Decimal]]:
    """Return the factors of every case that is not drawn, under its name, as the workbook shows them."""
    cases: dict[str, Mapping[Lever, Decimal]] = {
        "low": given.low,
        "mid": {},
        "high": given.high,
    }
    if given.price is PriceBasis.LIST:
        cases = {name: {**factors, Lever.DISCOUNT: Decimal(0)} for name, factors in cases.items()}
    cases[AT_LIST] = {Lever.DISCOUNT: Decimal(0)}
    cases[AT_NET] = {}
    for each in given.ranges:
        for side, factor in (("low", each.low), ("high", each.high)):
            cases[f"{each.lever} {side}"] = {**cases["mid"], each.lever: _shown(given, each, factor)}
    return cases


def _shown(given: BudgetImpactInput, each: Range, factor: Decimal) -> Decimal:
    hidden = given.price is PriceBasis.LIST and each.lever is Lever.DISCOUNT
    return Decimal(0) if hidden else factor


def rows_of(cases: Mapping[str, Mapping[Lever, Decimal]]) -> Whole:
    """Return cases as rows of factors in millionths; a lever that is not named stays as put in."""
    return np.array(
        [[millionths(factors.get(lever, Decimal(1))) for lever in LEVERS] for factors in cases.values()],
        dtype=np.int64,
    )


def drawn_factors(given: BudgetImpactInput, simulation: Simulation) -> Whole:
    """Return the factors of every draw, to the millionth: each range drawn apart from the others."""
    uniform = np.random.default_rng(simulation.seed).random((simulation.draws, len(given.ranges)))
    factors = np.full((simulation.draws, len(LEVERS)), ONE, dtype=np.int64)
    for place, each in enumerate(given.ranges):
        drawn = np.rint(ONE * _quantile(each, uniform[:, place])).astype(np.int64)
        factors[:, LEVERS.index(each.lever)] = np.minimum(drawn, MOST_FACTOR)
    if given.price is PriceBasis.LIST:
        factors[:, LEVERS.index(Lever.DISCOUNT)] = 0
    return factors


def _quantile(each: Range, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the factors at which a spread has these shares of its draws below."""
    low, high = float(each.low), float(each.high)
    if each.spread is Spread.UNIFORM:
        return low + (high - low) * uniform
    if each.spread is Spread.LOGNORMAL:
        middle, width = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / _SPAN
        return np.asarray(np.exp(middle + width * ndtri(uniform)))
    rising = low + np.sqrt(uniform * (high - low) * (1 - low))
    falling = high - np.sqrt((1 - uniform) * (high - low) * (high - 1))
    return np.where(uniform * (high - low) < 1 - low, rising, falling)


def simulate(given: BudgetImpactInput, simulation: Simulation, model: Model) -> Simulated:
    """Return the summary of all draws."""
    impact, patient = _outcomes(model, drawn_factors(given, simulation))
    total = impact.sum(axis=1)
    return Simulated(
        draws=simulation.draws,
        seed=simulation.seed,
        impact=tuple(_drawn(impact[:, year]) for year in range(model.years)),
        total=_drawn(total),
        cost_per_patient=_drawn(patient),
        saves=_share(total <= 0),
        chances=tuple(Chance(id=test.id, share=_chance(test, impact)) for test in given.rules.tests),
    )


def _outcomes(model: Model, factors: Whole) -> tuple[Whole, Whole]:
    """Return the impact by draw and year, and the cost per patient by draw; block by block, to spare
    memory."""
    blocks = np.array_split(factors, -(-len(factors) // BLOCK))
    found = []
    for block in blocks:
        cases = evaluate(model, block)
        found.append((counted(cases.impact, model), counted_patient_cost(cases, model)))
    return np.concatenate([impact for impact, _ in found]), np.concatenate([cost for _, cost in found])


def counted(by_payer: Whole, model: Model) -> Whole:
    """Return the sum over the payers who are counted: the second axis goes."""
    return np.asarray(by_payer[:, list(model.counted)].sum(axis=1))


def counted_patient_cost(cases: Cases, model: Model) -> Whole:
    """Return the extra cost per patient over five years to the payers who are counted."""
    return counted(cases.patient_proposed - cases.patient_current, model)


def _drawn(figures: Whole) -> Drawn:
    ordered = np.sort(figures)
    lower, median, upper = (_centile(ordered, per_mille) for per_mille in (25, 500, 975))
    return Drawn(mean=_mean(figures), lower=lower, median=median, upper=upper)


def _centile(ordered: Whole, per_mille: int) -> int:
    """Return the smallest figure that at least so many thousandths of all do not pass."""
    place = -(-len(ordered) * per_mille // 1000)
    return int(ordered[place - 1])


def _mean(figures: Whole) -> int:
    """Return the mean to the nearest penny, halves away from nought; whole numbers throughout."""
    total, count = sum(map(int, figures)), len(figures)
    size = (2 * abs(total) + count) // (2 * count)
    return size if total >= 0 else -size


def _share(met: NDArray[np.bool_]) -> Decimal:
    return (Decimal(int(met.sum())) / len(met)).quantize(Decimal("0.000001"))


def _chance(test: Threshold, impact: Whole) -> Decimal | None:
    years = impact[:, : test.years]
    if years.shape[1] < test.years:
        return None
    if test.measure is Measure.HIGHEST_YEAR:
        figures = years.max(axis=1)
    else:
        figures = years.sum(axis=1) * (1 if test.measure is Measure.TOTAL else -1)
    at_most = test.comparison is Comparison.AT_MOST
    return _share(figures <= test.limit_pence if at_most else figures > test.limit_pence)
