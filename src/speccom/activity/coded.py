"""A column as numbers that stand for its distinct values, so that work is done once per distinct value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.values import as_text

Ids = npt.NDArray[np.int32]

NOTHING = -1


@dataclass(frozen=True)
class Coded:
    """`ids`, one a row, point into `texts`; -1 stands for a missing value."""

    ids: Ids
    texts: list[str]

    def among(self, rows: npt.NDArray[np.bool_]) -> Coded:
        """The same column, with every other row taken as missing."""
        return Coded(np.where(rows, self.ids, np.int32(NOTHING)), self.texts)

    def spread(self, meant: npt.NDArray[np.generic], missing: object) -> npt.NDArray[np.generic]:
        """One element a row: `meant` has one for each text; rows without a value get `missing`."""
        return np.append(meant, np.array([missing], dtype=meant.dtype))[self.ids]

    def occurrences(self, chosen: list[int]) -> Iterator[tuple[int, int, int]]:
        """(text's number, how many rows have it, the first such row) for the chosen texts that occur."""
        if not chosen:
            return
        numbers, first, counts = np.unique(self.ids, return_index=True, return_counts=True)
        where = {int(number): position for position, number in enumerate(numbers)}
        for number in chosen:
            if number in where:
                yield number, int(counts[where[number]]), int(first[where[number]])


def nothing(rows: int) -> Coded:
    """A column without a value in any row."""
    return Coded(np.full(rows, NOTHING, dtype=np.int32), [])


def coded(array: pa.Array | pa.ChunkedArray) -> Coded:
    """Code a column of any scalar type; values that are not text become text as people write it."""
    if _is_empty_text(array):
        return nothing(len(array))
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if isinstance(whole, pa.ChunkedArray):  # too large for one array, or of dictionaries that differ
        whole = pa.concat_arrays(whole.unify_dictionaries().chunks)
    if not pa.types.is_dictionary(whole.type):
        whole = pc.dictionary_encode(whole)
    texts = [None if value is None else as_text(value) for value in whole.dictionary.to_pylist()]
    ids = whole.indices.fill_null(NOTHING).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    if None in texts:
        nulls = [number for number, text in enumerate(texts) if text is None]
        ids = np.where(np.isin(ids, nulls), np.int32(NOTHING), ids)
    return Coded(ids, [text or "" for text in texts])


def text_array(column: Coded, meaning: Callable[[str], str | None]) -> pa.DictionaryArray:
    """Text by text, what it means; texts that come to mean the same share one entry."""
    numbers: dict[str, int] = {}
    plain = [meaning(text) for text in column.texts]
    meant = np.array(
        [NOTHING if text is None else numbers.setdefault(text, len(numbers)) for text in plain],
        dtype=np.int32,
    )
    ids = column.spread(meant, NOTHING)
    return dictionary_array(ids.astype(np.int32, copy=False), list(numbers))


def dictionary_array(ids: Ids, texts: list[str]) -> pa.DictionaryArray:
    """An Arrow array of text from ids into `texts`, -1 being null."""
    indices = pa.array(ids, type=pa.int32(), mask=ids < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(texts, type=pa.string()))


def _is_empty_text(array: pa.Array | pa.ChunkedArray) -> bool:
    """Whether text has not one character in it: most wide columns, known without looking at a row."""
    if not pa.types.is_string(array.type):
        return False
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    return all(_characters(chunk) == 0 for chunk in chunks)


def _characters(chunk: pa.StringArray) -> int:
    offsets = np.frombuffer(chunk.buffers()[1], dtype=np.int32)
    return int(offsets[chunk.offset + len(chunk)] - offsets[chunk.offset]) if len(chunk) else 0
