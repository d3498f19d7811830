"""Tables as files: CSV, Excel and Parquet, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.http import HttpResponse

from speccom.interface.tables import Column, Kind, Value

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the full-width forms, which some spreadsheets take for the narrow ones."""
_EXCEL_ROWS = 1_048_575


class Format(StrEnum):
    """The kinds of file that a table can be had as."""

    CSV = "csv"
    EXCEL = "xlsx"
    PARQUET = "parquet"

    @property
    def words(self) -> str:
        """Its name for people."""
        return {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}[self.value]

    @property
    def content_type(self) -> str:
        """What the browser is told that it is."""
        return {
            "csv": "text/csv; charset=utf-8",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "parquet": "application/vnd.apache.parquet",
        }[self.value]


@dataclass(frozen=True)
class Sheet:
    """A table as data, its file name without an ending, and what a reader must know of it."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    notes: tuple[tuple[str, str], ...]


def as_file(sheet: Sheet, kind: Format) -> HttpResponse:
    """Answer with the table as a file to keep."""
    made = {Format.CSV: as_csv, Format.EXCEL: as_excel, Format.PARQUET: as_parquet}[kind](sheet)
    response = HttpResponse(made, content_type=kind.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file_name(sheet.name, kind)}"'
    return response


def file_name(name: str, kind: Format) -> str:
    """Return a file name of letters, digits, dots and dashes only."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-") else "-" for sign in name)
    return f"{plain.strip('-.') or 'table'}.{kind.value}"


def guarded(value: Value) -> str:
    """Write a value for CSV; text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
    return value.isoformat() if isinstance(value, date) else str(value)


def as_csv(sheet: Sheet) -> bytes:
    """Return UTF-8 with a byte-order mark, which is how Excel knows the letters."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(column.title) for column in sheet.columns])
    writer.writerows([[guarded(value) for value in row] for row in sheet.rows])
    return out.getvalue().encode("utf-8-sig")


def as_excel(sheet: Sheet) -> bytes:
    """Return a workbook: the table, and a sheet on what it is. Text is never stored as a formula."""
    import xlsxwriter  # deferred: only this needs it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    looks = {
        Kind.MONEY: book.add_format({"num_format": "£#,##0.00"}),
        Kind.NUMBER: book.add_format({"num_format": "#,##0"}),
        Kind.DATE: book.add_format({"num_format": "d mmmm yyyy"}),
        Kind.TEXT: None,
    }
    page = book.add_worksheet("Table")
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.title, bold)
        page.set_column(place, place, 18 if column.kind.numeric else 30)
    for line, row in enumerate(sheet.rows[:_EXCEL_ROWS], start=1):
        for place, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write(page, line, place, value, looks[column.kind])
    page.freeze_panes(1, 0)
    about = book.add_worksheet("About")
    about.set_column(0, 0, 24)
    about.set_column(1, 1, 90)
    for line, (name, text) in enumerate([("Table", sheet.title), *sheet.notes]):
        about.write_string(line, 0, name, bold)
        about.write_string(line, 1, text)
    book.close()
    return out.getvalue()


def as_parquet(sheet: Sheet) -> bytes:
    """Return Parquet with the columns' own names and types; the notes are in the file's metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        Kind.TEXT: pa.string(),
        Kind.NUMBER: pa.int64(),
        Kind.MONEY: pa.decimal128(20, 2),
        Kind.DATE: pa.date32(),
    }
    fields = [
        pa.field(column.name, types[column.kind], metadata={"title": column.title})
        for column in sheet.columns
    ]
    notes = dict((("Table", sheet.title), *sheet.notes))
    arrays = [
        pa.array(list(values), types[c.kind]) for c, values in zip(sheet.columns, _turned(sheet), strict=True)
    ]
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=notes))
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _turned(sheet: Sheet) -> Iterable[Sequence[Value]]:
    if not sheet.rows:
        return [()] * len(sheet.columns)
    return list(zip(*sheet.rows, strict=True))


def _write(page: object, line: int, place: int, value: Value, look: object) -> None:
    from xlsxwriter.worksheet import Worksheet

    assert isinstance(page, Worksheet)
    if value is None:
        page.write_blank(line, place, None)
    elif isinstance(value, str):
        page.write_string(line, place, value)
    elif isinstance(value, date):
        page.write_datetime(line, place, value, look)
    else:
        page.write_number(line, place, float(value) if isinstance(value, Decimal) else value, look)
