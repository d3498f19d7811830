"""Decision tables: ordered rows of criterion and answer, read one by one, the path recorded."""

from __future__ import annotations

from collections.abc import Sequence
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
        place = 0
        while place < len(self.rows):
            row = self.rows[place]
            finding = evaluate(row.criterion.expression, record) if row.criterion else None
            met = finding is None or finding.value is True
            path.append(Visit(row, finding, met))
            if met and not row.when_met:
                return Decision(row.answer, row.name, tuple(path))
            target = row.when_met if met else row.otherwise
            place = self._places[target] if target else place + 1
        return Decision(None, "", tuple(path))

    def _check(self) -> None:
        if len(self._places) < len(self.rows):
            names = [row.name for row in self.rows]
            twice = next(name for name in names if names.count(name) > 1)
            raise Problem(f"Two rows are named “{twice}”", mend="Give each row a name of its own")
        for place, row in enumerate(self.rows):
            for target in filter(None, (row.when_met, row.otherwise)):
                if target not in self._places:
                    raise Problem(f"Row “{row.name}” leads to “{target}”, which does not exist")
                if self._places[target] <= place:
                    raise Problem(
                        f"Row “{row.name}” leads back to “{target}”", mend="A row may only lead forward"
                    )
