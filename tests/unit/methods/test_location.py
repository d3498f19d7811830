"""`location`: the published and computed optima, every set tried, and what it refuses."""

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.location import METHOD, examples
from speccom.methods.location.access import nearest_shares, travel
from speccom.methods.location.answer import LocationResult
from speccom.methods.location.closure import parted
from speccom.methods.location.covering import p_center
from speccom.methods.location.p_median import p_median
from speccom.methods.location.pareto import unbettered
from speccom.methods.location.volumes import Limits, with_planned_volumes
from speccom.methods.method import Refused

MANY = 100_000


def shared(*parts: str) -> Path:
    """A file of the shared data; the test is skipped where it is absent."""
    folder = Path(os.environ.get("SPECCOM_SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared data is absent: {path.name} (SPECCOM_SHARED_DATA names its folder)")
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ask(question: dict[str, Any], **more: Any) -> LocationResult:
    """Ask the example's areas something."""
    base = examples.questions()["access"]
    return METHOD.calculate(METHOD.read({**base, "now": [], **more, "question": question}))


def asked_of(
    times: Any, demand: Any, question: dict[str, Any], named: list[str] | None = None, **more: Any
) -> LocationResult:
    names = named or [f"Site {n + 1}" for n in range(len(times[0]))]
    data = {
        "question": question,
        "sites": [{"name": name} for name in names],
        "areas": [
            {"name": f"Area {n + 1}", "demand": people, "times": [None if np.isinf(t) else t for t in row]}
            for n, (row, people) in enumerate(zip(times, demand, strict=True))
        ],
        **more,
    }
    return METHOD.calculate(METHOD.read(data))


@pytest.fixture(scope="module")
def san_francisco() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], list[str]]:
    """Network distances from 205 census tracts to 16 stores: test data of spopt (BSD-3)."""
    found = rows(shared("location", "SF_network_distance_candidateStore_16_censusTract_205_new.csv"))
    people = {
        row["NAME"]: float(row["POP2000"])
        for row in rows(shared("location", "SF_demand_205_centroid_uniform_weight.csv"))
    }
    stores = [row["NAME"] for row in rows(shared("location", "SF_store_site_16_longlat.csv"))]
    tracts = sorted({row["DestinationName"] for row in found})
    times = np.zeros((len(tracts), len(stores)))
    for row in found:
        times[tracts.index(row["DestinationName"]), stores.index(row["name"])] = float(row["distance"])
    return times, np.array([people[tract] for tract in tracts]), stores


@pytest.fixture(scope="module")
def london() -> tuple[list[list[float]], list[float], list[str], list[str]]:
    """Car minutes from 4,835 small areas to 23 stroke units (2105_london_acute_stroke_unit, MIT)."""
    admissions = {
        row["LSOA"]: float(row["admissions"])
        for row in rows(shared("location", "london_stroke_admissions.csv"))
    }
    found = rows(shared("location", "london_stroke_time.csv"))
    units = [name for name in found[0] if name != "LSOA"]
    hasus = [
        row["Postcode"]
        for row in rows(shared("location", "london_stroke_hospitals.csv"))
        if row["HASU"] == "1"
    ]
    times = [[float(row[unit]) for unit in units] for row in found]
    return times, [admissions[row["LSOA"]] for row in found], units, hasus


