"""Repeated record identifiers over all files of a run: the first is kept, the others are rejected."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.row_ids import Hashes, hashes, ids_of
from speccom.activity.scratch import ScratchColumn

ROWS_AT_ONCE = 1_000_000
"""Hashes sorted at a time by each thread; a run is sorted in parts, by the highest bits of its hashes."""

_HALF = 32
Ids = ScratchColumn[np.uint64]


def record_ids(reader: ActivityReader, chunk: Chunk) -> pa.Array:
    """Read the record_ids of a chunk."""
    return ids_of(reader.table(chunk, ["record_id"]), "record_id")


def leave_hashes(ids: Ids, chunk: Chunk, numbers: Hashes) -> None:
    """Leave the hashes of a chunk's record_ids on disk, as `repeated_rows` takes them: in ascending order."""
    ids.write(chunk.start, np.sort(numbers))


def repeated_rows(reader: ActivityReader, ids: Ids, threads: int = 1) -> dict[int, npt.NDArray[np.int64]]:
    """Return by chunk number the rows (within the chunk) whose record_id an earlier row of the run has.

    `ids` holds the hashes that were left of each chunk. Rows whose hashes agree are compared as text.
    """
    suspects = _repeated_hashes(reader, ids, threads)
    if len(suspects) == 0:
        return {}
    seen: set[str] = set()
    repeats: dict[int, npt.NDArray[np.int64]] = {}
    for chunk in reader.chunks:
        if np.isin(ids.read(chunk.start, chunk.rows), suspects).any():
            again = [row for row, text in _suspected(reader, chunk, suspects) if _known(seen, text)]
            if again:
                repeats[chunk.number] = np.array(again, dtype=np.int64)
    return repeats


def _repeated_hashes(reader: ActivityReader, ids: Ids, threads: int) -> Hashes:
    """Sort the hashes in parts, as many at once as there are threads."""
    parts = max(1, -(-reader.rows // ROWS_AT_ONCE))
    bounds = np.array([-(-(part << _HALF) // parts) << _HALF for part in range(1, parts)], dtype=np.uint64)

    def cut(chunk: Chunk) -> list[int]:
        inner = np.searchsorted(ids.read(chunk.start, chunk.rows), bounds)
        return [chunk.start, *(inner + chunk.start).tolist(), chunk.start + chunk.rows]

    with ThreadPoolExecutor(threads) as several:
        cuts = list(several.map(cut, reader.chunks))
        found = list(several.map(lambda part: _repeated_in(ids, cuts, part), range(parts)))
    return np.concatenate(found)


def _repeated_in(ids: Ids, cuts: Sequence[Sequence[int]], part: int) -> Hashes:
    """Return the hashes that are there more than once in a part; each chunk has its own cut from the next."""
    pieces = [ids.read(cut[part], cut[part + 1] - cut[part]) for cut in cuts]
    numbers = np.concatenate([_NONE, *pieces])
    numbers.sort()
    return np.unique(numbers[1:][numbers[1:] == numbers[:-1]])


def _suspected(reader: ActivityReader, chunk: Chunk, suspects: Hashes) -> list[tuple[int, str]]:
    """Return the rows of a chunk whose hashes are suspect, with their record_ids."""
    column = record_ids(reader, chunk)
    rows = np.flatnonzero(np.isin(hashes(column), suspects))
    texts = column.take(pa.array(rows)).to_pylist()
    return [(int(row), str(text).strip()) for row, text in zip(rows, texts, strict=True)]


_NONE: Hashes = np.zeros(0, dtype=np.uint64)


def _known(seen: set[str], text: str) -> bool:
    if text in seen:
        return True
    seen.add(text)
    return False
