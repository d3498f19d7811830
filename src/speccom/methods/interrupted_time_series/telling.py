"""An interrupted time series in words and as a picture."""

from __future__ import annotations

from speccom.methods.interrupted_time_series.terms import (
    Distribution,
    Errors,
    Estimate,
    InterruptedTimeSeriesResult,
)
from speccom.methods.picture import BLUE, GREY, ORANGE, Picture
from speccom.methods.table import Table
from speccom.methods.words import number, percent, spoken

# From here on, variance is so far from Poisson's that its intervals mislead.
_DISPERSED = 1.5


def explain(result: InterruptedTimeSeriesResult) -> str:
    """Say the effect and how far it can be trusted."""
    parts = [_effect(result), _parts(result), _trend(result), _dispersion(result), _correlated(result)]
    caveat = (
        "There is no control series here: anything else that changed at the same time is counted as an "
        "effect of this change, so name what else happened, and compare with a place where the change was "
        "not made if there is one."
    )
    return " ".join([*(part for part in parts if part), caveat])


def _effect(result: InterruptedTimeSeriesResult) -> str:
    """Say totals of counts, and means of measurements, which add up to nothing."""
    counts = result.distribution is not Distribution.GAUSSIAN
    over = 1 if counts else result.points_after
    expected = _over(result.counterfactual_total, over)
    observed = result.observed_total / over
    first = (
        f"Over the {result.points_after} {result.interval.value}s from the change on, {result.outcome} "
        f"{'added up to' if counts else 'were on average'} {number(observed, _places(observed))}, where "
        f"{number(expected.estimate, _places(expected.estimate))} {'were' if counts else 'was'} to be "
        f"expected had the earlier pattern gone on ({percent(result.confidence, 2)} interval "
        f"{_range(expected)}). The model puts the effect at {_moved(_over(result.difference, over), counts)}"
    )
    if result.ratio is None:
        return (
            f"{first}; a ratio does not exist, because what was expected is not above zero. "
            f"{_verdict(result)}"
        )
    ratio = f"a ratio of {number(result.ratio.estimate, 3)} (interval {_range(result.ratio, 3)})"
    return f"{first}, {ratio}. {_verdict(result)}"


def _over(total: Estimate, periods: int) -> Estimate:
    return Estimate(estimate=total.estimate / periods, low=total.low / periods, high=total.high / periods)


def _moved(difference: Estimate, counts: bool) -> str:
    """Return the difference as people say it: `375 fewer (interval 300 to 450 fewer)`."""
    places = _places(difference.estimate)

    def worded(value: float) -> str:
        word = ("fewer" if counts else "less") if value < 0 else "more"
        return f"{number(abs(value), places)} {word}"

    ends = sorted((difference.low, difference.high), key=abs)
    if difference.low * difference.high > 0:
        interval = f"{number(abs(ends[0]), places)} to {worded(ends[1])}"
    else:
        interval = f"{worded(difference.low)} to {worded(difference.high)}"
    return f"{worded(difference.estimate)} (interval {interval})"


def _verdict(result: InterruptedTimeSeriesResult) -> str:
    if result.difference.low > 0:
        return "The interval leaves out no change: there was a rise beyond what the earlier pattern explains."
    if result.difference.high < 0:
        return "The interval leaves out no change: there was a fall beyond what the earlier pattern explains."
    return (
        "The interval includes no change, so these figures do not show an effect; nor do they show that "
        "there is none."
    )


def _parts(result: InterruptedTimeSeriesResult) -> str:
    if result.step is None or result.slope_change is None:
        return ""
    kind = "ratio" if result.distribution is not Distribution.GAUSSIAN else "difference"
    return (
        f"The level changed at once by a {kind} of {number(result.step.estimate, 3)} "
        f"({_range(result.step, 3)}), and the trend by a {kind} of {number(result.slope_change.estimate, 4)} "
        f"({_range(result.slope_change, 4)}) a {result.interval.value} from then on."
    )


def _trend(result: InterruptedTimeSeriesResult) -> str:
    trend = result.trend_a_year.estimate
    if result.distribution is Distribution.GAUSSIAN:
        return f"Before the change, the trend was {number(trend, 3)} a year."
    moved = "rose" if trend >= 1 else "fell"
    return f"Before the change, {result.outcome} {moved} by {percent(abs(trend - 1))} a year."


def _dispersion(result: InterruptedTimeSeriesResult) -> str:
    if result.distribution is Distribution.GAUSSIAN:
        return ""
    times = number(result.dispersion)
    if result.distribution is Distribution.POISSON and result.dispersion > _DISPERSED:
        return (
            f"The counts scatter {times} times as much as pure chance would have it, which these Poisson "
            "intervals do not allow for, so they are too narrow: ask for quasi-Poisson."
        )
    if result.distribution is Distribution.POISSON:
        return (
            f"The counts scatter {times} times as much as pure chance would have it, which Poisson intervals "
            "bear."
        )
    return (
        f"The counts scatter {times} times as much as pure chance would have it, and the intervals allow for "
        "that."
    )


