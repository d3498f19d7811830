"""What a chart shows, in plain English."""

from __future__ import annotations

from speccom.methods.spc.figures import Assurance, Cause, SpcResult, Stretch, Variation
from speccom.methods.words import counted, listed, number, spoken

_LATEST = {
    Variation.COMMON_CAUSE: "shows nothing beyond the ordinary variation of the process",
    Variation.IMPROVEMENT_HIGH: "is a signal of improvement: the values are high, and higher is better",
    Variation.IMPROVEMENT_LOW: "is a signal of improvement: the values are low, and lower is better",
    Variation.CONCERN_HIGH: "is a signal of concern: the values are high, and lower is better",
    Variation.CONCERN_LOW: "is a signal of concern: the values are low, and higher is better",
    Variation.NEUTRAL_HIGH: "is a signal of high values, which are neither better nor worse",
    Variation.NEUTRAL_LOW: "is a signal of low values, which are neither better nor worse",
}
_SHOWN = {
    Cause.OUTSIDE: ("lies outside the limits", "lie outside the limits"),
    Cause.TREND: (
        "belongs to seven or more that rise, or fall, one after another",
        "belong to seven or more that rise, or fall, one after another",
    ),
    Cause.TWO_OF_THREE: (
        "is close to a limit, as another of three in a row on the same side is",
        "are close to a limit, two of three in a row on the same side",
    ),
    Cause.SHIFT: (
        "belongs to seven or more in a row on the same side of the mean",
        "belong to seven or more in a row on the same side of the mean",
    ),
}
_AGAINST_TARGET = {
    Assurance.PASS: "lies beyond what ordinary variation reaches: as things stand it will be met every time "
    "(consistently passing)",
    Assurance.FAIL: "lies beyond what ordinary variation reaches: as things stand it will be missed every "
    "time (consistently failing), and only a change of the process will meet it",
    Assurance.HIT_AND_MISS: "lies within the limits: as things stand it will be met at some times and missed "
    "at others by ordinary variation alone (hit and miss)",
}


def explain(result: SpcResult) -> str:
    """Return what the chart shows, sentence by sentence."""
    said = [
        _latest(result),
        _limits(result),
        _signals(result),
        _target(result),
        *_rebases(result),
        *result.warnings,
    ]
    return " ".join(text for text in said if text)


def stretch_warnings(stretch: Stretch, fix: int | None) -> list[str]:
    """Return what to know before relying on a stretch's limits."""
    starts = spoken(stretch.starts)
    said = []
    if stretch.short:
        points = counted(stretch.points, "point")
        said.append(
            f"The stretch from {starts} has {points}, fewer than 13, so its limits are provisional and will "
            "move with each new point."
        )
    if fix is not None and stretch.points < fix:
        said.append(
            f"The limits from {starts} are to be fixed by the first {fix} points; until there are so many, "
            "they are set by all."
        )
    if stretch.constant:
        said.append(
            f"The points that set the limits from {starts} are all equal, so the limits lie on the mean and "
            "any other value lies outside them."
        )
    return said


def _latest(result: SpcResult) -> str:
    point = result.points[-1]
    value = _value(point.value, result)
    return (
        f"{result.measure}: the latest value, {value} on {spoken(point.date)}, {_LATEST[result.variation]}."
    )


def _limits(result: SpcResult) -> str:
    last = result.stretches[-1]
    by = (
        f"the first {counted(last.points_for_limits, 'point')}"
        if last.points_for_limits < last.points
        else f"{counted(last.points, 'point')}"
    )
    said = (
        f"Since {spoken(last.starts)} the mean is {_value(last.mean, result)}, and ordinary variation runs "
        f"from {_value(last.lower, result)} to {_value(last.upper, result)}, as set by {by}"
    )
    if last.screened:
        jumps = counted(last.screened, "very large jump")
        said += f", leaving out {jumps} from one point to the next"
    return said + "."


def _signals(result: SpcResult) -> str:
    causes = [point.cause for point in result.points]
    found = [(cause, causes.count(cause)) for cause in _SHOWN if cause in causes]
    if not found:
        return f"None of the {len(causes):,} points signals a change."
    total = sum(count for _, count in found)
    said = [f"{count:,} {_SHOWN[cause][count > 1]}" for cause, count in found]
    signal = "signals" if total == 1 else "signal"
    return f"Of {counted(len(causes), 'point')}, {total:,} {signal} a change: {listed(said)}."


def _target(result: SpcResult) -> str:
    if result.target is None:
        return ""
    target = f"The target of {_value(result.target, result)}"
    if result.assurance is None:
        return f"{target} is shown, and not judged, because neither direction is better."
    return f"{target} {_AGAINST_TARGET[result.assurance]}."


def _rebases(result: SpcResult) -> list[str]:
    return [
        f"The limits were set anew from {spoken(each.starts)}, approved by {each.approver}; the reason "
        f"given: {each.reason.rstrip('.')}."
        for each in result.stretches
        if each.reason and each.approver
    ]


def _value(value: float, result: SpcResult) -> str:
    figure = number(value, 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4)
    return f"{figure}{'' if result.unit in ('', '%') else ' '}{result.unit}"
