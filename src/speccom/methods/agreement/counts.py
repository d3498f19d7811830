"""The plain counts beside the coefficients: by item, by category and by rater."""

from __future__ import annotations

import numpy as np

from speccom.methods.agreement.ratings import Ratings, Scale
from speccom.methods.method import Figures


class ItemSplit(Figures):
    """How the ratings of one item are split."""

    name: str
    """The item."""
    counts: tuple[int, ...]
    """Ratings in each category, in the order of the categories."""
    agreement: float | None
    """Share of its pairs of ratings that agree; empty with fewer than two ratings."""
    lowest: str | None
    """The lowest category used; empty where categories have no order or nobody rated."""
    highest: str | None
    """The highest category used; empty likewise."""
    median_lower: str | None
    """The middle rating, or the lower of the two middle ones; empty likewise."""
    median_upper: str | None
    """The middle rating, or the higher of the two middle ones; empty likewise."""


class CategoryUse(Figures):
    """How often one category was used."""

    name: str
    """The category."""
    ratings: int
    """Ratings in it."""
    share: float
    """Its share of all ratings."""


class RaterUse(Figures):
    """How often one rater used each category."""

    name: str
    """The rater."""
    counts: tuple[int, ...]
    """The rater's ratings in each category, in the order of the categories."""


def item_splits(ratings: Ratings) -> tuple[ItemSplit, ...]:
    """Return how the ratings of each item are split."""
    return tuple(
        _split(item.name, [int(each) for each in row], ratings)
        for item, row in zip(ratings.given.items, ratings.counts, strict=True)
    )


def _split(name: str, counts: list[int], ratings: Ratings) -> ItemSplit:
    total = sum(counts)
    pairs = total * (total - 1)
    agreeing = sum(count * (count - 1) for count in counts)
    names = ratings.given.categories
    ordered = [name for name, count in zip(names, counts, strict=True) for _ in range(count)]
    if ratings.given.scale is Scale.NOMINAL:
        ordered = []
    middle = len(ordered) // 2
    return ItemSplit(
        name=name,
        counts=tuple(counts),
        agreement=agreeing / pairs if pairs else None,
        lowest=ordered[0] if ordered else None,
        highest=ordered[-1] if ordered else None,
        median_lower=ordered[(len(ordered) - 1) // 2] if ordered else None,
        median_upper=ordered[middle] if ordered else None,
    )


def category_use(ratings: Ratings) -> tuple[CategoryUse, ...]:
    """Return how often each category was used."""
    totals = ratings.counts.sum(axis=0)
    return tuple(
        CategoryUse(name=name, ratings=int(total), share=float(total / totals.sum()))
        for name, total in zip(ratings.given.categories, totals, strict=True)
    )


def rater_use(ratings: Ratings) -> tuple[RaterUse, ...]:
    """Return how often each rater used each category."""
    size = len(ratings.given.categories)
    return tuple(
        RaterUse(name=name, counts=tuple(int(np.sum(column == place)) for place in range(size)))
        for name, column in zip(ratings.given.raters, ratings.places.T, strict=True)
    )
