"""Lists of codes: wide columns, text with separators or real lists, all into one kind of list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.coded import NOTHING, Coded, Ids, coded, dictionary_array

# Raw text -> trimmed code, None where it means that there is none.
Meaning = Callable[[str], str | None]


def from_wide_columns(columns: Sequence[Coded], meaning: Meaning) -> pa.ListArray:
    """Lists of the columns' values by position: null where a column has no code, trailing nulls cut off."""
    numbers: dict[str, int] = {}
    rows = len(columns[0].ids)
    positions = np.full((len(columns), rows), NOTHING, dtype=np.int32)
    for position, column in enumerate(columns):
        meant = _renumbered(column.texts, meaning, numbers)
        if (meant != NOTHING).any():
            positions[position] = column.spread(meant, NOTHING)
    lengths = np.zeros(rows, dtype=np.int32)
    for position in range(len(columns)):
        lengths[positions[position] != NOTHING] = position + 1
    longest = int(lengths.max(initial=0))
    kept = np.arange(longest, dtype=np.int32) < lengths[:, None]
    return _list_array(positions[:longest].T[kept], lengths, list(numbers))


def from_text(array: pa.Array | pa.ChunkedArray, separator: str, meaning: Meaning) -> pa.ListArray:
    """Lists from text such as `I251;E119`; nothing between two separators is a null at that position."""
    text = _whole(array).cast(pa.string())
    return from_lists(pc.split_pattern(text, separator), meaning)


def from_lists(array: pa.Array | pa.ChunkedArray, meaning: Meaning) -> pa.ListArray:
    """Lists from lists: codes trimmed, none-values null, trailing nulls cut off, a null list empty."""
    lists = _whole(array)
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    elements = coded(pc.list_flatten(lists))
    numbers: dict[str, int] = {}
    ids: Ids = elements.spread(_renumbered(elements.texts, meaning, numbers), NOTHING).astype(np.int32)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.cumsum(lengths) - lengths
    position = np.arange(len(ids)) - starts[rows]
    trimmed = np.zeros(len(lengths), dtype=np.int32)
    present = ids != NOTHING
    # Positions rise within a row, so the last assignment to a row is its last code.
    trimmed[rows[present]] = position[present] + 1
    return _list_array(ids[position < trimmed[rows]], trimmed, list(numbers))


def _renumbered(texts: Sequence[str], meaning: Meaning, numbers: dict[str, int]) -> npt.NDArray[np.int32]:
    """For each text the number of its code, new codes being added to `numbers`; -1 for none."""
    codes = [meaning(text) for text in texts]
    return np.array(
        [NOTHING if code is None else numbers.setdefault(code, len(numbers)) for code in codes],
        dtype=np.int32,
    )


def _list_array(ids: Ids, lengths: npt.NDArray[np.int32], texts: list[str]) -> pa.ListArray:
    offsets = np.zeros(len(lengths) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets), dictionary_array(ids, texts))


def _whole(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(array, pa.ChunkedArray):
        return array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    return array
