"""`suppression`: what the rule hides, what an outsider can infer by programmes of our own, and refusals."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from speccom.methods.method import Refused
from speccom.methods.suppression import METHOD
from speccom.methods.suppression.counts import Cost, SuppressionResult, Way, Why, Zeros
from speccom.methods.suppression.exact import _Master
from speccom.methods.suppression.flow import Flow
from speccom.methods.suppression.knowledge import demands, knowledge, rounded
from speccom.methods.suppression.outsider import audit
from speccom.methods.suppression.programme import quiet_solver
from speccom.methods.suppression.published_table import published_table
from speccom.methods.suppression.suppressing import _without_the_idle

Table = list[list[int]]


def suppress(counts: Table, **more: Any) -> SuppressionResult:
    data = {
        "rows": [f"R{n}" for n in range(1, len(counts) + 1)],
        "columns": [f"C{n}" for n in range(1, len(counts[0]) + 1)],
        "counts": counts,
        "hide_up_to": 5,
        **more,
    }
    return METHOD.calculate(METHOD.read(data))


def read(counts: Table, **more: Any) -> Any:
    return METHOD.read(
        {
            "rows": [f"R{n}" for n in range(1, len(counts) + 1)],
            "columns": [f"C{n}" for n in range(1, len(counts[0]) + 1)],
            "counts": counts,
            "hide_up_to": 5,
            **more,
        }
    )


def grid(result: SuppressionResult) -> list[list[int | None]]:
    return [list(row) for row in result.published]


# --- An outsider of our own, written from the published figures and the rule alone. ---


def thinkable(figure: int | None, hide_up_to: int, zeros: str, rounding: int) -> tuple[float, float]:
    """The least and greatest count that an outsider can think of behind one figure."""
    if figure is None:
        return (1 if zeros == "shown" else 0), np.inf
    fitting = [
        count
        for count in range(max(0, figure - rounding), figure + rounding + 1)
        if int((count + rounding / 2) // rounding) * rounding == figure
        and (count > hide_up_to or (count == 0 and zeros != "hidden"))
    ]
    return min(fitting), max(fitting)


def inferred(
    published: list[list[int | None]],
    groups: list[str],
    hide_up_to: int,
    zeros: str = "may hide",
    rounding: int = 1,
) -> dict[tuple[int, int], tuple[float, float]]:
    """Bounds on each hidden figure by scipy's linear programming."""
    height, width = len(published), len(published[0])

    def cell(row: int, column: int) -> int:
        return row * width + column

    sums = []
    for row in range(height):
        line = np.zeros(height * width)
        line[[cell(row, column) for column in range(width - 1)]] = 1
        line[cell(row, width - 1)] = -1
        sums.append(line)
    names = list(dict.fromkeys(groups))
    inner = height - 1 - len(names)
    for column in range(width):
        for place, name in enumerate(names):
            line = np.zeros(height * width)
            line[[cell(row, column) for row in range(inner) if groups[row] == name]] = 1
            line[cell(inner + place, column)] = -1
            sums.append(line)
        line = np.zeros(height * width)
        line[[cell(row, column) for row in range(inner)]] = 1
        line[cell(height - 1, column)] = -1
        sums.append(line)
    bounds = [thinkable(figure, hide_up_to, zeros, rounding) for row in published for figure in row]
    found = {}
    for row in range(height):
        for column in range(width):
            if published[row][column] is not None:
                continue
            aim = np.zeros(height * width)
            aim[cell(row, column)] = 1
            ends = []
            for sign in (1, -1):
                solved = linprog(sign * aim, A_eq=np.array(sums), b_eq=np.zeros(len(sums)), bounds=bounds)
                assert solved.status in (0, 3), solved.message
                ends.append(sign * solved.fun if solved.status == 0 else -sign * np.inf)
            found[row, column] = (ends[0], ends[1])
    return found


@st.composite
def tables(draw: st.DrawFn, rows: int = 5, columns: int = 4) -> Table:
    height, width = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    count = st.one_of(st.integers(0, 8), st.integers(0, 60))
    return draw(
        st.lists(
            st.lists(count, min_size=width, max_size=width),
            min_size=height,
            max_size=height,
        )
    )


@st.composite
def settings_of(draw: st.DrawFn, height: int) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "hide_up_to": draw(st.integers(1, 7)),
        "zeros": draw(st.sampled_from([str(zeros) for zeros in Zeros])),
        "rounding": draw(st.sampled_from([1, 1, 2, 3, 5, 10])),
        "exact_up_to": draw(st.sampled_from([0, 300])),
        "cost": draw(st.sampled_from([str(cost) for cost in Cost])),
        "most_rounds": 30,
    }
    if draw(st.booleans()):
        chosen["row_groups"] = draw(st.lists(st.sampled_from("xy"), min_size=height, max_size=height))
    return chosen


