"""Uptake against its definitions worked by hand."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.uptake import METHOD, UptakeResult
from speccom.methods.uptake.inequality import ends
from speccom.problem import Problem

Z = 1.959963984540054


def quarters(volumes: Any, populations: Any = None) -> list[dict[str, Any]]:
    populations = populations or [100_000] * len(volumes)
    return [
        {"start": date(2020 + place // 4, 3 * (place % 4) + 1, 1), "volume": volume, "population": population}
        for place, (volume, population) in enumerate(zip(volumes, populations, strict=True))
    ]


def calculate(volumes: Any = (1, 2, 3, 4), populations: Any = None, **more: Any) -> UptakeResult:
    return METHOD.calculate(METHOD.read({"quarters": quarters(volumes, populations), **more}))


def rollout(lags: Any, decided: date = date(2024, 1, 1), days: int = 1000) -> dict[str, Any]:
    sites = [
        {"name": f"S{place}", "first_used": None if lag is None else decided + timedelta(days=lag)}
        for place, lag in enumerate(lags)
    ]
    return {"decided": decided, "as_at": decided + timedelta(days=days), "sites": sites}


def fifths(people: Any, populations: Any = (100_000,) * 5) -> list[dict[str, Any]]:
    return [
        {"fifth": place + 1, "people": count, "population": size}
        for place, (count, size) in enumerate(zip(people, populations, strict=True))
    ]


class TestVolume:
    """The formulas of the Innovation Scorecard."""

    def test_the_rate_is_volume_over_population_times_100000(self) -> None:
        result = calculate([30, 60, 90, 120], [50_000, 60_000, 60_000, 80_000])
        assert [each.rate for each in result.quarters] == pytest.approx([60, 100, 150, 150])

    def test_the_rolling_year_against_the_year_before(self) -> None:
        result = calculate([10, 20, 30, 40, 50, 60, 70, 80, 90])
        assert [each.year_volume for each in result.quarters] == [
            None,
            None,
            None,
            100,
            140,
            180,
            220,
            260,
            300,
        ]
        # 260 against 100, then 300 against 140.
        changes = [each.change for each in result.quarters]
        assert changes[:7] == [None] * 7
        assert changes[7:] == pytest.approx([1.6, 300 / 140 - 1])

    def test_the_years_rate_is_over_the_mean_population(self) -> None:
        result = calculate([10, 20, 30, 40], [100_000, 200_000, 300_000, 400_000])
        assert result.quarters[-1].year_rate == pytest.approx(100_000 * 100 / 250_000)

    def test_observed_to_expected_is_over_patients_share_dose_and_days(self) -> None:
        expected = {"eligible_patients": 200, "share": 0.5, "dose_a_day": 2, "days": 30, "source": "a count"}
        result = calculate([999, 1000, 1000, 1000, 1500], expected=expected)
        assert result.expectation is not None
        assert result.expectation.expected == 6000
        assert result.expectation.ratio == pytest.approx(4500 / 6000)
        assert "6,000 units were to be expected (a count), so use stands at 75% of that" in METHOD.explain(
            result
        )

    def test_reach(self) -> None:
        assert calculate(reach={"treated": 30, "eligible": 120}).reach == 0.25
        over = calculate(reach={"treated": 30, "eligible": 20})
        assert over.reach == 1.5
        assert "that estimate is too low" in METHOD.explain(over)

    def test_a_year_before_of_nothing_has_no_percentage(self) -> None:
        result = calculate([0, 0, 0, 0, 1, 1, 1, 1])
        assert result.quarters[-1].change is None
        assert "none were used, so there is no percentage change" in METHOD.explain(result)

    def test_less_than_two_years_have_no_change(self) -> None:
        assert "fewer than eight quarters" in METHOD.explain(calculate([1, 2, 3, 4, 5]))

    @settings(max_examples=40)
    @given(
        volumes=st.lists(st.floats(1, 1e6), min_size=8, max_size=12),
        times=st.floats(0.01, 100),
    )
    def test_another_unit_of_volume_changes_no_change(self, volumes: list[float], times: float) -> None:
        one, other = calculate(volumes), calculate([times * volume for volume in volumes])
        for mine, theirs in zip(one.quarters, other.quarters, strict=True):
            assert theirs.rate == pytest.approx(times * mine.rate)
            assert theirs.change == (None if mine.change is None else pytest.approx(mine.change, abs=1e-9))


class TestSpread:
    def test_lags_to_shares_of_all_sites(self) -> None:
        # Of ten sites the 3rd, 5th and 8th make 25%, 50% and 75%.
        found = calculate(rollout=rollout([90, 10, 40, 20, 300, 60, None, 200, 120, None])).spread
        assert found is not None
        assert (found.sites, found.adopting, found.share) == (10, 8, 0.8)
        assert found.days_to_first == 10
        assert (found.days_to_quarter, found.days_to_half, found.days_to_three_quarters) == (40, 90, 300)

    def test_exactly_a_quarter_is_enough(self) -> None:
        found = calculate(rollout=rollout([5, 6, 7, None, None, None, None, None])).spread
        assert found is not None
        assert found.days_to_quarter == 6
        assert found.days_to_half is None

    def test_sites_before_the_decision_have_a_lag_below_zero(self) -> None:
        result = calculate(rollout=rollout([-30, 15, None, None]))
        assert result.spread is not None
        assert result.spread.days_to_first == -30
        assert result.spread.before_decision == 1
        said = METHOD.explain(result)
        assert "first used 30 days before the decision" in said
        assert "Fewer than three quarters have used it so far" in said
        assert "1 site used it before the decision" in said

    def test_nobody_yet(self) -> None:
        result = calculate(rollout=rollout([None, None]))
        assert result.spread is not None
        assert result.spread.days_to_first is None
        assert "0 of 2 sites (0%) had used it" in METHOD.explain(result)

    @settings(max_examples=60)
    @given(lags=st.lists(st.one_of(st.none(), st.integers(-50, 900)), min_size=1, max_size=30))
    def test_a_larger_share_is_never_reached_sooner(self, lags: list[int | None]) -> None:
        found = calculate(rollout=rollout(lags)).spread
        assert found is not None
        steps = [found.days_to_first, found.days_to_quarter, found.days_to_half, found.days_to_three_quarters]
        known = [step for step in steps if step is not None]
        assert known == sorted(known)
        assert steps == [*known, *[None] * (len(steps) - len(known))]
        used = [lag for lag in lags if lag is not None]
        for share, step in zip((0.25, 0.5, 0.75), steps[1:], strict=True):
            if step is not None:
                assert sum(lag <= step for lag in used) >= share * len(lags)
                assert sum(lag < step for lag in used) < share * len(lags)
            else:
                assert len(used) < share * len(lags)


class TestSlopeIndex:
    def test_by_hand_with_fifths_alike(self) -> None:
        # Rates 10, 20, 40, 50, 80 per 100,000 at ranks .1, .3, .5, .7, .9: slope 34/0.4 = 85, mean 40.
        found = calculate(fifths=fifths([10, 20, 40, 50, 80])).inequality
        assert found is not None
        assert [each.rank for each in found.fifths] == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
        assert found.slope_index == pytest.approx(85)
        assert found.most_deprived == pytest.approx(40 - 42.5)
        assert found.least_deprived == pytest.approx(82.5)
        # Weights (rank − ½)/0.4 are −1, −½, 0, ½, 1: variance 10 + 20/4 + 50/4 + 80.
        assert found.high - found.slope_index == pytest.approx(Z * (10 + 5 + 12.5 + 80) ** 0.5)
        assert found.relative_index is None

    def test_the_relative_index_by_hand(self) -> None:
        found = calculate(fifths=fifths([60, 80, 100, 120, 140])).inequality
        assert found is not None
        # A straight line from 50 to 150.
        assert found.relative_index == pytest.approx(3)
        most, least = np.array([0.7, 0.45, 0.2, -0.05, -0.3]), np.array([-0.3, -0.05, 0.2, 0.45, 0.7])
        counts = np.array([60, 80, 100, 120, 140])
        error = ((least / 150 - most / 50) ** 2 @ counts) ** 0.5
        assert found.relative_low == pytest.approx(3 * np.exp(-Z * error))
        assert found.relative_high == pytest.approx(3 * np.exp(Z * error))

    @settings(max_examples=40)
    @given(
        people=st.lists(st.integers(0, 5000), min_size=5, max_size=5).filter(any),
        sizes=st.lists(st.integers(10_000, 900_000), min_size=5, max_size=5),
    )
    def test_it_is_a_regression_weighted_by_population(self, people: list[int], sizes: list[int]) -> None:
        found = calculate(fifths=fifths(people, sizes)).inequality
        assert found is not None
        weights = np.array(sizes)
        ranks = (np.cumsum(weights) - weights / 2) / weights.sum()
        rates = 100_000 * np.array(people) / weights
        fitted = sm.WLS(rates, sm.add_constant(ranks), weights=weights).fit()
        assert found.most_deprived == pytest.approx(fitted.params[0], abs=1e-6)
        assert found.slope_index == pytest.approx(fitted.params[1], abs=1e-6)
        assert found.low <= found.slope_index <= found.high

    def test_its_interval_holds_the_truth_of_simulated_counts(self) -> None:
        rng = np.random.default_rng(1)
        sizes = np.array([120_000, 90_000, 100_000, 110_000, 80_000])
        truth = np.array([8e-4, 1e-3, 1.1e-3, 1.3e-3, 1.4e-3])
        line = ends(sizes.astype(float))
        index = 100_000 * float((line.least - line.most) @ truth)
        ratio = float(line.least @ truth / (line.most @ truth))
        held = [0, 0]
        for counts in rng.poisson(truth * sizes, size=(400, 5)):
            found = calculate(
                fifths=fifths([int(count) for count in counts], [int(size) for size in sizes])
            ).inequality
            assert found is not None
            assert found.relative_low is not None
            assert found.relative_high is not None
            held[0] += found.low <= index <= found.high
            held[1] += found.relative_low <= ratio <= found.relative_high
        assert 0.92 <= held[0] / 400 <= 0.98
        assert 0.92 <= held[1] / 400 <= 0.98

    @settings(max_examples=30)
    @given(people=st.lists(st.integers(1, 500), min_size=5, max_size=5))
    def test_turned_round_it_changes_sign(self, people: list[int]) -> None:
        one = calculate(fifths=fifths(people)).inequality
        other = calculate(fifths=fifths(people[::-1])).inequality
        assert one is not None
        assert other is not None
        assert other.slope_index == pytest.approx(-one.slope_index)
        assert other.low == pytest.approx(-one.high)
        if one.relative_index is not None:
            assert other.relative_index == pytest.approx(1 / one.relative_index)

    def test_the_order_in_which_fifths_are_given_does_not_matter(self) -> None:
        rows = fifths([10, 20, 40, 50, 80])
        assert calculate(fifths=rows).inequality == calculate(fifths=rows[::-1]).inequality

    def test_words_for_few_people_and_for_no_gap(self) -> None:
        said = METHOD.explain(calculate(fifths=fifths([3, 2, 4, 3, 3])))
        assert "One fifth has only 2 people, so the interval is rough" in said
        assert "so no gap is shown" in said

    def test_words_for_a_line_that_falls_to_zero(self) -> None:
        assert "no ratio of the ends is given" in METHOD.explain(calculate(fifths=fifths([0, 0, 0, 0, 90])))

    def test_words_for_more_among_the_most_deprived(self) -> None:
        said = METHOD.explain(calculate(fifths=fifths([140, 120, 100, 80, 60])))
        assert "at the most deprived end is 100 per 100,000 higher than at the least deprived" in said


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "said"),
        [
            ("less than a year", "there are 3 quarters"),
            ("a quarter that is missing", "from 1 October 2023 to 1 April 2024 is not one quarter"),
            ("a population of zero", "quarters, number 1, population"),
            ("negative use", "quarters, number 1, volume"),
            ("first use after the last known day", "the site Site 7 first used it on 16 September 2024"),
            ("a site given twice", "the site Site 1 is given more than once"),
            ("a fifth that is missing", "given are 1, 2, 3, 4, and"),
            ("nobody treated in any fifth", "no gap to measure"),
        ],
    )
    def test_each_names_what_is_wrong(self, what: str, said: str) -> None:
        with pytest.raises(Problem, match=said):
            METHOD.calculate(METHOD.read(METHOD.refusals[what]()))

    def test_a_fifth_given_twice(self) -> None:
        rows = fifths([1, 2, 3, 4, 5])
        with pytest.raises(Problem, match="given are 1, 2, 3, 4, 4, and"):
            calculate(fifths=[*rows[:4], rows[3]])

    def test_a_last_known_day_before_the_decision(self) -> None:
        with pytest.raises(Problem, match="the decision was on 1 January 2024"):
            calculate(rollout=rollout([None], days=-1))

    def test_a_last_known_day_that_is_the_decisions(self) -> None:
        found = calculate(rollout=rollout([0, None], days=0)).spread
        assert found is not None
        assert found.days_to_half == 0
        assert found.before_decision == 0
