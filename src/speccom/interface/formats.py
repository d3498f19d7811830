"""Numbers, money, dates and lists as people write them: 1,234; £1.2 million; 6 August 2026."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from speccom.methods.words import MINUS, pounds

_PENNY = Decimal("0.01")
_TENTH = Decimal("0.1")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NOT_KNOWN = "not known"


def number(value: int) -> str:
    """1234567 -> "1,234,567"; less than nothing with a minus, as money has it."""
    return f"{value:,}".replace("-", MINUS)


def counted(value: int, one: str, many: str | None = None) -> str:
    """2, "record" -> "2 records"."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def money(value: Decimal) -> str:
    """Pounds to the penny, for tables: "£1,234.50"; less than nothing as "−£1,234.50"."""
    return pounds(int(value.quantize(_PENNY, ROUND_HALF_UP).scaleb(2)))


def money_in_words(value: Decimal) -> str:
    """Pounds for a sentence: "£740", "£412,000", "£1.2 million", "£3.4 billion"."""
    if value < 0:
        return "minus " + money_in_words(-value)
    for size, name in ((Decimal(10**9), "billion"), (Decimal(10**6), "million")):
        if value >= size:
            tenths = (value / size).quantize(_TENTH, ROUND_HALF_UP)
            return f"£{tenths:,.1f} {name}".replace(".0 ", " ")
    step = Decimal(1000) if value >= 10_000 else Decimal(1)
    return f"£{int((value / step).quantize(Decimal(1), ROUND_HALF_UP) * step):,}"


def money_moved(value: Decimal) -> str:
    """Pounds gained or lost, for figures: "+£412,000", "−£1.2 million", "£0"."""
    size = money_in_words(abs(value))
    return f"+{size}" if value > 0 else f"{MINUS}{size}" if value < 0 else size


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """A share in whole per cent: "27%"; "less than 1%" where it would round to nothing."""
    if not whole:
        return "0%"
    share = Decimal(100) * Decimal(part) / Decimal(whole)
    if 0 < share < 1:
        return "less than 1%"
    if 99 < share < 100:
        return "more than 99%"
    return f"{int(share.quantize(Decimal(1), ROUND_HALF_UP))}%"


def day(value: date) -> str:
    """A date: "6 August 2026"."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def day_and_time(value: datetime) -> str:
    """A moment: "6 August 2026 at 5:03pm"."""
    hour = value.hour % 12 or 12
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{day(value)} at {hour}{minutes}{'am' if value.hour < 12 else 'pm'}"


def month(value: str | None) -> str:
    """A month of a run's summary, "2025-04" -> "April 2025"; what is not a month is shown as it stands."""
    if value is None:
        return NOT_KNOWN
    year, dash, part = value.partition("-")
    if dash and part.isdecimal() and 1 <= int(part) <= 12:
        return f"{_MONTHS[int(part) - 1]} {year}"
    return value


def listed(parts: Sequence[str], last: str = "and") -> str:
    """["a", "b", "c"] -> "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop, leaving the rest as it was."""
    text = text.strip()
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?:" else text + "."