def _correlated(result: InterruptedTimeSeriesResult) -> str:
    if result.residual_lag_1 is None or result.ljung_box_p is None:
        return "The model fits without any residual, so nothing can be said of autocorrelation."
    figure = f"each residual's correlation with the next is {number(result.residual_lag_1)}"
    p_value = result.ljung_box_p
    test = (
        f"a test over {result.ljung_box_lags} lags has p "
        f"{'below 0.001' if p_value < 0.001 else number(p_value, 3)}"
    )
    if p_value >= 0.05:
        return (
            f"What the model leaves shows no clear memory from one period to the next: {figure}, and {test}."
        )
    if result.errors is Errors.NEWEY_WEST:
        return (
            f"What the model leaves has a memory ({figure}, and {test}), which the Newey-West errors allow "
            "for."
        )
    return (
        f"What the model leaves has a memory ({figure}, and {test}), so the intervals may be wrong, and too "
        "narrow where like follows like: ask for yearly waves where there are seasons, or for Newey-West "
        "errors."
    )


def _range(interval: Estimate, places: int | None = None) -> str:
    digits = _places(max(abs(interval.low), abs(interval.high))) if places is None else places
    return f"{number(interval.low, digits)} to {number(interval.high, digits)}"


def _places(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2


def picture(result: InterruptedTimeSeriesResult) -> Picture:
    """Draw the values, the fitted line, and what was to be expected without the change."""
    import altair as alt

    unit = _unit(result)
    rows = [_row(result, place) for place in range(len(result.periods))]
    change = next(period.period for period in result.periods if period.after)
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("period:T", title=None, axis=alt.Axis(grid=False, format="%b %Y", tickCount=8))
    )
    level = alt.Y("observed:Q", title=unit, scale=alt.Scale(zero=False))
    kinds = ["observed", "fitted", "expected without the change"]
    colour = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=kinds, range=[GREY, BLUE, ORANGE]),
        legend=alt.Legend(orient="top"),
    )
    after = "datum.expected != null"
    band = base.transform_filter(after).mark_area(opacity=0.18, color=ORANGE).encode(y="low:Q", y2="high:Q")
    dots = base.transform_calculate(kind="'observed'").mark_circle(size=40).encode(y=level, color=colour)
    fitted = (
        base.transform_calculate(kind="'fitted'")
        .mark_line()
        .encode(y="fitted:Q", color=colour, detail="after:N")
    )
    expected = base.transform_filter(after).transform_calculate(kind="'expected without the change'")
    line = expected.mark_line(strokeDash=[6, 4]).encode(y="expected:Q", color=colour)
    rule = (
        alt.Chart(alt.Data(values=[{"period": change.isoformat()}]))
        .mark_rule(color=GREY, strokeDash=[2, 3])
        .encode(x="period:T")
    )
    ratio = "" if result.ratio is None else f", a ratio of {number(result.ratio.estimate, 3)}"
    return Picture(
        title=f"{result.outcome.capitalize()} before and after {spoken(change)}",
        alternative=(
            f"Points for {result.points_before + result.points_after} {result.interval.value}s, with the "
            f"change at {spoken(change)}. After it {result.outcome} add up to "
            f"{number(result.observed_total, 0)}, against {number(result.counterfactual_total.estimate, 0)} "
            f"expected without it{ratio}."
        ),
        chart=alt.layer(band, rule, dots, fitted, line),
        table=Table(
            f"{unit.capitalize()}, observed and expected",
            ("Period", "Observed", "Fitted", "Expected without the change", "Low", "High"),
            tuple(
                (row["period"], row["observed"], row["fitted"], row["expected"], row["low"], row["high"])
                for row in rows
            ),
        ),
    )


def _unit(result: InterruptedTimeSeriesResult) -> str:
    if result.periods[0].denominator is None:
        return f"{result.outcome} a {result.interval.value}"
    return f"{result.outcome} a {result.interval.value} per {number(result.per)}"


def _row(result: InterruptedTimeSeriesResult, place: int) -> dict[str, str | float | None]:
    each = result.periods[place]
    scale = 1.0 if each.denominator is None else result.per / each.denominator
    without = each.counterfactual
    return {
        "period": each.period.isoformat(),
        "after": str(each.after),
        "observed": each.observed * scale,
        "fitted": each.fitted * scale,
        "expected": None if without is None else without.estimate * scale,
        "low": None if without is None else without.low * scale,
        "high": None if without is None else without.high * scale,
    }
