"""Bass and logistic curves against closed forms, and what is refused before the peak."""

import contextlib
from datetime import date
from math import exp, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.diffusion import METHOD, DiffusionResult, curves
from speccom.methods.diffusion.terms import Curve
from speccom.methods.method import Refused
from speccom.problem import Problem

# p, q and m of the published closed forms.
P, Q, M = 0.03, 0.38, 100.0


def bass(p: float, q: float, time: float) -> float:
    return (1 - exp(-(p + q) * time)) / (1 + q / p * exp(-(p + q) * time))


def new_adopters(p: float, q: float, market: float, count: int) -> list[float]:
    return [market * (bass(p, q, time + 1) - bass(p, q, time)) for time in range(count)]


def calculate(adopters: Any, **more: Any) -> DiffusionResult:
    periods = [
        {"period": date(2000 + place, 1, 1), "adopters": float(count)} for place, count in enumerate(adopters)
    ]
    return METHOD.calculate(METHOD.read({"periods": periods, "draws": 100, **more}))


class TestClosedForms:
    """p = 0.03, q = 0.38, m = 100: values of the closed form of Bass (1969)."""

    def test_all_adopters_by_time(self) -> None:
        shares = curves.share(Curve.BASS, (P, Q), np.array([1.0, 2.0, 5.0, 10.0]))
        assert M * shares == pytest.approx([3.575816, 8.505628, 33.119864, 81.280322], abs=1e-6)

    def test_the_peak(self) -> None:
        figures = (P, Q)
        assert curves.peak(Curve.BASS, figures) == pytest.approx(6.192619198, abs=1e-9)  # ln(38/3)/0.41
        assert M * curves.peak_share(Curve.BASS, figures) == pytest.approx(11.0592, abs=5e-5)

    def test_they_are_found_again_from_the_adopters_they_make(self) -> None:
        result = calculate(new_adopters(P, Q, M, 15))
        assert result.innovation is not None
        assert result.imitation is not None
        assert result.peak is not None
        assert result.market.estimate == pytest.approx(100, rel=1e-6)
        assert result.innovation.estimate == pytest.approx(P, rel=1e-6)
        assert result.imitation.estimate == pytest.approx(Q, rel=1e-6)
        assert result.peak.estimate == pytest.approx(6.192619198, abs=1e-6)
        assert result.peak_rate == pytest.approx(11.0592, abs=5e-5)
        so_far = {each.number: each.fitted_so_far.estimate for each in result.periods}
        assert so_far[1] == pytest.approx(3.575816, abs=1e-6)
        assert so_far[10] == pytest.approx(81.280322, abs=1e-5)
        assert result.fit_new == pytest.approx(1)

    def test_the_curve_solves_basss_equation(self) -> None:
        # f(t) = (p + q·F(t))·(1 − F(t)), by small differences.
        figures, step = (P, Q), 1e-6
        for time in (0.5, 3.0, 8.0):
            around = curves.share(Curve.BASS, figures, np.array([time - step, time, time + step]))
            speed = (around[2] - around[0]) / (2 * step)
            assert speed == pytest.approx((P + Q * around[1]) * (1 - around[1]), rel=1e-6)

    def test_the_logistic_curve(self) -> None:
        figures = (0.5, 6.0)
        shares = curves.share(Curve.LOGISTIC, figures, np.array([0.0, 6.0, 8.0]))
        assert shares == pytest.approx([1 / (1 + exp(3)), 0.5, 1 / (1 + exp(-1))])
        assert curves.peak(Curve.LOGISTIC, figures) == 6
        assert curves.peak_share(Curve.LOGISTIC, figures) == 0.125

    def test_a_logistic_is_found_again(self) -> None:
        totals = [200 / (1 + exp(-0.5 * (time - 6))) for time in range(1, 16)]
        result = calculate(np.diff(totals, prepend=0), curve="logistic")
        assert result.growth is not None
        assert result.peak is not None
        assert result.innovation is None
        assert result.market.estimate == pytest.approx(200, rel=1e-6)
        assert result.growth.estimate == pytest.approx(0.5, rel=1e-6)
        assert result.peak.estimate == pytest.approx(6, rel=1e-6)
        assert result.half == pytest.approx(6, rel=1e-6)
        assert "Early on, adoption grows by 0.5 of itself" in METHOD.explain(result)

    @settings(max_examples=40)
    @given(p=st.floats(0.001, 0.2), q=st.floats(0.01, 1.5))
    def test_half_is_where_half_have_adopted(self, p: float, q: float) -> None:
        assert bass(p, q, curves.half(Curve.BASS, (p, q))) == pytest.approx(0.5)

    @settings(max_examples=40)
    @given(p=st.floats(0.001, 0.2), q=st.floats(0.25, 1.5))
    def test_the_peak_is_the_fastest_time(self, p: float, q: float) -> None:
        figures = (p, q)
        peak = curves.peak(Curve.BASS, figures)
        assert peak == pytest.approx(log(q / p) / (p + q))
        times = np.linspace(0, 3 * curves.half(Curve.BASS, figures), 3001)
        shares = curves.share(Curve.BASS, figures, times)
        speeds = np.diff(shares) / np.diff(times)
        assert speeds.max() == pytest.approx(curves.peak_share(Curve.BASS, figures), rel=1e-3)


