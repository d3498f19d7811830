"""The file of moved records: a row for each record and version under which another line pays for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from speccom.activity.compare.order import CSV

SCHEMA = pa.schema(
    [
        ("record_id", pa.string()),
        ("dataset", pa.string()),
        ("provider", pa.string()),
        ("old_line", pa.string()),
        ("new_line", pa.string()),
        ("cost", pa.decimal128(18, 2)),
        ("old_rules", pa.list_(pa.string())),
        ("new_rules", pa.list_(pa.string())),
        ("old_rulebook", pa.string()),
        ("new_rulebook", pa.string()),
    ]
)
OF_ASSIGNMENTS = pa.schema(
    [
        ("record_id", pa.string()),
        ("dataset", pa.string()),
        ("provider", pa.string()),
        ("service_line", pa.string()),
        ("old_commissioner", pa.string()),
        ("new_commissioner", pa.string()),
        ("cost", pa.decimal128(18, 2)),
        ("old_code", pa.string()),
        ("new_code", pa.string()),
        ("old_path", pa.string()),
        ("new_path", pa.string()),
        ("old_rulebook", pa.string()),
        ("new_rulebook", pa.string()),
    ]
)


class Writer(Protocol):
    """Where the rows go."""

    def write(self, table: pa.Table) -> None:
        """Write some rows."""


@contextmanager
def moved_records(out: Path, schema: pa.Schema = SCHEMA) -> Iterator[Writer]:
    """Write the file whole or not at all."""
    partial = out.with_name(f"{out.name}.partial")
    try:
        if out.suffix.lower() == CSV:
            flat = pa.schema([pa.field(each.name, _flat_type(each)) for each in schema])
            with pa_csv.CSVWriter(partial, flat) as rows:
                yield _Csv(rows)
        else:
            with pq.ParquetWriter(partial, schema, compression="zstd", store_schema=False) as rows:
                yield _Parquet(rows)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


class _Parquet:
    def __init__(self, rows: pq.ParquetWriter) -> None:
        self._rows = rows

    def write(self, table: pa.Table) -> None:
        self._rows.write_table(table)


class _Csv:
    """CSV with lists as text between semicolons, as activity has them."""

    def __init__(self, rows: pa_csv.CSVWriter) -> None:
        self._rows = rows

    def write(self, table: pa.Table) -> None:
        for place, field in enumerate(table.schema):
            if pa.types.is_list(field.type):
                table = table.set_column(place, field.name, pc.binary_join(table.column(place), ";"))
        self._rows.write_table(table)


def _flat_type(field: pa.Field) -> pa.DataType:
    return pa.string() if pa.types.is_list(field.type) else field.type
