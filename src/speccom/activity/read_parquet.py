"""The rows of a Parquet file, in stretches; and whether the file is fit to be used as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.convert import ROWS_IN_A_STRETCH, Stretch, is_list
from speccom.activity.layouts import ATTENDED
from speccom.activity.parquet_columns import ParquetColumns
from speccom.activity.plan import Plan, canonical_type
from speccom.activity.values import FIRST_YEAR, LAST_YEAR, OLDEST
from speccom.criteria.vocabulary import FieldType
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.entries import DATASETS

MAGIC = b"PAR1"
MOST_ROWS_IN_A_GROUP = 2_000_000
"""A row group is held whole, so larger ones are converted into smaller ones first."""

_DATES = (date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))

_WORDS = {
    FieldType.TEXT: "text",
    FieldType.WHOLE_NUMBER: "whole numbers",
    FieldType.DECIMAL: "amounts",
    FieldType.DATE: "dates",
    FieldType.CODES: "lists of text",
}


def open_parquet(path: Path) -> pq.ParquetFile:
    """Open a Parquet file. Raises Problem where it is none, or only the beginning of one."""
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
        size = file.seek(0, 2)
        file.seek(max(0, size - len(MAGIC)))
        end = file.read()
    if not size:
        raise Problem("the file is empty", where=str(path), mend="Export it again")
    if start != MAGIC:
        raise Problem(
            "this is no Parquet file, though its name says so",
            where=str(path),
            mend="Export it again, or give a CSV file a name that ends in .csv",
        )
    if end != MAGIC:
        raise Problem(
            "the end of the Parquet file is missing, so nothing in it can be read",
            where=str(path),
            mend="Copy or export it again, and compare the sizes",
        )
    try:
        return pq.ParquetFile(path, memory_map=True)
    except (pa.ArrowException, OSError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> Problem:
    """What to say of a Parquet file that turns out damaged."""
    return Problem(
        f"the file is damaged and cannot be read ({str(error).splitlines()[0]})",
        where=str(path),
        mend="Copy or export it again",
    )


def refuse_impossible_types(schema: pa.Schema, plan: Plan, file: str) -> None:
    """Raise Problem where a column has a type from which its values could not be made."""
    for column, names in plan.sources.items():
        wanted = FieldType.TEXT if column == ATTENDED else ACTIVITY[column].type
        for name in filter(None, names):
            kind = schema.field(name).type
            whole_list = wanted is FieldType.CODES and plan.layout.own_names
            if not _possible(kind, wanted, whole_list=whole_list):
                raise Problem(
                    f"the column {name} should hold {_WORDS[wanted]}, and holds values of the type {kind}",
                    where=file,
                    mend=f"Export it again with {name} as {_WORDS[wanted]}, or without that column",
                )


def _possible(kind: pa.DataType, wanted: FieldType, *, whole_list: bool) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if whole_list and is_list(kind):
        return _is_text(kind.value_type) or pa.types.is_null(kind.value_type)
    if _is_text(kind) or pa.types.is_null(kind):
        return True
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if wanted is FieldType.DATE:
        return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_integer(kind))
    return bool(number) and wanted is not FieldType.CODES


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


@dataclass
class ParquetRows:
    """Reads one Parquet file from start to end."""

    path: Path
    plan: Plan
    share_done: float = 0.0

    def stretches(self) -> Iterator[Stretch]:
        """The file's rows in order."""
        needed = [name for name in self.plan.needed if name]
        done = 0
        try:
            file = pq.ParquetFile(self.path, memory_map=True, read_dictionary=self._kept_coded(needed))
            total = file.metadata.num_rows
            for batch in file.iter_batches(batch_size=ROWS_IN_A_STRETCH, columns=needed):
                rows = np.arange(done, done + batch.num_rows, dtype=np.int64)
                done += batch.num_rows
                self.share_done = done / total
                columns = {name: pa.chunked_array([batch.column(name)]) for name in batch.schema.names}
                yield Stretch(columns, rows)
        except (pa.ArrowException, OSError) as error:
            raise unreadable(self.path, error) from error

    def _kept_coded(self, needed: list[str]) -> list[str]:
        """Columns of text that Parquet can hand over with its own dictionary: all but identifiers."""
        identifiers = {*self.plan.sources["record_id"], *self.plan.sources.get("spell_id", ())}
        schema = pq.read_schema(self.path)
        return [
            name for name in needed if name not in identifiers and pa.types.is_string(schema.field(name).type)
        ]


@dataclass(frozen=True)
class Standing:
    """What a canonical Parquet file shows without its rows being converted."""

    fit: bool
    dataset: str | None
    blank: tuple[str, ...] = ()


def as_it_stands(file: pq.ParquetFile, plan: Plan) -> Standing:
    """Whether the file can be used untouched: canonical names and types, every row with an identifier
    and a dataset, no impossible age or date, and no row group too large to be held. Statistics answer where
    they are there, else the column.
    """
    schema = file.schema_arrow
    if len(set(schema.names)) < len(schema.names):
        return Standing(False, None)
    if not plan.layout.own_names or any(name != names[0] for name, names in plan.sources.items()):
        return Standing(False, None)
    if any(rows > MOST_ROWS_IN_A_GROUP for rows in rows_of_groups(file)):
        return Standing(False, None)
    if any(not _is_canonical(schema.field(name).type, canonical_type(name)) for name in plan.sources):
        return Standing(False, None)
    columns = ParquetColumns(file)
    datasets = columns.distinct("dataset") if "dataset" in plan.sources else {plan.dataset}
    sound = (
        columns.nulls("record_id") == 0
        and _begins_visibly(columns.range("record_id")[0])
        and datasets <= set(DATASETS)
        and (plan.dataset is None or datasets <= {plan.dataset})
        and ("age" not in plan.sources or _within(columns.range("age"), 0, OLDEST))
        and ("activity_date" not in plan.sources or _within(columns.range("activity_date"), *_DATES))
    )
    if file.metadata.num_rows and not sound:
        return Standing(False, None)
    blank = tuple(
        name for name in ACTIVITY if name in plan.sources and file.metadata.num_rows and columns.blank(name)
    )
    return Standing(True, datasets.pop() if len(datasets) == 1 else None, blank)


def rows_of_groups(file: pq.ParquetFile) -> list[int]:
    """Return how many rows each row group has."""
    metadata = file.metadata
    return [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]


def _begins_visibly(lowest: str | None) -> bool:
    """Whether the lowest of some texts, and so each of them, begins with neither nothing nor a space."""
    return lowest is not None and lowest > " " and not lowest[0].isspace()


def _within(found: tuple[Any, Any], low: Any, high: Any) -> bool:
    return found[0] is None or bool(low <= found[0] and found[1] <= high)


def _is_canonical(kind: pa.DataType, wanted: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind) and pa.types.is_string(wanted):
        return bool(pa.types.is_string(kind.value_type))
    if pa.types.is_list(wanted):
        return bool(pa.types.is_list(kind) and pa.types.is_string(kind.value_type))
    return bool(kind == wanted)
