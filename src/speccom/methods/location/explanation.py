"""The answer in plain English."""

from __future__ import annotations

from speccom.methods.location.access import FIFTH
from speccom.methods.location.answer import (
    Closed,
    Further,
    LocationResult,
    ParetoAnswer,
    Proof,
    SiteVolume,
    Travel,
)
from speccom.methods.location.question import Objective
from speccom.methods.words import counted, listed, number, percent, pounds

_MOST_NAMED = 12

_BEST = {
    "p_median": "They give the least mean travel time of all choices of that many sites",
    "p_center": "No other choice of that many sites has a smaller greatest travel time, nor a smaller mean "
    "with the same one",
    "set_covering": "No fewer sites are within the travel time asked for of everyone, and no other choice of "
    "so few has a smaller mean",
    "maximal_covering": "No other choice of that many sites has more people within the travel time asked for",
}


def explain(result: LocationResult) -> str:
    """Return the answer in sentences."""
    if result.pareto is not None:
        return _pareto(result.pareto)
    said = [_sites(result)]
    if result.proof is not None:
        said.append(_proof(result.asked, result.proof))
    if result.travel is not None:
        said.append(_travel(result.travel, result.travel_now, result.unit))
    said += _by_fifth(result)
    if result.closure is not None:
        said += _closure(result.closure)
    elif result.further is not None:
        said.append(_further(result.further))
    said += _limits(result.volumes)
    said.append(
        "Travel times are estimates for a whole area; they say nothing of public transport, of waiting or of "
        "how good the care is."
    )
    return " ".join(said)


def _sites(result: LocationResult) -> str:
    verb = "chosen" if result.proof else "open"
    named = result.sites[:_MOST_NAMED]
    more = len(result.sites) - len(named)
    names = listed([*named, f"{more} more"] if more else named)
    return f"{counted(len(result.sites), 'site is', 'sites are')} {verb}: {names}."


def _proof(asked: str, proof: Proof) -> str:
    if proof.proven:
        return f"{_BEST[asked]}; this is proven."
    return (
        f"The search ended before its proof ({proof.status}): a better choice may exist, "
        f"by at most {percent(proof.gap, 3)}."
    )


def _travel(then: Travel, now: Travel | None, unit: str) -> str:
    parts = [f"{percent(each.share)} are within {number(each.within)}" for each in then.within]
    mean = f"People travel {number(then.mean)} {unit} on average"
    if now is not None:
        mean += f", {_against(then.mean, now.mean)} ({number(now.mean)})"
    tail = f", nine in ten at most {number(then.ninetieth)}, and nobody more than {number(then.greatest)}"
    return f"{mean}{tail}{'; ' if parts else ''}{listed(parts)}."


def _against(then: float, now: float) -> str:
    change = then - now
    if abs(change) < 0.005:
        return "as today"
    return f"{number(abs(change))} {'more' if change > 0 else 'less'} than today"


def _by_fifth(result: LocationResult) -> list[str]:
    fifths = [each for each in result.by_group if each.kind == FIFTH]
    if len(fifths) < 2:
        return []
    first, last = fifths[0], fifths[-1]
    said = (
        f"The mean is {number(first.travel.mean)} for deprivation fifth {first.group} and "
        f"{number(last.travel.mean)} for fifth {last.group} (1 is the most deprived)"
    )
    if first.mean_now is not None and last.mean_now is not None:
        said += f"; today it is {number(first.mean_now)} and {number(last.mean_now)}"
    return [said + "."]


def _further(further: Further) -> str:
    if further.mean_extra is None:
        return "Nobody travels further than today."
    beyond = [f"{number(people)} by more than {number(extra)}" for extra, people in further.beyond]
    said = (
        f"Of the demand, {number(further.people)} travels further than today, by "
        f"{number(further.mean_extra)} on average and {number(further.greatest_extra)} at most"
    )
    return f"{said}: {listed(beyond)}." if beyond else f"{said}."


def _closure(closed: Closed) -> list[str]:
    said = [f"The service closes at {listed(closed.closes)}.", _further(closed.further)]
    for moved in closed.moved:
        line = f"From {moved.from_site} to {moved.to_site} goes a demand of {number(moved.people)}"
        if moved.activity is not None and moved.income is not None:
            line += f", activity of {moved.activity:,} and {pounds(moved.income)} of income a year"
        said.append(line + ".")
    if any(moved.activity is None for moved in closed.moved):
        said.append("Where no activity or income is told, the unit's were not given.")
    for each in closed.dependents:
        said.append(
            f"{each.service} at {each.site} needs {listed(each.because_of)} there and cannot go on as it is: "
            f"its activity of {each.activity:,} and {pounds(each.income)} a year are at risk."
        )
    return said


def _limits(volumes: tuple[SiteVolume, ...]) -> list[str]:
    below = [each.site for each in volumes if each.below_minimum]
    over = [each.site for each in volumes if each.over_capacity]
    said = []
    if below:
        said.append(f"Below the volume that it needs: {listed(below)}.")
    if over:
        said.append(f"Above the volume that it can take: {listed(over)}.")
    return said


def _pareto(found: ParetoAnswer) -> str:
    objectives = listed([str(objective) for objective in found.objectives])
    compared = (
        f"{counted(found.looked_at, 'set')} of sites {'was' if found.looked_at == 1 else 'were'} compared"
    )
    said = [f"{compared} on {objectives}, less being better for each."]
    said.append(f"{counted(len(found.sets), 'is', 'are')} bettered by none.")
    if found.complete:
        said.append("Every set was compared, so none is missing.")
    else:
        said.append(
            "There are too many sets to compare each: these are the proven best of each number of sites and "
            "the sets that differ from one by one site, so that others may be missing."
        )
    for place, objective in enumerate(found.objectives):
        best = min(found.sets, key=lambda each: each.values[place])
        said.append(_least(str(objective), best.values[place], best.sites))
    said.append("Which of them is wanted is a decision, not a calculation.")
    return " ".join(said)


def _least(objective: str, value: float, sites: tuple[str, ...]) -> str:
    figure = percent(value) if objective == Objective.OUTSIDE else number(value)
    named = "number of sites" if objective == Objective.SITES else objective
    named = "number of sites below their minimum" if objective == Objective.BELOW_MINIMUM else named
    return f"The least {named} is {figure}, with {listed(sites[:_MOST_NAMED])}."
