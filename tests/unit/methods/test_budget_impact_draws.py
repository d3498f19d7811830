"""`budget_impact` under uncertainty: how factors are drawn, and what all draws come to."""

from __future__ import annotations

import json
from decimal import Decimal
from statistics import NormalDist, mean
from typing import Any

import pytest
from bench.methods_budget_impact import one_at_a_time
from tests.unit.methods.test_budget_impact import NEW, OLD, calculated, read

from speccom.commands.calculate import with_rules
from speccom.methods.budget_impact import METHOD
from speccom.methods.budget_impact.cohort import (
    LEVERS,
    ONE,
    Model,
    evaluate,
)
from speccom.methods.budget_impact.given import (
    Lever,
    Simulation,
)
from speccom.methods.budget_impact.sample import example
from speccom.methods.budget_impact.uncertainty import counted, drawn_factors, simulate


class TestDraws:
    RANGES = (
        {"lever": "prevalent", "low": 0.8, "high": 1.4},
        {"lever": "proposed_cost", "low": 0.5, "high": 1.5, "spread": "uniform"},
        {"lever": "current_cost", "low": 0.5, "high": 2, "spread": "lognormal"},
    )

    def factors(self, **changed: Any) -> dict[Lever, list[float]]:
        given = read(ranges=self.RANGES, **changed)
        rows = drawn_factors(given, Simulation(draws=20_000, seed=3)) / ONE
        return {lever: rows[:, place].tolist() for place, lever in enumerate(LEVERS)}

    def test_each_spread_has_its_shape(self) -> None:
        found = self.factors()
        peaked = sorted(found[Lever.PREVALENT])
        assert mean(peaked) == pytest.approx((0.8 + 1 + 1.4) / 3, abs=0.003)
        # A triangle from 0.8 over 1 to 1.4 has a third of its draws below its peak; 1/12 below 0.9.
        assert sum(each < 1 for each in peaked) / 20_000 == pytest.approx(1 / 3, abs=0.01)
        assert sum(each < 0.9 for each in peaked) / 20_000 == pytest.approx(1 / 12, abs=0.006)
        # (1.4 - 1.2)² / (0.6 × 0.4) = 1/6 above 1.2
        assert sum(each > 1.2 for each in peaked) / 20_000 == pytest.approx(1 / 6, abs=0.008)
        assert 0.8 <= peaked[0] < 0.805
        assert 1.395 < peaked[-1] <= 1.4
        flat = sorted(found[Lever.PROPOSED_COST])
        assert [flat[place * 2000] for place in range(1, 10)] == pytest.approx(
            [0.5 + place / 10 for place in range(1, 10)], abs=0.012
        )
        skewed = sorted(found[Lever.CURRENT_COST])
        assert skewed[10_000] == pytest.approx(1, abs=0.01)  # the square root of 0.5 × 2
        assert sum(each < 0.5 for each in skewed) / 20_000 == pytest.approx(0.025, abs=0.004)
        assert sum(each > 2 for each in skewed) / 20_000 == pytest.approx(0.025, abs=0.004)
        # ln 2 is 1.96 standard deviations above ln 1
        assert skewed[16_827] == pytest.approx(2 ** (1 / NormalDist().inv_cdf(0.975) * 1), abs=0.02)
        assert set(found[Lever.UPTAKE]) == {1.0}

    def test_no_factor_passes_five(self) -> None:
        given = read(ranges=[{"lever": "current_cost", "low": 1, "high": 5, "spread": "lognormal"}])
        assert drawn_factors(given, Simulation(draws=2000, seed=3)).max() == 5 * ONE

    def test_at_list_price_no_discount_is_drawn(self) -> None:
        ranges = [{"lever": "discount", "low": 0.5, "high": 1.5}]
        simulation = Simulation(draws=100, seed=3)
        column = LEVERS.index(Lever.DISCOUNT)
        assert not drawn_factors(read(ranges=ranges, price="list"), simulation)[:, column].any()
        assert drawn_factors(read(ranges=ranges), simulation)[:, column].std() > 0

    def test_the_same_seed_gives_the_same_draws_and_another_others(self) -> None:
        given = read(ranges=self.RANGES)
        first, again, other = (drawn_factors(given, Simulation(draws=100, seed=seed)) for seed in (1, 1, 2))
        assert (first == again).all()
        assert (first != other).any()

    def test_every_draw_is_the_loop_s(self) -> None:
        changed = {**example(), "simulation": None}
        given = METHOD.read_json(with_rules(METHOD, json.dumps(changed), "")[0])
        simulation = Simulation(draws=200, seed=5)
        model = Model.of(given)
        cases = evaluate(model, drawn_factors(given, simulation))
        loop = one_at_a_time(given, simulation)
        assert counted(cases.impact, model).tolist() == [impact for impact, _ in loop]

    def test_the_summary_is_of_the_draws(self) -> None:
        given = read(ranges=self.RANGES, years=3)
        simulation = Simulation(draws=250, seed=11)
        found = simulate(given, simulation, Model.of(given))
        loop = one_at_a_time(given, simulation)
        totals = sorted(sum(impact) for impact, _ in loop)
        patients = sorted(patient for _, patient in loop)
        # Nearest rank of 250: the 7th (6.25), the 125th and the 244th (243.75).
        assert (found.total.lower, found.total.median, found.total.upper) == (
            totals[6],
            totals[124],
            totals[243],
        )
        assert found.total.mean == pytest.approx(mean(totals), abs=0.5)
        assert found.cost_per_patient.median == patients[124]
        assert found.impact[1].median == sorted(impact[1] for impact, _ in loop)[124]
        assert len(found.impact) == 3
        assert (found.draws, found.seed) == (250, 11)
        assert found.saves == Decimal(sum(total <= 0 for total in totals)) / 250
        assert 0 < found.saves < 1
        chances = {chance.id: chance.share for chance in found.chances}
        assert chances["year"] == Decimal(sum(max(impact[:2]) <= 35_000 for impact, _ in loop)) / 250
        assert chances["total"] == Decimal(sum(sum(impact[:2]) <= 75_000 for impact, _ in loop)) / 250
        assert chances["saving"] == Decimal(sum(sum(impact[:3]) < 0 for impact, _ in loop)) / 250
        assert len(set(chances.values())) == 3

    def test_a_chance_is_not_given_where_the_years_do_not_reach(self) -> None:
        result = calculated(ranges=self.RANGES, simulation={"draws": 100, "seed": 1})
        assert result.simulated is not None
        assert [chance.share is None for chance in result.simulated.chances] == [False, False, True]

    def test_draws_of_one_figure_have_it_throughout(self) -> None:
        ranges = [{"lever": "growth", "low": 0.5, "high": 1.5}]  # nobody falls ill, so nothing grows
        simulated = calculated(ranges=ranges, simulation={"draws": 100, "seed": 1}).simulated
        assert simulated is not None
        assert set(simulated.total.model_dump().values()) == {75_000}
        saving = calculated(
            ranges=ranges, simulation={"draws": 100, "seed": 1}, costs=[NEW | {"pence": [100]}, OLD]
        ).simulated
        assert saving is not None
        assert set(saving.total.model_dump().values()) == {-37_500}
        assert saving.saves == 1

    @pytest.mark.parametrize(("pence", "saves"), [(400, 1), (401, 0)])
    def test_a_penny_more_than_nothing_is_no_saving(self, pence: int, saves: int) -> None:
        simulated = calculated(
            prevalent=1,
            costs=[NEW | {"pence": [pence]}, OLD],
            persistence={"shape": "table", "shares": [1, 0]},
            ranges=[{"lever": "growth", "low": 0.5, "high": 1.5}],
            simulation={"draws": 100, "seed": 1},
        ).simulated
        assert simulated is not None
        assert simulated.total.mean == pence - 400
        assert simulated.saves == saves
