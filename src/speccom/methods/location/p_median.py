"""The p sites with the least total travel time, proven: folded, exchanged, settled by HiGHS.

1. Fold the areas into nearest sets (`nearest`) of modest depth.
2. Choose greedily, then exchange an open site for a closed one while that lowers the cost.
3. HiGHS settles it for the folded cost, which is never above the true one: its bound holds for the true
   cost too.
4. The answer's cost is taken from all times. Where sets that were left out count, deepen them and go again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from speccom.methods.location.covering import least_missed
from speccom.methods.location.nearest import Indices, NearestSets, Ranked, fold, rank
from speccom.methods.location.programme import OPTIMAL, Bools, Choice, Floats
from speccom.methods.method import Refused


@dataclass(frozen=True)
class _State:
    opened: Bools
    shut: Bools
    best: Indices
    cost: float


def p_median(
    times: Floats, demand: Floats, sites: int, opened: Bools, shut: Bools, most_branches: int
) -> Choice | None:
    """Choose `sites` of the columns of `times`, all `opened` and none `shut` among them.

    Returns None where no choice of that number serves every area with demand.
    """
    times = np.where(shut, np.inf, times)
    ranked = rank(times, demand)
    if not np.isfinite(ranked.sorted_times[:, 0]).all():
        return None
    depth = np.full(len(ranked.demand), _first_depth(times.shape[1], sites))
    nothing = np.zeros(0, dtype=np.int64)
    state = _State(opened, shut, nothing, np.inf)
    while True:
        state = _exchange(fold(ranked, depth), ranked, state, sites)
        depth = _needed(ranked, depth, state.best)
        folded = fold(ranked, depth)
        answer = least_missed(
            folded.sets, folded.weight, folded.must, sites, opened, shut, most_branches, folded.base
        )
        if answer is None:
            return None
        cost = ranked.cost(answer.sites)
        if cost < state.cost:
            state = replace(state, best=answer.sites, cost=cost)
        bound = min(answer.bound, state.cost)
        choice = Choice(np.sort(state.best), state.cost, bound, answer.status)
        deeper = _needed(ranked, depth, answer.sites)
        ended = answer.status != OPTIMAL or bool((deeper == depth).all())
        if np.isfinite(state.cost) and (choice.proven or ended):
            return choice
        if ended:
            raise Refused(
                f"the search ended ({answer.status}) before it found a choice that serves everyone",
                mend="Allow more branches (`most_branches`)",
            )
        depth = deeper


def _first_depth(count: int, sites: int) -> int:
    """Return how many of its nearest sites an area is first thought to need."""
    return min(count - 1, 4 + count // sites)


def _needed(ranked: Ranked, depth: Indices, sites: Indices) -> Indices:
    """Return a depth at which the cost of these sites is counted in full for each area."""
    if not len(sites):
        return depth
    ranks = ranked.ranks_of_nearest(sites)
    return np.where(ranks > depth, ranks + 1, depth)


def _prices_of_exchange(folded: NearestSets) -> Floats:
    """Return the sets' weights with a price for those that must be met, above any cost."""
    return np.where(folded.must, 1.0 + folded.base + folded.weight.sum(), folded.weight)


def _exchange(folded: NearestSets, ranked: Ranked, state: _State, sites: int) -> _State:
    """Return the state with the best choice that exchanging single sites reaches, if it is better."""
    price = _prices_of_exchange(folded)
    by_site = folded.sets.T.tocsr()
    chosen = np.zeros(folded.sets.shape[1], dtype=bool)
    chosen[state.best if len(state.best) else np.flatnonzero(state.opened)] = True
    while chosen.sum() < sites:
        gain = by_site @ (price * (folded.sets @ chosen == 0))
        gain[chosen | state.shut] = -1.0
        chosen[int(gain.argmax())] = True
    while True:
        swap = _best_swap(folded, by_site, price, chosen, state)
        if swap is None:
            break
        chosen[swap[0]], chosen[swap[1]] = True, False
    best = np.flatnonzero(chosen)
    cost = ranked.cost(best)
    return replace(state, best=best, cost=cost) if cost < state.cost else state


def _best_swap(
    folded: NearestSets, by_site: sparse.csr_matrix, price: Floats, chosen: Bools, state: _State
) -> tuple[int, int] | None:
    """Return the site to open and the one to close that save most, or None where no exchange saves."""
    met = folded.sets @ chosen
    gain = by_site @ (price * (met == 0))
    alone = met == 1
    lonely = folded.sets[alone]
    owners = lonely.multiply(chosen[None, :]).tocsr()
    weighted = sparse.diags(price[alone]) @ owners
    shared = (lonely.T @ weighted).toarray()
    loss = np.asarray(weighted.sum(axis=0)).ravel()
    saving = gain[:, None] - loss[None, :] + shared
    saving[chosen | state.shut, :] = -np.inf
    saving[:, ~chosen | state.opened] = -np.inf
    to_open, to_close = np.unravel_index(int(saving.argmax()), saving.shape)
    # Less than this may be the rounding of the sums, by which exchanges could go round in a circle.
    small = 1e-9 * float(price.sum())
    return (int(to_open), int(to_close)) if saving[to_open, to_close] > small else None
