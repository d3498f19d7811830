"""The sheet that calculates: a column for each case, a row for each step, rounded where the method rounds."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal

from speccom.methods.budget_impact.found import Quadrant
from speccom.methods.budget_impact.given import (
    FIVE_YEARS,
    BudgetImpactInput,
    Lever,
    Pathway,
    PersistenceTable,
    PriceBasis,
    UptakeBass,
    UptakeLinear,
    UptakeTable,
)
from speccom.methods.budget_impact.thresholds import Comparison, Measure, Threshold
from speccom.methods.budget_impact.uncertainty import AT_LIST, AT_NET, named_cases
from speccom.methods.budget_impact.workbook_inputs import DISCOUNT_COLUMN, FIRST_COST_COLUMN
from speccom.methods.budget_impact.workbook_sheet import FIRST_CASE, Sheet, letter

# A place in the formula's own column, by the key of its row, or the text of a place on another sheet.
Place = tuple[Hashable, ...] | str


def write_calculation(sheet: Sheet, inputs: Sheet, given: BudgetImpactInput) -> dict[str, str]:
    """Write every step; return the column of each case."""
    # At net price no factor is hidden, so that the input of the price basis decides, live.
    cases = named_cases(given.model_copy(update={"price": PriceBasis.NET}))
    sheet.widths(44, 18)
    sheet.worksheet.freeze_panes(1, FIRST_CASE)
    sheet.titles("Step", "", *cases)
    writing = _Calculation(sheet, inputs, given, list(cases))
    writing.factors(list(cases.values()))
    writing.people()
    writing.uptake()
    writing.persistence()
    for place in range(len(given.costs)):
        writing.cost(place)
    for pathway in Pathway:
        writing.pathway(pathway)
    writing.one_off()
    writing.impact()
    writing.patients()
    writing.effectiveness()
    for test in given.rules.tests:
        writing.test(test)
    return {name: letter(place) for place, name in enumerate(cases, start=FIRST_CASE)}


class _Calculation:
    """A calculation sheet as it is written; each method writes one block of it."""

    def __init__(self, sheet: Sheet, inputs: Sheet, given: BudgetImpactInput, cases: Sequence[str]) -> None:
        self.sheet, self.inputs, self.given, self.cases = sheet, inputs, given, cases
        self.years = range(given.years)
        self.treatment_years = range(given.treatment_years)
        self.payers = range(len(given.payers))

    def _row(self, key: tuple[Hashable, ...], label: str, unit: str, formula: str, **places: Place) -> None:
        """Write one step for all cases; `{name}` in the formula stands for the place of that name."""

        def written(column: str) -> str:
            found = {
                name: place if isinstance(place, str) else self.sheet.beside(column, *place)
                for name, place in places.items()
            }
            return formula.format(**found)

        self.sheet.formulas(key, [label, unit], len(self.cases), written, "number")

    def factors(self, factors: Sequence[Mapping[Lever, Decimal]]) -> None:
        """Write the factor of each lever in each case, as an input and in millionths."""
        self.sheet.heading("Factors: 1 is as put in")
        for lever in Lever:
            figures = [each.get(lever, Decimal(1)) for each in factors]
            self.sheet.inputs(("factor", lever), [_words(lever), ""], figures, "number")
        for lever in Lever:
            factor: Place = ("factor", lever)
            self._row(
                ("lever", lever), _words(lever), "millionths", "ROUND({factor}*1000000,0)", factor=factor
            )
        self._hide_discounts()

    def _hide_discounts(self) -> None:
        """Write which factor discounts have: nought where prices are to be list prices."""

        def written(column: str) -> str:
            place = self.sheet.beside(column, "lever", Lever.DISCOUNT)
            fixed = column in (self._column(AT_LIST), self._column(AT_NET))
            return place if fixed else f'IF({self.inputs.at("price")}="list",0,{place})'

        self.sheet.formulas(
            ("discount_used",), ["Discount at this price", "millionths"], len(self.cases), written, "number"
        )

    def _column(self, case: str) -> str:
        return letter(FIRST_CASE + self.cases.index(case))

    def people(self) -> None:
        """Write who has had the condition, and who of them is eligible."""
        self.sheet.heading("People")
        self._row(
            ("incident",),
            "Newly ill in year 1",
            "hundredths",
            "ROUND(ROUND({incident}*100,0)*{lever}/1000000,0)",
            incident=self.inputs.at("incident"),
            lever=("lever", Lever.INCIDENT),
        )
        self._row(
            ("growth",),
            "Growth of the newly ill",
            "millionths",
            "ROUND(ROUND({growth}*1000000,0)*{lever}/1000000,0)",
            growth=self.inputs.at("growth"),
            lever=("lever", Lever.GROWTH),
        )
        self._row(
            ("known", -1),
            "Have the condition now",
            "hundredths",
            "100*ROUND({prevalent}*{lever}/1000000,0)",
            prevalent=self.inputs.at("prevalent"),
            lever=("lever", Lever.PREVALENT),
        )
        for year in self.years:
            self._people_of(year)
        self._eligible_share()
        for year in self.years:
            self._row(
                ("eligible", year),
                "Eligible",
                _year(year),
                "ROUND({people}*{share}/1000000,0)",
                people=("people", year),
                share=("eligible_share",),
            )

    def _people_of(self, year: int) -> None:
        grown = "ROUND({before}*(1000000+{growth})/1000000,0)" if year else "1000000"
        self._row(
            ("growth", year),
            "Newly ill, against year 1 (millionths)",
            _year(year),
            grown,
            before=("growth", year - 1) if year else "",
            growth=("growth",),
        )
        self._row(
            ("known", year),
            "Have had the condition (hundredths)",
            _year(year),
            "{before}+ROUND({incident}*{growth}/1000000,0)",
            before=("known", year - 1),
            incident=("incident",),
            growth=("growth", year),
        )
        self._row(("people", year), "People", _year(year), "ROUND({known}/100,0)", known=("known", year))

    def _eligible_share(self) -> None:
        self._row(("step", -1), "Share before any step", "millionths", "1000000")
        for place, step in enumerate(self.given.steps):
            self._row(
                ("step", place),
                f"Share after: {step.name}",
                "millionths",
                "ROUND({before}*ROUND({share}*1000000,0)/1000000,0)",
                before=("step", place - 1),
                share=self.inputs.at(("step", place)),
            )
        self._row(
            ("eligible_share",),
            "Share eligible",
            "millionths",
            "MIN(1000000,ROUND({share}*{lever}/1000000,0))",
            share=("step", len(self.given.steps) - 1),
            lever=("lever", Lever.ELIGIBLE_SHARE),
        )

    def uptake(self) -> None:
        """Write the curve, who has ever started, and who starts."""
        self.sheet.heading("Uptake")
        for year in self.years:
            self._row(("curve", year), "Uptake as put in", _year(year), self._curve(year))
            self._row(
                ("uptake", year),
                "Uptake",
                _year(year),
                "MIN(1000000,ROUND({curve}*{lever}/1000000,0))",
                curve=("curve", year),
                lever=("lever", Lever.UPTAKE),
            )
            self._row(
                ("ever", year),
                "Have ever started",
                _year(year),
                "ROUND({eligible}*{uptake}/1000000,0)",
                eligible=("eligible", year),
                uptake=("uptake", year),
            )
            self._row(
                ("starters", year),
                "Start",
                _year(year),
                "{ever}-{before}" if year else "{ever}",
                ever=("ever", year),
                before=("ever", year - 1) if year else "",
            )

    def _curve(self, year: int) -> str:
        at, curve = self.inputs.at, self.given.uptake
        if isinstance(curve, UptakeTable):
            return f"ROUND({at('uptake', 1 + year)}*1000000,0)"
        if isinstance(curve, UptakeLinear):
            first, last = (f"ROUND({at(end)}*1000000,0)" for end in ("first", "last"))
            by_year = at("by_year")
            return f"{first}+ROUND(({last}-{first})*(MIN({year + 1},{by_year})-1)/({by_year}-1),0)"
        if isinstance(curve, UptakeBass):
            p, q = at("innovation"), at("imitation")
            left = f"EXP(-({p}+{q})*{year + 1})"
            return f"ROUND(1000000*{at('ceiling')}*(1-{left})/(1+{q}/{p}*{left}),0)"
        passed = f"EXP(-{at('speed')}*({year + 1}-{at('midpoint')}))"
        return f"ROUND(1000000*{at('ceiling')}/(1+{passed}),0)"

    def persistence(self) -> None:
        """Write the share of starters on treatment by year of treatment, and the person-years of each
        year."""
        self.sheet.heading("Persistence")
        table = isinstance(self.given.persistence, PersistenceTable)
        if not table:
            self._row(
                ("kept",),
                "Kept from year to year",
                "millionths",
                "MIN(1000000,ROUND(ROUND({kept}*1000000,0)*{lever}/1000000,0))",
                kept=self.inputs.at("kept"),
                lever=("lever", Lever.PERSISTENCE),
            )
        for year in self.treatment_years:
            if table:
                formula = "MIN(1000000,ROUND(ROUND({share}*1000000,0)*{lever}/1000000,0))"
                places: dict[str, Place] = {
                    "share": self.inputs.at("persistence", 1 + year),
                    "lever": ("lever", Lever.PERSISTENCE),
                }
            else:
                formula = "ROUND({before}*{kept}/1000000,0)" if year else "1000000"
                places = {"before": ("on", year - 1), "kept": ("kept",)} if year else {}
            self._row(("on", year), "On treatment (millionths)", _treatment(year), formula, **places)
        for year in self.years:
            self._sum_of_starters(("treated", year), "Person-years (millionths)", year, ("on",))

    def _sum_of_starters(self, key: tuple[Hashable, ...], label: str, year: int, each: Place) -> None:
        """Write what the starters of all years so far come to in a year."""
        places: dict[str, Place] = {}
        for start in range(year + 1):
            places[f"starters{start}"] = ("starters", start)
            places[f"each{start}"] = (*each, year - start)
        terms = [f"{{starters{start}}}*{{each{start}}}" for start in range(year + 1)]
        self._row(key, label, _year(year), "+".join(terms), **places)

    def cost(self, place: int) -> None:
        """Write one pathway cost by year of treatment: at its price, and for those still on treatment."""
        cost = self.given.costs[place]
        lever = Lever.PROPOSED_COST if cost.pathway is Pathway.PROPOSED else Lever.CURRENT_COST
        self.sheet.heading(f"{cost.name} ({cost.pathway.value}), pence")
        self._row(
            ("discount", place),
            "Discount",
            "millionths",
            "MIN(1000000,ROUND(ROUND({discount}*1000000,0)*{used}/1000000,0))",
            discount=self.inputs.at(("cost", place), DISCOUNT_COLUMN),
            used=("discount_used",),
        )
        for year in self.treatment_years:
            self._row(
                ("price", place, year),
                "Cost per patient",
                _treatment(year),
                "ROUND({pounds}*100,0)-ROUND(ROUND({pounds}*100,0)*{discount}/1000000,0)",
                pounds=self.inputs.at(("cost", place), FIRST_COST_COLUMN + year),
                discount=("discount", place),
            )
            self._row(
                ("cost", place, year),
                "Cost per starter",
                _treatment(year),
                "ROUND(ROUND({price}*{lever}/1000000,0)*{on}/1000000,0)",
                price=("price", place, year),
                lever=("lever", lever),
                on=("on", year),
            )

    def pathway(self, pathway: Pathway) -> None:
        """Write what each payer bears of a pathway: per starter by year of treatment, and by year."""
        self.sheet.heading(f"{pathway.value.capitalize()} care, pence")
        lines = [place for place, cost in enumerate(self.given.costs) if cost.pathway is pathway]
        shares = FIRST_COST_COLUMN + self.given.treatment_years
        for payer, name in enumerate(self.given.payers):
            for year in self.treatment_years:
                places: dict[str, Place] = {f"cost{line}": ("cost", line, year) for line in lines}
                terms = [
                    _split(f"{{cost{line}}}", self.inputs, ("cost", line), shares, payer) for line in lines
                ]
                formula = "+".join(terms) or "0"
                key = (pathway, payer, year)
                self._row(key, f"Per starter: {name}", _treatment(year), formula, **places)
        for payer, name in enumerate(self.given.payers):
            for year in self.years:
                self._sum_of_starters((pathway, "sum", payer, year), name, year, (pathway, payer))

    def one_off(self) -> None:
        """Write what each payer bears of the one-off costs."""
        self.sheet.heading("One-off costs, pence")
        costs = range(len(self.given.one_off))
        for place in costs:
            self._row(
                ("one_off", place),
                self.given.one_off[place].name,
                "pence",
                "ROUND(ROUND({pounds}*100,0)*{lever}/1000000,0)",
                pounds=self.inputs.at(("one_off", place), 2),
                lever=("lever", Lever.ONE_OFF_COST),
            )
        places: dict[str, Place] = {f"once{place}": ("one_off", place) for place in costs}
        for payer, name in enumerate(self.given.payers):
            for year in self.years:
                terms = []
                for place in costs:
                    share = _split(f"{{once{place}}}", self.inputs, ("one_off", place), 3, payer)
                    terms.append(f"IF({self.inputs.at(('one_off', place))}={year + 1},{share},0)")
                self._row(("once", payer, year), name, _year(year), "+".join(terms) or "0", **places)

    def impact(self) -> None:
        """Write the budget impact by payer and year, and on the payers who are counted."""
        self.sheet.heading("Budget impact, pence")
        for payer, name in enumerate(self.given.payers):
            for year in self.years:
                self._row(
                    ("impact", payer, year),
                    name,
                    _year(year),
                    "{proposed}-{current}+{once}",
                    proposed=(Pathway.PROPOSED, "sum", payer, year),
                    current=(Pathway.CURRENT, "sum", payer, year),
                    once=("once", payer, year),
                )
        for year in self.years:
            places: dict[str, Place] = {f"payer{payer}": ("impact", payer, year) for payer in self.payers}
            self._row(("impact", year), "Counted payers", _year(year), self._counted(), **places)
        self._total("impact_total", "Counted payers", ("impact",))

    def _counted(self) -> str:
        """Return the formula that adds up `{payer0}`, `{payer1}` and so on, where they are counted."""
        return "+".join(f"{self.inputs.at('counted', 1 + payer)}*{{payer{payer}}}" for payer in self.payers)

    def _total(self, key: str, label: str, each: tuple[Hashable, ...]) -> None:
        places: dict[str, Place] = {f"year{year}": (*each, year) for year in self.years}
        self._row((key,), label, "All years", "+".join(f"{{year{year}}}" for year in self.years), **places)

    def patients(self) -> None:
        """Write the cost per patient over five years, by payer and to those who are counted."""
        self.sheet.heading("Cost per patient over five years, pence")
        for year in range(FIVE_YEARS):
            weight = "ROUND({before}*1000000/(1000000+ROUND({rate}*1000000,0)),0)" if year else "1000000"
            before: Place = ("weight", year - 1) if year else ""
            rate = self.inputs.at("time_discount")
            label = "Weight of the year (millionths)"
            self._row(("weight", year), label, _treatment(year), weight, before=before, rate=rate)
        for payer, name in enumerate(self.given.payers):
            for pathway in Pathway:
                places: dict[str, Place] = {}
                for year in range(FIVE_YEARS):
                    places[f"cost{year}"] = (pathway, payer, year)
                    places[f"weight{year}"] = ("weight", year)
                terms = [f"ROUND({{cost{year}}}*{{weight{year}}}/1000000,0)" for year in range(FIVE_YEARS)]
                self._row(("patient", pathway, payer), name, pathway.value, "+".join(terms), **places)
            self._row(
                ("patient", payer),
                name,
                "difference",
                "{proposed}-{current}",
                proposed=("patient", Pathway.PROPOSED, payer),
                current=("patient", Pathway.CURRENT, payer),
            )
        counted: dict[str, Place] = {f"payer{payer}": ("patient", payer) for payer in self.payers}
        self._row(("patient",), "Counted payers", "difference", self._counted(), **counted)

    def effectiveness(self) -> None:
        """Write the outcome gained and the cost of one more unit, where outcomes are given."""
        if self.given.outcome is None:
            return
        self.sheet.heading(f"Outcome per patient over five years: {self.given.outcome.unit}")
        at = self.inputs.at
        places: dict[str, Place] = {}
        terms = []
        for year in range(FIVE_YEARS):
            new, old = at("outcome_proposed", 1 + year), at("outcome_current", 1 + year)
            more = f"(ROUND({new}*1000000,0)-ROUND({old}*1000000,0))"
            terms.append(f"ROUND(ROUND({{on{year}}}*{more}/1000000,0)*{{weight{year}}}/1000000,0)")
            places[f"on{year}"], places[f"weight{year}"] = ("on", year), ("weight", year)
        self._row(("gain",), "Gain", "millionths", "+".join(terms), **places)
        self._row(("quadrant",), "Cost and outcome", "", _QUADRANT, cost=("patient",), gain=("gain",))
        self._row(
            ("per_unit",),
            "Cost of one more unit",
            "pence",
            'IF({cost}*{gain}>0,ROUND(ABS({cost})*1000000/ABS({gain}),0),"")',
            cost=("patient",),
            gain=("gain",),
        )
        if "worth" in self.inputs.rows:
            self._worth()

    def _worth(self) -> None:
        lower, upper = (f"ROUND({self.inputs.at('worth', end)}*100,0)" for end in (1, 2))
        self._row(
            ("worth",),
            "Against the usual range",
            "",
            f'IF(AND({{cost}}>0,{{gain}}>0),IF({{ratio}}<{lower},"below",IF({{ratio}}<={upper},"within","above")),"")',
            cost=("patient",),
            gain=("gain",),
            ratio=("per_unit",),
        )

    def test(self, test: Threshold) -> None:
        """Write what a test looks at and whether it is met; nothing where the budget covers too few years."""
        if test.years > self.given.years:
            return
        self.sheet.heading(test.title)
        years = range(test.years)
        places: dict[str, Place] = {f"year{year}": ("impact", year) for year in years}
        each = [f"{{year{year}}}" for year in years]
        formula = {
            Measure.HIGHEST_YEAR: f"MAX({','.join(each)})",
            Measure.TOTAL: "+".join(each),
            Measure.SAVING: f"-({'+'.join(each)})",
        }[test.measure]
        self._row(("figure", test.id), "Figure", "pence", formula, **places)
        sign = "<=" if test.comparison is Comparison.AT_MOST else ">"
        limit = f"ROUND({self.inputs.at(('limit', test.id))}*100,0)"
        self._row(
            ("met", test.id),
            "Met",
            "",
            f'IF({{figure}}{sign}{limit},"yes","no")',
            figure=("figure", test.id),
        )


_QUADRANT = (
    f'IF(AND({{cost}}>0,{{gain}}>0),"{Quadrant.COSTS_AND_GAINS}",'
    f'IF(AND({{cost}}<0,{{gain}}<0),"{Quadrant.SAVES_AND_LOSES}",'
    f'IF(AND({{cost}}=0,{{gain}}=0),"{Quadrant.EQUAL}",'
    f'IF(AND({{gain}}>=0,{{cost}}<=0),"{Quadrant.DOMINATES}","{Quadrant.DOMINATED}"))))'
)


def _words(lever: Lever) -> str:
    return lever.value.replace("_", " ").capitalize()


def _year(year: int) -> str:
    return f"Year {year + 1}"


def _treatment(year: int) -> str:
    return f"Treatment year {year + 1}"


def _split(amount: str, inputs: Sheet, key: Hashable, first: int, payer: int) -> str:
    """Return the formula of what one payer bears: the difference of two rounded running sums."""
    last = inputs.at(key, first + payer)
    start = inputs.at(key, first)
    up_to = f"ROUND({amount}*ROUND(SUM({start}:{last.split('!')[1]})*10000,0)/10000,0)"
    if payer == 0:
        return up_to
    before = inputs.at(key, first + payer - 1)
    return f"{up_to}-ROUND({amount}*ROUND(SUM({start}:{before.split('!')[1]})*10000,0)/10000,0)"
