"""A set of codes as text to be edited: one code a line; E84* is E84 and every code that begins with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from speccom.rulebook.errors import RulebookError
from speccom.rulebook.shape import CODESETS
from speccom.rulebook.validation import check_contents
from speccom.rulebook.written import Row, Table, WrittenRulebook

_ALL_BELOW = ("*", "…")


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line of the text, counted from one."""

    line: int
    text: str
    error: RulebookError


def as_text(rows: Iterable[Row]) -> str:
    """Return the rows of a set as text."""
    lines = (f"{row.cells['code']}{'*' if row.cells['match'] == 'prefix' else ''}" for row in rows)
    return "\n".join(lines)


def as_cells(name: str, classification: str, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the cells of each line that is not blank, with the line's number."""
    for number, line in enumerate(text.splitlines(), start=1):
        code = line.strip()
        if not code:
            continue
        below = code.endswith(_ALL_BELOW)
        yield (
            number,
            {
                "codeset": name,
                "classification": classification,
                "code": code.rstrip("".join(_ALL_BELOW)).strip() if below else code,
                "match": "prefix" if below else "exact",
            },
        )


def line_errors(name: str, classification: str, text: str) -> tuple[LineError, ...]:
    """Return what is wrong with the codes, line by line."""
    written = text.splitlines()
    return tuple(
        LineError(number, written[number - 1].strip(), error)
        for number, cells in as_cells(name, classification, text)
        for error in _errors_of(cells)
    )


def _errors_of(cells: dict[str, str]) -> list[RulebookError]:
    errors: list[RulebookError] = []
    table = Table(CODESETS, (Row(1, cells),))
    check_contents(WrittenRulebook("", {}, {CODESETS.name: table}), errors)
    return errors
