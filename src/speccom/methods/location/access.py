"""How long people travel, to which site, and how that differs between groups and from today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from speccom.methods.location.answer import Further, GroupTravel, ShareWithin, SiteVolume, Travel
from speccom.methods.location.nearest import Indices
from speccom.methods.location.network import Network
from speccom.methods.location.programme import Bools, Floats
from speccom.methods.location.question import Area

FIFTH = "deprivation fifth"


def nearest_shares(times: Floats, sites: Indices) -> Floats:
    """Return areas x sites: 1 at the nearest of the open sites, the first listed of equals; 0 elsewhere.

    An area that reaches none (it has no demand) goes to none.
    """
    shares = np.zeros(times.shape)
    reach = np.isfinite(times[:, sites]).any(axis=1)
    first = sites[times[:, sites].argmin(axis=1)]
    shares[np.flatnonzero(reach), first[reach]] = 1.0
    return shares


def travel(times: Floats, demand: Floats, shares: Floats, thresholds: Sequence[float]) -> Travel:
    """Return how long people travel who go to the sites in these shares of each area's demand."""
    area, site = np.nonzero(shares * demand[:, None])
    people = demand[area] * shares[area, site]
    taken = times[area, site]
    total = float(people.sum())
    return Travel(
        people=total,
        mean=float(people @ taken) / total,
        ninetieth=_ninetieth(taken, people),
        greatest=float(taken.max()),
        within=tuple(
            ShareWithin(within=limit, share=min(1.0, float(people[taken <= limit].sum()) / total))
            for limit in thresholds
        ),
    )


def _ninetieth(taken: Floats, people: Floats) -> float:
    order = np.argsort(taken, kind="stable")
    reached = np.cumsum(people[order])
    # A share of exactly nine tenths must not be missed for the last digit of a sum.
    return float(taken[order][np.searchsorted(reached, 0.9 * reached[-1] * (1 - 1e-12))])


def by_group(
    areas: Sequence[Area],
    net: Network,
    shares: Floats,
    shares_now: Floats | None,
    thresholds: Sequence[float],
) -> tuple[GroupTravel, ...]:
    """Return how long the people of each group with demand travel; deprivation fifths come first."""
    answer = []
    for (kind, group), inside in groups(areas).items():
        if not (net.demand[inside] > 0).any():
            continue
        demand, times = net.demand[inside], net.times[inside]
        now = None if shares_now is None else travel(times, demand, shares_now[inside], ()).mean
        then = travel(times, demand, shares[inside], thresholds)
        answer.append(GroupTravel(kind=kind, group=group, travel=then, mean_now=now))
    return tuple(answer)


def groups(areas: Sequence[Area]) -> Mapping[tuple[str, str], Bools]:
    """Return which areas each group holds; deprivation fifths in order, then the rest by name."""
    held: dict[tuple[str, str], list[int]] = {}
    fifths = {area.deprivation_fifth for area in areas} - {None}
    for fifth in sorted(fifth for fifth in fifths if fifth is not None):
        held[FIFTH, str(fifth)] = [n for n, area in enumerate(areas) if area.deprivation_fifth == fifth]
    others = sorted({(kind, group) for area in areas for kind, group in area.groups.items()})
    for kind, group in others:
        held[kind, group] = []
    for place, area in enumerate(areas):
        for kind, group in area.groups.items():
            held[kind, group].append(place)
    return {key: np.isin(np.arange(len(areas)), places) for key, places in held.items()}


def volumes(
    net: Network, sites: Indices, shares: Floats, shares_now: Floats | None
) -> tuple[SiteVolume, ...]:
    """Return what each open site has to do."""
    then = net.demand @ shares
    now = None if shares_now is None else net.demand @ shares_now
    # A volume that meets its limit but for the last digits of a sum meets it.
    slack = 1e-9 * float(net.demand.sum())
    return tuple(
        SiteVolume(
            site=net.names[site],
            volume=float(then[site]),
            volume_now=None if now is None else float(now[site]),
            below_minimum=bool(then[site] < net.limits.least[site] - slack),
            over_capacity=bool(then[site] > net.limits.most[site] + slack),
        )
        for site in sites
    )


def mean_times(times: Floats, shares: Floats) -> Floats:
    """Return the mean time of each area's people; 0 where none go anywhere."""
    return np.asarray((np.where(shares > 0, times, 0.0) * shares).sum(axis=1))


def further(
    areas: Sequence[Area], affected: Floats, extra: Floats, demand: Floats, limits: Sequence[float]
) -> Further:
    """Return who travels further: `affected` people of each area by `extra` time each."""
    small = 1e-9 * (1.0 + float(np.abs(extra).max()))
    people = np.where(extra > small, affected, 0.0)
    total = float(people.sum())
    by_fifth = []
    for (kind, group), inside in groups(areas).items():
        whole = float(demand[inside].sum())
        if kind == FIFTH and whole > 0:
            gain = float(affected[inside] @ extra[inside]) / whole
            by_fifth.append((int(group), float(people[inside].sum()), gain))
    return Further(
        people=total,
        mean_extra=float(people @ extra) / total if total > 0 else None,
        greatest_extra=float(extra[people > 0].max(initial=0.0)),
        beyond=tuple((limit, float(people[extra > limit + small].sum())) for limit in limits),
        by_fifth=tuple(by_fifth),
    )
