import shutil
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from speccom.analysis.run_folders import RunFolder, find_run
from speccom.analysis.run_reader import figures, total
from speccom.analysis.run_rows import label_of, place_of, position_of, record_at_place, rows_behind, stay_of
from speccom.analysis.run_tables import TABLES, figures_table, programmes_table
from speccom.analysis.selection import Selection, selection_of

EVERYTHING = Selection()


def ids(run: RunFolder, selection: Selection, order: str = "row", offset: int = 0) -> list[str]:
    found = rows_behind(run, selection, limit=100, offset=offset, order=order)
    return [str(row["record_id"]) for row in found]


def test_figures_add_up_by_every_dimension(small: RunFolder) -> None:
    whole = total(small, EVERYTHING)
    assert (whole.records, whole.cost) == (11, Decimal("69980.75"))
    for dimension in ("dataset", "provider", "month", "service_line", "layer", "fate"):
        parts = figures(small, EVERYTHING, dimension)
        assert sum(each.records for each in parts) == 11
        assert sum(each.cost for each in parts) == whole.cost
    with pytest.raises(ValueError, match="not dimensions"):
        figures(small, EVERYTHING, "records; drop table x")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(line="NCBPS11T"), ["a1", "a2"]),
        (Selection(line="NCBPS11B"), ["a4", "o1"]),
        (Selection(line="none", dataset="apc"), ["a3", "a6", "a8", "a9"]),
        (Selection(programme="A", provider="RBB"), ["a4", "a5"]),
        (Selection(programme="B02"), ["a7"]),
        (Selection(provider="unknown"), ["a9"]),
        (Selection(month="2025-06", fate="labelled"), ["a5", "a7"]),
        (Selection(layer="rules", dataset="op"), ["o1"]),
        (Selection(fate="nothing"), []),
        (Selection(line="' OR 1=1 --"), []),
    ],
)
def test_the_records_behind_a_figure_are_as_many_as_it_says(
    small: RunFolder, selection: Selection, expected: list[str]
) -> None:
    assert ids(small, selection) == expected
    assert total(small, selection).records == len(expected)


def test_records_can_be_ordered_and_paged(small: RunFolder) -> None:
    assert ids(small, EVERYTHING, "-cost")[:3] == ["a1", "a3", "a5"]
    assert ids(small, EVERYTHING, "-date")[:2] == ["a9", "o1"]
    assert ids(small, EVERYTHING, offset=9) == ["o1", "o2"]


def test_a_row_has_its_record_and_label_even_where_others_were_rejected(dirty: RunFolder) -> None:
    assert ids(dirty, EVERYTHING) == ["d1", "d2"]
    place = place_of(dirty, 1)
    assert str(record_at_place(place)["record_id"]).strip() == "d2"
    assert label_of(dirty, 1)["record_id"] == "d2"
    assert position_of(dirty, " d2 ") == 1
    assert position_of(dirty, "nobody") is None
    for position in (-1, 2, 10**12):
        with pytest.raises(IndexError):
            label_of(dirty, position)


def test_every_row_stands_where_its_place_says(small: RunFolder) -> None:
    labels = pq.read_table(small.labels).column("record_id").to_pylist()
    for position, record_id in enumerate(labels):
        assert record_at_place(place_of(small, position))["record_id"] == record_id


def test_the_records_of_a_stay(small: RunFolder) -> None:
    assert [each["record_id"] for each in stay_of(small, "s1")] == ["a1", "a2"]
    assert stay_of(small, None) == []


@pytest.mark.parametrize("name", list(TABLES))
def test_tables_total_what_their_rows_add_up_to(small: RunFolder, name: str) -> None:
    table = figures_table(small, name, EVERYTHING, {})
    assert sum(row[-2].value for row in table.rows) == table.total[-2].value
    assert sum(row[-1].value for row in table.rows) == table.total[-1].value
    assert all(row[-2].href and row[-1].href for row in table.rows)


def test_programmes_gather_their_lines(small: RunFolder) -> None:
    table = programmes_table(small, EVERYTHING, {})
    assert [(row[0].text, row[1].value) for row in table.rows] == [("Internal medicine", 5), ("Cancer", 1)]


def test_what_an_address_asks_that_is_no_filter_is_left_alone() -> None:
    assert selection_of({"line": "X", "page": "3", "q": "y"}) == Selection(line="X")
    assert Selection().everything


def test_the_largest_costs_that_a_run_can_hold_are_shown(small: RunFolder, tmp_path: Path) -> None:
    shutil.copytree(small.path, tmp_path / "runs" / "rich")
    run = find_run(tmp_path, "rich")
    summary = pq.read_table(run.file("summary.parquet"))
    costs = pa.array([Decimal("9" * 16 + ".99")] * summary.num_rows, pa.decimal128(20, 2))
    rich = summary.set_column(summary.schema.get_field_index("cost"), "cost", costs)
    pq.write_table(rich, run.file("summary.parquet"))
    assert total(run, EVERYTHING).cost == Decimal("9" * 16 + ".99") * summary.num_rows
