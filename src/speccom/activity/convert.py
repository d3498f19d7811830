"""A stretch of rows of any file, converted column by column into the activity record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity import amounts
from speccom.activity.code_lists import from_lists, from_text, from_wide_columns
from speccom.activity.coded import NOTHING, Coded, coded, nothing, text_array
from speccom.activity.faults import FaultCounter, Rejected
from speccom.activity.layouts import ATTENDED
from speccom.activity.plan import SOURCE_ROW, Plan
from speccom.activity.values import Reading, read_age, read_date, read_text
from speccom.criteria.vocabulary import FieldType
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.entries import DATASETS

Meant = TypeVar("Meant")
Rows = npt.NDArray[np.int64]

ROWS_IN_A_STRETCH = 250_000

_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_DAY, _LAST_DAY = date.min.toordinal() - _EPOCH, date.max.toordinal() - _EPOCH
# In a column of days: nothing there, and something there that is no date.
_NO_DAY, _BAD_DAY = np.iinfo(np.int32).min, np.iinfo(np.int32).min + 1


@dataclass(frozen=True)
class Stretch:
    """Some rows of a file: its columns by the file's own names, and each row's 0-based place in the file."""

    columns: Mapping[str, pa.ChunkedArray]
    source_rows: Rows

    def __len__(self) -> int:
        return len(self.source_rows)

    def only(self, kept: npt.NDArray[np.bool_]) -> Stretch:
        """The rows for which `kept` is true."""
        mask = pa.array(kept)
        return Stretch(
            {name: column.filter(mask) for name, column in self.columns.items()}, self.source_rows[kept]
        )


@dataclass
class Converter:
    """Converts one file, stretch by stretch, counting its faults and keeping its rejected rows."""

    plan: Plan
    file: str
    faults: FaultCounter
    rejected: list[Rejected] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)
    datasets: set[str] = field(default_factory=set)

    @property
    def only_dataset(self) -> str | None:
        """The dataset of all rows converted so far, None where they differ."""
        if len(self.datasets) > 1:
            return None
        return next(iter(self.datasets), self.plan.dataset)

    def convert(self, stretch: Stretch) -> pa.Table:
        """The rows that can be used, as the activity record, with `source_row` beside it."""
        record_ids = self._record_ids(stretch)
        datasets, refused = self._datasets(stretch, record_ids)
        reasons = [("the row has no record identifier", pc.is_null(record_ids).to_numpy(False)), *refused]
        dropped = np.zeros(len(stretch), dtype=bool)
        for reason, rows in reasons:
            self._reject(stretch, record_ids, reason, rows & ~dropped)
            dropped |= rows
        if dropped.any():
            kept = pa.array(~dropped)
            record_ids, datasets = record_ids.filter(kept), datasets.filter(kept)
            stretch = stretch.only(~dropped)
        return self._table(stretch, record_ids, datasets)

    def _table(self, stretch: Stretch, record_ids: pa.Array, datasets: pa.Array) -> pa.Table:
        arrays: dict[str, pa.Array] = {"record_id": record_ids, "dataset": datasets}
        for column in (*ACTIVITY, ATTENDED):
            if column in self.plan.sources and column not in arrays:
                arrays[column] = self._column(column, stretch, record_ids)
        for name, array in arrays.items():
            if name not in self.filled and _has_a_value(array):
                self.filled.add(name)
        self.datasets.update(pc.unique(datasets.cast(pa.string())).to_pylist())
        arrays[SOURCE_ROW] = pa.array(stretch.source_rows)
        return pa.table(arrays)

    def _record_ids(self, stretch: Stretch) -> pa.Array:
        (name, *_) = self.plan.sources["record_id"]
        return _trimmed(stretch.columns[name])

    def _datasets(
        self, stretch: Stretch, record_ids: pa.Array
    ) -> tuple[pa.Array, list[tuple[str, npt.NDArray[np.bool_]]]]:
        """The dataset of each row, and with their reasons the rows that are of neither."""
        asked = self.plan.dataset
        if "dataset" not in self.plan.sources:
            one = pa.DictionaryArray.from_arrays(
                np.zeros(len(stretch), np.int32), pa.array([asked], pa.string())
            )
            return one, []
        column = coded(stretch.columns[self.plan.sources["dataset"][0]])
        meant = [text.strip().lower() or asked for text in column.texts]
        refused = []
        for number, dataset in enumerate(meant):
            if dataset not in DATASETS:
                said = f"the dataset {column.texts[number].strip()} is neither apc nor op"
                refused.append((said if dataset else "the row has no dataset", column.ids == number))
            elif asked is not None and dataset != asked:
                self._count_difference(column, number, dataset, stretch, record_ids)
        if asked is None:
            refused.append(("the row has no dataset", column.ids == NOTHING))
        blank_last = np.where(column.ids == NOTHING, len(meant), column.ids).astype(np.int32)
        datasets = text_array(
            Coded(blank_last, [*column.texts, ""]), lambda text: text.strip().lower() or asked
        )
        return datasets, refused

    def _count_difference(
        self, column: Coded, number: int, dataset: str, stretch: Stretch, record_ids: pa.Array
    ) -> None:
        for _, count, row in column.occurrences([number]):
            self.faults.add(
                "dataset_differs",
                "dataset",
                dataset,
                f"the file says {dataset} where {self.plan.dataset} was asked for; the file is believed",
                count=count,
                row=int(stretch.source_rows[row]),
                record_id=record_ids[row].as_py() or "",
            )

    def _reject(
        self, stretch: Stretch, record_ids: pa.Array, reason: str, rows: npt.NDArray[np.bool_]
    ) -> None:
        for row in np.flatnonzero(rows):
            self.rejected.append(
                Rejected(self.file, int(stretch.source_rows[row]), record_ids[int(row)].as_py() or "", reason)
            )

    def _column(self, column: str, stretch: Stretch, record_ids: pa.Array) -> pa.Array:
        if column in self.plan.layout.lists:
            return self._codes(column, stretch)
        kind = FieldType.TEXT if column == ATTENDED else ACTIVITY[column].type
        if kind is FieldType.TEXT:
            return self._text(column, stretch)
        if kind is FieldType.DATE:
            return self._days(column, stretch, record_ids)
        if kind is FieldType.WHOLE_NUMBER:
            return self._ages(column, stretch, record_ids)
        return self._amounts(column, stretch, record_ids)

    def _codes(self, column: str, stretch: Stretch) -> pa.Array:
        names = self.plan.sources[column]

        def meaning(text: str) -> str | None:
            plain = text.strip()
            return None if self.plan.layout.is_none(column, plain) else plain

        if not self.plan.layout.own_names:
            wide = [coded(stretch.columns[name]) if name else nothing(len(stretch)) for name in names]
            return from_wide_columns(wide, meaning)
        array = stretch.columns[names[0]]
        if is_list(array.type):
            return from_lists(array, meaning)
        return from_text(array, self.plan.layout.list_separator, meaning)

    def _text(self, column: str, stretch: Stretch) -> pa.Array:
        """The first source column with a value in it, row by row."""
        layout = self.plan.layout
        names = self.plan.sources[column]
        if column == "spell_id" and len(names) == 1:
            return _trimmed(stretch.columns[names[0]])
        arrays = [
            text_array(coded(stretch.columns[name]), lambda text: read_text(text, layout, column))
            for name in names
        ]
        if len(arrays) == 1:
            return arrays[0]
        return pc.coalesce(*(array.cast(pa.string()) for array in arrays))

    def _days(self, column: str, stretch: Stretch, record_ids: pa.Array) -> pa.Array:
        """The first source column with a date in it; one that holds no date is no leave to use the next."""
        days = np.full(len(stretch), _NO_DAY, dtype=np.int32)
        for name in self.plan.sources[column]:
            undated = days == _NO_DAY
            source = coded(_as_days(stretch.columns[name])).among(undated)
            readings = [read_date(text, self.plan.layout) for text in source.texts]
            self._count(column, source, readings, stretch, record_ids)
            meant = np.array([_day(reading) for reading in readings], dtype=np.int32)
            days = np.where(undated, source.spread(meant, _NO_DAY), days).astype(np.int32)
        return pa.array(days, mask=days <= _BAD_DAY).cast(pa.date32())

    def _ages(self, column: str, stretch: Stretch, record_ids: pa.Array) -> pa.Array:
        ages = np.full(len(stretch), NOTHING, dtype=np.int32)
        for name in self.plan.sources[column]:
            source = coded(stretch.columns[name]).among(ages == NOTHING)
            readings = [read_age(text, self.plan.layout) for text in source.texts]
            self._count(column, source, readings, stretch, record_ids)
            meant = np.array(
                [NOTHING if each.value is None else each.value for each in readings], dtype=np.int32
            )
            ages = np.where(ages == NOTHING, source.spread(meant, NOTHING), ages).astype(np.int32)
        return pa.array(ages, mask=ages == NOTHING)

    def _amounts(self, column: str, stretch: Stretch, record_ids: pa.Array) -> pa.Array:
        def tell(reading: Reading[Decimal], text: str, count: int, row: int) -> None:
            self._fault(column, stretch, record_ids, reading, text, count, row)

        (name, *_) = self.plan.sources[column]
        return amounts.convert(stretch.columns[name], self.plan.layout, tell)

    def _count(
        self,
        column: str,
        source: Coded,
        readings: list[Reading[Meant]],
        stretch: Stretch,
        record_ids: pa.Array,
    ) -> None:
        faulty = [number for number, reading in enumerate(readings) if reading.kind]
        for number, count, row in source.occurrences(faulty):
            self._fault(column, stretch, record_ids, readings[number], source.texts[number], count, row)

    def _fault(
        self,
        column: str,
        stretch: Stretch,
        record_ids: pa.Array,
        reading: Reading[Meant],
        text: str,
        count: int,
        row: int,
    ) -> None:
        self.faults.add(
            reading.kind,
            column,
            text.strip(),
            reading.message,
            count=count,
            row=int(stretch.source_rows[row]),
            record_id=record_ids[row].as_py(),
        )


def is_list(kind: pa.DataType) -> bool:
    """Whether values of this Arrow type are lists."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _trimmed(array: pa.ChunkedArray) -> pa.Array:
    """Identifiers as text, trimmed, blank as null; not coded, since nearly every row has its own."""
    whole = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    if pa.types.is_floating(whole.type):
        finite = pc.fill_null(pc.is_finite(whole), False)
        whole = pc.if_else(finite, whole, pa.scalar(None, whole.type)).cast(pa.decimal128(38, 0))
    trimmed = pc.utf8_trim_whitespace(whole.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _as_days(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Real dates and times as days, so that there are few distinct ones, and none beyond the calendar."""
    if pa.types.is_timestamp(array.type):
        local = pc.local_timestamp(array) if array.type.tz else array
        array = pc.floor_temporal(local, unit="day").cast(pa.date32())
    if not pa.types.is_date(array.type):
        return array
    days = array.cast(pa.date32()).cast(pa.int32())
    known = pc.and_(pc.less_equal(days, _LAST_DAY), pc.greater_equal(days, _FIRST_DAY))
    beyond = pc.if_else(pc.less(days, 0), pa.scalar(_FIRST_DAY, pa.int32()), pa.scalar(_LAST_DAY, pa.int32()))
    return pc.if_else(known, days, beyond).cast(pa.date32())


def _day(reading: Reading[date]) -> int:
    if reading.value is None:
        return int(_BAD_DAY if reading.kind else _NO_DAY)
    return reading.value.toordinal() - _EPOCH


def _has_a_value(array: pa.Array) -> bool:
    if is_list(array.type):
        return len(array.values) > 0
    return bool(array.null_count < len(array))
