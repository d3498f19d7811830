"""A dated index of prices by financial year, and how prices rose from one year to the next."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Figures, Refused

Year = Annotated[str, Field(pattern=r"^\d{4}/\d{2}$")]


class Answer(StrEnum):
    """Yes or no, as a table writes it."""

    YES = "yes"
    NO = "no"


class YearIndex(Figures):
    """The index of one financial year."""

    year: Year
    """The financial year: `2024/25`."""
    index: Annotated[Decimal, Field(gt=0)]
    """The price index of that year."""
    forecast: Answer
    """Whether it is a forecast."""


class Deflators(DatedRules):
    """A price index by financial year, as it was published on one day."""

    index: str
    """What the index is."""
    base_year: Year
    """The year in which it is 100."""
    years: tuple[YearIndex, ...] = Field(min_length=2)
    """The years, each the one after the year before it."""

    @field_validator("years")
    @classmethod
    def _follow_one_another(cls, years: tuple[YearIndex, ...]) -> tuple[YearIndex, ...]:
        for before, after in pairwise(years):
            if after.year != _year_from(int(before.year[:4]) + 1):
                raise ValueError(f"{after.year} does not follow {before.year}")
        return years

    def rise(self, year: str) -> tuple[Decimal, bool]:
        """Return prices in a year for each pound the year before, and whether that rests on a forecast."""
        for before, after in pairwise(self.years):
            if after.year == year:
                return after.index / before.index, Answer.YES in (before.forecast, after.forecast)
        raise Refused(
            f"the {self.index} is not given for both {year} and the year before",
            where=self.title,
            mend=f"It is given from {self.years[0].year} to {self.years[-1].year}",
        )


def financial_year(day: date) -> str:
    """Return the financial year that a day lies in, 1 April being its first."""
    return _year_from(day.year if day >= date(day.year, 4, 1) else day.year - 1)


def year_before(year: str) -> str:
    """Return the financial year before."""
    return _year_from(int(year[:4]) - 1)


def _year_from(first: int) -> str:
    return f"{first}/{(first + 1) % 100:02d}"
