"""How much memory a run may take, and how many stretches of activity that lets it hold at a time."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from speccom.problem import Problem

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)I?B?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""How the C library's `mallopt` numbers what it can be told."""
_KEPT = 1024**3
"""So much free memory at the end of what the C library has is not given back."""
_APART = 32 * 1024**2
"""What is asked for in one piece of this size is not taken from it, and is given back when freed."""

RUNNING = 256 * 1024**2
"""What the program takes itself, before it holds any activity."""
TIMES_AS_READ = 4
"""A stretch takes so many times the room of its columns as Parquet holds them, uncompressed."""


def read_size(text: str) -> int:
    """Return the bytes that a size such as 4GB, 500MB or 1.5G means. Raises Problem where it means none."""
    found = _SIZE.fullmatch(text.strip())
    size = int(float(found[1]) * 1024 ** _POWERS[found[2].upper()]) if found else 0
    if not size:
        raise Problem(f"“{text}” is no amount of memory", mend="Write it as 4GB or 500MB")
    return size


def keep_freed_memory() -> None:
    """Let Arrow and NumPy hold on to memory that they freed, for the next stretch, where they can.

    By habit they give it back to the system within a moment and have to ask for the same again, cleared,
    which took a fifth of the time of reading, and of NumPy's kernel a quarter.
    """
    with suppress(NotImplementedError):  # raised where Arrow was built without this allocator
        pa.set_memory_pool(pa.jemalloc_memory_pool())
    with suppress(OSError, TypeError, AttributeError):  # NumPy's memory is the C library's: here, GNU's
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_MMAP_THRESHOLD, _APART)


def stretches_at_once(memory: int | None, paths: Sequence[Path], columns: Iterable[str], *, most: int) -> int:
    """Return how many row groups may be held at a time, at least one and at most `most`."""
    if memory is None:
        return most
    wanted = frozenset(columns)
    largest = max((_largest_group(path, wanted) for path in paths), default=0)
    if not largest:
        return most
    return max(1, min(most, max(0, memory - RUNNING) // (largest * TIMES_AS_READ)))


def _largest_group(path: Path, columns: frozenset[str]) -> int:
    metadata = pq.read_metadata(path)
    sizes = []
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        leaves = (group.column(place) for place in range(group.num_columns))
        sizes.append(
            sum(
                each.total_uncompressed_size
                for each in leaves
                if each.path_in_schema.split(".")[0] in columns
            )
        )
    return max(sizes, default=0)
