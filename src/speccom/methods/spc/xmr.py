"""XmR limits and the four Making Data Count rules, for one series or a hundred thousand at once.

Every array has one row a series and one column a point, oldest first; what holds for a whole series has one
value a row. All series of one call have the same number of points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speccom.methods.method import Refused

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]
Signs = NDArray[np.int8]

LIMIT = 2.66
NEAR_LIMIT = LIMIT * 2 / 3
SCREEN = 3.267
RUN = 7

# What `cause` holds, in order of priority: a point that breaks two rules is shown under the first.
COMMON, OUTSIDE, TREND, TWO_OF_THREE, SHIFT = range(5)

# Values and limits nearer than this share of the largest value are the same figure, told apart by rounding.
_GRAIN = 1e-13


@dataclass(frozen=True)
class Limits:
    """The mean of each series, its average moving range and its limits; each of shape (series,)."""

    mean: Values
    moving_range: Values
    screened: NDArray[np.int64]
    """How many moving ranges were too large to count."""
    lower: Values
    upper: Values
    near_lower: Values
    near_upper: Values


@dataclass(frozen=True)
class Charts:
    """The limits of each series and what each point shows; points are of shape (series, points)."""

    limits: Limits
    cause: Signs
    """COMMON, OUTSIDE, TREND, TWO_OF_THREE or SHIFT."""
    direction: Signs
    """1 for a signal of high or rising values, -1 for low or falling ones, 0 for no signal."""


def xmr(values: Values, *, screening: bool = True, fix: int | None = None) -> Charts:
    """Return the chart of every row of `values`, shape (series, points), at least two points.

    `screening` leaves out moving ranges of 3.267 times their average or more, once, before the limits are
    set; `fix` sets the limits by the first so many points. Raises Refused on other shapes, and on NaN.
    """
    rows = np.asarray(values, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] < 2 or not np.isfinite(rows).all():
        raise Refused(
            "the series are not rows of two finite values or more",
            mend="Give an array with one row a series and one column a point",
        )
    grain = _GRAIN * np.abs(rows).max(axis=1, keepdims=True)
    limits = _limits(rows[:, :fix], grain, screening)
    side = _sides(rows, limits.mean, limits.mean, grain)
    outside = _sides(rows, limits.lower, limits.upper, grain) != 0
    close = (_sides(rows, limits.near_lower, limits.near_upper, grain) != 0) & ~outside
    slope = trend(rows)

    cause = np.full(rows.shape, COMMON, dtype=np.int8)
    cause[shift(side)] = SHIFT
    cause[two_of_three(close, side)] = TWO_OF_THREE
    cause[slope != 0] = TREND
    cause[outside] = OUTSIDE
    direction = np.where(cause == TREND, slope, side)
    direction[cause == COMMON] = 0
    return Charts(limits, cause, direction)


def run_ends(flags: Flags, length: int) -> Flags:
    """Return where a run of `length` flags, one after another, ends."""
    ends = np.zeros_like(flags)
    if flags.shape[1] < length:
        return ends
    first = length - 1
    whole = flags[:, first:].copy()
    for back in range(1, length):
        whole &= flags[:, first - back : flags.shape[1] - back]
    ends[:, first:] = whole
    return ends


def part_of_run(ends: Flags, length: int) -> Flags:
    """Return which points belong to a run of `length` points, from where such runs end."""
    part = ends.copy()
    for ahead in range(1, length):
        part[:, :-ahead] |= ends[:, ahead:]
    return part


def shift(side: Signs) -> Flags:
    """Return the points of every seven in a row on one side of the mean; one on the mean breaks the row."""
    above = part_of_run(run_ends(side > 0, RUN), RUN)
    below = part_of_run(run_ends(side < 0, RUN), RUN)
    return above | below


def trend(values: Values) -> Signs:
    """Return 1 for the points of seven that rise each time, -1 for seven that fall, 0 for the rest.

    Equal neighbours break a trend. The point where one trend ends and the next begins belongs to the next.
    """
    slope = np.zeros(values.shape, dtype=np.int8)
    slope[:, 1:] = np.sign(np.diff(values, axis=1))
    rising = part_of_run(run_ends(slope > 0, RUN - 1), RUN)
    falling = part_of_run(run_ends(slope < 0, RUN - 1), RUN)
    found = rising.astype(np.int8) - falling.astype(np.int8)
    turning = rising & falling
    found[:, :-1][turning[:, :-1]] = slope[:, 1:][turning[:, :-1]]
    return found


def two_of_three(close: Flags, side: Signs) -> Flags:
    """Return the points close to a limit of which two, or three, lie within three in a row on one side."""
    one_side = run_ends(side > 0, 3) | run_ends(side < 0, 3)
    count = close.astype(np.int8)
    count[:, 1:] += close[:, :-1]
    count[:, 2:] += close[:, :-2]
    return part_of_run(one_side & (count >= 2), 3) & close


def _limits(rows: Values, grain: Values, screening: bool) -> Limits:
    first = rows[:, :1]
    mean = (first + (rows - first).mean(axis=1, keepdims=True))[:, 0]  # exact where all values are equal
    ranges = np.abs(np.diff(rows, axis=1))
    average = ranges.mean(axis=1)
    counted = np.ones_like(ranges, dtype=bool)
    if screening:
        # Where nothing moves, no range is less than 3.267 times the average, and none may be left out.
        counted = (ranges < SCREEN * average[:, None] - grain) | (average[:, None] <= grain)
    moving_range = np.where(counted, ranges, 0).sum(axis=1) / counted.sum(axis=1)
    return Limits(
        mean=mean,
        moving_range=moving_range,
        screened=(~counted).sum(axis=1),
        lower=mean - LIMIT * moving_range,
        upper=mean + LIMIT * moving_range,
        near_lower=mean - NEAR_LIMIT * moving_range,
        near_upper=mean + NEAR_LIMIT * moving_range,
    )


def _sides(rows: Values, lower: Values, upper: Values, grain: Values) -> Signs:
    """Return 1 for values above the upper line, -1 for those below the lower, 0 for those between or on."""
    above = rows > upper[:, None] + grain
    below = rows < lower[:, None] - grain
    return above.astype(np.int8) - below.astype(np.int8)
