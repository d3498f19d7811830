"""What a budget impact is calculated from: people, uptake, persistence, costs and what may differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, TypeVar

from pydantic import Field, model_validator

from speccom.methods.budget_impact.thresholds import ThresholdRules
from speccom.methods.method import Figures, Pence

# Six decimal places, so that each share is a whole number of millionths, and payers' shares of ten-
# thousandths:
# every product then is a whole number, here and in a spreadsheet.
Share = Annotated[Decimal, Field(ge=0, le=1, decimal_places=6)]
PayerShare = Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)]
Factor = Annotated[Decimal, Field(ge=0, le=5, decimal_places=6)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
YearlyPence = Annotated[Pence, Field(ge=0, le=1_000_000_000)]

FIVE_YEARS = 5


class Lever(StrEnum):
    """What a scenario, a range or a draw may multiply by a factor."""

    PREVALENT = "prevalent"
    INCIDENT = "incident"
    GROWTH = "growth"
    ELIGIBLE_SHARE = "eligible_share"
    UPTAKE = "uptake"
    PERSISTENCE = "persistence"
    PROPOSED_COST = "proposed_cost"
    CURRENT_COST = "current_cost"
    DISCOUNT = "discount"
    ONE_OFF_COST = "one_off_cost"


class UptakeTable(Figures):
    """Uptake as a table, year by year."""

    shape: Literal["table"]
    """Always `table`."""
    shares: tuple[Share, ...] = Field(min_length=1, max_length=10)
    """Share of all people eligible so far who have ever started, by the end of each year; the last figure
    holds for later years."""

    @model_validator(mode="after")
    def _never_falls(self) -> UptakeTable:
        for year, (before, after) in enumerate(pairwise(self.shares), start=2):
            if after < before:
                raise ValueError(
                    f"uptake falls in year {year} from {before} to {after}, and it counts everybody who "
                    "has ever "
                    "started; those who stop belong to persistence"
                )
        return self


class UptakeLinear(Figures):
    """Uptake that grows by the same share each year."""

    shape: Literal["linear"]
    """Always `linear`."""
    first: Share
    """Share who have started by the end of year 1."""
    last: Share
    """Share who have started by the end of the year `by_year`, and after."""
    by_year: int = Field(ge=2, le=10)
    """Year in which `last` is reached."""

    @model_validator(mode="after")
    def _never_falls(self) -> UptakeLinear:
        if self.last < self.first:
            raise ValueError(
                f"uptake falls from {self.first} to {self.last}; those who stop belong to persistence"
            )
        return self


class UptakeLogistic(Figures):
    """Uptake along a logistic curve: slow, then fast, then slow."""

    shape: Literal["logistic"]
    """Always `logistic`."""
    ceiling: Share
    """Share who would start in the end."""
    midpoint: Decimal = Field(ge=0, le=20, decimal_places=6)
    """Year in which half of the ceiling is reached."""
    speed: Decimal = Field(gt=0, le=20, decimal_places=6)
    """Steepness per year: the larger, the sooner it is over."""


class UptakeBass(Figures):
    """Uptake along a Bass curve, by its figures: some start of themselves, others because others did."""

    shape: Literal["bass"]
    """Always `bass`."""
    ceiling: Share
    """Share who would start in the end."""
    innovation: Decimal = Field(gt=0, le=1, decimal_places=6)
    """Coefficient p per year: starting uninfluenced."""
    imitation: Decimal = Field(ge=0, le=5, decimal_places=6)
    """Coefficient q per year: starting because others have."""


class PersistenceTable(Figures):
    """Persistence as a table, by year of treatment."""

    shape: Literal["table"]
    """Always `table`."""
    shares: tuple[Share, ...] = Field(min_length=1, max_length=10)
    """Share of starters on treatment in their first, second, ... year; the last figure holds for later
    years."""

    @model_validator(mode="after")
    def _never_rises(self) -> PersistenceTable:
        for year, (before, after) in enumerate(pairwise(self.shares), start=2):
            if after > before:
                raise ValueError(
                    f"persistence rises in treatment year {year} from {before} to {after}; "
                    "somebody who starts again is a new starter"
                )
        return self


class PersistenceYearly(Figures):
    """Persistence by one share kept from each year of treatment to the next."""

    shape: Literal["yearly"]
    """Always `yearly`."""
    kept: Share
    """Share of those on treatment who are still on it a year later; all starters are on it in their first
    year."""


Uptake = Annotated[UptakeTable | UptakeLinear | UptakeLogistic | UptakeBass, Field(discriminator="shape")]
Persistence = Annotated[PersistenceTable | PersistenceYearly, Field(discriminator="shape")]


class Step(Figures):
    """One step from having the condition to being able to start."""

    name: Name
    """What it is, such as "diagnosed" or "fit for surgery"."""
    share: Share
    """Share of those before it who pass it."""


class Pathway(StrEnum):
    """Which care a cost belongs to."""

    CURRENT = "current"
    PROPOSED = "proposed"


class PathwayCost(Figures):
    """One cost of a patient's care, by year of treatment."""

    name: Name
    """What it pays for."""
    pathway: Pathway
    """Whether it is a cost of current care or of the proposed treatment."""
    pence: tuple[YearlyPence, ...] = Field(min_length=1, max_length=10)
    """Cost per patient at list price in their first, second, ... year of treatment, in whole pence; the
    last figure holds for later years."""
    discount: Share = Decimal(0)
    """Share taken off the list price to give the net price; it may be confidential."""
    payers: dict[Name, PayerShare]
    """Share that each payer bears; the shares come to 1."""


