"""What `price` takes, limit by limit, and what each of its published refusals says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from speccom.commands.calculate import with_rules
from speccom.methods.price import METHOD
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
PriceInput.lines: minItems=1
BestPractice.name: minLength=1 maxLength=40
BestPractice.pounds: minimum=0.0 maximum=10000000.0
CriticalCare.hrg: minLength=1 maxLength=40
CriticalCare.days: minimum=0 maximum=3660
CriticalCare.advanced_respiratory_days: minimum=0 maximum=3660 default=0
CriticalCareWeight.hrg: minLength=1 maxLength=40
CriticalCareWeight.weight: minimum=0.0 maximum=100.0
CriticalCareWeight.advanced_respiratory_weight: default=None minimum=0.0 maximum=100.0
HrgPrice.hrg: minLength=1 maxLength=40
HrgPrice.title: default=
HrgPrice.combined: default=None minimum=0.0 maximum=10000000.0
HrgPrice.day_case: default=None minimum=0.0 maximum=10000000.0
HrgPrice.elective: default=None minimum=0.0 maximum=10000000.0
HrgPrice.non_elective: default=None minimum=0.0 maximum=10000000.0
HrgPrice.outpatient: default=None minimum=0.0 maximum=10000000.0
HrgPrice.unbundled: default=None minimum=0.0 maximum=10000000.0
HrgPrice.year_of_care: default=None minimum=0.0 maximum=10000000.0
HrgPrice.trim_elective: default=None minimum=0.0 maximum=3660.0
HrgPrice.trim_non_elective: default=None minimum=0.0 maximum=3660.0
HrgPrice.long_stay_daily: default=None minimum=0.0 maximum=10000000.0
HrgPrice.short_stay_share: default=None minimum=0.0 maximum=1.0
MarketForces.provider: minLength=1 maxLength=40
MarketForces.index: minimum=0.5 maximum=2.0
PaymentBasis.service_line: default=
PaymentBasis.over_share: default=1 minimum=0.0 maximum=1.0
PaymentBasis.under_share: default=1 minimum=0.0 maximum=1.0
PriceLine.id: minLength=1 maxLength=40
PriceLine.provider: minLength=1 maxLength=40
PriceLine.hrg: default=
PriceLine.service_line: default=
PriceLine.units: minimum=0 maximum=10000000 default=1
PriceLine.length_of_stay: default=None minimum=0 maximum=3660
PriceLine.critical_care_days: minimum=0 maximum=3660 default=0
PriceLine.rehabilitation_days: minimum=0 maximum=3660 default=0
PriceLine.palliative_days: minimum=0 maximum=3660 default=0
PriceLine.age: default=None minimum=0 maximum=130
PriceLine.month: default=None minimum=1 maximum=12
PriceLine.administrative_category: default=
PriceLine.attendance_status: default=
PriceLine.serial: default=
PriceLine.weighted_day_pence: default=None minimum=0 maximum=100000000000
PriceLine.local_pence: minimum=0 maximum=100000000000 default=0
PriceLine.last_year_pence: default=None minimum=0 maximum=100000000000
PriceLine.planned_units: default=None minimum=0 maximum=10000000
PriceLine.agreed_pence: default=None minimum=0 maximum=100000000000
PriceRules.short_stay_days: minimum=0
PriceRules.short_stay_age: minimum=0
PriceRules.excluded_serial_mark: default=
PriceRules.last_year_uplift: default=None exclusiveMinimum=0.0 maximum=5.0
TopUp.service_line: minLength=1 maxLength=40
TopUp.title: default=
TopUp.rate: minimum=0.0 maximum=5.0
TopUp.addition: default=0 minimum=0.0 maximum=10000000.0
TopUpProvider.service_line: minLength=1 maxLength=40
TopUpProvider.provider: minLength=1 maxLength=40
"""
SAID = {
    "a day without prices": (
        "A price list of 2025/26 holds from 1 April 2025 to 31 March 2026, and the date asked for is "
        "1 April 2026"
    ),
    "a line that is there twice": "line elective is there twice",
    "a group without a price in this setting": (
        "line elective cannot be priced by “Illustrative price list of 2025/26”: ILL01 has no price "
        "as outpatient"
    ),
    "a provider without market forces": (
        "line elective: “Illustrative price list of 2025/26” has no market forces factor for RXX"
    ),
    "a best practice standard that is not known": (
        "line elective claims the best practice addition “tidy notes”, which “Illustrative price list"
        " of 2025/26” does not have"
    ),
    "more days paid otherwise than the stay has": (
        "line elective has 5 days of critical care, rehabilitation and palliative care in a stay of 4 days"
    ),
    "a length of stay for several spells": "line elective gives a length of stay and stands for 3 units",
    "a short emergency stay without an age": "line elective is a short emergency stay and gives no age",
    "a block without a sum": "line elective is paid by a block, and no agreed sum is given",
    "a variable part without a plan": (
        "line elective is paid by a fixed sum and a variable part, and no planned units are given"
    ),
    "a critical care group without a weight": (
        "line elective: “Illustrative price list of 2025/26” has no critical care weight for XC99Z"
    ),
    "a year of care without a month": "line elective is a year of care and names no month",
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
    ("place", "finest", "places"),
    [
        (("prices", 0, "elective"), "0.01", 2),
        (("prices", 0, "trim_elective"), "1", 0),
        (("prices", 0, "short_stay_share"), "0.100001", 6),
        (("top_ups", 0, "rate"), "0.100001", 6),
        (("top_ups", 0, "addition"), "0.01", 2),
        (("market_forces", 0, "index"), "1.100001", 6),
        (("best_practice", 0, "pounds"), "0.01", 2),
        (("payment_bases", 0, "over_share"), "0.100001", 6),
        (("critical_care", 0, "weight"), "0.100001", 6),
        (("critical_care", 0, "advanced_respiratory_weight"), "0.100001", 6),
        (("last_year_uplift",), "1.100001", 6),
    ],
)
def test_how_fine_a_figure_may_be(place: tuple[str | int, ...], finest: str, places: int) -> None:
    given = json.loads(with_rules(METHOD, json.dumps(METHOD.example()), "")[0])
    given["rules"]["prices"][0]["long_stay_daily"] = 1
    *way, last = place
    held: Any = given["rules"]
    for step in way:
        held = held[step]
    held[last] = finest
    assert METHOD.read_json(json.dumps(given))
    held[last] = finest + ("1" if places else ".1")
    with pytest.raises(Problem, match=f"{places} decimal place"):
        METHOD.read_json(json.dumps(given))