class TestTheRule:
    """What is small, what is dominated, and what an outsider must think possible."""

    def hidden_by_rule(self, result: SuppressionResult) -> list[tuple[str, str, str]]:
        return [(each.row, each.column, str(each.why)) for each in result.hidden if each.why != Why.PROTECTS]

    def test_counts_from_1_to_the_threshold_are_small_and_0_is_not(self) -> None:
        result = suppress([[0, 1, 30], [5, 6, 31], [40, 41, 42]])
        assert self.hidden_by_rule(result) == [("R1", "C2", "small"), ("R2", "C1", "small")]
        assert result.small == 2

    def test_zeros_are_small_where_asked(self) -> None:
        result = suppress([[0, 20], [15, 9]], zeros="hidden")
        assert self.hidden_by_rule(result) == [("R1", "C1", "small")]
        assert grid(result) == [[None, None, 20], [None, None, 24], [15, 29, 44]]

    def test_a_small_total_is_small(self) -> None:
        result = suppress([[0, 4], [30, 20]])
        assert ("R1", "Total", "small") in self.hidden_by_rule(result)

    def test_by_hand_two_by_two(self) -> None:
        # With C1 of R1 at x: its row leaves 23 - x, its column 18 - x, and 9 + x - 3 in the corner: 0 to 18.
        result = suppress([[3, 20], [15, 9]])
        assert grid(result) == [[None, None, 23], [None, None, 24], [18, 29, 47]]
        told = {(each.row, each.column): (each.low, each.high) for each in result.hidden}
        assert told == {
            ("R1", "C1"): (0, 18),
            ("R1", "C2"): (5, 23),
            ("R2", "C1"): (0, 18),
            ("R2", "C2"): (6, 24),
        }
        assert (result.small, result.protecting, result.protecting_totals) == (1, 3, 0)
        assert (result.cost, result.least_cost, result.proven, result.way) == (3, 3, True, Way.EXACT)
        assert (result.rows, result.columns) == (("R1", "R2", "Total"), ("C1", "C2", "Total"))
        assert (result.hide_up_to, result.zeros, result.rounding) == (5, Zeros.MAY_HIDE, 1)

    def test_zeros_always_shown_make_every_hidden_count_at_least_1(self) -> None:
        result = suppress([[3, 20], [15, 9]], zeros="shown")
        told = {(each.row, each.column): (each.low, each.high) for each in result.hidden}
        assert told[("R1", "C1")] == (1, 17)
        assert told[("R2", "C2")] == (7, 23)

    def test_zeros_always_shown_are_shown(self) -> None:
        result = suppress([[3, 20, 0], [15, 9, 8], [0, 11, 17]], zeros="shown")
        assert grid(result)[0][2] == 0
        assert grid(result)[2][0] == 0

    def test_a_zero_may_be_hidden_to_protect(self) -> None:
        kept = suppress([[3, 20], [0, 40]], zeros="may hide")
        assert kept.published[2][2] == 63
        shown = suppress([[3, 20], [0, 40]], zeros="shown")
        assert shown.published[1][0] == 0

    def test_protection_reaches_as_high_as_asked(self) -> None:
        # The corner can make room for 9 + 3 - ... only up to 12, so that reaching 13 needs more hidden.
        counts = [[3, 9, 50], [9, 60, 70], [80, 90, 100]]
        near = suppress(counts, protect_up_to=12)
        far = suppress(counts, protect_up_to=13)
        assert near.cost == 3
        high = [each.high for each in far.hidden if each.why == Why.SMALL]
        assert all(each is None or each >= 13 for each in high)
        assert far.cost >= near.cost
        assert not (grid(far)[0][1] is None and grid(far)[1][0] is None and far.cost == 3)

    def test_protection_is_up_to_the_threshold_unless_told(self) -> None:
        demanded = demands(read([[3, 20], [15, 9]]), published_table(read([[3, 20], [15, 9]])))
        assert (demanded.low[0], demanded.high[0]) == (1, 5)
        told = read([[3, 20], [15, 9]], protect_up_to=9, zeros="shown")
        demanded = demands(told, published_table(told))
        assert (demanded.low[0], demanded.high[0]) == (1, 9)
        zeros = read([[3, 20], [15, 9]], zeros="hidden")
        assert demands(zeros, published_table(zeros)).low[0] == 0
        less = read([[3, 20], [15, 9]], protect_up_to=2)
        assert demands(less, published_table(less)).high[0] == 3

    @pytest.mark.parametrize(("largest", "hidden"), [(80, False), (81, True)])
    def test_a_count_is_dominated_beyond_the_share(self, largest: int, hidden: bool) -> None:
        result = suppress([[100, 20], [15, 90]], largest=[[largest, 1], [1, 1]], dominance="0.8")
        assert self.hidden_by_rule(result) == ([("R1", "C1", "dominated")] if hidden else [])

    def test_a_dominated_count_could_be_so_high_that_nobody_dominates(self) -> None:
        given = read([[100, 20], [15, 90]], largest=[[90, 1], [1, 1]], dominance="0.8")
        demanded = demands(given, published_table(given))
        # 90 is 80% of 112.5, so that 113 is the least count which it does not dominate.
        assert (demanded.low[0], demanded.high[0]) == (100, 113)
        assert demanded.hidden.sum() == 1
        result = METHOD.calculate(given)
        first = result.hidden[0]
        assert (first.row, first.column, first.low, first.high) == ("R1", "C1", 10, 115)

    def test_a_count_both_small_and_dominated_is_small(self) -> None:
        result = suppress([[3, 20], [15, 90]], largest=[[3, 1], [1, 1]], dominance="0.5")
        assert self.hidden_by_rule(result) == [("R1", "C1", "small")]
        given = read([[3, 20], [15, 90]], largest=[[3, 1], [1, 1]], dominance="0.5")
        assert demands(given, published_table(given)).high[0] == 5

    def test_where_nothing_is_small_all_is_shown(self) -> None:
        result = suppress([[30, 20], [15, 9]])
        assert grid(result) == [[30, 20, 50], [15, 9, 24], [45, 29, 74]]
        assert result.hidden == ()
        assert (result.cost, result.least_cost, result.proven) == (0, 0, True)

    def test_where_all_is_hidden_there_is_no_limit(self) -> None:
        result = suppress([[3]])
        assert grid(result) == [[None, None], [None, None]]
        assert [(each.low, each.high) for each in result.hidden] == [(0, None)] * 4
        assert result.small == 4


