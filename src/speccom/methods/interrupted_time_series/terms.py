"""What an interrupted time series takes and gives."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from speccom.methods.method import Figures
from speccom.methods.periods import Interval


class Distribution(StrEnum):
    """How the values scatter about their mean: counts as Poisson or quasi-Poisson, measurements as
    Gaussian."""

    POISSON = "poisson"
    QUASI_POISSON = "quasi_poisson"
    GAUSSIAN = "gaussian"


class Change(StrEnum):
    """What the intervention is expected to change: the level at once, the trend from then on, or both."""

    STEP = "step"
    SLOPE = "slope"
    STEP_AND_SLOPE = "step_and_slope"


class Errors(StrEnum):
    """How standard errors are made: by the model, or by Newey and West, who allow for autocorrelation."""

    MODEL = "model"
    NEWEY_WEST = "newey_west"


class Point(Figures):
    """One period."""

    period: date
    """The first day of the period."""
    value: float = Field(ge=-1e15, le=1e15)
    """What was counted or measured in it: events, or a mean such as days waited."""
    denominator: float | None = Field(default=None, ge=1e-6, le=1e15)
    """The people, or the person-time, among whom events were counted; give it for all periods or for none."""


class InterruptedTimeSeriesInput(Figures):
    """A series before and after a change, and the model that was settled beforehand."""

    outcome: str = Field(default="events", min_length=1)
    """What the values count or measure, in the plural, as the explanation shall say it."""
    interval: Interval = Interval.MONTH
    """What the periods are, each following the one before."""
    points: tuple[Point, ...]
    """The periods in order, without gaps; at least eight before the change and eight after it."""
    first_after: date
    """The first period that counts as after the change; it must be one of the periods given."""
    distribution: Distribution = Distribution.QUASI_POISSON
    """How values scatter about their mean."""
    change: Change = Change.STEP
    """What the intervention is expected to change; settle it before looking at the data."""
    harmonics: int = Field(default=0, ge=0, le=6)
    """Pairs of yearly waves that describe the seasons: 0 for none, 2 as a rule for monthly data."""
    errors: Errors = Errors.MODEL
    """How standard errors are made."""
    lags: int | None = Field(default=None, ge=1)
    """For Newey-West errors, how many periods apart residuals may be correlated; where it is left out,
    4 (n/100)^(2/9), rounded down."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """The level of the intervals, as a share: 0.95 for 95%."""
    per: float = Field(default=100_000, ge=1e-6, le=1e15)
    """Rates are shown for so many of the denominator."""


class Estimate(Figures):
    """A figure with its interval."""

    estimate: float
    """The estimate."""
    low: float
    """The lower end of its interval."""
    high: float
    """The upper end of its interval."""


class Coefficient(Figures):
    """One term of the regression, on the scale of the model: logarithms for counts, the value's own unit
    otherwise."""

    term: str
    """What the term stands for."""
    estimate: float
    """Its estimate."""
    standard_error: float
    """Its standard error."""
    low: float
    """The lower end of its interval."""
    high: float
    """The upper end of its interval."""


class Period(Figures):
    """One period, observed and expected."""

    period: date
    """The first day of the period."""
    after: bool
    """Whether it lies after the change."""
    observed: float
    """The value observed."""
    denominator: float | None
    """The denominator, where there is one."""
    fitted: float
    """The value that the model fits."""
    counterfactual: Estimate | None
    """The value expected had there been no change, with its interval; only after the change."""


class InterruptedTimeSeriesResult(Figures):
    """The effect of the change, and how far the model can be trusted."""

    outcome: str
    """What the values count or measure."""
    interval: Interval
    """What the periods are, each following the one before."""
    distribution: Distribution
    """How values were taken to scatter."""
    change: Change
    """What the intervention was expected to change."""
    errors: Errors
    """How standard errors were made."""
    confidence: float
    """The level of the intervals, as a share."""
    per: float
    """Rates are shown for so many of the denominator."""
    points_before: int
    """Periods before the change."""
    points_after: int
    """Periods after the change."""
    ratio: Estimate | None
    """The total after the change over what it would have been without (a rate ratio): 0.9 is one tenth
    less. Nothing where measurements expected without the change are not above zero."""
    difference: Estimate
    """The total after the change less what it would have been without, in the values' own unit."""
    counterfactual_total: Estimate
    """The total expected after the change had there been none."""
    observed_total: float
    """The total observed after the change."""
    step: Estimate | None
    """The change of level at once: a ratio for counts, a difference for measurements; only where it was
    modelled."""
    slope_change: Estimate | None
    """The change of trend a period: a ratio for counts, a difference for measurements; only where
    modelled."""
    trend_a_year: Estimate
    """The trend before the change, a year: a ratio for counts, a difference for measurements."""
    dispersion: float
    """Pearson's statistic over its degrees of freedom: about 1 for Poisson counts; the residual variance
    for measurements."""
    deviance: float
    """The deviance of the model."""
    degrees_of_freedom: int
    """Points less terms."""
    residual_lag_1: float | None
    """The correlation of each deviance residual with the next; nothing where the model fits without any
    residual."""
    ljung_box_p: float | None
    """Ljung and Box's test that residuals are free of autocorrelation, up to `ljung_box_lags`: its
    p-value."""
    ljung_box_lags: int
    """How many lags that test looks at."""
    lags: int | None
    """How many lags Newey-West errors allowed for, where they were asked for."""
    coefficients: tuple[Coefficient, ...]
    """All terms of the regression."""
    periods: tuple[Period, ...]
    """All periods, observed and expected."""
