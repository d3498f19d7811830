"""Tests whether commissioners raise what they spend on mental health as the investment standard asks.

The standard asks each commissioner to raise its mental health spend by at least a given growth. It has had
two forms, and inflation matters to both, so this method says what each asks in cash and what became of the
money in real terms.

## The steps

1. Spend is sorted. Mental health counts. Learning disability, dementia and one-off transformation money are
   left out of both years. A ring-fenced sum stands apart: it counts towards nothing, and what was received
   for it is held against what was spent on it.
2. The least spend asked for:

   | form | growth | in cash |
   |---|---|---|
   | `base_growth` (since 2018/19) | of the programme base, before convergence | `last year × (1 + growth)` |
   | `allocation_growth` (2015/16) | of its own allocation | the same, and no less than prices rose |

   Where the growth is given after inflation, it is `last year × (1 + growth) × rise in prices`. It is
   rounded up to the penny, and a spend of exactly that meets it.
3. In real terms: the rise in prices is this year's deflator over last year's. `real growth = spend ÷ (last
   year × rise) − 1`, and last year's spend is also given at this year's prices.
4. All commissioners together are shown as a sum of the same figures. One that does more does not make up
   for another: the standard is met by all only where it is met by each.

Money is conserved: in each year what counts, what is left out and what is ring-fenced is all that was
given.

## Sources

Planning guidance 2015/16 for the first form; NHS England's Mental Health Investment Standard assurance
guidance for the second and HSJ 7025824 for what is left out; the GDP deflator of HM Treasury for real
terms.

## Known quirks

The guidance of 2015/16 speaks of funding raised in real terms by at least the growth of the allocation, and
that growth was published in cash. Deflated by the same index on both sides, the test is the same as in
cash; what the words "in real terms" add is that spend may not rise by less than prices, however small the
growth. That is our reading, and whether the growth given is before or after inflation is asked for.
National dashboards show spend that includes learning disability and dementia, so their growth is another
figure.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil

from pydantic import Field

from speccom.methods.deflator import Deflator
from speccom.methods.mental_health_investment.spend import (
    Commissioner,
    RingFence,
    YearSpend,
    refuse_unusable,
    ring_fences,
    sort_spend,
)
from speccom.methods.mental_health_investment.telling import explain, picture
from speccom.methods.method import Example, Figures, Method, Pence
from speccom.methods.periods import financial_year, year_label
from speccom.methods.rounding import rounded, to_the_penny


class Form(StrEnum):
    """Which form of the standard is applied."""

    BASE_GROWTH = "base_growth"
    ALLOCATION_GROWTH = "allocation_growth"


class Terms(StrEnum):
    """Whether growth is before or after inflation."""

    CASH = "cash"
    REAL = "real"


class InvestmentInput(Figures):
    """The commissioners and their spend, the form of the standard, and the day whose year is judged."""

    on: date
    """A day of the financial year that is judged."""
    form: Form = Form.BASE_GROWTH
    """The form of the standard."""
    growth_terms: Terms = Terms.CASH
    """Whether the growth that commissioners are held to is in cash or after inflation."""
    commissioners: tuple[Commissioner, ...] = Field(min_length=1)
    """The commissioners."""
    rules: Deflator
    """The deflator in force."""


class Judgement(Figures):
    """One commissioner, or all together, against the standard."""

    name: str
    """The commissioner; `all` for all together."""
    last_year: YearSpend
    """Last year's spend, sorted."""
    this_year: YearSpend
    """This year's spend, sorted."""
    asked_percent: Decimal
    """The growth asked for in cash, in per cent, to four places."""
    required: Pence
    """The least spend that meets the standard, in whole pence, rounded up."""
    margin: Pence
    """This year's counted spend less that, in whole pence."""
    met: bool
    """Whether the standard is met; for all together, whether each of them meets it."""
    growth_percent: Decimal
    """The growth of the counted spend in cash, in per cent, to four places."""
    last_year_at_todays_prices: Pence
    """Last year's counted spend at this year's prices, in whole pence."""
    real_change: Pence
    """This year's counted spend less that, in whole pence."""
    real_growth_percent: Decimal
    """The growth of the counted spend in real terms, in per cent, to four places."""
    grew_in_real_terms: bool
    """Whether the counted spend grew by more than prices."""
    ring_fences: tuple[RingFence, ...]
    """Ring-fenced sums, apart."""


class InvestmentResult(Figures):
    """The standard, by commissioner and together."""

    year: str
    """The financial year that is judged."""
    year_before: str
    """The year that it is held against."""
    form: Form
    """The form of the standard that was applied."""
    growth_terms: Terms
    """Whether the growth asked for was given in cash or after inflation."""
    price_rise_percent: Decimal
    """The rise in prices from one year to the other, in per cent, to four places."""
    price_index: str
    """The index that says so."""
    forecast: bool
    """Whether that rise rests on a forecast."""
    commissioners: tuple[Judgement, ...]
    """Each commissioner, in the order given."""
    together: Judgement
    """All commissioners together."""
    number_met: int
    """How many of them meet the standard."""


