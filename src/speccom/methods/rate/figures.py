"""What rates are made from, and what they come to."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from speccom.methods.method import Figures
from speccom.methods.rate.comparison import Label

LARGEST = 1e12


class Kind(StrEnum):
    """What is calculated."""

    CRUDE_RATE = "crude_rate"
    PROPORTION = "proportion"
    DIRECT = "directly_standardised_rate"
    INDIRECT_RATIO = "indirectly_standardised_ratio"
    INDIRECT_RATE = "indirectly_standardised_rate"


class Formula(StrEnum):
    """How an interval was found."""

    EXACT = "exact"
    BYAR = "Byar"
    WILSON = "Wilson"
    DOBSON = "Dobson"


class Band(Figures):
    """One age band, or another group of people that a rate is standardised by."""

    name: str = Field(min_length=1)
    """Its name, such as `65 to 69`."""
    count: float | None = Field(default=None, ge=0, le=LARGEST)
    """The events in it. In an indirect standardisation every band may leave them out, if the unit has a
    total."""
    population: float = Field(ge=0, le=LARGEST)
    """The people in it, or the years that they were followed."""


class StandardBand(Figures):
    """One band of the standard."""

    name: str = Field(min_length=1)
    """Its name, as the units' bands have it."""
    count: float | None = Field(default=None, ge=0, le=LARGEST)
    """The events in it; only an indirect standardisation needs them."""
    population: float = Field(ge=0, le=LARGEST)
    """The people in it: a direct standardisation's weight."""


class Unit(Figures):
    """One area, provider or team."""

    name: str = Field(min_length=1)
    """Its name, which no other unit has."""
    count: float | None = Field(default=None, ge=0, le=LARGEST)
    """Its events: for a crude rate or a proportion, or an indirect standardisation whose bands have none."""
    population: float | None = Field(default=None, ge=0, le=LARGEST)
    """Its people, cases or years of follow-up: for a crude rate or a proportion."""
    bands: tuple[Band, ...] = ()
    """Its bands: for a standardisation."""


class RateInput(Figures):
    """Several units, and what to calculate of them."""

    measure: str = "The measure"
    """What is measured, as a sentence would begin: `Transplants`."""
    kind: Kind
    """What to calculate."""
    multiplier: float = Field(ge=1, le=LARGEST)
    """What values are multiplied by: 100000 for a rate per 100,000, 100 for a percentage, 1 for a ratio."""
    confidence: float = Field(default=0.95, ge=0.9, le=0.9999)
    """The confidence of the intervals, such as 0.95 or 0.998."""
    units: tuple[Unit, ...]
    """The units."""
    standard: tuple[StandardBand, ...] = ()
    """The standard population, for a standardisation: its bands, with their events for an indirect one."""


class Bounds(Figures):
    """The values beyond which a unit of this count, or this size for a proportion, is called low or high."""

    far_low: float
    """Below this it is low at 0.001."""
    low: float
    """Below this it is low at 0.025."""
    high: float
    """Above this it is high at 0.025."""
    far_high: float
    """Above this it is high at 0.001."""


class UnitRate(Figures):
    """One unit's rate."""

    name: str
    """Its name."""
    count: float
    """Its events."""
    population: float
    """Its people, cases or years of follow-up."""
    expected: float | None
    """The events it would have at the standard's rates; only for an indirect standardisation."""
    value: float | None
    """The rate, proportion or ratio, times the multiplier; none for a direct standardisation of fewer than 10
    events."""
    lower: float | None
    """The lower limit of its interval."""
    upper: float | None
    """The upper limit of its interval."""
    formula: Formula | None
    """How the interval was found."""
    label: Label | None
    """How it compares with the reference; none where there is no value, or nothing to compare with."""
    bounds: Bounds | None
    """Beyond which values it is called low or high; none without a label, or where less than one event was
    observed."""


class RateResult(Figures):
    """The rates."""

    measure: str
    """What is measured."""
    kind: Kind
    """What was calculated."""
    multiplier: float
    """What values were multiplied by."""
    confidence: float
    """The confidence of the intervals."""
    reference: float | None
    """What units are compared with, times the multiplier: the pooled value of those with a value, or the
    standard's for an indirect standardisation; none for a single unit with no other to compare with."""
    units: tuple[UnitRate, ...]
    """The units, in the order given."""
