"""Areas folded into the sets of sites nearest to them, which is all that a least travel time depends on.

For an area with demand w, whose sites in order of time are at t1 <= t2 <= ..., the least time to an open
site is t1 + (t2 - t1)·z1 + (t3 - t2)·z2 + ..., where zk is 1 if none of its k nearest sites is open. The
term depends on *which* sites those k are, not on their order, nor on the area: terms of all areas with the
same set add up. So 32,839 areas and 125 sites become some 19,000 sets for the 20 nearest sites, in place of
four million pairs. Leaving deep terms out can only lower the total: any answer is then a bound, and exact
where nothing left out counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from speccom.methods.location.programme import Floats

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class NearestSets:
    """`sets` (sets x sites, 0 or 1), what it costs (`weight`) when none of a set is open, and the rest.

    `base` is the cost when every area's nearest site is open. A set that `must` be met has no price: some
    area can reach no site outside it.
    """

    sets: sparse.csr_matrix
    weight: Floats
    must: NDArray[np.bool_]
    base: float


@dataclass(frozen=True)
class Ranked:
    """The sites in order of time for each area; equal times keep the order in which the sites are listed."""

    times: Floats
    demand: Floats
    order: Indices
    sorted_times: Floats

    def ranks_of_nearest(self, open_sites: Indices) -> Indices:
        """Return, for each area, how many sites are nearer than its nearest open one."""
        open_now = np.zeros(self.times.shape[1], dtype=bool)
        open_now[open_sites] = True
        return np.asarray(open_now[self.order].argmax(axis=1), dtype=np.int64)

    def cost(self, open_sites: Indices) -> float:
        """Return the demand-weighted total of least times; infinite where someone is not served."""
        return float(self.demand @ self.times[:, open_sites].min(axis=1))

    def prefix(self, area: Indices, size: Indices) -> sparse.csr_matrix:
        """Return, for each of these areas, its `size` nearest sites as a row of 0 and 1."""
        sites = self.times.shape[1]
        inside = np.arange(sites) < size[:, None]
        starts = np.concatenate([[0], np.cumsum(size)])
        return sparse.csr_matrix(
            (np.ones(int(starts[-1])), self.order[area][inside], starts), shape=(len(size), sites)
        )


def rank(times: Floats, demand: Floats) -> Ranked:
    """Rank the sites of each area that has demand by time. `times` is areas x sites, infinite for no way."""
    wanted = demand > 0
    times, demand = times[wanted], demand[wanted]
    order = np.argsort(times, axis=1, kind="stable")
    return Ranked(times, demand, order, np.take_along_axis(times, order, axis=1))


def fold(ranked: Ranked, depth: Indices) -> NearestSets:
    """Fold each area's terms down to its own depth (how many of its nearest sites are looked at)."""
    sites = ranked.times.shape[1]
    near, far = ranked.sorted_times[:, :-1], ranked.sorted_times[:, 1:]
    # From no way to no way is no number, and no step.
    with np.errstate(invalid="ignore"):
        step = far - near
    counted = (np.arange(sites - 1) < depth[:, None]) & (step > 0)
    area, position = np.nonzero(counted)
    price = ranked.demand[area] * step[area, position]
    group, first = same_sets(ranked.order, area, position)
    weight = np.bincount(group, weights=price, minlength=len(first))
    must = np.isinf(weight)
    return NearestSets(
        ranked.prefix(area[first], position[first] + 1),
        np.where(must, 0.0, weight),
        must,
        float(ranked.demand @ ranked.sorted_times[:, 0]),
    )


def same_sets(order: Indices, area: Indices, position: Indices) -> tuple[Indices, Indices]:
    """Return the group of each (area, position), the same for the same set of sites, and a first of each."""
    sites = order.shape[1]
    group = np.zeros(len(area), dtype=np.int64)
    first = np.zeros(0, dtype=np.int64)
    for start in range(0, sites, 62):
        inside = (order >= start) & (order < start + 62)
        bit = np.where(inside, np.int64(1) << np.where(inside, order - start, 0), 0)
        word = np.bitwise_or.accumulate(bit, axis=1)[area, position]
        _, word_group = np.unique(word, return_inverse=True)
        joined = group * (int(word_group.max(initial=0)) + 1) + word_group
        _, first, group = np.unique(joined, return_index=True, return_inverse=True)
    return group, first
