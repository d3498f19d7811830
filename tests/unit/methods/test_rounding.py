"""Rounding: halves go away from nought, and what is shared out in whole parts still sums to the whole."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speccom.methods.rounding import rounded, shared, to_the_penny, whole_parts


@pytest.mark.parametrize(
    ("exact", "pence"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(49, 100), 0),
        (Decimal("2.5"), 3),
        (Decimal("-2.5"), -3),
        (Decimal(7), 7),
    ],
)
def test_a_half_goes_away_from_nought(exact: Fraction | Decimal, pence: int) -> None:
    assert to_the_penny(exact) == pence


@pytest.mark.parametrize(
    ("exact", "places", "written"),
    [
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(1, 2), 3, "0.500"),
        (Decimal("0.00005"), 4, "0.0001"),
        (Decimal("-0.00005"), 4, "-0.0001"),
        (Decimal("-0.00004"), 4, "0.0000"),
        (Decimal("12.5"), 0, "13"),
        (Decimal("123456789012345678901234567890.125"), 2, "123456789012345678901234567890.13"),
    ],
)
def test_a_figure_is_written_with_all_its_places(
    exact: Fraction | Decimal, places: int, written: str
) -> None:
    assert str(rounded(exact, places)) == written


@given(st.fractions(), st.integers(0, 8))
@settings(max_examples=100)
def test_a_rounded_figure_is_no_further_than_half_its_last_place(exact: Fraction, places: int) -> None:
    assert abs(Fraction(rounded(exact, places)) - exact) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("total", "exact", "whole"),
    [
        (10, ("3.3", "3.3", "3.4"), (3, 3, 4)),
        (2, ("0.5", "0.5", "0.5", "0.5"), (1, 1, 0, 0)),
        (5, ("1", "4.00"), (1, 4)),
        (1, ("-0.4", "1.4"), (0, 1)),
        (-3, ("-1.5", "-1.5"), (-1, -2)),
        (100, ("33.34", "33.33", "33.33"), (34, 33, 33)),
    ],
)
def test_largest_remainders_go_first_and_of_equal_ones_the_earlier(
    total: int, exact: tuple[str, ...], whole: tuple[int, ...]
) -> None:
    assert whole_parts(total, [Decimal(each) for each in exact]) == whole
    assert whole_parts(total, [Fraction(each) for each in exact]) == whole


@given(st.lists(st.fractions(-100, 100), min_size=1, max_size=5))
@settings(max_examples=100)
def test_whole_parts_sum_and_lie_less_than_one_from_the_exact_parts(parts: list[Fraction]) -> None:
    total = round(sum(parts))
    exact = [*parts, total - sum(parts)]
    whole = whole_parts(total, exact)
    assert sum(whole) == total
    assert all(abs(one - other) < 1 for one, other in zip(whole, exact, strict=True))


@pytest.mark.parametrize(
    ("pence", "weights", "parts"),
    [
        (100, (1, 1, 1), (34, 33, 33)),
        (-100, (1, 1, 1), (-34, -33, -33)),
        (101, (1, 2), (34, 67)),
        (0, (1, 1), (0, 0)),
        (5, (0, 1), (0, 5)),
        (10, (Decimal("0.25"), Decimal("0.75")), (3, 7)),
    ],
)
def test_pennies_left_over_go_to_the_largest_remainders(
    pence: int, weights: tuple[Any, ...], parts: tuple[int, ...]
) -> None:
    assert shared(pence, weights) == parts


@pytest.mark.parametrize("weights", [(0, 0), (2, -1)])
def test_weights_that_cannot_split_are_an_error(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="split by weights"):
        shared(10, weights)


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
@settings(max_examples=100)
def test_a_split_sums_and_no_part_is_a_penny_off(pence: int, weights: list[int]) -> None:
    if not sum(weights):
        return
    parts = shared(pence, weights)
    assert sum(parts) == pence
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(pence * weight, sum(weights))) < 1
