"""The answer as a chart with its table: by deprivation fifth, by site, or one objective against another."""

from __future__ import annotations

from typing import Any

from speccom.methods.location.access import FIFTH
from speccom.methods.location.answer import GroupTravel, LocationResult, ParetoAnswer
from speccom.methods.picture import BLUE, GREY, Picture
from speccom.methods.table import Table
from speccom.methods.words import number


def picture(result: LocationResult) -> Picture:
    """Return the chart that suits the question."""
    if result.pareto is not None:
        return _pareto(result.pareto)
    fifths = tuple(each for each in result.by_group if each.kind == FIFTH)
    return _by_fifth(fifths, result.unit) if len(fifths) > 1 else _by_site(result)


def _by_fifth(fifths: tuple[GroupTravel, ...], unit: str) -> Picture:
    import altair as alt  # deferred: it takes a while, and most calculations are not drawn

    compared = all(each.mean_now is not None for each in fifths)
    then = "after" if compared else "mean"
    rows: list[dict[str, Any]] = []
    if compared:
        rows += [{"fifth": each.group, "time": each.mean_now, "when": "today"} for each in fifths]
    rows += [{"fifth": each.group, "time": each.travel.mean, "when": then} for each in fifths]
    # Today's mark is the larger and lies beneath, so that both are seen where nothing changes.
    marks = ["today", then] if compared else [then]
    colours, shapes, sizes = ([GREY, BLUE], ["circle", "diamond"], [260, 90])
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("time:Q", title=f"mean travel time ({unit})", scale=alt.Scale(zero=True)),
        y=alt.Y("fifth:O", title="deprivation fifth (1 most deprived)"),
    )
    points = base.mark_point(filled=True, opacity=1).encode(
        color=alt.Color("when:N", title=None, scale=alt.Scale(domain=marks, range=colours[-len(marks) :])),
        shape=alt.Shape("when:N", title=None, scale=alt.Scale(domain=marks, range=shapes[-len(marks) :])),
        size=alt.Size("when:N", title=None, scale=alt.Scale(domain=marks, range=sizes[-len(marks) :])),
    )
    lines = base.mark_line(color=GREY, strokeWidth=2).encode(detail="fifth:O")
    worst = max(fifths, key=lambda each: each.travel.mean - (each.mean_now or 0.0))
    title = "Mean travel time by deprivation fifth"
    said = (
        f"Dots for the mean travel time of each deprivation fifth{', today and after' if compared else ''}. "
    )
    if compared:
        said += f"Fifth {worst.group} changes most, from {number(worst.mean_now or 0.0)} to "
        said += f"{number(worst.travel.mean)}."
    else:
        said += f"Fifth {worst.group} travels longest, {number(worst.travel.mean)}."
    table = Table(
        title=title,
        columns=(
            "deprivation fifth",
            "people",
            "mean time today",
            "mean time",
            "nine in ten within",
            "greatest",
        ),
        rows=tuple(
            (
                each.group,
                each.travel.people,
                each.mean_now,
                each.travel.mean,
                each.travel.ninetieth,
                each.travel.greatest,
            )
            for each in fifths
        ),
    )
    return Picture(title=title, alternative=said, chart=alt.layer(lines, points), table=table)


def _by_site(result: LocationResult) -> Picture:
    import altair as alt

    rows = [{"site": each.site, "volume": each.volume} for each in result.volumes]
    most = max(result.volumes, key=lambda each: each.volume)
    title = "What each open site has to do"
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X("volume:Q", title="demand that goes there"),
            y=alt.Y("site:N", title=None, sort="-x"),
        )
    )
    table = Table(
        title=title,
        columns=("site", "demand", "demand today", "below its minimum", "over its capacity"),
        rows=tuple(
            (each.site, each.volume, each.volume_now, each.below_minimum, each.over_capacity)
            for each in result.volumes
        ),
    )
    said = (
        f"Bars for the demand at each of {len(rows)} open sites. {most.site} has most, {number(most.volume)}."
    )
    return Picture(title=title, alternative=said, chart=chart, table=table)


def _pareto(found: ParetoAnswer) -> Picture:
    import altair as alt

    across, up = str(found.objectives[0]), str(found.objectives[-1])
    rows = [{"across": each.values[0], "up": each.values[-1]} for each in found.sets]
    title = f"{len(rows)} sets of sites that no other betters"
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_point(size=80, filled=True, color=BLUE, opacity=0.8)
        .encode(
            x=alt.X("across:Q", title=across, scale=alt.Scale(zero=False)),
            y=alt.Y("up:Q", title=up, scale=alt.Scale(zero=False)),
        )
    )
    table = Table(
        title=title,
        columns=("sites", *(str(objective) for objective in found.objectives)),
        rows=tuple((", ".join(each.sites), *each.values) for each in found.sets),
    )
    said = f"A point for each of {len(rows)} sets of sites, by {across} across and {up} upwards."
    return Picture(title=title, alternative=said, chart=chart, table=table)
