"""Write a rulebook's tables as a spreadsheet: one sheet a table, every cell text so that codes stay whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from speccom.criteria.codes import CLASSIFICATIONS
from speccom.problem import Problem
from speccom.rulebook.entries import DATASETS, ROUTE_KINDS, STATUSES, Reach
from speccom.rulebook.shape import METADATA, METADATA_SHEET, TABLES, TableShape
from speccom.rulebook.written import Row, WrittenRulebook

LONGEST_CELL = 32_767
MOST_ROWS = 1_048_575
_ROWS_WITH_CHOICES = 5_000

_WIDTHS = {
    "criterion": 90,
    "reasoning": 70,
    "title": 60,
    "source": 50,
    "codeset": 32,
    "rule_id": 18,
    "classification": 20,
    "value": 100,
}
_WRAPPED = ("criterion", "reasoning", "value")
_CHOICES: Mapping[str, Sequence[str]] = {
    "dataset": DATASETS,
    "reach": tuple(Reach),
    "classification": CLASSIFICATIONS,
    "match": ("prefix", "exact"),
    "route": ROUTE_KINDS,
    "spell_excluded": ("true", "false"),
}


def write_workbook(written: WrittenRulebook, path: Path) -> None:
    """Write the spreadsheet. Raises Problem for a cell or a table that a spreadsheet cannot hold."""
    _check_sizes(written)
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        book = xlsxwriter.Workbook(str(path), options)
        _Pages(book, written).write()
        book.close()
    except (OSError, xlsxwriter.exceptions.FileCreateError) as fault:
        raise Problem(f"the spreadsheet cannot be written ({fault})", where=str(path)) from None


def _check_sizes(written: WrittenRulebook) -> None:
    for shape in TABLES:
        table = written.tables.get(shape.name)
        if table is None:
            continue
        if len(table.rows) > MOST_ROWS:
            raise Problem(f"a sheet holds at most {MOST_ROWS:,} rows below its header", where=table.place)
        for row in table.rows:
            for column, text in row.cells.items():
                if len(text.encode("utf-16-le")) > 2 * LONGEST_CELL:
                    raise Problem(
                        f"`{column}` is longer than the {LONGEST_CELL:,} characters of a spreadsheet's cell",
                        where=table.where(row, column),
                        mend="Edit this rulebook in its files",
                    )


class _Pages:
    """The sheets of one workbook, with their formats."""

    def __init__(self, book: Any, written: WrittenRulebook) -> None:
        self._book = book
        self._written = written
        self._text = book.add_format({"num_format": "@", "valign": "top"})
        self._wrapped = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self._number = book.add_format({"num_format": "0", "valign": "top"})
        self._header = book.add_format(
            {"num_format": "@", "bold": True, "bg_color": "#005EB8", "font_color": "#FFFFFF"}
        )

    def write(self) -> None:
        title = str(self._written.metadata.get("title", ""))
        self._book.set_properties({"title": title, "comments": self._marking()})
        self._metadata()
        for shape in TABLES:
            self._table(shape, self._written.rows(shape))

    def _marking(self) -> str:
        if self._written.metadata.get("status") == "illustrative":
            return "Illustrative rules: not those of the national tool, and not for payment."
        return ""

    def _sheet(self, name: str, columns: Sequence[str]) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.set_header(f"&L{name}&R{self._marking()}")
        for at, column in enumerate(columns):
            form = self._wrapped if column in _WRAPPED else self._text
            sheet.set_column(at, at, _WIDTHS.get(column, max(14, len(column) + 3)), form)
            sheet.write_string(0, at, column, self._header)
        return sheet

    def _metadata(self) -> None:
        sheet = self._sheet(METADATA_SHEET, ("field", "value"))
        for at, key in enumerate(METADATA, start=1):
            self._write(sheet, at, 0, "field", key)
            self._write(sheet, at, 1, "value", str(self._written.metadata.get(key, "")))
        row = METADATA.index("status") + 1
        sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": list(STATUSES)})

    def _table(self, shape: TableShape, rows: Sequence[Row]) -> None:
        sheet = self._sheet(shape.sheet, shape.columns)
        for at, row in enumerate(rows, start=1):
            for column_at, column in enumerate(shape.columns):
                self._write(sheet, at, column_at, column, row.cells[column])
        for column_at, column in enumerate(shape.columns):
            if choices := _CHOICES.get(column):
                last = max(len(rows), _ROWS_WITH_CHOICES)
                rule = {"validate": "list", "source": list(choices)}
                sheet.data_validation(1, column_at, last, column_at, rule)
        sheet.autofilter(0, 0, max(len(rows), 1), len(shape.columns) - 1)

    def _write(self, sheet: Any, row: int, at: int, column: str, text: str) -> None:
        """Write text as text: `=1+1` is no formula, `010` keeps its nought, `1E10` is no number."""
        form = self._wrapped if column in _WRAPPED else self._text
        if not text:
            return
        if column == "rank" and len(text) < 15:
            sheet.write_number(row, at, int(text), self._number)
        elif text.startswith("<r>"):
            # XlsxWriter takes such a text for mark-up of its own unless it comes in pieces.
            sheet.write_rich_string(row, at, text[:1], self._text, text[1:], form)
        else:
            sheet.write_string(row, at, text, form)
