"""The same calculation as an Excel workbook: inputs to change, live formulas, and results that follow.

Inputs and results are in pounds, the calculation between them in whole pence and millionths, so that the
workbook rounds where the method rounds and comes to the same pennies.
"""

from __future__ import annotations

import io
from datetime import datetime, time

from speccom.methods.budget_impact.found import BudgetImpactResult
from speccom.methods.budget_impact.given import BudgetImpactInput
from speccom.methods.budget_impact.workbook_calculation import write_calculation
from speccom.methods.budget_impact.workbook_inputs import write_inputs
from speccom.methods.budget_impact.workbook_results import write_results
from speccom.methods.budget_impact.workbook_sheet import Sheet, Styles

_ABOUT = (
    "Blue cells are inputs: change one, and all results follow. Everything else is a formula.",
    "Money is in pounds on the sheets Inputs and Results, and in whole pence on Calculation.",
    "On Calculation each column is a case: the scenarios, both prices, and each end of the tornado's bars.",
    "Each step is rounded once, halves away from nought: to whole people, whole pence or millionths.",
    "Where a cost is split, the payers' shares are added up in their order and each running sum is rounded.",
    "So what the payers bear comes to the cost exactly.",
    "A patient who stops the proposed treatment goes back to current care and counts for nothing.",
    "The tornado's bars keep the order in which they were written; their figures follow the inputs.",
)
_ABOUT_DRAWS = (
    "The draws on Results are figures that follow no input, since a spreadsheet cannot repeat them; "
    "for others, calculate again."
)


def workbook(given: BudgetImpactInput, result: BudgetImpactResult) -> bytes:
    """Return the workbook of an input and its result, as the bytes of an .xlsx file."""
    import xlsxwriter  # deferred: most calculations want no workbook

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    # The same input gives the same bytes: the file bears the date it is calculated for.
    book.set_properties({"title": given.title, "created": datetime.combine(given.on, time.min)})
    styles = Styles.of(book)
    about, results, inputs, calculation = (
        Sheet(book.add_worksheet(name), name, styles)
        for name in ("About", "Results", "Inputs", "Calculation")
    )
    _write_about(about, result)
    write_inputs(inputs, given)
    cases = write_calculation(calculation, inputs, given)
    write_results(results, inputs, calculation, cases, given, result)
    book.close()
    return held.getvalue()


def _write_about(sheet: Sheet, result: BudgetImpactResult) -> None:
    sheet.widths(100)
    sheet.heading(f"Budget impact: {result.title}")
    for sentence in _ABOUT:
        sheet.sentence(sentence)
    if result.simulated:
        sheet.sentence(_ABOUT_DRAWS)
    sheet.sentence(f"Thresholds: {result.rules}.")
