"""A rulebook as it was written: text in cells, each cell knowing where it stands. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from speccom.rulebook.shape import METADATA_FILE, TableShape


@dataclass(frozen=True)
class Row:
    """One row of a table: the number a person finds it by, and its cells by column, trimmed."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """The rows of one table. `letters` (column to sheet letter) is empty for a file.

    `left_out` names the columns that the contract does not know and nobody reads.
    """

    shape: TableShape
    rows: tuple[Row, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """What a person calls the table: its file, or its sheet."""
        return self.shape.sheet if self.letters else self.shape.file

    def where(self, row: Row, column: str = "") -> str:
        """Return the place of a cell: "services.csv, line 7" or "Services!D7"."""
        if not self.letters:
            return f"{self.place}, line {row.number}"
        if column in self.letters:
            return f"{self.place}!{self.letters[column]}{row.number}"
        return f"{self.place}, row {row.number}"

    def where_rule(self, row: Row, column: str = "criterion") -> str:
        """Return the place of a rule's cell, naming the rule: "rules.csv, rule R12"."""
        rule_id = row.cells.get("rule_id", "")
        if not rule_id:
            return self.where(row, column)
        if not self.letters:
            return f"{self.place}, rule {rule_id}"
        return f"{self.where(row, column)}, rule {rule_id}"


@dataclass(frozen=True)
class WrittenRulebook:
    """All text of one rulebook. `name` is what messages call it; a table that is not there is not listed."""

    name: str
    metadata: Mapping[str, object]
    tables: Mapping[str, Table]
    metadata_places: Mapping[str, str] = field(default_factory=dict)

    def where(self, key: str) -> str:
        """Return the place of one value of the metadata."""
        return self.metadata_places.get(key, f"{METADATA_FILE}, {key}")

    def rows(self, shape: TableShape) -> tuple[Row, ...]:
        """Return the rows of a table; none where the table is missing."""
        table = self.tables.get(shape.name)
        return table.rows if table else ()