def scattered(
    seed: int, market: float = 800, count: int = 14, p: float = 0.02, q: float = 0.45
) -> list[float]:
    rng = np.random.default_rng(seed)
    return [float(rng.poisson(mean)) for mean in new_adopters(p, q, market, count)]


class TestProperties:
    @settings(max_examples=5)
    @given(p=st.floats(0.005, 0.08), q=st.floats(0.3, 0.8), market=st.floats(10, 1e6))
    def test_any_curve_that_passed_its_peak_is_found_again(self, p: float, q: float, market: float) -> None:
        count = int(2 * log(q / p) / (p + q)) + 4
        result = calculate(new_adopters(p, q, market, count))
        assert result.innovation is not None
        assert result.imitation is not None
        assert result.market.estimate == pytest.approx(market, rel=1e-4)
        assert result.innovation.estimate == pytest.approx(p, rel=1e-3)
        assert result.imitation.estimate == pytest.approx(q, rel=1e-3)

    @settings(max_examples=3)
    @given(seed=st.integers(0, 50), times=st.floats(0.01, 100))
    def test_more_of_everything_changes_the_market_alone(self, seed: int, times: float) -> None:
        adopters = scattered(seed)
        one, other = calculate(adopters), calculate([times * count for count in adopters])
        assert one.innovation is not None
        assert other.innovation is not None
        assert other.market.estimate == pytest.approx(times * one.market.estimate, rel=1e-4)
        assert other.innovation.estimate == pytest.approx(one.innovation.estimate, rel=1e-2)
        assert other.half == pytest.approx(one.half, rel=1e-4)

    @settings(max_examples=4)
    @given(seed=st.integers(0, 50), curve=st.sampled_from(["bass", "logistic"]))
    def test_the_curve_rises_within_its_bounds_and_intervals_hold_it(self, seed: int, curve: str) -> None:
        result = calculate(scattered(seed), curve=curve, ahead=5, eligible=900)
        totals = [each.fitted_so_far.estimate for each in result.periods]
        assert len(totals) == 19
        assert totals == sorted(totals)
        assert totals[-1] <= result.market.estimate * (1 + 1e-9)
        assert result.so_far <= result.market.estimate * (1 + 1e-9)
        assert result.market.high <= 900 * (1 + 1e-9)
        for each in [result.market, *(one.fitted_so_far for one in result.periods)]:
            assert each.low <= each.estimate <= each.high

    @settings(max_examples=3)
    @given(seed=st.integers(0, 50))
    def test_a_surer_interval_contains_a_less_sure_one(self, seed: int) -> None:
        adopters = scattered(seed)
        narrow, wide = calculate(adopters, confidence=0.6), calculate(adopters, confidence=0.95)
        assert wide.market.low <= narrow.market.low
        assert narrow.market.high <= wide.market.high

    def test_the_same_seed_gives_the_same_intervals_and_another_does_not(self) -> None:
        adopters = scattered(3)
        assert calculate(adopters, seed=5) == calculate(adopters, seed=5)
        assert calculate(adopters, seed=5).market.low != calculate(adopters, seed=6).market.low

    def test_no_nearby_curve_fits_better(self) -> None:
        adopters = np.array(scattered(4))
        result = calculate(adopters)
        assert result.innovation is not None
        assert result.imitation is not None
        p, q, market = result.innovation.estimate, result.imitation.estimate, result.market.estimate

        def squares(*figures: float) -> float:
            made = np.array(new_adopters(*figures, len(adopters)))
            return float(((adopters - made) ** 2).sum())

        best = squares(p, q, market)
        for change in (0.98, 1.02):
            assert squares(p * change, q, market) > best
            assert squares(p, q * change, market) > best
            assert squares(p, q, market * change) > best

    @pytest.mark.full
    def test_the_interval_of_the_market_holds_the_truth(self) -> None:
        held = []
        for seed in range(150):
            try:
                market = calculate(scattered(seed, count=16)).market
            except Problem:
                continue
            held.append(market.low <= 800 <= market.high)
        assert len(held) > 140
        assert 0.87 <= np.mean(held) <= 0.99


