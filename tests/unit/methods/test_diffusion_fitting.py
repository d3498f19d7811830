"""How a curve is searched for, drawn again and foretold, each step against its own definition."""

from datetime import date
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pytest

from speccom.methods.diffusion import METHOD, DiffusionResult, curves, fitting
from speccom.methods.diffusion.fitting import Fitted, Market, bootstrap, fit
from speccom.methods.diffusion.terms import Curve
from speccom.methods.method import Refused

ADOPTERS = (12, 35, 33, 59, 83, 88, 96, 87, 86, 71, 49, 29, 20, 10)


def periods(adopters: Any) -> list[dict[str, Any]]:
    return [
        {"period": date(2000 + place, 1, 1), "adopters": float(count)} for place, count in enumerate(adopters)
    ]


def calculate(adopters: Any = ADOPTERS, **more: Any) -> DiffusionResult:
    return METHOD.calculate(METHOD.read({"periods": periods(adopters), "draws": 100, **more}))


def shares(p: float, q: float, count: int) -> Any:
    until = [(1 - exp(-(p + q) * time)) / (1 + q / p * exp(-(p + q) * time)) for time in range(count + 1)]
    return np.diff(until)


class TestTheMarketThatFitsBest:
    SHARES = np.array([0.1, 0.2, 0.1])

    def test_it_is_that_of_least_squares_within_what_is_allowed(self) -> None:
        adopters = np.array([10.0, 25.0, 10.0])
        # Σ s·y over Σ s²: 7 over 0.06.
        assert Market(None, 1000).best(self.SHARES, adopters) == pytest.approx(7 / 0.06)
        assert Market(None, 50).best(self.SHARES, adopters) == 50
        assert Market(80, 1000).best(self.SHARES, adopters) == 80
        assert Market(None, 1000).best(5 * self.SHARES, adopters) == 45

    def test_a_curve_that_adopts_nothing_has_all_so_far(self) -> None:
        assert Market(None, 1000).best(np.zeros(2), np.array([0.3, 0.4])) == 0.7


class TestEdges:
    def test_figures_are_kept_within_what_is_allowed(self) -> None:
        assert curves.edges(Curve.BASS, 10) == ((1e-7, 1e-7), (5, 5))
        assert curves.edges(Curve.LOGISTIC, 10) == ((1e-7, -30), (5, 100))
        assert curves.found(Curve.BASS, (-99, 99), 10) == pytest.approx((1e-7, 5))
        assert curves.found(Curve.BASS, (99, -99), 10) == pytest.approx((5, 1e-7))
        assert curves.found(Curve.LOGISTIC, (-99, 999), 10) == pytest.approx((1e-7, 100))
        assert curves.found(Curve.LOGISTIC, (99, -999), 10) == pytest.approx((5, -30))

    @pytest.mark.parametrize(("curve", "figures"), [(Curve.BASS, (0.02, 0.5)), (Curve.LOGISTIC, (0.4, -2.0))])
    def test_a_search_stands_for_its_figures(self, curve: Curve, figures: tuple[float, float]) -> None:
        assert curves.found(curve, curves.searched(curve, figures), 10) == pytest.approx(figures)

    def test_searches_begin_with_slow_and_fast_curves_that_peak_within_the_series(self) -> None:
        assert curves.starts(Curve.LOGISTIC, 10) == [(0.2, 4), (0.2, 8), (0.8, 4), (0.8, 8)]
        begin = curves.starts(Curve.BASS, 20)
        peaks = [curves.peak(Curve.BASS, start) for start in begin]
        assert [None if peak is None else round(peak, 1) for peak in peaks] == [12.1, 6.0, 6.9, None]
        assert [round(curves.half(Curve.BASS, start), 1) for start in begin] == [12.2, 6.3, 6.9, 5.5]

    def test_a_peak_at_the_launch_is_none(self) -> None:
        assert curves.peak(Curve.BASS, (0.3, 0.3)) is None
        assert curves.peak(Curve.LOGISTIC, (0.3, 0.0)) is None
        assert curves.peak(Curve.LOGISTIC, (0.3, 0.5)) == 0.5

    @pytest.mark.parametrize(
        ("adopters", "curve", "bounds"),
        [
            ([50, 0, 0, 0, 0, 0], "bass", ("innovation", "imitation")),
            ([50, 0, 0, 0, 0, 0], "logistic", ("middle",)),
            ([100 * 0.7**year for year in range(9)], "bass", ("imitation",)),
            ([2, 9, 30, 9, 2, 0, 0, 0, 0], "bass", ("market, at all adopters so far",)),
            ([1, 2, 4, 8, 40, 0, 0, 0], "bass", ("innovation", "market, at all adopters so far")),
        ],
    )
    def test_figures_at_their_edge_are_named(self, adopters: Any, curve: str, bounds: Any) -> None:
        assert calculate(adopters, curve=curve).at_bounds == bounds
        assert calculate().at_bounds == ()

    @pytest.mark.parametrize(("p", "bounds"), [(4.993, ()), (4.996, ("innovation",))])
    def test_an_edge_is_near_within_a_thousandth(
        self, monkeypatch: pytest.MonkeyPatch, p: float, bounds: Any
    ) -> None:
        monkeypatch.setattr("speccom.methods.diffusion.fit", lambda *_: Fitted((p, 0.3), 800.0, 0.0))
        assert calculate().at_bounds == bounds

    def test_a_fixed_market_is_at_no_edge(self) -> None:
        total = sum(ADOPTERS)
        assert calculate(market=total, eligible=total).at_bounds == ()


