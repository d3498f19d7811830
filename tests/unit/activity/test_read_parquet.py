"""Parquet: untouched where it is canonical, converted where it is nearly so, refused where it is broken."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from speccom.activity.prepare import PreparedFile, prepare
from speccom.problem import Problem

TEXTS = pa.list_(pa.string())


def table(**columns: pa.Array) -> pa.Table:
    return pa.table({"record_id": pa.array(["A", "B", "C"]), "dataset": pa.array(["apc"] * 3), **columns})


def canonical() -> pa.Table:
    return table(
        spell_id=pa.array(["S1", "S1", None]),
        activity_date=pa.array([date(2025, 4, 1), None, date(2025, 4, 3)]),
        age=pa.array([0, 130, None], pa.int32()),
        provider=pa.array(["RTA", "RTA", "RJ1"]).dictionary_encode(),
        diagnoses=pa.array([["I251"], [], None], TEXTS),
        total_cost=pa.array([Decimal("1.50"), None, Decimal("2.00")], pa.decimal128(18, 2)),
    )


def rows(prepared: PreparedFile) -> list[dict[str, object]]:
    return pq.read_table(prepared.path).to_pylist()


@pytest.mark.parametrize("statistics", [True, False])
def test_a_canonical_file_is_left_where_it_is(prepare_table, statistics: bool, tmp_path: Path) -> None:
    prepared = prepare_table(canonical(), writing={"write_statistics": statistics})
    assert prepared.path == prepared.original == tmp_path / "activity.parquet"
    assert not (tmp_path / "prepared").exists()
    assert (prepared.layout, prepared.dataset, prepared.rows) == ("canonical", "apc", 3)
    assert prepared.faults == prepared.rejected == prepared.blank_columns == ()
    assert "procedures" in prepared.absent_columns


def test_one_dataset_for_a_whole_file(prepare_table) -> None:
    prepared = prepare_table(canonical().drop_columns("dataset"), dataset="op")
    assert prepared.path == prepared.original
    assert prepared.dataset == "op"


@pytest.mark.parametrize("statistics", [True, False])
def test_both_datasets_in_one_file(prepare_table, statistics: bool) -> None:
    mixed = canonical().set_column(1, "dataset", pa.array(["apc", "op", "apc"]))
    prepared = prepare_table(mixed, writing={"write_statistics": statistics})
    assert prepared.path == prepared.original
    assert prepared.dataset is None


@pytest.mark.parametrize("statistics", [True, False])
def test_blank_columns_are_seen(prepare_table, statistics: bool) -> None:
    blank = canonical().append_column("hrg", pa.nulls(3, pa.string()))
    blank = blank.append_column("procedures", pa.array([[], None, [None]], TEXTS))
    prepared = prepare_table(blank, writing={"write_statistics": statistics})
    assert prepared.path == prepared.original
    assert prepared.blank_columns == ("hrg", "procedures")


@pytest.mark.parametrize("statistics", [True, False])
@pytest.mark.parametrize(
    ("column", "values", "rejected", "faults"),
    [
        ("record_id", pa.array(["A", None, "C"]), 1, 0),
        ("record_id", pa.array(["A", "", "C"]), 1, 0),
        ("record_id", pa.array(["A", "\t ", "C"]), 1, 0),
        ("dataset", pa.array(["apc", "ae", "op"]), 1, 0),
        ("dataset", pa.array(["apc", None, "op"]), 1, 0),
        ("dataset", pa.array(["apc", "APC", "op"]), 0, 0),
        ("age", pa.array([1, -1, 3], pa.int32()), 0, 1),
        ("age", pa.array([1, 7001, 3], pa.int32()), 0, 1),
        ("activity_date", pa.array([date(1800, 1, 1), None, None]), 0, 1),
    ],
)
def test_rows_that_the_engines_must_not_see(
    column: str, values: pa.Array, rejected: int, faults: int, statistics: bool, prepare_table
) -> None:
    dirty = canonical().set_column(canonical().schema.get_field_index(column), column, values)
    prepared = prepare_table(dirty, writing={"write_statistics": statistics})
    assert prepared.path != prepared.original
    assert (len(prepared.rejected), len(prepared.faults)) == (rejected, faults)
    assert prepared.rows == 3 - rejected
    assert prepared.rows_read == 3


def test_every_lenient_type_comes_to_the_same(prepare_table) -> None:
    expected = rows(prepare_table(canonical().append_column("source_row", pa.array([0, 1, 2]))))
    lenient = pa.table(
        {
            "record_id": pa.array(["A ", " B", "C"], pa.large_string()),
            "dataset": pa.array(["apc"] * 3).dictionary_encode(),
            "spell_id": pa.array(["S1", "S1 ", " "]),
            "activity_date": pa.array(
                [datetime(2025, 4, 1, 9, 30, tzinfo=UTC), None, datetime(2025, 4, 3, tzinfo=UTC)],
                pa.timestamp("us", tz="Europe/London"),
            ),
            "age": pa.array([0.0, 130.0, None], pa.float64()),
            "provider": pa.array(["RTA", " RTA", "RJ1"], pa.large_string()),
            "diagnoses": pa.array(["I251", None, ";"]),
            "total_cost": pa.array([1.5, None, 2.0]),
        }
    )
    prepared = prepare_table(lenient, file="lenient.parquet")
    assert prepared.faults == ()
    found = rows(prepared)
    assert found[2].pop("diagnoses") == []
    assert expected[2].pop("diagnoses") is None
    assert found == expected


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("age", pa.array([1, 2, None], pa.int64()), [1, 2, None]),
        ("age", pa.array([1, 2, None], pa.uint8()), [1, 2, None]),
        ("age", pa.array(["1", "2.0", " "]), [1, 2, None]),
        ("age", pa.nulls(3), [None, None, None]),
        ("treatment_function", pa.array([100, 101, None], pa.int16()), ["100", "101", None]),
        ("treatment_function", pa.array([100.0, 101.0, None]), ["100", "101", None]),
        ("activity_date", pa.array(["20250401", "01/04/2025", None]), [date(2025, 4, 1)] * 2 + [None]),
        ("activity_date", pa.array([20250401, 20250401, None]), [date(2025, 4, 1)] * 2 + [None]),
        (
            "activity_date",
            pa.array([datetime(2025, 4, 1, 23, 59)] * 2 + [None], pa.timestamp("ns")),  # noqa: DTZ001
            [date(2025, 4, 1)] * 2 + [None],
        ),
        ("total_cost", pa.array([1, 2, None]), [Decimal(1), Decimal(2), None]),
        ("total_cost", pa.array([1.0, float("nan"), None], from_pandas=False), [Decimal(1), None, None]),
        ("total_cost", pa.array(["£1,000", "(2)", ""]), [Decimal(1000), Decimal(-2), None]),
        (
            "total_cost",
            pa.array([Decimal("1.2350"), Decimal("2.0000"), None], pa.decimal128(30, 4)),
            [Decimal("1.24"), Decimal(2), None],
        ),
        ("diagnoses", pa.array([["I251 ", "-"], [None, "X99"], None], pa.large_list(pa.large_string())),
         [["I251"], [None, "X99"], []]),
        ("diagnoses", pa.array([["I251"], [" "], []], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
         [["I251"], [], []]),
        ("diagnoses", pa.array(["I251;E119", " ;E119", ""]), [["I251", "E119"], [None, "E119"], []]),
        ("procedures", pa.array(["K262;X999", "X99.8", "-;K262"]), [["K262"], [], [None, "K262"]]),
    ],
)  # fmt: skip
def test_lenient_types(column: str, values: pa.Array, expected: list[object], prepare_table) -> None:
    prepared = prepare_table(table(**{column: values}))
    assert prepared.path != prepared.original
    assert prepared.faults == ()
    assert [row[column] for row in rows(prepared)] == expected


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("age", pa.array([{"years": 5}] * 3), "the column age should hold whole numbers"),
        ("provider", pa.array([["RTA"]] * 3), "the column provider should hold text"),
        ("activity_date", pa.array([True] * 3), "the column activity_date should hold dates"),
        ("diagnoses", pa.array([[1, 2]] * 3), "the column diagnoses should hold lists of text"),
        ("diagnoses", pa.array([1, 2, 3]), "the column diagnoses should hold lists of text"),
        ("total_cost", pa.array([b"1"] * 3), "the column total_cost should hold amounts"),
    ],
)
def test_impossible_types(column: str, values: pa.Array, said: str, prepare_table) -> None:
    with pytest.raises(Problem) as problem:
        prepare_table(table(**{column: values}))
    assert said in str(problem.value)
    assert "activity.parquet" in str(problem.value)
    assert "and holds values of the type" in str(problem.value)
    assert "Export it again" in str(problem.value)


@pytest.mark.parametrize("statistics", [True, False])
@pytest.mark.parametrize(
    "values",
    [
        pa.array([-(2**31), 2**31 - 1, None], pa.int32()).cast(pa.date32()),
        pa.array([-(10**18), 9 * 10**18, None], pa.timestamp("us")),
    ],
)
def test_dates_that_no_calendar_has(values: pa.Array, statistics: bool, prepare_table) -> None:
    prepared = prepare_table(table(activity_date=values), writing={"write_statistics": statistics})
    assert [row["activity_date"] for row in rows(prepared)] == [None, None, None]
    assert [fault.kind for fault in prepared.faults] == ["impossible_year"] * 2


def test_identifiers_that_are_numbers(prepare_table) -> None:
    ids = pa.array([1.0, float("nan"), None, 513700125763.0], from_pandas=False)
    prepared = prepare_table(pa.table({"record_id": ids}), dataset="op")
    assert [row["record_id"] for row in rows(prepared)] == ["1", "513700125763"]
    assert len(prepared.rejected) == 2


def test_row_groups_each_with_a_dictionary_of_its_own(prepare_table) -> None:
    many = pa.table(
        {
            "record_id": [f"R{number}" for number in range(100)],
            "provider": [f"P{number % 70}" for number in range(100)],
            "age": pa.array(range(100), pa.int64()),
        }
    )
    prepared = prepare_table(many, writing={"row_group_size": 7}, dataset="apc")
    assert [row["provider"] for row in rows(prepared)] == many["provider"].to_pylist()


def test_other_columns_with_awkward_names(prepare_table) -> None:
    odd = pa.table(
        [["A"], ["x"], ["y"], pa.array([5], pa.int32()), [200]],
        names=["record_id", "note", "note", "age", "age.band"],
    )
    prepared = prepare_table(odd, dataset="apc")
    assert rows(prepared)[0]["age"] == 5
    prepared = prepare_table(odd.select([0, 3, 4]), dataset="apc")
    assert prepared.path == prepared.original


def test_a_hes_shaped_parquet_file(prepare_table) -> None:
    prepared = prepare_table(
        pa.table(
            {
                "EPIKEY": pa.array([513700125763, 513700125764]),
                "PROCODE3": ["RTA", "RJ1"],
                "TRETSPEF": ["100", "&"],
                "STARTAGE": pa.array([7001.0, 44.0]),
                "DISDATE": pa.array([date(1800, 1, 1), date(2001, 10, 1)]),
                "ADMIDATE": pa.array([date(2001, 9, 27), date(2001, 9, 27)]),
                "DIAG_4_01": ["R54X", "-"],
                "DIAG_4_02": pa.array([None, "K262"]),
            }
        )
    )
    first, second = rows(prepared)
    assert prepared.layout == "hes-apc"
    assert first["record_id"] == "513700125763"
    assert (first["age"], first["activity_date"]) == (0, date(2001, 9, 27))
    assert (first["diagnoses"], second["diagnoses"]) == (["R54X"], [None, "K262"])
    assert second["treatment_function"] is None


def test_a_file_without_rows(prepare_table) -> None:
    prepared = prepare_table(canonical().slice(0, 0))
    assert prepared.rows == 0
    assert [fault.kind for fault in prepared.faults] == ["no_rows"]


@pytest.mark.parametrize("kept", [0, 4, 200, -4, -1])
def test_a_truncated_file(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "activity.parquet"
    pq.write_table(canonical(), path)
    path.write_bytes(path.read_bytes()[:kept] if kept else b"")
    with pytest.raises(Problem) as problem:
        prepare(path, folder=tmp_path / "prepared")
    assert "activity.parquet" in str(problem.value)
    assert "again" in str(problem.value)


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "activity.parquet"
    pq.write_table(canonical().append_column("note", pa.array(["x", "y", "z"])), path, compression="zstd")
    contents = bytearray(path.read_bytes())
    contents[4:400] = b"\xff" * 396
    path.write_bytes(bytes(contents))
    with pytest.raises(Problem, match="damaged"):
        prepare(path, folder=tmp_path / "prepared", dataset="op", name="part-000")


def test_text_that_calls_itself_parquet(tmp_path: Path) -> None:
    path = tmp_path / "activity.parquet"
    path.write_text("record_id,dataset\nA,apc\n", encoding="utf-8")
    with pytest.raises(Problem, match="no Parquet file"):
        prepare(path, folder=tmp_path)


def test_parquet_under_another_name(prepare_table) -> None:
    assert prepare_table(canonical(), file="activity.csv").rows == 3
