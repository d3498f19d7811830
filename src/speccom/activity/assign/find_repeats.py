"""The rows that repeat an earlier record, found by one reading of the identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from speccom.activity.assign.stretch import Rows
from speccom.activity.encode import ActivityReader, Chunk
from speccom.activity.repeats import leave_hashes, record_ids, repeated_rows
from speccom.activity.row_ids import hashes
from speccom.activity.scratch import Scratch

DoForEach = Callable[[Callable[[Chunk], None]], Iterable[object]]
"""Does some work on every chunk."""


def find_repeats(reader: ActivityReader, scratch: Scratch, do_for_each: DoForEach) -> dict[int, Rows]:
    """Return by chunk number the rows (within the chunk) whose record_id an earlier row has."""
    ids = scratch.column("record_ids", np.uint64)

    def note(chunk: Chunk) -> None:
        leave_hashes(ids, chunk, hashes(record_ids(reader, chunk)))

    for _ in do_for_each(note):
        pass
    return repeated_rows(reader, ids)
