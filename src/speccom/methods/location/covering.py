"""Choices by who is covered: fewest sites for all, most people with p sites, and the least greatest time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from speccom.methods.location.programme import OPTIMAL, Bools, Choice, Floats, Programme, solve


def least_missed(
    sets: sparse.csr_matrix,
    weight: Floats,
    must: Bools,
    count: int,
    opened: Bools,
    shut: Bools,
    most_branches: int,
    base: float = 0.0,
) -> Choice | None:
    """Choose `count` sites so that the sets without an open site weigh least; None where a `must` is missed.

    `sets` is sets x sites, 0 or 1; `base` is added to the cost.
    """
    free = ~opened & ~shut
    unmet = sets @ opened == 0
    weight, must = weight[unmet], must[unmet]
    sites, priced = int(free.sum()), np.flatnonzero(~must)
    missed = sparse.csr_matrix(
        (np.ones(len(priced)), (priced, np.arange(len(priced)))), shape=(len(weight), len(priced))
    )
    number = sparse.csr_matrix(np.concatenate([np.ones(sites), np.zeros(len(priced))])[None, :])
    left = count - int(opened.sum())
    solution = solve(
        Programme(
            cost=np.concatenate([np.zeros(sites), weight[priced]]),
            upper=np.ones(sites + len(priced)),
            whole=np.arange(sites + len(priced)) < sites,
            rows=sparse.vstack([sparse.hstack([sets[unmet][:, free], missed]), number]).tocsr(),
            low=np.concatenate([np.ones(len(weight)), [left]]),
            high=np.concatenate([np.full(len(weight), np.inf), [left]]),
            offset=base,
        ),
        most_branches,
    )
    if solution is None:
        return None
    chosen = opened.copy()
    chosen[np.flatnonzero(free)] = solution.values[:sites] > 0.5
    return Choice(np.flatnonzero(chosen), solution.cost, solution.bound, solution.status)


def set_covering(within: Bools, opened: Bools, shut: Bools, most_branches: int) -> Choice | None:
    """Choose the fewest sites such that every area (row of `within`) has one; None where that cannot be."""
    free = ~opened & ~shut
    needs = np.unique(within[~(within & opened).any(axis=1)][:, free], axis=0)
    if not needs.any(axis=1).all():
        return None
    if not len(needs):
        already = float(opened.sum())
        return Choice(np.flatnonzero(opened), already, already, OPTIMAL)
    count = int(free.sum())
    solution = solve(
        Programme(
            cost=np.ones(count),
            upper=np.ones(count),
            whole=np.ones(count, dtype=bool),
            rows=sparse.csr_matrix(needs.astype(float)),
            low=np.ones(len(needs)),
            high=np.full(len(needs), np.inf),
            offset=float(opened.sum()),
        ),
        most_branches,
    )
    if solution is None:
        return None
    chosen = opened.copy()
    chosen[np.flatnonzero(free)] = solution.values > 0.5
    # The least number of sites is whole, so a bound of 7.2 is one of 8.
    bound = float(np.ceil(solution.bound - 1e-6))
    return Choice(np.flatnonzero(chosen), float(chosen.sum()), bound, solution.status)


def maximal_covering(
    times: Floats, demand: Floats, within: float, sites: int, opened: Bools, shut: Bools, most_branches: int
) -> Choice | None:
    """Choose `sites` sites that leave the least demand beyond the time `within`; the cost is that demand.

    Every area (row) must still reach one of them in some time; None where that cannot be.
    """
    near = (times <= within) & ~shut
    kinds, kind = np.unique(near, axis=0, return_inverse=True)
    weight = np.bincount(kind.ravel(), weights=demand, minlength=len(kinds))
    counted = kinds.any(axis=1)
    reach = np.unique(np.isfinite(times) & ~shut, axis=0)
    partial = reach[~reach[:, ~shut].all(axis=1)]
    sets = np.vstack([kinds[counted], partial]).astype(float)
    choice = least_missed(
        sparse.csr_matrix(sets),
        np.concatenate([weight[counted], np.zeros(len(partial))]),
        np.arange(len(sets)) >= counted.sum(),
        sites,
        opened,
        shut,
        most_branches,
        base=float(weight[~counted].sum()),
    )
    if choice is None:
        return None
    missed = ~near[:, choice.sites].any(axis=1)
    return replace(choice, cost=float(demand[missed].sum()))


def p_center(times: Floats, sites: int, opened: Bools, shut: Bools, most_branches: int) -> Choice | None:
    """Choose at most `sites` sites so that the greatest time from any area (row) is least.

    The answer is one of the times in the table: the least at which set covering needs no more sites. It is
    found by halving, so the proof is two coverings: one at the answer, and one just below it that needs more.
    """
    usable = np.where(shut, np.inf, times)
    floor = float(usable.min(axis=1).max())
    if not np.isfinite(floor):
        return None
    radii = np.unique(usable[np.isfinite(usable) & (usable >= floor)])
    low, high, best = 0, len(radii), None
    proven_above = True
    while low < high:
        middle = (low + high) // 2
        cover = set_covering(usable <= radii[middle], opened, shut, most_branches)
        if cover is not None and cover.cost <= sites:
            high, best = middle, cover
        else:
            proven_above &= cover is None or cover.bound > sites
            low = middle + 1
    if best is None:
        return None
    radius = float(radii[high])
    bound = radius if proven_above else floor
    return Choice(best.sites, radius, bound, best.status)
