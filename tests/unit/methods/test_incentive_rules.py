"""What a rulebook of schemes must hold together: each fault is planted in the shipped one, and named."""

import copy
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from speccom.methods.incentive import METHOD
from speccom.methods.incentive.rules import IncentiveRules, Unit, year_label
from speccom.methods.periods import financial_year
from speccom.problem import Problem
from speccom.rulebook.method_rules import find_method_rules

SHIPPED = dict(find_method_rules("incentives", date(2017, 4, 1)).content)
Rules = dict[str, Any]


def row(rules: Rules, table: str, **found: str) -> dict[str, Any]:
    return next(
        each for each in rules[table] if all(each.get(name) == value for name, value in found.items())
    )


def definition(rules: Rules, scheme: str, version: str = "1") -> dict[str, Any]:
    return row(rules, "definitions", scheme=scheme, version=version)


def trigger(rules: Rules, scheme: str, name: str) -> dict[str, Any]:
    return row(rules, "triggers", scheme=scheme, trigger=name)


FAULTS: dict[str, tuple[Callable[[Rules], object], str]] = {
    "a fixed sum with a base": (
        lambda rules: definition(rules, "GE1").update(base="doses"),
        "GE1, version 1: every rule but a fixed sum needs a base",
    ),
    "a share without a base": (
        lambda rules: definition(rules, "GE3").pop("base"),
        "GE3, version 1: every rule but a fixed sum needs a base",
    ),
    "a table for a share": (
        lambda rules: definition(rules, "GE3").update(table="network_size"),
        "GE3, version 1: a table is named by a rule that looks up, and by no other",
    ),
    "a rule that looks up without a table": (
        lambda rules: definition(rules, "WC4", "2").pop("table"),
        "WC4, version 2: a table is named by a rule that looks up",
    ),
    "no term": (
        lambda rules: definition(rules, "GE3").pop("term"),
        "GE3, version 1: either the scheme sets a term or the contract agrees one",
    ),
    "two terms": (
        lambda rules: definition(rules, "GE3").update(agreed_term="agreed_rate"),
        "GE3, version 1: either the scheme sets a term or the contract agrees one",
    ),
    "two terms of a table": (
        lambda rules: definition(rules, "WC4", "2").update(term="1"),
        "WC4, version 2: either the scheme sets a term or the contract agrees one",
    ),
    "evidence against something": (
        lambda rules: trigger(rules, "GE3", "plan").update(against="doses"),
        "GE3, version 1, plan: evidence is measured against nothing",
    ),
    "a ratio against nothing": (
        lambda rules: trigger(rules, "GE3", "new").pop("against"),
        "GE3, version 1, new: evidence is measured against nothing, and every other kind is",
    ),
    "a saving without its baseline": (
        lambda rules: trigger(rules, "GE4", "saving").pop("baseline"),
        "GE4, version 1, saving: a baseline belongs to a saving",
    ),
    "a ratio with a baseline": (
        lambda rules: trigger(rules, "GE3", "new").update(baseline="cost_before"),
        "GE3, version 1, new: a baseline belongs to a saving, and to nothing else",
    ),
    "a ratio without a threshold": (
        lambda rules: trigger(rules, "GE3", "new").pop("full_at"),
        "GE3, version 1, new: a ratio is judged by `full_at` or by steps, and evidence by neither",
    ),
    "a ratio with a threshold and steps": (
        lambda rules: trigger(rules, "GE3", "new").update(steps="screening"),
        "GE3, version 1, new: a ratio is judged by",
    ),
    "evidence with a threshold": (
        lambda rules: trigger(rules, "GE3", "plan").update(full_at="1"),
        "GE3, version 1, plan: a ratio is judged by",
    ),
    "part payment between equal thresholds": (
        lambda rules: trigger(rules, "GE3", "new").update(zero_at="0.9"),
        "GE3, version 1, new: `zero_at` needs a `full_at` that differs from it",
    ),
    "part payment by steps": (
        lambda rules: trigger(rules, "WC3", "screened").update(zero_at="0.1"),
        "WC3, version 1, screened: `zero_at` needs a `full_at`",
    ),
    "a trigger in no quarter": (
        lambda rules: trigger(rules, "GE3", "new").update(quarters=""),
        "GE3, version 1, new: the quarters are none, or one is named twice",
    ),
    "a quarter twice": (
        lambda rules: trigger(rules, "GE3", "new").update(quarters="4 4"),
        "GE3, version 1, new: the quarters are none, or one is named twice",
    ),
    "a fifth quarter": (
        lambda rules: trigger(rules, "GE3", "new").update(quarters="5"),
        "triggers, number .*, quarters, number 1: input should be less than or equal to 4",
    ),
    "a quarter before the first": (
        lambda rules: trigger(rules, "GE3", "new").update(quarters="0"),
        "input should be greater than or equal to 1",
    ),
    "a weight above one": (
        lambda rules: trigger(rules, "GE4", "saving").update(weight="1.5"),
        "weight: input should be less than or equal to 1",
    ),
    "a version of nought": (
        lambda rules: definition(rules, "GE1").update(version="0"),
        "version: input should be greater than or equal to 1",
    ),
    "a scheme twice": (
        lambda rules: rules["schemes"].append(rules["schemes"][0]),
        "the scheme GE1 is there twice",
    ),
    "a figure twice": (
        lambda rules: rules["figures"].append(rules["figures"][0]),
        "the figure agreed_sum is there twice",
    ),
    "a version left out": (
        lambda rules: definition(rules, "BI2", "2").update(version="3"),
        "the versions of BI2 are not 1, 2 and so on",
    ),
    "a scheme without a definition": (
        lambda rules: rules["schemes"].append({"scheme": "ZZ1", "title": "None", "providers": "acute"}),
        "the versions of ZZ1 are not 1, 2 and so on",
    ),
    "two versions of one day": (
        lambda rules: definition(rules, "GE3", "2").update(issued_on="2016-09-22"),
        "version 2 of GE3 was not issued after the version before it",
    ),
    "a definition of no scheme": (
        lambda rules: rules["definitions"].append({**definition(rules, "GE1"), "scheme": "ZZ1"}),
        "there is a definition of ZZ1, which is no scheme",
    ),
    "weights that do not sum": (
        lambda rules: trigger(rules, "GE3", "new").update(weight="0.2"),
        "the weights of GE3, version 1, sum to 1.1 in 2017-18, not to 1",
    ),
    "weights that do not sum in the second year": (
        lambda rules: row(rules, "triggers", scheme="GE1", year="2018-19").update(weight="0.1"),
        "the weights of GE1, version 1, sum to 0.9.* in 2018-19, not to 1",
    ),
    "a trigger of no definition": (
        lambda rules: rules["triggers"].append({**trigger(rules, "GE1", "days"), "version": "2"}),
        "days belongs to GE1, version 2, which is not defined",
    ),
    "a base that is no figure": (
        lambda rules: definition(rules, "GE3").update(base="nothing"),
        "GE3, version 1: nothing is no figure of these rules",
    ),
    "an agreed term that is no figure": (
        lambda rules: definition(rules, "GE1").update(agreed_term="nothing"),
        "GE1, version 1: nothing is no figure of these rules",
    ),
    "a measure that is no figure": (
        lambda rules: trigger(rules, "GE3", "plan").update(measure="nothing"),
        "GE3, plan: nothing is no figure of these rules",
    ),
    "a table that is not there": (
        lambda rules: definition(rules, "WC4", "2").update(table="nothing"),
        "WC4, version 2: there is no table nothing",
    ),
    "steps that are not there": (
        lambda rules: trigger(rules, "WC3", "screened").update(steps="nothing"),
        "WC3, screened: there is no table nothing",
    ),
}


