"""The mean change of a measure from before to after, in the same patients."""

from __future__ import annotations

import math
import statistics
from typing import Annotated

from pydantic import Field
from scipy.stats import t as student

from speccom.methods.method import Figures, Refused

# Beyond any measure in any unit, and far from where squares overflow.
Value = Annotated[float, Field(ge=-1e12, le=1e12)]


class Pair(Figures):
    """One patient's values before and after."""

    before: Value | None
    """The value before; empty where it was not taken."""
    after: Value | None
    """The value after; empty where it was not taken."""


class Measure(Figures):
    """A measure taken before and after."""

    name: Annotated[str, Field(min_length=1)]
    """The measure."""
    unit: Annotated[str, Field(min_length=1)]
    """Its unit, as in `points`."""
    patients: tuple[Pair, ...]
    """The patients, in any order."""


class MeanChange(Figures):
    """The mean change of one measure."""

    name: str
    """The measure."""
    unit: str
    """Its unit."""
    patients: int
    """Patients with both values."""
    left_out: int
    """Patients with only one value or none, who say nothing about change."""
    mean: float
    """Mean of after minus before, in the unit."""
    standard_deviation: float
    """Standard deviation of the changes, in the unit."""
    lower: float
    """Lower limit of the mean's interval, in the unit."""
    upper: float
    """Upper limit of the mean's interval, in the unit."""


def mean_change(given: Measure, confidence: float) -> MeanChange:
    """Return the mean change with its interval. Raises Refused for fewer than two patients with both."""
    changes = [
        pair.after - pair.before
        for pair in given.patients
        if pair.before is not None and pair.after is not None
    ]
    if len(changes) < 2:
        raise Refused(
            f"a mean change needs two patients with both values, and here is {len(changes)}",
            where=given.name,
            mend="Leave the measure out until more have been followed",
        )
    mean, deviation = statistics.fmean(changes), statistics.stdev(changes)
    reach = float(student.ppf((1 + confidence) / 2, len(changes) - 1)) * deviation / math.sqrt(len(changes))
    return MeanChange(
        name=given.name,
        unit=given.unit,
        patients=len(changes),
        left_out=len(given.patients) - len(changes),
        mean=mean,
        standard_deviation=deviation,
        lower=mean - reach,
        upper=mean + reach,
    )
