r"""Members of a pool share what goes beyond their collars, and a national reserve pays for the very rare.

A commissioner of a small population cannot plan for the rare: one patient can take the year's growth.
Sharing risk makes each year steadier for each member, at the price of bearing part of the others' bad years.
This method settles a year to the penny, and draws many years to show what each member's bad year costs with
the pool and without it.

**Steps.** For each member, with plan and spend in whole pence:

1. Variance is spend less plan.
2. The national reserve pays for very rare cases: in full while it suffices, else in proportion to what they
   cost each member. What it does not pay stays in the member's variance.
3. Of the rest each member keeps what lies within its collar: the agreed share of its plan, to the nearest
   penny. What goes above it is pooled, and below its negative too where the agreement pools underspends.
4. The pool is split by the agreed shares, in whole pence: exact parts are rounded down and the pennies left
   over go to the largest remainders, the first member first.
5. A member bears what it keeps and its part of the pool. Its transfer is that less what the reserve left it;
   the transfers sum to nought.
6. The residual is all variances less what the reserve paid and members bear. It is nought, in every year.

**Simulation.** A year's usual cases are Poisson with the expected number; the cost of each is gamma with the
mean and spread given, so that their sum is gamma too; very rare cases are Poisson with a fixed cost.
Members' years are drawn independently, by NumPy's generator from the seed. Each year is settled exactly as
above, against the plan given. The 90th centile is the least variance that nine tenths of the years do not
exceed; it is given for each member alone, with the reserve, and with the reserve and the pool.

**Sources.** The design (a pooled budget, agreed shares, a collar, a national reserve for the very rare)
answers providers' and commissioners' fear of volatility under delegation; no national terms were found
published, so collar, shares and reserve are input. The collective risk model (Poisson counts, gamma costs)
is that of actuarial textbooks.

**Quirks.** A pool lowers the risk of all together, not of each: a steady member with a large share may do
worse, and the explanation names it. Members whose bad years come together (a new drug, an epidemic) gain
less than the simulation, which draws them independently, shows.

**Errors.** Refused: fewer than two members, one twice, shares that do not sum to one, very rare costs above
the spend, a simulation for a member without its risk.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from speccom.methods.method import Example, Method, Refused
from speccom.methods.once import refuse_repeated
from speccom.methods.risk_share.agreement import RiskShareInput
from speccom.methods.risk_share.drawing import picture
from speccom.methods.risk_share.outcome import MemberYear, RiskShareResult
from speccom.methods.risk_share.said import explain
from speccom.methods.risk_share.settlement import Terms, settle
from speccom.methods.risk_share.simulation import simulated
from speccom.methods.words import pounds


def risk_share(given: RiskShareInput) -> RiskShareResult:
    """Return the pool's year. Raises Refused for an agreement that cannot be settled."""
    _check(given)
    terms = Terms.of(given)
    year = settle(
        terms,
        [each.actual_pence for each in given.members],
        [each.very_rare_pence for each in given.members],
    )
    members = tuple(
        MemberYear(
            member=member.member,
            variance_pence=year.variance[place],
            reserve_pence=year.reserve[place],
            kept_pence=year.kept[place],
            pooled_pence=year.pooled[place],
            part_pence=year.parts[place],
            borne_pence=year.borne[place],
            transfer_pence=year.parts[place] - year.pooled[place],
        )
        for place, member in enumerate(given.members)
    )
    return RiskShareResult(
        collar=given.collar,
        pools_underspends=given.pools_underspends,
        members=members,
        variance_pence=sum(year.variance),
        very_rare_pence=sum(each.very_rare_pence for each in given.members),
        reserve_paid_pence=sum(year.reserve),
        pool_pence=sum(year.pooled),
        residual_pence=year.residual,
        simulation=simulated(terms, given.members, given.simulation) if given.simulation else None,
    )


def _check(given: RiskShareInput) -> None:
    if len(given.members) < 2:
        raise Refused("a pool needs two members or more", mend="Give each member with its plan and spend")
    refuse_repeated((each.member for each in given.members), "member")
    for member in given.members:
        if member.very_rare_pence > member.actual_pence:
            raise Refused(
                f"very rare cases cost {pounds(member.very_rare_pence)}, more than all that was spent, "
                f"{pounds(member.actual_pence)}",
                where=member.member,
                mend="They are part of what was spent",
            )
        if given.simulation and member.risk is None:
            raise Refused(
                "a simulation was asked for, and there is nothing to draw its years from",
                where=member.member,
                mend="Give its expected cases and their cost, or leave the simulation out",
            )
    total = sum((each.share for each in given.members), Decimal(0))
    if total != 1:
        raise Refused(f"the members' shares sum to {total}, not to 1", mend="Write them as they were agreed")


def example() -> Example:
    """Four invented members, one of them small, in a year with a very rare case; 1,000 years are drawn."""
    return {
        "members": [
            _member("Northdale", "0.45", 18_000_000_00, 18_420_000_00, 1_800, 0.4),
            _member("Southmere", "0.30", 12_000_000_00, 12_950_000_00, 1_200, 0.3),
            _member("Westhaven", "0.20", 8_000_000_00, 7_700_000_00, 800, 0.2),
            {
                **_member("Eastbrook", "0.05", 2_000_000_00, 3_650_000_00, 200, 0.1),
                "very_rare_pence": 1_500_000_00,
            },
        ],
        "collar": "0.02",
        "reserve_pence": 2_000_000_00,
        "simulation": {"years": 1_000, "seed": 2026},
    }


def _member(name: str, share: str, plan: int, actual: int, cases: int, very_rare: float) -> dict[str, Any]:
    risk = {
        "cases": cases,
        "cost_per_case_pence": 10_000_00,
        "spread": 1.5,
        "very_rare_cases": very_rare,
        "very_rare_cost_pence": 1_500_000_00,
    }
    return {"member": name, "share": share, "plan_pence": plan, "actual_pence": actual, "risk": risk}


def _with(**change: Any) -> Example:
    return {**example(), **change}


METHOD = Method(
    name="risk_share",
    title="Sharing risk in a pool",
    takes=RiskShareInput,
    gives=RiskShareResult,
    calculate=risk_share,
    explain=explain,
    example=example,
    refusals={
        "one member alone": lambda: _with(members=example()["members"][:1]),
        "a member given twice": lambda: _with(members=example()["members"][:1] * 2),
        "shares that do not sum to one": lambda: _with(members=example()["members"][:3]),
        "very rare cases that cost more than all": lambda: _with(
            members=[{**each, "very_rare_pence": 10**13} for each in example()["members"]]
        ),
        "a simulation without anything to draw from": lambda: _with(
            members=[{**each, "risk": None} for each in example()["members"]]
        ),
    },
    picture=picture,
)
