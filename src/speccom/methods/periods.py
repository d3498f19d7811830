"""Periods: the financial year of a day, and dated points at even distances with what breaks them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise

from speccom.methods.method import Refused
from speccom.methods.words import spoken


class Interval(StrEnum):
    """How far one period is from the next."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def a_year(self) -> float:
        """How many of them a year has."""
        return {"week": 365.25 / 7, "month": 12.0, "quarter": 4.0, "year": 1.0}[self.value]

    def between(self, earlier: date, later: date) -> float:
        """Return how many of them lie between two days: by days for weeks, else by calendar months."""
        if self is Interval.WEEK:
            return (later - earlier).days / 7
        months = 12 * (later.year - earlier.year) + later.month - earlier.month
        return months / {"month": 1, "quarter": 3, "year": 12}[self.value]


def check_even(days: Sequence[date], interval: Interval) -> None:
    """Raise Refused where days are repeated, out of order, or not exactly one interval apart."""
    for earlier, later in pairwise(days):
        if later == earlier:
            raise Refused(f"{spoken(later)} stands there twice", mend="Give each period once")
        if later < earlier:
            raise Refused(
                f"{spoken(later)} comes after {spoken(earlier)} in the list",
                mend="Put the periods in order of date",
            )
    for earlier, later in pairwise(days):
        if interval.between(earlier, later) != 1:
            raise Refused(
                f"from {spoken(earlier)} to {spoken(later)} is not one {interval.value}",
                mend=(
                    f"Give one point for every {interval.value}, without gaps; a period that is not known "
                    "cannot be left out"
                ),
            )


def financial_year(day: date) -> int:
    """Return the calendar year in which the financial year of a day begins, on 1 April."""
    return day.year if day.month >= 4 else day.year - 1


def year_label(begins: int) -> str:
    """Return a financial year as it is written: `2024/25`."""
    return f"{begins}/{(begins + 1) % 100:02d}"
