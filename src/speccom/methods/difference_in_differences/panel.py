"""The panel as arrays, and what cannot be served of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from speccom.methods.difference_in_differences.terms import (
    Comparison,
    DifferenceInDifferencesInput,
    Unit,
)
from speccom.methods.method import Refused
from speccom.methods.once import refuse_repeated

Array = NDArray[np.float64]
Places = NDArray[np.int64]

LEAST_CLUSTERS = 2


@dataclass(frozen=True)
class Panel:
    """Values (units x periods), the place of each unit's adoption period (-1 for never) and its cluster's
    number."""

    values: Array
    adopted: Places
    cluster: Places

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return int(self.cluster.max()) + 1

    @property
    def never(self) -> NDArray[np.bool_]:
        """Which units never adopt."""
        return np.asarray(self.adopted < 0, dtype=bool)

    @property
    def groups(self) -> list[int]:
        """The places of the periods in which units adopted, in order."""
        return sorted({int(place) for place in self.adopted[~self.never]})

    def clusters_among(self, chosen: NDArray[np.bool_]) -> int:
        """Return how many clusters the chosen units belong to."""
        return len(np.unique(self.cluster[chosen]))


def read_panel(given: DifferenceInDifferencesInput) -> Panel:
    """Return the panel. Raises Refused, naming the unit and the period that is wrong."""
    _check_periods(given.periods)
    refuse_repeated((unit.name for unit in given.units), "unit")
    for unit in given.units:
        _check_unit(unit, given)
    places = {period: place for place, period in enumerate(given.periods)}
    keys = [unit.cluster or unit.name for unit in given.units]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    panel = Panel(
        values=np.array([unit.values for unit in given.units], dtype=float),
        adopted=np.array([-1 if unit.adopted is None else places[unit.adopted] for unit in given.units]),
        cluster=np.array([numbers[key] for key in keys]),
    )
    _check_groups(panel, given)
    return panel


def _check_periods(periods: tuple[date, ...]) -> None:
    if len(periods) < 2:
        raise Refused(
            f"there are {len(periods)} periods, and a difference needs one before and one after",
            mend="Give at least two periods",
        )
    for earlier, later in pairwise(periods):
        if later <= earlier:
            raise Refused(
                f"the period {later} does not come after {earlier}", mend="Give each period once, in order"
            )


def _check_unit(unit: Unit, given: DifferenceInDifferencesInput) -> None:
    if len(unit.values) != len(given.periods):
        raise Refused(
            f"the unit {unit.name} has {len(unit.values)} values for {len(given.periods)} periods",
            mend="Give one value for each period",
        )
    for period, value in zip(given.periods, unit.values, strict=True):
        if value is None:
            raise Refused(
                f"the unit {unit.name} has no value for {period}",
                mend="Leave the unit out of the comparison, or take periods for which every unit has a value",
            )
    if unit.adopted is None:
        return
    if unit.adopted not in given.periods:
        raise Refused(
            f"the unit {unit.name} adopted on {unit.adopted}, and that is not the first day of any period "
            "given",
            mend="Date adoption by the first period that has the intervention; leave it out where the unit "
            "had not adopted by the last period",
        )
    if given.periods.index(unit.adopted) <= given.anticipation:
        raise Refused(
            f"the unit {unit.name} has no period before adoption (less {given.anticipation} of "
            "anticipation), so nothing can be said of what it would have done",
            mend="Leave the unit out, or give earlier periods",
        )


def _check_groups(panel: Panel, given: DifferenceInDifferencesInput) -> None:
    if not panel.groups:
        raise Refused("no unit adopts the intervention", mend="Say of the units that did when they adopted")
    if not panel.never.any() and (given.comparison is Comparison.NEVER or len(panel.groups) == 1):
        raise Refused(
            "every unit adopts"
            + (" in the same period" if len(panel.groups) == 1 else "")
            + ", so there is none to compare with",
            mend="Give units that never adopt, or where adoption is staggered compare with those that have "
            "not yet",
        )
    _check_clusters(panel, given)
    if panel.clusters <= LEAST_CLUSTERS:
        raise Refused(
            f"there are {panel.clusters} clusters, and that is too few for any interval",
            mend="Give more clusters; ten or more on each side make intervals that can be relied on",
        )


def _check_clusters(panel: Panel, given: DifferenceInDifferencesInput) -> None:
    """Refuse groups of one cluster: the scatter among its units' fortunes cannot be seen."""
    for place in panel.groups:
        if panel.clusters_among(panel.adopted == place) < LEAST_CLUSTERS:
            raise Refused(
                f"the units that adopted on {given.periods[place]} are of one cluster alone, so how much "
                "such clusters differ by chance cannot be told",
                mend="Use longer periods, so that more adopt in the same one, or leave that unit out",
            )
    if panel.never.any() and panel.clusters_among(panel.never) < LEAST_CLUSTERS:
        raise Refused(
            "the units that never adopt are of one cluster alone, so how much such clusters differ by "
            "chance cannot be told",
            mend="Give more units that never adopt",
        )
