"""Kaplan–Meier against lifelines and statsmodels, a series worked by hand, and what always holds."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import lifelines
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines.datasets import load_lung, load_waltons
from lifelines.utils import median_survival_times, restricted_mean_survival_time
from statsmodels.duration.survfunc import SurvfuncRight

from speccom.methods.method import Refused
from speccom.methods.survival import METHOD, SurvivalResult, example, explain, picture


def curve(times: Any, events: Any, /, **more: Any) -> SurvivalResult:
    patients = [
        {"time": float(time), "event": bool(event)} for time, event in zip(times, events, strict=True)
    ]
    return METHOD.calculate(METHOD.read({"unit": "days", "patients": patients, **more}))


def freireich(**more: Any) -> SurvivalResult:
    return METHOD.calculate(METHOD.read({**example(), **more}))


class TestFreireich1963:
    """The 6-mercaptopurine arm: 21 children, 9 relapses; worked by hand, as the textbooks print it."""

    def test_the_curve_and_greenwoods_errors(self) -> None:
        found = {step.time: step for step in freireich().steps if step.events}
        by_hand = {
            # time: at risk, events, share, Greenwood's standard error
            6: (21, 3, 18 / 21, 0.0764),
            7: (17, 1, 18 / 21 * 16 / 17, 0.0869),
            10: (15, 1, 0.7529, 0.0963),
            13: (12, 1, 0.6902, 0.1068),
            16: (11, 1, 0.6275, 0.1141),
            22: (7, 1, 0.5378, 0.1282),
            23: (6, 1, 0.4482, 0.1346),
        }
        assert found.keys() == by_hand.keys()
        for time, (at_risk, events, share, error) in by_hand.items():
            assert (found[time].at_risk, found[time].events) == (at_risk, events)
            assert found[time].share == pytest.approx(share, abs=5e-5)
            assert found[time].standard_error == pytest.approx(error, abs=5e-5)

    def test_the_plain_interval_at_the_first_relapse(self) -> None:
        first = freireich().steps[0]
        # 18/21 ± 1.959964 × √(18/21 × 3/21 / 21), the upper limit cut at one
        assert first.plain_lower == pytest.approx(0.857143 - 1.959964 * 0.0763604, abs=1e-6)
        assert first.plain_upper == 1
        assert first.left == 1

    def test_the_median(self) -> None:
        found = freireich()
        assert (found.median, found.median_lower, found.median_upper) == (23, 13, None)

    def test_the_restricted_mean_to_ten_weeks(self) -> None:
        # 6 weeks at 1, one at 18/21, three at 18/21 × 16/17
        found = freireich(horizon=10)
        assert found.restricted_mean == pytest.approx(6 + 18 / 21 + 3 * 18 / 21 * 16 / 17, abs=1e-12)
        ahead = 18 / 21 + 3 * 18 / 21 * 16 / 17
        error = math.sqrt(ahead**2 * 3 / (21 * 18) + (ahead - 18 / 21) ** 2 / (17 * 16))
        assert found.restricted_mean_lower == pytest.approx(
            found.restricted_mean - 1.959964 * error, abs=1e-6
        )
        assert found.restricted_mean_upper == pytest.approx(
            found.restricted_mean + 1.959964 * error, abs=1e-6
        )

    def test_the_times_asked_for(self) -> None:
        at_5, at_6, at_9, at_20, at_35, at_40 = freireich(times=[5, 6, 9, 20, 35, 40]).asked
        assert (at_5.at_risk, at_5.events, at_5.left, at_5.share) == (21, 0, 0, 1)
        assert at_5.standard_error is at_5.plain_lower is at_5.log_log_upper is None
        assert (at_6.at_risk, at_6.events, at_6.left) == (21, 3, 1)
        assert (at_9.time, at_9.at_risk, at_9.events, at_9.left) == (9, 16, 4, 2)
        assert (at_20.at_risk, at_20.events, at_20.left) == (8, 7, 7)
        assert at_20.share == pytest.approx(0.6275, abs=5e-5)
        assert (at_35.at_risk, at_35.share) == (1, freireich().steps[-1].share)
        assert (at_40.at_risk, at_40.events, at_40.left, at_40.share) == (0, 9, 12, None)
        assert at_40.log_log_lower is None

    def test_its_words(self) -> None:
        said = explain(freireich())
        assert "21 patients were followed for up to 35 weeks, and 9 had the event: relapse." in said
        assert (
            "At 10 weeks 75.3% were without relapse (95% interval 50.3% to 88.9%), with 15 at risk." in said
        )
        assert "At 40 weeks nobody was followed any more" in said
        assert (
            "The median time to relapse was 23 weeks (95% interval from 13, with no upper limit yet)." in said
        )
        assert "Within 30 weeks, a patient had on average 21.05 weeks without relapse" in said
        assert "(95% interval 16.65 to 25.44)" in said

    def test_the_plain_interval_is_told_where_it_is_asked_for(self) -> None:
        assert "(95% interval 56.4% to 94.2%)" in explain(freireich(interval="plain", times=[10]))

    def test_its_table_has_each_step(self) -> None:
        drawn = picture(freireich())
        assert len(drawn.table.rows) == 16
        assert drawn.table.rows[0][:4] == (6, 21, 3, 1)


def oracles() -> list[tuple[str, Any, Any]]:
    lung, waltons = load_lung(), load_waltons()
    drawn = np.random.default_rng(7)
    times = np.ceil(drawn.exponential(10, 120))
    return [
        ("lung", lung["time"], lung["status"]),
        ("waltons", waltons["T"], waltons["E"]),
        ("many ties", times, drawn.random(120) < 0.6),
        ("no one left", [1, 2, 3, 4, 4], [1, 1, 0, 1, 1]),
    ]


@pytest.mark.parametrize(
    ("times", "events"), [each[1:] for each in oracles()], ids=[each[0] for each in oracles()]
)
class TestAgainstLifelines:
    """lifelines 0.30.0."""

    def test_the_curve_and_its_log_log_interval(self, times: Any, events: Any) -> None:
        for confidence in (0.95, 0.8):
            fitted = lifelines.KaplanMeierFitter(alpha=1 - confidence).fit(times, events)
            found = curve(times, events, confidence=confidence)
            for step in found.steps:
                assert step.share == pytest.approx(fitted.predict(step.time), abs=1e-9)
                assert step.at_risk == fitted.event_table.loc[step.time, "at_risk"]
                assert step.events == fitted.event_table.loc[step.time, "observed"]
                assert step.left == fitted.event_table.loc[step.time, "censored"]
                if step.log_log_lower is not None:
                    lower, upper = fitted.confidence_interval_.loc[step.time]
                    assert (step.log_log_lower, step.log_log_upper) == pytest.approx((lower, upper), abs=1e-9)

    def test_the_median_and_its_interval(self, times: Any, events: Any) -> None:
        fitted = lifelines.KaplanMeierFitter().fit(times, events)
        found = curve(times, events)
        lower, upper = median_survival_times(fitted.confidence_interval_).iloc[0]
        assert (found.median or math.inf) == fitted.median_survival_time_
        assert (found.median_lower or math.inf) == lower
        if any(step.log_log_upper and step.log_log_upper <= 0.5 for step in found.steps):
            assert found.median_upper == upper

    def test_the_restricted_mean(self, times: Any, events: Any) -> None:
        fitted = lifelines.KaplanMeierFitter().fit(times, events)
        for share in (0.3, 0.8, 1.0):
            horizon = share * max(times)
            found = curve(times, events, horizon=horizon)
            assert found.restricted_mean == pytest.approx(
                restricted_mean_survival_time(fitted, t=horizon), rel=1e-9
            )

    def test_greenwoods_errors_as_statsmodels_has_them(self, times: Any, events: Any) -> None:
        fitted = SurvfuncRight(np.asarray(times, float), np.asarray(events, int))
        errors = dict(zip(fitted.surv_times, fitted.surv_prob_se, strict=True))
        for step in curve(times, events).steps:
            if step.events and step.standard_error is not None:
                assert step.standard_error == pytest.approx(errors[step.time], abs=1e-9)


def test_the_published_median_of_the_lung_data() -> None:
    """R's survival package prints 165 deaths among 228 patients and a median of 310 days."""
    lung = load_lung()
    found = curve(lung["time"], lung["status"])
    assert (found.patients, found.events, found.median) == (228, 165, 310)


