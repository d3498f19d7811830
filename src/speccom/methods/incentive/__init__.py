r"""What a provider earns from incentive schemes: each trigger judged with its reasons, each sum to the penny.

An incentive scheme pays a provider for doing certain things: evidence handed in, a count that keeps to plan,
a share that reaches a threshold, money saved. The schemes are data: a dated rulebook of the kind
`incentives` holds their codes, versions, triggers, thresholds and packages, and this method knows none of
them by name.

**Package.** A provider's package is a share of its yearly contract value. The share, and the most schemes
that the package holds, depend on its role and contract value.

**Definition.** Each scheme has versions, each with the day on which it was issued. In each quarter applies
the version issued last by the day of signature; a version issued later applies only where a variation of the
contract accepts it, from the first quarter that begins on its day or later. So a provider that signed the
old definition keeps it.

**Sum.** By the definition's rule, a scheme is worth in a whole year, to the nearest penny (a half goes up):

| rule | the year's sum |
|---|---|
| `fixed` | the sum of the scheme or contract |
| `per_unit` | base × sum for one |
| `share_of_base` | base × rate |
| `cost_plus_margin` | cost × (1 + margin) |
| `table` | what the table gives for the base, times the agreed term where there is one |

It is laid on triggers and quarters by their weights, to the penny: each exact part is rounded down and the
pennies left over go to the largest remainders. Where two versions apply in one year, each lays its own whole
sum, and only the parts of its own quarters count. Where all this is worth more than the package, the
rulebook says whether every part is cut in proportion (`scaled`) or not (`paid`).

**Trigger.** Each is judged on the quarter's own report. The ratio `r` is count ÷ plan, numerator ÷
denominator, or (baseline − cost) ÷ planned saving, as an exact fraction; a plan may count only up to a
limit. The part paid is

- for evidence: 1 where it was accepted, 0 where it was not;
- above the ceiling: 0;
- with steps: what the last step at or below `r` gives, at most 1; 0 below the first;
- with `zero_at` and `full_at`: `(r − zero_at) ÷ (full_at − zero_at)`, not below 0 nor above 1 (the standard
  part payment; where `zero_at` is the greater, less is better);
- with `full_at` alone: 1 at or above it, else 0.

What was not reported, has nothing to be measured against, or is a part larger than its whole is neither
earned nor withheld: it is unsettled, and shown.

**Money.** Earned is part paid × part of the sum, to the nearest penny. In each trigger, scheme, quarter and
in all: value = earned + withheld + unsettled + not due.

**Year's end.** With the fourth quarter the sums are laid anew on the figures that came true. The true-up of
a trigger is what it earns on those less what it earned before. Due is earned plus true-up; the balance is
due less what was paid on account.

**Sources.** NHS England's schemes for specialised services 2017/19, restated: what each pays for, and six
changes of substance that became version 2 (medicines 0.6% to 1.0%; hepatitis C treatment from 90–100% to
90–110% of plan; haemophilia reporting from expenditure to patients; dose banding doubled to 1%; palliative
chemotherapy at assessed cost and half as much again; children's critical care by size of network). The part
payment is that of the national indicators' lower and upper thresholds. Most weights and several thresholds
were not found: the rulebook marks each as read, remembered (`recall`) or assumed (`design`).

**Quirks.** A corridor such as 90–110% pays nothing above its ceiling: treatments beyond it earn no more and
lose the quarter. A base such as spend on medicines pays the more, the more is spent; the schemes did so.

**Errors.** Refused: a date outside the schemes' years, a role, scheme or figure the rules do not know, more
schemes than the package holds, a scheme for another kind of provider, one signed before its first version or
after the year, variations out of order or before their version was issued, a figure missing on which a sum
rests, two reports of one quarter, reports or outturn too early.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable
from typing import Any

from speccom.methods.incentive.agreed import package
from speccom.methods.incentive.answer import IncentiveResult
from speccom.methods.incentive.contract import IncentiveInput
from speccom.methods.incentive.drawing import picture
from speccom.methods.incentive.said import explain
from speccom.methods.incentive.year import statement
from speccom.methods.method import Example, Method


def incentive(given: IncentiveInput) -> IncentiveResult:
    """Return a provider's year. Raises Refused for a package or a report that cannot be assessed."""
    given.rules.cover(given.on)
    return statement(given, package(given))


def example() -> dict[str, Any]:
    """An invented provider at the end of its first year; kept as data, since no code may name a scheme."""
    text = pkgutil.get_data(__name__, "example.json")
    found: dict[str, Any] = json.loads(text or b"{}")
    return found


def _changed(change: Callable[[dict[str, Any]], object]) -> Callable[[], Example]:
    """Return a way to make the example with one thing changed."""

    def made() -> Example:
        given = example()
        change(given)
        return given

    return made


METHOD = Method(
    name="incentive",
    title="Incentive schemes",
    takes=IncentiveInput,
    gives=IncentiveResult,
    calculate=incentive,
    explain=explain,
    example=example,
    refusals={
        "a role that no package names": _changed(lambda given: given.update(role="sponsor")),
        "more schemes than the package holds": _changed(
            lambda given: given.update(contract_value_pence=900_000_000)
        ),
        "a scheme that the rules do not know": _changed(
            lambda given: given["agreements"][0].update(scheme="none")
        ),
        "a scheme agreed twice": _changed(lambda given: given["agreements"].append(given["agreements"][0])),
        "a scheme for another kind of provider": _changed(
            lambda given: given.update(provider_kind="ambulance")
        ),
        "a scheme signed before it was issued": _changed(
            lambda given: given["agreements"][0].update(signed_on="2016-09-21")
        ),
        "a variation before its version was issued": _changed(
            lambda given: given["agreements"][1]["variations"][0].update(from_day="2016-11-30")
        ),
        "a figure missing on which a sum rests": _changed(
            lambda given: given["agreements"][0].update(figures={})
        ),
        "two reports of one quarter": _changed(lambda given: given["reports"].append(given["reports"][0])),
        "reports beyond the last quarter assessed": _changed(lambda given: given.update(reported_to=3)),
    },
    picture=picture,
    rules="incentives",
)
