"""One file of a feed: what is read, what is counted as a fault, and files that are refused whole."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.activity.contract.feed_files import HEADERS, Row, write_feed, write_values

from speccom.activity.contract.feeds import Shelf
from speccom.activity.contract.read_feed import read_feed
from speccom.activity.contract.submission import NO_CODE, UNUSABLE_CODE, Place
from speccom.problem import Problem

MANY = [Row(month=1 + number % 12, pounds=f"{number}.50") for number in range(30)]


def test_money_lies_at_its_place(feeds: Shelf, tmp_path: Path) -> None:
    path = write_feed(
        tmp_path / "a.csv",
        "plcm",
        [
            Row(month=1, pounds="£1,000.005"),
            Row(month="01", pounds="(0.005)", year="202526", provider="rth00", line=" ncbps13b"),
            Row(month=10, pounds="7"),
        ],
    )
    read = read_feed(path, feeds, 0)
    april = Place("RTH", "13R", 2025, 1, "NCBPS13B", "EL")
    assert {place: (money.pounds, money.rows) for place, money in read.money.items()} == {
        april: (Decimal(1000), 2),
        april._replace(month=10): (Decimal(7), 1),
    }
    assert [place.calendar_month for place in read.money] == ["2025-04", "2026-01"]
    assert (read.shape.id, read.rows, read.pounds, read.left_out.rows) == ("plcm", 3, Decimal(1007), 0)


def test_nothing_is_dropped_unsaid(feeds: Shelf, tmp_path: Path) -> None:
    odd = [
        Row(pounds="TBC"),
        Row(line="", pounds="1"),
        Row(line="£5", pounds="2"),
        Row(commissioner="", pounds="3"),
        Row(year="215551", pounds="4"),
        Row(month="", pounds="5.25"),
    ]
    path = write_feed(tmp_path / "a.csv", "acm", [*MANY, *odd])
    read = read_feed(path, feeds, 0)
    april = Place("RTH", "13R", 2025, 1, "NCBPS13B", "EL")
    assert read.money[april._replace(line=NO_CODE)].pounds == 1
    assert read.money[april._replace(line=UNUSABLE_CODE)].pounds == 2
    assert read.money[april._replace(commissioner=NO_CODE)].pounds == 3
    assert (read.left_out.rows, read.left_out.pounds) == (2, Decimal("9.25"))
    assert {(each.column, each.kind, each.value, each.count, each.example_row) for each in read.faults} == {
        ("CONTRACT MONITORING ACTUAL PRICE", "unusable_amount", "TBC", 1, 30),
        ("SERVICE CODE", "unusable_code", "£5", 1, 32),
        ("FINANCIAL YEAR", "unusable_financial_year", "215551", 1, 34),
        ("", "unplaced_row", "financial year", 1, 34),
        ("", "unplaced_row", "financial month", 1, 35),
    }


def test_a_row_without_a_month_has_that_of_its_activity(feeds: Shelf, tmp_path: Path) -> None:
    header = [*HEADERS["drplcm"], "CLINICAL INTERVENTION DATE (DRUG DISPENSED)"]
    rows = [
        [*Row(month="", year="").values("drplcm"), "31/03/2026"],
        [*Row(month="").values("drplcm"), "1-Apr-25"],
        [*Row(month=4).values("drplcm"), "1-Apr-25"],
        [*Row(month="", year="2024/25", pounds="8").values("drplcm"), "1-Apr-25"],
        [*Row(month="").values("drplcm"), ""],
    ]
    read = read_feed(write_values(tmp_path / "a.csv", header, rows), feeds, 0)
    assert [(place.year, place.month) for place in read.money] == [(2025, 1), (2025, 4), (2025, 12)]
    assert read.left_out.rows == 2


def test_market_forces_are_added_where_the_feed_says_so(feeds: Shelf, tmp_path: Path) -> None:
    header = [*HEADERS["acm"], "CONTRACT MONITORING ACTUAL MARKET FORCES FACTOR"]
    path = write_values(tmp_path / "a.csv", header, [[*Row(pounds="100").values("acm"), "8.25"]])
    assert read_feed(path, feeds, 0).pounds == 100
    both = feeds.feeds["acm"].model_copy(update={"money": ("actual_price", "actual_market_forces_factor")})
    assert read_feed(path, Shelf({"acm": both}, feeds.settings), 0).pounds == Decimal("108.25")


def test_the_latest_stamp_is_the_age_of_a_file(feeds: Shelf, tmp_path: Path) -> None:
    rows = [Row(created="12/05/2025 09:00"), Row(created="2025-05-12 10:30"), Row(created="")]
    read = read_feed(write_feed(tmp_path / "a.csv", "acm", rows), feeds, 0)
    assert read.created is not None
    assert (read.created.isoformat(), read.stamps) == ("2025-05-12T10:30:00", 2)


@pytest.mark.parametrize("feed", HEADERS)
@pytest.mark.parametrize("place", range(6))
def test_a_file_whose_columns_are_shifted_by_one_is_refused_with_the_column_named(
    feeds: Shelf, tmp_path: Path, feed: str, place: int
) -> None:
    rows = [row.values(feed) for row in MANY]
    shifted = [[*row[:place], "", *row[place:-1]] for row in rows]
    path = write_values(tmp_path / "a.csv", HEADERS[feed], shifted)
    with pytest.raises(Problem, match="as if they were shifted") as caught:
        read_feed(path, feeds, 0)
    named = [name for name in HEADERS[feed][place:] if f"% of {name} is no" in str(caught.value)]
    assert named
    assert "nothing of the file was used" in str(caught.value)
    assert caught.value.mend


@pytest.mark.parametrize("feed", HEADERS)
def test_columns_shifted_to_the_left_are_refused_too(feeds: Shelf, tmp_path: Path, feed: str) -> None:
    rows = [[*row.values(feed)[1:], ""] for row in MANY]
    with pytest.raises(Problem, match=r"100% of FINANCIAL MONTH is no financial month \(such as '2025/26'\)"):
        read_feed(write_values(tmp_path / "a.csv", HEADERS[feed], rows), feeds, 0)


def test_what_may_be_an_nhs_number_is_not_shown(feeds: Shelf, tmp_path: Path) -> None:
    odd = [Row(pounds=text) for text in ("9990000018", "999 000 0018", "999000001")]
    read = read_feed(write_feed(tmp_path / "a.csv", "plcm", [*MANY, *odd]), feeds, 0)
    assert [(each.value, each.count) for each in read.faults] == [("ten digits", 2)]
    rows = [[*row.values("plcm")[:5], "", *row.values("plcm")[5:-1]] for row in MANY]
    with pytest.raises(Problem, match="such as 'ten digits'"):
        read_feed(write_values(tmp_path / "b.csv", HEADERS["plcm"], rows), feeds, 0)


def test_the_share_that_is_too_much_is_a_setting(feeds: Shelf, tmp_path: Path) -> None:
    def with_unusable(number: int) -> Path:
        rows = [Row(pounds="TBC" if place < number else "1") for place in range(50)]
        return write_feed(tmp_path / f"{number}.csv", "plcm", rows)

    assert feeds.settings.shifted.most_unusable == 0.2
    assert read_feed(with_unusable(10), feeds, 0).pounds == 40
    with pytest.raises(Problem, match=r"22% of TOTAL COST is no amount \(such as 'TBC'\)"):
        read_feed(with_unusable(11), feeds, 0)
    patient = feeds.settings.shifted.model_copy(update={"most_unusable": 0.5})
    lenient = Shelf(feeds.feeds, feeds.settings.model_copy(update={"shifted": patient}))
    assert read_feed(with_unusable(11), lenient, 0).pounds == 39


def test_one_slip_in_a_short_file_is_a_slip(feeds: Shelf, tmp_path: Path) -> None:
    path = write_feed(tmp_path / "a.csv", "plcm", [Row(pounds="TBC"), Row(), Row()])
    assert read_feed(path, feeds, 0).pounds == 200
    with pytest.raises(Problem, match="100% of TOTAL COST"):
        read_feed(write_feed(path, "plcm", [Row(pounds="TBC")]), feeds, 0)


def test_rows_of_the_wrong_width(feeds: Shelf, tmp_path: Path) -> None:
    rows = [row.values("plcm") for row in MANY]
    path = write_values(tmp_path / "a.csv", HEADERS["plcm"], [*rows, [*rows[0], "more"]])
    read = read_feed(path, feeds, 0)
    assert (read.rows, read.left_out.rows) == (31, 1)
    assert [(each.kind, each.example_row) for each in read.faults] == [("wrong_width", 30)]
    wide = [[*row, "more"] for row in rows[:10]]
    with pytest.raises(Problem, match="10 of its 40 rows have more or fewer values than the header"):
        read_feed(write_values(path, HEADERS["plcm"], [*rows, *wide]), feeds, 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (",".join(HEADERS["plcm"]).encode(), "the file has a header and no rows"),
        (b"PAR1....PAR1", "contract feeds are read from CSV, and this is Parquet"),
        (b"PK\x03\x04....", "a spreadsheet or a zip archive"),
        (b"a,b\n1,2\n", "no contract feed has any of these columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    feeds: Shelf, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Problem, match=said):
        read_feed(path, feeds, 0)


def test_a_file_that_is_not_there(feeds: Shelf, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="there is no such file"):
        read_feed(tmp_path / "none.csv", feeds, 0)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["RTH", "RHM00", "", "£"]),
            st.sampled_from(["1", "12", "", "400"]),
            st.integers(-(10**7), 10**7),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_money_is_either_placed_or_left_out(
    feeds: Shelf, tmp_path: Path, rows: list[tuple[str, str, int]]
) -> None:
    written = [Row(provider=who, month=month, pounds=str(Decimal(p) / 100)) for who, month, p in rows]
    trusting = feeds.settings.shifted.model_copy(update={"most_unusable": 1.0})
    shelf = Shelf(feeds.feeds, feeds.settings.model_copy(update={"shifted": trusting}))
    read = read_feed(write_feed(tmp_path / "a.csv", "plcm", written), shelf, 0)
    assert read.pounds + read.left_out.pounds == Decimal(sum(pence for *_, pence in rows)) / 100
    assert sum(money.rows for money in read.money.values()) + read.left_out.rows == len(rows) == read.rows
