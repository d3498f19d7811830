"""What is said of a difference in differences, and the table beside its picture."""

from typing import Any

import pytest

from speccom.methods.difference_in_differences import METHOD, DifferenceInDifferencesResult
from speccom.methods.difference_in_differences.terms import (
    Comparison,
    Effect,
    Estimator,
    PreTrend,
    SinceAdoption,
)

CAVEAT = (
    "The estimate stands on one belief that no test can prove: that without the intervention the adopters "
    "would have moved as the others did. Each unit counts alike, whatever its size."
)


def effect(estimate: float, low: float, high: float) -> Effect:
    return Effect(estimate=estimate, standard_error=0.1, low=low, high=high)


def trend(p_value: float) -> PreTrend:
    return PreTrend(statistic=1.0, numerator_freedom=2, denominator_freedom=20, p_value=p_value)


def result(**changed: Any) -> DifferenceInDifferencesResult:
    """A result whose figures are chosen, not estimated."""
    chosen: dict[str, Any] = {
        "outcome": "length of stay",
        "estimator": Estimator.GROUP_TIME,
        "comparison": Comparison.NOT_YET,
        "anticipation": 0,
        "confidence": 0.95,
        "effect": effect(-0.5912, -0.7252, -0.4558),
        "without": 7.7312,
        "relative": -0.07638,
        "units": 30,
        "adopters": 18,
        "never_adopters": 12,
        "clusters": 30,
        "adopting_clusters": 18,
        "comparing_clusters": 12,
        "degrees_of_freedom": 29,
        "staggered": True,
        "negative_weights": None,
        "pre_trend": trend(0.6834),
        "pre_trend_missing": "",
        "since_adoption": (),
        "group_times": (),
        "not_comparable": 0,
    }
    return DifferenceInDifferencesResult(**{**chosen, **changed})


def said(**changed: Any) -> str:
    return METHOD.explain(result(**changed))


class TestTheEffect:
    def test_all_is_told(self) -> None:
        whole = (
            "In the 18 units that adopted it, the intervention lowered length of stay by 0.591 on average, "
            "or 7.6% of the 7.73 to be expected without it (95% interval for the change: -0.725 to -0.456). "
            "The interval leaves out no change. It was taken against units that had not adopted at the time; "
            "units of a cluster may be alike, so the interval counts 30 clusters and uses Student's t with "
            "29 degrees of freedom. Before adoption, no difference between the movements of adopters and the "
            "others can be shown (p 0.683); a small one would not be seen. "
        )
        assert said() == whole + CAVEAT

    def test_without_a_share(self) -> None:
        rise = said(relative=None, effect=effect(123.456, 1.234, 245.678), adopters=1)
        assert rise.startswith(
            "In the 1 unit that adopted it, the intervention raised length of stay by 123.5 on average (95% "
            "interval for the change: 1.23 to 245.7). The interval leaves out no change. It"
        )

    @pytest.mark.parametrize(("low", "high"), [(0.0, 2.0), (-1.0, 0.0), (-1.0, 2.0)])
    def test_an_interval_that_includes_no_change(self, low: float, high: float) -> None:
        assert (
            "The interval includes no change, so these figures do not show an effect; nor do they show that "
            "there is none. It"
        ) in said(effect=effect(0.5, low, high))

    def test_an_effect_of_nothing_raised_nothing(self) -> None:
        assert "lowered length of stay by 0 on average" in said(effect=effect(0.0, -1.0, 1.0))
        assert "raised length of stay by 0.5 on average" in said(effect=effect(0.5, -1.0, 1.0))

    def test_figures_have_as_many_decimals_as_they_deserve(self) -> None:
        assert "by 0.123 on" in said(effect=effect(0.12345, 0.1, 0.2))
        assert "by 1.23 on" in said(effect=effect(1.23456, 0.1, 2.0))
        assert "by 99.99 on" in said(effect=effect(99.987, 0.1, 200.0))
        assert "by 100.1 on" in said(effect=effect(100.12, 0.1, 200.0))

    def test_the_confidence_has_up_to_two_decimals(self) -> None:
        assert "(97.5% interval for" in said(confidence=0.975)
        assert "(95.12% interval for" in said(confidence=0.95125)


class TestAgainstWhom:
    def test_each_way(self) -> None:
        assert "It was taken against the 12 units that never adopted; units of" in said(
            comparison=Comparison.NEVER
        )
        assert (
            "It was taken by the two-way regression, against all units that had not adopted, or had adopted "
            "already; units of"
        ) in said(estimator=Estimator.TWO_WAY, comparison=Comparison.NEVER, negative_weights=0.0)

    def test_the_two_way_regression_of_staggered_adoption(self) -> None:
        two_way = {"estimator": Estimator.TWO_WAY}
        warning = "Units adopted at different times, and the two-way regression then also compares late"
        assert (
            f"{warning} adopters with early ones; 12.5% of adopters' periods count in it with the wrong "
            "sign: where effects grow or fade it can be wrong even in direction, so use the group-time "
            "estimate. The"
        ) in said(**two_way, negative_weights=0.125)
        for none in (0.0, None):
            assert f"{warning} adopters with early ones: where effects" in said(
                **two_way, negative_weights=none
            )
        assert warning not in said(**two_way, staggered=False, negative_weights=0.0)
        assert warning not in said()

    def test_pairs_without_a_comparison(self) -> None:
        assert (
            "For 3 pairs of adoption period and period seen, too few units were left to compare with, so no "
            "effect is given there. The"
        ) in said(not_comparable=3)

    @pytest.mark.parametrize(("adopting", "comparing"), [(9, 12), (18, 9)])
    def test_nine_clusters_are_few(self, adopting: int, comparing: int) -> None:
        assert (
            f"With {adopting} clusters that adopted and {comparing} to compare with, the interval may be too "
            "narrow. The"
        ) in said(adopting_clusters=adopting, comparing_clusters=comparing)

    def test_ten_clusters_are_enough(self) -> None:
        assert "too narrow" not in said(adopting_clusters=10, comparing_clusters=10)


class TestTheTrendBefore:
    def test_it_could_not_be_tested(self) -> None:
        assert (
            "Whether both moved alike beforehand could not be tested: there is only one period before "
            "adoption. The"
        ) in said(pre_trend=None, pre_trend_missing="there is only one period before adoption")

    def test_they_did_not_move_alike(self) -> None:
        assert (
            "Adopters and the others did not move alike before adoption (p 0.049), so the estimate may be an "
            "old trend going on: do not rely on it without an explanation. The"
        ) in said(pre_trend=trend(0.0494))
        assert "can be shown (p 0.05)" in said(pre_trend=trend(0.05))
        assert "(p 0.001)" in said(pre_trend=trend(0.001))
        assert "(p below 0.001)" in said(pre_trend=trend(0.00099))


def test_the_table_and_the_chart_beside_it() -> None:
    assert METHOD.picture is not None
    effects = tuple(
        SinceAdoption(periods_since=since, units=18, estimate=0.5, standard_error=0.1, low=0.3, high=0.7)
        for since in (-3, 0)
    )
    drawn = METHOD.picture(result(since_adoption=effects, anticipation=1))
    assert drawn.table.rows == ((-3, 18, 0.5, 0.3, 0.7), (0, 18, 0.5, 0.3, 0.7))
    chart = drawn.chart.to_dict(validate=False)
    shown = next(
        layer["data"]["values"] for layer in chart["layer"] if len(layer["data"].get("values", [])) == 3
    )
    assert [(row["since"], row["kind"]) for row in shown] == [
        (-3, "before adoption"),
        (0, "since adoption"),
        (-2, "the base period"),
    ]
