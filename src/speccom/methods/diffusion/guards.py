"""What a diffusion curve cannot serve."""

from __future__ import annotations

import numpy as np

from speccom.methods.diffusion import curves
from speccom.methods.diffusion.fitting import Fitted
from speccom.methods.diffusion.terms import DiffusionInput
from speccom.methods.method import Refused
from speccom.methods.periods import check_even

# A curve of three figures is fitted to no fewer.
LEAST_PERIODS = 5

_FIX = "Fix the market at the eligible population, or wait until adoption has passed its peak"


def check(given: DiffusionInput) -> None:
    """Raise Refused for what can be seen before fitting."""
    check_even([each.period for each in given.periods], given.interval)
    if len(given.periods) < LEAST_PERIODS:
        raise Refused(
            f"there are {len(given.periods)} periods, and a curve needs {LEAST_PERIODS} or more",
            mend="Give shorter periods, or wait",
        )
    so_far = sum(each.adopters for each in given.periods)
    if so_far == 0:
        raise Refused(
            f"there are no {given.what} in any period", mend="Start with the launch, once there are some"
        )
    ceilings = {"the market is fixed at": given.market, "the eligible are": given.eligible}
    for said, ceiling in ceilings.items():
        if ceiling is not None and ceiling < so_far:
            raise Refused(
                f"{said} {ceiling:,.0f}, and {so_far:,.0f} {given.what} have adopted already",
                mend="Mend that figure, or count each adopter once",
            )
    if given.market is not None and given.eligible is not None and given.market > given.eligible:
        raise Refused(
            f"the market is fixed at {given.market:,.0f}, and the eligible are only {given.eligible:,.0f}",
            mend="Fix the market at no more than the eligible",
        )
    if given.market is None:
        _check_rising(given)


def _check_rising(given: DiffusionInput) -> None:
    """Refuse where the newest three periods have the highest mean: the peak is not seen yet."""
    adopters = np.array([each.adopters for each in given.periods])
    sums = np.convolve(adopters, np.ones(3), "valid")
    if sums[-1] >= sums.max():
        raise Refused(
            f"new {given.what} are still at their highest in the latest periods, and before the peak the "
            "size of the market cannot be told from these figures",
            mend=_FIX,
        )


def check_peak(given: DiffusionInput, fitted: Fitted) -> None:
    """Refuse a market that was estimated before the fitted peak."""
    peak = curves.peak(given.curve, fitted.figures)
    if given.market is None and peak is not None and peak >= len(given.periods) - 0.5:
        raise Refused(
            f"the curve peaks {peak:.1f} periods from the launch, and only {len(given.periods)} are known: "
            "before the peak the size of the market cannot be told from these figures",
            mend=_FIX,
        )
