"""The result in plain English, and as a picture of the table."""

from __future__ import annotations

from speccom.methods.picture import BLUE, GRID, ORANGE, TEXT, Picture
from speccom.methods.suppression.counts import Hidden, SuppressionResult, Way, Why, Zeros
from speccom.methods.table import Table
from speccom.methods.words import counted

_MOST_DRAWN = 40


def explain(result: SuppressionResult) -> str:
    """Return the result in sentences."""
    shown = sum(figure is not None for row in result.published for figure in row)
    every = len(result.rows) * len(result.columns)
    said = [
        f"Of {counted(every, 'figure')}, totals among them, {shown:,} may be published.",
        f"{counted(result.small, 'is', 'are')} hidden by the rule ({_rule(result)}).",
    ]
    if not result.hidden:
        said.append("Nothing had to be hidden.")
        return " ".join(said)
    totals = f", {counted(result.protecting_totals, 'total')} among them" if result.protecting_totals else ""
    said.append(
        f"{result.protecting:,} more {'is' if result.protecting == 1 else 'are'} hidden{totals}, so that "
        "none of those can be worked out by subtraction."
    )
    said.append(_choice(result))
    said.append(_tightest(result))
    said.append(
        "This holds for one table at a time: counts shown in another table, or in last year's, may give "
        "them away."
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
        return f"They cost {result.cost:,}, and it is proven that no choice costs less."
    if result.way == Way.GREEDY and result.least_cost:
        return (
            f"They were chosen one after another and cost {result.cost:,}; the least cost may be lower, "
            f"but not below {result.least_cost:,}."
        )
    return (
        f"The table is too large to prove the least cost: they were chosen one after another and cost "
        f"{result.cost:,}, which may be more than needed."
    )


def _tightest(result: SuppressionResult) -> str:
    guarded = [each for each in result.hidden if each.why != Why.PROTECTS]
    if not guarded:
        return "No count is hidden by the rule."
    each = min(guarded, key=_width)
    bounds = f"between {each.low:,} and {each.high:,}" if each.high is not None else f"{each.low:,} or more"
    return (
        "Whoever knows the rule and every figure shown can tell of the best known of those only that it is "
        f"{bounds} ({each.row}, {each.column})."
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
            cells.append({"row": row, "column": column, "text": text, "state": _state(each)})
    base = alt.Chart(alt.Data(values=cells)).encode(
        x=alt.X("column:N", title=None, sort=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("row:N", title=None, sort=None),
    )
    fill = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            "state:N",
            title=None,
            scale=alt.Scale(domain=["shown", *_STATES], range=[GRID, ORANGE, BLUE]),
        )
    )
    words = base.mark_text().encode(
        text="text:N",
        color=alt.condition(alt.datum.state == "shown", alt.value(TEXT), alt.value("white")),
    )
    said = (
        f"The table of {len(result.rows)} rows and {len(result.columns)} columns, totals among them. "
        f"{counted(result.small, 'figure is', 'figures are')} hidden by the rule and {result.protecting} to "
        "protect them; each hidden one has the bounds that an outsider can infer."
    )
    return Picture(
        title="What may be published, and what can be inferred of the rest",
        alternative=said,
        chart=alt.layer(fill, words),
        table=_table(result),
    )


_STATES = ("hidden by the rule", "hidden to protect")


def _state(each: Hidden | None) -> str:
    if each is None:
        return "shown"
    return _STATES[each.why == Why.PROTECTS]


def _bounds(each: Hidden) -> str:
    return f"{each.low:,}+" if each.high is None else f"{each.low:,}–{each.high:,}"


def _table(result: SuppressionResult) -> Table:
    return Table(
        title="The hidden figures and what an outsider can infer of each",
        columns=("row", "column", "why", "at least", "at most"),
        rows=tuple((each.row, each.column, str(each.why), each.low, each.high) for each in result.hidden)
        or (("none", "", "", None, None),),
    )
