"""Shares of patients with exact and Wilson intervals, and completeness of follow-up."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from scipy.stats import binomtest

from speccom.methods.method import Figures, Refused

# Patients; more than there are people would be a mistake.
Count = Annotated[int, Field(ge=0, le=10**10)]


class Share(Figures):
    """An outcome that a patient either had or had not."""

    name: Annotated[str, Field(min_length=1)]
    """The outcome."""
    had: Count
    """Patients who had it."""
    of: Count
    """Patients in all."""


class ShareFound(Figures):
    """A share with its two intervals."""

    name: str
    """The outcome."""
    had: int
    """Patients who had it."""
    of: int
    """Patients in all."""
    share: float
    """The share, from 0 to 1."""
    exact_lower: float
    """Lower limit of the exact interval."""
    exact_upper: float
    """Upper limit of the exact interval."""
    wilson_lower: float
    """Lower limit of Wilson's interval."""
    wilson_upper: float
    """Upper limit of Wilson's interval."""


class TimePoint(Figures):
    """One time of follow-up."""

    name: Annotated[str, Field(min_length=1)]
    """The time, as in `12 months`."""
    due: Count
    """Patients whose follow-up has come due."""
    assessed: Count
    """Patients of those who were assessed."""
    needed: Count | None = None
    """How many assessed patients were agreed to be needed; left out where none was."""


class Completeness(Figures):
    """How complete follow-up is at one time."""

    name: str
    """The time."""
    due: int
    """Patients whose follow-up has come due."""
    assessed: int
    """Patients of those who were assessed."""
    share: float | None
    """The share assessed; empty where nobody is due yet."""
    lower: float | None
    """Lower limit of Wilson's interval; empty likewise."""
    upper: float | None
    """Upper limit of Wilson's interval; empty likewise."""
    needed: int | None
    """How many were agreed to be needed; empty where none was."""
    short_by: int | None
    """How many more assessed patients are needed; empty where no number was agreed."""


def share(given: Share, confidence: float) -> ShareFound:
    """Return a share with its intervals. Raises Refused for a share of nobody, or of more than there are."""
    if given.of == 0:
        raise Refused("a share of nobody does not exist", where=given.name, mend="Leave the outcome out")
    if given.had > given.of:
        raise Refused(
            f"{given.had:,} of {given.of:,} patients cannot have had it",
            where=given.name,
            mend="Count each patient once",
        )
    exact = interval(given.had, given.of, confidence, "exact")
    wilson = interval(given.had, given.of, confidence, "wilson")
    return ShareFound(
        name=given.name,
        had=given.had,
        of=given.of,
        share=given.had / given.of,
        exact_lower=exact[0],
        exact_upper=exact[1],
        wilson_lower=wilson[0],
        wilson_upper=wilson[1],
    )


def completeness(given: TimePoint, confidence: float) -> Completeness:
    """Return how complete follow-up is. Raises Refused where more were assessed than were due."""
    if given.assessed > given.due:
        raise Refused(
            f"{given.assessed:,} were assessed and {given.due:,} were due",
            where=given.name,
            mend="Count as due each patient whose follow-up has come, and as assessed only those",
        )
    lower, upper = interval(given.assessed, given.due, confidence, "wilson") if given.due else (None, None)
    return Completeness(
        name=given.name,
        due=given.due,
        assessed=given.assessed,
        share=given.assessed / given.due if given.due else None,
        lower=lower,
        upper=upper,
        needed=given.needed,
        short_by=None if given.needed is None else max(0, given.needed - given.assessed),
    )


def interval(had: int, of: int, confidence: float, method: str) -> tuple[float, float]:
    """Return the `exact` or `wilson` interval of a share."""
    found = binomtest(had, of).proportion_ci(confidence, method)
    return float(found.low), float(found.high)