def read(rules: Rules) -> object:
    return METHOD.read({"rules": rules, **METHOD.example()})


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_is_named(what: str) -> None:
    plant, said = FAULTS[what]
    rules = copy.deepcopy(SHIPPED)
    plant(rules)
    with pytest.raises(Problem, match=said):
        read(rules)


def test_the_shipped_rules_hold_together() -> None:
    assert read(copy.deepcopy(SHIPPED))


def test_a_trigger_may_weigh_nothing() -> None:
    rules = copy.deepcopy(SHIPPED)
    rules["triggers"].append({**trigger(rules, "GE3", "plan"), "trigger": "extra", "weight": "0"})
    assert read(rules)


def test_a_table_of_sums_needs_no_term() -> None:
    rules = copy.deepcopy(SHIPPED)
    definition(rules, "WC4", "2").pop("agreed_term")
    assert read(rules)


class TestReading:
    rules = IncentiveRules.model_validate(SHIPPED)

    @pytest.mark.parametrize(
        ("value", "gives"),
        [(Fraction(1, 2), None), (1, "0.8"), (Fraction(59, 10), "0.8"), (6, "1.0"), (11, "1.2"), (99, "1.2")],
    )
    def test_a_step_is_the_last_that_is_reached(self, value: Any, gives: str | None) -> None:
        found = self.rules.step("network_size", Fraction(value))
        assert found is None if gives is None else str(found) == gives

    def test_words_and_units(self) -> None:
        assert self.rules.words("doses") == "doses given"
        assert self.rules.unit("doses") is Unit.COUNT
        assert self.rules.unit("assessed_cost") is Unit.PENCE

    def test_triggers_of_a_year(self) -> None:
        found = self.rules.definitions_of("GE1")[0]
        for year, limit in (("2017-18", 600), ("2018-19", None)):
            first, second = self.rules.triggers_of(found, year)
            assert first.against_at_most == limit
            assert second.trigger == "days"

    @pytest.mark.parametrize(
        ("day", "label"),
        [
            (date(2018, 3, 31), "2017-18"),
            (date(2018, 4, 1), "2018-19"),
            (date(2018, 12, 31), "2018-19"),
            (date(1999, 5, 1), "1999-00"),
        ],
    )
    def test_financial_years(self, day: date, label: str) -> None:
        assert year_label(financial_year(day)) == label


