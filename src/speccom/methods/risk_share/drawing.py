"""A chart of what each member risks alone and in the pool, or of one year where none were simulated."""

from __future__ import annotations

from collections.abc import Sequence

from speccom.methods.picture import AQUA, BLUE, GREY, Picture
from speccom.methods.risk_share.outcome import RiskShareResult
from speccom.methods.table import Table
from speccom.methods.words import pounds

_LABELS = ("Alone", "With the reserve", "With the reserve and the pool")
_COLOURS = (GREY, AQUA, BLUE)


def picture(result: RiskShareResult) -> Picture:
    """Draw each member's 90th centile with and without the pool, or its variance of the year."""
    if result.simulation:
        what = "Variance that nine years in ten do not exceed"
        years = result.simulation.members
        rows = [
            (each.member, (each.alone_90_pence, each.reserve_90_pence, each.pooled_90_pence))
            for each in years
        ]
    else:
        what = "Variance of the year"
        rows = [
            (each.member, (each.variance_pence, each.variance_pence - each.reserve_pence, each.borne_pence))
            for each in result.members
        ]
    return _drawn(rows, what)


def _drawn(rows: Sequence[tuple[str, tuple[int, int, int]]], what: str) -> Picture:
    import altair as alt  # deferred: it takes a while, and most calculations are not drawn

    data = [
        {"member": member, "how": how, "pounds": pence / 100}
        for member, sums in rows
        for how, pence in zip(_LABELS, sums, strict=True)
    ]
    chart = (
        alt.Chart(alt.Data(values=data))
        .mark_bar()
        .encode(
            y=alt.Y("member:N", sort=None, title=None, axis=alt.Axis(labelLimit=0)),
            yOffset=alt.YOffset("how:N", sort=list(_LABELS)),
            x=alt.X("pounds:Q", title=f"{what}, in pounds", axis=alt.Axis(format=",.0f")),
            color=alt.Color(
                "how:N",
                title=None,
                scale=alt.Scale(domain=list(_LABELS), range=list(_COLOURS)),
                legend=alt.Legend(orient="top"),
            ),
        )
    )
    told = "; ".join(f"{member} {', '.join(map(pounds, sums))}" for member, sums in rows)
    return Picture(
        title=f"{what}, by what is shared",
        alternative=f"Bars for each member: alone, with the reserve, and with the pool too. {told}.",
        chart=chart,
        table=Table(
            what,
            ("Member", *_LABELS),
            tuple((member, *map(pounds, sums)) for member, sums in rows),
        ),
    )
