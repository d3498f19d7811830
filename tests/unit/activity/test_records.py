"""One record, as written and as criteria see it."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from speccom.activity.records import find_row, means_none, raw_at, record_at
from speccom.problem import Problem


@pytest.fixture
def activity(tmp_path: Path) -> Path:
    path = tmp_path / "activity.parquet"
    written = pa.table(
        {
            "record_id": ["A", "B ", "C", "D", "B"],
            "dataset": ["apc", "apc", "op", "apc", "op"],
            "activity_date": pa.array([date(2025, 4, day) for day in range(1, 6)]),
            "provider": [" RTA ", "", None, "rj1", "RJ1"],
            "diagnoses": pa.array(
                [["r54.x", "-", "K26.2D"], None, [], ["nonsense", "I251"], ["R69X"]], pa.list_(pa.string())
            ),
            "procedures": pa.array([["X99.9", "k26.2"], [], [], [], []], pa.list_(pa.string())),
            "attended": [None, None, "5 ", None, "3"],
            "note": ["not", "part", "of", "the", "record"],
        }
    )
    pq.write_table(written, path, row_group_size=2)
    return path


def test_in_normal_form(activity: Path) -> None:
    record = record_at(activity, 0)
    assert record["provider"] == "RTA"
    assert record["diagnoses"] == ["R54", None, "K262"]
    assert record["procedures"] == [None, "K262"]
    assert record["activity_date"] == date(2025, 4, 1)
    assert record["unbundled_hrgs"] == []
    assert record["age"] is None
    assert "note" not in record


def test_as_written(activity: Path) -> None:
    raw = raw_at(activity, 0)
    assert raw["provider"] == " RTA "
    assert raw["diagnoses"] == ["r54.x", "-", "K26.2D"]
    assert "age" not in raw


def test_by_row_in_any_row_group(activity: Path) -> None:
    assert [record_at(activity, row)["record_id"] for row in range(5)] == ["A", "B", "C", "D", "B"]
    assert record_at(activity, 2)["attended"] == "5"
    for row in (-1, 5):
        with pytest.raises(IndexError):
            record_at(activity, row)


def test_the_first_of_a_repeated_identifier(activity: Path) -> None:
    assert find_row(activity, "B") == 1
    assert find_row(activity, " D ") == 3


def test_no_such_record(activity: Path) -> None:
    assert find_row(activity, "E") is None
    assert find_row(activity, "") is None


def test_a_file_without_a_dataset(activity: Path, tmp_path: Path) -> None:
    path = tmp_path / "op.parquet"
    pq.write_table(pq.read_table(activity).drop_columns("dataset"), path)
    assert record_at(path, 0)["dataset"] is None
    assert record_at(path, 0, dataset="op")["dataset"] == "op"


def test_what_means_none() -> None:
    assert means_none("procedures", "x99.8 ")
    assert not means_none("diagnoses", "R69X")


def test_a_file_that_is_gone_wrong(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(Problem):
        find_row(path, "A")
