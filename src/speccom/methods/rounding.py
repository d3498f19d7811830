"""Exact figures made round: to the penny, to so many places, or in whole parts that still sum to the whole.

A half goes away from nought throughout, as it does in published prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

Exact = Decimal | Fraction


def to_the_penny(exact: Exact) -> int:
    """Return exact pence as whole pence."""
    size = floor(abs(Fraction(exact)) + Fraction(1, 2))
    return size if exact >= 0 else -size


def rounded(exact: Exact, places: int) -> Decimal:
    """Return an exact figure to so many decimal places, written with all of them."""
    return Decimal(f"{to_the_penny(Fraction(exact) * 10**places)}E-{places}")


def whole_parts(total: int, exact: Sequence[Exact]) -> tuple[int, ...]:
    """Return exact parts as whole numbers that sum to `total`, which is what they sum to themselves.

    Each part is cut down to a whole number, and what is left is given out one by one, to the part with the
    largest remainder first; of equal remainders, to the earlier part.
    """
    parts = [Fraction(each) for each in exact]
    whole = [floor(each) for each in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: whole[place] - parts[place])
    for place in by_remainder[: total - sum(whole)]:
        whole[place] += 1
    return tuple(whole)


def shared(pence: int, weights: Sequence[Exact | int]) -> tuple[int, ...]:
    """Return a sum split in proportion to weights, in whole pence that sum to it exactly.

    A negative sum is split as its opposite is. Raises ValueError where a weight is negative, or all are
    nought.
    """
    parts = [Fraction(weight) for weight in weights]
    total = sum(parts, Fraction(0))
    if total <= 0 or min(parts) < 0:
        raise ValueError("a sum is split by weights that are not negative and not all nought")
    whole = whole_parts(abs(pence), [abs(pence) * part / total for part in parts])
    return whole if pence >= 0 else tuple(-each for each in whole)