class TestRounding:
    """Halves go up; an outsider thinks of every count that would be shown so."""

    @pytest.mark.parametrize(
        ("count", "to", "figure"),
        [
            (7, 5, 5),
            (8, 5, 10),
            (12, 5, 10),
            (13, 5, 15),
            (14, 10, 10),
            (15, 10, 20),
            (3, 2, 4),
            (9, 1, 9),
            (0, 5, 0),
        ],
    )
    def test_nearest_multiple(self, count: int, to: int, figure: int) -> None:
        assert rounded(np.array([count]), to).tolist() == [figure]

    @given(
        st.integers(0, 40), st.integers(1, 12), st.integers(1, 9), st.sampled_from([str(z) for z in Zeros])
    )
    @settings(max_examples=100)
    def test_what_is_known_of_a_shown_figure_is_every_count_shown_so(
        self, count: int, to: int, hide_up_to: int, zeros: str
    ) -> None:
        if 1 <= count <= hide_up_to or (count == 0 and zeros == "hidden"):
            return
        given_table = read([[count]], rounding=to, hide_up_to=hide_up_to, zeros=zeros)
        known = knowledge(given_table, published_table(given_table))
        figure = int(rounded(np.array([count]), to)[0])
        assert (known.shown_low[0], known.shown_high[0]) == thinkable(figure, hide_up_to, zeros, to)

    def test_totals_are_rounded_on_their_own(self) -> None:
        result = suppress([[11, 21], [31, 12]], rounding=5)
        assert grid(result) == [[10, 20, 30], [30, 10, 45], [40, 35, 75]]

    def test_rounding_leaves_room_that_protects(self) -> None:
        # With everything shown to the nearest 10, 3 in a row of 20 can be 0 to 8 with nothing more hidden.
        result = suppress([[3, 20, 30], [22, 31, 41], [28, 33, 17]], rounding=10)
        assert result.protecting == 0
        assert [(each.low, each.high) for each in result.hidden] == [(0, 14)] or result.hidden[0].low == 0
        assert result.hidden[0].high is not None
        assert result.hidden[0].high >= 5
        assert suppress([[3, 20, 30], [22, 31, 41], [28, 33, 17]]).protecting == 3


class TestCost:
    """What hiding costs, and the wish to keep totals."""

    def test_each_count_costs_1_and_a_total_its_multiple(self) -> None:
        table = published_table(read([[3, 20], [15, 9]], total_cost=7))
        assert table.cost.tolist() == [1, 1, 7, 1, 1, 7, 7, 7, 7]

    def test_a_count_may_cost_itself_and_0_costs_1(self) -> None:
        table = published_table(read([[0, 20], [15, 9]], cost="count", total_cost=2))
        assert table.cost.tolist() == [1, 20, 40, 15, 9, 48, 30, 58, 88]

    def test_cheap_counts_are_hidden_before_dear_ones(self) -> None:
        counts = [[3, 500, 20], [600, 700, 800], [15, 900, 9]]
        result = suppress(counts, cost="count")
        assert result.cost == 20 + 15 + 9
        assert {(each.row, each.column) for each in result.hidden} == {
            ("R1", "C1"),
            ("R1", "C3"),
            ("R3", "C1"),
            ("R3", "C3"),
        }

    def test_a_cheap_total_is_hidden_before_counts(self) -> None:
        result = suppress([[3, 20], [15, 9]], total_cost=1, cost="count")
        assert result.protecting_totals == sum(
            "Total" in (each.row, each.column) for each in result.hidden if each.why == Why.PROTECTS
        )
        assert result.cost == cheapest_counts([[3, 20], [15, 9]])

    def test_totals_that_may_not_be_hidden_are_shown(self) -> None:
        free = suppress([[2, 20, 8]])
        assert free.protecting_totals == 1
        assert free.cost == 6
        kept = suppress([[2, 20, 8], [11, 12, 13]], totals_may_hide=False)
        assert kept.protecting_totals == 0
        assert None not in kept.published[2]
        assert all(row[3] is not None for row in kept.published)


def cheapest_counts(counts: Table) -> int:
    """For two by two, by hand: the other three counts, or ways over totals, whichever is least in value."""
    (_, b), (c, d) = counts
    row_1, column_1 = counts[0][0] + b, counts[0][0] + c
    row_2, column_2 = c + d, b + d
    every = sum(map(sum, counts))
    cycles = [
        b + c + d,
        b + row_2 + c + d,
        row_1 + column_1 + every,
        b + column_2 + column_1,
        c + row_2 + row_1,
    ]
    return min(cycles)


