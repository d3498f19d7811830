"""How the workbook of a budget impact looks: its labels, formats, input cells and columns, sheet by sheet."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.unit.methods.test_budget_impact import RULES
from tests.unit.methods.test_budget_impact_workbook import SHAPES, SMALL, SPACE, Recalculated, recalculated

DRUG, BED = SMALL["costs"]
PLAIN: dict[str, Any] = {
    "rules": RULES,
    "years": 2,
    "payers": ["A", "B"],
    "costs": [DRUG | {"payers": {"A": 1}}, BED | {"payers": {"B": 1}}],
    "one_off": [SMALL["one_off"][0] | {"year": 1, "payers": {"A": 1}}],
}


def formats(book: Recalculated) -> list[str]:
    """Return what each style of the file is, in a word or two."""
    styles = ElementTree.fromstring(book.parts["xl/styles.xml"])
    codes = {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{SPACE}numFmt")}
    names = {
        "£#,##0.00;-£#,##0.00": "pounds",
        "#,##0": "whole",
        "0.00####%": "share",
        "#,##0.######": "number",
    }
    kinds = {"0": "", "3": "whole"} | {number: names.get(str(code), "") for number, code in codes.items()}
    fonts = [
        "bold" if font.find(f"{SPACE}b") is not None else "" for font in next(styles.iter(f"{SPACE}fonts"))
    ]
    words = []
    for each in next(styles.iter(f"{SPACE}cellXfs")):
        wrapped = each.find(f"{SPACE}alignment") is not None
        parts = (
            kinds[each.get("numFmtId", "")],
            fonts[int(each.get("fontId", 0))],
            "input" if each.get("fillId") not in ("0", None) else "",
            "wrapped" if wrapped else "",
        )
        words.append(" ".join(part for part in parts if part))
    return words


def described(book: Recalculated, sheet: str, columns: str) -> str:
    """Return a sheet's rows: the text of its first columns, and the formats of all its cells."""
    words = formats(book)
    rows: dict[int, dict[str, str]] = {}
    for where, place in (*book.value, *book.formula):
        if where == sheet:
            letters, number = re.sub(r"\d", "", place), int(re.sub(r"\D", "", place))
            rows.setdefault(number, {})[letters] = place
    lines = []
    for number in range(1, max(rows) + 1):
        row = rows.get(number, {})
        texts = [_text(book.value.get((sheet, row.get(column, "")), "")) for column in columns]
        kinds = dict.fromkeys(words[book.styles[sheet, place]] for place in row.values())
        styles = ", ".join(kind for kind in kinds if kind)
        line = f"{'|'.join(texts).rstrip('|')}{f' <{styles}>' if styles else ''}"
        lines.append(line if len(line) <= 100 else line.replace("Treatment year ", "T"))
    return "\n".join(lines)


