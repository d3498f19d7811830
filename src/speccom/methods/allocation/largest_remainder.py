"""Largest remainders: a whole number shared out in whole parts that sum to it exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal


def whole_parts(total: int, exact: Sequence[Decimal]) -> tuple[int, ...]:
    """Return the exact parts as whole numbers that sum to `total`, which is what they sum to themselves.

    Each part is cut to a whole number, and what is left is given out one by one, to the part with the
    largest remainder first; of equal remainders, to the earlier part.
    """
    whole = [int(part.to_integral_value(ROUND_FLOOR)) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in by_remainder[: total - sum(whole)]:
        whole[at] += 1
    return tuple(whole)
