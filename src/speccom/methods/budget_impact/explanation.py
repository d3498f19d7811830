"""A budget impact in plain English."""

from __future__ import annotations

from speccom.methods.budget_impact.found import (
    BudgetImpactResult,
    CostEffectiveness,
    Quadrant,
    Scenario,
    Simulated,
)
from speccom.methods.budget_impact.given import Lever, PriceBasis
from speccom.methods.budget_impact.thresholds import TestResult, Worth
from speccom.methods.words import counted, listed, number, percent, pounds

LEVER_WORDS = {
    Lever.PREVALENT: "people who have the condition now",
    Lever.INCIDENT: "people newly ill each year",
    Lever.GROWTH: "growth of the newly ill",
    Lever.ELIGIBLE_SHARE: "share who are eligible",
    Lever.UPTAKE: "uptake",
    Lever.PERSISTENCE: "persistence",
    Lever.PROPOSED_COST: "cost of the proposed treatment",
    Lever.CURRENT_COST: "cost of current care",
    Lever.DISCOUNT: "discount on the list price",
    Lever.ONE_OFF_COST: "one-off costs",
}

_CAVEATS = (
    "A patient who stops the proposed treatment goes back to current care and counts for nothing here; "
    "the one-off costs are in the budget and not in the cost per patient; the budget is never discounted "
    "for time."
)


def explain(result: BudgetImpactResult) -> str:
    """Return the result in sentences, for a policy lead."""
    said = [
        _headline(result),
        _people(result.mid),
        _prices(result),
        _per_patient(result),
        _cost_effectiveness(result.mid.cost_effectiveness),
        _tests(result),
        _tornado(result),
        _simulated(result.simulated),
        _CAVEATS,
    ]
    return "\n\n".join(part for part in said if part)


def _headline(result: BudgetImpactResult) -> str:
    mid = result.mid
    years = [f"{pounds(pence)} in year {year}" for year, pence in enumerate(mid.impact, start=1)]
    spread = ""
    if {result.low.impact, result.high.impact} != {mid.impact}:
        spread = (
            f" In the low scenario it comes to {pounds(result.low.total)}, and in the high one to "
            f"{pounds(result.high.total)}."
        )
    direction = "costs" if mid.total >= 0 else "saves"
    return (
        f"Over {counted(result.years, 'year')}, “{result.title}” {direction} {listed(result.counted)} "
        f"{pounds(abs(mid.total))} {_price_words(result.price)}, against current care: "
        f"{listed(years)}.{spread}"
    )


def _price_words(price: PriceBasis) -> str:
    return "at list price" if price is PriceBasis.LIST else "net of discounts"


def _people(mid: Scenario) -> str:
    last = mid.cohort[-1]
    return (
        f"By the end of year {last.year}, {counted(last.people, 'person', 'people')} will have had the "
        "condition, "
        f"{last.eligible:,} of them eligible; {percent(float(last.uptake))} of these will have started, "
        "that is "
        f"{last.ever_started:,}, with {number(float(last.on_treatment), 1)} person-years of treatment in "
        "that year."
    )


def _prices(result: BudgetImpactResult) -> str:
    at_list, at_net = sum(result.at_list_price), sum(result.at_net_price)
    if at_list == at_net:
        return ""
    return (
        f"At list price the impact would be {pounds(at_list)}, and net of discounts it is "
        f"{pounds(at_net)}; the two "
        "together give the discount away, so they are published together only where it is public."
    )


def _per_patient(result: BudgetImpactResult) -> str:
    cost = result.mid.cost_per_patient
    more = "more" if cost >= 0 else "less"
    payers = [f"{each.payer} {pounds(each.difference)}" for each in result.mid.patients]
    return (
        f"One patient who starts costs {pounds(abs(cost))} {more} than current care over five years of "
        "treatment "
        f"(by payer: {listed(payers)})."
    )


def _cost_effectiveness(found: CostEffectiveness | None) -> str:
    if found is None:
        return ""
    gain = f"{number(abs(float(found.gain)), 4)} {found.unit}"
    if found.quadrant is Quadrant.COSTS_AND_GAINS and found.cost_per_unit is not None:
        return (
            f"It gains {gain} per patient, so that one more {found.unit} costs {pounds(found.cost_per_unit)}"
            f"{_beside_the_range(found)}."
        )
    if found.quadrant is Quadrant.SAVES_AND_LOSES and found.cost_per_unit is not None:
        return (
            f"It loses {gain} per patient and saves {pounds(found.cost_per_unit)} for each {found.unit} "
            "lost; whether "
            "that is acceptable, no threshold says."
        )
    words = {
        Quadrant.DOMINATES: "costs no more than current care and is no worse",
        Quadrant.DOMINATED: "costs no less than current care and is no better",
        Quadrant.EQUAL: "neither costs nor gains anything against current care",
    }
    return f"In {found.unit} it {words[found.quadrant]}, so a cost of one more {found.unit} has no meaning."


def _beside_the_range(found: CostEffectiveness) -> str:
    if found.worth is None or found.lower_pence is None or found.upper_pence is None:
        return ""
    words = {Worth.BELOW: "below", Worth.WITHIN: "within", Worth.ABOVE: "above"}
    ends = f"{pounds(found.lower_pence)} to {pounds(found.upper_pence)}"
    return f", {words[found.worth]} the range of {ends}"


def _tests(result: BudgetImpactResult) -> str:
    return f"By {result.rules}: " + " ".join(_test(each) for each in result.mid.tests)


def _test(found: TestResult) -> str:
    # A mark begins with the word that says how unsettled it is; its sentence is for people.
    unsettled = f" (not settled: {found.mark.partition(': ')[2]})" if found.mark else ""
    if found.figure is None:
        return f"“{found.title}”: {found.follows[0].lower()}{found.follows[1:]}{unsettled}."
    answer = "yes" if found.met else "no"
    return (
        f"“{found.title}”: {answer}, at {pounds(found.figure)} against "
        f"{pounds(found.limit_pence)}{unsettled}. "
        f"{found.follows}."
    )


def _tornado(result: BudgetImpactResult) -> str:
    if not result.tornado:
        return ""
    widest = result.tornado[0]
    return (
        f"Taken one at a time, what matters most is the {LEVER_WORDS[widest.lever]}: between "
        f"{number(float(widest.low), 4)} and {number(float(widest.high), 4)} times what was put in, the "
        "impact "
        f"goes from {pounds(widest.at_low)} to {pounds(widest.at_high)}."
    )


def _simulated(found: Simulated | None) -> str:
    if found is None:
        return ""
    total = found.total
    return (
        f"With all ranges drawn together {found.draws:,} times (seed {found.seed}), 95% of the impacts lie "
        "between "
        f"{pounds(total.lower)} and {pounds(total.upper)}, half of them below {pounds(total.median)}, and "
        f"{percent(float(found.saves))} cost nothing or save. The draws are independent of each other, "
        "which makes the spread too narrow where two ranges rise and fall together."
    )
