"""The totals of a run as they would be under the draft: what left is taken off, what came is put on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.edited.settling import BeforeAndAfter, Settled
from speccom.activity.edited.workings import Workings
from speccom.activity.totals import MONEY, Facts, Totals

KEYS = ("dataset", "provider", "month", "service_line", "layer", "fate")
SUMS = ("records", "spells", "cost")


def new_totals(summary: pa.Table, workings: Workings, settled: BeforeAndAfter) -> pa.Table:
    """Return the totals in the form and order of the run's own."""
    left = _totals_of(workings, settled, settled.old)
    came = _totals_of(workings, settled, settled.new)
    for name in SUMS:
        place = left.column_names.index(name)
        left = left.set_column(place, name, pc.negate(left.column(name)).cast(left.schema.field(name).type))
    together = added_up(pa.concat_tables([summary.select(left.column_names), left, came]), KEYS)
    kept = together.filter(pc.not_equal(together.column("records"), 0))
    return kept.sort_by([(name, "ascending") for name in KEYS])


def added_up(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Return the records, spells and cost of a table of totals by some of its columns."""
    sums = table.group_by(list(keys), use_threads=False).aggregate([(name, "sum") for name in SUMS])
    columns = {name: sums.column(name) for name in keys}
    for name in SUMS:
        columns[name] = sums.column(f"{name}_sum").cast(MONEY if name == "cost" else pa.int64())
    return pa.table(columns)


def _totals_of(workings: Workings, settled: BeforeAndAfter, side: Settled) -> pa.Table:
    rows = settled.rows
    facts = Facts(
        _datasets(workings, settled),
        workings.numbers("provider")[rows].astype(np.int32),
        workings.numbers("month")[rows].astype(np.int32),
        workings.numbers("cost")[rows].astype(np.int64),
    )
    totals = Totals(list(side.rulebook.services))
    totals.add(facts, side.answers, np.arange(len(rows)), side.first_of_spell)
    return totals.table(workings.providers)


def _datasets(workings: Workings, settled: BeforeAndAfter) -> np.ndarray:
    return workings.numbers("dataset")[settled.rows].astype(np.int8)
