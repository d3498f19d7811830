r"""Does every commissioner's money grow in real terms, and primary care's faster than other local services'?

A settlement promises growth; whether each place gets it after inflation, and whether primary care gains on
the rest, is two comparisons that are easy to blur. This method makes both for each commissioner and for all
together, exactly.

**Steps.** For the financial year of the date and the year before, with the deflator's index `D1` and `D0`:

1. Real growth of a commissioner's allocation is `(A1 ÷ A0) ÷ (D1 ÷ D0) − 1`. The promise is met where `A1 ÷
   A0` is greater than `D1 ÷ D0`; growth that only equals inflation is none.
2. Primary care grows faster where `P1 ÷ P0` is greater than `O1 ÷ O0`, with `O` the spend on other local
   services. Inflation falls out of this comparison. It is made for each commissioner and on the totals of
   all.
3. A figure that is missing makes its comparison unknown. Several comparisons together are not met where any
   is not met, else unknown where any is unknown, else met.

| all of these | met | not met | unknown |
|---|---|---|---|
| **met** | met | not met | unknown |
| **not met** | not met | not met | not met |
| **unknown** | unknown | not met | unknown |

The whole is met where every commissioner grows in real terms and primary care grows faster: on the totals
(`total`), as the promise was made nationally, or in every place (`each`).

All comparisons are of exact fractions. In pence, the growth of a sum is split into what inflation takes, `A0
× (D1 ÷ D0 − 1)` to the nearest penny (a half goes away from nought), and the rest, which is real; the two
sum to the growth, and those of the commissioners to the whole.

**Sources.** NHS England's planning guidance for 2015/16: every commissioner's funding grows in real terms,
and primary care grows faster than other local services. The deflator comes from the dated rulebooks of the
kind `deflators` (the GDP deflator at market prices). That the second promise is judged on totals unless
asked otherwise is our reading.

**Quirks.** The rulebook holds one release of the deflator. A year judged with a later release than people
had then can come out differently; the explanation names the release. A year whose index is a forecast is
said to be one.

**Errors.** Refused: no commissioners, one twice, a sum for last year that is not more than nothing, a date
outside the deflator's years, a year or the year before it that the deflator leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Annotated, Any

from pydantic import Field

from speccom.methods.deflator import Deflator
from speccom.methods.method import Example, Figures, Method, Pence, Refused
from speccom.methods.once import refuse_repeated
from speccom.methods.periods import financial_year, year_label
from speccom.methods.picture import BLUE, GREY, ORANGE, Picture
from speccom.methods.rounding import rounded, to_the_penny
from speccom.methods.table import Table
from speccom.methods.words import counted, listed, percent, pounds

_PLACES = 6


class Verdict(StrEnum):
    """What a comparison came to."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class JudgedOn(StrEnum):
    """Places among which primary care may have to grow faster."""

    TOTAL = "total"
    EACH = "each"


Before = Annotated[Pence, Field(gt=0, le=10**16)]
Now = Annotated[Pence, Field(ge=0, le=10**16)]


class Commissioner(Figures):
    """One commissioner's money in two years; what is left out is unknown."""

    commissioner: str = Field(min_length=1)
    """Who it is."""
    allocation_before_pence: Before | None = None
    """Its allocation in the year before, in pence."""
    allocation_pence: Now | None = None
    """Its allocation in the year, in pence."""
    primary_care_before_pence: Before | None = None
    """Spend on primary care in the year before, in pence."""
    primary_care_pence: Now | None = None
    """Spend on primary care in the year, in pence."""
    other_local_before_pence: Before | None = None
    """Spend on other local services in the year before, in pence."""
    other_local_pence: Now | None = None
    """Spend on other local services in the year, in pence."""


class GrowthTestInput(Figures):
    """The commissioners of one financial year."""

    on: date
    """A day of the financial year that is judged."""
    rules: Deflator
    """The deflator in force."""
    commissioners: tuple[Commissioner, ...]
    """The commissioners."""
    primary_care_judged_on: JudgedOn = JudgedOn.TOTAL
    """Whether primary care has to grow faster on the totals, or in every place."""


class Growth(Figures):
    """The growth of one sum."""

    before_pence: Pence
    """The sum in the year before, in pence."""
    now_pence: Pence
    """The sum in the year, in pence."""
    growth_pence: Pence
    """What it grew by, in pence."""
    inflation_pence: Pence
    """What of that inflation takes, in pence."""
    real_pence: Pence
    """What of that is real, in pence."""
    cash_growth: Decimal
    """Growth in cash, as a share, to six places."""
    real_growth: Decimal
    """Growth in real terms, as a share, to six places."""


