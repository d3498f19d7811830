"""What single texts mean, as tables."""

from datetime import date
from decimal import Decimal

import pytest

from speccom.activity.layouts import Layout, load_layouts
from speccom.activity.values import as_text, read_age, read_amount, read_date, read_text
from speccom.rulebook import find

LAYOUTS = load_layouts(find.shelf())
HES = LAYOUTS["hes-apc"]
CANONICAL = LAYOUTS["canonical"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-04-01", date(2025, 4, 1)),
        (" 2025-04-01 ", date(2025, 4, 1)),
        ("2025/4/1", date(2025, 4, 1)),
        ("2025-04-01T09:30:00", date(2025, 4, 1)),
        ("2025-04-01 09:30:00.000000", date(2025, 4, 1)),
        ("2025-04-01T09:30:00Z", date(2025, 4, 1)),
        ("2025-04-01 00:00:00+01:00", date(2025, 4, 1)),
        ("01/04/2025", date(2025, 4, 1)),
        ("1/4/2025 00:00", date(2025, 4, 1)),
        ("01/04/2025 12:00:00 AM", date(2025, 4, 1)),
        ("01-04-2025", date(2025, 4, 1)),
        ("01.04.2025", date(2025, 4, 1)),
        ("20250401", date(2025, 4, 1)),
        ("01-Apr-2025", date(2025, 4, 1)),
        ("1 April 2025", date(2025, 4, 1)),
        ("01SEPT2025", date(2025, 9, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("", None),
        ("  ", None),
    ],
)
def test_dates(text: str, expected: date | None) -> None:
    reading = read_date(text, CANONICAL)
    assert (reading.value, reading.kind) == (expected, "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1800-01-01", "impossible_year"),
        ("2155-01-01", "impossible_year"),
        ("215551-01-01", "impossible_year"),
        ("0025-04-01", "impossible_year"),
        ("2025-02-30", "impossible_date"),
        ("04/13/2025", "impossible_date"),
        ("20251301", "impossible_date"),
        ("01/04/25", "unreadable_date"),
        ("45748", "unreadable_date"),
        ("tomorrow", "unreadable_date"),
        ("1 Brumaire 2025", "unreadable_date"),
        ("2025-04/01", "unreadable_date"),
    ],
)
def test_dates_that_are_faults(text: str, kind: str) -> None:
    reading = read_date(text, CANONICAL)
    assert (reading.value, reading.kind) == (None, kind)
    assert reading.message


@pytest.mark.parametrize("text", ["1800-01-01", "1801-01-01", "01/01/1800", "&", "-"])
def test_dates_that_hes_writes_for_none(text: str) -> None:
    assert read_date(text, HES).kind == ""
    assert read_date(text, HES).value is None


@pytest.mark.parametrize(
    ("text", "layout", "expected", "kind"),
    [
        ("5", HES, 5, ""),
        ("5.0", HES, 5, ""),
        (" 5.0\t", HES, 5, ""),
        ("5.97", HES, 5, ""),
        ("0", HES, 0, ""),
        ("130", HES, 130, ""),
        ("7001", HES, 0, ""),
        ("7007.0", HES, 0, ""),
        ("7008", HES, None, "impossible_age"),
        ("7001", CANONICAL, None, "impossible_age"),
        ("131", HES, None, "impossible_age"),
        ("-1", HES, None, "impossible_age"),
        ("-0.5", HES, None, "impossible_age"),
        ("", HES, None, ""),
        ("&", HES, None, ""),
        ("&", CANONICAL, None, "unreadable_age"),
        ("old", HES, None, "unreadable_age"),
        ("1e2", HES, None, "unreadable_age"),
    ],
)
def test_ages(text: str, layout: Layout, expected: int | None, kind: str) -> None:
    reading = read_age(text, layout)
    assert (reading.value, reading.kind) == (expected, kind)


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        ("1234.5", "1234.50", ""),
        ("£1,234.50", "1234.50", ""),
        ("£ 1,234", "1234.00", ""),
        ("(12.00)", "-12.00", ""),
        ("(£12.00)", "-12.00", ""),
        ("-£12.00", "-12.00", ""),
        ("12.00-", "-12.00", ""),
        ("GBP 7", "7.00", ""),
        ("1.005", "1.01", ""),
        ("-1.005", "-1.01", ""),
        (".5", "0.50", ""),
        ("1e3", "1000.00", ""),
        ("", None, ""),
        ("TBC", None, "unreadable_amount"),
        ("12.3.4", None, "unreadable_amount"),
        ("€5", None, "unreadable_amount"),
        ("99999999999999999", None, "impossible_amount"),
        ("1e99", None, "impossible_amount"),
    ],
)
def test_amounts(text: str, expected: str | None, kind: str) -> None:
    reading = read_amount(text, CANONICAL)
    assert (reading.value, reading.kind) == (Decimal(expected) if expected else None, kind)


@pytest.mark.parametrize(
    ("text", "column", "layout", "expected"),
    [
        (" RTA ", "provider", HES, "RTA"),
        ("\t", "provider", HES, None),
        ("&", "treatment_function", HES, None),
        ("-", "treatment_function", HES, None),
        ("&", "treatment_function", CANONICAL, "&"),
        ("V81999", "gp_practice", HES, None),
        ("v81997", "gp_practice", HES, None),
        ("V81999", "gp_practice", CANONICAL, "V81999"),
        ("V81996", "gp_practice", HES, "V81996"),
        ("rta", "provider", HES, "rta"),
    ],
)
def test_text(text: str, column: str, layout: Layout, expected: str | None) -> None:
    assert read_text(text, layout, column) == expected


@pytest.mark.parametrize(
    ("column", "text", "layout", "none"),
    [
        ("diagnoses", "-   ", HES, True),
        ("diagnoses", "&\t ", HES, True),
        ("diagnoses", "", HES, True),
        ("diagnoses", "R69X", HES, False),
        ("diagnoses", "R69X", LAYOUTS["hes-op"], True),
        ("diagnoses", "r69.x ", LAYOUTS["hes-op"], True),
        ("diagnoses", "R69", LAYOUTS["hes-op"], False),
        ("procedures", "X999", HES, True),
        ("procedures", "X99.8", CANONICAL, True),
        ("procedures", "X997", CANONICAL, False),
        ("diagnoses", "X999", CANONICAL, False),
        ("unbundled_hrgs", "", CANONICAL, True),
    ],
)
def test_codes_that_mean_none(column: str, text: str, layout: Layout, none: bool) -> None:
    assert layout.is_none(column, text) is none


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x ", "x "),
        (5.0, "5"),
        (5.5, "5.5"),
        (float("nan"), ""),
        (Decimal("100.00"), "100"),
        (Decimal("1.50"), "1.50"),
        (7, "7"),
        (date(2025, 4, 1), "2025-04-01"),
    ],
)
def test_values_of_other_types_as_text(value: object, expected: str) -> None:
    assert as_text(value) == expected