def test_without_loss_the_restricted_mean_is_the_plain_mean() -> None:
    times = [1.0, 2.5, 2.5, 4.0, 7.0, 11.0]
    found = curve(times, [True] * 6)
    mean = np.mean(times)
    error = np.std(times) / math.sqrt(6)
    assert found.restricted_mean == pytest.approx(mean, abs=1e-12)
    assert found.restricted_mean_lower == pytest.approx(mean - 1.959964 * error, abs=1e-5)
    assert found.restricted_mean_upper == pytest.approx(mean + 1.959964 * error, abs=1e-5)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    drawn = np.random.default_rng(11)
    covered = [0, 0]
    for _ in range(200):
        event, loss = drawn.exponential(10, 60), drawn.uniform(5, 25, 60)
        found = curve(np.minimum(event, loss), event <= loss, times=[6], horizon=5)
        step = found.asked[0]
        truth = math.exp(-0.6)
        covered[0] += bool(step.log_log_lower and step.log_log_lower <= truth <= (step.log_log_upper or 0))
        mean = 10 * (1 - math.exp(-0.5))
        covered[1] += (found.restricted_mean_lower or 9) <= mean <= (found.restricted_mean_upper or 0)
    assert 181 <= covered[0] <= 199
    assert 181 <= covered[1] <= 199


