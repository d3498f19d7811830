"""Shares money out by need, moves each place towards its share, and explains an allocation step by step.

It answers three questions. What share of the money does each place's need call for? How far is each place
from it, and what does it get this year? And why is a published allocation what it is?

## The steps

1. **Need.** The need index of a component is `(WP_p ÷ GP_p) ÷ (WP ÷ GP)`: a place's need-weighted
   population for each registered person, against all places together.
2. **Target share.** It starts as the place's share of the population. Each component then adds `weight ×
   (share of the weighted population − share of the population)`, so over all places a component adds
   nothing. Market forces come last: `share × index ÷ Σ(share × index)`. This is the share of `population
   × need index × market forces`.
3. **Opening distance.** `(baseline − target) ÷ target`, where the target is the target share of all
   baselines.
4. **Growth.** All places grow as the total does. Convergence then closes a percentage of the gap in money
   between the baseline and its target. The result is held between a floor and a ceiling; and where the
   rules say so, no place ends further below its target than a given percentage (which goes before the
   ceiling).
5. **Scaling.** Where a limit holds, one same percentage is added to the growth of every place, and the
   limits are applied again, so that all together get exactly the total. That percentage is found exactly,
   bend by bend.
6. **Whole pence.** By largest remainder at each step: amounts are cut to whole pence, and the pence left
   over go to the largest remainders; of equal ones, to the place whose name comes first in the alphabet.
   So shares sum to exactly one, allocations to exactly the total, and every step of a place to its
   allocation.
7. **Access.** Where spend and patients are given: `spend ÷ population = spend ÷ patients × patients ÷
   population`.

A published allocation that is given for a place is set beside ours, and what these rules do not explain
is shown as one figure, never spread over the steps.

## Sources

NHS England, ICB allocations 2025/26 and its place-based allocation tool (ICB_Allocation_Tool_update) for
the need index and its components; Allocation of resources 2016/17 to 2020/21 for the rule that no
commissioner is more than 5% below target; PSS_Allocations for intensity and access.

## Known quirks

The published tool rounds weighted populations to whole people before it divides, and its indices to three
places; here nothing is rounded before the end. It also replaces a population of nought by one; here that
is refused, as there is no need index of nobody. The weights of the components are not in the sources that
were read: the shipped rules say that theirs are made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from itertools import pairwise
from typing import Any

from speccom.methods.allocation.need import Need, shares_of_need
from speccom.methods.allocation.pace import Pace, change_pace
from speccom.methods.allocation.place import AllocationInput, Place, refuse_unusable
from speccom.methods.allocation.result import Access, AllocationResult, PlaceAllocation, TargetStep
from speccom.methods.allocation.telling import explain, picture
from speccom.methods.method import Example, Method
from speccom.methods.rounding import rounded, to_the_penny, whole_parts

# Enough that a share of a national budget is exact far beyond a penny.
_DIGITS = 50
_SHARE_PLACES = 10


def allocation(given: AllocationInput) -> AllocationResult:
    """Return the allocation of each place. Raises Refused where the rules cannot share out the money."""
    given.rules.cover(given.on)
    given.rules.refuse_crossed_limits()
    refuse_unusable(given)
    with localcontext() as context:
        context.prec = _DIGITS
        return _allocate(given)


def _allocate(given: AllocationInput) -> AllocationResult:
    places = sorted(given.places, key=lambda place: place.name)
    before = sum(place.baseline for place in places)
    need = shares_of_need(places, given.rules)
    change = change_pace([place.baseline for place in places], need.target, given.total, given.rules)
    made = _places(places, need, change.places, given.total)
    ordered = tuple(made[place.name] for place in given.places)
    published = [each.not_explained for each in ordered if each.not_explained is not None]
    return AllocationResult(
        total=given.total,
        baseline=before,
        growth_percent=_percent(given.total, before),
        scaling_percent=rounded(100 * change.extra_growth, 6),
        places=ordered,
        explained=given.place_explained or _furthest_below(ordered),
        not_explained=sum(published) if published else None,
        rules_title=given.rules.title,
        illustrative=given.rules.status == "illustrative",
    )


def _places(
    places: Sequence[Place], need: Need, paces: Sequence[Pace], total: int
) -> dict[str, PlaceAllocation]:
    steps = [whole_parts(total, [total * share for share in shares]) for shares in need.shares]
    shares = whole_parts(10**_SHARE_PLACES, [10**_SHARE_PLACES * share for share in need.target])
    grown = whole_parts(total, [pace.grown for pace in paces])
    converged = whole_parts(total, [pace.converged for pace in paces])
    scaled = [to_the_penny(pace.scaled) for pace in paces]
    allocated = whole_parts(total, [pace.allocated for pace in paces])
    before = sum(place.baseline for place in places)
    return {
        place.name: PlaceAllocation(
            name=place.name,
            need_index=rounded(need.overall[at], 6),
            target_share=Decimal(shares[at]).scaleb(-_SHARE_PLACES),
            target_steps=_target_steps([step[at] for step in steps], need.steps, need.indices[at]),
            target=steps[-1][at],
            baseline=place.baseline,
            base_growth=grown[at] - place.baseline,
            convergence=converged[at] - grown[at],
            scaling=scaled[at] - converged[at],
            limits=allocated[at] - scaled[at],
            allocation=allocated[at],
            growth_percent=_percent(allocated[at], place.baseline),
            opening_distance_percent=_percent(place.baseline, need.target[at] * before),
            closing_distance_percent=_percent(allocated[at], need.target[at] * total),
            limited_by=paces[at].limit,
            published=place.published,
            not_explained=None if place.published is None else place.published - allocated[at],
            access=_access(place),
        )
        for at, place in enumerate(places)
    }


def _target_steps(
    after: Sequence[int], names: Sequence[str], indices: Mapping[str, Decimal]
) -> tuple[TargetStep, ...]:
    added = [after[0], *(later - earlier for earlier, later in pairwise(after))]
    return tuple(
        TargetStep(step=name, need_index=rounded(indices[name], 6) if name in indices else None, adds=pence)
        for name, pence in zip(names, added, strict=True)
    )


def _access(place: Place) -> Access | None:
    if place.spend is None or place.patients is None:
        return None
    return Access(
        spend_per_patient=rounded(Decimal(place.spend) / place.patients, 2),
        patients_per_head=rounded(place.patients / place.population, 8),
        spend_per_head=rounded(place.spend / place.population, 2),
    )


def _percent(amount: int, against: Decimal | int) -> Decimal:
    """Return by how much an amount exceeds another, in per cent to four places."""
    return rounded(100 * (amount / Decimal(against) - 1), 4)


def _furthest_below(places: Sequence[PlaceAllocation]) -> str:
    return min(places, key=lambda place: (place.opening_distance_percent, place.name)).name


_EXAMPLE_NEED = (
    "general and acute",
    "community",
    "mental health",
    "maternity",
    "prescribing",
    "health inequalities",
)
_EXAMPLE_PLACES = (
    (
        "Ashdown",
        "520000",
        ("548000", "561000", "530000", "498000", "566000", "601000"),
        "1.03",
        98_400_000_000,
    ),
    (
        "Brambley",
        "310000",
        ("296000", "288000", "341000", "322000", "287000", "335000"),
        "1.08",
        74_900_000_000,
    ),
    (
        "Carrick",
        "450000",
        ("471000", "489000", "402000", "431000", "486000", "402000"),
        "0.97",
        81_200_000_000,
    ),
    (
        "Dunmere",
        "220000",
        ("201000", "190000", "209000", "241000", "188000", "172000"),
        "1.01",
        37_500_000_000,
    ),
)


def example() -> Example:
    """Return input that this method serves."""
    places: list[dict[str, Any]] = [
        {
            "name": name,
            "population": population,
            "weighted": dict(zip(_EXAMPLE_NEED, weighted, strict=True)),
            "market_forces": market_forces,
            "baseline": baseline,
        }
        for name, population, weighted, market_forces, baseline in _EXAMPLE_PLACES
    ]
    places[2] |= {"published": 85_600_000_000, "spend": 9_000_000_000, "patients": 30_000}
    return {
        "on": date(2025, 6, 30),
        "total": 299_000_000_000,
        "places": places,
        "place_explained": "Carrick",
    }


def _places_with(**changes: object) -> Example:
    given = dict(example())
    given["places"][0] |= changes
    return given


def _without_maternity() -> Example:
    given = dict(example())
    del given["places"][0]["weighted"]["maternity"]
    return given


METHOD = Method(
    name="allocation",
    title="Allocations by need, distance from target and pace of change",
    takes=AllocationInput,
    gives=AllocationResult,
    calculate=allocation,
    explain=explain,
    example=example,
    picture=picture,
    rules="allocations",
    refusals={
        "a place given twice": lambda: _places_with(name="Carrick"),
        "a component of need left out": _without_maternity,
        "a place with no people": lambda: _places_with(population="0"),
        "spend without patients": lambda: _places_with(spend=100),
        "less money than the floor needs": lambda: {**example(), "total": 290_000_000_000},
        "more money than the ceiling lets out": lambda: {**example(), "total": 320_000_000_000},
        "a year without rules": lambda: {**example(), "on": date(2031, 4, 1)},
    },
)