class TestSanFrancisco:
    """spopt's San Francisco optima (domain notes 8.4)."""

    @pytest.mark.parametrize(
        ("sites", "mean"), [(1, 6000.5037), (2, 4197.5127), (3, 3544.6752), (4, 2982.12685899)]
    )
    def test_p_median(self, san_francisco: Any, sites: int, mean: float) -> None:
        times, people, stores = san_francisco
        answer = asked_of(times, people, {"ask": "p_median", "sites": sites}, stores)
        assert answer.travel is not None
        assert answer.travel.mean == pytest.approx(mean, abs=5e-5)
        assert answer.proof is not None
        assert answer.proof.proven
        assert answer.proof.status == "optimal"
        if sites == 4:
            assert set(answer.sites) == {"Store_2", "Store_11", "Store_12", "Store_15"} or (
                {int(store.split("_")[1]) for store in answer.sites} == {2, 11, 12, 15}
            )

    def test_maximal_covering(self, san_francisco: Any) -> None:
        times, people, stores = san_francisco
        answer = asked_of(
            times,
            people,
            {"ask": "maximal_covering", "sites": 4, "within": 5000},
            stores,
            thresholds=[5000],
        )
        assert answer.travel is not None
        assert answer.proof is not None
        assert answer.proof.proven
        assert people.sum() - answer.proof.objective == 875_247
        assert 100 * answer.travel.within[0].share == pytest.approx(91.638, abs=5e-4)
        chosen = [stores.index(store) for store in answer.sites]
        assert (times[:, chosen].min(axis=1) <= 5000).sum() == 184

    def test_set_covering(self, san_francisco: Any) -> None:
        times, people, stores = san_francisco
        answer = asked_of(times, people, {"ask": "set_covering", "within": 5000}, stores)
        assert len(answer.sites) == 8
        assert answer.proof is not None
        assert (answer.proof.objective, answer.proof.bound, answer.proof.proven) == (8, 8, True)

    def test_p_center(self, san_francisco: Any) -> None:
        times, people, stores = san_francisco
        answer = asked_of(times, people, {"ask": "p_center", "sites": 4}, stores)
        assert answer.travel is not None
        assert answer.travel.greatest == pytest.approx(7403.0638, abs=5e-5)
        assert answer.proof is not None
        assert answer.proof.proven

    def test_every_set_compared_holds_the_optima(self, san_francisco: Any) -> None:
        times, people, stores = san_francisco
        question = {
            "ask": "pareto",
            "fewest": 4,
            "most": 4,
            "objectives": ["mean time", "greatest time", "share outside"],
            "within": 5000,
        }
        found = asked_of(times, people, question, stores).pareto
        assert found is not None
        assert (found.looked_at, found.complete) == (1820, True)
        mean, greatest, outside = np.array([each.values for each in found.sets]).min(axis=0)
        assert mean == pytest.approx(2982.12685899, abs=2e-6)
        assert greatest == pytest.approx(7403.0638, abs=5e-5)
        assert 100 * (1 - outside) == pytest.approx(91.638, abs=5e-4)


class TestLondon:
    """Access and catchments of London's stroke units (domain notes 8.4)."""

    def test_the_nearest_of_all_23(self, london: Any) -> None:
        times, demand, units, _ = london
        answer = asked_of(times, demand, {"ask": "access", "sites": units}, units)
        assert answer.people == pytest.approx(9549.11, abs=1e-6)
        assert answer.travel is not None
        assert answer.travel.mean == pytest.approx(18.600, abs=5e-4)
        assert answer.travel.greatest == 53.48
        assert [round(100 * each.share, 3) for each in answer.travel.within[:2]] == [93.627, 99.106]
        volumes = [each.volume for each in answer.volumes]
        assert min(volumes) == pytest.approx(17.14, abs=5e-3)
        assert max(volumes) == pytest.approx(967.24, abs=5e-3)
        assert sum(volumes) == pytest.approx(9549.11, abs=1e-6)

    def test_the_eight_hyperacute_units(self, london: Any) -> None:
        times, demand, units, hasus = london
        assert len(hasus) == 8
        answer = asked_of(times, demand, {"ask": "access", "sites": hasus}, units)
        assert answer.travel is not None
        assert answer.travel.mean == pytest.approx(29.359, abs=5e-4)
        assert round(answer.travel.greatest, 2) == 63.56
        assert [round(100 * each.share, 2) for each in answer.travel.within[:2]] == [57.93, 87.72]
        volumes = [each.volume for each in answer.volumes]
        assert round(min(volumes)) == 748
        assert round(max(volumes)) == 1903

    def test_eight_better_sites_are_proven(self, london: Any) -> None:
        times, demand, units, hasus = london
        answer = asked_of(times, demand, {"ask": "p_median", "sites": 8}, units, now=hasus)
        assert answer.travel is not None
        assert answer.proof is not None
        # spopt 0.7 with its default solver finds the same optimum.
        assert answer.proof.objective == pytest.approx(238572.028883, abs=1e-6)
        assert answer.proof.proven
        assert answer.travel_now is not None
        assert answer.travel_now.mean == pytest.approx(29.359, abs=5e-4)