class TestWhereThereIsNoFigure:
    def test_no_events(self) -> None:
        found = curve([1, 2, 3], [False] * 3, times=[2])
        assert found.asked[0].share == 1
        assert found.median is found.median_lower is found.median_upper is found.restricted_mean_lower is None
        assert found.restricted_mean == found.horizon == 3
        said = explain(found)
        assert "At 2 days 100% were without death, with 2 at risk; no interval can be given there." in said
        assert "The median time to death was not reached: more than half were still without it." in said
        assert "on average 3 days without death; no interval can be given for it." in said

    def test_all_at_once(self) -> None:
        found = curve([5, 5], [True, True])
        assert (found.median, found.median_lower, found.steps[0].share) == (5, None, 0)
        assert found.steps[0].standard_error is None
        assert found.restricted_mean == 5
        assert found.restricted_mean_lower is None
        assert "The median time to death was 5 days; no interval can be given for it." in explain(found)

    def test_after_all_had_the_event_the_share_is_nought_for_good(self) -> None:
        found = curve([2, 3, 4], [True] * 3, times=[9], horizon=9)
        assert (found.asked[0].share, found.asked[0].at_risk) == (0, 0)
        assert found.restricted_mean == 3
        assert found.restricted_mean_lower is not None
        assert "At 9 days 0% were without death, with 0 at risk; no interval" in explain(found)

    def test_a_curve_exactly_at_a_half(self) -> None:
        found = curve([1, 2, 3, 4], [True] * 4)
        assert found.median == 2
        tenths = curve(range(1, 11), [True] * 10)
        assert tenths.median == 5

    def test_both_limits_of_the_median_are_told(self) -> None:
        lung = load_lung()
        found = curve(lung["time"], lung["status"])
        assert f"(95% interval {found.median_lower:.0f} to {found.median_upper:.0f})" in explain(found)

    def test_short_names_and_horizons_are_served(self) -> None:
        assert curve([0.2, 0.4], [True, True], unit="d", event_name="x", horizon=0.3).horizon == 0.3

    def test_the_confidence_is_told_as_it_is(self) -> None:
        said = explain(freireich(confidence=0.99875, times=[10], horizon=30))
        assert said.count("(99.88% interval") == 3

    def test_an_event_at_the_start(self) -> None:
        found = curve([0, 1, 2], [True, False, True], times=[0])
        assert found.asked[0].share == pytest.approx(2 / 3)
        assert found.restricted_mean == pytest.approx(4 / 3)

    def test_limits_of_the_restricted_mean_stay_within_the_horizon(self) -> None:
        found = curve([1, 9, 9, 9, 9], [True, False, False, False, False], horizon=9)
        assert found.restricted_mean_upper == 9
        found = curve([0.1, 0.1, 0.1, 100], [True, True, True, False], horizon=100)
        assert found.restricted_mean_lower == 0


