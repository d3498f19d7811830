"""What one piece of text means: a date, an age, an amount of money. Asked once for each distinct text."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Generic, TypeVar

from speccom.activity.layouts import Layout

# Activity outside these years is a slip of the pen or of a column, not history.
FIRST_YEAR, LAST_YEAR = 1900, 2100
OLDEST = 130
LARGEST_AMOUNT = Decimal(10) ** 16

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
_NAMED_MONTH = re.compile(r"(\d{1,2})[-/. ]?([A-Z]{3,9})[-/. ,]*(\d{4})")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?\s*([AP]M|Z|[+-]\d{2}:?\d{2})?$")
_LONG_YEAR = re.compile(r"\d{5,}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{5,}")
_MONTHS = tuple(name.upper() for name in month_name[1:])
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
_AMOUNT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d{1,2})?")

Meant = TypeVar("Meant")


@dataclass(frozen=True)
class Reading(Generic[Meant]):
    """What a text was taken for: a value; nothing (`value` None, no fault); or a fault, with its message."""

    value: Meant | None = None
    kind: str = ""
    message: str = ""


def read_date(text: str, layout: Layout) -> Reading[date]:
    """A date in any of the common written forms, day before month, times cut off.

    Years outside 1900 to 2100 are faults; the dates that the layout names as missing are nothing.
    """
    plain = _TIME.sub("", text.strip().upper()).strip()
    if not plain or plain in layout.null_text:
        return Reading()
    parts = _date_parts(plain)
    if parts is None:
        if _LONG_YEAR.fullmatch(plain):
            return _impossible_year()
        return Reading(
            kind="unreadable_date", message="this is no date that can be read; it counts as missing"
        )
    year, month, day = parts
    try:
        found = date(year, month, day)
    except ValueError:
        return Reading(
            kind="impossible_date", message="there is no such day in the calendar; it counts as missing"
        )
    return judge_date(found, layout)


def judge_date(found: date, layout: Layout) -> Reading[date]:
    """A real date, unless it is one that stands for a missing date, or its year cannot be."""
    if found in layout.missing_dates:
        return Reading()
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return _impossible_year()
    return Reading(found)


def _impossible_year() -> Reading[date]:
    return Reading(
        kind="impossible_year",
        message=f"the year lies outside {FIRST_YEAR} to {LAST_YEAR}; the date counts as missing",
    )


def _date_parts(plain: str) -> tuple[int, int, int] | None:
    if found := _YEAR_FIRST.fullmatch(plain):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _DAY_FIRST.fullmatch(plain):
        return int(found[4]), int(found[3]), int(found[1])
    if found := _RUN_TOGETHER.fullmatch(plain):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _NAMED_MONTH.fullmatch(plain):
        months = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(found[2])]
        return (int(found[3]), months[0], int(found[1])) if months else None
    return None


def read_age(text: str, layout: Layout) -> Reading[int]:
    """Whole years from `5`, `5.0` or `5.7` (five); the layout's codes for babies are 0."""
    plain = text.strip()
    if not plain or plain in layout.null_text:
        return Reading()
    if not _NUMBER.fullmatch(plain):
        return Reading(kind="unreadable_age", message="this is no number of years; the age counts as unknown")
    years = int(Decimal(plain).to_integral_value(rounding="ROUND_FLOOR"))
    if years in layout.ages_under_one:
        return Reading(0)
    if not 0 <= years <= OLDEST:
        return Reading(
            kind="impossible_age",
            message=f"an age lies between 0 and {OLDEST}; this one counts as unknown",
        )
    return Reading(years)


def read_amount(text: str, layout: Layout) -> Reading[Decimal]:
    """An amount to two places from `1234.5`, `£1,234.50`, `(12.00)` (minus twelve) or `12.00-`."""
    plain = "".join(text.upper().split()).replace("£", "").replace("GBP", "")
    if not plain or text.strip() in layout.null_text:
        return Reading()
    negative = (plain.startswith("(") and plain.endswith(")")) or plain.endswith("-")
    plain = plain.strip("()").removesuffix("-").replace(",", "")
    if not _AMOUNT.fullmatch(plain):
        return Reading(kind="unreadable_amount", message="this is no amount; it counts as missing")
    return _amount(-Decimal(plain) if negative else Decimal(plain))


def _amount(value: Decimal) -> Reading[Decimal]:
    if abs(value) >= LARGEST_AMOUNT:
        return Reading(
            kind="impossible_amount", message="this is too large to be an amount; it counts as missing"
        )
    return Reading(value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def read_text(text: str, layout: Layout, column: str) -> str | None:
    """Trimmed text; None where it is blank, or one of the values that mean "none" in this column."""
    plain = text.strip()
    if not plain or plain in layout.null_text:
        return None
    if column in layout.none_values and layout.is_none(column, plain):
        return None
    return plain


def as_text(value: object) -> str:
    """The text of a value of any type, as people would write it: 5 for 5.0, 2025-04-01 for a date."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, Decimal):
        return str(int(value)) if value == value.to_integral_value() else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)
