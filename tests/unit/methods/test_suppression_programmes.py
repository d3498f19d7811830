"""The linear programmes of `suppression`: their costs, sums and margins, and what belongs to each of them."""

from typing import Any

import numpy as np
import pytest

from speccom.methods.suppression import METHOD, exact, greedy
from speccom.methods.suppression.counts import SuppressionInput
from speccom.methods.suppression.exact import _Master, _Need, _Rivals, least_costly
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


def rivals_of(given: SuppressionInput, needs: list[_Need]) -> _Rivals:
    table = published_table(given)
    return _Rivals(table, knowledge(given, table), demands(given, table), needs)


def flow_of(given: SuppressionInput) -> Flow:
    table = published_table(given)
    return Flow(table, knowledge(given, table), demands(given, table).hidden)


class TestCosts:
    def test_room_left_by_rounding_costs_nothing_and_hidden_counts_hardly_anything(self) -> None:
        flow = flow_of(read([[3, 20]], rounding=5, total_cost=7))
        # 3, 20 and their total, then the totals of all: the 3 stands twice, and is hidden twice.
        beyond = [1e-4, 1.0, 7.0, 1e-4, 7.0, 7.0]
        assert list(flow._solver.getLp().col_cost_) == beyond * 2 + [0.0] * 12

    def test_a_count_may_rise_within_its_rounding_without_being_hidden(self) -> None:
        # 3 as 5: 47 as 45, 98 as 96 and 27 as 29; 3 as 1: 49, 100 and 25. All show 50, 100 and 30 still.
        given = read([[47, 3], [51, 24]], rounding=10, cost="count")
        table = published_table(given)
        found = greedy.greedy(table, knowledge(given, table), demands(given, table))
        assert np.flatnonzero(found).tolist() == [1]


class TestSums:
    def test_all_sums_groups_where_there_are_groups(self) -> None:
        two = published_table(read([[3], [20], [15]], row_groups=["A", "A", "B"])).sums.toarray()
        # Cells by row: three rows, two groups, all; the last two sums are those of all, by column.
        assert two[-2].tolist() == [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, -1, 0]
        assert two[-1].tolist() == [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, -1]
        one = published_table(read([[3], [20]], row_groups=["A", "A"])).sums.toarray()
        assert one[-2].tolist() == [0, 0, 0, 0, 1, 0, -1, 0]
        none = published_table(read([[3], [20]])).sums.toarray()
        assert none[-2].tolist() == [1, 0, 1, 0, -1, 0]

    @pytest.mark.parametrize("rounding", [1, 5])
    def test_a_programme_has_one_figure_for_each_count_and_for_each_sum(self, rounding: int) -> None:
        # One row in one group of one column: seven sums of six counts.
        given = read([[3]], row_groups=["A"], rounding=rounding)
        for solver in (flow_of(given)._solver, rivals_of(given, [])._solver):
            programme = solver.getLp()
            for each in (programme.col_cost_, programme.col_lower_, programme.col_upper_):
                assert len(each) == programme.num_col_
            for each in (programme.row_lower_, programme.row_upper_):
                assert len(each) == programme.num_row_ == 7


class TestMargins:
    """What is short by no more than a millionth is the last digits of the solver."""

    @pytest.mark.parametrize(("short", "rows"), [(0.5e-6, 0), (1e-6, 0), (1.5e-6, 1)])
    def test_a_need_is_met_to_a_millionth(self, short: float, rows: int) -> None:
        # 3 must be able to be 5, and the 20 beside it, hidden in part, can fall by hardly less than 2.
        rivals = rivals_of(read([[3, 20], [15, 9]], totals_may_hide=False), [_Need(0, 1, 2)])
        hidden = np.array([1.0, (2 - short) / 2, 0, 1, 1, 0, 0, 0, 0])
        assert len(list(rivals.broken(hidden))) == rows

    @pytest.mark.parametrize(("above", "least"), [(0.5e-6, 1), (1.5e-6, 2)])
    def test_a_cost_is_told_to_a_millionth(self, above: float, least: int) -> None:
        master = _Master(np.array([2]))
        master.add(np.array([1.0]), (1 + above) / 2)
        assert master.solve(whole=False)[1] == least


class TestProof:
    def test_only_what_must_be_off_by_something_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = []

        class Watched(_Rivals):
            def __post_init__(self) -> None:
                asked.extend((need.cell, need.sign, need.amount) for need in self.needs)
                super().__post_init__()

        monkeypatch.setattr(exact, "_Rivals", Watched)
        # 5 could not be higher and 1 not lower.
        METHOD.calculate(read([[5, 20, 30], [15, 1, 40], [50, 60, 3]]))
        assert asked == [(0, -1, 4), (5, 1, 4), (10, 1, 2), (10, -1, 2)]

    def test_parts_are_asked_first_and_then_whole_counts(self) -> None:
        # Rounding protects alone: one round finds that of parts, a second of whole counts.
        given = read([[47, 3], [51, 24]], rounding=10)
        table = published_table(given)
        known, demanded = knowledge(given, table), demands(given, table)
        assert least_costly(table, known, demanded, 1, 100).hidden is None
        found = least_costly(table, known, demanded, 2, 100).hidden
        assert found is not None
        assert np.flatnonzero(found).tolist() == [1]


class TestWhatHangsTogether:
    """Two blocks of four free counts, at opposite corners; no counts fit what is said of the second."""

    COUNTS = ((3, 20, 30, 31), (15, 9, 32, 33), (34, 35, 4, 21), (36, 37, 16, 10))

    def outsider(self) -> Outsider:
        table = published_table(read([list(row) for row in self.COUNTS]))
        low, high = table.counts.astype(float), table.counts.astype(float)
        free = [0, 1, 5, 6, 12, 13, 17, 18]
        low[free], high[free] = 0, np.inf
        low[12], low[13] = 20, 20  # of the 25 that are theirs
        return Outsider(table, low, high)

    def test_what_fits_no_counts_is_a_fault(self) -> None:
        with pytest.raises(ArithmeticError, match="HiGHS ended a linear programme of the audit with"):
            self.outsider().bounds(12)

    def test_it_touches_no_other_counts(self) -> None:
        assert self.outsider().all_bounds(np.array([0, 1, 5, 6])) == {
            0: (0, 18),
            1: (5, 23),
            5: (0, 18),
            6: (6, 24),
        }

    def test_nor_what_is_known(self) -> None:
        assert self.outsider().all_bounds(np.array([2, 14, 24])) == {
            2: (30, 30),
            14: (94, 94),
            24: (366, 366),
        }