class TestHuff:
    """The hand-worked values of the domain notes (8.4)."""

    @pytest.mark.parametrize(
        ("decay", "shares"),
        [(1, (0.461538, 0.461538, 0.076923)), (2, (0.321429, 0.642857, 0.035714))],
    )
    def test_toy(self, decay: int, shares: tuple[float, ...]) -> None:
        answer = METHOD.calculate(
            METHOD.read(
                {
                    "question": {"ask": "huff", "sites": ["A", "B", "C"], "decay": decay},
                    "sites": [
                        {"name": name, "attraction": pull}
                        for name, pull in zip("ABC", (100, 50, 25), strict=True)
                    ],
                    "areas": [{"name": "Here", "demand": 1, "times": [30, 15, 45]}],
                }
            )
        )
        assert [each.volume for each in answer.volumes] == pytest.approx(shares, abs=5e-7)

    def test_a_very_long_time_and_a_strong_decay_still_share_everyone(self) -> None:
        answer = asked_of(
            [[1e200, 1e201]],
            [10],
            {"ask": "huff", "sites": ["Site 1", "Site 2"], "decay": 9},
            None,
            sites=[{"name": "Site 1", "attraction": 1}, {"name": "Site 2", "attraction": 1e9}],
        )
        assert [each.volume for each in answer.volumes] == pytest.approx([5, 5])

    def test_a_least_time_counts_for_any_shorter_one(self) -> None:
        question = {"ask": "huff", "sites": ["Site 1", "Site 2"], "decay": 1, "least_time": 5}
        sites = [{"name": f"Site {n}", "attraction": 1} for n in (1, 2)]
        answer = asked_of([[0, 5]], [10], question, None, sites=sites)
        assert [each.volume for each in answer.volumes] == [5, 5]


Case = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], int]


@st.composite
def small_cases(draw: st.DrawFn) -> Case:
    """A few areas and sites, whole times with many ties, some areas with no demand."""
    sites = draw(st.integers(2, 5))
    areas = draw(st.integers(1, 7))
    choices = [float(n) for n in range(8)]
    times = [
        [draw(st.sampled_from(choices)) for _ in range(sites - 1)] + [float(draw(st.integers(0, 9)))]
        for _ in range(areas)
    ]
    demand = [draw(st.integers(0, 5)) for _ in range(areas - 1)] + [draw(st.integers(1, 5))]
    return np.array(times), np.array(demand, dtype=float), draw(st.integers(1, sites))


def free(count: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    return np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)


class TestVolumesByHand:
    def test_planned_volumes_by_hand(self) -> None:
        # Ten people at A's door; A takes 6, so 4 go to B at 5 minutes: 20.
        limits = Limits(np.zeros(2), np.array([6.0, 100.0]))
        planned = with_planned_volumes(np.array([[0.0, 5.0]]), np.array([10.0]), 2, *free(2), limits, MANY)
        assert planned is not None
        assert planned[0].cost == pytest.approx(20)
        assert planned[1][0] == pytest.approx([0.6, 0.4])


class TestRulesOfChoice:
    """What holds for every choice, whatever the figures."""

    @given(small_cases(), st.integers(2, 1000))
    @settings(max_examples=10)
    def test_a_p_median_does_not_change_with_the_unit_and_grows_with_it(
        self, case: Case, factor: int
    ) -> None:
        times, demand, sites = case
        once = p_median(times, demand, sites, *free(times.shape[1]), MANY)
        scaled = p_median(times * factor, demand, sites, *free(times.shape[1]), MANY)
        assert once is not None
        assert scaled is not None
        assert scaled.cost == pytest.approx(factor * once.cost)

    @given(small_cases())
    @settings(max_examples=10)
    def test_one_more_site_never_harms(self, case: Case) -> None:
        times, demand, _ = case
        count = times.shape[1]
        medians = [p_median(times, demand, n, *free(count), MANY) for n in range(1, count + 1)]
        centers = [p_center(times, n, *free(count), MANY) for n in range(1, count + 1)]
        for choices in (medians, centers):
            costs = [choice.cost for choice in choices if choice]
            assert costs == sorted(costs, reverse=True)

    @given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=1, max_size=12))
    def test_a_pareto_set_betters_all_others_and_none_of_its_own(self, points: list[list[int]]) -> None:
        values = np.array(points, dtype=float)
        front = values[unbettered(values)]

        def betters(one: Any, other: Any) -> bool:
            return bool((one <= other).all() and (one < other).any())

        assert not any(betters(one, other) for one in front for other in front)
        for point in values:
            assert any(betters(one, point) or (one == point).all() for one in front)
        assert len(np.unique(front, axis=0)) == len(front)

    def test_too_many_sets_are_told(self) -> None:
        question = {**examples.questions()["pareto"]["question"], "most_sets": 5}
        answer = ask(question)
        assert answer.pareto is not None
        assert not answer.pareto.complete
        assert answer.pareto.looked_at == 26
        assert "others may be missing" in METHOD.explain(answer)
        whole = ask(examples.questions()["pareto"]["question"]).pareto
        assert whole is not None
        assert whole.complete
        assert {each.values for each in answer.pareto.sets} == {each.values for each in whole.sets}


