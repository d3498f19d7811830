"""Ratings as they are given, and as counts that every coefficient is made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from speccom.methods import words
from speccom.methods.method import Figures, Refused
from speccom.methods.once import refuse_repeated


class Scale(StrEnum):
    """How two categories differ."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Weights(StrEnum):
    """How much a disagreement between two categories weighs."""

    SAME = "any disagreement alike"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


class Item(Figures):
    """One thing that was rated."""

    name: Annotated[str, Field(min_length=1)]
    """The item's name."""
    ratings: tuple[str | None, ...]
    """Each rater's category, in the order of the raters; empty where there is none."""


class AgreementInput(Figures):
    """Ratings of the same items by several raters."""

    categories: Annotated[tuple[str, ...], Field(min_length=2)]
    """All categories that could be used, from the lowest where they have an order."""
    scale: Scale
    """How alpha takes two categories to differ."""
    values: tuple[Annotated[float, Field(ge=-1e12, le=1e12)], ...] | None = None
    """Each category's number, for the interval and ratio scales."""
    weights: Weights = Weights.SAME
    """How Cohen's kappa weighs a disagreement."""
    raters: Annotated[tuple[str, ...], Field(min_length=2)]
    """The raters."""
    items: Annotated[tuple[Item, ...], Field(min_length=1)]
    """The items."""
    confidence: Annotated[float, Field(ge=0.5, le=0.9999)] = 0.95
    """The confidence of all intervals, as a share from 0.5 to 0.9999."""
    draws: Annotated[int, Field(ge=0, le=5000)] = 1000
    """How often the items are resampled for the intervals; 0 for none."""
    seed: Annotated[int, Field(ge=0)]
    """Where the drawing of resamples starts, so that the same input gives the same intervals."""


@dataclass(frozen=True)
class Ratings:
    """What every coefficient is made from.

    `places` (items × raters) holds the place of each rating's category, −1 where there is none; `counts`
    (items × categories) how many ratings of an item are in each.
    """

    given: AgreementInput
    places: NDArray[np.int64]
    counts: NDArray[np.int64]

    def resamples(self, items: int) -> NDArray[np.float64]:
        """Return how often each item is in each resample (draws × items), the same for each coefficient."""
        drawn = np.random.default_rng(self.given.seed)
        return drawn.multinomial(items, np.full(items, 1 / items), self.given.draws).astype(float)

    def pairs(self) -> NDArray[np.float64]:
        """Return each item's pairs by category (items × categories × categories), each weighing 1 / (m − 1).

        Items with fewer than two ratings have none and are left out.
        """
        counts = self.counts[self.counts.sum(axis=1) > 1].astype(float)
        within = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(counts.shape[1])
        return np.asarray(within / (counts.sum(axis=1) - 1)[:, None, None])

    def observed_agreement(self) -> float:
        """Return the share of pairs of ratings of one item that agree."""
        pairs = self.pairs()
        return float(np.trace(pairs.sum(axis=0)) / pairs.sum())


def read_ratings(given: AgreementInput) -> Ratings:
    """Return ratings as counts. Raises Refused for what cannot be compared, naming the item."""
    _check(given)
    place = {name: number for number, name in enumerate(given.categories)}
    places = np.array(
        [[-1 if each is None else place[each] for each in item.ratings] for item in given.items]
    )
    counts = np.stack([(places == number).sum(axis=1) for number in place.values()], axis=1)
    if (counts.sum(axis=1) > 1).sum() < 2:
        raise Refused(
            "fewer than two items have two ratings or more",
            where="items",
            mend="Agreement shows only in items that several have rated",
        )
    return Ratings(given, places, counts)


def _check(given: AgreementInput) -> None:
    refuse_repeated(given.categories, "category")
    refuse_repeated(given.raters, "rater")
    refuse_repeated((item.name for item in given.items), "item")
    for item in given.items:
        if len(item.ratings) != len(given.raters):
            here = words.counted(len(item.ratings), "rating")
            raise Refused(
                f"it has {here}, and there are {len(given.raters)} raters",
                where=f"item {item.name}",
                mend="Give one rating for each rater, empty where there is none",
            )
        unknown = [each for each in item.ratings if each is not None and each not in given.categories]
        if unknown:
            raise Refused(
                f"“{unknown[0]}” is none of the categories {words.listed(given.categories)}",
                where=f"item {item.name}",
                mend="Declare each category that is used",
            )
    _check_scale(given)


def _check_scale(given: AgreementInput) -> None:
    if given.scale is Scale.NOMINAL and given.weights is not Weights.SAME:
        raise Refused(
            "categories on a nominal scale have no order, so a disagreement cannot be weighed by it",
            where="weights",
            mend="Declare another scale, or weigh any disagreement alike",
        )
    if given.scale not in (Scale.INTERVAL, Scale.RATIO):
        return
    values = given.values or ()
    if len(set(values)) != len(given.categories) or len(values) != len(given.categories):
        raise Refused(
            f"the {given.scale} scale needs a number for each of {len(given.categories)} categories, "
            "no two the same",
            where="values",
            mend="Give the numbers, or use the ordinal scale",
        )
    if given.scale is Scale.RATIO and min(values) < 0:
        raise Refused(
            f"{words.number(min(values))} is below nought, and a ratio scale begins there",
            where="values",
            mend="Use the interval scale",
        )
