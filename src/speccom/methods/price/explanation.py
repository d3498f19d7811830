"""Prices in plain English, and as a chart."""

from __future__ import annotations

from speccom.methods.picture import AQUA, BLUE, DARK, GREY, ORANGE, TEXT, Picture
from speccom.methods.price.lines import Component, Part, PricedLine, PriceResult
from speccom.methods.price.rules import Basis
from speccom.methods.table import Cell, Table
from speccom.methods.words import counted, listed, pounds

PART_WORDS = {
    Part.BASE: "base price",
    Part.BEST_PRACTICE: "best practice",
    Part.SHORT_STAY: "short stay",
    Part.LONG_STAY: "long stay",
    Part.TOP_UP: "specialised top-up",
    Part.MARKET_FORCES: "market forces",
    Part.CRITICAL_CARE: "critical care",
    Part.LOCAL: "paid at cost",
    Part.PAYMENT_BASIS: "payment basis",
}
BASIS_WORDS = {
    Basis.UNIT: "by the unit",
    Basis.BLOCK: "as a block",
    Basis.FIXED_AND_VARIABLE: "by a fixed sum and a variable part",
}
_COLOURS = {
    Part.BASE: BLUE,
    Part.BEST_PRACTICE: AQUA,
    Part.SHORT_STAY: ORANGE,
    Part.LONG_STAY: "#7c2855",
    Part.TOP_UP: DARK,
    Part.MARKET_FORCES: "#41b6e6",
    Part.CRITICAL_CARE: "#330072",
    Part.LOCAL: "#78be20",
    Part.PAYMENT_BASIS: GREY,
}


# Nobody reads on, or sees a bar among so many; a year of activity has more lines than a page has.
_MOST_TOLD = 40


def explain(result: PriceResult) -> str:
    """Return the result in sentences, line by line."""
    told = [_headline(result), *(_line(line) for line in result.lines[:_MOST_TOLD])]
    left = len(result.lines) - _MOST_TOLD
    if left > 0:
        told.append(f"The result has each of {counted(left, 'further line')} in the same detail.")
    return "\n\n".join(told)


def _headline(result: PriceResult) -> str:
    parts = [f"{PART_WORDS[each.part]} {pounds(each.pence)}" for each in result.parts]
    made = f" ({listed(parts)})" if parts else ""
    illustrative = (
        " Some of these prices were made for demonstration, so nothing is to be paid by them."
        if result.status == "illustrative"
        else ""
    )
    left = sum(bool(line.excluded) for line in result.lines)
    priced = len(result.lines) - left
    unpriced = f", and {counted(left, 'line is', 'lines are')} not priced" if left else ""
    return (
        f"By “{result.rules}”, {counted(priced, 'line')} of activity worth {pounds(result.value_pence)} "
        f"{'is' if priced == 1 else 'are'} paid {pounds(result.paid_pence)}{made}{unpriced}.{illustrative}"
    )


def _line(line: PricedLine) -> str:
    if line.excluded:
        return f"Line {line.id} is not priced: {line.excluded}."
    basis = BASIS_WORDS[line.basis] if line.basis else ""
    parts = [f"{PART_WORDS[each.part]} {pounds(each.pence)} ({_how(each)})" for each in line.components]
    notes = "".join(f" Left aside: {note}." for note in line.notes)
    days = (
        ""
        if line.weighted_days is None
        else f" Its critical care comes to {line.weighted_days} weighted days."
    )
    return f"Line {line.id} is paid {pounds(line.paid_pence)} {basis}: {'; '.join(parts)}.{days}{notes}"


def _how(part: Component) -> str:
    """Return how a part came about; its sum for one unit, where the line stands for several."""
    if not part.unit_pence or part.pence == part.unit_pence:
        return part.why
    return f"{part.why}: {pounds(part.unit_pence)} for each of {part.pence // part.unit_pence:,} units"


def picture(result: PriceResult) -> Picture:
    """Return what each line's payment is made of, as bars: what is taken off lies below nought."""
    import altair

    line = altair.Y("line:N", title=None, sort=None)
    axis = altair.Axis(format=",.0f", tickCount=6)
    colours = altair.Scale(
        domain=[PART_WORDS[each.part] for each in result.parts],
        range=[_COLOURS[each.part] for each in result.parts],
    )
    bars = (
        altair.Chart(altair.Data(values=_bars(result)))
        .mark_bar()
        .encode(
            y=line,
            x=altair.X("pounds:Q", title="Pounds", axis=axis, stack="zero"),
            color=altair.Color(
                "part:N", scale=colours, legend=altair.Legend(orient="top", columns=4, title=None)
            ),
            order=altair.Order("order:Q"),
        )
    )
    paid = [{"line": each.id, "paid": each.paid_pence / 100} for each in result.lines[:_MOST_TOLD]]
    marks = (
        altair.Chart(altair.Data(values=paid))
        .mark_point(shape="diamond", size=110, filled=True, fill="white", stroke=TEXT, opacity=1)
        .encode(y=line, x=altair.X("paid:Q", title="Pounds", axis=axis))
    )
    return Picture(
        title="What each line's payment is made of",
        alternative=_alternative(result),
        chart=altair.layer(bars, marks),
        table=_table(result),
    )


def _bars(result: PriceResult) -> list[dict[str, str | float]]:
    return [
        {
            "line": line.id,
            "part": PART_WORDS[each.part],
            "pounds": each.pence / 100,
            "order": list(Part).index(each.part),
        }
        for line in result.lines[:_MOST_TOLD]
        for each in line.components
    ]


def _alternative(result: PriceResult) -> str:
    drawn = result.lines[:_MOST_TOLD]
    dearest = max(drawn, key=lambda line: line.paid_pence)
    first = "the first " if len(drawn) < len(result.lines) else ""
    return (
        f"A bar for each of {first}{counted(len(drawn), 'line')}, made of the components of its payment, "
        "with a diamond at "
        f"what is paid; the largest payment is {pounds(dearest.paid_pence)}, for line {dearest.id}."
    )


def _table(result: PriceResult) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for line in result.lines:
        for each in line.components:
            rows.append((line.id, PART_WORDS[each.part], pounds(each.pence), _how(each)))
        rows.append((line.id, "paid", pounds(line.paid_pence), line.excluded))
    rows.append(("All", "paid", pounds(result.paid_pence), ""))
    return Table("Components of each payment", ("Line", "Component", "Pounds", "How"), tuple(rows))
