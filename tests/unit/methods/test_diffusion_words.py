"""What is said of a diffusion curve, what is refused just before it, and which figures are read."""

from datetime import date
from typing import Any

import pytest
from tests.unit.methods.limits import read_within_alone

from speccom.methods.diffusion import METHOD, DiffusionResult, example, guards
from speccom.methods.diffusion.fitting import Fitted
from speccom.methods.diffusion.terms import Curve, Estimate
from speccom.methods.method import Refused

CAVEAT = (
    "The intervals take the shape of the curve for true: they know of no rival, no new guidance and no "
    "change of price."
)


def result(**changed: Any) -> DiffusionResult:
    """A result whose figures are chosen, not fitted."""
    chosen: dict[str, Any] = {
        "what": "practices",
        "interval": "year",
        "curve": Curve.BASS,
        "first_period": date(2013, 4, 1),
        "observed_periods": 12,
        "confidence": 0.95,
        "market": Estimate(estimate=1249.6, low=1188.4, high=1312.5),
        "market_fixed": False,
        "at_bounds": (),
        "innovation": Estimate(estimate=0.02125, low=0.0175, high=0.026),
        "imitation": Estimate(estimate=0.45678, low=0.41049, high=0.5),
        "growth": None,
        "peak": Estimate(estimate=6.54, low=6.21, high=6.96),
        "peak_rate": 148.27,
        "so_far": 1106.4,
        "share_so_far": 0.88541,
        "half": 6.96,
        "fit_so_far": 0.9991,
        "fit_new": 0.9633,
        "ahead_error": 0.1254,
        "ahead_count": 7,
        "failed_draws": 0,
        "periods": (),
    }
    return DiffusionResult(**{**chosen, **changed})


class TestSentences:
    def test_a_bass_curve(self) -> None:
        said = (
            "In 12 years 1,106 practices adopted, 88.5% of the 1,250 with whom the curve ends (95% interval "
            "1,188 to 1,312). Adoption peaked at 6.5 years from the launch (6.2 to 7), with 148.3 a year; "
            "half of the market is reached at 7 years from the launch. Of those who had not adopted, 2.1% a "
            "year did so by themselves (1.8% to 2.6%), and the pull of those who had is 0.457 (0.41 to 0.5). "
            "The Bass curve describes 99.9% of the variation in all practices so far, and 96.3% of that in "
            "new ones. Foretold each from those before, 7 years came out 12.5% off on average. "
        )
        assert METHOD.explain(result()) == said + CAVEAT

    def test_a_logistic_curve(self) -> None:
        growth = Estimate(estimate=0.50049, low=0.4567, high=0.55)
        said = METHOD.explain(
            result(curve=Curve.LOGISTIC, innovation=None, imitation=None, growth=growth, interval="quarter")
        )
        assert "Early on, adoption grows by 0.5 of itself a quarter (0.457 to 0.55). The logistic" in said
        assert "Of those who had not" not in said
        assert "In 12 quarters 1,106 practices" in said

    def test_a_fixed_market(self) -> None:
        assert METHOD.explain(result(market_fixed=True)).startswith(
            "In 12 years 1,106 practices adopted, 88.5% of the 1,250 at which the market was fixed "
            "beforehand. Adoption peaked"
        )

    def test_the_confidence_has_up_to_two_decimals(self) -> None:
        assert "(97.5% interval 1,188" in METHOD.explain(result(confidence=0.975))
        assert "(95.12% interval 1,188" in METHOD.explain(result(confidence=0.95125))

    def test_a_peak_in_the_last_period_is_past_and_one_after_it_is_to_come(self) -> None:
        at = Estimate(estimate=12.0, low=11.0, high=13.0)
        assert "Adoption peaked at 12 years" in METHOD.explain(result(peak=at))
        after = Estimate(estimate=12.01, low=11.0, high=13.0)
        assert "Adoption peaks at 12 years" in METHOD.explain(result(peak=after))

    def test_no_peak(self) -> None:
        assert (
            "Adoption was fastest at the launch and has slowed since; half of the market is reached at 7 "
            "years from the launch. Of those"
        ) in METHOD.explain(result(peak=None, peak_rate=None))

    def test_what_cannot_be_described(self) -> None:
        said = METHOD.explain(result(fit_so_far=None))
        assert "The Bass curve describes all practices so far, and 96.3% of that in new ones." in said
        assert "all practices so far. Foretold" in METHOD.explain(result(fit_new=None))

    def test_how_far_off_is_too_far_to_plan_on(self) -> None:
        assert "7 years came out 30% off on average. The" in METHOD.explain(result(ahead_error=0.3))
        said = METHOD.explain(result(ahead_error=0.301, ahead_count=1))
        assert "1 year came out 30.1% off on average: too far to plan on. The" in said
        assert "There are too few periods to see how well it foretells. The" in METHOD.explain(
            result(ahead_error=None)
        )

    def test_edges_and_failed_draws(self) -> None:
        said = METHOD.explain(result(at_bounds=("growth", "market, at the eligible"), failed_draws=1))
        assert said.endswith(
            "on average. At the edge of what is allowed, so that these figures do not settle it: growth and "
            "market, at the eligible. 1 fit of the bootstrap did not settle and were left out of the "
            "intervals. " + CAVEAT
        )


