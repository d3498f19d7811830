"""Identification on Spark against the second implementation of the contract, and against a run over files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow.csv import ConvertOptions, read_csv
from tests.unit.activity.identification_oracle import expect, read_book
from tests.unit.activity.random_activity import make_case
from tests.unit.activity.spark.batched_cases import ROW, Batch
from tests.unit.activity.test_identify_generated import check, digests, run

from speccom.activity.identify import identify
from speccom.activity.order import Order
from speccom.activity.resume import resume
from speccom.activity.run_folder import RunStopped
from speccom.activity.spark import label_files
from speccom.problem import Problem
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
        names = ("labels", "rejected", "summary", "faults")
        return {name: getattr(identified, name).toArrow() for name in names}


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


def test_values_that_cannot_be_used_are_those_of_a_run_over_files(
    found: dict[str, pa.Table], ran: Path
) -> None:
    wanted: Counter[tuple[str, str, str]] = Counter()
    for fault in pq.read_table(ran / "run" / "faults.parquet").to_pylist():
        if fault["kind"] != "unknown_column":
            wanted[fault["kind"], fault["column"], fault["value"].strip()] += fault["count"]
    counted: Counter[tuple[str, str, str]] = Counter()
    for fault in found["faults"].to_pylist():
        counted[fault["kind"], fault["column"], fault["value"].strip()] += fault["count"]
    assert counted == wanted


@pytest.mark.parametrize("seed", [1, 5])
def test_a_run_whose_files_spark_labels_leaves_the_same_bytes(seed: int, spark: Any, tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", seed)
    manifest = run(case, tmp_path / "spark", engine="spark")
    check(case, tmp_path / "spark", manifest)
    assert digests(manifest) == digests(run(case, tmp_path / "kernel"))


def test_a_run_is_stopped_while_spark_works_and_goes_on(
    spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(tmp_path / "case", 1)
    monkeypatch.setattr(label_files, "_SECONDS_BETWEEN_LOOKS", 0.001)
    asked = Event()
    out, folder = tmp_path / "labels.parquet", tmp_path / "run"
    order = Order(case.rulebook, case.paths, out, folder, dataset=case.dataset, engine="spark", threads=2)
    with pytest.raises(RunStopped, match="stopped while labelling on Spark"):
        identify(order, lambda stage, done, total: asked.set(), asked)
    manifest = resume(folder)
    assert digests(manifest) == digests(run(case, tmp_path / "kernel"))


def test_a_file_that_cannot_be_used_is_named_without_a_word_of_spark(spark: Any, tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", 1)
    case.paths[1].write_bytes(b"PAR1 and nothing else")
    with pytest.raises(Problem) as caught:
        run(case, tmp_path / "spark", engine="spark")
    assert caught.value.where.endswith(case.paths[1].name)
    assert "spark" not in caught.value.what.lower()


def test_a_table_in_another_layout_is_read_as_such_a_file(spark: Any, tmp_path: Path) -> None:
    from speccom.activity.spark.identify_table import identify_table

    cases = (make_case(tmp_path / str(seed), seed) for seed in range(100))
    case = next(case for case in cases if case.files and case.files[-1].layout == "hes-op")
    expected = expect(read_book(case.rulebook), case.files[-1:])
    assert expected.fates["not_attended"]
    written = read_csv(case.paths[-1], convert_options=ConvertOptions(default_column_type=pa.string()))
    frame = spark.createDataFrame(written.append_column(ROW, pa.array(range(len(written)))))
    with identify_table(frame, load_identification(case.rulebook), order_by=ROW, beside=()) as identified:
        found = identified.labels.drop("rulebook").toArrow().to_pylist()
    assert by_record(found) == by_record(expected.rows)


FAULTS: dict[str, tuple[str, str]] = {
    "the first record makes the spell specialised, not the best": ("fn.min(", "fn.first("),
    "lines excluded from spells come first": (
        'fn.coalesce("spell_line", "spell_any")',
        'fn.coalesce("spell_any", "spell_line")',
    ),
    "every line stays where the spell is not specialised": ("line.isin(staying)", "line.isNotNull()"),
    "a record without a spell never pays for itself": (
        'withColumn("pays", pays)',
        'withColumn("pays", fn.lit(None).cast("int"))',
    ),
    "the layer is told where no line is left": (
        'fn.when(fn.col("service_line").isNotNull(), fn.col("layer"))',
        'fn.col("layer")',
    ),
    "only the record itself is specialised": (
        'fn.when(fn.col("pays").isNotNull(), fn.get(codes, fn.col("pays")))',
        'fn.when(fn.col("spell_any").isNotNull(), fn.get(codes, fn.col("pays")))',
    ),
}


def test_each_fault_in_settling_spells_is_noticed(batch: Batch, spark: Any, activity: Path) -> None:
    """The faults are put into the second step's own text, and all are carried out in one go."""
    from pyspark.sql.functions import lit

    from speccom.activity.spark import settled_spells
    from speccom.activity.spark.identify_table import _apart, identify_table

    rulebook = load_identification(batch.rulebook)
    names = [*batch.answers[0], "fault"]
    with identify_table(spark.read.parquet(str(activity)), rulebook, order_by=ROW, beside=()) as identified:
        kept, _ = _apart(identified.kept.where("reason IS NULL"))
        frames = []
        for fault, faulty in {"none": ("", ""), **FAULTS}.items():
            settled = with_text(settled_spells, *faulty)
            frames.append(settled(kept, rulebook, ()).withColumn("fault", lit(fault)))
        rows = reduce(lambda one, other: one.unionByName(other), frames).select(names).toArrow().to_pylist()
    answers: dict[str, list[Row]] = {}
    for row in rows:
        answers.setdefault(row.pop("fault"), []).append(row)
    noticed = {fault for fault, those in answers.items() if by_record(those) != by_record(batch.answers)}
    assert noticed == set(FAULTS)


def with_text(module: ModuleType, sound: str, faulty: str) -> Callable[..., Any]:
    """Return the module's `settled` with one stretch of its text replaced."""
    text = Path(str(module.__file__)).read_text(encoding="utf-8")
    assert not sound or text.count(sound) >= 1, f"{sound} is not in {module.__name__} any more"
    scope: dict[str, Any] = {"__name__": module.__name__}
    exec(compile(text.replace(sound, faulty) if sound else text, str(module.__file__), "exec"), scope)
    settled: Callable[..., Any] = scope["settled"]
    return settled
