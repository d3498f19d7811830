"""The scheme engine on small invented schemes: each kind of trigger and rule, each bound, and every penny."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from speccom.methods.incentive import METHOD
from speccom.methods.incentive.answer import IncentiveResult, Money, TriggerAnswer
from speccom.problem import Problem

FIGURES = [
    {"figure": "paper", "words": "the paper", "unit": "evidence"},
    {"figure": "done", "words": "cases done", "unit": "count"},
    {"figure": "planned", "words": "cases planned", "unit": "count"},
    {"figure": "before", "words": "cost before", "unit": "pence"},
    {"figure": "cost", "words": "cost now", "unit": "pence"},
    {"figure": "target", "words": "the target", "unit": "pence"},
    {"figure": "sum", "words": "the agreed sum", "unit": "pence"},
]


def definition(version: int = 1, issued_on: str = "2020-01-01", **change: Any) -> dict[str, Any]:
    made = {"scheme": "A", "version": version, "issued_on": issued_on, "rule": "fixed", "mark": "read"}
    made |= {} if {"term", "agreed_term"} & change.keys() else {"term": "1000.00"}
    return {**made, **change}


def trigger(version: int = 1, **change: Any) -> dict[str, Any]:
    made = {
        "scheme": "A",
        "version": version,
        "trigger": "t",
        "title": "Cases",
        "quarters": "1 2 3 4",
        "weight": "0.25",
        "kind": "ratio",
        "measure": "done",
        "against": "planned",
        "mark": "read",
    }
    made |= (
        {} if {"full_at", "steps"} & change.keys() or change.get("kind") == "evidence" else {"full_at": "0.9"}
    )
    if change.get("kind") == "evidence":
        made |= {"measure": "paper", "against": ""}
    return {**made, **change}


def rulebook(
    definitions: list[dict[str, Any]] | None = None,
    triggers: list[dict[str, Any]] | None = None,
    **change: Any,
) -> dict[str, Any]:
    made = {
        "id": "invented",
        "version": "2020-21",
        "title": "Invented schemes",
        "valid_from": "2020-04-01",
        "valid_to": "2021-03-31",
        "source": "Made for tests",
        "status": "illustrative",
        "above_package": "scaled",
        "packages": [
            {
                "role": "any",
                "role_title": "any",
                "contract_at_least_pounds": 100,
                "rate": "0.02",
                "most_schemes": 1,
            },
            {
                "role": "any",
                "role_title": "any",
                "contract_at_least_pounds": 200,
                "rate": "0.05",
                "most_schemes": 2,
            },
        ],
        "schemes": [
            {"scheme": "A", "title": "Scheme A", "providers": "acute mental"},
            {"scheme": "B", "title": "Scheme B", "providers": "acute"},
        ],
        "definitions": [*(definitions or [definition()]), definition(scheme="B")],
        "triggers": [*(triggers or [trigger()]), trigger(scheme="B", kind="evidence")],
        "steps": [],
        "figures": FIGURES,
    }
    return {**made, **change}


def calculated(rules: dict[str, Any] | None = None, **change: Any) -> IncentiveResult:
    given = {
        "on": "2020-05-05",
        "rules": rules or rulebook(),
        "provider": "Riverside",
        "provider_kind": "acute",
        "role": "any",
        "contract_value_pence": 1_000_000,  # a package of £500.00 at 5%
        "reported_to": 1,
        "agreements": [{"scheme": "A", "signed_on": "2020-03-01"}],
    }
    return METHOD.calculate(METHOD.read({**given, **change}))


def judged(kind: dict[str, Any], figures: dict[str, Any], agreed: Any = None, **rules: Any) -> TriggerAnswer:
    """The first trigger of a scheme worth £4.00, £1.00 a quarter, after one report."""
    result = calculated(
        rulebook([definition(term="400")], [trigger(**kind)], **rules),
        agreements=[{"scheme": "A", "signed_on": "2020-03-01", "figures": agreed or {}}],
        reports=[{"scheme": "A", "quarter": 1, "figures": figures}],
    )
    return result.schemes[0].triggers[0]


class TestTriggers:
    @pytest.mark.parametrize(
        ("accepted", "outcome", "earned", "said"),
        [
            (True, "met", 100, "The evidence of the paper was accepted."),
            (False, "not_met", 0, "The evidence of the paper was not accepted."),
            (None, "not_reported", 0, "No evidence came of the paper."),
        ],
    )
    def test_evidence(self, accepted: bool | None, outcome: str, earned: int, said: str) -> None:
        evidence = {} if accepted is None else {"paper": accepted}
        result = calculated(
            rulebook([definition(term="400")], [trigger(kind="evidence")]),
            reports=[{"scheme": "A", "quarter": 1, "evidence": evidence}],
        )
        found = result.schemes[0].triggers[0]
        assert (found.outcome, found.earned_pence, found.reasons) == (outcome, earned, (said,))
        assert found.achievement == (None if accepted is None else int(accepted))
        assert found.ratio is None
        assert found.withheld_pence == (100 if accepted is False else 0)
        assert found.unsettled_pence == (100 if accepted is None else 0)

    def test_no_report_at_all_is_unsettled(self) -> None:
        result = calculated(rulebook(triggers=[trigger(kind="evidence")]))
        assert result.schemes[0].triggers[0].reasons == ("No evidence came of the paper.",)
        assert calculated().schemes[0].triggers[0].reasons == ("The report leaves out cases done.",)

    @pytest.mark.parametrize(
        ("done", "outcome", "earned", "band"),
        [
            (90, "met", 100, "All is paid from 90%."),
            (89, "not_met", 0, "Nothing is paid below 90%."),
            (100, "met", 100, "All is paid from 90%."),
        ],
    )
    def test_a_ratio_met_or_not(self, done: int, outcome: str, earned: int, band: str) -> None:
        found = judged({}, {"done": done, "planned": 100})
        assert (found.outcome, found.earned_pence, found.reasons[1]) == (outcome, earned, band)
        assert found.reasons[0] == f"Cases done, {done}; cases planned, 100: that is {done}%."

    @pytest.mark.parametrize(
        ("done", "outcome", "earned", "here"),
        [
            (50, "not_met", 0, "0%"),
            (49, "not_met", 0, "0%"),
            (51, "part", 3, "2.5%"),
            (70, "part", 50, "50%"),
            (89, "part", 98, "97.5%"),
            (90, "met", 100, "100%"),
            (95, "met", 100, "100%"),
        ],
    )
    def test_part_payment_between_two_thresholds(
        self, done: int, outcome: str, earned: int, here: str
    ) -> None:
        found = judged({"zero_at": "0.5"}, {"done": done, "planned": 100})
        assert (found.outcome, found.earned_pence) == (outcome, earned)
        assert found.withheld_pence == 100 - earned
        assert found.reasons[1] == (
            f"Nothing is paid at 50%, all at 90%, and a part evenly between; here {here}."
        )

    @pytest.mark.parametrize(("done", "earned"), [(20, 100), (10, 100), (30, 50), (40, 0), (60, 0)])
    def test_less_is_better_where_the_thresholds_are_turned_round(self, done: int, earned: int) -> None:
        found = judged({"zero_at": "0.4", "full_at": "0.2"}, {"done": done, "planned": 100})
        assert found.earned_pence == earned

    @pytest.mark.parametrize(
        ("done", "earned", "band"),
        [
            (90, 100, "All is paid from 90% (90) to 110% (110)."),
            (110, 100, "All is paid from 90% (90) to 110% (110)."),
            (111, 0, "Above 110% (110) nothing is paid."),
            (89, 0, "Nothing is paid below 90% (90)."),
        ],
    )
    def test_a_corridor_about_a_plan(self, done: int, earned: int, band: str) -> None:
        found = judged({"kind": "count", "ceiling": "1.1"}, {"done": done}, {"planned": 100})
        assert (found.earned_pence, found.reasons[1]) == (earned, band)

    def test_the_report_goes_before_what_was_agreed(self) -> None:
        found = judged({"kind": "count"}, {"done": 50, "planned": 50}, {"planned": 100})
        assert found.ratio == 1

    def test_what_was_achieved_must_be_in_the_report(self) -> None:
        found = judged({"kind": "count"}, {"planned": 50}, {"done": 100})
        assert found.reasons == ("The report leaves out cases done.",)

    @pytest.mark.parametrize(
        ("planned", "ratio", "said"),
        [(100, "0.9", ""), (60, "1.5", ""), (101, "0.9", ", of which 100 are asked for")],
    )
    def test_a_plan_counts_up_to_its_limit(self, planned: int, ratio: str, said: str) -> None:
        found = judged({"kind": "count", "against_at_most": "100"}, {"done": 90, "planned": planned})
        assert found.ratio == Decimal(ratio)
        assert found.reasons[0].startswith(f"Cases done, 90; cases planned, {planned}{said}: ")

    @pytest.mark.parametrize(
        ("cost", "outcome", "earned"),
        [
            (6_000, "met", 100),
            (5_000, "met", 100),
            (8_000, "part", 50),
            (10_000, "not_met", 0),
            (12_000, "not_met", 0),
        ],
    )
    def test_a_saving(self, cost: int, outcome: str, earned: int) -> None:
        kind = {"kind": "saving", "measure": "cost", "against": "target", "baseline": "before"}
        agreed = {"before": 10_000, "target": 4_000}
        found = judged({**kind, "zero_at": "0", "full_at": "1"}, {"cost": cost}, agreed)
        assert (found.outcome, found.earned_pence) == (outcome, earned)
        assert found.ratio == Decimal(10_000 - cost) / 4_000

    @pytest.mark.parametrize(("done", "earned"), [(0, 100), (50, 100), (100, 100), (101, 0)])
    def test_at_or_under_a_plan(self, done: int, earned: int) -> None:
        found = judged({"kind": "count", "full_at": "0", "ceiling": "1"}, {"done": done}, {"planned": 100})
        assert found.earned_pence == earned

    def test_a_saving_says_its_sums(self) -> None:
        kind = {"kind": "saving", "measure": "cost", "against": "target", "baseline": "before"}
        found = judged({**kind, "full_at": "1"}, {"cost": 7_000}, {"before": 10_000, "target": 4_000})
        assert found.reasons[0] == (
            "Cost now, £70.00; the target, £40.00; cost before, £100.00; so the saving is £30.00: "
            "that is 75%."
        )
        free = judged({**kind, "full_at": "1"}, {"cost": 0}, {"before": 0, "target": 4_000})
        assert free.ratio == 0
        missing = judged({**kind, "full_at": "1"}, {"cost": 7_000}, {"target": 4_000})
        assert missing.reasons == ("The report leaves out cost before.",)

    @pytest.mark.parametrize(
        ("done", "outcome", "earned", "band"),
        [
            (39, "not_met", 0, "Nothing is paid below 40%."),
            (40, "part", 25, "From 40% on, 25% is paid."),
            (79, "part", 25, "From 40% on, 25% is paid."),
            (80, "met", 100, "From 80% on, 100% is paid."),
        ],
    )
    def test_steps(self, done: int, outcome: str, earned: int, band: str) -> None:
        steps = [
            {"table": "bands", "at_least": "0.8", "gives": "2"},  # never more than all
            {"table": "bands", "at_least": "0.4", "gives": "0.25"},
            {"table": "other", "at_least": "0.1", "gives": "1"},
        ]
        found = judged({"steps": "bands"}, {"done": done, "planned": 100}, steps=steps)
        assert (found.outcome, found.earned_pence, found.reasons[1]) == (outcome, earned, band)

    def test_nothing_to_measure_against_cannot_be_judged(self) -> None:
        found = judged({}, {"done": 0, "planned": 0})
        assert (found.outcome, found.unsettled_pence, found.ratio) == ("cannot_be_judged", 100, None)
        assert found.reasons == (
            "Cases done, 0; cases planned, 0.",
            "There is nothing to measure against, so no share can be said.",
        )

    def test_a_part_larger_than_its_whole_cannot_be_judged(self) -> None:
        found = judged({}, {"done": 101, "planned": 100})
        assert found.outcome == "cannot_be_judged"
        assert found.reasons[1] == "A part is not larger than its whole, so one of the two is wrong."
        assert judged({"kind": "count"}, {"done": 101, "planned": 100}).outcome == "met"

    def test_percentages_are_said_to_two_places(self) -> None:
        assert judged({}, {"done": "0.3456", "planned": 1}).reasons[0].startswith("Cases done, 0.35; ")
        assert judged({}, {"done": 2, "planned": 3}).reasons[0].endswith("that is 66.67%.")

    def test_ratios_are_exact_and_shown_to_six_places(self) -> None:
        found = judged({"full_at": "0.333333"}, {"done": 1, "planned": 3})
        assert (found.outcome, found.ratio) == ("met", Decimal("0.333333"))
        assert judged({"full_at": "0.3333334"}, {"done": 1, "planned": 3}).outcome == "not_met"
        assert judged({"full_at": "0.5"}, {"done": 2, "planned": 3}).ratio == Decimal("0.666667")


def valued(figures: dict[str, Any] | None = None, steps: Any = (), **rule: Any) -> tuple[int, str]:
    """A scheme's sum for the year and its working."""
    result = calculated(
        rulebook([definition(**rule)], steps=list(steps)),
        agreements=[{"scheme": "A", "signed_on": "2020-03-01", "figures": figures or {}}],
    )
    return result.schemes[0].definitions[0].year_pence, result.schemes[0].definitions[0].working


