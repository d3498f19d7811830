"""The plan for one file: which of its columns become which columns of the activity record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from speccom.activity.layouts import ATTENDED, Layout
from speccom.activity.recognise import Header
from speccom.criteria.vocabulary import FieldType
from speccom.problem import Problem
from speccom.rulebook.activity_record import ACTIVITY

# Beside the record: the row of the original file, since rejected rows are left out.
SOURCE_ROW = "source_row"

TYPES: Mapping[FieldType, pa.DataType] = {
    FieldType.TEXT: pa.string(),
    FieldType.WHOLE_NUMBER: pa.int32(),
    FieldType.DECIMAL: pa.decimal128(18, 2),
    FieldType.DATE: pa.date32(),
    FieldType.CODES: pa.list_(pa.string()),
}


def canonical_type(column: str) -> pa.DataType:
    """The Arrow type of a column of the activity record, as it is kept."""
    return pa.string() if column == ATTENDED else TYPES[ACTIVITY[column].type]


@dataclass(frozen=True)
class Plan:
    """For each column of the record that the file can give, the file's own columns, in order.

    `dataset` is what every row without one is taken for: the layout's, or else the one that was asked for.
    """

    layout: Layout
    sources: Mapping[str, tuple[str, ...]]
    dataset: str | None

    @property
    def needed(self) -> list[str]:
        """The file's columns that are read, each once."""
        return list(dict.fromkeys(name for names in self.sources.values() for name in names))

    @property
    def absent(self) -> tuple[str, ...]:
        """The columns of the activity record that the file cannot give."""
        given = {*self.sources, "dataset"} if self.dataset else set(self.sources)
        return tuple(name for name in ACTIVITY if name not in given)


def make_plan(names: Sequence[str], layout: Layout, dataset: str | None, file: str) -> Plan:
    """Match a file's columns to a layout. Raises Problem where a needed column is there twice, or where
    nothing says whether the rows are episodes or attendances.
    """
    header = Header(names)
    sources: dict[str, tuple[str, ...]] = {}
    for column, wanted in (*layout.columns.items(), *layout.lists.items()):
        found = [header.find(name) for name in wanted]
        kept = tuple(name for name in found if name is not None)
        if column in layout.lists and not layout.own_names:
            kept = _up_to_the_last(found)
        if kept:
            sources[column] = kept
    _refuse_repeated(header, sources, file)
    if layout.dataset is None and dataset is None and "dataset" not in sources:
        raise Problem(
            "nothing says whether these are hospital episodes or outpatient attendances",
            where=file,
            mend="Add a column dataset with apc or op on each row, or say it once with --dataset apc or op",
        )
    return Plan(layout, sources, layout.dataset or dataset)


def _up_to_the_last(found: Sequence[str | None]) -> tuple[str, ...]:
    """Wide columns keep their positions, so one that is missing between others still takes its place."""
    last = max((number + 1 for number, name in enumerate(found) if name is not None), default=0)
    return tuple(name or "" for name in found[:last])


def _refuse_repeated(header: Header, sources: Mapping[str, tuple[str, ...]], file: str) -> None:
    for names in sources.values():
        for name in filter(None, names):
            if header.repeated(name):
                raise Problem(
                    f"the column {name} is there more than once, so it is not clear which one to use",
                    where=file,
                    mend="Rename or delete all but one of them",
                )
