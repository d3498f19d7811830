"""Cells hidden for one count after another, each time the least costly that protect it."""

from __future__ import annotations

import numpy as np

from speccom.methods.method import Refused
from speccom.methods.suppression.flow import Flow
from speccom.methods.suppression.knowledge import Demands, Knowledge
from speccom.methods.suppression.published_table import Bools, PublishedTable


def greedy(table: PublishedTable, known: Knowledge, demanded: Demands) -> Bools:
    """Return which cells to hide. Raises Refused where a count cannot be protected at all."""
    hidden = demanded.hidden.copy()
    flow = Flow(table, known, hidden)
    up = np.where(demanded.hidden, demanded.high - table.counts, 0)
    down = np.where(demanded.hidden, table.counts - demanded.low, 0)
    reached_up, reached_down = np.zeros(len(hidden)), np.zeros(len(hidden))
    room_up, room_down = known.shown_high - table.counts, table.counts - known.shown_low
    for cell in np.argsort(-np.maximum(up, down), kind="stable")[: int(demanded.hidden.sum())]:
        for by in (int(up[cell]), -int(down[cell])):
            if (reached_up[cell] if by > 0 else reached_down[cell]) >= abs(by):
                continue
            moved = flow.move(int(cell), by)
            if moved is None:
                raise cannot_protect(table, int(cell))
            for new in np.flatnonzero(~hidden & ((moved > room_up) | (-moved > room_down))):
                hidden[new] = True
                flow.hide(int(new))
            # What moved so far shows how far the other hidden counts could be off, too.
            reached_up, reached_down = np.maximum(reached_up, moved), np.maximum(reached_down, -moved)
    return hidden


def cannot_protect(table: PublishedTable, cell: int) -> Refused:
    """Return the refusal of a table in which one count gives itself away whatever else is hidden."""
    row, column = table.place(cell)
    return Refused(
        "a small count cannot be protected, whatever else is hidden",
        where=f"row {row}, column {column}",
        mend="Let totals be hidden (`totals_may_hide`) or zeros (`zeros`), or put rows or columns together",
    )
