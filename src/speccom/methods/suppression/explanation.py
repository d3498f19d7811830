"""The result in plain English, and as a picture of the table."""

from __future__ import annotations

from speccom.methods.picture import BLUE, GRID, TEXT, Picture
from speccom.methods.suppression.counts import Hidden, SuppressionResult, Way, Why, Zeros
from speccom.methods.table import Table
from speccom.methods.words import counted

_MOST_DRAWN = 40


def explain(result: SuppressionResult) -> str:
    """Return the result in sentences, which may be published: they tell no small count from another."""
    shown = sum(figure is not None for row in result.published for figure in row)
    every = len(result.rows) * len(result.columns)
    said = [f"Of {counted(every, 'figure')}, totals among them, {shown:,} may be published."]
    if not result.hidden:
        said.append(f"Nothing had to be hidden by the rule ({_rule(result)}).")
        return " ".join(said)
    said.append(
        f"{counted(len(result.hidden), 'is', 'are')} hidden: what the rule hides ({_rule(result)}), and more "
        "where it takes more, so that none of that can be worked out by subtraction."
    )
    said.append(_choice(result))
    said.append(_tightest(result))
    said.append(
        "This holds for one table at a time: counts shown in another table, or in last year's, may give "
        "them away. Publish the table and these words alone: which of the hidden figures the rule hides, how "
        "many they are and what hiding cost would help to work them out."
    )
    return " ".join(said)


def _rule(result: SuppressionResult) -> str:
    zeros = {
        Zeros.SHOWN: "zeros always shown",
        Zeros.MAY_HIDE: "zeros hidden only to protect others",
        Zeros.HIDDEN: "zeros hidden too",
    }[result.zeros]
    dominated = any(each.why == Why.DOMINATED for each in result.hidden)
    parts = [f"counts from 1 to {result.hide_up_to}", zeros]
    if dominated:
        parts.append("counts that one contributor dominates")
    if result.rounding > 1:
        parts.append(f"the rest rounded to the nearest {result.rounding}")
    return ", ".join(parts)


def _choice(result: SuppressionResult) -> str:
    if result.proven:
        return "It is proven that no choice of what more to hide costs less."
    if result.way == Way.GREEDY and result.least_cost:
        return "What more to hide was chosen one after another, and a choice that costs less may exist."
    return (
        "The table is too large to prove the least cost: what more to hide was chosen one after another, "
        "and may be more than needed."
    )


def _tightest(result: SuppressionResult) -> str:
    each = min(result.hidden, key=_width)
    bounds = f"between {each.low:,} and {each.high:,}" if each.high is not None else f"{each.low:,} or more"
    return (
        "By adding and subtracting, whoever knows the rule and every figure shown can tell of the best known "
        f"of all hidden figures only that it is {bounds} ({each.row}, {each.column})."
    )


def _width(each: Hidden) -> float:
    return float("inf") if each.high is None else each.high - each.low


def picture(result: SuppressionResult) -> Picture:
    """Return the table as it may be published, the hidden figures marked; a large one from its top left."""
    import altair as alt  # deferred: it takes a while, and most tables are not drawn

    rows, columns = result.rows[:_MOST_DRAWN], result.columns[:_MOST_DRAWN]
    bounds = {(each.row, each.column): each for each in result.hidden}
    cells = []
    for row, figures in zip(rows, result.published, strict=False):
        for column, figure in zip(columns, figures, strict=False):
            each = bounds.get((row, column))
            text = f"{figure:,}" if each is None else _bounds(each)
            cells.append({"row": row, "column": column, "text": text, "state": "hidden" if each else "shown"})
    base = alt.Chart(alt.Data(values=cells)).encode(
        x=alt.X("column:N", title=None, sort=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("row:N", title=None, sort=None),
    )
    fill = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "state:N",
            title=None,
            scale=alt.Scale(domain=["shown", "hidden"], range=[GRID, BLUE]),
        )
    )
    words = base.mark_text().encode(
        text="text:N",
        color=alt.condition(alt.datum.state == "shown", alt.value(TEXT), alt.value("white")),
    )
    said = (
        f"The table of {len(result.rows)} rows and {len(result.columns)} columns, totals among them. "
        f"{counted(len(result.hidden), 'figure is', 'figures are')} hidden; each has the bounds that an "
        "outsider can infer."
    )
    return Picture(
        title="What may be published, and what can be inferred of the rest",
        alternative=said,
        chart=alt.layer(fill, words),
        table=_table(result),
    )


def _bounds(each: Hidden) -> str:
    return f"{each.low:,}+" if each.high is None else f"{each.low:,}–{each.high:,}"


def _table(result: SuppressionResult) -> Table:
    return Table(
        title="The hidden figures and what an outsider can infer of each",
        columns=("row", "column", "at least", "at most"),
        rows=tuple((each.row, each.column, each.low, each.high) for each in result.hidden)
        or (("none", "", None, None),),
    )
