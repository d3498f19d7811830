from dataclasses import replace
from decimal import Decimal

from speccom.interface.tables import (
    Cell,
    Column,
    Download,
    Kind,
    cell,
    first_rows,
    headings,
    make_table,
    part_of,
    sort_rows,
)

COLUMNS = (
    Column("name", "Name"),
    Column("cost", "Cost", Kind.MONEY),
    Column("fixed", "Fixed", sortable=False),
)
ROWS = [
    (cell(COLUMNS[0], "b"), cell(COLUMNS[1], Decimal("5")), cell(COLUMNS[2], "x")),
    (cell(COLUMNS[0], "A"), cell(COLUMNS[1], None), cell(COLUMNS[2], "y")),
    (cell(COLUMNS[0], "c"), cell(COLUMNS[1], Decimal("70")), cell(COLUMNS[2], "z")),
]


def names(asked: dict[str, str]) -> list[str]:
    return [row[0].text for row in sort_rows("t", COLUMNS, ROWS, asked)]


def test_rows_stand_as_they_came_unless_the_address_asks() -> None:
    assert names({}) == ["b", "A", "c"]
    assert names({"t-sort": "nothing"}) == ["b", "A", "c"]
    assert names({"other-sort": "name"}) == ["b", "A", "c"]
    assert names({"t-sort": "fixed"}) == ["b", "A", "c"]


def test_text_sorts_in_any_case_and_what_is_not_known_comes_last() -> None:
    assert names({"t-sort": "name"}) == ["A", "b", "c"]
    assert names({"t-sort": "-name"}) == ["c", "b", "A"]
    assert names({"t-sort": "cost"}) == ["b", "c", "A"]
    assert names({"t-sort": "-cost"}) == ["c", "b", "A"]


def test_a_heading_sorts_numbers_greatest_first_and_turns_when_pressed_again() -> None:
    first = headings("t", COLUMNS, "/p", {"q": "x", "page": "3"})
    assert first[0].href == "/p?q=x&t-sort=name#t"
    assert first[1].href == "/p?q=x&t-sort=-cost#t"
    assert first[2].href is None
    again = headings("t", COLUMNS, "/p", {"t-sort": "-cost"})
    assert again[1].sort == "descending"
    assert again[1].href == "/p?t-sort=cost#t"


def test_values_are_written_as_their_column_asks() -> None:
    table = make_table("t", "A table", COLUMNS, ROWS)
    assert [each.text for each in table.rows[0]] == ["b", "£5.00", "x"]
    assert table.rows[1][1].text == "not known"
    assert table.rows[0][1].numeric


def test_the_total_of_a_part_says_that_it_counts_the_rest_too() -> None:
    total = (Cell("Total", "Total"), cell(COLUMNS[1], Decimal("75")), Cell(None, ""))
    table = make_table("t", "A table", COLUMNS, ROWS, total=total)
    assert part_of(table, 0, 3).total[0].text == "Total"
    assert part_of(table, 1, 3).total[0].text == "Total of all 3"
    cut = first_rows(table, 2, Download("See all 3", "/p"))
    assert (len(cut.rows), cut.total[0].text, cut.total[1].text) == (2, "Total of all 3", "£75.00")


def test_a_download_is_of_the_table_unless_it_holds_something_else() -> None:
    table = make_table("t", "A table", COLUMNS, ROWS)
    assert table.in_a_file == "A table"
    assert replace(table, file_of="the first 10").in_a_file == "the first 10"