class TestRules:
    STEPS = (
        {"table": "size", "at_least": "1", "gives": "50"},
        {"table": "size", "at_least": "5", "gives": "1.5"},
    )

    def test_fixed(self) -> None:
        assert valued(term="123.5") == (124, "a fixed sum of £1.24")
        assert valued({"sum": 777}, agreed_term="sum") == (777, "a fixed sum of £7.77")

    def test_per_unit(self) -> None:
        found = valued({"planned": 30}, rule="per_unit", base="planned", term="150")
        assert found == (4_500, "cases planned, 30, at £1.50 each")

    def test_share_of_a_base(self) -> None:
        found = valued({"cost": 333_33}, rule="share_of_base", base="cost", term="0.015")
        assert found == (500, "1.5% of cost now, £333.33")

    def test_cost_and_margin(self) -> None:
        found = valued({"cost": 201}, rule="cost_plus_margin", base="cost", term="0.5")
        assert found == (302, "cost now, £2.01, and 50% more")

    def test_rates_are_said_to_four_places(self) -> None:
        steps = [{"table": "size", "at_least": "0", "gives": "1.234567"}]
        table = valued({"cost": 1}, steps, rule="table", base="cost", table="size", term="100")
        assert table[1] == "by the table for cost now, £0.01: 1.2346 of £1.00"
        share = valued({"cost": 100}, rule="share_of_base", base="cost", term="0.01234567")
        plus = valued({"cost": 100}, rule="cost_plus_margin", base="cost", term="0.01234567")
        assert share[1] == "1.2346% of cost now, £1.00"
        assert plus[1] == "cost now, £1.00, and 1.2346% more"

    def test_a_table_of_sums_and_of_factors(self) -> None:
        table = {"rule": "table", "base": "planned", "table": "size", "term": None}
        assert valued({"planned": 4}, self.STEPS, **table) == (50, "by the table for cases planned, 4: £0.50")
        factor = {**table, "agreed_term": "sum"}
        assert valued({"planned": 5, "sum": 1_000}, self.STEPS, **factor) == (
            1_500,
            "by the table for cases planned, 5: 1.5 of £10.00",
        )
        own = {**table, "term": "200"}
        assert valued({"planned": 5}, self.STEPS, **own)[0] == 300

    def test_below_the_table_is_refused(self) -> None:
        with pytest.raises(
            Problem, match="A, version 1: cases planned is 0, below the first row of its table"
        ):
            valued({"planned": 0}, self.STEPS, rule="table", base="planned", table="size", term=None)

    def test_a_missing_figure_is_named(self) -> None:
        with pytest.raises(Problem, match=r"A, version 1: the agreed sum \(`sum`\) is not among the figures"):
            valued(agreed_term="sum")


