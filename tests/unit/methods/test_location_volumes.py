"""How volumes are put to the solver when everyone goes to the nearest site, row by row."""

from typing import Any

import numpy as np
import pytest
from scipy import sparse

from speccom.methods.location import volumes
from speccom.methods.location.nearest import rank
from speccom.methods.location.programme import Solution
from speccom.methods.location.volumes import Limits

INF = np.inf


def rows_of(chains: Any) -> set[tuple[float, ...]]:
    """Each row with its least and its greatest value behind it."""
    dense = chains.rows.toarray()
    return {(*row, low, high) for row, low, high in zip(dense.tolist(), chains.low, chains.high, strict=True)}


class TestChains:
    """Two areas of 2 and 3 people, at 1, 4 and 9 from A, B and C and at 6, 5 and 7."""

    chains = volumes._chains(rank(np.array([[1.0, 4, 9], [6, 5, 7]]), np.array([2.0, 3])))

    def test_what_each_link_costs_and_moves(self) -> None:
        # The links are A shut, B shut, and both: 2·3, 3·1, and 2·5 + 3·1 to go on to C.
        assert self.chains.cost.tolist() == [6, 3, 13]
        assert self.chains.base == 2 * 1 + 3 * 5
        assert self.chains.first_volume.tolist() == [2, 3, 0]
        assert self.chains.volumes.toarray().tolist() == [[-2, 3, -3], [2, -3, -2], [0, 0, 5]]

    def test_a_link_is_1_exactly_where_its_sites_are_shut(self) -> None:
        assert rows_of(self.chains) == {
            # A link is 1 at least where none of its sites is open,
            (1, 0, 0, 1, 0, 0, 1, INF),
            (0, 1, 0, 0, 1, 0, 1, INF),
            (1, 1, 0, 0, 0, 1, 1, INF),
            # and 0 where its last one is,
            (1, 0, 0, 1, 0, 0, -INF, 1),
            (0, 1, 0, 0, 1, 0, -INF, 1),
            (1, 0, 0, 0, 0, 1, -INF, 1),
            (0, 1, 0, 0, 0, 1, -INF, 1),
            # and where the link before it is.
            (0, 0, 0, 0, -1, 1, -INF, 0),
            (0, 0, 0, -1, 0, 1, -INF, 0),
        }

    def test_those_who_reach_few_sites_need_one_of_them(self) -> None:
        chains = volumes._chains(
            rank(np.array([[INF, 4.0, INF], [INF, 4.0, INF], [5.0, INF, 7.0]]), np.array([1.0, 1, 3]))
        )
        assert chains.cost.tolist() == [6]
        assert rows_of(chains) == {
            (1, 0, 0, 1, 1, INF),
            (1, 0, 0, 1, -INF, 1),
            (0, 1, 0, 0, 1, INF),
            (1, 0, 1, 0, 1, INF),
        }
        assert chains.rows.shape[0] == 4


class TestLimits:
    def test_volumes_lie_between_least_and_most_where_a_site_is_open(self) -> None:
        limits = Limits(np.array([2.0, 0.0]), np.array([INF, 5.0]))
        moved = sparse.csr_matrix(np.array([[0.0, 0, -1], [0, 0, 1]]))
        opening = sparse.csr_matrix(np.array([[1.0, 0, 0], [0, 1.0, 0]]))
        at_most, at_least = limits.rows(moved, opening, 9.0)
        assert at_most.toarray().tolist() == [[-9, 0, -1], [0, -5, 1]]
        assert at_least.toarray().tolist() == [[-2, 0, -1], [0, 0, 1]]


@pytest.mark.parametrize(("cost", "bound", "held"), [(9.0, 7.0, 7.0), (9.0, 9.5, 9.0)])
def test_a_bound_is_never_above_the_cost(cost: float, bound: float, held: float) -> None:
    found = volumes._choice(
        Solution(np.array([1.0, 0.0, 1.0, 0.7]), cost, bound, "stopped"), np.array([0, 2, 5])
    )
    assert found.sites.tolist() == [0, 5]
    assert (found.cost, found.bound, found.status) == (cost, held, "stopped")
