"""Calendars of working days, from the rulebooks that hold the bank holidays of a country."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from speccom.problem import Problem
from speccom.process.working_days import WorkingDays
from speccom.rulebook.errors import RulebookError, RulebookErrors
from speccom.rulebook.find import find, shelf
from speccom.rulebook.table_file import read_table_file

KIND, ENGLAND = "calendars", "england-and-wales"
_FILE, _COLUMNS = "bank_holidays.csv", ("date", "title")


def working_days(on: date, calendar: str = ENGLAND) -> WorkingDays:
    """Return the working days of the calendar that holds on a day. Raises Problem where there is none."""
    return _found(shelf(), calendar, on)


@lru_cache(maxsize=512)
def _found(shelf_folder: Path, calendar: str, on: date) -> WorkingDays:
    found = find(KIND, calendar, on=on, shelf_folder=shelf_folder)
    return _read(found.folder, found.title, found.valid_from, found.valid_to)


@lru_cache(maxsize=8)
def _read(folder: Path, title: str, first: date, last: date) -> WorkingDays:
    errors: list[RulebookError] = []
    rows = read_table_file(folder / _FILE, _COLUMNS, errors)
    if errors:
        raise RulebookErrors(errors, rulebook=str(folder))
    try:
        holidays = frozenset(date.fromisoformat(row.cells["date"]) for row in rows)
    except ValueError as error:
        raise Problem(f"a bank holiday is no date: {error}", where=str(folder / _FILE)) from None
    return WorkingDays(first, last, holidays, title)
