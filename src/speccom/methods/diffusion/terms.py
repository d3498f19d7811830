"""What a diffusion curve takes and gives."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from speccom.methods.method import Figures
from speccom.methods.periods import Interval


class Curve(StrEnum):
    """The shape: Bass, with those who adopt by themselves and those who follow others, or logistic."""

    BASS = "bass"
    LOGISTIC = "logistic"


class Period(Figures):
    """One period."""

    period: date
    """The first day of the period."""
    adopters: float = Field(ge=0, le=1e12)
    """Those who adopted in it for the first time: patients, sites or prescribers. Not all who use it then."""


class DiffusionInput(Figures):
    """New adopters by period, from the launch on, and what is known of how many there can be."""

    what: str = Field(default="adopters", min_length=1)
    """Who adopts, in the plural, as the explanation shall say it."""
    interval: Interval = Interval.YEAR
    """What the periods are, each following the one before."""
    periods: tuple[Period, ...]
    """New adopters by period from the launch on, in order and without gaps; at least five."""
    curve: Curve = Curve.BASS
    """The shape that is fitted."""
    market: float | None = Field(default=None, gt=0, le=1e12)
    """All who will ever adopt, where that is settled beforehand: it is then not estimated, and the peak
    need not have passed."""
    eligible: float | None = Field(default=None, gt=0, le=1e12)
    """All who could adopt: the market that is estimated stays below it."""
    ahead: int = Field(default=0, ge=0, le=200)
    """How many periods after the last to draw the curve on."""
    draws: int = Field(default=200, ge=100, le=5000)
    """How many times the bootstrap fits the curve again."""
    seed: int = Field(default=1, ge=0)
    """The seed of the bootstrap: the same seed gives the same intervals."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """The level of the intervals, as a share: 0.95 for 95%."""


class Estimate(Figures):
    """A figure with its bootstrap interval."""

    estimate: float
    """The estimate."""
    low: float
    """The lower end of its interval."""
    high: float
    """The upper end of its interval."""


class Drawn(Figures):
    """One period of the curve."""

    number: int
    """The period's number, 1 for the first."""
    observed: float | None
    """New adopters observed; nothing after the last period given."""
    fitted: float
    """New adopters on the curve."""
    observed_so_far: float | None
    """All adopters observed up to and with it."""
    fitted_so_far: Estimate
    """All adopters on the curve up to and with it, with their interval."""


class DiffusionResult(Figures):
    """The curve, when it peaks and where it ends, and how well it describes and foretells."""

    what: str
    """Who adopts."""
    interval: Interval
    """What the periods are."""
    curve: Curve
    """The shape that was fitted."""
    first_period: date
    """The first period."""
    observed_periods: int
    """How many periods were given."""
    confidence: float
    """The level of the intervals, as a share."""
    market: Estimate
    """All who will ever adopt."""
    market_fixed: bool
    """Whether the market was settled beforehand."""
    at_bounds: tuple[str, ...]
    """The figures of the curve that lie at the edge of what is allowed, so that the data do not settle
    them."""
    innovation: Estimate | None
    """Bass's p: the share of those left who adopt a period by themselves."""
    imitation: Estimate | None
    """Bass's q: how much more adopt a period because others have."""
    growth: Estimate | None
    """The logistic rate of growth a period."""
    peak: Estimate | None
    """When most adopt, in periods from the launch; nothing where the curve falls from its start."""
    peak_rate: float | None
    """New adopters a period at the peak."""
    so_far: float
    """All adopters observed."""
    share_so_far: float
    """Those over the market."""
    half: float
    """When half of the market has adopted, in periods from the launch."""
    fit_so_far: float | None
    """The share of variation in all adopters so far that the curve describes (R²); high for almost any
    S-shape."""
    fit_new: float | None
    """The share of variation in new adopters that it describes: the sterner test; nothing where they never
    vary."""
    ahead_error: float | None
    """The mean absolute error when each of the later periods is foretold from those before it, as a share
    of their mean; nothing where too few earlier periods let the curve be fitted."""
    ahead_count: int
    """How many periods were foretold so."""
    failed_draws: int
    """How many of the bootstrap's fits did not settle; they are left out of the intervals."""
    periods: tuple[Drawn, ...]
    """The curve by period, observed and after."""
