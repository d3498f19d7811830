"""The p sites with the least total travel time when each has a least and a greatest volume.

Two ways of sending people, since they give different answers. `nearest`: everyone goes to the nearest open
site, and the volumes that follow must lie within the limits. `planned`: areas may be sent elsewhere, and
shared between sites, at the least total time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from speccom.methods.location.nearest import Indices, Ranked, rank, same_sets
from speccom.methods.location.programme import Bools, Choice, Floats, Programme, Solution, solve

_TIGHTENINGS = 25


@dataclass(frozen=True)
class Limits:
    """The least and the greatest volume of each site: 0 and infinite where it has none."""

    least: Floats
    most: Floats

    def rows(
        self, volumes: sparse.csr_matrix, opening: sparse.csr_matrix, total: float
    ) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        """Return volume - most·open (never above 0) and volume - least·open (never below 0)."""
        most = np.minimum(self.most, total)
        return volumes - opening.multiply(most[:, None]), volumes - opening.multiply(self.least[:, None])


@dataclass(frozen=True)
class _Chains:
    """How demand passes on from a shut site to the next: one column for each set of shut sites."""

    cost: Floats
    base: float
    volumes: sparse.csr_matrix
    first_volume: Floats
    rows: sparse.csr_matrix
    low: Floats
    high: Floats


def with_nearest_volumes(
    times: Floats, demand: Floats, sites: int, opened: Bools, shut: Bools, limits: Limits, most_branches: int
) -> Choice | None:
    """Choose `sites` sites for people who go to the nearest one; None where no choice keeps to the limits.

    Equal times go to the site listed first. An area's k-th nearest site gets its demand times z(k-1) - zk,
    where zk is 1 if its k nearest sites are all shut, so that volumes are linear in the same few sets as
    the cost.
    """
    usable = np.flatnonzero(~shut)
    chains = _chains(rank(times[:, usable], demand))
    count, links = len(usable), len(chains.cost)
    opening = sparse.identity(count, format="csr")
    opening = sparse.hstack([opening, sparse.csr_matrix((count, links))]).tocsr()
    volumes = sparse.hstack([sparse.csr_matrix((count, count)), chains.volumes]).tocsr()
    limited = Limits(limits.least[usable], limits.most[usable])
    at_most, at_least = limited.rows(volumes, opening, float(demand.sum()))
    number = sparse.csr_matrix(opening.sum(axis=0))
    unlimited = np.full(count, np.inf)
    solution = solve(
        Programme(
            cost=np.concatenate([np.zeros(count), chains.cost]),
            lower=np.concatenate([opened[usable].astype(float), np.zeros(links)]),
            upper=np.ones(count + links),
            whole=np.arange(count + links) < count,
            rows=sparse.vstack([chains.rows, at_most, at_least, number]).tocsr(),
            low=np.concatenate([chains.low, -unlimited, -chains.first_volume, [sites]]),
            high=np.concatenate([chains.high, -chains.first_volume, unlimited, [sites]]),
            offset=chains.base,
        ),
        most_branches,
    )
    return None if solution is None else _choice(solution, usable)


def _choice(solution: Solution, usable: Indices) -> Choice:
    chosen = usable[solution.values[: len(usable)] > 0.5]
    return Choice(chosen, solution.cost, min(solution.bound, solution.cost), solution.status)


def _chains(ranked: Ranked) -> _Chains:
    sites = ranked.order.shape[1]
    reached = np.isfinite(ranked.sorted_times).sum(axis=1)
    area, position = np.nonzero(np.arange(sites) < reached[:, None] - 1)
    group, first = same_sets(ranked.order, area, position)
    links = len(first)
    leaving, joining = ranked.order[area, position], ranked.order[area, position + 1]
    moved = ranked.demand[area]
    step = ranked.sorted_times[area, position + 1] - ranked.sorted_times[area, position]
    volumes = sparse.csr_matrix(
        (
            np.concatenate([-moved, moved]),
            (np.concatenate([leaving, joining]), np.concatenate([group, group])),
        ),
        shape=(sites, links),
    )
    rows, low, high = _link_rows(ranked, area, position, group, first, reached)
    return _Chains(
        cost=np.asarray(np.bincount(group, weights=moved * step, minlength=links), dtype=float),
        base=float(ranked.demand @ ranked.sorted_times[:, 0]),
        volumes=volumes,
        first_volume=np.asarray(
            np.bincount(ranked.order[:, 0], weights=ranked.demand, minlength=sites), dtype=float
        ),
        rows=rows,
        low=low,
        high=high,
    )


def _link_rows(
    ranked: Ranked, area: Indices, position: Indices, group: Indices, first: Indices, reached: Indices
) -> tuple[sparse.csr_matrix, Floats, Floats]:
    """Return the rows that make each link 1 exactly where all its sites are shut."""
    sites, links = ranked.order.shape[1], len(first)
    members = sparse.csr_matrix(ranked.prefix(area[first], position[first] + 1))
    shut_all = sparse.hstack([members, sparse.identity(links, format="csr")])
    parent = np.where(position > 0, np.roll(group, 1), -1)
    pairs = np.unique(np.column_stack([group, ranked.order[area, position], parent]), axis=0)
    own = np.arange(len(pairs))
    one_open = _entries(len(pairs), sites + links, (own, sites + pairs[:, 0], 1), (own, pairs[:, 1], 1))
    after = pairs[pairs[:, 2] >= 0]
    own = np.arange(len(after))
    passed_on = _entries(
        len(after), sites + links, (own, sites + after[:, 0], 1), (own, sites + after[:, 2], -1)
    )
    short = np.flatnonzero(reached < sites)
    served = sparse.csr_matrix(np.unique(ranked.prefix(short, reached[short]).toarray(), axis=0))
    served = sparse.hstack([served, sparse.csr_matrix((served.shape[0], links))])
    rows = sparse.vstack([shut_all, one_open, passed_on, served]).tocsr()
    kinds = (links, len(pairs), len(after), served.shape[0])
    low = np.repeat([1.0, -np.inf, -np.inf, 1.0], kinds)
    high = np.repeat([np.inf, 1.0, 0.0, np.inf], kinds)
    return rows, low, high


def _entries(height: int, width: int, *entries: tuple[Indices, Indices, int]) -> sparse.csr_matrix:
    row = np.concatenate([each[0] for each in entries])
    column = np.concatenate([each[1] for each in entries])
    value = np.concatenate([np.full(len(own), float(each)) for own, _, each in entries])
    return sparse.csr_matrix((value, (row, column)), shape=(height, width))


def with_planned_volumes(
    times: Floats, demand: Floats, sites: int, opened: Bools, shut: Bools, limits: Limits, most_branches: int
) -> tuple[Choice, Floats] | None:
    """Choose `sites` sites and the share of each area sent to each (areas x sites); None where none fits."""
    wanted = np.flatnonzero(demand > 0)
    area, site = np.nonzero(np.isfinite(times[wanted]) & ~shut)
    people = demand[wanted]
    count, pairs = times.shape[1], len(area)
    own = np.arange(pairs)
    opening = sparse.hstack([sparse.identity(count), sparse.csr_matrix((count, pairs))]).tocsr()
    volumes = sparse.csr_matrix((people[area], (site, count + own)), shape=(count, count + pairs))
    served = sparse.csr_matrix((np.ones(pairs), (area, count + own)), shape=(len(wanted), count + pairs))
    at_most, at_least = limits.rows(volumes, opening, float(people.sum()))
    number = sparse.csr_matrix(opening.sum(axis=0))
    ones, unlimited = np.ones(len(wanted)), np.full(count, np.inf)
    loose = Programme(
        cost=np.concatenate([np.zeros(count), people[area] * times[wanted][area, site]]),
        lower=np.concatenate([opened.astype(float), np.zeros(pairs)]),
        upper=np.concatenate([(~shut).astype(float), np.ones(pairs)]),
        whole=np.arange(count + pairs) < count,
        rows=sparse.vstack([served, at_most, at_least, number]).tocsr(),
        low=np.concatenate([ones, -unlimited, np.zeros(count), [sites]]),
        high=np.concatenate([ones, np.zeros(count), unlimited, [sites]]),
    )
    solution = solve(_tightened(loose, site, most_branches), most_branches)
    if solution is None:
        return None
    shares = np.zeros(times.shape)
    shares[wanted[area], site] = solution.values[count:].clip(0.0, 1.0)
    return _choice(solution, np.arange(count)), shares


def _tightened(programme: Programme, site: Indices, most_branches: int) -> Programme:
    """Add the rows "nobody goes to a shut site" that the programme without whole numbers breaks.

    The rows on volumes say the same more loosely, so that these only raise the bound.
    """
    count = len(programme.cost) - len(site)
    relaxed = replace(programme, whole=np.zeros(len(programme.cost), dtype=bool))
    for _ in range(_TIGHTENINGS):
        solution = solve(relaxed, most_branches)
        if solution is None:
            break
        sent, open_part = solution.values[count:], solution.values[:count]
        broken = np.flatnonzero(sent > open_part[site] + 1e-6)
        if not len(broken):
            break
        own = np.arange(len(broken))
        rows = _entries(len(broken), len(programme.cost), (own, count + broken, 1), (own, site[broken], -1))
        relaxed = replace(
            relaxed,
            rows=sparse.vstack([relaxed.rows, rows]).tocsr(),
            low=np.concatenate([relaxed.low, np.full(len(broken), -np.inf)]),
            high=np.concatenate([relaxed.high, np.zeros(len(broken))]),
        )
    return replace(relaxed, whole=programme.whole)
