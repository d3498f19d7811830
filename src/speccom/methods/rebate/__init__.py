"""Works out what companies pay under the medicines scheme in force, and when managed access agreements end.

Companies that sell branded medicines to the health service pay a percentage of their sales back. The
payment goes to the department, under a scheme for all medicines together. It is no discount on any product,
so this method gives it for the scheme and its companies, and refuses to take it off a product's price.

## The steps

1. Sales are given by company and period. In a scheme that tells newer from older medicines, sales say which
   they are, or when the substance was first authorised: a medicine is older when more than so many years
   (12) have passed. A period in which the percentage or the age changes is refused, and is to be given in
   parts.
2. `basic = sales × percentage`, the percentage being that of the period: it changes by year, and once by
   quarter.
3. On an older medicine there is a top-up by its price fall: `(reference − price) ÷ reference`, to the
   nearest whole per cent, a rise counting as no fall. The reference is the average selling price before it
   became older, or the reimbursement price less 12.5%. Without these prices the basic payment alone is
   given, and that is said.
4. Each amount is rounded to the penny, half a penny up. Companies and the scheme are sums of these amounts.
5. A managed access agreement ends on the day agreed. One for longer than the longest (five years) is named.

Money is conserved: payments of companies sum to the scheme's, and sales are never changed by them.

## Sources

Permitted growth and percentages: the Pharmaceutical Price Regulation Scheme 2014 and the voluntary schemes
of 2019 and 2024, as published by the department and ABPI. Managed access for at most five years: NHS
England's commercial framework for new medicines and the Innovative Medicines Fund.

## Known quirks

The percentages of 2014 to 2022, and the steps of the top-up, were not read in a source and are marked so in
their rulebooks. The percentage of a year is published late in the year before: a period after the last one
published is refused. The statutory scheme, for companies outside the voluntary one, has percentages of its
own and is not shipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

from speccom.methods.method import Example, Figures, Method, Pence, Refused
from speccom.methods.rebate.managed_access import Agreement, AgreementEnd, end_of
from speccom.methods.rebate.sales import Payment, Sales, pay
from speccom.methods.rebate.scheme import Age, RebateRules
from speccom.methods.rebate.telling import explain, picture
from speccom.methods.rounding import rounded


class Level(StrEnum):
    """What the payment is wanted for."""

    SCHEME = "scheme"
    PRODUCT = "product"


class RebateInput(Figures):
    """Sales under a scheme, and managed access agreements."""

    on: date
    """The day whose scheme holds, and on which agreements are looked at."""
    level: Level = Level.SCHEME
    """What the payment is wanted for; for a product it is refused."""
    sales: tuple[Sales, ...] = ()
    """Sales by company and period."""
    managed_access: tuple[Agreement, ...] = ()
    """Managed access agreements."""
    rules: RebateRules
    """The scheme in force."""


class CompanyPayment(Figures):
    """What one company pays, or all together."""

    company: str
    """The company; `all` for all together."""
    sales: Pence
    """Its sales, in whole pence."""
    newer: Pence
    """The payment on newer medicines, or on all where the scheme makes no difference, in whole pence."""
    older: Pence
    """The basic payment on older medicines, in whole pence."""
    top_up: Pence
    """The top-up on older medicines, in whole pence."""
    payment: Pence
    """All of it together, in whole pence."""
    investment: Pence
    """The part of it that goes to the investment programme, in whole pence."""
    percent_of_sales: Decimal | None
    """The payment in per cent of sales, to four places; none where there are no sales."""


class RebateResult(Figures):
    """The payments to the scheme, and the ends of managed access agreements."""

    on: date
    """The day that was asked about."""
    scheme: str
    """The scheme's name."""
    department: str
    """Whom the payments go to."""
    allowed_growth_percent: Decimal | None
    """By how much the scheme lets sales grow in that year, in per cent; none where it does not say."""
    payments: tuple[Payment, ...]
    """What is paid on each of the sales, in the order given."""
    companies: tuple[CompanyPayment, ...]
    """Each company, in alphabetical order."""
    total: CompanyPayment
    """All companies together."""
    without_top_up: int
    """On how many older medicines the top-up is not known, since their prices were not given."""
    managed_access: tuple[AgreementEnd, ...]
    """Managed access agreements, the first to end first."""
    not_settled: tuple[str, ...]
    """What in the rules no source settles, in words."""


