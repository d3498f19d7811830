"""The chapters' small reference tables, the shared published ones, and activity written on the spot."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.spec.assignment.chapters import reference_folder

from speccom.activity.plan import canonical_type

WriteActivity = Callable[..., Path]


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """The reference tables of the chapters in `tests/spec/assignment`."""
    return reference_folder(tmp_path / "reference")


@pytest.fixture(scope="session")
def published() -> Path:
    """The published tables with the sample of answers; the test is skipped where they are absent."""
    shared = Path(os.environ.get("SPECCOM_SHARED_DATA") or Path(__file__).parents[5] / "shared" / "data")
    path = shared / "commissioner_assignment"
    if not path.is_dir():
        pytest.skip(
            "the shared data is absent: commissioner_assignment (SPECCOM_SHARED_DATA names its folder)"
        )
    return path


@pytest.fixture
def write_activity(tmp_path: Path) -> WriteActivity:
    """Write records as canonical Parquet in row groups of a few rows."""

    def write(name: str, records: Sequence[dict[str, object]], rows_in_group: int = 1000) -> Path:
        columns = list(dict.fromkeys(name for record in records for name in record))
        table = pa.table(
            {
                column: pa.array([record.get(column) for record in records], canonical_type(column))
                for column in columns
            }
        )
        path = tmp_path / name
        pq.write_table(table, path, row_group_size=rows_in_group)
        return path

    return write
