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
_LISTS = ("old_rules", "new_rules")


class Writer(Protocol):
    """Where the rows go."""

    def write(self, table: pa.Table) -> None:
        """Write some rows."""


@contextmanager
def moved_records(out: Path) -> Iterator[Writer]:
    """Write the file whole or not at all."""
    partial = out.with_name(f"{out.name}.partial")
    try:
        if out.suffix.lower() == CSV:
            flat = pa.schema([pa.field(each.name, _flat_type(each)) for each in SCHEMA])
            with pa_csv.CSVWriter(partial, flat) as rows:
                yield _Csv(rows)
        else:
            with pq.ParquetWriter(partial, SCHEMA, compression="zstd", store_schema=False) as rows:
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
        for name in _LISTS:
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, pc.binary_join(table.column(name), ";"))
        self._rows.write_table(table)


def _flat_type(field: pa.Field) -> pa.DataType:
    return pa.string() if field.name in _LISTS else field.type
