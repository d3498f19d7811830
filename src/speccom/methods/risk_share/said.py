"""A pool's year and its simulated years in plain English."""

from __future__ import annotations

from speccom.methods.risk_share.outcome import MemberYear, RiskShareResult, Years
from speccom.methods.words import counted, listed, percent, pounds


def explain(result: RiskShareResult) -> str:
    """Return the result in plain English."""
    parts = [_year(result), _reserve(result), _pool(result), _members(result)]
    if result.simulation:
        parts.append(_years(result.simulation))
    return " ".join(part for part in parts if part)


def _year(result: RiskShareResult) -> str:
    members = counted(len(result.members), "member")
    if result.variance_pence == 0:
        return f"Together the {members} spent what they had planned."
    how = "more" if result.variance_pence > 0 else "less"
    return f"Together the {members} spent {pounds(abs(result.variance_pence))} {how} than planned."


def _reserve(result: RiskShareResult) -> str:
    if result.very_rare_pence == 0:
        return ""
    said = (
        f"Very rare cases cost {pounds(result.very_rare_pence)}, of which the national reserve pays "
        f"{pounds(result.reserve_paid_pence)}"
    )
    return f"{said}." if result.reserve_paid_pence == result.very_rare_pence else f"{said} and is then empty."


def _pool(result: RiskShareResult) -> str:
    what = "Variance" if result.pools_underspends else "Overspending"
    beyond = f"{what} beyond {percent(float(result.collar), 2)} of plan is pooled"
    if result.pool_pence == 0:
        return f"{beyond}: there is nothing to split."
    kind = "" if result.pool_pence > 0 else " of money not spent"
    return f"{beyond}: {pounds(abs(result.pool_pence))}{kind}, split by the agreed shares."


def _members(result: RiskShareResult) -> str:
    said = [f"{each.member} bears {_sum(each.borne_pence)}{_transfer(each)}" for each in result.members]
    return f"{'; '.join(said)}. Nothing is left over."


def _sum(pence: int) -> str:
    return pounds(pence) if pence >= 0 else f"an underspend of {pounds(-pence)}"


def _transfer(member: MemberYear) -> str:
    if member.transfer_pence > 0:
        return f" and pays the others {pounds(member.transfer_pence)}"
    if member.transfer_pence < 0:
        return f" and receives {pounds(-member.transfer_pence)}"
    return ""


def _years(years: Years) -> str:
    said = [
        f"{each.member} {_near(each.alone_90_pence)} alone, {_near(each.reserve_90_pence)} with the reserve "
        f"and {_near(each.pooled_90_pence)} with the pool too"
        for each in years.members
    ]
    worse = [each.member for each in years.members if each.pooled_90_pence > each.reserve_90_pence]
    measure = "the variance that nine years in ten do not exceed"
    parts = [f"Over {years.years:,} simulated years, {measure} is: {'; '.join(said)}."]
    if worse:
        parts.append(f"By this measure the pool makes {listed(worse)} worse off.")
    parts.append(
        f"The reserve pays {_near(years.reserve_mean_pence)} in a mean year and does not suffice in "
        f"{counted(years.reserve_short_years, 'year')}."
    )
    parts.append("The years are drawn from the expected cases and costs given, and are no better than these.")
    return " ".join(parts)


def _near(pence: int) -> str:
    """Say a simulated sum to the pound: more would pretend to be exact."""
    return pounds(100 * round(pence / 100))[:-3]