class TestRefusals:
    def test_too_few(self) -> None:
        with pytest.raises(Refused, match="needs two patients or more, and here is 1 patient"):
            curve([1], [True])
        assert curve([1, 2], [True, False]).patients == 2

    def test_times_out_of_order_or_repeated(self) -> None:
        with pytest.raises(Refused, match="times: 3 comes after 4"):
            curve([1, 2], [True, True], times=[4, 3])
        with pytest.raises(Refused, match="times: 4 comes after 4"):
            curve([1, 2], [True, True], times=[4, 4])

    def test_a_horizon_beyond_what_is_known(self) -> None:
        with pytest.raises(Refused, match="5 days is beyond the longest follow-up"):
            curve([1, 4], [True, False], horizon=5)
        assert curve([1, 4], [True, False], horizon=4).horizon == 4

    def test_nobody_followed_at_all(self) -> None:
        with pytest.raises(Refused, match="all follow-up times are nought"):
            curve([0, 0], [True, False])

    @pytest.mark.parametrize(
        "more",
        [
            {"confidence": 0.49},
            {"confidence": 0.99991},
            {"horizon": 0},
            {"times": [-1]},
            {"times": [1.1e12]},
            {"unit": ""},
        ],
    )
    def test_settings_out_of_bounds(self, more: Any) -> None:
        with pytest.raises(Refused):
            curve([1, 2], [True, True], **more)

    def test_no_horizon_at_all(self) -> None:
        with pytest.raises(Refused, match="horizon: input should be greater than 0"):
            curve([1, 2], [True, True], horizon=0)

    def test_the_bounds_themselves_are_served(self) -> None:
        for confidence in (0.5, 0.9999):
            assert curve([1, 1e12], [True, True], confidence=confidence, horizon=1e12).longest == 1e12

    def test_a_time_before_the_start(self) -> None:
        with pytest.raises(Refused, match="patients, number 1, time"):
            curve([-1, 2], [True, True])


follow_up = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=2, max_size=40)


@given(follow_up, st.sampled_from([0.5, 7.0, 365.25]))
@settings(max_examples=50)
def test_the_unit_of_time_changes_no_share(patients: list[tuple[int, bool]], scale: float) -> None:
    times, events = zip(*patients, strict=True)
    one, other = curve(times, events), curve([time * scale for time in times], events)
    assert [step.share for step in one.steps] == [step.share for step in other.steps]
    assert other.restricted_mean == pytest.approx(one.restricted_mean * scale)
    assert (one.median is None) == (other.median is None)


@given(follow_up, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_patients_changes_nothing(patients: list[tuple[int, bool]], random: Any) -> None:
    shuffled = list(patients)
    random.shuffle(shuffled)
    assert curve(*zip(*patients, strict=True)) == curve(*zip(*shuffled, strict=True))


@given(follow_up)
@settings(max_examples=50)
def test_the_curve_falls_and_lies_within_its_intervals(patients: list[tuple[int, bool]]) -> None:
    found = curve(*zip(*patients, strict=True))
    shares = [step.share for step in found.steps]
    assert all(later <= earlier for earlier, later in pairwise(shares))
    assert sum(step.events + step.left for step in found.steps) == len(patients)
    for step in found.steps:
        assert step.share is not None
        if step.log_log_lower is not None:
            assert 0 <= step.log_log_lower <= step.share <= step.log_log_upper <= 1
            assert 0 <= step.plain_lower <= step.share <= step.plain_upper <= 1
    assert 0 <= found.restricted_mean <= found.horizon


@given(follow_up)
@settings(max_examples=50)
def test_without_loss_the_curve_is_the_plain_share(patients: list[tuple[int, bool]]) -> None:
    times = [time for time, _ in patients]
    for step in curve(times, [True] * len(times)).steps:
        assert step.share == pytest.approx(sum(time > step.time for time in times) / len(times), abs=1e-12)
