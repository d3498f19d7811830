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

from speccom.commands.calculate import with_rules
from speccom.methods.price import METHOD
from speccom.methods.price.lines import PricedLine, PriceResult
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

    @pytest.mark.parametrize("setting", ["emergency", "non_elective", "unbundled"])
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
