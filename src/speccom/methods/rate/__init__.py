"""How high is the rate of each unit, how sure is it, and does it differ by more than chance?

The common measures of public health with their intervals, as the Office for Health Improvement and
Disparities publishes them (the technical guidance of Fingertips, and the R package PHEindicatormethods
2.1.0).

`O` is a count of events, `n` the people (or cases, or years of follow-up), `z` the normal quantile of the
confidence (1.96 for 95%), `m` the multiplier. Values and limits are multiplied by `m`. Over the bands of a
standardisation, `x` are events, `n` people and `w` the standard population; `E = Σ(n · standard count /
standard population)` is what would be expected at the standard's rates.

| kind | value | interval |
|---|---|---|
| `crude_rate` | `O / n` | that of `O`, over `n` |
| `proportion` | `O / n` | Wilson |
| `directly_standardised_rate` | `Σ(w · x / n) / Σw` over the bands | Dobson |
| `indirectly_standardised_ratio` | `O / E` | that of `O`, over `E` |
| `indirectly_standardised_rate` | the ratio times the standard's crude rate | the same, times that rate |

**Intervals.**

- Of a count below 10, exact: `χ²(α/2; 2O) / 2` and `χ²(1 - α/2; 2(O + 1)) / 2`.
- Of a count from 10, Byar: `O (1 - 1/9O - z/3√O)³` and `(O + 1)(1 - 1/9(O + 1) + z/3√(O + 1))³`.
- Wilson: `(2O + z² ∓ z √(z² + 4O(1 - O/n))) / 2(n + z²)`.
- Dobson: with `v = Σ(w² x / n²) / (Σw)²`, the rate plus `√(v / O)` times Byar's limit less `O`. A directly
  standardised rate of fewer than 10 events is not given.

**Labels.** Each unit is called low or high at 0.025 and at 0.001 on each side. A rate or a ratio is high when
fewer events were expected than `χ²(0.025; 2O) / 2`, and low when more than `χ²(0.975; 2(O + 1)) / 2`;
likewise with 0.001. What was expected is `E`, or the pooled rate times the population (times the population
that a directly standardised rate implies, `O /` rate). A proportion is compared with the pooled one, `p ± z
√(p(1 - p) / n)`, cut at 0 and 1. `bounds` are the values at which those lines stand for the unit's own count,
or own size: what a funnel drawn by the count shows.

**Sources.** PHEindicatormethods 2.1.0, its documentation and the figures of its tests; Breslow and Day 1987
(Byar); Wilson 1927; Dobson and others 1991; Armitage and Berry 2002 (exact). Formulas are theirs; no code is.

**Where this differs from the package.**

- It finds the lines of a funnel by iteration, correct to about the sixth figure; here they are the quantiles
  themselves.
- A count of 1 at 99.8% has a lower limit by Byar below 0, which the package leaves blank; here it is 0, and
  the method itself uses the exact limits there.
- Confidence limits adjusted for events that are not independent are not calculated.

**Good to know.** The pooled value is of the units given, so leave none out. Of forty units that do not differ
at all, about two are labelled at 0.025 by chance.

**Refused:** no units, a name twice, populations of zero, a proportion above 1, bands that are not those of
the standard, counts both in total and by band, and units in which no events are expected.
"""

from __future__ import annotations

from typing import Any

from speccom.methods.method import Example, Method
from speccom.methods.rate.figures import RateInput, RateResult
from speccom.methods.rate.picture import picture
from speccom.methods.rate.rates import rate
from speccom.methods.rate.sentences import explain

_EXAMPLE_BANDS = ("0 to 19", "20 to 39", "40 to 59", "60 to 79", "80 and over")
_EXAMPLE_STANDARD = (22_500, 25_000, 27_500, 20_000, 5_000)
_EXAMPLE_AREAS = (
    ("Northmoor", (3, 11, 42, 71, 20), (210_000, 240_000, 231_000, 160_000, 38_000)),
    ("Eastvale", (4, 19, 66, 98, 14), (305_000, 372_000, 298_000, 171_000, 36_000)),
    ("Southport Downs", (1, 5, 33, 110, 41), (92_000, 98_000, 140_000, 168_000, 52_000)),
    ("Westhaven", (2, 6, 17, 26, 7), (168_000, 190_000, 182_000, 121_000, 30_000)),
    ("Isle of Carrow", (0, 1, 3, 4, 1), (11_000, 10_000, 14_000, 13_000, 4_000)),
)


def example() -> Example:
    """Return made-up areas: one with an old population, one with few events."""
    return {
        "measure": "First pacemakers",
        "kind": "directly_standardised_rate",
        "multiplier": 100_000,
        "units": [
            {
                "name": name,
                "bands": [
                    {"name": band, "count": count, "population": people}
                    for band, count, people in zip(_EXAMPLE_BANDS, counts, populations, strict=True)
                ],
            }
            for name, counts, populations in _EXAMPLE_AREAS
        ],
        "standard": [
            {"name": band, "population": weight}
            for band, weight in zip(_EXAMPLE_BANDS, _EXAMPLE_STANDARD, strict=True)
        ],
    }


def _whole(kind: str, count: float, population: float) -> Example:
    units = [{"name": "Northmoor", "count": count, "population": population}]
    return {"kind": kind, "multiplier": 100, "units": units}


def _changed(**changes: Any) -> Example:
    return {**example(), **changes}


METHOD = Method(
    name="rate",
    title="Rates, proportions and standardisation",
    takes=RateInput,
    gives=RateResult,
    calculate=rate,
    explain=explain,
    example=example,
    refusals={
        "no units": lambda: _changed(units=[]),
        "a unit twice": lambda: _changed(units=example()["units"][:1] * 2),
        "a population of zero": lambda: _whole("crude_rate", 3, 0),
        "a negative count": lambda: _whole("crude_rate", -3, 100),
        "a proportion above 1": lambda: _whole("proportion", 12, 10),
        "bands where a total is asked for": lambda: _changed(kind="crude_rate", standard=[]),
        "bands that are not the standard's": lambda: _changed(standard=example()["standard"][:4]),
        "no standard": lambda: _changed(standard=[]),
        "a standard without counts, for an indirect rate": lambda: _changed(
            kind="indirectly_standardised_ratio"
        ),
    },
    picture=picture,
)
