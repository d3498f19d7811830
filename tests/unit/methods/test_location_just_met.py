"""Limits of `location` met just so, areas with no way to a site, and searches that stop early."""

from typing import Any, ClassVar

import highspy
import numpy as np
import pytest
from pydantic import ValidationError
from scipy import sparse
from tests.unit.methods.test_location_limits import asked, refusal

from speccom.methods.location import METHOD
from speccom.methods.location.access import further, mean_times, travel
from speccom.methods.location.answer import ShareWithin
from speccom.methods.location.covering import maximal_covering, set_covering
from speccom.methods.location.nearest import fold, rank
from speccom.methods.location.network import network
from speccom.methods.location.p_median import _exchange, _State, p_median
from speccom.methods.location.pareto import _optima
from speccom.methods.location.programme import Choice, Programme, Solution, solve
from speccom.methods.location.question import Area
from speccom.methods.location.volumes import Limits, _tightened, with_planned_volumes

MANY = 100_000
INF = np.inf
# Figures are compared to a thousand millionth of all demand, which is just one of these people.
THOUSAND_MILLION = 1e9


def free(sites: int) -> Any:
    return np.zeros(sites, dtype=bool)


class TestVolumesJustMet:
    @pytest.mark.parametrize(("above", "below_minimum"), [(0, False), (1, False), (2, True)])
    def test_a_minimum(self, above: int, below_minimum: bool) -> None:
        sites = [{"name": "A", "minimum": THOUSAND_MILLION + above}]
        areas = [(THOUSAND_MILLION, [1])]
        answer = asked({"ask": "access", "sites": ["A"]}, sites, areas)
        assert answer.volumes[0].below_minimum == below_minimum
        question = {"ask": "pareto", "fewest": 1, "most": 1, "objectives": ["sites below minimum"]}
        found = asked(question, sites, areas).pareto
        assert found is not None
        assert found.sets[0].values == (float(below_minimum),)

    @pytest.mark.parametrize(("below", "over_capacity"), [(0, False), (1, False), (2, True)])
    def test_a_capacity(self, below: int, over_capacity: bool) -> None:
        sites = [{"name": "A", "capacity": THOUSAND_MILLION - below}]
        answer = asked({"ask": "access", "sites": ["A"]}, sites, [(THOUSAND_MILLION, [1])])
        assert answer.volumes[0].over_capacity == over_capacity

    def test_planned_volumes_part_an_area_that_nearest_ones_leave_whole(self) -> None:
        sites = [{"name": name, "capacity": 2} for name in "AB"]
        areas = [(4, [1, 2])]
        planned = asked({"ask": "p_median", "sites": 2, "volumes": "planned"}, sites, areas)
        assert [each.volume for each in planned.volumes] == pytest.approx([2, 2])
        assert planned.proof is not None
        assert planned.proof.objective == pytest.approx(2 * 1 + 2 * 2)
        assert "no choice of 2 sites keeps every open site within" in refusal(
            {"ask": "p_median", "sites": 2, "volumes": "nearest"}, sites, areas
        )

    def test_the_solvers_rounding_leaves_shares_within_nothing_and_all(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rounded = Solution(np.array([1.0, 1.0, 1 + 1e-7, -1e-7]), 1.0, 1.0, "optimal")
        monkeypatch.setattr("speccom.methods.location.volumes.solve", lambda *_: rounded)
        limits = Limits(np.zeros(2), np.full(2, INF))
        planned = with_planned_volumes(np.array([[1.0, 2.0]]), np.ones(1), 2, free(2), free(2), limits, MANY)
        assert planned is not None
        assert planned[1].tolist() == [[1, 0]]

    def test_no_row_is_added_where_none_is_broken(self) -> None:
        # One site, which is open, and everyone is sent there.
        loose = Programme(
            cost=np.array([0.0, 5.0]),
            upper=np.ones(2),
            whole=np.array([True, False]),
            rows=sparse.csr_matrix(np.array([[0.0, 1.0], [1.0, 0.0]])),
            low=np.ones(2),
            high=np.ones(2),
        )
        assert _tightened(loose, np.array([0]), MANY).rows.shape[0] == 2


class TestNoWay:
    """Areas that some sites cannot be reached from, and whose people do not go there."""

    def test_those_who_go_elsewhere_have_a_mean_time(self) -> None:
        times = np.array([[5.0, INF], [20.0, 8.0], [INF, INF]])
        shares = np.array([[1.0, 0.0], [0.25, 0.75], [0.0, 0.0]])
        assert mean_times(times, shares).tolist() == [5, 11, 0]

    def test_those_who_travel_further_than_today(self) -> None:
        areas = [(10, [5, None]), (4, [20, 8])]
        answer = asked({"ask": "access", "sites": ["A"]}, ["A", "B"], areas, now=["A", "B"])
        assert answer.further is not None
        assert (answer.further.people, answer.further.mean_extra) == (4, 12)

    def test_those_whom_a_closure_moves(self) -> None:
        areas = [(10, [5, None]), (0.5, [20, 8])]
        question = {"ask": "closure", "sites": ["A", "B"], "closes": ["B"], "service": "S"}
        closure = asked(question, ["A", "B"], areas).closure
        assert closure is not None
        assert [(each.to_site, each.people) for each in closure.moved] == [("A", 0.5)]
        assert (closure.further.people, closure.further.mean_extra) == (0.5, 12)


class TestWhatCountsAsFurther:
    areas = tuple(Area(name=str(place), demand=1, times=(1,)) for place in range(4))

    def test_a_thousand_millionth_of_the_greatest_change_is_none(self) -> None:
        # With the greatest change a minute short of a thousand million, a minute is none.
        extra = np.array([THOUSAND_MILLION - 1, 1.0, 1.5, 0.5])
        found = further(self.areas, np.array([1.0, 10, 100, 1000]), extra, np.ones(4), (10.0,))
        assert found.people == 101

    def test_and_of_what_is_beyond_an_extra_time(self) -> None:
        extra = np.array([THOUSAND_MILLION - 1, 11.0, 11.5, 10.5])
        found = further(self.areas, np.array([1.0, 10, 100, 1000]), extra, np.ones(4), (10.0,))
        assert found.people == 1111
        assert found.beyond == ((10, 101),)

    def test_where_all_changes_are_small_a_thousand_millionth_is_none(self) -> None:
        extra = np.array([1.5e-9, 0.5e-9, 0, 0])
        assert further(self.areas, np.array([1.0, 10, 0, 0]), extra, np.ones(4), ()).people == 1


class TestShares:
    def test_a_share_is_not_above_all_for_the_last_digit_of_a_sum(self) -> None:
        # All but hardly anybody, whose sum comes out above that of everyone.
        people = np.array([0.7, 0.3, 0.9, 0.9, 0.7, 1e-20, 0.9, 0.3])
        times = np.where(people < 0.1, 9.0, 1.0)[:, None]
        assert people[people > 0.1].sum() > people.sum()
        assert travel(times, people, np.ones((8, 1)), (1.0,)).within[0].share == 1

    @pytest.mark.parametrize("share", [-0.001, 1.001])
    def test_a_share_lies_between_nothing_and_all(self, share: float) -> None:
        with pytest.raises(ValidationError):
            ShareWithin(within=30, share=share)


class TestCoverings:
    def test_who_is_just_in_time_is_in_time_when_the_least_mean_is_sought(self) -> None:
        # Either site is within 10 of both; A has the mean of 20 / 11 and B of 99 / 11.
        areas = [(10, [1, 9]), (1, [10, 9])]
        assert asked({"ask": "set_covering", "within": 10}, ["A", "B"], areas).sites == ("A",)

    def test_who_is_just_in_time_is_not_told_to_be_late(self) -> None:
        areas = [(1, [4]), (1, [5]), (1, [7])]
        assert refusal({"ask": "set_covering", "within": 5}, ["A"], areas).startswith(
            "question: 1 of the areas have no site within 5, such as Area 3."
        )

    def test_a_covering_that_was_stopped_keeps_its_number_and_its_bound(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stopped = Choice(np.array([0, 1]), 2.0, 1.0, "stopped")
        monkeypatch.setattr("speccom.methods.location.answering.set_covering", lambda *_: stopped)
        proof = asked({"ask": "set_covering", "within": 5}, ["A", "B"], [(1, [1, 2])]).proof
        assert proof is not None
        assert (proof.objective, proof.bound, proof.proven) == (2, 1, False)

    @pytest.mark.parametrize(("bound", "sites"), [(1.0000005, 1), (1.0000015, 2)])
    def test_a_bound_is_whole_to_a_millionth(
        self, monkeypatch: pytest.MonkeyPatch, bound: float, sites: int
    ) -> None:
        found = Solution(np.ones(2), 2.0, bound, "stopped")
        monkeypatch.setattr("speccom.methods.location.covering.solve", lambda *_: found)
        cover = set_covering(np.eye(2, dtype=bool), free(2), free(2), MANY)
        assert cover is not None
        assert cover.bound == sites

    def test_sites_are_not_opened_by_halves(self) -> None:
        # Each pair among three sites has an area, twice over. Six halves would cover all; of three whole
        # sites, two cover one triangle and the third covers two of the other's areas.
        pair = 1.0 - np.eye(3)
        within = np.block([[pair, np.zeros((3, 3))], [np.zeros((3, 3)), pair]])
        times = np.where(within > 0, 1.0, 9.0)
        choice = maximal_covering(times, np.ones(6), 1.0, 3, free(6), free(6), MANY)
        assert choice is not None
        assert (len(choice.sites), choice.cost) == (3, 1)
        assert choice.bound == pytest.approx(1)


class TestTheSearch:
    """Ten people beside A, three beside M and eleven beside B, on a line with five minutes between sites."""

    times = np.array([[0.0, 5.0, 10.0], [5.0, 0.0, 5.0], [10.0, 5.0, 0.0]])
    demand = np.array([10.0, 3.0, 11.0])

    def exchanged(self) -> _State:
        ranked = rank(self.times, self.demand)
        nothing = _State(free(3), free(3), np.zeros(0, dtype=np.int64), INF)
        return _exchange(fold(ranked, np.full(3, 3)), ranked, nothing, 2)

    def test_it_begins_with_the_site_that_saves_most_and_so_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Alone A costs 15 + 110, M 50 + 55 and B 100 + 15; beside M, B saves 55 and A 50.
        monkeypatch.setattr("speccom.methods.location.p_median._best_swap", lambda *_: None)
        begun = self.exchanged()
        assert (begun.best.tolist(), begun.cost) == ([1, 2], 50)

    def test_it_exchanges_what_it_began_with(self) -> None:
        # With A in place of M only the three have to travel.
        ended = self.exchanged()
        assert (ended.best.tolist(), ended.cost) == ([0, 2], 15)

    def test_how_deep_it_looks_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        depths = []

        def watched(ranked: Any, depth: Any) -> Any:
            depths.append(depth.tolist())
            return fold(ranked, depth)

        monkeypatch.setattr("speccom.methods.location.p_median.fold", watched)
        times = np.arange(14.0)[None, :]
        assert p_median(times, np.ones(1), 6, free(14), free(14), MANY) is not None
        # Of fourteen sites with six open the six nearest: four, and one for each two sites to one open.
        assert depths[0] == [6]

    def test_once_stopped_it_does_not_begin_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Sites that nobody looked as far as, so that there is more to look at.
        assert self.rounds(monkeypatch, Choice(np.arange(8, 14), 0.0, 0.0, "stopped")) == 1

    def test_nor_once_it_has_looked_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.rounds(monkeypatch, Choice(np.arange(6), 0.0, -1.0, "optimal")) == 1

    def rounds(self, monkeypatch: pytest.MonkeyPatch, answer: Choice) -> int:
        asked_for: list[Any] = []

        def settled(*given: Any) -> Choice:
            asked_for.append(given)
            assert len(asked_for) < 4, "it goes round in a circle"
            return answer

        monkeypatch.setattr("speccom.methods.location.p_median.least_missed", settled)
        choice = p_median(np.arange(14.0)[None, :], np.ones(1), 6, free(14), free(14), MANY)
        assert choice is not None
        assert (choice.cost, choice.bound) == (0, answer.bound)
        return len(asked_for)


class TestParetoWithoutEverySet:
    asks: ClassVar[dict[str, Any]] = {"ask": "pareto", "fewest": 2, "most": 2, "most_sets": 1}

    def found(self, question: Any, areas: Any) -> Any:
        return asked({**self.asks, **question}, ["A", "B", "C", "D"], areas).pareto

    def test_as_many_sets_as_are_allowed_are_each_looked_at(self) -> None:
        question = {"most_sets": 6, "objectives": ["mean time"]}
        assert self.found(question, [(1, [1, 2, 3, 4])]).complete
        assert not self.found({**question, "most_sets": 5}, [(1, [1, 2, 3, 4])]).complete

    def test_the_least_greatest_time_is_that_of_areas_with_demand(self) -> None:
        # A and B have the least mean; C and D, two sites away, alone reach both small areas within 15. Those
        # two are beyond all measure for an area that nobody lives in.
        areas = [
            (100, [0, 50, 10, 50]),
            (100, [50, 0, 50, 10]),
            (1, [30, 30, 15, 40]),
            (1, [30, 30, 40, 15]),
            (0, [0, 0, 99, 99]),
        ]
        found = self.found({"objectives": ["mean time", "greatest time"]}, areas)
        assert [each.sites for each in found.sets] == [("A", "B"), ("C", "D")]
        assert [each.values[1] for each in found.sets] == [30, 15]

    def test_of_those_with_the_least_greatest_time_the_least_mean_is_an_optimum(self) -> None:
        # As above, and five people who are within 15 of C and D alone.
        times = ((0, 50, 10, 50), (50, 0, 50, 10), (30, 30, 15, 40), (30, 30, 40, 15), (30, 30, 15, 15))
        given = METHOD.read(
            {
                "question": {**self.asks, "objectives": ["mean time", "greatest time"]},
                "sites": [{"name": name} for name in "ABCD"],
                "areas": [
                    {"name": str(place), "demand": demand, "times": each}
                    for place, (demand, each) in enumerate(zip((100, 100, 1, 1, 5), times, strict=True))
                ],
            }
        )
        optima = _optima(network(given), given.question, 2, MANY)
        assert [optimum.tolist() for optimum in optima] == [[0, 1], [2, 3]]

    def test_within_no_time_at_all(self) -> None:
        # A and B have the least mean, with nobody at the door; C and D have ten people each at theirs.
        areas = [(100, [1, 50, 5, 50]), (100, [50, 1, 50, 5]), (10, [1, 50, 0, 50]), (10, [50, 1, 50, 0])]
        found = self.found({"objectives": ["mean time", "share outside"], "within": 0}, areas)
        outside = {each.sites: each.values[1] for each in found.sets}
        assert outside[("A", "B")] == 1
        assert outside[("C", "D")] == pytest.approx(200 / 220)


class TestProof:
    def test_a_gap_of_just_a_millionth_is_rounding(self) -> None:
        assert Choice(np.zeros(1, dtype=np.int64), 1_000_000.0, 999_999.0, "stopped").proven

    def test_a_programme_with_some_whole_numbers_has_the_bound_of_its_search(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        info = highspy.Highs.getInfo

        def stopped(solver: Any) -> Any:
            found = info(solver)
            found.mip_dual_bound = 1.5
            return found

        monkeypatch.setattr(highspy.Highs, "getInfo", stopped)
        mixed = Programme(
            cost=np.array([3.0, 2.0]),
            upper=np.ones(2),
            whole=np.array([True, False]),
            rows=sparse.csr_matrix(np.array([[1.0, 1.0]])),
            low=np.array([1.0]),
            high=np.array([INF]),
        )
        found = solve(mixed, MANY)
        assert found is not None
        assert (found.cost, found.bound) == (2, 1.5)
