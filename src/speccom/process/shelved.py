"""The processes of the shelf, each read once, for everybody who asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from speccom.process.procedure import Procedure
from speccom.process.read_process import load_process
from speccom.rulebook.errors import RulebookErrors

KIND = "processes"


@lru_cache(maxsize=64)
def shelved_process(folder: Path) -> Procedure:
    """Return the procedure of a folder. Raises RulebookErrors with every error found in it."""
    return load_process(folder)


def sound(folders: Iterable[Path]) -> Iterator[Procedure]:
    """Yield the procedures of folders; one with errors stands in nobody's way but its own cases'."""
    for folder in folders:
        try:
            yield shelved_process(folder)
        except RulebookErrors:
            continue
