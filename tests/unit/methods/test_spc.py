"""Control charts: the published limits and vectors, every rule at its boundary, and each message."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.method import Refused
from speccom.methods.spc import METHOD, xmr
from speccom.methods.spc.chart import assurance, variation
from speccom.methods.spc.figures import Assurance, Better, Cause, SpcResult, Variation
from speccom.methods.spc.xmr import part_of_run, run_ends, shift, trend, two_of_three

# R's rnorm(20) with seed 123, as in the tests of NHSRplotthedots 0.2.2, whose snapshot gives the limits.
PUBLISHED = (
    -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123,
    -0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314,
    0.49785048, -1.96661716, 0.70135590, -0.47279141,
)  # fmt: skip
WITH_OUTLIER = (*PUBLISHED[:14], 10.0, *PUBLISHED[15:])


def chart(values: Any, **given: Any) -> SpcResult:
    points = [
        {"date": (date(2024, 1, 1) + timedelta(days=day)).isoformat(), "value": float(value)}
        for day, value in enumerate(values)
    ]
    return METHOD.calculate(METHOD.read({"points": points, "better": "higher", **given}))


def rebase(day: int, reason: str = "the service moved", approver: str = "the board") -> dict[str, str]:
    when = (date(2024, 1, 1) + timedelta(days=day)).isoformat()
    return {"date": when, "reason": reason, "approver": approver}


def causes(result: SpcResult) -> list[Cause]:
    return [point.cause for point in result.points]


def refusal(values: Any, **given: Any) -> str:
    with pytest.raises(Refused) as refused:
        chart(values, **given)
    return str(refused.value)


def flags(*marks: int) -> Any:
    return np.array([marks], dtype=bool)


def signs(*marks: int) -> Any:
    return np.array([marks], dtype=np.int8)


def marked(found: Any) -> list[int]:
    return [int(each) for each in found[0]]


class TestLimits:
    def test_they_agree_with_the_snapshot_of_the_package(self) -> None:
        found = chart(PUBLISHED).stretches[0]
        assert found.mean == pytest.approx(0.1416238, abs=1e-7)
        assert found.lower == pytest.approx(-3.01138, abs=1e-5)
        assert found.upper == pytest.approx(3.294627, abs=1e-6)
        assert found.screened == 0
        assert chart(PUBLISHED).variation == Variation.COMMON_CAUSE

    def test_a_very_large_jump_is_screened_as_in_the_package(self) -> None:
        found = chart(WITH_OUTLIER).stretches[0]
        assert found.mean == pytest.approx(0.6694159, abs=1e-7)
        assert found.lower == pytest.approx(-2.383666, abs=1e-6)
        assert found.upper == pytest.approx(3.722497, abs=1e-6)
        assert found.screened == 2

    def test_without_screening_the_limits_are_wider_as_in_the_package(self) -> None:
        found = chart(WITH_OUTLIER, screening=False).stretches[0]
        assert found.lower == pytest.approx(-4.596625, abs=1e-6)
        assert found.upper == pytest.approx(5.935457, abs=1e-6)
        assert found.screened == 0

    def test_worked_by_hand(self) -> None:
        found = chart([10, 13, 11, 16]).stretches[0]  # ranges 3, 2, 5
        assert found.mean == 12.5
        assert found.moving_range == pytest.approx(10 / 3)
        assert found.upper == pytest.approx(12.5 + 2.66 * 10 / 3)
        assert found.lower == pytest.approx(12.5 - 2.66 * 10 / 3)
        assert found.near_upper == pytest.approx(12.5 + 2.66 * 20 / 9)
        assert found.near_lower == pytest.approx(12.5 - 2.66 * 20 / 9)

    def test_a_range_of_just_the_screen_is_left_out(self) -> None:
        # Ranges that sum to 10,000 over ten: the average is 1,000, and 3,267 is exactly 3.267 times that.
        ranges = [3267, 748, 748, 748, 748, 748, 748, 748, 748, 749]
        on = chart([0, *np.cumsum(ranges)]).stretches[0]
        assert on.screened == 1
        assert on.moving_range == pytest.approx(6733 / 9)
        under = chart([0, *np.cumsum([3266, *ranges[1:-1], 750])]).stretches[0]
        assert under.screened == 0
        assert under.moving_range == 1000

    def test_screening_is_done_once(self) -> None:
        # After the range of 100 is out, 20 would be more than 3.267 times the new average.
        ranges = [100, 20, *[1] * 18]
        found = chart([0, *np.cumsum(ranges)]).stretches[0]
        assert found.screened == 1
        assert found.moving_range == pytest.approx(38 / 19)

    def test_fixed_limits_are_those_of_the_first_points_alone(self) -> None:
        fixed = chart(PUBLISHED, fix=12)
        alone = chart(PUBLISHED[:12]).stretches[0]
        assert fixed.stretches[0].mean == pytest.approx(alone.mean, abs=1e-15)
        assert fixed.stretches[0].moving_range == pytest.approx(alone.moving_range, abs=1e-15)
        assert fixed.stretches[0].points_for_limits == 12
        assert fixed.stretches[0].points == 20
        assert len(fixed.points) == 20

    def test_equal_values_have_limits_on_their_mean_and_no_signal(self) -> None:
        for value in (0.1, 7, -3.3, 0):
            result = chart([value] * 24)
            found = result.stretches[0]
            assert (found.lower, found.mean, found.upper) == (value, value, value)
            assert found.constant
            assert found.screened == 0
            assert set(causes(result)) == {Cause.COMMON}

    def test_values_that_differ_by_rounding_alone_are_equal(self) -> None:
        result = chart([0.1 + 0.2, 0.3] * 12)
        assert set(causes(result)) == {Cause.COMMON}
        assert result.stretches[0].screened == 0

    def test_how_near_two_values_are_one(self) -> None:
        # Limits on the value itself; the grain is 1e-13 of the largest value, whatever the smallest.
        for size in (1.0, 1e6, 1e-6):
            seen = [size * (1 + part) for part in (0.5e-13, 1.5e-13, -0.5e-13, -1.5e-13)]
            assert causes(chart([size] * 12 + seen, fix=12))[12:] == [
                Cause.COMMON, Cause.OUTSIDE, Cause.COMMON, Cause.OUTSIDE,
            ]  # fmt: skip
        beside_nothing = causes(chart([1e6] * 12 + [1e6 + 5e-8, 0], fix=12))
        assert beside_nothing[12:] == [Cause.COMMON, Cause.OUTSIDE]

    def test_the_arithmetic_screens_unless_told_otherwise(self) -> None:
        # Ranges of 100, 20 and eighteen of 1 sum to 138: 6.9 each, and 3.267 times that is 22.5.
        rows = np.cumsum([[0.0, 100, 20, *[1] * 18]], axis=1)
        assert xmr.xmr(rows).limits.screened.tolist() == [1]
        assert xmr.xmr(rows, screening=False).limits.screened.tolist() == [0]

    def test_after_fixed_equal_values_any_other_is_outside(self) -> None:
        result = chart([5.0] * 12 + [5.1, 5.0, 4.9], fix=12)
        assert causes(result)[12:] == [Cause.OUTSIDE, Cause.COMMON, Cause.OUTSIDE]
        assert [point.variation for point in result.points[12:]] == [
            Variation.IMPROVEMENT_HIGH,
            Variation.COMMON_CAUSE,
            Variation.CONCERN_LOW,
        ]

    def test_two_points_are_enough(self) -> None:
        found = chart([1, 3]).stretches[0]
        assert (found.mean, found.moving_range) == (2, 2)
        assert found.lower == pytest.approx(2 - 5.32)

    @pytest.mark.parametrize("values", [[[1.0]], [1.0, 2.0], [[1.0, float("nan")]], [[1.0, float("inf")]]])
    def test_other_arrays_are_refused(self, values: Any) -> None:
        with pytest.raises(Refused) as refused:
            xmr.xmr(np.array(values))
        assert str(refused.value) == (
            "the series are not rows of two finite values or more. "
            "Give an array with one row a series and one column a point."
        )


class TestRules:
    """The vectors are those of the tests of NHSRplotthedots 0.2.2."""

    def test_a_shift_is_seen_at_the_seventh_point(self) -> None:
        eight = signs(1, 1, 1, 1, 1, 1, 1, 1, -1)
        assert marked(run_ends(eight > 0, 7)) == [0, 0, 0, 0, 0, 0, 1, 1, 0]
        assert marked(run_ends(-eight < 0, 7)) == [0, 0, 0, 0, 0, 0, 1, 1, 0]
        assert marked(shift(eight)) == [1, 1, 1, 1, 1, 1, 1, 1, 0]
        assert marked(shift(-eight)) == [1, 1, 1, 1, 1, 1, 1, 1, 0]

    def test_six_on_one_side_are_no_shift(self) -> None:
        assert not shift(signs(1, 1, 1, 1, 1, 1)).any()
        assert not shift(signs(1, 1, 1, 1, 1, 1, -1)).any()
        assert marked(shift(signs(*[-1] * 7))) == [1] * 7

    def test_a_point_on_the_mean_breaks_a_shift(self) -> None:
        assert not shift(signs(1, 1, 1, 0, 1, 1, 1, 1)).any()
        assert not shift(signs(*[0] * 9)).any()

    def test_all_points_of_a_run_are_marked(self) -> None:
        ends = flags(0, 0, 0, 0, 0, 0, 1, 0)
        assert marked(part_of_run(ends, 7)) == [1, 1, 1, 1, 1, 1, 1, 0]
        assert marked(part_of_run(flags(0, 0, 0, 0, 0, 0, 0, 1, 0), 7)) == [0, 1, 1, 1, 1, 1, 1, 1, 0]
        assert marked(part_of_run(flags(0, 0, 0, 0, 0, 0), 7)) == [0] * 6

    @pytest.mark.parametrize(
        ("values", "found"),
        [
            ((1, 2, 3, 4, 5, 6), [0] * 6),
            ((1, 2, 3, 3, 4, 5, 6), [0] * 7),
            ((1, 2, 3, 4, 5, 6, 7), [1] * 7),
            ((2, 1, 2, 3, 4, 5, 6, 7, 3), [0, 1, 1, 1, 1, 1, 1, 1, 0]),
            ((7, 6, 5, 4, 3, 2, 1), [-1] * 7),
            ((2, 7, 6, 5, 4, 3, 2, 1, 3), [0, -1, -1, -1, -1, -1, -1, -1, 0]),
            ((1, 2, 3, 4, 5, 6, 7, 8), [1] * 8),
            ((1, 2), [0, 0]),
        ],
    )
    def test_a_trend_is_seven_points_each_above_the_one_before(
        self, values: tuple[int, ...], found: list[int]
    ) -> None:
        assert marked(trend(np.array([values], dtype=float))) == found

    def test_a_point_shared_by_two_trends_takes_the_later(self) -> None:
        peak = np.array([[1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1]], dtype=float)
        assert marked(trend(peak)) == [1] * 6 + [-1] * 7
        assert marked(trend(-peak)) == [-1] * 6 + [1] * 7

    def test_two_trends_that_share_no_point_keep_their_own(self) -> None:
        apart = np.array([[1, 2, 3, 4, 5, 6, 7, 7, 6, 5, 4, 3, 2, 1]], dtype=float)
        assert marked(trend(apart)) == [1] * 7 + [-1] * 7

    @pytest.mark.parametrize(
        ("close", "found"),
        [
            ((1, 0, 1), [1, 0, 1]),
            ((0, 1, 1), [0, 1, 1]),
            ((1, 1, 0), [1, 1, 0]),
            ((1, 1, 1), [1, 1, 1]),
            ((0, 0, 1, 0, 1, 0, 0), [0, 0, 1, 0, 1, 0, 0]),
            ((0, 0, 1, 1, 0, 0, 0), [0, 0, 1, 1, 0, 0, 0]),
            ((1, 0, 0, 1), [0, 0, 0, 0]),
            ((1, 0, 0, 1, 1), [0, 0, 0, 1, 1]),
            ((1, 1), [0, 0]),
            ((1, 0), [0, 0]),
        ],
    )
    def test_two_of_three_close_to_a_limit(self, close: tuple[int, ...], found: list[int]) -> None:
        for side in (1, -1):
            assert marked(two_of_three(flags(*close), signs(*[side] * len(close)))) == found

    def test_two_of_three_want_all_three_on_one_side(self) -> None:
        assert not two_of_three(flags(1, 0, 1), signs(1, -1, 1)).any()
        assert not two_of_three(flags(1, 1, 0), signs(1, 1, -1)).any()
        assert not two_of_three(flags(0, 1, 1), signs(0, 1, 1)).any()
        assert not two_of_three(flags(0, 0, 1, 1, 0, 0, 0), signs(-1, 1, -1, 1, -1, 1, -1)).any()

    def test_a_point_on_the_mean_is_no_third_of_a_side(self) -> None:
        for side in (1, -1):
            assert not two_of_three(flags(1, 0, 1), signs(side, 0, side)).any()
            assert not two_of_three(flags(1, 1, 0), signs(side, side, 0)).any()

    def test_a_point_close_on_the_other_side_just_before_is_not_one_of_the_three(self) -> None:
        assert marked(two_of_three(flags(1, 1, 1, 0), signs(-1, 1, 1, 1))) == [0, 1, 1, 0]
        assert marked(two_of_three(flags(1, 0, 1, 1), signs(1, -1, -1, -1))) == [0, 0, 1, 1]

    def test_two_close_on_opposite_sides_are_ordinary(self) -> None:
        assert set(causes(chart([1, -1] * 7 + [5.5, -5.5]))) == {Cause.COMMON}


class TestSignals:
    """Twelve values of mean 10 and moving range 3: limits 2.02 and 17.98, near limits 4.68 and 15.32."""

    QUIET = (8.5, 11.5) * 6

    def seen(self, *values: float, better: str = "higher") -> list[tuple[Cause, Variation]]:
        result = chart(self.QUIET + values, fix=12, better=better)
        limits = result.stretches[0]
        assert (limits.mean, limits.moving_range) == (10, 3)
        assert {point.cause for point in result.points[:6]} == {Cause.COMMON}
        return [(point.cause, point.variation) for point in result.points[12:]]

    def test_on_a_limit_is_not_outside(self) -> None:
        assert self.seen(17.98)[0][0] == Cause.COMMON
        assert self.seen(2.02)[0][0] == Cause.COMMON
        assert self.seen(17.9800001) == [(Cause.OUTSIDE, Variation.IMPROVEMENT_HIGH)]
        assert self.seen(2.0199999) == [(Cause.OUTSIDE, Variation.CONCERN_LOW)]

    def test_on_a_near_limit_is_not_close(self) -> None:
        assert [cause for cause, _ in self.seen(15.32, 15.32)] == [Cause.COMMON] * 2
        assert [cause for cause, _ in self.seen(4.68, 4.68)] == [Cause.COMMON] * 2
        close = (Cause.TWO_OF_THREE, Variation.IMPROVEMENT_HIGH)
        assert self.seen(10.5, 15.33, 15.33) == [(Cause.COMMON, Variation.COMMON_CAUSE), close, close]
        low = (Cause.TWO_OF_THREE, Variation.CONCERN_LOW)
        assert self.seen(9.5, 4.67, 4.67) == [(Cause.COMMON, Variation.COMMON_CAUSE), low, low]

    def test_a_point_outside_is_not_also_close(self) -> None:
        assert [cause for cause, _ in self.seen(10.5, 15.33, 19)] == [
            Cause.COMMON,
            Cause.COMMON,
            Cause.OUTSIDE,
        ]

    def test_six_and_seven_on_one_side(self) -> None:
        six = [11, 10.9, 11, 10.9, 11, 10.9]
        assert {cause for cause, _ in self.seen(9.9, *six)} == {Cause.COMMON}
        found = self.seen(9.9, *six, 11)
        assert (
            found
            == [(Cause.COMMON, Variation.COMMON_CAUSE)] + [(Cause.SHIFT, Variation.IMPROVEMENT_HIGH)] * 7
        )

    def test_a_point_on_the_mean_is_on_neither_side(self) -> None:
        assert {cause for cause, _ in self.seen(9.9, 11, 10.9, 11, 10, 11, 10.9, 11)} == {Cause.COMMON}

    def test_outside_comes_before_trend_before_two_of_three_before_shift(self) -> None:
        trend_up = self.seen(9, 15.4, 15.5, 15.6, 15.7, 15.8, 15.9, 18.5)
        assert [cause for cause, _ in trend_up] == [Cause.TREND] * 7 + [Cause.OUTSIDE]
        shifted = self.seen(9.9, 11, 10.9, 11, 10.9, 15.5, 15.4, 11)
        assert [cause for cause, _ in shifted] == (
            [Cause.COMMON] + [Cause.SHIFT] * 4 + [Cause.TWO_OF_THREE] * 2 + [Cause.SHIFT]
        )

    def test_a_trend_is_told_by_its_slope_and_not_by_its_side(self) -> None:
        falling = [12.9, 12.8, 12.7, 12.6, 12.5, 12.4, 12.3]
        assert self.seen(9, *falling)[-1] == (Cause.TREND, Variation.CONCERN_LOW)
        assert self.seen(9, *falling, better="lower")[-1] == (Cause.TREND, Variation.IMPROVEMENT_LOW)
        rising = [7, 7.1, 7.2, 7.3, 7.4, 7.5, 7.6]
        assert self.seen(11, *rising)[-1] == (Cause.TREND, Variation.IMPROVEMENT_HIGH)

    def test_signals_do_not_cross_a_rebase(self) -> None:
        rising = [1, 2, 3, 4, 5, 6, 7, 8]
        assert Cause.TREND in causes(chart(rising))
        assert set(causes(chart(rising, rebases=[rebase(2)]))) == {Cause.COMMON}
        assert causes(chart([5, *rising], rebases=[rebase(2)]))[4] == Cause.TREND


class TestIcons:
    @pytest.mark.parametrize(
        ("better", "high", "low"),
        [
            (Better.HIGHER, Variation.IMPROVEMENT_HIGH, Variation.CONCERN_LOW),
            (Better.LOWER, Variation.CONCERN_HIGH, Variation.IMPROVEMENT_LOW),
            (Better.NEITHER, Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
        ],
    )
    def test_variation(self, better: Better, high: Variation, low: Variation) -> None:
        assert variation(1, better) == high
        assert variation(-1, better) == low
        assert variation(0, better) == Variation.COMMON_CAUSE

    @pytest.mark.parametrize(
        ("limits", "higher", "lower"),
        [  # the three facets of the package's test, with a target of 4; then a target on either limit
            ((1, 3), Assurance.FAIL, Assurance.PASS),
            ((5, 7), Assurance.PASS, Assurance.FAIL),
            ((1, 5), Assurance.HIT_AND_MISS, Assurance.HIT_AND_MISS),
            ((4, 5), Assurance.HIT_AND_MISS, Assurance.HIT_AND_MISS),
            ((3, 4), Assurance.HIT_AND_MISS, Assurance.HIT_AND_MISS),
        ],
    )
    def test_assurance(self, limits: tuple[float, float], higher: Assurance, lower: Assurance) -> None:
        assert assurance(4, Better.HIGHER, *limits) == higher
        assert assurance(4, Better.LOWER, *limits) == lower
        assert assurance(4, Better.NEITHER, *limits) is None
        assert assurance(None, Better.HIGHER, *limits) is None

    def test_assurance_is_by_the_latest_limits(self) -> None:
        values = [1, 2] * 7 + [11, 12] * 7
        assert chart(values, target=6).assurance == Assurance.HIT_AND_MISS
        assert chart(values, target=6, rebases=[rebase(14)]).assurance == Assurance.PASS
        assert chart(values, target=6, better="lower", rebases=[rebase(14)]).assurance == Assurance.FAIL

    def test_the_variation_icon_is_that_of_the_latest_point(self) -> None:
        assert chart([1, 2] * 12 + [9]).variation == Variation.IMPROVEMENT_HIGH
        assert chart([1, 2] * 6 + [9] + [1, 2] * 6).variation == Variation.COMMON_CAUSE

    def test_a_target_changes_no_limit(self) -> None:
        assert chart(PUBLISHED, target=50).stretches == chart(PUBLISHED).stretches


class TestRebases:
    def test_each_stretch_has_its_own_limits_reason_and_approver(self) -> None:
        result = chart([1, 2] * 7 + [11, 12] * 7, rebases=[rebase(14, " a new ward ", " the board ")])
        first, second = result.stretches
        assert (first.mean, second.mean) == (1.5, 11.5)
        assert (first.reason, first.approver) == (None, None)
        assert (second.reason, second.approver) == ("a new ward", "the board")
        assert (first.starts, first.ends, first.points) == (date(2024, 1, 1), date(2024, 1, 14), 14)
        assert (second.starts, second.ends, second.points) == (date(2024, 1, 15), date(2024, 1, 28), 14)
        assert [point.stretch for point in result.points] == [1] * 14 + [2] * 14
        assert result.points[0].date == date(2024, 1, 1)

    def test_each_stretch_is_fixed_by_its_own_first_points(self) -> None:
        result = chart([1, 2] * 7 + [11, 12] * 7, rebases=[rebase(14)], fix=12)
        assert [each.points_for_limits for each in result.stretches] == [12, 12]

    def test_refusals(self) -> None:
        values = [1, 2, 3, 4, 5, 6]
        mend_start = "Give the date of the first point that the new limits are for."
        assert refusal(values, rebases=[rebase(3, reason="  ")]) == (
            "the rebase on 4 January 2024: no reason is given. Say why the process is held to have changed."
        )
        assert refusal(values, rebases=[rebase(3, approver=" ")]) == (
            "the rebase on 4 January 2024: no approver is named. Say who approved the new limits."
        )
        assert refusal(values, rebases=[rebase(30)]) == (
            f"the rebase on 31 January 2024: there is no point on that date, and none after it. {mend_start}"
        )
        assert refusal(values, rebases=[rebase(-1)]) == (
            "the rebase on 31 December 2023: there is no point on that date; the next is on 1 January 2024. "
            f"{mend_start}"
        )
        assert refusal(values, rebases=[rebase(0)]) == (
            "the rebase on 1 January 2024: it is the first point, so nothing is rebased. Leave this "
            "rebase out."
        )
        for again in (4, 2):
            assert refusal(values, rebases=[rebase(4), rebase(again)]) == (
                f"the rebase on {again + 1} January 2024: it does not come after the rebase before it. "
                "Put the rebases in order, earliest first, each date once."
            )
        assert refusal(values, rebases=[rebase(1)]) == (
            "the rebase on 2 January 2024: it leaves one point to the stretch before it, and one point "
            "sets no limits. Leave two points or more before it; limits settle from 13."
        )
        assert refusal(values, rebases=[rebase(2), rebase(3)]).startswith(
            "the rebase on 4 January 2024: it leaves one point to the stretch before it"
        )
        assert refusal(values, rebases=[rebase(5)]).startswith("the rebase on 6 January 2024: only one point")
        assert refusal(values, rebases=[rebase(2), rebase(5)]) == (
            "the rebase on 6 January 2024: only one point follows, and one point sets no limits. "
            "Wait until there are more points; limits settle from 13."
        )
        assert len(chart(values, rebases=[rebase(2), rebase(4)]).stretches) == 3


class TestRefusals:
    def test_too_few_points(self) -> None:
        mend = "Give more of the series; limits settle from 13 points."
        assert refusal([]) == f"points: a chart needs two points at the least, and there are none. {mend}"
        assert refusal([1]) == f"points: a chart needs two points at the least, and there is one. {mend}"

    def test_dates_repeated_or_out_of_order(self) -> None:
        day = [{"date": f"2024-01-0{number}", "value": 1} for number in (1, 2, 2)]
        assert refusal([], points=day) == (
            "points: 2 January 2024 is there twice. "
            "Give one value for each date; limits of several series are asked for one at a time."
        )
        assert refusal([], points=[day[1], day[0]]) == (
            "points: 1 January 2024 stands after 2 January 2024, which is later. "
            "Put the points in order, oldest first."
        )

    def test_limits_are_fixed_by_twelve_points_at_the_least(self) -> None:
        assert "fix: input should be greater than or equal to 12" in refusal([1, 2], fix=11)
        assert chart([1, 2], fix=12).stretches[0].points_for_limits == 2

    def test_figures_beyond_all_measure(self) -> None:
        assert "points, number 1, value" in refusal([1e101, 1])
        for sign in (1, -1):
            largest = chart([sign * 1e100, 0], target=sign * 1e100)
            assert (largest.points[0].value, largest.target) == (sign * 1e100, sign * 1e100)
            assert "points, number 2, value" in refusal([1, sign * 1.5e100])
            assert "target" in refusal([1, 2], target=sign * 1.5e100)
        assert "finite" in refusal([float("nan"), 1])


class TestWords:
    def test_the_example(self) -> None:
        assert METHOD.explain(METHOD.calculate(METHOD.read(METHOD.example()))) == (
            "Urgent scans reported within two weeks: the latest value, 86.6% on 1 July 2025, is a signal "
            "of improvement: the values are high, and higher is better. Since 1 June 2024 the mean is "
            "86.11%, and ordinary variation runs from 83.02% to 89.2%, as set by 14 points. Of 28 points, "
            "8 signal a change: 1 lies outside the limits and 7 belong to seven or more in a row on the "
            "same side of the mean. The target of 85% lies within the limits: as things stand it will be "
            "met at some times and missed at others by ordinary variation alone (hit and miss). The "
            "limits were set anew from 1 June 2024, approved by the quality committee, 12 September 2024; "
            "the reason given: a second scanner came into use in May 2024."
        )

    def test_a_short_stretch_is_warned_of(self) -> None:
        short = chart(PUBLISHED[:12])
        assert short.stretches[0].short
        assert short.warnings == (
            (
                "The stretch from 1 January 2024 has 12 points, fewer than 13, so its limits are provisional "
                "and will move with each new point."
            ),
        )
        assert not chart(PUBLISHED[:13]).stretches[0].short
        assert chart(PUBLISHED[:13]).warnings == ()

    def test_limits_not_yet_fixed_are_warned_of(self) -> None:
        assert chart(PUBLISHED[:13], fix=14).warnings == (
            (
                "The limits from 1 January 2024 are to be fixed by the first 14 points; until there are so "
                "many, they are set by all."
            ),
        )
        assert chart(PUBLISHED[:14], fix=14).warnings == ()

    def test_equal_values_are_warned_of(self) -> None:
        assert chart([3] * 13).warnings == (
            (
                "The points that set the limits from 1 January 2024 are all equal, so the limits lie on the "
                "mean and any other value lies outside them."
            ),
        )
        assert not chart([3] * 12 + [4]).stretches[0].constant

    def test_a_quiet_chart(self) -> None:
        said = METHOD.explain(chart([1, 2] * 7, measure="Falls"))
        assert said == (
            "Falls: the latest value, 2 on 14 January 2024, shows nothing beyond the ordinary variation "
            "of the process. Since 1 January 2024 the mean is 1.5, and ordinary variation runs from -1.16 "
            "to 4.16, as set by 14 points. None of the 14 points signals a change."
        )

    def test_a_chart_with_everything(self) -> None:
        values = [1, 2] * 7 + [111, 112] * 7 + [150]
        result = chart(
            values,
            measure="Waits",
            unit="days",
            better="lower",
            target=200,
            fix=13,
            rebases=[rebase(14, "A new scanner.", "the board")],
        )
        assert METHOD.explain(result) == (
            "Waits: the latest value, 150 days on 29 January 2024, is a signal of concern: the values are "
            "high, and lower is better. Since 15 January 2024 the mean is 111.5 days, and ordinary "
            "variation runs from 108.8 days to 114.1 days, as set by the first 13 points. Of 29 points, 1 "
            "signals a change: 1 lies outside the limits. The target of 200 days lies beyond what "
            "ordinary variation reaches: as things stand it will be met every time (consistently "
            "passing). The limits were set anew from 15 January 2024, approved by the board; the reason "
            "given: A new scanner."
        )

    def test_each_icon_has_its_words(self) -> None:
        quiet = [1, 2] * 12
        ends = {
            ("higher", 9): "is a signal of improvement: the values are high, and higher is better.",
            ("higher", -9): "is a signal of concern: the values are low, and higher is better.",
            ("lower", 9): "is a signal of concern: the values are high, and lower is better.",
            ("lower", -9): "is a signal of improvement: the values are low, and lower is better.",
            ("neither", 9): "is a signal of high values, which are neither better nor worse.",
            ("neither", -9): "is a signal of low values, which are neither better nor worse.",
        }
        for (better, last), words in ends.items():
            assert words in METHOD.explain(chart([*quiet, last], better=better))

    def test_each_verdict_on_the_target_has_its_words(self) -> None:
        values = [1, 2] * 7
        assert (
            "The target of 9% lies beyond what ordinary variation reaches: as things stand it will be "
            "missed every time (consistently failing), and only a change of the process will meet it."
        ) in METHOD.explain(chart(values, target=9, unit="%"))
        assert (
            "The target of 0.1235 lies within the limits: as things stand it will be met at some times "
            "and missed at others by ordinary variation alone (hit and miss)."
        ) in METHOD.explain(chart(values, target=0.12345))
        for target, written in ((100.44, "100.4"), (99.994, "99.99"), (1.2345, "1.23"), (-1.2345, "-1.23")):
            assert f"The target of {written} lies" in METHOD.explain(chart(values, target=target))
        assert (
            "The target of 1,000 is shown, and not judged, because neither direction is better."
        ) in METHOD.explain(chart(values, target=1000, better="neither"))

    def test_signals_are_counted_by_kind(self) -> None:
        shifted = (8.5, 11.5) * 6 + (9.9, 11, 10.9, 11, 10.9, 15.5, 15.4, 11, 30)
        said = METHOD.explain(chart(shifted, fix=12))
        assert (
            "Of 21 points, 8 signal a change: 1 lies outside the limits, 2 are close to a limit, two of "
            "three in a row on the same side and 5 belong to seven or more in a row on the same side of "
            "the mean."
        ) in said
        rising = METHOD.explain(chart([1, 2, 3, 4, 5, 6, 7] * 2, fix=12))
        assert "belong to seven or more that rise, or fall, one after another." in rising

    def test_one_signal_of_a_run_may_stand_alone_when_the_rest_show_something_else(self) -> None:
        base = (8.5, 11.5) * 6
        trend_alone = chart((*base, 9, 18.1, 18.2, 18.3, 18.4, 18.5, 18.6), fix=12)
        assert causes(trend_alone)[12:] == [Cause.TREND] + [Cause.OUTSIDE] * 6
        assert "1 belongs to seven or more that rise, or fall, one after another." in METHOD.explain(
            trend_alone
        )
        shift_alone = chart((*base, 9, 11, 19, 18.2, 18.3, 18.4, 18.1, 18.6), fix=12)
        assert causes(shift_alone)[13] == Cause.SHIFT
        assert ("1 belongs to seven or more in a row on the same side of the mean.") in METHOD.explain(
            shift_alone
        )
        close_alone = chart((*base, 9, 11, 15.5, 16.5, 15.9, 15.8, 15.7, 15.6, 15.5, 15.4, 15.35), fix=12)
        assert Cause.TREND in causes(close_alone)

    def test_jumps_that_were_left_out_are_said(self) -> None:
        said = METHOD.explain(chart(WITH_OUTLIER))
        assert "as set by 20 points, leaving out 2 very large jumps from one point to the next." in said
        once = METHOD.explain(chart([0, *np.cumsum([100, 20, *[1] * 18])]))
        assert "leaving out 1 very large jump from one point to the next." in once


def plainly(
    values: list[float], screening: bool, fix: int | None
) -> tuple[list[float], list[int], list[int]]:
    """The rules again, point by point and with loops, for whole numbers."""
    setting = values[:fix]
    mean = sum(setting) / len(setting)
    ranges = [abs(b - a) for a, b in pairwise(setting)]
    average = sum(ranges) / len(ranges)
    kept = [each for each in ranges if not screening or each < 3.267 * average - 1e-9] or ranges
    width = 2.66 * sum(kept) / len(kept)
    tiny = 1e-9

    def side(value: float) -> int:
        return 0 if abs(value - mean) < tiny else 1 if value > mean else -1

    def beyond(value: float, far: float) -> bool:
        return abs(value - mean) > far + tiny

    cause, direction = [], []
    for i, value in enumerate(values):
        sevens = [values[j : j + 7] for j in range(max(0, i - 6), i + 1) if j + 7 <= len(values)]
        slopes = [
            sign
            for seven in sevens
            for sign in (1, -1)
            if all(sign * (b - a) > 0 for a, b in pairwise(seven))
        ]
        threes = [values[j : j + 3] for j in range(max(0, i - 2), i + 1) if j + 3 <= len(values)]

        def is_close(each: float) -> bool:
            return beyond(each, width * 2 / 3) and not beyond(each, width)

        def pairs(three: list[float]) -> bool:
            return abs(sum(map(side, three))) == 3 and sum(map(is_close, three)) >= 2

        if beyond(value, width):
            found, way = 1, side(value)
        elif slopes:
            found, way = 2, slopes[-1]
        elif is_close(value) and any(map(pairs, threes)):
            found, way = 3, side(value)
        elif any(abs(sum(map(side, seven))) == 7 for seven in sevens):
            found, way = 4, side(value)
        else:
            found, way = 0, 0
        cause.append(found)
        direction.append(way)
    return [mean, mean - width, mean + width], cause, direction


series = st.lists(st.integers(-20, 20), min_size=2, max_size=40)
drifting = st.lists(st.integers(-3, 4), min_size=2, max_size=40).map(lambda steps: list(np.cumsum(steps)))


@given(series | drifting, st.booleans(), st.none() | st.integers(12, 20))
@settings(max_examples=150)
def test_it_agrees_with_the_rules_written_out_plainly(
    values: list[int], screening: bool, fix: int | None
) -> None:
    numbers = [float(value) for value in values]
    charts = xmr.xmr(np.array([numbers]), screening=screening, fix=fix)
    limits, cause, direction = plainly(numbers, screening, fix)
    found = charts.limits
    assert [found.mean[0], found.lower[0], found.upper[0]] == pytest.approx(limits, abs=1e-9)
    assert charts.cause[0].tolist() == cause
    assert charts.direction[0].tolist() == direction


@given(
    st.integers(2, 30).flatmap(
        lambda n: st.lists(st.lists(st.integers(-9, 9), min_size=n, max_size=n), min_size=1, max_size=6)
    )
)
@settings(max_examples=50)
def test_many_series_at_once_are_each_as_if_alone(rows: list[list[int]]) -> None:
    values = np.array(rows, dtype=float)
    together = xmr.xmr(values)
    for row in range(len(rows)):
        alone = xmr.xmr(values[row : row + 1])
        assert together.cause[row].tolist() == alone.cause[0].tolist()
        assert together.direction[row].tolist() == alone.direction[0].tolist()
        assert together.limits.upper[row] == pytest.approx(alone.limits.upper[0], abs=1e-12)
        assert together.limits.screened[row] == alone.limits.screened[0]


@given(series, st.integers(-100, 100), st.sampled_from([0.25, 1.0, 4.0]))
@settings(max_examples=50)
def test_moving_and_stretching_a_series_moves_and_stretches_its_limits(
    values: list[int], shift_by: int, scale: float
) -> None:
    before = xmr.xmr(np.array([values], dtype=float))
    after = xmr.xmr(np.array([values], dtype=float) * scale + shift_by)
    assert after.limits.upper[0] == pytest.approx(before.limits.upper[0] * scale + shift_by, abs=1e-9)
    assert after.cause[0].tolist() == before.cause[0].tolist()


@given(series)
@settings(max_examples=50)
def test_a_series_turned_upside_down_shows_the_opposite(values: list[int]) -> None:
    upright = xmr.xmr(np.array([values], dtype=float))
    turned = xmr.xmr(-np.array([values], dtype=float))
    assert turned.cause[0].tolist() == upright.cause[0].tolist()
    assert turned.direction[0].tolist() == (-upright.direction[0]).tolist()


@given(series)
@settings(max_examples=50)
def test_limits_lie_in_order_about_the_mean_and_screening_never_widens_them(values: list[int]) -> None:
    rows = np.array([values], dtype=float)
    screened, bare = xmr.xmr(rows).limits, xmr.xmr(rows, screening=False).limits
    lines = [screened.lower, screened.near_lower, screened.mean, screened.near_upper, screened.upper]
    assert all(low[0] <= high[0] for low, high in pairwise(lines))
    assert screened.upper[0] <= bare.upper[0] + 1e-12


@given(st.lists(st.floats(-1e100, 1e100), min_size=2, max_size=30), st.booleans())
@settings(max_examples=50)
def test_whatever_is_given_has_an_answer(values: list[float], screening: bool) -> None:
    result = chart(values, screening=screening, target=0)
    assert METHOD.explain(result).endswith(".")
    assert result.stretches[0].lower <= result.stretches[0].upper
