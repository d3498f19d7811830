"""The workbook of a budget impact, recalculated by another engine: every result to the penny.

The package `formulas` parses and calculates each cell's formula; what is read here is the file's own XML,
without the figures that were written beside the formulas.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree

import formulas
import numpy as np
import pytest

from speccom.commands.calculate import with_rules
from speccom.methods.budget_impact import METHOD, workbook
from speccom.methods.budget_impact.found import BudgetImpactResult, Drawn, Scenario
from speccom.methods.budget_impact.given import BudgetImpactInput
from speccom.methods.budget_impact.sample import example

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PLACE = re.compile(r"(?:[A-Z][a-z]+!)?\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?")
_PARSER = formulas.Parser()
_COMPILED: dict[str, Any] = {}


class Recalculated:
    """A workbook whose formulas are calculated by `formulas`, and whose inputs can be changed."""

    def __init__(self, content: bytes) -> None:
        self.formula: dict[tuple[str, str], str] = {}
        self.value: dict[tuple[str, str], Any] = {}
        self.written: dict[tuple[str, str], Any] = {}
        self.styles: dict[tuple[str, str], int] = {}
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            self.parts = {name: book.read(name) for name in book.namelist()}
        strings = [
            "".join(part.itertext())
            for part in ElementTree.fromstring(self.parts["xl/sharedStrings.xml"]).iter(f"{SPACE}si")
        ]
        sheets = ElementTree.fromstring(self.parts["xl/workbook.xml"]).iter(f"{SPACE}sheet")
        self.sheets = [sheet.get("name", "") for sheet in sheets]
        for number, sheet in enumerate(self.sheets, start=1):
            content_of = ElementTree.fromstring(self.parts[f"xl/worksheets/sheet{number}.xml"])
            for cell in content_of.iter(f"{SPACE}c"):
                self._read(sheet, cell, strings)
        self.known: dict[tuple[str, str], Any] = {}

    def _read(self, sheet: str, cell: ElementTree.Element, strings: list[str]) -> None:
        place = (sheet, cell.get("r", ""))
        self.styles[place] = int(cell.get("s", 0))
        formula, value = cell.find(f"{SPACE}f"), cell.find(f"{SPACE}v")
        text = None if value is None else value.text
        plain: Any = text
        if cell.get("t") == "s" and text is not None:
            plain = strings[int(text)]
        elif cell.get("t") is None and text is not None:
            plain = float(text)
        if formula is not None:
            self.formula[place] = f"={formula.text}"
            self.written[place] = "" if plain is None else plain
        elif text is not None:
            self.value[place] = plain

    def change(self, sheet: str, label: str, value: Any, column: str = "B") -> None:
        row = next(
            place[1:] for (where, place), text in self.value.items() if where == sheet and text == label
        )
        assert (sheet, column + row) in self.value
        self.value[sheet, column + row] = value
        self.known.clear()

    def at(self, sheet: str, place: str) -> Any:
        key = (sheet, place)
        if key not in self.known:
            self.known[key] = self._calculated(key) if key in self.formula else self.value.get(key, "")
        return self.known[key]

    def _calculated(self, key: tuple[str, str]) -> Any:
        text, names = _shape(self.formula[key])
        if text not in _COMPILED:
            _COMPILED[text] = _PARSER.ast(text)[1].compile()
        compiled = _COMPILED[text]
        given = [self._looked_up(key[0], names[name]) for name in compiled.inputs]
        answer = np.asarray(compiled(*given)).ravel()[0]
        assert not isinstance(answer, formulas.functions.XlError), (key, self.formula[key], answer)
        return answer

    def _looked_up(self, sheet: str, name: str) -> Any:
        if "!" in name:
            sheet, name = name.split("!")
        name = name.replace("$", "")
        if ":" not in name:
            return self.at(sheet, name)
        first, last = (re.fullmatch(r"([A-Z]+)(\d+)", end) for end in name.split(":"))
        assert first
        assert last
        letters = [_letter(number) for number in range(_number(first[1]), _number(last[1]) + 1)]
        return np.array([[self.at(sheet, each + first[2]) for each in letters]], dtype=object)

    def rows(self, sheet: str = "Results") -> Iterator[tuple[list[Any], int]]:
        places = {place for where, place in (*self.formula, *self.value) if where == sheet}
        numbers = sorted({int(re.sub(r"\D", "", place)) for place in places})
        for number in numbers:
            cells = [self.at(sheet, f"{_letter(column)}{number}") for column in range(1, 16)]
            while cells and cells[-1] == "":
                cells.pop()
            yield cells, number


def _shape(formula: str) -> tuple[str, dict[str, str]]:
    """Return a formula with its places numbered, so that like formulas are parsed once, and the places."""
    numbers: dict[str, str] = {}

    def numbered(place: re.Match[str]) -> str:
        text = place[0]
        if text not in numbers:
            row = len(numbers) + 1
            numbers[text] = f"A{row}:B{row}" if ":" in text else f"A{row}"
        return numbers[text]

    shape = PLACE.sub(numbered, formula)
    return shape, {number: text for text, number in numbers.items()}


def _number(letters: str) -> int:
    number = 0
    for each in letters:
        number = 26 * number + ord(each) - 64
    return number


def _letter(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def blocks(book: Recalculated) -> dict[str, list[list[Any]]]:
    """Return the rows of results under their headings."""
    found: dict[str, list[list[Any]]] = {}
    heading_style = book.styles["Results", "A1"]
    for cells, number in book.rows():
        if book.styles["Results", f"A{number}"] == heading_style:
            rows = found.setdefault(str(cells[0]), [])
        else:
            rows.append(cells)
    return found


def money(pence: tuple[int, ...]) -> list[float]:
    return [*(each / 100 for each in pence), sum(pence) / 100]


def expected(result: BudgetImpactResult, given: BudgetImpactInput) -> dict[str, list[list[Any]]]:
    """Return the rows that the sheet of results must come to, written from the method's result alone."""
    years = [f"Year {year + 1}" for year in range(result.years)]
    found: dict[str, list[list[Any]]] = {}
    for name in ("low", "mid", "high"):
        scenario: Scenario = getattr(result, name)
        rows: list[list[Any]] = [["", "Payer", *years, "All years"]]
        for label, field in (
            ("People", "people"),
            ("Eligible", "eligible"),
            ("Uptake", "uptake"),
            ("Have ever started", "ever_started"),
            ("Start", "starters"),
            ("Person-years of treatment", "on_treatment"),
        ):
            rows.append([label, "", *(float(getattr(each, field)) for each in scenario.cohort)])
        for each in scenario.payers:
            rows.append(["Current care", each.payer, *money(each.current)])
            rows.append(["Proposed treatment", each.payer, *money(each.proposed)])
            rows.append(["One-off costs", each.payer, *money(each.one_off)])
            rows.append(["Budget impact", each.payer, *money(each.impact)])
        rows.append(["Budget impact", "Counted payers", *money(scenario.impact)])
        found[f"Scenario: {name}"] = rows
        found[f"Cost per patient over five years: {name}"] = patients(scenario)
        found[f"Thresholds: {name}"] = [
            ["Test", "", "Figure", "Limit", "Met"],
            *(
                [test.title, "", test.follows]
                if test.figure is None
                else [test.title, "", test.figure / 100, test.limit_pence / 100, "yes" if test.met else "no"]
                for test in scenario.tests
            ),
        ]
    found["Both prices, mid scenario"] = [
        ["", "Payer", *years, "All years"],
        ["At list price", "Counted payers", *money(result.at_list_price)],
        ["Net of discounts", "Counted payers", *money(result.at_net_price)],
    ]
    if result.tornado:
        found["Tornado: budget impact over all years"] = [
            ["Lever", "", "Low factor", "High factor", "At low", "At high", "Swing"],
            *(
                [
                    bar.lever.value,
                    "",
                    float(bar.low),
                    float(bar.high),
                    bar.at_low / 100,
                    bar.at_high / 100,
                    bar.swing / 100,
                ]
                for bar in result.tornado
            ),
        ]
    drawn = result.simulated
    if drawn:
        found[f"{drawn.draws:,} draws from seed {drawn.seed} (figures, not formulas)"] = [
            ["", "", "Mean", "2.5th centile", "Median", "97.5th centile"],
            *(
                [f"Budget impact, year {year}", "", *centiles(each)]
                for year, each in enumerate(drawn.impact, start=1)
            ),
            ["Budget impact, all years", "", *centiles(drawn.total)],
            ["Cost per patient over five years", "", *centiles(drawn.cost_per_patient)],
            ["Share that costs nothing or saves", "", float(drawn.saves)],
            *(
                [f"Share that meets: {each.id}", "", float(each.share)]
                for each in drawn.chances
                if each.share is not None
            ),
        ]
    return found