class TestGroups:
    """Rows with totals of their own."""

    def test_groups_come_between_rows_and_all(self) -> None:
        given = read([[10, 20], [30, 40], [50, 60]], row_groups=["b", "a", "b"])
        table = published_table(given)
        assert table.rows == ("R1", "R2", "R3", "b", "a", "Total")
        assert table.counts.reshape(6, 3).tolist() == [
            [10, 20, 30],
            [30, 40, 70],
            [50, 60, 110],
            [60, 80, 140],
            [30, 40, 70],
            [90, 120, 210],
        ]
        assert table.total.reshape(6, 3).tolist() == [[False, False, True]] * 3 + [[True] * 3] * 3

    @given(tables(), st.data())
    @settings(max_examples=25)
    def test_every_sum_holds_for_the_counts(self, counts: Table, data: st.DataObject) -> None:
        groups = data.draw(
            st.one_of(
                st.just([]), st.lists(st.sampled_from("xyz"), min_size=len(counts), max_size=len(counts))
            )
        )
        table = published_table(read(counts, row_groups=groups))
        assert not (table.sums @ table.counts).any()
        columns, kinds = len(counts[0]) + 1, len(set(groups))
        assert table.sums.shape[0] == len(counts) + kinds + 1 + columns * (kinds + 1)

    def test_a_group_of_one_row_hides_with_it(self) -> None:
        # The group's own totals repeat its only row, so hiding one without the other would hide nothing.
        result = suppress([[3, 20], [15, 9], [18, 27]], row_groups=["a", "b", "b"])
        assert grid(result)[0][0] is None
        assert grid(result)[3][0] is None
        assert ("a", "C1") in {(each.row, each.column) for each in result.hidden if each.why == Why.SMALL}


class TestTheAuditor:
    """The auditor stands on its own."""

    def test_it_finds_what_subtraction_finds(self) -> None:
        table = published_table(read([[3, 20], [15, 9]]))
        hidden = np.zeros(9, dtype=bool)
        hidden[0] = True
        known = knowledge(read([[3, 20], [15, 9]]), table)
        assert audit(table, *known.bounds(hidden), hidden) == {0: (3, 3)}

    def test_parts_that_do_not_hang_together_are_bounded_each(self) -> None:
        given = read([[3, 20, 50, 60], [15, 9, 70, 80], [90, 91, 2, 31], [92, 93, 17, 8]])
        table = published_table(given)
        hidden = np.zeros(25, dtype=bool)
        hidden[[0, 1, 5, 6, 12, 13, 17, 18, 20]] = True
        assert audit(table, *knowledge(given, table).bounds(hidden), hidden) == {
            0: (0, 18),
            1: (5, 23),
            5: (0, 18),
            6: (6, 24),
            12: (0, 19),
            13: (14, 33),
            17: (0, 19),
            18: (6, 25),
            20: (200, 200),
        }

    def test_what_is_hidden_in_vain_is_shown_again(self) -> None:
        table = published_table(read([[3, 20], [15, 9]]))
        given = read([[3, 20], [15, 9]])
        demanded = demands(given, table)
        hidden = np.array([True, True, False, True, False, False, False, False, False])
        found = {0: (3, 3), 1: (20, 20), 3: (14, 15)}
        kept = _without_the_idle(hidden, demanded, found)
        assert np.flatnonzero(kept).tolist() == [0, 3]

    def test_a_table_that_the_auditor_breaks_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def careless(table: Any, known: Any, demanded: Any) -> Any:
            return demanded.hidden.copy()

        monkeypatch.setattr("speccom.methods.suppression.suppressing.greedy", careless)
        with pytest.raises(Refused, match="row R1, column C1: a small count cannot be protected"):
            suppress([[3, 20], [15, 9]], exact_up_to=0)


class TestHowFarTheProofGoes:
    """Beyond the limits the method says that it was greedy."""

    COUNTS = ([3, 20, 31, 18], [14, 41, 22, 4], [21, 2, 17, 26])

    def test_the_limit_counts_totals(self) -> None:
        counts = [list(row) for row in self.COUNTS]
        assert suppress(counts, exact_up_to=20).way == Way.EXACT
        beyond = suppress(counts, exact_up_to=19)
        assert (beyond.way, beyond.least_cost, beyond.proven) == (Way.GREEDY, 0, False)

    def test_when_the_rounds_run_out_the_bound_is_told(self) -> None:
        counts = [list(row) for row in self.COUNTS]
        best = suppress(counts)
        short = suppress(counts, most_rounds=1)
        assert best.proven
        assert short.way == Way.GREEDY
        assert short.least_cost <= best.cost <= short.cost

    @given(tables(6, 5), st.integers(1, 20))
    @settings(max_examples=15)
    def test_a_bound_is_never_above_the_least_cost(self, counts: Table, rounds: int) -> None:
        short = suppress(counts, most_rounds=rounds)
        assert short.least_cost <= suppress(counts).cost <= short.cost

    def test_a_table_of_one_column_can_be_proven(self) -> None:
        result = suppress([[3], [20], [30]])
        assert result.proven
        # The row's total is small as well; one more row gives itself and its total.
        assert (result.small, result.protecting) == (2, 2)


