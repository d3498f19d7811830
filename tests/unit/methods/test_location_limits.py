"""Which figures `location` reads, and which inputs are just served and just refused."""

from typing import Any

import numpy as np
import pytest
from tests.unit.methods.limits import read_within_alone

from speccom.methods.location import METHOD, LocationResult, examples
from speccom.methods.method import Refused

HERE = {"name": "Here", "demand": 1, "times": [10]}


def asked(question: Any, sites: Any, areas: Any, **more: Any) -> LocationResult:
    """Ask of sites by name, and of areas as (demand, times)."""
    named = [site if isinstance(site, dict) else {"name": site} for site in sites]
    given = [
        area if isinstance(area, dict) else {"name": f"Area {place}", "demand": area[0], "times": area[1]}
        for place, area in enumerate(areas, start=1)
    ]
    return METHOD.calculate(METHOD.read({"question": question, "sites": named, "areas": given, **more}))


def refusal(question: Any, sites: Any, areas: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        asked(question, sites, areas, **more)
    return str(refused.value)


class TestWhatIsRead:
    @pytest.mark.parametrize(
        ("question", "path", "within", "beyond"),
        [
            ("access", "question sites", (["Central"],), ([],)),
            ("access", "sites 0 name", ("N",), ("",)),
            ("access", "sites 0 minimum", (0, None), (-0.1,)),
            ("access", "sites 0 capacity", (0, None), (-0.1,)),
            ("access", "sites 0 attraction", (1e-9, None), (0,)),
            ("access", "sites", ([{"name": "A"}],), ([],)),
            ("access", "areas 0 name", ("A",), ("",)),
            ("access", "areas 0 demand", (0,), (-0.1,)),
            ("access", "areas 0 deprivation_fifth", (1, 5, None), (0, 6)),
            ("access", "areas", ([HERE],), ([],)),
            ("access", "thresholds", ([0],), ([-0.1],)),
            ("access", "further", ([0],), ([-0.1],)),
            ("access", "most_branches", (1,), (0,)),
            ("p_median", "question sites", (1,), (0,)),
            ("p_center", "question sites", (1,), (0,)),
            ("maximal_covering", "question sites", (1,), (0,)),
            ("maximal_covering", "question within", (0,), (-0.1,)),
            ("set_covering", "question within", (0,), (-0.1,)),
            ("huff", "question sites", (["Central"],), ([],)),
            ("huff", "question decay", (1e-9,), (0,)),
            ("huff", "question least_time", (1e-9, None), (0,)),
            ("pareto", "question fewest", (1,), (0,)),
            ("pareto", "question most", (1,), (0,)),
            ("pareto", "question most_sets", (1,), (0,)),
            ("pareto", "question objectives", (["sites"],), ([],)),
            ("closure", "question sites", (["Central"],), ([],)),
            ("closure", "question closes", (["Central"],), ([],)),
            ("closure", "question service", ("A",), ("",)),
            ("closure", "question decay", (1e-9, None), (0,)),
            ("closure", "question least_time", (1e-9, None), (0,)),
            ("closure", "question units 0 activity", (0,), (-1,)),
            ("closure", "question units 0 income", (0,), (-1,)),
        ],
    )
    def test_figures_are_read_up_to_their_limits(
        self, question: str, path: str, within: Any, beyond: Any
    ) -> None:
        given = METHOD.example() if question == "closure" else examples.questions()[question]
        read_within_alone(METHOD, given, path, within, beyond)

    def test_travel_times_are_not_below_nothing(self) -> None:
        question = {"ask": "access", "sites": ["A"]}
        assert asked(question, ["A"], [(1, [0])]).travel is not None
        assert "number 1, times" in refusal(question, ["A"], [(1, [-0.1])])

    def test_what_holds_where_nothing_is_said(self) -> None:
        given = METHOD.read(
            {
                "question": {"ask": "pareto", "fewest": 1, "most": 1, "objectives": ["sites"]},
                "sites": [{"name": "A"}],
                "areas": [HERE],
            }
        )
        assert given.thresholds == (30, 45, 60)
        assert given.further == (10, 20, 30)
        assert (given.most_branches, given.within_footprint) == (100_000, False)
        assert given.question.model_dump()["most_sets"] == 20_000
        huff = METHOD.read(
            {
                "question": {"ask": "huff", "sites": ["A"], "decay": 2},
                "sites": [{"name": "A"}],
                "areas": [HERE],
            }
        )
        assert huff.question.model_dump()["least_time"] is None


ACCESS = {"ask": "access", "sites": ["A"]}


class TestRefused:
    def test_areas_and_sites_given_twice(self) -> None:
        areas = [{**HERE}, {**HERE}]
        assert "areas: the area Here is given more than once" in refusal(ACCESS, ["A"], areas)
        assert "sites: the site A is given more than once" in refusal(ACCESS, ["A", "A"], [(1, [1, 1])])

    def test_a_time_for_each_site(self) -> None:
        assert refusal(ACCESS, ["A", "B"], [(1, [1, 1]), (1, [1])]) == (
            "area Area 2: it has 1 travel times, and there are 2 sites. Give one time for each site, in the "
            "order of the sites."
        )

    def test_areas_out_of_reach_are_named_up_to_three(self) -> None:
        lost = "can reach none of the sites. Give their travel times, or open a site that they can reach."
        areas = [(1, [1]), (1, [None]), (1, [None]), (0, [None]), (1, [None])]
        assert refusal(ACCESS, ["A"], areas) == f"areas: Area 2, Area 3 and Area 5 {lost}"
        areas += [(1, [None]), (1, [None])]
        assert refusal(ACCESS, ["A"], areas) == f"areas: Area 2, Area 3, Area 5 and 2 more {lost}"

    def test_those_open_must_be_reached(self) -> None:
        areas = [(1, [1, None]), (1, [None, 1])]
        assert refusal(ACCESS, ["A", "B"], areas).startswith("sites: Area 2 can reach none")
        assert refusal({"ask": "access", "sites": ["A", "B"]}, ["A", "B"], areas, now=["A"]).startswith(
            "now: Area 2 can reach none"
        )
        closing = {"ask": "closure", "sites": ["A", "B"], "closes": ["B"], "service": "S"}
        assert refusal(closing, ["A", "B"], areas).startswith("closes: Area 2 can reach none")
        closing = {"ask": "closure", "sites": ["A", "C"], "closes": ["C"], "service": "S"}
        three = [(1, [1, None, 1]), (1, [None, 1, None])]
        assert refusal(closing, ["A", "B", "C"], three).startswith("sites: Area 2 can reach none")

    def test_demand(self) -> None:
        assert "areas: no area has any demand" in refusal(ACCESS, ["A"], [(0, [1])])
        assert asked(ACCESS, ["A"], [(0, [1]), (0.5, [1])]).people == 0.5

    def test_footprints(self) -> None:
        sites = [{"name": "A", "footprint": "north"}]
        area = {**HERE, "footprint": "north"}
        assert asked(ACCESS, sites, [area], within_footprint=True).goes_to == ("A",)
        words = "people stay within their footprint, and it has none"
        assert refusal(ACCESS, ["A"], [area], within_footprint=True).startswith(f"site A: {words}")
        assert refusal(ACCESS, sites, [HERE], within_footprint=True).startswith(f"area Here: {words}")

    def test_a_minimum_that_is_the_capacity(self) -> None:
        sites = [{"name": "A", "minimum": 8, "capacity": 8}]
        assert not asked(ACCESS, sites, [(8, [1])]).volumes[0].below_minimum
        assert asked(ACCESS, sites, [(7, [1])]).volumes[0].below_minimum
        assert asked(ACCESS, sites, [(9, [1])]).volumes[0].over_capacity

    def test_a_closure_that_leaves_none(self) -> None:
        closing = {"ask": "closure", "sites": ["A"], "closes": ["A"], "service": "S"}
        assert "every site closes, so nobody has anywhere to go" in refusal(closing, ["A"], [(1, [1])])

    def test_a_time_that_no_set_of_sites_keeps(self) -> None:
        areas = [(1, [4, 9]), (1, [7, 9]), (1, [8, 6]), (0, [99, 99])]
        assert refusal({"ask": "set_covering", "within": 5}, ["A", "B"], areas) == (
            "question: 2 of the areas have no site within 5, such as Area 2. Allow a longer time, or ask for "
            "the most people covered."
        )
        shut = [{"name": "A", "standing": "shut"}, "B"]
        assert refusal({"ask": "set_covering", "within": 8}, shut, areas).startswith(
            "question: 2 of the areas have no site within 8, such as Area 1."
        )
        assert asked({"ask": "set_covering", "within": 7}, ["A", "B"], areas).sites == ("A", "B")

    def test_as_many_sites_as_may_be_open(self) -> None:
        standing = [{"name": "A", "standing": "open"}, "B", {"name": "C", "standing": "shut"}]
        areas = [(1, [1, 2, 3])]
        for ask in ("p_median", "p_center"):
            assert asked({"ask": ask, "sites": 1}, standing, areas).sites == ("A",)
            assert asked({"ask": ask, "sites": 2}, standing, areas).sites == ("A", "B")
            assert "3 sites are asked for, where 1 must be open and 2 may be" in refusal(
                {"ask": ask, "sites": 3}, standing, areas
            )
        for volumes in ("nearest", "planned"):
            assert "3 sites are asked for" in refusal(
                {"ask": "p_median", "sites": 3, "volumes": volumes}, standing, areas
            )

    def test_an_area_that_reaches_only_a_site_that_is_shut(self) -> None:
        standing = [{"name": "A", "standing": "shut"}, "B"]
        areas = [(1, [1, None]), (1, [2, 1])]
        for question in (
            {"ask": "p_median", "sites": 1},
            {"ask": "p_center", "sites": 1},
            {"ask": "maximal_covering", "sites": 1, "within": 5},
        ):
            assert "question: no choice of 1 sites serves every area." in refusal(question, standing, areas)

    def test_volumes_that_no_choice_keeps(self) -> None:
        sites = [{"name": "A", "capacity": 1}, {"name": "B", "capacity": 1}]
        for volumes in ("nearest", "planned"):
            assert refusal({"ask": "p_median", "sites": 2, "volumes": volumes}, sites, [(3, [1, 2])]) == (
                "question: no choice of 2 sites keeps every open site within its least and greatest volume. "
                "Change the number of sites or the limits."
            )

    def test_the_most_pairs_are_those_that_the_description_names(self) -> None:
        from speccom.methods.location.answering import MOST_PAIRS

        assert f"limited to {MOST_PAIRS:,} pairs of area and site" in " ".join(
            METHOD.module().__doc__.split()
        )

    @pytest.mark.parametrize(
        ("cost", "bound", "gap"), [(100.0, 98.0, 0.02), (100.0, 101.0, 0), (0.0, 0.0, 0)]
    )
    def test_how_far_a_choice_may_be_off(
        self, monkeypatch: pytest.MonkeyPatch, cost: float, bound: float, gap: float
    ) -> None:
        from speccom.methods.location.programme import Choice

        unsure = Choice(np.array([0]), cost, bound, "stopped")
        monkeypatch.setattr("speccom.methods.location.answering.p_median", lambda *_: unsure)
        proof = asked({"ask": "p_median", "sites": 1}, ["A"], [(1, [1])]).proof
        assert proof is not None
        assert proof.gap == pytest.approx(gap)

    def test_too_many_pairs_for_volumes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        question = {"ask": "p_median", "sites": 1, "volumes": "nearest"}
        areas = [(1, [1, 2]), (1, [2, 1])]
        monkeypatch.setattr("speccom.methods.location.answering.MOST_PAIRS", 4)
        assert asked(question, ["A", "B"], areas).proof is not None
        monkeypatch.setattr("speccom.methods.location.answering.MOST_PAIRS", 3)
        assert "2 areas and 2 sites are too many to choose sites by their volumes (3 pairs" in refusal(
            question, ["A", "B"], areas
        )


class TestGroups:
    def test_those_with_demand_are_told_fifths_first(self) -> None:
        rows = (
            ("a", 0, 9, 1, {"kind": "y"}),
            ("b", 0.25, 4, 2, {"kind": "x"}),
            ("c", 0, 7, 2, {"kind": "x", "also": "z"}),
            ("d", 0.75, 6, None, {"also": "z"}),
        )
        areas = [
            {"name": name, "demand": demand, "times": [time], "deprivation_fifth": fifth, "groups": groups}
            for name, demand, time, fifth, groups in rows
        ]
        found = asked(ACCESS, ["A"], areas, now=["A"]).by_group
        assert [(each.kind, each.group, each.travel.people, each.travel.mean) for each in found] == [
            ("deprivation fifth", "2", 0.25, 4),
            ("also", "z", 0.75, 6),
            ("kind", "x", 0.25, 4),
        ]
        assert [each.mean_now for each in found] == [4, 6, 4]
        assert [each.mean_now for each in asked(ACCESS, ["A"], areas).by_group] == [None] * 3

    def test_a_volume_that_meets_its_limit_but_for_the_last_digit(self) -> None:
        sites = [{"name": "A", "minimum": 300_000.3, "capacity": 300_000.3}]
        for areas in ([(100_000.1, [1])] * 3, [(300_000.3, [1])]):
            volume = asked(ACCESS, sites, areas).volumes[0]
            assert (volume.below_minimum, volume.over_capacity) == (False, False)


def test_a_minimum_that_is_met_but_for_the_last_digit_is_met_in_a_pareto_set() -> None:
    question = {"ask": "pareto", "fewest": 1, "most": 1, "objectives": ["sites below minimum"]}
    found = asked(question, [{"name": "A", "minimum": 300_000.35}], [(100_000.1, [1])] * 3).pareto
    assert found is not None
    assert found.sets[0].values == (1,)
    met = asked(question, [{"name": "A", "minimum": 300_000.3 + 1e-9}], [(100_000.1, [1])] * 3).pareto
    assert met is not None
    assert met.sets[0].values == (0,)


class TestAgainstToday:
    def test_who_travels_further(self) -> None:
        areas = [(10, [5, 30]), (4, [20, 8]), (3, [11, 9])]
        answer = asked(ACCESS, ["A", "B"], areas, now=["B", "A"], further=[1, 12])
        # The second area goes from 8 to 20, the third from 9 to 11; the first stays at 5.
        assert answer.further is not None
        assert answer.further.people == 7
        assert answer.further.mean_extra == pytest.approx((4 * 12 + 3 * 2) / 7)
        assert answer.further.beyond == ((1, 7), (12, 0))
        assert answer.travel_now is not None
        assert answer.travel_now.mean == pytest.approx((50 + 32 + 27) / 17)
        assert answer.volumes[0].volume_now == 10
        assert asked(ACCESS, ["A", "B"], areas).further is None


class TestHuff:
    def test_a_time_of_nothing(self) -> None:
        sites = [{"name": name, "attraction": 1} for name in "AB"]
        question = {"ask": "huff", "sites": ["B"], "decay": 1}
        assert refusal(question, sites, [(1, [0, 1]), (1, [1, 0])]) == (
            "area Area 2: the time to B is 0, at which Huff's model has no value. Give a `least_time`, such "
            "as 1 minute, that any shorter one counts as."
        )

    def test_an_area_without_demand_out_of_reach_goes_nowhere(self) -> None:
        sites = [{"name": name, "attraction": 1} for name in "AB"]
        question = {"ask": "huff", "sites": ["A", "B"], "decay": 1}
        answer = asked(question, sites, [(4, [1, 3]), (0, [None, None]), (4, [None, 9])])
        assert [each.volume for each in answer.volumes] == pytest.approx([3, 5])
        assert answer.goes_to == ("A", "", "B")

    def test_a_site_beyond_all_measure_draws_nobody(self) -> None:
        sites = [{"name": name, "attraction": 1} for name in "AB"]
        question = {"ask": "huff", "sites": ["A", "B"], "decay": 9}
        answer = asked(question, sites, [(5, [1, 1e200])])
        assert [each.volume for each in answer.volumes] == [5, 0]

    def test_against_today(self) -> None:
        sites = [{"name": name, "attraction": pull} for name, pull in (("A", 3), ("B", 1), ("C", 1))]
        question = {"ask": "huff", "sites": ["A", "B"], "decay": 2, "least_time": 2}
        answer = asked(question, sites, [(12, [2, 1, 8])], now=["A", "C"])
        # Weights 3/4 and 1/4, today 3/4 and 1/64.
        assert [each.volume for each in answer.volumes] == pytest.approx([9, 3])
        assert [each.volume_now for each in answer.volumes] == pytest.approx([12 * 48 / 49, 0])
        assert answer.travel_now is not None
        assert answer.travel_now.mean == pytest.approx((2 * 48 + 8) / 49)


class TestClosureWithoutACatchment:
    @pytest.mark.parametrize(("activity", "income"), [(1, 0), (0, 1)])
    def test_what_nobody_goes_to_has_no_work_to_move(self, activity: int, income: int) -> None:
        unit = {"site": "B", "service": "S", "activity": activity, "income": income}
        question = {"ask": "closure", "sites": ["A", "B"], "closes": ["B"], "service": "S", "units": [unit]}
        assert "it has activity or income, but nobody for whom B is the place to go now" in refusal(
            question, ["A", "B"], [(1, [1, 2])]
        )

    def test_nothing_moves_from_where_nothing_is(self) -> None:
        unit = {"site": "B", "service": "S", "activity": 0, "income": 0}
        question = {"ask": "closure", "sites": ["A", "B"], "closes": ["B"], "service": "S", "units": [unit]}
        closure = asked(question, ["A", "B"], [(1, [1, 2])]).closure
        assert closure is not None
        assert closure.moved == ()
        assert closure.further.people == 0


class TestClosureByHuff:
    def test_least_time_counts_before_and_after(self) -> None:
        sites = [{"name": name, "attraction": 1} for name in "ABC"]
        question = {
            "ask": "closure",
            "sites": ["A", "B", "C"],
            "closes": ["C"],
            "service": "S",
            "goes": "huff",
            "decay": 1,
            "least_time": 4,
        }
        answer = asked(question, sites, [(12, [0, 8, 2])], further=[0.5])
        # Before, weights 1/4, 1/8 and 1/4: 4.8, 2.4 and 4.8; after, 8 and 4.
        assert [each.volume for each in answer.volumes] == pytest.approx([8, 4])
        assert [each.volume_now for each in answer.volumes] == pytest.approx([4.8, 2.4])
        assert answer.closure is not None
        assert [(each.to_site, each.people) for each in answer.closure.moved] == [
            ("A", pytest.approx(3.2)),
            ("B", pytest.approx(1.6)),
        ]
        # Those of C took 2 minutes, and take (0·8 + 8·4)/12 afterwards.
        assert answer.closure.further.people == pytest.approx(4.8)
        assert answer.closure.further.mean_extra == pytest.approx(32 / 12 - 2)
        assert answer.closure.further.beyond == ((0.5, pytest.approx(4.8)),)


def test_examples_are_of_every_question() -> None:
    assert {each["question"]["ask"] for each in examples.questions().values()} | {"closure"} == {
        "access",
        "p_median",
        "p_center",
        "set_covering",
        "maximal_covering",
        "huff",
        "pareto",
        "closure",
    }
    assert np.isfinite([each["demand"] for each in METHOD.example()["areas"]]).all()