class TestAccess:
    """Small figures worked by hand."""

    def test_shares_mean_ninetieth_and_greatest(self) -> None:
        answer = asked_of(
            [[10, 40], [20, 5], [50, 30], [99, 98]],
            [50, 40, 10, 0],
            {"ask": "access", "sites": ["Site 1", "Site 2"]},
            thresholds=[5, 10, 29],
        )
        assert answer.travel is not None
        assert answer.travel.mean == pytest.approx((500 + 200 + 300) / 100)
        assert [each.share for each in answer.travel.within] == [0.4, 0.9, 0.9]
        assert answer.travel.ninetieth == 10
        assert answer.travel.greatest == 30
        assert [each.volume for each in answer.volumes] == [50, 50]
        assert answer.goes_to == ("Site 1", "Site 2", "Site 2", "Site 2")

    def test_equal_times_go_to_the_site_listed_first(self) -> None:
        shares = nearest_shares(np.array([[7.0, 7.0, 7.0]]), np.array([1, 2]))
        assert shares.tolist() == [[0, 1, 0]]

    def test_an_area_without_demand_may_be_out_of_reach(self) -> None:
        answer = asked_of([[10], [np.inf]], [5, 0], {"ask": "access", "sites": ["Site 1"]}, now=["Site 1"])
        assert answer.goes_to == ("Site 1", "")
        assert answer.travel is not None
        assert answer.travel.greatest == 10

    def test_footprints_keep_people_within_theirs(self) -> None:
        base = examples.questions()["access"]
        sites = [{**site, "footprint": "north" if n < 2 else "south"} for n, site in enumerate(base["sites"])]
        areas = [{**area, "footprint": "south"} for area in base["areas"]]
        question = {"ask": "access", "sites": ["Northgate", "Southmoor"]}
        free_to_go = ask(question, sites=sites, areas=areas)
        kept = ask(question, sites=sites, areas=areas, within_footprint=True)
        assert "Northgate" in free_to_go.goes_to
        assert set(kept.goes_to) == {"Southmoor"}
        choice = ask({"ask": "p_median", "sites": 1}, sites=sites, areas=areas, within_footprint=True)
        assert choice.sites == ("Central",)

    def test_groups_and_fifths_weigh_by_demand(self) -> None:
        answer = ask({"ask": "access", "sites": ["Central"]}, now=["Central", "Northgate"])
        first = answer.by_group[0]
        assert (first.kind, first.group) == ("deprivation fifth", "1")
        # Ashby 52 x 22, Elmstead 29 x 27, Kingsmead 61 x 8; with Northgate, Ashby is at 12.
        assert first.travel.people == 142
        assert first.travel.mean == pytest.approx((52 * 22 + 29 * 27 + 61 * 8) / 142)
        assert first.mean_now == pytest.approx((52 * 12 + 29 * 27 + 61 * 8) / 142)
        assert {(each.kind, each.group) for each in answer.by_group[5:]} == {
            ("rurality", "rural"),
            ("rurality", "urban"),
        }

    def test_the_whole_is_the_sum_of_its_fifths(self) -> None:
        answer = ask({"ask": "p_median", "sites": 2})
        fifths = [each.travel for each in answer.by_group if each.kind == "deprivation fifth"]
        assert answer.travel is not None
        assert sum(each.people for each in fifths) == answer.people
        assert sum(each.people * each.mean for each in fifths) == pytest.approx(
            answer.people * answer.travel.mean
        )

    def test_the_ninetieth_is_not_missed_for_the_last_digit(self) -> None:
        shares = np.ones((10, 1))
        found = travel(np.arange(10.0)[:, None], np.full(10, 0.1), shares, ())
        assert found.ninetieth == 8


