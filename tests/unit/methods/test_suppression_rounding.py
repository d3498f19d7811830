"""`suppression` where figures are rounded, tried in full, and what its rule asks at its edges."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.suppression import METHOD
from speccom.methods.suppression.counts import SuppressionInput
from speccom.methods.suppression.flow import Flow
from speccom.methods.suppression.knowledge import demands, knowledge
from speccom.methods.suppression.outsider import Outsider
from speccom.methods.suppression.published_table import published_table


def read(counts: list[list[int]], **more: Any) -> SuppressionInput:
    return METHOD.read(
        {
            "rows": [f"R{n}" for n in range(1, len(counts) + 1)],
            "columns": [f"C{n}" for n in range(1, len(counts[0]) + 1)],
            "counts": counts,
            "hide_up_to": 5,
            **more,
        }
    )


def least_by_trying(given_table: SuppressionInput) -> int:
    """The least cost of any set of further counts with which the auditor's bounds are wide enough."""
    table = published_table(given_table)
    known, demanded = knowledge(given_table, table), demands(given_table, table)
    rule, others = np.flatnonzero(demanded.hidden), np.flatnonzero(~demanded.hidden)
    choices = [more for size in range(len(others) + 1) for more in combinations(others.tolist(), size)]
    for more in sorted(choices, key=lambda each: int(table.cost[list(each)].sum())):
        hidden = demanded.hidden.copy()
        hidden[list(more)] = True
        bounds = Outsider(table, *known.bounds(hidden)).all_bounds(rule)
        if all(
            low <= demanded.low[cell] and (high is None or high >= demanded.high[cell])
            for cell, (low, high) in bounds.items()
        ):
            return int(table.cost[list(more)].sum())
    raise AssertionError("nothing protects this table")


@given(
    st.lists(st.lists(st.integers(0, 30), min_size=2, max_size=2), min_size=2, max_size=2),
    st.sampled_from([2, 3, 5]),
    st.sampled_from([None, 8, 12]),
)
@settings(max_examples=25)
def test_rounded_tables_of_two_by_two_tried_in_full(
    counts: list[list[int]], rounding: int, protect_up_to: int | None
) -> None:
    given_table = read(counts, rounding=rounding, protect_up_to=protect_up_to, total_cost=2)
    result = METHOD.calculate(given_table)
    assert result.proven
    assert result.cost == least_by_trying(given_table)


def test_no_count_falls_below_nothing_by_hiding_and_rounding_together() -> None:
    # The 7 beside the 3 can fall by 7 and no more; the row's 10, shown as 10, can rise to 12.
    given_table = read([[3, 7], [60, 70]], rounding=5, totals_may_hide=False)
    table = published_table(given_table)
    flow = Flow(table, knowledge(given_table, table), demands(given_table, table).hidden)
    found = flow.move(0, 9)
    assert found is not None
    assert found.tolist()[:3] == [9, -7, 2]
    assert flow.move(0, 10) is None


@pytest.mark.parametrize("protect", [None, 1])
def test_a_one_could_be_a_two_at_the_least(protect: int | None) -> None:
    given_table = read([[1, 20], [15, 9]], hide_up_to=1, protect_up_to=protect)
    found = demands(given_table, published_table(given_table))
    assert (found.low[0], found.high[0]) == (1, 2)


def test_bounds_are_met_at_both_ends_or_not_at_all() -> None:
    given_table = read([[3, 20], [15, 9]])
    found = demands(given_table, published_table(given_table))
    assert found.met(0, 1, 5)
    assert not found.met(0, 2, 5)
    assert not found.met(0, 1, 4)
    assert not found.met(0, 2, 4)


def test_rounding_to_the_nearest_2_is_told() -> None:
    said = METHOD.explain(METHOD.calculate(read([[3, 20], [15, 9]], rounding=2)))
    assert "the rest rounded to the nearest 2)" in said
