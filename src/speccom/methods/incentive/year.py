"""A provider's year: the sums of its schemes laid on triggers and quarters, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from speccom.methods.incentive.answer import (
    DefinitionUsed,
    IncentiveResult,
    Outcome,
    PackageAnswer,
    QuarterAnswer,
    SchemeAnswer,
    TriggerAnswer,
)
from speccom.methods.incentive.contract import Agreement, IncentiveInput
from speccom.methods.incentive.definition import Applied, applied, quarter_begins
from speccom.methods.incentive.payment import year_sum
from speccom.methods.incentive.rules import (
    AbovePackage,
    Definition,
    Package,
    Trigger,
    year_label,
)
from speccom.methods.incentive.trigger import Assessment, Reading, assess
from speccom.methods.periods import financial_year
from speccom.methods.rounding import rounded, shared, to_the_penny

QUARTERS = (1, 2, 3, 4)
_PLACES = 6
_UNSETTLED = (Outcome.NOT_REPORTED, Outcome.CANNOT_BE_JUDGED)


@dataclass(frozen=True)
class Cell:
    """One trigger in one quarter under the version that applies, with its part of the year's sum."""

    agreement: Agreement
    trigger: Trigger
    quarter: int
    pence: int


def statement(given: IncentiveInput, package: Package) -> IncentiveResult:
    """Return the whole answer for a package that was checked."""
    agreed = _cells(given, {each.scheme: each.figures for each in given.agreements})
    value = to_the_penny(package.rate * given.contract_value_pence)
    cells = _within(value, agreed, given)
    final = _final_cells(given, package) if given.reported_to == 4 else cells
    schemes = tuple(_scheme(given, agreement, cells, final) for agreement in given.agreements)
    triggers = [trigger for scheme in schemes for trigger in scheme.triggers]
    money = _money(triggers)
    due = money["earned_pence"] + money["true_up_pence"]
    before_cut = sum(each.pence for each in agreed)
    return IncentiveResult(
        provider=given.provider,
        year=year_label(financial_year(given.on)),
        reported_to=given.reported_to,
        rules=f"{given.rules.title} (version {given.rules.version})",
        package=PackageAnswer(
            role=package.role_title,
            contract_value_pence=given.contract_value_pence,
            rate=package.rate,
            value_pence=value,
            most_schemes=package.most_schemes,
            before_cut_pence=before_cut,
            free_pence=value - before_cut,
        ),
        schemes=schemes,
        quarters=tuple(_quarter(quarter, triggers) for quarter in QUARTERS),
        due_pence=due,
        paid_on_account_pence=given.paid_on_account_pence,
        balance_pence=due - given.paid_on_account_pence,
        **money,
    )


def _cells(given: IncentiveInput, figures: Mapping[str, Mapping[str, Decimal]]) -> list[Cell]:
    """Lay each scheme's sum for the year on its triggers and quarters, by the version of each quarter."""
    cells = []
    for agreement in given.agreements:
        by_quarter = _applied(given, agreement)
        for definition in _distinct(by_quarter):
            pence, _ = year_sum(definition, figures[agreement.scheme], given.rules)
            cells += [
                cell
                for cell in _whole_year(given, agreement, definition, pence)
                if by_quarter[cell.quarter].definition is definition
            ]
    return cells


def _applied(given: IncentiveInput, agreement: Agreement) -> dict[int, Applied]:
    versions = given.rules.definitions_of(agreement.scheme)
    year = financial_year(given.on)
    return {quarter: applied(agreement, versions, quarter_begins(year, quarter)) for quarter in QUARTERS}


def _distinct(by_quarter: Mapping[int, Applied]) -> list[Definition]:
    found: list[Definition] = []
    for each in by_quarter.values():
        if each.definition not in found:
            found.append(each.definition)
    return found


def _whole_year(
    given: IncentiveInput, agreement: Agreement, definition: Definition, pence: int
) -> Iterable[Cell]:
    """Split a year's sum over all triggers and quarters of one version, to the penny."""
    triggers = given.rules.triggers_of(definition, year_label(financial_year(given.on)))
    places = [
        (quarter, trigger) for quarter in QUARTERS for trigger in triggers if quarter in trigger.quarters
    ]
    parts = shared(pence, [trigger.weight for _, trigger in places])
    for (quarter, trigger), part in zip(places, parts, strict=True):
        yield Cell(agreement, trigger, quarter, part)


