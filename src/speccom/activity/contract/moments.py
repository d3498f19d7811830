"""When something was, from text as people and systems write it: a day, with a time where there is one."""

from __future__ import annotations

import re
from calendar import month_name
from datetime import datetime, timedelta

from speccom.activity.contract.feeds import Dates

_TIME = re.compile(
    r"(?:T|[ ,]+)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,:]\d+)?)?"
    r"(?:[ ]?(?P<half>AM|PM))?[ ]?(?:Z|UTC|GMT|BST|[+-]\d{2}:?\d{2})?(?:[ ]00:00)?$"
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED = re.compile(r"(\d{1,2})(?:ST|ND|RD|TH)?[-/. ]*([A-Z]{3,9})[-/. ,]*(\d{4}|\d{2})")
_MONTH_NAMED_FIRST = re.compile(r"([A-Z]{3,9})[-/. ]*(\d{1,2})(?:ST|ND|RD|TH)?[-/. ,]+(\d{4})")
# Days as a spreadsheet counts them, from the end of 1899; five digits are the years 1927 to 2173.
_SERIAL = re.compile(r"([1-9]\d{4})(\.\d+)?")
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - feeds state no time zone
_MONTHS = tuple(name.upper() for name in month_name[1:])


def read_moment(text: str, dates: Dates) -> datetime | None:
    """Return the day and time, or None where it cannot be read. Day before month, but for AM and PM."""
    plain = " ".join(text.upper().split())
    if serial := _SERIAL.fullmatch(plain):
        seconds = round(float(serial[2] or 0) * 86400)
        return _within(_FIRST_DAY + timedelta(days=int(serial[1]), seconds=seconds), dates)
    time = _TIME.search(plain)
    half = time["half"] if time else None
    parts = _day(plain[: time.start()] if time else plain, dates, month_first=half is not None)
    if parts is None:
        return None
    hour = _hour(int(time["hour"]), half) if time else 0
    minute, second = (int(time["minute"]), int(time["second"] or 0)) if time else (0, 0)
    try:
        found = datetime(*parts, hour, minute, second)  # noqa: DTZ001 - feeds state no time zone
    except ValueError:
        return None
    return _within(found, dates)


def _within(found: datetime, dates: Dates) -> datetime | None:
    return found if dates.first_year <= found.year <= dates.last_year else None


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half == "PM" else 0)


def _day(plain: str, dates: Dates, *, month_first: bool) -> tuple[int, int, int] | None:
    plain = plain.strip(" ,")
    if found := _YEAR_FIRST.fullmatch(plain):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _NUMBERS.fullmatch(plain):
        first, second, year = int(found[1]), int(found[3]), _year(found[4], dates)
        if month_first and dates.month_first_with_am_or_pm:
            first, second = second, first
        return year, second, first
    if found := _TOGETHER.fullmatch(plain):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NAMED.fullmatch(plain):
        return _named(found[2], int(found[1]), _year(found[3], dates))
    if found := _MONTH_NAMED_FIRST.fullmatch(plain):
        return _named(found[1], int(found[2]), int(found[3]))
    return None


def _named(name: str, day: int, year: int) -> tuple[int, int, int] | None:
    months = [number for number, month in enumerate(_MONTHS, 1) if month.startswith(name)]
    return (year, months[0], day) if months else None


def _year(written: str, dates: Dates) -> int:
    return int(written) if len(written) == 4 else dates.century_of_two_digit_years + int(written)
