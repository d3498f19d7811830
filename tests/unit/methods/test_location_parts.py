"""The steps of `location` one by one: folding, exchanging, covering, parting, each against its definition."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from speccom.methods.location import programme
from speccom.methods.location.access import further, nearest_shares, travel
from speccom.methods.location.closure import parted
from speccom.methods.location.covering import least_missed, maximal_covering, p_center, set_covering
from speccom.methods.location.nearest import NearestSets, fold, rank, same_sets
from speccom.methods.location.p_median import (
    _best_swap,
    _exchange,
    _first_depth,
    _needed,
    _prices_of_exchange,
    _State,
    p_median,
)
from speccom.methods.location.pareto import unbettered
from speccom.methods.location.programme import Choice, Programme, solve
from speccom.methods.location.question import Area
from speccom.methods.location.volumes import Limits, _tightened, with_nearest_volumes, with_planned_volumes
from speccom.methods.method import Refused

MANY = 100_000
INF = np.inf

Case = tuple[Any, Any, int, Any, Any]


@st.composite
def cases(draw: st.DrawFn, ways: bool = True) -> Case:
    """Areas and sites, how many to choose, and which of them must be open or shut."""
    sites, areas = draw(st.integers(2, 5)), draw(st.integers(1, 6))
    choices = [float(n) for n in range(8)] + ([INF] if ways else [])
    times = np.array([[draw(st.sampled_from(choices)) for _ in range(sites)] for _ in range(areas)])
    demand = np.array([*(float(draw(st.integers(0, 5))) for _ in range(areas - 1)), 2.0])
    standing = np.array([draw(st.sampled_from("ffos")) for _ in range(sites)])
    return times, demand, draw(st.integers(1, sites)), standing == "o", standing == "s"


def sets_of(case: Case, sizes: Any = None) -> list[tuple[int, ...]]:
    """Every set of sites of those sizes with all that must be open and none that must be shut."""
    times, _, sites, opened, shut = case
    forced, never = set(np.flatnonzero(opened)), set(np.flatnonzero(shut))
    return [
        chosen
        for size in (sizes or [sites])
        for chosen in combinations(range(times.shape[1]), size)
        if forced <= set(chosen) and not never & set(chosen)
    ]


def cost_of(case: Case, chosen: tuple[int, ...]) -> float:
    """The demand times the least times; infinite where someone is not served."""
    wanted = case[1] > 0
    return float(case[1][wanted] @ case[0][wanted][:, chosen].min(axis=1))


def allowed(case: Case, choice: Choice) -> bool:
    return tuple(int(site) for site in choice.sites) in sets_of(case, [len(choice.sites)])


class TestChoicesWithSitesOpenAndShut:
    @given(cases())
    @settings(max_examples=25)
    def test_p_median(self, case: Case) -> None:
        times, demand, sites, opened, shut = case
        tried = [cost for each in sets_of(case) if np.isfinite(cost := cost_of(case, each))]
        if not opened.sum() <= sites <= (~shut).sum():
            return
        choice = p_median(times, demand, sites, opened, shut, MANY)
        if not tried:
            assert choice is None
            return
        assert choice is not None
        assert allowed(case, choice)
        assert len(choice.sites) == sites
        assert choice.cost == pytest.approx(min(tried))
        assert choice.proven

    @given(cases(), st.integers(0, 8))
    @settings(max_examples=25)
    def test_maximal_covering(self, case: Case, within: int) -> None:
        times, demand, sites, opened, shut = case
        times, demand = times[demand > 0], demand[demand > 0]
        if not opened.sum() <= sites <= (~shut).sum():
            return
        served = [each for each in sets_of(case) if np.isfinite(times[:, each].min(axis=1)).all()]
        choice = maximal_covering(times, demand, within, sites, opened, shut, MANY)
        if not served:
            assert choice is None
            return
        assert choice is not None
        assert tuple(int(site) for site in choice.sites) in served
        assert choice.cost == min(demand[times[:, each].min(axis=1) > within].sum() for each in served)
        assert choice.bound == pytest.approx(choice.cost)

    @given(cases(), st.integers(0, 8))
    @settings(max_examples=25)
    def test_set_covering(self, case: Case, within: int) -> None:
        times, _, _, opened, shut = case
        enough = [
            each
            for each in sets_of(case, range(times.shape[1] + 1))
            if each and (times[:, each].min(axis=1) <= within).all()
        ]
        choice = set_covering(times <= within, opened, shut, MANY)
        if not enough:
            assert choice is None
            return
        assert choice is not None
        assert tuple(int(site) for site in choice.sites) in enough
        assert choice.cost == choice.bound == len(choice.sites) == min(map(len, enough))

    @given(cases())
    @settings(max_examples=25)
    def test_p_center(self, case: Case) -> None:
        times, _, sites, opened, shut = case
        if not opened.sum() <= sites <= (~shut).sum():
            return
        tried = [times[:, each].min(axis=1).max() for each in sets_of(case)]
        choice = p_center(times, sites, opened, shut, MANY)
        if not np.isfinite(tried).any():
            assert choice is None
            return
        assert choice is not None
        assert len(choice.sites) <= sites
        assert allowed(case, choice)
        assert choice.cost == choice.bound == min(tried)

    def test_a_p_center_that_serves_not_everyone_is_none(self) -> None:
        free = np.zeros(2, dtype=bool)
        assert p_center(np.array([[1.0, INF], [INF, 1.0]]), 1, free, free, MANY) is None

    def test_a_p_center_whose_coverings_were_not_settled_is_not_proven(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        times, free = np.array([[1.0, 4.0], [7.0, 2.0]]), np.zeros(2, dtype=bool)
        settled = p_center(times, 1, free, free, MANY)
        assert settled is not None
        assert (settled.cost, settled.bound) == (4, 4)

        def unsettled(within: Any, opened: Any, shut: Any, most: int) -> Choice | None:
            cover = set_covering(within, opened, shut, most)
            return None if cover is None else Choice(cover.sites, cover.cost, 1.0, "stopped")

        monkeypatch.setattr("speccom.methods.location.covering.set_covering", unsettled)
        open_still = p_center(times, 1, free, free, MANY)
        assert open_still is not None
        # The greatest of the least times, 1 and 2, is all that is known.
        assert (open_still.cost, open_still.bound, open_still.status) == (4, 2, "stopped")


class TestFolding:
    def test_by_hand(self) -> None:
        # Two people at 1, 3 and 6; three at 5, 5 and 9; the last, without demand, is left out.
        ranked = rank(
            np.array([[3.0, 1.0, 6.0], [5.0, 9.0, 5.0], [1.0, 1.0, 1.0]]), np.array([2.0, 3.0, 0.0])
        )
        assert ranked.order.tolist() == [[1, 0, 2], [0, 2, 1]]
        folded = fold(ranked, np.array([2, 2]))
        assert folded.base == 2 + 15
        found = {tuple(row): weight for row, weight in zip(folded.sets.toarray(), folded.weight, strict=True)}
        assert found == {(0, 1, 0): 4, (1, 1, 0): 6, (1, 0, 1): 12}
        assert not folded.must.any()
        shallow = fold(ranked, np.array([1, 1]))
        assert shallow.sets.toarray().tolist() == [[0, 1, 0]]
        assert shallow.weight.tolist() == [4]
        assert ranked.cost(np.array([2])) == 2 * 6 + 3 * 5
        assert ranked.ranks_of_nearest(np.array([0, 2])).tolist() == [1, 0]

    def test_areas_with_the_same_sites_nearest_share_a_set(self) -> None:
        ranked = rank(np.array([[1.0, 2.0, 9.0], [4.0, 3.0, 7.0]]), np.array([1.0, 10.0]))
        folded = fold(ranked, np.array([2, 2]))
        found = {tuple(row): weight for row, weight in zip(folded.sets.toarray(), folded.weight, strict=True)}
        assert found == {(1, 0, 0): 1, (0, 1, 0): 10, (1, 1, 0): 7 + 30}

    def test_where_there_is_no_way_beyond_a_set_must_be_met(self) -> None:
        ranked = rank(np.array([[1.0, INF, INF], [2.0, 5.0, INF]]), np.array([1.0, 1.0]))
        folded = fold(ranked, np.array([2, 2]))
        found = {
            tuple(row): (weight, must)
            for row, weight, must in zip(folded.sets.toarray(), folded.weight, folded.must, strict=True)
        }
        assert found == {(1, 0, 0): (0, True), (1, 1, 0): (0, True)}

    @given(st.integers(1, 150), st.integers(1, 9), st.integers(0, 99))
    @settings(max_examples=15)
    def test_the_same_sets_of_any_number_of_sites(self, sites: int, areas: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        order = np.array([rng.permutation(sites) for _ in range(areas)])
        order[areas // 2 :, : sites // 2] = np.sort(order[areas // 2 :, : sites // 2], axis=1)
        order[-1] = order[0]
        area, position = (each.ravel() for each in np.indices(order.shape))
        group, first = same_sets(order, area, position)
        sets = [frozenset(order[a, : p + 1].tolist()) for a, p in zip(area, position, strict=True)]
        for place, one in enumerate(sets):
            assert sets[first[group[place]]] == one
        assert len(first) == len(set(sets))

    def test_how_deep(self) -> None:
        assert [
            _first_depth(count, sites) for count, sites in ((70, 9), (70, 1), (5, 1), (1, 1), (9, 4))
        ] == [
            11,
            69,
            4,
            0,
            6,
        ]
        ranked = rank(np.array([[1.0, 2.0, 3.0, 4.0]] * 2), np.array([1.0, 1.0]))
        depth = np.array([1, 2])
        assert _needed(ranked, depth, np.array([2, 3])).tolist() == [3, 2]
        assert _needed(ranked, depth, np.zeros(0, dtype=np.int64)).tolist() == [1, 2]


class TestExchanging:
    def folded(self, times: Any, demand: Any) -> Any:
        ranked = rank(times, demand)
        return ranked, fold(ranked, np.full(len(ranked.demand), times.shape[1]))

    @given(cases(ways=False), st.data())
    @settings(max_examples=25)
    def test_the_swap_that_saves_most(self, case: Case, data: st.DataObject) -> None:
        times, demand, _, opened, shut = case
        ranked, folded = self.folded(times, demand)
        may = [each for each in sets_of(case, range(1, times.shape[1])) if each]
        if not may:
            return
        now = data.draw(st.sampled_from(may))
        chosen = np.isin(np.arange(times.shape[1]), now)
        state = _State(opened, shut, np.array(now), ranked.cost(np.array(now)))
        swap = _best_swap(folded, folded.sets.T.tocsr(), folded.weight, chosen, state)
        costs = {
            (new, gone): float(demand @ times[:, sorted({*now, new} - {gone})].min(axis=1))
            for new in np.flatnonzero(~chosen & ~shut)
            for gone in np.flatnonzero(chosen & ~opened)
        }
        least = min(costs.values(), default=INF)
        if least >= state.cost - 1e-6:
            assert swap is None
            return
        assert swap is not None
        assert costs[swap] == pytest.approx(least)

    @given(cases(ways=False))
    @settings(max_examples=20)
    def test_it_ends_where_no_swap_saves(self, case: Case) -> None:
        times, demand, sites, opened, shut = case
        if not opened.sum() <= sites <= (~shut).sum():
            return
        ranked, folded = self.folded(times, demand)
        nothing = np.zeros(0, dtype=np.int64)
        state = _exchange(folded, ranked, _State(opened, shut, nothing, INF), sites)
        best = {int(site) for site in state.best}
        assert tuple(sorted(best)) in sets_of(case)
        assert state.cost == pytest.approx(demand @ times[:, sorted(best)].min(axis=1))
        for other in sets_of(case):
            if len(best - set(other)) == 1:
                assert demand @ times[:, other].min(axis=1) >= state.cost - 1e-6

    def test_what_is_no_better_is_not_taken(self) -> None:
        times, demand = np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([1.0, 1.0])
        ranked, folded = self.folded(times, demand)
        free = np.zeros(2, dtype=bool)
        best = _State(free, free, np.array([1]), 3.0)
        assert _exchange(folded, ranked, best, 1) is best

    def test_what_must_be_met_costs_more_than_all_else(self) -> None:
        none = sparse.csr_matrix((3, 2))
        folded = NearestSets(none, np.array([0.0, 4.0, 5.0]), np.array([True, False, False]), 3.0)
        price = _prices_of_exchange(folded)
        assert price[0] > 3 + 4 + 5
        assert price[1:].tolist() == [4, 5]


class TestGoingDeeper:
    def far(self) -> tuple[Any, Any]:
        """Six areas with much demand beside a site each, and one with little that reaches these last.

        Of fourteen sites with six open, an area's six nearest are looked at first; here the ninth counts.
        """
        times = np.full((7, 14), 50.0)
        times[np.arange(6), np.arange(6)] = 1.0
        times[6] = [*range(30, 36), *range(1, 9)]
        return times, np.array([1000.0] * 6 + [1.0])

    def test_what_lies_beyond_the_first_look_counts(self) -> None:
        free = np.zeros(14, dtype=bool)
        choice = p_median(*self.far(), 6, free, free, MANY)
        assert choice is not None
        assert choice.sites.tolist() == [0, 1, 2, 3, 4, 5]
        assert choice.cost == 6 * 1000 + 30
        assert choice.bound == pytest.approx(choice.cost)
        assert choice.status == "optimal"

    def test_it_goes_on_until_nothing_that_was_left_out_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # At first the folded cost prefers sites that nobody looked as far as.
        shallow, rounds = Choice(np.arange(8, 14), 0.0, 0.0, "optimal"), []

        def settled(*given: Any) -> Choice | None:
            rounds.append(given)
            return shallow if len(rounds) == 1 else least_missed(*given)

        monkeypatch.setattr("speccom.methods.location.p_median.least_missed", settled)
        free = np.zeros(14, dtype=bool)
        choice = p_median(*self.far(), 6, free, free, MANY)
        assert choice is not None
        assert len(rounds) == 2
        assert (choice.cost, choice.proven) == (6030, True)

    def test_a_search_that_is_stopped_gives_the_best_it_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stopped(monkeypatch, 5000.0)
        free = np.zeros(14, dtype=bool)
        choice = p_median(*self.far(), 6, free, free, MANY)
        assert choice is not None
        assert (choice.cost, choice.bound, choice.status) == (6030, 5000, "stopped")
        assert choice.sites.tolist() == [0, 1, 2, 3, 4, 5]
        assert not choice.proven

    def test_a_search_that_is_stopped_before_it_serves_everyone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.stopped(monkeypatch, 0.0)
        monkeypatch.setattr(
            "speccom.methods.location.p_median._exchange", lambda folded, ranked, state, sites: state
        )
        times, free = np.array([[1.0, INF], [INF, 1.0]]), np.zeros(2, dtype=bool)
        with pytest.raises(
            Refused, match=r"the search ended \(stopped\) before it found a choice that serves"
        ):
            p_median(times, np.ones(2), 1, free, free, MANY)

    def stopped(self, monkeypatch: pytest.MonkeyPatch, bound: float) -> None:
        answer = Choice(np.array([0]), 9e9, bound, "stopped")
        monkeypatch.setattr("speccom.methods.location.p_median.least_missed", lambda *_: answer)


class TestSetsThatWeighLeast:
    def test_by_hand(self) -> None:
        # One site of three: the sets {0}, {1} and {1, 2} weigh 5, 4 and 2.
        sets = sparse.csr_matrix(np.array([[1.0, 0, 0], [0, 1.0, 0], [0, 1.0, 1.0]]))
        free = np.zeros(3, dtype=bool)
        weight, none = np.array([5.0, 4.0, 2.0]), np.zeros(3, dtype=bool)
        choice = least_missed(sets, weight, none, 1, free, free, MANY, base=10.0)
        assert choice is not None
        assert (choice.sites.tolist(), choice.cost, choice.bound) == ([1], 15, pytest.approx(15))
        must = np.array([True, False, False])
        met = least_missed(sets, weight, must, 1, free, free, MANY)
        assert met is not None
        assert (met.sites.tolist(), met.cost) == ([0], 6)
        both = least_missed(sets, weight, np.array([True, True, False]), 1, free, free, MANY)
        assert both is None

    def test_what_is_not_settled_keeps_its_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = programme.Solution(np.array([0.0, 1.0, 0.0]), 7.0, 5.0, "stopped")
        monkeypatch.setattr("speccom.methods.location.covering.solve", lambda *_: found)
        free, sets = np.zeros(2, dtype=bool), sparse.csr_matrix(np.array([[1.0, 0]]))
        choice = least_missed(sets, np.ones(1), np.zeros(1, dtype=bool), 1, free, free, MANY)
        assert choice is not None
        assert (choice.sites.tolist(), choice.cost, choice.bound, choice.status) == ([1], 7, 5, "stopped")
        # A smallest covering is whole: beyond 1.2 sites it takes two.
        loose = programme.Solution(np.array([1.0, 1.0, 1.0]), 3.0, 1.2, "stopped")
        monkeypatch.setattr("speccom.methods.location.covering.solve", lambda *_: loose)
        three = np.zeros(3, dtype=bool)
        cover = set_covering(np.array([[True, False, True]]), three, three, MANY)
        assert cover is not None
        assert (len(cover.sites), cover.cost, cover.bound, cover.status) == (3, 3, 2, "stopped")


class TestTheSolver:
    def test_what_ends_at_its_limit_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = self.ended(monkeypatch, highspy.HighsModelStatus.kSolutionLimit)
        assert said.status == "stopped at its limit of branches"
        assert self.ended(monkeypatch, highspy.HighsModelStatus.kTimeLimit).status == "time limit reached"

    def ended(self, monkeypatch: pytest.MonkeyPatch, status: Any) -> Any:
        monkeypatch.setattr(highspy.Highs, "getModelStatus", lambda _: status)
        solution = solve(self.two(), MANY)
        monkeypatch.undo()
        return solution

    def two(self, **more: Any) -> Programme:
        """At least one of two, at 3 and 2, and 4 besides."""
        return Programme(
            **{
                "cost": np.array([3.0, 2.0]),
                "upper": np.ones(2),
                "whole": np.ones(2, dtype=bool),
                "rows": sparse.csr_matrix(np.array([[1.0, 1.0]])),
                "low": np.array([1.0]),
                "high": np.array([INF]),
                "offset": 4.0,
                **more,
            }
        )

    def test_its_answer(self) -> None:
        found = solve(self.two(), MANY)
        assert found is not None
        assert (found.values.tolist(), found.cost, found.bound, found.status) == ([0, 1], 6, 6, "optimal")
        forced = solve(self.two(lower=np.array([1.0, 0.0])), MANY)
        assert forced is not None
        assert forced.cost == 7
        parts = solve(self.two(whole=np.zeros(2, dtype=bool), low=np.array([1.5])), MANY)
        assert parts is not None
        assert (parts.cost, parts.bound) == (pytest.approx(7.5), pytest.approx(7.5))
        assert solve(self.two(low=np.array([3.0])), MANY) is None

    @pytest.mark.parametrize(("low", "high", "fits"), [(0, 0, True), (1, 2, False), (-2, -1, False)])
    def test_nothing_to_choose(self, low: float, high: float, fits: bool) -> None:
        nothing = Programme(
            cost=np.zeros(0),
            upper=np.zeros(0),
            whole=np.zeros(0, dtype=bool),
            rows=sparse.csr_matrix((1, 0)),
            low=np.array([float(low)]),
            high=np.array([float(high)]),
            offset=5.0,
        )
        found = solve(nothing, MANY)
        if not fits:
            assert found is None
            return
        assert found is not None
        assert (found.cost, found.bound, found.status) == (5, 5, "optimal")

    def test_nothing_to_choose_must_fit_every_row(self) -> None:
        nothing = Programme(
            cost=np.zeros(0),
            upper=np.zeros(0),
            whole=np.zeros(0, dtype=bool),
            rows=sparse.csr_matrix((2, 0)),
            low=np.array([0.0, 1.0]),
            high=np.array([0.0, 2.0]),
        )
        assert solve(nothing, MANY) is None

    def test_no_arrangement_found_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        info = highspy.Highs.getInfo

        def without(solver: Any) -> Any:
            found = info(solver)
            found.primal_solution_status = highspy.SolutionStatus.kSolutionStatusNone
            return found

        monkeypatch.setattr(highspy.Highs, "getInfo", without)
        with pytest.raises(Refused, match=r"no arrangement that serves everyone before it ended \(optimal\)"):
            solve(self.two(), MANY)

    def test_it_is_asked_for_a_proof_and_always_goes_the_same_way(self) -> None:
        solver = programme._solver(17)
        asked = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "mip_rel_gap": 0.0,
            "mip_abs_gap": 1e-9,
            "mip_max_nodes": 17,
        }
        assert {option: solver.getOptionValue(option)[1] for option in asked} == asked

    @pytest.mark.parametrize(
        ("cost", "bound", "proven"),
        [
            (100.0, 99.99991, True),
            (100.0, 99.99989, False),
            (-100.0, -100.00009, True),
            (0.5, 0.4999991, True),
            (0.5, 0.4999989, False),
        ],
    )
    def test_a_millionth_is_its_own_rounding(self, cost: float, bound: float, proven: bool) -> None:
        assert Choice(np.zeros(1, dtype=np.int64), cost, bound, "optimal").proven == proven


class TestVolumes:
    @given(cases(), st.integers(0, 6), st.integers(3, 20))
    @settings(max_examples=25)
    def test_everyone_goes_to_the_nearest(self, case: Case, least: int, most: int) -> None:
        times, demand, sites, opened, shut = case
        count = times.shape[1]
        if not opened.sum() <= sites <= (~shut).sum():
            return
        least_each = np.array([float(least if site % 2 else 0) for site in range(count)])
        most_each = np.array([float(most + least if site % 3 else INF) for site in range(count)])
        kept = []
        for each in sets_of(case):
            volumes = demand @ nearest_shares(times, np.array(each))
            inside = (volumes >= least_each)[list(each)].all() and (volumes <= most_each)[list(each)].all()
            if np.isfinite(cost_of(case, each)) and inside:
                kept.append(cost_of(case, each))
        choice = with_nearest_volumes(times, demand, sites, opened, shut, Limits(least_each, most_each), MANY)
        if not kept:
            assert choice is None
            return
        assert choice is not None
        assert allowed(case, choice)
        assert choice.cost == pytest.approx(min(kept), abs=1e-6)
        assert choice.proven

    @given(cases(), st.integers(0, 4), st.integers(4, 20))
    @settings(max_examples=20)
    def test_people_are_sent_where_it_costs_least(self, case: Case, least: int, most: int) -> None:
        times, demand, sites, opened, shut = case
        count = times.shape[1]
        if not opened.sum() <= sites <= (~shut).sum():
            return
        limits = Limits(np.full(count, float(least)), np.full(count, float(most)))
        planned = with_planned_volumes(times, demand, sites, opened, shut, limits, MANY)
        wanted = demand > 0
        here = times[wanted], demand[wanted]
        costs = [cost for each in sets_of(case) if (cost := sent(*here, each, least, most)) < INF]
        if not costs:
            assert planned is None
            return
        assert planned is not None
        choice, shares = planned
        assert allowed(case, choice)
        assert choice.cost == pytest.approx(min(costs), abs=1e-5)
        paid = np.where(shares > 0, shares * np.where(np.isfinite(times), times, 0), 0).sum(axis=1)
        assert demand @ paid == pytest.approx(choice.cost, abs=1e-4)
        assert shares[wanted].sum(axis=1) == pytest.approx(1, abs=1e-6)
        assert not shares[~wanted].any()
        assert choice.proven


class TestTightening:
    def test_the_relaxed_programme_sends_nobody_to_what_is_not_open(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rng = np.random.default_rng(5)
        times, demand = rng.integers(1, 30, (12, 6)).astype(float), rng.integers(1, 9, 12).astype(float)
        free, seen = np.zeros(6, dtype=bool), []

        def watched(loose: Programme, site: Any, most: int) -> Programme:
            seen.append((loose, site, _tightened(loose, site, most)))
            return seen[0][2]

        monkeypatch.setattr("speccom.methods.location.volumes._tightened", watched)
        limits = Limits(np.full(6, 8.0), np.full(6, 40.0))
        planned = with_planned_volumes(times, demand, 3, free, free, limits, MANY)
        assert planned is not None
        loose, site, tight = seen[0]
        assert tight.whole.tolist() == loose.whole.tolist()
        bounds = []
        for one in (loose, tight):
            relaxed = solve(replace(one, whole=np.zeros(len(one.cost), dtype=bool)), MANY)
            assert relaxed is not None
            bounds.append(relaxed.cost)
        over = relaxed.values[6:] - relaxed.values[:6][site]
        assert over.max() < 1e-5
        assert bounds[0] < bounds[1] <= planned[0].cost + 1e-6
        # Only rows that were broken are added, each once.
        added = tight.rows[loose.rows.shape[0] :].toarray()
        assert 0 < len(added) < len(site)
        assert len(np.unique(added, axis=0)) == len(added)
        assert {tuple(sorted(row[row != 0])) for row in added} == {(-1, 1)}
        assert [int(np.flatnonzero(row < 0)[0]) for row in added] == [
            int(site[int(np.flatnonzero(row > 0)[0]) - 6]) for row in added
        ]
        assert tight.low[-len(added) :].tolist() == [-INF] * len(added)
        assert tight.high[-len(added) :].tolist() == [0] * len(added)


def sent(times: Any, demand: Any, sites: tuple[int, ...], least: float, most: float) -> float:
    """The least cost of sending everyone to these sites within their limits, by a plain programme."""
    from scipy.optimize import linprog

    own = times[:, sites]
    areas, count = own.shape
    cost = np.where(np.isfinite(own), own, 0) * demand[:, None]
    everyone = np.kron(np.eye(areas), np.ones(count))
    volumes = np.kron(demand, np.eye(count))
    found = linprog(
        cost.ravel(),
        A_eq=everyone,
        b_eq=np.ones(areas),
        A_ub=np.vstack([volumes, -volumes]),
        b_ub=np.concatenate([np.full(count, most), np.full(count, -least)]),
        bounds=[(0, 1 if np.isfinite(time) else 0) for time in own.ravel()],
    )
    return float(found.fun) if found.status == 0 else INF


class TestParting:
    @pytest.mark.parametrize(
        ("whole", "weights", "parts"),
        [
            (10, [1, 1, 1], [4, 3, 3]),
            (10, [1, 2, 1], [3, 5, 2]),
            (100, [0.35, 0.65], [35, 65]),
            (0, [1, 2], [0, 0]),
            (7, [1], [7]),
            (7, [], []),
            (5, [1, 3], [1, 4]),
            (3, [5, 3, 2], [1, 1, 1]),
            (1, [4, 5], [0, 1]),
        ],
    )
    def test_by_largest_remainders(self, whole: int, weights: list[float], parts: list[int]) -> None:
        assert parted(whole, weights) == parts

    def test_beyond_what_floats_hold_the_largest_takes_the_rest(self) -> None:
        assert parted(2**60 + 5, [1, 2, 1]) == [2**58 + 1, 2**59 + 3, 2**58 + 1]


class TestTravel:
    def test_it_is_weighed_by_who_goes_where(self) -> None:
        # Half of ten people take 2 and half 6; four take 12.
        times = np.array([[2.0, 6.0], [12.0, INF]])
        found = travel(times, np.array([10.0, 4.0]), np.array([[0.5, 0.5], [1.0, 0.0]]), (2.0, 6.0, 1.9))
        assert found.people == 14
        assert found.mean == pytest.approx((10 + 30 + 48) / 14)
        assert (found.ninetieth, found.greatest) == (12, 12)
        assert [each.share for each in found.within] == pytest.approx([5 / 14, 10 / 14, 0])

    def test_who_travels_further(self) -> None:
        areas = [
            Area(name=str(place), demand=1, times=(1,), deprivation_fifth=fifth)
            for place, fifth in enumerate((5, 1, 1, None))
        ]
        affected, extra = np.array([10.0, 4.0, 6.0, 8.0]), np.array([5.0, -3.0, 10.0, 0.0])
        found = further(areas, affected, extra, np.array([20.0, 4.0, 12.0, 8.0]), (4.0, 5.0, 10.0))
        assert found.people == 16
        assert found.mean_extra == pytest.approx((50 + 60) / 16)
        assert found.greatest_extra == 10
        assert found.beyond == ((4, 16), (5, 6), (10, 0))
        assert found.by_fifth == ((1, 6, (60 - 12) / 16), (5, 10, 50 / 20))
        none = further(areas, affected, np.zeros(4), np.ones(4), (4.0,))
        assert (none.people, none.mean_extra, none.greatest_extra) == (0, None, 0)
        assert none.beyond == ((4, 0),)

    def test_small_figures_count_too(self) -> None:
        areas = [Area(name="A", demand=0.5, times=(1,), deprivation_fifth=3)]
        found = further(areas, np.array([0.5]), np.array([0.25]), np.array([0.5]), (0.2, 0.25))
        assert (found.people, found.mean_extra, found.greatest_extra) == (0.5, 0.25, 0.25)
        assert found.beyond == ((0.2, 0.5), (0.25, 0))
        assert found.by_fifth == ((3, 0.5, 0.25),)

    def test_a_fifth_without_demand_is_left_out(self) -> None:
        areas = [Area(name=str(n), demand=1, times=(1,), deprivation_fifth=n + 1) for n in range(2)]
        found = further(areas, np.array([1.0, 0.0]), np.ones(2), np.array([1.0, 0.0]), ())
        assert [fifth for fifth, _, _ in found.by_fifth] == [1]


def test_what_is_bettered_by_none() -> None:
    values = np.array([[3.0, 1.0], [1.0, 3.0], [2.0, 2.0], [2.0, 3.0], [1.0, 3.0], [3.0, 3.0]])
    assert unbettered(values) == [1, 2, 0]
