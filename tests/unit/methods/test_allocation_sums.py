"""Allocations: every penny shared out, whatever is drawn, and real places with their published need."""

import csv
import os
from collections import defaultdict
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.unit.methods.test_allocation import TWO, place, rules, run

from speccom.methods.allocation import METHOD, allocation
from speccom.methods.allocation.need import shares_of_need
from speccom.problem import Problem
from speccom.rulebook.method_rules import read_method_rules

SHELF = Path(__file__).parents[3] / "rulebooks" / "allocations" / "illustrative-allocations"
SHARED = Path(os.environ.get("SPECCOM_SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")


needs = st.integers(min_value=1, max_value=10**7)
made_places = st.lists(
    st.tuples(needs, needs, needs, st.integers(500, 1500), st.integers(10**4, 10**12)), min_size=2, max_size=6
)


def drawn_places(rows):
    return [
        place(
            f"P{at}",
            population,
            {"acute": acute, "mental": mental},
            baseline=baseline,
            market_forces=str(Decimal(forces) / 1000),
        )
        for at, (population, acute, mental, forces, baseline) in enumerate(rows)
    ]


@hypothesis_settings(max_examples=80)
@given(
    made_places,
    st.integers(-100, 100),
    st.integers(0, 100),
    st.integers(0, 12),
    st.integers(0, 12),
    st.none() | st.integers(0, 60),
)
def test_every_penny_is_shared_out_and_every_step_sums_to_it(
    rows, growth, convergence, below, above, shortfall
):
    places = drawn_places(rows)
    before = sum(each["baseline"] for each in places)
    total = before + before * growth // 1000
    more = {} if shortfall is None else {"greatest_shortfall_percent": shortfall}
    try:
        result = run(
            *places,
            total=total,
            components=TWO,
            convergence=convergence,
            floor=Decimal(growth) / 10 - below - Decimal("0.1"),
            ceiling=Decimal(growth) / 10 + above + Decimal("0.1"),
            **more,
        )
    except Problem:
        # Only a shortfall that all must be spared can be out of reach: the other limits lie about the growth.
        if shortfall is None:
            raise
        assume(False)
    assert sum(each.allocation for each in result.places) == total
    assert sum(each.target for each in result.places) == total
    assert sum(each.target_share for each in result.places) == 1
    assert sum(each.base_growth for each in result.places) == total - before
    assert sum(each.convergence for each in result.places) == 0
    assert sum(each.scaling + each.limits for each in result.places) == 0
    for step in range(1, 4):
        assert sum(each.target_steps[step].adds for each in result.places) == 0
    for each in result.places:
        steps = each.base_growth, each.convergence, each.scaling, each.limits
        assert each.baseline + sum(steps) == each.allocation
        assert sum(step.adds for step in each.target_steps) == each.target
        _lies_within_its_limits(
            each, Decimal(growth) / 10 - below - Decimal("0.1"), Decimal(growth) / 10 + above, shortfall
        )


def _lies_within_its_limits(each, floor, ceiling, shortfall):
    least = each.baseline * (1 + floor / 100)
    most = each.baseline * (1 + (ceiling + Decimal("0.1")) / 100)
    nearest = Decimal(0) if shortfall is None else each.target * (1 - Decimal(shortfall) / 100)
    assert each.allocation >= max(least, nearest) - 2
    assert each.allocation <= max(least, most, nearest) + 2


@hypothesis_settings(max_examples=20)
@given(made_places)
def test_the_order_of_the_places_makes_no_difference(rows):
    places = drawn_places(rows)[:3]
    total = sum(each["baseline"] for each in places)
    results = [
        {
            each.name: each
            for each in run(*order, total=total, components=TWO, ceiling="20", floor="-20").places
        }
        for order in permutations(places)
    ]
    assert all(each == results[0] for each in results)


@hypothesis_settings(max_examples=40)
@given(made_places, st.integers(1, 10**6))
def test_more_need_never_means_a_smaller_target(rows, more):
    places = drawn_places(rows)
    total = sum(each["baseline"] for each in places)

    def target(weighted):
        first = {**places[0], "weighted": {**places[0]["weighted"], "acute": weighted}}
        result = run(
            first, *places[1:], total=total, components=TWO, ceiling="90", floor="-90", convergence=0
        )
        return result.places[0].target_share

    need = places[0]["weighted"]["acute"]
    assert target(need + more) >= target(need)


# Real places


@pytest.fixture(scope="module")
def boards():
    """The weighted populations of 2025/26 summed from practices to boards, and the file of boards itself."""
    practices = SHARED / "money" / "icb_allocation_weighted_populations_gp_2025_26.csv"
    boards = SHARED / "organisations" / "icb_2024_regions_populations.csv"
    for path in (practices, boards):
        if not path.exists():
            pytest.skip(f"the shared data is absent: {path.name} (SPECCOM_SHARED_DATA names its folder)")
    summed = defaultdict(lambda: defaultdict(Decimal))
    with practices.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            for column in COLUMNS.values():
                summed[row["ICB"]][column] += Decimal(row[column] or 0)
    with boards.open(encoding="utf-8-sig") as file:
        printed = {row["icb_ods_code"]: row for row in csv.DictReader(file)}
    return summed, printed


COLUMNS = {
    "population": "Population",
    "general and acute": "G&A WP",
    "community": "CS WP",
    "mental health": "MH WP",
    "maternity": "Mat WP",
    "health inequalities": "Health Ineq WP",
    "prescribing": "Prescr WP",
    "final": "Final WP",
}


def test_the_need_of_real_boards_is_that_of_the_published_weighted_populations(boards):
    summed, printed = boards
    components = read_method_rules(SHELF / "2025-26").content["components"]
    places = [
        place(
            code,
            row["Population"],
            {each["component"]: row[COLUMNS[each["component"]]] for each in components},
            baseline=int(150_000 * row["Population"]),
        )
        for code, row in summed.items()
    ]
    total = 10_000_000_000_001
    result = run(*places, total=total, components=components, floor="-100", ceiling="100")
    assert len(result.places) == 42
    assert sum(each.allocation for each in result.places) == total
    assert sum(each.target_share for each in result.places) == 1
    people = sum(Decimal(row["Population"]) for row in printed.values())
    for each in result.places:
        own = printed[each.name]
        for step in each.target_steps[1:-1]:
            column = COLUMNS[step.step]
            everywhere = sum(Decimal(row[column]) for row in printed.values())
            expected = (Decimal(own[column]) / Decimal(own["Population"])) / (everywhere / people)
            assert abs(step.need_index - expected) < Decimal("1e-5")


def test_the_final_weighted_population_gives_the_shares_that_are_published(boards):
    summed, printed = boards
    places = [place(code, row["Population"], row["Final WP"]) for code, row in summed.items()]
    result = run(*places, total=42_000, floor="-100", ceiling="100")
    everywhere = sum(Decimal(row["Final WP"]) for row in printed.values())
    for each in result.places:
        assert abs(each.target_share - Decimal(printed[each.name]["Final WP"]) / everywhere) < Decimal("1e-7")


def test_exact_shares_of_need_sum_to_one_after_each_step():
    asked = METHOD.read(
        {
            "on": "2025-04-01",
            "total": 1,
            "places": drawn_places([(3, 5, 7, 999, 11), (2, 3, 1, 1100, 13)]),
            "rules": rules(components=TWO),
        }
    )
    need = shares_of_need(asked.places, asked.rules)
    assert need.steps == ("population", "acute", "mental", "market forces")
    for shares in need.shares:
        assert abs(sum(shares) - 1) < Decimal("1e-25")


def test_the_shipped_rules_of_2016_let_no_place_end_more_than_5_per_cent_below():
    content = read_method_rules(SHELF / "2016-17").content
    need = {each["component"]: 100 for each in content["components"]}
    places = [place("A", need=need, baseline=900), place("B", need=need, baseline=1100)]
    given_rules = {**content, "least_growth_percent": "-50"}
    data = {"on": "2016-06-30", "total": 2000, "places": places, "rules": given_rules}
    low, _ = allocation(METHOD.read(data)).places
    # Closing a fifth of the gap of 100 would leave it 8% below.
    assert (low.allocation, low.closing_distance_percent, low.limited_by.value) == (950, -5, "shortfall")
