"""Numbers, money and days as people say them, for the explanations of methods; money from whole pence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

MINUS = "\N{MINUS SIGN}"  # read out as minus, where a hyphen is left unsaid


def pounds(pence: int) -> str:
    """Return money to the penny: `£1,234.50`, and `−£3.00` for less than nothing."""
    sign = MINUS if pence < 0 else ""
    whole, rest = divmod(abs(pence), 100)
    return f"{sign}£{whole:,}.{rest:02d}"


def number(value: float, places: int = 2) -> str:
    """Return a number with its thousands marked and at most so many decimal places."""
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def percent(share: float, places: int = 1) -> str:
    """Return a share (0.125) as a percentage (`12.5%`)."""
    return f"{number(100 * share, places)}%"


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: `1 provider`, `2,000 providers`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(names: Sequence[str], word: str = "and") -> str:
    """Return names as a list in a sentence: `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"


def spoken(day: date) -> str:
    """Return a day as people write it: `1 April 2025`."""
    return f"{day.day} {day:%B %Y}"


def capital(text: str) -> str:
    """Return words with a capital letter at their start and the rest as it is."""
    return text[:1].upper() + text[1:]