class OneOffCost(Figures):
    """A cost that comes once, whatever the number of patients."""

    name: Name
    """What it pays for."""
    year: int = Field(ge=1, le=10)
    """Year in which it falls."""
    pence: Pence = Field(ge=0, le=100_000_000_000)
    """Cost in whole pence."""
    payers: dict[Name, PayerShare]
    """Share that each payer bears; the shares come to 1."""


OutcomeFigure = Annotated[Decimal, Field(ge=-1000, le=1000, decimal_places=6)]


class Outcome(Figures):
    """What a patient gains from either kind of care, by year of treatment."""

    unit: Name
    """What is counted, such as "QALY"."""
    current: tuple[OutcomeFigure, ...] = Field(min_length=1, max_length=10)
    """Outcome per patient under current care in each year; the last figure holds for later years."""
    proposed: tuple[OutcomeFigure, ...] = Field(min_length=1, max_length=10)
    """Outcome per patient on the proposed treatment in each year; the last figure holds for later years."""


class PriceBasis(StrEnum):
    """Which price the figures are at."""

    LIST = "list"
    NET = "net"


class Spread(StrEnum):
    """How a factor is spread between its low and its high value when it is drawn."""

    TRIANGULAR = "triangular"
    UNIFORM = "uniform"
    LOGNORMAL = "lognormal"


class Range(Figures):
    """How far one lever may lie from what was put in."""

    lever: Lever
    """Which."""
    low: Factor
    """Its low factor: 0.9 is 10% less than what was put in."""
    high: Factor
    """Its high factor."""
    spread: Spread = Spread.TRIANGULAR
    """Triangular (peak at 1), uniform, or lognormal with 95% of its draws between low and high."""

    @model_validator(mode="after")
    def _in_order(self) -> Range:
        if not self.low < self.high:
            raise ValueError(
                f"the range of {self.lever} goes from {self.low} to {self.high}; give the lower first"
            )
        if self.spread is Spread.TRIANGULAR and not self.low <= 1 <= self.high:
            raise ValueError(
                f"the range of {self.lever} ({self.low} to {self.high}) does not hold 1, the peak of a "
                "triangular spread"
            )
        if self.spread is Spread.LOGNORMAL and self.low == 0:
            raise ValueError(f"the range of {self.lever} begins at 0, which a lognormal spread never reaches")
        return self


class Simulation(Figures):
    """A probabilistic analysis: all ranges drawn at once, many times."""

    draws: int = Field(ge=100, le=100_000)
    """How many times."""
    seed: int = Field(ge=0, le=2**63 - 1)
    """Start of the sequence of draws: the same seed gives the same draws."""


class BudgetImpactInput(Figures):
    """A treatment's costs to its payers, beside those of current care, over some years."""

    on: date
    """The day whose thresholds are wanted."""
    rules: ThresholdRules
    """The dated thresholds; they are found by `on`."""
    title: Name
    """The treatment, in words."""
    years: int = Field(default=5, ge=1, le=10)
    """How many years the budget is looked at."""
    payers: tuple[Name, ...] = Field(min_length=1, max_length=8)
    """Who pays, in the order in which costs are split between them."""
    perspective: tuple[Name, ...] = ()
    """The payers whose money the headline figures and tests count; all of them where left out."""
    price: PriceBasis = PriceBasis.NET
    """Whether costs are at list price or net of their discounts."""
    prevalent: int = Field(ge=0, le=100_000_000)
    """People who have the condition when year 1 begins."""
    incident: Decimal = Field(ge=0, le=100_000, decimal_places=2)
    """People who newly get it in year 1."""
    growth: Decimal = Field(default=Decimal(0), ge=Decimal("-0.2"), le=Decimal("0.2"), decimal_places=6)
    """Growth of the newly ill from year to year: 0.01 is 1%."""
    steps: tuple[Step, ...] = Field(default=(), max_length=10)
    """The steps from having the condition to being eligible, in order."""
    uptake: Uptake
    """Who of the eligible has ever started, year by year."""
    persistence: Persistence
    """Who of the starters is still on treatment, by year of treatment."""
    costs: tuple[PathwayCost, ...] = Field(max_length=40)
    """The costs of both kinds of care."""
    one_off: tuple[OneOffCost, ...] = Field(default=(), max_length=20)
    """The costs that come once."""
    outcome: Outcome | None = None
    """What patients gain, for the cost of one more unit of it."""
    time_discount: Share = Decimal(0)
    """Rate by which later years count less, in the cost per patient and the outcomes; never in the budget."""
    low: dict[Lever, Factor] = Field(default_factory=dict)
    """The low scenario: levers with their factors; the others stay as put in."""
    high: dict[Lever, Factor] = Field(default_factory=dict)
    """The high scenario."""
    ranges: tuple[Range, ...] = ()
    """How far each lever may lie from what was put in: for the tornado and the draws."""
    simulation: Simulation | None = None
    """The probabilistic analysis, where one is wanted."""

    @property
    def counted_payers(self) -> tuple[str, ...]:
        """The payers whose money the headline figures count."""
        return self.perspective or self.payers

    @property
    def treatment_years(self) -> int:
        """How many years of treatment are followed: those of the budget, and five at least."""
        return max(self.years, FIVE_YEARS)


Value = TypeVar("Value")


def held(figures: Sequence[Value], years: int) -> list[Value]:
    """Return one figure a year: the last that was given holds for all later years."""
    return [figures[min(year, len(figures) - 1)] for year in range(years)]
