"""Is a measure changing, or only varying as it always does, and will it meet its target as things stand?

A statistical process control chart (XmR: each value, and its moving range) by the rules of NHS England's
Making Data Count, as the R package NHSRplotthedots 0.2.2 applies them.

**Limits.** The points between one rebase and the next form a stretch. For its values `x` (in the measure's
unit):

1. the mean `m`, and the moving ranges `|x[i] - x[i-1]|`, of which the first point has none;
2. their average `a`; with screening (the default), ranges of `3.267 a` or more are left out, once, and the
   average is taken again;
3. the limits `m ± 2.66 a`, and the near limits two thirds of the way to them.

With `fix`, only the first so many points (12 or more) of each stretch set its limits. The target never does.

**What a point shows.** The first of these that holds, looking only within its stretch:

1. it lies outside the limits (on a limit is not outside);
2. it is one of seven or more points that rise, or that fall, each time (equal neighbours break the run; where
   one trend ends and another begins, the point belongs to the later one);
3. it is close to a limit (beyond the near limit and not outside), as is another of three in a row that are
   all on the same side of the mean;
4. it is one of seven or more in a row on the same side of the mean, none of them on it.

High or rising values are an improvement where higher is better and a concern where lower is; the reverse for
low or falling ones; neither where neither is better. The **variation** icon is what the latest point shows.
The **assurance** icon compares the target with the latest limits: beyond them it is consistently passing or
consistently failing, on or between them it is hit and miss; there is none without a target or a direction.

**Sources.** NHS England, Making Data Count; NHSRplotthedots 0.2.2 (MIT licence), its tests and its snapshot.
The figures 2.66 and 3.267 are the usual ones for moving ranges of two points (3 / 1.128, and D4).

**Where this differs from the package, and why.**

- A series of equal values fails the package's screen (no range of 0 is less than 3.267 × 0), which leaves its
  limits empty. Here they lie on the mean, and the answer says so.
- Two figures that differ by less than one part in ten million million of the series' largest value count as
  equal, so that rounding within the computer puts no point beside a line that it lies on.
- Where a trend up ends and the next point, equal to its last, begins a trend down, the package labels that
  last point as falling; here it is rising.
- A rebase needs a reason and an approver, and the date of a point; the package ignores a date that no point
  has.
- Points out of order are refused, not sorted, since the order may be the mistake.

**Good to know.** Fewer than 13 points in a stretch give provisional limits, and a warning. Limits may lie
where no value can, such as below zero: they are not cut. The screen is absent from NHS England's spreadsheet
tool, so that tool's limits can be wider; `screening: false` gives them. Many series at once:
`speccom.methods.spc.xmr.xmr` takes an array of them, and the single chart is made by that same function.

**Refused:** fewer than two points in a stretch, dates repeated or out of order, and rebases without a reason,
an approver, or a point on their date.
"""

from __future__ import annotations

from typing import Any

from speccom.methods.method import Example, Method
from speccom.methods.spc.chart import spc
from speccom.methods.spc.figures import SpcInput, SpcResult
from speccom.methods.spc.picture import picture
from speccom.methods.spc.sentences import explain

_BEFORE = (81.2, 79.5, 82.0, 80.4, 78.9, 81.7, 80.1, 74.3, 82.4, 80.8, 79.9, 81.0, 80.6, 79.2)
_AFTER = (85.1, 84.4, 86.4, 85.0, 87.0, 84.6, 85.7, 86.9, 86.3, 86.5, 87.2, 86.4, 87.5, 86.6)


def example() -> Example:
    """Return a made-up measure whose process changed once, and which has since improved again."""
    months = [(2023 + (number + 3) // 12, (number + 3) % 12 + 1) for number in range(28)]
    return {
        "measure": "Urgent scans reported within two weeks",
        "unit": "%",
        "better": "higher",
        "target": 85,
        "points": [
            {"date": f"{year}-{month:02d}-01", "value": value}
            for (year, month), value in zip(months, _BEFORE + _AFTER, strict=True)
        ],
        "rebases": [
            {
                "date": "2024-06-01",
                "reason": "a second scanner came into use in May 2024",
                "approver": "the quality committee, 12 September 2024",
            }
        ],
    }


def _changed(**changes: Any) -> Example:
    return {**example(), **changes}


def _rebased(**changes: str) -> Example:
    return _changed(rebases=[{**example()["rebases"][0], **changes}])


METHOD = Method(
    name="spc",
    title="Statistical process control",
    takes=SpcInput,
    gives=SpcResult,
    calculate=spc,
    explain=explain,
    example=example,
    refusals={
        "a single point": lambda: _changed(points=example()["points"][:1], rebases=[]),
        "a date twice": lambda: _changed(points=[example()["points"][0], *example()["points"]]),
        "points out of order": lambda: _changed(points=example()["points"][::-1]),
        "a rebase without a reason": lambda: _rebased(reason=" "),
        "a rebase without an approver": lambda: _rebased(approver=""),
        "a rebase between two points": lambda: _rebased(date="2024-06-15"),
        "a rebase that leaves one point": lambda: _rebased(date="2025-07-01"),
        "limits fixed by too few points": lambda: _changed(fix=11),
    },
    picture=picture,
)
