"""The bridge from plan to actual: planted causes are recovered, alone and together, to the penny."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.variance_bridge import METHOD, VarianceBridgeResult
from speccom.problem import Problem

NOTHING = {"price": 0, "volume": 0, "mix": 0, "relabelling": 0, "drugs": 0, "other": 0}
# A plan of two lines of spells: 100 at £50.00 and 300 at £10.00.
PRICES = {"Major": 50_00, "Minor": 10_00}
PLAN = {"Major": 100, "Minor": 300}


def calculated(
    lines: list[dict[str, Any]], relabelled: list[dict[str, Any]] | None = None
) -> VarianceBridgeResult:
    return METHOD.calculate(METHOD.read({"lines": lines, "relabelled": relabelled or []}))


def causes(result: VarianceBridgeResult) -> dict[str, int]:
    return {each.cause.value: each.pence for each in result.steps}


def activity(name: str, volume: int, price: int, group: str = "Spells") -> dict[str, Any]:
    return {
        "line": name,
        "group": group,
        "unit": "spells",
        "plan_volume": PLAN[name],
        "plan_pence": PLAN[name] * PRICES[name],
        "actual_volume": volume,
        "actual_pence": volume * price,
    }


def contract(
    volumes: dict[str, int] | None = None,
    prices: dict[str, int] | None = None,
    drugs: int = 0,
    other: int = 0,
    moved: int = 0,
) -> VarianceBridgeResult:
    """The plan with causes planted; `moved` units of the minor line carry the major line's label."""
    volumes, prices = volumes or PLAN, prices or PRICES
    shift = {"Major": moved, "Minor": -moved}
    lines = [activity(name, volumes[name] + shift[name], prices[name]) for name in PLAN]
    lines += [
        {"line": "Drugs", "kind": "drugs", "plan_pence": 700_00, "actual_pence": 700_00 + drugs},
        {"line": "Block", "kind": "other", "plan_pence": 300_00, "actual_pence": 300_00 + other},
    ]
    relabelled = [{"from_line": "Minor", "to_line": "Major", "volume": moved}] if moved else []
    return calculated(lines, relabelled)


class TestPlantedCauses:
    """Each figure is worked by hand from the plan above, not by the method."""

    def test_as_planned_there_is_no_cause(self) -> None:
        result = contract()
        assert causes(result) == NOTHING
        assert result.variance_pence == 0

    def test_price_alone(self) -> None:
        # £3.00 more on 100, £0.50 less on 300.
        assert causes(contract(prices={"Major": 53_00, "Minor": 9_50})) == {**NOTHING, "price": 150_00}

    def test_volume_alone(self) -> None:
        # A tenth more of each: a tenth of £8,000.00.
        assert causes(contract(volumes={"Major": 110, "Minor": 330})) == {**NOTHING, "volume": 800_00}

    def test_mix_alone(self) -> None:
        # 20 of 400 major instead of minor, £40.00 dearer each.
        assert causes(contract(volumes={"Major": 120, "Minor": 280})) == {**NOTHING, "mix": 800_00}

    def test_relabelling_alone(self) -> None:
        # 15 minor units under the major label, £40.00 dearer each: no change of care.
        assert causes(contract(moved=15)) == {**NOTHING, "relabelling": 600_00}

    def test_drugs_and_other_alone(self) -> None:
        assert causes(contract(drugs=123_45)) == {**NOTHING, "drugs": 123_45}
        assert causes(contract(other=-67_89)) == {**NOTHING, "other": -67_89}

    def test_volume_and_mix_together(self) -> None:
        # 440 units in all, a tenth more: £800.00. Of them 132 major, and the plan's mix has 110: 22 × £40.00.
        found = causes(contract(volumes={"Major": 132, "Minor": 308}))
        assert found == {**NOTHING, "volume": 800_00, "mix": 880_00}

    def test_all_together(self) -> None:
        # As above; then 10 units relabelled (10 × £40.00); then prices on what is counted now: 142 and 298.
        result = contract(
            volumes={"Major": 132, "Minor": 308},
            prices={"Major": 52_00, "Minor": 9_00},
            drugs=40_00,
            other=-25_00,
            moved=10,
        )
        assert causes(result) == {
            "price": 142 * 2_00 - 298 * 1_00,
            "volume": 800_00,
            "mix": 880_00,
            "relabelling": 400_00,
            "drugs": 40_00,
            "other": -25_00,
        }
        assert result.variance_pence == sum(causes(result).values())

    def test_by_line(self) -> None:
        lines = {each.line: each for each in contract(volumes={"Major": 132, "Minor": 308}, moved=10).lines}
        assert (lines["Major"].volume_pence, lines["Minor"].volume_pence) == (500_00, 300_00)
        assert (lines["Major"].mix_pence, lines["Minor"].mix_pence) == (22 * 50_00, -22 * 10_00)
        assert (lines["Major"].relabelling_pence, lines["Minor"].relabelling_pence) == (500_00, -100_00)
        assert lines["Drugs"].variance_pence == 0

    def test_groups_keep_their_mix_apart(self) -> None:
        lines = [activity("Major", 120, 50_00, "one"), activity("Minor", 280, 10_00, "two")]
        assert causes(calculated(lines)) == {**NOTHING, "volume": 20 * 50_00 - 20 * 10_00}


