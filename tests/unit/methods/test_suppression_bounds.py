"""`suppression` at its bounds: the largest settings, what may be hidden at all, and what cannot be."""

from typing import Any

import numpy as np
import pytest

from speccom.methods.method import Refused
from speccom.methods.suppression import METHOD
from speccom.methods.suppression.counts import SuppressionInput, Why
from speccom.methods.suppression.knowledge import knowledge
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


@pytest.mark.parametrize(
    ("setting", "most"),
    [
        ("hide_up_to", 1_000_000_000),
        ("rounding", 1_000_000_000),
        ("protect_up_to", 1_000_000_000),
        ("total_cost", 1_000_000),
    ],
)
def test_the_most_of_each_setting(setting: str, most: int) -> None:
    assert getattr(read([[9]], **{setting: most}), setting) == most
    with pytest.raises(Refused, match=f"{setting}: input should be less than or equal to {most}"):
        read([[9]], **{setting: most + 1})


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ({}, ["111", "111", "111"]),
        ({"zeros": "hidden"}, ["111", "111", "111"]),
        ({"zeros": "shown"}, ["111", "011", "111"]),
        ({"totals_may_hide": False}, ["110", "110", "000"]),
        ({"zeros": "shown", "totals_may_hide": False}, ["110", "010", "000"]),
    ],
)
def test_which_counts_may_be_hidden(more: dict[str, Any], rows: list[str]) -> None:
    given = read([[1, 20], [0, 9]], **more)
    may = knowledge(given, published_table(given)).may_hide.reshape(3, 3)
    assert ["".join(str(int(each)) for each in row) for row in may] == rows


@pytest.mark.parametrize(("zeros", "far"), [("may hide", 12), ("shown", 11)])
@pytest.mark.parametrize("exact_up_to", [0, 300])
def test_a_hidden_count_makes_room_down_to_the_least_that_it_can_be(
    zeros: str, far: int, exact_up_to: int
) -> None:
    # 3 rises as the 9s beside and below it fall, to 0 or, where zeros are shown, to 1: by 9 or by 8.
    counts = [[3, 9, 50], [9, 60, 70], [80, 90, 100]]
    options = {"cost": "count", "zeros": zeros, "exact_up_to": exact_up_to}
    near = METHOD.calculate(read(counts, protect_up_to=far, **options))
    assert near.cost == 9 + 9 + 60
    assert [each.high for each in near.hidden if each.why == Why.SMALL] == [far]
    beyond = METHOD.calculate(read(counts, protect_up_to=far + 1, **options))
    assert beyond.hidden[0].high is not None
    assert beyond.hidden[0].high > far
    assert beyond.cost >= 50 + 80 + 100
    if exact_up_to:
        assert beyond.cost == 50 + 80 + 100


class TestOutsider:
    """An outsider who knew nothing, or what is not so, is a fault of the program and no answer."""

    def test_counts_without_a_lowest_value(self) -> None:
        table = published_table(read([[3, 20], [15, 9]]))
        nothing = Outsider(table, np.full(9, -np.inf), np.full(9, np.inf))
        with pytest.raises(ArithmeticError, match="a count has no lowest value, though none is below 0"):
            nothing.bounds(0)

    def test_knowledge_that_no_counts_fit(self) -> None:
        table = published_table(read([[3, 20], [15, 9]]))
        low, high = table.counts.astype(float), table.counts.astype(float)
        low[[0, 1]], high[[0, 1]] = (10, 20), (30, 30)  # of a row of 23, at least 30
        with pytest.raises(ArithmeticError, match="HiGHS ended a linear programme of the audit with"):
            Outsider(table, low, high).bounds(0)

    def test_what_is_known_is_told_as_it_is(self) -> None:
        table = published_table(read([[3, 20], [15, 9]]))
        low, high = table.counts.astype(float), table.counts.astype(float)
        low[[0, 1, 3, 4]], high[[0, 1, 3, 4]] = 0, np.inf
        outsider = Outsider(table, low, high)
        assert outsider.all_bounds(np.arange(9)) == {
            0: (0, 18),
            1: (5, 23),
            2: (23, 23),
            3: (0, 18),
            4: (6, 24),
            5: (24, 24),
            6: (18, 18),
            7: (29, 29),
            8: (47, 47),
        }
