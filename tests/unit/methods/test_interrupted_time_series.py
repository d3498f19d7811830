"""Segmented regression against the published tutorial, closed forms, and statsmodels called apart."""

import contextlib
from datetime import date
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.diagnostic import acorr_ljungbox
from tests.unit.methods.sicily import MONTHS

from speccom.methods.interrupted_time_series import METHOD, InterruptedTimeSeriesResult
from speccom.methods.method import Refused
from speccom.problem import Problem

Z = 1.959963984540054


def sicily() -> list[dict[str, Any]]:
    return [
        {"period": date(year, month, 1), "value": admissions, "denominator": population}
        for year, month, admissions, population in MONTHS
    ]


def calculate(**given: Any) -> InterruptedTimeSeriesResult:
    return METHOD.calculate(METHOD.read(given))


def months(values: Any, denominators: Any = None) -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = [
        {"period": date(2020 + place // 12, place % 12 + 1, 1), "value": float(value)}
        for place, value in enumerate(values)
    ]
    if denominators is not None:
        for point, denominator in zip(points, denominators, strict=True):
            point["denominator"] = float(denominator)
    return points


def near(value: Any, expected: float) -> None:
    assert value == pytest.approx(expected, abs=1e-5)


class TestThePublishedTutorial:
    """Lopez Bernal, Cummins, Gasparrini, IJE 2017; figures calculated from its public data to five places."""

    def test_poisson(self) -> None:
        result = calculate(points=sicily(), first_after="2005-01-01", distribution="poisson")
        terms = {each.term: each for each in result.coefficients}
        near(terms["level"].estimate, -6.24315)
        near(terms["step"].estimate, -0.1116284)
        near(terms["step"].standard_error, 0.0172248)
        near(terms["trend"].estimate, 0.0049450)
        near(terms["trend"].standard_error, 0.0004992)
        assert result.ratio is not None
        near(result.ratio.estimate, 0.894377)
        near(result.ratio.low, 0.864686)
        near(result.ratio.high, 0.925086)
        assert result.deviance == pytest.approx(197.3096, abs=1e-4)
        assert result.degrees_of_freedom == 56
        near(result.dispersion, 3.559187)

    def test_quasi_poisson(self) -> None:
        result = calculate(points=sicily(), first_after="2005-01-01", distribution="quasi_poisson")
        terms = {each.term: each for each in result.coefficients}
        near(terms["step"].standard_error, 0.0324959)
        assert result.ratio is not None
        near(result.ratio.low, 0.839189)
        near(result.ratio.high, 0.953193)

    def test_two_yearly_waves(self) -> None:
        result = calculate(points=sicily(), first_after="2005-01-01", harmonics=2)
        assert result.ratio is not None
        near(result.ratio.estimate, 0.885072)
        near(result.ratio.low, 0.839401)
        near(result.ratio.high, 0.933227)
        near(result.dispersion, 2.262183)
        assert result.deviance == pytest.approx(117.2661, abs=1e-4)
        assert result.degrees_of_freedom == 52
        near(result.trend_a_year.estimate, 1.066808)


class TestByHand:
    def test_an_exact_exponential_trend_with_a_step_is_found_without_residual(self) -> None:
        # 1000·1.01^t people-weighted, a fifth less from the eleventh month on.
        denominators = [1000.0 + 10 * t for t in range(22)]
        counts = [n * 0.2 * 1.01 ** (t + 1) * (0.8 if t >= 10 else 1) for t, n in enumerate(denominators)]
        result = calculate(points=months(counts, denominators), first_after="2020-11-01")
        assert result.ratio is not None
        assert result.step is not None
        assert result.ratio.estimate == pytest.approx(0.8)
        assert result.step.estimate == pytest.approx(0.8)
        assert result.trend_a_year.estimate == pytest.approx(1.01**12)
        assert result.counterfactual_total.estimate == pytest.approx(sum(counts[10:]) / 0.8)
        assert result.difference.estimate == pytest.approx(-0.25 * sum(counts[10:]))
        assert [each.fitted for each in result.periods] == pytest.approx(counts)

    def test_a_straight_line_with_step_and_slope_by_the_gaussian(self) -> None:
        # 50 + 2t, then 5 more at once and one more each month: ten months at 5, 6 … 14 make 95.
        bumps = [0.5, -0.5] * 10
        values = [50 + 2 * (t + 1) + (5 + (t - 10) if t >= 10 else 0) for t in range(20)]
        result = calculate(
            points=months(np.add(values, bumps)),
            first_after="2020-11-01",
            distribution="gaussian",
            change="step_and_slope",
        )
        plain, _, _, _ = np.linalg.lstsq(straight(20, 10), np.add(values, bumps), rcond=None)
        assert result.step is not None
        assert result.slope_change is not None
        assert result.step.estimate == pytest.approx(plain[2])
        assert result.slope_change.estimate == pytest.approx(plain[3])
        assert result.difference.estimate == pytest.approx(10 * plain[2] + 45 * plain[3])

    def test_step_alone_makes_the_fitted_total_the_observed_one(self) -> None:
        # The score of the step is zero at the maximum, so observed and fitted agree after the change.
        rng = np.random.default_rng(1)
        counts = rng.poisson(60, 30)
        result = calculate(points=months(counts), first_after="2021-04-01", distribution="poisson")
        fitted = sum(each.fitted for each in result.periods if each.after)
        assert fitted == pytest.approx(result.observed_total)
        assert result.difference.estimate == pytest.approx(
            result.observed_total - result.counterfactual_total.estimate
        )


def straight(count: int, before: int) -> Any:
    time = np.arange(1, count + 1)
    after = time > before
    return np.column_stack([np.ones(count), time, after, after * (time - before - 1)])


class TestAgainstTheLibraryCalledApart:
    def test_step_and_slope_with_newey_west_errors(self) -> None:
        rng = np.random.default_rng(2)
        people = 5000 + 20 * np.arange(40)
        counts = rng.poisson(people * 0.01 * np.where(np.arange(40) >= 24, 0.9, 1.0))
        result = calculate(
            points=months(counts, people),
            first_after="2022-01-01",
            change="step_and_slope",
            errors="newey_west",
            lags=4,
        )
        terms = straight(40, 24)
        mean = sm.GLM(counts, terms, family=sm.families.Poisson(), offset=np.log(people)).fit().mu
        # Newey and West's sandwich from its definition.
        bread = np.linalg.inv((terms.T * mean) @ terms)
        scores = terms * (counts - mean)[:, None]
        meat = scores.T @ scores
        for lag in range(1, 5):
            shifted = scores[lag:].T @ scores[:-lag]
            meat = meat + (1 - lag / 5) * (shifted + shifted.T)
        errors = np.sqrt(np.diag(bread @ meat @ bread))
        assert [each.standard_error for each in result.coefficients] == pytest.approx(list(errors))
        assert result.lags == 4

    def test_lags_where_none_are_given(self) -> None:
        result = calculate(
            points=months(range(20, 79)), first_after="2022-01-01", errors="newey_west", change="slope"
        )
        assert result.lags == 3  # 4·(59/100)^(2/9) = 3.56

    def test_autocorrelation_of_residuals(self) -> None:
        rng = np.random.default_rng(3)
        values = 100 + np.convolve(rng.normal(size=63), [1, 0.8, 0.5, 0.2], "valid")
        result = calculate(points=months(values), first_after="2022-07-01", distribution="gaussian")
        fitted = sm.OLS(values, straight(60, 30)[:, :3]).fit()
        expected = acorr_ljungbox(fitted.resid, lags=[12])
        assert result.ljung_box_lags == 12
        assert result.ljung_box_p == pytest.approx(float(expected["lb_pvalue"].iloc[0]))
        centred = fitted.resid
        assert result.residual_lag_1 == pytest.approx(centred[1:] @ centred[:-1] / (centred @ centred))

    def test_measurements_have_students_intervals(self) -> None:
        rng = np.random.default_rng(4)
        values = 10 + rng.normal(size=20)
        result = calculate(points=months(values), first_after="2020-11-01", distribution="gaussian")
        plain = sm.OLS(values, straight(20, 10)[:, :3]).fit()
        low, high = plain.conf_int()[2]
        assert result.step is not None
        assert (result.step.low, result.step.high) == pytest.approx((low, high))
        assert result.dispersion == pytest.approx(plain.scale)

    def test_the_total_without_the_change_has_the_interval_of_a_prediction(self) -> None:
        rng = np.random.default_rng(5)
        counts = rng.poisson(80, 24)
        result = calculate(points=months(counts), first_after="2021-04-01", distribution="poisson")
        fitted = sm.GLM(counts, straight(24, 15)[:, :3], family=sm.families.Poisson()).fit()
        terms = straight(24, 15)[15:, :3].copy()
        terms[:, 2] = 0
        frame = fitted.get_prediction(terms).summary_frame()
        each = [period.counterfactual for period in result.periods if period.after]
        assert [one.low for one in each if one] == pytest.approx(list(frame["mean_ci_lower"]))
        assert [one.high for one in each if one] == pytest.approx(list(frame["mean_ci_upper"]))
        mean = np.asarray(frame["mean"])
        gradient = mean @ terms / mean.sum()
        reach = Z * sqrt(gradient @ fitted.cov_params() @ gradient)
        assert result.counterfactual_total.low == pytest.approx(exp(log(mean.sum()) - reach))

    # Without a step, totals after the change do not follow from the observed ones.
    def test_ratio_and_difference_have_intervals_by_the_delta_method(self) -> None:
        rng = np.random.default_rng(8)
        people = 5000 + 30.0 * np.arange(36)
        counts = rng.poisson(people * 0.02)
        result = calculate(
            points=months(counts, people),
            first_after="2021-09-01",
            distribution="poisson",
            change="slope",
        )
        terms = straight(36, 20)[:, [0, 1, 3]]
        fitted = sm.GLM(counts, terms, family=sm.families.Poisson(), offset=np.log(people)).fit()

        def totals(coefficients: Any) -> tuple[float, float]:
            unchanged = coefficients * np.array([1, 1, 0])
            return tuple(
                float((people * np.exp(terms @ each))[20:].sum()) for each in (coefficients, unchanged)
            )

        def reach(figure: Any) -> float:
            steps = 1e-6 * np.eye(3)
            slopes = [(figure(fitted.params + step) - figure(fitted.params - step)) / 2e-6 for step in steps]
            return Z * sqrt(np.array(slopes) @ fitted.cov_params() @ np.array(slopes))

        assert result.ratio is not None
        assert log(result.ratio.high / result.ratio.estimate) == pytest.approx(
            reach(lambda each: log(totals(each)[0] / totals(each)[1])), rel=1e-4
        )
        assert result.difference.high - result.difference.estimate == pytest.approx(
            reach(lambda each: totals(each)[0] - totals(each)[1]), rel=1e-4
        )


SERIES = st.lists(st.integers(5, 400), min_size=20, max_size=30)


class TestProperties:
    @settings(max_examples=12)
    @given(counts=SERIES, people=st.floats(0.01, 100))
    def test_the_size_of_the_population_changes_the_level_alone(
        self, counts: list[int], people: float
    ) -> None:
        size = len(counts)
        one = calculate(points=months(counts, [1000.0] * size), first_after="2020-11-01")
        other = calculate(points=months(counts, [1000.0 * people] * size), first_after="2020-11-01")
        assert one.ratio is not None
        assert other.ratio is not None
        assert other.ratio.estimate == pytest.approx(one.ratio.estimate)
        assert other.difference.low == pytest.approx(one.difference.low)
        assert other.coefficients[0].estimate == pytest.approx(one.coefficients[0].estimate - log(people))

    @settings(max_examples=12)
    @given(counts=SERIES, times=st.integers(2, 9))
    def test_more_of_everything_changes_no_ratio(self, counts: list[int], times: int) -> None:
        one = calculate(points=months(counts), first_after="2020-11-01", distribution="poisson")
        more = calculate(
            points=months([times * count for count in counts]),
            first_after="2020-11-01",
            distribution="poisson",
        )
        assert one.ratio is not None
        assert more.ratio is not None
        assert more.ratio.estimate == pytest.approx(one.ratio.estimate)
        assert more.difference.estimate == pytest.approx(
            times * one.difference.estimate, abs=1e-5 * sum(counts)
        )
        # The interval narrows with the square root of what is counted.
        assert log(more.ratio.high / more.ratio.low) * sqrt(times) == pytest.approx(
            log(one.ratio.high / one.ratio.low)
        )

    @settings(max_examples=12)
    @given(counts=SERIES, change=st.sampled_from(["step", "slope", "step_and_slope"]))
    def test_a_surer_interval_contains_a_less_sure_one(self, counts: list[int], change: str) -> None:
        shared = {"points": months(counts), "first_after": "2020-11-01", "change": change}
        narrow, wide = calculate(**shared, confidence=0.8), calculate(**shared, confidence=0.99)
        for one, other in (
            (narrow.ratio, wide.ratio),
            (narrow.difference, wide.difference),
            (narrow.counterfactual_total, wide.counterfactual_total),
        ):
            assert one is not None
            assert other is not None
            assert other.low <= one.low <= one.estimate <= one.high <= other.high

    @settings(max_examples=12)
    @given(counts=SERIES)
    def test_quasi_poisson_widens_by_the_square_root_of_the_dispersion(self, counts: list[int]) -> None:
        shared = {"points": months(counts), "first_after": "2020-11-01"}
        plain = calculate(**shared, distribution="poisson")
        quasi = calculate(**shared, distribution="quasi_poisson")
        for one, other in zip(plain.coefficients, quasi.coefficients, strict=True):
            assert other.estimate == pytest.approx(one.estimate)
            assert other.standard_error == pytest.approx(one.standard_error * sqrt(plain.dispersion))

    @settings(max_examples=25)
    @given(
        counts=st.lists(st.sampled_from([0, 0, 0, 0, 0, 1, 3]), min_size=26, max_size=30),
        change=st.sampled_from(["step", "slope", "step_and_slope"]),
        errors=st.sampled_from(["model", "newey_west"]),
        harmonics=st.integers(0, 2),
    )
    def test_rare_events_are_served_or_refused_in_words(
        self, counts: list[int], change: str, errors: str, harmonics: int
    ) -> None:
        with contextlib.suppress(Refused):
            result = calculate(
                points=months(counts),
                first_after="2021-02-01",
                change=change,
                errors=errors,
                harmonics=harmonics,
            )
            assert result.ratio is not None
            assert result.ratio.low <= result.ratio.estimate <= result.ratio.high


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "said"),
        [
            ("too few periods before the change", "5 periods before"),
            ("a change between periods", "15 July 2023"),
            ("a month that is missing", "from 1 October 2021 to 1 December 2021 is not one month"),
            ("a negative count", "1 April 2021 has -2"),
            ("a denominator that is missing", "1 June 2021 has no denominator"),
            ("measurements with a denominator", "measurements take none"),
            ("more yearly waves than months can show", "at most 5"),
            ("nothing counted after the change", "no emergency admissions at all after"),
        ],
    )
    def test_each_names_what_is_wrong(self, what: str, said: str) -> None:
        with pytest.raises(Problem, match=said):
            METHOD.calculate(METHOD.read(METHOD.refusals[what]()))

    def test_dates_that_are_repeated_or_out_of_order(self) -> None:
        points = months(range(30))
        with pytest.raises(Problem, match="1 March 2020 stands there twice"):
            calculate(points=[*points[:3], *points[2:]], first_after="2021-04-01")
        with pytest.raises(Problem, match="1 February 2020 comes after 1 March 2020"):
            calculate(points=[points[0], points[2], points[1], *points[3:]], first_after="2021-04-01")

    def test_too_few_periods_after(self) -> None:
        assert calculate(points=months(range(1, 17)), first_after="2020-09-01").points_after == 8
        with pytest.raises(Problem, match="9 periods before the change and 7 from it on"):
            calculate(points=months(range(1, 17)), first_after="2020-10-01")

    def test_fractions_of_an_event_are_not_poisson(self) -> None:
        with pytest.raises(Problem, match=r"1 January 2020 has 1.5 events"):
            calculate(points=months([1.5] * 20), first_after="2020-11-01", distribution="poisson")

    def test_waves_in_less_than_two_years(self) -> None:
        with pytest.raises(Problem, match=r"covers 1.9 years"):
            calculate(points=months(range(1, 24)), first_after="2020-12-01", harmonics=1)
        assert (
            calculate(points=months(range(1, 25)), first_after="2020-12-01", harmonics=1).points_after == 13
        )

    def test_too_many_lags(self) -> None:
        with pytest.raises(Problem, match="10 lags were asked for in a series of 20"):
            calculate(points=months(range(1, 21)), first_after="2020-11-01", errors="newey_west", lags=10)


