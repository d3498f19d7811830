"""The sheet of what a person may change."""

from __future__ import annotations

from decimal import Decimal

from speccom.methods.budget_impact.given import (
    FIVE_YEARS,
    BudgetImpactInput,
    PersistenceTable,
    PriceBasis,
    UptakeBass,
    UptakeLinear,
    UptakeTable,
    held,
)
from speccom.methods.budget_impact.workbook_sheet import Sheet

# On a row of costs, the columns before the years and the payers.
COST_LABELS = 2
DISCOUNT_COLUMN = COST_LABELS
FIRST_COST_COLUMN = COST_LABELS + 1


def write_inputs(sheet: Sheet, given: BudgetImpactInput) -> None:
    """Write all inputs in their blocks, from the people to the thresholds."""
    sheet.widths(44)
    _write_people(sheet, given)
    _write_uptake(sheet, given)
    _write_persistence(sheet, given)
    _write_costs(sheet, given)
    _write_outcome(sheet, given)
    _write_thresholds(sheet, given)


def _write_people(sheet: Sheet, given: BudgetImpactInput) -> None:
    sheet.heading("People")
    sheet.inputs("prevalent", ["People who have the condition now"], [given.prevalent], "whole")
    sheet.inputs("incident", ["People newly ill in year 1"], [given.incident], "number")
    sheet.inputs("growth", ["Growth of the newly ill from year to year"], [given.growth], "share")
    for place, step in enumerate(given.steps):
        sheet.inputs(("step", place), [f"Share: {step.name}"], [step.share], "share")


def _write_uptake(sheet: Sheet, given: BudgetImpactInput) -> None:
    curve = given.uptake
    sheet.heading("Uptake: share of the eligible who have ever started")
    if isinstance(curve, UptakeTable):
        sheet.titles("", *(f"Year {year + 1}" for year in range(given.years)))
        sheet.inputs("uptake", ["By the end of the year"], held(curve.shares, given.years), "share")
    elif isinstance(curve, UptakeLinear):
        sheet.inputs("first", ["By the end of year 1"], [curve.first], "share")
        sheet.inputs("last", ["In the end"], [curve.last], "share")
        sheet.inputs("by_year", ["Year in which that is reached"], [curve.by_year], "whole")
    else:
        sheet.inputs("ceiling", ["In the end"], [curve.ceiling], "share")
        if isinstance(curve, UptakeBass):
            sheet.inputs("innovation", ["Innovation (p)"], [curve.innovation], "number")
            sheet.inputs("imitation", ["Imitation (q)"], [curve.imitation], "number")
        else:
            sheet.inputs("midpoint", ["Year in which half of it is reached"], [curve.midpoint], "number")
            sheet.inputs("speed", ["Steepness per year"], [curve.speed], "number")


def _write_persistence(sheet: Sheet, given: BudgetImpactInput) -> None:
    kept = given.persistence
    if isinstance(kept, PersistenceTable):
        years = given.treatment_years
        titles = ["", *(f"Treatment year {year + 1}" for year in range(years))]
        sheet.heading("Persistence", *titles)
        sheet.inputs("persistence", ["Share on treatment"], held(kept.shares, years), "share")
    else:
        sheet.heading("Persistence")
        sheet.inputs("kept", ["Share on treatment who are on it a year later"], [kept.kept], "share")


def _write_costs(sheet: Sheet, given: BudgetImpactInput) -> None:
    years, payers = given.treatment_years, given.payers
    sheet.heading("Money")
    sheet.inputs("price", ["Prices: list, or net of discounts (write list or net)"], [given.price.value])
    choices = {"validate": "list", "source": [each.value for each in PriceBasis]}
    sheet.worksheet.data_validation(sheet.rows["price"], 1, sheet.rows["price"], 1, choices)
    sheet.inputs(
        "time_discount", ["Rate by which later years count less, per patient"], [given.time_discount], "share"
    )
    sheet.titles("", *payers)
    flags = [int(payer in given.counted_payers) for payer in payers]
    sheet.inputs("counted", ["Counted in the headline (1) or not (0)"], flags, "whole")
    sheet.heading(
        "Cost per patient at list price",
        "",
        "Pathway",
        "Discount",
        *(f"Treatment year {year + 1}" for year in range(years)),
        *(f"Share: {payer}" for payer in payers),
    )
    for place, cost in enumerate(given.costs):
        pounds = [Decimal(pence) / 100 for pence in held(cost.pence, years)]
        shares = [cost.payers.get(payer, Decimal(0)) for payer in payers]
        figures = [cost.discount, *pounds, *shares]
        sheet.inputs(("cost", place), [cost.name, cost.pathway.value], figures, "number")
    if given.one_off:
        sheet.heading("One-off costs", "", "Year", "Pounds", *(f"Share: {payer}" for payer in payers))
    for place, once in enumerate(given.one_off):
        shares = [once.payers.get(payer, Decimal(0)) for payer in payers]
        sheet.inputs(
            ("one_off", place), [once.name], [once.year, Decimal(once.pence) / 100, *shares], "number"
        )


def _write_outcome(sheet: Sheet, given: BudgetImpactInput) -> None:
    if given.outcome is None:
        return
    titles = [f"Treatment year {year + 1}" for year in range(FIVE_YEARS)]
    sheet.heading(f"Outcome per patient: {given.outcome.unit}", "", *titles)
    sheet.inputs("outcome_current", ["Under current care"], held(given.outcome.current, FIVE_YEARS), "number")
    sheet.inputs(
        "outcome_proposed", ["On the proposed treatment"], held(given.outcome.proposed, FIVE_YEARS), "number"
    )


def _write_thresholds(sheet: Sheet, given: BudgetImpactInput) -> None:
    sheet.heading("Thresholds")
    for test in given.rules.tests:
        sheet.inputs(("limit", test.id), [test.title], [Decimal(test.limit_pence) / 100], "pounds")
    for each in given.rules.cost_per_unit:
        if given.outcome and each.unit == given.outcome.unit:
            ends = [Decimal(each.lower_pence) / 100, Decimal(each.upper_pence) / 100]
            sheet.inputs("worth", [f"Usual range for one more {each.unit}"], ends, "pounds")
