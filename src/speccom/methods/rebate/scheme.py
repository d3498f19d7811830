"""The medicines scheme in force: its payment percentages by period, and the top-up on older medicines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import ConfigDict, Field, field_validator

from speccom.methods.dated_rules import DatedRules
from speccom.methods.method import Figures, Refused
from speccom.methods.rounding import rounded
from speccom.methods.words import spoken

Percent = Annotated[Decimal, Field(ge=0, le=100)]


class Age(StrEnum):
    """Which medicines a percentage is for."""

    NEWER = "newer"
    OLDER = "older"
    ALL = "all"


class Rate(Figures):
    """What companies pay on the sales of a period."""

    model_config = ConfigDict(populate_by_name=True)

    age: Age
    """Which medicines it is for."""
    first: date = Field(alias="from")
    """Its first day."""
    last: date = Field(alias="to")
    """Its last day."""
    percent: Percent
    """The payment, in per cent of sales; for older medicines the basic one."""
    investment_percent: Percent
    """The part of it that goes to the investment programme, in per cent of sales."""


class Growth(Figures):
    """By how much the scheme lets sales grow."""

    year: Annotated[str, Field(pattern=r"^\d{4}$")]
    """The calendar year."""
    percent: Decimal
    """The growth that is allowed, in per cent."""


class TopUp(Figures):
    """One step of the top-up on older medicines."""

    price_fall_percent: Percent
    """The price fall from which it applies, in whole per cent."""
    percent: Percent
    """The top-up, in per cent of sales."""


class RebateRules(DatedRules):
    """One medicines scheme."""

    scheme: str
    """Its short name."""
    department: str
    """Whom the payments go to."""
    rates: tuple[Rate, ...] = Field(min_length=1)
    """The payment percentages."""
    growth: tuple[Growth, ...]
    """The growth that is allowed, by year."""
    top_up: tuple[TopUp, ...] = ()
    """The top-up on older medicines, by price fall; none in a scheme that has no such thing."""
    older_after_years: Annotated[int, Field(gt=0)] | None = None
    """After how many years since its substance was first authorised a medicine is older."""
    reimbursement_discount_percent: Percent = Decimal(0)
    """By how much a reimbursement price is lowered to be a reference price, in per cent."""
    managed_access_longest_years: Annotated[int, Field(gt=0)]
    """The longest managed access agreement, in years."""

    @field_validator("top_up")
    @classmethod
    def _ascending(cls, steps: tuple[TopUp, ...]) -> tuple[TopUp, ...]:
        falls = [step.price_fall_percent for step in steps]
        if falls and (falls[0] != 0 or any(low >= high for low, high in pairwise(falls))):
            raise ValueError("the steps of the top-up do not ascend from a price fall of nothing")
        return steps

    @property
    def tells_ages_apart(self) -> bool:
        """Whether newer and older medicines pay differently."""
        return any(rate.age is not Age.ALL for rate in self.rates)

    def rate(self, age: Age, first: date, last: date, where: str) -> Rate:
        """Return the rate of a period. Raises Refused where none, or more than one, holds throughout it."""
        of_age = [rate for rate in self.rates if rate.age is age]
        for rate in of_age:
            if rate.first <= first and last <= rate.last:
                return rate
        changes = [rate.first for rate in of_age if first < rate.first <= last]
        if changes:
            raise Refused(
                f"the payment percentage changes on {spoken(changes[0])}, within the period given",
                where=where,
                mend="Give the sales before and after that day apart",
            )
        raise Refused(
            f"{self.title} has no payment percentage for {age} medicines from {spoken(first)} "
            f"to {spoken(last)}",
            where=where,
            mend="Use the rules in which it is published; none is guessed",
        )

    def top_up_for(self, fall: int) -> Decimal:
        """Return the top-up for a price fall in whole per cent."""
        reached = [step.percent for step in self.top_up if step.price_fall_percent <= fall]
        return reached[-1] if reached else Decimal(0)


def price_fall(price: Decimal, reference: Decimal) -> int:
    """Return by how many whole per cent a price lies below its reference; a rise is no fall."""
    fall = rounded(100 * (reference - price) / reference, 0)
    return max(int(fall), 0)
