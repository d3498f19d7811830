"""`budget_impact`: worked by hand, against a loop written apart from it, and to the penny.

The formulas of cost per patient and of budget impact are those of the project's notes on decisions (8.2, item
2); the thresholds are those of its notes on innovation (9.3): at most £20 million in each of three years.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from speccom.commands.calculate import with_rules
from speccom.methods.budget_impact import METHOD
from speccom.methods.budget_impact.cohort import (
    rounded,
    time_weights,
    uptake_millionths,
)
from speccom.methods.budget_impact.found import BudgetImpactResult, Quadrant
from speccom.methods.budget_impact.given import (
    BudgetImpactInput,
    Lever,
    UptakeBass,
    UptakeLinear,
    UptakeLogistic,
    UptakeTable,
)
from speccom.methods.budget_impact.sample import example
from speccom.methods.budget_impact.thresholds import ThresholdRules, judged
from speccom.problem import Problem

RULES: dict[str, Any] = {
    "id": "made",
    "version": "1",
    "title": "Made thresholds",
    "valid_from": "2025-04-01",
    "valid_to": "2026-03-31",
    "source": "a test",
    "status": "illustrative",
    "marks": {"total": "design: made up", "cost_per_unit_QALY": "recall: from memory"},
    "tests": [
        {
            "id": "year",
            "title": "At most £350 in each of two years?",
            "measure": "highest_year",
            "years": 2,
            "comparison": "at_most",
            "limit_pence": 35_000,
            "where_met": "Go on",
            "where_not_met": "Wait",
        },
        {
            "id": "total",
            "title": "At most £750 over two years?",
            "measure": "total",
            "years": 2,
            "comparison": "at_most",
            "limit_pence": 75_000,
            "where_met": "Cheap",
            "where_not_met": "Dear",
        },
        {
            "id": "saving",
            "title": "Does it save in three years?",
            "measure": "saving",
            "years": 3,
            "comparison": "over",
            "limit_pence": 0,
            "where_met": "It saves",
            "where_not_met": "It does not save",
        },
    ],
    "cost_per_unit": [{"unit": "QALY", "lower_pence": 1000, "upper_pence": 3600}],
}
# By hand: 50 start in each of two years; £10 against £4 a year; half are still on treatment in later years.
#   Year 1: 50 × £6.00 = £300.00.   Year 2: 50 × £6.00 + 50 × £3.00 = £450.00.
#   One patient, five years: £6.00 + 4 × £3.00 = £18.00.
HAND: dict[str, Any] = {
    "on": "2025-06-01",
    "rules": RULES,
    "title": "By hand",
    "years": 2,
    "payers": ["A"],
    "prevalent": 100,
    "incident": 0,
    "uptake": {"shape": "table", "shares": [0.5, 1]},
    "persistence": {"shape": "table", "shares": [1, 0.5]},
    "costs": [
        {"name": "new", "pathway": "proposed", "pence": [1000], "payers": {"A": 1}},
        {"name": "old", "pathway": "current", "pence": [400], "payers": {"A": 1}},
    ],
}
NEW, OLD = HAND["costs"]


def read(**changed: Any) -> BudgetImpactInput:
    given: BudgetImpactInput = METHOD.read(HAND | changed)
    return given


def calculated(**changed: Any) -> BudgetImpactResult:
    result: BudgetImpactResult = METHOD.calculate(read(**changed))
    return result


def refusal(**changed: Any) -> str:
    with pytest.raises(Problem) as refused:
        calculated(**changed)
    return str(refused.value)


def shipped(changed: dict[str, Any]) -> BudgetImpactResult:
    given = METHOD.read_json(with_rules(METHOD, json.dumps(changed), "")[0])
    result: BudgetImpactResult = METHOD.calculate(given)
    return result


class TestByHand:
    def test_two_years_of_one_payer(self) -> None:
        mid = calculated().mid
        assert mid.impact == (30_000, 45_000)
        assert mid.total == 75_000
        assert mid.cost_per_patient == 1800
        assert mid.payers[0].proposed == (50_000, 75_000)
        assert mid.payers[0].current == (20_000, 30_000)
        assert mid.payers[0].one_off == (0, 0)
        assert mid.patients[0].model_dump() == {
            "payer": "A",
            "proposed": 3000,
            "current": 1200,
            "difference": 1800,
        }

    def test_the_people(self) -> None:
        # 1,000 have it; 33.33 and 33.33 × 1.1 = 36.66 fall ill: 1,033 and 1,070 people (1,069.99).
        # 90% found, half of them fit: 45%, so 464.85 -> 465 and 481.5 -> 482 are eligible.
        # Uptake 10% and 30%: 46.5 -> 47 and 144.6 -> 145 have ever started, so 47 and 98 start.
        result = calculated(
            prevalent=1000,
            incident=33.33,
            growth=0.1,
            steps=[{"name": "found", "share": 0.9}, {"name": "fit", "share": 0.5}],
            uptake={"shape": "table", "shares": [0.1, 0.3]},
        )
        first, second = result.mid.cohort
        assert first.model_dump() == {
            "year": 1,
            "people": 1033,
            "eligible": 465,
            "uptake": Decimal("0.1"),
            "ever_started": 47,
            "starters": 47,
            "on_treatment": Decimal(47),
        }
        assert second.model_dump() == {
            "year": 2,
            "people": 1070,
            "eligible": 482,
            "uptake": Decimal("0.3"),
            "ever_started": 145,
            "starters": 98,
            "on_treatment": Decimal("121.5"),  # 98 + half of 47
        }

    def test_growth_is_on_the_year_before(self) -> None:
        cohort = calculated(prevalent=0, incident=100, growth=0.2, years=4).mid.cohort
        assert [year.people for year in cohort] == [100, 220, 364, 537]  # +100, +120, +144, +172.8

    def test_yearly_persistence(self) -> None:
        cohort = calculated(persistence={"shape": "yearly", "kept": 0.8}, years=3).mid.cohort
        # 50, then 50 + 40, then 0 new + 40 + 32.
        assert [year.on_treatment for year in cohort] == [Decimal(50), Decimal(90), Decimal(72)]

    def test_a_split_goes_by_rounded_running_sums(self) -> None:
        # £0.10 in thirds: 3.333 -> 3, 6.667 -> 7, 10: so 3, 4 and 3 pence.
        result = calculated(
            payers=["A", "B", "C"],
            costs=[NEW | {"pence": [10], "payers": {"A": 0.3333, "B": 0.3334, "C": 0.3333}}],
            persistence={"shape": "table", "shares": [1]},
            uptake={"shape": "table", "shares": [0.01]},
        )
        assert [payer.impact for payer in result.mid.payers] == [(3, 3), (4, 4), (3, 3)]

    def test_one_off_costs_come_in_their_year_and_belong_to_no_patient(self) -> None:
        once = {"name": "training", "year": 2, "pence": 1001, "payers": {"A": 0.5, "B": 0.5}}
        result = calculated(payers=["A", "B"], one_off=[once])
        assert [payer.one_off for payer in result.mid.payers] == [(0, 501), (0, 500)]
        assert result.mid.impact == (30_000, 46_001)
        assert result.mid.cost_per_patient == 1800
        assert [payer.total for payer in result.mid.payers] == [75_501, 500]

    def test_list_and_net_price(self) -> None:
        costs = [NEW | {"discount": 0.25}, OLD]
        net, full = calculated(costs=costs), calculated(costs=costs, price="list")
        # Net: £7.50 against £4.00, £3.50 (and £1.75 later, 375 - 200 = 175).
        assert net.mid.impact == net.at_net_price == full.at_net_price == (17_500, 26_250)
        assert full.mid.impact == full.at_list_price == net.at_list_price == (30_000, 45_000)
        assert full.low.impact == full.high.impact == (30_000, 45_000)
        assert (net.price, full.price) == ("net", "list")

    def test_the_perspective_counts_its_payers_alone(self) -> None:
        costs = [NEW | {"payers": {"A": 0.75, "B": 0.25}}, OLD]
        result = calculated(payers=["A", "B"], costs=costs, perspective=["B"])
        assert result.counted == ("B",)
        assert result.mid.impact == (12_500, 18_750)
        assert result.mid.cost_per_patient == 750
        assert [each.difference for each in result.mid.patients] == [1050, 750]
        assert calculated(payers=["A", "B"], costs=costs).counted == ("A", "B")

    def test_later_years_of_a_patient_count_less_where_asked(self) -> None:
        # Each from the one before, to the millionth: 901,943 / 1.035 = 871,442.51.
        assert time_weights(Decimal("0.035")) == [1_000_000, 966_184, 933_511, 901_943, 871_443]
        result = calculated(time_discount=0.035)
        # 1000 + 500 × (.966184 + ...), each year rounded: 483 + 467 + 451 + 436 = 1837; and 400 + 735.
        assert result.mid.patients[0].proposed == 2837
        assert result.mid.patients[0].current == 400 + 193 + 187 + 180 + 174
        assert result.mid.impact == (30_000, 45_000)

    def test_five_years_of_a_patient_are_followed_however_short_the_budget(self) -> None:
        assert calculated(years=1).mid.cost_per_patient == 1800
        assert calculated(years=1).mid.impact == (30_000,)
        assert calculated(years=7).mid.cost_per_patient == 1800

    def test_costs_by_year_of_treatment(self) -> None:
        result = calculated(costs=[NEW | {"pence": [1000, 600, 100]}, OLD], years=3)
        # Per starter: 600, then (600 - 400) / 2 = 100, then (100 - 400) / 2 = -150.
        assert result.mid.impact == (30_000, 30_000 + 5000, 5000 - 7500)
        assert result.mid.cost_per_patient == 600 + 100 - 3 * 150

    def test_scenarios_multiply_what_was_put_in(self) -> None:
        result = calculated(low={"prevalent": 0.5}, high={"proposed_cost": 1.1, "current_cost": 0.5})
        assert result.low.impact == (15_000, 22_500)
        assert result.mid.impact == (30_000, 45_000)
        assert result.high.impact == (45_000, 67_500)  # 1100 - 200, and half of it
        assert (result.low.name, result.mid.name, result.high.name) == ("low", "mid", "high")

    def test_shares_never_pass_one(self) -> None:
        result = calculated(
            high={"uptake": 5, "persistence": 5, "eligible_share": 5},
            steps=[{"name": "found", "share": 0.5}],
        )
        assert [year.ever_started for year in result.high.cohort] == [100, 100]
        assert [year.uptake for year in result.high.cohort] == [1, 1]
        assert result.high.cohort[1].on_treatment == 100

    def test_a_discount_never_passes_the_price(self) -> None:
        result = calculated(costs=[NEW | {"discount": 0.5}], high={"discount": 3})
        assert result.high.impact == (0, 0)

    def test_the_tornado_moves_one_lever_at_a_time_and_puts_the_widest_first(self) -> None:
        result = calculated(
            ranges=[
                {"lever": "prevalent", "low": 0.9, "high": 1.1},
                {"lever": "proposed_cost", "low": 0.8, "high": 1.2},
            ]
        )
        assert [bar.model_dump() for bar in result.tornado] == [
            {
                "lever": Lever.PROPOSED_COST,
                "low": Decimal("0.8"),
                "high": Decimal("1.2"),
                "at_low": 50_000,  # 400 and 200: 20,000 and 30,000
                "at_high": 100_000,
                "swing": 50_000,
            },
            {
                "lever": Lever.PREVALENT,
                "low": Decimal("0.9"),
                "high": Decimal("1.1"),
                "at_low": 67_500,
                "at_high": 82_500,
                "swing": 15_000,
            },
        ]

    def test_at_list_price_the_tornado_shows_nothing_of_a_discount(self) -> None:
        ranges = [{"lever": "discount", "low": 0.5, "high": 1.5}]
        costs = [NEW | {"discount": 0.25}, OLD]
        assert calculated(costs=costs, ranges=ranges, price="list").tornado[0].swing == 0
        assert calculated(costs=costs, ranges=ranges).tornado[0].at_low == 59_400  # 875 -> 475, 438 - 200


class TestCurves:
    def test_a_table_holds_its_last_figure(self) -> None:
        curve = UptakeTable(shape="table", shares=(Decimal("0.1"), Decimal("0.25")))
        assert uptake_millionths(curve, 4) == [100_000, 250_000, 250_000, 250_000]

    def test_a_line_stops_at_its_year(self) -> None:
        curve = UptakeLinear(shape="linear", first=Decimal("0.1"), last=Decimal("0.6"), by_year=4)
        assert uptake_millionths(curve, 5) == [100_000, 266_667, 433_333, 600_000, 600_000]

    def test_a_line_of_two_years_and_halves(self) -> None:
        curve = UptakeLinear(shape="linear", first=Decimal(0), last=Decimal("0.000001"), by_year=3)
        assert uptake_millionths(curve, 3) == [0, 1, 1]  # half a millionth is rounded up

    def test_a_logistic_curve_has_half_its_ceiling_at_its_midpoint(self) -> None:
        curve = UptakeLogistic(
            shape="logistic", ceiling=Decimal("0.8"), midpoint=Decimal(2), speed=Decimal(1)
        )
        # 0.8 / (1 + e) = 0.2151531..., 0.4, 0.8 / (1 + 1/e) = 0.5848468...
        assert uptake_millionths(curve, 3) == [215_153, 400_000, 584_847]

    def test_a_bass_curve_solves_its_equation(self) -> None:
        # Bass 1969: dF/dt = (p + qF)(1 - F), F(0) = 0; solved here in steps.
        p, q = 0.03, 0.38
        solved = solve_ivp(
            lambda _, share: (p + q * share) * (1 - share),
            (0, 8),
            [0],
            t_eval=range(1, 9),
            rtol=1e-10,
            atol=1e-12,
        )
        curve = UptakeBass(
            shape="bass", ceiling=Decimal("0.5"), innovation=Decimal(str(p)), imitation=Decimal(str(q))
        )
        assert uptake_millionths(curve, 8) == pytest.approx(500_000 * solved.y[0], abs=1)

    @pytest.mark.parametrize(
        ("amount", "by", "nearest"),
        [
            (5, 2, 3),
            (-5, 2, -3),
            (4, 3, 1),
            (-4, 3, -1),
            (-5, 3, -2),
            (0, 7, 0),
            (7, 7, 1),
            (3, 6, 1),
            (-3, 6, -1),
        ],
    )
    def test_halves_go_away_from_nought(self, amount: int, by: int, nearest: int) -> None:
        assert rounded(np.array([amount]), by).tolist() == [nearest]


class TestOutcomes:
    @pytest.mark.parametrize(
        ("new", "old", "pence", "quadrant", "per_unit"),
        [
            # Cost 1800 throughout where £10 against £4; gain per patient: first year + 4 half years.
            (0.7, 0.5, 1000, Quadrant.COSTS_AND_GAINS, 3000),  # 0.2 × 3 = 0.6
            (0.5, 0.7, 1000, Quadrant.DOMINATED, None),
            (0.5, 0.5, 1000, Quadrant.DOMINATED, None),
            (0.7, 0.5, 400, Quadrant.DOMINATES, None),
            (0.7, 0.5, 100, Quadrant.DOMINATES, None),
            (0.5, 0.5, 100, Quadrant.DOMINATES, None),
            (0.5, 0.5, 400, Quadrant.EQUAL, None),
            (0.5, 0.7, 400, Quadrant.DOMINATED, None),
            (0.5, 0.7, 100, Quadrant.SAVES_AND_LOSES, 1500),  # -900 / -0.6
        ],
    )
    def test_how_cost_and_outcome_stand(
        self, new: float, old: float, pence: int, quadrant: Quadrant, per_unit: int | None
    ) -> None:
        outcome = {"unit": "QALY", "current": [old], "proposed": [new]}
        found = calculated(outcome=outcome, costs=[NEW | {"pence": [pence]}, OLD]).mid.cost_effectiveness
        assert found is not None
        assert found.quadrant is quadrant
        assert found.cost_per_unit == per_unit
        assert found.gain == Decimal(str(round(3 * (new - old), 6)))
        assert (found.worth is None) == (quadrant is not Quadrant.COSTS_AND_GAINS)
        assert (found.lower_pence, found.upper_pence) == (1000, 3600)
        assert found.mark == "recall: from memory"

    @pytest.mark.parametrize(
        ("gain", "per_unit", "worth"),
        [
            (1, 600, "below"),
            (0.600601, 999, "below"),
            (0.6, 1000, "within"),
            (0.16666, 3600, "within"),
            (0.16662, 3601, "above"),
        ],
    )
    def test_both_ends_of_the_usual_range_belong_to_it(self, gain: float, per_unit: int, worth: str) -> None:
        outcome = {"unit": "QALY", "current": [0], "proposed": [gain]}
        kept = {"shape": "table", "shares": [1, 0]}
        found = calculated(outcome=outcome, persistence=kept).mid.cost_effectiveness
        assert found is not None
        assert found.cost_per_unit == per_unit
        assert found.worth == worth

    def test_an_outcome_without_a_range_is_compared_with_nothing(self) -> None:
        outcome = {"unit": "fit-free year", "current": [0], "proposed": [0.2]}
        found = calculated(outcome=outcome).mid.cost_effectiveness
        assert found is not None
        assert (found.worth, found.lower_pence, found.upper_pence, found.mark) == (None, None, None, "")
        assert found.cost_per_unit == 3000

    def test_outcomes_by_year_are_weighed_by_persistence_and_time(self) -> None:
        outcome = {"unit": "QALY", "current": [0.5, 0.4], "proposed": [0.6, 0.7]}
        found = calculated(outcome=outcome, time_discount=0.035).mid.cost_effectiveness
        assert found is not None
        # 0.1 + 0.15 × (0.966184 + 0.933511 + 0.901943 + 0.871443), each rounded to the millionth:
        # 0.144928 + 0.140027 + 0.135291 + 0.130716.
        assert found.gain == Decimal("0.650962")

    def test_without_outcomes_there_is_none(self) -> None:
        assert calculated().mid.cost_effectiveness is None


class TestThresholds:
    def test_each_measure_and_its_boundary(self) -> None:
        year, total, saving = calculated().mid.tests
        assert (year.id, year.figure, year.limit_pence, year.met, year.follows) == (
            "year",
            45_000,
            35_000,
            False,
            "Wait",
        )
        assert (total.figure, total.limit_pence, total.met, total.follows) == (75_000, 75_000, True, "Cheap")
        assert (year.mark, total.mark) == ("", "design: made up")
        assert (saving.figure, saving.met) == (None, None)
        assert saving.follows == "It cannot be judged: it looks at 3 years, and the budget covers 2"

    def test_a_saving_of_nought_is_none(self) -> None:
        costs = [NEW | {"pence": [400]}, OLD]
        even = calculated(costs=costs, years=3).mid.tests[2]
        assert (even.figure, even.met, even.follows) == (0, False, "It does not save")
        cheaper = calculated(costs=[NEW | {"pence": [399]}, OLD], years=3).mid.tests[2]
        # A penny a year: 50, 50 + 25 (199.5 rounds to 200, so nothing is saved later), 0.
        assert (cheaper.figure, cheaper.met, cheaper.follows) == (100, True, "It saves")
        dearer = calculated(years=3).mid.tests[2]
        assert (dearer.figure, dearer.met) == (-105_000, False)

    def test_twenty_million_is_not_over_and_only_the_third_year_fails(self) -> None:
        # The notes on innovation, 9.3: (19.9, 20.0, 20.1) million fails only in year 3; 20.0 passes.
        rules = ThresholdRules.model_validate(
            json.loads(with_rules(METHOD, json.dumps(example()), "")[0])["rules"]
        )
        mandate = {each.id: each for each in judged(rules, [1_990_000_000, 2_000_000_000, 2_010_000_000])}
        assert mandate["appraisal_budget_impact"].met is False
        assert mandate["mandate_each_year"].figure == 2_010_000_000
        at_limit = {each.id: each for each in judged(rules, [1_990_000_000, 2_000_000_000, 2_000_000_000])}
        assert at_limit["appraisal_budget_impact"].met is True
        assert at_limit["mandate_each_year"].met is True

    @pytest.mark.parametrize(
        ("day", "version", "upper", "saves_in"),
        [
            ("2021-04-01", "2021/22", 3_000_000, "mandate_saves_in_one_year"),
            ("2022-03-31", "2021/22", 3_000_000, "mandate_saves_in_one_year"),
            ("2022-04-01", "2022/23 to 2025/26", 3_000_000, "mandate_saves_in_three_years"),
            ("2026-03-31", "2022/23 to 2025/26", 3_000_000, "mandate_saves_in_three_years"),
            ("2026-04-01", "2026/27", 3_500_000, "mandate_saves_in_three_years"),
            ("2027-03-31", "2026/27", 3_500_000, "mandate_saves_in_three_years"),
        ],
    )
    def test_the_shipped_thresholds_by_date(self, day: str, version: str, upper: int, saves_in: str) -> None:
        result = shipped({**example(), "on": day, "simulation": None, "ranges": []})
        assert result.rules == f"England's schedule of thresholds for new treatments, {version}"
        assert result.mid.cost_effectiveness is not None
        assert result.mid.cost_effectiveness.upper_pence == upper
        tests = {test.id: test for test in result.mid.tests}
        assert tests["mandate_five_years"].limit_pence == 100_000_000
        assert tests["cost_neutral"].limit_pence == 0
        assert saves_in in tests
        assert len(tests) == 5
        assert tests["cost_neutral"].mark.startswith("design: ")

    @pytest.mark.parametrize("day", ["2021-03-31", "2027-04-01"])
    def test_a_day_without_thresholds_is_refused(self, day: str) -> None:
        with pytest.raises(
            Problem, match="no version of the thresholds rulebook `england-thresholds` is valid"
        ):
            shipped({**example(), "on": day})
