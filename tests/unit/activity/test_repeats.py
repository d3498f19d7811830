"""Repeated record identifiers: the first of the run is kept, wherever the others stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.unit.activity.identified import canonical, run_over

from speccom.activity import repeats
from speccom.activity.encode import ActivityReader
from speccom.activity.repeats import leave_hashes, record_ids, repeated_rows
from speccom.activity.scratch import Scratch


def found(folder: Path, *files: list[str]) -> dict[int, list[int]]:
    """The repeated rows by chunk."""
    paths = [
        canonical(folder / f"{number}.parquet", *({"record_id": each} for each in names), row_group_size=3)
        for number, names in enumerate(files)
    ]
    reader = ActivityReader(paths)
    with Scratch(folder / "scratch") as scratch:
        ids = scratch.column("ids", np.uint64)
        for chunk in reader.chunks:
            leave_hashes(ids, chunk, repeats.hashes(record_ids(reader, chunk)))
        return {number: rows.tolist() for number, rows in repeated_rows(reader, ids).items()}


def test_within_and_across_row_groups_and_files(tmp_path: Path) -> None:
    assert found(tmp_path, ["a", "b", "a", "c", "b"], ["d", "a", "e"], ["e"]) == {
        0: [2],
        1: [1],
        2: [1],
        3: [0],
    }


def test_nothing_is_repeated(tmp_path: Path) -> None:
    assert found(tmp_path, ["a", "b", "A"], ["c"]) == {}


def test_white_space_around_an_identifier_does_not_count(tmp_path: Path) -> None:
    assert found(tmp_path, ["a", "a ", "a\t"]) == {0: [1, 2]}


def test_rows_whose_numbers_agree_are_compared_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "hashes", lambda texts: np.ones(len(texts), dtype=np.uint64))
    assert found(tmp_path, ["a", "b", "c", "a"], ["b", "d"]) == {1: [0], 2: [0]}


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_no_number_falls_between_two_parts(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = {"a": number, "b": number, "c": 2**62, "d": 2**64 - 2}
    monkeypatch.setattr(
        repeats, "hashes", lambda texts: np.array([numbers[each.as_py()] for each in texts], dtype=np.uint64)
    )
    monkeypatch.setattr(repeats, "ROWS_AT_ONCE", 2)
    assert found(tmp_path, ["a", "c", "d"], ["b", "a"], ["b"]) == {1: [1], 2: [0]}


@pytest.mark.parametrize("at_once", [1, 2, 3, 5])
def test_a_long_run_is_sorted_in_parts(at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"r{number % 7}" for number in range(11)]
    whole = found(tmp_path, names)
    monkeypatch.setattr(repeats, "ROWS_AT_ONCE", at_once)
    assert found(tmp_path, names) == whole


def test_a_stretch_that_repeats_wholly(tmp_path: Path) -> None:
    first = canonical(tmp_path / "a.parquet", {"record_id": "x", "diagnoses": ["C34"]})
    again = canonical(tmp_path / "b.parquet", {"record_id": "x", "diagnoses": ["C34"]})
    run = run_over(tmp_path, first, again, first)
    assert run.manifest["counts"] == {
        "rows": 3,
        "labelled": 1,
        "not_specialised": 0,
        "not_attended": 0,
        "rejected": 2,
    }
    assert [each["file"] for each in run.table("rejected")] == ["a.parquet", "b.parquet"]
