"""Writes a Parquet file out of column chunks, a row group at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from speccom.activity.column_chunks.chunk import CODECS, ENCODINGS, ColumnChunk
from speccom.activity.column_chunks.thrift import Value, array, int32, int64, struct, text
from speccom.activity.disk_full import naming

MAGIC = b"PAR1"
_KINDS = {"BOOLEAN": 0, "INT32": 1, "INT64": 2, "BYTE_ARRAY": 6}
_OPTIONAL, _REPEATED = 1, 2
_UTF8, _LIST, _INT_16 = 0, 3, 16
_TYPES: dict[pa.DataType, tuple[str, int | None]] = {
    pa.string(): ("BYTE_ARRAY", _UTF8),
    pa.bool_(): ("BOOLEAN", None),
    pa.int16(): ("INT32", _INT_16),
    pa.int32(): ("INT32", None),
    pa.int64(): ("INT64", None),
}
"""How Parquet keeps each type, and what it calls it."""


@dataclass(frozen=True)
class RowGroup:
    """Some rows: a chunk for every column, in the order of the columns."""

    rows: int
    chunks: Sequence[ColumnChunk]


class ChunkWriter:
    """Writes row groups one after another, and what the file holds at its end."""

    def __init__(self, path: Path, file: BinaryIO, schema: pa.Schema) -> None:
        self._path = path
        self._file = file
        self._schema = schema
        self._place = 0
        self._rows = 0
        self._groups: list[Value] = []
        self._write(MAGIC)

    def write(self, group: RowGroup) -> None:
        """Write a row group; one without rows is left out."""
        if not group.rows:
            return
        start = self._place
        columns = [self._column(chunk) for chunk in group.chunks]
        uncompressed = sum(chunk.uncompressed for chunk in group.chunks)
        facts = {1: array(columns), 2: int64(uncompressed), 3: int64(group.rows), 5: int64(start)}
        self._groups.append(struct(facts))
        self._rows += group.rows

    def close(self) -> None:
        """Write the end of the file, without which nothing in it can be read."""
        fields = {1: int32(1), 2: array(_elements(self._schema)), 3: int64(self._rows)}
        groups = array(self._groups) if self._groups else _NO_GROUPS
        foot = struct({**fields, 4: groups, 6: text("speccom")}).data
        self._write(foot + len(foot).to_bytes(4, "little") + MAGIC)
        with naming(self._path):
            self._file.flush()

    def _column(self, chunk: ColumnChunk) -> Value:
        start = self._place
        for page in chunk.pages:
            self._write(page)
        facts = {
            1: int32(_KINDS[chunk.kind]),
            2: array([int32(ENCODINGS[each]) for each in chunk.encodings]),
            3: array([text(each) for each in chunk.path.split(".")]),
            4: int32(CODECS[chunk.codec]),
            5: int64(chunk.values),
            6: int64(chunk.uncompressed),
            7: int64(chunk.size),
            9: int64(start + chunk.data_at),
        }
        if chunk.dictionary_at is not None:
            facts[11] = int64(start + chunk.dictionary_at)
        return struct({2: int64(start), 3: struct(facts)})

    def _write(self, data: bytes) -> None:
        with naming(self._path):
            self._file.write(data)
        self._place += len(data)


_NO_GROUPS = Value(9, bytes([12]))


@contextmanager
def chunk_writer(path: Path, schema: pa.Schema) -> Iterator[ChunkWriter]:
    """Write a file of these columns: plain texts, truths, whole numbers, and lists of text."""
    with path.open("wb") as file:
        writer = ChunkWriter(path, file, schema)
        yield writer
        writer.close()


def _elements(schema: pa.Schema) -> list[Value]:
    """Return the columns as a footer lists them, from the root down."""
    found = [struct({4: text("schema"), 5: int32(len(schema))})]
    for field in schema:
        if pa.types.is_list(field.type):
            found += [
                struct({3: int32(_OPTIONAL), 4: text(field.name), 5: int32(1), 6: int32(_LIST)}),
                struct({3: int32(_REPEATED), 4: text("list"), 5: int32(1)}),
                _element("element", field.type.value_type),
            ]
        else:
            found.append(_element(field.name, field.type))
    return found


def _element(name: str, kind: pa.DataType) -> Value:
    physical, called = _TYPES[kind]
    facts = {1: int32(_KINDS[physical]), 3: int32(_OPTIONAL), 4: text(name)}
    if called is not None:
        facts[6] = int32(called)
    return struct(facts)
