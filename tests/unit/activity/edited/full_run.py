"""What a trial is held against: a run of identification under the draft, and a comparison, both in full."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from tests.unit.activity.random_activity import Case

from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.run import compare
from speccom.activity.edited.trial import Trials
from speccom.activity.identify import identify
from speccom.activity.order import Order
from speccom.rulebook.identification import load_identification


def identified(case: Case, rulebook: Path, folder: Path) -> Path:
    """Run the identification in full; return the run's folder."""
    out, run = folder / "labels.parquet", folder / "labels.run"
    identify(Order(rulebook, case.paths, out, run, dataset=case.dataset, threads=2))
    return run


def check(trials: Trials, case: Case, draft: Path, full: Path) -> int:
    """Compare a trial with a full run and a full comparison; return how many records move."""
    tried = trials.try_rulebook(load_identification(draft))
    summary = pq.read_table(identified(case, draft, full) / "summary.parquet")
    assert tried.summary.to_pylist() == summary.to_pylist()
    assert tried.summary.schema.equals(summary.schema)
    order = CompareOrder(case.rulebook, [draft], case.paths, dataset=case.dataset, threads=2)
    compared = compare(order)
    assert tried.comparison.flows == compared.comparisons[0].flows
    assert tried.records == compared.records
    return sum(flow.records for flow in tried.comparison.flows)
