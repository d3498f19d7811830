"""What is written a column chunk at a time reads back as it was meant, in Arrow and in DuckDB."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speccom.activity.column_chunks.chunk import ColumnChunk, as_it_lies, of_texts
from speccom.activity.column_chunks.pages import (
    Values,
    numbered,
    numbered_at,
    numbered_lists,
    rising_numbers,
    truths,
    whole_numbers,
)
from speccom.activity.column_chunks.writer import RowGroup, chunk_writer

Rows = list[dict[str, Any]]
SIZES = [1, 2, 7, 8, 9, 127, 128, 129, 130, 1000]


def by_arrow(path: Path) -> Rows:
    rows: Rows = pq.read_table(path).to_pylist()
    return rows


def by_duckdb(path: Path) -> Rows:
    return duckdb.read_parquet(str(path)).to_arrow_table().to_pylist()


READERS = pytest.mark.parametrize("read", [by_arrow, by_duckdb])


def written(path: Path, kind: pa.DataType, *groups: tuple[int, ColumnChunk]) -> Path:
    """A file of one column, c."""
    with chunk_writer(path, pa.schema([("c", kind)])) as writer:
        for rows, chunk in groups:
            writer.write(RowGroup(rows, [chunk]))
    return path


def column(rows: Rows) -> list[Any]:
    return [row["c"] for row in rows]


@READERS
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("missing", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("count", [1, 2, 256, 257, 70_000])
def test_numbered_values(
    read: Callable[[Path], Rows], size: int, missing: float, count: int, tmp_path: Path
) -> None:
    chance = np.random.default_rng(size)
    names = [f"é{number}" for number in range(count)]
    numbers = np.where(chance.random(size) < missing, -1, chance.integers(0, count, size))
    path = written(tmp_path / "f", pa.string(), (size, numbered("c", numbers, Values(names))))
    assert column(read(path)) == [None if number < 0 else names[number] for number in numbers]


@READERS
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_values_at_some_rows(read: Callable[[Path], Rows], size: int, share: float, tmp_path: Path) -> None:
    chance = np.random.default_rng(size)
    rows = np.flatnonzero(chance.random(size) < share)
    numbers = chance.integers(-1, 3, len(rows))
    chunk = numbered_at("c", size, rows, numbers, Values(["a", "b", "c"]))
    wanted: list[str | None] = [None] * size
    for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
        wanted[row] = [None, "a", "b", "c"][number + 1]
    assert column(read(written(tmp_path / "f", pa.string(), (size, chunk)))) == wanted


@READERS
def test_whole_numbers_by_number(read: Callable[[Path], Rows], tmp_path: Path) -> None:
    numbers = np.array([0, 2, -1, 1])
    chunk = numbered("c", numbers, Values(range(24_303, 24_306)))
    assert column(read(written(tmp_path / "f", pa.int32(), (4, chunk)))) == [24_303, 24_305, None, 24_304]
    assert column(
        read(written(tmp_path / "g", pa.int16(), (1, numbered("c", np.zeros(1, int), Values([7])))))
    ) == [7]


@READERS
@pytest.mark.parametrize("longest", [0, 1, 2, 9])
@pytest.mark.parametrize("size", SIZES)
def test_lists(read: Callable[[Path], Rows], size: int, longest: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(size)
    names = ["a", "bb", "", "ddd"]
    lengths = chance.integers(0, longest + 1, size).astype(np.int32)
    numbers = chance.integers(0, len(names), lengths.sum())
    chunk = numbered_lists("c.list.element", lengths, numbers, Values(names))
    ends = np.cumsum(lengths)
    wanted = [
        [names[number] for number in numbers[end - length : end]]
        for end, length in zip(ends, lengths, strict=True)
    ]
    assert column(read(written(tmp_path / "f", pa.list_(pa.string()), (size, chunk)))) == wanted


@READERS
@pytest.mark.parametrize("size", SIZES)
def test_truths_and_numbers(read: Callable[[Path], Rows], size: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(size)
    held = chance.random(size) < 0.5
    assert column(read(written(tmp_path / "t", pa.bool_(), (size, truths("c", held))))) == held.tolist()
    large = chance.integers(-(2**62), 2**62, size)
    assert (
        column(read(written(tmp_path / "n", pa.int64(), (size, whole_numbers("c", large))))) == large.tolist()
    )
    rising = np.arange(size, dtype=np.int64) + 5_000_000_000
    gap = np.where(np.arange(size) > size // 2, rising + 1, rising)
    for name, numbers in (("r", rising), ("g", gap), ("d", rising[::-1].copy())):
        path = written(tmp_path / name, pa.int64(), (size, rising_numbers("c", numbers)))
        assert column(read(path)) == numbers.tolist()


def test_numbers_that_only_begin_and_end_as_if_they_rose_by_one(tmp_path: Path) -> None:
    numbers = np.array([1, 3, 2, 4], dtype=np.int64)
    path = written(tmp_path / "f", pa.int64(), (4, rising_numbers("c", numbers)))
    assert column(by_arrow(path)) == [1, 3, 2, 4]


@READERS
def test_many_row_groups_and_columns(read: Callable[[Path], Rows], tmp_path: Path) -> None:
    schema = pa.schema([("n", pa.int64()), *((f"c{number}", pa.string()) for number in range(20))])
    values = Values(["x", "y"])
    with chunk_writer(tmp_path / "f", schema) as writer:
        for group in range(20):
            numbers = np.full(3, group, dtype=np.int64)
            chunks = [numbered(f"c{number}", np.array([0, 1, -1]), values) for number in range(20)]
            writer.write(RowGroup(3, [whole_numbers("n", numbers), *chunks]))
            writer.write(RowGroup(0, []))
    rows = read(tmp_path / "f")
    assert [row["n"] for row in rows] == [group for group in range(20) for _ in range(3)]
    assert rows[3 * 7 + 1] == {"n": 7, **{f"c{number}": "y" for number in range(20)}}
    metadata = pq.read_metadata(tmp_path / "f")
    assert (metadata.num_rows, metadata.num_row_groups) == (60, 20)


@READERS
def test_no_rows(read: Callable[[Path], Rows], tmp_path: Path) -> None:
    assert read(written(tmp_path / "f", pa.list_(pa.string()))) == []


# --- chunks of other files ---

TEXTS = ["r1", None, "r2", "a rather long identifier, longer than most", "", "r2"] * 50


@READERS
@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd"])
@pytest.mark.parametrize("coded", [True, False])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_texts_as_they_lie(
    read: Callable[[Path], Rows], compression: str, coded: bool, version: str, tmp_path: Path
) -> None:
    source = tmp_path / "source.parquet"
    table = pa.table({"before": list(range(300)), "c": TEXTS, "after": TEXTS})
    pq.write_table(
        table,
        source,
        row_group_size=130,
        compression=compression,
        use_dictionary=coded,
        data_page_version=version,
        data_page_size=200,
    )
    file = pq.ParquetFile(source)
    groups = []
    for number in range(file.num_row_groups):
        chunk = as_it_lies(source, file, number, "c")
        assert chunk is not None
        groups.append((file.metadata.row_group(number).num_rows, chunk))
    assert column(read(written(tmp_path / "f", pa.string(), *groups))) == TEXTS


@pytest.mark.parametrize("compression", ["brotli", "lz4"])
def test_what_not_every_reader_knows_is_not_taken(compression: str, tmp_path: Path) -> None:
    pq.write_table(pa.table({"c": TEXTS}), tmp_path / "f", compression=compression)
    assert as_it_lies(tmp_path / "f", pq.ParquetFile(tmp_path / "f"), 0, "c") is None


@pytest.mark.parametrize(
    "field",
    [
        pa.field("c", pa.string(), nullable=False),
        pa.field("c", pa.list_(pa.string())),
        pa.field("c", pa.int32()),
        pa.field("other", pa.string()),
    ],
)
def test_what_is_not_optional_text_is_not_taken(field: pa.Field, tmp_path: Path) -> None:
    value: Any = {pa.int32(): 1, pa.string(): "x"}.get(field.type, ["x"])
    pq.write_table(pa.table([pa.array([value], field.type)], pa.schema([field])), tmp_path / "f")
    assert as_it_lies(tmp_path / "f", pq.ParquetFile(tmp_path / "f"), 0, "c") is None


@READERS
def test_texts_encoded_anew(read: Callable[[Path], Rows], tmp_path: Path) -> None:
    path = written(tmp_path / "f", pa.string(), (300, of_texts("c", pa.array(TEXTS))))
    assert column(read(path)) == TEXTS


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 4), max_size=4), min_size=1, max_size=40))
def test_any_lists(tmp_path: Path, lists: list[list[int]]) -> None:
    names = ["a", "b", "c", "d", "e"]
    lengths = np.array([len(each) for each in lists], dtype=np.int32)
    numbers = np.array([number for each in lists for number in each], dtype=np.int64)
    chunk = numbered_lists("c.list.element", lengths, numbers, Values(names))
    path = written(tmp_path / "f", pa.list_(pa.string()), (len(lists), chunk))
    assert column(by_arrow(path)) == [[names[number] for number in each] for each in lists]
