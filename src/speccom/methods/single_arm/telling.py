"""A scheme's figures in plain English, and as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from speccom.methods.picture import BLUE, GREY, Picture
from speccom.methods.single_arm.change import MeanChange
from speccom.methods.single_arm.enrolment import Forecast
from speccom.methods.single_arm.share import Completeness, ShareFound
from speccom.methods.single_arm.slope import Slope
from speccom.methods.table import Table
from speccom.methods.words import capital, counted, listed, number, percent, spoken


def explain(
    scheme: str,
    confidence: float,
    *,
    shares: Sequence[ShareFound],
    completed: Sequence[Completeness],
    changes: Sequence[MeanChange],
    slopes: Sequence[Slope],
    forecast: Forecast | None,
) -> str:
    """Say what a scheme showed, part by part."""
    interval = f"{percent(confidence, 2)} interval"
    said = [f"{scheme}."]
    said += [_share(each, interval) for each in shares]
    said += [_completeness(each) for each in completed]
    said += [_change(each, interval) for each in changes]
    said += [_slope(each, interval) for each in slopes]
    if forecast:
        said.append(_forecast(forecast, interval))
    if shares or changes or slopes:
        said.append(
            "There was no control group, so none of this shows by itself that the treatment made the "
            "difference."
        )
    return " ".join(said)


def _share(found: ShareFound, interval: str) -> str:
    return (
        f"{capital(found.name)}: {found.had:,} of {counted(found.of, 'patient')}, "
        f"{percent(found.share)} (exact {interval} {percent(found.exact_lower)} to "
        f"{percent(found.exact_upper)}; Wilson's {percent(found.wilson_lower)} to "
        f"{percent(found.wilson_upper)})."
    )


def _completeness(found: Completeness) -> str:
    if found.share is None:
        return f"At {found.name} no follow-up is due yet."
    share = percent(found.share)
    said = f"At {found.name} {found.assessed:,} of {found.due:,} due were assessed ({share})"
    if found.needed is None:
        return f"{said}."
    if found.short_by:
        return f"{said}; {found.needed:,} are needed, so {found.short_by:,} are still missing."
    return f"{said}, which reaches the {found.needed:,} that are needed."


def _change(found: MeanChange, interval: str) -> str:
    left_out = ""
    if found.left_out:
        left_out = f", leaving out {counted(found.left_out, 'patient')} without both values"
    return (
        f"{capital(found.name)} changed by {number(found.mean)} {found.unit} on average ({interval} "
        f"{number(found.lower)} to {number(found.upper)}) in "
        f"{counted(found.patients, 'patient')}{left_out}."
    )


def _slope(found: Slope, interval: str) -> str:
    left_out = ""
    if found.left_out:
        left_out = f", leaving out {counted(found.left_out, 'patient')} seen only once"
    return (
        f"{capital(found.name)} changed by {number(found.per_year)} {found.unit} a year ({interval} "
        f"{number(found.lower)} to {number(found.upper)}), by "
        f"{counted(found.visits, 'visit')} of {counted(found.patients, 'patient')}{left_out}."
    )


def _forecast(found: Forecast, interval: str) -> str:
    so_far = f"{found.enrolled:,} of {found.cap:,} patients have been enrolled"
    if found.full_since:
        return f"{so_far}, and the scheme has been full since {found.full_since:%B %Y}; it takes no more."
    months = counted(found.recent, "month")
    if not found.recently:
        return f"{so_far}. Nobody was enrolled in the last {months}, so no date can be given for the rest."
    pace = f"At the pace of the last {months} ({number(found.per_month, 1)} a month)"
    places = counted(found.remaining, "place")
    if found.expected is None or found.earliest is None:
        return f"{so_far}. {pace} the last {places} would not be filled within any calendar."
    earliest = spoken(found.earliest)
    days = f"{earliest} to {spoken(found.latest)}" if found.latest else f"from {earliest}, with no latest day"
    return (
        f"{so_far}. {pace} the last {places} will be filled by {spoken(found.expected)} ({interval} {days})."
    )


@dataclass(frozen=True)
class _Line:
    """One line of the chart: a figure with its interval."""

    name: str
    value: float
    lower: float
    upper: float


def picture(
    scheme: str,
    *,
    shares: Sequence[ShareFound],
    completed: Sequence[Completeness],
    changes: Sequence[MeanChange],
    slopes: Sequence[Slope],
    forecast: Forecast | None,
) -> Picture:
    """Draw the shares and completeness; where there are none, the changes; else the enrolment."""
    lines = [_Line(each.name, each.share, each.wilson_lower, each.wilson_upper) for each in shares]
    for point in completed:
        if point.share is not None and point.lower is not None and point.upper is not None:
            lines.append(_Line(f"assessed at {point.name}", point.share, point.lower, point.upper))
    if lines:
        return _drawn_lines(f"{scheme}: shares with Wilson's intervals", lines, "Share of patients", "%")
    lines = [_Line(f"{each.name} ({each.unit})", each.mean, each.lower, each.upper) for each in changes]
    for each in slopes:
        lines.append(_Line(f"{each.name} ({each.unit} a year)", each.per_year, each.lower, each.upper))
    if lines or forecast is None:
        return _drawn_lines(f"{scheme}: change with its interval", lines, "Change", "")
    return _drawn_enrolment(scheme, forecast)


def _drawn_lines(title: str, lines: Sequence[_Line], axis: str, axis_format: str) -> Picture:
    import altair as alt

    rows = [
        {"name": each.name, "value": each.value, "lower": each.lower, "upper": each.upper} for each in lines
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("name:N", title="", sort=None, axis=alt.Axis(labelLimit=320))
    )
    scale = alt.Scale(domain=[0, 1]) if axis_format else alt.Scale(zero=True)
    x = alt.X("value:Q", title=axis, axis=alt.Axis(format=axis_format, tickCount=10), scale=scale)
    intervals = base.mark_rule(color=GREY, strokeWidth=3).encode(
        x=alt.X("lower:Q", title=axis, scale=scale), x2="upper:Q"
    )
    points = base.mark_circle(color=BLUE, size=110, opacity=1).encode(x=x)
    write = percent if axis_format else number
    said = [f"{each.name} {write(each.value)} ({write(each.lower)} to {write(each.upper)})" for each in lines]
    table = Table(
        title,
        ("What", axis, "Lower limit", "Upper limit"),
        tuple((each.name, each.value, each.lower, each.upper) for each in lines),
    )
    return Picture(title, f"{listed(said)}.", intervals + points, table)


def _drawn_enrolment(scheme: str, forecast: Forecast) -> Picture:
    import altair as alt

    totals = list(accumulate(month.enrolled for month in forecast.months))
    rows = [
        {"month": month.starts.isoformat(), "total": total}
        for month, total in zip(forecast.months, totals, strict=True)
    ]
    line = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(color=BLUE, strokeWidth=2, point={"color": BLUE, "size": 60})
        .encode(
            x=alt.X("month:T", title="Month", axis=alt.Axis(grid=False, format="%b %Y")),
            y=alt.Y("total:Q", title="Patients enrolled, in all"),
        )
    )
    cap = alt.Chart(alt.Data(values=[{"cap": forecast.cap}])).mark_rule(color=GREY, strokeDash=[5, 4])
    months = zip(forecast.months, totals, strict=True)
    table = Table(
        f"{scheme}: enrolment",
        ("Month", "Enrolled", "In all"),
        tuple((f"{month.starts:%B %Y}", month.enrolled, total) for month, total in months),
    )
    alternative = f"A line rising to {forecast.enrolled:,} patients, against a cap of {forecast.cap:,}."
    return Picture(f"{scheme}: enrolment against the cap", alternative, line + cap.encode(y="cap:Q"), table)
