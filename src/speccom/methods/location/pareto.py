"""The sets of sites that no other set betters on every objective.

Where the sets are few enough each is looked at. Where they are not, those compared are the proven optima of
each number of sites (least mean, least greatest time, most people in time) and all that differ from one by
one site.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb

import numpy as np

from speccom.methods.location.answer import ParetoAnswer, ParetoSet
from speccom.methods.location.covering import maximal_covering, p_center
from speccom.methods.location.nearest import Indices
from speccom.methods.location.network import Network
from speccom.methods.location.p_median import p_median
from speccom.methods.location.programme import Floats
from speccom.methods.location.question import Objective, Pareto
from speccom.methods.method import Refused

Sites = tuple[int, ...]


def pareto(net: Network, asked: Pareto, most_branches: int) -> ParetoAnswer:
    """Return the sets that none betters."""
    _check(net, asked)
    forced = tuple(int(site) for site in np.flatnonzero(net.opened))
    free = [int(site) for site in np.flatnonzero(~net.opened & ~net.shut)]
    sizes = range(max(asked.fewest, len(forced)), min(asked.most, len(forced) + len(free)) + 1)
    count = sum(comb(len(free), size - len(forced)) for size in sizes)
    complete = count <= asked.most_sets
    if complete:
        each: Iterator[Sites] = (
            tuple(sorted(forced + more)) for size in sizes for more in combinations(free, size - len(forced))
        )
    else:
        each = _near_optima(net, asked, sizes, most_branches)
    judge = _Judge(net, asked)
    looked_at, sets, values = 0, [], []
    for sites in each:
        looked_at += 1
        judged = judge.values(sites)
        if judged is not None:
            sets.append(sites)
            values.append(judged)
    if not sets:
        raise Refused(
            "no set of that many sites serves every area",
            where="question",
            mend="Allow more sites (`most`), or give more travel times",
        )
    best = unbettered(np.array(values))
    return ParetoAnswer(
        objectives=asked.objectives,
        sets=tuple(
            ParetoSet(sites=tuple(net.names[site] for site in sets[place]), values=values[place])
            for place in best
        ),
        looked_at=looked_at,
        complete=complete,
    )


def _check(net: Network, asked: Pareto) -> None:
    if len(set(asked.objectives)) < len(asked.objectives):
        raise Refused("an objective is there more than once", where="objectives", mend="Name each once")
    if asked.fewest > asked.most:
        raise Refused(
            f"at least {asked.fewest} sites and at most {asked.most} leaves no number of sites",
            where="question",
            mend="Give a `fewest` that is no more than `most`",
        )
    forced, usable = int(net.opened.sum()), int((~net.shut).sum())
    if asked.most < forced or asked.fewest > usable:
        raise Refused(
            f"between {asked.fewest} and {asked.most} sites are asked for, "
            f"where {forced} must be open and {usable} may be",
            where="question",
            mend="Change the numbers or the sites' standing",
        )
    if Objective.OUTSIDE in asked.objectives and asked.within is None:
        raise Refused(
            "`share outside` needs the travel time that people should be within",
            where="question",
            mend="Give `within`",
        )
    if Objective.BELOW_MINIMUM in asked.objectives and not (net.limits.least > 0).any():
        raise Refused(
            "`sites below minimum` needs a site with a minimum, and none has one",
            where="sites",
            mend="Give the sites their `minimum`",
        )


class _Judge:
    """Judges one set of sites after another; people go to the nearest."""

    def __init__(self, net: Network, asked: Pareto) -> None:
        wanted = net.demand > 0
        self._times = np.ascontiguousarray(net.times[wanted].T)
        self._demand = net.demand[wanted]
        self._total = float(self._demand.sum())
        self._least = net.limits.least
        self._slack = 1e-9 * self._total
        self._asked = asked

    def values(self, sites: Sites) -> tuple[float, ...] | None:
        """Return the figure for each objective, or None where someone is not served."""
        times = self._times[list(sites)]
        least = times.min(axis=0)
        if not np.isfinite(least).all():
            return None
        return tuple(self._value(objective, sites, times, least) for objective in self._asked.objectives)

    def _value(self, objective: Objective, sites: Sites, times: Floats, least: Floats) -> float:
        if objective == Objective.SITES:
            return float(len(sites))
        if objective == Objective.MEAN:
            return float(self._demand @ least) / self._total
        if objective == Objective.GREATEST:
            return float(least.max())
        if objective == Objective.OUTSIDE:
            return float(self._demand[least > (self._asked.within or 0.0)].sum()) / self._total
        volume = np.bincount(times.argmin(axis=0), weights=self._demand, minlength=len(sites))
        return float((volume < self._least[list(sites)] - self._slack).sum())


def _near_optima(net: Network, asked: Pareto, sizes: range, most_branches: int) -> Iterator[Sites]:
    """Give the proven optima of each number of sites, and the sets that differ from one by one site."""
    seen: set[Sites] = set()
    for size in sizes:
        for optimum in _optima(net, asked, size, most_branches):
            for sites in (tuple(int(site) for site in optimum), *_neighbours(net, optimum)):
                if sites not in seen:
                    seen.add(sites)
                    yield sites


def _optima(net: Network, asked: Pareto, size: int, most_branches: int) -> Iterator[Indices]:
    wanted = net.demand > 0
    times, demand = net.times[wanted], net.demand[wanted]
    median = p_median(times, demand, size, net.opened, net.shut, most_branches)
    if median is None:
        return
    yield median.sites
    if Objective.GREATEST in asked.objectives:
        center = p_center(times, size, net.opened, net.shut, most_branches)
        near = np.where(times <= center.cost, times, np.inf) if center else times
        choice = p_median(near, demand, size, net.opened, net.shut, most_branches)
        if choice:
            yield choice.sites
    if Objective.OUTSIDE in asked.objectives:
        covering = maximal_covering(
            times, demand, asked.within or 0.0, size, net.opened, net.shut, most_branches
        )
        if covering:
            yield covering.sites


def _neighbours(net: Network, sites: Indices) -> Iterator[Sites]:
    for gone in sites[~net.opened[sites]]:
        for new in np.flatnonzero(~net.shut):
            if new not in sites:
                yield tuple(sorted((set(map(int, sites)) - {int(gone)}) | {int(new)}))


def unbettered(values: Floats) -> list[int]:
    """Return the rows that no other row betters, in order of figures; of equal rows the first.

    A row betters another if it is no higher anywhere and lower somewhere.
    """
    order = np.lexsort(tuple(values.T[::-1]))
    front: list[int] = []
    kept = np.empty((0, values.shape[1]))
    for place in order:
        if not (kept <= values[place]).all(axis=1).any():
            front.append(int(place))
            kept = np.vstack([kept, values[place]])
    return front
