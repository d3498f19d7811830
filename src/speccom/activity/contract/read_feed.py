"""Reads one file of a feed, whole or not at all: a file whose columns are shifted is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.coded import NOTHING, Coded, coded, nothing
from speccom.activity.contract.feeds import FeedShape, Mapped, Settings, Shelf, map_columns
from speccom.activity.contract.shifted import ColumnShares, refuse_shifted
from speccom.activity.contract.submission import NO_CODE, UNUSABLE_CODE, Money, Place, Submission
from speccom.activity.contract.values import (
    PLACES,
    read_code,
    read_money,
    read_month,
    read_organisation,
    read_stamp,
    read_year,
    tellable,
)
from speccom.activity.convert import Stretch
from speccom.activity.csv_file import look_through
from speccom.activity.faults import FaultCounter
from speccom.activity.layouts import Layout
from speccom.activity.plan import Plan
from speccom.activity.read_csv import CsvRows
from speccom.activity.values import Reading
from speccom.problem import Problem

Ids = npt.NDArray[np.int64]
_POUNDS = pa.decimal128(28, PLACES)
_KEYS = ("provider", "commissioner", "year", "month", "line", "point_of_delivery")
_PARQUET = b"PAR1"
_UNPLACED = "unplaced_row"


def read_feed(path: Path, shelf: Shelf, position: int) -> Submission:
    """Return one file as read. Raises Problem where it is no feed, cannot be read, or is shifted."""
    _refuse_other_files(path)
    file = look_through(path)
    mapped = map_columns(file.header, shelf.feeds.values(), str(path))
    rows = CsvRows(file, _plan(mapped), str(path))
    reading = _Reading(mapped, shelf.settings, FaultCounter(str(path)), ColumnShares(mapped))
    for stretch in rows.stretches():
        reading.add(stretch)
    for rejected in rows.rejected:
        reading.faults.add("wrong_width", "", "", rejected.reason, row=rejected.row)
    refuse_shifted(reading.shares, len(rows.rejected), shelf.settings.shifted, str(path))
    return Submission(
        file=str(path),
        digest=file.digest,
        position=position,
        shape=mapped.shape,
        created=max(reading.stamps, default=None),
        stamps=len(reading.stamps),
        rows=reading.shares.rows + len(rows.rejected),
        money=reading.money(),
        left_out=Money(reading.left_out, reading.rows_left_out + len(rows.rejected)),
        faults=reading.faults.faults(),
        unknown_columns=mapped.unknown,
    )


def _refuse_other_files(path: Path) -> None:
    if not path.is_file():
        raise Problem(
            "there is no such file", where=str(path), mend="Name the CSV files that the provider sent"
        )
    with path.open("rb") as file:
        if file.read(len(_PARQUET)) == _PARQUET:
            raise Problem("contract feeds are read from CSV, and this is Parquet", where=str(path))


def _plan(mapped: Mapped) -> Plan:
    """Return a plan of the columns to read; rows of the wrong width are named by their provider."""
    sources = {column: (name,) for column, name in mapped.sources.items()}
    shape = mapped.shape
    layout = Layout(shape.id, shape.title, shape.source, (), shape.columns, {})
    return Plan(layout, {"record_id": sources["provider"], **sources}, None)


@dataclass
class _Reading:
    """Adds up one file, stretch by stretch. Each distinct text of a column is read once a stretch."""

    mapped: Mapped
    settings: Settings
    faults: FaultCounter
    shares: ColumnShares
    stamps: set[datetime] = field(default_factory=set)
    left_out: Decimal = Decimal()
    rows_left_out: int = 0
    _money: dict[Place, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    _rows: dict[Place, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def _shape(self) -> FeedShape:
        return self.mapped.shape

    def money(self) -> dict[Place, Money]:
        """Return what lies at each place."""
        return {place: Money(pounds, self._rows[place]) for place, pounds in sorted(self._money.items())}

    def add(self, stretch: Stretch) -> None:
        """Add some rows."""
        self.shares.rows += len(stretch)
        years, months = self._periods(stretch)
        columns = {
            "provider": self._texts(stretch, "provider", self._organisation, "", ""),
            "commissioner": self._texts(stretch, "commissioner", self._organisation, NO_CODE, UNUSABLE_CODE),
            "line": self._texts(stretch, "service_code", read_code, NO_CODE, UNUSABLE_CODE),
            "point_of_delivery": self._texts(stretch, "point_of_delivery", read_code, "", UNUSABLE_CODE),
        }
        pounds = self._pounds(stretch)
        self._stamps(stretch)
        for column in self._shape.other_numbers:
            if column in self.mapped.sources and column not in self._shape.money:
                self._amounts(stretch, column)
        providers = columns["provider"]
        placed = (years > 0) & (months > 0) & (np.array([*providers.texts, ""])[providers.ids] != "")
        self._leave_out(stretch, ~placed, pounds, years, months)
        arrays = {name: _dictionary(column) for name, column in columns.items()}
        table = pa.table({**arrays, "year": years, "month": months, "pounds": pounds})
        for *key, total, count in _summed(table.filter(pa.array(placed))):
            place = Place(**dict(zip(_KEYS, key, strict=True)))
            self._money[place] += total
            self._rows[place] += count

    def _organisation(self, text: str) -> Reading[str]:
        return read_organisation(text, self.settings)

    def _periods(self, stretch: Stretch) -> tuple[Ids, Ids]:
        """Return financial years and months; a row that leaves one blank has its activity's."""
        years = self._numbers(stretch, "financial_year", read_year)
        months = self._numbers(stretch, "financial_month", read_month)
        days = self._numbers(stretch, "activity_date", self._period_of_day)
        dated = ((years == 0) | (months == 0)) & (days > 0)
        taken_year, taken_month = days // 100, days % 100
        agreeing = dated & ((years == 0) | (years == taken_year)) & ((months == 0) | (months == taken_month))
        return np.where(agreeing, taken_year, years), np.where(agreeing, taken_month, months)

    def _period_of_day(self, text: str) -> Reading[int]:
        stamp = read_stamp(text, self.settings)
        if stamp.value is None:
            return Reading(kind=stamp.kind, message=stamp.message)
        day = stamp.value
        year, month = (day.year, day.month - 3) if day.month > 3 else (day.year - 1, day.month + 9)
        return Reading(year * 100 + month)

    def _numbers(self, stretch: Stretch, column: str, read: Callable[[str], Reading[int]]) -> Ids:
        """Return a number a row: 0 where the column is blank, -1 where it cannot be read."""
        source, readings = self._read(stretch, column, read)
        meant = np.array([_number(each) for each in readings], dtype=np.int64)
        return source.spread(meant, 0).astype(np.int64)

    def _texts(
        self, stretch: Stretch, column: str, read: Callable[[str], Reading[str]], blank: str, unusable: str
    ) -> Coded:
        source, readings = self._read(stretch, column, read)
        texts = [unusable if each.kind else (each.value or blank) for each in readings]
        ids = np.where(source.ids == NOTHING, len(texts), source.ids).astype(np.int32)
        return Coded(ids, [*texts, blank])

    def _pounds(self, stretch: Stretch) -> pa.Array:
        """Return each row's money, columns that are added up together; blank and unusable are nothing."""
        total = pa.repeat(pa.scalar(Decimal(), _POUNDS), len(stretch))
        for column in self._shape.money:
            if column in self.mapped.sources:
                total = pc.add(total, self._amounts(stretch, column)).cast(_POUNDS)
        return total

    def _amounts(self, stretch: Stretch, column: str) -> pa.Array:
        """Return one column of money: plain numbers at once, other texts one by one."""
        name = self.mapped.sources[column]
        whole = pa.concat_arrays(stretch.columns[name].chunks)
        digits = len(str(int(self.settings.amounts.largest_pounds))) - 1
        plain = pc.fill_null(
            pc.match_substring_regex(whole, rf"^-?\d{{1,{digits}}}(\.\d{{1,{PLACES}}})?$"), False
        )
        easy = pc.if_else(plain, whole, pa.scalar("0", whole.type)).cast(_POUNDS)
        odd = ~plain.to_numpy(zero_copy_only=False)
        if not odd.any():
            return easy
        rest = Stretch({name: stretch.columns[name]}, stretch.source_rows).only(odd)
        source, readings = self._read(rest, column, self._money_of)
        meant = pa.array([each.value or Decimal() for each in readings] + [Decimal()], type=_POUNDS)
        ids = np.where(source.ids == NOTHING, len(readings), source.ids)
        return pc.replace_with_mask(easy, pa.array(odd), meant.take(pa.array(ids)))

    def _money_of(self, text: str) -> Reading[Decimal]:
        return read_money(text, self.settings)

    def _stamps(self, stretch: Stretch) -> None:
        _, readings = self._read(stretch, "created", lambda text: read_stamp(text, self.settings))
        self.stamps.update(each.value for each in readings if each.value is not None)

    def _read(
        self, stretch: Stretch, column: str, read: Callable[[str], Reading[Any]]
    ) -> tuple[Coded, list[Reading[Any]]]:
        """Return a column by its distinct texts with what each means, counting what cannot be used."""
        name = self.mapped.sources.get(column)
        if name is None:
            return nothing(len(stretch)), []
        source = coded(stretch.columns[name])
        readings = [read(text) for text in source.texts]
        self.shares.count(column, "", int((source.ids == NOTHING).sum()), unusable=False)
        odd = [number for number, each in enumerate(readings) if each.kind or each.value is None]
        for number, count, row in source.occurrences(odd):
            each, text = readings[number], tellable(source.texts[number])
            self.shares.count(column, text, count, unusable=bool(each.kind))
            if each.kind:
                self.faults.add(
                    each.kind, name, text, each.message, count=count, row=int(stretch.source_rows[row])
                )
        return source, readings

    def _leave_out(
        self, stretch: Stretch, rows: npt.NDArray[np.bool_], pounds: pa.Array, years: Ids, months: Ids
    ) -> None:
        if not rows.any():
            return
        self.rows_left_out += int(rows.sum())
        self.left_out += pc.sum(pounds.filter(pa.array(rows))).as_py() or Decimal()
        reasons = {"financial year": years <= 0, "financial month": months <= 0}
        reasons["provider"] = ~(reasons["financial year"] | reasons["financial month"])
        for missing, concerned in reasons.items():
            mine = np.flatnonzero(rows & concerned)
            if len(mine):
                self.faults.add(
                    _UNPLACED,
                    "",
                    missing,
                    f"without a usable {missing} the row cannot be placed, and it is left out",
                    count=len(mine),
                    row=int(stretch.source_rows[mine[0]]),
                )


def _number(reading: Reading[int]) -> int:
    if reading.kind:
        return -1
    return reading.value or 0


def _dictionary(column: Coded) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(column.ids), pa.array(column.texts, pa.string()))


def _summed(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    plain = table.set_column(0, "provider", table["provider"].cast(pa.string()))
    for name in ("commissioner", "line", "point_of_delivery"):
        plain = plain.set_column(plain.column_names.index(name), name, plain[name].cast(pa.string()))
    grouped = plain.group_by(list(_KEYS)).aggregate([("pounds", "sum"), ("pounds", "count")])
    yield from zip(
        *(grouped[name].to_pylist() for name in (*_KEYS, "pounds_sum", "pounds_count")), strict=True
    )