class TestWords:
    """The explanation, sentence by sentence."""

    def test_of_a_proven_choice(self) -> None:
        assert METHOD.explain(suppress([[3, 20], [15, 9]])) == (
            "Of 9 figures, totals among them, 5 may be published. "
            "4 are hidden: what the rule hides (counts from 1 to 5, zeros hidden only to protect others), "
            "and more where it takes more, so that none of that can be worked out by subtraction. "
            "It is proven that no choice of what more to hide costs less. "
            "By adding and subtracting, whoever knows the rule and every figure shown can tell of the best "
            "known of all hidden figures only that it is between 0 and 18 (R1, C1). "
            "This holds for one table at a time: counts shown in another table, or in last year's, may give "
            "them away. Publish the table and these words alone: which of the hidden figures the rule hides, "
            "how many they are and what hiding cost would help to work them out."
        )

    def test_of_nothing_hidden(self) -> None:
        assert METHOD.explain(suppress([[30, 20], [15, 9]], zeros="shown")) == (
            "Of 9 figures, totals among them, 9 may be published. "
            "Nothing had to be hidden by the rule (counts from 1 to 5, zeros always shown)."
        )

    def test_of_no_limit(self) -> None:
        assert "0 or more (R1, C1)" in METHOD.explain(suppress([[3]], zeros="hidden"))
        assert "zeros hidden too" in METHOD.explain(suppress([[3]], zeros="hidden"))

    def test_of_dominance_and_rounding(self) -> None:
        said = METHOD.explain(
            suppress([[100, 20], [15, 90]], largest=[[90, 1], [1, 1]], dominance="0.8", rounding=5)
        )
        assert (
            "(counts from 1 to 5, zeros hidden only to protect others, counts that one "
            "contributor dominates, "
            "the rest rounded to the nearest 5)"
        ) in said

    def test_of_a_greedy_choice(self) -> None:
        result = suppress([[3, 20], [15, 9]], exact_up_to=0)
        assert (
            ". The table is too large to prove the least cost: what more to hide was chosen one after "
            "another, and may be more than needed. "
        ) in METHOD.explain(result)
        bounded = result.model_copy(update={"least_cost": 2, "cost": 1234})
        assert (
            ". What more to hide was chosen one after another, and a choice that costs less may exist. "
        ) in METHOD.explain(bounded)

    def test_the_best_known_is_the_narrowest(self) -> None:
        result = suppress([[3, 20], [15, 9]])
        first = result.hidden[0]
        others = [
            first.model_copy(update={"row": "wide", "low": 0, "high": 9}),
            first.model_copy(update={"row": "narrow", "low": 4, "high": 9}),
            first.model_copy(update={"row": "open", "low": 8, "high": None}),
        ]
        said = METHOD.explain(result.model_copy(update={"hidden": tuple(others)}))
        assert "only that it is between 4 and 9 (narrow, C1)." in said
        said = METHOD.explain(result.model_copy(update={"hidden": tuple(others[2:])}))
        assert "only that it is 8 or more (open, C1)." in said

    @pytest.mark.parametrize(
        ("counts", "others", "options"),
        [
            # Four sevens: "4 are small, none protects" would say that two counts up to 7 sum to 14.
            ([[7, 7], [7, 7]], [[6, 8], [8, 6]], {"hide_up_to": 7}),
            # The sum of what protects, 20 + 15 + 9, would say how far the corner is from 3.
            ([[3, 20], [15, 9]], [[4, 19], [14, 10]], {"hide_up_to": 5, "cost": "count"}),
            # The corner is small and its opposite, one more, is not: only 5 fits.
            ([[5, 20], [15, 6]], [[6, 19], [14, 7]], {"hide_up_to": 5}),
        ],
    )
    def test_words_and_picture_are_those_of_any_table_that_looks_the_same(
        self, counts: Table, others: Table, options: dict[str, Any]
    ) -> None:
        assert METHOD.picture is not None
        result = suppress(counts, **options)
        same = result.model_copy(
            update={
                "small": 0,
                "protecting": 4,
                "protecting_totals": 1,
                "cost": 99,
                "least_cost": 99,
                "hidden": tuple(each.model_copy(update={"why": Why.PROTECTS}) for each in result.hidden),
            }
        )
        for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
            assert result.published[row][column] is None
        assert [sum(row) for row in counts] == [sum(row) for row in others]
        assert METHOD.explain(result) == METHOD.explain(same)
        assert METHOD.picture(result).table == METHOD.picture(same).table
        assert METHOD.picture(result).alternative == METHOD.picture(same).alternative
        assert METHOD.picture(result).chart.to_dict() == METHOD.picture(same).chart.to_dict()

    def test_no_hidden_count_is_known_exactly_even_where_only_1_is_small(self) -> None:
        result = suppress([[1, 20], [15, 9]], hide_up_to=1)
        assert result.hidden[0].high is not None
        assert result.hidden[0].low < result.hidden[0].high

    def test_the_picture(self) -> None:
        assert METHOD.picture is not None
        drawn = METHOD.picture(suppress([[3, 20], [15, 9]]))
        assert drawn.title == "What may be published, and what can be inferred of the rest"
        assert drawn.alternative == (
            "The table of 3 rows and 3 columns, totals among them. 4 figures are hidden; each has the bounds "
            "that an outsider can infer."
        )
        assert drawn.table.title == "The hidden figures and what an outsider can infer of each"
        assert drawn.table.columns == ("row", "column", "at least", "at most")
        assert drawn.table.rows[0] == ("R1", "C1", 0, 18)
        assert drawn.table.rows[1] == ("R1", "C2", 5, 23)
        cells = drawn.chart.to_dict()["data"]["values"]
        assert cells[0] == {"row": "R1", "column": "C1", "text": "0–18", "state": "hidden"}
        assert cells[1] == {"row": "R1", "column": "C2", "text": "5–23", "state": "hidden"}
        assert cells[2] == {"row": "R1", "column": "Total", "text": "23", "state": "shown"}
        assert len(cells) == 9

    def test_the_picture_of_nothing_hidden_and_of_no_limit(self) -> None:
        assert METHOD.picture is not None
        drawn = METHOD.picture(suppress([[30, 2000], [15, 9]]))
        assert drawn.table.rows == (("none", "", None, None),)
        texts = [cell["text"] for cell in drawn.chart.to_dict()["data"]["values"]]
        assert "2,000" in texts
        drawn = METHOD.picture(suppress([[3]]))
        assert {cell["text"] for cell in drawn.chart.to_dict()["data"]["values"]} == {"0+"}

    def test_a_large_table_is_drawn_from_its_top_left(self) -> None:
        assert METHOD.picture is not None
        drawn = METHOD.picture(suppress([[30] * 41] * 42))
        assert len(drawn.chart.to_dict()["data"]["values"]) == 1600


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "too few rows of figures": (
        {"counts": [[3, 20]]},
        "counts: there are 1 rows of figures and 2 names of rows. Give one row of figures for each name.",
    ),
    "a short row": (
        {"counts": [[3, 20], [15]]},
        "counts, row R2: it has 1 figures, and there are 2 columns. Give one figure for each column.",
    ),
    "a row named twice": (
        {"rows": ["R1", "R1"]},
        "rows: the name `R1` is there more than once, among groups and `Total` too. Give each its own name.",
    ),
    "a row named as a total": (
        {"rows": ["R1", "Total"]},
        (
            "rows: the name `Total` is there more than once, among groups and `Total` too. "
            "Give each its own name."
        ),
    ),
    "a row named as a group": (
        {"row_groups": ["R2", "x"]},
        "rows: the name `R2` is there more than once, among groups and `Total` too. Give each its own name.",
    ),
    "a column named as a total": (
        {"columns": ["C1", "Total"]},
        (
            "columns: the name `Total` is there more than once, among groups and `Total` too. "
            "Give each its own name."
        ),
    ),
    "too few groups": (
        {"row_groups": ["x"]},
        "row_groups: there are 2 rows and 1 groups of rows. Give one group for each row, or none at all.",
    ),
    "contributions without a share": (
        {"largest": [[1, 1], [1, 1]]},
        (
            "dominance: dominance needs both the share (`dominance`) and the largest "
            "contributions (`largest`). "
            "Give both or neither."
        ),
    ),
    "contributions of another shape": (
        {"largest": [[1, 1]], "dominance": "0.8"},
        "largest: there are 1 rows of figures and 2 names of rows. Give one row of figures for each name.",
    ),
    "contributions above their count": (
        {"largest": [[3, 20], [15, 1234]], "dominance": "0.8"},
        (
            "row R2, column C2: one contributor makes up 1,234 of a count of 9. "
            "Give a largest contribution that is no more than the count."
        ),
    ),
    "counts beyond what can be bounded": (
        {"counts": [[3, 20], [15, 999_999_963]]},
        (
            "counts: the counts sum to 1,000,000,001, and beyond 1,000,000,000 bounds cannot "
            "be told to the last "
            "one. Use smaller tables, or round the counts first."
        ),
    ),
    "a count that gives itself away": (
        {"counts": [[3, 20], [0, 0]], "zeros": "shown", "totals_may_hide": False},
        (
            "row R1, column C1: a small count cannot be protected, whatever else is hidden. "
            "Let totals be hidden (`totals_may_hide`) or zeros (`zeros`), or put rows or columns together."
        ),
    ),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_it_refuses(what: str) -> None:
    more, said = REFUSED[what]
    data = {
        "rows": ["R1", "R2"],
        "columns": ["C1", "C2"],
        "counts": [[3, 20], [15, 9]],
        "hide_up_to": 5,
        **more,
    }
    with pytest.raises(Refused) as refusal:
        METHOD.calculate(METHOD.read(data))
    assert str(refusal.value) == said


