"""Activity as it was identified and priced, to be held against the contract's patient-level feed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from speccom.activity.contract.entries import pence
from speccom.activity.contract.feeds import Settings
from speccom.activity.contract.submission import NO_CODE
from speccom.activity.contract.values import read_organisation
from speccom.methods.reconciliation.entry import Entry, Feed
from speccom.problem import Problem

_SUMMARY = "summary.parquet"
_COLUMNS = ("provider", "month", "service_line", "cost")


def identified_activity(labels: Path, settings: Settings) -> tuple[tuple[Entry, ...], Decimal]:
    """Return the activity of a finished identification, by provider, month and line.

    `labels` is the run's folder, or the labels beside which it stands. The second value is the cost of
    records that have no month or no provider, and so no place. Raises Problem where no run is found.
    """
    table = _summary(labels)
    placed = pc.and_(pc.is_valid(table["provider"]), pc.is_valid(table["month"]))
    sums = (
        table.filter(placed).group_by(["provider", "month", "service_line"]).aggregate([("cost", "sum")])
    ).to_pylist()
    adrift = pc.sum(table.filter(pc.invert(placed))["cost"]).as_py()
    return tuple(_entry(row, settings) for row in sums), adrift or Decimal()


def _entry(row: dict[str, Any], settings: Settings) -> Entry:
    provider = read_organisation(row["provider"], settings).value or row["provider"]
    return Entry(
        feed=Feed.NATIONAL,
        provider=provider,
        month=row["month"],
        line=row["service_line"] or NO_CODE,
        pence=pence(row["cost_sum"] or Decimal()),
    )


def _summary(labels: Path) -> pa.Table:
    folders = [labels] if labels.is_dir() else sorted(labels.parent.glob(f"{labels.stem}*.run"), reverse=True)
    sealed = [folder for folder in folders if (folder / "manifest.json").is_file()]
    for folder in sealed:
        if (folder / _SUMMARY).is_file():
            table = pq.read_table(folder / _SUMMARY)
            if set(_COLUMNS) <= set(table.column_names):
                return table.select(list(_COLUMNS))
    raise Problem(
        "there is no finished identification here",
        where=str(labels),
        mend="Name the labels that `speccom identify` wrote, or the folder of its run",
    )
