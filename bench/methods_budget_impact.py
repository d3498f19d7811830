"""Budget impact: all draws at once against a plain loop over the same draws, in one run.

    python bench/methods_budget_impact.py [--draws N] [--rounds N]

The loop is written apart from the method, with Python's own whole numbers, from the description in
`docs/methods/budget_impact.md`. Both must come to the same pennies in every draw, or the run fails.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

from speccom.commands.calculate import with_rules
from speccom.methods.budget_impact import METHOD
from speccom.methods.budget_impact.cohort import LEVERS, Model, evaluate
from speccom.methods.budget_impact.given import BudgetImpactInput, Simulation
from speccom.methods.budget_impact.uncertainty import counted, drawn_factors

MILLION = 1_000_000


def nearest(amount: int, by: int) -> int:
    """Divide to the nearest whole number, halves away from nought."""
    size = (2 * abs(amount) + by) // (2 * by)
    return size if amount >= 0 else -size


def held(figures: Sequence[Any], years: int) -> list[Any]:
    return [figures[min(year, len(figures) - 1)] for year in range(years)]


def millionths(share: Any) -> int:
    return int(share * MILLION)


def curve(given: BudgetImpactInput) -> list[int]:
    """Return uptake as put in, in millionths."""
    uptake, shares = given.uptake, []
    for year in range(1, given.years + 1):
        if uptake.shape == "table":
            shares.append(millionths(held(uptake.shares, given.years)[year - 1]))
        elif uptake.shape == "linear":
            first, last = millionths(uptake.first), millionths(uptake.last)
            share = nearest((last - first) * (min(year, uptake.by_year) - 1), uptake.by_year - 1)
            shares.append(first + share)
        elif uptake.shape == "logistic":
            power = math.exp(-float(uptake.speed) * (year - float(uptake.midpoint)))
            shares.append(round(MILLION * float(uptake.ceiling) / (1 + power)))
        else:
            p, q = float(uptake.innovation), float(uptake.imitation)
            power = math.exp(-(p + q) * year)
            shares.append(round(MILLION * float(uptake.ceiling) * (1 - power) / (1 + q / p * power)))
    return shares


def impact_of_one(given: BudgetImpactInput, factor: dict[str, int]) -> tuple[list[int], int]:
    """Return the counted budget impact by year, and the cost per patient, for one row of factors."""
    years, follow = given.years, max(given.years, 5)
    newly_ill = nearest(int(given.incident * 100) * factor["incident"], MILLION)
    growth = nearest(millionths(given.growth) * factor["growth"], MILLION)
    known, grown = 100 * nearest(given.prevalent * factor["prevalent"], MILLION), MILLION
    share = MILLION
    for step in given.steps:
        share = nearest(share * millionths(step.share), MILLION)
    share = min(MILLION, nearest(share * factor["eligible_share"], MILLION))

    starters, ever = [], 0
    for uptake in curve(given):
        known += nearest(newly_ill * grown, MILLION)
        grown = nearest(grown * (MILLION + growth), MILLION)
        eligible = nearest(nearest(known, 100) * share, MILLION)
        now = nearest(eligible * min(MILLION, nearest(uptake * factor["uptake"], MILLION)), MILLION)
        starters.append(now - ever)
        ever = now

    on = []
    if given.persistence.shape == "table":
        for kept in held(given.persistence.shares, follow):
            on.append(min(MILLION, nearest(millionths(kept) * factor["persistence"], MILLION)))
    else:
        kept = min(MILLION, nearest(millionths(given.persistence.kept) * factor["persistence"], MILLION))
        on.append(MILLION)
        while len(on) < follow:
            on.append(nearest(on[-1] * kept, MILLION))

    # What one starter costs each payer more than under current care, by year of treatment.
    names = given.payers
    extra = {name: [0] * follow for name in names}
    patient = dict.fromkeys(names, 0)
    weights = [MILLION]
    for _ in range(4):
        weights.append(nearest(weights[-1] * MILLION, MILLION + millionths(given.time_discount)))
    for pathway, sign in (("proposed", 1), ("current", -1)):
        sums = {name: [0] * follow for name in names}
        for cost in given.costs:
            if cost.pathway != pathway:
                continue
            discount = min(MILLION, nearest(millionths(cost.discount) * factor["discount"], MILLION))
            for year, pence in enumerate(held(cost.pence, follow)):
                net = pence - nearest(pence * discount, MILLION)
                amount = nearest(nearest(net * factor[f"{pathway}_cost"], MILLION) * on[year], MILLION)
                running, paid = 0, 0
                for name in names:
                    running += int(cost.payers.get(name, 0) * 10_000)
                    now = nearest(amount * running, 10_000)
                    sums[name][year] += now - paid
                    paid = now
        for name in names:
            for year in range(follow):
                extra[name][year] += sign * sums[name][year]
            patient[name] += sign * sum(
                nearest(sums[name][year] * weights[year], MILLION) for year in range(5)
            )

    counted_names = given.perspective or names
    impact = []
    for year in range(years):
        total = 0
        for name in counted_names:
            for start in range(year + 1):
                total += starters[start] * extra[name][year - start]
        impact.append(total)
    for once in given.one_off:
        amount = nearest(once.pence * factor["one_off_cost"], MILLION)
        running, paid = 0, 0
        for name in names:
            running += int(once.payers.get(name, 0) * 10_000)
            now = nearest(amount * running, 10_000)
            if name in counted_names:
                impact[once.year - 1] += now - paid
            paid = now
    return impact, sum(patient[name] for name in counted_names)


def at_once(given: BudgetImpactInput, simulation: Simulation) -> list[tuple[list[int], int]]:
    model = Model.of(given)
    cases = evaluate(model, drawn_factors(given, simulation))
    impact = counted(cases.impact, model)
    patient = counted(cases.patient_proposed - cases.patient_current, model)
    return list(zip(impact.tolist(), patient.tolist(), strict=True))


def one_at_a_time(given: BudgetImpactInput, simulation: Simulation) -> list[tuple[list[int], int]]:
    names = [lever.value for lever in LEVERS]
    rows = drawn_factors(given, simulation).tolist()
    return [impact_of_one(given, dict(zip(names, row, strict=True))) for row in rows]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--draws", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    text = with_rules(METHOD, json.dumps(METHOD.example()), "")[0]
    given = METHOD.read_json(text)
    simulation = Simulation(draws=asked.draws, seed=1)
    seconds: dict[str, list[float]] = {"at once": [], "loop": []}
    answers = {}
    for _ in range(asked.rounds):
        for name, way in (("at once", at_once), ("loop", one_at_a_time)):
            began = time.process_time()
            answers[name] = way(given, simulation)
            seconds[name].append(time.process_time() - began)
    if answers["at once"] != answers["loop"]:
        print("the two ways differ", file=sys.stderr)
        return 1
    once, loop = (statistics.median(seconds[name]) for name in ("at once", "loop"))
    print(f"{asked.draws:,} draws, the same pennies in each; processor seconds, median of {asked.rounds}")
    print("| way | seconds | ratio |")
    print("|---|---|---|")
    print(f"| all draws at once | {once:.3f} | 1 |")
    print(f"| one draw after another | {loop:.3f} | {loop / once:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
