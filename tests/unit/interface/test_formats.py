from datetime import date, datetime
from decimal import Decimal

import pytest

from speccom.interface import formats


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "£0"),
        ("740.4", "£740"),
        ("9999.5", "£10,000"),
        ("411600", "£412,000"),
        ("999999.99", "£1,000,000"),
        ("1200000", "£1.2 million"),
        ("2000000", "£2 million"),
        ("3450000000", "£3.5 billion"),
        ("-1200000", "minus £1.2 million"),
    ],
)
def test_money_in_words(value: str, words: str) -> None:
    assert formats.money_in_words(Decimal(value)) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [("1234.5", "£1,234.50"), ("-0.005", "\u2212£0.01"), ("-1234.5", "\u2212£1,234.50"), ("0", "£0.00")],
)
def test_money_to_the_penny(value: str, text: str) -> None:
    assert formats.money(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "£0"),
        ("740.4", "+£740"),
        ("-740.4", "\u2212£740"),
        ("1200000", "+£1.2 million"),
        ("-1200000", "\u2212£1.2 million"),
    ],
)
def test_money_that_is_gained_or_lost(value: str, text: str) -> None:
    assert formats.money_moved(Decimal(value)) == text


def test_what_is_below_nought_has_a_minus_and_no_hyphen() -> None:
    assert formats.number(-1234567) == "\u22121,234,567"
    assert formats.counted(-2, "record") == "\u22122 records"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 3, "33%"),
        (0, 3, "0%"),
        (1, 1000, "less than 1%"),
        (999, 1000, "more than 99%"),
        (0, 0, "0%"),
        (3, 3, "100%"),
    ],
)
def test_percent_never_rounds_something_to_nothing(part: int, whole: int, text: str) -> None:
    assert formats.percent(part, whole) == text


def test_dates_and_months_are_written_out() -> None:
    assert formats.day(date(2026, 8, 6)) == "6 August 2026"
    assert formats.day_and_time(datetime(2026, 8, 6, 17, 0)) == "6 August 2026 at 5pm"  # noqa: DTZ001
    assert formats.day_and_time(datetime(2026, 8, 6, 0, 5)) == "6 August 2026 at 12:05am"  # noqa: DTZ001
    assert formats.month("2025-04") == "April 2025"
    assert formats.month("2025-13") == "2025-13"
    assert formats.month(None) == "not known"


def test_lists_counts_and_sentences() -> None:
    assert formats.listed(["a", "b", "c"]) == "a, b and c"
    assert formats.listed([]) == ""
    assert formats.counted(1, "entry", "entries") == "1 entry"
    assert formats.counted(1200, "record") == "1,200 records"
    assert formats.sentence("the age is 4") == "The age is 4."
    assert formats.sentence("") == ""


@pytest.mark.parametrize("text", ["2025-²", "2025-13", "2025-", "-", "'; DROP"])
def test_what_is_no_month_is_shown_as_it_stands(text: str) -> None:
    assert formats.month(text) == text
