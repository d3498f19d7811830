"""The cohort model in whole numbers, for many cases at once: people, starters, treatment and costs by payer.

A case is one row of factors, a factor for each lever, in millionths. Shares are millionths too, money is
pence and people are whole, so all is exact in 64 bits; `Model.of` refuses what would not be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from speccom.methods.budget_impact.given import (
    FIVE_YEARS,
    BudgetImpactInput,
    Lever,
    OneOffCost,
    Pathway,
    PathwayCost,
    PersistenceTable,
    Uptake,
    UptakeBass,
    UptakeLinear,
    UptakeLogistic,
    UptakeTable,
    held,
)
from speccom.methods.method import Refused
from speccom.methods.words import pounds

ONE = 1_000_000
WHOLE_SPLIT = 10_000
LEVERS = tuple(Lever)
# The largest whole number that a spreadsheet keeps exactly is a little over nine thousand million million.
MOST_PENCE = 9_000_000_000_000_000

Whole = NDArray[np.int64]


def millionths(share: Decimal) -> int:
    """Return a share or a factor of at most six decimal places as a whole number of millionths."""
    return int(share * ONE)


def rounded(amount: Whole, by: int | Whole) -> Whole:
    """Return a quotient as the nearest whole number; halves go away from nought, as spreadsheets round."""
    size = (2 * np.abs(amount) + by) // (2 * by)
    return np.asarray(np.sign(amount) * size, dtype=np.int64)


def uptake_millionths(curve: Uptake, years: int) -> list[int]:
    """Return the share that has ever started by the end of each year."""
    if isinstance(curve, UptakeTable):
        return [millionths(share) for share in held(curve.shares, years)]
    if isinstance(curve, UptakeLinear):
        return [_linear(curve, year) for year in range(1, years + 1)]
    if isinstance(curve, UptakeLogistic):
        return [math.floor(_logistic(curve, year) + 0.5) for year in range(1, years + 1)]
    return [math.floor(_bass(curve, year) + 0.5) for year in range(1, years + 1)]


def _linear(curve: UptakeLinear, year: int) -> int:
    first, rise = millionths(curve.first), millionths(curve.last - curve.first)
    step, steps = min(year, curve.by_year) - 1, curve.by_year - 1
    return first + (2 * rise * step + steps) // (2 * steps)


def _logistic(curve: UptakeLogistic, year: int) -> float:
    passed = math.exp(-float(curve.speed) * (year - float(curve.midpoint)))
    return ONE * float(curve.ceiling) / (1 + passed)


def _bass(curve: UptakeBass, year: int) -> float:
    p, q = float(curve.innovation), float(curve.imitation)
    left = math.exp(-(p + q) * year)
    return ONE * float(curve.ceiling) * (1 - left) / (1 + q / p * left)


@dataclass(frozen=True)
class Line:
    """A pathway's cost, ready to be calculated with: pence by year of treatment, and how payers share it."""

    proposed: bool
    pence: tuple[int, ...]
    discount: int
    split: tuple[int, ...]


@dataclass(frozen=True)
class OneOff:
    """A one-off cost, ready to be calculated with; its year counts from nought."""

    year: int
    pence: int
    split: tuple[int, ...]


@dataclass(frozen=True)
class Model:
    """Input in whole numbers: shares in millionths, the newly ill in hundredths, outcomes in millionths.

    A `split` has the cumulative share of the payers in ten-thousandths, so that its last is the whole.
    """

    years: int
    treatment_years: int
    prevalent: int
    incident: int
    growth: int
    steps: tuple[int, ...]
    uptake: tuple[int, ...]
    persistence: tuple[int, ...]
    kept: int | None
    lines: tuple[Line, ...]
    one_off: tuple[OneOff, ...]
    outcome_gain: tuple[int, ...]
    weights: tuple[int, ...]
    payers: int
    counted: tuple[int, ...]

    @classmethod
    def of(cls, given: BudgetImpactInput) -> Model:
        """Return the model of checked input."""
        follow = given.treatment_years
        gain: list[int] = [0] * FIVE_YEARS
        if given.outcome:
            new, old = (held(each, FIVE_YEARS) for each in (given.outcome.proposed, given.outcome.current))
            gain = [millionths(better - worse) for better, worse in zip(new, old, strict=True)]
        shares: list[Decimal] = []
        kept: int | None = None
        if isinstance(given.persistence, PersistenceTable):
            shares = held(given.persistence.shares, follow)
        else:
            kept = millionths(given.persistence.kept)
        return cls(
            years=given.years,
            treatment_years=follow,
            prevalent=given.prevalent,
            incident=int(given.incident * 100),
            growth=millionths(given.growth),
            steps=tuple(millionths(step.share) for step in given.steps),
            uptake=tuple(uptake_millionths(given.uptake, given.years)),
            persistence=tuple(map(millionths, shares)),
            kept=kept,
            lines=tuple(_line(cost, given) for cost in given.costs),
            one_off=tuple(
                OneOff(cost.year - 1, cost.pence, split_of(cost, given.payers)) for cost in given.one_off
            ),
            outcome_gain=tuple(gain),
            weights=tuple(time_weights(given.time_discount)),
            payers=len(given.payers),
            counted=tuple(given.payers.index(name) for name in given.counted_payers),
        )


