"""How many patients are still free of an event as time goes by, when not all were followed to the end.

A patient who was well when last seen has told us something: that the event had not happened by then. The
Kaplan–Meier estimate uses that, where a plain percentage would either lose the patient or count a hope.

## Method

1. At each time `t` at which an event happened, `n` patients were at risk (seen for at least so long) and
   `d` had the event. The share free of it is the product `S(t) = Π (1 − d/n)` over all such times up to
   `t`. A patient last seen at the very time of an event counts as at risk at that time.
2. Greenwood's variance of `S(t)` is `S² Σ d / (n (n − d))`. The *plain* interval is `S ± z √variance`,
   cut at 0 and 1. The *log-log* interval is `exp(−exp(θ ± z s))` with `θ = ln(−ln S)` and `s = √(Σ d / (n
   (n − d))) / |ln S|`; it stays within 0 and 1 by itself and is the better one for few patients. `z` is
   the normal quantile.
3. The median is the first time at which the share is a half or less. Its interval runs from the first
   time at which the lower log-log limit is a half or less to the first at which the upper one is
   (Brookmeyer and Crowley).
4. The restricted mean is the average time free of the event within a horizon `τ`: the area under `S` up
   to `τ`. Its variance is `Σ A(t)² d / (n (n − d))`, where `A(t)` is the area from `t` to `τ`.

Times are in one unit for all, which the input names. Shares are fractions from 0 to 1.

## Sources

Kaplan and Meier, J Am Stat Assoc 1958; Greenwood 1926; Kalbfleisch and Prentice for the log-log interval;
Brookmeyer and Crowley, Biometrics 1982. Checked against lifelines 0.30.0 and statsmodels 0.15.0; the
worked example is the 6-mercaptopurine arm of Freireich and others, Blood 1963.

## Known quirks

- Where the curve lies exactly on a half between two times, R's survfit gives the middle of the two; this
  gives the first, as lifelines does.
- Where nobody is left free of the event, neither interval exists, since the variance is nought divided by
  nought; before the first event neither exists either. Some programs draw an interval of no width there.
  Here it is left empty.
- After the last patient was seen the curve is not known unless it has reached nought, so a share at such
  a time is empty and a horizon beyond it is refused.
- The estimate is right only where patients leave follow-up for reasons that have nothing to do with how
  they are.
"""

from __future__ import annotations

import math
from collections import Counter
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field
from scipy.stats import norm

from speccom.methods import words
from speccom.methods.method import Example, Figures, Method, Refused
from speccom.methods.picture import BLUE, TEXT, Picture
from speccom.methods.table import Table

# Far below any share that patients can make, far above what rounding in a product can.
_ROUNDING = 1e-9
# What is not known of the curve after the last patient was seen.
_FIGURES = (
    "share",
    "standard_error",
    "plain_lower",
    "plain_upper",
    "log_log_lower",
    "log_log_upper",
)


class Interval(StrEnum):
    """Which interval is drawn and told; both are in the result."""

    LOG_LOG = "log-log"
    PLAIN = "plain"


# Longer than anything is followed in any unit, and far from where squares overflow.
Time = Annotated[float, Field(ge=0, le=1e12)]


class Patient(Figures):
    """One patient: how long followed, and how it ended."""

    time: Time
    """Time from the start to the event, or to when last seen without it, in the unit."""
    event: bool
    """Whether the event happened at that time; otherwise the patient was last seen then without it."""


class SurvivalInput(Figures):
    """Follow-up times of patients."""

    event_name: Annotated[str, Field(min_length=1)] = "death"
    """What the event is, in words that follow "without": `death`, `a further stroke`."""
    unit: Annotated[str, Field(min_length=1)]
    """The unit of all times, as in `months`."""
    patients: tuple[Patient, ...]
    """The patients, in any order."""
    times: tuple[Time, ...] = ()
    """Times at which the share and the number at risk are wanted, ascending."""
    horizon: Annotated[Time, Field(gt=0)] | None = None
    """The horizon of the restricted mean, in the unit; left out, the longest follow-up."""
    confidence: Annotated[float, Field(ge=0.5, le=0.9999)] = 0.95
    """The confidence of all intervals, as a share from 0.5 to 0.9999."""
    interval: Interval = Interval.LOG_LOG
    """Which interval of the curve is drawn and told."""


