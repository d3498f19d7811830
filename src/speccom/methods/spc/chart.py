"""One measure's chart: its stretches, their limits, and what each point shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import numpy as np

from speccom.methods.method import Refused
from speccom.methods.spc import xmr
from speccom.methods.spc.figures import (
    Assurance,
    Better,
    Cause,
    ChartedPoint,
    Point,
    Rebase,
    SpcInput,
    SpcResult,
    Stretch,
    Variation,
)
from speccom.methods.spc.sentences import stretch_warnings
from speccom.methods.words import spoken

FEWEST_FOR_SETTLED_LIMITS = 13

_CAUSES = {
    xmr.COMMON: Cause.COMMON,
    xmr.OUTSIDE: Cause.OUTSIDE,
    xmr.TREND: Cause.TREND,
    xmr.TWO_OF_THREE: Cause.TWO_OF_THREE,
    xmr.SHIFT: Cause.SHIFT,
}
_HIGH = {
    Better.HIGHER: Variation.IMPROVEMENT_HIGH,
    Better.LOWER: Variation.CONCERN_HIGH,
    Better.NEITHER: Variation.NEUTRAL_HIGH,
}
_LOW = {
    Better.HIGHER: Variation.CONCERN_LOW,
    Better.LOWER: Variation.IMPROVEMENT_LOW,
    Better.NEITHER: Variation.NEUTRAL_LOW,
}


def spc(given: SpcInput) -> SpcResult:
    """Return the chart of one measure. Raises Refused where its points or its rebases cannot be charted."""
    _check_points(given.points)
    _check_rebases(given)
    stretches: list[Stretch] = []
    charted: list[ChartedPoint] = []
    for points, rebase in _parts(given):
        values = np.array([[point.value for point in points]])
        charts = xmr.xmr(values, screening=given.screening, fix=given.fix)
        stretches.append(_stretch(points, rebase, charts.limits, given.fix))
        charted += [
            ChartedPoint(
                date=point.date,
                value=point.value,
                stretch=len(stretches),
                cause=_CAUSES[int(cause)],
                variation=variation(int(direction), given.better),
            )
            for point, cause, direction in zip(points, charts.cause[0], charts.direction[0], strict=True)
        ]
    return SpcResult(
        measure=given.measure,
        unit=given.unit,
        better=given.better,
        target=given.target,
        variation=charted[-1].variation,
        assurance=assurance(given.target, given.better, stretches[-1].lower, stretches[-1].upper),
        stretches=tuple(stretches),
        points=tuple(charted),
        warnings=tuple(text for each in stretches for text in stretch_warnings(each, given.fix)),
    )


def variation(direction: int, better: Better) -> Variation:
    """Return the variation icon of a signal of high values (1), of low ones (-1), or of none (0)."""
    if direction == 0:
        return Variation.COMMON_CAUSE
    return (_HIGH if direction > 0 else _LOW)[better]


def assurance(target: float | None, better: Better, lower: float, upper: float) -> Assurance | None:
    """Return the assurance icon: a target on a limit is hit and miss, as one between them is."""
    if target is None or better == Better.NEITHER:
        return None
    if lower <= target <= upper:
        return Assurance.HIT_AND_MISS
    reached = target < lower if better == Better.HIGHER else target > upper
    return Assurance.PASS if reached else Assurance.FAIL


def _parts(given: SpcInput) -> Iterator[tuple[tuple[Point, ...], Rebase | None]]:
    """Yield the points of each stretch, with the rebase that begins it."""
    dates = [point.date for point in given.points]
    starts = [0, *(dates.index(rebase.date) for rebase in given.rebases), len(dates)]
    for (first, last), rebase in zip(pairwise(starts), (None, *given.rebases), strict=True):
        yield given.points[first:last], rebase


def _stretch(
    points: tuple[Point, ...], rebase: Rebase | None, limits: xmr.Limits, fix: int | None
) -> Stretch:
    setting = points[:fix]
    return Stretch(
        starts=points[0].date,
        ends=points[-1].date,
        points=len(points),
        points_for_limits=len(setting),
        reason=rebase.reason.strip() if rebase else None,
        approver=rebase.approver.strip() if rebase else None,
        mean=float(limits.mean[0]),
        moving_range=float(limits.moving_range[0]),
        screened=int(limits.screened[0]),
        lower=float(limits.lower[0]),
        upper=float(limits.upper[0]),
        near_lower=float(limits.near_lower[0]),
        near_upper=float(limits.near_upper[0]),
        short=len(points) < FEWEST_FOR_SETTLED_LIMITS,
        constant=len({point.value for point in setting}) == 1,
    )


def _check_points(points: tuple[Point, ...]) -> None:
    if len(points) < 2:
        raise Refused(
            f"a chart needs two points at the least, and there {_are(len(points))}",
            where="points",
            mend="Give more of the series; limits settle from 13 points",
        )
    for earlier, later in pairwise(points):
        if later.date == earlier.date:
            raise Refused(
                f"{spoken(later.date)} is there twice",
                where="points",
                mend="Give one value for each date; limits of several series are asked for one at a time",
            )
        if later.date < earlier.date:
            raise Refused(
                f"{spoken(later.date)} stands after {spoken(earlier.date)}, which is later",
                where="points",
                mend="Put the points in order, oldest first",
            )


def _check_rebases(given: SpcInput) -> None:
    dates = {point.date: number for number, point in enumerate(given.points)}
    starts = [0]
    for rebase in given.rebases:
        where = f"the rebase on {spoken(rebase.date)}"
        if not rebase.reason.strip():
            raise Refused(
                "no reason is given", where=where, mend="Say why the process is held to have changed"
            )
        if not rebase.approver.strip():
            raise Refused("no approver is named", where=where, mend="Say who approved the new limits")
        if rebase.date not in dates:
            raise Refused(
                f"there is no point on that date{_next(rebase.date, given.points)}",
                where=where,
                mend="Give the date of the first point that the new limits are for",
            )
        starts.append(_start(dates[rebase.date], starts[-1], where))
    if len(given.points) - starts[-1] < 2:
        raise Refused(
            "only one point follows, and one point sets no limits",
            where=f"the rebase on {spoken(given.rebases[-1].date)}",
            mend="Wait until there are more points; limits settle from 13",
        )


def _start(start: int, before: int, where: str) -> int:
    """Return where a stretch starts in the points, having checked that the one before has enough of them."""
    if start == 0:
        raise Refused(
            "it is the first point, so nothing is rebased", where=where, mend="Leave this rebase out"
        )
    if start <= before:
        raise Refused(
            "it does not come after the rebase before it",
            where=where,
            mend="Put the rebases in order, earliest first, each date once",
        )
    if start - before < 2:
        raise Refused(
            "it leaves one point to the stretch before it, and one point sets no limits",
            where=where,
            mend="Leave two points or more before it; limits settle from 13",
        )
    return start


def _next(after: date, points: tuple[Point, ...]) -> str:
    later = [point.date for point in points if point.date > after]
    return f"; the next is on {spoken(later[0])}" if later else ", and none after it"


def _are(count: int) -> str:
    return "is one" if count == 1 else "are none"
