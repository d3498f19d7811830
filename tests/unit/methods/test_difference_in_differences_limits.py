"""The edges of a difference in differences: what is just served and just refused, and when."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.unit.methods.limits import read_within_alone

from speccom.methods.difference_in_differences import METHOD, DifferenceInDifferencesResult, example
from speccom.methods.difference_in_differences.group_time import Mean
from speccom.methods.difference_in_differences.inference import trend_before
from speccom.methods.difference_in_differences.panel import Panel
from speccom.methods.method import Refused

PERIODS = [date(2018 + place // 4, 3 * (place % 4) + 1, 1) for place in range(12)]


def given(values: Any, adopted: Any, clusters: Any = None, **options: Any) -> dict[str, Any]:
    units = [
        {
            "name": f"U{place}",
            "values": [float(value) for value in row],
            "adopted": None if start is None else PERIODS[start],
            "cluster": "" if clusters is None else f"C{clusters[place]}",
        }
        for place, (row, start) in enumerate(zip(values, adopted, strict=True))
    ]
    return {"periods": PERIODS[: len(values[0])], "units": units, **options}


def calculate(
    values: Any, adopted: Any, clusters: Any = None, **options: Any
) -> DifferenceInDifferencesResult:
    return METHOD.calculate(METHOD.read(given(values, adopted, clusters, **options)))


def refusal(values: Any, adopted: Any, clusters: Any = None, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        calculate(values, adopted, clusters, **options)
    return str(refused.value)


def table(units: int, periods: int) -> Any:
    return np.random.default_rng(1).normal(10, 2, size=(units, periods))


class TestWhatIsServed:
    def test_two_clusters_on_each_side_and_three_in_all(self) -> None:
        # The middle cluster has one unit on each side.
        result = calculate(table(4, 3), [1, 1, None, None], [0, 1, 1, 2])
        assert (result.clusters, result.adopting_clusters, result.comparing_clusters) == (3, 2, 2)
        assert result.degrees_of_freedom == 2
        assert "there are 2 clusters, and that is too few for any interval" in refusal(
            table(4, 3), [1, 1, None, None], [0, 1, 1, 0]
        )

    def test_each_side_of_one_cluster(self) -> None:
        assert "the units that adopted on 2018-04-01 are of one cluster alone" in refusal(
            table(5, 3), [1, 1, None, None, None], [0, 0, 1, 2, 3]
        )
        assert "the units that never adopt are of one cluster alone" in refusal(
            table(5, 3), [1, 1, 1, None, None], [0, 1, 2, 3, 3]
        )

    def test_one_period_before_adoption_and_anticipation(self) -> None:
        adopted = [2, 2, None, None, None]
        served = calculate(table(5, 4), adopted, anticipation=1)
        assert [each.periods_since for each in served.since_adoption] == [-1, 0, 1]
        assert "the unit U0 has no period before adoption (less 2 of anticipation)" in refusal(
            table(5, 4), adopted, anticipation=2
        )

    def test_everybody_adopts(self) -> None:
        waves = [1, 1, 1, 2, 2, 2]
        assert calculate(table(6, 3), waves).never_adopters == 0
        assert refusal(table(6, 3), waves, comparison="never").startswith(
            "every unit adopts, so there is none to compare with"
        )
        assert refusal(table(6, 3), [1] * 6).startswith(
            "every unit adopts in the same period, so there is none to compare with"
        )
        assert "no unit adopts the intervention" in refusal(table(6, 3), [None] * 6)

    def test_nobody_is_left_once_adoption_is_foreseen(self) -> None:
        # With one period of anticipation the second wave has moved already when the first adopts.
        assert "there is no period since adoption in which anybody is left to compare with" in refusal(
            table(6, 4), [2, 2, 2, 3, 3, 3], anticipation=1
        )

    def test_two_periods(self) -> None:
        assert calculate(table(4, 2), [1, 1, None, None]).units == 4
        assert "there are 1 periods, and a difference needs one before and one after" in refusal(
            table(4, 1), [None] * 4
        )


class TestWhoIsCompared:
    def test_those_who_foresee_adoption_are_not(self) -> None:
        # Adoption at 3 and 5 of seven periods, foreseen by one: the later wave serves until period 3.
        values = table(9, 7)
        result = calculate(values, [3, 3, 3, 5, 5, 5, None, None, None], anticipation=1)
        compared = {
            (each.adopted, each.period): each.compared_with
            for each in result.group_times
            if each.adopted == PERIODS[3]
        }
        assert compared == {
            (PERIODS[3], PERIODS[place]): count
            for place, count in ((0, 6), (2, 6), (3, 6), (4, 3), (5, 3), (6, 3))
        }
        found = next(
            each for each in result.group_times if (each.adopted, each.period) == (PERIODS[3], PERIODS[3])
        )
        moved = values[:, 3] - values[:, 1]
        assert result.comparing_clusters == 6
        assert found.units == 3
        assert found.estimate == pytest.approx(moved[:3].mean() - moved[3:].mean())

    def test_against_those_who_never_adopt(self) -> None:
        result = calculate(table(9, 5), [2, 2, 2, 3, 3, 3, None, None, None], comparison="never")
        assert {each.compared_with for each in result.group_times} == {3}

    def test_the_headline_weighs_waves_by_their_units_and_their_periods_alike(self) -> None:
        values = table(12, 5)
        result = calculate(values, [2] * 4 + [3] * 2 + [None] * 6, comparison="never")
        cells = {
            (PERIODS.index(each.adopted), PERIODS.index(each.period)): each for each in result.group_times
        }
        first = np.mean([cells[2, seen].estimate for seen in (2, 3, 4)])
        second = np.mean([cells[3, seen].estimate for seen in (3, 4)])
        assert result.effect.estimate == pytest.approx((4 * first + 2 * second) / 6)
        observed = (4 * values[:4, 2:].mean() + 2 * values[4:6, 3:].mean()) / 6
        assert result.without == pytest.approx(observed - result.effect.estimate)
        assert result.relative == pytest.approx(result.effect.estimate / result.without)
        since = {each.periods_since: each for each in result.since_adoption}
        assert since[1].estimate == pytest.approx((4 * cells[2, 3].estimate + 2 * cells[3, 4].estimate) / 6)
        assert {place: each.units for place, each in since.items()} == {-3: 2, -2: 6, 0: 6, 1: 6, 2: 4}
        assert (result.units, result.adopters, result.never_adopters) == (12, 6, 6)

    def test_a_cell_has_welchs_standard_error_and_students_t(self) -> None:
        values = table(9, 3)
        result = calculate(values, [1, 1, 1, 1, None, None, None, None, None], confidence=0.9)
        last = result.group_times[-1]
        moved = values[:, 2] - values[:, 0]
        error = (moved[:4].var(ddof=1) / 4 + moved[4:].var(ddof=1) / 5) ** 0.5
        assert last.standard_error == pytest.approx(error)
        assert last.high - last.estimate == pytest.approx(stats.t.ppf(0.95, 8) * error)
        assert last.estimate - last.low == pytest.approx(stats.t.ppf(0.95, 8) * error)

    def test_clusters_on_both_sides_are_pairs(self) -> None:
        # Then it is the paired t-test: what a cluster's units share cancels out.
        values = table(8, 2)
        values[:, 1] += np.tile([9.0, -9.0, 30.0, 0.0], 2)
        result = calculate(values, [1] * 4 + [None] * 4, [0, 1, 2, 3] * 2)
        moved = values[:, 1] - values[:, 0]
        paired = moved[:4] - moved[4:]
        assert result.effect.estimate == pytest.approx(paired.mean())
        assert result.effect.standard_error == pytest.approx(paired.std(ddof=1) / 2)

    def test_a_weight_of_nought_has_no_sign(self) -> None:
        # The first wave's weight is 1 − 3/4 − 7/12 + 1/3 = 0 in both periods that the second has adopted in.
        result = calculate(table(12, 4), [1] * 2 + [2] * 5 + [None] * 5, estimator="two_way")
        assert result.negative_weights == 0

    def test_one_wave_is_not_staggered(self) -> None:
        assert not calculate(table(6, 3), [1, 1, 1, None, None, None]).staggered
        assert calculate(table(8, 3), [1, 1, 2, 2, None, None, None, None]).staggered


class TestAShare:
    values = ((1, 9), (2, 10), (1, 9.5), (2, 10.5))

    def moved(self, level: float) -> DifferenceInDifferencesResult:
        """Adopters stay where they are, and the others rise by 8.25."""
        own = [(level - 0.5, level - 0.5), (level + 0.5, level + 0.5)]
        return calculate([*own, *self.values], [1, 1, None, None, None, None])

    def test_only_of_what_is_above_zero(self) -> None:
        assert self.moved(4.0).relative == pytest.approx(-8.25 / 12.25)
        assert self.moved(-20.0).relative is None
        assert self.moved(-8.25).relative is None
        # A mean of 1.2 millionths of the effect is one, and of 0.6 millionths is rounding.
        assert self.moved(-8.25 + 1e-5).relative == pytest.approx(-8.25e5, rel=1e-3)
        assert self.moved(-8.25 + 0.5e-5).relative is None


class TestTheTrendBefore:
    def mean(self, estimate: float, influence: Any) -> Mean:
        return Mean(estimate, np.array(influence, dtype=float))

    def panel(self, clusters: int) -> Panel:
        return Panel(
            values=np.zeros((clusters, 3)),
            adopted=np.array([1] * 2 + [-1] * (clusters - 2)),
            cluster=np.arange(clusters),
        )

    def test_one_degree_of_freedom_is_enough(self) -> None:
        # Influences at right angles: W = 1/0.5 + 4/0.5 = 10; F = 10·1/(2·2).
        first = self.mean(1.0, [0.5, -0.5, 0])
        second = self.mean(2.0, [0.5, 0.5, 0])
        found = trend_before(self.panel(3), [first, second])
        assert found is not None
        assert found.statistic == pytest.approx(2.5)
        assert (found.numerator_freedom, found.denominator_freedom) == (2, 1)
        assert found.p_value == pytest.approx(stats.f.sf(2.5, 2, 1))

    def test_no_degree_of_freedom_is_not(self) -> None:
        means = [self.mean(1.0, row) for row in np.eye(3)]
        assert trend_before(self.panel(3), means) is None

    def test_differences_that_say_the_same_cannot_be_tested_together(self) -> None:
        one = self.mean(1.0, [0.5, -0.5, 0, 0])
        assert trend_before(self.panel(4), [one, one]) is None

    def test_its_periods_are_those_before_the_base(self) -> None:
        result = calculate(table(12, 6), [4] * 6 + [None] * 6, anticipation=1)
        assert result.pre_trend is not None
        assert result.pre_trend.numerator_freedom == 2
        base_first = calculate(table(12, 3), [2] * 6 + [None] * 6, anticipation=1)
        assert base_first.pre_trend is None
        assert base_first.pre_trend_missing == "there is only one period before adoption"


class TestWhatIsRead:
    @pytest.mark.parametrize(
        ("path", "within", "beyond"),
        [
            ("units 0 name", ("a",), ("",)),
            ("units 0 values", ([-1e15, 1e15],), ([-1.1e15], [1.1e15])),
            ("outcome", ("a",), ("",)),
            ("anticipation", (0, 1), (-1,)),
            ("confidence", (0.51, 0.99), (0.5, 1)),
        ],
    )
    def test_figures_are_read_up_to_their_limits(self, path: str, within: Any, beyond: Any) -> None:
        read_within_alone(METHOD, example(), path, within, beyond)

    def test_what_holds_where_nothing_is_said(self) -> None:
        nothing = METHOD.read({"periods": [], "units": []})
        assert (nothing.anticipation, nothing.confidence) == (0, 0.95)
