"""From checked input to the whole result."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from speccom.methods.budget_impact.cohort import ONE, Cases, Model, evaluate
from speccom.methods.budget_impact.found import (
    Bar,
    BudgetImpactResult,
    CohortYear,
    CostEffectiveness,
    PatientCost,
    PayerImpact,
    Quadrant,
    Scenario,
)
from speccom.methods.budget_impact.given import BudgetImpactInput, OneOffCost, Pathway, PathwayCost
from speccom.methods.budget_impact.thresholds import Worth, judged, worth
from speccom.methods.budget_impact.uncertainty import (
    AT_LIST,
    AT_NET,
    counted,
    counted_patient_cost,
    named_cases,
    rows_of,
    simulate,
)
from speccom.methods.method import Refused
from speccom.methods.words import counted as counted_words
from speccom.methods.words import listed


def budget_impact(given: BudgetImpactInput) -> BudgetImpactResult:
    """Return the budget impact. Raises Refused for input that contradicts itself or is out of date."""
    given.rules.cover(given.on)
    _check(given)
    model = Model.of(given)
    names = named_cases(given)
    cases = evaluate(model, rows_of(names))
    place = {name: row for row, name in enumerate(names)}
    impact = counted(cases.impact, model)
    total = {name: int(impact[row].sum()) for name, row in place.items()}
    return BudgetImpactResult(
        title=given.title,
        years=given.years,
        price=given.price,
        counted=given.counted_payers,
        low=_scenario("low", place["low"], given, model, cases),
        mid=_scenario("mid", place["mid"], given, model, cases),
        high=_scenario("high", place["high"], given, model, cases),
        at_list_price=_whole(impact[place[AT_LIST]]),
        at_net_price=_whole(impact[place[AT_NET]]),
        tornado=_tornado(given, total),
        simulated=simulate(given, given.simulation, model) if given.simulation else None,
        rules=given.rules.title,
    )


def _check(given: BudgetImpactInput) -> None:
    _refuse_repeats("payer", given.payers)
    _refuse_repeats("payer of the perspective", given.perspective)
    _refuse_repeats("step", [step.name for step in given.steps])
    _refuse_repeats("cost", [cost.name for cost in given.costs])
    _refuse_repeats("one-off cost", [cost.name for cost in given.one_off])
    _refuse_repeats("range", [each.lever for each in given.ranges])
    _refuse_strangers("the perspective", given.perspective, given)
    for cost in given.costs:
        _check_split(cost, given)
    for once in given.one_off:
        _check_split(once, given)
        if once.year > given.years:
            raise Refused(
                f"the one-off cost “{once.name}” falls in year {once.year}, and the budget covers "
                f"{counted_words(given.years, 'year')}",
                mend="Give it an earlier year, or look at more years",
            )
    if not any(cost.pathway is Pathway.PROPOSED for cost in given.costs):
        raise Refused(
            "no cost belongs to the proposed treatment", mend="Give at least one, be it of nought pence"
        )
    if given.simulation and not given.ranges:
        raise Refused(
            "draws are asked for, and no lever has a range to draw from",
            mend="Give `ranges`, or leave `simulation` out",
        )
    if not given.prevalent and not given.incident:
        raise Refused("nobody has the condition: both `prevalent` and `incident` are nought")


def _refuse_repeats(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Refused(f"the {what} “{name}” is there twice", mend="Give each one once")
        seen.add(name)


def _refuse_strangers(where: str, names: Iterable[str], given: BudgetImpactInput) -> None:
    for name in names:
        if name not in given.payers:
            raise Refused(
                f"{where} names the payer “{name}”, who is not one of the payers",
                mend=f"They are {listed(given.payers)}",
            )


def _check_split(cost: PathwayCost | OneOffCost, given: BudgetImpactInput) -> None:
    where = f"the cost “{cost.name}”"
    _refuse_strangers(where, cost.payers, given)
    together = sum(cost.payers.values(), Decimal(0))
    if together != 1:
        raise Refused(
            f"the shares of the payers of {where} come to {together.normalize():f}",
            mend="They must come to 1, so that all of it is paid and nothing twice",
        )


def _whole(figures: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> tuple[int, ...]:
    return tuple(figures.tolist())


def _scenario(name: str, row: int, given: BudgetImpactInput, model: Model, cases: Cases) -> Scenario:
    impact = _whole(counted(cases.impact, model)[row])
    cost = int(counted_patient_cost(cases, model)[row])
    return Scenario(
        name=name,
        cohort=tuple(_cohort_year(year, row, cases) for year in range(given.years)),
        payers=tuple(_payer(place, payer, row, cases) for place, payer in enumerate(given.payers)),
        impact=impact,
        total=sum(impact),
        patients=tuple(_patient(place, payer, row, cases) for place, payer in enumerate(given.payers)),
        cost_per_patient=cost,
        cost_effectiveness=_cost_effectiveness(given, cost, int(cases.outcome_gain[row])),
        tests=judged(given.rules, impact),
    )


def _cohort_year(year: int, row: int, cases: Cases) -> CohortYear:
    return CohortYear(
        year=year + 1,
        people=int(cases.people[row, year]),
        eligible=int(cases.eligible[row, year]),
        uptake=_unit(cases.uptake[row, year]),
        ever_started=int(cases.ever[row, year]),
        starters=int(cases.starters[row, year]),
        on_treatment=_unit(cases.treated[row, year]),
    )


def _unit(millionths: np.int64) -> Decimal:
    return Decimal(int(millionths)) / ONE


def _payer(place: int, payer: str, row: int, cases: Cases) -> PayerImpact:
    impact = _whole(cases.impact[row, place])
    return PayerImpact(
        payer=payer,
        current=_whole(cases.current[row, place]),
        proposed=_whole(cases.proposed[row, place]),
        one_off=_whole(cases.one_off[row, place]),
        impact=impact,
        total=sum(impact),
    )


def _patient(place: int, payer: str, row: int, cases: Cases) -> PatientCost:
    current, proposed = int(cases.patient_current[row, place]), int(cases.patient_proposed[row, place])
    return PatientCost(payer=payer, current=current, proposed=proposed, difference=proposed - current)


def _cost_effectiveness(given: BudgetImpactInput, cost: int, gain: int) -> CostEffectiveness | None:
    """Return cost and outcome beside each other; `gain` is in millionths."""
    if given.outcome is None:
        return None
    unit = given.outcome.unit
    quadrant = _quadrant(cost, gain)
    threshold = next((each for each in given.rules.cost_per_unit if each.unit == unit), None)
    per_unit: int | None = None
    beside: Worth | None = None
    if quadrant in (Quadrant.COSTS_AND_GAINS, Quadrant.SAVES_AND_LOSES):
        per_unit = (2 * abs(cost) * ONE + abs(gain)) // (2 * abs(gain))
        if threshold and quadrant is Quadrant.COSTS_AND_GAINS:
            beside = worth(threshold, per_unit)
    return CostEffectiveness(
        unit=unit,
        gain=Decimal(gain) / ONE,
        cost=cost,
        quadrant=quadrant,
        cost_per_unit=per_unit,
        worth=beside,
        lower_pence=threshold.lower_pence if threshold else None,
        upper_pence=threshold.upper_pence if threshold else None,
        mark=given.rules.marks.get(f"cost_per_unit_{unit}", ""),
    )


def _quadrant(cost: int, gain: int) -> Quadrant:
    if cost > 0 and gain > 0:
        return Quadrant.COSTS_AND_GAINS
    if cost < 0 and gain < 0:
        return Quadrant.SAVES_AND_LOSES
    if cost == 0 and gain == 0:
        return Quadrant.EQUAL
    return Quadrant.DOMINATES if gain >= 0 and cost <= 0 else Quadrant.DOMINATED


def _tornado(given: BudgetImpactInput, total: dict[str, int]) -> tuple[Bar, ...]:
    bars = []
    for each in given.ranges:
        at_low, at_high = total[f"{each.lever} low"], total[f"{each.lever} high"]
        bars.append(
            Bar(
                lever=each.lever,
                low=each.low,
                high=each.high,
                at_low=at_low,
                at_high=at_high,
                swing=abs(at_high - at_low),
            )
        )
    return tuple(sorted(bars, key=lambda bar: -bar.swing))
