"""What `budget_impact` takes, limit by limit, and what each of its published refusals says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from speccom.commands.calculate import with_rules
from speccom.methods.budget_impact import METHOD
from speccom.problem import Problem

LIMITS = (
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "default",
)
EXPECTED = """\
BudgetImpactInput.title: minLength=1 maxLength=80
BudgetImpactInput.years: minimum=1 maximum=10 default=5
BudgetImpactInput.payers: minItems=1 maxItems=8 each minLength=1 each maxLength=80
BudgetImpactInput.perspective: each minLength=1 each maxLength=80
BudgetImpactInput.price: default=net
BudgetImpactInput.prevalent: minimum=0 maximum=100000000
BudgetImpactInput.incident: minimum=0.0 maximum=100000.0
BudgetImpactInput.growth: default=0 minimum=-0.2 maximum=0.2
BudgetImpactInput.steps: maxItems=10
BudgetImpactInput.costs: maxItems=40
BudgetImpactInput.one_off: maxItems=20
BudgetImpactInput.outcome: default=None
BudgetImpactInput.time_discount: default=0 minimum=0.0 maximum=1.0
BudgetImpactInput.low: each minimum=0.0 each maximum=5.0
BudgetImpactInput.high: each minimum=0.0 each maximum=5.0
BudgetImpactInput.simulation: default=None
CostPerUnit.unit: minLength=1
CostPerUnit.lower_pence: minimum=0
CostPerUnit.upper_pence: minimum=0
OneOffCost.name: minLength=1 maxLength=80
OneOffCost.year: minimum=1 maximum=10
OneOffCost.pence: minimum=0 maximum=100000000000
OneOffCost.payers: each minimum=0.0 each maximum=1.0
Outcome.unit: minLength=1 maxLength=80
Outcome.current: minItems=1 maxItems=10 each minimum=-1000.0 each maximum=1000.0
Outcome.proposed: minItems=1 maxItems=10 each minimum=-1000.0 each maximum=1000.0
PathwayCost.name: minLength=1 maxLength=80
PathwayCost.pence: minItems=1 maxItems=10 each minimum=0 each maximum=1000000000
PathwayCost.discount: default=0 minimum=0.0 maximum=1.0
PathwayCost.payers: each minimum=0.0 each maximum=1.0
PersistenceTable.shares: minItems=1 maxItems=10 each minimum=0.0 each maximum=1.0
PersistenceYearly.kept: minimum=0.0 maximum=1.0
Range.low: minimum=0.0 maximum=5.0
Range.high: minimum=0.0 maximum=5.0
Range.spread: default=triangular
Simulation.draws: minimum=100 maximum=100000
Simulation.seed: minimum=0 maximum=9223372036854775807
Step.name: minLength=1 maxLength=80
Step.share: minimum=0.0 maximum=1.0
Threshold.id: minLength=1
Threshold.title: minLength=1
Threshold.years: minimum=1 maximum=10
ThresholdRules.tests: minItems=1
UptakeBass.ceiling: minimum=0.0 maximum=1.0
UptakeBass.innovation: exclusiveMinimum=0.0 maximum=1.0
UptakeBass.imitation: minimum=0.0 maximum=5.0
UptakeLinear.first: minimum=0.0 maximum=1.0
UptakeLinear.last: minimum=0.0 maximum=1.0
UptakeLinear.by_year: minimum=2 maximum=10
UptakeLogistic.ceiling: minimum=0.0 maximum=1.0
UptakeLogistic.midpoint: minimum=0.0 maximum=20.0
UptakeLogistic.speed: exclusiveMinimum=0.0 maximum=20.0
UptakeTable.shares: minItems=1 maxItems=10 each minimum=0.0 each maximum=1.0
"""
SAID = {
    "a date before its thresholds": (
        "A schedule of thresholds of 2016/17 holds from 1 April 2016 to 31 March 2017, and the date "
        "asked for is 31 March 2021"
    ),
    "payers' shares that do not come to 1": "the shares of the payers of the cost “medicine” come to 0.9",
    "a payer who is not listed": (
        "the cost “medicine” names the payer “A charity”, who is not one of the payers"
    ),
    "the same payer twice": "the payer “NHS England” is there twice",
    "uptake that falls": (
        "uptake, table: uptake falls in year 3 from 0.4 to 0.3, and it counts everybody who has ever "
        "started; those who stop belong to persistence"
    ),
    "persistence that rises": (
        "persistence, table: persistence rises in treatment year 2 from 0.8 to 0.9; somebody who "
        "starts again is a new starter"
    ),
    "a range whose ends are the wrong way round": (
        "ranges, number 1: the range of uptake goes from 1.2 to 0.8; give the lower first"
    ),
    "a one-off cost after the last year": (
        "the one-off cost “training” falls in year 6, and the budget covers 5 years"
    ),
    "draws with nothing to draw from": "draws are asked for, and no lever has a range to draw from",
    "nobody who has the condition": "nobody has the condition: both `prevalent` and `incident` are nought",
    "no cost of the proposed treatment": "no cost belongs to the proposed treatment",
    "sums too large for a spreadsheet": (
        "32,686,592 starters at up to £37,086,310.00 each may come to more than "
        "£90,000,000,000,000.00, and above that a spreadsheet loses pennies"
    ),
}


def limits(field: dict[str, Any], of: str = "") -> Iterator[str]:
    for limit in LIMITS:
        if limit in field and not isinstance(field[limit], dict | list):
            yield f"{of}{limit}={field[limit]}"
    for other in field.get("anyOf", []):
        yield from limits(other, of)
    for within in ("items", "additionalProperties"):
        if isinstance(field.get(within), dict):
            yield from limits(field[within], "each ")


def test_every_limit_and_default() -> None:
    schema = METHOD.takes.model_json_schema()
    found = []
    for title, part in {schema["title"]: schema, **schema["$defs"]}.items():
        for name, field in part.get("properties", {}).items():
            said = " ".join(dict.fromkeys(limits(field)))
            if said:
                found.append(f"{title}.{name}: {said}")
    assert "\n".join(found) + "\n" == EXPECTED


def test_each_published_refusal_says_what_is_wrong() -> None:
    found = {}
    for what, example in METHOD.refusals.items():
        with pytest.raises(Problem) as refused:
            METHOD.calculate(METHOD.read_json(with_rules(METHOD, json.dumps(example()), "")[0]))
        found[what] = refused.value.what
    assert found == SAID


@pytest.mark.parametrize(
    "place",
    [
        ("growth",),
        ("time_discount",),
        ("steps", 0, "share"),
        ("uptake", "ceiling"),
        ("uptake", "midpoint"),
        ("uptake", "speed"),
        ("persistence", "kept"),
        ("costs", 0, "discount"),
        ("outcome", "current", 0),
        ("low", "uptake"),
        ("ranges", 0, "low"),
        ("ranges", 0, "high"),
    ],
)
def test_no_figure_is_finer_than_a_millionth(place: tuple[str | int, ...]) -> None:
    given = json.loads(with_rules(METHOD, json.dumps(METHOD.example()), "")[0])
    *way, last = place
    held: Any = given
    for step in way:
        held = held[step]
    held[last] = "0.100001" if last != "high" else "1.100001"
    assert METHOD.read_json(json.dumps(given))
    held[last] += "1"
    with pytest.raises(Problem, match="6 decimal places"):
        METHOD.read_json(json.dumps(given))


def test_the_example_comes_to_what_its_page_says() -> None:
    # The same pennies as the plain loop of `bench/methods_budget_impact.py`.
    text = with_rules(METHOD, json.dumps(METHOD.example()), "")[0]
    result = METHOD.calculate(METHOD.read_json(text))
    assert (result.low.total, result.mid.total, result.high.total) == (
        748_276_555,
        1_046_450_710,
        1_391_406_238,
    )
    assert result.mid.impact == (79_229_889, 133_618_348, 230_401_254, 294_120_140, 309_081_079)
    assert sum(result.at_list_price) == 2_034_489_690
    assert result.mid.cost_per_patient == 2_979_315
    assert result.mid.cost_effectiveness.cost_per_unit == 4_480_328
    assert [(str(bar.lever), bar.at_low, bar.at_high) for bar in result.tornado] == [
        ("uptake", 737613879, 1251903842),
        ("current_cost", 1238756725, 854144667),
        ("prevalent", 892524053, 1238661740),
        ("persistence", 914586994, 1147962512),
        ("proposed_cost", 946951604, 1145949895),
    ]
    assert (result.simulated.draws, result.simulated.seed) == (2000, 20_261_102)
    assert result.simulated.total.model_dump() == {
        "mean": 997946767,
        "lower": 701693141,
        "median": 988263015,
        "upper": 1367299719,
    }
