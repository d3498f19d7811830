"""Allocations: worked values, every limit at its edge, and what is refused."""

from decimal import Decimal

import pytest

from speccom.methods.allocation import METHOD, allocation
from speccom.problem import Problem

ONE = ({"component": "need", "weight_percent": "100"},)


def rules(components=ONE, convergence="50", floor="-10", ceiling="10", **more):
    return {
        "id": "test",
        "version": "1",
        "title": "Test rules",
        "valid_from": "2025-04-01",
        "valid_to": "2026-03-31",
        "source": "made for a test",
        "status": "official",
        "components": components,
        "convergence_percent": convergence,
        "least_growth_percent": floor,
        "greatest_growth_percent": ceiling,
        **more,
    }


def place(name, population=100, need=100, baseline=1000, **more):
    weighted = need if isinstance(need, dict) else {"need": need}
    return {"name": name, "population": population, "weighted": weighted, "baseline": baseline, **more}


def run(*places, total=2000, on="2025-04-01", explained="", **settings):
    given = {"on": on, "total": total, "places": places, "rules": rules(**settings)}
    return allocation(METHOD.read({**given, "place_explained": explained}))


def apart(**settings):
    """Two places of equal need: one 4% below its target, one 4% above."""
    return run(place("A", baseline=960), place("B", baseline=1040), **settings)


def money(result):
    return [
        (
            each.base_growth,
            each.convergence,
            each.scaling,
            each.limits,
            each.allocation,
            each.limited_by.value,
        )
        for each in result.places
    ]


def test_a1_need_index_of_a_place_against_all():
    rest = place("rest", 1_490_000, 1_589_500)
    a, _ = run(place("A", 10_000, 10_500), rest).places
    assert a.need_index == Decimal("0.984375")
    assert a.target_steps[1].need_index == Decimal("0.984375")


def test_a2_distance_from_target():
    low, high = apart().places
    assert (low.target, low.baseline) == (1000, 960)
    assert (low.opening_distance_percent, high.opening_distance_percent) == (
        Decimal("-4.0000"),
        Decimal("4.0000"),
    )


def test_a3_spend_a_head_is_intensity_times_access():
    asked = place("A", 600_000, spend=9_000_000_000, patients=30_000)
    access = run(asked, place("B")).places[0].access
    assert access.spend_per_patient == 300_000
    assert access.patients_per_head == Decimal("0.05")
    assert access.spend_per_head == 15_000
    assert run(asked, place("B")).places[1].access is None
    third = run(place("A", 3, spend=100, patients=3), place("B")).places[0].access
    assert (third.spend_per_patient, third.patients_per_head) == (Decimal("33.33"), 1)
    seventh = run(place("A", 7, spend=100, patients=1), place("B")).places[0].access
    assert seventh.patients_per_head == Decimal("0.14285714")
    assert run(place("A", 3, spend=2, patients=1), place("B")).places[0].access.spend_per_head == Decimal(
        "0.67"
    )


def test_convergence_closes_its_share_of_the_gap():
    result = apart()
    assert money(result) == [(0, 20, 0, 0, 980, "none"), (0, -20, 0, 0, 1020, "none")]
    low, high = result.places
    assert (low.growth_percent, high.growth_percent) == (Decimal("2.0833"), Decimal("-1.9231"))
    assert (low.closing_distance_percent, high.closing_distance_percent) == (-2, 2)
    assert (result.total, result.baseline, result.growth_percent) == (2000, 2000, 0)
    assert result.scaling_percent == 0
    assert not result.illustrative


def test_growth_is_the_growth_of_the_total():
    result = apart(total=2100)
    assert money(result) == [(48, 20, 0, 0, 1028, "none"), (52, -20, 0, 0, 1072, "none")]
    assert result.growth_percent == 5
    assert [each.closing_distance_percent for each in result.places] == [
        Decimal("-2.0952"),
        Decimal("2.0952"),
    ]


def test_a_ceiling_gives_the_rest_to_the_others():
    # A may have 969.6, so B has 1,030.4: a hundredth more than its 1,020.
    result = apart(ceiling="1")
    assert money(result) == [(0, 20, 10, -20, 970, "ceiling"), (0, -20, 10, 0, 1030, "none")]
    assert result.scaling_percent == 1


def test_a_floor_is_paid_for_by_the_others():
    # B must have 1,029.6, so A has 970.4: a hundredth of 960 less than its 980.
    result = apart(floor="-1")
    assert money(result) == [(0, 20, -10, 0, 970, "none"), (0, -20, -10, 20, 1030, "floor")]
    assert result.scaling_percent == -1


def test_no_place_ends_further_below_its_target_than_the_rules_allow():
    result = apart(convergence="0", greatest_shortfall_percent="3")
    assert money(result) == [(0, 0, -9, 19, 970, "shortfall"), (0, 0, -10, 0, 1030, "none")]
    assert result.scaling_percent == Decimal("-0.961538")
    assert result.places[0].closing_distance_percent == -3