class Step(Figures):
    """The curve at one time."""

    time: float
    """Time, in the unit."""
    at_risk: int
    """Patients seen for at least so long who had not had the event before."""
    events: int
    """Events at this time; for a time that was asked for, up to it."""
    left: int
    """Patients last seen without the event at this time; for a time that was asked for, up to it."""
    share: float | None
    """Share free of the event; empty after the last patient was seen, where it is not known."""
    standard_error: float | None
    """Greenwood's standard error of the share; empty where it does not exist."""
    plain_lower: float | None
    """Lower limit of the plain interval; empty where it does not exist."""
    plain_upper: float | None
    """Upper limit of the plain interval; empty where it does not exist."""
    log_log_lower: float | None
    """Lower limit of the log-log interval; empty where it does not exist."""
    log_log_upper: float | None
    """Upper limit of the log-log interval; empty where it does not exist."""


class SurvivalResult(Figures):
    """The curve, its median and its restricted mean."""

    event_name: str
    """What the event is."""
    unit: str
    """The unit of all times."""
    confidence: float
    """The confidence of all intervals, as a share."""
    interval: Interval
    """Which interval is drawn and told."""
    patients: int
    """Number of patients."""
    events: int
    """Number of events."""
    longest: float
    """The longest follow-up, in the unit."""
    steps: tuple[Step, ...]
    """The curve at each time at which an event happened or a patient was last seen."""
    asked: tuple[Step, ...]
    """The curve at the times asked for."""
    median: float | None
    """The first time at which half or fewer are free of the event; empty where it was not reached."""
    median_lower: float | None
    """Lower limit of the median's interval; empty where it was not reached."""
    median_upper: float | None
    """Upper limit of the median's interval; empty where it was not reached."""
    horizon: float
    """The horizon of the restricted mean, in the unit."""
    restricted_mean: float
    """Average time free of the event within the horizon, in the unit."""
    restricted_mean_lower: float | None
    """Lower limit of the restricted mean's interval; empty where there is no event before the horizon or the
    variance does not exist."""
    restricted_mean_upper: float | None
    """Upper limit of the restricted mean's interval; empty likewise."""


def survival(given: SurvivalInput) -> SurvivalResult:
    """Return the Kaplan–Meier curve of patients. Raises Refused for what has none."""
    _check(given)
    z = float(norm.ppf((1 + given.confidence) / 2))
    steps = _steps(given.patients, z)
    start = _step(0.0, len(given.patients), 0, 0, 1.0, 0.0, z)
    longest = steps[-1].time
    horizon = longest if given.horizon is None else given.horizon
    if horizon <= 0:
        raise Refused("all follow-up times are nought", where="patients", mend="Give times above nought")
    if horizon > longest and steps[-1].share:
        raise Refused(
            f"{words.number(horizon)} {given.unit} is beyond the longest follow-up "
            f"({words.number(longest)} {given.unit}), and not all had had the event by then",
            where="horizon",
            mend="Give a horizon within the follow-up; the curve beyond it is not known",
        )
    mean, error = _restricted_mean(steps, horizon)
    return SurvivalResult(
        event_name=given.event_name,
        unit=given.unit,
        confidence=given.confidence,
        interval=given.interval,
        patients=len(given.patients),
        events=sum(patient.event for patient in given.patients),
        longest=longest,
        steps=steps,
        asked=tuple(_at(steps, time, start) for time in given.times),
        median=_first_at_half([(step.time, step.share) for step in steps]),
        median_lower=_first_at_half([(step.time, step.log_log_lower) for step in steps]),
        median_upper=_first_at_half([(step.time, step.log_log_upper) for step in steps]),
        horizon=horizon,
        restricted_mean=mean,
        restricted_mean_lower=None if error is None else max(0.0, mean - z * error),
        restricted_mean_upper=None if error is None else min(horizon, mean + z * error),
    )


def _check(given: SurvivalInput) -> None:
    if len(given.patients) < 2:
        here = words.counted(len(given.patients), "patient")
        raise Refused(
            f"a curve needs two patients or more, and here is {here}",
            where="patients",
            mend="Give each patient's time and how it ended",
        )
    for earlier, later in pairwise(given.times):
        if later <= earlier:
            raise Refused(
                f"{words.number(later)} comes after {words.number(earlier)}",
                where="times",
                mend="Give the times in ascending order, each once",
            )