TWO = [definition(term="400"), definition(2, "2020-06-01", term="800")]
TWICE = [trigger(kind="evidence"), trigger(2, kind="evidence")]


def versions(signed_on: str, *variations: tuple[int, str]) -> list[int]:
    """The version that applies in each quarter."""
    agreed = [{"version": version, "from_day": day} for version, day in variations]
    result = calculated(
        rulebook(TWO, TWICE),
        agreements=[{"scheme": "A", "signed_on": signed_on, "variations": agreed}],
    )
    return [each.version for each in result.schemes[0].triggers]


class TestVersions:
    def test_what_was_signed_is_kept(self) -> None:
        assert versions("2020-05-31") == [1, 1, 1, 1]
        assert versions("2020-06-01") == [2, 2, 2, 2]

    @pytest.mark.parametrize(
        ("day", "applied"),
        [
            ("2020-06-01", [1, 2, 2, 2]),
            ("2020-07-01", [1, 2, 2, 2]),
            ("2020-07-02", [1, 1, 2, 2]),
            ("2021-01-01", [1, 1, 1, 2]),
            ("2021-01-02", [1, 1, 1, 1]),
        ],
    )
    def test_a_variation_applies_from_the_next_quarter_that_begins(
        self, day: str, applied: list[int]
    ) -> None:
        assert versions("2020-05-01", (2, day)) == applied

    def test_what_the_kept_definition_lacks_is_said(self) -> None:
        for change, said in (("it pays twice", " What version 2 changes: it pays twice."), ("", "")):
            second = {**TWO[1], "change": change}
            found = calculated(rulebook([TWO[0], second], TWICE)).schemes[0].definitions[0]
            assert found.why == (
                "Version 1 applies: the scheme was signed on 1 March 2020, before version 2 was issued on "
                f"1 June 2020, and no variation that accepts a later one is in force.{said}"
            )

    def test_of_several_variations_the_last_applies(self) -> None:
        three = [*TWO, definition(3, "2020-07-01", term="1200")]
        result = calculated(
            rulebook(three, [*TWICE, trigger(3, kind="evidence")]),
            agreements=[
                {
                    "scheme": "A",
                    "signed_on": "2020-05-01",
                    "variations": [
                        {"version": 2, "from_day": "2020-07-01"},
                        {"version": 3, "from_day": "2020-12-01"},
                    ],
                }
            ],
        )
        assert [each.version for each in result.schemes[0].triggers] == [1, 2, 2, 3]
        assert [each.value_pence for each in result.schemes[0].triggers] == [100, 200, 200, 300]
        assert [each.quarters for each in result.schemes[0].definitions] == [(1,), (2, 3), (4,)]
        same_day = [{"version": version, "from_day": "2020-07-01"} for version in (2, 3)]
        at_once = calculated(
            rulebook(three, [*TWICE, trigger(3, kind="evidence")]),
            agreements=[{"scheme": "A", "signed_on": "2020-05-01", "variations": same_day}],
        )
        assert [each.version for each in at_once.schemes[0].triggers] == [1, 3, 3, 3]
        assert "Quarters 2, 3 and 4: Version 3 applies" in METHOD.explain(at_once)
        said = METHOD.explain(result)
        assert "Quarter 1: Version 1 applies: the scheme was signed on 1 May 2020, before" in said
        assert (
            "Quarters 2 and 3: Version 2 applies by a variation of the contract from 1 July 2020. For" in said
        )
        assert "Quarters" not in METHOD.explain(calculated(rulebook(TWO, TWICE)))

    @pytest.mark.parametrize(
        ("signed_on", "variations", "said"),
        [
            ("2020-05-01", [(3, "2020-07-01")], "accepts version 3, and there are 2"),
            (
                "2020-05-01",
                [(2, "2020-05-31")],
                "applies version 2 from 31 May 2020, before it was issued on 1 June",
            ),
            ("2020-05-01", [(1, "2020-07-01")], "not in order"),
            ("2020-05-01", [(2, "2020-07-01"), (2, "2020-08-01")], "not in order"),
            ("2020-08-01", [(2, "2020-08-01")], "not in order"),
            ("2020-05-01", [(2, "2020-09-01"), (1, "2020-10-01")], "not in order"),
            (
                "2019-12-31",
                [],
                "signed on 31 December 2019, before its first version was issued on 1 January 2020",
            ),
            (
                "2021-04-01",
                [],
                "signed on 1 April 2021, after the year that is assessed had ended on 31 March 2021",
            ),
        ],
    )
    def test_what_cannot_be_is_refused(self, signed_on: str, variations: Any, said: str) -> None:
        with pytest.raises(Problem, match=f"A: .*{said}"):
            versions(signed_on, *variations)

    def test_signing_on_the_first_and_the_last_day_is_served(self) -> None:
        assert versions("2020-01-01") == [1, 1, 1, 1]
        assert versions("2021-03-31") == [2, 2, 2, 2]

    def test_a_variation_is_not_earlier_than_the_signature(self) -> None:
        assert versions("2020-05-31", (2, "2020-06-01")) == [1, 2, 2, 2]
        with pytest.raises(Problem, match="not in order"):
            versions("2020-06-10", (2, "2020-06-09"))


