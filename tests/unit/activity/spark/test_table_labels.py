"""What a Spark task does with the rows of a table, done here: labels do not hang on how rows are cut up."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.unit.activity.identified import small_rulebook
from tests.unit.activity.spark.batched_cases import ROW, Batch

from speccom.activity.layouts import load_layouts
from speccom.activity.lines import LineBook
from speccom.activity.plan import make_plan
from speccom.activity.recognise import choose_layout
from speccom.activity.spark import table_labels
from speccom.activity.spark.table_labels import LABELS, POSITION, TABLE, TableFaults, TableLabels
from speccom.rulebook import find
from speccom.rulebook.identification import load_identification

Row = dict[str, Any]


def work_on(rulebook: Path, names: list[str], dataset: str | None = None, **options: Any) -> TableLabels:
    book = LineBook(load_identification(rulebook))
    layout = choose_layout(names, load_layouts(find.shelf()), asked="auto", file=TABLE)
    work = TableLabels(book.rulebook, book.tables, make_plan(names, layout, dataset, TABLE), **options)
    sent: TableLabels = pickle.loads(pickle.dumps(work.for_answers()))
    return sent


def labelled(work: TableLabels, table: pa.Table, rows_a_batch: int | None = None) -> list[Row]:
    table_labels._LABELLERS.clear()
    batches = table.select(work.needed).to_batches(max_chunksize=rows_a_batch)
    return [row for batch in work(batches) for row in batch.to_pylist()]


@pytest.fixture
def all_at_once(batch: Batch) -> list[Row]:
    return labelled(work_on(batch.rulebook, batch.table.column_names, order_by=ROW), batch.table)


@pytest.mark.parametrize(("at_once", "rows_a_batch"), [(1, 100), (700, 50), (65_536, 3)])
def test_it_does_not_matter_how_rows_are_cut_up(
    at_once: int,
    rows_a_batch: int,
    batch: Batch,
    all_at_once: list[Row],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table_labels, "ROWS_AT_ONCE", at_once)
    work = work_on(batch.rulebook, batch.table.column_names, order_by=ROW)
    found = labelled(work, batch.table, rows_a_batch)
    assert sorted(found, key=lambda row: row[POSITION]) == sorted(all_at_once, key=lambda row: row[POSITION])


def test_every_row_comes_out_once_in_its_place(batch: Batch, all_at_once: list[Row]) -> None:
    assert sorted(row[POSITION] for row in all_at_once) == list(range(len(batch.rows)))
    for row in all_at_once:
        said = (batch.rows[row[POSITION]]["record_id"] or "").strip() or None
        assert row["record_id"] == said
        assert (row["reason"] is None) == (said is not None and row["missed"] is not None)


def test_nothing_comes_of_no_rows(batch: Batch) -> None:
    work = work_on(batch.rulebook, batch.table.column_names)
    assert labelled(work, batch.table.slice(0, 0)) == []


def test_another_table_in_the_same_worker_is_labelled_by_its_own_rules(tmp_path: Path) -> None:
    rows = pa.table({"record_id": ["1"], "dataset": ["apc"], "diagnoses": [["C340"]]})
    first = work_on(small_rulebook(tmp_path / "first"), rows.column_names)
    sets = (
        "codeset,classification,code,match\nlung,icd10,A00,prefix\ndrug,hrg,SB,prefix\ncare,hrg,XC,prefix\n"
    )
    second = work_on(small_rulebook(tmp_path / "second", **{"codesets.csv": sets}), rows.column_names)
    answers = [next(iter(work(rows.to_batches()))).to_pylist()[0]["lines"] for work in (first, second, first)]
    assert answers == [["LUNG"], [], ["LUNG"]]


def test_a_table_may_have_the_layout_of_hospital_episode_statistics(tmp_path: Path) -> None:
    table = pa.table(
        {
            "ATTENDKEY": ["1", "2", "3"],
            "ATTENDED": ["5", "7", "5"],
            "TRETSPEF": ["170", "170", "&"],
            "PROCODE3": ["RJ1", "RJ1", "RX1"],
            "DIAG_4_01": ["R69X", "C349", "C34.1"],
            "DIAG_4_02": ["C349", "-", "-"],
        }
    )
    work = work_on(small_rulebook(tmp_path / "rulebook"), table.column_names, beside=("dataset", "provider"))
    found = labelled(work, table)
    assert [(row["lines"], row["missed"], row["provider"]) for row in found] == [
        (["LUNG"], False, "RJ1"),
        ([], True, "RJ1"),
        (["LUNG"], False, "RX1"),
    ]
    assert {row["dataset"] for row in found} == {"op"}


def test_only_what_the_answers_need_is_read(tmp_path: Path) -> None:
    names = ["record_id", "dataset", "age", "diagnoses", "site", "attended", "total_cost", "unheard of"]
    work = work_on(small_rulebook(tmp_path / "rulebook"), names, beside=("total_cost",))
    assert set(work.needed) == {"record_id", "dataset", "diagnoses", "attended", "total_cost"}
    assert work.schema().names == [*LABELS.names, "total_cost"]


def test_what_is_wrong_with_values_is_counted(tmp_path: Path) -> None:
    table = pa.table(
        {
            "record_id": ["1", "2", "3", None],
            "dataset": ["apc", "apc", "op", "apc"],
            "age": pa.array([500, 40, 500, 500], pa.int32()),
            "diagnoses": [["banana", "C34"], ["banana"], None, ["banana"]],
            "submitted_service_line": ["NOWHERE", "LUNG", None, "NOWHERE"],
        }
    )
    work = work_on(small_rulebook(tmp_path / "rulebook"), table.column_names)
    whole = replace(work, plan=make_plan(table.column_names, work.plan.layout, None, TABLE))
    rows = [row for batch in TableFaults(whole)(table.to_batches()) for row in batch.to_pylist()]
    assert {(row["kind"], row["column"], row["value"]): row["count"] for row in rows} == {
        ("impossible_age", "age", "500"): 2,
        ("not_a_code", "diagnoses", "banana"): 2,
        ("stated_line_unknown", "submitted_service_line", "NOWHERE"): 1,
        ("stated_line_not_used", "submitted_service_line", "LUNG"): 1,
    }


def test_a_column_that_is_not_there_is_warned_of(tmp_path: Path) -> None:
    work = work_on(small_rulebook(tmp_path / "rulebook"), ["record_id", "dataset"])
    assert any("(diagnoses) is not in the table" in warning for warning in work.warnings())
