"""Pace of change: from last year's money towards the target, within a floor and a ceiling, to the total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import ceil

from speccom.methods.allocation.place import AllocationRules
from speccom.methods.method import Refused
from speccom.methods.words import pounds


class Limit(StrEnum):
    """What held a place's growth."""

    NONE = "none"
    FLOOR = "floor"
    CEILING = "ceiling"
    SHORTFALL = "shortfall"


@dataclass(frozen=True)
class Pace:
    """One place's money in exact pence after each step, and what held it."""

    grown: Decimal
    converged: Decimal
    scaled: Decimal
    allocated: Decimal
    limit: Limit


@dataclass(frozen=True)
class Change:
    """All places' money, and the growth that each has in addition because of the limits."""

    places: tuple[Pace, ...]
    extra_growth: Decimal


@dataclass(frozen=True)
class _Bounds:
    lower: Decimal
    upper: Decimal
    floor: Decimal


def change_pace(
    baselines: Sequence[int], shares: Sequence[Decimal], total: int, rules: AllocationRules
) -> Change:
    """Return the money of each place. Raises Refused where the limits leave too little or too much."""
    before = sum(baselines)
    growth = Decimal(total) / before
    convergence = rules.convergence_percent / 100
    grown = [baseline * growth for baseline in baselines]
    converged = [
        amount + convergence * (share * before - baseline)
        for amount, share, baseline in zip(grown, shares, baselines, strict=True)
    ]
    bounds = [
        _bounds(baseline, share * total, rules) for baseline, share in zip(baselines, shares, strict=True)
    ]
    _refuse_out_of_reach(bounds, total, rules)
    extra = _extra_growth(baselines, converged, bounds, total)
    scaled = [amount + extra * baseline for amount, baseline in zip(converged, baselines, strict=True)]
    held = tuple(_held(*each) for each in zip(grown, converged, scaled, bounds, strict=True))
    return Change(places=held, extra_growth=extra)


def _bounds(baseline: int, target: Decimal, rules: AllocationRules) -> _Bounds:
    floor = baseline * (1 + rules.least_growth_percent / 100)
    ceiling = baseline * (1 + rules.greatest_growth_percent / 100)
    shortfall = rules.greatest_shortfall_percent
    nearest = floor if shortfall is None else target * (1 - shortfall / 100)
    lower = max(floor, nearest)
    return _Bounds(lower=lower, upper=max(ceiling, lower), floor=floor)


def _refuse_out_of_reach(bounds: Sequence[_Bounds], total: int, rules: AllocationRules) -> None:
    least = sum((each.lower for each in bounds), Decimal(0))
    most = sum((each.upper for each in bounds), Decimal(0))
    if least > total:
        raise Refused(
            f"the least that the places must have is {pounds(ceil(least - total))} more than there is",
            where=rules.title,
            mend="Lower the floor, allow a greater shortfall, or find more money",
        )
    if most < total:
        raise Refused(
            f"the most that the places may have leaves {pounds(ceil(total - most))} that nobody can have",
            where=rules.title,
            mend="Raise the ceiling, or share out less",
        )


def _extra_growth(
    baselines: Sequence[int], converged: Sequence[Decimal], bounds: Sequence[_Bounds], total: int
) -> Decimal:
    """Return the growth that all places have in addition, so that together they have the total.

    What a place gets rises in a straight line with it between its two bounds, so the sum rises in pieces; the
    walk goes from bend to bend until the total is passed.
    """
    bends = sorted(
        bend
        for baseline, amount, each in zip(baselines, converged, bounds, strict=True)
        for bend in (
            ((each.lower - amount) / baseline, baseline),
            ((each.upper - amount) / baseline, -baseline),
        )
    )
    shared, slope, at = sum((each.lower for each in bounds), Decimal(0)), 0, bends[0][0]
    for bend, change in bends:
        reached = shared + slope * (bend - at)
        if reached >= total and slope:
            break
        shared, slope, at = reached, slope + change, bend
    return at + (total - shared) / slope if slope else at


def _held(grown: Decimal, converged: Decimal, scaled: Decimal, bounds: _Bounds) -> Pace:
    if scaled < bounds.lower:
        limit = Limit.FLOOR if bounds.lower == bounds.floor else Limit.SHORTFALL
    elif scaled > bounds.upper:
        limit = Limit.CEILING
    else:
        limit = Limit.NONE
    allocated = min(max(scaled, bounds.lower), bounds.upper)
    return Pace(grown=grown, converged=converged, scaled=scaled, allocated=allocated, limit=limit)