class TestPackage:
    def test_the_package_follows_the_contract(self) -> None:
        for contract, value in ((100_00, 2_00), (199_99, 4_00), (200_00, 10_00)):
            assert calculated(contract_value_pence=contract).package.value_pence == value

    def test_its_rate_is_said_to_two_places(self) -> None:
        package = {"role": "any", "role_title": "any", "contract_at_least_pounds": 0, "most_schemes": 1}
        result = calculated(rulebook(packages=[{**package, "rate": "0.012347"}]))
        assert "£123.47: 1.23% of a contract" in METHOD.explain(result)

    def test_below_the_least_contract_is_refused(self) -> None:
        with pytest.raises(
            Problem, match=r"Riverside: its contract is worth £99.99, and packages begin at £100.00"
        ):
            calculated(contract_value_pence=99_99)

    def test_as_many_schemes_as_the_package_holds(self) -> None:
        both = [{"scheme": each, "signed_on": "2020-03-01"} for each in "AB"]
        assert len(calculated(agreements=both).schemes) == 2
        with pytest.raises(
            Problem, match=r"Riverside: the package holds 2 schemes, .* £199.99 holds at most 1"
        ):
            calculated(agreements=both, contract_value_pence=199_99)
        with pytest.raises(Problem, match="the package holds no scheme"):
            calculated(agreements=[])

    def test_schemes_worth_more_are_cut_in_proportion(self) -> None:
        both = [{"scheme": each, "signed_on": "2020-03-01"} for each in "AB"]
        rules = rulebook([definition(term="3000")])
        result = calculated(rules, agreements=both, contract_value_pence=200_00)
        assert [each.value_pence for each in result.schemes] == [750, 250]
        assert result.package.before_cut_pence == 4_000
        assert result.package.free_pence == -3_000
        assert "every part is cut in proportion to the package" in METHOD.explain(result)

    def test_or_are_paid_all_the_same(self) -> None:
        rules = rulebook([definition(term="3000")], above_package="paid")
        result = calculated(rules, contract_value_pence=200_00)
        assert result.value_pence == 3_000
        assert (
            "is worth £30.00, £20.00 more than the package, and they are paid all the same"
            in METHOD.explain(result)
        )

    def test_schemes_worth_the_package_are_not_cut(self) -> None:
        result = calculated(contract_value_pence=200_00)
        assert (result.value_pence, result.package.free_pence) == (1_000, 0)
        assert "so £0.00 of the package is not taken up" in METHOD.explain(result)


