"""Incentive schemes as shipped: the worked values, the six changes, and the whole of one provider's year."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from speccom.methods.incentive import METHOD
from speccom.methods.incentive.answer import IncentiveResult, Outcome, SchemeAnswer, TriggerAnswer
from speccom.methods.incentive.rules import IncentiveRules, Mark
from speccom.problem import Problem
from speccom.rulebook.method_rules import find_method_rules

OLD, NEW = "2016-11-15", "2016-12-20"  # before and after the second versions were issued


def shipped() -> dict[str, Any]:
    return dict(find_method_rules("incentives", date(2017, 4, 1)).content)


def calculated(given: dict[str, Any]) -> IncentiveResult:
    return METHOD.calculate(METHOD.read({"rules": shipped(), **given}))


def one(
    scheme: str,
    figures: dict[str, Any],
    signed_on: str = NEW,
    reports: dict[int, dict[str, Any]] | None = None,
    **change: Any,
) -> IncentiveResult:
    """A provider with one scheme, and a package that is large enough for it."""
    given = {
        "on": "2017-06-30",
        "provider": "Riverside",
        "provider_kind": "acute",
        "role": "standard",
        "contract_value_pence": 120_000_000_00,
        "reported_to": max(reports or {1: {}}),
        "agreements": [{"scheme": scheme, "signed_on": signed_on, "figures": figures}],
        "reports": [
            {"scheme": scheme, "quarter": quarter, **each} for quarter, each in (reports or {}).items()
        ],
    }
    return calculated({**given, **change})


def trigger(result: IncentiveResult, name: str, quarter: int) -> TriggerAnswer:
    found = (each for each in result.schemes[0].triggers if (each.trigger, each.quarter) == (name, quarter))
    return next(found)


def scheme(result: IncentiveResult, code: str) -> SchemeAnswer:
    return next(each for each in result.schemes if each.scheme == code)


class TestWorkedValues:
    """The Q rows of the project's worked values, from the published schemes; Q5's plan is illustrative."""

    @pytest.mark.parametrize(
        ("role", "package"), [("standard", 2_400_000_00), ("network_lead", 3_360_000_00)]
    )
    def test_q1_package_of_a_contract_of_120_million(self, role: str, package: int) -> None:
        result = one("GE3", {"high_cost_drug_spend": 0}, role=role)
        assert result.package.value_pence == package

    @pytest.mark.parametrize(("signed", "sum_"), [(NEW, 420_000_00), (OLD, 252_000_00)])
    def test_q2_medicines_at_1_percent_and_before_at_0_6(self, signed: str, sum_: int) -> None:
        assert one("GE3", {"high_cost_drug_spend": 42_000_000_00}, signed).value_pence == sum_

    @pytest.mark.parametrize(("signed", "sum_"), [(NEW, 65_000_00), (OLD, 32_500_00)])
    def test_q3_dose_banding_at_1_percent_and_before_at_half(self, signed: str, sum_: int) -> None:
        assert one("CA2", {"chemotherapy_spend": 6_500_000_00}, signed).value_pence == sum_

    def test_q4_palliative_chemotherapy_at_cost_and_half_as_much(self) -> None:
        assert one("CA3", {"assessed_cost": 40_000_00}).value_pence == 60_000_00

    @pytest.mark.parametrize(
        ("treatments", "outcome"),
        [("406.79", "not_met"), ("406.8", "met"), ("452", "met"), ("497.2", "met"), ("497.21", "not_met")],
    )
    def test_q5_hepatitis_c_pays_from_406_8_to_497_2_of_452(self, treatments: str, outcome: str) -> None:
        report = {2: {"figures": {"treatments": treatments, "planned_treatments": 452}}}
        found = trigger(one("BI1", {"agreed_sum": 960_000_00}, reports=report), "run_rate", 2)
        assert found.outcome == outcome
        assert found.earned_pence == (60_000_00 if outcome == "met" else 0)

    def test_q5_says_the_bounds(self) -> None:
        report = {2: {"figures": {"treatments": 452, "planned_treatments": 452}}}
        found = trigger(one("BI1", {"agreed_sum": 1}, reports=report), "run_rate", 2)
        assert found.reasons == (
            "Treatments begun, 452; treatments planned, 452: that is 100%.",
            "All is paid from 90% (406.8) to 110% (497.2).",
        )

    def test_q7_uptake_of_best_value_medicines(self) -> None:
        figures = {
            "new_on_best_value": 91,
            "new_patients": 100,
            "existing_on_best_value": 401,
            "existing_patients": 500,
        }
        result = one("GE3", {"high_cost_drug_spend": 42_000_000_00}, reports={4: {"figures": figures}})
        new, existing = trigger(result, "new", 4), trigger(result, "existing", 4)
        assert (new.outcome, new.ratio) == ("met", Decimal("0.91"))
        assert (existing.outcome, existing.ratio) == ("met", Decimal("0.802"))
        assert new.earned_pence == existing.earned_pence == 42_000_00
        assert new.reasons[1] == "All is paid from 90%."

    @pytest.mark.parametrize(
        ("new", "existing", "outcomes"),
        [(90, 400, ("met", "met")), (89, 399, ("not_met", "not_met"))],
    )
    def test_q7_at_its_thresholds(self, new: int, existing: int, outcomes: tuple[str, str]) -> None:
        figures = {
            "new_on_best_value": new,
            "new_patients": 100,
            "existing_on_best_value": existing,
            "existing_patients": 500,
        }
        result = one("GE3", {"high_cost_drug_spend": 1}, reports={4: {"figures": figures}})
        assert (trigger(result, "new", 4).outcome, trigger(result, "existing", 4).outcome) == outcomes

    def test_d10_dose_banding_at_94_percent_is_met(self) -> None:
        report = {2: {"figures": {"banded_doses": 940, "doses": 1000}}}
        found = trigger(one("CA2", {"chemotherapy_spend": 6_500_000_00}, reports=report), "banded", 2)
        assert (found.outcome, found.ratio, found.earned_pence) == ("met", Decimal("0.94"), 16_250_00)


class TestTheSixChanges:
    """Each is version 2 of its scheme; whoever signed the first keeps it."""

    def test_six_schemes_have_a_second_version_that_says_what_changed(self) -> None:
        rules = IncentiveRules.model_validate(shipped())
        second = [each for each in rules.definitions if each.version == 2]
        assert [each.scheme for each in second] == ["GE3", "BI1", "BI2", "CA2", "CA3", "WC4"]
        assert all(each.change for each in second)

    @pytest.mark.parametrize(("signed", "outcome"), [(OLD, "not_met"), (NEW, "met")])
    def test_hepatitis_c_at_105_percent_of_plan(self, signed: str, outcome: str) -> None:
        report = {1: {"figures": {"treatments": 105, "planned_treatments": 100}}}
        found = trigger(one("BI1", {"agreed_sum": 1_000_00}, signed, report), "run_rate", 1)
        assert found.outcome == outcome

    def test_haemophilia_by_expenditure_and_then_by_patient(self) -> None:
        spend = {"haemophilia_spend": 8_000_000_00, "agreed_rate": "0.002"}
        patients = {"home_treatment_patients": 150, "amount_per_patient": 120_00}
        assert one("BI2", spend, OLD).value_pence == 16_000_00
        assert one("BI2", patients, NEW).value_pence == 18_000_00

    def test_palliative_chemotherapy_at_cost_alone_before(self) -> None:
        assert one("CA3", {"assessed_cost": 40_000_00}, OLD).value_pence == 40_000_00

    @pytest.mark.parametrize(
        ("hospitals", "sum_"), [(5, 80_000_00), (6, 100_000_00), (10, 100_000_00), (11, 120_000_00)]
    )
    def test_childrens_critical_care_by_size_of_network(self, hospitals: int, sum_: int) -> None:
        figures = {"assessed_cost": 100_000_00, "network_hospitals": hospitals}
        result = one("WC4", figures, NEW)
        assert result.value_pence == sum_
        assert one("WC4", {"assessed_cost": 100_000_00}, OLD).value_pence == 100_000_00

    def test_each_scheme_of_the_programme_is_there_and_marked(self) -> None:
        rules = IncentiveRules.model_validate(shipped())
        assert len(rules.schemes) == 24
        assert {each.mark for each in rules.triggers} == set(Mark)
        assert {"packages.rate", "packages.most_schemes", "triggers.weight", "steps"} <= set(rules.marks)

    def test_no_code_names_a_scheme(self) -> None:
        rules = IncentiveRules.model_validate(shipped())
        folder = Path(__file__).resolve().parents[3] / "src" / "speccom" / "methods" / "incentive"
        codes = re.compile("|".join(rf"\b{each.scheme}\b" for each in rules.schemes))
        sources = list(folder.glob("*.py"))
        assert sources
        assert not [source.name for source in sources if codes.search(source.read_text(encoding="utf-8"))]

    @pytest.mark.parametrize(
        ("on", "beds", "outcome"),
        [("2017-05-01", 600, "met"), ("2018-05-01", 600, "not_met"), ("2018-05-01", 900, "met")],
    )
    def test_reviewed_beds_differ_by_year(self, on: str, beds: int, outcome: str) -> None:
        report = {1: {"figures": {"beds_under_review": beds, "applicable_beds": 900}}}
        result = one("GE1", {"agreed_sum": 1_000_00}, reports=report, on=on)
        assert trigger(result, "beds", 1).outcome == outcome

    def test_fewer_beds_than_the_limit_are_asked_for_in_full(self) -> None:
        report = {1: {"figures": {"beds_under_review": 450, "applicable_beds": 450}}}
        found = trigger(one("GE1", {"agreed_sum": 1_000_00}, reports=report), "beds", 1)
        assert found.outcome == "met"
        assert "asked for" not in found.reasons[0]

    def test_the_limit_of_beds_is_said(self) -> None:
        report = {1: {"figures": {"beds_under_review": 600, "applicable_beds": 900}}}
        found = trigger(one("GE1", {"agreed_sum": 1_000_00}, reports=report), "beds", 1)
        assert found.reasons[0] == (
            "Beds under review, 600; applicable beds, 900, of which 600 are asked for: that is 100%."
        )


class TestARealYear:
    """The example: a provider at the end of its first year, figured by hand."""

    result = calculated(dict(METHOD.example()))

    def test_the_package_is_not_taken_up_whole(self) -> None:
        package = self.result.package
        assert (package.value_pence, package.most_schemes) == (2_400_000_00, 10)
        assert package.before_cut_pence == 420_000_00 + 48_750_00 + 60_000_00 + 960_000_00
        assert package.free_pence == 911_250_00
        assert self.result.value_pence == package.before_cut_pence

    def test_medicines_lose_one_fifth_and_are_trued_up(self) -> None:
        found = scheme(self.result, "GE3")
        assert (found.earned_pence, found.withheld_pence) == (336_000_00, 84_000_00)
        assert found.true_up_pence == 8_800_00  # 80% of 1% of £1.1m more spend

    def test_an_amendment_in_mid_year_pays_half_a_year_of_each_definition(self) -> None:
        found = scheme(self.result, "CA2")
        assert [each.quarters for each in found.definitions] == [(1, 2), (3, 4)]
        assert [each.year_pence for each in found.definitions] == [32_500_00, 65_000_00]
        assert found.value_pence == 16_250_00 + 32_500_00
        assert [each.version for each in found.triggers] == [1, 1, 2, 2]
        assert [each.value_pence for each in found.triggers] == [8_125_00, 8_125_00, 16_250_00, 16_250_00]
        assert [each.earned_pence for each in found.triggers] == [8_125_00, 0, 16_250_00, 16_250_00]
        assert found.definitions[0].why == (
            "Version 1 applies: the scheme was signed on 15 November 2016, before version 2 was issued on "
            "1 December 2016, and no variation that accepts a later one is in force. "
            "What version 2 changes: it pays "
            "1% of relevant spend instead of half of that."
        )
        assert found.definitions[1].why == (
            "Version 2 applies by a variation of the contract from 1 October 2017."
        )
        assert found.definitions[1].working == (
            "1% of relevant spend on intravenous cancer medicines, £6,500,000.00"
        )

    def test_part_payment_and_what_nobody_can_judge(self) -> None:
        found = scheme(self.result, "CA3")
        discussed = [each for each in found.triggers if each.trigger == "discussed"]
        reviewed = [each for each in found.triggers if each.trigger == "reviewed"]
        assert [each.earned_pence for each in discussed] == [3_750_00, 5_625_00, 7_500_00, 0]
        assert [each.outcome for each in discussed] == ["part", "part", "met", "not_reported"]
        assert [each.outcome for each in reviewed] == ["met", "not_met", "cannot_be_judged", "not_reported"]
        assert found.unsettled_pence == 3 * 7_500_00
        assert (found.earned_pence, found.withheld_pence) == (24_375_00, 13_125_00)
        assert discussed[3].reasons == ("The report leaves out decisions discussed with a peer.",)

    def test_quarters_and_sums(self) -> None:
        assert [each.quarter for each in self.result.quarters] == [1, 2, 3, 4]
        assert self.result.quarters[0].earned_pence == 84_000_00 + 8_125_00 + 11_250_00 + 240_000_00
        assert self.result.earned_pence == 1_241_000_00
        assert self.result.due_pence == 1_249_800_00
        assert self.result.balance_pence == 149_800_00

    def test_it_is_said_in_words(self) -> None:
        said = METHOD.explain(self.result).split("\n\n")
        assert said[0] == (
            "In 2017-18 the package of Riverside Teaching Hospitals, an ordinary provider, is £2,400,000.00: "
            "2% of a contract worth £120,000,000.00. By their own rules its 4 schemes are worth "
            "£1,488,750.00, so £911,250.00 of the package is not taken up. To the end of quarter 4, of "
            "£1,488,750.00, £1,241,000.00 was earned, £225,250.00 was not and £22,500.00 is unsettled."
        )
        assert said[1] == (
            "GE3, Getting the best from hospital medicines. Version 2 applies: the scheme was signed on "
            "20 December 2016, when it was the latest. For a whole year it is worth £420,000.00 (1% of spend "
            "on applicable high-cost medicines, £42,000,000.00). Of £420,000.00, £336,000.00 was earned. "
            "Quarter 3, Dispensing by the cheapest safe route: not met. The evidence of use of the cheapest "
            "safe dispensing routes was not accepted. The year's end adds £8,800.00."
        )
        assert "Nothing is paid at 50%, all at 90%, and a part evenly between; here 50%." in said[3]
        assert said[5] == (
            "In all £1,249,800.00 is due, with £8,800.00 for the year's true-up, and £1,100,000.00 was "
            "paid on account, so £149,800.00 is still to be paid. What is unsettled counts for nothing in "
            "this yet. "
            "This follows Incentive schemes for specialised services 2017/19 (version 2017-19); 17 of the 30 "
            "rules and thresholds used here are remembered or assumed, not read in a source, as the rulebook "
            "marks them."
        )

    def test_the_chart_has_each_sum(self) -> None:
        assert METHOD.picture is not None
        drawn = METHOD.picture(self.result)
        assert drawn.title == "£1,241,000.00 earned of £1,488,750.00"
        assert drawn.table.rows[2] == ("CA3", "£24,375.00", "£13,125.00", "£22,500.00", "£0.00")


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "said"),
        [
            ("a role that no package names", "A role is network_lead or standard."),
            ("more schemes than the package holds", "holds 4 schemes, .* £9,000,000.00 holds at most 2"),
            ("a scheme that the rules do not know", "know no scheme `none`"),
            ("a scheme agreed twice", "GE3: the scheme is agreed twice"),
            ("a scheme for another kind of provider", "GE3: .* kind acute, and this one's kind is ambulance"),
            (
                "a scheme signed before it was issued",
                "before its first version was issued on 22 September 2016",
            ),
            (
                "a variation before its version was issued",
                "30 November 2016, before it was issued on 1 December",
            ),
            (
                "a figure missing on which a sum rests",
                "`high_cost_drug_spend`.* is not among the figures agreed",
            ),
            ("two reports of one quarter", "GE3, quarter 1: there are two reports of one quarter"),
            ("reports beyond the last quarter assessed", "GE3: figures of the outturn .* to quarter 3 only"),
        ],
    )
    def test_each_says_what_is_wrong(self, what: str, said: str) -> None:
        with pytest.raises(Problem, match=said):
            calculated(dict(METHOD.refusals[what]()))

    def test_a_date_without_schemes_is_refused_and_none_is_guessed(self) -> None:
        with pytest.raises(Problem, match="holds from 1 April 2017 to 31 March 2019"):
            one("GE3", {"high_cost_drug_spend": 1}, on="2019-04-01")
        with pytest.raises(Problem, match="no version of the incentives rulebook"):
            find_method_rules("incentives", date(2024, 4, 1))

    def test_outcomes_are_those_that_the_answer_names(self) -> None:
        assert {each.outcome for each in TestARealYear.result.schemes[2].triggers} == {
            Outcome.MET,
            Outcome.PART,
            Outcome.NOT_MET,
            Outcome.NOT_REPORTED,
            Outcome.CANNOT_BE_JUDGED,
        }
