"""Difference in differences against its definition, regressions, published figures and simulated truth."""

import csv
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from speccom.methods.difference_in_differences import METHOD, DifferenceInDifferencesResult
from speccom.problem import Problem

PERIODS = [date(2018 + place // 4, 3 * (place % 4) + 1, 1) for place in range(12)]


def calculate(
    values: Any, adopted: Any, clusters: Any = None, **options: Any
) -> DifferenceInDifferencesResult:
    """Calculate from a table (units x periods) and the place of each unit's adoption (None for never)."""
    units = [
        {
            "name": f"U{place}",
            "values": [float(value) for value in row],
            "adopted": None if start is None else PERIODS[start],
            "cluster": "" if clusters is None else f"C{clusters[place]}",
        }
        for place, (row, start) in enumerate(zip(values, adopted, strict=True))
    ]
    periods = PERIODS[: len(values[0])]
    return METHOD.calculate(METHOD.read({"periods": periods, "units": units, **options}))


class TestByHand:
    """Two units adopt and three do not, over two periods: (16 − 10) − (11 − 9) = 4."""

    values = ((9, 14), (11, 18), (8, 9), (9, 12), (10, 12))
    adopted = (1, 1, None, None, None)

    @pytest.mark.parametrize("estimator", ["group_time", "two_way"])
    def test_the_difference_of_differences(self, estimator: str) -> None:
        result = calculate(self.values, self.adopted, estimator=estimator)
        assert result.effect.estimate == pytest.approx(4)
        assert result.without == pytest.approx(12)
        assert result.relative == pytest.approx(1 / 3)
        assert result.degrees_of_freedom == 4

    def test_its_interval_is_that_of_welchs_standard_error(self) -> None:
        # Changes 5, 7 and 1, 3, 2: variances 2 over 2 units and 1 over 3.
        result = calculate(self.values, self.adopted)
        error = (2 / 2 + 1 / 3) ** 0.5
        assert result.effect.standard_error == pytest.approx(error)
        assert result.effect.high == pytest.approx(4 + stats.t.ppf(0.975, 4) * error)

    def test_with_one_period_before_there_is_no_test_of_the_trend(self) -> None:
        result = calculate(self.values, self.adopted)
        assert result.pre_trend is None
        assert result.pre_trend_missing == "there is only one period before adoption"


class TestAgainstRegression:
    def test_the_two_way_regression_with_clustered_errors(self) -> None:
        rng = np.random.default_rng(1)
        adopted = [3] * 8 + [5] * 6 + [None] * 10
        clusters = [place // 2 for place in range(24)]
        values = rng.normal(size=(24, 7)) + rng.normal(size=(24, 1)) + np.arange(7)
        result = calculate(values, adopted, clusters, estimator="two_way")
        starts = np.array([99 if start is None else start for start in adopted])
        on = (np.arange(7)[None, :] >= starts[:, None]).astype(float).ravel()
        units, periods = np.repeat(np.arange(24), 7), np.tile(np.arange(7), 24)
        terms = np.column_stack([on, np.eye(24)[units], np.eye(7)[periods][:, 1:]])
        fitted = sm.OLS(values.ravel(), terms).fit(
            cov_type="cluster", cov_kwds={"groups": np.repeat(clusters, 7), "use_correction": False}
        )
        assert result.effect.estimate == pytest.approx(fitted.params[0])
        # G/(G − 1) · (N − 1)/(N − K), unit effects not counted.
        factor = (12 / 11 * 167 / (168 - 8)) ** 0.5
        assert result.effect.standard_error == pytest.approx(fitted.bse[0] * factor)
        assert result.clusters == 12
        reach = stats.t.ppf(0.975, 11) * result.effect.standard_error
        assert result.effect.high - result.effect.estimate == pytest.approx(reach)

    def test_negative_weights_are_those_of_the_residualised_adoption(self) -> None:
        rng = np.random.default_rng(2)
        adopted = [1] * 10 + [6] * 10 + [None] * 2
        result = calculate(rng.normal(size=(22, 8)), adopted, estimator="two_way")
        on = (np.arange(8)[None, :] >= np.array([99 if s is None else s for s in adopted])[:, None]).astype(
            float
        )
        terms = np.column_stack([np.kron(np.eye(22), np.ones((8, 1))), np.kron(np.ones((22, 1)), np.eye(8))])
        left = on.ravel() - terms @ np.linalg.lstsq(terms, on.ravel(), rcond=None)[0]
        share = float((left[on.ravel() == 1] < 0).mean())
        assert share > 0.1
        assert result.negative_weights == pytest.approx(share)
        assert "wrong sign" in METHOD.explain(result)

    def test_effects_by_event_are_those_of_an_event_study_regression(self) -> None:
        rng = np.random.default_rng(3)
        adopted = [3] * 9 + [None] * 11
        values = rng.normal(size=(20, 6))
        result = calculate(values, adopted)
        moved = values[:, :] - values[:, [2]]
        plain = moved[:9].mean(axis=0) - moved[9:].mean(axis=0)
        assert [each.periods_since for each in result.since_adoption] == [-3, -2, 0, 1, 2]
        assert [each.estimate for each in result.since_adoption] == pytest.approx(
            list(plain[[0, 1, 3, 4, 5]])
        )
        assert result.effect.estimate == pytest.approx(plain[3:].mean())

    def test_the_trend_before_is_tested_by_hotellings_statistic(self) -> None:
        rng = np.random.default_rng(4)
        values = rng.normal(size=(24, 5))
        values[:, 1] += np.arange(24) / 20
        result = calculate(values, [3] * 12 + [None] * 12)
        # With two equal groups the classic two-sample statistic of the changes, unequal covariances allowed.
        moved = values[:, :2] - values[:, [2]]
        gap = moved[:12].mean(axis=0) - moved[12:].mean(axis=0)
        covariance = np.cov(moved[:12].T) / 12 + np.cov(moved[12:].T) / 12
        wald = gap @ np.linalg.inv(covariance) @ gap
        assert result.pre_trend is not None
        assert result.pre_trend.statistic == pytest.approx(wald * 22 / (2 * 23))
        assert result.pre_trend.numerator_freedom == 2
        assert result.pre_trend.denominator_freedom == 22
        assert result.pre_trend.p_value == pytest.approx(stats.f.sf(wald * 22 / 46, 2, 22))


class TestPublished:
    """County employment and minimum wages (`mpdta` of the R package did): figures of its documentation."""

    def panel(self) -> dict[str, Any]:
        shared = Path(os.environ.get("SPECCOM_SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")
        path = shared / "difference_in_differences" / "mpdta.csv"
        if not path.exists():
            pytest.skip(
                "the county employment data are absent: difference_in_differences/mpdta.csv "
                "(SPECCOM_SHARED_DATA names its folder), public in the R package did"
            )
        units: dict[str, dict[str, Any]] = {}
        for row in csv.DictReader(path.read_text().splitlines()):
            adopted = None if row["first.treat"] == "0" else f"{row['first.treat']}-01-01"
            unit = units.setdefault(
                row["countyreal"], {"name": row["countyreal"], "adopted": adopted, "values": []}
            )
            unit["values"].append(float(row["lemp"]))
        assert len(units) == 500
        return {"periods": [f"{year}-01-01" for year in range(2003, 2008)], "units": list(units.values())}

    def test_effects_against_the_never_treated(self) -> None:
        result = METHOD.calculate(METHOD.read({**self.panel(), "comparison": "never"}))
        found = {(each.adopted.year, each.period.year): each for each in result.group_times}
        published = {
            (2004, 2004): (-0.0105, 0.0237),
            (2004, 2005): (-0.0704, 0.0330),
            (2004, 2006): (-0.1373, 0.0404),
            (2004, 2007): (-0.1008, 0.0364),
            (2006, 2006): (-0.0046, 0.0162),
            (2006, 2007): (-0.0412, 0.0203),
            (2007, 2007): (-0.0261, 0.0174),
        }
        for cell, (effect, error) in published.items():
            assert found[cell].estimate == pytest.approx(effect, abs=5e-5)
            # Published errors are bootstrapped, and so vary by some parts in a hundred.
            assert found[cell].standard_error == pytest.approx(error, rel=0.12)
        # Published pre-effects lie between neighbouring years; ours all stand on the base.
        assert -found[2006, 2004].estimate == pytest.approx(-0.0028, abs=5e-5)
        assert found[2006, 2004].estimate - found[2006, 2003].estimate == pytest.approx(0.0065, abs=1e-4)


@dataclass(frozen=True)
class Truth:
    """A simulated world: who adopts when, how effects grow, and how alike clusters are."""

    adopted: tuple[int | None, ...]
    periods: int
    first: float
    growth: float
    clusters: tuple[int, ...] | None = None

    def draw(self, rng: np.random.Generator) -> Any:
        """Return a panel with unit levels tied to adoption, a shared trend, and errors that remember."""
        starts = np.array([99 if start is None else start for start in self.adopted])
        size = (len(starts), self.periods)
        error = rng.normal(size=size)
        for period in range(1, self.periods):
            error[:, period] += 0.5 * error[:, period - 1]
        if self.clusters is not None:
            error += rng.normal(size=(max(self.clusters) + 1, self.periods))[list(self.clusters)]
        level = rng.normal(size=(size[0], 1)) + np.where(starts < 99, 3.0, 0.0)[:, None]
        return level + 0.3 * np.arange(self.periods) + error + self._effects(starts)

    def _effects(self, starts: Any) -> Any:
        since = np.arange(self.periods)[None, :] - starts[:, None]
        return np.where(since >= 0, self.first + self.growth * since, 0.0)

    def effect(self) -> float:
        """Return the mean of each adopter's mean effect since adoption."""
        own = [
            self.first + self.growth * (self.periods - start - 1) / 2
            for start in self.adopted
            if start is not None
        ]
        return float(np.mean(own))

    def coverage(self, runs: int, **options: Any) -> float:
        """Return the share of runs whose interval holds the truth."""
        rng = np.random.default_rng(20211)
        truth = self.effect()
        held = 0
        for _ in range(runs):
            effect = calculate(self.draw(rng), self.adopted, self.clusters, **options).effect
            held += effect.low <= truth <= effect.high
        return held / runs


TWO_PERIODS = Truth(adopted=(1,) * 20 + (None,) * 20, periods=2, first=1.0, growth=0.0)
CLUSTERED = Truth(
    adopted=(4,) * 40 + (None,) * 40,
    periods=8,
    first=1.0,
    growth=0.0,
    clusters=tuple(place // 2 for place in range(80)),
)
STAGGERED = Truth(adopted=(3,) * 14 + (5,) * 14 + (6,) * 12 + (None,) * 20, periods=8, first=0.5, growth=0.5)


class TestSimulatedTruth:
    """The true effect lies within the 95% interval about 95% of times."""

    @pytest.mark.parametrize("estimator", ["two_way", "group_time"])
    @pytest.mark.parametrize("truth", [TWO_PERIODS, CLUSTERED])
    def test_one_date_in_short(self, truth: Truth, estimator: str) -> None:
        assert 0.90 <= truth.coverage(60, estimator=estimator) <= 0.99

    @pytest.mark.parametrize("comparison", ["never", "not_yet"])
    def test_staggered_in_short(self, comparison: str) -> None:
        assert 0.90 <= STAGGERED.coverage(60, comparison=comparison) <= 0.99

    @pytest.mark.full
    @pytest.mark.parametrize("estimator", ["two_way", "group_time"])
    @pytest.mark.parametrize("truth", [TWO_PERIODS, CLUSTERED])
    def test_one_date_a_thousand_times(self, truth: Truth, estimator: str) -> None:
        assert 0.93 <= truth.coverage(1000, estimator=estimator) <= 0.97

    @pytest.mark.full
    @pytest.mark.parametrize("comparison", ["never", "not_yet"])
    def test_staggered_a_thousand_times(self, comparison: str) -> None:
        assert 0.93 <= STAGGERED.coverage(1000, comparison=comparison) <= 0.97

    def test_the_two_way_regression_fails_where_effects_grow(self) -> None:
        # Why group-time effects are the headline: with early and late adopters it misses the truth always.
        waves_apart = (1,) * 15 + (5,) * 15 + (None,) * 8
        early_and_late = Truth(adopted=waves_apart, periods=8, first=0.5, growth=1.0)
        assert early_and_late.coverage(20, estimator="two_way") < 0.1
        assert early_and_late.coverage(20) > 0.8

    def test_the_test_of_the_trend_holds_its_size(self) -> None:
        rng = np.random.default_rng(5)
        rejected = 0
        for _ in range(60):
            tested = calculate(STAGGERED.draw(rng), STAGGERED.adopted).pre_trend
            assert tested is not None
            rejected += tested.p_value < 0.05
        assert 0.01 <= rejected / 60 <= 0.10

    def test_the_test_of_the_trend_sees_a_trend(self) -> None:
        rng = np.random.default_rng(6)
        values = CLUSTERED.draw(rng) + np.where(np.arange(80) < 40, 1.0, 0.0)[:, None] * np.arange(8)
        result = calculate(values, CLUSTERED.adopted, CLUSTERED.clusters)
        assert result.pre_trend is not None
        assert result.pre_trend.p_value < 0.001
        assert "did not move alike" in METHOD.explain(result)


TABLES = st.lists(st.lists(st.floats(-50, 50), min_size=5, max_size=5), min_size=9, max_size=14)


def waves(count: int) -> list[int | None]:
    return [2, 2, 3, 3, *[None] * (count - 4)]


class TestProperties:
    @settings(max_examples=15)
    @given(table=TABLES, estimator=st.sampled_from(["group_time", "two_way"]), seed=st.integers(0, 99))
    def test_levels_of_units_and_a_trend_shared_by_all_change_nothing(
        self, table: list[list[float]], estimator: str, seed: int
    ) -> None:
        rng = np.random.default_rng(seed)
        values, adopted = np.array(table), waves(len(table))
        moved = values + 100 * rng.normal(size=(len(table), 1)) + 10 * rng.normal(size=(1, 5))
        one, other = (
            calculate(values, adopted, estimator=estimator),
            calculate(moved, adopted, estimator=estimator),
        )
        assert other.effect.estimate == pytest.approx(one.effect.estimate, abs=1e-8)
        assert other.effect.standard_error == pytest.approx(one.effect.standard_error, abs=1e-6)

    @settings(max_examples=15)
    @given(table=TABLES, estimator=st.sampled_from(["group_time", "two_way"]), times=st.floats(-9, 9))
    def test_the_effect_has_the_unit_of_the_values(
        self, table: list[list[float]], estimator: str, times: float
    ) -> None:
        values, adopted = np.array(table), waves(len(table))
        one = calculate(values, adopted, estimator=estimator)
        other = calculate(times * values, adopted, estimator=estimator)
        assert other.effect.estimate == pytest.approx(times * one.effect.estimate, abs=1e-8)
        assert other.effect.standard_error == pytest.approx(abs(times) * one.effect.standard_error, abs=1e-6)

    @settings(max_examples=12)
    @given(table=TABLES, added=st.floats(-9, 9), comparison=st.sampled_from(["never", "not_yet"]))
    def test_what_is_added_after_adoption_is_the_effect(
        self, table: list[list[float]], added: float, comparison: str
    ) -> None:
        values, adopted = np.array(table), waves(len(table))
        after = np.array([[s is not None and period >= s for period in range(5)] for s in adopted])
        one = calculate(values, adopted, comparison=comparison)
        other = calculate(values + added * after, adopted, comparison=comparison)
        assert other.effect.estimate == pytest.approx(one.effect.estimate + added)
        assert other.effect.standard_error == pytest.approx(one.effect.standard_error, abs=1e-6)
        assert other.without == pytest.approx(one.without)

    @settings(max_examples=12)
    @given(table=TABLES)
    def test_the_order_of_units_changes_nothing(self, table: list[list[float]]) -> None:
        adopted = waves(len(table))
        one, other = calculate(table, adopted), calculate(table[::-1], adopted[::-1])
        assert other.effect.estimate == pytest.approx(one.effect.estimate, abs=1e-9)
        assert other.effect.standard_error == pytest.approx(one.effect.standard_error, abs=1e-9)

    @settings(max_examples=12)
    @given(table=TABLES)
    def test_each_unit_given_twice_in_one_cluster_is_no_more_evidence(self, table: list[list[float]]) -> None:
        adopted = waves(len(table))
        clusters = list(range(len(table)))
        one = calculate(table, adopted)
        other = calculate(table + table, adopted + adopted, clusters + clusters)
        assert other.effect.estimate == pytest.approx(one.effect.estimate, abs=1e-9)
        assert other.effect.standard_error == pytest.approx(one.effect.standard_error, abs=1e-9)


class TestComparisons:
    def test_adopters_are_never_compared_with_those_who_adopted_before(self) -> None:
        # The first wave explodes after adoption; the second wave's effects do not notice.
        rng = np.random.default_rng(7)
        values, adopted = rng.normal(size=(9, 5)), waves(9)
        exploded = values.copy()
        exploded[:2, 2:] += 1e6
        for comparison in ("never", "not_yet"):
            one, other = (calculate(v, adopted, comparison=comparison) for v in (values, exploded))
            second = [
                [each.estimate for each in result.group_times if each.adopted == PERIODS[3]]
                for result in (one, other)
            ]
            assert second[0] == pytest.approx(second[1])

    def test_where_all_adopt_the_last_wave_serves_until_it_adopts(self) -> None:
        rng = np.random.default_rng(8)
        result = calculate(rng.normal(size=(8, 6)), [2] * 4 + [4] * 4)
        first = [each.period for each in result.group_times if each.adopted == PERIODS[2]]
        assert first == [PERIODS[0], PERIODS[2], PERIODS[3]]
        # Two periods of the first wave lack a comparison, and all five of the second, whose base is too late.
        assert result.not_comparable == 7
        assert result.comparing_clusters == 4
        assert "no effect is given there" in METHOD.explain(result)

    def test_anticipation_moves_the_base(self) -> None:
        rng = np.random.default_rng(9)
        values = rng.normal(size=(12, 6))
        result = calculate(values, [4] * 6 + [None] * 6, anticipation=1)
        moved = values - values[:, [2]]
        plain = moved[:6].mean(axis=0) - moved[6:].mean(axis=0)
        assert [each.periods_since for each in result.since_adoption] == [-4, -3, -1, 0, 1]
        assert result.effect.estimate == pytest.approx(plain[4:].mean())
        assert result.pre_trend is not None
        assert result.pre_trend.numerator_freedom == 2

    def test_few_clusters_are_said(self) -> None:
        rng = np.random.default_rng(10)
        said = METHOD.explain(calculate(rng.normal(size=(9, 3)), [1] * 4 + [None] * 5))
        assert "4 clusters that adopted and 5 to compare with, the interval may be too narrow" in said

    def test_too_few_clusters_for_so_many_periods_before_leave_no_test(self) -> None:
        rng = np.random.default_rng(11)
        result = calculate(rng.normal(size=(6, 10)), [8] * 3 + [None] * 3)
        assert result.pre_trend is None
        assert "too few clusters" in result.pre_trend_missing


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "said"),
        [
            ("a value that is missing", "the unit P103 has no value for 2023-07-01"),
            ("too few values", "the unit P103 has 2 values for 8 periods"),
            ("a unit given twice", "the unit P101 is given more than once"),
            ("adoption between periods", "the unit P101 adopted on 2023-11-15"),
            ("nothing before adoption", "the unit P101 has no period before adoption"),
            ("a wave of one unit", "adopted on 2024-07-01 are of one cluster alone"),
            ("nobody to compare with", "every unit adopts in the same period"),
            ("no unit that adopts", "no unit adopts the intervention"),
        ],
    )
    def test_each_names_what_is_wrong(self, what: str, said: str) -> None:
        with pytest.raises(Problem, match=said):
            METHOD.calculate(METHOD.read(METHOD.refusals[what]()))

    def test_periods_out_of_order(self) -> None:
        units = [{"name": "A", "values": [1, 2]}]
        with pytest.raises(Problem, match="2020-01-01 does not come after 2021-01-01"):
            METHOD.calculate(METHOD.read({"periods": ["2021-01-01", "2020-01-01"], "units": units}))
        with pytest.raises(Problem, match="2020-01-01 does not come after 2020-01-01"):
            METHOD.calculate(METHOD.read({"periods": ["2020-01-01", "2020-01-01"], "units": units}))

    def test_one_period(self) -> None:
        with pytest.raises(Problem, match="there are 1 periods"):
            METHOD.calculate(METHOD.read({"periods": ["2021-01-01"], "units": []}))

    def test_two_clusters(self) -> None:
        with pytest.raises(Problem, match="there are 2 clusters"):
            calculate([[1, 2], [2, 4], [1, 5], [3, 3]], [1, 1, None, None], [0, 1, 0, 1])

    def test_never_adopters_of_one_cluster(self) -> None:
        with pytest.raises(Problem, match="never adopt are of one cluster alone"):
            calculate([[1, 2], [2, 4], [1, 5], [3, 3]], [1, 1, 1, None])