def _steps(patients: tuple[Patient, ...], z: float) -> tuple[Step, ...]:
    events = Counter(patient.time for patient in patients if patient.event)
    left = Counter(patient.time for patient in patients if not patient.event)
    at_risk, share, hazard_variance = len(patients), 1.0, 0.0
    steps = []
    for time in sorted(events | left):
        had = events[time]
        if had == at_risk:
            share, hazard_variance = 0.0, math.inf
        else:
            share *= 1 - had / at_risk
            hazard_variance += had / (at_risk * (at_risk - had))
        steps.append(_step(time, at_risk, had, left[time], share, hazard_variance, z))
        at_risk -= had + left[time]
    return tuple(steps)


def _step(
    time: float, at_risk: int, events: int, left: int, share: float, hazard_variance: float, z: float
) -> Step:
    """Return one step; `hazard_variance` is the sum of d / (n (n − d)) so far."""
    error = plain = log_log = None
    if 0 < hazard_variance < math.inf:
        error = share * math.sqrt(hazard_variance)
        plain = (max(0.0, share - z * error), min(1.0, share + z * error))
        middle, spread = math.log(-math.log(share)), math.sqrt(hazard_variance) / -math.log(share)
        log_log = (
            math.exp(-math.exp(middle + z * spread)),
            math.exp(-math.exp(middle - z * spread)),
        )
    return Step(
        time=time,
        at_risk=at_risk,
        events=events,
        left=left,
        share=share,
        standard_error=error,
        plain_lower=plain and plain[0],
        plain_upper=plain and plain[1],
        log_log_lower=log_log and log_log[0],
        log_log_upper=log_log and log_log[1],
    )


def _at(steps: tuple[Step, ...], time: float, start: Step) -> Step:
    """Return the curve at a time, with events and leavers counted from the start."""
    before = [start, *(step for step in steps if step.time <= time)]
    found: dict[str, object] = {
        "time": time,
        "at_risk": next((step.at_risk for step in steps if step.time >= time), 0),
        "events": sum(step.events for step in before),
        "left": sum(step.left for step in before),
    }
    if time > steps[-1].time and steps[-1].share:
        found |= dict.fromkeys(_FIGURES)
    return before[-1].model_copy(update=found)


def _first_at_half(limits: list[tuple[float, float | None]]) -> float | None:
    reached = (time for time, limit in limits if limit is not None and limit <= 0.5 + _ROUNDING)
    return next(reached, None)


def _restricted_mean(steps: tuple[Step, ...], horizon: float) -> tuple[float, float | None]:
    """Return the area under the curve up to the horizon and its standard error, None where there is none."""
    within = [step for step in steps if step.time < horizon]
    starts = [0.0, *(step.time for step in within)]
    shares = [1.0, *(step.share or 0.0 for step in within)]
    ends = [*starts[1:], horizon]
    areas = [share * (end - start) for share, start, end in zip(shares, starts, ends, strict=True)]
    variance = 0.0
    for place, step in enumerate(within, start=1):
        # Where all at risk had the event nothing lies ahead, so nothing is added.
        if step.events < step.at_risk:
            ahead = math.fsum(areas[place:])
            variance += ahead**2 * step.events / (step.at_risk * (step.at_risk - step.events))
    return math.fsum(areas), math.sqrt(variance) if variance > 0 else None


def explain(result: SurvivalResult) -> str:
    """Say the curve in plain English."""
    followed = (
        f"{words.counted(result.patients, 'patient')} were followed for up to "
        f"{words.number(result.longest)} {result.unit}, and {result.events:,} had the event: "
        f"{result.event_name}."
    )
    caveat = (
        "This holds only if those who were no longer followed fared like those who still were: patients who "
        "stop coming because they are worse, or better, would bend the curve."
    )
    asked = [_at_a_time(step, result) for step in result.asked]
    return " ".join([followed, *asked, _median(result), _mean(result), caveat])


def _at_a_time(step: Step, result: SurvivalResult) -> str:
    when = f"At {words.number(step.time)} {result.unit}"
    if step.share is None:
        return f"{when} nobody was followed any more, so the share without {result.event_name} is not known."
    lower, upper = _limits(step, result.interval)
    share = f"{when} {words.percent(step.share)} were without {result.event_name}"
    if lower is None or upper is None:
        return f"{share}, with {step.at_risk:,} at risk; no interval can be given there."
    return (
        f"{share} ({words.percent(result.confidence, 2)} interval {words.percent(lower)} to "
        f"{words.percent(upper)}), with {step.at_risk:,} at risk."
    )


def _limits(step: Step, interval: Interval) -> tuple[float | None, float | None]:
    if interval is Interval.PLAIN:
        return step.plain_lower, step.plain_upper
    return step.log_log_lower, step.log_log_upper


