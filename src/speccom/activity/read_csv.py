"""The rows of a CSV file, in stretches; rows of the wrong width are left out and told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv

from speccom.activity.convert import ROWS_IN_A_STRETCH, Rows, Stretch
from speccom.activity.csv_file import CsvFile
from speccom.activity.faults import Rejected
from speccom.activity.plan import Plan
from speccom.problem import Problem

_BLOCK = 1 << 20
# A file whose first rows are all of the wrong width is one whose header is wrong.
_PATIENCE = 1000


class _PlainBytes(io.RawIOBase):
    """A file as UTF-8 without NUL bytes, whatever single-byte encoding it is in."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._encoding = encoding

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size).replace(b"\0", b"")
        return block if self._encoding == "utf-8" else block.decode(self._encoding).encode()


@dataclass
class CsvRows:
    """Reads one CSV file from start to end, once. After that `rejected` holds the rows of wrong width."""

    file: CsvFile
    plan: Plan
    name: str
    rejected: list[Rejected] = field(default_factory=list)
    _read: int = 0
    _position: float = 0.0

    @property
    def share_done(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self._position

    def stretches(self) -> Iterator[Stretch]:
        """The file's rows in order. Raises Problem where they cannot be read as CSV under this header."""
        try:
            with self.file.path.open("rb") as raw:
                raw.seek(self.file.first_row_at)
                yield from self._stretches(raw)
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                return
            raise self._problem(error) from error
        if self.rejected and not self._read:
            raise self._all_wrong(self.rejected[0])

    def _stretches(self, raw: BinaryIO) -> Iterator[Stretch]:
        plain = self.file.encoding == "utf-8" and not self.file.nul_bytes
        source = raw if plain else _PlainBytes(raw, self.file.encoding)
        waiting: list[pa.RecordBatch] = []
        rows = 0
        if self.file.first_row_at >= self.file.size:
            return
        for batch in self._batches(source):
            waiting.append(batch)
            rows += batch.num_rows
            self._position = raw.tell() / self.file.size
            if rows >= ROWS_IN_A_STRETCH:
                yield self._stretch(waiting)
                waiting, rows = [], 0
        if rows:
            yield self._stretch(waiting)

    def _batches(self, source: object) -> pa.csv.CSVStreamingReader:
        names = [f"{number} {name}" for number, name in enumerate(self.file.header)]
        wanted = [names[self.file.header.index(name)] for name in self.plan.needed if name]
        return pa.csv.open_csv(
            source,
            # Without threads Arrow knows the number of each row that it leaves out; reading is no slower.
            read_options=pa.csv.ReadOptions(column_names=names, block_size=_BLOCK, use_threads=False),
            parse_options=pa.csv.ParseOptions(
                delimiter=self.file.separator,
                newlines_in_values=True,
                invalid_row_handler=self._wrong_width,
            ),
            convert_options=pa.csv.ConvertOptions(
                include_columns=wanted,
                column_types={name: pa.string() for name in wanted},
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )

    def _stretch(self, batches: list[pa.RecordBatch]) -> Stretch:
        table = pa.Table.from_batches(batches)
        table = table.rename_columns([name.split(" ", 1)[1] for name in table.column_names])
        first = self._read
        self._read += table.num_rows
        columns = dict(zip(table.column_names, table.columns, strict=True))
        return Stretch(columns, self._source_rows(first, self._read))

    def _source_rows(self, first: int, end: int) -> Rows:
        """The places in the file of the first-th to end-th good rows, bad rows counting as rows."""
        bad = np.array([rejected.row for rejected in self.rejected], dtype=np.int64)
        good = np.arange(first, end, dtype=np.int64)
        # The n-th bad row stands before every good row numbered from (its place - n) on.
        return good + np.searchsorted(bad - np.arange(len(bad)), good, side="right")

    def _wrong_width(self, row: pa.csv.InvalidRow) -> str:
        place = row.number - 1
        if place == len(self.rejected) == _PATIENCE:
            return "error"
        reason = (
            f"the row has {_values(row.actual_columns)} where the header has {_values(row.expected_columns)}"
        )
        if row.text.count('"') % 2:
            lines = len(row.text.splitlines())
            reason += f"; a quotation mark in it is not closed, and it runs over {lines} lines"
        self.rejected.append(Rejected(self.name, place, self._record_id(row.text), reason))
        return "skip"

    def _record_id(self, text: str) -> str:
        """The identifier as it stands in its column; in a shifted row it may be another column's value."""
        place = self.file.header.index(self.plan.sources["record_id"][0])
        values = next(csv.reader(io.StringIO(text, newline=""), delimiter=self.file.separator), [])
        return values[place].strip() if place < len(values) else ""

    def _problem(self, error: pa.ArrowInvalid) -> Problem:
        if len(self.rejected) == _PATIENCE and not self._read:
            return self._all_wrong(self.rejected[0])
        if "straddl" in str(error) or "out of sync" in str(error):
            return Problem(
                "a row is longer than a megabyte; most likely a quotation mark is opened and not closed",
                where=self.name,
                mend=f"Look for a stray quotation mark after row {self._read + len(self.rejected) + 1}",
            )
        return Problem(
            f"the rows cannot be read as CSV ({error})",
            where=self.name,
            mend="Export the file again as CSV UTF-8",
        )

    def _all_wrong(self, first: Rejected) -> Problem:
        return Problem(
            f"no row fits the header: {first.reason}",
            where=self.name,
            mend="Check that no column's name is missing or doubled, and that the header is of this file",
        )


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"
