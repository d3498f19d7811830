"""The input as arrays, once it has been checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from speccom.methods.location.nearest import Indices
from speccom.methods.location.programme import Bools, Floats
from speccom.methods.location.question import LocationInput, Standing
from speccom.methods.location.volumes import Limits
from speccom.methods.method import Refused
from speccom.methods.once import refuse_repeated
from speccom.methods.words import listed


@dataclass(frozen=True)
class Network:
    """Times (areas x sites, infinite for no way), demand by area, and what may be done with each site."""

    times: Floats
    demand: Floats
    opened: Bools
    shut: Bools
    limits: Limits
    names: tuple[str, ...]
    areas: tuple[str, ...]

    def positions(self, names: Sequence[str], where: str) -> Indices:
        """Return the places of sites by name. Raises Refused for an unknown or a repeated one."""
        refuse_repeated(names, "site", where=where)
        unknown = [name for name in names if name not in self.names]
        if unknown:
            raise Refused(
                f"there is no site `{unknown[0]}`", where=where, mend="Name sites as `sites` names them"
            )
        return np.array(sorted(self.names.index(name) for name in names), dtype=np.int64)

    def served(self, sites: Indices, where: str) -> None:
        """Raise Refused where an area with demand can reach none of these sites."""
        lost = np.flatnonzero((self.demand > 0) & ~np.isfinite(self.times[:, sites]).any(axis=1))
        if len(lost):
            raise Refused(
                f"{_named(self.areas, lost)} can reach none of the sites",
                where=where,
                mend="Give their travel times, or open a site that they can reach",
            )


def network(given: LocationInput) -> Network:
    """Return the input as arrays. Raises Refused for repeated names, missing times and areas out of reach."""
    names = tuple(site.name for site in given.sites)
    areas = tuple(area.name for area in given.areas)
    refuse_repeated(names, "site", where="sites")
    refuse_repeated(areas, "area", where="areas")
    for area in given.areas:
        if len(area.times) != len(names):
            raise Refused(
                f"it has {len(area.times)} travel times, and there are {len(names)} sites",
                where=f"area {area.name}",
                mend="Give one time for each site, in the order of the sites",
            )
    times = np.array([area.times for area in given.areas], dtype=float)
    times[np.isnan(times)] = np.inf
    if given.within_footprint:
        times[_apart(given)] = np.inf
    demand = np.array([area.demand for area in given.areas])
    if not demand.sum() > 0:
        raise Refused("no area has any demand", where="areas", mend="Give the people of each area")
    made = Network(
        times=times,
        demand=demand,
        opened=np.array([site.standing == Standing.OPEN for site in given.sites]),
        shut=np.array([site.standing == Standing.SHUT for site in given.sites]),
        limits=_limits(given),
        names=names,
        areas=areas,
    )
    made.served(np.arange(len(names)), "areas")
    return made


def _apart(given: LocationInput) -> Bools:
    """Return which areas and sites lie in different footprints."""
    for what, each in [("site", site) for site in given.sites] + [("area", area) for area in given.areas]:
        if not each.footprint:
            raise Refused(
                "people stay within their footprint, and it has none",
                where=f"{what} {each.name}",
                mend="Give every site and area its footprint, or let people go anywhere",
            )
    sites = np.array([site.footprint for site in given.sites])
    areas = np.array([area.footprint for area in given.areas])
    return np.asarray(areas[:, None] != sites[None, :], dtype=bool)


def _limits(given: LocationInput) -> Limits:
    for site in given.sites:
        if site.minimum is not None and site.capacity is not None and site.minimum > site.capacity:
            raise Refused(
                f"it needs at least {site.minimum:g} and can take at most {site.capacity:g}",
                where=f"site {site.name}",
                mend="Give a minimum that is no more than the capacity",
            )
    return Limits(
        least=np.array([0.0 if site.minimum is None else site.minimum for site in given.sites]),
        most=np.array([np.inf if site.capacity is None else site.capacity for site in given.sites]),
    )


def _named(areas: Sequence[str], which: Indices) -> str:
    first = [areas[place] for place in which[:3]]
    more = len(which) - len(first)
    return listed([*first, f"{more:,} more"] if more else first)
