"""The funnel drawn: units by their denominator, the limits that are used, and those outside named."""

from __future__ import annotations

from typing import Any

import numpy as np

from speccom.methods.funnel.figures import FunnelResult, LimitSet, Standing
from speccom.methods.funnel.kinds import Kind
from speccom.methods.funnel.limits import adjusted_limits, unadjusted_limits
from speccom.methods.funnel.sentences import explain
from speccom.methods.picture import BLUE, DARK, GREY, TEXT, Picture
from speccom.methods.table import Table
from speccom.methods.words import number

# The titles of the two axes.
_AXES = {
    Kind.RATIO_LOG: ("expected", "observed to expected"),
    Kind.RATIO_ROOT: ("expected", "observed to expected"),
    Kind.PROPORTION: ("cases", "proportion"),
    Kind.RATIO_OF_COUNTS: ("denominator", "ratio"),
}
_STEPS = 120


def picture(result: FunnelResult) -> Picture:
    """Return the funnel with its table."""
    return Picture(_title(result), explain(result), _drawn(result), _table(result))


def _title(result: FunnelResult) -> str:
    beyond = sum(unit.standing != Standing.WITHIN for unit in result.units)
    return (
        f"{result.measure}: {beyond:,} of {len(result.units):,} outside the {result.level} limits "
        f"({result.limits_used})"
    )


def _lines(result: FunnelResult) -> list[dict[str, Any]]:
    """Return the limits that are used, from the smallest denominator to the largest."""
    denominators = [unit.denominator for unit in result.units]
    along = np.linspace(min(denominators), max(denominators), _STEPS)
    centre = np.array(result.centre / result.multiplier)
    if result.limits_used == LimitSet.ADJUSTED:
        found = adjusted_limits(
            result.kind, along, centre, np.array(result.tau2), as_funnelplotr=result.as_funnelplotr
        )
    else:
        found = unadjusted_limits(result.kind, along, centre, as_funnelplotr=result.as_funnelplotr)
    return [
        {"x": float(x), "y": float(y) * result.multiplier, "line": line, "level": level}
        for line, level, values in (
            ("lower 95%", "95%", found.lower_95),
            ("upper 95%", "95%", found.upper_95),
            ("lower 99.8%", "99.8%", found.lower_998),
            ("upper 99.8%", "99.8%", found.upper_998),
        )
        for x, y in zip(along, values, strict=True)
    ]


def _drawn(result: FunnelResult) -> object:
    import altair as alt

    points = [
        {"x": unit.denominator, "y": unit.value, "name": unit.name, "standing": str(unit.standing)}
        for unit in result.units
    ]
    along, up = _AXES[result.kind]
    if result.multiplier != 1:
        up += f" × {number(result.multiplier)}"
    x = alt.X("x:Q", title=along, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=10))
    y = alt.Y("y:Q", title=up, scale=alt.Scale(zero=False))
    limits = (
        alt.Chart(alt.Data(values=_lines(result)))
        .mark_line(color=GREY, strokeWidth=1.5)
        .encode(
            x=x,
            y=y,
            detail="line:N",
            strokeDash=alt.StrokeDash(
                "level:N", title="limits", scale=alt.Scale(domain=["95%", "99.8%"], range=[[2, 3], [8, 3]])
            ),
        )
    )
    centre = (
        alt.Chart(alt.Data(values=[{"y": result.centre}])).mark_rule(color=DARK, strokeWidth=1).encode(y=y)
    )
    standings = [str(standing) for standing in Standing]
    colours = alt.Scale(domain=standings, range=[DARK, GREY, BLUE])
    shapes = alt.Scale(domain=standings, range=["triangle-down", "circle", "triangle-up"])
    dots = (
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=True, opacity=1, size=80)
        .encode(
            x=x,
            y=y,
            color=alt.Color("standing:N", title=None, scale=colours),
            shape=alt.Shape("standing:N", title=None, scale=shapes),
        )
    )
    names = [
        alt.Chart(alt.Data(values=[point for point in points if point["standing"] == standing]))
        .mark_text(dy=offset, color=TEXT)
        .encode(x=x, y=y, text="name:N")
        for standing, offset in ((Standing.HIGH, -15), (Standing.LOW, 15))
    ]
    return alt.layer(limits, centre, dots, *names)


def _table(result: FunnelResult) -> Table:
    used = result.limits_used
    return Table(
        title=f"{result.measure}: each unit, the {used} limits at its denominator, and where it lies",
        columns=(
            "Unit",
            "Numerator",
            "Denominator",
            "Value",
            "Lower 99.8%",
            "Lower 95%",
            "Upper 95%",
            "Upper 99.8%",
            "Lies",
            "By chance alone",
            "Adjusted",
        ),
        rows=tuple(
            (
                unit.name,
                _whole(unit.numerator),
                _whole(unit.denominator),
                unit.value,
                limits.lower_998,
                limits.lower_95,
                limits.upper_95,
                limits.upper_998,
                str(unit.standing),
                str(unit.standing_unadjusted),
                str(unit.standing_adjusted),
            )
            for unit in result.units
            for limits in [unit.adjusted if used == LimitSet.ADJUSTED else unit.unadjusted]
        ),
    )


def _whole(value: float) -> float:
    """Return a whole number as one, so that it is written without decimals."""
    return int(value) if value.is_integer() else value
