"""Activity made ready for assignment: as for identification, but no row needs to say what kind it is of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.layouts import load_layouts
from speccom.activity.prepare import PreparedFile, prepare
from speccom.activity.read_parquet import MAGIC
from speccom.activity.recognise import Header
from speccom.rulebook import find

_STAND_IN = "apc"
_DIFFERS = "dataset_differs"

Pieces = Callable[[Callable[[], PreparedFile]], PreparedFile]


@dataclass(frozen=True)
class AssignmentFile:
    """A prepared file; `dataset` is unknown (None) where neither the rows nor the order say it."""

    prepared: PreparedFile
    dataset: str | None
    dataset_in_rows: bool


def prepare_for_assignment(
    path: Path,
    *,
    layout: str,
    dataset: str | None,
    folder: Path,
    name: str,
    progress: Callable[[float], None] = lambda share: None,
    pieces: Pieces = lambda prepare: prepare(),
) -> AssignmentFile:
    """Make a file ready. Raises Problem where it cannot be used at all.

    `pieces` is given how to prepare it, and may know it prepared already.
    """
    in_rows = says_dataset(path)

    def ready() -> PreparedFile:
        return _prepared(path, layout, dataset, in_rows, folder, name, progress)

    file = pieces(ready)
    return AssignmentFile(file, file.dataset, in_rows)


def _prepared(
    path: Path,
    layout: str,
    dataset: str | None,
    in_rows: bool,
    folder: Path,
    name: str,
    progress: Callable[[float], None],
) -> PreparedFile:
    """Prepare a file, of which nobody need say the dataset."""
    asked = dataset or (None if in_rows else _STAND_IN)
    file = prepare(path, layout=layout, dataset=asked, folder=folder, name=name, progress=progress)
    if dataset is not None or in_rows:
        return file
    own = load_layouts(find.shelf())[file.layout].dataset
    faults = tuple(each for each in file.faults if each.kind != _DIFFERS)
    return replace(file, faults=faults, dataset=own)


def says_dataset(path: Path) -> bool:
    """Whether a file has a column that says of each row what kind it is of."""
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
            header = start + file.readline(1_000_000)
        if start == MAGIC:
            return Header(pq.read_schema(path).names).find("dataset") is not None
    except (OSError, pa.ArrowException, UnicodeDecodeError):  # what is wrong, `prepare` says in words
        return False
    names = header.decode("utf-8-sig", errors="replace").replace("\t", ",").replace(";", ",").split(",")
    return Header([each.strip().strip('"') for each in names]).find("dataset") is not None
