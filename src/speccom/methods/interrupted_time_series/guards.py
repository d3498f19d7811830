"""What an interrupted time series cannot serve, said before anything is fitted."""

from __future__ import annotations

from speccom.methods.interrupted_time_series.terms import Change, Distribution, InterruptedTimeSeriesInput
from speccom.methods.method import Refused
from speccom.methods.periods import check_even
from speccom.methods.words import spoken

# Fewer cannot tell a change from the scatter about a trend.
LEAST_EITHER_SIDE = 8


def check(given: InterruptedTimeSeriesInput) -> int:
    """Return how many periods precede the change. Raises Refused, naming the period that is wrong."""
    check_even([point.period for point in given.points], given.interval)
    before = _before(given)
    if given.distribution is Distribution.GAUSSIAN:
        _check_measurements(given)
    else:
        _check_counts(given, before)
    _check_denominators(given)
    _check_harmonics(given)
    _check_lags(given)
    return before


def _before(given: InterruptedTimeSeriesInput) -> int:
    periods = [point.period for point in given.points]
    if given.first_after not in periods:
        raise Refused(
            f"the change is dated {spoken(given.first_after)}, and that is not the first day of any period "
            "given",
            mend="Date the change by the first period that counts as after it",
        )
    before = periods.index(given.first_after)
    after = len(periods) - before
    if min(before, after) < LEAST_EITHER_SIDE:
        raise Refused(
            f"there are {before} periods before the change and {after} from it on, and fewer than "
            f"{LEAST_EITHER_SIDE} on either side cannot tell a change from a trend",
            mend="Give a longer series, or shorter periods",
        )
    return before


def _check_measurements(given: InterruptedTimeSeriesInput) -> None:
    for point in given.points:
        if point.denominator is not None:
            raise Refused(
                f"{spoken(point.period)} has a denominator, and measurements take none",
                mend="Give the rate itself as the value, or ask for quasi-Poisson counts",
            )


def _check_counts(given: InterruptedTimeSeriesInput, before: int) -> None:
    for point in given.points:
        if point.value < 0:
            raise Refused(
                f"{spoken(point.period)} has {point.value:g} {given.outcome}, and a count cannot be negative",
                mend="Mend the count, or ask for the Gaussian distribution where values are measurements",
            )
        if given.distribution is Distribution.POISSON and point.value != int(point.value):
            raise Refused(
                f"{spoken(point.period)} has {point.value:g} {given.outcome}, and Poisson counts are whole "
                "numbers",
                mend=(
                    "Ask for quasi-Poisson where activity is weighted, or Gaussian where values are "
                    "measurements"
                ),
            )
    parts = {"before": given.points[:before], "after": given.points[before:]}
    if given.change is not Change.STEP:
        parts["after the first period from"] = given.points[before + 1 :]
    for side, points in parts.items():
        if not any(point.value for point in points):
            raise Refused(
                f"there are no {given.outcome} at all {side} the change, so no ratio exists",
                mend="Count something that happens on both sides of the change",
            )


def _check_denominators(given: InterruptedTimeSeriesInput) -> None:
    without = [point.period for point in given.points if point.denominator is None]
    if without and len(without) < len(given.points):
        raise Refused(
            f"{spoken(without[0])} has no denominator, and other periods have one",
            mend="Give a denominator for every period, or for none",
        )


def _check_harmonics(given: InterruptedTimeSeriesInput) -> None:
    if not given.harmonics:
        return
    # A wave of half a year's periods or more cannot be told from one that is slower.
    most = int((given.interval.a_year - 1) // 2)
    if given.harmonics > most:
        raise Refused(
            f"{given.harmonics} yearly waves were asked for, and a series by the {given.interval.value} can "
            f"show at most {most}",
            mend="Ask for fewer yearly waves",
        )
    years = len(given.points) / given.interval.a_year
    if years < 2:
        raise Refused(
            f"yearly waves were asked for, and the series covers {years:.1f} years, so a season cannot be "
            "told from a change",
            mend="Give two years or more, or ask for no yearly waves",
        )


def _check_lags(given: InterruptedTimeSeriesInput) -> None:
    if given.lags is not None and 2 * given.lags >= len(given.points):
        raise Refused(
            f"{given.lags} lags were asked for in a series of {len(given.points)} periods",
            mend="Ask for fewer than half as many lags as there are periods",
        )
