"""`price`: the price rows of the project's notes on activity and money (9.3, P1 to P9), and each part's rule.

Their inputs that are marked illustrative there (top-up and market forces of P1, P4, P5) are made rules
here; prices are the 2025/26 sample of the notes (5.4), the market forces of R1H those of 2020/21 (5.2), the
critical care weights those of the national allocations (5.5).
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as drawn_from
from hypothesis import settings
from hypothesis import strategies as st

from speccom.commands.calculate import with_rules
from speccom.methods.price import METHOD, explain, picture
from speccom.methods.price.explanation import BASIS_WORDS, PART_WORDS
from speccom.methods.price.lines import Part, PricedLine, PriceResult
from speccom.methods.price.rules import Basis
from speccom.methods.price.sample import example
from speccom.problem import Problem

RULES: dict[str, Any] = {
    "id": "made",
    "version": "1",
    "title": "the made price list",
    "valid_from": "2025-04-01",
    "valid_to": "2026-03-31",
    "source": "a test",
    "status": "official",
    "prices": [
        {"hrg": "HC51C", "elective": 29_742, "outpatient": 29_742},
        {"hrg": "HC54C", "elective": 9616},
        {
            "hrg": "STAY",
            "elective": 4000,
            "non_elective": "4000.05",
            "trim_elective": 18,
            "trim_non_elective": 20,
            "long_stay_daily": 250,
            "short_stay_share": 0.3,
        },
        {"hrg": "DAY", "combined": 900, "day_case": 700, "unbundled": 55, "year_of_care": 1000},
        {"hrg": "BOTH", "combined": 900},
        {"hrg": "SB97Z", "day_case": "12.34"},
    ],
    "top_ups": [
        {"service_line": "SPINE", "rate": 0.08},
        {"service_line": "OLD", "rate": 0.28},
        {"service_line": "SS97", "rate": 0, "addition": 828},
        {"service_line": "CLOSED", "rate": 0.5},
    ],
    "top_up_providers": [{"service_line": "CLOSED", "provider": "TEN"}],
    "market_forces": [
        {"provider": "TEN", "index": 1.1},
        {"provider": "ONE", "index": 1},
        {"provider": "LOW", "index": 0.9},
        {"provider": "R1H", "index": 1.191966},
    ],
    "best_practice": [{"name": "stroke", "pounds": "1200.50"}, {"name": "spine", "pounds": 410}],
    "payment_bases": [
        *(
            {"setting": setting, "basis": "unit"}
            for setting in (
                "day_case",
                "elective",
                "emergency",
                "regular",
                "outpatient",
                "unbundled",
                "year_of_care",
            )
        ),
        {"setting": "elective", "service_line": "BLOCKED", "basis": "block"},
        {"setting": "non_elective", "basis": "fixed_and_variable", "over_share": 0.5, "under_share": 0.25},
    ],
    "critical_care": [
        {"hrg": "XC02Z", "weight": 1.1587},
        {"hrg": "XC05Z", "weight": 0.8475, "advanced_respiratory_weight": 1},
    ],
    "short_stay_days": 2,
    "short_stay_age": 19,
    "regular_attender_hrgs": ["SB97Z", "SC97Z"],
    "excluded_administrative_categories": ["02"],
    "attended": ["5", "6"],
    "excluded_serial_mark": "=",
}
LINE: dict[str, Any] = {"id": "a", "provider": "TEN", "setting": "elective", "hrg": "HC51C"}


def result_of(*lines: dict[str, Any], **rules: Any) -> PriceResult:
    given = METHOD.read({"on": "2025-06-01", "rules": RULES | rules, "lines": list(lines)})
    result: PriceResult = METHOD.calculate(given)
    return result


def priced(**parts: Any) -> PricedLine:
    return result_of(LINE | parts).lines[0]


def pence(line: PricedLine) -> dict[str, int]:
    return {each.part.value: each.pence for each in line.components}


def why(line: PricedLine) -> dict[str, str]:
    return {each.part.value: each.why for each in line.components}


def refusal(*lines: dict[str, Any], **rules: Any) -> str:
    with pytest.raises(Problem) as refused:
        result_of(*lines, **rules)
    return str(refused.value)


class TestTheRowsOfTheNotes:
    def test_p1_price_with_top_up_and_market_forces(self) -> None:
        line = priced(service_line="SPINE")
        assert line.paid_pence == 3_533_350
        assert pence(line) == {"base": 2_974_200, "top_up": 237_936, "market_forces": 321_214}
        assert sum(pence(line).values()) == 3_533_350

    def test_p2_price_without_top_up(self) -> None:
        line = priced()
        assert line.paid_pence == 3_271_620
        assert pence(line) == {"base": 2_974_200, "market_forces": 297_420}

    def test_p3_price_at_manchester(self) -> None:
        line = priced(provider="R1H", hrg="HC54C")
        assert line.paid_pence == 1_146_195
        assert pence(line) == {"base": 961_600, "market_forces": 184_595}

    def test_p4_a_long_stay(self) -> None:
        line = priced(hrg="STAY", length_of_stay=30, critical_care_days=5)
        assert (line.adjusted_days, line.excess_days) == (25, 7)
        assert pence(line)["long_stay"] == 175_000

    def test_p5_the_older_top_up_on_base_and_long_stay(self) -> None:
        line = priced(hrg="STAY", length_of_stay=30, critical_care_days=5, service_line="OLD")
        assert pence(line) == {
            "base": 400_000,
            "long_stay": 175_000,
            "top_up": 161_000,
            "market_forces": 73_600,
        }
        assert line.paid_pence - 73_600 == 736_000
        assert line.paid_pence == 809_600

    def test_p7_a_top_up_is_ignored_for_an_outpatient(self) -> None:
        line = priced(setting="outpatient", service_line="SPINE", attendance_status="5")
        assert line.paid_pence == 3_271_620
        assert "top_up" not in pence(line)
        assert line.notes == ("the top-up of SPINE is for admitted care only",)

    def test_p8_and_p9_weighted_critical_care_days(self) -> None:
        dearer = {"hrg": "XC05Z", "days": 10, "advanced_respiratory_days": 4}
        assert priced(critical_care=[dearer]).weighted_days == Decimal("9.085")
        assert priced(critical_care=[{"hrg": "XC02Z", "days": 7}]).weighted_days == Decimal("8.1109")
        both = priced(critical_care=[dearer, {"hrg": "XC02Z", "days": 7}])
        assert both.weighted_days == Decimal("17.1959")


class TestBase:
    @pytest.mark.parametrize(
        ("parts", "base", "said"),
        [
            ({"setting": "day_case", "hrg": "DAY"}, 70_000, "day-case price of DAY"),
            ({"setting": "day_case", "hrg": "BOTH"}, 90_000, "combined price of BOTH"),
            ({"setting": "elective", "hrg": "BOTH"}, 90_000, "combined price of BOTH"),
            ({"setting": "elective", "hrg": "DAY"}, 90_000, "combined price of DAY"),
            ({"setting": "elective", "hrg": "STAY"}, 400_000, "elective price of STAY"),
            ({"setting": "emergency", "hrg": "STAY"}, 400_005, "non-elective price of STAY"),
            (
                {"setting": "non_elective", "hrg": "STAY", "planned_units": 1, "agreed_pence": 0},
                400_005,
                "non-elective price of STAY",
            ),
            ({"setting": "regular", "hrg": "SB97Z"}, 1234, "day-case price of SB97Z"),
            ({"setting": "unbundled", "hrg": "DAY"}, 5500, "unbundled price of DAY"),
            ({"setting": "outpatient", "attendance_status": "6"}, 2_974_200, "outpatient price of HC51C"),
            (
                {"setting": "year_of_care", "hrg": "DAY", "month": 1},
                8333,
                "month 1 of the year of care DAY at £1,000.00",
            ),
        ],
    )
    def test_each_setting_has_one_price(self, parts: dict[str, Any], base: int, said: str) -> None:
        line = priced(**parts)
        assert pence(line)["base"] == base
        assert why(line)["base"] == said

    def test_twelve_months_come_to_the_year(self) -> None:
        months = [
            pence(priced(setting="year_of_care", hrg="DAY", month=month, provider="ONE"))["base"]
            for month in range(1, 13)
        ]
        # £1,000 in twelfths: 83.3333, 166.6667, 250.00 and so on
        assert months == [8333, 8334, 8333] * 4
        assert sum(months) == 100_000

    @pytest.mark.parametrize("setting", ["emergency", "unbundled"])
    def test_no_other_setting_takes_the_combined_price(self, setting: str) -> None:
        words = setting.replace("_", " ")
        assert refusal(LINE | {"setting": setting, "hrg": "BOTH"}) == (
            f"line a cannot be priced by “the made price list”: BOTH has no price as {words}. Give another "
            "group, or pay "
            "for it locally."
        )

    def test_without_a_price_last_year_s_cost_is_carried_on_with_all_it_held(self) -> None:
        line = LINE | {"hrg": "NONE", "last_year_pence": 12_345, "service_line": "SPINE", "units": 2}
        found = result_of(line, last_year_uplift=1.014).lines[0]
        assert pence(found) == {"base": 25_036}  # 12,517.83 rounded, twice
        assert found.unit_pence == 12_518
        assert why(found)["base"] == "no price, so last year's £123.45 times 1.014, with all that it held"
        assert result_of(line | {"hrg": ""}, last_year_uplift=1.014).lines[0].paid_pence == 25_036
        again = result_of(line | {"hrg": "HC54C", "units": 1}, last_year_uplift=1.014).lines[0]
        assert pence(again)["base"] == 961_600  # a price goes before last year's cost

    def test_without_a_price_and_a_cost_it_is_refused(self) -> None:
        start = "line a cannot be priced by “the made price list”: "
        assert refusal(LINE | {"hrg": "NONE"}, last_year_uplift=1.014) == (
            start + "NONE has no price as elective. Give another group, or last year's cost of a unit, "
            "or pay for it locally."
        )
        assert refusal(LINE | {"hrg": "", "last_year_pence": 1}) == (
            start + "it names no healthcare resource group. Give another group, or pay for it locally."
        )
        assert refusal(LINE | {"hrg": ""}).startswith(start + "it names no healthcare resource group.")
        assert refusal(LINE | {"hrg": "NONE", "local_pence": 5}).startswith(start + "NONE has no price")
        assert refusal(LINE | {"hrg": "", "last_year_pence": 1, "local_pence": 5}).startswith(start)

    def test_a_year_of_care_needs_its_month(self) -> None:
        assert refusal(LINE | {"setting": "year_of_care", "hrg": "DAY"}) == (
            "line a is a year of care and names no month. Give the month from 1 to 12: the twelve come to "
            "the year's "
            "price to the penny."
        )


class TestAdditions:
    def test_best_practice_is_added_and_topped_up(self) -> None:
        line = priced(provider="ONE", best_practice=["stroke", "spine"], service_line="SPINE")
        parts = [(each.part.value, each.pence, each.why) for each in line.components]
        assert parts == [
            ("base", 2_974_200, "elective price of HC51C"),
            ("best_practice", 120_050, "best practice: stroke"),
            ("best_practice", 41_000, "best practice: spine"),
            ("top_up", 250_820, "8% of £31,352.50 for SPINE"),
            ("market_forces", 0, "0% of £33,860.70 at ONE"),
        ]

    def test_an_unknown_best_practice_is_refused(self) -> None:
        assert refusal(LINE | {"best_practice": ["tidy"]}) == (
            "line a claims the best practice addition “tidy”, which “the made price list” does not have. It "
            "has spine "
            "and stroke."
        )
        assert refusal(LINE | {"best_practice": ["tidy"]}, best_practice=[]).endswith(
            "not have. It has none."
        )

    @pytest.mark.parametrize(
        ("parts", "reduced"),
        [
            ({}, True),
            ({"length_of_stay": 0}, True),
            ({"length_of_stay": 2}, False),
            ({"length_of_stay": 3, "rehabilitation_days": 1, "palliative_days": 1}, True),
            ({"length_of_stay": 3, "critical_care_days": 1}, False),
            ({"age": 18}, False),
            ({"age": 19}, True),
            ({"setting": "elective"}, False),
            ({"setting": "elective", "age": None}, False),
            ({"setting": "non_elective", "planned_units": 1, "agreed_pence": 0}, False),
            ({"length_of_stay": None}, False),
        ],
    )
    def test_a_short_emergency_stay_of_an_adult_is_paid_a_share(
        self, parts: dict[str, Any], reduced: bool
    ) -> None:
        short = {"setting": "emergency", "hrg": "STAY", "length_of_stay": 1, "age": 40}
        line = priced(**(short | parts))
        # 30% of £4,000.05 is £1,200.015, so £1,200.02: £2,800.03 less
        assert pence(line).get("short_stay") == (-280_003 if reduced else None)

    def test_what_a_short_stay_says_and_needs(self) -> None:
        short = {"setting": "emergency", "hrg": "STAY", "length_of_stay": 1}
        assert why(priced(**short, age=40))["short_stay"] == "a stay of 1 day is paid 30% of £4,000.05"
        assert refusal(LINE | short) == (
            "line a is a short emergency stay and gives no age. From 19 years it is paid less, so its age "
            "decides."
        )
        prices = [{"hrg": "STAY", "non_elective": 10}]
        assert pence(result_of(LINE | short, prices=prices).lines[0]) == {"base": 1000, "market_forces": 100}

    @pytest.mark.parametrize(
        ("setting", "days", "excess"),
        [
            ("elective", 18, 0),
            ("elective", 19, 1),
            ("emergency", 20, 0),
            ("emergency", 22, 2),
            ("non_elective", 21, 1),
        ],
    )
    def test_a_long_stay_begins_after_its_setting_s_trim_point(
        self, setting: str, days: int, excess: int
    ) -> None:
        line = priced(setting=setting, hrg="STAY", length_of_stay=days, planned_units=1, agreed_pence=0)
        assert line.excess_days == excess
        assert pence(line).get("long_stay") == (25_000 * excess or None)
        if excess == 2:
            assert why(line)["long_stay"] == "2 days beyond the trim point at £250.00"

    def test_a_group_without_a_trim_point_has_no_long_stay(self) -> None:
        line = priced(length_of_stay=300)
        assert (line.adjusted_days, line.excess_days) == (300, None)
        day_case = priced(setting="day_case", hrg="DAY", length_of_stay=300)
        assert day_case.excess_days is None

    def test_a_length_that_is_not_given_is_said_where_it_matters(self) -> None:
        note = "no length of stay was given, so neither a short nor a long stay was looked for"
        assert priced(hrg="STAY").notes == (note,)
        assert priced(setting="emergency", hrg="STAY").notes == (note,)
        assert priced().notes == ()
        assert priced(hrg="STAY", length_of_stay=1).notes == ()
        short = [{"hrg": "STAY", "elective": 1, "outpatient": 1, "short_stay_share": 0.5}]
        assert result_of(LINE | {"hrg": "STAY"}, prices=short).lines[0].notes == (note,)
        seen = {"hrg": "STAY", "setting": "outpatient", "attendance_status": "5"}
        assert result_of(LINE | seen, prices=short).lines[0].notes == ()
        assert (priced(hrg="STAY").adjusted_days, priced(hrg="STAY").excess_days) == (None, None)

    def test_days_that_contradict_each_other_are_refused(self) -> None:
        stay = LINE | {"length_of_stay": 6, "critical_care_days": 3, "rehabilitation_days": 2}
        assert refusal(stay | {"palliative_days": 2}) == (
            "line a has 7 days of critical care, rehabilitation and palliative care in a stay of 6 days. "
            "Correct the "
            "days."
        )
        assert result_of(stay | {"palliative_days": 1}).lines[0].adjusted_days == 0
        assert refusal(LINE | {"length_of_stay": 6, "units": 2}) == (
            "line a gives a length of stay and stands for 2 units. A length of stay belongs to one spell: "
            "give each "
            "spell a line."
        )

    def test_a_top_up_may_be_a_fixed_addition(self) -> None:
        line = priced(service_line="SS97", provider="ONE")
        assert pence(line)["top_up"] == 82_800
        assert why(line)["top_up"] == "0% of £29,742.00 and £828.00 for SS97"

    def test_a_top_up_may_be_for_some_providers_only(self) -> None:
        assert pence(priced(service_line="CLOSED"))["top_up"] == 1_487_100
        line = priced(service_line="CLOSED", provider="ONE")
        assert "top_up" not in pence(line)
        assert line.notes == ("ONE is not among the providers who may have the top-up of CLOSED",)

    @pytest.mark.parametrize("setting", ["day_case", "elective", "emergency", "regular"])
    def test_all_admitted_care_is_topped_up(self, setting: str) -> None:
        hrg = {"regular": "SB97Z", "emergency": "STAY"}.get(setting, "DAY")
        line = priced(setting=setting, hrg=hrg, service_line="SPINE")
        assert "top_up" in pence(line)

    @pytest.mark.parametrize("setting", ["unbundled", "year_of_care"])
    def test_nothing_else_is(self, setting: str) -> None:
        assert "top_up" not in pence(priced(setting=setting, hrg="DAY", service_line="SPINE", month=1))

    def test_a_line_without_a_top_up_says_nothing_of_one(self) -> None:
        line = priced(service_line="PLAIN")
        assert line.notes == ()
        assert "top_up" not in pence(line)

    def test_market_forces_may_be_below_one_and_are_never_assumed(self) -> None:
        line = priced(provider="LOW")
        assert pence(line)["market_forces"] == -297_420
        assert why(line)["market_forces"] == "-10% of £29,742.00 at LOW"
        assert why(priced(provider="R1H"))["market_forces"] == "19.1966% of £29,742.00 at R1H"
        assert refusal(LINE | {"provider": "RXX"}) == (
            "line a: “the made price list” has no market forces factor for RXX. Give a provider whom it "
            "lists; a factor "
            "of 1 is not assumed."
        )

    def test_critical_care_at_a_local_price_and_what_is_paid_at_cost_have_nothing_added(self) -> None:
        care = [{"hrg": "XC05Z", "days": 10, "advanced_respiratory_days": 4}]
        line = priced(critical_care=care, weighted_day_pence=100_001, local_pence=777, service_line="SPINE")
        assert pence(line) == {
            "base": 2_974_200,
            "top_up": 237_936,
            "market_forces": 321_214,
            "critical_care": 908_509,  # 9.085 × 1,000.01 = 9,085.09085
            "local": 777,
        }
        assert why(line)["critical_care"] == "9.085 weighted days at the local price of £1,000.01"
        assert why(line)["local"] == "paid besides, at cost"
        assert [each.unit_pence for each in line.components][-2:] == [None, None]
        assert line.value_pence == line.paid_pence == 2_974_200 + 237_936 + 321_214 + 908_509 + 777
        assert line.unit_pence == 3_533_350

    def test_critical_care_without_a_price_is_counted_and_not_paid(self) -> None:
        line = priced(critical_care=[{"hrg": "XC02Z", "days": 7}])
        assert "critical_care" not in pence(line)
        assert priced(weighted_day_pence=100).weighted_days is None
        assert "critical_care" not in pence(priced(weighted_day_pence=100))

    def test_a_line_may_be_paid_at_cost_alone(self) -> None:
        drug = priced(hrg="", setting="unbundled", local_pence=999, provider="RXX")
        assert pence(drug) == {"local": 999}
        assert drug.unit_pence == 0
        care = priced(
            hrg="", critical_care=[{"hrg": "XC02Z", "days": 1}], length_of_stay=3, critical_care_days=1
        )
        assert (care.adjusted_days, care.excess_days, care.weighted_days) == (2, None, Decimal("1.1587"))
        assert care.components == ()

    def test_critical_care_that_cannot_be_weighed_is_refused(self) -> None:
        start = "line a: “the made price list” has no critical care weight for XC9. "
        unknown = LINE | {"critical_care": [{"hrg": "XC9", "days": 1}]}
        assert refusal(unknown) == start + "It has weights for XC02Z or XC05Z."
        assert refusal(unknown, critical_care=[]) == start + "It has weights for no group."
        days = {"hrg": "XC05Z", "days": 1, "advanced_respiratory_days": 2}
        assert refusal(LINE | {"critical_care": [days]}) == (
            "line a has 2 days of advanced respiratory support in 1 day of XC05Z. Correct the days."
        )
        same = {"hrg": "XC02Z", "days": 2, "advanced_respiratory_days": 2}
        assert priced(critical_care=[same]).weighted_days == Decimal("2.3174")


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
            (12, 440_006, "£4,400.06 for 2 units above plan at 50% of the price, in place of £52,800.72"),
            (11, 220_003, "£2,200.03 for 1 unit above plan at 50% of the price, in place of £48,400.66"),
            (10, 0, "£0.00 for 0 units below plan at 25% of the price, in place of £44,000.60"),
            (9, -110_002, "-£1,100.02 for 1 unit below plan at 25% of the price, in place of £39,600.54"),
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
        assert why(line)["payment_basis"] == f"fixed sum of £40,000.00 and {words}"

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
                "By “the made price list”, 4 lines of activity worth £72,049.70 are paid £39,334.50 (base "
                "price £63,484.00, "
                "specialised top-up £2,379.36, market forces £6,186.34 and payment basis -£32,715.20)."
            ),
            (
                "Line a is paid £35,333.50 by the unit: base price £29,742.00 (elective price of HC51C); "
                "specialised top-up "
                "£2,379.36 (8% of £29,742.00 for SPINE); market forces £3,212.14 (10% of £32,121.36 at TEN)."
            ),
            (
                "Line b is paid £1.00 as a block: base price £29,742.00 (elective price of HC51C); market "
                "forces £2,974.20 "
                "(10% of £29,742.00 at TEN); payment basis -£32,715.20 (block of £1.00, whatever the "
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
            "By “the made price list”, 1 line of activity worth £0.00 is paid £0.00. Some of these prices "
            "were made for "
            "demonstration, so nothing is to be paid by them."
        )

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
                "-£32,715.20",
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


class TestTheShippedPrices:
    @staticmethod
    def shipped(*lines: dict[str, Any], on: str = "2025-06-27") -> PriceResult:
        text = with_rules(METHOD, json.dumps({"on": on, "lines": list(lines)}), "")[0]
        result: PriceResult = METHOD.calculate(METHOD.read_json(text))
        return result

    @pytest.mark.parametrize(
        ("hrg", "pounds"),
        [
            ("HC50A", 39_403),
            ("HC51C", 29_742),
            ("HC54C", 9616),
            ("HC64C", 3911),
            ("HN12F", 7251),
            ("HN81E", 9817),
        ],
    )
    def test_the_sample_of_2025_26(self, hrg: str, pounds: int) -> None:
        line = self.shipped(LINE | {"provider": "R1H", "hrg": hrg}).lines[0]
        assert pence(line)["base"] == 100 * pounds

    def test_p3_again(self) -> None:
        assert self.shipped(LINE | {"provider": "R1H", "hrg": "HC54C"}).paid_pence == 1_146_195

    def test_critical_care_weights(self) -> None:
        weights = {"XC01Z": "1.3067", "XC03Z": "1.0847", "XC04Z": "1", "XC06Z": "0.6425", "XC07Z": "0.5203"}
        for hrg, weight in weights.items():
            line = LINE | {"provider": "RJZ", "critical_care": [{"hrg": hrg, "days": 1}]}
            assert self.shipped(line).lines[0].weighted_days == Decimal(weight)

    def test_the_example(self) -> None:
        text = with_rules(METHOD, json.dumps(example()), "")[0]
        result = METHOD.calculate(METHOD.read_json(text))
        assert result.status == "illustrative"
        assert {line.id: line.paid_pence for line in result.lines} == {
            # 29,742 + 410 = 30,152; 8% is 2,412.16; 19.117% of 32,564.16 is 6,225.29.
            "spine, with top-up": 3_878_945,
            # 19.1966% of 29,742 is 5,709.45, and no top-up.
            "spine, elsewhere": 3_545_145,
            # 24 - 5 - 12 = 7 days at 250; 18.4397% of 5,350 is 986.52; 2 + 3 × 0.8475 days at 1,210.75 is
            # 5,499.83.
            "long stay": 1_183_635,
            # 30% of 4,000; 12% is 144; 19.0934% of 1,344 is 256.62.
            "short emergency": 160_062,
            # 12 × (310 + 59.26)
            "outpatients": 443_112,
            # 43,000 and half of 2 × (4,000 + 767.86)
            "transfers, above plan": 4_776_786,
            "drug": 734_512,
            "private": 0,
        }

    def test_all_that_was_not_read_is_marked(self) -> None:
        text = with_rules(METHOD, json.dumps(example()), "")[0]
        marks = METHOD.read_json(text).rules.marks
        assert set(marks) == {
            "market_forces",
            "top_ups",
            "invented_prices",
            "payment_bases",
            "best_practice",
            "short_stay",
            "exclusions",
            "last_year_uplift",
        }
        assert all(said.startswith(("recall: ", "design: ")) for said in marks.values())

    @pytest.mark.parametrize("day", ["2025-03-31", "2026-04-01"])
    def test_a_day_without_prices_is_refused(self, day: str) -> None:
        with pytest.raises(Problem, match="no version of the prices rulebook `illustrative-prices` is valid"):
            self.shipped(LINE, on=day)
