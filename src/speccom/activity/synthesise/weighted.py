"""Weighted alternatives: how the tables write them, and how they are drawn for all rows at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TRIES = 3

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Fits = Callable[[Integers, Integers], NDArray[np.bool_]]


@dataclass(frozen=True)
class Alternative:
    """One value that may be drawn, and its weight among its neighbours."""

    value: str
    weight: float


def parse_alternatives(text: str) -> tuple[Alternative, ...]:
    """Read `value:weight;value:weight`; a value without a weight has weight 1. `-` stands for no value.

    Raises ValueError, in words, where the text is empty or a weight is no positive number.
    """
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not parts:
        raise ValueError("is empty; write at least one alternative, or - for none")
    return tuple(_alternative(part) for part in parts)


def _alternative(part: str) -> Alternative:
    value, colon, weight = part.partition(":")
    if not colon:
        return Alternative(_value(value), 1.0)
    try:
        number = float(weight)
    except ValueError:
        raise ValueError(f"has the weight {weight!r}, which is no number") from None
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"has the weight {weight!r}; a weight is more than 0")
    return Alternative(_value(value), number)


def _value(text: str) -> str:
    value = text.strip()
    return "" if value == "-" else value


@dataclass(frozen=True)
class Treatment(Alternative):
    """Procedures that may be drawn: for any diagnosis of the scenario, or only for those that begin so."""

    diagnoses: tuple[str, ...] = ()

    def treats(self, diagnosis: str) -> bool:
        """Whether the treatment goes with a primary diagnosis (or a bundle that begins with it)."""
        return not self.diagnoses or diagnosis.startswith(self.diagnoses)


def parse_treatments(text: str) -> tuple[Treatment, ...]:
    """Read alternatives of which some are for certain diagnoses: `C32/C10>E291:2;C73>B081;-`."""
    return tuple(_treatment(one) for one in parse_alternatives(text))


def _treatment(one: Alternative) -> Treatment:
    diagnoses, arrow, procedures = one.value.rpartition(">")
    return Treatment(_value(procedures), one.weight, tuple(diagnoses.split("/")) if arrow else ())


class Choices:
    """Weighted alternatives of many groups in one flat list.

    Alternative numbers run through all groups; group g owns those from `first[g]` to `first[g + 1] - 1`.
    """

    def __init__(self, weights: Sequence[Sequence[float]]) -> None:
        lengths = [len(group) for group in weights]
        self.first: Integers = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        # Group g's cumulative shares lie between g and g + 1, so that one search serves every row.
        self._upper: Floats = np.concatenate([_shares(group) + g for g, group in enumerate(weights)])

    def draw(self, group: Integers, uniform: Floats) -> Integers:
        """Return the number of one alternative of each row's group, for uniform numbers in [0, 1)."""
        found = np.searchsorted(self._upper, group + uniform, side="right")
        # Near 1 the sum may round up into the next group.
        return np.minimum(found, self.first[group + 1] - 1).astype(np.int64)

    def draw_fitting(self, group: Integers, fits: Fits, uniform: Callable[[int], Floats]) -> Integers:
        """Draw alternatives that fit their rows.

        One that does not fit is drawn again; after a few tries the group's first that fits is taken, and
        where none fits, the last one drawn stays. `fits` answers for alternatives and the rows they are for.
        """
        drawn = self.draw(group, uniform(len(group)))
        every = np.arange(len(group))
        wrong = every[~fits(drawn, every)]
        for _ in range(TRIES):
            if not len(wrong):
                return drawn
            drawn[wrong] = self.draw(group[wrong], uniform(len(wrong)))
            wrong = wrong[~fits(drawn[wrong], wrong)]
        first, end = self.first[group], self.first[group + 1]
        for place in range(int((end - first)[wrong].max(initial=0))):
            candidate = np.minimum(first[wrong] + place, end[wrong] - 1)
            good = fits(candidate, wrong)
            drawn[wrong[good]] = candidate[good]
            wrong = wrong[~good]
        return drawn


def _shares(weights: Sequence[float]) -> Floats:
    cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
    shares: Floats = cumulative / cumulative[-1]
    shares[-1] = 1.0
    return shares
