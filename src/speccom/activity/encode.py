"""Activity read from Parquet a row group at a time, in the numbered columns that the bulk engines take.

Parquet already keeps each row group's values as a dictionary; that dictionary is put in normal form once,
and the rows are never turned into strings.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from speccom.activity.column_chunks.chunk import ColumnChunk, as_it_lies
from speccom.activity.memory import keep_freed_memory
from speccom.activity.read_parquet import unreadable
from speccom.activity.records import means_none, normal_code
from speccom.activity.without_pandas import spare_pandas
from speccom.criteria.columns import (
    Batch,
    CodesColumn,
    Column,
    Dictionary,
    KnownValues,
    NumberColumn,
    TextColumn,
)
from speccom.criteria.vocabulary import Field, FieldType

PENCE = 2
"""Money is held in whole pence: pounds times ten to this power."""

IDENTIFIERS = ("record_id", "spell_id")
"""Nearly every row has its own, so they are read as plain text."""


@dataclass(frozen=True)
class Chunk:
    """One row group of one file.

    `start` is the position of its first row in the run, `first_row` in the file.
    """

    number: int
    file: int
    group: int
    start: int
    first_row: int
    rows: int


class ActivityReader:
    """Reads chunks of canonical Parquet files. Safe to use from several threads."""

    def __init__(self, paths: Iterable[Path]) -> None:
        keep_freed_memory()
        spare_pandas()
        self.paths = tuple(paths)
        self._metadata = tuple(pq.read_metadata(path) for path in self.paths)
        self.chunks = tuple(self._chunks())
        self.rows = sum(chunk.rows for chunk in self.chunks)
        self._open = threading.local()
        self._columns: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def columns_of(self, file: int) -> frozenset[str]:
        """The top-level columns of one file."""
        return frozenset(self._metadata[file].schema.to_arrow_schema().names)

    def table(self, chunk: Chunk, columns: Iterable[str]) -> pa.Table:
        """Read some of a chunk's columns; those that the file lacks are left out."""
        try:
            reader = self._reader(chunk.file)
            present = set(reader.schema_arrow.names)
            wanted = [name for name in columns if name in present]
            return reader.read_row_group(chunk.group, columns=wanted, use_threads=False)
        except (pa.ArrowException, OSError) as error:
            raise unreadable(self.paths[chunk.file], error) from error

    def as_it_lies(self, chunk: Chunk, column: str) -> ColumnChunk | None:
        """Return a column of text as the file keeps it; None where another file could not hold it so."""
        return as_it_lies(self.paths[chunk.file], self._reader(chunk.file), chunk.group, column)

    def encode(self, table: pa.Table, fields: Iterable[Field]) -> Batch:
        """Number the values of some fields of a table."""
        columns: dict[str, Column] = {}
        for field in fields:
            if field.name in table.column_names:
                columns[field.name] = self._column(field, table.column(field.name))
        return Batch(table.num_rows, columns)

    def text(self, table: pa.Table, name: str) -> TextColumn | None:
        """Number the values of one column of text, trimmed; None where the column is absent."""
        if name not in table.column_names:
            return None
        return self._text(name, table.column(name))

    def not_codes(self, table: pa.Table, field: Field) -> list[tuple[str, int, int]]:
        """Return the values of a list of codes that are none: (value, how often, row of the first)."""
        if field.name not in table.column_names:
            return []
        lists = _one_array(table.column(field.name))
        values = _dictionary_array(lists.values)
        wrong = self._not_codes(field, values.dictionary)
        if not wrong:
            return []
        ids = _ids(values)
        counts = np.bincount(ids[ids >= 0], minlength=len(values.dictionary))
        offsets = lists.offsets.to_numpy()
        found = []
        for place, value in wrong:
            if counts[place]:
                first = int(np.argmax(ids == place))
                row = int(np.searchsorted(offsets, first, side="right")) - 1
                found.append((value, int(counts[place]), row))
        return found

    def _chunks(self) -> Iterable[Chunk]:
        start = 0
        number = 0
        for file, metadata in enumerate(self._metadata):
            first_row = 0
            for group in range(metadata.num_row_groups):
                rows = metadata.row_group(group).num_rows
                if rows:
                    yield Chunk(number, file, group, start, first_row, rows)
                    number += 1
                    start += rows
                    first_row += rows

    def _reader(self, file: int) -> pq.ParquetFile:
        if getattr(self._open, "file", None) != file:
            metadata = self._metadata[file]
            leaves = _text_leaves(metadata)
            self._open.reader = pq.ParquetFile(self.paths[file], metadata=metadata, read_dictionary=leaves)
            self._open.file = file
        return self._open.reader

    def _column(self, field: Field, column: pa.ChunkedArray) -> Column:
        if field.type == FieldType.CODES:
            return self._codes(field, column)
        if field.type == FieldType.TEXT:
            return self._text(field.name, column)
        return number_column(field.type, _one_array(column))

    def _text(self, name: str, column: pa.ChunkedArray) -> TextColumn:
        array = _dictionary_array(_one_array(column))
        return TextColumn(self._known(name, _trimmed).part(array.dictionary), _ids(array))

    def _codes(self, field: Field, column: pa.ChunkedArray) -> CodesColumn:
        lists = _one_array(column)
        values = _dictionary_array(lists.values)
        dictionary = self._known(field.name, _code_form(field)).part(values.dictionary)
        return CodesColumn(dictionary, lists.offsets.to_numpy(), _ids(values))

    def _not_codes(self, field: Field, written: pa.Array) -> list[tuple[int, str]]:
        """Return the places and values of a dictionary that are neither a code nor mean "none"."""
        suspects = self._known(field.name, _code_form(field)).without_form(written)
        values = written.take(pa.array(suspects)).to_pylist()
        return [
            (int(place), value)
            for place, value in zip(suspects, values, strict=True)
            if not means_none(field.name, value)
        ]

    def _known(self, name: str, form: Callable[[str], str | None]) -> _Known:
        with self._lock:
            if name not in self._columns:
                self._columns[name] = _Known(form)
            return self._columns[name]


