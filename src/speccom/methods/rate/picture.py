"""The rates drawn: each with its interval, in order, against what they are compared with."""

from __future__ import annotations

from speccom.methods.picture import BLUE, DARK, GREY, Picture
from speccom.methods.rate.comparison import Label
from speccom.methods.rate.figures import RateResult
from speccom.methods.rate.sentences import explain, per
from speccom.methods.table import Table

_SIDES = {
    Label.FAR_LOW: "lower",
    Label.LOW: "lower",
    Label.SIMILAR: "similar",
    Label.HIGH: "higher",
    Label.FAR_HIGH: "higher",
    None: "not compared",
}
_LOOKS = {
    "higher": (BLUE, "triangle-up"),
    "similar": (GREY, "circle"),
    "lower": (DARK, "triangle-down"),
    "not compared": (GREY, "diamond"),
}


def picture(result: RateResult) -> Picture:
    """Return the chart with its table."""
    return Picture(_title(result), explain(result), _drawn(result), _table(result))


def _title(result: RateResult) -> str:
    differ = sum(unit.label not in (None, Label.SIMILAR) for unit in result.units)
    return f"{result.measure}{per(result)}: {differ:,} of {len(result.units):,} differ by more than chance"


def _drawn(result: RateResult) -> object:
    import altair as alt

    rows = [
        {
            "name": unit.name,
            "value": unit.value,
            "lower": unit.lower,
            "upper": unit.upper,
            "compares": _SIDES[unit.label],
        }
        for unit in result.units
        if unit.value is not None
    ]
    present = [side for side in _LOOKS if any(row["compares"] == side for row in rows)]
    data = alt.Data(values=rows)
    y = alt.Y("name:N", title=None, sort=alt.EncodingSortField("value", order="descending"))
    x = alt.X("value:Q", title=f"value{per(result)}", scale=alt.Scale(zero=False))
    intervals = (
        alt.Chart(data).mark_rule(color=GREY, strokeWidth=2).encode(y=y, x=alt.X("lower:Q"), x2="upper:Q")
    )
    dots = (
        alt.Chart(data)
        .mark_point(filled=True, opacity=1, size=90)
        .encode(
            y=y,
            x=x,
            color=alt.Color(
                "compares:N",
                title=None,
                scale=alt.Scale(domain=present, range=[_LOOKS[side][0] for side in present]),
            ),
            shape=alt.Shape(
                "compares:N",
                title=None,
                scale=alt.Scale(domain=present, range=[_LOOKS[side][1] for side in present]),
            ),
        )
    )
    if result.reference is None:
        return alt.layer(intervals, dots)
    line = alt.Chart(alt.Data(values=[{"value": result.reference}])).mark_rule(color=DARK, strokeDash=[4, 3])
    return alt.layer(intervals, dots, line.encode(x=x))


def _table(result: RateResult) -> Table:
    return Table(
        title=f"{result.measure}: each unit's value{per(result)}, its interval, and how it compares",
        columns=("Unit", "Events", "Population", "Expected", "Value", "Lower", "Upper", "By", "Compares"),
        rows=tuple(
            (
                unit.name,
                _whole(unit.count),
                _whole(unit.population),
                unit.expected,
                unit.value,
                unit.lower,
                unit.upper,
                str(unit.formula) if unit.formula else None,
                str(unit.label) if unit.label else None,
            )
            for unit in result.units
        ),
    )


def _whole(value: float) -> float:
    """Return a whole number as one, so that it is written without decimals."""
    return int(value) if value.is_integer() else value
