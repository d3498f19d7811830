"""What `budget_impact` says in words, and what its chart and the table of it hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.methods.test_budget_impact import HAND, NEW, OLD, RULES, calculated

from speccom.commands.calculate import with_rules
from speccom.methods.budget_impact import METHOD, explain, picture
from speccom.methods.budget_impact.explanation import LEVER_WORDS
from speccom.methods.budget_impact.given import Lever
from speccom.methods.budget_impact.sample import example

CAVEAT = (
    "A patient who stops the proposed treatment goes back to current care and counts for nothing here; the "
    "one-off "
    "costs are in the budget and not in the cost per patient; the budget is never discounted for time."
)


def said(**changed: Any) -> list[str]:
    return explain(calculated(**changed)).split("\n\n")


def test_the_smallest_explanation() -> None:
    assert said() == [
        (
            "Over 2 years, “By hand” costs A £750.00 net of discounts, against current care: £300.00 in "
            "year 1 "
            "and "
            "£450.00 in year 2."
        ),
        (
            "By the end of year 2, 100 people will have had the condition, 100 of them eligible; 100% of "
            "these "
            "will have "
            "started, that is 100, with 75 person-years of treatment in that year."
        ),
        (
            "One patient who starts costs £18.00 more than current care over five years of treatment (by "
            "payer: A "
            "£18.00)."
        ),
        (
            "By Made thresholds: “At most £350 in each of two years?”: no, at £450.00 against £350.00. Wait. "
            "“At most £750 "
            "over two years?”: yes, at £750.00 against £750.00 (not settled: made up). Cheap. “Does it "
            "save in "
            "three years?”: "
            "it cannot be judged: it looks at 3 years, and the budget covers 2."
        ),
        CAVEAT,
    ]


def test_a_saving_at_list_price_with_scenarios() -> None:
    costs = [NEW | {"pence": [100], "payers": {"A": 0.5, "B": 0.5}}, OLD | {"payers": {"B": 1}}]
    first, _, patient, *_ = said(payers=["A", "B"], costs=costs, price="list", low={"uptake": 0.5})
    assert first == (
        "Over 2 years, “By hand” saves A and B £375.00 at list price, against current care: −£150.00 in "
        "year 1 and "
        "−£225.00 in year 2. In the low scenario it comes to −£187.50, and in the high one to −£375.00."
    )
    assert patient == (
        "One patient who starts costs £9.00 less than current care over five years of treatment (by payer: "
        "A £1.50 "
        "and B −£10.50)."
    )


def test_the_high_scenario_alone_is_said_too() -> None:
    assert said(high={"uptake": 0.5})[0].endswith("it comes to £750.00, and in the high one to £375.00.")


def test_nothing_spent_costs_nothing() -> None:
    first, _, patient, *_ = said(costs=[NEW | {"pence": [400]}, OLD], years=1)
    assert first.startswith("Over 1 year, “By hand” costs A £0.00 ")
    assert patient.startswith("One patient who starts costs £0.00 more than")


def test_one_person() -> None:
    assert said(prevalent=1)[1].startswith(
        "By the end of year 2, 1 person will have had the condition, 1 of them"
    )


def test_both_prices_are_said_where_they_differ() -> None:
    assert said(costs=[NEW | {"discount": 0.25}, OLD])[2] == (
        "At list price the impact would be £750.00, and net of discounts it is £437.50; the two together "
        "give the "
        "discount away, so they are published together only where it is public."
    )


@pytest.mark.parametrize(
    ("new", "pence", "words"),
    [
        (
            0.7,
            1000,
            (
                "It gains 0.6 QALY per patient, so that one more QALY costs £30.00, within the range of "
                "£10.00 "
                "to £36.00."
            ),
        ),
        (
            0.501,
            1000,
            (
                "It gains 0.003 QALY per patient, so that one more QALY costs £6,000.00, above the range of "
                "£10.00 to £36.00."
            ),
        ),
        (
            2.5,
            1000,
            (
                "It gains 6 QALY per patient, so that one more QALY costs £3.00, below the range of £10.00 "
                "to "
                "£36.00."
            ),
        ),
        (
            0.3,
            100,
            (
                "It loses 0.6 QALY per patient and saves £15.00 for each QALY lost; whether that is "
                "acceptable, no threshold says."
            ),
        ),
        (
            0.7,
            100,
            (
                "In QALY it costs no more than current care and is no worse, so a cost of one more QALY "
                "has no "
                "meaning."
            ),
        ),
        (
            0.3,
            1000,
            (
                "In QALY it costs no less than current care and is no better, so a cost of one more QALY has "
                "no meaning."
            ),
        ),
        (
            0.5,
            400,
            (
                "In QALY it neither costs nor gains anything against current care, so a cost of one more "
                "QALY "
                "has no meaning."
            ),
        ),
    ],
)
def test_cost_and_outcome(new: float, pence: int, words: str) -> None:
    outcome = {"unit": "QALY", "current": [0.5], "proposed": [new]}
    assert said(outcome=outcome, costs=[NEW | {"pence": [pence]}, OLD])[3] == words


def test_an_outcome_without_a_range() -> None:
    outcome = {"unit": "fit-free year", "current": [0], "proposed": [0.2]}
    assert said(outcome=outcome)[3] == (
        "It gains 0.6 fit-free year per patient, so that one more fit-free year costs £30.00."
    )


def test_the_tornado_and_the_draws() -> None:
    ranges = [
        {"lever": "one_off_cost", "low": 0.5, "high": 1.25},
        {"lever": "growth", "low": 0.5, "high": 1.5},
    ]
    training = {"name": "training", "year": 1, "pence": 1000, "payers": {"A": 1}}
    once = said(ranges=ranges, one_off=[training])
    assert once[4] == (
        "Taken one at a time, what matters most is the one-off costs: between 0.5 and 1.25 times what was "
        "put in, "
        "the impact "
        "goes from £755.00 to £762.50."
    )
    drawn = said(ranges=ranges[1:], simulation={"draws": 1000, "seed": 8})
    assert drawn[5] == (
        "With all ranges drawn together 1,000 times (seed 8), 95% of the impacts lie between £750.00 and "
        "£750.00, half "
        "of them below £750.00, and 0% cost nothing or save. The draws are independent of each other, "
        "which makes the "
        "spread too narrow where two ranges rise and fall together."
    )


def test_each_lever_has_its_words() -> None:
    assert set(LEVER_WORDS) == set(Lever)
    assert len(set(LEVER_WORDS.values())) == len(Lever)


def test_the_chart_in_pounds() -> None:
    drawn = picture(calculated(low={"uptake": 0.5}, high={"uptake": 0.9}))
    assert drawn.title == "By hand: budget impact by year"
    assert drawn.alternative == (
        "Bars of the budget impact of By hand by year, £300.00 in year 1 and £450.00 in year 2, each with "
        "a line from "
        "the lowest to the highest of the three scenarios."
    )
    assert drawn.table.title == "Budget impact by year and scenario"
    assert drawn.table.columns == ("Year", "Starters (mid)", "Low", "Mid", "High")
    assert drawn.table.rows == (
        ("1", 50, "£150.00", "£300.00", "£270.00"),
        ("2", 50, "£225.00", "£450.00", "£405.00"),
        ("All", 100, "£375.00", "£750.00", "£675.00"),
    )
    assert drawn.chart.to_dict()["data"]["values"] == [
        {"year": 1, "mid": 0.3, "least": 0.15, "most": 0.3},
        {"year": 2, "mid": 0.45, "least": 0.225, "most": 0.45},
    ]


@pytest.mark.parametrize(("pence", "unit"), [(2_000_000, "£ million"), (1_999_999, "£ thousand")])
def test_the_chart_s_unit_follows_the_largest_figure(pence: int, unit: str) -> None:
    costs = [NEW | {"pence": [pence]}]
    kept = {"shape": "table", "shares": [1, 0]}
    axis = picture(calculated(costs=costs, persistence=kept)).chart.to_dict()["layer"][0]["encoding"]["y"]
    assert axis["title"] == f"Budget impact ({unit})"
    saving = [NEW | {"pence": [0]}, OLD | {"pence": [pence]}]
    axis = picture(calculated(costs=saving, persistence=kept)).chart.to_dict()["layer"][0]["encoding"]["y"]
    assert axis["title"] == f"Budget impact ({unit})"


def test_the_example_s_chart_has_every_layer() -> None:
    given = METHOD.read_json(with_rules(METHOD, json.dumps(example()), "")[0])
    drawn = picture(METHOD.calculate(given))
    layers = drawn.chart.to_dict()["layer"]
    assert [layer["mark"]["type"] for layer in layers] == ["bar", "rule", "tick", "tick"]
    assert [layer["encoding"]["y"]["field"] for layer in layers] == ["mid", "least", "least", "most"]
    assert layers[1]["encoding"]["y2"]["field"] == "most"
    assert {layer["encoding"]["x"]["field"] for layer in layers} == {"year"}
    assert len(drawn.table.rows) == 6


def test_the_rules_are_a_person_s_words() -> None:
    assert HAND["rules"] is RULES
    assert calculated().rules == "Made thresholds"
