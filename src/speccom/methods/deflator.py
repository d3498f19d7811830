"""A dated index of prices by financial year, and how prices rose from one year to the next."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Figures, Refused
from speccom.methods.periods import year_label

Year = Annotated[str, Field(pattern=r"^\d{4}/\d{2}$")]


class YearIndex(Figures):
    """The index of one financial year."""

    year: Year
    """The financial year: `2024/25`."""
    index: Annotated[Decimal, Field(gt=0)]
    """The price index of that year."""
    forecast: Literal["yes", "no"] = "no"
    """Whether it is a forecast."""


class Deflator(DatedRules):
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
            if after.year != year_label(int(before.year[:4]) + 1):
                raise ValueError(f"{after.year} does not follow {before.year}")
        return years

    def rise(self, begins: int) -> tuple[Fraction, bool]:
        """Return prices in a financial year for each pound the year before, and whether that is a forecast.

        Raises Refused where either year has no index.
        """
        year = year_label(begins)
        for before, after in pairwise(self.years):
            if after.year == year:
                rise = Fraction(after.index) / Fraction(before.index)
                return rise, "yes" in (before.forecast, after.forecast)
        raise Refused(
            f"the {self.index} is not given for both {year} and the year before",
            where=self.title,
            mend=f"It is given from {self.years[0].year} to {self.years[-1].year}; none is guessed",
        )