class TestNames:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"role": "lead"}, "no package for the role `lead`. A role is any."),
            (
                {"agreements": [{"scheme": "AA", "signed_on": "2020-03-01"}]},
                "no scheme `AA`; did you mean `A`",
            ),
            (
                {"agreements": [{"scheme": "A", "signed_on": "2020-03-01", "figures": {"plannd": 1}}]},
                "A: these rules know no figure `plannd`; did you mean `planned`",
            ),
            (
                {"agreements": [{"scheme": "A", "signed_on": "2020-03-01", "outturn": {"xyz": 1}}]},
                "A: these rules know no figure `xyz`. Write the figure as the rules name it.",
            ),
            (
                {"reports": [{"scheme": "A", "quarter": 1, "figures": {"dones": 1}}]},
                "A, quarter 1: these rules know no figure `dones`; did you mean `done`",
            ),
            (
                {"reports": [{"scheme": "A", "quarter": 1, "evidence": {"papers": True}}]},
                "A, quarter 1: these rules know no figure `papers`; did you mean `paper`",
            ),
            (
                {"reports": [{"scheme": "B", "quarter": 1}]},
                "B, quarter 1: there is a report of a scheme that was not",
            ),
            (
                {"reports": [{"scheme": "A", "quarter": 2}]},
                "A, quarter 2: there is a report, and reports were assessed to quarter 1 only",
            ),
            ({"outturn_contract_value_pence": 1}, "Riverside: the contract's value .* to quarter 1 only"),
            (
                {"agreements": [{"scheme": "A", "signed_on": "2020-03-01", "outturn": {"planned": 1}}]},
                "A: figures of the outturn are given, and reports were assessed to quarter 1 only",
            ),
            (
                {"provider_kind": "other"},
                "A: it is for providers of the kind acute or mental, and .* is other",
            ),
        ],
    )
    def test_what_the_rules_do_not_know_is_refused(self, change: dict[str, Any], said: str) -> None:
        with pytest.raises(Problem, match=said):
            calculated(**change)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (
                {"agreements": [{"scheme": "A", "signed_on": "2020-03-01", "figures": {"sum": 1}}]},
                "A: `sum` is given, and the scheme does not use it",
            ),
            (
                {"reports": [{"scheme": "A", "quarter": 1, "figures": {"cost": 1}}]},
                "A, quarter 1: `cost` is given, and the scheme does not use it",
            ),
            (
                {"reports": [{"scheme": "A", "quarter": 1, "evidence": {"done": True}}]},
                "A, quarter 1: `done` is a figure, and it was given as evidence",
            ),
        ],
    )
    def test_nothing_is_left_aside(self, change: dict[str, Any], said: str) -> None:
        with pytest.raises(Problem, match=said):
            calculated(**change)

    def test_evidence_is_no_figure(self) -> None:
        report = {"scheme": "A", "quarter": 1, "figures": {"paper": 1}}
        with pytest.raises(Problem, match="A, quarter 1: `paper` is evidence, and it was given as a figure"):
            calculated(rulebook(triggers=[trigger(kind="evidence")]), reports=[report])

    def test_reports_of_two_quarters_and_of_the_last_are_served(self) -> None:
        reports = [{"scheme": "A", "quarter": quarter} for quarter in (1, 2)]
        assert calculated(reported_to=2, reports=reports).reported_to == 2


