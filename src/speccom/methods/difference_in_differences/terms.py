"""What a difference in differences takes and gives."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from speccom.methods.method import Figures


class Estimator(StrEnum):
    """Group-time effects, which bear adoption at different dates, or the classic two-way regression."""

    GROUP_TIME = "group_time"
    TWO_WAY = "two_way"


class Comparison(StrEnum):
    """Against whom: units that never adopt, or all that have not adopted yet."""

    NEVER = "never"
    NOT_YET = "not_yet"


class Unit(Figures):
    """One unit that is followed: a provider, a board, a practice."""

    name: str = Field(min_length=1)
    """Its name or code."""
    cluster: str = ""
    """What it shares its fortunes with, such as its board, where units are not independent; left out,
    itself."""
    adopted: date | None = None
    """The first period in which it had the intervention: one of the periods given; left out where it never
    had."""
    values: tuple[Annotated[float, Field(ge=-1e15, le=1e15)] | None, ...]
    """Its figure in each period, in their order. One that is missing is refused, and named."""


class DifferenceInDifferencesInput(Figures):
    """Units followed over the same periods, some of which adopt an intervention."""

    outcome: str = Field(default="the outcome", min_length=1)
    """What the values measure and in what unit, as the explanation shall say it."""
    periods: tuple[date, ...]
    """The first day of each period, in order."""
    units: tuple[Unit, ...]
    """All units; those that never adopt are what the others are compared with."""
    estimator: Estimator = Estimator.GROUP_TIME
    """Which estimate is the headline; settle it before looking at the data."""
    comparison: Comparison = Comparison.NOT_YET
    """Against whom the group-time effects are taken."""
    anticipation: int = Field(default=0, ge=0)
    """How many periods before adoption behaviour may already change; the period before those is the base."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """The level of the intervals, as a share: 0.95 for 95%."""


class Effect(Figures):
    """An effect with its interval, in the unit of the values."""

    estimate: float
    """The estimate."""
    standard_error: float
    """Its standard error, which lets units of a cluster be alike."""
    low: float
    """The lower end of its interval."""
    high: float
    """The upper end of its interval."""


class GroupTime(Effect):
    """The effect on the units that adopted in one period, seen in one period."""

    adopted: date
    """The period in which they adopted."""
    period: date
    """The period in which the effect is seen."""
    units: int
    """How many units adopted then."""
    compared_with: int
    """How many units they are compared with."""


class SinceAdoption(Effect):
    """The effect so many periods after adoption, over all groups seen then; below zero it tests the trend
    before."""

    periods_since: int
    """Periods since adoption: 0 is the first with the intervention."""
    units: int
    """How many units that adopted are seen then."""


class PreTrend(Figures):
    """A joint test that adopters and the others moved alike before adoption."""

    statistic: float
    """Hotelling's statistic, as F."""
    numerator_freedom: int
    """How many differences before adoption it tests together."""
    denominator_freedom: int
    """Clusters less those."""
    p_value: float
    """The p-value: small where they did not move alike."""


class DifferenceInDifferencesResult(Figures):
    """What the intervention changed in the units that adopted it."""

    outcome: str
    """What the values measure."""
    estimator: Estimator
    """Which estimate is the headline."""
    comparison: Comparison
    """Against whom the group-time effects are taken."""
    anticipation: int
    """How many periods before adoption behaviour was allowed to change."""
    confidence: float
    """The level of the intervals, as a share."""
    effect: Effect
    """The effect of the intervention on those that adopted it."""
    without: float
    """The mean to be expected of adopters after adoption had they not adopted."""
    relative: float | None
    """The effect over that mean, as a share; nothing where that mean is not above zero."""
    units: int
    """Units followed."""
    adopters: int
    """Units that adopted."""
    never_adopters: int
    """Units that never did."""
    clusters: int
    """Clusters, the independent pieces of evidence."""
    adopting_clusters: int
    """Clusters with a unit that adopted."""
    comparing_clusters: int
    """Clusters with a unit that served as a comparison."""
    degrees_of_freedom: int
    """Of Student's t behind the intervals: clusters less one."""
    staggered: bool
    """Whether units adopted in different periods."""
    negative_weights: float | None
    """For the two-way regression: the share of adopters' periods that count in it with the wrong sign."""
    pre_trend: PreTrend | None
    """The test of the trend before adoption, where one can be made."""
    pre_trend_missing: str
    """Why there is no such test; empty where there is one."""
    since_adoption: tuple[SinceAdoption, ...]
    """Effects by periods since adoption; the base period is left out, being zero by definition."""
    group_times: tuple[GroupTime, ...]
    """All effects by period of adoption and period seen."""
    not_comparable: int
    """How many pairs of adoption period and period seen have no unit left to compare with."""
