"""The facts that a decision looks at: what was answered, counted and looked up, and how long it took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from speccom.casework.models import CaseRow
from speccom.process.calculated import calculated
from speccom.process.case import Case
from speccom.process.decide import FactValue
from speccom.process.facts import Moments, Row, count, elapsed_days
from speccom.process.procedure import Fact, FactKind, Procedure
from speccom.process.working_days import WorkingDays


@dataclass(frozen=True)
class Known:
    """What is known of a case when an act is asked of it; `row` is None before it begins."""

    procedure: Procedure
    case: Case
    row: CaseRow | None
    answers: Mapping[str, Any]
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]
    now: datetime
    calendar: WorkingDays
    act: str = ""

    @cached_property
    def moments(self) -> Moments:
        """What time is measured between."""
        return Moments(self.case, self.answers, self.now, self.calendar)


Collection = Callable[[Known], Iterable[Row] | None]
"""Rows, or None where there is nothing yet that could have any: their number is unknown then."""
Table = Callable[[Known, str], FactValue]

_COLLECTIONS: dict[str, Collection] = {}
_TABLES: dict[str, Table] = {}


def offer_collection(name: str, rows: Collection) -> None:
    """Let processes count the rows of a collection that a part of the kernel keeps."""
    _COLLECTIONS[name] = rows


def offer_table(name: str, look_up: Table) -> None:
    """Let processes look a fact up, by its name, in a table that a part of the product keeps."""
    _TABLES[name] = look_up


def facts_of(known: Known) -> dict[str, FactValue]:
    """Return every field and fact that the procedure's criteria may use, by name."""
    found = {
        name: FactValue(known.answers.get(name))
        for name in known.procedure.vocabulary
        if name not in known.procedure.facts
    }
    return found | {name: _fact(fact, known) for name, fact in known.procedure.facts.items()}


def _fact(fact: Fact, known: Known) -> FactValue:
    match fact.kind:
        case FactKind.COUNT:
            rows = _rows(fact.definition["collection"], known)
            return FactValue(None) if rows is None else count(fact, rows)
        case FactKind.ELAPSED:
            return elapsed_days(known.procedure, fact, known.moments)
        case FactKind.LOOKUP:
            return _looked_up(fact, known)
        case FactKind.CALCULATED:
            return calculated(known.procedure, fact, known.answers, known.rows)


def _rows(collection: str, known: Known) -> Iterable[Row] | None:
    offered = _COLLECTIONS.get(collection)
    return offered(known) if offered else known.rows.get(collection, ())


def _looked_up(fact: Fact, known: Known) -> FactValue:
    table = _TABLES.get(fact.definition["table"])
    return table(known, fact.name) if table else FactValue(None)