class TestClosure:
    """A unit closes: worked by hand on the example."""

    def test_the_example(self) -> None:
        answer = METHOD.calculate(METHOD.read(METHOD.example()))
        closure = answer.closure
        assert closure is not None
        # Inglewood (38) goes from 17 to Southmoor at 36; Juniper Vale (14) from 23 to Northgate at 44.
        moved = [(m.from_site, m.to_site, m.people, m.activity, m.income) for m in closure.moved]
        assert moved == [
            ("Westbrook", "Northgate", 14, 14, 16_800_000),
            ("Westbrook", "Southmoor", 38, 38, 45_600_001),
        ]
        assert closure.further.people == 52
        assert closure.further.mean_extra == pytest.approx((38 * 19 + 14 * 21) / 52)
        assert closure.further.greatest_extra == 21
        assert closure.further.beyond == ((10, 52), (20, 14))
        fifths = {fifth: (people, gain) for fifth, people, gain in closure.further.by_fifth}
        assert fifths[5] == (14, pytest.approx(14 * 21 / 30))
        assert fifths[1] == (0, 0)
        assert [(each.site, each.service) for each in closure.dependents] == [
            ("Westbrook", "Aneurysm coiling")
        ]
        assert "£456,000.01" in METHOD.explain(answer)

    def test_services_fall_one_after_another_and_only_at_that_site(self) -> None:
        unit = {"activity": 1, "income": 100}
        units = [
            {"site": "Westbrook", "service": "B", "needs": ["A"], **unit},
            {"site": "Westbrook", "service": "C", "needs": ["B", "X"], **unit},
            {"site": "Westbrook", "service": "D", "needs": ["X"], **unit},
            {"site": "Eastfield", "service": "B", "needs": ["A"], **unit},
        ]
        closure = ask(
            {
                "ask": "closure",
                "sites": ["Westbrook", "Eastfield"],
                "closes": ["Westbrook"],
                "service": "A",
                "units": units,
            }
        ).closure
        assert closure is not None
        fallen = [(each.site, each.service, each.because_of) for each in closure.dependents]
        assert fallen == [("Westbrook", "B", ("A",)), ("Westbrook", "C", ("B",))]
        assert all(each.income is None for each in closure.moved)

    @given(
        st.integers(0, 10**13),
        st.lists(st.floats(0.001, 1000), min_size=1, max_size=12),
    )
    def test_parts_sum_to_the_penny_and_stay_near_their_share(self, whole: int, weights: list[float]) -> None:
        parts = parted(whole, weights)
        assert sum(parts) == whole
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - whole * weight / sum(weights)) <= 1.01

    @pytest.mark.parametrize("goes", ["nearest", "huff"])
    def test_activity_and_income_are_conserved(self, goes: str) -> None:
        question = {**METHOD.example()["question"], "goes": goes, "decay": 1.5}
        question["closes"] = ["Westbrook", "Northgate"]
        question["units"] = [
            {"site": site, "service": "Thrombectomy", "activity": 101, "income": 99_999_999_977}
            for site in question["closes"]
        ]
        closure = ask(question).closure
        assert closure is not None
        for site in question["closes"]:
            gone = [each for each in closure.moved if each.from_site == site]
            assert sum(each.activity or 0 for each in gone) == 101
            assert sum(each.income or 0 for each in gone) == 99_999_999_977
            assert {each.to_site for each in gone} <= {"Eastfield", "Southmoor"}

    def test_huff_spreads_a_closure_over_all_that_are_left(self) -> None:
        question = {**METHOD.example()["question"], "goes": "huff", "decay": 2}
        answer = ask(question)
        assert answer.closure is not None
        assert len(answer.closure.moved) == 3
        before = ask({"ask": "huff", "sites": question["sites"], "decay": 2})
        west = next(each.volume for each in before.volumes if each.site == "Westbrook")
        assert sum(each.people for each in answer.closure.moved) == pytest.approx(west)


