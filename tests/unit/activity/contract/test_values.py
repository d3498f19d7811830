"""Financial years and months, codes, and money as text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.activity.contract.feeds import Shelf
from speccom.activity.contract.values import (
    read_code,
    read_money,
    read_month,
    read_organisation,
    read_stamp,
    read_year,
)


@pytest.mark.parametrize(
    "text", ["2025/26", "202526", "2025-26", "2025 26", "2025-2026", "20252026", "FY2025/26", " 2025/26 "]
)
def test_a_financial_year(text: str) -> None:
    assert read_year(text).value == 2025


def test_the_turn_of_a_century() -> None:
    assert read_year("2099/00").value == 2099


# 215551 is what a shifted row gave in a real file; a bare year may be either of two.
@pytest.mark.parametrize("text", ["215551", "2025", "2025/27", "202520", "Cardiology", "1925/26"])
def test_what_is_no_financial_year(text: str) -> None:
    assert read_year(text).kind == "unusable_financial_year"


@pytest.mark.parametrize(("text", "month"), [("1", 1), ("12", 12), ("03", 3), ("M7", 7), ("5.0", 5)])
def test_a_financial_month(text: str, month: int) -> None:
    assert read_month(text).value == month


@pytest.mark.parametrize("text", ["0", "13", "110", "400", "5.5", "April", "-1"])
def test_what_is_no_financial_month(text: str) -> None:
    assert read_month(text).kind == "unusable_financial_month"


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("1234.5", "1234.5"),
        ("£1,234.50", "1234.50"),
        ("Â£1,234.50", "1234.50"),
        ("GBP 1 234.50", "1234.50"),
        ("(12.00)", "-12"),
        ("£(12.00)", "-12"),
        ("(£1,200)", "-1200"),
        ("12.00-", "-12"),
        ("-12.00", "-12"),
        ("-£12.00", "-12"),
        ("0.333333333", "0.333333"),
        ("1.5E3", "1500"),
        (".5", "0.5"),
    ],
)
def test_money_as_text(feeds: Shelf, text: str, pounds: str) -> None:
    assert read_money(text, feeds.settings).value == Decimal(pounds)


@pytest.mark.parametrize("text", ["", " ", "-", "£", "£ -"])
def test_no_money_at_all(feeds: Shelf, text: str) -> None:
    reading = read_money(text, feeds.settings)
    assert reading.value is None
    assert not reading.kind


@pytest.mark.parametrize("text", ["TBC", "n/a", "12.00.00", "EL", "(-5)", "12/04/2025"])
def test_what_is_no_money(feeds: Shelf, text: str) -> None:
    assert read_money(text, feeds.settings).kind == "unusable_amount"


def test_an_nhs_number_is_no_price(feeds: Shelf) -> None:
    assert read_money("9990000018", feeds.settings).kind == "impossible_amount"
    assert read_money("999999999.99", feeds.settings).value == Decimal("999999999.99")
    assert read_money("1000000000", feeds.settings).kind == "impossible_amount"


@given(pence=st.integers(-(10**11) + 1, 10**11 - 1))
def test_money_written_in_any_of_its_ways_is_the_same(feeds: Shelf, pence: int) -> None:
    size = f"{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
    ways = (
        [size, f"£{size}"] if pence >= 0 else [f"-{size}", f"({size})", f"{size}-", f"-£{size}", f"(£{size})"]
    )
    assert {read_money(way, feeds.settings).value for way in ways} == {Decimal(pence) / 100}


def test_organisations(feeds: Shelf) -> None:
    assert read_organisation(" rth ", feeds.settings).value == "RTH"
    assert read_organisation("RHM00", feeds.settings).value == "RHM"
    assert read_organisation("RHM01", feeds.settings).value == "RHM01"
    assert read_organisation("12300", feeds.settings).value == "12300"
    assert read_organisation("", feeds.settings).value is None
    for text in ("1,234.50", "£100", "University Hospital", "9990000018", "=A1"):
        assert read_organisation(text, feeds.settings).kind == "unusable_code", text


def test_codes() -> None:
    assert read_code(" ncbps13b ").value == "NCBPS13B"
    assert read_code("CCGPS08S_EXC").value == "CCGPS08S_EXC"
    assert read_code("").value is None
    for text in ("1,234.50", "£100", "12.00", "01/04/2025", "2025-04-01", "2025-04-01T00:00", "=1+1", "-"):
        assert read_code(text).kind == "unusable_code", text


def test_a_stamp(feeds: Shelf) -> None:
    assert read_stamp("", feeds.settings).value is None
    assert not read_stamp("", feeds.settings).kind
    assert read_stamp("soon", feeds.settings).kind == "unusable_date"