def _within(package: int, cells: list[Cell], given: IncentiveInput) -> list[Cell]:
    """Cut the cells in proportion where they are worth more than the package, if the rules say so."""
    sums = [sum(_of(agreement, cells)) for agreement in given.agreements]
    if sum(sums) <= package or given.rules.above_package is AbovePackage.PAID:
        return cells
    cut: list[Cell] = []
    for agreement, part in zip(given.agreements, shared(package, sums), strict=True):
        own = [each for each in cells if each.agreement is agreement]
        parts = shared(part, [each.pence for each in own]) if part else [0] * len(own)
        cut += [replace(each, pence=pence) for each, pence in zip(own, parts, strict=True)]
    return cut


def _of(agreement: Agreement, cells: Iterable[Cell]) -> list[int]:
    return [each.pence for each in cells if each.agreement is agreement]


def _final_cells(given: IncentiveInput, package: Package) -> list[Cell]:
    """Lay the sums anew at the year's end, on the figures that came true."""
    figures = {each.scheme: {**each.figures, **each.outturn} for each in given.agreements}
    contract = given.outturn_contract_value_pence
    value = given.contract_value_pence if contract is None else contract
    return _within(to_the_penny(package.rate * value), _cells(given, figures), given)


def _scheme(
    given: IncentiveInput, agreement: Agreement, cells: list[Cell], final: list[Cell]
) -> SchemeAnswer:
    title = next(each.title for each in given.rules.schemes if each.scheme == agreement.scheme)
    triggers = tuple(
        _trigger(given, cell, last.pence)
        for cell, last in zip(cells, final, strict=True)
        if cell.agreement is agreement
    )
    return SchemeAnswer(
        scheme=agreement.scheme,
        title=title,
        definitions=_definitions(given, agreement),
        triggers=tuple(sorted(triggers, key=lambda each: each.quarter)),
        **_money(triggers),
    )


def _definitions(given: IncentiveInput, agreement: Agreement) -> tuple[DefinitionUsed, ...]:
    by_quarter = _applied(given, agreement)
    used = []
    for definition in _distinct(by_quarter):
        quarters = tuple(each for each in QUARTERS if by_quarter[each].definition is definition)
        pence, working = year_sum(definition, agreement.figures, given.rules)
        used.append(
            DefinitionUsed(
                version=definition.version,
                quarters=quarters,
                why=by_quarter[quarters[0]].why,
                rule=definition.rule,
                year_pence=pence,
                working=working,
                mark=definition.mark,
            )
        )
    return tuple(used)


def _trigger(given: IncentiveInput, cell: Cell, final_pence: int) -> TriggerAnswer:
    trigger = cell.trigger
    found = _assessment(given, cell)
    part = found.achievement or Fraction(0)
    earned = to_the_penny(part * cell.pence)
    judged = found.outcome in (Outcome.MET, Outcome.PART, Outcome.NOT_MET)
    return TriggerAnswer(
        trigger=trigger.trigger,
        title=trigger.title,
        kind=trigger.kind,
        quarter=cell.quarter,
        version=trigger.version,
        weight=trigger.weight,
        value_pence=cell.pence,
        earned_pence=earned,
        withheld_pence=cell.pence - earned if judged else 0,
        unsettled_pence=cell.pence if found.outcome in _UNSETTLED else 0,
        not_due_pence=cell.pence if found.outcome is Outcome.NOT_DUE else 0,
        true_up_pence=to_the_penny(part * final_pence) - earned,
        outcome=found.outcome,
        ratio=_rounded(found.ratio),
        achievement=_rounded(found.achievement),
        reasons=found.reasons,
        mark=trigger.mark,
    )


def _assessment(given: IncentiveInput, cell: Cell) -> Assessment:
    if cell.quarter > given.reported_to:
        return Assessment(Outcome.NOT_DUE, (f"Due at the end of quarter {cell.quarter}.",))
    reports = (each for each in given.reports if each.scheme == cell.agreement.scheme)
    report = next((each for each in reports if each.quarter == cell.quarter), None)
    return assess(cell.trigger, Reading(given.rules, report, cell.agreement.figures))


def _quarter(quarter: int, triggers: Iterable[TriggerAnswer]) -> QuarterAnswer:
    return QuarterAnswer(quarter=quarter, **_money([each for each in triggers if each.quarter == quarter]))


def _money(triggers: Iterable[TriggerAnswer]) -> dict[str, int]:
    """Return each sum over triggers, under its field's name."""
    found = list(triggers)
    return {
        "value_pence": sum(each.value_pence for each in found),
        "earned_pence": sum(each.earned_pence for each in found),
        "withheld_pence": sum(each.withheld_pence for each in found),
        "unsettled_pence": sum(each.unsettled_pence for each in found),
        "not_due_pence": sum(each.not_due_pence for each in found),
        "true_up_pence": sum(each.true_up_pence for each in found),
    }


def _rounded(exact: Fraction | None) -> Decimal | None:
    return None if exact is None else rounded(exact, _PLACES)
