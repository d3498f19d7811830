"""The records behind a figure, 25 at a time, and single records: by their place in the run.

Row N of a run (from 0) is row N of its labels and row N of rows.parquet, which holds what pages filter by
and where the record lies: its input and its row in that input's canonical Parquet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.records import raw_at
from speccom.analysis.manifest import RunInput
from speccom.analysis.run_folders import RunFolder, is_there
from speccom.analysis.run_reader import query
from speccom.analysis.selection import Selection, where
from speccom.problem import Problem

ORDERS = {
    "row": "position",
    "-cost": "cost DESC, position",
    "cost": "cost, position",
    "date": "months NULLS LAST, position",
    "-date": "months DESC NULLS LAST, position",
}
LISTED = ("activity_date", "treatment_function", "diagnoses", "total_cost")


@dataclass(frozen=True)
class Place:
    """Where a record lies: the input it came from, and its row (from 0) in that input's canonical Parquet."""

    source: RunInput
    row: int


def rows_behind(
    run: RunFolder, selection: Selection, *, limit: int, offset: int, order: str = "row"
) -> list[Mapping[str, Any]]:
    """Return the records of a selection: ``position``, their label, and the columns LISTED of their activity.

    ``order`` is one of ORDERS. Raises Problem where activity or labels cannot be read.
    """
    labels, places = run.labels, run.file("rows.parquet")
    condition, values = where(selection, run.rulebook)
    if selection.everything and order == "row":  # no need to put millions of rows in order to find 25
        condition, values = "position >= ? AND position < ?", [offset, offset + limit]
        offset = 0
    statement = f"""
        SELECT position, record_id, dataset, provider, cost, service_line, own_line, fate, file, activity_row
        FROM (
            SELECT l.file_row_number AS position, l.record_id, p.dataset, p.provider, p.cost, p.month AS
            months, CASE WHEN p.month IS NULL THEN NULL
                        ELSE format('{{:04d}}-{{:02d}}', p.month // 12, p.month % 12 + 1) END AS month,
                   l.spell_service_line AS service_line, l.service_line AS own_line, l.layer, l.fate, p.file,
                   p.activity_row
            FROM read_parquet(?, file_row_number = true) l
            JOIN read_parquet(?, file_row_number = true) p ON l.file_row_number = p.file_row_number
        )
        WHERE {condition}
        ORDER BY {ORDERS[order]}
        LIMIT ? OFFSET ?
    """
    found = query(labels, statement, [str(labels), str(places), *values, limit, offset])
    activity = _activity(run, [(int(each["file"]), int(each["activity_row"])) for each in found])
    return [{**row, **record} for row, record in zip(found, activity, strict=True)]


def label_of(run: RunFolder, position: int) -> Mapping[str, Any]:
    """Return the label of one row. Raises IndexError where the run has no such row."""
    return _row(run.labels, position)


def place_of(run: RunFolder, position: int) -> Place:
    """Return where one row's record lies. Raises IndexError where the run has no such row."""
    places = run.file("rows.parquet")
    place = _row(places, position)
    try:
        return Place(_input(run, int(place["file"])), int(place["activity_row"]))
    except (KeyError, TypeError, ValueError) as error:
        raise _unreadable(places) from error


def record_at_place(place: Place) -> Mapping[str, object]:
    """Return a record as it is written. Raises Problem where its file was moved or changed."""
    try:
        return raw_at(_prepared(place.source), place.row)
    except IndexError:
        raise _unreadable(place.source.prepared) from None


def position_of(run: RunFolder, record_id: str) -> int | None:
    """Return the position of a record by its identifier; None where the run has none of that name."""
    labels = run.labels
    statement = """
        SELECT file_row_number AS position FROM read_parquet(?, file_row_number = true)
        WHERE record_id = ? LIMIT 1
    """
    found = query(labels, statement, [str(labels), record_id.strip()])
    return int(found[0]["position"]) if found else None


def stay_of(run: RunFolder, spell_id: str | None, *, limit: int = 50) -> list[Mapping[str, Any]]:
    """Return the labels of a hospital stay, with their positions; none where the record has no stay."""
    if not spell_id:
        return []
    labels = run.labels
    statement = """
        SELECT file_row_number AS position, record_id, service_line, spell_service_line
        FROM read_parquet(?, file_row_number = true) WHERE spell_id = ? ORDER BY position LIMIT ?
    """
    return query(labels, statement, [str(labels), spell_id, limit])


def _activity(run: RunFolder, places: Sequence[tuple[int, int]]) -> list[Mapping[str, Any]]:
    """Return the columns LISTED of records, reading only the row groups that hold them."""
    found: dict[tuple[int, int], Mapping[str, Any]] = {}
    for file in sorted({file for file, _ in places}):
        rows = sorted({row for which, row in places if which == file})
        path = _prepared(_input(run, file))
        for row, record in zip(rows, _take(path, rows), strict=True):
            found[file, row] = record
    return [found[place] for place in places]


def _take(path: Path, rows: Sequence[int]) -> list[Mapping[str, Any]]:
    try:
        with pq.ParquetFile(path) as file:
            columns = [name for name in LISTED if name in file.schema_arrow.names]
            sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
            taken: list[Mapping[str, Any]] = []
            for group, (size, end) in enumerate(zip(sizes, accumulate(sizes), strict=True)):
                inside = [row - (end - size) for row in rows if end - size <= row < end]
                if inside:
                    table = file.read_row_group(group, columns=columns).take(pa.array(inside))
                    taken += table.to_pylist() if columns else [{} for _ in inside]
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path) from error
    if len(taken) != len(rows):
        raise _unreadable(path)
    return taken


def _row(path: Path, position: int) -> Mapping[str, Any]:
    if position < 0:
        raise IndexError(position)
    try:
        with pq.ParquetFile(path) as file:
            start = 0
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                if position < start + rows:
                    found: Mapping[str, Any] = (
                        file.read_row_group(group).slice(position - start, 1).to_pylist()[0]
                    )
                    return found
                start += rows
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path) from error
    raise IndexError(position)


def _input(run: RunFolder, file: int) -> RunInput:
    inputs = run.manifest.inputs
    if not 0 <= file < len(inputs):
        raise _unreadable(run.path / "rows.parquet")
    return inputs[file]


def _prepared(source: RunInput) -> Path:
    if not is_there(source.prepared):
        raise Problem(
            f"The activity file {source.file} is no longer where the run read it",
            where=str(source.prepared),
            mend="Put the file back, or run the identification again",
        )
    return source.prepared


def _unreadable(path: Path) -> Problem:
    return Problem(
        "A file of this run cannot be read: it may have been changed or cut short",
        where=str(path),
        mend="Put the file back as it was, or run the identification again",
    )
