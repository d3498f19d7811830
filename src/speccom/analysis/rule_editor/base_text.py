"""A rulebook as it is written, as one text that the database keeps."""

from __future__ import annotations

import json

from speccom.rulebook.shape import METADATA, TABLES
from speccom.rulebook.written import Row, Table, WrittenRulebook

_FIRST_LINE = 2


def as_text(written: WrittenRulebook) -> str:
    """Return the text."""
    tables = {
        shape.name: [
            [row.cells[column] for column in shape.columns] for row in written.tables[shape.name].rows
        ]
        for shape in TABLES
        if shape.name in written.tables
    }
    metadata = {key: str(written.metadata[key]) for key in METADATA if key in written.metadata}
    return json.dumps({"metadata": metadata, "tables": tables}, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str, name: str) -> WrittenRulebook:
    """Return the rulebook; `name` is what messages call it."""
    found = json.loads(text)
    tables = {
        shape.name: Table(
            shape,
            tuple(
                Row(number, dict(zip(shape.columns, cells, strict=True)))
                for number, cells in enumerate(found["tables"][shape.name], start=_FIRST_LINE)
            ),
        )
        for shape in TABLES
        if shape.name in found["tables"]
    }
    return WrittenRulebook(name, found["metadata"], tables)