class TestLimits:
    """Minimum volumes and capacities."""

    def test_they_are_reported_and_not_held_unless_asked(self) -> None:
        base = examples.questions()["access"]
        sites = [{**site, "minimum": 200, "capacity": 250} for site in base["sites"]]
        answer = ask({"ask": "p_median", "sites": 3}, sites=sites)
        flags = {each.site: (each.volume, each.below_minimum, each.over_capacity) for each in answer.volumes}
        for volume, below, over in flags.values():
            assert (below, over) == (volume < 200, volume > 250)
        assert any(below for _, below, _ in flags.values())
        assert "Below the volume that it needs" in METHOD.explain(answer)
        assert "Above the volume that it can take" in METHOD.explain(
            ask({"ask": "p_median", "sites": 1}, sites=sites)
        )

    @pytest.mark.parametrize("volumes", ["nearest", "planned"])
    def test_they_are_held_where_asked(self, volumes: str) -> None:
        base = examples.questions()["access"]
        sites = [{**site, "minimum": 100, "capacity": 190} for site in base["sites"]]
        answer = ask({"ask": "p_median", "sites": 3, "volumes": volumes}, sites=sites)
        assert not any(each.below_minimum or each.over_capacity for each in answer.volumes)
        assert answer.proof is not None
        assert answer.proof.proven

    def test_a_limit_that_is_just_met_is_met(self) -> None:
        sites = [{"name": "Site 1", "minimum": 0.3, "capacity": 0.3}]
        answer = asked_of([[1]] * 3, [0.1] * 3, {"ask": "access", "sites": ["Site 1"]}, None, sites=sites)
        assert (answer.volumes[0].below_minimum, answer.volumes[0].over_capacity) == (False, False)


class TestSearchThatEnds:
    """A search that may not go on says how far it may be off."""

    def test_the_words_for_an_answer_without_proof(self) -> None:
        answer = ask({"ask": "p_median", "sites": 2})
        assert answer.proof is not None
        short = answer.proof.model_copy(update={"proven": False, "gap": 0.0123, "status": "stopped"})
        said = METHOD.explain(answer.model_copy(update={"proof": short}))
        assert "a better choice may exist, by at most 1.23%" in said


