"""Writing the canonical record as Parquet: a row group for each stretch, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.convert import Converter, Stretch
from speccom.activity.layouts import ATTENDED, CODE_LISTS
from speccom.activity.plan import SOURCE_ROW, Plan, canonical_type
from speccom.rulebook.activity_record import ACTIVITY

# Told the share done, 0 to 1.
Progress = Callable[[float], None]

# Nearly every row has its own, so a dictionary of them would only cost time.
_NOT_CODED = ("record_id", "spell_id", SOURCE_ROW, "activity_count", "total_cost")


class Rows(Protocol):
    """What reads the rows of a file."""

    @property
    def share_done(self) -> float:
        """How much of the file has been read, 0 to 1."""

    def stretches(self) -> Iterator[Stretch]:
        """The file's rows in order."""


def write_canonical(rows: Rows, converter: Converter, target: Path, progress: Progress) -> int:
    """Convert and write every stretch; the file appears only when it is whole. Returns the rows kept."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    try:
        with _Writer(partial, _schema(converter.plan)) as writer:
            for stretch in _read_ahead(rows.stretches()):
                writer.write(converter.convert(stretch))
                progress(rows.share_done)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return writer.rows


class _Writer:
    """Writes tables as row groups, each while the next one is converted."""

    def __init__(self, path: Path, schema_of_nothing: pa.Schema) -> None:
        self.rows = 0
        self._path = path
        self._schema_of_nothing = schema_of_nothing
        self._parquet: pq.ParquetWriter | None = None
        self._beside = ThreadPoolExecutor(1)
        self._pending: Future[None] | None = None

    def __enter__(self) -> _Writer:
        return self

    def write(self, table: pa.Table) -> None:
        """Write one row group."""
        if not table.num_rows:
            return
        self._parquet = self._parquet or _parquet_writer(self._path, table.schema)
        self._wait()
        self._pending = self._beside.submit(self._parquet.write_table, table, table.num_rows)
        self.rows += table.num_rows

    def _wait(self) -> None:
        if self._pending is not None:
            pending, self._pending = self._pending, None
            pending.result()

    def __exit__(self, *failure: object) -> None:
        try:
            self._wait()
            if self._parquet is None:
                self._parquet = _parquet_writer(self._path, self._schema_of_nothing)
        finally:
            self._beside.shutdown()
            if self._parquet is not None:
                self._parquet.close()


def _parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    # Without Arrow's own schema beside it, coded text reads back as the plain text that it is.
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=[_leaf(name) for name in schema.names if name not in _NOT_CODED],
        store_schema=False,
    )


def _read_ahead(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """The same stretches, each read while the one before it is converted."""
    with ThreadPoolExecutor(1) as reader:
        coming: Future[Stretch | None] = reader.submit(next, stretches, None)
        while (stretch := coming.result()) is not None:
            coming = reader.submit(next, stretches, None)
            yield stretch


def _schema(plan: Plan) -> pa.Schema:
    columns = ["record_id", "dataset"]
    columns += [name for name in (*ACTIVITY, ATTENDED) if name in plan.sources and name not in columns]
    fields = [(name, canonical_type(name)) for name in columns]
    return pa.schema([*fields, (SOURCE_ROW, pa.int64())])


def _leaf(name: str) -> str:
    return f"{name}.list.element" if name in CODE_LISTS else name