def patients(scenario: Scenario) -> list[list[Any]]:
    rows: list[list[Any]] = [["", "Payer", "Current care", "Proposed treatment", "Difference"]]
    for each in scenario.patients:
        rows.append(
            ["Per patient", each.payer, each.current / 100, each.proposed / 100, each.difference / 100]
        )
    rows.append(["Per patient", "Counted payers", "", "", scenario.cost_per_patient / 100])
    found = scenario.cost_effectiveness
    if found:
        rows.append([f"{found.unit} gained per patient", "", float(found.gain)])
        rows.append(["Cost and outcome", "", found.quadrant.value])
        unit = [] if found.cost_per_unit is None else [found.cost_per_unit / 100]
        rows.append([f"Cost of one more {found.unit}", *([""] if unit else []), *unit])
        if found.lower_pence is not None:
            worth = [] if found.worth is None else ["", found.worth.value]
            rows.append(["Against the usual range", *worth])
    return rows


def centiles(drawn: Drawn) -> list[float]:
    return [each / 100 for each in (drawn.mean, drawn.lower, drawn.median, drawn.upper)]


def same(found: dict[str, list[list[Any]]], wanted: dict[str, list[list[Any]]]) -> None:
    assert found.keys() == wanted.keys()
    for heading, rows in wanted.items():
        assert len(found[heading]) == len(rows), heading
        for row, cells in zip(found[heading], rows, strict=True):
            assert len(row) == len(cells), (heading, row, cells)
            for one, other in zip(row, cells, strict=True):
                if isinstance(other, float):
                    assert round(float(one) * 1_000_000) == round(other * 1_000_000), (heading, row, cells)
                else:
                    assert one == other, (heading, row, cells)


