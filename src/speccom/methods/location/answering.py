"""Each question answered, and put into one shape of result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from speccom.methods.location import access
from speccom.methods.location.answer import Closed, LocationResult, ParetoAnswer, Proof
from speccom.methods.location.closure import closed, remaining
from speccom.methods.location.covering import maximal_covering, p_center, set_covering
from speccom.methods.location.huff import huff_shares
from speccom.methods.location.nearest import Indices
from speccom.methods.location.network import Network, network
from speccom.methods.location.p_median import p_median
from speccom.methods.location.pareto import pareto
from speccom.methods.location.programme import Choice, Floats
from speccom.methods.location.question import (
    Access,
    Closure,
    Goes,
    Huff,
    LocationInput,
    MaximalCovering,
    Pareto,
    PCenter,
    PMedian,
    SetCovering,
    Volumes,
)
from speccom.methods.location.volumes import with_nearest_volumes, with_planned_volumes
from speccom.methods.method import Refused

# What is answered by sites and by where people go; a Pareto set is many choices of sites.
_Asked = Access | PMedian | PCenter | SetCovering | MaximalCovering | Huff | Closure

# Beyond so many pairs of area and site, choices bound by volumes take hours on a small machine.
MOST_PAIRS = 120_000


@dataclass(frozen=True)
class _Answer:
    """The open sites, where people go (and went, where the question says), and what else there is to tell."""

    sites: Indices
    shares: Floats
    before: Floats | None = None
    choice: Choice | None = None
    closure: Closed | None = None


def location(given: LocationInput) -> LocationResult:
    """Answer a question about where a service is, or could be. Raises Refused for what cannot be served."""
    net = network(given)
    now = net.positions(given.now, "now")
    question = given.question
    if isinstance(question, Pareto):
        return _empty(given, net, pareto(net, question, given.most_branches))
    answer = _answer(given, net, question)
    before = answer.before
    if before is None and len(now):
        net.served(now, "now")
        before = access.nearest_shares(net.times, now)
    return _result(given, net, answer, before)


def _answer(given: LocationInput, net: Network, question: _Asked) -> _Answer:
    if isinstance(question, Access):
        sites = _named(net, question.sites)
        return _Answer(sites, access.nearest_shares(net.times, sites))
    if isinstance(question, Huff):
        sites = _named(net, question.sites)
        now = net.positions(given.now, "now")
        weighed = (question.decay, question.least_time)
        before = huff_shares(net, given.sites, now, *weighed) if len(now) else None
        return _Answer(sites, huff_shares(net, given.sites, sites, *weighed), before)
    if isinstance(question, Closure):
        return _closure(given, net, question)
    if isinstance(question, PMedian) and question.volumes != Volumes.IGNORED:
        return _with_volumes(given, net, question)
    choice = _choice(net, question, given.most_branches)
    return _Answer(choice.sites, access.nearest_shares(net.times, choice.sites), choice=choice)


def _named(net: Network, names: tuple[str, ...]) -> Indices:
    sites = net.positions(names, "sites")
    net.served(sites, "sites")
    return sites


def _choice(net: Network, question: PMedian | PCenter | SetCovering | MaximalCovering, most: int) -> Choice:
    """Return the best sites for people who go to the nearest one."""
    wanted = net.demand > 0
    times, demand = net.times[wanted], net.demand[wanted]
    if isinstance(question, SetCovering):
        fewest = set_covering(times <= question.within, net.opened, net.shut, most)
        if fewest is None:
            raise _out_of_time(net, question.within)
        near = np.where(times <= question.within, times, np.inf)
        return _of_those_the_least_mean(net, near, demand, fewest, len(fewest.sites), most)
    _number(net, question.sites)
    if isinstance(question, MaximalCovering):
        choice = maximal_covering(times, demand, question.within, question.sites, net.opened, net.shut, most)
    elif isinstance(question, PCenter):
        choice = p_center(times, question.sites, net.opened, net.shut, most)
        if choice is not None:
            near = np.where(times <= choice.cost, times, np.inf)
            choice = _of_those_the_least_mean(net, near, demand, choice, question.sites, most)
    else:
        choice = p_median(times, demand, question.sites, net.opened, net.shut, most)
    if choice is None:
        raise _none_serves(question.sites, "serves every area", "Allow more sites, or give more travel times")
    return choice


def _of_those_the_least_mean(
    net: Network, near: Floats, demand: Floats, best: Choice, count: int, most: int
) -> Choice:
    """Return the sites with the least mean time among those as good as the best."""
    median = p_median(near, demand, count, net.opened, net.shut, most)
    sites = best.sites if median is None else median.sites
    return Choice(sites, best.cost, best.bound, best.status)


def _with_volumes(given: LocationInput, net: Network, question: PMedian) -> _Answer:
    _number(net, question.sites)
    if net.times.size > MOST_PAIRS:
        raise Refused(
            f"{net.times.shape[0]:,} areas and {net.times.shape[1]:,} sites are too many to choose sites "
            f"by their volumes ({MOST_PAIRS:,} pairs are the most)",
            where="question",
            mend="Put small areas together, or choose with volumes `ignored` and look at what they are",
        )
    most = given.most_branches
    fixed = (net.times, net.demand, question.sites, net.opened, net.shut, net.limits, most)
    if question.volumes == Volumes.PLANNED:
        planned = with_planned_volumes(*fixed)
        if planned is not None:
            return _Answer(planned[0].sites, planned[1], choice=planned[0])
    else:
        choice = with_nearest_volumes(*fixed)
        if choice is not None:
            return _Answer(choice.sites, access.nearest_shares(net.times, choice.sites), choice=choice)
    raise _none_serves(
        question.sites,
        "keeps every open site within its least and greatest volume",
        "Change the number of sites or the limits",
    )


def _number(net: Network, sites: int) -> None:
    forced, usable = int(net.opened.sum()), int((~net.shut).sum())
    if not forced <= sites <= usable:
        raise Refused(
            f"{sites} sites are asked for, where {forced} must be open and {usable} may be",
            where="question",
            mend="Change the number or the sites' standing",
        )


def _none_serves(sites: int, does: str, mend: str) -> Refused:
    return Refused(f"no choice of {sites} sites {does}", where="question", mend=mend)


def _out_of_time(net: Network, within: float) -> Refused:
    usable = np.where(net.shut, np.inf, net.times).min(axis=1)
    late = np.flatnonzero((net.demand > 0) & (usable > within))
    worst = late[int(np.argmax(usable[late]))]
    return Refused(
        f"{len(late):,} of the areas have no site within {within:g}, such as {net.areas[worst]}",
        where="question",
        mend="Allow a longer time, or ask for the most people covered",
    )


def _closure(given: LocationInput, net: Network, asked: Closure) -> _Answer:
    now, left = remaining(net, asked)
    net.served(now, "sites")
    net.served(left, "closes")
    if asked.goes == Goes.HUFF:
        if asked.decay is None:
            raise Refused("Huff's model needs a `decay`", where="question", mend="Give it, such as 2")
        before = huff_shares(net, given.sites, now, asked.decay, asked.least_time)
        after = huff_shares(net, given.sites, left, asked.decay, asked.least_time)
    else:
        before, after = access.nearest_shares(net.times, now), access.nearest_shares(net.times, left)
    return _Answer(left, after, before=before, closure=closed(given, net, asked, before, after))


def _result(given: LocationInput, net: Network, answer: _Answer, before: Floats | None) -> LocationResult:
    times, demand, shares = net.times, net.demand, answer.shares
    further = None
    if before is not None:
        extra = access.mean_times(times, shares) - access.mean_times(times, before)
        further = access.further(given.areas, demand, extra, demand, given.further)
    if answer.closure is not None:
        further = answer.closure.further
    return LocationResult(
        asked=given.question.ask,
        sites=tuple(net.names[site] for site in answer.sites),
        proof=None if answer.choice is None else _proof(answer.choice),
        unit=given.unit,
        people=float(demand.sum()),
        travel=access.travel(times, demand, shares, given.thresholds),
        travel_now=None if before is None else access.travel(times, demand, before, given.thresholds),
        by_group=access.by_group(given.areas, net, shares, before, given.thresholds),
        volumes=access.volumes(net, answer.sites, shares, before),
        goes_to=tuple(net.names[row.argmax()] if row.any() else "" for row in shares),
        further=further,
        closure=answer.closure,
        pareto=None,
    )


def _proof(choice: Choice) -> Proof:
    gap = max(0.0, choice.cost - choice.bound) / abs(choice.cost) if choice.cost else 0.0
    return Proof(
        objective=choice.cost,
        bound=choice.bound,
        gap=gap,
        proven=choice.proven,
        status=choice.status,
    )


def _empty(given: LocationInput, net: Network, found: ParetoAnswer) -> LocationResult:
    return LocationResult(
        asked=given.question.ask,
        sites=(),
        proof=None,
        unit=given.unit,
        people=float(net.demand.sum()),
        travel=None,
        travel_now=None,
        by_group=(),
        volumes=(),
        goes_to=(),
        further=None,
        closure=None,
        pareto=found,
    )
