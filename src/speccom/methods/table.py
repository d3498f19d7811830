"""A table of figures that says how each column is written, so that a chart never stands without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Cell = str | int | float | Decimal | bool | None


@dataclass(frozen=True)
class Table:
    """Column titles (with their units) and rows, each cell a value or None where there is none."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row of {len(row)} cells under {len(self.columns)} columns: {row}")

    def as_markdown(self, most: int | None = None) -> str:
        """Return the table in Markdown, at most `most` rows of it, saying how many are left out."""
        shown = self.rows if most is None else self.rows[:most]
        lines = [_line(self.columns), _line(["---"] * len(self.columns))]
        lines += [_line([_written(cell) for cell in row]) for row in shown]
        left = len(self.rows) - len(shown)
        if left:
            lines += ["", f"{left:,} more rows are left out here."]
        return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split("\n")) for cell in cells) + " |"


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.4g}" if abs(cell) < 1000 else f"{cell:,.1f}"
    return str(cell)
