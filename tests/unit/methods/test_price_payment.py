"""`price`: what is left out, what is paid under each basis, and how it is said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as drawn_from
from hypothesis import settings
from hypothesis import strategies as st
from tests.unit.methods.test_price import LINE, RULES, pence, priced, refusal, result_of, why

from speccom.methods.price import explain, picture
from speccom.methods.price.explanation import BASIS_WORDS, PART_WORDS
from speccom.methods.price.lines import Part
from speccom.methods.price.rules import Basis


class TestExclusions:
    @pytest.mark.parametrize(
        ("parts", "reason"),
        [
            (
                {"administrative_category": "02"},
                "patients of administrative category 02 are paid for otherwise",
            ),
            ({"setting": "regular"}, "regular attendances are priced for SB97Z or SC97Z only"),
            ({"setting": "outpatient"}, "the attendance status is not given, and only 5 or 6 says “seen”"),
            (
                {"setting": "outpatient", "attendance_status": "3"},
                "the attendance status is 3, and only 5 or 6 says “seen”",
            ),
            ({"serial": "12=4"}, "the commissioning serial number 12=4 takes it out of pricing"),
        ],
    )
    def test_what_is_left_out_is_kept_unpaid_with_its_reason(
        self, parts: dict[str, Any], reason: str
    ) -> None:
        line = priced(**parts)
        assert line.excluded == reason
        assert (line.components, line.basis, line.notes) == ((), None, ())
        assert (line.unit_pence, line.value_pence, line.paid_pence) == (0, 0, 0)
        assert (line.adjusted_days, line.excess_days, line.weighted_days) == (None, None, None)
        assert line.id == "a"

    def test_what_is_not_left_out(self) -> None:
        assert priced(administrative_category="01", serial="124").excluded == ""
        assert priced(attendance_status="3").excluded == ""
        outpatient = LINE | {"setting": "outpatient"}
        assert result_of(outpatient, attended=[]).lines[0].paid_pence == 3_271_620
        assert result_of(LINE | {"serial": "1=2"}, excluded_serial_mark="").lines[0].excluded == ""
        none = result_of(LINE | {"setting": "regular"}, regular_attender_hrgs=[]).lines[0]
        assert none.excluded == "regular attendances are priced for no group only"


class TestPaymentBases:
    def test_by_the_unit(self) -> None:
        line = priced(units=3)
        assert line.basis is Basis.UNIT
        assert (line.unit_pence, line.value_pence, line.paid_pence) == (3_271_620, 9_814_860, 9_814_860)
        assert [(each.unit_pence, each.pence) for each in line.components] == [
            (2_974_200, 8_922_600),
            (297_420, 892_260),
        ]
        assert priced(units=0).paid_pence == 0

    def test_a_block_is_paid_whatever_the_activity(self) -> None:
        block = {"service_line": "BLOCKED", "agreed_pence": 5_000_000}
        for units, value in ((0, 0), (1, 3_271_620), (2, 6_543_240)):
            line = priced(**block, units=units)
            assert line.basis is Basis.BLOCK
            assert (line.value_pence, line.paid_pence) == (value, 5_000_000)
            assert pence(line)["payment_basis"] == 5_000_000 - value
        assert why(priced(**block))["payment_basis"] == (
            "block of £50,000.00, whatever the activity, in place of £32,716.20"
        )

    def test_what_is_paid_besides_comes_on_top_of_a_block(self) -> None:
        line = priced(service_line="BLOCKED", agreed_pence=100, local_pence=11)
        assert (line.paid_pence, line.value_pence) == (111, 3_271_631)

    @pytest.mark.parametrize(
        ("units", "variable", "words"),
        [
            # £4,400.06 a unit (4,000.05 and 400.01), plan 10, fixed sum £40,000.00
            (
                12,
                440_006,
                " and £4,400.06 for 2 units above plan at 50% of the price, in place of £52,800.72",
            ),
            (11, 220_003, " and £2,200.03 for 1 unit above plan at 50% of the price, in place of £48,400.66"),
            (10, 0, ", the units being those planned, in place of £44,000.60"),
            (
                9,
                -110_002,
                " and −£1,100.02 for 1 unit below plan at 25% of the price, in place of £39,600.54",
            ),
        ],
    )
    def test_fixed_and_variable(self, units: int, variable: int, words: str) -> None:
        line = priced(
            setting="non_elective", hrg="STAY", units=units, planned_units=10, agreed_pence=4_000_000
        )
        assert line.basis is Basis.FIXED_AND_VARIABLE
        assert line.unit_pence == 440_006
        assert line.paid_pence == 4_000_000 + variable
        assert line.value_pence == 440_006 * units
        assert sum(pence(line).values()) == line.paid_pence
        assert why(line)["payment_basis"] == f"fixed sum of £40,000.00{words}"

    def test_what_a_basis_needs(self) -> None:
        assert refusal(LINE | {"service_line": "BLOCKED"}) == (
            "line a is paid by a block, and no agreed sum is given. Give `agreed_pence`."
        )
        mixed = LINE | {"setting": "non_elective", "hrg": "STAY"}
        assert refusal(mixed | {"planned_units": 1}) == (
            "line a is paid by a fixed sum and a variable part, and no agreed sum is given. Give "
            "`agreed_pence`."
        )
        assert refusal(mixed | {"agreed_pence": 1}) == (
            "line a is paid by a fixed sum and a variable part, and no planned units are given. Give "
            "`planned_units`."
        )
        assert refusal(LINE | {"setting": "day_case", "hrg": "DAY"}, payment_bases=[]) == (
            "line a: “the made price list” does not say how day case care is paid for. Add its payment basis "
            "to the "
            "rulebook."
        )

    def test_a_line_s_own_basis_goes_before_its_setting_s(self) -> None:
        bases = [
            {"setting": "elective", "service_line": "OTHER", "basis": "block"},
            {"setting": "elective", "basis": "unit"},
            {"setting": "day_case", "service_line": "SPINE", "basis": "block"},
        ]
        assert result_of(LINE | {"service_line": "SPINE"}, payment_bases=bases).lines[0].basis is Basis.UNIT
        own = LINE | {"service_line": "OTHER", "agreed_pence": 1}
        assert result_of(own, payment_bases=bases).lines[0].basis is Basis.BLOCK


LINES = st.fixed_dictionaries(
    {
        "provider": st.sampled_from(["TEN", "ONE", "LOW", "R1H"]),
        "setting": st.sampled_from(["elective", "emergency", "non_elective"]),
        "hrg": st.just("STAY"),
        "service_line": st.sampled_from(["", "SPINE", "OLD", "SS97", "CLOSED", "BLOCKED"]),
        "age": st.integers(0, 90),
        "best_practice": st.sampled_from([[], ["stroke"], ["stroke", "spine"]]),
        "agreed_pence": st.integers(0, 10**9),
        "planned_units": st.integers(0, 50),
        "local_pence": st.integers(0, 10**6),
        "weighted_day_pence": st.integers(0, 10**6),
        "critical_care": st.sampled_from([[], [{"hrg": "XC05Z", "days": 3, "advanced_respiratory_days": 1}]]),
    },
)
STAYS = st.one_of(
    st.integers(0, 40).map(lambda days: {"length_of_stay": days}),
    st.integers(0, 60).map(lambda units: {"units": units}),
)


class TestEveryLine:
    @settings(max_examples=80)
    @drawn_from(st.lists(st.tuples(LINES, STAYS), min_size=1, max_size=5))
    def test_money_is_conserved(self, drawn: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
        lines = [line | stay | {"id": str(place)} for place, (line, stay) in enumerate(drawn)]
        result = result_of(*lines)
        for line in result.lines:
            assert sum(each.pence for each in line.components) == line.paid_pence
            adjustment = sum(each.pence for each in line.components if each.part is Part.PAYMENT_BASIS)
            assert line.value_pence + adjustment == line.paid_pence
            of_units = [each for each in line.components if each.unit_pence is not None]
            assert sum(each.unit_pence or 0 for each in of_units) == line.unit_pence
        assert sum(each.pence for each in result.parts) == result.paid_pence
        assert sum(line.paid_pence for line in result.lines) == result.paid_pence
        assert sum(line.value_pence for line in result.lines) == result.value_pence

    @settings(max_examples=60)
    @drawn_from(LINES, st.integers(0, 60))
    def test_a_unit_s_parts_are_the_formula_to_half_a_penny_each(
        self, line: dict[str, Any], days: int
    ) -> None:
        # The notes' second form: top-up on everything before it, market forces on everything before them.
        found = result_of(line | {"id": "a", "length_of_stay": days}).lines[0]
        parts = {each.part: Decimal(0) for each in found.components}
        for each in found.components:
            parts[each.part] += each.unit_pence or 0
        before = sum((parts.get(part, Decimal(0)) for part in list(Part)[:4]), Decimal(0))
        rates = {"SPINE": "0.08", "OLD": "0.28", "CLOSED": "0.5"}
        rate = Decimal(rates.get(line["service_line"], "0"))
        if line["service_line"] == "CLOSED" and line["provider"] != "TEN":
            rate = Decimal(0)
        fixed = 82_800 if line["service_line"] == "SS97" else 0
        assert abs(parts.get(Part.TOP_UP, Decimal(0)) - fixed - before * rate) <= Decimal("0.5")
        index = {"TEN": "1.1", "ONE": "1", "LOW": "0.9", "R1H": "1.191966"}[line["provider"]]
        topped = before + parts.get(Part.TOP_UP, Decimal(0))
        assert abs(parts[Part.MARKET_FORCES] - topped * (Decimal(index) - 1)) <= Decimal("0.5")

    @settings(max_examples=40)
    @drawn_from(st.integers(0, 60), st.integers(0, 60))
    def test_a_longer_stay_is_never_paid_less(self, one: int, other: int) -> None:
        shorter, longer = sorted((one, other))
        stay = {"hrg": "STAY", "setting": "emergency", "age": 50, "service_line": "OLD"}
        assert (
            priced(**stay, length_of_stay=shorter).paid_pence
            <= priced(**stay, length_of_stay=longer).paid_pence
        )


class TestResult:
    def test_the_sums_of_the_parts_in_their_order(self) -> None:
        blocked = LINE | {"id": "b", "service_line": "BLOCKED", "agreed_pence": 100, "local_pence": 5}
        result = result_of(LINE | {"service_line": "SPINE"}, blocked)
        assert [(each.part.value, each.pence) for each in result.parts] == [
            ("base", 5_948_400),
            ("top_up", 237_936),
            ("market_forces", 321_214 + 297_420),
            ("local", 5),
            ("payment_basis", 100 - 3_271_620),
        ]
        assert result.paid_pence == 3_533_350 + 105
        assert result.value_pence == 3_533_350 + 3_271_625
        assert [line.id for line in result.lines] == ["a", "b"]
        assert (result.rules, result.status) == ("the made price list", "official")

    def test_what_is_refused_as_a_whole(self) -> None:
        assert refusal(LINE, LINE) == "line a is there twice. Give each line a name of its own."
        assert "holds from 1 April 2026" in refusal(LINE, valid_from="2026-04-01", valid_to="2027-03-31")
        assert "prints what it takes" in refusal()

    @pytest.mark.parametrize(
        ("rules", "said"),
        [
            ({"prices": [{"hrg": "A"}, {"hrg": "A"}]}, "rules: the price of A is there twice"),
            ({"top_ups": [RULES["top_ups"][0]] * 2}, "rules: the top-up of SPINE is there twice"),
            (
                {"market_forces": [RULES["market_forces"][0]] * 2},
                "rules: the market forces of TEN is there twice",
            ),
            (
                {"best_practice": [RULES["best_practice"][0]] * 2},
                "rules: the best practice addition stroke is there twice",
            ),
            (
                {"critical_care": [RULES["critical_care"][0]] * 2},
                "rules: the critical care weight of XC02Z is there twice",
            ),
            (
                {"payment_bases": [RULES["payment_bases"][0]] * 2},
                "rules: the payment basis of day_case is there twice",
            ),
            (
                {"payment_bases": [RULES["payment_bases"][-2]] * 2},
                "rules: the payment basis of elective BLOCKED is there twice",
            ),
            (
                {"prices": [{"hrg": "A", "trim_elective": 3}]},
                "rules, prices, number 1: A has a trim point and no daily rate for a long stay",
            ),
            (
                {"prices": [{"hrg": "A", "trim_non_elective": 3}]},
                "rules, prices, number 1: A has a trim point and no daily rate for a long stay",
            ),
        ],
    )
    def test_rules_that_contradict_themselves(self, rules: dict[str, Any], said: str) -> None:
        assert refusal(LINE, **rules) == f"{said}. `speccom calculate --schema price` prints what it takes."

    @pytest.mark.parametrize(
        "parts",
        [
            {"units": -1},
            {"length_of_stay": -1},
            {"month": 0},
            {"month": 13},
            {"age": -1},
            {"age": 131},
            {"local_pence": -1},
            {"setting": "home"},
            {"id": ""},
            {"hrg": "HC51C", "price": 3},
        ],
    )
    def test_what_is_out_of_bounds(self, parts: dict[str, Any]) -> None:
        assert "prints what it takes" in refusal(LINE | parts)


def result_lines(count: int) -> list[dict[str, Any]]:
    return [LINE | {"id": f"n{number}"} for number in range(count)]


class TestWords:
    def test_every_kind_of_line(self) -> None:
        lines = (
            LINE | {"service_line": "SPINE"},
            LINE | {"id": "b", "service_line": "BLOCKED", "agreed_pence": 100},
            LINE | {"id": "c", "serial": "="},
            LINE
            | {"id": "d", "hrg": "STAY", "provider": "ONE", "critical_care": [{"hrg": "XC02Z", "days": 7}]},
        )
        assert explain(result_of(*lines)).split("\n\n") == [
            (
                "By “the made price list”, 3 lines of activity worth £72,049.70 are paid £39,334.50 (base "
                "price £63,484.00, specialised top-up £2,379.36, market forces £6,186.34 and payment basis "
                "−£32,715.20), and 1 line is not priced."
            ),
            (
                "Line a is paid £35,333.50 by the unit: base price £29,742.00 (elective price of HC51C); "
                "specialised top-up "
                "£2,379.36 (8% of £29,742.00 for SPINE); market forces £3,212.14 (10% of £32,121.36 at TEN)."
            ),
            (
                "Line b is paid £1.00 as a block: base price £29,742.00 (elective price of HC51C); market "
                "forces £2,974.20 "
                "(10% of £29,742.00 at TEN); payment basis −£32,715.20 (block of £1.00, whatever the "
                "activity, in place of "
                "£32,716.20)."
            ),
            "Line c is not priced: the commissioning serial number = takes it out of pricing.",
            (
                "Line d is paid £4,000.00 by the unit: base price £4,000.00 (elective price of STAY); "
                "market forces £0.00 "
                "(0% of £4,000.00 at ONE). Its critical care comes to 8.1109 weighted days. Left aside: no "
                "length of stay "
                "was given, so neither a short nor a long stay was looked for."
            ),
        ]

    def test_one_line_that_is_not_priced_by_illustrative_prices(self) -> None:
        said = explain(result_of(LINE | {"serial": "="}, status="illustrative")).split("\n\n")
        assert said[0] == (
            "By “the made price list”, 0 lines of activity worth £0.00 are paid £0.00, and 1 line is not "
            "priced. Some of these prices were made for demonstration, so nothing is to be paid by them."
        )

    def test_what_several_units_are_paid_is_told_from_one(self) -> None:
        result = result_of(LINE | {"units": 3})
        assert explain(result).split("\n\n")[1] == (
            "Line a is paid £98,148.60 by the unit: base price £89,226.00 (elective price of HC51C: "
            "£29,742.00 for each of 3 units); market forces £8,922.60 (10% of £29,742.00 at TEN: £2,974.20 "
            "for each of 3 units)."
        )
        assert picture(result).table.rows[1][3] == ("10% of £29,742.00 at TEN: £2,974.20 for each of 3 units")

    def test_of_many_lines_the_first_forty_are_told_and_drawn(self) -> None:
        result = result_of(*result_lines(43))
        told = explain(result).split("\n\n")
        assert told[40].startswith("Line n39 is paid ")
        assert told[41:] == ["The result has each of 3 further lines in the same detail."]
        drawn = picture(result)
        assert drawn.alternative.startswith("A bar for each of the first 40 lines, made of")
        bars, marks = drawn.chart.to_dict(validate=False)["layer"]
        for layer in (bars, marks):
            assert {each["line"] for each in layer["data"]["values"]} == {
                f"n{number}" for number in range(40)
            }
        assert explain(result_of(*result_lines(40))).count("Line n") == 40
        assert "further" not in explain(result_of(*result_lines(40)))

    def test_lines_that_are_not_priced_are_counted_apart(self) -> None:
        out = LINE | {"id": "b", "serial": "="}
        said = explain(result_of(LINE, out, out | {"id": "c"})).split("\n\n")[0]
        assert "1 line of activity worth £32,716.20 is paid £32,716.20 (" in said
        assert said.endswith("), and 2 lines are not priced.")

    def test_every_part_and_basis_has_its_words(self) -> None:
        assert set(PART_WORDS) == set(Part)
        assert set(BASIS_WORDS) == set(Basis)
        mixed = LINE | {"setting": "non_elective", "hrg": "STAY", "planned_units": 1, "agreed_pence": 0}
        assert "by a fixed sum and a variable part: " in explain(result_of(mixed))

    def test_the_chart_and_its_table(self) -> None:
        blocked = LINE | {"id": "b", "service_line": "BLOCKED", "agreed_pence": 100}
        drawn = picture(result_of(LINE, blocked, LINE | {"id": "c", "serial": "="}))
        assert drawn.title == "What each line's payment is made of"
        assert drawn.alternative == (
            "A bar for each of 3 lines, made of the components of its payment, with a diamond at what is "
            "paid; the "
            "largest payment is £32,716.20, for line a."
        )
        assert drawn.table.title == "Components of each payment"
        assert drawn.table.columns == ("Line", "Component", "Pounds", "How")
        assert drawn.table.rows == (
            ("a", "base price", "£29,742.00", "elective price of HC51C"),
            ("a", "market forces", "£2,974.20", "10% of £29,742.00 at TEN"),
            ("a", "paid", "£32,716.20", ""),
            ("b", "base price", "£29,742.00", "elective price of HC51C"),
            ("b", "market forces", "£2,974.20", "10% of £29,742.00 at TEN"),
            (
                "b",
                "payment basis",
                "−£32,715.20",
                "block of £1.00, whatever the activity, in place of £32,716.20",
            ),
            ("b", "paid", "£1.00", ""),
            ("c", "paid", "£0.00", "the commissioning serial number = takes it out of pricing"),
            ("All", "paid", "£32,717.20", ""),
        )
        bars, marks = drawn.chart.to_dict()["layer"]
        assert bars["data"]["values"][:2] == [
            {"line": "a", "part": "base price", "pounds": 29_742.0, "order": 0},
            {"line": "a", "part": "market forces", "pounds": 2974.2, "order": 5},
        ]
        assert marks["data"]["values"] == [
            {"line": "a", "paid": 32_716.2},
            {"line": "b", "paid": 1.0},
            {"line": "c", "paid": 0.0},
        ]
        scale = bars["encoding"]["color"]["scale"]
        assert scale["domain"] == ["base price", "market forces", "payment basis"]
        assert len(set(scale["range"])) == 3
