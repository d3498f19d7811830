"""What one piece of text in a feed means: a financial year or month, a code, an amount of money."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from speccom.activity.contract.feeds import Settings
from speccom.activity.contract.moments import read_moment
from speccom.activity.values import Reading

PLACES = 6
"""Of a pound: prices are worked out to fractions of a penny, which are rounded once, when added up."""

_CODE = re.compile(r"(?=.*[A-Z0-9])[A-Z0-9_&/-]{1,30}")
_ORGANISATION = re.compile(r"[A-Z0-9]{3,6}")
_YEAR = re.compile(r"(?:FY)?(20\d{2})[-/ _]?(\d{4}|\d{2})")
_MONTH = re.compile(r"M?(\d{1,2})(?:\.0+)?")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d{1,2})?")
# How a pound sign looks after a file was saved in one encoding and read in another.
_CURRENCY = ("GBP", "Â£", "£", "\ufffd")


_NHS_NUMBER = re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}(?:\.0+)?")


def tellable(text: str) -> str:
    """Return what may be shown of a value: one that may be a patient's NHS number only says so."""
    return "ten digits" if _NHS_NUMBER.fullmatch(text.strip()) else text.strip()


def read_year(text: str) -> Reading[int]:
    """Return the year in which a financial year begins, from `2025/26`, `202526` or `2025-2026`."""
    plain = text.strip().upper()
    if not plain:
        return Reading()
    found = _YEAR.fullmatch(plain)
    if found and int(found[2]) in ((int(found[1]) + 1) % 100, int(found[1]) + 1):
        return Reading(int(found[1]))
    return Reading(kind="unusable_financial_year", message="this is no financial year such as 2025/26")


def read_month(text: str) -> Reading[int]:
    """Return the month of the financial year, 1 for April."""
    plain = text.strip().upper()
    if not plain:
        return Reading()
    found = _MONTH.fullmatch(plain)
    if found and 1 <= int(found[1]) <= 12:
        return Reading(int(found[1]))
    return Reading(kind="unusable_financial_month", message="a financial month is a number from 1 to 12")


def read_organisation(text: str, settings: Settings) -> Reading[str]:
    """Return an organisation's code; a trust's code as a default site is the trust's."""
    plain = "".join(text.upper().split())
    if not plain:
        return Reading()
    if not _ORGANISATION.fullmatch(plain):
        return Reading(kind="unusable_code", message="this is no organisation's code")
    suffix = settings.organisations.default_site_suffix
    if suffix and len(plain) == 5 and plain.endswith(suffix) and plain[0].isalpha():
        plain = plain.removesuffix(suffix)
    return Reading(plain)


def read_code(text: str) -> Reading[str]:
    """Return a code in capitals without spaces; an amount of money or a date is none."""
    plain = "".join(text.upper().split())
    if not plain:
        return Reading()
    if not _CODE.fullmatch(plain) or re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}.*", plain):
        return Reading(kind="unusable_code", message="this is no code; its money is kept apart by that name")
    return Reading(plain)


def read_money(text: str, settings: Settings) -> Reading[Decimal]:
    """Return pounds, from `£1,234.50`, `(12.00)` or `12.00-`, to a millionth."""
    plain = "".join(text.upper().split())
    for sign in _CURRENCY:
        plain = plain.replace(sign, "")
    if plain in ("", "-"):
        return Reading()
    negative = (plain.startswith("(") and plain.endswith(")")) or plain.endswith("-")
    bare = plain.removeprefix("(").removesuffix(")").removesuffix("-").replace(",", "")
    if not _NUMBER.fullmatch(bare) or (negative and bare.startswith(("-", "+"))):
        return Reading(kind="unusable_amount", message="this is no amount; it counts as nothing")
    amount = Decimal(bare)
    if abs(amount) >= settings.amounts.largest_pounds:
        return Reading(
            kind="impossible_amount", message="this is too large to be an amount; it counts as nothing"
        )
    amount = amount.quantize(Decimal(1).scaleb(-PLACES), rounding=ROUND_HALF_UP)
    return Reading(-amount if negative else amount)


def read_stamp(text: str, settings: Settings) -> Reading[datetime]:
    """Return a day and time."""
    if not text.strip():
        return Reading()
    found = read_moment(text, settings.dates)
    if found is None:
        return Reading(
            kind="unusable_date", message="this is no date that can be read, or its year cannot be"
        )
    return Reading(found)
