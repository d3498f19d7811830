"""Decision tables: ordered rows of criterion and answer, read one by one, the path recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from speccom.criteria.evaluate import Finding, Record, evaluate
from speccom.criteria.parse import Criterion
from speccom.problem import Problem


@dataclass(frozen=True)
class Row:
    """One row of a decision table.

    When `criterion` is TRUE (or there is none) the row gives its `answer`, or leads to the row named
    `when_met`; otherwise the table goes on to the row named `otherwise`, or to the next one. An answer of
    None with no `when_met` is the answer "none".
    """

    name: str
    criterion: Criterion | None
    answer: str | None = None
    when_met: str = ""
    otherwise: str = ""


@dataclass(frozen=True)
class Visit:
    """A row that was read, what its criterion came to, and whether it was met."""

    row: Row
    finding: Finding | None
    met: bool


@dataclass(frozen=True)
class Decision:
    """An answer and the rows that led to it; `decided_by` is empty where the table ran out."""

    answer: str | None
    decided_by: str
    path: tuple[Visit, ...]


class DecisionTable:
    """Rows in order. A row may only lead forward, so every record gets an answer in one pass."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows)
        self._places = {row.name: place for place, row in enumerate(self.rows)}
        self._check()

    def decide(self, record: Record) -> Decision:
        """Return the answer for one record, with its path."""
        path: list[Visit] = []
        findings: dict[int, Finding] = {}

        def holds(place: int) -> bool:
            criterion = self.rows[place].criterion
            assert criterion is not None
            findings[place] = evaluate(criterion.expression, record)
            return findings[place].value is True

        for place, met in self.walk(holds):
            row = self.rows[place]
            path.append(Visit(row, findings.get(place), met))
            if met and not row.when_met:
                return Decision(row.answer, row.name, tuple(path))
        return Decision(None, "", tuple(path))

    def walk(self, holds: Callable[[int], bool]) -> Iterator[tuple[int, bool]]:
        """Read the rows, given which of those with a criterion hold: places, each with whether it was met."""
        place = 0
        while place < len(self.rows):
            row = self.rows[place]
            met = row.criterion is None or holds(place)
            yield place, met
            if met and not row.when_met:
                return
            target = row.when_met if met else row.otherwise
            place = self._places[target] if target else place + 1

    def _check(self) -> None:
        for fault in table_faults(self.rows):
            if fault.stops:
                raise Problem(fault.message, where=f"Row “{fault.row}”", mend=fault.mend)


@dataclass(frozen=True)
class TableFault:
    """What is wrong with one row's place in a table; one that does not stop the table is only odd."""

    row: str
    message: str
    mend: str = ""
    stops: bool = True


def table_faults(rows: Sequence[Row]) -> list[TableFault]:
    """Return every row that has another's name, leads nowhere, leads back, or is never reached."""
    places: dict[str, int] = {}
    found = []
    for place, row in enumerate(rows):
        if row.name in places:
            found.append(TableFault(row.name, "two rows have this name", "Give each row a name of its own"))
        places.setdefault(row.name, place)
    for place, row in enumerate(rows):
        for target in filter(None, (row.when_met, row.otherwise)):
            if target not in places:
                found.append(TableFault(row.name, f"it leads to “{target}”, which does not exist"))
            elif places[target] <= place:
                found.append(
                    TableFault(row.name, f"it leads back to “{target}”", "A row may only lead forward")
                )
    if not found:
        found = [
            TableFault(rows[place].name, "no row leads here, so it is never read", stops=False)
            for place in sorted(set(range(len(rows))) - _reached(rows, places))
        ]
    return found


def _reached(rows: Sequence[Row], places: Mapping[str, int]) -> set[int]:
    reached: set[int] = set()
    waiting = [0] if rows else []
    while waiting:
        place = waiting.pop()
        if place in reached or place >= len(rows):
            continue
        reached.add(place)
        row = rows[place]
        if row.when_met:
            waiting.append(places[row.when_met])
        if row.criterion is not None:
            waiting.append(places[row.otherwise] if row.otherwise else place + 1)
    return reached
