"""How far and how fast a technology came into use among the sites that are meant to use it."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from speccom.methods.method import Refused
from speccom.methods.once import refuse_repeated
from speccom.methods.uptake.terms import Rollout, Spread
from speccom.methods.words import spoken


def spread(rollout: Rollout) -> Spread:
    """Return the spread among sites. Raises Refused for dates that cannot be and for sites given twice."""
    _check(rollout)
    first_uses = sorted(site.first_used for site in rollout.sites if site.first_used is not None)
    lags = [(day - rollout.decided).days for day in first_uses]
    return Spread(
        sites=len(rollout.sites),
        adopting=len(lags),
        share=len(lags) / len(rollout.sites),
        before_decision=sum(lag < 0 for lag in lags),
        as_at=rollout.as_at,
        days_observed=(rollout.as_at - rollout.decided).days,
        days_to_first=lags[0] if lags else None,
        days_to_quarter=_days_to(Fraction(1, 4), lags, len(rollout.sites)),
        days_to_half=_days_to(Fraction(1, 2), lags, len(rollout.sites)),
        days_to_three_quarters=_days_to(Fraction(3, 4), lags, len(rollout.sites)),
    )


def _days_to(share: Fraction, lags: list[int], sites: int) -> int | None:
    """Return the lag of the site with which the share of all sites was reached."""
    needed = ceil(share * sites)
    return lags[needed - 1] if needed <= len(lags) else None


def _check(rollout: Rollout) -> None:
    if rollout.as_at < rollout.decided:
        raise Refused(
            f"use is known up to {spoken(rollout.as_at)}, and the decision was on {spoken(rollout.decided)}",
            mend="Give the last day on which first use would be known",
        )
    refuse_repeated(
        (site.name for site in rollout.sites), "site", mend="Give each site once, with its first use"
    )
    for site in rollout.sites:
        if site.first_used is not None and site.first_used > rollout.as_at:
            raise Refused(
                f"the site {site.name} first used it on {spoken(site.first_used)}, and use is known only up "
                f"to {spoken(rollout.as_at)}",
                mend="Mend one of the two dates",
            )