def test_a_thousand_million_is_still_bounded() -> None:
    result = suppress([[3, 20], [15, 999_999_962]])
    told = {(each.row, each.column): (each.low, each.high) for each in result.hidden}
    assert told[("R1", "C1")] == (0, 18)
    assert told[("R2", "C2")] == (999_999_959, 999_999_977)


def test_a_dominance_beyond_a_share_is_no_input() -> None:
    for share in ("0", "1"):
        with pytest.raises(Refused, match="dominance"):
            read([[9]], largest=[[9]], dominance=share)
    assert read([[9]], largest=[[9]], dominance="0.5").dominance == Decimal("0.5")


class TestOneAfterAnother:
    """The greedy choice, by hand."""

    def hidden(self, counts: Table, **more: Any) -> set[tuple[str, str]]:
        result = suppress(counts, exact_up_to=0, **more)
        return {(each.row, each.column) for each in result.hidden if each.why == Why.PROTECTS}

    def test_two_small_counts_on_one_cycle_need_two_more(self) -> None:
        assert self.hidden([[3, 12, 50], [11, 2, 60], [70, 80, 90]]) == {("R1", "C2"), ("R2", "C1")}

    def test_the_cheapest_cycle_is_taken(self) -> None:
        counts = [[3, 500, 20], [600, 700, 800], [15, 900, 9]]
        assert self.hidden(counts, cost="count") == {("R1", "C3"), ("R3", "C1"), ("R3", "C3")}

    def test_totals_are_the_last_to_go(self) -> None:
        assert self.hidden([[3, 20], [15, 9]], total_cost=9) == {("R1", "C2"), ("R2", "C1"), ("R2", "C2")}

    def test_a_count_too_low_to_make_room_is_not_enough_alone(self) -> None:
        # 2 can rise to 5 only if others fall by 3: the 6 can, and zeros cannot.
        counts = [[2, 6, 0], [6, 90, 70], [0, 80, 95]]
        assert self.hidden(counts) == {("R1", "C2"), ("R2", "C1"), ("R2", "C2")}

    def test_a_flow_moves_what_it_must_and_no_more(self) -> None:
        given = read([[3, 20], [15, 9]])
        table, known = published_table(given), knowledge(given, published_table(given))
        flow = Flow(table, known, demands(given, table).hidden)
        moved = flow.move(0, 2)
        assert moved is not None
        assert moved.tolist() == [2, -2, 0, -2, 2, 0, 0, 0, 0]
        down = flow.move(0, -3)
        assert down is not None
        assert down.tolist() == [-3, 3, 0, 3, -3, 0, 0, 0, 0]
        again = flow.move(0, 1)
        assert again is not None
        assert again[0] == 1

    def test_a_flow_that_cannot_be_is_none(self) -> None:
        given = read([[3, 20], [0, 0]], zeros="shown", totals_may_hide=False)
        table, known = published_table(given), knowledge(given, published_table(given))
        assert Flow(table, known, demands(given, table).hidden).move(0, 1) is None

    def test_a_flow_keeps_within_what_rounding_leaves_open(self) -> None:
        given = read([[3, 20], [15, 9]], rounding=5, totals_may_hide=False)
        table, known = published_table(given), knowledge(given, published_table(given))
        moved = Flow(table, known, demands(given, table).hidden).move(0, 4)
        assert moved is not None
        assert moved[0] == 4
        assert not (table.sums @ moved).any()
        totals = np.flatnonzero(table.total)
        assert (moved[totals] <= known.shown_high[totals] - table.counts[totals]).all()
        assert (moved[totals] >= known.shown_low[totals] - table.counts[totals]).all()