def read(changed: dict[str, Any]) -> BudgetImpactInput:
    given: BudgetImpactInput = METHOD.read_json(with_rules(METHOD, json.dumps(changed), "")[0])
    return given


# Small, so that it is soon recalculated: three years, three payers, each kind of line.
SMALL: dict[str, Any] = {
    "on": "2025-06-01",
    "title": "A small one",
    "years": 3,
    "payers": ["A", "B", "C"],
    "prevalent": 101,
    "incident": 10.55,
    "growth": -0.015,
    "steps": [{"name": "found", "share": 0.333333}, {"name": "fit", "share": 0.5}],
    "uptake": {"shape": "table", "shares": [0.25, 0.655]},
    "persistence": {"shape": "table", "shares": [0.95, 0.5]},
    "costs": [
        {
            "name": "drug",
            "pathway": "proposed",
            "pence": [100_001, 50_001],
            "discount": 0.125,
            "payers": {"A": 0.3333, "B": 0.3333, "C": 0.3334},
        },
        {"name": "bed", "pathway": "current", "pence": [33_335], "payers": {"B": 0.5, "C": 0.5}},
    ],
    "one_off": [{"name": "training", "year": 2, "pence": 1001, "payers": {"A": 0.5, "C": 0.5}}],
    "outcome": {"unit": "QALY", "current": [0.5], "proposed": [0.6, 0.75]},
    "time_discount": 0.035,
    "low": {"prevalent": 0.9, "growth": 2},
    "high": {"discount": 0.5, "one_off_cost": 1.5},
    "ranges": [{"lever": "persistence", "low": 0.9, "high": 1.3}],
}
SHAPES: dict[str, dict[str, Any]] = {
    "a table": {},
    "a line, yearly persistence and list prices": {
        "uptake": {"shape": "linear", "first": 0.1, "last": 0.7, "by_year": 4},
        "persistence": {"shape": "yearly", "kept": 0.8515},
        "price": "list",
        "perspective": ["B", "C"],
        "outcome": {"unit": "seizure-free year", "current": [0.9], "proposed": [0.6]},
    },
    "a logistic curve, without steps, outcomes or one-off costs": {
        "uptake": {"shape": "logistic", "ceiling": 0.8, "midpoint": 1.7, "speed": 1.3},
        "steps": [],
        "outcome": None,
        "one_off": [],
        "ranges": [],
        "years": 1,
    },
    "a Bass curve, for longer than five years, with draws": {
        "uptake": {"shape": "bass", "ceiling": 0.9, "innovation": 0.03, "imitation": 0.42},
        "years": 6,
        "costs": [SMALL["costs"][0]],
        "outcome": {"unit": "QALY", "current": [0.5], "proposed": [0.5]},
        "simulation": {"draws": 100, "seed": 7},
    },
}


