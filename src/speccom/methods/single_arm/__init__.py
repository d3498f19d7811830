"""What a scheme without a control group showed: shares, completeness, change, slope, and when it fills.

Commissioning through evaluation funds a promising treatment for a fixed number of patients and follows
all of them. Nothing is compared here, so nothing here says that the treatment caused what is seen.

## Method

1. *Share* of `x` among `n` patients: `x / n`, with the exact interval (Clopper–Pearson, from the beta
   distribution) and Wilson's. The exact one is never too narrow and often too wide; Wilson's is close to
   what it says on average.
2. *Completeness* at a time point: assessed / due, with Wilson's interval, and whether the number assessed
   reaches what was agreed. A patient is due once the date of the follow-up has come. With nobody due
   there is no share.
3. *Mean change* from before to after, over the patients who have both: mean `m`, standard deviation `s`
   of the `n` differences, and `m ± t s / √n` with the t quantile on `n − 1` degrees of freedom.
4. *Yearly slope* of repeated measurements: each patient is compared with that patient's own average, so
   `b = Σ Σ (t − t̄) (y − ȳ) / Σ Σ (t − t̄)²` over patients and their visits. The error is clustered by
   patient: `√(n/(n − 1) Σ (Σ (t − t̄) e)²) / Σ Σ (t − t̄)²` with residuals `e = (y − ȳ) − b (t − t̄)`;
   the interval uses `t` on `n − 1` degrees of freedom, `n` counting the patients with visits at two times
   or more.
5. *Forecast to the cap*: `x` patients in the last months, which had `d` days, give `x / d` a day. The `r`
   places left take `r d / x` days; the limits are `r d / (x + 1) · F(α/2; 2r, 2x + 2)` and `r d / x · F(1
   − α/2; 2r, 2x)` with quantiles of the F distribution. They hold both what the rate may be and how
   patients happen to arrive.

Times of visits are in years, values in the unit that the measure names, shares fractions from 0 to 1,
dates days.

## Sources

scipy 1.17 for the binomial intervals; the clustered error as statsmodels 0.15.0 gives it for a regression
with one constant for each patient. The forecast's limits follow from the ratio of a Poisson count and a
gamma waiting time. The shares are checked against those published of SABR, SIRT, PFO closure, MitraClip
and LAAO; the slope of SDR (3.2 units a year) cannot be made again without its patients, so it is planted
in simulated ones.

## Known quirks

- The published PFO and LAAO intervals (99.4%, 98.6 to 99.8; 88.9%, 85.8 to 91.5) come out to within 0.1
  points from counts that were inferred from the percentages, so they are checked to 0.3 points only.
- A patient measured at one time only says nothing about change. Such patients are counted, and left out.
- The slope assumes that visits are missed for reasons that have nothing to do with the patient's
  progress.
- The forecast assumes the pace of the last months. With nobody enrolled in them there is no date.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from speccom.methods.method import Example, Figures, Method, Refused
from speccom.methods.picture import Picture
from speccom.methods.single_arm.change import MeanChange, Measure, mean_change
from speccom.methods.single_arm.enrolment import Enrolment, Forecast, forecast
from speccom.methods.single_arm.share import Completeness, Share, ShareFound, TimePoint, completeness, share
from speccom.methods.single_arm.slope import Slope, Trajectory, slope
from speccom.methods.single_arm.telling import explain as tell
from speccom.methods.single_arm.telling import picture as draw


class SingleArmInput(Figures):
    """What was counted and measured in one scheme."""

    scheme: Annotated[str, Field(min_length=1)]
    """The scheme's name."""
    confidence: Annotated[float, Field(ge=0.5, le=0.9999)] = 0.95
    """The confidence of all intervals, as a share from 0.5 to 0.9999."""
    shares: tuple[Share, ...] = ()
    """Outcomes that a patient either had or had not."""
    time_points: tuple[TimePoint, ...] = ()
    """The times of follow-up, each with how many were due and assessed."""
    measures: tuple[Measure, ...] = ()
    """Measures taken before and after."""
    trajectories: tuple[Trajectory, ...] = ()
    """Measures taken again and again."""
    enrolment: Enrolment | None = None
    """Patients enrolled month by month; left out where no forecast is wanted."""


class SingleArmResult(Figures):
    """What the scheme showed."""

    scheme: str
    """The scheme's name."""
    confidence: float
    """The confidence of all intervals, as a share."""
    shares: tuple[ShareFound, ...]
    """Shares with their intervals."""
    completeness: tuple[Completeness, ...]
    """Completeness at each time of follow-up."""
    changes: tuple[MeanChange, ...]
    """Mean changes with their intervals."""
    slopes: tuple[Slope, ...]
    """Yearly slopes with their intervals."""
    forecast: Forecast | None
    """When the scheme will be full; empty where no enrolment was given."""


