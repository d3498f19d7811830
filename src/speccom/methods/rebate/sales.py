"""Sales of medicines in a period, and what is paid on them to the scheme."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from speccom.methods.method import Figures, Pence, Refused
from speccom.methods.rebate.managed_access import years_after
from speccom.methods.rebate.scheme import Age, RebateRules, price_fall
from speccom.methods.rounding import to_the_penny
from speccom.methods.words import spoken

Price = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=4)]


class Sales(Figures):
    """A company's sales in a period: all its newer medicines together, or one older medicine."""

    company: str = Field(min_length=1)
    """The company."""
    medicine: str = ""
    """The medicine, where the sales are of one; the top-up on an older one needs it."""
    first: date
    """The first day of the period."""
    last: date
    """Its last day."""
    pence: Annotated[Pence, Field(ge=0)]
    """Sales that the scheme measures, in whole pence."""
    age: Age | None = None
    """Whether newer or older; left out where the next says so, or the scheme makes no difference."""
    first_authorised: date | None = None
    """When the medicine's substance was first authorised."""
    price: Price | None = None
    """The average selling price now, in pence for a pack."""
    reference_price: Price | None = None
    """The average selling price before the medicine became older, in pence for a pack."""
    reimbursement_price: Price | None = None
    """Its reimbursement price, in pence for a pack, where that is the reference instead."""

    @property
    def place(self) -> str:
        """What these sales are called in a message."""
        of = f"{self.company}, {self.medicine}" if self.medicine else self.company
        return f"{of}, {spoken(self.first)} to {spoken(self.last)}"


class Payment(Figures):
    """What is paid on sales; it is a part of the scheme's income and no discount on a price."""

    company: str
    """The company."""
    medicine: str
    """The medicine, where the sales are of one."""
    first: date
    """The first day of the period."""
    last: date
    """Its last day."""
    age: Age
    """Whether newer or older, or all where the scheme makes no difference."""
    sales: Pence
    """The sales, in whole pence."""
    percent: Decimal
    """The payment percentage; for an older medicine the basic one."""
    basic: Pence
    """The payment at that percentage, in whole pence."""
    price_fall_percent: int | None
    """By how many whole per cent the price has fallen from its reference; none where it was not given."""
    top_up_percent: Decimal | None
    """The top-up on an older medicine, in per cent; none where its price fall is not known."""
    top_up: Pence
    """The top-up, in whole pence; nought where it is not known."""
    payment: Pence
    """The payment and the top-up together, in whole pence."""
    investment: Pence
    """The part of it that goes to the investment programme, in whole pence."""


def pay(sales: Sales, rules: RebateRules) -> Payment:
    """Return what is paid on sales. Raises Refused, naming them, where the scheme does not say."""
    if sales.last < sales.first:
        raise Refused("the period ends before it begins", where=sales.place)
    age = _age(sales, rules)
    rate = rules.rate(age, sales.first, sales.last, sales.place)
    fall = _fall(sales, age, rules)
    top_up_percent = None if fall is None else rules.top_up_for(fall)
    basic = _part(sales.pence, rate.percent)
    top_up = 0 if top_up_percent is None else _part(sales.pence, top_up_percent)
    return Payment(
        company=sales.company,
        medicine=sales.medicine,
        first=sales.first,
        last=sales.last,
        age=age,
        sales=sales.pence,
        percent=rate.percent,
        basic=basic,
        price_fall_percent=fall,
        top_up_percent=top_up_percent,
        top_up=top_up,
        payment=basic + top_up,
        investment=_part(sales.pence, rate.investment_percent),
    )


def _age(sales: Sales, rules: RebateRules) -> Age:
    if not rules.tells_ages_apart:
        return Age.ALL
    said = None if sales.age is Age.ALL else sales.age
    if sales.first_authorised is None or rules.older_after_years is None:
        if said is None:
            raise Refused(
                f"{rules.scheme} pays differently on newer and on older medicines, and these say neither",
                where=sales.place,
                mend="Say which they are, or when the substance was first authorised",
            )
        return said
    becomes_older = years_after(sales.first_authorised, rules.older_after_years)
    found = Age.OLDER if sales.first > becomes_older else Age.NEWER
    if sales.first <= becomes_older < sales.last:
        raise Refused(
            f"the medicine becomes older after {spoken(becomes_older)}, within the period given",
            where=sales.place,
            mend="Give the sales up to that day and after it apart",
        )
    if said not in (None, found):
        raise Refused(
            f"the medicine is marked as {said}, and by the day it was first authorised it is {found}",
            where=sales.place,
        )
    return found


def _fall(sales: Sales, age: Age, rules: RebateRules) -> int | None:
    references = (sales.reference_price, sales.reimbursement_price)
    if age is not Age.OLDER or not rules.top_up:
        return None
    if sales.price is None and references == (None, None):
        return None
    if sales.price is None or references.count(None) != 1:
        raise Refused(
            "the top-up needs the price now and one of the reference price and the reimbursement price",
            where=sales.place,
            mend="Give both, or neither for the basic payment alone",
        )
    if sales.reference_price is not None:
        return price_fall(sales.price, sales.reference_price)
    assert sales.reimbursement_price is not None
    kept = 1 - rules.reimbursement_discount_percent / 100
    return price_fall(sales.price, sales.reimbursement_price * kept)


def _part(pence: int, percent: Decimal) -> int:
    return to_the_penny(pence * percent / 100)
