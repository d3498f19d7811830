"""What methods say: money to the penny, numbers without idle noughts, days and lists as people write them."""

from datetime import date

import pytest

from speccom.methods.words import capital, counted, listed, number, percent, pounds, spoken


@pytest.mark.parametrize(
    ("pence", "said"),
    [(0, "£0.00"), (5, "£0.05"), (123_450, "£1,234.50"), (-300, "−£3.00"), (-5, "−£0.05")],
)
def test_money_is_said_to_the_penny(pence: int, said: str) -> None:
    assert pounds(pence) == said


@pytest.mark.parametrize(
    ("value", "places", "said"),
    [(1234.5, 2, "1,234.5"), (1200, 0, "1,200"), (0.10, 2, "0.1"), (-0.001, 2, "0"), (-2.25, 1, "-2.2")],
)
def test_numbers_have_no_idle_noughts(value: float, places: int, said: str) -> None:
    assert number(value, places) == said


def test_a_share_is_said_in_per_cent() -> None:
    assert percent(0.125) == "12.5%"
    assert percent(1.0) == "100%"
    assert percent(0.12345, 2) == "12.35%"


def test_a_count_agrees_with_its_noun() -> None:
    assert counted(1, "provider") == "1 provider"
    assert counted(2_000, "provider") == "2,000 providers"
    assert counted(0, "body", "bodies") == "0 bodies"


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_are_listed_as_in_a_sentence(names: list[str], said: str) -> None:
    assert listed(names) == said


def test_the_last_two_names_may_be_alternatives() -> None:
    assert listed(["a", "b", "c"], "or") == "a, b or c"


def test_a_day_is_said_without_a_nought_before_it() -> None:
    assert spoken(date(2025, 4, 1)) == "1 April 2025"


def test_only_the_first_letter_becomes_a_capital() -> None:
    assert capital("visits to NHS trusts") == "Visits to NHS trusts"
    assert capital("") == ""
