"""Columns of Parquet as numbers: what the bulk engines see is what the reference evaluator sees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.activity.identified import canonical

from speccom.activity import encode
from speccom.activity.encode import ActivityReader, pence
from speccom.activity.records import record_at
from speccom.criteria.columns import EPOCH, CodesColumn, NumberColumn, TextColumn
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY

CODES = st.lists(
    st.sampled_from(["C34.9", "c349 ", "R54X", "T08X0", "K26.2A", "-", "&", "", "X998", "x99.9", "no", None]),
    max_size=4,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "provider": st.sampled_from(["RJ1", " RJ1", "rj1", "", "  ", None]),
            "age": st.sampled_from([0, 17, 130, None]),
            "activity_date": st.sampled_from([date(1900, 1, 1), date(2025, 4, 1), None]),
            "total_cost": st.sampled_from([Decimal("-0.01"), Decimal("9999999999999999.99"), None]),
            "diagnoses": st.one_of(st.none(), CODES),
            "procedures": st.one_of(st.none(), CODES),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.integers(1, 5), st.booleans())
def test_each_row_is_as_the_reference_sees_it(
    tmp_path: Path, rows: list[dict[str, Any]], group: int, coded: bool
) -> None:
    path = canonical(tmp_path / "y.parquet", *rows, row_group_size=group)
    if coded:
        table = pq.read_table(path)
        place = table.schema.get_field_index("provider")
        table = table.set_column(place, "provider", table.column("provider").dictionary_encode())
        pq.write_table(table, path, row_group_size=group)
    reader = ActivityReader([path])
    assert reader.rows == len(rows)
    for chunk in reader.chunks:
        fields = [ACTIVITY[name] for name in rows[0]]
        batch = reader.encode(reader.table(chunk, rows[0]), fields)
        for row in range(chunk.rows):
            expected = record_at(path, chunk.first_row + row)
            for name, column in batch.columns.items():
                assert _value(name, column, row) == expected[name], name


def _value(name: str, column: object, row: int) -> object:
    if isinstance(column, TextColumn):
        return None if column.ids[row] < 0 else column.dictionary.values[column.ids[row]]
    if isinstance(column, CodesColumn):
        ids = column.ids[column.offsets[row] : column.offsets[row + 1]]
        return [None if each < 0 else column.dictionary.values[each] for each in ids]
    assert isinstance(column, NumberColumn)
    if column.missing is not None and column.missing[row]:
        return None
    number = int(column.numbers[row])
    if name == "activity_date":
        return date.fromordinal(EPOCH.toordinal() + number)
    return Decimal(number).scaleb(-2) if name == "total_cost" else number


def test_chunks_run_through_all_files(tmp_path: Path) -> None:
    first = canonical(tmp_path / "a.parquet", *({"age": 1} for _ in range(5)), row_group_size=2)
    second = canonical(tmp_path / "b.parquet", *({"age": 1} for _ in range(3)), row_group_size=2)
    chunks = ActivityReader([first, second]).chunks
    assert [(each.number, each.file, each.start, each.first_row, each.rows) for each in chunks] == [
        (0, 0, 0, 0, 2),
        (1, 0, 2, 2, 2),
        (2, 0, 4, 4, 1),
        (3, 1, 5, 0, 2),
        (4, 1, 7, 2, 1),
    ]


def test_a_column_that_the_file_lacks_is_left_out(tmp_path: Path) -> None:
    reader = ActivityReader([canonical(tmp_path / "y.parquet", {"age": 1})])
    table = reader.table(reader.chunks[0], ["age", "diagnoses", "provider"])
    assert table.column_names == ["age"]
    assert set(reader.encode(table, ACTIVITY.values()).columns) == {"age"}
    assert reader.text(table, "provider") is None
    assert reader.not_codes(table, ACTIVITY["diagnoses"]) == []


def test_values_that_are_no_code_are_found_with_their_first_row(tmp_path: Path) -> None:
    rows = [{"diagnoses": given} for given in ([], ["C34", "oops"], None, ["-", "oops"], ["R5"])]
    reader = ActivityReader([canonical(tmp_path / "y.parquet", *rows)])
    table = reader.table(reader.chunks[0], ["diagnoses"])
    assert sorted(reader.not_codes(table, ACTIVITY["diagnoses"])) == [("R5", 1, 4), ("oops", 2, 1)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["0.01", None, "-123.45", "9999999999999999.99"], [1, 0, -12345, 999999999999999999]),
        ([None, None], [0, 0]),
        ([], []),
    ],
)
def test_money_in_pence(written: list[str | None], expected: list[int]) -> None:
    amounts = [None if each is None else Decimal(each) for each in written]
    array = pa.array(amounts, pa.decimal128(18, 2))
    assert pence(array).tolist() == expected
    assert pence(array.slice(1)).tolist() == expected[1:]


def test_money_written_as_floats_is_rounded_to_the_penny() -> None:
    assert pence(pa.array([0.1, 0.29, 1.005, None])).tolist()[:2] == [10, 29]


def test_a_file_that_is_cut_short_after_it_was_opened(tmp_path: Path) -> None:
    path = canonical(tmp_path / "y.parquet", *({"age": each} for each in range(2000)))
    reader = ActivityReader([path])
    damaged = bytearray(path.read_bytes())
    damaged[4 : len(damaged) // 2] = bytes(len(damaged) // 2 - 4)
    path.write_bytes(bytes(damaged))
    with pytest.raises(Problem, match="damaged"):
        reader.table(reader.chunks[0], ["record_id", "age"])


def test_missing_numbers_are_marked(tmp_path: Path) -> None:
    reader = ActivityReader([canonical(tmp_path / "y.parquet", {"age": 3}, {"age": None})])
    batch = reader.encode(reader.table(reader.chunks[0], ["age"]), [ACTIVITY["age"]])
    ages = batch.columns["age"]
    assert isinstance(ages, NumberColumn)
    assert ages.missing is not None
    assert ages.missing.tolist() == [False, True]


def test_values_are_forgotten_without_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encode._Known, "MOST", 2)
    rows = [{"provider": f" R{n % 7} "} for n in range(40)]
    reader = ActivityReader([canonical(tmp_path / "y.parquet", *rows, row_group_size=4)])
    found = []
    for chunk in reader.chunks:
        column = reader.text(reader.table(chunk, ["provider"]), "provider")
        assert column is not None
        found += [column.dictionary.values[number] for number in column.ids]
    assert found == [f"R{n % 7}" for n in range(40)]