class TestSettings:
    """What is taken for granted where it is not said, and what is no setting."""

    def test_what_is_not_said(self) -> None:
        said = {"rows": ["R1"], "columns": ["C1"], "counts": [[9]], "hide_up_to": 5}
        assert METHOD.read(said).model_dump(mode="json") == {
            "rows": ["R1"],
            "columns": ["C1"],
            "counts": [[9]],
            "row_groups": [],
            "hide_up_to": 5,
            "zeros": "may hide",
            "rounding": 1,
            "protect_up_to": None,
            "largest": None,
            "dominance": None,
            "totals_may_hide": True,
            "cost": "cell",
            "total_cost": 5,
            "exact_up_to": 300,
            "most_rounds": 200,
        }

    @pytest.mark.parametrize(
        ("setting", "least"),
        [
            ("hide_up_to", 1),
            ("rounding", 1),
            ("total_cost", 1),
            ("exact_up_to", 0),
            ("most_rounds", 1),
            ("protect_up_to", 1),
        ],
    )
    def test_the_least_of_each(self, setting: str, least: int) -> None:
        assert read([[9]], **{setting: least})
        with pytest.raises(Refused, match=f"{setting}: input should be greater than or equal to {least}"):
            read([[9]], **{setting: least - 1})

    def test_a_table_has_rows_columns_and_counts_of_0_or_more(self) -> None:
        for nothing in ("rows", "columns"):
            with pytest.raises(Refused, match=nothing):
                METHOD.read(
                    {"rows": ["R1"], "columns": ["C1"], "counts": [[9]], "hide_up_to": 5, nothing: []}
                )
        assert read([[0]])
        for table in ({"counts": [[-1]]}, {"largest": [[-1]], "dominance": "0.5"}):
            with pytest.raises(Refused, match="greater than or equal to 0"):
                read(**{"counts": [[9]], **table})

    def test_the_solver_takes_only_options_that_it_has(self) -> None:
        assert quiet_solver(presolve="off").getOptionValue("presolve")[1] == "off"
        solver = quiet_solver()
        assert solver.getOptionValue("output_flag")[1] is False
        assert solver.getOptionValue("threads")[1] == 1
        with pytest.raises(ValueError, match="HiGHS has no option nonsense with the value 3"):
            quiet_solver(nonsense=3)

    def test_the_choice_of_cells_is_solved_to_the_end(self) -> None:
        # Three cells of cost 2, 3 and 4, any two of which suffice: half of each is cheapest in parts.
        master = _Master(np.array([2, 3, 4]))
        for pair in ((0, 1), (0, 2), (1, 2)):
            weight = np.zeros(3)
            weight[list(pair)] = 1.0
            master.add(weight, 1.0)
        parts, bound = master.solve(False)
        assert parts == pytest.approx([0.5, 0.5, 0.5])
        assert bound == 5
        chosen, cost = master.solve(True)
        assert chosen.tolist() == [1, 1, 0]
        assert cost == 5
        assert _Master(np.array([], dtype=int)).solve(True)[1] == 0