class CommissionerGrowth(Figures):
    """One commissioner's growth, and what the comparisons came to."""

    commissioner: str
    """Who it is."""
    allocation: Growth | None
    """Growth of its allocation; nothing where a figure is missing."""
    primary_care: Growth | None
    """Growth of spend on primary care; nothing where a figure is missing."""
    other_local: Growth | None
    """Growth of spend on other local services; nothing where a figure is missing."""
    short_pence: Pence | None
    """What its allocation lacks to grow in real terms, in pence; nothing where a figure is missing."""
    grows_in_real_terms: Verdict
    """Whether its allocation grows in real terms."""
    primary_care_grows_faster: Verdict
    """Whether primary care grows faster than other local services there."""


class GrowthTestResult(Figures):
    """Whether both promises are kept."""

    year: str
    """The financial year."""
    deflator: str
    """The deflator and its release."""
    inflation: Decimal
    """Inflation from the year before, as a share, to six places."""
    is_forecast: bool
    """Whether the deflator of either year is a forecast."""
    primary_care_judged_on: JudgedOn
    """Where primary care has to grow faster."""
    commissioners: tuple[CommissionerGrowth, ...]
    """Each commissioner."""
    total: CommissionerGrowth
    """All together; a sum that one of them leaves out is unknown here."""
    every_commissioner_grows: Verdict
    """Whether every commissioner's allocation grows in real terms."""
    primary_care_grows_faster: Verdict
    """Whether primary care grows faster than other local services, as it is to be judged."""
    verdict: Verdict
    """Whether both hold."""


def growth_test(given: GrowthTestInput) -> GrowthTestResult:
    """Return whether both promises are kept. Raises Refused where the deflator does not serve."""
    given.rules.cover(given.on)
    _check(given.commissioners)
    year = financial_year(given.on)
    rate, is_forecast = given.rules.rise(year)
    places = tuple(_grown(each, rate) for each in given.commissioners)
    total = _together(places, rate)
    every = all_met([each.grows_in_real_terms for each in places])
    faster = (
        total.primary_care_grows_faster
        if given.primary_care_judged_on is JudgedOn.TOTAL
        else all_met([each.primary_care_grows_faster for each in places])
    )
    return GrowthTestResult(
        year=year_label(year),
        deflator=given.rules.title,
        inflation=rounded(rate - 1, _PLACES),
        is_forecast=is_forecast,
        primary_care_judged_on=given.primary_care_judged_on,
        commissioners=places,
        total=total,
        every_commissioner_grows=every,
        primary_care_grows_faster=faster,
        verdict=all_met([every, faster]),
    )


def all_met(verdicts: Sequence[Verdict]) -> Verdict:
    """Return whether all hold: not met where any is not, else unknown where any is, else met."""
    for worst in (Verdict.NOT_MET, Verdict.UNKNOWN):
        if worst in verdicts:
            return worst
    return Verdict.MET


def _check(commissioners: Sequence[Commissioner]) -> None:
    if not commissioners:
        raise Refused("there are no commissioners", mend="Give each with its sums of two years")
    refuse_repeated((each.commissioner for each in commissioners), "commissioner")


def _grown(each: Commissioner, rate: Fraction) -> CommissionerGrowth:
    return _compared(
        each.commissioner,
        _growth(each.allocation_before_pence, each.allocation_pence, rate),
        _growth(each.primary_care_before_pence, each.primary_care_pence, rate),
        _growth(each.other_local_before_pence, each.other_local_pence, rate),
        rate,
    )


def _together(places: Sequence[CommissionerGrowth], rate: Fraction) -> CommissionerGrowth:
    return _compared(
        "All together",
        _summed([each.allocation for each in places], rate),
        _summed([each.primary_care for each in places], rate),
        _summed([each.other_local for each in places], rate),
        rate,
    )


