"""How a new technology spreads among those who can adopt it: when adoption peaks, and where it ends.

It fits a curve to new adopters by period, from the launch on: patients, sites or prescribers, each counted
once, when first adopting. It helps to plan budgets and capacity, and to see whether adoption stalls.

**Bass** (Management Science 1969; 15: 215–227): of those who have not adopted, a share *p* does so each
period by itself, and *q* times the share that has adopted already follows. With *m* the market, time *t* in
periods from the launch:

    F(t) = (1 − e^(−(p+q)t)) / (1 + (q/p)·e^(−(p+q)t))
    peak at t* = ln(q/p)/(p+q), with m(p+q)²/(4q) a period

**Logistic**: F(t) = 1 / (1 + e^(−r(t − c))), peak at *c* with m·r/4 a period. It has a little adoption
before the launch, which is counted in the first period; between periods it is the Bass curve with r = p +
q.

- **Fit**: least squares of new adopters on m·(F(t) − F(t − 1)), with F(0) = 0, as Srinivasan and Mason
  (Marketing Science 1986; 5: 169–178), by scipy from several starts, within bounds: p, q and r above 0 and
  at most 5 a period, *m* from all adopters so far to the eligible (where they are given). For given p and q
  the best *m* is known, so only two figures are searched for.
- **Before the peak** a market cannot be estimated: any size fits. So unless the market is fixed it is
  refused where the newest periods are still the highest (by means of three), and where the fitted peak lies
  in the last period or later.
- **Intervals**: the bootstrap fits the curve again to itself plus residuals drawn anew, in units of the
  root of each mean, centred and widened by √(n/(n − k)), *k* figures being fitted; percentiles of the
  draws. The seed is given, so they can be had again. In simulations of counts over 12 to 20 periods, 95%
  intervals held the truth in 90–94% of times: a little too narrow.
- **Foretelling**: each later period is foretold from those before it by the same curve, from the sixth
  period on; its mean absolute error is over the mean of what was foretold. Fits of past totals are always
  good (R² above 0.9 for nearly any S-shape): this figure is the one to judge by.

Published fits of 103 medicines in Australia (Dunn and others, BMC Health Services Research 2012) had a
median R² of 0.97 and a median time to adoption of 8.2 years (quartiles 4.9 and 12.1): plausible ranges, not
targets.

Known quirks. Many fit a discrete form instead, n = (p + qN/m)(m − N), whose *p* and *q* differ a little
from these. Intervals hold the shape for true: they do not know of a rival, of new guidance or of a price.
All who use a medicine are not new adopters of it: volumes do not fit.

It raises `Refused` for fewer than five periods, for gaps, repeats or disorder in the dates, for no
adopters, for a market or an eligible population below what has adopted already, and before the peak as
said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from speccom.methods.diffusion import curves
from speccom.methods.diffusion.curves import Array
from speccom.methods.diffusion.fitting import Fitted, Market, bootstrap, fit
from speccom.methods.diffusion.guards import check, check_peak
from speccom.methods.diffusion.telling import explain, picture
from speccom.methods.diffusion.terms import Curve, DiffusionInput, DiffusionResult, Drawn, Estimate
from speccom.methods.method import Example, Method, Refused

# The first period that is foretold from those before it.
FIRST_FORETOLD = 6


def diffusion(given: DiffusionInput) -> DiffusionResult:
    """Return the curve of adoption. Raises Refused for what cannot be served."""
    check(given)
    adopters = np.array([each.adopters for each in given.periods])
    market = Market(given.market, np.inf if given.eligible is None else given.eligible)
    fitted = fit(given.curve, adopters, market)
    if fitted is None:
        raise Refused(
            "no curve settles on these figures",
            mend="Give more periods, or fix the market at the eligible population",
        )
    check_peak(given, fitted)
    draws, failed = bootstrap(given.curve, adopters, market, fitted, given.draws, given.seed)
    if failed > given.draws // 2:
        raise Refused(
            f"{failed} of {given.draws} fits of the bootstrap do not settle, so no interval can be given",
            mend="Give more periods, or fix the market at the eligible population",
        )
    return _result(given, adopters, market, fitted, draws, failed)


def _result(
    given: DiffusionInput,
    adopters: Array,
    market: Market,
    fitted: Fitted,
    draws: Sequence[Fitted],
    failed: int,
) -> DiffusionResult:
    bass = given.curve is Curve.BASS
    peak = curves.peak(given.curve, fitted.figures)
    first = _interval(given, fitted.figures[0], [each.figures[0] for each in draws])
    second = _interval(given, fitted.figures[1], [each.figures[1] for each in draws])
    peaks = [found for each in draws if (found := curves.peak(given.curve, each.figures)) is not None]
    error, foretold = _ahead(given, adopters, market)
    drawn = _drawn(given, adopters, fitted, draws)
    return DiffusionResult(
        what=given.what,
        interval=given.interval,
        curve=given.curve,
        first_period=given.periods[0].period,
        observed_periods=len(adopters),
        confidence=given.confidence,
        market=_interval(given, fitted.market, [each.market for each in draws]),
        market_fixed=given.market is not None,
        at_bounds=_at_bounds(given, fitted),
        innovation=first if bass else None,
        imitation=second if bass else None,
        growth=None if bass else first,
        peak=None if peak is None else _interval(given, peak, peaks),
        peak_rate=None if peak is None else fitted.market * curves.peak_share(given.curve, fitted.figures),
        so_far=float(adopters.sum()),
        share_so_far=float(adopters.sum()) / fitted.market,
        half=curves.half(given.curve, fitted.figures),
        fit_so_far=_described(np.cumsum(adopters), [each.fitted_so_far.estimate for each in drawn]),
        fit_new=_described(adopters, [each.fitted for each in drawn]),
        ahead_error=error,
        ahead_count=foretold,
        failed_draws=failed,
        periods=drawn,
    )


def _interval(given: DiffusionInput, estimate: float, draws: Sequence[float]) -> Estimate:
    """Return an estimate with the percentiles of its draws, widened where need be to hold it."""
    tail = (1 - given.confidence) / 2
    low, high = np.quantile(np.array(draws or [estimate]), [tail, 1 - tail])
    estimate = float(estimate)
    return Estimate(estimate=estimate, low=min(float(low), estimate), high=max(float(high), estimate))


def _drawn(
    given: DiffusionInput, adopters: Array, fitted: Fitted, draws: Sequence[Fitted]
) -> tuple[Drawn, ...]:
    count = len(adopters) + given.ahead
    fresh = fitted.market * curves.new_shares(given.curve, fitted.figures, count)
    totals = np.cumsum(fresh)
    others = np.cumsum(
        [each.market * curves.new_shares(given.curve, each.figures, count) for each in draws], axis=1
    )
    so_far = np.cumsum(adopters)
    return tuple(
        Drawn(
            number=place + 1,
            observed=float(adopters[place]) if place < len(adopters) else None,
            fitted=float(fresh[place]),
            observed_so_far=float(so_far[place]) if place < len(adopters) else None,
            fitted_so_far=_interval(given, totals[place], list(others[:, place])),
        )
        for place in range(count)
    )


def _described(observed: Array, fitted: Sequence[float]) -> float | None:
    """Return R²: one less the squared residuals over the squared deviations; None where there are none of
    these."""
    spread = float(((observed - observed.mean()) ** 2).sum())
    left = float(((observed - np.array(fitted[: len(observed)])) ** 2).sum())
    return 1 - left / spread if spread > 0 else None


def _ahead(given: DiffusionInput, adopters: Array, market: Market) -> tuple[float | None, int]:
    """Return the mean absolute error of periods foretold from those before, over their mean, and how many."""
    errors, seen = [], []
    for place in range(FIRST_FORETOLD - 1, len(adopters)):
        known = adopters[:place]
        earlier = fit(given.curve, known, market) if known.any() else None
        if earlier is None:
            continue
        foretold = earlier.market * curves.new_shares(given.curve, earlier.figures, place + 1)[-1]
        errors.append(abs(float(foretold - adopters[place])))
        seen.append(float(adopters[place]))
    if not sum(seen):
        return None, 0
    return sum(errors) / sum(seen), len(seen)


def _at_bounds(given: DiffusionInput, fitted: Fitted) -> tuple[str, ...]:
    low, high = curves.edges(given.curve, len(given.periods))
    names = ("innovation", "imitation") if given.curve is Curve.BASS else ("growth", "middle")
    near = [
        name
        for name, figure, least, most in zip(names, fitted.figures, low, high, strict=True)
        if np.isclose(figure, (least, most), rtol=1e-3, atol=0).any()
    ]
    so_far = sum(each.adopters for each in given.periods)
    if given.market is None and fitted.market <= so_far * (1 + 1e-9):
        near.append("market, at all adopters so far")
    if given.market is None and given.eligible is not None and fitted.market >= given.eligible * (1 - 1e-9):
        near.append("market, at the eligible")
    return tuple(near)


# Made-up new adopters by year: a Bass curve of p 0.02, q 0.45 and a market of 1,200, and scatter.
_EXAMPLE_ADOPTERS = (31, 40, 61, 72, 109, 121, 150, 139, 133, 105, 84, 61)


def example() -> Example:
    """Return made-up practices that first prescribe a medicine, by year."""
    return {
        "what": "practices",
        "periods": [
            {"period": date(2013 + year, 4, 1).isoformat(), "adopters": count}
            for year, count in enumerate(_EXAMPLE_ADOPTERS)
        ],
        "eligible": 1500,
        "ahead": 4,
    }


def _but(**changed: Any) -> Example:
    return {**example(), **changed}


METHOD = Method(
    name="diffusion",
    title="Diffusion of a technology",
    takes=DiffusionInput,
    gives=DiffusionResult,
    calculate=diffusion,
    explain=explain,
    example=example,
    refusals={
        "too few periods": lambda: _but(periods=example()["periods"][:4]),
        "adoption that still rises, with no market fixed": lambda: _but(periods=example()["periods"][:6]),
        "a year that is missing": lambda: _but(
            periods=[*example()["periods"][:3], *example()["periods"][4:]]
        ),
        "a negative count": lambda: _but(
            periods=[*example()["periods"][:11], {"period": "2024-04-01", "adopters": -3}]
        ),
        "a market below what has adopted": lambda: _but(market=1000),
        "fewer eligible than have adopted": lambda: _but(eligible=900),
        "nobody who adopts": lambda: _but(periods=[{**each, "adopters": 0} for each in example()["periods"]]),
    },
    picture=picture,
)