def _median(result: SurvivalResult) -> str:
    if result.median is None:
        return (
            f"The median time to {result.event_name} was not reached: more than half were still without it."
        )
    said = f"The median time to {result.event_name} was {words.number(result.median)} {result.unit}"
    if result.median_lower is None:
        return f"{said}; no interval can be given for it."
    interval = f"{words.percent(result.confidence, 2)} interval"
    if result.median_upper is None:
        return f"{said} ({interval} from {words.number(result.median_lower)}, with no upper limit yet)."
    return f"{said} ({interval} {words.number(result.median_lower)} to {words.number(result.median_upper)})."


def _mean(result: SurvivalResult) -> str:
    said = (
        f"Within {words.number(result.horizon)} {result.unit}, a patient had on average "
        f"{words.number(result.restricted_mean)} {result.unit} without {result.event_name}"
    )
    lower, upper = result.restricted_mean_lower, result.restricted_mean_upper
    if lower is None or upper is None:
        return f"{said}; no interval can be given for it."
    interval = f"{words.percent(result.confidence, 2)} interval"
    return f"{said} ({interval} {words.number(lower)} to {words.number(upper)})."


def picture(result: SurvivalResult) -> Picture:
    """Draw the curve as steps, with its interval behind it."""
    import altair as alt

    start = {"time": 0.0, "share": 1.0, "lower": None, "upper": None, "left": 0}
    rows = [start]
    for step in result.steps:
        lower, upper = _limits(step, result.interval)
        rows.append(
            {"time": step.time, "share": step.share, "lower": lower, "upper": upper, "left": step.left}
        )
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("time:Q", title=f"Time ({result.unit})", axis=alt.Axis(grid=False)),
    )
    share = alt.Y(
        "share:Q",
        title=f"Without {result.event_name}",
        axis=alt.Axis(format="%"),
        scale=alt.Scale(domain=[0, 1]),
    )
    band = base.mark_area(interpolate="step-after", color=BLUE, opacity=0.18).encode(
        y=alt.Y("lower:Q", title=""), y2="upper:Q"
    )
    line = base.mark_line(interpolate="step-after", color=BLUE, strokeWidth=2).encode(y=share)
    seen = base.mark_tick(orient="vertical", color=TEXT, thickness=1.5, size=12)
    last_seen = seen.encode(y=share).transform_filter("datum.left > 0")
    last = result.steps[-1]
    alternative = (
        f"Steps falling from 100% to {words.percent(last.share or 0.0)} at {words.number(last.time)} "
        f"{result.unit}, with a tick wherever a patient was last seen. {_median(result)}"
    )
    title = f"Share without {result.event_name} over time; a tick marks where a patient was last seen"
    return Picture(title, alternative, band + line + last_seen, _table(result))


def _table(result: SurvivalResult) -> Table:
    rows = [
        (step.time, step.at_risk, step.events, step.left, step.share, *_limits(step, result.interval))
        for step in result.steps
    ]
    return Table(
        f"The share without {result.event_name}, step by step",
        (
            f"Time ({result.unit})",
            "At risk",
            "Events",
            "Last seen",
            "Share",
            "Lower limit",
            "Upper limit",
        ),
        tuple(rows),
    )


# Weeks in remission on 6-mercaptopurine, Freireich and others, Blood 1963.
_EXAMPLE_EVENTS = (6, 6, 6, 7, 10, 13, 16, 22, 23)
_EXAMPLE_LAST_SEEN = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)


def example() -> Example:
    """Return a published series: weeks in remission of 21 children with leukaemia on one drug."""
    patients = [{"time": time, "event": True} for time in _EXAMPLE_EVENTS]
    patients += [{"time": time, "event": False} for time in _EXAMPLE_LAST_SEEN]
    return {
        "event_name": "relapse",
        "unit": "weeks",
        "patients": patients,
        "times": [10, 20, 40],
        "horizon": 30,
    }


METHOD = Method(
    name="survival",
    title="Survival: Kaplan–Meier curve, median and restricted mean",
    takes=SurvivalInput,
    gives=SurvivalResult,
    calculate=survival,
    explain=explain,
    example=example,
    refusals={
        "a single patient": lambda: {"unit": "days", "patients": [{"time": 3, "event": True}]},
        "a negative time": lambda: {
            "unit": "days",
            "patients": [{"time": -3, "event": True}, {"time": 4, "event": False}],
        },
        "a horizon beyond the follow-up": lambda: {**example(), "horizon": 60},
        "times that are not in order": lambda: {**example(), "times": [20, 10]},
    },
    picture=picture,
)
