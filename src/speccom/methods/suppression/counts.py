"""What `suppression` takes, a table of counts and the rule, and what it gives, the table to publish."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from speccom.methods.method import Figures

Count = Annotated[int, Field(ge=0)]
_MOST = 1_000_000_000


class Zeros(StrEnum):
    """What is done with a count of 0.

    `shown`: always shown, so that a hidden count is known to be at least 1. `may hide`: not small, but may
    be hidden to protect another. `hidden`: as small as 1.
    """

    SHOWN = "shown"
    MAY_HIDE = "may hide"
    HIDDEN = "hidden"


class Cost(StrEnum):
    """What hiding a count costs: 1 for each `cell`, or the `count` itself (1 for a count of 0)."""

    CELL = "cell"
    COUNT = "count"


class Why(StrEnum):
    """Why a count is hidden."""

    SMALL = "small"
    DOMINATED = "dominated"
    PROTECTS = "protects another"


class Way(StrEnum):
    """How the counts to hide were chosen: `exact` is proven to cost least, `greedy` need not."""

    EXACT = "exact"
    GREEDY = "greedy"


class SuppressionInput(Figures):
    """A table of counts, and the rule for what it may show."""

    rows: tuple[str, ...] = Field(min_length=1)
    """The names of the rows."""
    columns: tuple[str, ...] = Field(min_length=1)
    """The names of the columns."""
    counts: tuple[tuple[Count, ...], ...]
    """The counts, by row; totals are added to them and published too."""
    row_groups: tuple[str, ...] = ()
    """The group of each row, where groups have totals of their own; nothing where there are none."""
    hide_up_to: int = Field(ge=1, le=_MOST)
    """A count from 1 to this is small, and hidden."""
    zeros: Zeros = Zeros.MAY_HIDE
    """What is done with a count of 0."""
    rounding: int = Field(default=1, ge=1, le=_MOST)
    """What is shown is rounded to the nearest multiple of this (halves up); 1 leaves it as it is."""
    protect_up_to: int | None = Field(default=None, ge=1, le=_MOST)
    """An outsider must think a hidden small count could be as high as this; nothing for `hide_up_to`."""
    largest: tuple[tuple[Count, ...], ...] | None = None
    """For each count, how much of it the largest contributor, such as one provider, makes up."""
    dominance: Decimal | None = Field(default=None, gt=0, lt=1)
    """A count of which one contributor makes up more than this share is hidden; needs `largest`."""
    totals_may_hide: bool = True
    """Whether totals that are not small may be hidden too."""
    cost: Cost = Cost.CELL
    """What hiding a count costs."""
    total_cost: int = Field(default=5, ge=1, le=1_000_000)
    """How many times as much it costs to hide a total."""
    exact_up_to: int = Field(default=300, ge=0)
    """Up to so many counts, totals among them, the least costly choice is proven; beyond, it is greedy."""
    most_rounds: int = Field(default=200, ge=1)
    """How many rounds the proof may take before it gives way to the greedy choice."""


class Hidden(Figures):
    """One hidden count, without its value."""

    row: str
    """Its row."""
    column: str
    """Its column."""
    why: Why
    """Why it is hidden: for the publisher alone, since published it would tell small counts from others."""
    low: int
    """The lowest value that an outsider can think possible."""
    high: int | None
    """The highest value that an outsider can think possible; nothing where there is no limit."""


class SuppressionResult(Figures):
    """The table that may be published, and what an outsider can infer from it."""

    rows: tuple[str, ...]
    """The names of the rows, then of the groups, then of all."""
    columns: tuple[str, ...]
    """The names of the columns, then of all."""
    published: tuple[tuple[int | None, ...], ...]
    """What is published, by row; nothing where it is hidden."""
    hidden: tuple[Hidden, ...]
    """The hidden counts, with the bounds that linear programming puts on each."""
    small: int
    """How many are hidden because they are small or dominated; for the publisher alone."""
    protecting: int
    """How many more are hidden to protect those; for the publisher alone."""
    protecting_totals: int
    """How many of those are totals."""
    way: Way
    """How those were chosen."""
    cost: int
    """What hiding those costs; for the publisher alone, since costs that are counts sum what is hidden."""
    least_cost: int
    """What it must cost at least; 0 where that was not looked for; for the publisher alone."""
    proven: bool
    """Whether no choice costs less."""
    hide_up_to: int
    """The rule: a count from 1 to this is small."""
    zeros: Zeros
    """The rule: what is done with a count of 0."""
    rounding: int
    """The rule: what is shown is rounded to the nearest multiple of this."""
