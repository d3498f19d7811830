"""Work on the stretches of activity in several threads, its results taken in the order of the activity."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from speccom.activity.encode import Chunk

Result = TypeVar("Result")


def in_order(
    chunks: Iterable[Chunk], work: Callable[[Chunk], Result], *, threads: int, at_once: int
) -> Iterator[tuple[Chunk, Result]]:
    """Yield each chunk with its result; at most `at_once` results wait to be taken."""
    with ThreadPoolExecutor(min(threads, at_once)) as pool:
        waiting: deque[tuple[Chunk, Future[Result]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, pool.submit(work, chunk)))
            if len(waiting) >= at_once:
                yield _finished(waiting)
        while waiting:
            yield _finished(waiting)


def _finished(waiting: deque[tuple[Chunk, Future[Result]]]) -> tuple[Chunk, Result]:
    chunk, future = waiting.popleft()
    return chunk, future.result()