class TestTheYearsEnd:
    BASE = (definition(rule="share_of_base", base="cost", term="0.1"),)

    def trued_up(self, outturn: Any, contract: int | None = None, **change: Any) -> IncentiveResult:
        reports = [
            {"scheme": "A", "quarter": quarter, "figures": {"done": done, "planned": 100}}
            for quarter, done in ((1, 95), (2, 70), (3, 20), (4, 95))
        ]
        given = {
            "reported_to": 4,
            "reports": reports,
            "agreements": [
                {"scheme": "A", "signed_on": "2020-03-01", "figures": {"cost": 4_000}, "outturn": outturn}
            ],
            "outturn_contract_value_pence": contract,
        }
        return calculated(rulebook(list(self.BASE), [trigger(zero_at="0.5")]), **{**given, **change})

    def test_what_was_earned_is_paid_on_the_outturn(self) -> None:
        result = self.trued_up({"cost": 6_000})
        triggers = result.schemes[0].triggers
        assert [each.value_pence for each in triggers] == [100] * 4
        assert [each.earned_pence for each in triggers] == [100, 50, 0, 100]
        assert [each.true_up_pence for each in triggers] == [50, 25, 0, 50]
        assert (result.earned_pence, result.true_up_pence, result.due_pence) == (250, 125, 375)
        assert "The year's end adds £1.25." in METHOD.explain(result)

    def test_a_lower_outturn_is_taken_back(self) -> None:
        result = self.trued_up({"cost": 2_000}, paid_on_account_pence=200)
        assert (result.true_up_pence, result.due_pence, result.balance_pence) == (-125, 125, -75)
        said = METHOD.explain(result)
        assert "The year's end takes away £1.25." in said
        assert "£1.25 is due, with −£1.25 for the year's true-up, and £2.00 was paid on account, " in said
        assert "so £0.75 is to be paid back." in said

    def test_a_single_penny_is_said_the_right_way(self) -> None:
        more = self.trued_up({"cost": 4_010})  # £0.01 on the first quarter alone
        assert more.true_up_pence == 1
        assert "The year's end adds £0.01." in METHOD.explain(more)
        owed = self.trued_up({}, paid_on_account_pence=249)
        assert "so £0.01 is still to be paid." in METHOD.explain(owed)

    def test_without_an_outturn_nothing_changes(self) -> None:
        result = self.trued_up({}, paid_on_account_pence=250)
        assert (result.true_up_pence, result.balance_pence) == (0, 0)
        said = METHOD.explain(result)
        assert "In all £2.50 is due, and £2.50 was paid on account, so nothing is outstanding." in said
        assert "year's end" not in said
        assert "unsettled" not in said

    def test_the_outturn_of_the_contract_bounds_the_package(self) -> None:
        assert self.trued_up({}, contract=40_00).true_up_pence == -125  # 5% of £40.00 is half of £4.00
        assert self.trued_up({}, contract=40_00).value_pence == 400
        assert self.trued_up({}, contract=80_00).true_up_pence == 0
        assert self.trued_up({}, contract=0).due_pence == 0

    def test_before_the_years_end_later_quarters_are_not_due(self) -> None:
        result = calculated(rulebook([definition(term="400")]), reported_to=2)
        triggers = result.schemes[0].triggers
        assert [each.outcome for each in triggers] == ["not_reported"] * 2 + ["not_due"] * 2
        assert triggers[2].reasons == ("Due at the end of quarter 3.",)
        assert (result.not_due_pence, result.unsettled_pence) == (200, 200)
        said = METHOD.explain(result)
        assert (
            "To the end of quarter 2, of £4.00, £0.00 was earned, £0.00 was not, £2.00 is unsettled and "
            in said
        )
        assert "£2.00 belongs to later quarters." in said

    def test_all_met_is_said(self) -> None:
        reports = [
            {"scheme": "A", "quarter": each, "figures": {"done": 1, "planned": 1}} for each in (1, 2, 3, 4)
        ]
        result = calculated(rulebook([definition(term="400")]), reports=reports, reported_to=4)
        said = METHOD.explain(result)
        assert "Of £4.00, £4.00 was earned. Every trigger was met." in said
        assert said.endswith("This follows Invented schemes (version 2020-21).")
        first = calculated(rulebook([definition(term="400")]), reports=reports[:1], reported_to=1)
        assert "Every trigger was met" not in METHOD.explain(first)

    def test_a_year_that_begins_in_april(self) -> None:
        rules = rulebook(valid_to="2022-03-31")
        for day, year in (("2020-04-01", "2020-21"), ("2021-03-31", "2020-21"), ("2021-04-01", "2021-22")):
            assert calculated(rules, on=day).year == year


