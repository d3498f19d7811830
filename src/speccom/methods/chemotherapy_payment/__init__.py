"""Works out what cycles of chemotherapy are paid, part by part, and which supportive drugs are payable.

A cycle is paid in parts: its drugs, by one of ten bands; the same-day attendance; and the delivery of each
attendance. Supportive drugs are payable only where they belong to the regimen.

## The steps

1. The regimen is looked up in the list of the year. It gives the band of the drugs and how a first
   attendance is delivered. One that is not listed has no price here: it is shown, unpaid, to be agreed
   locally.
2. **Drugs.** The whole cycle's drugs are paid once, on its first day.
3. **Delivery.** The first attendance is paid by the regimen's delivery, each later one as a subsequent
   element (SB15Z). Delivery to an inpatient is not paid, since the stay is; to a day case, at a regular
   admission or to an outpatient it is, with the same-day currency (SB97Z). A cycle whose first attendance
   was an inpatient's still had its first: the next is a subsequent one.
4. **Supportive drugs.**

   | a routine part of the regimen | the regimen lists the drug | payable |
   |---|---|---|
   | yes | yes | yes |
   | yes | no | no |
   | no: it corrects a complication | yes or no | no |

   So an anti-emetic, a low-molecular-weight heparin or a G-CSF that the regimen lists is payable; an
   antibiotic or epoetin for a complication is not. What is payable is paid at its cost or is within the
   band, as the rules say.
5. A cycle that runs from one year into the next is given in two: the later part as one that had begun
   before, so that its drugs are not paid twice.
6. Where a provider's claim is given, the difference is shown.

Money is conserved: a cycle's parts sum to its payment, and for supportive drugs what is paid and what is
not sum to what was claimed. Prices are before market forces.

## Sources

NHS Digital, chemotherapy regimens clinical coding standards (2020), and the published description of the
chemotherapy currencies: worked codes FEC = band 2 = X70.2 = SB02Z and FEC100 = band 3 = X70.3 = SB03Z. The
rule on supportive drugs is in NHS England's guidance on chemotherapy supportive drugs.

## Known quirks

The band prices and the list of regimens are not openly published with the sources that were read, so the
rules shipped here are illustrative; a commissioner puts the year's own beside them. Two regimens of nearly
one name can lie in different bands (FEC and FEC100), so names are matched as they are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from pydantic import Field

from speccom.methods.chemotherapy_payment.cycle import Cycle, CyclePayment, Kind, Reason, pay
from speccom.methods.chemotherapy_payment.regimen_list import ChemotherapyRules
from speccom.methods.chemotherapy_payment.telling import explain, picture
from speccom.methods.method import Example, Figures, Method, Pence, Refused


class ChemotherapyInput(Figures):
    """Cycles of chemotherapy, and the day whose rules hold for them."""

    on: date
    """A day of the year that the cycles are paid by."""
    cycles: tuple[Cycle, ...] = Field(min_length=1)
    """The cycles."""
    rules: ChemotherapyRules
    """The rules in force."""


class ProviderPayment(Figures):
    """What one provider is paid, or all together."""

    provider: str
    """The provider; `all` for all together."""
    cycles: int
    """How many cycles."""
    not_listed: int
    """How many of them are of a regimen that is not listed, and so have no price here."""
    procurement: Pence
    """Drugs, in whole pence."""
    same_day: Pence
    """Same-day attendances, in whole pence."""
    delivery: Pence
    """Delivery, in whole pence."""
    supportive: Pence
    """Supportive drugs, in whole pence."""
    payment: Pence
    """All of it together, in whole pence."""
    supportive_not_paid: Pence
    """What was claimed for supportive drugs and is not paid, in whole pence."""


class NotPaid(Figures):
    """Why parts are not paid."""

    reason: Reason
    """The reason."""
    parts: int
    """How many parts."""
    pence: Pence
    """What was claimed for them as supportive drugs, in whole pence."""


class ChemotherapyResult(Figures):
    """The payment of each cycle, by part."""

    cycles: tuple[CyclePayment, ...]
    """Each cycle, in the order given."""
    providers: tuple[ProviderPayment, ...]
    """Each provider, in alphabetical order."""
    total: ProviderPayment
    """All providers together."""
    not_paid: tuple[NotPaid, ...]
    """What is not paid, by reason."""
    claimed: Pence | None
    """The claims together, in whole pence; none where no cycle has one."""
    difference: Pence | None
    """Those claims less the payments of the same cycles, in whole pence."""
    rules_title: str
    """The rules that were used."""
    illustrative: bool
    """Whether they were made for demonstration."""


def chemotherapy_payment(given: ChemotherapyInput) -> ChemotherapyResult:
    """Return what the cycles are paid. Raises Refused for what the rules cannot serve."""
    given.rules.cover(given.on)
    times = Counter((each.provider, each.reference) for each in given.cycles)
    for (provider, reference), most in times.items():
        if most > 1:
            raise Refused(
                f"cycle {reference} of {provider} is given {most} times, and each is paid once",
                mend="Take the repeats out, or give each cycle a reference of its own",
            )
    paid = tuple(pay(each, given.rules) for each in given.cycles)
    claims = [each for each in paid if each.difference is not None]
    return ChemotherapyResult(
        cycles=paid,
        providers=tuple(
            _sum(name, [each for each in paid if each.provider == name])
            for name in sorted({each.provider for each in paid})
        ),
        total=_sum("all", paid),
        not_paid=_not_paid(paid),
        claimed=sum(each.claimed or 0 for each in claims) if claims else None,
        difference=sum(each.difference or 0 for each in claims) if claims else None,
        rules_title=given.rules.title,
        illustrative=given.rules.status == "illustrative",
    )


def _sum(provider: str, cycles: Sequence[CyclePayment]) -> ProviderPayment:
    of = {
        kind: sum(part.pence for cycle in cycles for part in cycle.parts if part.kind is kind)
        for kind in Kind
    }
    return ProviderPayment(
        provider=provider,
        cycles=len(cycles),
        not_listed=sum(not cycle.listed for cycle in cycles),
        procurement=of[Kind.PROCUREMENT],
        same_day=of[Kind.SAME_DAY],
        delivery=of[Kind.DELIVERY],
        supportive=of[Kind.SUPPORTIVE],
        payment=sum(cycle.payment for cycle in cycles),
        supportive_not_paid=sum(cycle.not_paid for cycle in cycles),
    )


def _not_paid(cycles: Sequence[CyclePayment]) -> tuple[NotPaid, ...]:
    parts = [part for cycle in cycles for part in cycle.parts if part.reason is not Reason.PAID]
    return tuple(
        NotPaid(
            reason=reason,
            parts=sum(part.reason is reason for part in parts),
            pence=sum(part.not_paid for part in parts if part.reason is reason),
        )
        for reason in Reason
        if any(part.reason is reason for part in parts)
    )


def _cycle(reference: str, regimen: str, *days: str, **more: object) -> Example:
    return {
        "reference": reference,
        "provider": "Ashdown",
        "regimen": regimen,
        "attendances": [{"day": day, "setting": "day_case"} for day in days],
        **more,
    }


def example() -> Example:
    """Return input that this method serves."""
    given = [
        {"drug": "ondansetron", "purpose": "routine", "pence": 1_240},
        {"drug": "filgrastim", "purpose": "routine", "pence": 26_400},
        {"drug": "ciprofloxacin", "purpose": "complication", "pence": 890},
    ]
    stay = [{"day": "2025-06-09", "setting": "inpatient"}, {"day": "2025-06-16", "setting": "outpatient"}]
    return {
        "on": date(2025, 6, 30),
        "cycles": [
            _cycle("A1", "FEC100", "2025-06-02", supportive=given, claimed=122_830),
            _cycle("A2", "FEC", "2025-06-03", "2025-06-10", supportive=given[1:2]),
            _cycle("B1", "illustrative infusional regimen", provider="Brambley", attendances=stay),
            _cycle("B2", "trial regimen", "2025-06-12", provider="Brambley"),
        ],
    }


def _one(**changes: object) -> Example:
    return {
        "on": date(2025, 6, 30),
        "cycles": [{**_cycle("A1", "FEC", "2025-06-02", "2025-06-09"), **changes}],
    }


METHOD = Method(
    name="chemotherapy_payment",
    title="Payment of chemotherapy by cycle and band, and of its supportive drugs",
    takes=ChemotherapyInput,
    gives=ChemotherapyResult,
    calculate=chemotherapy_payment,
    explain=explain,
    example=example,
    picture=picture,
    rules="chemotherapy",
    refusals={
        "attendances out of order": lambda: _one(attendances=_one()["cycles"][0]["attendances"][::-1]),
        "two attendances on one day": lambda: _one(attendances=_one()["cycles"][0]["attendances"][:1] * 2),
        "an attendance in another year": lambda: _one(
            attendances=[
                {"day": "2026-03-30", "setting": "day_case"},
                {"day": "2026-04-06", "setting": "day_case"},
            ]
        ),
        "a cycle given twice": lambda: {**_one(), "cycles": _one()["cycles"] * 2},
        "a supportive drug that cost less than nothing": lambda: _one(
            supportive=[{"drug": "ondansetron", "purpose": "routine", "pence": -1}]
        ),
        "a year without rules": lambda: {**_one(), "on": date(2016, 6, 30)},
    },
)