def refusal(adopters: Any, **more: Any) -> str:
    periods = [
        {"period": date(2000 + place, 1, 1), "adopters": count} for place, count in enumerate(adopters)
    ]
    with pytest.raises(Refused) as refused:
        METHOD.calculate(METHOD.read({"periods": periods, "draws": 100, **more}))
    return str(refused.value)


def served(adopters: Any, **more: Any) -> DiffusionResult:
    periods = [
        {"period": date(2000 + place, 1, 1), "adopters": count} for place, count in enumerate(adopters)
    ]
    return METHOD.calculate(METHOD.read({"periods": periods, "draws": 100, **more}))


class TestWhatIsRefused:
    CURVE = (5, 12, 20, 12, 4)

    def test_the_latest_three_periods_are_the_highest(self) -> None:
        assert refusal([5, 12, 20, 30, 40]) == (
            "new adopters are still at their highest in the latest periods, and before the peak the size of "
            "the market cannot be told from these figures. Fix the market at the eligible population, or "
            "wait until adoption has passed its peak."
        )
        # Means of three: 12, 15, 15 and then 12, 15, 14.
        assert "still at their highest" in refusal([4, 12, 20, 13, 12])
        assert served([4, 12, 20, 13, 9]).market.estimate > 58

    def test_a_fitted_peak_in_the_last_half_period_or_later(self) -> None:
        rows = [{"period": date(2000 + place, 1, 1), "adopters": 9} for place in range(10)]
        given = METHOD.read({"periods": rows, "curve": "logistic"})
        guards.check_peak(given, Fitted((0.5, 9.4), 100.0, 0.0))
        guards.check_peak(given, Fitted((0.5, -1.0), 100.0, 0.0))
        with pytest.raises(
            Refused, match=r"peaks 9.5 periods from the launch, and only 10 are known: before"
        ):
            guards.check_peak(given, Fitted((0.5, 9.5), 100.0, 0.0))
        guards.check_peak(given.model_copy(update={"market": 100.0}), Fitted((0.5, 12.0), 100.0, 0.0))

    def test_a_late_peak_is_refused_before_any_result(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("speccom.methods.diffusion.fit", lambda *_: Fitted((0.001, 0.4), 300.0, 0.0))
        assert "the curve peaks 14.9 periods from the launch, and only 5 are known" in refusal(self.CURVE)

    def test_all_who_may_adopt_have_adopted(self) -> None:
        total = sum(self.CURVE)
        assert served(self.CURVE, market=total).market.estimate == total
        assert served(self.CURVE, eligible=total).market.estimate == pytest.approx(total)
        assert served(self.CURVE, market=60, eligible=60).market.estimate == 60
        assert "the market is fixed at 52, and 53 adopters have adopted already" in refusal(
            self.CURVE, market=52
        )
        assert "the market is fixed at 61, and the eligible are only 60. Fix the market at no more" in (
            refusal(self.CURVE, market=61, eligible=60)
        )

    def test_five_periods_are_enough(self) -> None:
        assert served(self.CURVE).observed_periods == 5
        assert "there are 4 periods, and a curve needs 5 or more. Give shorter periods, or wait." in refusal(
            self.CURVE[:4]
        )


class TestWhatIsRead:
    @pytest.mark.parametrize(
        ("path", "within", "beyond"),
        [
            ("periods 0 adopters", (0, 1e12), (-0.1, 1.1e12)),
            ("market", (1e-9, 1e12, None), (0, 1.1e12)),
            ("eligible", (1e-9, 1e12, None), (0, 1.1e12)),
            ("ahead", (0, 200), (-1, 201)),
            ("draws", (100, 5000), (99, 5001)),
            ("seed", (0, 1), (-1,)),
            ("confidence", (0.51, 0.99), (0.5, 1)),
            ("what", ("a",), ("",)),
        ],
    )
    def test_figures_are_read_up_to_their_limits(self, path: str, within: Any, beyond: Any) -> None:
        read_within_alone(METHOD, example(), path, within, beyond)

    def test_what_holds_where_nothing_is_said(self) -> None:
        given = METHOD.read({"periods": []})
        assert (given.ahead, given.draws, given.seed, given.confidence) == (0, 200, 1, 0.95)