def test_the_shortfall_goes_before_the_ceiling():
    result = apart(convergence="0", ceiling="0.5", greatest_shortfall_percent="3")
    assert [each.allocation for each in result.places] == [970, 1030]
    assert result.places[0].limited_by.value == "shortfall"


def test_a_shortfall_exactly_allowed_holds_nobody():
    result = apart(convergence="0", greatest_shortfall_percent="4.00")
    assert [each.limited_by.value for each in result.places] == ["none", "none"]
    assert result.scaling_percent == 0


def test_the_floor_is_named_where_it_is_the_nearer_limit():
    result = apart(convergence="100", floor="-3", greatest_shortfall_percent="50")
    assert money(result)[1] == (0, -40, -10, 19, 1009, "floor")


def test_limits_exactly_met_hold_nobody():
    floor, ceiling = apart(floor="-1.923076923076923"), apart(ceiling="2.083333333333334")
    for result in (floor, ceiling):
        assert [each.allocation for each in result.places] == [980, 1020]
    assert [each.limited_by.value for each in apart(convergence="0", floor="0", ceiling="0").places] == [
        "none",
        "none",
    ]


def test_several_places_at_their_limits():
    # C and E (of 1,100) may not fall below 1,078, nor A and D (of 900) rise above 918: B has the rest.
    places = (
        place("A", baseline=900),
        place("B", baseline=1000),
        place("C", baseline=1100),
        place("D", baseline=900),
        place("E", baseline=1100),
    )
    result = run(*places, total=5000, convergence="100", floor="-2", ceiling="2")
    assert [each.allocation for each in result.places] == [918, 1008, 1078, 918, 1078]
    assert [each.limited_by.value for each in result.places] == [
        "ceiling",
        "none",
        "floor",
        "ceiling",
        "floor",
    ]
    assert result.scaling_percent == Decimal("0.800000")


def test_every_place_may_have_just_what_it_must():
    result = apart(floor="0", ceiling="10")
    assert [each.allocation for each in result.places] == [960, 1040]
    result = apart(floor="-10", ceiling="0")
    assert [each.allocation for each in result.places] == [960, 1040]


TWO = ({"component": "acute", "weight_percent": "60"}, {"component": "mental", "weight_percent": "40"})


def stepwise():
    return run(
        place("A", 100, {"acute": 150, "mental": 120}, market_forces="1.2", baseline=400),
        place("B", 300, {"acute": 250, "mental": 280}, market_forces="0.9", baseline=600),
        total=1000,
        components=TWO,
    )


def test_a_target_is_explained_component_by_component():
    a, b = stepwise().places
    assert [(each.step, each.need_index, each.adds) for each in a.target_steps] == [
        ("population", None, 250),
        ("acute", Decimal("1.5"), 75),
        ("mental", Decimal("1.2"), 20),
        ("market forces", None, 68),
    ]
    assert [each.adds for each in b.target_steps] == [750, -75, -20, -68]
    assert (a.need_index, b.need_index) == (Decimal("1.38"), Decimal("0.873333"))
    assert (a.target, b.target) == (413, 587)
    # 0.345 × 1.2 ÷ (0.345 × 1.2 + 0.655 × 0.9)
    assert (a.target_share, b.target_share) == (Decimal("0.4125560538"), Decimal("0.5874439462"))


def test_market_forces_are_one_where_they_are_not_given():
    a, _ = run(place("A", market_forces="3"), place("B")).places
    assert a.target == 1500


def test_three_components_and_an_index_to_six_places():
    three = [
        {"component": name, "weight_percent": weight} for name, weight in (("a", 20), ("b", 30), ("c", 50))
    ]
    a, _ = run(
        place("A", 100, {"a": 200, "b": 100, "c": 200}),
        place("B", 200, {"a": 100, "b": 200, "c": 100}),
        components=three,
    ).places
    # A third of the people, two thirds of the need for `a` and `c` and a third of that for `b`.
    assert [each.need_index for each in a.target_steps] == [None, 2, 1, 2, None]
    assert a.need_index == Decimal("1.7")
    b = run(place("A", 10, 3), place("B", 60, 67)).places[1]
    assert b.target_steps[1].need_index == Decimal("1.116667")


def test_a_published_allocation_is_set_beside_ours():
    places = (place("A", baseline=960, published=985), place("B", baseline=1040, published=1020), place("C"))
    result = run(*places, total=3000)
    assert [(each.published, each.not_explained) for each in result.places] == [
        (985, 5),
        (1020, 0),
        (None, None),
    ]
    assert result.not_explained == 5
    assert apart().not_explained is None
    assert run(place("A", published=0), place("B")).not_explained == -1000


def test_the_place_explained_is_the_furthest_below_unless_one_is_named():
    assert apart().explained == "A"
    assert apart(explained="B").explained == "B"
    assert run(place("Q"), place("P")).explained == "P"


