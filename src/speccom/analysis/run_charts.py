"""Charts of a run's tables: the longest bars, under a title that says what they show."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from speccom.analysis.manifest import Manifest
from speccom.interface import formats
from speccom.interface.charts import Bar, Chart, bar_chart, column_chart
from speccom.interface.tables import Cell, Table

_COST_AXIS = "Cost"


def source_words(manifest: Manifest) -> str:
    """Return where a chart's figures come from."""
    kind = "synthetic activity" if manifest.synthetic else "activity"
    return f"Source: {kind} of the run {manifest.title}, by rulebook {manifest.rulebook.identity}."


def cost_bars(table: Table, things: str, manifest: Manifest, limit: int = 10) -> Chart | None:
    """Return the costliest rows of a table as bars; fewer than two, or none with a cost, need no chart."""
    pairs = _pairs(table.rows)
    if len(pairs) < 2 or not any(cost for _, cost in pairs):
        return None
    pairs.sort(key=lambda pair: -pair[1])
    shown = pairs[:limit]
    return bar_chart(
        f"{table.id}-chart",
        _share_title(pairs, things, len(shown)),
        _COST_AXIS,
        [Bar(name, cost, formats.money_in_words(cost)) for name, cost in shown],
        source_words(manifest),
    )


def cost_columns(table: Table, manifest: Manifest) -> Chart | None:
    """Return cost by month as columns, in the order of time; without any cost there is no chart."""
    rows = sorted(table.rows, key=lambda row: str(row[0].value or ""))
    pairs = [pair for pair, row in zip(_pairs(rows), rows, strict=True) if row[0].value]
    if len(pairs) < 2 or not any(cost for _, cost in pairs):
        return None
    highest = max(pairs, key=lambda pair: pair[1])
    lowest = min(pairs, key=lambda pair: pair[1])
    title = (
        f"Cost was highest in {highest[0]}, {formats.money_in_words(highest[1])}, "
        f"and lowest in {lowest[0]}, {formats.money_in_words(lowest[1])}"
    )
    return column_chart(
        f"{table.id}-chart",
        title,
        _COST_AXIS,
        [Bar(name, cost, formats.money_in_words(cost)) for name, cost in pairs],
        source_words(manifest),
    )


def _pairs(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[str, Decimal]]:
    return [
        (row[0].text, row[-1].value if isinstance(row[-1].value, Decimal) else Decimal(0)) for row in rows
    ]


def _share_title(pairs: list[tuple[str, Decimal]], things: str, shown: int) -> str:
    whole = sum((cost for _, cost in pairs), Decimal(0))
    count, running = 0, Decimal(0)
    for _, cost in pairs:
        count, running = count + 1, running + cost
        if running * 2 >= whole:
            break
    share = formats.percent(running, whole)
    if count == 1:
        return f"{pairs[0][0]} makes up {share} of the cost"
    if count <= shown and count < len(pairs):
        return f"{count} of {formats.number(len(pairs))} {things} make up {share} of the cost"
    return f"The {shown} {things} with the highest cost"