class TestBeforeThePeak:
    def test_a_market_cannot_be_told_while_adoption_rises(self) -> None:
        with pytest.raises(Problem, match="still at their highest in the latest periods"):
            calculate(new_adopters(0.01, 0.3, 100, 8))

    def test_but_it_can_be_fixed(self) -> None:
        result = calculate(new_adopters(0.01, 0.3, 100, 8), market=100)
        assert result.market_fixed
        assert (result.market.low, result.market.high) == (100, 100)
        assert result.innovation is not None
        assert result.innovation.estimate == pytest.approx(0.01, rel=1e-5)
        assert "peaks at 11 years from the launch" in METHOD.explain(result)
        assert "at which the market was fixed beforehand" in METHOD.explain(result)

    def test_a_dip_at_the_end_does_not_make_a_peak(self) -> None:
        # The mean of the last three is not the highest, yet the curve has hardly turned.
        adopters = [1, 2, 4, 8, 16, 30, 33, 15, 44]
        with pytest.raises(Problem, match="before the peak the size of the market cannot be told"):
            calculate(adopters)

    def test_a_market_at_the_edge_is_said(self) -> None:
        result = calculate(new_adopters(P, Q, M, 12), eligible=95)
        assert result.market.estimate == pytest.approx(95)
        assert result.at_bounds == ("market, at the eligible",)
        assert "do not settle it: market, at the eligible" in METHOD.explain(result)

    def test_adoption_that_only_falls_has_no_peak(self) -> None:
        adopters = [100 * 0.7**year for year in range(9)]
        result = calculate(adopters)
        assert result.peak is None
        assert "fastest at the launch" in METHOD.explain(result)

    def test_foretelling_uses_earlier_periods_only(self) -> None:
        adopters = new_adopters(P, Q, M, 12)
        exact = calculate(adopters)
        assert exact.ahead_count == 7
        assert exact.ahead_error == pytest.approx(0, abs=1e-4)
        # A last period that nobody could foretell: only its own error counts, over the mean of all seven.
        surprised = calculate([*adopters[:-1], adopters[-1] + 5])
        assert surprised.ahead_error == pytest.approx(5 / (sum(adopters[5:]) + 5), rel=1e-3)

    def test_poor_foretelling_is_said(self) -> None:
        adopters = [20, 5, 40, 3, 60, 2, 30, 9, 1, 12]
        assert "too far to plan on" in METHOD.explain(calculate(adopters))

    def test_five_periods_are_too_few_to_foretell(self) -> None:
        result = calculate([5, 12, 20, 12, 4])
        assert result.ahead_error is None
        assert "too few periods to see how well it foretells" in METHOD.explain(result)


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "said"),
        [
            ("too few periods", "there are 4 periods"),
            ("adoption that still rises, with no market fixed", "still at their highest"),
            ("a year that is missing", "from 1 April 2015 to 1 April 2017 is not one year"),
            ("a negative count", "periods, number 12, adopters"),
            ("a market below what has adopted", "the market is fixed at 1,000, and 1,106 practices"),
            ("fewer eligible than have adopted", "the eligible are 900, and 1,106 practices"),
            ("nobody who adopts", "there are no practices in any period"),
        ],
    )
    def test_each_names_what_is_wrong(self, what: str, said: str) -> None:
        with pytest.raises(Problem, match=said):
            METHOD.calculate(METHOD.read(METHOD.refusals[what]()))

    def test_a_market_above_the_eligible(self) -> None:
        with pytest.raises(Problem, match="the market is fixed at 200, and the eligible are only 150"):
            calculate([5, 9, 12, 9, 5], market=200, eligible=150)

    def test_all_in_the_first_period(self) -> None:
        # Complete at once is a curve too: nobody is left to follow others.
        result = calculate([50, 0, 0, 0, 0, 0])
        assert result.fit_so_far is None
        assert result.market.estimate == pytest.approx(50, rel=1e-2)
        assert METHOD.explain(result).count("%")

    @settings(max_examples=20)
    @given(
        adopters=st.lists(st.sampled_from([0, 0, 1, 5, 1000]), min_size=5, max_size=9),
        curve=st.sampled_from(["bass", "logistic"]),
        fixed=st.booleans(),
    )
    def test_odd_series_are_served_or_refused_in_words(
        self, adopters: list[int], curve: str, fixed: bool
    ) -> None:
        with contextlib.suppress(Refused):
            result = calculate(adopters, curve=curve, market=2 * sum(adopters) + 1 if fixed else None)
            assert METHOD.explain(result).endswith(".")
            assert result.market.low <= result.market.estimate <= result.market.high