def _compared(
    name: str, allocation: Growth | None, primary: Growth | None, other: Growth | None, rate: Fraction
) -> CommissionerGrowth:
    short = None
    if allocation:
        least = floor(allocation.before_pence * rate) + 1  # the first penny above inflation
        short = max(0, least - allocation.now_pence)
    faster = Verdict.UNKNOWN
    if primary and other:
        faster = _verdict(_ratio(primary) > _ratio(other))
    return CommissionerGrowth(
        commissioner=name,
        allocation=allocation,
        primary_care=primary,
        other_local=other,
        short_pence=short,
        grows_in_real_terms=Verdict.UNKNOWN if short is None else _verdict(short == 0),
        primary_care_grows_faster=faster,
    )


def _verdict(holds: bool) -> Verdict:
    return Verdict.MET if holds else Verdict.NOT_MET


def _growth(before: int | None, now: int | None, rate: Fraction) -> Growth | None:
    if before is None or now is None:
        return None
    return _split(before, now, to_the_penny(before * (rate - 1)), rate)


def _summed(parts: Sequence[Growth | None], rate: Fraction) -> Growth | None:
    """Return the growth of a sum over commissioners, from theirs; None where one of them is unknown."""
    known = [each for each in parts if each]
    if len(known) < len(parts):
        return None
    return _split(
        sum(each.before_pence for each in known),
        sum(each.now_pence for each in known),
        sum(each.inflation_pence for each in known),
        rate,
    )


def _split(before: int, now: int, inflation: int, rate: Fraction) -> Growth:
    return Growth(
        before_pence=before,
        now_pence=now,
        growth_pence=now - before,
        inflation_pence=inflation,
        real_pence=now - before - inflation,
        cash_growth=rounded(Fraction(now, before) - 1, _PLACES),
        real_growth=rounded(Fraction(now, before) / rate - 1, _PLACES),
    )


def _ratio(growth: Growth) -> Fraction:
    return Fraction(growth.now_pence, growth.before_pence)


def explain(result: GrowthTestResult) -> str:
    """Return the result in plain English."""
    return " ".join([_verdict_said(result), _real_said(result), _primary_said(result), _caveat(result)])


def _verdict_said(result: GrowthTestResult) -> str:
    return {
        Verdict.MET: f"In {result.year} both promises are kept.",
        Verdict.NOT_MET: f"In {result.year} the promises are not both kept.",
        Verdict.UNKNOWN: f"In {result.year} it cannot be said whether both promises are kept.",
    }[result.verdict]


def _real_said(result: GrowthTestResult) -> str:
    grow = _named(result, lambda each: each.grows_in_real_terms is Verdict.MET)
    short = [each for each in result.commissioners if each.short_pence]
    missing = _named(result, lambda each: each.grows_in_real_terms is Verdict.UNKNOWN)
    places = counted(len(result.commissioners), "commissioner")
    said = [
        f"Against inflation of {percent(float(result.inflation), 2)}, {len(grow):,} of {places} "
        + ("grows in real terms." if len(grow) == 1 else "grow in real terms.")
    ]
    if short:
        lacks = [
            f"{each.commissioner} lacks {pounds(each.short_pence or 0)} "
            f"({_real(each.allocation)} in real terms)"
            for each in short
        ]
        said.append(f"{listed(lacks)}.")
    if missing:
        said.append(f"For {listed(missing)} an allocation is missing, so it is unknown.")
    return " ".join(said)


def _named(result: GrowthTestResult, chosen: Callable[[CommissionerGrowth], bool]) -> list[str]:
    return [each.commissioner for each in result.commissioners if chosen(each)]


def _real(growth: Growth | None) -> str:
    return percent(float(growth.real_growth), 2) if growth else ""


def _primary_said(result: GrowthTestResult) -> str:
    if result.primary_care_judged_on is JudgedOn.EACH:
        return _primary_in_each(result)
    total = result.total
    if total.primary_care is None or total.other_local is None:
        return "Whether primary care grows faster than other local services is unknown: a sum is missing."
    how = "faster" if result.primary_care_grows_faster is Verdict.MET else "no faster"
    primary = percent(float(total.primary_care.cash_growth), 2)
    other = percent(float(total.other_local.cash_growth), 2)
    return f"In all, primary care grows {how} than other local services: {primary} in cash, against {other}."


def _primary_in_each(result: GrowthTestResult) -> str:
    slow = _named(result, lambda each: each.primary_care_grows_faster is Verdict.NOT_MET)
    unknown = _named(result, lambda each: each.primary_care_grows_faster is Verdict.UNKNOWN)
    said = []
    if slow:
        said.append(f"Primary care grows no faster than other local services in {listed(slow)}.")
    if unknown:
        said.append(f"For {listed(unknown)} a sum is missing, so whether it grows faster is unknown.")
    return " ".join(said) or "Primary care grows faster than other local services in every place."


