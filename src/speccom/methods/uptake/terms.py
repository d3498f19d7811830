"""What the measurement of uptake takes and gives."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from speccom.methods.method import Figures

PER = 100_000


class Quarter(Figures):
    """What was used in one quarter."""

    start: date
    """The first day of the quarter."""
    volume: float = Field(ge=0, le=1e15)
    """What was used, in the unit named: defined daily doses, milligrams, vials, procedures, patients."""
    population: float = Field(ge=1, le=1e15)
    """The people served."""


class ExpectedUse(Figures):
    """What use was to be expected in the latest four quarters, were the technology used as estimated."""

    eligible_patients: float = Field(ge=1, le=1e15)
    """Patients who could have had it in the year."""
    share: float = Field(default=1.0, ge=1e-6, le=1)
    """The share of them expected to have it: 1 for all."""
    dose_a_day: float = Field(ge=1e-9, le=1e9)
    """The average dose a day, in the unit of the volumes."""
    days: float = Field(ge=1e-3, le=1e5)
    """The average days of treatment in the year."""
    source: str = Field(min_length=1)
    """Where the estimate comes from; it is named with the result."""


class Reach(Figures):
    """How many of the patients who could have it have had it."""

    treated: int = Field(ge=0, le=10**15)
    """Patients who have had it."""
    eligible: float = Field(ge=1, le=1e15)
    """Patients who could have it, over the same time; as a rule an estimate."""


class Site(Figures):
    """A site that is meant to use it."""

    name: str = Field(min_length=1)
    """Its name or code."""
    first_used: date | None = None
    """The day it was first used there; left out where it has not been."""


class Rollout(Figures):
    """The sites that are meant to use it, and since when."""

    decided: date
    """The day of the decision, or of the guidance, that made it available."""
    as_at: date
    """The last day on which first use would be known."""
    sites: tuple[Site, ...] = Field(min_length=1)
    """All sites that are meant to use it, and no others."""


class Fifth(Figures):
    """Use among the people of one deprivation fifth."""

    fifth: int = Field(ge=1, le=5)
    """The fifth: 1 is the most deprived, 5 the least."""
    people: int = Field(ge=0, le=10**15)
    """People who have had it; people, not doses, or the interval is too narrow."""
    population: float = Field(ge=1, le=1e15)
    """The people who live there, or who could have it: those that the rate is of."""


class UptakeInput(Figures):
    """Use by quarter, and what else is known of its reach and spread."""

    technology: str = Field(default="the technology", min_length=1)
    """Its name, as the explanation shall say it."""
    unit: str = Field(default="units", min_length=1)
    """The unit of the volumes, in the plural."""
    quarters: tuple[Quarter, ...]
    """Use by quarter, in order and without gaps; at least four."""
    expected: ExpectedUse | None = None
    """The use that was to be expected, where it was estimated."""
    reach: Reach | None = None
    """Patients treated of those eligible, where they are counted."""
    rollout: Rollout | None = None
    """The sites that are meant to use it, where they are known."""
    fifths: tuple[Fifth, ...] = ()
    """Use by deprivation fifth, all five, where it is known."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """The level of the intervals of the slope index, as a share: 0.95 for 95%."""


class QuarterUptake(Figures):
    """One quarter, and the year that ends with it."""

    start: date
    """The first day of the quarter."""
    volume: float
    """What was used in it."""
    rate: float
    """That per 100,000 people."""
    year_volume: float | None
    """What was used in this quarter and the three before it."""
    year_rate: float | None
    """That per 100,000 of the mean population of the four quarters."""
    change: float | None
    """The year's volume over that of the four quarters before them, less 1; nothing where those were not
    given or were zero."""


class Expectation(Figures):
    """Use against what was to be expected."""

    observed: float
    """What was used in the latest four quarters."""
    expected: float
    """Eligible patients x share x dose a day x days."""
    ratio: float
    """Observed over expected."""
    source: str
    """Where the estimate of the expected use comes from."""


class Spread(Figures):
    """How far and how fast it came into use among sites. Days count from the decision; below zero is before
    it."""

    sites: int
    """Sites meant to use it."""
    adopting: int
    """Sites that have used it."""
    share: float
    """Those over all."""
    before_decision: int
    """Sites that used it before the decision, as in a pilot."""
    as_at: date
    """The last day on which first use would be known."""
    days_observed: int
    """Days from the decision to that day."""
    days_to_first: int | None
    """Days to the first use anywhere; nothing where there was none."""
    days_to_quarter: int | None
    """Days until a quarter of sites had used it; nothing where they have not yet."""
    days_to_half: int | None
    """Days until half of sites had used it; nothing where they have not yet."""
    days_to_three_quarters: int | None
    """Days until three quarters of sites had used it; nothing where they have not yet."""


class FifthRate(Figures):
    """The rate of one fifth."""

    fifth: int
    """The fifth: 1 is the most deprived."""
    rate: float
    """People who have had it per 100,000."""
    rank: float
    """The middle of the fifth in the population ordered from most to least deprived: 0.1 for the first of
    five alike."""


class Inequality(Figures):
    """The gap in use across deprivation; above zero where the least deprived have more."""

    slope_index: float
    """The rate at the least deprived end less that at the most deprived, per 100,000, on a straight line
    through all."""
    low: float
    """The lower end of its interval."""
    high: float
    """The upper end of its interval."""
    most_deprived: float
    """The rate that the line gives at the most deprived end, per 100,000."""
    least_deprived: float
    """The rate that the line gives at the least deprived end, per 100,000."""
    relative_index: float | None
    """The rate at the least deprived end over that at the most; nothing unless both are clear of zero."""
    relative_low: float | None
    """The lower end of its interval."""
    relative_high: float | None
    """The upper end of its interval."""
    fewest: int
    """The fewest people counted in any fifth: below ten, the interval is rough."""
    fifths: tuple[FifthRate, ...]
    """The rate of each fifth."""


class UptakeResult(Figures):
    """How much it is used, against what was to be expected, by how many, where and by whom."""

    technology: str
    """Its name."""
    unit: str
    """The unit of the volumes."""
    confidence: float
    """The level of the intervals of the slope index, as a share."""
    quarters: tuple[QuarterUptake, ...]
    """Each quarter, and the year that ends with it."""
    expectation: Expectation | None
    """Use against what was to be expected, where that was estimated."""
    reach: float | None
    """Patients treated over those eligible, where they are counted."""
    spread: Spread | None
    """The spread among sites, where they are known."""
    inequality: Inequality | None
    """The gap across deprivation fifths, where it is known."""
