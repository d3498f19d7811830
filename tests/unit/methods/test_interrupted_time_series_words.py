"""What is said of an interrupted time series, and the table beside its picture."""

from datetime import date
from typing import Any

import pytest

from speccom.methods.interrupted_time_series import METHOD, InterruptedTimeSeriesResult
from speccom.methods.interrupted_time_series.terms import Distribution, Errors, Estimate, Period

CAVEAT = (
    "There is no control series here: anything else that changed at the same time is counted as an effect of "
    "this change, so name what else happened, and compare with a place where the change was not made if "
    "there is one."
)


def estimate(middle: float, low: float, high: float) -> Estimate:
    return Estimate(estimate=middle, low=low, high=high)


def result(**changed: Any) -> InterruptedTimeSeriesResult:
    """A result whose figures are chosen, not fitted."""
    chosen: dict[str, Any] = {
        "outcome": "admissions",
        "interval": "month",
        "distribution": Distribution.QUASI_POISSON,
        "change": "step",
        "errors": Errors.MODEL,
        "confidence": 0.95,
        "per": 1000,
        "points_before": 30,
        "points_after": 18,
        "ratio": estimate(0.77449, 0.6954, 0.8636),
        "difference": estimate(-582.7, -851.4, -314.2),
        "counterfactual_total": estimate(2589.7, 2351.4, 2852.2),
        "observed_total": 2007.4,
        "step": estimate(0.77449, 0.6954, 0.8636),
        "slope_change": None,
        "trend_a_year": estimate(1.04502, 0.99, 1.1),
        "dispersion": 1.2558,
        "deviance": 51.7,
        "degrees_of_freedom": 41,
        "residual_lag_1": -0.024,
        "ljung_box_p": 0.08949,
        "ljung_box_lags": 9,
        "lags": None,
        "coefficients": (),
        "periods": (),
    }
    return InterruptedTimeSeriesResult(**{**chosen, **changed})


def said(**changed: Any) -> str:
    return METHOD.explain(result(**changed))


class TestTheEffect:
    def test_of_counts(self) -> None:
        whole = (
            "Over the 18 months from the change on, admissions added up to 2,007, where 2,590 were to be "
            "expected had the earlier pattern gone on (95% interval 2,351 to 2,852). The model puts the "
            "effect at 583 fewer (interval 314 to 851 fewer), a ratio of 0.774 (interval 0.695 to 0.864). "
            "The interval leaves out no change: there was a fall beyond what the earlier pattern explains. "
            "Before the change, admissions rose by 4.5% a year. The counts scatter 1.26 times as much as "
            "pure chance would have it, and the intervals allow for that. What the model leaves shows no "
            "clear memory from one period to the next: each residual's correlation with the next is -0.02, "
            "and a test over 9 lags has p 0.089. "
        )
        assert said() == whole + CAVEAT

    def test_of_measurements(self) -> None:
        # Totals of eighteen months: 31.5 a month, 28.71 expected, 2.787 more.
        assert said(
            distribution=Distribution.GAUSSIAN,
            outcome="days waited",
            observed_total=567.0,
            counterfactual_total=estimate(516.834, 475.2, 558.468),
            difference=estimate(50.166, 14.4, 85.968),
            ratio=None,
            trend_a_year=estimate(-1.23456, -2, 0),
        ).startswith(
            "Over the 18 months from the change on, days waited were on average 31.5, where 28.7 was to be "
            "expected had the earlier pattern gone on (95% interval 26.4 to 31). The model puts the effect "
            "at 2.79 more (interval 0.8 to 4.78 more); a ratio does not exist, because what was expected is "
            "not above zero. The interval leaves out no change: there was a rise beyond what the earlier "
            "pattern explains. Before the change, the trend was -1.235 a year. What the model leaves"
        )

    def test_measurements_that_fell_are_less_and_counts_fewer(self) -> None:
        lower = estimate(-36.0, -90.0, -18.0)
        assert "at 36 fewer (interval 18 to 90 fewer)" in said(difference=lower)
        assert "at 2 less (interval 1 to 5 less)" in said(
            difference=lower, distribution=Distribution.GAUSSIAN
        )

    def test_an_interval_that_includes_no_change(self) -> None:
        verdict = (
            "The interval includes no change, so these figures do not show an effect; nor do they show that "
            "there is none. Before"
        )
        both = said(difference=estimate(-3.0, -12.25, 6.25))
        assert "at 3 fewer (interval 12.25 fewer to 6.25 more)" in both
        assert verdict in both
        from_nothing = said(difference=estimate(3.0, 0.0, 6.0))
        assert "at 3 more (interval 0 more to 6 more)" in from_nothing
        assert verdict in from_nothing
        to_nothing = said(difference=estimate(-3.0, -6.0, 0.0))
        assert "at 3 fewer (interval 6 fewer to 0 more)" in to_nothing
        assert verdict in to_nothing
        assert "at 1 more (interval 0.5 to 1.5 more)" in said(difference=estimate(1.0, 0.5, 1.5))
        assert "there was a rise" in said(difference=estimate(1.0, 0.5, 1.5))
        assert "there was a fall" in said(difference=estimate(-1.0, -1.5, -0.5))

    @pytest.mark.parametrize(
        ("middle", "written"),
        [
            (100.0, "100 more (interval 9 to 191 more)"),
            (99.96, "100 more (interval 8.5 to 191.4 more)"),
            (10.0, "10 more (interval 8.5 to 191.4 more)"),
            (9.994, "9.99 more (interval 8.54 to 191.37 more)"),
        ],
    )
    def test_figures_have_as_many_decimals_as_they_deserve(self, middle: float, written: str) -> None:
        assert written in said(difference=estimate(middle, 8.543, 191.37))

    def test_the_range_expected_has_the_decimals_of_its_larger_end(self) -> None:
        assert "interval -120 to 50)" in said(counterfactual_total=estimate(5.0, -120.4, 50.4))
        assert "interval 9.4 to 50.4)" in said(counterfactual_total=estimate(5.0, 9.44, 50.44))

    def test_the_confidence_has_up_to_two_decimals(self) -> None:
        assert "(97.5% interval" in said(confidence=0.975)
        assert "(95.12% interval" in said(confidence=0.95125)


