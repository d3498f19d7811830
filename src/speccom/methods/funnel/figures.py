"""What a funnel is made from, and what it shows."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from speccom.methods.funnel.kinds import Kind
from speccom.methods.method import Figures

LARGEST = 1e12


class LimitSet(StrEnum):
    """Limits by chance alone, or widened for over-dispersion."""

    UNADJUSTED = "unadjusted"
    ADJUSTED = "adjusted"


class Level(StrEnum):
    """How much of what chance alone would show lies within the limits."""

    NINETY_FIVE = "95%"
    NINETY_NINE_POINT_EIGHT = "99.8%"


class Standing(StrEnum):
    """Where a unit lies."""

    LOW = "low"
    WITHIN = "within"
    HIGH = "high"


class Unit(Figures):
    """One provider, area or team."""

    name: str = Field(min_length=1)
    """Its name, which no other unit of the funnel has."""
    numerator: float = Field(ge=0, le=LARGEST)
    """What was observed: a count of events."""
    denominator: float = Field(ge=0, le=LARGEST)
    """What it is set against: the expected count for a ratio, the number of cases for a proportion, the other
    count for a ratio of counts. At least 0.01."""


class FunnelInput(Figures):
    """One measure for several units."""

    measure: str = "The measure"
    """What is measured, as a sentence would begin: `Deaths within 30 days against expected`."""
    kind: Kind
    """`ratio_log`: observed to expected, by logarithm (as the Summary Hospital-level Mortality Indicator).
    `ratio_root`: the same, by square root (as the Care Quality Commission). `proportion`: numerators are part
    of their denominators. `ratio_of_counts`: two separate counts."""
    units: tuple[Unit, ...]
    """The units to compare, at least two."""
    limits: LimitSet = LimitSet.ADJUSTED
    """Which limits to judge by; adjusted ones are used only where units vary more than by chance (φ above
    1)."""
    level: Level = Level.NINETY_NINE_POINT_EIGHT
    """Which of the limits a unit must be outside to be called high or low."""
    trim: float = Field(default=0.1, ge=0, le=0.25)
    """The share of units at each end that are set aside when over-dispersion is measured."""
    multiplier: float = Field(default=1, gt=0, le=LARGEST)
    """What values and limits are multiplied by: 100 for a percentage."""
    as_funnelplotr: bool = False
    """Whether to keep two quirks of the package FunnelPlotR 0.6.0, to reproduce a chart that it made."""


class UnitLimits(Figures):
    """Limits at one unit's denominator, times the multiplier."""

    lower_95: float
    """The lower 95% limit."""
    upper_95: float
    """The upper 95% limit."""
    lower_998: float
    """The lower 99.8% limit."""
    upper_998: float
    """The upper 99.8% limit."""


class PlacedUnit(Figures):
    """One unit and where it lies."""

    name: str
    """Its name."""
    numerator: float
    """What was observed."""
    denominator: float
    """What it is set against."""
    value: float
    """Numerator over denominator, times the multiplier."""
    z: float | None
    """Its distance from the centre in standard errors, by chance alone; none where nothing was observed and
    the logarithm was asked for."""
    trimmed: bool
    """Whether it was extreme, and so left out (by logarithm) or pulled in (the others) when over-dispersion
    was measured."""
    unadjusted: UnitLimits
    """The limits by chance alone."""
    adjusted: UnitLimits
    """The limits widened for over-dispersion."""
    standing: Standing
    """Where it lies by the limits that are used."""
    standing_unadjusted: Standing
    """Where it would lie by the unadjusted limits."""
    standing_adjusted: Standing
    """Where it would lie by the adjusted limits."""


class FunnelResult(Figures):
    """The funnel."""

    measure: str
    """What is measured."""
    kind: Kind
    """The kind of funnel."""
    multiplier: float
    """What values and limits were multiplied by."""
    level: Level
    """Which of the limits a unit must be outside to be called high or low."""
    as_funnelplotr: bool
    """Whether the package's quirks were kept."""
    centre: float
    """The centre line, times the multiplier: 1 for ratios to an expected count, else the pooled value."""
    phi: float
    """How much units vary, against what chance alone would show: 1 is chance alone."""
    tau2: float
    """The variance between units beyond chance, on the transformed scale."""
    units_for_dispersion: int
    """How many units φ was measured on."""
    limits_asked: LimitSet
    """Which limits were asked for."""
    limits_used: LimitSet
    """Which limits were used: unadjusted ones where there is no over-dispersion."""
    units: tuple[PlacedUnit, ...]
    """The units, in the order given."""