def recalculated(changed: dict[str, Any]) -> tuple[Recalculated, BudgetImpactInput, BudgetImpactResult]:
    given = read({**SMALL, **changed})
    result = METHOD.calculate(given)
    return Recalculated(workbook(given, result)), given, result


@pytest.mark.parametrize("shape", SHAPES)
def test_every_result_is_the_same_when_another_engine_calculates(shape: str) -> None:
    book, given, result = recalculated(SHAPES[shape])
    same(blocks(book), expected(result, given))
    shown = [(sheet, place) for sheet, place in book.formula if sheet == "Results"]
    assert len(shown) > 30
    for place in shown:  # the figure that stands beside each formula, for readers that calculate nothing
        written, answer = book.written[place], book.at(*place)
        if isinstance(written, float):
            assert written == pytest.approx(float(answer), rel=1e-12, abs=1e-9), place
        else:
            assert written == answer, place


CHANGES: dict[str, tuple[tuple[str, str, Any, str], dict[str, Any]]] = {
    "prevalence": (("Inputs", "People who have the condition now", 250.0, "B"), {"prevalent": 250}),
    "incidence": (("Inputs", "People newly ill in year 1", 3.33, "B"), {"incident": 3.33}),
    "growth": (("Inputs", "Growth of the newly ill from year to year", 0.1, "B"), {"growth": 0.1}),
    "a step": (
        ("Inputs", "Share: fit", 0.9, "B"),
        {"steps": [{"name": "found", "share": 0.333333}, {"name": "fit", "share": 0.9}]},
    ),
    "uptake in the last year": (
        ("Inputs", "By the end of the year", 0.9, "D"),
        {"uptake": {"shape": "table", "shares": [0.25, 0.655, 0.9]}},
    ),
    "persistence": (
        ("Inputs", "Share on treatment", 0.99, "B"),
        {"persistence": {"shape": "table", "shares": [0.99, 0.5]}},
    ),
    "the price basis": (
        ("Inputs", "Prices: list, or net of discounts (write list or net)", "list", "B"),
        {"price": "list"},
    ),
    "discounting for time": (
        ("Inputs", "Rate by which later years count less, per patient", 0.015, "B"),
        {"time_discount": 0.015},
    ),
    "who is counted": (
        ("Inputs", "Counted in the headline (1) or not (0)", 0.0, "B"),
        {"perspective": ["B", "C"]},
    ),
    "a cost": (
        ("Inputs", "drug", 2345.67, "D"),
        {"costs": [{**SMALL["costs"][0], "pence": [234_567, 50_001]}, SMALL["costs"][1]]},
    ),
    "a discount": (
        ("Inputs", "drug", 0.4, "C"),
        {"costs": [{**SMALL["costs"][0], "pence": [234_567, 50_001], "discount": 0.4}, SMALL["costs"][1]]},
    ),
    "the year of a one-off cost": (
        ("Inputs", "training", 3.0, "B"),
        {"one_off": [{**SMALL["one_off"][0], "year": 3}]},
    ),
    "a one-off cost": (
        ("Inputs", "training", 77.77, "C"),
        {"one_off": [{**SMALL["one_off"][0], "year": 3, "pence": 7777}]},
    ),
    "an outcome": (
        ("Inputs", "On the proposed treatment", 0.3, "B"),
        {"outcome": {"unit": "QALY", "current": [0.5], "proposed": [0.3, 0.75]}},
    ),
}


