"""One record of a canonical Parquet file: as it is written, and as criteria see it."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.layouts import ATTENDED, Layout, load_layouts
from speccom.activity.read_parquet import open_parquet, rows_of_groups, unreadable
from speccom.criteria.codes import normal_form
from speccom.criteria.vocabulary import Field, FieldType
from speccom.rulebook import find
from speccom.rulebook.activity_record import ACTIVITY


def find_row(prepared: Path, record_id: str) -> int | None:
    """The 0-based row of the first record with this identifier, white space around it not counting."""
    wanted = record_id.strip()
    file = open_parquet(prepared)
    start = 0
    try:
        for group in range(file.metadata.num_row_groups):
            column = file.read_row_group(group, columns=["record_id"]).column(0).cast(pa.string())
            place = pc.index(pc.utf8_trim_whitespace(column), wanted).as_py()
            if place >= 0:
                return start + int(place)
            start += len(column)
    except (pa.ArrowException, OSError) as error:
        raise unreadable(prepared, error) from error
    return None


def record_at(prepared: Path, row: int, *, dataset: str | None = None) -> dict[str, object]:
    """The record at a 0-based row in normal form, with every field of the activity record.

    Text is trimmed and blank is None; codes are in normal form, None where there is none; a column that
    the file lacks is None, or an empty list. `dataset` stands in for a file without that column.
    """
    return normal_record(raw_at(prepared, row), dataset=dataset)


def raw_at(prepared: Path, row: int) -> dict[str, object]:
    """The record at a 0-based row with the values that are written in the file, for display."""
    return raw_records(prepared, [row])[0]


def raw_records(
    prepared: Path, rows: Sequence[int], columns: Collection[str] = (*ACTIVITY, ATTENDED)
) -> list[dict[str, object]]:
    """The records at some 0-based rows, as they are written; each row group is read once."""
    file = open_parquet(prepared)
    ends = list(accumulate(rows_of_groups(file)))
    known = [name for name in columns if name in file.schema_arrow.names]
    by_group: dict[int, list[int]] = {}
    for row in rows:
        group = bisect.bisect_right(ends, row)
        if row < 0 or group == len(ends):
            raise IndexError(f"{prepared} has no row {row}")
        by_group.setdefault(group, []).append(row)
    found: dict[int, dict[str, object]] = {}
    for group, wanted in by_group.items():
        start = ends[group - 1] if group else 0
        try:
            table = file.read_row_group(group, columns=known)
        except (pa.ArrowException, OSError) as error:
            raise unreadable(prepared, error) from error
        records = table.take([row - start for row in wanted]).to_pylist()
        found.update(zip(wanted, records, strict=True))
    return [found[row] for row in rows]


def normal_record(raw: Mapping[str, object], *, dataset: str | None = None) -> dict[str, object]:
    """A record as it is written, in the form in which criteria are evaluated."""
    normal = {name: _normal(field, raw.get(name)) for name, field in ACTIVITY.items()}
    normal["dataset"] = normal["dataset"] or dataset
    if ATTENDED in raw:
        normal[ATTENDED] = _trimmed(raw[ATTENDED])
    return normal


def normal_code(field: Field, text: str) -> str | None:
    """A code of a list in normal form; None where it is no code, or means that there is none."""
    if means_none(field.name, text):
        return None
    return normal_form(field.classification or "", text)


def means_none(column: str, text: str) -> bool:
    """Whether this text, in this list of codes, means that there is no code, and is no fault."""
    return _canonical().is_none(column, text)


def _normal(field: Field, value: Any) -> object:
    if field.type is FieldType.CODES:
        return [None if code is None else normal_code(field, code) for code in value or ()]
    if field.type is FieldType.TEXT:
        return _trimmed(value)
    return value


def _trimmed(value: Any) -> str | None:
    return (str(value).strip() or None) if value is not None else None


@lru_cache(maxsize=1)
def _canonical() -> Layout:
    return load_layouts(find.shelf())["canonical"]