class TestLinesWithoutAPlan:
    def test_a_new_line_in_a_planned_group_is_mix(self) -> None:
        new = {**activity("Minor", 0, 0), "line": "New", "plan_volume": 0, "plan_pence": 0}
        new |= {"actual_volume": 10, "actual_pence": 300_00}
        result = calculated([activity("Major", 90, 50_00), new])
        assert causes(result) == {**NOTHING, "mix": -200_00}  # ten at £30.00 for ten at £50.00
        assert result.without_plan == ("New",)
        assert "New had no plan, so the price paid stands in" in METHOD.explain(result)

    def test_a_new_group_is_volume(self) -> None:
        new = {**activity("Major", 4, 25_00, "new"), "plan_volume": 0, "plan_pence": 0}
        assert causes(calculated([new])) == {**NOTHING, "volume": 100_00}

    def test_a_line_that_ended_is_volume_and_mix(self) -> None:
        result = calculated([activity("Major", 0, 0), activity("Minor", 300, 10_00)])
        # A quarter of all units fewer: £2,000.00; the rest is that only dear ones went.
        assert causes(result) == {**NOTHING, "volume": -2_000_00, "mix": -3_000_00}
        assert result.without_plan == ()

    def test_units_moved_back_to_a_line_that_vanished_take_its_plan_price(self) -> None:
        lines = [activity("Major", 100, 50_00), {**activity("Minor", 0, 0)}]
        result = calculated(lines, [{"from_line": "Minor", "to_line": "Major", "volume": 100}])
        assert causes(result)["relabelling"] == 100 * 50_00 - 100 * 10_00

    def test_a_line_of_noughts_is_served(self) -> None:
        empty = {"line": "Empty", "group": "none", "plan_pence": 0, "actual_pence": 0}
        assert causes(calculated([empty])) == NOTHING


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "said"),
        [
            ("no lines", "there are no lines"),
            ("a line given twice", "the line Valves is given more than once"),
            ("a sum for no units", "Valves: its plan is £100.00 for no units, so it has no price"),
            (
                "activity that costs less than nothing",
                "Valves: its actual is −£0.01, and activity does not cost",
            ),
            ("drugs with a volume", "Valves: it is a line of drugs and has a volume"),
            (
                "unlike units in one group",
                "Clinics: it is counted in attendances, and Valves of its group in spells",
            ),
            (
                "relabelling to a line that is not there",
                "from Valves to Clinics: there is no line of activity",
            ),
            (
                "relabelling to the same line",
                "from Valves to Valves: units cannot move to the line they are in",
            ),
            ("relabelling between unlike units", "the two lines are counted in unlike units"),
            ("more relabelled than there are", "13 units came to a line that has 12"),
            ("units moved back to a line without a price", "Valves: units are moved back to it"),
        ],
    )
    def test_it_says_what_is_wrong(self, what: str, said: str) -> None:
        with pytest.raises(Problem, match=said):
            METHOD.calculate(METHOD.read(METHOD.refusals[what]()))

    def test_an_actual_for_no_units_is_refused_too(self) -> None:
        with pytest.raises(Problem, match=r"its actual is £1\.00 for no units"):
            calculated([{**activity("Major", 0, 0), "actual_pence": 1_00}])

    def test_relabelling_adds_up_over_rows(self) -> None:
        lines = [activity("Major", 10, 50_00), activity("Minor", 10, 10_00)]
        rows = [{"from_line": "Minor", "to_line": "Major", "volume": 5}] * 2
        assert causes(calculated(lines, rows))["relabelling"] == 10 * 40_00
        with pytest.raises(Problem, match="15 units came to a line that has 10"):
            calculated(lines, [*rows, rows[0]])


