"""What a funnel shows, in plain English."""

from __future__ import annotations

from collections.abc import Sequence

from speccom.methods.funnel.figures import FunnelResult, LimitSet, PlacedUnit, Standing
from speccom.methods.funnel.kinds import Kind
from speccom.methods.words import counted, listed, number

_SETS = {
    LimitSet.UNADJUSTED: "limits by chance alone",
    LimitSet.ADJUSTED: "limits widened for over-dispersion",
}


def explain(result: FunnelResult) -> str:
    """Return what the funnel shows, sentence by sentence."""
    said = [
        f"{result.measure}: {len(result.units):,} units are compared with {_centre(result)}.",
        _dispersion(result),
        _outside(result),
        _by_the_other_set(result),
        _without_logarithm(result),
        _quirks(result),
        "A unit outside the limits is a question, to be asked of its data and its case mix first.",
    ]
    return " ".join(text for text in said if text)


def figure(value: float) -> str:
    """Return a value with three decimals, or one where it is 100 or more."""
    return number(value, 1 if abs(value) >= 100 else 3)


def _centre(result: FunnelResult) -> str:
    if result.kind.is_ratio_to_expected:
        return f"{figure(result.centre)}, where as much is observed as was expected"
    return f"the value of all of them together, {figure(result.centre)}"


def _dispersion(result: FunnelResult) -> str:
    measured = f"(φ is {figure(result.phi)}, measured on {counted(result.units_for_dispersion, 'unit')})"
    if result.phi <= 1:
        return (
            f"They vary no more than chance alone would have them {measured}, so limits by chance alone "
            "are used."
        )
    vary = f"They vary more than chance alone would have them {measured}"
    if result.limits_used == LimitSet.ADJUSTED:
        return f"{vary}, so the limits are widened by the variation between units (τ² is {result.tau2:.4g})."
    return f"{vary}, and limits by chance alone were asked for, so more units lie outside than stand out."


def _outside(result: FunnelResult) -> str:
    said = _listed_outside(result.units, [unit.standing for unit in result.units])
    limits = f"the {result.level} {_SETS[result.limits_used]}"
    return f"Outside {limits}: {said}." if said else f"No unit lies outside {limits}."


def _by_the_other_set(result: FunnelResult) -> str:
    if result.limits_used == LimitSet.ADJUSTED:
        other, standings = LimitSet.UNADJUSTED, [unit.standing_unadjusted for unit in result.units]
    else:
        other, standings = LimitSet.ADJUSTED, [unit.standing_adjusted for unit in result.units]
    said = _listed_outside(result.units, standings)
    return f"With {_SETS[other]} it would be {said or 'none'}."


def _without_logarithm(result: FunnelResult) -> str:
    names = [unit.name for unit in result.units if unit.z is None]
    if not names:
        return ""
    has = "has" if len(names) == 1 else "have"
    return (
        f"{listed(names)} {has} nothing observed, which has no logarithm, and no z-score; "
        f"{'it was' if len(names) == 1 else 'they were'} among the extremes left out when φ was measured."
    )


def _quirks(result: FunnelResult) -> str:
    if not result.as_funnelplotr:
        return ""
    if result.kind == Kind.RATIO_ROOT:
        return "The widened limits are left on the square-root scale, as FunnelPlotR leaves them: too narrow."
    if result.kind == Kind.RATIO_OF_COUNTS:
        return "The limits take the standard error of a proportion, as FunnelPlotR does: too narrow."
    return ""


def _listed_outside(units: Sequence[PlacedUnit], standings: Sequence[Standing]) -> str:
    return listed(
        [
            f"{unit.name} ({figure(unit.value)}, {standing})"
            for unit, standing in zip(units, standings, strict=True)
            if standing != Standing.WITHIN
        ]
    )
