"""Use by quarter and by rolling year, and against what was to be expected."""

from __future__ import annotations

from speccom.methods.method import Refused
from speccom.methods.periods import Interval, check_even
from speccom.methods.uptake.terms import PER, Expectation, ExpectedUse, Quarter, QuarterUptake

YEAR = 4


def by_quarter(quarters: tuple[Quarter, ...]) -> tuple[QuarterUptake, ...]:
    """Return each quarter with the year that ends with it. Raises Refused for disorder, gaps or less than a
    year."""
    check_even([quarter.start for quarter in quarters], Interval.QUARTER)
    if len(quarters) < YEAR:
        raise Refused(
            f"there are {len(quarters)} quarters, and a rolling year needs {YEAR}",
            mend="Give four quarters or more; eight show the change from one year to the next",
        )
    return tuple(_quarter(quarters[: place + 1]) for place in range(len(quarters)))


def _quarter(so_far: tuple[Quarter, ...]) -> QuarterUptake:
    """Return the last of the quarters so far."""
    this = so_far[-1]
    year, previous = so_far[-YEAR:], so_far[-2 * YEAR : -YEAR]
    total = _volume(year) if len(year) == YEAR else None
    population = sum(quarter.population for quarter in year) / len(year)
    before = _volume(previous) if len(previous) == YEAR else 0.0
    return QuarterUptake(
        start=this.start,
        volume=this.volume,
        rate=PER * this.volume / this.population,
        year_volume=total,
        year_rate=None if total is None else PER * total / population,
        change=total / before - 1 if total is not None and before > 0 else None,
    )


def against_expected(quarters: tuple[Quarter, ...], expected: ExpectedUse) -> Expectation:
    """Return the use of the latest four quarters against eligible patients x share x dose x days."""
    observed = _volume(quarters[-YEAR:])
    awaited = expected.eligible_patients * expected.share * expected.dose_a_day * expected.days
    return Expectation(observed=observed, expected=awaited, ratio=observed / awaited, source=expected.source)


def _volume(quarters: tuple[Quarter, ...]) -> float:
    return sum(quarter.volume for quarter in quarters)
