"""Input that the method serves, and input that it refuses. The treatment and its figures are invented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from speccom.methods.method import Example


def example() -> dict[str, Any]:
    """Return an invented medicine for a rare lung disease, paid for by two payers."""
    both = {"NHS England": 0.75, "Integrated care boards": 0.25}
    return {
        "on": "2026-11-02",
        "title": "A medicine for a rare lung disease",
        "years": 5,
        "payers": ["NHS England", "Integrated care boards"],
        "prevalent": 1450,
        "incident": 120,
        "growth": 0.012,
        "steps": [
            {"name": "diagnosed and known to a centre", "share": 0.8},
            {"name": "meets the criteria for starting", "share": 0.45},
        ],
        "uptake": {"shape": "logistic", "ceiling": 0.7, "midpoint": 2.5, "speed": 1.1},
        "persistence": {"shape": "yearly", "kept": 0.85},
        "costs": [
            {
                "name": "medicine",
                "pathway": "proposed",
                "pence": [2_400_000],
                "discount": 0.35,
                "payers": {"NHS England": 1},
            },
            {
                "name": "clinic and tests",
                "pathway": "proposed",
                "pence": [182_050, 96_075],
                "payers": both,
            },
            {
                "name": "oxygen and nursing",
                "pathway": "current",
                "pence": [310_000, 342_500, 388_125],
                "payers": {"Integrated care boards": 1},
            },
            {"name": "hospital stays", "pathway": "current", "pence": [475_333], "payers": both},
        ],
        "one_off": [
            {"name": "training of centres", "year": 1, "pence": 18_000_001, "payers": both},
        ],
        "outcome": {"unit": "QALY", "current": [0.58, 0.52, 0.45], "proposed": [0.71, 0.7, 0.68]},
        "time_discount": 0.035,
        "low": {"prevalent": 0.85, "uptake": 0.8},
        "high": {"prevalent": 1.15, "uptake": 1.2},
        "ranges": [
            {"lever": "prevalent", "low": 0.8, "high": 1.25, "spread": "lognormal"},
            {"lever": "uptake", "low": 0.7, "high": 1.2},
            {"lever": "persistence", "low": 0.85, "high": 1.1},
            {"lever": "proposed_cost", "low": 0.95, "high": 1.05, "spread": "uniform"},
            {"lever": "current_cost", "low": 0.8, "high": 1.2},
        ],
        "simulation": {"draws": 2000, "seed": 20261102},
    }


def _changed(**parts: Any) -> Callable[[], Example]:
    return lambda: {**example(), **parts}


def _costs(**parts: Any) -> Callable[[], Example]:
    """Return the example with its first cost changed."""
    first, *others = example()["costs"]
    return _changed(costs=[{**first, **parts}, *others])


_TRAINING = {"name": "training", "year": 6, "pence": 1, "payers": {"NHS England": 1}}

REFUSALS: dict[str, Callable[[], Example]] = {
    "a date before its thresholds": lambda: {**example(), "on": "2021-03-31", "rules": EXPIRED},
    "payers' shares that do not come to 1": _costs(payers={"NHS England": 0.9}),
    "a payer who is not listed": _costs(payers={"A charity": 1}),
    "the same payer twice": _changed(payers=["NHS England", "Integrated care boards", "NHS England"]),
    "uptake that falls": _changed(uptake={"shape": "table", "shares": [0.2, 0.4, 0.3]}),
    "persistence that rises": _changed(persistence={"shape": "table", "shares": [0.8, 0.9]}),
    "a range whose ends are the wrong way round": _changed(
        ranges=[{"lever": "uptake", "low": 1.2, "high": 0.8}]
    ),
    "a one-off cost after the last year": _changed(one_off=[_TRAINING]),
    "draws with nothing to draw from": _changed(ranges=[]),
    "nobody who has the condition": _changed(prevalent=0, incident=0),
    "no cost of the proposed treatment": _changed(
        costs=[each for each in example()["costs"] if each["pathway"] == "current"]
    ),
    "sums too large for a spreadsheet": lambda: {
        **example(),
        "prevalent": 100_000_000,
        "costs": [{**example()["costs"][0], "pence": [1_000_000_000]}],
    },
}

EXPIRED: Example = {
    "id": "expired",
    "version": "2016-17",
    "title": "A schedule of thresholds of 2016/17",
    "valid_from": "2016-04-01",
    "valid_to": "2017-03-31",
    "source": "Made for this refusal",
    "status": "illustrative",
    "tests": [
        {
            "id": "year",
            "title": "Is each of the first three years at most £1?",
            "measure": "highest_year",
            "years": 3,
            "comparison": "at_most",
            "limit_pence": 100,
            "where_met": "Nothing follows",
            "where_not_met": "Nothing follows",
        }
    ],
}
