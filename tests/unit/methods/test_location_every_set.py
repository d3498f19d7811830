"""`location` as it is asked, against trying every set of sites that it may choose."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.location import METHOD, LocationResult
from speccom.methods.method import Refused

INF = np.inf


class Place:
    """Areas and sites, some of which must be open or shut, and every set that may be chosen."""

    def __init__(self, times: Any, demand: Any, standing: Any, minimum: Any) -> None:
        self.times, self.demand = np.array(times), np.array(demand)
        self.standing, self.minimum = standing, minimum

    @property
    def forced(self) -> set[int]:
        return {site for site, each in enumerate(self.standing) if each == "open"}

    @property
    def usable(self) -> set[int]:
        return {site for site, each in enumerate(self.standing) if each != "shut"}

    def sets(self, sizes: Any) -> list[tuple[int, ...]]:
        """Every set of those sizes that may be chosen and serves everyone."""
        chosen = [each for size in sizes for each in combinations(sorted(self.usable), size)]
        return [each for each in chosen if self.forced <= set(each) and np.isfinite(self.near(each)).all()]

    def near(self, sites: tuple[int, ...]) -> Any:
        return self.times[self.demand > 0][:, sites].min(axis=1)

    @property
    def people(self) -> Any:
        return self.demand[self.demand > 0]

    def mean(self, sites: tuple[int, ...]) -> float:
        return float(self.people @ self.near(sites) / self.people.sum())

    def greatest(self, sites: tuple[int, ...]) -> float:
        return float(self.near(sites).max())

    def outside(self, sites: tuple[int, ...], within: float) -> float:
        return float(self.people[self.near(sites) > within].sum() / self.people.sum())

    def below(self, sites: tuple[int, ...]) -> int:
        went = np.array(sites)[self.times[self.demand > 0][:, sites].argmin(axis=1)]
        return sum(bool(self.people[went == site].sum() < (self.minimum[site] or 0)) for site in sites)

    def asked(self, question: dict[str, Any]) -> LocationResult:
        given = {
            "question": question,
            "sites": [
                {"name": str(site), "standing": standing, "minimum": minimum}
                for site, (standing, minimum) in enumerate(zip(self.standing, self.minimum, strict=True))
            ],
            "areas": [
                {
                    "name": str(area),
                    "demand": people,
                    "times": [None if time == INF else time for time in row],
                }
                for area, (people, row) in enumerate(
                    zip(self.demand.tolist(), self.times.tolist(), strict=True)
                )
            ],
        }
        return METHOD.calculate(METHOD.read(given))


@st.composite
def places(draw: st.DrawFn) -> Place:
    sites, areas = draw(st.integers(2, 5)), draw(st.integers(1, 6))
    time = st.sampled_from([*(float(n) for n in range(8)), INF])
    times = [[draw(time) for _ in range(sites - 1)] + [float(draw(st.integers(0, 9)))] for _ in range(areas)]
    demand = [*(draw(st.sampled_from([0.0, 0.25, 1.0, 3.0])) for _ in range(areas - 1)), 0.5]
    standing = [draw(st.sampled_from(["may open", "may open", "open", "shut"])) for _ in range(sites)]
    minimum = [draw(st.sampled_from([None, 0.5, 2.0])) for _ in range(sites)]
    return Place(times, demand, standing, minimum)


def chosen(answer: LocationResult) -> tuple[int, ...]:
    return tuple(int(name) for name in answer.sites)


def answer_or_none(place: Place, question: dict[str, Any]) -> LocationResult | None:
    try:
        answer = place.asked(question)
    except Refused:
        return None
    assert answer.proof is not None
    assert answer.proof.proven
    assert answer.proof.bound == pytest.approx(answer.proof.objective)
    assert answer.proof.gap == pytest.approx(0, abs=1e-6)
    return answer


@given(places(), st.integers(1, 5))
@settings(max_examples=25)
def test_the_least_mean(place: Place, sites: int) -> None:
    may = place.sets([sites])
    answer = answer_or_none(place, {"ask": "p_median", "sites": sites})
    if answer is None:
        assert not may
        return
    assert chosen(answer) in may
    assert place.mean(chosen(answer)) == pytest.approx(min(map(place.mean, may)))


@given(places(), st.integers(1, 5))
@settings(max_examples=25)
def test_the_least_greatest_time_and_of_these_the_least_mean(place: Place, sites: int) -> None:
    may = place.sets([sites])
    answer = answer_or_none(place, {"ask": "p_center", "sites": sites})
    if answer is None:
        assert not may
        return
    assert chosen(answer) in may
    least = min(map(place.greatest, may))
    assert answer.proof is not None
    assert answer.proof.objective == place.greatest(chosen(answer)) == least
    best = [each for each in may if place.greatest(each) == least]
    assert place.mean(chosen(answer)) == pytest.approx(min(map(place.mean, best)))


@given(places(), st.integers(0, 8))
@settings(max_examples=25)
def test_the_fewest_sites_in_time_and_of_these_the_least_mean(place: Place, within: int) -> None:
    enough = [each for each in place.sets(range(1, 6)) if place.greatest(each) <= within]
    answer = answer_or_none(place, {"ask": "set_covering", "within": within})
    if answer is None:
        assert not enough
        return
    fewest = min(map(len, enough))
    assert chosen(answer) in enough
    assert answer.proof is not None
    assert answer.proof.objective == len(answer.sites) == fewest
    best = [place.mean(each) for each in enough if len(each) == fewest]
    assert place.mean(chosen(answer)) == pytest.approx(min(best))


@given(places(), st.integers(1, 5), st.integers(0, 8))
@settings(max_examples=25)
def test_the_most_people_in_time(place: Place, sites: int, within: int) -> None:
    may = place.sets([sites])
    answer = answer_or_none(place, {"ask": "maximal_covering", "sites": sites, "within": within})
    if answer is None:
        assert not may
        return
    assert chosen(answer) in may
    least = min(place.outside(each, within) for each in may)
    assert place.outside(chosen(answer), within) == pytest.approx(least)
    assert answer.proof is not None
    assert answer.proof.objective == pytest.approx(least * place.people.sum())


OBJECTIVES = ("sites", "mean time", "greatest time", "share outside", "sites below minimum")


@given(places(), st.integers(1, 4), st.integers(0, 3), st.integers(0, 8))
@settings(max_examples=25)
def test_what_no_other_set_betters(place: Place, fewest: int, more: int, within: int) -> None:
    objectives = [each for each in OBJECTIVES if each != OBJECTIVES[-1] or any(place.minimum)]
    sizes = range(fewest, fewest + more + 1)
    may = place.sets(sizes)
    question = {
        "ask": "pareto", "fewest": fewest, "most": fewest + more, "objectives": objectives, "within": within,
    }  # fmt: skip
    try:
        found = place.asked(question).pareto
    except Refused:
        assert not may
        return
    assert found is not None
    assert found.complete
    every = [set(each) for size in sizes for each in combinations(sorted(place.usable), size)]
    assert found.looked_at == sum(place.forced <= each for each in every)
    figures = {
        each: (
            len(each), place.mean(each), place.greatest(each), place.outside(each, within), place.below(each),
        )[: len(objectives)]
        for each in may
    }  # fmt: skip
    rounded = {each: tuple(round(figure, 9) for figure in values) for each, values in figures.items()}
    best = {
        values
        for values in rounded.values()
        if not any(
            other != values and all(a <= b for a, b in zip(other, values, strict=True))
            for other in rounded.values()
        )
    }
    told = [tuple(round(figure, 9) for figure in each.values) for each in found.sets]
    assert set(told) == best
    assert len(told) == len(best)
    assert told == sorted(told)
    for each, values in zip(found.sets, told, strict=True):
        assert rounded[tuple(int(name) for name in each.sites)] == values


class TestTooManySetsToTry:
    """Six sites, of which one must be open and one must be shut, three of them chosen."""

    times = (
        (1.0, 9, 8, 7, 5, 0), (9.0, 2, 8, 7, 7, 0), (9.0, 8, 1, 7, 3, 0), (5.0, 6, 7, 1, 9, 0),
        (7.0, 9, 6, 8, 2, 0),
    )  # fmt: skip
    demand = (0.25, 0.25, 0.75, 1.0, 0.5)

    def found(self, objectives: Any, sizes: Any = (3, 3)) -> Any:
        standing = ["open", *["may open"] * 4, "shut"]
        place = Place(self.times, self.demand, standing, [None] * 6)
        question = {
            "ask": "pareto", "fewest": sizes[0], "most": sizes[1], "objectives": objectives, "within": 1,
            "most_sets": 1,
        }  # fmt: skip
        return place, place.asked(question).pareto

    @pytest.mark.parametrize(
        ("objectives", "rules"),
        [
            (["mean time"], ("mean",)),
            (["mean time", "greatest time"], ("mean", "greatest")),
            (["mean time", "share outside"], ("mean", "outside")),
        ],
    )
    def test_the_optima_and_those_one_site_away_are_compared(self, objectives: Any, rules: Any) -> None:
        place, found = self.found(objectives)
        may = place.sets([3])
        assert len(may) == 6
        by_rule = {
            "mean": lambda each: (place.mean(each),),
            "greatest": lambda each: (place.greatest(each), place.mean(each)),
            "outside": lambda each: (place.outside(each, 1),),
        }
        optima = [min(may, key=by_rule[rule]) for rule in rules]
        assert all(
            by_rule[rule](each) > by_rule[rule](best)
            for rule, best in zip(rules, optima, strict=True)
            for each in may
            if each != best
        )
        near = {each for each in may for best in optima if len(set(each) - set(best)) <= 1}
        assert not found.complete
        assert found.looked_at == len(near)

    @pytest.mark.parametrize(("size", "sets"), [(1, [("0",)]), (5, [("0", "1", "2", "3", "4")])])
    def test_just_those_that_must_and_all_that_may_be_open(self, size: int, sets: Any) -> None:
        _, found = self.found(["mean time"], (size, size))
        assert [each.sites for each in found.sets] == sets
        assert found.looked_at == 1

    def test_each_number_of_sites_has_its_optima(self) -> None:
        place, found = self.found(["sites", "mean time"], (1, 5))
        assert not found.complete
        assert [len(each.sites) for each in found.sets] == [1, 2, 3, 4, 5]
        for each in found.sets:
            size = len(each.sites)
            assert each.values[1] == pytest.approx(min(map(place.mean, place.sets([size]))))
        # One site alone is the one that must be open; of two and of four, all; of three, those near the best.
        assert found.looked_at == 1 + 4 + 5 + 4 + 1
