"""What holds for every input of `budget_impact`: the pennies of a plain loop, and that money is conserved."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bench.methods_budget_impact import impact_of_one
from hypothesis import given as drawn_from
from hypothesis import settings
from hypothesis import strategies as st
from tests.unit.methods.test_budget_impact import calculated, read

from speccom.methods.budget_impact import METHOD
from speccom.methods.budget_impact.cohort import (
    ONE,
)
from speccom.methods.budget_impact.given import (
    Lever,
)

SHARES = st.integers(0, 1_000_000).map(lambda each: Decimal(each) / ONE)
FACTORS = st.integers(0, 3_000_000).map(lambda each: Decimal(each) / ONE)
SPLITS = st.sampled_from(
    [{"A": 1}, {"B": 1}, {"A": 0.5, "B": 0.5}, {"A": 0.3333, "B": 0.3333, "C": 0.3334}, {"C": 0.1, "A": 0.9}]
)
COSTS = st.builds(
    lambda pathway, pence, discount, payers: {
        "pathway": pathway,
        "pence": pence,
        "discount": discount,
        "payers": payers,
    },
    st.sampled_from(["current", "proposed"]),
    st.lists(st.integers(0, 10_000_000), min_size=1, max_size=4),
    SHARES,
    SPLITS,
)
UPTAKES = st.one_of(
    st.lists(SHARES, min_size=1, max_size=4).map(lambda each: {"shape": "table", "shares": sorted(each)}),
    st.tuples(SHARES, SHARES, st.integers(2, 6)).map(
        lambda each: {"shape": "linear", "first": min(each[:2]), "last": max(each[:2]), "by_year": each[2]}
    ),
    st.just({"shape": "logistic", "ceiling": 0.83, "midpoint": 2.2, "speed": 0.9}),
    st.just({"shape": "bass", "ceiling": 0.61, "innovation": 0.04, "imitation": 0.5}),
)
PERSISTENCES = st.one_of(
    st.lists(SHARES, min_size=1, max_size=4).map(
        lambda each: {"shape": "table", "shares": sorted(each, reverse=True)}
    ),
    SHARES.map(lambda kept: {"shape": "yearly", "kept": kept}),
)


@st.composite
def inputs(draw: Callable[..., Any]) -> dict[str, Any]:
    years = draw(st.integers(1, 6))
    costs = [*draw(st.lists(COSTS, max_size=3)), draw(COSTS) | {"pathway": "proposed"}]
    once = st.fixed_dictionaries(
        {"year": st.integers(1, years), "pence": st.integers(0, 10**9), "payers": SPLITS}
    )
    return {
        "years": years,
        "payers": ["A", "B", "C"],
        "perspective": draw(st.sampled_from([[], ["A"], ["C", "A"]])),
        "prevalent": draw(st.integers(1, 100_000)),
        "incident": Decimal(draw(st.integers(0, 100_000))) / 100,
        "growth": Decimal(draw(st.integers(-200_000, 200_000))) / ONE,
        "steps": [
            {"name": str(place), "share": each}
            for place, each in enumerate(draw(st.lists(SHARES, max_size=3)))
        ],
        "uptake": draw(UPTAKES),
        "persistence": draw(PERSISTENCES),
        "costs": [each | {"name": str(place)} for place, each in enumerate(costs)],
        "one_off": [
            each | {"name": str(place)} for place, each in enumerate(draw(st.lists(once, max_size=2)))
        ],
        "time_discount": draw(st.sampled_from([0, 0.035])),
        "low": draw(st.dictionaries(st.sampled_from(list(Lever)), FACTORS)),
    }


class TestEveryInput:
    @settings(max_examples=60)
    @drawn_from(inputs())
    def test_it_comes_to_the_pennies_of_a_plain_loop(self, changed: dict[str, Any]) -> None:
        given = read(**changed)
        result = METHOD.calculate(given)
        factors = {lever.value: int(given.low.get(lever, Decimal(1)) * ONE) for lever in Lever}
        for scenario, factor in (
            (result.mid, dict.fromkeys(factors, ONE)),
            (result.low, factors),
        ):
            impact, patient = impact_of_one(given, factor)
            assert list(scenario.impact) == impact
            assert scenario.cost_per_patient == patient

    @settings(max_examples=60)
    @drawn_from(inputs())
    def test_money_is_conserved(self, changed: dict[str, Any]) -> None:
        result = calculated(**changed)
        counted_payers = changed["perspective"] or changed["payers"]
        for scenario in (result.low, result.mid, result.high):
            for payer in scenario.payers:
                parts = zip(payer.proposed, payer.current, payer.one_off, strict=True)
                assert payer.impact == tuple(new - old + once for new, old, once in parts)
                assert payer.total == sum(payer.impact)
            by_year = zip(
                *(each.impact for each in scenario.payers if each.payer in counted_payers), strict=True
            )
            assert scenario.impact == tuple(map(sum, by_year))
            assert scenario.total == sum(scenario.impact)
            assert scenario.cost_per_patient == sum(
                each.difference for each in scenario.patients if each.payer in counted_payers
            )
            assert sum(year.starters for year in scenario.cohort) == scenario.cohort[-1].ever_started
            assert all(year.starters >= 0 for year in scenario.cohort)
            assert all(year.ever_started <= year.eligible <= year.people for year in scenario.cohort)
        once = sum(each["pence"] for each in changed["one_off"])
        assert sum(sum(payer.one_off) for payer in result.mid.payers) == once

    @settings(max_examples=30)
    @drawn_from(inputs())
    def test_who_pays_changes_nothing_of_what_is_paid(self, changed: dict[str, Any]) -> None:
        together = calculated(**(changed | {"perspective": []}))
        costs = [each | {"payers": {"A": 1}} for each in changed["costs"]]
        once = [each | {"payers": {"A": 1}} for each in changed["one_off"]]
        alone = calculated(**(changed | {"perspective": [], "costs": costs, "one_off": once}))
        assert together.mid.impact == alone.mid.impact

    @settings(max_examples=30)
    @drawn_from(inputs(), st.integers(1, 4))
    def test_prices_and_money_scale_together(self, changed: dict[str, Any], times: int) -> None:
        plain = [each | {"discount": 0, "payers": {"A": 1}} for each in changed["costs"]]
        kept = {"shape": "table", "shares": [1]}
        base = changed | {
            "one_off": [],
            "persistence": kept,
            "time_discount": 0,
            "perspective": [],
            "low": {},
        }
        more = [each | {"pence": [times * pence for pence in each["pence"]]} for each in plain]
        one, several = calculated(**(base | {"costs": plain})), calculated(**(base | {"costs": more}))
        assert several.mid.impact == tuple(times * pence for pence in one.mid.impact)
