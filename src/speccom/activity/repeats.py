"""Repeated record identifiers over all files of a run: the first is kept, the others are rejected."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.scratch import ScratchColumn

ROWS_AT_ONCE = 32_000_000
"""Hashes sorted at a time by all threads; a longer run is sorted in more parts."""

_HALF = np.uint64(32)


def repeated_rows(
    reader: ActivityReader, ids: ScratchColumn[np.uint64], threads: int = 1
) -> dict[int, npt.NDArray[np.int64]]:
    """Return by chunk number the rows (within the chunk) whose record_id an earlier row of the run has.

    `ids` holds the hash of each row's record_id. Rows whose hashes agree are compared as text.
    """
    suspects = _repeated_hashes(reader, ids, threads)
    if len(suspects) == 0:
        return {}
    seen: set[str] = set()
    repeats: dict[int, npt.NDArray[np.int64]] = {}
    for chunk in reader.chunks:
        suspected = np.flatnonzero(np.isin(ids.read(chunk.start, chunk.rows), suspects))
        if len(suspected):
            again = [row for row, text in _texts(reader, chunk, suspected) if _known(seen, text)]
            if again:
                repeats[chunk.number] = np.array(again, dtype=np.int64)
    return repeats


def _repeated_hashes(
    reader: ActivityReader, ids: ScratchColumn[np.uint64], threads: int
) -> npt.NDArray[np.uint64]:
    """Sort the hashes in parts, by their highest bits, as many at once as there are threads."""
    parts = -(-reader.rows // ROWS_AT_ONCE) * threads
    with ThreadPoolExecutor(threads) as several:
        found = list(
            several.map(lambda part: _repeated_in(_part(reader.chunks, ids, part, parts)), range(parts))
        )
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)


def _part(
    chunks: Iterable[Chunk], ids: ScratchColumn[np.uint64], part: int, parts: int
) -> npt.NDArray[np.uint64]:
    kept = []
    for chunk in chunks:
        values = ids.read(chunk.start, chunk.rows)
        parts_of = (values >> _HALF) * np.uint64(parts) >> _HALF
        kept.append(values if parts == 1 else values[parts_of == part])
    return np.concatenate(kept)


def _repeated_in(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    values = np.sort(values)
    return np.unique(values[1:][values[1:] == values[:-1]])


def _texts(reader: ActivityReader, chunk: Chunk, rows: npt.NDArray[np.intp]) -> list[tuple[int, str]]:
    column = reader.table(chunk, ["record_id"]).column("record_id").take(rows)
    return [(int(row), str(text).strip()) for row, text in zip(rows, column.to_pylist(), strict=True)]


def _known(seen: set[str], text: str) -> bool:
    if text in seen:
        return True
    seen.add(text)
    return False