class _Known:
    """The values of one column as files write them, each put in normal form only once.

    A column may hold anything, so what is known is forgotten at `MOST` values.
    """

    MOST = 1_000_000

    def __init__(self, form: Callable[[str], str | None]) -> None:
        self._form = form
        self._lock = threading.Lock()
        self._written = pa.array([], type=pa.string())
        self._known = KnownValues()

    def part(self, written: pa.Array) -> Dictionary:
        """Return a stretch's dictionary as a part of what is known."""
        with self._lock:
            places = pc.index_in(written, value_set=self._written)
            if places.null_count > written.null_count:
                self._learn(written, places.is_null())
                places = pc.index_in(written, value_set=self._written)
            numbers = places.fill_null(-1).to_numpy()
            return Dictionary(known=self._known, places=numbers.astype(np.int32, copy=False))

    def without_form(self, written: pa.Array) -> npt.NDArray[np.intp]:
        """Return the places in a stretch's dictionary of the values that have no normal form."""
        dictionary = self.part(written)
        assert dictionary.known is not None
        assert dictionary.places is not None
        formless = np.array([each is None for each in dictionary.known.values], dtype=np.bool_)
        places = dictionary.places
        return np.flatnonzero((places >= 0) & formless[places]) if len(formless) else np.zeros(0, np.intp)

    def _learn(self, written: pa.Array, unknown: pa.Array) -> None:
        if len(self._known.values) > self.MOST:
            self._written, self._known = self._written[:0], KnownValues()
            unknown = written.is_valid()
        new = written.filter(pc.and_(unknown, written.is_valid()))
        self._known.values += [self._form(value) for value in new.to_pylist()]
        self._written = pa.concat_arrays([self._written, new])


def number_column(field_type: FieldType, array: pa.Array) -> NumberColumn:
    """Return whole numbers: as they are, days since 1970-01-01, or pence."""
    missing = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    if field_type == FieldType.DECIMAL:
        return NumberColumn(pence(array), missing, PENCE)
    filled = array.cast(pa.int32()).fill_null(0) if array.null_count else array.cast(pa.int32())
    return NumberColumn(filled.to_numpy(), missing)


def pence(array: pa.Array) -> npt.NDArray[np.int64]:
    """Return money in whole pence (records,); nought where it is missing."""
    if not pa.types.is_decimal128(array.type) or array.type.scale != PENCE:
        array = pc.round(array.cast(pa.float64()), PENCE).cast(pa.decimal128(18, PENCE))
    if array.null_count:
        array = array.fill_null(pa.scalar(Decimal(0), array.type))
    halves = np.frombuffer(array.buffers()[1], dtype=np.int64)
    return halves[array.offset * 2 : (array.offset + len(array)) * 2 : 2].copy()


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    plain = [_without_dictionary(chunk) for chunk in column.chunks]
    return pa.concat_arrays(plain) if plain else pa.array([], type=column.type)


def _without_dictionary(array: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(array.type):
        return array.dictionary_decode()
    if pa.types.is_list(array.type) and pa.types.is_dictionary(array.type.value_type):
        return pa.ListArray.from_arrays(array.offsets, array.values.dictionary_decode())
    return array


def _dictionary_array(array: pa.Array) -> pa.DictionaryArray:
    if pa.types.is_dictionary(array.type):
        return array
    return array.cast(pa.string()).dictionary_encode()


def _ids(array: pa.DictionaryArray) -> npt.NDArray[np.int32]:
    indices = array.indices
    if indices.null_count:
        indices = indices.fill_null(-1)
    ids: npt.NDArray[np.int32] = indices.to_numpy().astype(np.int32, copy=False)
    return ids


def _text_leaves(metadata: pq.FileMetaData) -> list[str]:
    schema = metadata.schema
    columns = (schema.column(place) for place in range(len(schema)))
    return [
        column.path
        for column in columns
        if column.physical_type == "BYTE_ARRAY" and column.path not in IDENTIFIERS
    ]


def _code_form(field: Field) -> Callable[[str], str | None]:
    return lambda value: normal_code(field, value)


def _trimmed(value: str) -> str | None:
    return value.strip() or None
