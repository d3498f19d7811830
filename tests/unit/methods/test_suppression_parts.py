"""The parts of `suppression`, each alone: flows, the choice one after another, the master, and shares."""

from typing import Any

import numpy as np
import pytest

from speccom.methods.suppression import METHOD, greedy
from speccom.methods.suppression.counts import SuppressionInput
from speccom.methods.suppression.exact import _Master
from speccom.methods.suppression.flow import Flow
from speccom.methods.suppression.knowledge import demands, knowledge
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


def flow_of(given: SuppressionInput) -> Flow:
    table = published_table(given)
    return Flow(table, knowledge(given, table), demands(given, table).hidden)


def chosen(given: SuppressionInput) -> list[int]:
    table = published_table(given)
    return np.flatnonzero(greedy.greedy(table, knowledge(given, table), demands(given, table))).tolist()


def moved(flow: Flow, cell: int, by: int) -> list[float] | None:
    found = flow.move(cell, by)
    return None if found is None else found.tolist()


class TestFlow:
    """One row of 3 and 20, shown to the nearest 5, whose totals may not be hidden."""

    GIVEN = read([[3, 20]], rounding=5, totals_may_hide=False)

    def test_a_hidden_count_moves_as_far_as_rounding_leaves_open(self) -> None:
        # Shown are 20 (18 to 22), 25 for the 23 (23 to 27) and, below them, the same again.
        flow = flow_of(self.GIVEN)
        assert moved(flow, 0, 6) == [6, -2, 4, 6, -2, 4]
        assert moved(flow, 0, 7) is None
        assert moved(flow, 0, -2) == [-2, 2, 0, -2, 2, 0]
        assert moved(flow, 0, -3) is None

    def test_a_shown_count_moves_by_what_it_is_told_and_not_by_its_rounding_too(self) -> None:
        flow = flow_of(self.GIVEN)
        for by in (2, -2):
            found = moved(flow, 1, by)
            assert found is not None
            assert found[1] == by
        for by in (3, -3):
            assert moved(flow, 1, by) is None
        again = moved(flow, 0, 6)
        assert again == [6, -2, 4, 6, -2, 4]

    def test_room_for_one_alone_is_room(self) -> None:
        # To the nearest 2, halves up: an odd figure could be one more, an even one could be one less.
        odd = flow_of(read([[4, 21]], rounding=2, totals_may_hide=False))
        assert moved(odd, 0, 1) == [1, 0, 1, 1, 0, 1]
        assert moved(odd, 0, -1) == [-1, 1, 0, -1, 1, 0]
        assert moved(odd, 0, 2) is None
        even = flow_of(read([[4, 20]], rounding=2, totals_may_hide=False))
        assert moved(even, 0, 1) == [1, -1, 0, 1, -1, 0]
        assert moved(even, 0, -1) == [-1, 0, -1, -1, 0, -1]
        assert moved(even, 0, 2) is None

    def test_without_rounding_nothing_shown_moves(self) -> None:
        assert moved(flow_of(read([[3, 20]], totals_may_hide=False)), 0, 1) is None

    def test_what_is_hidden_already_is_moved_at_hardly_any_cost(self) -> None:
        given = read([[3, 500, 20], [600, 700, 800], [15, 900, 9]], cost="count")
        flow = flow_of(given)
        assert moved(flow, 0, 1) == [1, 0, -1, 0, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0, 0, 0]
        for cell in (1, 4, 5):
            flow.hide(cell)
        for by in (1, -1):
            assert moved(flow, 0, by) == [by, -by, 0, 0, -by, by, *[0] * 10]

    def test_no_other_count_falls_below_nothing(self) -> None:
        flow = flow_of(read([[3, 20], [15, 9]], totals_may_hide=False))
        assert moved(flow, 0, 15) == [15, -15, 0, -15, 15, 0, 0, 0, 0]
        assert moved(flow, 0, 16) is None


class TestOneAfterAnother:
    def test_nothing_is_hidden_where_rounding_protects(self) -> None:
        # 3 must be able to be 7: with two of each row and column falling by 2, all within their rounding.
        counts = [[3, 20, 30], [20, 40, 50], [30, 50, 60]]
        assert chosen(read(counts, rounding=5, protect_up_to=7)) == [0]

    def test_a_count_that_has_moved_far_enough_is_not_asked_for_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []

        class Watched(Flow):
            def move(self, cell: int, by: int) -> Any:
                asked.append((cell, by))
                return super().move(cell, by)

        monkeypatch.setattr(greedy, "Flow", Watched)
        # 2 must be able to be 5 and 1, 3 to be 5 and 1. They are corners of one cycle, and move together.
        assert chosen(read([[3, 12, 50], [11, 2, 60], [70, 80, 90]])) == [0, 1, 4, 5]
        assert asked == [(5, 3), (5, -1), (0, -2)]
        asked.clear()
        # Beside one another they move against each other: 4 by 1 and -3, and so 2 by -1 and 3.
        assert chosen(read([[4, 2, 50], [11, 12, 60]])) == [0, 1, 4, 5]
        assert asked == [(0, 1), (0, -3)]

    def test_to_have_moved_down_is_not_to_have_moved_up(self) -> None:
        # 1 rises by 4 as the 4 beside it falls, the 0 below that rises and the 12 falls. For the 4 to rise
        # by 1 the 0 cannot fall, so that the 30 must, and the 31 beside that rise.
        given = read([[4, 1, 50], [0, 12, 60], [30, 31, 32]], cost="count")
        assert chosen(given) == [0, 1, 4, 5, 8, 9]


class TestMaster:
    def test_a_choice_that_cannot_be_made_is_a_fault(self) -> None:
        for whole in (False, True):
            master = _Master(np.array([1]))
            master.add(np.array([1.0]), 2.0)
            with pytest.raises(ArithmeticError, match="HiGHS ended the choice of cells with"):
                master.solve(whole)

    def test_of_nothing_to_choose_nothing_is_chosen(self) -> None:
        for whole in (False, True):
            part, cost = _Master(np.array([], dtype=np.int64)).solve(whole)
            assert (part.tolist(), cost) == ([], 0)

    def test_it_ends_with_no_choice_cheaper_by_one(self) -> None:
        solver = _Master(np.array([1]))._solver
        assert solver.getOptionValue("mip_rel_gap")[1] == 0
        assert solver.getOptionValue("mip_abs_gap")[1] == 0.999
        assert solver.getOptionValue("random_seed")[1] == 0


class TestShares:
    @pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)])
    def test_what_one_contributor_dominates_is_hidden_wherever_it_stands(self, row: int, column: int) -> None:
        largest = [[1, 1], [1, 1], [1, 1]]
        largest[row][column] = 45
        given = read([[50, 51], [52, 53], [54, 55]], largest=largest, dominance="0.8")
        found = demands(given, published_table(given))
        assert np.flatnonzero(found.dominated).tolist() == [3 * row + column]
        # 45 is 80% of 56.25.
        assert found.high[3 * row + column] == 57


def test_the_example() -> None:
    result = METHOD.calculate(METHOD.read(METHOD.example()))
    assert result.published == (
        (None, 24, 31, None, 12, 88),
        (14, 41, 22, 9, 16, 102),
        (21, 8, 17, 26, 33, 105),
        (11, None, 0, 13, None, 71),
        (None, 52, 44, None, 47, 181),
        (9, None, 12, 20, None, 63),
        (53, 117, 97, 29, 75, 371),
        (41, 42, 29, 59, 68, 239),
        (94, 159, 126, 88, 143, 610),
    )
