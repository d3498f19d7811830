"""A budget impact as a chart: each year's, with how far the low and the high scenario lie from it."""

from __future__ import annotations

from typing import Any

from speccom.methods.budget_impact.found import BudgetImpactResult
from speccom.methods.picture import BLUE, TEXT, Picture
from speccom.methods.table import Cell, Table
from speccom.methods.words import pounds

MILLION = 100_000_000
THOUSAND = 100_000


def picture(result: BudgetImpactResult) -> Picture:
    """Return the budget impact by year: bars for the mid scenario, lines from low to high."""
    import altair

    size, unit = _unit(result)
    rows = [_row(result, year, size) for year in range(result.years)]
    data = altair.Data(values=rows)
    year = altair.X("year:O", title="Year", axis=altair.Axis(labelAngle=0))
    bars = (
        altair.Chart(data)
        .mark_bar(color=BLUE, opacity=0.6, width={"band": 0.5})
        .encode(x=year, y=altair.Y("mid:Q", title=f"Budget impact ({unit})"))
    )
    spread = altair.Chart(data).mark_rule(color=TEXT, strokeWidth=2).encode(x=year, y="least:Q", y2="most:Q")
    ends = [
        altair.Chart(data).mark_tick(color=TEXT, thickness=2, width=14).encode(x=year, y=f"{end}:Q")
        for end in ("least", "most")
    ]
    return Picture(
        title=f"{result.title}: budget impact by year",
        alternative=_alternative(result),
        chart=altair.layer(bars, spread, *ends),
        table=_table(result),
    )


def _unit(result: BudgetImpactResult) -> tuple[int, str]:
    largest = max(abs(pence) for each in (result.low, result.mid, result.high) for pence in each.impact)
    return (MILLION, "£ million") if largest >= MILLION else (THOUSAND, "£ thousand")


def _row(result: BudgetImpactResult, year: int, size: int) -> dict[str, Any]:
    low, mid, high = (each.impact[year] / size for each in (result.low, result.mid, result.high))
    return {"year": year + 1, "mid": mid, "least": min(low, mid, high), "most": max(low, mid, high)}


def _alternative(result: BudgetImpactResult) -> str:
    first, last = result.mid.impact[0], result.mid.impact[-1]
    return (
        f"Bars of the budget impact of {result.title} by year, {pounds(first)} in year 1 and "
        f"{pounds(last)} in year "
        f"{result.years}, each with a line from the lowest to the highest of the three scenarios."
    )


def _table(result: BudgetImpactResult) -> Table:
    scenarios = (result.low, result.mid, result.high)
    rows: list[tuple[Cell, ...]] = []
    for year, people in enumerate(result.mid.cohort):
        rows.append((str(year + 1), people.starters, *(pounds(each.impact[year]) for each in scenarios)))
    starters = sum(each.starters for each in result.mid.cohort)
    rows.append(("All", starters, *(pounds(each.total) for each in scenarios)))
    return Table(
        "Budget impact by year and scenario",
        ("Year", "Starters (mid)", "Low", "Mid", "High"),
        tuple(rows),
    )
