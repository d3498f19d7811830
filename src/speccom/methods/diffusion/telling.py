"""A diffusion curve in words and as a picture."""

from __future__ import annotations

from speccom.methods.diffusion.terms import Curve, DiffusionResult, Estimate
from speccom.methods.picture import BLUE, GREY, Picture
from speccom.methods.table import Table
from speccom.methods.words import counted, listed, number, percent

# Foretelling that is off by more than this is no ground for a plan.
POOR = 0.3


def explain(result: DiffusionResult) -> str:
    """Say where the curve ends and when it peaks, and how far to trust it."""
    parts = [_market(result), _peak(result), _how(result), _fit(result), _bounds(result), _failed(result)]
    caveat = (
        "The intervals take the shape of the curve for true: they know of no rival, no new guidance and no "
        "change of price."
    )
    return " ".join([*(part for part in parts if part), caveat])


def _market(result: DiffusionResult) -> str:
    so_far = (
        f"In {counted(result.observed_periods, result.interval.value)} {number(result.so_far, 0)} "
        f"{result.what} adopted"
    )
    share = percent(result.share_so_far)
    if result.market_fixed:
        return (
            f"{so_far}, {share} of the {number(result.market.estimate, 0)} at which the market was fixed "
            "beforehand."
        )
    interval = f"{percent(result.confidence, 2)} interval {_range(result.market, 0)}"
    return (
        f"{so_far}, {share} of the {number(result.market.estimate, 0)} with whom the curve ends ({interval})."
    )


def _peak(result: DiffusionResult) -> str:
    if result.peak is None or result.peak_rate is None:
        return (
            "Adoption was fastest at the launch and has slowed since; half of the market is reached at "
            f"{_after(result.half, result)}."
        )
    passed = "peaked" if result.peak.estimate <= result.observed_periods else "peaks"
    return (
        f"Adoption {passed} at {_after(result.peak.estimate, result)} ({_range(result.peak, 1)}), with "
        f"{number(result.peak_rate, 1)} a {result.interval.value}; half of the market is reached at "
        f"{_after(result.half, result)}."
    )


def _after(time: float, result: DiffusionResult) -> str:
    return f"{number(time, 1)} {result.interval.value}s from the launch"


def _how(result: DiffusionResult) -> str:
    if result.innovation is not None and result.imitation is not None:
        p, q = result.innovation, result.imitation
        return (
            f"Of those who had not adopted, {percent(p.estimate)} a {result.interval.value} did so by "
            f"themselves ({percent(p.low)} to {percent(p.high)}), and the pull of those who had is "
            f"{number(q.estimate, 3)} ({_range(q, 3)})."
        )
    if result.growth is None:
        return ""
    return (
        f"Early on, adoption grows by {number(result.growth.estimate, 3)} of itself a "
        f"{result.interval.value} ({_range(result.growth, 3)})."
    )


def _fit(result: DiffusionResult) -> str:
    shape = "Bass" if result.curve is Curve.BASS else "logistic"
    fresh = "" if result.fit_new is None else f", and {percent(result.fit_new)} of that in new ones"
    so_far = "" if result.fit_so_far is None else f" {percent(result.fit_so_far)} of the variation in"
    first = f"The {shape} curve describes{so_far} all {result.what} so far{fresh}."
    if result.ahead_error is None:
        return f"{first} There are too few periods to see how well it foretells."
    periods = counted(result.ahead_count, result.interval.value)
    told = f"Foretold each from those before, {periods} came out {percent(result.ahead_error)} off on average"
    if result.ahead_error > POOR:
        return f"{first} {told}: too far to plan on."
    return f"{first} {told}."


def _bounds(result: DiffusionResult) -> str:
    if not result.at_bounds:
        return ""
    return (
        f"At the edge of what is allowed, so that these figures do not settle it: {listed(result.at_bounds)}."
    )


def _failed(result: DiffusionResult) -> str:
    if not result.failed_draws:
        return ""
    return (
        f"{counted(result.failed_draws, 'fit')} of the bootstrap did not settle and were left out of the "
        "intervals."
    )


def _range(estimate: Estimate, places: int) -> str:
    return f"{number(estimate.low, places)} to {number(estimate.high, places)}"


def picture(result: DiffusionResult) -> Picture:
    """Draw all adopters so far, observed and on the curve, with its interval and the market."""
    import altair as alt

    kinds = alt.Scale(domain=["observed", "on the curve", "the market"], range=[GREY, BLUE, "black"])
    colour = alt.Color("kind:N", title=None, scale=kinds, legend=alt.Legend(orient="top"))
    rows = [
        {
            "number": each.number,
            "observed": each.observed_so_far,
            "fitted": each.fitted_so_far.estimate,
            "low": each.fitted_so_far.low,
            "high": each.fitted_so_far.high,
        }
        for each in result.periods
    ]
    x = alt.X(
        "number:Q",
        title=f"{result.interval.value}s from the launch",
        axis=alt.Axis(grid=False, tickMinStep=1),
        scale=alt.Scale(zero=True, nice=False),
    )
    y_title = f"{result.what} that have adopted"
    chart = alt.Chart(alt.Data(values=rows)).encode(x=x)
    band = chart.mark_area(opacity=0.18, color=BLUE).encode(y=alt.Y("low:Q", title=y_title), y2="high:Q")
    line = chart.transform_calculate(kind="'on the curve'").mark_line().encode(y="fitted:Q", color=colour)
    dots = chart.transform_filter("datum.observed != null").transform_calculate(kind="'observed'")
    points = dots.mark_circle(size=60, opacity=1).encode(y="observed:Q", color=colour)
    ceiling = alt.Chart(alt.Data(values=[{"market": result.market.estimate, "kind": "the market"}]))
    rule = ceiling.mark_rule(strokeDash=[4, 4]).encode(y="market:Q", color=colour)
    return Picture(
        title=f"Adoption by {result.what}, and the curve",
        alternative=(
            f"{result.what.capitalize()} that have adopted rise to {number(result.so_far, 0)} after "
            f"{counted(result.observed_periods, result.interval.value)}; the curve ends at "
            f"{number(result.market.estimate, 0)}."
        ),
        chart=alt.layer(band, rule, line, points),
        table=Table(
            f"{result.what.capitalize()} by {result.interval.value}, observed and on the curve",
            ("Number", "New", "New on the curve", "So far", "So far on the curve", "Low", "High"),
            tuple(
                (
                    each.number,
                    each.observed,
                    each.fitted,
                    each.observed_so_far,
                    each.fitted_so_far.estimate,
                    each.fitted_so_far.low,
                    each.fitted_so_far.high,
                )
                for each in result.periods
            ),
        ),
    )
