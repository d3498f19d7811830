"""The sheet of results, in pounds: each a formula that points into the calculation."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from speccom.methods.budget_impact.found import BudgetImpactResult, Drawn, Scenario, Simulated
from speccom.methods.budget_impact.given import BudgetImpactInput, Pathway
from speccom.methods.budget_impact.uncertainty import AT_LIST, AT_NET
from speccom.methods.budget_impact.workbook_sheet import Cell, Sheet


def write_results(
    sheet: Sheet,
    inputs: Sheet,
    calculation: Sheet,
    cases: Mapping[str, str],
    given: BudgetImpactInput,
    result: BudgetImpactResult,
) -> None:
    """Write every result, with the figure that the method came to beside each formula."""
    sheet.widths(26, 18)
    writing = _Results(sheet, calculation, cases, given)
    for scenario in (result.low, result.mid, result.high):
        writing.scenario(scenario)
    writing.prices(result)
    for scenario in (result.low, result.mid, result.high):
        writing.patients(scenario)
        writing.effectiveness(scenario)
    for scenario in (result.low, result.mid, result.high):
        writing.tests(scenario, inputs)
    writing.tornado(result)
    if result.simulated:
        _write_draws(sheet, result.simulated)


class _Results:
    """A sheet of results as it is written; each method writes one block of it."""

    def __init__(
        self, sheet: Sheet, calculation: Sheet, cases: Mapping[str, str], given: BudgetImpactInput
    ) -> None:
        self.sheet, self.calculation, self.cases, self.given = sheet, calculation, cases, given

    def _place(self, case: str, *key: Hashable) -> str:
        column = self.cases[case]
        return f"{self.calculation.name}!{self.calculation.beside(column, *key)}"

    def _pounds(self, case: str, pence: int | None, *key: Hashable) -> tuple[str, Cell]:
        return f"{self._place(case, *key)}/100", None if pence is None else pence / 100

    def _years(self, case: str, figures: Sequence[int], *key: Hashable) -> list[tuple[str, Cell]]:
        return [self._pounds(case, pence, *key, year) for year, pence in enumerate(figures)]

    def scenario(self, scenario: Scenario) -> None:
        """Write a scenario's people and money, by year."""
        titles = [f"Year {each.year}" for each in scenario.cohort]
        self.sheet.heading(f"Scenario: {scenario.name}", "", "Payer", *titles, "All years")
        self._people(scenario)
        for place, each in enumerate(scenario.payers):
            parts = (
                ("Current care", each.current, (Pathway.CURRENT, "sum", place)),
                ("Proposed treatment", each.proposed, (Pathway.PROPOSED, "sum", place)),
                ("One-off costs", each.one_off, ("once", place)),
                ("Budget impact", each.impact, ("impact", place)),
            )
            for label, figures, key in parts:
                self._money(scenario.name, label, each.payer, figures, key)
        self._money(scenario.name, "Budget impact", "Counted payers", scenario.impact, ("impact",))

    def _people(self, scenario: Scenario) -> None:
        name, cohort = scenario.name, scenario.cohort
        people: tuple[tuple[str, str, list[Cell], str], ...] = (
            ("People", "people", [each.people for each in cohort], ""),
            ("Eligible", "eligible", [each.eligible for each in cohort], ""),
            ("Uptake", "uptake", [each.uptake for each in cohort], "/1000000"),
            ("Have ever started", "ever", [each.ever_started for each in cohort], ""),
            ("Start", "starters", [each.starters for each in cohort], ""),
            ("Person-years of treatment", "treated", [each.on_treatment for each in cohort], "/1000000"),
        )
        for label, key, figures, scale in people:
            cells = [(f"{self._place(name, key, year)}{scale}", each) for year, each in enumerate(figures)]
            self.sheet.result([label, ""], cells, "share" if key == "uptake" else "number")

    def _money(
        self, case: str, label: str, payer: str, figures: Sequence[int], key: tuple[Hashable, ...]
    ) -> None:
        places = "+".join(self._place(case, *key, year) for year in range(len(figures)))
        total: tuple[str, Cell] = (f"({places})/100", sum(figures) / 100)
        self.sheet.result([label, payer], [*self._years(case, figures, *key), total])

    def prices(self, result: BudgetImpactResult) -> None:
        """Write the budget impact at both prices."""
        titles = [f"Year {year + 1}" for year in range(result.years)]
        self.sheet.heading("Both prices, mid scenario", "", "Payer", *titles, "All years")
        self._money(AT_LIST, "At list price", "Counted payers", result.at_list_price, ("impact",))
        self._money(AT_NET, "Net of discounts", "Counted payers", result.at_net_price, ("impact",))

    def patients(self, scenario: Scenario) -> None:
        """Write the cost per patient over five years."""
        name = scenario.name
        title = f"Cost per patient over five years: {name}"
        self.sheet.heading(title, "", "Payer", "Current care", "Proposed treatment", "Difference")
        for place, each in enumerate(scenario.patients):
            cells = [
                self._pounds(name, each.current, "patient", Pathway.CURRENT, place),
                self._pounds(name, each.proposed, "patient", Pathway.PROPOSED, place),
                self._pounds(name, each.difference, "patient", place),
            ]
            self.sheet.result(["Per patient", each.payer], cells)
        counted = self._pounds(name, scenario.cost_per_patient, "patient")
        self.sheet.result(["Per patient", "Counted payers", "", ""], [counted])

    def effectiveness(self, scenario: Scenario) -> None:
        """Write the outcome and what one more unit of it costs."""
        found, name = scenario.cost_effectiveness, scenario.name
        if found is None:
            return
        gain: tuple[str, Cell] = (f"{self._place(name, 'gain')}/1000000", found.gain)
        self.sheet.result([f"{found.unit} gained per patient", ""], [gain], "number")
        quadrant: tuple[str, Cell] = (self._place(name, "quadrant"), found.quadrant.value)
        self.sheet.result(["Cost and outcome", ""], [quadrant], "")
        place = self._place(name, "per_unit")
        pence = found.cost_per_unit
        cost: tuple[str, Cell] = (f'IF({place}="","",{place}/100)', None if pence is None else pence / 100)
        self.sheet.result([f"Cost of one more {found.unit}", ""], [cost])
        if found.lower_pence is not None:
            beside: tuple[str, Cell] = (self._place(name, "worth"), found.worth and found.worth.value)
            self.sheet.result(["Against the usual range", ""], [beside], "")

    def tests(self, scenario: Scenario, inputs: Sheet) -> None:
        """Write the dated tests."""
        self.sheet.heading(f"Thresholds: {scenario.name}", "Test", "", "Figure", "Limit", "Met")
        for test in scenario.tests:
            if test.figure is None:
                self.sheet.figures([test.title, ""], [test.follows])
                continue
            cells: list[tuple[str, Cell]] = [
                self._pounds(scenario.name, test.figure, "figure", test.id),
                (inputs.at(("limit", test.id)), test.limit_pence / 100),
                (self._place(scenario.name, "met", test.id), "yes" if test.met else "no"),
            ]
            self.sheet.result([test.title, ""], cells)

    def tornado(self, result: BudgetImpactResult) -> None:
        """Write the tornado's bars, the widest first."""
        if not result.tornado:
            return
        titles = ("Lever", "", "Low factor", "High factor", "At low", "At high", "Swing")
        self.sheet.heading("Tornado: budget impact over all years", *titles)
        for bar in result.tornado:
            low, high = f"{bar.lever} low", f"{bar.lever} high"
            ends = [self._place(case, "impact_total") for case in (low, high)]
            cells: list[tuple[str, Cell]] = [
                (self._place(low, "factor", bar.lever), bar.low),
                (self._place(high, "factor", bar.lever), bar.high),
                (f"{ends[0]}/100", bar.at_low / 100),
                (f"{ends[1]}/100", bar.at_high / 100),
                (f"ABS({ends[1]}-{ends[0]})/100", bar.swing / 100),
            ]
            self.sheet.result([bar.lever.value, ""], cells, "number")


def _write_draws(sheet: Sheet, found: Simulated) -> None:
    title = f"{found.draws:,} draws from seed {found.seed} (figures, not formulas)"
    sheet.heading(title, "", "", "Mean", "2.5th centile", "Median", "97.5th centile")
    for year, drawn in enumerate(found.impact):
        _write_drawn(sheet, f"Budget impact, year {year + 1}", drawn)
    _write_drawn(sheet, "Budget impact, all years", found.total)
    _write_drawn(sheet, "Cost per patient over five years", found.cost_per_patient)
    sheet.figures(["Share that costs nothing or saves", ""], [found.saves], "share")
    for chance in found.chances:
        if chance.share is not None:
            sheet.figures([f"Share that meets: {chance.id}", ""], [chance.share], "share")


def _write_drawn(sheet: Sheet, label: str, drawn: Drawn) -> None:
    figures = (drawn.mean, drawn.lower, drawn.median, drawn.upper)
    sheet.figures([label, ""], [pence / 100 for pence in figures])
