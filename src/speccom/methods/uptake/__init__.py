"""How far a technology has come into use: how much, against what was expected, where, and by whom.

It follows the Innovation Scorecard, the official statistic on the use of medicines that NICE has
recommended (since April 2024 by the NHS Business Services Authority), and adds the spread among sites and
the gap across deprivation.

- **Rate**: volume over population, times 100,000. The volume has whatever unit is natural (defined or
  average daily doses, milligrams, vials, procedures, patients), the same throughout.
- **Rolling years**: the sum of four quarters, against the sum of the four before them; its rate is over the
  mean population of the four. Quarters have seasons and long prescriptions, years less so.
- **Observed to expected**: the latest four quarters over eligible patients × share expected to have it ×
  average dose a day × average days.
- **Reach**: patients treated over patients eligible.
- **Spread**: sites that have used it over sites meant to. **Lag**: days from the decision to the first use
  anywhere, and until 25%, 50% and 75% of all sites had used it: of *n* sites, the ⌈n/4⌉th, ⌈n/2⌉th and
  ⌈3n/4⌉th.
- **Slope index of inequality**: order the population from most to least deprived; each fifth's rank *ρ* is
  the middle of its stretch between 0 and 1. A straight line of the rates on the ranks, weighted by
  population, runs from the most deprived end to the least; the index is its rise, per 100,000. The
  **relative index** is the rate at the least deprived end over that at the most. The least deprived have
  more where the first is above 0 and the second above 1.

The ends of the line are sums Σ (w ± k/2)·r over the five rates *r*, with *w* the shares of population and k
= w(ρ − ½)/Σ w(ρ − ½)². The index is Σ k·r, so its variance is Σ k²·people/population², each count being
Poisson, and its interval is normal. That of the relative index is made the same way on the logarithm; it is
given only where the interval of each end is above zero.

Sources: Innovation Scorecard, NHS England Digital and NHSBSA; both indices as in the R package
PHEindicatormethods (there the interval is simulated, and proportions may be transformed first; here it is
calculated).

Known quirks. How well the line fits the fifths is not judged: a gap in one fifth alone is spread over all.
The expected use has no interval, since the estimates behind it have none; nor has the volume, since doses
come in courses. Reach above 100% is served, and said to be an estimate's fault.

It raises `Refused` for fewer than four quarters, for quarters out of order, repeated or missing, for sites
given twice or used after the last known day, and for anything but the five fifths.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from speccom.methods.method import Example, Method
from speccom.methods.uptake.inequality import inequality
from speccom.methods.uptake.spread import spread
from speccom.methods.uptake.telling import explain, picture
from speccom.methods.uptake.terms import UptakeInput, UptakeResult
from speccom.methods.uptake.volume import against_expected, by_quarter


def uptake(given: UptakeInput) -> UptakeResult:
    """Return how far a technology has come into use. Raises Refused for what cannot be served."""
    return UptakeResult(
        technology=given.technology,
        unit=given.unit,
        confidence=given.confidence,
        quarters=by_quarter(given.quarters),
        expectation=against_expected(given.quarters, given.expected) if given.expected else None,
        reach=given.reach.treated / given.reach.eligible if given.reach else None,
        spread=spread(given.rollout) if given.rollout else None,
        inequality=inequality(given.fifths, given.confidence) if given.fifths else None,
    )


_EXAMPLE_VOLUMES = (1200, 1900, 3100, 4400, 5800, 6900, 7700, 8600, 9100, 9800)
_EXAMPLE_FIRST_USES = (
    "2023-02-20",
    "2023-07-03",
    "2023-07-17",
    "2023-09-04",
    "2023-11-20",
    "2024-02-12",
    "2024-09-16",
    None,
    None,
)
_EXAMPLE_FIFTHS = (
    (1, 96, 1_180_000),
    (2, 118, 1_150_000),
    (3, 131, 1_120_000),
    (4, 139, 1_090_000),
    (5, 152, 1_060_000),
)


def example() -> Example:
    """Return made-up use of a medicine in one region over ten quarters."""
    quarters = [
        {
            "start": date(2023 + (quarter + 1) // 4, 3 * ((quarter + 1) % 4) + 1, 1).isoformat(),
            "volume": volume,
            "population": 5_600_000 + 4_000 * quarter,
        }
        for quarter, volume in enumerate(_EXAMPLE_VOLUMES)
    ]
    return {
        "technology": "the new anticoagulant",
        "unit": "defined daily doses",
        "quarters": quarters,
        "expected": {
            "eligible_patients": 900,
            "share": 0.5,
            "dose_a_day": 1,
            "days": 90,
            "source": "made up for this example",
        },
        "reach": {"treated": 398, "eligible": 900},
        "rollout": {
            "decided": "2023-05-10",
            "as_at": "2025-09-30",
            "sites": [
                {"name": f"Site {place + 1}", "first_used": day}
                for place, day in enumerate(_EXAMPLE_FIRST_USES)
            ],
        },
        "fifths": [
            {"fifth": fifth, "people": people, "population": size} for fifth, people, size in _EXAMPLE_FIFTHS
        ],
    }


def _but(**changed: Any) -> Example:
    return {**example(), **changed}


def _rollout(**changed: Any) -> Example:
    return _but(rollout={**example()["rollout"], **changed})


METHOD = Method(
    name="uptake",
    title="Uptake of a technology",
    takes=UptakeInput,
    gives=UptakeResult,
    calculate=uptake,
    explain=explain,
    example=example,
    refusals={
        "less than a year": lambda: _but(quarters=example()["quarters"][:3]),
        "a quarter that is missing": lambda: _but(
            quarters=[*example()["quarters"][:3], *example()["quarters"][4:]]
        ),
        "a population of zero": lambda: _but(
            quarters=[{**example()["quarters"][0], "population": 0}, *example()["quarters"][1:]]
        ),
        "negative use": lambda: _but(
            quarters=[{**example()["quarters"][0], "volume": -5}, *example()["quarters"][1:]]
        ),
        "first use after the last known day": lambda: _rollout(as_at="2024-08-31"),
        "a site given twice": lambda: _rollout(sites=[{"name": "Site 1"}, {"name": "Site 1"}]),
        "a fifth that is missing": lambda: _but(fifths=example()["fifths"][:4]),
        "nobody treated in any fifth": lambda: _but(
            fifths=[{**fifth, "people": 0} for fifth in example()["fifths"]]
        ),
    },
    picture=picture,
)
