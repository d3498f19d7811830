"""What follows when units close: where the work goes, its worth, and what cannot go on without them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from speccom.methods.location.access import further, mean_times
from speccom.methods.location.answer import Closed, Dependent, Moved
from speccom.methods.location.nearest import Indices
from speccom.methods.location.network import Network
from speccom.methods.location.programme import Floats
from speccom.methods.location.question import Closure, LocationInput, Unit
from speccom.methods.method import Refused


def closed(given: LocationInput, net: Network, asked: Closure, before: Floats, after: Floats) -> Closed:
    """Return what a closure moves; `before` and `after` are the shares of each area that go to each site."""
    closing = net.positions(asked.closes, "closes")
    units = _units(asked, net)
    leaves = before[:, closing].sum(axis=1)
    theirs = np.zeros(before.shape)
    theirs[:, closing] = np.divide(
        before[:, closing],
        leaves[:, None],
        out=np.zeros((len(leaves), len(closing))),
        where=leaves[:, None] > 0,
    )
    extra = mean_times(net.times, after) - mean_times(net.times, theirs)
    moved: list[Moved] = []
    for site in closing:
        moved += _moved(net, site, net.demand * before[:, site] @ after, units)
    return Closed(
        closes=asked.closes,
        moved=tuple(moved),
        dependents=_dependents(asked),
        further=further(given.areas, net.demand * leaves, extra, net.demand, given.further),
    )


def _units(asked: Closure, net: Network) -> dict[str, Unit]:
    """Return the unit of the service that closes at each site where it is given."""
    seen: set[tuple[str, str]] = set()
    for unit in asked.units:
        if (unit.site, unit.service) in seen:
            raise Refused(
                f"{unit.service} at {unit.site} is there more than once", where="units", mend="Give each once"
            )
        seen.add((unit.site, unit.service))
        if unit.site not in net.names:
            raise Refused(
                f"there is no site `{unit.site}`", where="units", mend="Name sites as `sites` names them"
            )
    return {unit.site: unit for unit in asked.units if unit.service == asked.service}


def _moved(net: Network, site: int, people: Floats, units: dict[str, Unit]) -> list[Moved]:
    """Return where one unit's work goes, in proportion to where the people of its catchment go."""
    name = net.names[site]
    unit = units.get(name)
    goes = np.flatnonzero(people > 0)
    if unit is not None and not len(goes) and (unit.activity or unit.income):
        raise Refused(
            f"it has activity or income, but nobody for whom {name} is the place to go now",
            where=f"{unit.service} at {name}",
            mend="Use Huff's model, or check the travel times and the sites open today",
        )
    activity = income = None
    if unit is not None:
        activity, income = parted(unit.activity, people[goes]), parted(unit.income, people[goes])
    return [
        Moved(
            from_site=name,
            to_site=net.names[to],
            people=float(people[to]),
            activity=None if activity is None else activity[place],
            income=None if income is None else income[place],
        )
        for place, to in enumerate(goes)
    ]


def parted(whole: int, weights: Floats | Sequence[float]) -> list[int]:
    """Part a whole number in proportion to weights, by largest remainders, so that the parts sum to it."""
    weights = np.asarray(weights, dtype=float)
    if not len(weights):
        return []
    exact = whole * (weights / weights.sum())
    parts = [int(part) for part in np.floor(exact)]
    left = whole - sum(parts)
    for place in np.argsort(-(exact - np.floor(exact)), kind="stable")[: max(left, 0)]:
        parts[place] += 1
    # Beyond 2^53 the floats above are too coarse to sum exactly; the largest part takes what is left over.
    parts[int(np.argmax(weights))] += whole - sum(parts)
    return parts


def _dependents(asked: Closure) -> tuple[Dependent, ...]:
    """Return the services that need one lost at their site, and those that need them, and so on."""
    found: list[Dependent] = []
    for site in asked.closes:
        here = [unit for unit in asked.units if unit.site == site and unit.service != asked.service]
        lost = {asked.service}
        while falls := [unit for unit in here if unit.service not in lost and lost & set(unit.needs)]:
            for unit in falls:
                because = tuple(need for need in unit.needs if need in lost)
                found.append(
                    Dependent(
                        site=site,
                        service=unit.service,
                        because_of=because,
                        activity=unit.activity,
                        income=unit.income,
                    )
                )
            lost |= {unit.service for unit in falls}
    return tuple(found)


def remaining(net: Network, asked: Closure) -> tuple[Indices, Indices]:
    """Return the sites open now and those left.

    Raises Refused where one that closes is not open, or none is left.
    """
    now, closing = net.positions(asked.sites, "sites"), net.positions(asked.closes, "closes")
    strange = [net.names[site] for site in closing if site not in now]
    if strange:
        raise Refused(
            f"{strange[0]} closes, but is not open now",
            where="closes",
            mend="Name it among the question's `sites`",
        )
    left = np.setdiff1d(now, closing)
    if not len(left):
        raise Refused("every site closes, so nobody has anywhere to go", where="closes", mend="Keep one open")
    return now, left
