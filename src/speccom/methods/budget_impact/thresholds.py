"""Dated thresholds, and what a budget impact is when it is held against them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Figures, Pence


class Measure(StrEnum):
    """Which figure a test looks at, over the first so many years."""

    HIGHEST_YEAR = "highest_year"
    TOTAL = "total"
    SAVING = "saving"


class Comparison(StrEnum):
    """How the figure must stand to the limit."""

    AT_MOST = "at_most"
    OVER = "over"


class Threshold(Figures):
    """One test of a budget impact."""

    id: str = Field(min_length=1)
    """Its name."""
    title: str = Field(min_length=1)
    """What it asks, in words."""
    measure: Measure
    """The impact of the highest year, the total of the years, or the saving (less than nothing spent)."""
    years: int = Field(ge=1, le=10)
    """How many years it looks at, from the first."""
    comparison: Comparison
    """Whether the figure must be at most the limit, or over it."""
    limit_pence: Pence
    """The limit in whole pence."""
    where_met: str
    """What follows where it is met."""
    where_not_met: str
    """What follows where it is not."""


class CostPerUnit(Figures):
    """The range within which one more unit of an outcome has usually been thought worth its cost."""

    unit: str = Field(min_length=1)
    """The outcome that is counted."""
    lower_pence: Pence = Field(ge=0)
    """Below this, usually worth it."""
    upper_pence: Pence = Field(ge=0)
    """Above this, usually not."""


class ThresholdRules(DatedRules):
    """The thresholds that hold between two days."""

    tests: tuple[Threshold, ...] = Field(min_length=1)
    """The tests of the budget impact."""
    cost_per_unit: tuple[CostPerUnit, ...] = ()
    """The ranges for the cost of one more unit of outcome."""


class TestResult(Figures):
    """One test and how it came out."""

    __test__ = False  # it is a result, and pytest would take it for a test of the code

    id: str
    """The test's name."""
    title: str
    """What it asks."""
    figure: Pence | None
    """The figure it looks at, in whole pence; nothing where the budget covers too few years."""
    limit_pence: Pence
    """The limit in whole pence."""
    met: bool | None
    """Whether it is met; nothing where it cannot be judged."""
    follows: str
    """What follows, in words."""
    mark: str
    """Empty where the limit was read in a source; otherwise what is not settled about it."""


def judged(rules: ThresholdRules, impact: Sequence[int]) -> tuple[TestResult, ...]:
    """Return each test with its answer for an impact by year, in pence."""
    return tuple(_judged(rules, test, impact) for test in rules.tests)


def _judged(rules: ThresholdRules, test: Threshold, impact: Sequence[int]) -> TestResult:
    answer = figure(test, impact)
    met = None if answer is None else meets(test, answer)
    if met is None:
        follows = f"It cannot be judged: it looks at {test.years} years, and the budget covers {len(impact)}"
    else:
        follows = test.where_met if met else test.where_not_met
    return TestResult(
        id=test.id,
        title=test.title,
        figure=answer,
        limit_pence=test.limit_pence,
        met=met,
        follows=follows,
        mark=rules.marks.get(test.id, ""),
    )


def figure(test: Threshold, impact: Sequence[int]) -> int | None:
    """Return what a test looks at; None where the impact does not cover its years."""
    years = impact[: test.years]
    if len(years) < test.years:
        return None
    if test.measure is Measure.HIGHEST_YEAR:
        return max(years)
    return sum(years) if test.measure is Measure.TOTAL else -sum(years)


def meets(test: Threshold, answer: int) -> bool:
    """Whether a figure meets its test: at the limit, "at most" is met and "over" is not."""
    if test.comparison is Comparison.AT_MOST:
        return answer <= test.limit_pence
    return answer > test.limit_pence


class Worth(StrEnum):
    """Where a cost per unit of outcome lies."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


def worth(range_of_cost: CostPerUnit, pence: Decimal | int) -> Worth:
    """Return where a cost per unit lies; both ends belong to the range."""
    if pence < range_of_cost.lower_pence:
        return Worth.BELOW
    return Worth.WITHIN if pence <= range_of_cost.upper_pence else Worth.ABOVE