def single_arm(given: SingleArmInput) -> SingleArmResult:
    """Return what a scheme showed. Raises Refused for counts and measurements that make no sense."""
    parts = (given.shares, given.time_points, given.measures, given.trajectories)
    if not any(parts) and given.enrolment is None:
        raise Refused(
            "there is nothing to calculate",
            where=given.scheme,
            mend="Give shares, time points, measures, trajectories or enrolment",
        )
    confidence = given.confidence
    return SingleArmResult(
        scheme=given.scheme,
        confidence=confidence,
        shares=tuple(share(each, confidence) for each in given.shares),
        completeness=tuple(completeness(each, confidence) for each in given.time_points),
        changes=tuple(mean_change(each, confidence) for each in given.measures),
        slopes=tuple(slope(each, confidence) for each in given.trajectories),
        forecast=given.enrolment and forecast(given.enrolment, confidence),
    )


def explain(result: SingleArmResult) -> str:
    """Say what the scheme showed, part by part."""
    return tell(
        result.scheme,
        result.confidence,
        shares=result.shares,
        completed=result.completeness,
        changes=result.changes,
        slopes=result.slopes,
        forecast=result.forecast,
    )


def picture(result: SingleArmResult) -> Picture:
    """Draw the shares, or else the changes, or else the enrolment."""
    return draw(
        result.scheme,
        shares=result.shares,
        completed=result.completeness,
        changes=result.changes,
        slopes=result.slopes,
        forecast=result.forecast,
    )


def example() -> Example:
    """Return an invented scheme of the size of those that were published."""
    walking = [(0.0, 52.1), (0.5, 54.2), (1.0, 55.0), (2.0, 58.9)]
    visits = [
        {
            "patient": f"P{number}",
            "years": years,
            "value": round(value + 1.7 * number + 0.3 * number * years, 1),
        }
        for number in range(1, 7)
        for years, value in walking[: 2 + number % 3]
    ]
    before = (41, 55, 38, 60, 47, 52, 44, 58, 49, 36)
    after = (52, 61, 51, 59, 60, None, 55, 66, 57, 45)
    enrolled = (4, 9, 12, 15, 11, 14, 13, 12, 16)
    months = [f"2025-{month:02d}-01" for month in range(4, 13)]
    return {
        "scheme": "Dorsal rhizotomy, invented figures",
        "shares": [
            {"name": "success without a major complication", "had": 112, "of": 119},
            {"name": "readmitted within 30 days", "had": 3, "of": 119},
        ],
        "time_points": [
            {"name": "6 months", "due": 90, "assessed": 84, "needed": 80},
            {"name": "12 months", "due": 61, "assessed": 43, "needed": 50},
            {"name": "24 months", "due": 0, "assessed": 0, "needed": 50},
        ],
        "measures": [
            {
                "name": "quality of life score",
                "unit": "points",
                "patients": [
                    {"before": one, "after": other} for one, other in zip(before, after, strict=True)
                ],
            }
        ],
        "trajectories": [{"name": "motor function", "unit": "points", "visits": visits}],
        "enrolment": {
            "cap": 137,
            "months": [
                {"starts": starts, "enrolled": count} for starts, count in zip(months, enrolled, strict=True)
            ],
            "recent": 6,
        },
    }


METHOD = Method(
    name="single_arm",
    title="Evaluation of a single-arm scheme",
    takes=SingleArmInput,
    gives=SingleArmResult,
    calculate=single_arm,
    explain=explain,
    example=example,
    refusals={
        "nothing to calculate": lambda: {"scheme": "Empty"},
        "more events than patients": lambda: {
            "scheme": "One",
            "shares": [{"name": "success", "had": 5, "of": 4}],
        },
        "a share of nobody": lambda: {"scheme": "One", "shares": [{"name": "success", "had": 0, "of": 0}]},
        "a change in a single patient": lambda: {
            "scheme": "One",
            "measures": [{"name": "pain", "unit": "points", "patients": [{"before": 7, "after": 3}]}],
        },
        "two values of one patient at one time": lambda: {
            "scheme": "One",
            "trajectories": [
                {
                    "name": "pain",
                    "unit": "points",
                    "visits": [
                        {"patient": "A", "years": 0, "value": 1},
                        {"patient": "A", "years": 0, "value": 2},
                    ],
                }
            ],
        },
        "a month left out": lambda: {
            "scheme": "One",
            "enrolment": {
                "cap": 100,
                "months": [
                    {"starts": "2025-01-01", "enrolled": 3},
                    {"starts": "2025-03-01", "enrolled": 3},
                ],
                "recent": 2,
            },
        },
    },
    picture=picture,
)