def rebate(given: RebateInput) -> RebateResult:
    """Return the payments to the scheme. Raises Refused for what it does not say, or is no use of it."""
    given.rules.cover(given.on)
    _refuse_unusable(given)
    payments = tuple(pay(each, given.rules) for each in given.sales)
    companies = sorted({each.company for each in payments})
    ends = [end_of(each, given.rules.managed_access_longest_years, given.on) for each in given.managed_access]
    growth = {each.year: each.percent for each in given.rules.growth}
    return RebateResult(
        on=given.on,
        scheme=given.rules.scheme,
        department=given.rules.department,
        allowed_growth_percent=growth.get(str(given.on.year)),
        payments=payments,
        companies=tuple(
            _sum(name, [each for each in payments if each.company == name]) for name in companies
        ),
        total=_sum("all", payments),
        without_top_up=sum(
            each.age is Age.OLDER and each.top_up_percent is None and bool(given.rules.top_up)
            for each in payments
        ),
        managed_access=tuple(sorted(ends, key=lambda each: (each.ends, each.medicine))),
        not_settled=tuple(said.partition(": ")[2] for _, said in sorted(given.rules.marks.items())),
    )


def _refuse_unusable(given: RebateInput) -> None:
    if given.level is Level.PRODUCT:
        raise Refused(
            f"a payment under {given.rules.scheme} cannot be taken off a product's price: companies pay it "
            f"on their sales, it goes to {given.rules.department}, and no buyer of the product sees it",
            mend="Ask for it at the level of the scheme, and keep the price that was paid",
        )
    if not given.sales and not given.managed_access:
        raise Refused("there are neither sales nor managed access agreements", mend="Give one of the two")
    times = Counter((each.company, each.medicine, each.age, each.first) for each in given.sales)
    for each in given.sales:
        if times[(each.company, each.medicine, each.age, each.first)] > 1:
            raise Refused("these sales are given more than once", where=each.place)


def _sum(company: str, payments: Sequence[Payment]) -> CompanyPayment:
    sales, payment = sum(each.sales for each in payments), sum(each.payment for each in payments)
    share = Decimal(100 * payment) / sales if sales else None
    return CompanyPayment(
        company=company,
        sales=sales,
        newer=sum(each.basic for each in payments if each.age is not Age.OLDER),
        older=sum(each.basic for each in payments if each.age is Age.OLDER),
        top_up=sum(each.top_up for each in payments),
        payment=payment,
        investment=sum(each.investment for each in payments),
        percent_of_sales=None if share is None else rounded(share, 4),
    )


def _sold(company: str, pence: int, **more: object) -> Example:
    return {
        "company": company,
        "first": date(2025, 1, 1),
        "last": date(2025, 12, 31),
        "pence": pence,
        "age": "newer",
        **more,
    }


def example() -> Example:
    """Return input that this method serves."""
    older = {"age": "older", "medicine": "older medicine", "price": "8200", "reference_price": "10000"}
    return {
        "on": date(2025, 6, 30),
        "sales": [
            _sold("Ashdown Pharma", 5_000_000_000),
            _sold("Brambley Medicines", 1_240_000_000),
            _sold("Brambley Medicines", 2_000_000_000, **older),
        ],
        "managed_access": [
            {"medicine": "new cancer medicine", "begins": date(2022, 3, 1), "ends": date(2025, 9, 30)},
            {"medicine": "gene therapy", "begins": date(2024, 1, 15), "ends": date(2029, 6, 30)},
        ],
    }


def _with(**changes: object) -> Example:
    return {**example(), **changes}


METHOD = Method(
    name="rebate",
    title="Payments under the medicines scheme, and the ends of managed access",
    takes=RebateInput,
    gives=RebateResult,
    calculate=rebate,
    explain=explain,
    example=example,
    picture=picture,
    rules="rebates",
    refusals={
        "to take it off a product's price": lambda: _with(level="product"),
        "sales that say no age": lambda: _with(sales=[_sold("A", 1, age=None)]),
        "a period in which the percentage changes": lambda: _with(
            on=date(2024, 6, 30), sales=[_sold("A", 1, first=date(2024, 1, 1), last=date(2024, 12, 31))]
        ),
        "a period whose percentage is not published": lambda: _with(
            sales=[_sold("A", 1, first=date(2027, 1, 1), last=date(2027, 3, 31))]
        ),
        "a price without its reference": lambda: _with(sales=[_sold("A", 1, age="older", price="5")]),
        "an agreement that ends before it begins": lambda: _with(
            managed_access=[{"medicine": "M", "begins": date(2025, 1, 1), "ends": date(2024, 1, 1)}]
        ),
        "a day before the first scheme": lambda: _with(on=date(2013, 12, 31)),
    },
)