@pytest.mark.parametrize(
    "field", ["contract_value_pence", "outturn_contract_value_pence", "paid_on_account_pence"]
)
def test_money_has_bounds(field: str) -> None:
    given = {"rules": SHIPPED, **METHOD.example()}
    for pence in (0, 10**15):
        assert METHOD.read({**given, field: pence})
    for pence in (-1, 10**15 + 1):
        with pytest.raises(Problem, match=field):
            METHOD.read({**given, field: pence})


def test_nothing_is_paid_on_account_unless_said() -> None:
    given = dict(METHOD.example())
    del given["paid_on_account_pence"]
    result = METHOD.calculate(METHOD.read({"rules": SHIPPED, **given}))
    assert (result.paid_on_account_pence, result.balance_pence) == (0, result.due_pence)


def test_a_figure_has_bounds_and_a_provider_a_name() -> None:
    given = {"rules": SHIPPED, **METHOD.example(), "provider": "R"}
    agreement = given["agreements"][0]
    for value in (0, 10**15):
        assert METHOD.read(
            {**given, "agreements": [{**agreement, "figures": {"high_cost_drug_spend": value}}]}
        )
    for value in (-1, 10**15 + 1):
        with pytest.raises(Problem, match="high_cost_drug_spend"):
            METHOD.read({**given, "agreements": [{**agreement, "figures": {"high_cost_drug_spend": value}}]})
    with pytest.raises(Problem, match="provider: string should have at least 1 character"):
        METHOD.read({**given, "provider": ""})
