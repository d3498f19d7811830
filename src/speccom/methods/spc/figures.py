"""What a chart is made from, and what it shows."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from speccom.methods.method import Figures


class Better(StrEnum):
    """Which values are better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Cause(StrEnum):
    """What a point shows; where it shows several, the first of them in this order of priority."""

    COMMON = "common cause"
    OUTSIDE = "outside the limits"
    TREND = "seven points rising or falling"
    TWO_OF_THREE = "two of three points close to a limit"
    SHIFT = "seven points on one side of the mean"


class Variation(StrEnum):
    """The variation icon in words."""

    COMMON_CAUSE = "common cause"
    IMPROVEMENT_HIGH = "special cause, improvement, high"
    IMPROVEMENT_LOW = "special cause, improvement, low"
    CONCERN_HIGH = "special cause, concern, high"
    CONCERN_LOW = "special cause, concern, low"
    NEUTRAL_HIGH = "special cause, neutral, high"
    NEUTRAL_LOW = "special cause, neutral, low"


class Assurance(StrEnum):
    """The assurance icon in words: what the limits say of the target."""

    PASS = "consistently passing"
    FAIL = "consistently failing"
    HIT_AND_MISS = "hit and miss"


class Point(Figures):
    """One measurement."""

    date: date
    """The day, or the first day of the period, it belongs to."""
    value: float = Field(ge=-1e100, le=1e100)
    """The measure's value, in its unit."""


class Rebase(Figures):
    """A decision to set the limits anew, because the process itself has changed."""

    date: date
    """The date of the first point that the new limits are set by."""
    reason: str
    """Why the process is held to have changed."""
    approver: str
    """Who approved it."""


class SpcInput(Figures):
    """One measure over time."""

    measure: str = "The measure"
    """What is measured, as a sentence would begin: `Referrals seen within 18 weeks`."""
    unit: str = ""
    """The unit that follows a value, such as `%` or `days`; empty for a count."""
    points: tuple[Point, ...]
    """The measurements, oldest first, each date once."""
    better: Better
    """The direction in which the measure improves; `neither` where neither is better."""
    target: float | None = Field(default=None, ge=-1e100, le=1e100)
    """The target, in the measure's unit, if there is one. It never changes the limits."""
    rebases: tuple[Rebase, ...] = ()
    """Where the limits are set anew, earliest first."""
    screening: bool = True
    """Whether very large moving ranges are left out when the limits are set."""
    fix: int | None = Field(default=None, ge=12)
    """Set the limits by the first so many points (12 or more) of each stretch, and keep them."""


class Stretch(Figures):
    """The points between one rebase and the next, which share their limits."""

    starts: date
    """The date of its first point."""
    ends: date
    """The date of its last point."""
    points: int
    """How many points it has."""
    points_for_limits: int
    """How many of them set its limits, the earliest first."""
    reason: str | None
    """Why the limits were set anew here; nothing for the first stretch."""
    approver: str | None
    """Who approved that; nothing for the first stretch."""
    mean: float
    """The mean, in the measure's unit."""
    moving_range: float
    """The average difference between a point and the next, after screening, in the measure's unit."""
    screened: int
    """How many moving ranges were left out as too large."""
    lower: float
    """The lower process limit, in the measure's unit; it may lie where no value can, such as below zero."""
    upper: float
    """The upper process limit, in the measure's unit; it may lie where no value can, such as above 100%."""
    near_lower: float
    """Two thirds of the way from the mean to the lower limit."""
    near_upper: float
    """Two thirds of the way from the mean to the upper limit."""
    short: bool
    """Whether it has fewer than 13 points, so that its limits are provisional."""
    constant: bool
    """Whether the points that set its limits are all equal, so that the limits lie on the mean."""


class ChartedPoint(Figures):
    """One measurement and what it shows."""

    date: date
    """Its date."""
    value: float
    """Its value, in the measure's unit."""
    stretch: int
    """The number of its stretch, from 1."""
    cause: Cause
    """What it shows."""
    variation: Variation
    """Whether that is an improvement, a concern, or neither."""


class SpcResult(Figures):
    """The chart."""

    measure: str
    """What is measured."""
    unit: str
    """The unit that follows a value."""
    better: Better
    """The direction in which the measure improves."""
    target: float | None
    """The target, if there is one."""
    variation: Variation
    """The variation icon: what the latest point shows."""
    assurance: Assurance | None
    """The assurance icon: what the latest limits say of the target; none without a target or a direction."""
    stretches: tuple[Stretch, ...]
    """The limits, one for each stretch between rebases."""
    points: tuple[ChartedPoint, ...]
    """The points, oldest first."""
    warnings: tuple[str, ...]
    """What to know before relying on the limits."""
