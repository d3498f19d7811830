"""The yearly slope of a measure taken again and again in the same patients."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Annotated

import numpy as np
from pydantic import Field
from scipy.stats import t as student

from speccom.methods import words
from speccom.methods.method import Figures, Refused
from speccom.methods.single_arm.change import Value

# Sum of squared years: a quarter of an hour between two visits.
_LEAST_SPREAD = 1e-9


class Visit(Figures):
    """One value of one patient."""

    patient: Annotated[str, Field(min_length=1)]
    """The patient's pseudonym."""
    years: Annotated[float, Field(ge=-200, le=200)]
    """Time of the visit, in years from treatment; negative before it."""
    value: Value
    """The value, in the measure's unit."""


class Trajectory(Figures):
    """A measure taken again and again."""

    name: Annotated[str, Field(min_length=1)]
    """The measure."""
    unit: Annotated[str, Field(min_length=1)]
    """Its unit, as in `points`."""
    visits: tuple[Visit, ...]
    """All visits of all patients, in any order."""


class Slope(Figures):
    """The yearly slope of one measure."""

    name: str
    """The measure."""
    unit: str
    """Its unit."""
    patients: int
    """Patients with visits at two times or more."""
    visits: int
    """Their visits."""
    left_out: int
    """Patients with a single visit, who say nothing about change."""
    per_year: float
    """Change in a year, in the unit."""
    standard_error: float
    """Its standard error, clustered by patient, in the unit."""
    lower: float
    """Lower limit of its interval, in the unit."""
    upper: float
    """Upper limit of its interval, in the unit."""


def slope(given: Trajectory, confidence: float) -> Slope:
    """Return the slope with its interval. Raises Refused for repeated visits and too few patients."""
    visits = _by_patient(given)
    followed = [np.array(sorted(values.items())) for values in visits.values() if len(values) > 1]
    if len(followed) < 2:
        raise Refused(
            f"a slope needs two patients with visits at two times or more, and here is {len(followed)}",
            where=given.name,
            mend="Leave the measure out until more have been followed",
        )
    # Each patient against that patient's own average: columns are times and values.
    centred = [each - each.mean(axis=0) for each in followed]
    spread = math.fsum(float(times @ times) for times, _ in (each.T for each in centred))
    if spread < _LEAST_SPREAD:
        raise Refused(
            "each patient's visits are at nearly the same time",
            where=given.name,
            mend="Give the times in years from treatment",
        )
    per_year = math.fsum(float(times @ values) for times, values in (each.T for each in centred)) / spread
    pulls = [float(times @ (values - per_year * times)) for times, values in (each.T for each in centred)]
    patients = len(followed)
    error = math.sqrt(patients / (patients - 1) * math.fsum(pull**2 for pull in pulls)) / spread
    reach = float(student.ppf((1 + confidence) / 2, patients - 1)) * error
    return Slope(
        name=given.name,
        unit=given.unit,
        patients=patients,
        visits=sum(len(each) for each in followed),
        left_out=len(visits) - patients,
        per_year=per_year,
        standard_error=error,
        lower=per_year - reach,
        upper=per_year + reach,
    )


def _by_patient(given: Trajectory) -> dict[str, dict[float, float]]:
    visits: dict[str, dict[float, float]] = defaultdict(dict)
    for visit in given.visits:
        if visit.years in visits[visit.patient]:
            raise Refused(
                f"patient {visit.patient} has two values at {words.number(visit.years)} years",
                where=given.name,
                mend="Give one value of a patient at a time",
            )
        visits[visit.patient][visit.years] = visit.value
    return visits
