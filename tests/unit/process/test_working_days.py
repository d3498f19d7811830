"""Working days in England, by the published bank holidays and never beyond them."""

import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.problem import Problem
from speccom.process.working_days import WorkingDays
from speccom.rulebook.find import shelf

with (shelf() / "calendars" / "england-and-wales" / "2012-2028" / "bank_holidays.csv").open() as _text:
    HOLIDAYS = frozenset(date.fromisoformat(row["date"]) for row in csv.DictReader(_text))
ENGLAND = WorkingDays(date(2012, 1, 1), date(2028, 12, 31), HOLIDAYS, "the calendar of England and Wales")
DAYS = st.dates(date(2012, 2, 1), date(2028, 10, 1))


def test_christmas_2026() -> None:
    assert ENGLAND.after(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert ENGLAND.between(date(2026, 12, 24), date(2027, 1, 4)) == 4


def test_days_of_national_moment() -> None:
    for day in (date(2022, 9, 19), date(2023, 5, 8), date(2020, 5, 8)):
        assert not ENGLAND.is_working(day)
    assert ENGLAND.is_working(date(2020, 5, 4))


def test_nought_days_is_the_day_or_the_next_working_one() -> None:
    assert ENGLAND.after(date(2026, 11, 23), 0) == date(2026, 11, 23)
    assert ENGLAND.after(date(2026, 11, 21), 0) == date(2026, 11, 23)


@given(DAYS, st.integers(1, 40))
def test_counting_forth_and_back_agree(day: date, count: int) -> None:
    end = ENGLAND.after(day, count)
    assert ENGLAND.is_working(end)
    assert ENGLAND.between(day, end) == count
    assert ENGLAND.between(end, day) == -count


@given(DAYS, st.integers(1, 20), st.integers(1, 20))
def test_two_steps_are_one(day: date, first: int, second: int) -> None:
    assert ENGLAND.after(ENGLAND.after(day, first), second) == ENGLAND.after(day, first + second)


@given(DAYS, st.integers(0, 60))
def test_a_week_has_five_less_its_holidays(day: date, weeks: int) -> None:
    end = day + timedelta(weeks=weeks % 8)
    lost = sum(day < each <= end for each in HOLIDAYS)
    assert ENGLAND.between(day, end) == 5 * (weeks % 8) - lost


def test_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Problem, match="the calendar of England and Wales runs from 2012-01-01 to 2028-12-31"):
        ENGLAND.after(date(2028, 12, 20), 20)
