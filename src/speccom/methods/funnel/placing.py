"""One funnel: its limits, and where each unit lies."""

from __future__ import annotations

from collections import Counter

import numpy as np

from speccom.methods.funnel.figures import (
    FunnelInput,
    FunnelResult,
    Level,
    LimitSet,
    PlacedUnit,
    Standing,
    Unit,
    UnitLimits,
)
from speccom.methods.funnel.kinds import Kind, outside
from speccom.methods.funnel.limits import Funnels, Limits, funnels
from speccom.methods.method import Refused
from speccom.methods.words import counted, listed

SMALLEST_DENOMINATOR = 0.01

_STANDINGS = {-1: Standing.LOW, 0: Standing.WITHIN, 1: Standing.HIGH}


def funnel(given: FunnelInput) -> FunnelResult:
    """Return the funnel of one measure. Raises Refused where its units cannot be compared."""
    _check(given)
    numerators = np.array([[unit.numerator for unit in given.units]])
    denominators = np.array([[unit.denominator for unit in given.units]])
    found = funnels(
        given.kind, numerators, denominators, trim=given.trim, as_funnelplotr=given.as_funnelplotr
    )
    _check_logarithms(given, found)
    _check_widths(given, found)
    phi = float(found.dispersion.phi[0])
    used = given.limits if phi > 1 else LimitSet.UNADJUSTED
    return FunnelResult(
        measure=given.measure,
        kind=given.kind,
        multiplier=given.multiplier,
        level=given.level,
        as_funnelplotr=given.as_funnelplotr,
        centre=float(found.centre[0]) * given.multiplier,
        phi=phi,
        tau2=float(found.dispersion.tau2[0]),
        units_for_dispersion=int(found.dispersion.units[0]),
        limits_asked=given.limits,
        limits_used=used,
        units=_placed(given, found, used),
    )


def _placed(given: FunnelInput, found: Funnels, used: LimitSet) -> tuple[PlacedUnit, ...]:
    standings = {
        LimitSet.UNADJUSTED: _standings(found, found.unadjusted, given.level),
        LimitSet.ADJUSTED: _standings(found, found.adjusted, given.level),
    }
    z = found.dispersion.z[0]
    return tuple(
        PlacedUnit(
            name=unit.name,
            numerator=unit.numerator,
            denominator=unit.denominator,
            value=float(found.values[0, number]) * given.multiplier,
            z=float(z[number]) if np.isfinite(z[number]) else None,
            trimmed=bool(found.dispersion.trimmed[0, number]),
            unadjusted=_unit_limits(found.unadjusted, number, given.multiplier),
            adjusted=_unit_limits(found.adjusted, number, given.multiplier),
            standing=standings[used][number],
            standing_unadjusted=standings[LimitSet.UNADJUSTED][number],
            standing_adjusted=standings[LimitSet.ADJUSTED][number],
        )
        for number, unit in enumerate(given.units)
    )


def _standings(found: Funnels, limits: Limits, level: Level) -> list[Standing]:
    lower, upper = (
        (limits.lower_95, limits.upper_95)
        if level == Level.NINETY_FIVE
        else (limits.lower_998, limits.upper_998)
    )
    return [_STANDINGS[int(side)] for side in outside(found.values, lower, upper)[0]]


def _unit_limits(limits: Limits, number: int, multiplier: float) -> UnitLimits:
    return UnitLimits(
        lower_95=float(limits.lower_95[0, number]) * multiplier,
        upper_95=float(limits.upper_95[0, number]) * multiplier,
        lower_998=float(limits.lower_998[0, number]) * multiplier,
        upper_998=float(limits.upper_998[0, number]) * multiplier,
    )


def _check(given: FunnelInput) -> None:
    units = given.units
    if len(units) < 2:
        raise Refused(
            f"a funnel compares two units or more, and there {'is one' if units else 'are none'}",
            where="units",
            mend="Give every unit of the measure",
        )
    often = [name for name, count in Counter(unit.name for unit in units).items() if count > 1]
    if often:
        raise Refused(
            f"{_named(often)} {'is' if len(often) == 1 else 'are'} there more than once",
            where="units",
            mend="Give each unit once, with its counts added up",
        )
    empty = [unit.name for unit in units if unit.denominator < SMALLEST_DENOMINATOR]
    if empty:
        raise Refused(
            f"{_named(empty)} {'has' if len(empty) == 1 else 'have'} a denominator of less than 0.01, and "
            "nothing is measured against nothing",
            where="units",
            mend="Leave out units without cases, and say so beside the chart",
        )
    if all(unit.numerator == unit.denominator for unit in units):
        raise Refused(
            "each numerator is the same as its denominator",
            where="units",
            mend="Check that the right columns were taken",
        )
    _check_kind(given.kind, units)


def _check_kind(kind: Kind, units: tuple[Unit, ...]) -> None:
    over = [unit.name for unit in units if unit.numerator > unit.denominator]
    if kind == Kind.PROPORTION and over:
        raise Refused(
            f"{_named(over)} {'has' if len(over) == 1 else 'have'} a numerator above the denominator, of "
            "which a proportion is a part",
            where="units",
            mend="Correct the counts, or ask for `ratio_of_counts` where they are separate counts",
        )
    if kind == Kind.RATIO_OF_COUNTS and not any(unit.numerator for unit in units):
        raise Refused(
            "nothing was counted in any numerator, so there is no ratio to compare with",
            where="units",
            mend="Take a longer period, or check that the right column was taken",
        )


def _check_logarithms(given: FunnelInput, found: Funnels) -> None:
    """Refuse nothing observed, which has no logarithm, unless the unit was among the extremes left out."""
    lost = ~np.isfinite(found.dispersion.z[0]) & ~found.dispersion.trimmed[0]
    names = [unit.name for unit, is_lost in zip(given.units, lost, strict=True) if is_lost]
    if names:
        raise Refused(
            f"{_named(names)} {'has' if len(names) == 1 else 'have'} nothing observed, and nothing has no "
            "logarithm",
            where="units",
            mend="Ask for `ratio_root`, which takes units with nothing observed",
        )


def _check_widths(given: FunnelInput, found: Funnels) -> None:
    with np.errstate(over="ignore"):
        widest = found.adjusted.upper_998[0] * given.multiplier
    if not np.isfinite(widest).all():
        raise Refused(
            "they differ so much from one another that limits widened for it have no end",
            where="units",
            mend="Check that each numerator stands beside its own denominator",
        )


def _named(names: list[str]) -> str:
    """Return some names as a list, at most five of them, and how many more there are."""
    shown = names[:5]
    more = len(names) - len(shown)
    return listed([*shown, counted(more, "more unit")] if more else shown)