class TestPictures:
    """Each question's chart has its table."""

    @pytest.mark.parametrize("name", sorted(examples.questions()))
    def test_each_question(self, name: str) -> None:
        answer = METHOD.calculate(METHOD.read(examples.questions()[name]))
        assert METHOD.picture is not None
        drawn = METHOD.picture(answer)
        assert drawn.chart.to_dict()
        assert drawn.table.rows
        said = METHOD.explain(answer)
        assert said.endswith(".")
        assert "None" not in said

    def test_without_fifths_the_sites_are_drawn(self) -> None:
        answer = asked_of([[1, 2], [2, 1]], [3, 4], {"ask": "p_median", "sites": 2})
        assert METHOD.picture is not None
        drawn = METHOD.picture(answer)
        assert drawn.title == "What each open site has to do"
        assert "Site 2 has most, 4." in drawn.alternative


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a repeated site": (
        {"ask": "access", "sites": ["Central", "Central"]},
        {},
        "sites: the site Central is given more than once. Give each site once.",
    ),
    "today's sites unknown": (
        {"ask": "access", "sites": ["Central"]},
        {"now": ["Nowhere"]},
        "now: there is no site `Nowhere`. Name sites as `sites` names them.",
    ),
    "a minimum above its capacity": (
        {"ask": "access", "sites": ["A"]},
        {
            "sites": [{"name": "A", "minimum": 9, "capacity": 8}],
            "areas": [{"name": "H", "demand": 1, "times": [1]}],
        },
        (
            "site A: it needs at least 9 and can take at most 8. "
            "Give a minimum that is no more than the capacity."
        ),
    ),
    "more open sites than asked for": (
        {"ask": "p_center", "sites": 1},
        {
            "sites": [{"name": "A", "standing": "open"}, {"name": "B", "standing": "open"}],
            "areas": [{"name": "H", "demand": 1, "times": [1, 2]}],
        },
        (
            "question: 1 sites are asked for, where 2 must be open and 2 may be. "
            "Change the number or the sites' standing."
        ),
    ),
    "a choice that serves only some": (
        {"ask": "maximal_covering", "sites": 1, "within": 5},
        {
            "sites": [{"name": "A"}, {"name": "B"}],
            "areas": [
                {"name": "H", "demand": 1, "times": [1, None]},
                {"name": "I", "demand": 1, "times": [None, 1]},
            ],
        },
        "question: no choice of 1 sites serves every area. Allow more sites, or give more travel times.",
    ),
    "a Pareto set of served areas only": (
        {"ask": "pareto", "fewest": 1, "most": 1, "objectives": ["mean time"]},
        {
            "sites": [{"name": "A"}, {"name": "B"}],
            "areas": [
                {"name": "H", "demand": 1, "times": [1, None]},
                {"name": "I", "demand": 1, "times": [None, 1]},
            ],
        },
        (
            "question: no set of that many sites serves every area. "
            "Allow more sites (`most`), or give more travel times."
        ),
    ),
    "an objective twice": (
        {"ask": "pareto", "fewest": 1, "most": 2, "objectives": ["sites", "sites"]},
        {},
        "objectives: an objective is there more than once. Name each once.",
    ),
    "fewest above most": (
        {"ask": "pareto", "fewest": 3, "most": 2, "objectives": ["sites"]},
        {},
        (
            "question: at least 3 sites and at most 2 leaves no number of sites. "
            "Give a `fewest` that is no more than `most`."
        ),
    ),
    "more than there are": (
        {"ask": "pareto", "fewest": 6, "most": 7, "objectives": ["sites"]},
        {},
        (
            "question: between 6 and 7 sites are asked for, where 0 must be open and 5 may be. "
            "Change the numbers or the sites' standing."
        ),
    ),
    "a share outside nothing": (
        {"ask": "pareto", "fewest": 1, "most": 2, "objectives": ["share outside"]},
        {},
        "question: `share outside` needs the travel time that people should be within. Give `within`.",
    ),
    "no minimum to be below": (
        {"ask": "pareto", "fewest": 1, "most": 1, "objectives": ["sites below minimum"]},
        {"sites": [{"name": "A"}], "areas": [{"name": "H", "demand": 1, "times": [1]}]},
        (
            "sites: `sites below minimum` needs a site with a minimum, and none has one. "
            "Give the sites their `minimum`."
        ),
    ),
    "a closure of what is not open": (
        {"ask": "closure", "sites": ["Central"], "closes": ["Northgate"], "service": "A"},
        {},
        "closes: Northgate closes, but is not open now. Name it among the question's `sites`.",
    ),
    "Huff without attraction": (
        {"ask": "huff", "sites": ["A"], "decay": 1},
        {"sites": [{"name": "A"}], "areas": [{"name": "H", "demand": 1, "times": [1]}]},
        "site A: Huff's model needs its attraction, and it has none. Give it, for instance its beds.",
    ),
    "Huff without decay": (
        {
            "ask": "closure",
            "sites": ["Central", "Northgate"],
            "closes": ["Central"],
            "service": "A",
            "goes": "huff",
        },
        {},
        "question: Huff's model needs a `decay`. Give it, such as 2.",
    ),
    "a unit twice": (
        {
            "ask": "closure",
            "sites": ["Central", "Northgate"],
            "closes": ["Central"],
            "service": "A",
            "units": [{"site": "Central", "service": "A", "activity": 1, "income": 1}] * 2,
        },
        {},
        "units: A at Central is there more than once. Give each once.",
    ),
    "a unit nowhere": (
        {
            "ask": "closure",
            "sites": ["Central", "Northgate"],
            "closes": ["Central"],
            "service": "A",
            "units": [{"site": "Nowhere", "service": "A", "activity": 1, "income": 1}],
        },
        {},
        "units: there is no site `Nowhere`. Name sites as `sites` names them.",
    ),
    "activity without a catchment": (
        {
            "ask": "closure",
            "sites": ["A", "B"],
            "closes": ["B"],
            "service": "S",
            "units": [{"site": "B", "service": "S", "activity": 1, "income": 0}],
        },
        {
            "sites": [{"name": "A"}, {"name": "B"}],
            "areas": [{"name": "H", "demand": 1, "times": [1, 2]}],
        },
        (
            "S at B: it has activity or income, but nobody for whom B is the place to go now. "
            "Use Huff's model, or check the travel times and the sites open today."
        ),
    ),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_it_refuses(what: str) -> None:
    question, more, said = REFUSED[what]
    with pytest.raises(Refused) as refusal:
        ask(question, **more)
    assert str(refusal.value) == said


def test_it_refuses_volumes_on_a_country(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("speccom.methods.location.answering.MOST_PAIRS", 59)
    with pytest.raises(Refused, match="12 areas and 5 sites are too many to choose sites by their volumes"):
        ask({"ask": "p_median", "sites": 2, "volumes": "nearest"})


def test_a_region_of_a_thousand_areas_is_proven_quickly() -> None:
    rng = np.random.default_rng(7)
    homes, places = rng.random((1000, 2)), rng.random((70, 2))
    times = np.round(100 * np.linalg.norm(homes[:, None] - places[None], axis=2), 1)
    choice = p_median(times, rng.integers(1, 50, 1000).astype(float), 9, *free(70), MANY)
    assert choice is not None
    assert choice.proven
    assert choice.status == "optimal"
