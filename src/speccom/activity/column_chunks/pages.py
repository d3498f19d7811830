"""Pages of Parquet made from numbers, of columns whose values are few or known beforehand.

Every column is optional; -1 stands for no value. A column's pages are one data page, and before it the page
of the values that the numbers stand for, which is made once and serves all row groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.column_chunks.chunk import ENCODINGS, ColumnChunk
from speccom.activity.column_chunks.thrift import Value, int32, struct, varint, zigzag

_CODEC = "ZSTD"
_DATA, _DICTIONARY = 0, 2
_AT_ONCE = 8
"""Packed numbers come in groups of so many."""
_BLOCK, _PARTS_OF_A_BLOCK = 128, 4

Numbers = npt.NDArray[np.signedinteger]
Truths = npt.NDArray[np.bool_]


class Values:
    """Texts or whole numbers that a column may hold, by number from nought."""

    def __init__(self, values: Sequence[str] | Sequence[int]) -> None:
        self._values = values
        self.kind = "BYTE_ARRAY" if not values or isinstance(values[0], str) else "INT32"
        count = len(values)
        self.width = 1 if count <= 1 << 8 else 2 if count <= 1 << 16 else 4
        """The bytes that a number takes."""

    @cached_property
    def page(self) -> tuple[bytes, int]:
        """The page, and the bytes that it takes uncompressed."""
        if self.kind == "INT32":
            data = np.array(self._values, dtype=np.int32).tobytes()
        else:
            texts = [str(value).encode() for value in self._values]
            data = b"".join(len(text).to_bytes(4, "little") + text for text in texts)
        head = struct({1: int32(len(self._values)), 2: int32(ENCODINGS["PLAIN"])})
        return _page(_DICTIONARY, {7: head}, data)


def numbered(path: str, numbers: Numbers, values: Values) -> ColumnChunk:
    """Return a column of values by their numbers."""
    known = numbers >= 0
    levels = _presence(known)
    return _coded(path, len(numbers), levels, numbers if known.all() else numbers[known], values)


def numbered_at(
    path: str, records: int, rows: npt.NDArray[np.intp], numbers: Numbers, values: Values
) -> ColumnChunk:
    """Return a column of so many records that has values, by their numbers, at some rising rows alone."""
    known = numbers >= 0
    held = np.zeros(records, dtype=np.bool_)
    held[rows] = known
    return _coded(path, records, _presence(held), numbers[known], values)


def numbered_lists(
    path: str, lengths: npt.NDArray[np.int32], numbers: Numbers, values: Values
) -> ColumnChunk:
    """Return a column of lists, none of them missing, whose values follow each other in `numbers`."""
    room = np.maximum(lengths, 1)
    filled, entries = lengths > 0, len(lengths)
    later = np.zeros(entries, dtype=np.bool_)
    if (lengths > 1).any():
        entries = int(room.sum())
        filled = np.repeat(filled, room)
        later = np.ones(entries, dtype=np.bool_)
        later[np.cumsum(room) - room] = False
    # An empty list is there and has no element, level 1; an element that is there has level 3.
    depths = np.column_stack([np.ones(entries, dtype=np.bool_), filled])
    levels = _level(_runs(later)) + _level(_packed(_bits(depths.ravel()), entries, bits=2))
    return _coded(path, entries, levels, numbers, values)


def truths(path: str, held: Truths) -> ColumnChunk:
    """Return a column of truths, none of them missing."""
    levels = _presence(np.ones(len(held), dtype=np.bool_))
    return _uncoded(path, "BOOLEAN", len(held), "PLAIN", levels + _bits(held))


def whole_numbers(path: str, numbers: npt.NDArray[np.int64]) -> ColumnChunk:
    """Return a column of whole numbers of all sizes, none of them missing.

    All their first bytes come first, then all their second ones: small numbers then shrink in no time.
    """
    levels = _presence(np.ones(len(numbers), dtype=np.bool_))
    by_byte = np.ascontiguousarray(numbers.view(np.uint8).reshape(-1, numbers.itemsize).T)
    return _uncoded(path, "INT64", len(numbers), "BYTE_STREAM_SPLIT", levels + by_byte.tobytes())


def rising_numbers(path: str, numbers: npt.NDArray[np.int64]) -> ColumnChunk:
    """Return a column of whole numbers that mostly rise by one, none of them missing."""
    count = len(numbers)
    if count == 0 or (np.diff(numbers) != 1).any():
        return whole_numbers(path, numbers)
    levels = _presence(np.ones(count, dtype=np.bool_))
    head = varint(_BLOCK) + varint(_PARTS_OF_A_BLOCK) + varint(count) + varint(zigzag(int(numbers[0])))
    rises_by_one = varint(zigzag(1)) + bytes(_PARTS_OF_A_BLOCK)
    data = levels + head + rises_by_one * -(-(count - 1) // _BLOCK)
    return _uncoded(path, "INT64", count, "DELTA_BINARY_PACKED", data)


def _coded(path: str, entries: int, levels: bytes, numbers: Numbers, values: Values) -> ColumnChunk:
    dictionary, uncompressed = values.page
    data = levels + bytes([values.width * 8]) + _runs(numbers, values.width)
    page, size = _data_page(entries, "RLE_DICTIONARY", data)
    return ColumnChunk(
        path,
        values.kind,
        [dictionary, page],
        ("PLAIN", "RLE", "RLE_DICTIONARY"),
        _CODEC,
        entries,
        uncompressed + size,
        len(dictionary),
        0,
    )


def _uncoded(path: str, kind: str, entries: int, encoding: str, data: bytes) -> ColumnChunk:
    page, uncompressed = _data_page(entries, encoding, data)
    return ColumnChunk(path, kind, [page], ("RLE", encoding), _CODEC, entries, uncompressed)


def _data_page(entries: int, encoding: str, data: bytes) -> tuple[bytes, int]:
    of_levels = int32(ENCODINGS["RLE"])
    head = {1: int32(entries), 2: int32(ENCODINGS[encoding]), 3: of_levels, 4: of_levels}
    return _page(_DATA, {5: struct(head)}, data)


def _page(kind: int, head: Mapping[int, Value], data: bytes) -> tuple[bytes, int]:
    """Return a page with its head, and the bytes that both take with the data uncompressed."""
    written = pa.Codec(_CODEC.lower(), compression_level=1).compress(data, asbytes=True)
    heads = struct({1: int32(kind), 2: int32(len(data)), 3: int32(len(written)), **head}).data
    return heads + written, len(heads) + len(data)


def _presence(known: Truths) -> bytes:
    return _level(_runs(known))


def _level(runs: bytes) -> bytes:
    return len(runs).to_bytes(4, "little") + runs


def _runs(numbers: Numbers | Truths, width: int = 1) -> bytes:
    """Return numbers of so many bytes, or truths of one bit: one that repeats once, others packed."""
    count = len(numbers)
    if count and numbers.min() == numbers.max():
        return varint(count << 1) + int(numbers[0]).to_bytes(width, "little")
    if numbers.dtype == np.bool_:
        return _packed(_bits(numbers.view(np.bool_)), count, bits=1)
    return _packed(numbers.astype(f"<u{width}").tobytes(), count, bits=width * 8)


def _packed(data: bytes, count: int, *, bits: int) -> bytes:
    """Return numbers of so many bits each, which fill `data` from the lowest bit on, in whole groups."""
    groups = -(-count // _AT_ONCE)
    return varint(groups << 1 | 1) + data.ljust(groups * bits, b"\0")


def _bits(held: Truths) -> bytes:
    return np.packbits(held, bitorder="little").tobytes()