# What is refused


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: run(place("A"), place("A")), "the place A is given more than once. Give each place once."),
        (lambda: run(place("A")), "places"),
        (lambda: run(place("A"), place("B", need={})), "B: there is no weighted population for need."),
        (
            lambda: run(place("A"), place("B", need={"need": 1, "age": 1, "other": 2})),
            "age, other, which the rules do not weigh. The components are need.",
        ),
        (
            lambda: run(place("A"), place("B", need={"need": 1, "age": 1})),
            "B: there is a weighted population for age, which",
        ),
        (
            lambda: run(place("A"), place("B", need={"need": 1}), components=TWO),
            "A: there is no weighted population for acute, mental.",
        ),
        (
            lambda: run(place("A", need=0), place("B")),
            "A: its weighted population is nought for every component, so it has no target. Leave it out, or",
        ),
        (
            lambda: run(*(place(name, need={"acute": 1, "mental": 0}) for name in "AB"), components=TWO),
            "the weighted population for mental is nought in every place.",
        ),
        (
            lambda: run(place("A", spend=1), place("B")),
            "A: spend and patients are given one without the other. Give both, or neither.",
        ),
        (lambda: run(place("A"), place("B", patients=1)), "B: spend and patients are given one without"),
        (lambda: apart(explained="Z"), "the place to explain, Z, is not among the places."),
        (
            lambda: apart(floor="1"),
            "Test rules: the least that the places must have is £0.20 more than there is. Lower the floor,",
        ),
        (
            lambda: apart(ceiling="-1"),
            "Test rules: the most that the places may have leaves £0.20 that nobody can have. Raise the ceil",
        ),
        (
            lambda: apart(floor="3", ceiling="2"),
            "Test rules: the least growth (3%) is more than the greatest (2%).",
        ),
        (
            lambda: apart(components=({"component": "need", "weight_percent": "99.9"},)),
            "the weights of the components sum to 99.9% and not to 100%",
        ),
        (lambda: run(place("A", population=0), place("B")), "places, number 1, population"),
        (lambda: run(place("A", need=-1), place("B")), "places, number 1, weighted, need"),
        (lambda: run(place("A", baseline=0), place("B")), "places, number 1, baseline"),
        (lambda: run(place("A", market_forces=0), place("B")), "places, number 1, market_forces"),
        (lambda: run(place("A", spend=-1, patients=1), place("B")), "places, number 1, spend"),
        (lambda: run(place("A", spend=1, patients=0), place("B")), "places, number 1, patients"),
        (lambda: run(place(""), place("B")), "places, number 1, name"),
        (lambda: apart(total=0), "total"),
        (lambda: apart(convergence="101"), "convergence_percent"),
        (lambda: apart(convergence="-1"), "convergence_percent"),
        (lambda: apart(greatest_shortfall_percent="100"), "greatest_shortfall_percent"),
        (lambda: apart(greatest_shortfall_percent="-1"), "greatest_shortfall_percent"),
        (lambda: apart(ceiling="101"), "greatest_growth_percent"),
        (lambda: apart(floor="-101"), "least_growth_percent"),
        (lambda: apart(components=()), "components"),
        (lambda: apart(components=({"component": "need", "weight_percent": "0"}, *ONE)), "weight_percent"),
        (lambda: apart(components=({"component": "need", "weight_percent": "100.1"},)), "weight_percent"),
        (lambda: apart(on="2026-04-01"), "the date asked for is 1 April 2026"),
        (lambda: apart(on="2025-03-31"), "the date asked for is 31 March 2025"),
    ],
)
def test_what_cannot_be_shared_out_is_refused_in_words(act, said):
    with pytest.raises(Problem) as refusal:
        act()
    assert said in str(refusal.value)


def test_what_lies_on_a_bound_is_served():
    a, _ = run(
        place("A", need={"acute": 0, "mental": 1}, spend=0, patients=1),
        place("B", need={"acute": 1, "mental": 1}),
        components=TWO,
        floor="-100",
        ceiling="100",
    ).places
    assert (a.target, a.access.spend_per_head) == (400, 0)
    assert a.need_index == Decimal("0.4")
    assert apart(floor="0", ceiling="0", convergence="100", greatest_shortfall_percent="4.00").total == 2000
    assert apart(greatest_shortfall_percent="0").places[0].allocation == 1000
    halves = (
        {"component": "need", "weight_percent": "0.5"},
        {"component": "more", "weight_percent": "99.5"},
    )
    both = {"need": 1, "more": 1}
    assert run(place("A", need=both), place("B", need=both), components=halves).places[0].target == 1000


def test_figures_of_any_length_that_is_met_are_served():
    twenty, twenty_four = "1." + "3" * 19, "1." + "3" * 23
    result = run(place("A", twenty_four, twenty_four, market_forces=twenty), place("B"))
    assert result.total == 2000
    for name, given_value in (("population", twenty_four + "3"), ("market_forces", twenty + "3")):
        with pytest.raises(Problem, match=f"places, number 1, {name}"):
            run({**place("A"), name: given_value}, place("B"))


def test_sums_beyond_any_budget_are_shared_out_to_the_penny():
    total = 10**32 + 7
    places = [place(f"P{at}", population=at + 1, baseline=10**31 + at) for at in range(9)]
    result = run(*places, total=total, floor="-100", ceiling="100", convergence="0")
    assert sum(each.allocation for each in result.places) == total
    assert sum(each.target for each in result.places) == total