class TestTheGuarantee:
    """No linear programme bounds a hidden count more tightly than the rule allows."""

    @given(tables(), st.data())
    @settings(max_examples=50)
    def test_an_outsider_of_our_own_finds_the_bounds_that_are_told_and_wide_enough(
        self, counts: Table, data: st.DataObject
    ) -> None:
        chosen = data.draw(settings_of(len(counts)))
        if chosen["zeros"] == "shown":
            # Zeros that must be shown can give a small count away, whatever else is hidden.
            try:
                result = suppress(counts, **chosen)
            except Refused:
                return
        else:
            result = suppress(counts, **chosen)
        bounds = inferred(
            grid(result),
            chosen.get("row_groups", []),
            chosen["hide_up_to"],
            chosen["zeros"],
            chosen["rounding"],
        )
        told = {
            (result.rows.index(each.row), result.columns.index(each.column)): each for each in result.hidden
        }
        assert set(told) == set(bounds)
        for place, (low, high) in bounds.items():
            each = told[place]
            assert each.low == pytest.approx(low, abs=1e-6)
            assert (np.inf if each.high is None else each.high) == pytest.approx(high, abs=1e-6)
            if each.why == Why.SMALL:
                assert low <= (0 if chosen["zeros"] == "hidden" else 1)
                assert high >= chosen["hide_up_to"]
            else:
                assert low < high

    @given(tables(), st.integers(1, 7), st.sampled_from([0, 300]))
    @settings(max_examples=40)
    def test_every_small_count_is_hidden_and_what_is_shown_is_true(
        self, counts: Table, hide_up_to: int, exact_up_to: int
    ) -> None:
        result = suppress(counts, hide_up_to=hide_up_to, exact_up_to=exact_up_to)
        whole = np.array(counts)
        whole = np.vstack([whole, whole.sum(axis=0)])
        whole = np.hstack([whole, whole.sum(axis=1, keepdims=True)])
        for true, shown in zip(whole.tolist(), grid(result), strict=True):
            for count, figure in zip(true, shown, strict=True):
                assert figure in (None, count)
                if 1 <= count <= hide_up_to:
                    assert figure is None
        gone = sum(figure is None for row in grid(result) for figure in row)
        assert gone == len(result.hidden) == result.small + result.protecting

    @given(tables(), st.integers(1, 6))
    @settings(max_examples=25)
    def test_the_proven_cost_is_never_above_the_greedy_one(self, counts: Table, hide_up_to: int) -> None:
        exact = suppress(counts, hide_up_to=hide_up_to)
        greedy = suppress(counts, hide_up_to=hide_up_to, exact_up_to=0)
        assert exact.proven
        assert exact.cost == exact.least_cost <= greedy.cost
        assert greedy.way == Way.GREEDY

    @given(tables(4, 3), st.integers(1, 6), st.randoms(use_true_random=False))
    @settings(max_examples=20)
    def test_the_least_cost_does_not_change_with_the_order_of_rows_and_columns(
        self, counts: Table, hide_up_to: int, random: Any
    ) -> None:
        rows, columns = list(range(len(counts))), list(range(len(counts[0])))
        random.shuffle(rows)
        random.shuffle(columns)
        other = [[counts[row][column] for column in columns] for row in rows]
        turned = [list(column) for column in zip(*counts, strict=True)]
        costs = {suppress(each, hide_up_to=hide_up_to).cost for each in (counts, other, turned)}
        assert len(costs) == 1


def cheapest_by_trying(counts: Table, hide_up_to: int, total_cost: int = 5) -> int:
    """The least cost of any set of further figures, each set tried with the outsider of our own."""
    whole = np.array(counts)
    whole = np.vstack([whole, whole.sum(axis=0)])
    whole = np.hstack([whole, whole.sum(axis=1, keepdims=True)])
    height, width = whole.shape
    small = [tuple(place) for place in np.argwhere((whole >= 1) & (whole <= hide_up_to))]
    others = [place for place in np.ndindex(height, width) if place not in small]

    def price(place: tuple[int, ...]) -> int:
        return total_cost if place[0] == height - 1 or place[1] == width - 1 else 1

    def choices() -> Iterator[tuple[int, tuple[Any, ...]]]:
        for size in range(len(others) + 1):
            for more in combinations(others, size):
                yield sum(map(price, more)), more

    for cost, more in sorted(choices(), key=lambda each: each[0]):
        figures = [
            [None if (row, column) in (*small, *more) else int(whole[row, column]) for column in range(width)]
            for row in range(height)
        ]
        bounds = inferred(figures, [], hide_up_to)
        if all(
            bounds[place][0] <= 1 + 1e-6 and bounds[place][1] >= hide_up_to - 1e-6  # type: ignore[index]
            for place in small
        ):
            return cost
    raise AssertionError("nothing protects this table")


class TestProof:
    """The proven cost against every set of further figures tried."""

    @pytest.mark.parametrize(
        ("counts", "cost"),
        [
            ([[3, 20], [15, 9]], 3),
            ([[3, 20], [15, 4]], 2),
            ([[3, 20], [15, 5]], None),
            ([[13, 20], [15, 14]], 0),
            ([[2, 20, 8]], None),
            ([[3, 12], [30, 40], [11, 13]], 3),
            ([[3, 2], [30, 40]], None),
        ],
    )
    def test_tables_tried_in_full(self, counts: Table, cost: int | None) -> None:
        result = suppress(counts)
        assert result.proven
        if cost is not None:
            assert result.cost == cost
        assert result.cost == cheapest_by_trying(counts, 5)

    @given(
        st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=2),
        st.integers(1, 4),
    )
    @settings(max_examples=6)
    def test_any_table_of_two_by_two(self, counts: Table, hide_up_to: int) -> None:
        assert suppress(counts, hide_up_to=hide_up_to).cost == cheapest_by_trying(counts, hide_up_to)