def mental_health_investment(given: InvestmentInput) -> InvestmentResult:
    """Return whether each commissioner meets the standard. Raises Refused for what cannot be judged."""
    given.rules.cover(given.on)
    refuse_unusable(given.commissioners)
    year = financial_year(given.on)
    rise, forecast = given.rules.rise(year)
    judged = tuple(_judge(each, rise, given) for each in given.commissioners)
    return InvestmentResult(
        year=year_label(year),
        year_before=year_label(year - 1),
        form=given.form,
        growth_terms=given.growth_terms,
        price_rise_percent=_percent(rise - 1),
        price_index=given.rules.index,
        forecast=forecast,
        commissioners=judged,
        together=_together(given.commissioners, judged, rise),
        number_met=sum(each.met for each in judged),
    )


def _judge(commissioner: Commissioner, rise: Fraction, given: InvestmentInput) -> Judgement:
    asked = 1 + Fraction(commissioner.growth_percent) / 100
    if given.growth_terms is Terms.REAL:
        asked *= rise
    if given.form is Form.ALLOCATION_GROWTH:
        asked = max(asked, rise)
    last = sort_spend(commissioner.lines, last=True)
    required = ceil(last.counted * asked)
    return _judgement(
        commissioner.name,
        (last, sort_spend(commissioner.lines, last=False)),
        (asked - 1, required),
        rise,
        ring_fences(commissioner.lines),
    )


def _together(
    commissioners: tuple[Commissioner, ...], judged: tuple[Judgement, ...], rise: Fraction
) -> Judgement:
    lines = tuple(line for each in commissioners for line in each.lines)
    last = sort_spend(lines, last=True)
    required = sum(each.required for each in judged)
    made = _judgement(
        "all",
        (last, sort_spend(lines, last=False)),
        (Fraction(required, last.counted) - 1, required),
        rise,
        ring_fences(lines),
    )
    return made.model_copy(update={"met": all(each.met for each in judged)})


def _judgement(
    name: str,
    spend: tuple[YearSpend, YearSpend],
    asked: tuple[Fraction, int],
    rise: Fraction,
    fences: tuple[RingFence, ...],
) -> Judgement:
    last, this = spend
    growth, required = asked
    repriced = last.counted * rise
    return Judgement(
        name=name,
        last_year=last,
        this_year=this,
        asked_percent=_percent(growth),
        required=required,
        margin=this.counted - required,
        met=this.counted >= required,
        growth_percent=_percent(Fraction(this.counted, last.counted) - 1),
        last_year_at_todays_prices=to_the_penny(repriced),
        real_change=this.counted - to_the_penny(repriced),
        real_growth_percent=_percent(this.counted / repriced - 1),
        grew_in_real_terms=this.counted > repriced,
        ring_fences=fences,
    )


def _percent(share: Fraction) -> Decimal:
    return rounded(100 * share, 4)


def _board(name: str, growth: str, last: int, this: int, *others: tuple[str, str, int, int]) -> Example:
    lines = [{"category": "mental_health", "title": "core services", "last_year": last, "this_year": this}]
    for category, title, before, after in others:
        line = {"category": category, "title": title, "last_year": before, "this_year": after}
        lines.append({**line, "received": 450_000_000} if category == "ring_fenced" else line)
    return {"name": name, "growth_percent": growth, "lines": lines}


def example() -> Example:
    """Return input that this method serves."""
    fund = ("ring_fenced", "national mental health fund", 400_000_000, 431_000_000)
    return {
        "on": date(2024, 9, 30),
        "form": "base_growth",
        "commissioners": [
            _board("Ashdown", "4.0", 30_000_000_000, 31_310_000_000, fund),
            _board(
                "Brambley",
                "4.0",
                21_000_000_000,
                21_780_000_000,
                ("dementia", "memory clinics", 900_000_000, 950_000_000),
            ),
            _board("Carrick", "3.6", 18_500_000_000, 19_166_000_000),
        ],
    }


def _with(**changes: object) -> Example:
    return {**example(), **changes}


METHOD = Method(
    name="mental_health_investment",
    title="The mental health investment standard, in cash and in real terms",
    takes=InvestmentInput,
    gives=InvestmentResult,
    calculate=mental_health_investment,
    explain=explain,
    example=example,
    picture=picture,
    rules="deflators",
    refusals={
        "a commissioner given twice": lambda: _with(commissioners=[_board("A", "4", 1, 1)] * 2),
        "nothing spent last year": lambda: _with(commissioners=[_board("A", "4", 0, 1)]),
        "a ring-fenced sum without what was received": lambda: _with(
            commissioners=[
                {
                    "name": "A",
                    "growth_percent": "4",
                    "lines": [
                        {"category": "mental_health", "last_year": 1, "this_year": 1},
                        {"category": "ring_fenced", "title": "fund", "last_year": 1, "this_year": 1},
                    ],
                }
            ]
        ),
        "a negative sum": lambda: _with(commissioners=[_board("A", "4", 1, -1)]),
        "a year whose deflator is not given": lambda: _with(on=date(2031, 4, 1)),
        "the first year of the series, which has none before it": lambda: _with(on=date(2000, 6, 1)),
    },
)
