import csv
import io
from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from speccom.interface.downloads import (
    Format,
    Sheet,
    as_csv,
    as_excel,
    as_file,
    as_parquet,
    file_name,
    guarded,
)
from speccom.interface.tables import Column, Kind

SHEET = Sheet(
    "a table",
    "A table",
    (
        Column("name", "Name"),
        Column("n", "Count", Kind.NUMBER),
        Column("c", "Cost", Kind.MONEY),
        Column("d", "Day", Kind.DATE),
    ),
    [("=1+1", 3, Decimal("-1.50"), date(2025, 4, 1)), ("+44", None, None, None), ("é", 0, Decimal(0), None)],
    (("Run", "one"),),
)


def test_csv_guards_text_that_would_run_and_leaves_numbers_alone() -> None:
    written = as_csv(SHEET)
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert rows == [
        ["Name", "Count", "Cost", "Day"],
        ["'=1+1", "3", "-1.50", "2025-04-01"],
        ["'+44", "", "", ""],
        ["é", "0", "0", ""],
    ]


def test_excel_keeps_text_as_text_and_says_what_it_is() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_excel(SHEET)))
    assert book.get_sheet_by_name("Table").to_python()[1] == ["=1+1", 3.0, -1.5, date(2025, 4, 1)]
    assert book.get_sheet_by_name("About").to_python() == [["Table", "A table"], ["Run", "one"]]


def test_parquet_keeps_types() -> None:
    table = pq.read_table(io.BytesIO(as_parquet(SHEET)))
    assert table.column("c").to_pylist() == [Decimal("-1.50"), None, Decimal("0.00")]
    assert table.column("name").to_pylist()[0] == "=1+1"
    assert table.schema.metadata[b"Run"] == b"one"


@pytest.mark.parametrize("kind", list(Format))
def test_a_table_without_rows_is_a_file_too(kind: Format) -> None:
    answer = as_file(Sheet("none", "None", SHEET.columns, [], ()), kind)
    assert answer["Content-Disposition"] == f'attachment; filename="none.{kind.value}"'
    assert answer.content


def test_file_names_hold_nothing_that_a_header_or_a_system_could_misread() -> None:
    assert file_name('../a"b\r\n c', Format.CSV) == "a-b---c.csv"
    assert file_name("...", Format.CSV) == "table.csv"


@pytest.mark.parametrize("start", ["\uff1d", "\uff0b", "\uff0d", "\uff20", "\n="])
def test_wide_signs_and_new_lines_start_no_formula_either(start: str) -> None:
    assert guarded(f"{start}1+1") == f"'{start}1+1"
