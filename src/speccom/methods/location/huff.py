"""Huff's model: people weigh a site's attraction against its travel time."""

from __future__ import annotations

import numpy as np

from speccom.methods.location.nearest import Indices
from speccom.methods.location.network import Network
from speccom.methods.location.programme import Floats
from speccom.methods.location.question import Site
from speccom.methods.method import Refused


def huff_shares(
    net: Network, sites: tuple[Site, ...], opened: Indices, decay: float, least_time: float | None
) -> Floats:
    """Return areas x sites: the share of each area's people that goes to each open site.

    P_ij = S_j t_ij^-decay / sum over open k of S_k t_ik^-decay.
    """
    for place in opened:
        if sites[place].attraction is None:
            raise Refused(
                "Huff's model needs its attraction, and it has none",
                where=f"site {sites[place].name}",
                mend="Give it, for instance its beds",
            )
    times = net.times[:, opened]
    if least_time is not None:
        times = np.maximum(times, least_time)
    if (times == 0).any():
        area, site = np.argwhere(times == 0)[0]
        raise Refused(
            f"the time to {net.names[opened[site]]} is 0, at which Huff's model has no value",
            where=f"area {net.areas[area]}",
            mend="Give a `least_time`, such as 1 minute, that any shorter one counts as",
        )
    attraction = np.array([sites[place].attraction for place in opened], dtype=float)
    # In logarithms, less the greatest of the area, so that no power of a long time vanishes.
    pull = np.log(attraction) - decay * np.log(times)
    greatest = pull.max(axis=1, keepdims=True)
    weight = np.exp(pull - np.where(np.isfinite(greatest), greatest, 0.0))
    total = weight.sum(axis=1, keepdims=True)
    shares = np.zeros(net.times.shape)
    shares[:, opened] = np.divide(weight, total, out=np.zeros(weight.shape), where=total > 0)
    return shares