def _caveat(result: GrowthTestResult) -> str:
    said = f"Inflation is that of: {result.deflator}; another release can give another answer near the line."
    return f"{said} The deflator of these years is in part a forecast." if result.is_forecast else said


_COLOURS = {Verdict.MET: ("Grows", BLUE), Verdict.NOT_MET: ("Does not grow", ORANGE)}


def picture(result: GrowthTestResult) -> Picture:
    """Draw each commissioner's growth in real terms."""
    import altair as alt  # deferred: it takes a while, and most calculations are not drawn

    known = [each for each in result.commissioners if each.allocation]
    data = [
        {
            "commissioner": each.commissioner,
            "growth": float(each.allocation.real_growth),
            "verdict": _COLOURS[each.grows_in_real_terms][0],
        }
        for each in known
        if each.allocation
    ]
    bars = (
        alt.Chart(alt.Data(values=data))
        .mark_bar()
        .encode(
            y=alt.Y("commissioner:N", sort=None, title=None, axis=alt.Axis(labelLimit=0)),
            x=alt.X("growth:Q", title="Growth in real terms", axis=alt.Axis(format=".1%")),
            color=alt.Color(
                "verdict:N",
                title=None,
                scale=alt.Scale(
                    domain=[said for said, _ in _COLOURS.values()],
                    range=[colour for _, colour in _COLOURS.values()],
                ),
                legend=alt.Legend(orient="top"),
            ),
        )
    )
    nought = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=GREY).encode(x="x:Q")
    return Picture(
        title=f"Growth in real terms by commissioner, {result.year}",
        alternative=f"Bars of growth in real terms. {_real_said(result)}",
        chart=bars + nought,
        table=_table(result),
    )


def _table(result: GrowthTestResult) -> Table:
    columns = (
        "Commissioner",
        "Growth in cash",
        "In real terms",
        "Grows in real terms",
        "Primary care grows faster",
    )
    rows = tuple(
        (
            each.commissioner,
            percent(float(each.allocation.cash_growth), 2) if each.allocation else None,
            _real(each.allocation) or None,
            each.grows_in_real_terms.value.replace("_", " "),
            each.primary_care_grows_faster.value.replace("_", " "),
        )
        for each in (*result.commissioners, result.total)
    )
    return Table("Growth by commissioner", columns, rows)


def example() -> Example:
    """Three invented commissioners: growing, at a standstill, and one with a sum missing."""
    return {
        "on": "2015-04-01",
        "commissioners": [
            {
                "commissioner": "Northdale",
                "allocation_before_pence": 300_000_000_00,
                "allocation_pence": 305_700_000_00,
                "primary_care_before_pence": 40_000_000_00,
                "primary_care_pence": 41_400_000_00,
                "other_local_before_pence": 210_000_000_00,
                "other_local_pence": 213_000_000_00,
            },
            {
                "commissioner": "Southmere",
                "allocation_before_pence": 250_000_000_00,
                "allocation_pence": 251_000_000_00,
                "primary_care_before_pence": 35_000_000_00,
                "primary_care_pence": 35_200_000_00,
                "other_local_before_pence": 180_000_000_00,
                "other_local_pence": 181_500_000_00,
            },
            {
                "commissioner": "Westhaven",
                "allocation_before_pence": 410_000_000_00,
                "primary_care_before_pence": 55_000_000_00,
                "primary_care_pence": 57_000_000_00,
                "other_local_before_pence": 290_000_000_00,
                "other_local_pence": 294_000_000_00,
            },
        ],
    }


def _with(**change: Any) -> Example:
    return {**example(), **change}


METHOD = Method(
    name="growth_test",
    title="Growth in real terms",
    takes=GrowthTestInput,
    gives=GrowthTestResult,
    calculate=growth_test,
    explain=explain,
    example=example,
    refusals={
        "no commissioners": lambda: _with(commissioners=[]),
        "a commissioner given twice": lambda: _with(commissioners=example()["commissioners"][:1] * 2),
        "a sum for last year of nothing": lambda: _with(
            commissioners=[{"commissioner": "Northdale", "allocation_before_pence": 0, "allocation_pence": 1}]
        ),
        "a year without the year before it": lambda: _with(on="2000-04-01"),
    },
    picture=picture,
    rules="deflators",
)
