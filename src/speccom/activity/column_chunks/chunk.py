"""One column of one row group, as it lies in a Parquet file: its pages, and what a footer says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

CODECS = {"UNCOMPRESSED": 0, "SNAPPY": 1, "GZIP": 2, "ZSTD": 6}
"""Those that every reader of Parquet knows."""
ENCODINGS = {
    "PLAIN": 0,
    "PLAIN_DICTIONARY": 2,
    "RLE": 3,
    "BIT_PACKED": 4,
    "DELTA_BINARY_PACKED": 5,
    "DELTA_LENGTH_BYTE_ARRAY": 6,
    "DELTA_BYTE_ARRAY": 7,
    "RLE_DICTIONARY": 8,
    "BYTE_STREAM_SPLIT": 9,
}
_SIZE_NOT_TO_BE_TRUSTED = "parquet-mr version 1.2."
"""It left the head of the dictionary out of a chunk's size (PARQUET-816)."""


@dataclass(frozen=True)
class ColumnChunk:
    """The pages of one column; `data_at` and `dictionary_at` are places in `pages`."""

    path: str
    kind: str
    pages: Sequence[bytes]
    encodings: tuple[str, ...]
    codec: str
    values: int
    uncompressed: int
    data_at: int = 0
    dictionary_at: int | None = None

    @property
    def size(self) -> int:
        """The bytes of all pages."""
        return sum(len(page) for page in self.pages)


def as_it_lies(path: Path, file: pq.ParquetFile, group: int, column: str) -> ColumnChunk | None:
    """Return a column of text of a file's row group as it lies there, to be written into another file.

    None where it is not kept as optional text, or not in a way that every reader knows.
    """
    metadata = file.metadata
    leaves = [place for place in range(metadata.num_columns) if file.schema.column(place).path == column]
    if not leaves or (metadata.created_by or "").startswith(_SIZE_NOT_TO_BE_TRUSTED):
        return None
    leaf, facts = file.schema.column(leaves[0]), metadata.row_group(group).column(leaves[0])
    if (
        leaf.physical_type != "BYTE_ARRAY"
        or (leaf.max_definition_level, leaf.max_repetition_level) != (1, 0)
        or facts.compression not in CODECS
        or not ENCODINGS.keys() >= set(facts.encodings)
    ):
        return None
    with path.open("rb") as opened:
        return _read(opened, facts)


def of_texts(column: str, texts: pa.Array) -> ColumnChunk:
    """Return a column of texts of which nearly every row has its own, encoded by Arrow."""
    written = pa.BufferOutputStream()
    pq.write_table(
        pa.table({column: texts}),
        written,
        row_group_size=max(1, len(texts)),
        compression="zstd",
        compression_level=1,
        use_dictionary=False,
        write_statistics=False,
    )
    file = pa.BufferReader(written.getvalue())
    return _read(file, pq.read_metadata(file).row_group(0).column(0))


def _read(file: BinaryIO | pa.BufferReader, facts: pq.ColumnChunkMetaData) -> ColumnChunk:
    has_dictionary = facts.has_dictionary_page and facts.dictionary_page_offset is not None
    start = facts.dictionary_page_offset if has_dictionary else facts.data_page_offset
    file.seek(start)
    return ColumnChunk(
        facts.path_in_schema,
        facts.physical_type,
        [file.read(facts.total_compressed_size)],
        facts.encodings,
        facts.compression,
        facts.num_values,
        facts.total_uncompressed_size,
        facts.data_page_offset - start,
        0 if has_dictionary else None,
    )