class TestWords:
    def test_the_causes_are_said(self) -> None:
        said = METHOD.explain(contract(prices={"Major": 53_00, "Minor": 9_50}, drugs=-100_00))
        assert said == (
            "£9,050.00 was spent against a plan of £9,000.00: £50.00 more, 0.6% of it. "
            "Added: prices £150.00. Taken off: drugs £100.00. Of 4 lines, Major differs most: £300.00 over "
            "its plan. What counts as mix depends on which lines are grouped together."
        )

    def test_less_than_planned_and_as_planned(self) -> None:
        assert "£10.00 less, 0.1% of it. Taken off: drugs £10.00." in METHOD.explain(contract(drugs=-10_00))
        assert "Drugs differs most: £10.00 under its plan" in METHOD.explain(contract(drugs=-10_00))
        said = METHOD.explain(contract())
        assert "as planned in all. No cause changed it. None of 4 lines differs from its plan." in said

    def test_without_a_plan_there_is_no_percentage(self) -> None:
        new = {**activity("Major", 4, 25_00), "plan_volume": 0, "plan_pence": 0}
        assert "£100.00 more. Added: volumes £100.00." in METHOD.explain(calculated([new]))

    def test_the_example_sums(self) -> None:
        result = METHOD.calculate(METHOD.read(METHOD.example()))
        assert causes(result)["relabelling"] == 400 * (180_00 - 100_00)
        assert causes(result)["drugs"] == 210_000_00
        assert causes(result)["price"] == 189_000_00  # 420 valves at £22,950 instead of £22,500

    def test_the_chart_ends_at_the_actual_sum(self) -> None:
        assert METHOD.picture is not None
        drawn = METHOD.picture(contract(drugs=5_00))
        assert drawn.table.rows[0] == ("Plan", "£9,000.00")
        assert drawn.table.rows[-1] == ("Actual", "£9,005.00")
        assert drawn.table.rows[5] == ("Drugs", "£5.00")


volumes = st.decimals(0, 1_000, places=2, allow_nan=False)
lines = st.tuples(volumes, volumes, st.integers(0, 10**7), st.integers(0, 10**7), st.sampled_from("ab"))


@given(st.lists(lines, min_size=2, max_size=6), st.integers(-(10**6), 10**6), st.fractions(0, 1))
@settings(max_examples=100)
def test_money_is_conserved(drawn: list[tuple[Any, ...]], drugs: int, moved: Fraction) -> None:
    """Each line's parts sum to its variance, the lines to the steps, and the steps to actual less plan."""
    rows = [
        {
            "line": f"line {place}",
            "group": group,
            "plan_volume": volume0,
            "actual_volume": volume1,
            "plan_pence": pence0 if volume0 else 0,
            "actual_pence": pence1 if volume1 else 0,
        }
        for place, (volume0, volume1, pence0, pence1, group) in enumerate(drawn)
    ]
    rows.append({"line": "drugs", "kind": "drugs", "plan_pence": 500, "actual_pence": drugs})
    volume = round(Decimal(float(moved)) * drawn[0][1], 2)
    relabelled = [{"from_line": "line 1", "to_line": "line 0", "volume": min(volume, drawn[0][1])}]
    if not (drawn[1][0] or drawn[1][1]):
        relabelled = []
    result = calculated(rows, relabelled)
    assert sum(each.pence for each in result.steps) == result.actual_pence - result.plan_pence
    assert result.actual_pence == sum(each["actual_pence"] for each in rows)
    for line in result.lines:
        parts = (
            line.price_pence,
            line.volume_pence,
            line.mix_pence,
            line.relabelling_pence,
            line.drugs_pence,
        )
        assert sum(parts) + line.other_pence == line.variance_pence


@given(st.permutations(["Major", "Minor"]), st.integers(1, 500), st.integers(1, 500))
@settings(max_examples=30)
def test_the_order_of_lines_changes_nothing(order: list[str], major: int, minor: int) -> None:
    volume = {"Major": major, "Minor": minor}
    one = causes(calculated([activity(name, volume[name], PRICES[name]) for name in order]))
    other = causes(calculated([activity(name, volume[name], PRICES[name]) for name in PLAN]))
    assert one == other
