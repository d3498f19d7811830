"""One sheet that is written from the top down, and that remembers where each figure stands."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

INPUT_COLOUR, HEADING_COLOUR = "#dceefb", "#005eb8"
POUNDS = "£#,##0.00;-£#,##0.00"
FIRST_CASE = 2

Cell = str | int | float | Decimal | date | None


def letter(column: int) -> str:
    """Return a column's letters; columns count from nought."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True)
class Styles:
    """The formats of a workbook: for headings, and for each way of writing a figure, as input or not."""

    heading: Any
    bold: Any
    wrapped: Any
    shown: dict[str, Any]
    input: dict[str, Any]

    @classmethod
    def of(cls, book: Any) -> Styles:
        """Return the formats, made in a workbook."""
        ways = {
            "": "General",
            "pounds": POUNDS,
            "whole": "#,##0",
            "share": "0.00####%",
            "number": "#,##0.######",
        }
        return cls(
            heading=book.add_format({"bold": True, "font_color": HEADING_COLOUR, "font_size": 13}),
            bold=book.add_format({"bold": True, "bottom": 1}),
            wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
            shown={way: book.add_format({"num_format": text}) for way, text in ways.items()},
            input={
                way: book.add_format({"num_format": text, "bg_color": INPUT_COLOUR})
                for way, text in ways.items()
            },
        )


@dataclass
class Sheet:
    """A sheet and the places of what was written on it: a row for each key, a column for each figure."""

    worksheet: Any
    name: str
    styles: Styles
    row: int = 0
    rows: dict[Hashable, int] = field(default_factory=dict)

    def widths(self, first: int, others: int = 16) -> None:
        """Set how wide the first column and the others are, in characters."""
        self.worksheet.set_column(0, 0, first)
        self.worksheet.set_column(1, 60, others)

    def heading(self, text: str, *titles: str) -> None:
        """Write a heading, and under it the titles of columns where there are any."""
        self.row += bool(self.row)
        self.worksheet.write_string(self.row, 0, text, self.styles.heading)
        self.row += 1
        if titles:
            self.titles(*titles)

    def titles(self, *titles: str) -> None:
        """Write a row of column titles."""
        for column, title in enumerate(titles):
            self.worksheet.write_string(self.row, column, title, self.styles.bold)
        self.row += 1

    def sentence(self, text: str) -> None:
        """Write a sentence, wrapped within the first column."""
        self.worksheet.write_string(self.row, 0, text, self.styles.wrapped)
        self.row += 1

    def inputs(self, key: Hashable, labels: Sequence[str], figures: Sequence[Cell], way: str = "") -> None:
        """Write labels and then figures that a person may change, and remember their row."""
        self.rows[key] = self.row
        for column, label in enumerate(labels):
            self.worksheet.write_string(self.row, column, label)
        for column, figure in enumerate(figures, start=len(labels)):
            plain = float(figure) if isinstance(figure, Decimal) else figure
            self.worksheet.write(self.row, column, plain, self.styles.input[way])
        self.row += 1

    def formulas(
        self, key: Hashable, labels: Sequence[str], count: int, formula: Callable[[str], str], way: str = ""
    ) -> None:
        """Write labels and then a formula for each of so many columns, and remember their row."""
        self.rows[key] = self.row
        for column, label in enumerate(labels):
            self.worksheet.write_string(self.row, column, label)
        for column in range(len(labels), len(labels) + count):
            text = "=" + formula(letter(column))
            self.worksheet.write_formula(self.row, column, text, self.styles.shown[way], "")
        self.row += 1

    def result(self, labels: Sequence[str], cells: Sequence[tuple[str, Cell]], way: str = "pounds") -> None:
        """Write labels and then formulas, each with the figure that it comes to."""
        for column, label in enumerate(labels):
            self.worksheet.write_string(self.row, column, label)
        for column, (text, value) in enumerate(cells, start=len(labels)):
            plain = float(value) if isinstance(value, Decimal) else "" if value is None else value
            self.worksheet.write_formula(self.row, column, "=" + text, self.styles.shown[way], plain)
        self.row += 1

    def figures(self, labels: Sequence[str], figures: Sequence[Cell], way: str = "pounds") -> None:
        """Write labels and then figures that follow nothing."""
        for column, label in enumerate(labels):
            self.worksheet.write_string(self.row, column, label)
        for column, figure in enumerate(figures, start=len(labels)):
            plain = float(figure) if isinstance(figure, Decimal) else figure
            self.worksheet.write(self.row, column, plain, self.styles.shown[way])
        self.row += 1

    def at(self, key: Hashable, column: int = 1) -> str:
        """Return a figure's place, to be pointed at from any sheet and any column."""
        return f"{self.name}!${letter(column)}${self.rows[key] + 1}"

    def beside(self, column: str, *key: Hashable) -> str:
        """Return a figure's place in a column of this sheet."""
        return f"{column}{self.rows[key] + 1}"