def _text(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def columns_of(book: Recalculated, number: int) -> list[tuple[str, str, int]]:
    content = ElementTree.fromstring(book.parts[f"xl/worksheets/sheet{number}.xml"])
    return [
        (each.get("min", ""), each.get("max", ""), round(float(each.get("width", 0))))
        for each in content.iter(f"{SPACE}col")
    ]


INPUTS = """\
People <bold>
People who have the condition now|101 <whole input>
People newly ill in year 1|10.55 <number input>
Growth of the newly ill from year to year|-0.015 <share input>
Share: found|0.333333 <share input>
Share: fit|0.5 <share input>

Uptake: share of the eligible who have ever started <bold>
|Year 1|Year 2 <bold>
By the end of the year|0.25|0.655 <share input>

Persistence <bold>
|Treatment year 1|Treatment year 2|Treatment year 3|Treatment year 4|Treatment year 5 <bold>
Share on treatment|0.95|0.5|0.5|0.5|0.5 <share input>

Money <bold>
Prices: list, or net of discounts (write list or net)|net <input>
Rate by which later years count less, per patient|0.035 <share input>
|A|B <bold>
Counted in the headline (1) or not (0)|1|1 <whole input>

Cost per patient at list price <bold>
|Pathway|Discount|T1|T2|T3|T4|T5|Share: A|Share: B <bold>
drug|proposed|0.125|1000.01|500.01|500.01|500.01|500.01|1|0 <number input>
bed|current|0|333.35|333.35|333.35|333.35|333.35|0|1 <number input>

One-off costs <bold>
|Year|Pounds|Share: A|Share: B <bold>
training|1|10.01|1|0 <number input>

Outcome per patient: QALY <bold>
|Treatment year 1|Treatment year 2|Treatment year 3|Treatment year 4|Treatment year 5 <bold>
Under current care|0.5|0.5|0.5|0.5|0.5 <number input>
On the proposed treatment|0.6|0.75|0.75|0.75|0.75 <number input>

Thresholds <bold>
At most £350 in each of two years?|350 <pounds input>
At most £750 over two years?|750 <pounds input>
Does it save in three years?|0 <pounds input>
Usual range for one more QALY|10|36 <pounds input>"""

CALCULATION = """\
Step <bold>

Factors: 1 is as put in <bold>
Prevalent <number input>
Incident <number input>
Growth <number input>
Eligible share <number input>
Uptake <number input>
Persistence <number input>
Proposed cost <number input>
Current cost <number input>
Discount <number input>
One off cost <number input>
Prevalent|millionths <number>
Incident|millionths <number>
Growth|millionths <number>
Eligible share|millionths <number>
Uptake|millionths <number>
Persistence|millionths <number>
Proposed cost|millionths <number>
Current cost|millionths <number>
Discount|millionths <number>
One off cost|millionths <number>
Discount at this price|millionths <number>

People <bold>
Newly ill in year 1|hundredths <number>
Growth of the newly ill|millionths <number>
Have the condition now|hundredths <number>
Newly ill, against year 1 (millionths)|Year 1 <number>
Have had the condition (hundredths)|Year 1 <number>
People|Year 1 <number>
Newly ill, against year 1 (millionths)|Year 2 <number>
Have had the condition (hundredths)|Year 2 <number>
People|Year 2 <number>
Share before any step|millionths <number>
Share after: found|millionths <number>
Share after: fit|millionths <number>
Share eligible|millionths <number>
Eligible|Year 1 <number>
Eligible|Year 2 <number>

Uptake <bold>
Uptake as put in|Year 1 <number>
Uptake|Year 1 <number>
Have ever started|Year 1 <number>
Start|Year 1 <number>
Uptake as put in|Year 2 <number>
Uptake|Year 2 <number>
Have ever started|Year 2 <number>
Start|Year 2 <number>

Persistence <bold>
On treatment (millionths)|Treatment year 1 <number>
On treatment (millionths)|Treatment year 2 <number>
On treatment (millionths)|Treatment year 3 <number>
On treatment (millionths)|Treatment year 4 <number>
On treatment (millionths)|Treatment year 5 <number>
Person-years (millionths)|Year 1 <number>
Person-years (millionths)|Year 2 <number>

drug (proposed), pence <bold>
Discount|millionths <number>
Cost per patient|Treatment year 1 <number>
Cost per starter|Treatment year 1 <number>
Cost per patient|Treatment year 2 <number>
Cost per starter|Treatment year 2 <number>
Cost per patient|Treatment year 3 <number>
Cost per starter|Treatment year 3 <number>
Cost per patient|Treatment year 4 <number>
Cost per starter|Treatment year 4 <number>
Cost per patient|Treatment year 5 <number>
Cost per starter|Treatment year 5 <number>

bed (current), pence <bold>
Discount|millionths <number>
Cost per patient|Treatment year 1 <number>
Cost per starter|Treatment year 1 <number>
Cost per patient|Treatment year 2 <number>
Cost per starter|Treatment year 2 <number>
Cost per patient|Treatment year 3 <number>
Cost per starter|Treatment year 3 <number>
Cost per patient|Treatment year 4 <number>
Cost per starter|Treatment year 4 <number>
Cost per patient|Treatment year 5 <number>
Cost per starter|Treatment year 5 <number>

Current care, pence <bold>
Per starter: A|Treatment year 1 <number>
Per starter: A|Treatment year 2 <number>
Per starter: A|Treatment year 3 <number>
Per starter: A|Treatment year 4 <number>
Per starter: A|Treatment year 5 <number>
Per starter: B|Treatment year 1 <number>
Per starter: B|Treatment year 2 <number>
Per starter: B|Treatment year 3 <number>
Per starter: B|Treatment year 4 <number>
Per starter: B|Treatment year 5 <number>
A|Year 1 <number>
A|Year 2 <number>
B|Year 1 <number>
B|Year 2 <number>

Proposed care, pence <bold>
Per starter: A|Treatment year 1 <number>
Per starter: A|Treatment year 2 <number>
Per starter: A|Treatment year 3 <number>
Per starter: A|Treatment year 4 <number>
Per starter: A|Treatment year 5 <number>
Per starter: B|Treatment year 1 <number>
Per starter: B|Treatment year 2 <number>
Per starter: B|Treatment year 3 <number>
Per starter: B|Treatment year 4 <number>
Per starter: B|Treatment year 5 <number>
A|Year 1 <number>
A|Year 2 <number>
B|Year 1 <number>
B|Year 2 <number>

One-off costs, pence <bold>
training|pence <number>
A|Year 1 <number>
A|Year 2 <number>
B|Year 1 <number>
B|Year 2 <number>

Budget impact, pence <bold>
A|Year 1 <number>
A|Year 2 <number>
B|Year 1 <number>
B|Year 2 <number>
Counted payers|Year 1 <number>
Counted payers|Year 2 <number>
Counted payers|All years <number>

Cost per patient over five years, pence <bold>
Weight of the year (millionths)|Treatment year 1 <number>
Weight of the year (millionths)|Treatment year 2 <number>
Weight of the year (millionths)|Treatment year 3 <number>
Weight of the year (millionths)|Treatment year 4 <number>
Weight of the year (millionths)|Treatment year 5 <number>
A|current <number>
A|proposed <number>
A|difference <number>
B|current <number>
B|proposed <number>
B|difference <number>
Counted payers|difference <number>

Outcome per patient over five years: QALY <bold>
Gain|millionths <number>
Cost and outcome <number>
Cost of one more unit|pence <number>
Against the usual range <number>

At most £350 in each of two years? <bold>
Figure|pence <number>
Met <number>

At most £750 over two years? <bold>
Figure|pence <number>
Met <number>"""

RESULTS = """\
Scenario: low <bold>
|Payer <bold>
People <number>
Eligible <number>
Uptake <share>
Have ever started <number>
Start <number>
Person-years of treatment <number>
Current care|A <pounds>
Proposed treatment|A <pounds>
One-off costs|A <pounds>
Budget impact|A <pounds>
Current care|B <pounds>
Proposed treatment|B <pounds>
One-off costs|B <pounds>
Budget impact|B <pounds>
Budget impact|Counted payers <pounds>

Scenario: mid <bold>
|Payer <bold>
People <number>
Eligible <number>
Uptake <share>
Have ever started <number>
Start <number>
Person-years of treatment <number>
Current care|A <pounds>
Proposed treatment|A <pounds>
One-off costs|A <pounds>
Budget impact|A <pounds>
Current care|B <pounds>
Proposed treatment|B <pounds>
One-off costs|B <pounds>
Budget impact|B <pounds>
Budget impact|Counted payers <pounds>

Scenario: high <bold>
|Payer <bold>
People <number>
Eligible <number>
Uptake <share>
Have ever started <number>
Start <number>
Person-years of treatment <number>
Current care|A <pounds>
Proposed treatment|A <pounds>
One-off costs|A <pounds>
Budget impact|A <pounds>
Current care|B <pounds>
Proposed treatment|B <pounds>
One-off costs|B <pounds>
Budget impact|B <pounds>
Budget impact|Counted payers <pounds>

Both prices, mid scenario <bold>
|Payer <bold>
At list price|Counted payers <pounds>
Net of discounts|Counted payers <pounds>

Cost per patient over five years: low <bold>
|Payer <bold>
Per patient|A <pounds>
Per patient|B <pounds>
Per patient|Counted payers <pounds>
QALY gained per patient <number>
Cost and outcome
Cost of one more QALY <pounds>
Against the usual range

Cost per patient over five years: mid <bold>
|Payer <bold>
Per patient|A <pounds>
Per patient|B <pounds>
Per patient|Counted payers <pounds>
QALY gained per patient <number>
Cost and outcome
Cost of one more QALY <pounds>
Against the usual range

Cost per patient over five years: high <bold>
|Payer <bold>
Per patient|A <pounds>
Per patient|B <pounds>
Per patient|Counted payers <pounds>
QALY gained per patient <number>
Cost and outcome
Cost of one more QALY <pounds>
Against the usual range

Thresholds: low <bold>
Test <bold>
At most £350 in each of two years? <pounds>
At most £750 over two years? <pounds>
Does it save in three years? <pounds>

Thresholds: mid <bold>
Test <bold>
At most £350 in each of two years? <pounds>
At most £750 over two years? <pounds>
Does it save in three years? <pounds>

Thresholds: high <bold>
Test <bold>
At most £350 in each of two years? <pounds>
At most £750 over two years? <pounds>
Does it save in three years? <pounds>

Tornado: budget impact over all years <bold>
Lever <bold>
persistence <number>

100 draws from seed 1 (figures, not formulas) <bold>
 <bold>
Budget impact, year 1 <pounds>
Budget impact, year 2 <pounds>
Budget impact, all years <pounds>
Cost per patient over five years <pounds>
Share that costs nothing or saves <share>
Share that meets: year <share>
Share that meets: total <share>"""


def test_the_sheet_of_inputs() -> None:
    book, _, _ = recalculated(PLAIN)
    assert described(book, "Inputs", "ABCDEFGHIJ") == INPUTS


def test_the_sheet_of_the_calculation() -> None:
    book, _, _ = recalculated(PLAIN)
    assert described(book, "Calculation", "AB") == CALCULATION
    cases = [book.value["Calculation", f"{column}1"] for column in "CDEFGHI"]
    assert cases == [
        "low",
        "mid",
        "high",
        "mid at list price",
        "mid at net price",
        "persistence low",
        "persistence high",
    ]
    assert ("Calculation", "J1") not in book.value


def test_the_sheet_of_results() -> None:
    book, _, _ = recalculated(PLAIN | {"simulation": {"draws": 100, "seed": 1}})
    assert described(book, "Results", "AB") == RESULTS


def test_the_sheet_about_it() -> None:
    book, _, _ = recalculated(PLAIN)
    lines = described(book, "About", "A").splitlines()
    assert lines[0] == "Budget impact: A small one <bold>"
    assert len(lines) == 10
    assert all(line.endswith("<wrapped>") for line in lines[1:-1])


@pytest.mark.parametrize(
    ("shape", "lines"),
    [
        (
            "a line, yearly persistence and list prices",
            [
                "By the end of year 1|0.1 <share input>",
                "In the end|0.7 <share input>",
                "Year in which that is reached|4 <whole input>",
                "Share on treatment who are on it a year later|0.8515 <share input>",
                "Counted in the headline (1) or not (0)|0|1|1 <whole input>",
                "Prices: list, or net of discounts (write list or net)|list <input>",
            ],
        ),
        (
            "a logistic curve, without steps, outcomes or one-off costs",
            [
                "In the end|0.8 <share input>",
                "Year in which half of it is reached|1.7 <number input>",
                "Steepness per year|1.3 <number input>",
            ],
        ),
        (
            "a Bass curve, for longer than five years, with draws",
            [
                "In the end|0.9 <share input>",
                "Innovation (p)|0.03 <number input>",
                "Imitation (q)|0.42 <number input>",
            ],
        ),
    ],
)
def test_the_inputs_of_other_shapes(shape: str, lines: list[str]) -> None:
    book, _, _ = recalculated(SHAPES[shape])
    found = described(book, "Inputs", "ABCDEFGHIJ").splitlines()
    assert [line for line in lines if line not in found] == []
    if "list" in shape:
        assert not any(line.startswith("Usual range") for line in found)
    if "without" in shape:
        assert not any(line.startswith(("One-off", "Outcome", "Share: ")) for line in found)


def test_columns_are_wide_enough_and_the_steps_stay_in_sight() -> None:
    book, _, _ = recalculated(PLAIN)
    widths = [columns_of(book, number) for number in (1, 2, 3, 4)]
    assert widths == [
        [("1", "1", 101), ("2", "61", 17)],
        [("1", "1", 27), ("2", "61", 19)],
        [("1", "1", 45), ("2", "61", 17)],
        [("1", "1", 45), ("2", "61", 19)],
    ]
    pane = next(ElementTree.fromstring(book.parts["xl/worksheets/sheet4.xml"]).iter(f"{SPACE}pane"))
    assert (pane.get("xSplit"), pane.get("ySplit"), pane.get("state")) == ("2", "1", "frozen")


def test_the_price_is_chosen_from_the_two_there_are() -> None:
    book, _, _ = recalculated(PLAIN)
    content = ElementTree.fromstring(book.parts["xl/worksheets/sheet3.xml"])
    chosen = next(content.iter(f"{SPACE}dataValidation"))
    assert (chosen.get("type"), chosen.get("sqref")) == ("list", "B17")
    assert "".join(chosen.itertext()) == '"list,net"'
