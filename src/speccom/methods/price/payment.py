"""From the price of a unit to what is paid for a line: by the unit, as a block, or fixed and variable."""

from __future__ import annotations

from decimal import Decimal

from speccom.methods.method import Refused
from speccom.methods.price.lines import Component, CriticalCare, Part, PricedLine, PriceLine
from speccom.methods.price.rules import Basis, PaymentBasis, PriceRules, Setting
from speccom.methods.price.unit_price import UnitPrice, in_full, unit_price
from speccom.methods.rounding import to_the_penny
from speccom.methods.words import counted, listed, pounds


def priced(line: PriceLine, rules: PriceRules) -> PricedLine:
    """Return a line with its price and payment. Raises Refused where something that decides it is missing."""
    reason = _excluded(line, rules)
    if reason:
        return _not_priced(line, reason)
    if line.length_of_stay is not None and line.units != 1:
        raise Refused(
            f"line {line.id} gives a length of stay and stands for {counted(line.units, 'unit')}",
            mend="A length of stay belongs to one spell: give each spell a line",
        )
    unit = unit_price(line, rules)
    basis = _basis(line, rules)
    parts = [
        Component(part=each.part, unit_pence=each.pence, pence=each.pence * line.units, why=each.why)
        for each in unit.amounts
    ]
    adjustment = _adjustment(line, unit, basis)
    weighted = _weighted_days(line, rules)
    besides = [*_critical_care(line, weighted), *_local(line)]
    components = [*parts, *besides, *adjustment]
    return PricedLine(
        id=line.id,
        excluded="",
        basis=basis.basis,
        components=tuple(components),
        unit_pence=unit.pence,
        value_pence=sum(each.pence for each in (*parts, *besides)),
        paid_pence=sum(each.pence for each in components),
        adjusted_days=unit.adjusted_days,
        excess_days=unit.excess_days,
        weighted_days=weighted,
        notes=unit.notes,
    )


def _excluded(line: PriceLine, rules: PriceRules) -> str:
    """Return why a line is not priced at all; empty where it is."""
    if line.administrative_category in rules.excluded_administrative_categories:
        return f"patients of administrative category {line.administrative_category} are paid for otherwise"
    if line.setting is Setting.REGULAR and line.hrg not in rules.regular_attender_hrgs:
        return f"regular attendances are priced for {_or_none(rules.regular_attender_hrgs)} only"
    if line.setting is Setting.OUTPATIENT and rules.attended and line.attendance_status not in rules.attended:
        status = line.attendance_status or "not given"
        return f"the attendance status is {status}, and only {_or_none(rules.attended)} says “seen”"
    if rules.excluded_serial_mark and rules.excluded_serial_mark in line.serial:
        return f"the commissioning serial number {line.serial} takes it out of pricing"
    return ""


def _or_none(names: tuple[str, ...]) -> str:
    return listed(names, "or") or "no group"


def _not_priced(line: PriceLine, reason: str) -> PricedLine:
    return PricedLine(
        id=line.id,
        excluded=reason,
        basis=None,
        components=(),
        unit_pence=0,
        value_pence=0,
        paid_pence=0,
        adjusted_days=None,
        excess_days=None,
        weighted_days=None,
        notes=(),
    )


def _basis(line: PriceLine, rules: PriceRules) -> PaymentBasis:
    """Return how a line is paid for: what holds for its own service line, else for its setting."""
    rows = [each for each in rules.payment_bases if each.setting is line.setting]
    for wanted in (line.service_line, ""):
        for row in rows:
            if row.service_line == wanted:
                return row
    raise Refused(
        f"line {line.id}: “{rules.title}” does not say how {line.setting.replace('_', ' ')} care is paid for",
        mend="Add its payment basis to the rulebook",
    )


def _adjustment(line: PriceLine, unit: UnitPrice, basis: PaymentBasis) -> list[Component]:
    """Return what lies between the price of all units and what is paid for them."""
    if basis.basis is Basis.UNIT:
        return []
    if line.agreed_pence is None:
        words = "block" if basis.basis is Basis.BLOCK else "fixed sum and a variable part"
        raise Refused(
            f"line {line.id} is paid by a {words}, and no agreed sum is given",
            mend="Give `agreed_pence`",
        )
    value = unit.pence * line.units
    if basis.basis is Basis.BLOCK:
        why = f"block of {pounds(line.agreed_pence)}, whatever the activity, in place of {pounds(value)}"
        return [_line_part(Part.PAYMENT_BASIS, line.agreed_pence - value, why)]
    return [_fixed_and_variable(line, unit, basis, line.agreed_pence, value)]


def _fixed_and_variable(
    line: PriceLine, unit: UnitPrice, basis: PaymentBasis, agreed: int, value: int
) -> Component:
    if line.planned_units is None:
        raise Refused(
            f"line {line.id} is paid by a fixed sum and a variable part, and no planned units are given",
            mend="Give `planned_units`",
        )
    more = line.units - line.planned_units
    share = basis.over_share if more > 0 else basis.under_share
    variable = to_the_penny(unit.pence * more * share)
    side = "above" if more > 0 else "below"
    if not more:
        why = f"fixed sum of {pounds(agreed)}, the units being those planned, in place of {pounds(value)}"
        return _line_part(Part.PAYMENT_BASIS, agreed - value, why)
    why = (
        f"fixed sum of {pounds(agreed)} and {pounds(variable)} for {counted(abs(more), 'unit')} {side} "
        "plan at "
        f"{in_full(100 * share)}% of the price, in place of {pounds(value)}"
    )
    return _line_part(Part.PAYMENT_BASIS, agreed + variable - value, why)


def _line_part(part: Part, pence: int, why: str) -> Component:
    return Component(part=part, unit_pence=None, pence=pence, why=why)


def _weighted_days(line: PriceLine, rules: PriceRules) -> Decimal | None:
    if not line.critical_care:
        return None
    return sum((_weighted(line, each, rules) for each in line.critical_care), Decimal(0))


def _weighted(line: PriceLine, period: CriticalCare, rules: PriceRules) -> Decimal:
    weight = next((each for each in rules.critical_care if each.hrg == period.hrg), None)
    if weight is None:
        raise Refused(
            f"line {line.id}: “{rules.title}” has no critical care weight for {period.hrg}",
            mend=f"It has weights for {_or_none(tuple(each.hrg for each in rules.critical_care))}",
        )
    advanced = period.advanced_respiratory_days
    if advanced > period.days:
        raise Refused(
            f"line {line.id} has {counted(advanced, 'day')} of advanced respiratory support in "
            f"{counted(period.days, 'day')} of {period.hrg}",
            mend="Correct the days",
        )
    dearer = (
        weight.weight if weight.advanced_respiratory_weight is None else weight.advanced_respiratory_weight
    )
    return advanced * dearer + (period.days - advanced) * weight.weight


def _critical_care(line: PriceLine, weighted: Decimal | None) -> list[Component]:
    if weighted is None or line.weighted_day_pence is None:
        return []
    why = f"{in_full(weighted)} weighted days at the local price of {pounds(line.weighted_day_pence)}"
    return [_line_part(Part.CRITICAL_CARE, to_the_penny(weighted * line.weighted_day_pence), why)]


def _local(line: PriceLine) -> list[Component]:
    if not line.local_pence:
        return []
    return [_line_part(Part.LOCAL, line.local_pence, "paid besides, at cost")]
