"""A chart of a provider's year: what became of each scheme's money."""

from __future__ import annotations

from typing import Any

from speccom.methods.incentive.answer import IncentiveResult, Money
from speccom.methods.picture import BLUE, DARK, GREY, ORANGE, Picture
from speccom.methods.table import Cell, Table
from speccom.methods.words import pounds

_PARTS = ("Earned", "Not earned", "Unsettled", "Later quarters")
_COLOURS = (BLUE, ORANGE, GREY, DARK)


def picture(result: IncentiveResult) -> Picture:
    """Draw what became of each scheme's money, in pounds."""
    import altair as alt  # deferred: it takes a while, and most calculations are not drawn

    data: list[dict[str, Any]] = [
        {"scheme": each.scheme, "part": part, "order": order, "pounds": pence / 100}
        for each in result.schemes
        for order, (part, pence) in enumerate(zip(_PARTS, _sums(each), strict=True))
    ]
    chart = (
        alt.Chart(alt.Data(values=data))
        .mark_bar()
        .encode(
            y=alt.Y("scheme:N", sort=None, title=None),
            x=alt.X("pounds:Q", title="Pounds in the year", axis=alt.Axis(format=",.0f")),
            color=alt.Color(
                "part:N",
                title=None,
                scale=alt.Scale(domain=list(_PARTS), range=list(_COLOURS)),
                legend=alt.Legend(orient="top"),
            ),
            order=alt.Order("order:Q"),
        )
    )
    rows: list[tuple[Cell, ...]] = [
        (each.scheme, *(pounds(pence) for pence in _sums(each))) for each in result.schemes
    ]
    told = "; ".join(
        f"{each.scheme} {pounds(each.earned_pence)} of {pounds(each.value_pence)}" for each in result.schemes
    )
    return Picture(
        title=f"{pounds(result.earned_pence)} earned of {pounds(result.value_pence)}",
        alternative=f"Bars of what was earned of each scheme: {told}.",
        chart=chart,
        table=Table("What became of each scheme's money", ("Scheme", *_PARTS), tuple(rows)),
    )


def _sums(money: Money) -> tuple[int, ...]:
    return money.earned_pence, money.withheld_pence, money.unsettled_pence, money.not_due_pence