def _line(cost: PathwayCost, given: BudgetImpactInput) -> Line:
    return Line(
        proposed=cost.pathway is Pathway.PROPOSED,
        pence=tuple(held(cost.pence, given.treatment_years)),
        discount=millionths(cost.discount),
        split=split_of(cost, given.payers),
    )


def split_of(cost: PathwayCost | OneOffCost, payers: Sequence[str]) -> tuple[int, ...]:
    """Return the payers' shares of a cost, each added to those before it, in ten-thousandths."""
    return tuple(accumulate(int(cost.payers.get(name, Decimal(0)) * WHOLE_SPLIT) for name in payers))


def time_weights(rate: Decimal) -> list[int]:
    """Return what a pound counts for in each of five years, in millionths; the first year counts fully."""
    weights = [ONE]
    for _ in range(FIVE_YEARS - 1):
        by = ONE + millionths(rate)
        weights.append((2 * weights[-1] * ONE + by) // (2 * by))
    return weights


@dataclass(frozen=True)
class Cases:
    """What each case comes to. The first axis is the case; then come payers (where there are any) and years.

    Money is pence, `uptake` and `persistence` are millionths and `treated` is millionths of a person-year.
    The costs per patient are of five years of treatment, by payer; the outcome gain is in millionths.
    """

    people: Whole
    eligible: Whole
    uptake: Whole
    ever: Whole
    starters: Whole
    persistence: Whole
    treated: Whole
    current: Whole
    proposed: Whole
    one_off: Whole
    patient_current: Whole
    patient_proposed: Whole
    outcome_gain: Whole

    @property
    def impact(self) -> Whole:
        """Proposed less current, with the one-off costs: by case, payer and year."""
        return self.proposed - self.current + self.one_off


def evaluate(model: Model, factors: Whole) -> Cases:
    """Return what each row of `factors` (one column a lever, in the order of LEVERS) comes to.

    Raises Refused where the sums could be too large to be kept to the penny.
    """
    lever = {each: factors[:, [place]] for place, each in enumerate(LEVERS)}
    people = _people(model, lever)
    eligible = _through_steps(model, lever, people)
    uptake = np.minimum(ONE, rounded(np.array([model.uptake]) * lever[Lever.UPTAKE], ONE))
    ever = rounded(eligible * uptake, ONE)
    starters = np.diff(ever, axis=1, prepend=0)
    persistence = _persistence(model, lever)
    old = _per_starter(model, lever, persistence, proposed=False)
    new = _per_starter(model, lever, persistence, proposed=True)
    _refuse_giants(ever, np.maximum(old.sum(axis=(1, 2)), new.sum(axis=(1, 2))))
    weights = np.array(model.weights)
    gain = rounded(persistence[:, :FIVE_YEARS] * np.array([model.outcome_gain]), ONE)
    return Cases(
        people=people,
        eligible=eligible,
        uptake=uptake,
        ever=ever,
        starters=starters,
        persistence=persistence,
        treated=_by_year(starters, persistence[:, None, :])[:, 0],
        current=_by_year(starters, old),
        proposed=_by_year(starters, new),
        one_off=_one_off(model, lever),
        patient_current=rounded(old[:, :, :FIVE_YEARS] * weights, ONE).sum(axis=2),
        patient_proposed=rounded(new[:, :, :FIVE_YEARS] * weights, ONE).sum(axis=2),
        outcome_gain=rounded(gain * weights, ONE).sum(axis=1),
    )


def _people(model: Model, lever: Mapping[Lever, Whole]) -> Whole:
    """Return who has ever had the condition by the end of each year: whole people."""
    incident = rounded(model.incident * lever[Lever.INCIDENT], ONE)
    growth = rounded(model.growth * lever[Lever.GROWTH], ONE)
    factor = np.full_like(incident, ONE)
    known = 100 * rounded(model.prevalent * lever[Lever.PREVALENT], ONE)
    by_year = []
    for _ in range(model.years):
        known = known + rounded(incident * factor, ONE)
        by_year.append(rounded(known, 100))
        factor = rounded(factor * (ONE + growth), ONE)
    return np.concatenate(by_year, axis=1)


def _through_steps(model: Model, lever: Mapping[Lever, Whole], people: Whole) -> Whole:
    share = np.full_like(people[:, :1], ONE)
    for step in model.steps:
        share = rounded(share * step, ONE)
    share = np.minimum(ONE, rounded(share * lever[Lever.ELIGIBLE_SHARE], ONE))
    return rounded(people * share, ONE)


def _persistence(model: Model, lever: Mapping[Lever, Whole]) -> Whole:
    """Return the share of starters on treatment in each year of treatment."""
    factor = lever[Lever.PERSISTENCE]
    if model.kept is None:
        return np.minimum(ONE, rounded(np.array([model.persistence]) * factor, ONE))
    kept = np.minimum(ONE, rounded(model.kept * factor, ONE))
    shares = [np.full_like(kept, ONE)]
    while len(shares) < model.treatment_years:
        shares.append(rounded(shares[-1] * kept, ONE))
    return np.concatenate(shares, axis=1)


def _per_starter(model: Model, lever: Mapping[Lever, Whole], persistence: Whole, proposed: bool) -> Whole:
    """Return a pathway's cost per starter by case, payer and year of treatment.

    Each line is rounded to the penny, and split by rounding the payers' cumulative shares, so that what the
    payers bear is the line's cost exactly.
    """
    total = np.zeros((len(persistence), model.payers, model.treatment_years), dtype=np.int64)
    factor = lever[Lever.PROPOSED_COST if proposed else Lever.CURRENT_COST]
    for line in model.lines:
        if line.proposed is not proposed:
            continue
        discount = np.minimum(ONE, rounded(line.discount * lever[Lever.DISCOUNT], ONE))
        full = np.array([line.pence])
        net = full - rounded(full * discount, ONE)
        cost = rounded(rounded(net * factor, ONE) * persistence, ONE)
        total += _split(cost, line.split)
    return total


def _split(amount: Whole, split: Sequence[int]) -> Whole:
    """Return an amount (case by year) as the payers bear it (case by payer by year)."""
    up_to = rounded(amount[:, None, :] * np.array(split)[None, :, None], WHOLE_SPLIT)
    return np.diff(up_to, axis=1, prepend=0)


def _by_year(starters: Whole, per_starter: Whole) -> Whole:
    """Return what the starters of all years so far come to in each year: case by payer by year."""
    years = starters.shape[1]
    total = np.zeros((*per_starter.shape[:2], years), dtype=np.int64)
    for start in range(years):
        total[:, :, start:] += starters[:, start, None, None] * per_starter[:, :, : years - start]
    return total


def _one_off(model: Model, lever: Mapping[Lever, Whole]) -> Whole:
    factor = lever[Lever.ONE_OFF_COST]
    total = np.zeros((len(factor), model.payers, model.years), dtype=np.int64)
    for cost in model.one_off:
        total[:, :, cost.year] += _split(rounded(cost.pence * factor, ONE), cost.split)[:, :, 0]
    return total


def _refuse_giants(ever: Whole, per_starter: Whole) -> None:
    """Raise Refused where a sum could be too large to be exact; Python's own whole numbers have no limit."""
    starters, dearest = int(ever.max()), int(per_starter.max())
    if starters * dearest > MOST_PENCE:
        raise Refused(
            f"{starters:,} starters at up to {pounds(dearest)} each may come to more than "
            f"{pounds(MOST_PENCE)}, "
            "and above that a spreadsheet loses pennies",
            mend="Check that costs are in pence and that people are not counted in thousands",
        )