class TestWords:
    def test_poisson_that_scatters_too_much_says_so(self) -> None:
        rng = np.random.default_rng(6)
        counts = rng.negative_binomial(5, 0.05, 40)
        result = calculate(points=months(counts), first_after="2021-09-01", distribution="poisson")
        assert "too narrow: ask for quasi-Poisson" in METHOD.explain(result)

    def test_a_value_of_another_order_is_named(self) -> None:
        points = [dict(point) for point in METHOD.example()["points"]]
        points[43]["value"] = 1e12
        with pytest.raises(Refused, match=r"too far from all the others\. Check the highest value, 1e\+12"):
            METHOD.calculate(METHOD.read({**METHOD.example(), "points": points}))

    def test_a_memory_is_said_and_newey_west_answers_it(self) -> None:
        rng = np.random.default_rng(7)
        values = 100 + np.cumsum(rng.normal(size=60))
        shared = {"points": months(values), "first_after": "2022-07-01", "distribution": "gaussian"}
        assert "ask for yearly waves" in METHOD.explain(calculate(**shared))
        assert "which the Newey-West errors allow for" in METHOD.explain(
            calculate(**shared, errors="newey_west")
        )

    def test_a_ratio_of_measurements_about_zero_is_none_and_said(self) -> None:
        values = [-10.0 + (place % 3) for place in range(20)]
        result = calculate(points=months(values), first_after="2020-11-01", distribution="gaussian")
        assert result.ratio is None
        assert "a ratio does not exist" in METHOD.explain(result)

    def test_measurements_are_told_by_their_mean(self) -> None:
        values = [40.0, 42.0] * 6 + [30.0, 32.0] * 6
        said = METHOD.explain(
            calculate(
                points=months(values),
                first_after="2021-01-01",
                distribution="gaussian",
                outcome="days waited",
            )
        )
        assert "days waited were on average 31, where 4" in said
        assert "less)" in said

    def test_a_fall_is_told_as_fewer(self) -> None:
        counts = [101, 99] * 10 + [52, 50] * 10
        said = METHOD.explain(calculate(points=months(counts), first_after="2021-09-01"))
        assert "fewer)" in said
        assert "there was a fall" in said

    def test_a_model_without_residual_has_no_autocorrelation(self) -> None:
        result = calculate(points=months([7.0] * 20), first_after="2020-11-01", distribution="gaussian")
        assert result.residual_lag_1 is None
        assert "nothing can be said of autocorrelation" in METHOD.explain(result)
