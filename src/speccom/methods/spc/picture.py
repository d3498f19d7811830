"""The chart drawn: the line, its limits, the target, and each signal in a colour and a shape of its own."""

from __future__ import annotations

from speccom.methods.picture import BLUE, DARK, GREY, ORANGE, Picture
from speccom.methods.spc.figures import SpcResult, Variation
from speccom.methods.spc.sentences import explain
from speccom.methods.table import Table

_LOOKS = {
    "common cause": (GREY, "circle"),
    "improvement": (BLUE, "triangle-up"),
    "concern": (ORANGE, "square"),
    "neutral": (DARK, "diamond"),
}


def picture(result: SpcResult) -> Picture:
    """Return the chart with its table."""
    return Picture(_title(result), explain(result), _drawn(result), _table(result))


def _title(result: SpcResult) -> str:
    said = [f"the latest point is {result.variation}"]
    if result.assurance:
        said.append(f"the target is {result.assurance}")
    return f"{result.measure}: {', '.join(said)}"


def _kind(variation: Variation) -> str:
    """Return the middle word of an icon: `improvement` of `special cause, improvement, high`."""
    return variation.split(", ")[1] if ", " in variation else str(variation)


def _drawn(result: SpcResult) -> object:
    import altair as alt

    points = [
        {"date": point.date.isoformat(), "value": point.value, "shows": _kind(point.variation)}
        for point in result.points
    ]
    lines = [
        {"date": when.isoformat(), "value": value, "stretch": number, "line": name}
        for number, each in enumerate(result.stretches)
        for name, value in (("limit, upper", each.upper), ("mean", each.mean), ("limit, lower", each.lower))
        for when in (each.starts, each.ends)
    ]
    present = [kind for kind in _LOOKS if kind in {point["shows"] for point in points}]
    colours = alt.Scale(domain=present, range=[_LOOKS[kind][0] for kind in present])
    shapes = alt.Scale(domain=present, range=[_LOOKS[kind][1] for kind in present])
    x = alt.X("date:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%b %Y", tickCount=8))
    y = alt.Y("value:Q", title=result.unit or None, scale=alt.Scale(zero=False))
    limits = (
        alt.Chart(alt.Data(values=lines))
        .mark_line(color=GREY, strokeWidth=1.5)
        .encode(
            x=x,
            y=y,
            detail=["stretch:N", "line:N"],
            strokeDash=alt.condition("datum.line == 'mean'", alt.value([1, 0]), alt.value([6, 4])),
        )
    )
    series = alt.Chart(alt.Data(values=points)).mark_line(color=GREY, strokeWidth=1).encode(x=x, y=y)
    dots = (
        alt.Chart(alt.Data(values=points))
        .mark_point(filled=True, opacity=1, size=80)
        .encode(
            x=x,
            y=y,
            color=alt.Color("shows:N", scale=colours, title=None),
            shape=alt.Shape("shows:N", scale=shapes, title=None),
        )
    )
    layers = [limits, series, dots]
    if result.target is not None:
        target = alt.Data(values=[{"value": result.target, "said": "target"}])
        layers.append(alt.Chart(target).mark_rule(color=DARK, strokeDash=[2, 2]).encode(y=y))
        layers.append(
            alt.Chart(target)
            .mark_text(align="right", baseline="bottom", color=DARK)
            .encode(x=alt.value("width"), y=y, text="said:N")
        )
    return alt.layer(*layers)


def _table(result: SpcResult) -> Table:
    unit = f" ({result.unit})" if result.unit else ""
    return Table(
        title=f"{result.measure}: each point, the limits it is judged by, and what it shows",
        columns=(
            "Date",
            f"Value{unit}",
            f"Lower limit{unit}",
            f"Mean{unit}",
            f"Upper limit{unit}",
            "Shows",
            "Which is",
        ),
        rows=tuple(
            (
                point.date.isoformat(),
                point.value,
                result.stretches[point.stretch - 1].lower,
                result.stretches[point.stretch - 1].mean,
                result.stretches[point.stretch - 1].upper,
                str(point.cause),
                str(point.variation),
            )
            for point in result.points
        ),
    )
