"""Coefficients of agreement, each with an interval by resampling the items.

Every coefficient is a function of sums over items, so one matrix product gives it for all resamples at once:
the arrays have the resamples first, and one row where the items are taken as they are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from speccom.methods.agreement.ratings import Ratings, Scale, Weights
from speccom.methods.method import Figures

Array = NDArray[np.float64]


class Coefficient(Figures):
    """One coefficient of agreement."""

    value: float | None
    """The coefficient: 1 is full agreement, 0 what chance brings; empty where it does not exist."""
    lower: float | None
    """Lower limit of its interval; empty where there is none."""
    upper: float | None
    """Upper limit of its interval; empty where there is none."""
    items: int
    """Items that it rests on."""
    why: str
    """Why the coefficient or its interval does not exist; empty where both do."""


def fleiss(ratings: Ratings) -> Coefficient:
    """Return Fleiss's kappa; none where items have different numbers of ratings."""
    counts = ratings.counts.astype(float)
    each = counts.sum(axis=1)
    if each.min() != each.max():
        return _none("not every item has the same number of ratings")
    agreeing = (counts * (counts - 1)).sum(axis=1) / (each * (each - 1))

    def kappa(sums: Array) -> Array:
        shares = sums[:, 1:] / sums[:, 1:].sum(axis=1, keepdims=True)
        return 1 - _over(1 - sums[:, 0] / len(counts), 1 - (shares**2).sum(axis=1))

    return _with_interval(ratings, np.column_stack([agreeing, counts]), kappa)


def cohen(ratings: Ratings) -> Coefficient:
    """Return Cohen's kappa with the weights asked for; none unless there are two raters."""
    if ratings.places.shape[1] != 2:
        return _none("it is for two raters")
    both = ratings.places[(ratings.places >= 0).all(axis=1)]
    size = ratings.counts.shape[1]
    tables = np.eye(size)[both[:, 0]][:, :, None] * np.eye(size)[both[:, 1]][:, None, :]
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    weights = {Weights.SAME: steps > 0, Weights.LINEAR: steps, Weights.QUADRATIC: steps**2}
    weight = weights[ratings.given.weights].astype(float)

    def kappa(sums: Array) -> Array:
        table = sums.reshape(len(sums), size, size) / len(both)
        chance = table.sum(axis=2)[:, :, None] * table.sum(axis=1)[:, None, :]
        return 1 - _over((weight * table).sum(axis=(1, 2)), (weight * chance).sum(axis=(1, 2)))

    return _with_interval(ratings, tables.reshape(len(both), size * size), kappa)


def alpha(ratings: Ratings) -> Coefficient:
    """Return Krippendorff's alpha on the scale asked for."""
    pairs = ratings.pairs()
    size = ratings.counts.shape[1]

    def coefficient(sums: Array) -> Array:
        table = sums.reshape(len(sums), size, size)
        margins = table.sum(axis=2)
        difference = _squared_differences(ratings, margins)
        chance = margins[:, :, None] * margins[:, None, :]
        seen = (margins.sum(axis=1) - 1) * (difference * table).sum(axis=(1, 2))
        return 1 - _over(seen, (difference * chance).sum(axis=(1, 2)))

    return _with_interval(ratings, pairs.reshape(len(pairs), size * size), coefficient)


def if_equally_common(observed: float, categories: int) -> float:
    """Return what an observed agreement is worth beyond chance if all categories are equally common."""
    return (observed - 1 / categories) / (1 - 1 / categories)


def _squared_differences(ratings: Ratings, margins: Array) -> Array:
    """Return δ² for each pair of categories (resamples × categories × categories)."""
    size = margins.shape[1]
    scale = ratings.given.scale
    if scale is Scale.NOMINAL:
        return (1 - np.eye(size))[None]
    if scale is Scale.ORDINAL:
        # Ratings up to the middle of each category; the difference of two is what lies between them.
        middles = margins.cumsum(axis=1) - margins / 2
        return np.asarray((middles[:, :, None] - middles[:, None, :]) ** 2)
    values = np.array(ratings.given.values)
    difference = np.subtract.outer(values, values)
    if scale is Scale.RATIO:
        # A category's own difference is nought; where its value is nought too, 1 stands for the sum.
        difference = difference / np.where(np.eye(size) > 0, 1.0, np.add.outer(values, values))
    return np.asarray(difference**2)[None]


def _over(part: Array, whole: Array) -> Array:
    """Return a quotient, NaN where the whole is nought: it stays in this file."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _with_interval(ratings: Ratings, by_item: Array, coefficient: Callable[[Array], Array]) -> Coefficient:
    items = len(by_item)
    value = float(coefficient(by_item.sum(axis=0)[None])[0])
    if np.isnan(value):
        return _none("all ratings are in one category, so nothing shows that the raters tell items apart")
    found = Coefficient(value=value, lower=None, upper=None, items=items, why="no resamples were asked for")
    if not ratings.given.draws:
        return found
    drawn = coefficient(ratings.resamples(items) @ by_item)
    if np.isnan(drawn).any():
        why = "in some resamples all ratings were in one category, so there is no interval"
        return found.model_copy(update={"why": why})
    tail = (1 - ratings.given.confidence) / 2
    lower, upper = (float(each) for each in np.quantile(drawn, [tail, 1 - tail]))
    return found.model_copy(update={"lower": lower, "upper": upper, "why": ""})


def _none(why: str) -> Coefficient:
    return Coefficient(value=None, lower=None, upper=None, items=0, why=why)
