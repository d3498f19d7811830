"""What uptake says, sentence by sentence, and the figures that it reads and refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.unit.methods.limits import read_within_alone

from speccom.methods.uptake import METHOD, UptakeResult, example

NOT_SUCCESS = (
    "Use is not success: more is not better by itself, nor less worse, and an older technology falls as its "
    "successor rises."
)


def calculate(volumes: Any = (10, 20, 30, 40), population: float = 100_000, **more: Any) -> UptakeResult:
    quarters = [
        {"start": date(2020 + place // 4, 3 * (place % 4) + 1, 1), "volume": volume, "population": population}
        for place, volume in enumerate(volumes)
    ]
    named = {"technology": "stents", "unit": "boxes", "quarters": quarters}
    return METHOD.calculate(METHOD.read({**named, **more}))


def explain(volumes: Any = (10, 20, 30, 40), population: float = 100_000, **more: Any) -> str:
    return METHOD.explain(calculate(volumes, population, **more))


def rollout(lags: Any, days: int = 400) -> dict[str, Any]:
    decided = date(2024, 1, 1)
    sites = [
        {"name": str(place), "first_used": None if lag is None else decided + timedelta(days=lag)}
        for place, lag in enumerate(lags)
    ]
    return {"decided": decided, "as_at": decided + timedelta(days=days), "sites": sites}


def fifths(*people: int) -> list[dict[str, Any]]:
    return [
        {"fifth": place, "people": count, "population": 100_000}
        for place, count in enumerate(people, start=1)
    ]


class TestTheYear:
    def test_less_than_the_year_before(self) -> None:
        assert (
            explain([1000] * 7 + [500.3], 300_000)
            == (
                "In the four quarters up to the one that began on 1 October 2021, 3,500 boxes of stents were "
                "used, 1,166.8 per 100,000 people; that is 12.5% less than in the four quarters before. "
            )
            + NOT_SUCCESS
        )

    @pytest.mark.parametrize(
        ("latest", "said"), [(1000, "0% more"), (1500, "12.5% more"), (9000, "200% more"), (0, "25% less")]
    )
    def test_more_or_less(self, latest: float, said: str) -> None:
        assert f"; that is {said} than in the four quarters before." in explain([1000] * 7 + [latest])

    def test_nothing_used(self) -> None:
        assert "0 boxes of stents were used, 0 per 100,000 people." in explain([0] * 8)

    def test_seven_quarters_have_no_year_before_and_eight_have(self) -> None:
        assert "With fewer than eight quarters there is no earlier year to compare with." in explain([1] * 7)
        assert "fewer than eight" not in explain([1] * 8)


class TestReachAndExpectation:
    def test_reach(self) -> None:
        part = "of the patients thought eligible"
        assert f"It has reached 25.4% {part}. Use" in explain(reach={"treated": 127, "eligible": 500})
        assert f"It has reached 100% {part}. Use" in explain(reach={"treated": 9, "eligible": 9})
        assert (
            f"It has reached 200% {part}: more than all, so that estimate is too low, or others than the "
            "eligible have had it."
        ) in explain(reach={"treated": 18, "eligible": 9})

    def test_expectation(self) -> None:
        expected = {"eligible_patients": 50.1, "dose_a_day": 2, "days": 4, "source": "a count"}
        assert (
            "401 boxes were to be expected (a count), so use stands at 25% of that; the figure is no better "
            "than the estimate of who is eligible and for how long."
        ) in explain([25.05] * 4, expected=expected)


class TestSpread:
    def test_all_is_told(self) -> None:
        assert (
            "7 of 9 sites (77.8%) had used it by 4 February 2025, 400 days after the decision. It was first "
            "used 20 days before the decision; by a quarter of sites 1 day after the decision; by half 30 "
            "days after the decision; by three quarters 300 days after the decision. 1 site used it before "
            "the decision, as in a pilot."
        ) in explain(rollout=rollout([-20, 0, 1, 20, 30, 60, 300, None, None]))

    def test_the_first_share_that_is_missing_is_told(self) -> None:
        said = explain(rollout=rollout([0, *[None] * 7]))
        assert "It was first used 0 days after the decision. Fewer than a quarter of sites have" in said
        assert "pilot" not in said
        assert "Fewer than half have used it so far." in explain(rollout=rollout([1, 2, None, None, None]))

    def test_nobody_yet(self) -> None:
        assert explain(rollout=rollout([None])).endswith(
            "0 of 1 site (0%) had used it by 4 February 2025, 400 days after the decision. " + NOT_SUCCESS
        )


class TestInequality:
    def test_all_is_told(self) -> None:
        # A line from 50 to 150; the variance of its rise is 60 + 80/4 + 120/4 + 140 = 250.
        assert explain(fifths=fifths(60, 80, 100, 120, 140)).endswith(
            "Across deprivation, the rate at the least deprived end is 100 per 100,000 higher than at the "
            "most deprived (slope index 100, 95% interval 69 to 131). On that line the least deprived have 3 "
            "times the rate of the most deprived (2.02 to 4.46). Whether need differs with deprivation is "
            "not in these figures. " + NOT_SUCCESS
        )

    def test_figures_have_one_decimal_and_the_confidence_two(self) -> None:
        said = explain(fifths=fifths(61, 80, 100, 120, 140), confidence=0.95125)
        assert "is 99 per 100,000 higher" in said
        uneven = [{**each, "population": 70_000} for each in fifths(61, 80, 100, 120, 140)]
        assert "is 141.4 per 100,000 higher than at the most deprived (slope index 141.4," in explain(
            fifths=uneven
        )
        assert "95.12% interval" in said

    def test_a_gap_of_nothing(self) -> None:
        result = calculate(fifths=fifths(50, 50, 50, 50, 50))
        assert result.inequality is not None
        level = result.inequality.model_copy(update={"slope_index": 0.0, "low": 0.0})
        said = METHOD.explain(result.model_copy(update={"inequality": level}))
        assert "the rate at the least deprived end is 0 per 100,000 higher than at the most deprived" in said
        assert "The interval includes no difference, so no gap is shown." in said
        below = level.model_copy(update={"low": -2.0, "high": 0.0})
        assert "no gap is shown" in METHOD.explain(result.model_copy(update={"inequality": below}))

    def test_ten_people_in_a_fifth_are_enough_and_nine_are_few(self) -> None:
        assert "rough" not in explain(fifths=fifths(10, 12, 14, 16, 18))
        assert "One fifth has only 9 people, so the interval is rough." in explain(
            fifths=fifths(9, 12, 14, 16, 18)
        )
        assert "One fifth has only 1 person," in explain(fifths=fifths(1, 12, 14, 16, 18))

    def test_the_end_that_is_not_clear_of_zero_has_no_ratio(self) -> None:
        # The line ends at 3.5 with a standard error of 2.46: its interval reaches below zero.
        for people in ((5, 8, 11, 14, 17), (17, 14, 11, 8, 5)):
            found = calculate(fifths=fifths(*people)).inequality
            assert found is not None
            assert min(found.most_deprived, found.least_deprived) == pytest.approx(3.5)
            assert found.relative_index is None
            surer = calculate(fifths=fifths(*people), confidence=0.84).inequality
            assert surer is not None
            assert surer.relative_index is not None


class TestWhatIsRead:
    @pytest.mark.parametrize(
        ("path", "within", "beyond"),
        [
            ("quarters 0 volume", (0, 1e15), (-0.1, 1.1e15)),
            ("quarters 0 population", (1, 1e15), (0.9, 1.1e15)),
            ("expected eligible_patients", (1, 1e15), (0.9, 1.1e15)),
            ("expected share", (1e-6, 1), (0.9e-6, 1.1)),
            ("expected dose_a_day", (1e-9, 1e9), (0.9e-9, 1.1e9)),
            ("expected days", (1e-3, 1e5), (0.9e-3, 1.1e5)),
            ("expected source", ("a",), ("",)),
            ("reach treated", (0, 10**15), (-1, 10**15 + 1)),
            ("reach eligible", (1, 1e15), (0.9, 1.1e15)),
            ("rollout sites 0 name", ("a",), ("",)),
            ("rollout sites", ([{"name": "a"}],), ([],)),
            ("fifths 0 fifth", (1, 5), (0, 6)),
            ("fifths 0 people", (0, 10**15), (-1, 10**15 + 1)),
            ("fifths 0 population", (1, 1e15), (0.9, 1.1e15)),
            ("technology", ("a",), ("",)),
            ("unit", ("a",), ("",)),
            ("confidence", (0.51, 0.99), (0.5, 1)),
        ],
    )
    def test_figures_are_read_up_to_their_limits(self, path: str, within: Any, beyond: Any) -> None:
        read_within_alone(METHOD, example(), path, within, beyond)

    def test_all_are_expected_to_have_it_at_95_percent_confidence_where_nothing_else_is_said(self) -> None:
        expected = {"eligible_patients": 50, "dose_a_day": 2, "days": 4, "source": "a count"}
        result = calculate(expected=expected)
        assert result.expectation is not None
        assert result.expectation.expected == 400
        assert result.confidence == 0.95
