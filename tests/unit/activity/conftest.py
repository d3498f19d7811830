"""Activity files made on the spot, the shared artificial ones, and what becomes of them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from speccom.activity.prepare import PreparedFile, prepare

Prepare = Callable[..., PreparedFile]


@pytest.fixture
def prepare_bytes(tmp_path: Path) -> Prepare:
    """Prepare a file of these bytes: `prepare_bytes(b"record_id,...", dataset="apc")`."""

    def run(contents: bytes, file: str = "activity.csv", **options: Any) -> PreparedFile:
        path = tmp_path / file
        path.write_bytes(contents)
        return prepare(path, folder=tmp_path / "prepared", **options)

    return run


@pytest.fixture
def prepare_table(tmp_path: Path) -> Prepare:
    """Prepare a Parquet file of this table."""

    def run(table: pa.Table, file: str = "activity.parquet", **options: Any) -> PreparedFile:
        path = tmp_path / file
        pq.write_table(table, path, **options.pop("writing", {}))
        return prepare(path, folder=tmp_path / "prepared", **options)

    return run


def artificial_hes(name: str) -> Path:
    """A file of the shared artificial HES; the test is skipped where it is absent."""
    shared = Path(os.environ.get("SPECCOM_SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")
    path = shared / "artificial_hes" / name
    if not path.exists():
        pytest.skip(f"the shared data is absent: {path.name} (SPECCOM_SHARED_DATA names its folder)")
    return path


@pytest.fixture
def hes_apc() -> Path:
    return artificial_hes("artificial_hes_apc_0102_truncated.csv")


@pytest.fixture
def hes_op() -> Path:
    return artificial_hes("artificial_hes_op_0304_truncated.csv")
