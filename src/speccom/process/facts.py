"""Facts that need nothing but the case: rows counted by a criterion, and days between moments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from speccom.criteria.evaluate import evaluate
from speccom.process.case import Case
from speccom.process.deadlines import HERE, elapsed
from speccom.process.decide import FactValue
from speccom.process.procedure import Fact, Procedure, Setting
from speccom.process.working_days import WorkingDays

NOW = "now"
TITLE = "_title"
"""In a row: how people know it, for those who must be told which rows are meant."""
WHERE = "_where"
"""In a row: where a person can change it."""

Row = Mapping[str, object]


@dataclass(frozen=True)
class Moments:
    """What elapsed time is measured between: the case, the day's answers, the time now and the calendar."""

    case: Case
    answers: Mapping[str, object]
    now: datetime
    calendar: WorkingDays


def count(fact: Fact, rows: Iterable[Row]) -> FactValue:
    """Return how many rows meet the fact's criterion; the rows that do are its witnesses."""
    assert fact.criterion is not None, f"the count {fact.name} was loaded without its criterion"
    expression = fact.criterion.expression
    found = [row for row in rows if evaluate(expression, row).value is True]
    witnesses = tuple(str(row[TITLE]) for row in found if row.get(TITLE))
    where = next((str(row[WHERE]) for row in found if row.get(WHERE)), "")
    return FactValue(len(found), witnesses, where)


def elapsed_days(procedure: Procedure, fact: Fact, moments: Moments) -> FactValue:
    """Return the days from one moment to another, negative backwards; unknown where a moment is not there.

    A moment is `now`, a date that was answered, or an act (the last time it was done), and may be followed by
    `+` and a setting that is a number of days. Days are working days where the setting says so.
    """
    setting = _setting(procedure, fact)
    working = setting is not None and setting.unit.startswith("working")
    start = _moment(procedure, fact.definition.get("from", NOW), moments)
    end = _moment(procedure, fact.definition.get("to", NOW), moments)
    if start is None or end is None:
        return FactValue(None)
    if end < start:
        return FactValue(-elapsed(moments.case, end, start, moments.calendar, working=working))
    return FactValue(elapsed(moments.case, start, end, moments.calendar, working=working))


def _moment(procedure: Procedure, written: str, moments: Moments) -> datetime | None:
    name, _, plus = (part.strip() for part in written.partition("+"))
    found = _named(name, moments)
    if found is None or not plus:
        return found
    setting = procedure.settings[plus]
    days = int(setting.value)
    if setting.unit.startswith("working"):
        return _start_of(moments.calendar.after(found.astimezone(HERE).date(), days))
    return found + timedelta(days=days)


def _named(name: str, moments: Moments) -> datetime | None:
    if name == NOW:
        return moments.now
    answer = moments.answers.get(name)
    if isinstance(answer, date):
        return _start_of(answer)
    done = [each.effective_at for each in moments.case.events if each.act == name]
    return done[-1] if done else None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), HERE)


def _setting(procedure: Procedure, fact: Fact) -> Setting | None:
    named = (fact.definition.get(key, "").partition("+")[2].strip() for key in ("from", "to"))
    return next((procedure.settings[name] for name in named if name), None)
