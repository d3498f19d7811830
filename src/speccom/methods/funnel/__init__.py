"""Which units differ from the rest by more than chance, and by more than such units usually differ?

A funnel plot with limits by chance alone and limits widened for over-dispersion, as the R package FunnelPlotR
0.6.0 sets them. Adding a variance between units, rather than inflating each limit by a factor, follows
Spiegelhalter (Statistics in Medicine, 2005).

Each unit has a numerator `x` and a denominator `d`; there are `n` units. The centre `T` is 1 for a ratio of
observed to expected, and `Σx / Σd` otherwise. Values, limits and the centre are multiplied by `multiplier`.

**Limits by chance alone** (tails of 0.025 and 0.001 for 95% and 99.8%). Ratios to an expected count, exact
Poisson: lower `χ²(0.025; 2d) / 2d`, upper `χ²(0.975; 2(d + 1)) / 2d`. The other kinds: the adjusted limits
with `τ² = 0`.

**How much units vary.** Each has a z-score, `(its transformed value - the transformed centre) / s`:

| kind | transformed value | `s` |
|---|---|---|
| `ratio_log` | `ln(x / d)`, with `d` rounded to two decimals | `1 / √d` |
| `ratio_root` | `√(x / d)` | `1 / (2√d)` |
| `proportion` | `arcsin √(x / d)` | `1 / (2√d)` |
| `ratio_of_counts` | `ln((x + ½) / (d + ½))` | `√(x / (x + ½)² + d / (d + ½)²)` |

The extremes are then set aside, by a share `trim` at each end (a tenth):

- `ratio_log` leaves them out: with `k = 1 / trim` and average ranks, units are kept whose `⌊rank · k / (n +
  1)⌋` is above 0 and below `k - 1`;
- the others pull them in, to the quantiles at `trim` and `1 - trim` (interpolated, type 7).

With `w = 1 / s²`, over the units that count: `φ = Σz² / n` (1 by chance alone), and `τ² = max(0, Σz² - (n -
1)) / (Σw - Σw² / Σw)`.

**Adjusted limits**, with `z` = 1.959964 and 3.090232, and `v = s² + τ²` at the unit's denominator:

| kind | limits |
|---|---|
| `ratio_log` | `exp(±z √v)`, `s² = 1 / d` |
| `ratio_root` | `(1 ± z √v)²`, `s² = 1 / 4d` |
| `proportion` | `sin²(arcsin √T ± z √v)`, `s² = 1 / 4d`, the angle kept between 0 and 90° |
| `ratio_of_counts` | `T exp(±z √v)`, `s²` as above for a unit on the centre line, `x = T d` |

**Which are used.** Adjusted limits where they are asked for and φ is above 1; otherwise those by chance
alone. A unit is high or low when it lies strictly outside the chosen level. The answer always gives both sets
and φ, because over-dispersion can hide a unit that stands out as well as excuse one that does not.

**Sources.** FunnelPlotR 0.6.0 (MIT licence) and its tests; Summary Hospital-level Mortality Indicator and
Care Quality Commission for the two transformations of ratios.

**Where this differs from the package, and why.**

- `ratio_root`: the package leaves the adjusted limits on the square-root scale, `1 ± z √v`, and compares
  ratios with them. That is about half as wide as it should be, so the limits are squared here.
- `ratio_of_counts`: the package's limits take `s = 1 / (2√d)`, the standard error of a proportion. Here it is
  that of the ratio itself, the one the z-scores have.
- `as_funnelplotr: true` keeps both, to reproduce a chart made by the package. Results elsewhere agree with
  it.
- `proportion`: the package cuts limits that turn back at small denominators by comparing neighbours; keeping
  the angle within its range does so exactly.

**Good to know.** Many funnels at once: `speccom.methods.funnel.limits.funnels` takes arrays of them, and the
single funnel is made by that same function. By logarithm a unit with nothing observed has no z-score: it is
refused unless it is among the extremes that are left out. φ measured on few units is itself uncertain. The χ²
limits by chance alone are an interval about a count of `d`: at small counts rather more than 2.5% of what
chance shows lies below the lower one, and rather less above the upper.

**Refused:** fewer than two units, a name twice, denominators below 0.01, numerators that all equal their
denominators, a proportion above 1, ratios of counts with nothing counted, logarithms of nothing, and units so
unlike that limits have no end.
"""

from __future__ import annotations

from typing import Any

from speccom.methods.funnel.figures import FunnelInput, FunnelResult
from speccom.methods.funnel.picture import picture
from speccom.methods.funnel.placing import funnel
from speccom.methods.funnel.sentences import explain
from speccom.methods.method import Example, Method

_CENTRES = (
    ("Alderford", 31, 28.4),
    ("Brackwater", 44, 52.1),
    ("Corvedale", 79, 61.3),
    ("Dunmere", 53, 70.2),
    ("Eastholme", 92, 84.9),
    ("Farrowby", 71, 97.6),
    ("Glenbeck", 149, 118.5),
    ("Harwick", 118, 126.0),
    ("Inglestoke", 204, 133.7),
    ("Kelmarsh", 149, 158.2),
    ("Larkhaven", 160, 171.4),
    ("Merefield", 222, 203.8),
)


def example() -> Example:
    """Return made-up centres, one of which stands out even among centres that vary."""
    return {
        "measure": "Readmissions within 30 days, observed to expected",
        "kind": "ratio_log",
        "level": "95%",
        "units": [
            {"name": name, "numerator": observed, "denominator": expected}
            for name, observed, expected in _CENTRES
        ],
    }


def _changed(number: int = 0, /, **changes: Any) -> Example:
    units = [*example()["units"]]
    units[number] = {**units[number], **changes}
    return {**example(), "units": units}


METHOD = Method(
    name="funnel",
    title="Funnel plot",
    takes=FunnelInput,
    gives=FunnelResult,
    calculate=funnel,
    explain=explain,
    example=example,
    refusals={
        "a single unit": lambda: {**example(), "units": example()["units"][:1]},
        "a unit twice": lambda: _changed(name="Brackwater"),
        "a denominator of zero": lambda: _changed(denominator=0),
        "a negative count": lambda: _changed(numerator=-1),
        "numerators that are their denominators": lambda: {
            **example(),
            "units": [{**unit, "numerator": unit["denominator"]} for unit in example()["units"]],
        },
        "a proportion above 1": lambda: {**example(), "kind": "proportion"},
        "ratios of counts with nothing counted": lambda: {
            **example(),
            "kind": "ratio_of_counts",
            "units": [{**unit, "numerator": 0} for unit in example()["units"]],
        },
        "the logarithm of nothing": lambda: {
            **_changed(numerator=0),
            "trim": 0,
        },
    },
    picture=picture,
)
