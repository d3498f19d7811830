"""The rates of several units, their intervals, and how each compares."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.methods.method import Refused
from speccom.methods.rate.checks import BY_BANDS, SMALLEST, check
from speccom.methods.rate.comparison import (
    FAR_TAIL,
    TAIL,
    Label,
    expected_limits,
    label_of_count,
    label_of_share,
    share_limits,
)
from speccom.methods.rate.figures import Bounds, Formula, Kind, RateInput, RateResult, Unit, UnitRate
from speccom.methods.rate.intervals import FEWEST_FOR_BYAR, poisson, wilson
from speccom.methods.rate.standardised import Standardised, direct, expected_count, indirect

FEWEST_FOR_DIRECT = 10


@dataclass(frozen=True)
class _Found:
    """One unit's figures before they are compared and multiplied."""

    unit: Unit
    count: float
    population: float
    expected: float | None
    rate: Standardised | None

    @property
    def base(self) -> float:
        """What the count is set against: expected events, or the population that the rate implies."""
        if self.expected is not None:
            return self.expected
        return self.count / self.rate.value if self.unit.bands and self.rate else self.population


def rate(given: RateInput) -> RateResult:
    """Return the rates. Raises Refused where the units do not have what the kind of rate takes."""
    check(given)
    found = [_found(given, unit) for unit in given.units]
    scale = given.multiplier
    if given.kind == Kind.INDIRECT_RATE:
        scale *= _standard_rate(given)
    reference = _reference(given.kind, found)
    return RateResult(
        measure=given.measure,
        kind=given.kind,
        multiplier=given.multiplier,
        confidence=given.confidence,
        reference=None if reference is None else reference * scale,
        units=tuple(_unit_rate(given.kind, each, reference, scale) for each in found),
    )


def _found(given: RateInput, unit: Unit) -> _Found:
    count = unit.count if unit.count is not None else sum(band.count or 0 for band in unit.bands)
    if given.kind not in BY_BANDS:
        population = unit.population or 0
        lower, upper = (
            wilson(count, population, given.confidence)
            if given.kind == Kind.PROPORTION
            else (limit / population for limit in poisson(count, given.confidence))
        )
        whole = Standardised(count / population, float(lower), float(upper))
        return _Found(unit, count, population, None, whole)
    bands = {band.name: band for band in unit.bands}
    populations = [bands[band.name].population for band in given.standard]
    if given.kind == Kind.DIRECT:
        if count < FEWEST_FOR_DIRECT:
            return _Found(unit, count, sum(populations), None, None)
        counts = [bands[band.name].count or 0 for band in given.standard]
        weights = [band.population for band in given.standard]
        return _Found(
            unit, count, sum(populations), None, direct(counts, populations, weights, given.confidence)
        )
    standard_counts = [band.count or 0 for band in given.standard]
    standard_populations = [band.population for band in given.standard]
    expected = expected_count(populations, standard_counts, standard_populations)
    if expected < SMALLEST:
        raise Refused(
            "no events are expected in it, and nothing is measured against nothing",
            where=unit.name,
            mend="Check its populations and the standard's counts, or leave the unit out",
        )
    return _Found(unit, count, sum(populations), expected, indirect(count, expected, given.confidence))


def _standard_rate(given: RateInput) -> float:
    """Return the crude rate of the standard, which turns a ratio into a rate."""
    events = sum(band.count or 0 for band in given.standard)
    return events / sum(band.population for band in given.standard)


def _reference(kind: Kind, found: list[_Found]) -> float | None:
    """Return what the units are compared with: 1 for a ratio, otherwise the pooled value of two or more."""
    if kind in (Kind.INDIRECT_RATIO, Kind.INDIRECT_RATE):
        return 1.0
    valued = [each for each in found if each.rate]
    if len(valued) < 2:
        return None
    return sum(each.count for each in valued) / sum(each.base for each in valued)


def _unit_rate(kind: Kind, found: _Found, reference: float | None, scale: float) -> UnitRate:
    label, bounds = None, None
    if found.rate and reference is not None:
        label = _label(kind, found, found.rate.value, reference)
        bounds = _bounds(kind, found, reference, scale)
    return UnitRate(
        name=found.unit.name,
        count=found.count,
        population=found.population,
        expected=found.expected,
        value=found.rate.value * scale if found.rate else None,
        lower=found.rate.lower * scale if found.rate else None,
        upper=found.rate.upper * scale if found.rate else None,
        formula=_formula(kind, found.count) if found.rate else None,
        label=label,
        bounds=bounds,
    )


def _label(kind: Kind, found: _Found, value: float, reference: float) -> Label:
    if kind == Kind.PROPORTION:
        return label_of_share(value, found.population, reference)
    return label_of_count(found.count, found.base * reference)


def _bounds(kind: Kind, found: _Found, reference: float, scale: float) -> Bounds | None:
    if kind == Kind.PROPORTION:
        low, high = share_limits(reference, found.population, TAIL)
        far_low, far_high = share_limits(reference, found.population, FAR_TAIL)
        return Bounds(far_low=far_low * scale, low=low * scale, high=high * scale, far_high=far_high * scale)
    if found.count < 1:
        return None
    line = found.count * reference * scale
    least, most = expected_limits(found.count, TAIL)
    far_least, far_most = expected_limits(found.count, FAR_TAIL)
    return Bounds(far_low=line / far_most, low=line / most, high=line / least, far_high=line / far_least)


def _formula(kind: Kind, count: float) -> Formula:
    if kind == Kind.PROPORTION:
        return Formula.WILSON
    if kind == Kind.DIRECT:
        return Formula.DOBSON
    return Formula.EXACT if count < FEWEST_FOR_BYAR else Formula.BYAR
