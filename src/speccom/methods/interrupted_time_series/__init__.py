"""Whether a change made a difference: a series before it, carried on, against what came after.

The question is what a new service, a policy or a stop to a treatment changed, when there is one series of
figures from before it and after it. The regression is that of Lopez Bernal, Cummins and Gasparrini
(International Journal of Epidemiology 2017; 46: 348–355), fitted by statsmodels.

For counts *y* in period *t* = 1, 2, 3 … with denominator *N* (people, or person-time; 1 where none is
given):

    log E[y(t)] = log N(t) + level + trend·t + step·A(t) + slope·A(t)·(t − T)
                  + Σ over k of [ a(k)·sin(2πkt/P) + b(k)·cos(2πkt/P) ]

*A* is 0 before the change and 1 from it on, *T* the first period after it, *P* the number of periods a year
(12 for months, 365.25/7 for weeks). The step, the slope or both are fitted, as was asked, and as many
yearly waves *k*. Measurements (the Gaussian distribution) follow the same terms without the logarithm and
take no denominator.

- **Poisson** takes the variance to be the mean; **quasi-Poisson** takes it to be the mean times the
  dispersion, which is Pearson's statistic over points less terms. Both give the same estimates. Intervals
  use the normal distribution for counts, as the tutorial does, and Student's *t* for measurements.
- **Newey-West** errors weigh the products of scores up to *L* periods apart by 1 − l/(L + 1), so they allow
  for unequal variance and for autocorrelation. They do not mend a model that misses a season.
- **What would have been** is the same model with *A* set to 0. Its total over the periods after the change,
  the difference from the model's total with the change, and the ratio of the two have intervals by the
  delta method; those of ratios and of expected counts are made on the logarithm. They are intervals of what
  is expected: single periods scatter about it besides.
- **Autocorrelation** is reported of deviance residuals: the correlation of each with the next, and the test
  of Ljung and Box over a year of lags (at most a fifth of the series).

Checked against the tutorial's own data, acute coronary episodes in Sicily: rate ratio 0.894377 by Poisson
and quasi-Poisson, 0.885072 with two yearly waves.

Known quirks. The intervention must be at one date; where it came in by degrees, leave out no period but
date the change at its start and model a slope. The step counts in the first period after the change, so a
slope change counts from zero there; some programs count it from one, which moves the step by one slope. A
model chosen after seeing the data finds effects that are not there: settle the change, the waves and the
distribution first. A longer tail after the change leans on the earlier trend going on for ever.

It raises `Refused` with fewer than eight periods on either side, with gaps, repeats or disorder in the
dates, with counts that are negative, with denominators for some periods only, and with more yearly waves
than a series can show.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from speccom.methods.interrupted_time_series import effect, regression
from speccom.methods.interrupted_time_series.guards import check
from speccom.methods.interrupted_time_series.regression import Design, Fit
from speccom.methods.interrupted_time_series.telling import explain, picture
from speccom.methods.interrupted_time_series.terms import (
    Coefficient,
    Distribution,
    Estimate,
    InterruptedTimeSeriesInput,
    InterruptedTimeSeriesResult,
    Period,
)
from speccom.methods.method import Example, Method


def interrupted_time_series(given: InterruptedTimeSeriesInput) -> InterruptedTimeSeriesResult:
    """Return the effect of a change on a series. Raises Refused for what cannot be served."""
    before = check(given)
    counts = given.distribution is not Distribution.GAUSSIAN
    terms = regression.design(given, before)
    fit = regression.fit(given, terms)
    expected = effect.expect(fit, terms, regression.offset(given), before, counts)
    lag_1, ljung_box, lags = regression.autocorrelation(fit.residuals, given.interval)
    return InterruptedTimeSeriesResult(
        outcome=given.outcome,
        interval=given.interval,
        distribution=given.distribution,
        change=given.change,
        errors=given.errors,
        confidence=given.confidence,
        per=given.per,
        points_before=before,
        points_after=len(given.points) - before,
        ratio=effect.ratio(fit, expected),
        difference=effect.difference(fit, expected),
        counterfactual_total=effect.total_without(fit, expected, counts),
        observed_total=sum(point.value for point in given.points[before:]),
        step=_term(fit, terms, regression.STEP, counts),
        slope_change=_term(fit, terms, regression.SLOPE, counts),
        trend_a_year=_scaled(fit, terms.terms.index(regression.TREND), counts, given.interval.a_year),
        dispersion=fit.dispersion,
        deviance=fit.deviance,
        degrees_of_freedom=fit.degrees_of_freedom,
        residual_lag_1=lag_1,
        ljung_box_p=ljung_box,
        ljung_box_lags=lags,
        lags=fit.lags,
        coefficients=_coefficients(fit, terms),
        periods=_periods(given, fit, terms, effect.each_without(fit, expected, counts), counts),
    )


def _term(fit: Fit, terms: Design, name: str, counts: bool) -> Estimate | None:
    return _scaled(fit, terms.terms.index(name), counts) if name in terms.terms else None


def _scaled(fit: Fit, place: int, counts: bool, times: float = 1) -> Estimate:
    estimate = effect.coefficient(fit, place, times)
    return effect.exponential(estimate) if counts else estimate


def _coefficients(fit: Fit, terms: Design) -> tuple[Coefficient, ...]:
    made = []
    for place, name in enumerate(terms.terms):
        estimate = effect.coefficient(fit, place)
        error = float(fit.covariance[place, place]) ** 0.5
        made.append(Coefficient(term=name, standard_error=error, **estimate.model_dump()))
    return tuple(made)


def _periods(
    given: InterruptedTimeSeriesInput, fit: Fit, terms: Design, without: tuple[Estimate, ...], counts: bool
) -> tuple[Period, ...]:
    fitted = regression.means(given, fit, terms, counts)
    before = len(given.points) - len(without)
    return tuple(
        Period(
            period=point.period,
            after=place >= before,
            observed=point.value,
            denominator=point.denominator,
            fitted=float(fitted[place]),
            counterfactual=without[place - before] if place >= before else None,
        )
        for place, point in enumerate(given.points)
    )


# Made-up monthly admissions at one provider, with a winter peak and a step down after two and a half years.
_EXAMPLE_COUNTS = (
    "138 155 154 137 123 121 109 120 116 108 135 131 126 155 168 129 137 117 122 125 118 116 142 151 162 "
    "147 168 121 122 145 93 76 94 115 111 131 131 118 124 109 94 102 115 82 111 140 126 135"
)


def example() -> Example:
    """Return made-up monthly admissions before and after a community service opened."""
    counts = [int(count) for count in _EXAMPLE_COUNTS.split()]
    points = [
        {
            "period": date(2021 + place // 12, place % 12 + 1, 1).isoformat(),
            "value": count,
            "denominator": 402_000 + 150 * place,
        }
        for place, count in enumerate(counts)
    ]
    return {
        "outcome": "emergency admissions",
        "points": points,
        "first_after": "2023-07-01",
        "harmonics": 2,
    }


def _but(**changed: Any) -> Example:
    return {**example(), **changed}


def _with_point(place: int, **changed: Any) -> Example:
    points = [dict(point) for point in example()["points"]]
    points[place].update(changed)
    return _but(points=points)


METHOD = Method(
    name="interrupted_time_series",
    title="Interrupted time series",
    takes=InterruptedTimeSeriesInput,
    gives=InterruptedTimeSeriesResult,
    calculate=interrupted_time_series,
    explain=explain,
    example=example,
    refusals={
        "too few periods before the change": lambda: _but(first_after="2021-06-01"),
        "a change between periods": lambda: _but(first_after="2023-07-15"),
        "a month that is missing": lambda: _but(points=example()["points"][:10] + example()["points"][11:]),
        "a negative count": lambda: _with_point(3, value=-2),
        "a denominator that is missing": lambda: _with_point(5, denominator=None),
        "measurements with a denominator": lambda: _but(distribution="gaussian"),
        "more yearly waves than months can show": lambda: _but(harmonics=6),
        "nothing counted after the change": lambda: _but(
            points=[
                {**point, "value": 0} if place >= 30 else point
                for place, point in enumerate(example()["points"])
            ]
        ),
    },
    picture=picture,
)
