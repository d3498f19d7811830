"""What `budget_impact` refuses, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.methods.test_budget_impact import NEW, OLD, calculated, refusal

TRAINING = {"name": "training", "year": 1, "pence": 1, "payers": {"A": 1}}


class TestRefusals:
    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            (
                {"on": "2025-03-31"},
                (
                    "Made thresholds holds from 1 April 2025 to 31 March 2026, and the date asked for is 31 "
                    "March 2025. "
                    "Use the rules of that date; none is guessed."
                ),
            ),
            ({"payers": ["A", "A"]}, "the payer “A” is there twice. Give each one once."),
            (
                {"perspective": ["A", "A"]},
                "the payer of the perspective “A” is there twice. Give each one once.",
            ),
            (
                {"steps": [{"name": "found", "share": 1}] * 2},
                "the step “found” is there twice. Give each one once.",
            ),
            ({"costs": [NEW, NEW]}, "the cost “new” is there twice. Give each one once."),
            (
                {"one_off": [TRAINING, TRAINING]},
                "the one-off cost “training” is there twice. Give each one once.",
            ),
            (
                {"ranges": [{"lever": "uptake", "low": 0.5, "high": 1.5}] * 2},
                "the range “uptake” is there twice. Give each one once.",
            ),
            (
                {"payers": ["A", "B"], "perspective": ["C"]},
                "the perspective names the payer “C”, who is not one of the payers. They are A and B.",
            ),
            (
                {"costs": [NEW | {"payers": {"Z": 1}}]},
                "the cost “new” names the payer “Z”, who is not one of the payers. They are A.",
            ),
            (
                {"costs": [NEW | {"payers": {"A": 0.95}}]},
                (
                    "the shares of the payers of the cost “new” come to 0.95. They must come to 1, so that "
                    "all "
                    "of it is "
                    "paid and nothing twice."
                ),
            ),
            (
                {"payers": ["A", "B"], "one_off": [TRAINING | {"payers": {"A": 0.5, "B": 0.6}}]},
                (
                    "the shares of the payers of the cost “training” come to 1.1. They must come to 1, so "
                    "that "
                    "all of it "
                    "is paid and nothing twice."
                ),
            ),
            (
                {"one_off": [TRAINING | {"year": 3}]},
                (
                    "the one-off cost “training” falls in year 3, and the budget covers 2 years. Give it an "
                    "earlier year, "
                    "or look at more years."
                ),
            ),
            (
                {"costs": []},
                "no cost belongs to the proposed treatment. Give at least one, be it of nought pence.",
            ),
            (
                {"costs": [OLD]},
                "no cost belongs to the proposed treatment. Give at least one, be it of nought pence.",
            ),
            (
                {"simulation": {"draws": 100, "seed": 1}},
                (
                    "draws are asked for, and no lever has a range to draw from. Give `ranges`, or leave "
                    "`simulation` out."
                ),
            ),
            ({"prevalent": 0}, "nobody has the condition: both `prevalent` and `incident` are nought."),
            (
                {"prevalent": 100_000_000, "costs": [NEW | {"pence": [1_000_000_000]}]},
                (
                    "100,000,000 starters at up to £30,000,000.00 each may come to more than "
                    "£90,000,000,000,000.00, and "
                    "above that a spreadsheet loses pennies. Check that costs are in pence and that people "
                    "are "
                    "not "
                    "counted in thousands."
                ),
            ),
        ],
    )
    def test_what_contradicts_itself(self, changed: dict[str, Any], said: str) -> None:
        assert refusal(**changed) == said

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            (
                {"uptake": {"shape": "table", "shares": [0.2, 0.2, 0.1]}},
                (
                    "uptake, table: uptake falls in year 3 from 0.2 to 0.1, and it counts everybody who has "
                    "ever started; "
                    "those who stop belong to persistence."
                ),
            ),
            (
                {"uptake": {"shape": "linear", "first": 0.3, "last": 0.2, "by_year": 2}},
                "uptake, linear: uptake falls from 0.3 to 0.2; those who stop belong to persistence.",
            ),
            (
                {"persistence": {"shape": "table", "shares": [0.5, 0.5, 0.6]}},
                (
                    "persistence, table: persistence rises in treatment year 3 from 0.5 to 0.6; somebody who "
                    "starts again "
                    "is a new starter."
                ),
            ),
            (
                {"ranges": [{"lever": "uptake", "low": 1, "high": 1}]},
                "ranges, number 1: the range of uptake goes from 1 to 1; give the lower first.",
            ),
            (
                {"ranges": [{"lever": "uptake", "low": 1.1, "high": 1.2}]},
                (
                    "ranges, number 1: the range of uptake (1.1 to 1.2) does not hold 1, the peak of a "
                    "triangular spread."
                ),
            ),
            (
                {"ranges": [{"lever": "uptake", "low": 0.1, "high": 0.9}]},
                (
                    "ranges, number 1: the range of uptake (0.1 to 0.9) does not hold 1, the peak of a "
                    "triangular spread."
                ),
            ),
            (
                {"ranges": [{"lever": "uptake", "low": 0, "high": 2, "spread": "lognormal"}]},
                "ranges, number 1: the range of uptake begins at 0, which a lognormal spread never reaches.",
            ),
        ],
    )
    def test_what_is_no_such_thing(self, changed: dict[str, Any], said: str) -> None:
        schema = " `speccom calculate --schema budget_impact` prints what it takes."
        assert refusal(**changed) == said + schema

    @pytest.mark.parametrize(
        "changed",
        [
            {"years": 0},
            {"years": 11},
            {"payers": []},
            {"prevalent": -1},
            {"incident": -0.01},
            {"incident": 0.001},
            {"growth": 0.21},
            {"growth": -0.21},
            {"time_discount": -0.01},
            {"costs": [NEW | {"pence": [-1]}]},
            {"costs": [NEW | {"pence": [1_000_000_001]}]},
            {"costs": [NEW | {"pence": []}]},
            {"costs": [NEW | {"discount": 1.01}]},
            {"costs": [NEW | {"payers": {"A": 0.99999}}]},
            {"low": {"uptake": 5.1}},
            {"low": {"weather": 1}},
            {"simulation": {"draws": 99, "seed": 1}},
            {"simulation": {"draws": 100_001, "seed": 1}},
            {"uptake": {"shape": "linear", "first": 0, "last": 1, "by_year": 1}},
            {"uptake": {"shape": "bass", "ceiling": 1, "innovation": 0, "imitation": 0}},
            {"uptake": {"shape": "logistic", "ceiling": 1, "midpoint": 1, "speed": 0}},
            {"uptake": {"shape": "wave"}},
        ],
    )
    def test_what_is_out_of_bounds(self, changed: dict[str, Any]) -> None:
        assert "prints what it takes" in refusal(**changed)

    @pytest.mark.parametrize(
        "changed",
        [
            {"ranges": [{"lever": "uptake", "low": 1, "high": 1.2}]},
            {"ranges": [{"lever": "uptake", "low": 0.8, "high": 1}]},
            {"ranges": [{"lever": "uptake", "low": 1.1, "high": 1.2, "spread": "uniform"}]},
            {"ranges": [{"lever": "uptake", "low": 0, "high": 1.2, "spread": "uniform"}]},
            {"one_off": [TRAINING | {"year": 2}]},
            {"uptake": {"shape": "table", "shares": [0.2, 0.2]}},
            {"uptake": {"shape": "linear", "first": 0.2, "last": 0.2, "by_year": 2}},
            {"persistence": {"shape": "table", "shares": [0.5, 0.5]}},
            {"prevalent": 0, "incident": 1},
            {"on": "2025-04-01"},
            {"on": "2026-03-31"},
        ],
    )
    def test_what_is_just_within_bounds(self, changed: dict[str, Any]) -> None:
        assert calculated(**changed)

    def test_the_largest_sum_is_served_to_the_penny(self) -> None:
        kept = {"shape": "table", "shares": [1, 0]}
        costs = [NEW | {"pence": [100_000_000]}]
        most = calculated(prevalent=90_000_000, costs=costs, persistence=kept)
        assert most.mid.total == 9_000_000_000_000_000
        assert "90,000,001 starters" in refusal(prevalent=90_000_001, costs=costs, persistence=kept)
