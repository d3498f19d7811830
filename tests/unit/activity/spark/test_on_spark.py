"""Identification on Spark against the second implementation of the contract, and against a run over files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.activity.spark.batched_cases import ROW, Batch

from speccom.activity.identify import identify
from speccom.activity.order import Order
from speccom.rulebook.identification import load_identification

pytestmark = pytest.mark.full

Row = dict[str, Any]


@pytest.fixture(scope="session")
def activity(batch: Batch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The table as some files, which Spark reads in several tasks."""
    folder = tmp_path_factory.mktemp("activity")
    whole = batch.table
    third = len(whole) // 3 + 1
    for number in range(3):
        part = whole.slice(number * third, third)
        pq.write_table(part, folder / f"part-{number}.parquet", row_group_size=300)
    return folder


@pytest.fixture(scope="session")
def found(batch: Batch, spark: Any, activity: Path) -> dict[str, pa.Table]:
    """All that comes of the table, in one go."""
    from speccom.activity.spark.identify_table import identify_table

    rulebook = load_identification(batch.rulebook)
    with identify_table(spark.read.parquet(str(activity)), rulebook, order_by=ROW) as identified:
        return {name: getattr(identified, name).toArrow() for name in ("labels", "rejected", "summary")}


@pytest.fixture(scope="session")
def ran(batch: Batch, activity: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same from a run over the files; its folder, with the labels in it."""
    folder = tmp_path_factory.mktemp("ran")
    files = sorted(activity.glob("*.parquet"))
    identify(Order(batch.rulebook, files, folder / "labels.parquet", folder / "run", threads=2))
    return folder


def by_record(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["record_id"]))


def test_every_record_has_the_answer_that_the_contract_gives(
    batch: Batch, found: dict[str, pa.Table]
) -> None:
    names = list(batch.answers[0])
    assert by_record(found["labels"].select(names).to_pylist()) == by_record(batch.answers)


def test_every_record_has_the_answer_that_a_run_over_files_gives(
    found: dict[str, pa.Table], ran: Path
) -> None:
    over_files = pq.read_table(ran / "labels.parquet")
    assert by_record(found["labels"].select(over_files.column_names).to_pylist()) == by_record(
        over_files.to_pylist()
    )


def test_nothing_is_dropped(batch: Batch, found: dict[str, pa.Table], ran: Path) -> None:
    rejected = pq.read_table(ran / "run" / "rejected.parquet").to_pylist()
    assert len(rejected) == batch.rejected == len(batch.rows) - len(found["labels"])
    wanted = Counter((row["record_id"] or None, row["reason"]) for row in rejected)
    assert Counter((row["record_id"], row["reason"]) for row in found["rejected"].to_pylist()) == wanted


def test_totals_are_those_of_a_run_over_files(batch: Batch, found: dict[str, pa.Table], ran: Path) -> None:
    summary = pq.read_table(ran / "run" / "summary.parquet")
    order = [(name, "ascending") for name in summary.column_names[:6]]
    assert found["summary"].select(summary.column_names).sort_by(order).to_pylist() == summary.to_pylist()
    assert sum(row["cost"] for row in found["summary"].to_pylist()) == batch.cost
