"""Working days: Monday to Friday but for bank holidays, by a dated calendar and never by today's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from speccom.problem import Problem

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class WorkingDays:
    """The working days from `first` to `last`; a question about a day beyond them is refused."""

    first: date
    last: date
    holidays: frozenset[date]
    title: str = "the calendar of working days"

    def is_working(self, day: date) -> bool:
        """Whether a day is a working day. Raises Problem beyond the calendar."""
        self._refuse_beyond(day)
        return day.weekday() < _SATURDAY and day not in self.holidays

    def after(self, day: date, count: int) -> date:
        """Return the working day that lies `count` working days after a day; the day itself does not count.

        With a count of nought it is the day, or the next working day where it is none.
        """
        found = self._next_working(day)
        if count == 0:
            return found
        for working in self._working_after(day):
            count -= 1
            if count == 0:
                return working
        raise AssertionError("the calendar is refused before it ends")

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to and with `end`; negative backwards."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(day) for day in _days(start + _DAY, end))

    def _next_working(self, day: date) -> date:
        while not self.is_working(day):
            day += _DAY
        return day

    def _working_after(self, day: date) -> Iterator[date]:
        while True:
            day += _DAY
            if self.is_working(day):
                yield day

    def _refuse_beyond(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise Problem(
                f"{self.title} runs from {self.first} to {self.last}, and {day} lies beyond it",
                mend="Add a later calendar to the rulebooks; working days are never guessed",
            )


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY
