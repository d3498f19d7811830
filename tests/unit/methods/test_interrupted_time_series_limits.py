"""The edges of an interrupted time series: what is just served and just refused, and its pieces apart."""

import warnings
from datetime import date, timedelta
from math import exp
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from tests.unit.methods.limits import read_within_alone

from speccom.methods.interrupted_time_series import METHOD, InterruptedTimeSeriesResult, effect, example
from speccom.methods.interrupted_time_series.effect import Expected
from speccom.methods.interrupted_time_series.regression import Fit, autocorrelation
from speccom.methods.interrupted_time_series.terms import Estimate
from speccom.methods.method import Refused
from speccom.methods.periods import Interval


def months(values: Any, denominators: Any = None) -> list[dict[str, Any]]:
    return [
        {
            "period": date(2020 + place // 12, place % 12 + 1, 1),
            "value": value,
            "denominator": None if denominators is None else denominators[place],
        }
        for place, value in enumerate(values)
    ]


def calculate(values: Any, first_after: str = "2020-11-01", **more: Any) -> InterruptedTimeSeriesResult:
    given = {"points": months(values), "first_after": first_after, **more}
    return METHOD.calculate(METHOD.read(given))


def refusal(values: Any, first_after: str = "2020-11-01", **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        calculate(values, first_after, **more)
    return str(refused.value)


SOME = (31, 29, 35, 30, 28, 33, 36, 27, 30, 32, 25, 22, 29, 24, 20, 26, 23, 21, 27, 24)


class TestWhatIsServed:
    def test_eight_periods_on_either_side(self) -> None:
        result = calculate(SOME[:16], "2020-09-01")
        assert (result.points_before, result.points_after) == (8, 8)
        assert "there are 7 periods before the change and 9 from it on" in refusal(SOME[:16], "2020-08-01")
        assert "there are 9 periods before the change and 7 from it on" in refusal(SOME[:16], "2020-10-01")

    def test_nothing_counted_in_a_period(self) -> None:
        assert calculate([0, *SOME[1:]]).periods[0].observed == 0
        assert "1 January 2020 has -0.5 events, and a count cannot be negative" in refusal([-0.5, *SOME[1:]])

    def test_fractions_of_an_event_unless_they_are_poissons(self) -> None:
        assert calculate([30.5, *SOME[1:]]).observed_total == sum(SOME[10:])
        assert "has 30.5 events, and Poisson counts are whole" in refusal(
            [30.5, *SOME[1:]], distribution="poisson"
        )

    def test_something_must_be_counted_on_both_sides(self) -> None:
        assert "no events at all before the change" in refusal([0] * 10 + [5] * 10)
        assert "no events at all after the change" in refusal([5] * 10 + [0] * 10)
        once = [*SOME[:10], 25, *[0] * 9]
        assert calculate(once).observed_total == 25
        for change in ("slope", "step_and_slope"):
            assert "no events at all after the first period from the change" in refusal(once, change=change)
        twice = [*SOME[:10], 25, 24, *[0] * 8]
        assert "after the first period" not in refusal_or_nothing(twice, change="slope")

    def test_denominators_for_all_periods_or_for_none(self) -> None:
        people = [1000.0] * 20
        points = months(SOME, people)
        result = METHOD.calculate(METHOD.read({"points": points, "first_after": "2020-11-01"}))
        assert {each.denominator for each in result.periods} == {1000.0}
        with pytest.raises(Refused, match="1 March 2020 has no denominator, and other periods have one"):
            METHOD.calculate(
                METHOD.read(
                    {"points": months(SOME, [1.0, 1.0, None, *people[3:]]), "first_after": "2020-11-01"}
                )
            )
        with pytest.raises(Refused, match="1 January 2020 has a denominator, and measurements"):
            METHOD.calculate(
                METHOD.read({"points": points, "first_after": "2020-11-01", "distribution": "gaussian"})
            )

    @pytest.mark.parametrize(("interval", "most"), [("week", 6), ("month", 5), ("quarter", 1), ("year", 0)])
    def test_yearly_waves_that_a_year_can_show(self, interval: str, most: int) -> None:
        count = 110
        periods = {
            "week": [date(2001, 1, 1) + timedelta(days=7 * place) for place in range(count)],
            "month": [date(2001 + place // 12, place % 12 + 1, 1) for place in range(count)],
            "quarter": [date(2001 + place // 4, 3 * (place % 4) + 1, 1) for place in range(count)],
            "year": [date(1801 + place, 1, 1) for place in range(count)],
        }[interval]
        rng = np.random.default_rng(1)
        given = {
            "interval": interval,
            "points": [
                {"period": day, "value": int(count)}
                for day, count in zip(periods, rng.poisson(200, count), strict=True)
            ],
            "first_after": periods[60],
        }
        served = METHOD.calculate(METHOD.read({**given, "harmonics": most}))
        assert len(served.coefficients) == 3 + 2 * most
        if most < 6:
            with pytest.raises(Refused, match=f"{most + 1} yearly waves .* can show at most {most}"):
                METHOD.calculate(METHOD.read({**given, "harmonics": most + 1}))

    def test_fewer_than_half_as_many_lags_as_periods(self) -> None:
        for count, lags in ((20, 9), (21, 10)):
            values = [*SOME, 22][:count]
            assert calculate(values, errors="newey_west", lags=lags).lags == lags
            assert f"{lags + 1} lags were asked for in a series of {count} periods" in refusal(
                values, errors="newey_west", lags=lags + 1
            )

    def test_lags_where_none_are_given(self) -> None:
        # 4·(16/100)^(2/9) is 2.66, of 24 it is 2.91, of 28 it is 3.01, and of 100 just 4.
        for count, lags in ((16, 2), (24, 2), (28, 3), (99, 3), (100, 4)):
            assert calculate((5 * SOME)[:count], "2020-09-01", errors="newey_west").lags == lags
        assert calculate(SOME).lags is None

    def test_values_of_hundreds_of_millions_of_millions_settle(self) -> None:
        plain, vast = calculate(SOME).ratio, calculate([2e13 * each for each in SOME]).ratio
        assert plain is not None
        assert vast is not None
        assert vast.estimate == pytest.approx(plain.estimate)

    def test_a_series_that_says_nothing_of_so_many_terms(self) -> None:
        values = [0] * 24
        values[9], values[10] = 1, 1
        assert "the regression does not settle on an answer" in refusal(values, change="step", harmonics=1)


def refusal_or_nothing(values: Any, **more: Any) -> str:
    try:
        calculate(values, **more)
    except Refused as refused:
        return str(refused)
    return ""


def rare(count: int, **events: int) -> list[int]:
    """A series of nothing but so many events in a few of its months: `m9=3` is three in the ninth."""
    return [events.get(f"m{month}", 0) for month in range(1, count + 1)]


class TestWhatRunsOff:
    """Fits that converge where a figure has run off: a ratio of e to the 25 is no finding."""

    @pytest.mark.parametrize(
        ("values", "change", "errors"),
        [
            # The step at 26.4, the trend's error at 25.5 and both far off; then errors that are no numbers.
            (rare(26, m1=1, m5=3, m8=1, m9=3, m10=3, m22=3), "step", "newey_west"),
            (rare(26, m9=3, m19=3, m24=1), "step_and_slope", "newey_west"),
            (rare(26, m3=1, m8=1, m17=1, m20=1), "step", "model"),
            (rare(26, m4=3, m11=1, m16=1, m17=3, m22=3), "step", "newey_west"),
            (rare(26, m1=3, m14=1, m25=1, m26=1), "slope", "newey_west"),
        ],
    )
    def test_it_is_refused(self, values: Any, change: str, errors: str) -> None:
        assert "the regression does not settle on an answer" in refusal(
            values, "2021-02-01", change=change, errors=errors, harmonics=2
        )

    def test_measurements_may_move_by_any_amount(self) -> None:
        plain = calculate(SOME, distribution="gaussian").step
        moved = calculate([1000 * each for each in SOME], distribution="gaussian").step
        assert plain is not None
        assert moved is not None
        assert moved.estimate == pytest.approx(1000 * plain.estimate)

    def test_vast_values_without_residual(self) -> None:
        level = calculate([7e13 * 1.01**month for month in range(20)])
        assert level.ratio is not None
        assert level.ratio.estimate == pytest.approx(1)

    def test_a_fit_without_residual_warns_of_nothing(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            calculate([7] * 20)
            calculate([7.0] * 20, distribution="gaussian")


class TestWaves:
    def test_yearly_waves_are_sines_and_cosines_of_the_year(self) -> None:
        # Month t = 1, 2 …: the first wave's sine is highest in the third month, its cosine in the twelfth.
        time = np.arange(1, 49)
        angle = 2 * np.pi * time / 12
        values = 100 + 0.5 * time + 7 * np.sin(angle) + 3 * np.cos(angle) - 2 * np.sin(2 * angle)
        result = calculate(values, "2022-01-01", distribution="gaussian", harmonics=2)
        found = {each.term: each.estimate for each in result.coefficients}
        assert found == pytest.approx(
            {
                "level": 100,
                "trend": 0.5,
                "step": 0,
                "yearly wave 1, sine": 7,
                "yearly wave 1, cosine": 3,
                "yearly wave 2, sine": -2,
                "yearly wave 2, cosine": 0,
            },
            abs=1e-8,
        )
        assert result.trend_a_year.estimate == pytest.approx(6)

    def test_what_would_have_been_keeps_the_seasons(self) -> None:
        time = np.arange(1, 49)
        season = 9 * np.sin(2 * np.pi * time / 12)
        values = 100 + season + np.where(time > 24, 5.0, 0.0)
        result = calculate(values, "2022-01-01", distribution="gaussian", harmonics=1)
        without = [each.counterfactual.estimate for each in result.periods if each.counterfactual]
        assert without == pytest.approx(list((100 + season)[24:]))
        assert [each.after for each in result.periods] == [False] * 24 + [True] * 24

    def test_measurements_that_were_to_be_expected_have_the_interval_of_a_prediction(self) -> None:
        result = calculate(SOME, distribution="gaussian")
        time = np.arange(1, 21)
        terms = np.column_stack([np.ones(20), time, time > 10]).astype(float)
        fitted = sm.OLS(np.array(SOME, dtype=float), terms).fit()
        total = np.array([10.0, sum(range(11, 21)), 0.0])
        reach = stats.t.ppf(0.975, 17) * (total @ fitted.cov_params() @ total) ** 0.5
        expected = result.counterfactual_total
        assert expected.estimate == pytest.approx(total @ fitted.params)
        assert expected.high - expected.estimate == pytest.approx(reach)


class TestMemory:
    def test_it_looks_back_a_year_or_over_a_fifth_of_the_series(self) -> None:
        rng = np.random.default_rng(2)
        residuals = rng.normal(size=70)
        assert autocorrelation(residuals, Interval.MONTH)[2] == 12
        assert autocorrelation(residuals[:59], Interval.MONTH)[2] == 11
        assert autocorrelation(residuals, Interval.WEEK)[2] == 14
        assert autocorrelation(residuals, Interval.YEAR)[2] == 1

    def test_it_is_of_residuals_about_their_mean(self) -> None:
        residuals = np.random.default_rng(3).normal(size=40)
        about_three = autocorrelation(residuals + 3, Interval.MONTH)
        assert about_three == pytest.approx(autocorrelation(residuals, Interval.MONTH))

    def test_residuals_of_a_millionth_are_none(self) -> None:
        away = np.array([1.0, -1.0] * 10)
        assert autocorrelation(0.9e-6 * away, Interval.MONTH) == (None, None, 4)
        correlation, p_value, _ = autocorrelation(1.2e-6 * away, Interval.MONTH)
        assert correlation == pytest.approx(-19 / 20)
        assert p_value is not None


def fitted(covariance: Any, estimates: Any = (1.0, 2.0)) -> Fit:
    return Fit(
        estimates=np.array(estimates),
        covariance=np.array(covariance, dtype=float),
        critical=2.0,
        deviance=1.0,
        dispersion=1.0,
        degrees_of_freedom=10,
        residuals=np.zeros(3),
        lags=None,
    )


def expected(actual: float, without: float) -> Expected:
    gradient = np.array([[1.0, 0.0]])
    return Expected(np.array([actual]), np.array([without]), gradient, gradient)


class TestIntervals:
    def test_a_ratio_needs_both_totals_above_zero(self) -> None:
        fit = fitted(0.01 * np.eye(2))
        for actual, without in ((0.0, 4.0), (4.0, 0.0), (-1.0, 4.0), (4.0, -1.0)):
            assert effect.ratio(fit, expected(actual, without)) is None
        small = effect.ratio(fit, expected(0.5, 0.25))
        assert small is not None
        assert small.estimate == pytest.approx(2)
        # d log(a/b) = 1/0.5 − 1/0.25 on a figure with error 0.1, twice.
        assert small.high == pytest.approx(2 * exp(2 * 0.1 * 2))

    def test_a_coefficient_is_multiplied_with_its_interval(self) -> None:
        found = effect.coefficient(fitted([[0.04, 0], [0, 0.09]]), 1, 12)
        assert (found.estimate, found.low, found.high) == pytest.approx((24, 24 - 7.2, 24 + 7.2))
        plain = effect.coefficient(fitted([[0.04, 0], [0, 0.09]]), 0)
        assert (plain.estimate, plain.low, plain.high) == pytest.approx((1, 0.6, 1.4))

    def test_a_variance_below_zero_by_rounding_is_none(self) -> None:
        found = effect.coefficient(fitted([[-1e-18, 0], [0, 1]]), 0)
        assert (found.low, found.high) == (1, 1)

    def test_an_end_that_cannot_be_written_is_refused(self) -> None:
        written = effect.exponential(Estimate(estimate=0, low=-300, high=300))
        assert written.high == pytest.approx(exp(300))
        for low, high in ((-300.1, 0.0), (0.0, 300.1)):
            with pytest.raises(Refused, match="the interval of a ratio has no end"):
                effect.exponential(Estimate(estimate=0, low=low, high=high))


class TestWhatIsRead:
    @pytest.mark.parametrize(
        ("path", "within", "beyond"),
        [
            ("points 0 value", (-1e15, 1e15), (-1.1e15, 1.1e15)),
            ("points 0 denominator", (1e-6, 1e15), (0.9e-6, 1.1e15)),
            ("outcome", ("a",), ("",)),
            ("harmonics", (0, 6), (-1, 7)),
            ("lags", (1, None), (0,)),
            ("confidence", (0.51, 0.99), (0.5, 1)),
            ("per", (1e-6, 1e15), (0.9e-6, 1.1e15)),
        ],
    )
    def test_figures_are_read_up_to_their_limits(self, path: str, within: Any, beyond: Any) -> None:
        read_within_alone(METHOD, example(), path, within, beyond)

    def test_what_holds_where_nothing_is_said(self) -> None:
        given = METHOD.read({"points": [], "first_after": "2024-01-01"})
        assert (given.harmonics, given.lags, given.confidence, given.per) == (0, None, 0.95, 100_000)