class TestItsParts:
    def test_step_and_slope(self) -> None:
        slope = estimate(0.99114, 0.98212, 1.00026)
        assert (
            "The level changed at once by a ratio of 0.774 (0.695 to 0.864), and the trend by a ratio of "
            "0.9911 (0.9821 to 1.0003) a month from then on. Before"
        ) in said(slope_change=slope)
        assert "at once by a difference of 0.774" in said(
            slope_change=slope, distribution=Distribution.GAUSSIAN
        )
        assert "The level changed" not in said(step=None, slope_change=slope)

    def test_the_trend(self) -> None:
        assert "admissions rose by 0% a year" in said(trend_a_year=estimate(1.0, 0.9, 1.1))
        assert "admissions fell by 2.5% a year" in said(trend_a_year=estimate(0.975, 0.9, 1.1))

    def test_the_scatter(self) -> None:
        poisson = {"distribution": Distribution.POISSON}
        assert "The counts scatter 1.5 times as much as pure chance would have it, which Poisson" in said(
            **poisson, dispersion=1.5
        )
        assert (
            "The counts scatter 1.51 times as much as pure chance would have it, which these Poisson "
            "intervals do not allow for, so they are too narrow: ask for quasi-Poisson. What"
        ) in said(**poisson, dispersion=1.51)
        assert "and the intervals allow for that. What" in said(dispersion=1.51)


class TestMemory:
    def test_where_it_shows(self) -> None:
        assert "shows no clear memory" in said(ljung_box_p=0.05)
        assert (
            "What the model leaves has a memory (each residual's correlation with the next is -0.02, and a "
            "test over 9 lags has p 0.049), so the intervals may be wrong, and too narrow where like follows "
            "like: ask for yearly waves where there are seasons, or for Newey-West errors. There"
        ) in said(ljung_box_p=0.0494)

    def test_newey_west_allows_for_it(self) -> None:
        allowed = said(ljung_box_p=0.0494, errors=Errors.NEWEY_WEST)
        assert "has p 0.049), which the Newey-West errors allow for. There" in allowed

    def test_a_small_p(self) -> None:
        assert "has p 0.001)" in said(ljung_box_p=0.001)
        assert "has p below 0.001)" in said(ljung_box_p=0.00099)

    def test_without_residual(self) -> None:
        assert (
            "The model fits without any residual, so nothing can be said of autocorrelation. There"
            in said(residual_lag_1=None, ljung_box_p=None)
        )


class TestTheTableBesideThePicture:
    def period(self, month: int, **more: Any) -> Period:
        return Period(
            **{
                "period": date(2024, month, 1),
                "after": month > 1,
                "observed": 30.0,
                "denominator": 6000.0,
                "fitted": 33.0,
                "counterfactual": estimate(36.0, 30.0, 42.0) if month > 1 else None,
                **more,
            }
        )

    def drawn(self, *periods: Period) -> Any:
        assert METHOD.picture is not None
        return METHOD.picture(result(periods=periods)).table

    def test_rates_are_per_so_many_as_was_asked(self) -> None:
        table = self.drawn(self.period(1), self.period(2))
        assert table.title == "Admissions a month per 1,000, observed and expected"
        assert table.rows == (
            ("2024-01-01", 5.0, 5.5, None, None, None),
            ("2024-02-01", 5.0, 5.5, 6.0, 5.0, 7.0),
        )

    def test_counts_without_a_denominator_are_as_they_are(self) -> None:
        table = self.drawn(self.period(1, denominator=None), self.period(2, denominator=None))
        assert table.title == "Admissions a month, observed and expected"
        assert table.rows[1] == ("2024-02-01", 30.0, 33.0, 36.0, 30.0, 42.0)
