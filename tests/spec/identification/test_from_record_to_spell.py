"""The chapter "From record to spell": each of its tables is identified and compared, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.spec.identification.conftest import Identify, Row

CHAPTER = Path(__file__).with_name("from-record-to-spell.md")


def tables() -> list[tuple[str, list[Row], list[Row]]]:
    """The tables of records: the heading, the service lines that hold for it, and its rows."""
    found: list[tuple[str, list[Row], list[Row]]] = []
    services: list[Row] = []
    heading = ""
    for block in CHAPTER.read_text(encoding="utf-8").split("\n\n"):
        if block.startswith("#"):
            heading = block.strip("# ")
        elif block.startswith("|"):
            rows = read_table(block)
            if "service_code" in rows[0]:
                services = rows
            else:
                found.append((heading, services, rows))
    return found


def read_table(text: str) -> list[Row]:
    """A Markdown table; a dash is nothing."""
    head, _, *rest = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return [
        {name: None if cell == "-" else cell for name, cell in zip(head, cells, strict=True)}
        for cells in rest
    ]


TABLES = tables()


@pytest.mark.parametrize(
    ("services", "rows"), [each[1:] for each in TABLES], ids=[each[0] for each in TABLES]
)
def test_the_table_holds(services: list[Row], rows: list[Row], identify_rows: Identify) -> None:
    found = identify_rows(services, rows)
    answers = [{name: shown(row[name]) for name in row if name in rows[0]} for row in found]
    assert answers == [{name: row[name] for name in found[0] if name in row} for row in rows]


def shown(value: object) -> str | None:
    if isinstance(value, list):
        return ",".join(value) or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


def test_the_chapter_is_whole() -> None:
    assert len(TABLES) == 16
    assert sum(len(rows) for _, _, rows in TABLES) >= 60


def test_a_repeated_record_makes_no_spell_specialised(identify_rows: Identify) -> None:
    services = read_table(
        "| service_code | rank | spell_excluded | reach |\n|-|\n| heart | 1 | false | spell |"
    )
    rows: list[Row] = [
        {"record_id": record, "spell_id": "S1", "finds": finds}
        for record, finds in (("1", None), ("1", "heart"), ("2", None))
    ]
    found = identify_rows(services, rows)
    assert [(row["record_id"], row["specialised"]) for row in found] == [("1", False), ("2", False)]