class TestFit:
    def test_the_squares_are_those_of_the_residuals(self) -> None:
        adopters = np.array(ADOPTERS, dtype=float)
        found = fit(Curve.BASS, adopters, Market(None, np.inf))
        assert found is not None
        left = adopters - found.market * shares(*found.figures, len(adopters))
        assert found.squares == pytest.approx(left @ left)

    def test_where_several_starts_settle_the_nearest_curve_is_taken(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ways = iter([(0.3, 0.3), (0.02, 0.45), (0.2, 0.1)])

        def leastsq(residuals: Any, search: Any, **options: Any) -> Any:
            assert options["full_output"]
            here = np.log(next(ways))
            return here, None, {"fvec": residuals(here)}, "", 1

        monkeypatch.setattr(fitting, "leastsq", leastsq)
        begin = [(0.1, 0.1)] * 3
        found = fit(Curve.BASS, np.array(ADOPTERS, dtype=float), Market(None, np.inf), begin)
        assert found is not None
        assert found.figures == pytest.approx((0.02, 0.45))

    @pytest.mark.parametrize("code", [0, 5, 6, 7, 8])
    def test_what_does_not_settle_is_no_fit(self, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
        def leastsq(residuals: Any, search: Any, **options: Any) -> Any:
            return search, None, {"fvec": residuals(search)}, "", code

        monkeypatch.setattr(fitting, "leastsq", leastsq)
        assert fit(Curve.BASS, np.array(ADOPTERS, dtype=float), Market(None, np.inf)) is None
        with pytest.raises(Refused, match="no curve settles on these figures"):
            calculate()

    @pytest.mark.parametrize("place", [0, 13])
    def test_a_curve_that_is_nowhere_is_no_fit(self, monkeypatch: pytest.MonkeyPatch, place: int) -> None:
        def leastsq(residuals: Any, search: Any, **options: Any) -> Any:
            left = residuals(search)
            left[place] = np.inf
            return search, None, {"fvec": left}, "", 1

        monkeypatch.setattr(fitting, "leastsq", leastsq)
        assert fit(Curve.BASS, np.array(ADOPTERS, dtype=float), Market(None, np.inf)) is None

    @pytest.mark.parametrize("code", [1, 2, 3, 4])
    def test_each_way_of_settling_counts(self, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
        def leastsq(residuals: Any, search: Any, **options: Any) -> Any:
            return search, None, {"fvec": residuals(search)}, "", code

        monkeypatch.setattr(fitting, "leastsq", leastsq)
        assert fit(Curve.BASS, np.array(ADOPTERS, dtype=float), Market(None, np.inf)) is not None


class TestBootstrap:
    @pytest.mark.parametrize(("fixed", "figures"), [(None, 3), (1100.0, 2)])
    def test_each_draw_is_the_curve_plus_residuals_in_units_of_the_root_of_their_mean(
        self, monkeypatch: pytest.MonkeyPatch, fixed: float | None, figures: int
    ) -> None:
        p, q, market, count = 0.01, 0.9, 1000.0, 12
        means = market * shares(p, q, count)
        adopters = np.round(means + np.array([4, -3, 5, -9, 8, -7, 6, 9, -5, 1, 0, 3]))
        drawn: list[Any] = []
        whole = Fitted((p, q), market, 0.0)

        def again(curve: Curve, one: Any, limits: Market, begin: Any) -> Fitted | None:
            assert begin == [whole.figures]
            drawn.append(one)
            return whole if len(drawn) % 4 else None

        monkeypatch.setattr(fitting, "fit", again)
        fits, failed = bootstrap(Curve.BASS, adopters, Market(fixed, np.inf), whole, 40, 3)
        assert (len(fits), failed) == (30, 10)
        # Where the curve foresees next to nobody, a twentieth of the mean of all stands for it.
        assert (means < 0.05 * means.mean()).any()
        roots = np.sqrt([max(each, 0.05 * means.mean()) for each in means])
        units = (adopters - means) / roots
        expected = (units - units.mean()) * sqrt(count / (count - figures))
        seen = np.array([(one - means) / roots for one in drawn])
        inside = np.array(drawn) > 0
        away = np.abs(seen[:, :, None] - expected).min(axis=2)
        assert away[inside].max() < 1e-9
        assert (np.array(drawn) >= 0).all()
        # Every residual is drawn somewhere, and no two draws are the same.
        assert all((np.abs(seen[inside] - each) < 1e-9).any() for each in expected)
        assert len({tuple(one) for one in drawn}) == 40

    def test_a_draw_in_which_nobody_adopts_does_not_count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Unlucky:
            def choice(self, residuals: Any, count: int) -> Any:
                return np.full(count, -1e9)

        monkeypatch.setattr(np.random, "default_rng", lambda seed: Unlucky())
        adopters = np.array(ADOPTERS, dtype=float)
        whole = Fitted((0.02, 0.45), 800.0, 0.0)
        assert bootstrap(Curve.BASS, adopters, Market(None, np.inf), whole, 5, 1) == ([], 5)

    def test_intervals_are_the_percentiles_of_the_draws(self) -> None:
        result = calculate(confidence=0.8, seed=7)
        adopters = np.array(ADOPTERS, dtype=float)
        whole = fit(Curve.BASS, adopters, Market(None, np.inf))
        assert whole is not None
        fits, _ = bootstrap(Curve.BASS, adopters, Market(None, np.inf), whole, 100, 7)
        assert result.innovation is not None
        assert result.imitation is not None
        assert result.peak is not None
        p = np.array([each.figures[0] for each in fits])
        q = np.array([each.figures[1] for each in fits])
        m = np.array([each.market for each in fits])
        third = [each.market * shares(*each.figures, 3).sum() for each in fits]
        for found, drawn in (
            (result.innovation, p),
            (result.imitation, q),
            (result.market, m),
            (result.peak, np.log(q / p) / (p + q)),
            (result.periods[2].fitted_so_far, third),
        ):
            assert (found.low, found.high) == pytest.approx(tuple(np.quantile(drawn, [0.1, 0.9])))

    def test_a_peak_that_no_draw_has_stands_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        falling = Fitted((0.5, 0.1), 800.0, 0.0)
        monkeypatch.setattr("speccom.methods.diffusion.bootstrap", lambda *_: ([falling] * 100, 0))
        result = calculate()
        assert result.peak is not None
        assert 6 < result.peak.low == result.peak.estimate == result.peak.high < 7

    def test_more_than_half_must_settle(self, monkeypatch: pytest.MonkeyPatch) -> None:
        adopters = np.array(ADOPTERS, dtype=float)
        whole = fit(Curve.BASS, adopters, Market(None, np.inf))

        def failing(failed: int) -> None:
            monkeypatch.setattr(
                "speccom.methods.diffusion.bootstrap", lambda *_: ([whole] * (100 - failed), failed)
            )

        failing(50)
        assert calculate().failed_draws == 50
        failing(51)
        with pytest.raises(Refused, match="51 of 100 fits of the bootstrap do not settle, so no interval"):
            calculate()


class TestHowWellItFits:
    def test_the_share_of_variation_that_is_described(self) -> None:
        result = calculate(ahead=3)
        fitted = np.array([each.fitted for each in result.periods])
        assert len(fitted) == 17
        observed = np.array(ADOPTERS, dtype=float)
        for told, seen, made in (
            (result.fit_new, observed, fitted[:14]),
            (result.fit_so_far, np.cumsum(observed), np.cumsum(fitted)[:14]),
        ):
            left, spread = ((seen - made) ** 2).sum(), ((seen - seen.mean()) ** 2).sum()
            assert told == pytest.approx(1 - left / spread)

    def test_it_is_known_of_small_figures_too(self) -> None:
        small = calculate([0.001 * count for count in ADOPTERS])
        assert small.fit_new == pytest.approx(calculate().fit_new, rel=1e-4)

    def test_each_period_from_the_sixth_is_foretold_from_those_before(self) -> None:
        result = calculate()
        adopters = np.array(ADOPTERS, dtype=float)
        errors = []
        for place in range(5, 14):
            earlier = fit(Curve.BASS, adopters[:place], Market(None, np.inf))
            assert earlier is not None
            made = earlier.market * shares(*earlier.figures, place + 1)
            errors.append(abs(made[-1] - adopters[place]))
        assert result.ahead_count == 9
        assert result.ahead_error == pytest.approx(np.mean(errors) / adopters[5:].mean())

    def test_nobody_adopted_in_the_periods_that_are_foretold(self) -> None:
        result = calculate([5, 12, 20, 12, 4, 0, 0])
        assert (result.ahead_error, result.ahead_count) == (None, 0)

    def test_nobody_adopted_before_a_period_that_is_foretold(self) -> None:
        result = calculate([0, 0, 0, 0, 0, 8, 30, 9, 1], market=60)
        assert result.ahead_count == 3

    def test_the_periods_are_numbered_and_added_up(self) -> None:
        result = calculate(ahead=2)
        assert [each.number for each in result.periods] == list(range(1, 17))
        assert [each.observed for each in result.periods] == [*ADOPTERS, None, None]
        assert [each.observed_so_far for each in result.periods][-4:] == [748, 758, None, None]
        assert result.so_far == 758
        assert result.first_period == date(2000, 1, 1)
        assert result.share_so_far == pytest.approx(758 / result.market.estimate)
        assert result.observed_periods == 14
        assert result.innovation is not None
        assert result.imitation is not None
        p, q = result.innovation.estimate, result.imitation.estimate
        assert result.peak_rate == pytest.approx(result.market.estimate * (p + q) ** 2 / (4 * q))
        assert result.half == pytest.approx(log(2 + q / p) / (p + q))