def balanced(money: Money) -> bool:
    parts = money.earned_pence + money.withheld_pence + money.unsettled_pence + money.not_due_pence
    return money.value_pence == parts


FIELDS = ("value", "earned", "withheld", "unsettled", "not_due", "true_up")


@drawn(
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(20_000, 10**8),
    st.lists(st.tuples(st.integers(0, 120), st.integers(0, 120)), max_size=4),
    st.integers(0, 4),
    st.integers(1, 4),
    st.sampled_from(["scaled", "paid"]),
    st.integers(0, 10**9),
)
@settings(max_examples=80)
def test_money_is_conserved(
    cost: int,
    outturn: int,
    contract: int,
    counts: list[tuple[int, int]],
    varied: int,
    reported_to: int,
    above: str,
    paid: int,
) -> None:
    """Every penny of every trigger is earned, withheld, unsettled or not due, and all sums agree."""
    definitions = [
        definition(rule="share_of_base", base="cost", term="0.0137"),
        definition(2, "2020-03-10", rule="cost_plus_margin", base="cost", term="0.07"),
    ]
    triggers = [
        trigger(weight="0.07", zero_at="0.3"),
        trigger(trigger="paper", weight="0.18", kind="evidence"),
        trigger(2, weight="0.25", kind="count", zero_at="0.3", ceiling="1.1"),
    ]
    variations = [{"version": 2, "from_day": f"2020-{3 * varied + 1:02d}-11"}] if 0 < varied < 4 else []
    reports = [
        {
            "scheme": "A",
            "quarter": quarter,
            "figures": {"done": done, "planned": planned},
            "evidence": {"paper": True},
        }
        for quarter, (done, planned) in enumerate(counts[:reported_to], start=1)
    ]
    agreement = {
        "scheme": "A",
        "signed_on": "2020-03-01",
        "variations": variations,
        "figures": {"cost": cost},
    }
    result = calculated(
        rulebook(definitions, triggers, above_package=above),
        agreements=[
            {**agreement, "outturn": {"cost": outturn} if reported_to == 4 else {}},
            {"scheme": "B", "signed_on": "2020-03-01"},
        ],
        reports=reports,
        reported_to=reported_to,
        contract_value_pence=contract,
        paid_on_account_pence=paid,
    )
    for money in (result, *result.schemes, *result.quarters, *result.schemes[0].triggers):
        assert balanced(money)
    for field in FIELDS:
        whole = getattr(result, f"{field}_pence")
        assert whole == sum(getattr(each, f"{field}_pence") for each in result.schemes)
        assert whole == sum(getattr(each, f"{field}_pence") for each in result.quarters)
        for scheme in result.schemes:
            assert getattr(scheme, f"{field}_pence") == sum(
                getattr(each, f"{field}_pence") for each in scheme.triggers
            )
    assert result.due_pence == result.earned_pence + result.true_up_pence
    assert result.balance_pence == result.due_pence - paid
    assert result.value_pence == (
        min(result.package.before_cut_pence, result.package.value_pence)
        if above == "scaled"
        else result.package.before_cut_pence
    )


@drawn(st.integers(0, 100), st.integers(0, 100))
@settings(max_examples=50)
def test_doing_more_never_earns_less(one: int, other: int) -> None:
    low, high = (judged({"zero_at": "0.25"}, {"done": done, "planned": 100}) for done in sorted((one, other)))
    assert low.earned_pence <= high.earned_pence