@pytest.mark.parametrize("changes", ["people", "money"])
def test_results_follow_the_inputs_that_are_changed(changes: str) -> None:
    people = list(CHANGES)[:6]
    names = people if changes == "people" else [name for name in CHANGES if name not in people]
    book, given, before = recalculated({})
    changed: dict[str, Any] = {}
    for name in names:
        place, parts = CHANGES[name]
        book.change(*place)
        given = read({**SMALL, **parts})
        assert METHOD.calculate(given) != before, name
        changed |= parts
    given = read({**SMALL, **changed})
    same(blocks(book), expected(METHOD.calculate(given), given))


def test_a_changed_factor_and_a_changed_limit_are_followed() -> None:
    book, _, result = recalculated({})
    limit = "Is it cost-neutral or cost-saving over five years?"
    assert [test.figure for test in result.mid.tests if test.title == limit] == [None]
    title = result.mid.tests[0].title
    assert blocks(book)["Thresholds: mid"][1][4] == "yes"
    book.change("Inputs", title, 1.0)
    assert blocks(book)["Thresholds: mid"][1][3:] == [1.0, "no"]
    book.change("Calculation", "Uptake", 0.5, "D")
    halved = METHOD.calculate(read({**SMALL, "low": {"uptake": 0.5}})).low
    found = blocks(book)["Scenario: mid"][-1]
    assert [round(each * 100) for each in found[2:-1]] == list(halved.impact)


@pytest.mark.full
def test_the_example_is_the_same_when_another_engine_calculates() -> None:
    changed = example()
    given = read({**changed, "ranges": changed["ranges"][:2]})
    result = METHOD.calculate(given)
    same(blocks(Recalculated(workbook(given, result))), expected(result, given))


def test_what_the_workbook_says_of_itself() -> None:
    book, _, _ = recalculated(SHAPES["a Bass curve, for longer than five years, with draws"])
    assert book.sheets == ["About", "Results", "Inputs", "Calculation"]
    said = " ".join(str(cells[0]) for cells, _ in book.rows("About"))
    assert said == (
        "Budget impact: A small one "
        "Blue cells are inputs: change one, and all results follow. Everything else is a formula. "
        "Money is in pounds on the sheets Inputs and Results, and in whole pence on Calculation. "
        "On Calculation each column is a case: the scenarios, both prices, "
        "and each end of the tornado's bars. "
        "Each step is rounded once, halves away from nought: to whole people, whole pence or millionths. "
        "Where a cost is split, the payers' shares are added up in their order "
        "and each running sum is rounded. "
        "So what the payers bear comes to the cost exactly. "
        "A patient who stops the proposed treatment goes back to current care and counts for nothing. "
        "The tornado's bars keep the order in which they were written; their figures follow the inputs. "
        "The draws on Results are figures that follow no input, since a spreadsheet cannot repeat them; "
        "for others, calculate again. "
        "Thresholds: England's schedule of thresholds for new treatments, 2022/23 to 2025/26."
    )
    without, _, _ = recalculated({})
    assert not any("draws" in str(cells[0]) for cells, _ in without.rows("About"))


def test_the_same_input_gives_the_same_bytes_and_bears_its_date() -> None:
    given = read(SMALL)
    result = METHOD.calculate(given)
    first = workbook(given, result)
    assert first == workbook(given, result)
    core = Recalculated(first).parts["docProps/core.xml"].decode()
    assert "2025-06-01T00:00:00Z" in core
    assert "<dc:title>A small one</dc:title>" in core
    assert given.on == date(2025, 6, 1)
