"""Cumulative files: only the latest counts for a month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.activity.contract.feed_files import Row, as_pounds, write_feed

from speccom.activity.contract.feeds import LaterBy, Restatements, Restates, Shelf
from speccom.activity.contract.read_feed import read_feed
from speccom.activity.contract.restatements import current
from speccom.activity.contract.submission import Place, Submission

RULES = Restatements(restates=Restates.SPAN, later_by=LaterBy.CREATED)


@pytest.fixture
def sent(feeds: Shelf, tmp_path: Path) -> Sent:
    return Sent(feeds, tmp_path)


class Sent:
    """Files in the order in which they are given."""

    def __init__(self, feeds: Shelf, folder: Path) -> None:
        self._feeds = feeds
        self._folder = folder
        self.files: list[Submission] = []

    def file(self, rows: Sequence[Row], *, created: str = "", feed: str = "plcm") -> Submission:
        place = len(self.files)
        stamped = [row._replace(created=created) for row in rows]
        path = write_feed(self._folder / f"{place}.csv", feed, stamped)
        self.files.append(read_feed(path, self._feeds, place))
        return self.files[-1]

    def pounds(self, rules: Restatements = RULES) -> dict[Place, Decimal]:
        return {place: money.pounds for _, place, money in current(self.files, rules).money}


def by_month(pounds: dict[Place, Decimal]) -> dict[int, Decimal]:
    return {place.month: amount for place, amount in pounds.items()}


def test_the_later_file_counts_whatever_the_order_given(sent: Sent) -> None:
    sent.file([Row(1, "10"), Row(2, "20")], created="2025-06-12 09:01")
    sent.file([Row(1, "7")], created="12/06/2025 09:00")
    assert by_month(sent.pounds()) == {1: 10, 2: 20}
    found = current(sent.files, RULES).superseded
    assert [(each.file, each.by_file, each.months) for each in found] == [
        (sent.files[1].file, sent.files[0].file, (1,))
    ]
    assert by_month(sent.pounds(RULES.model_copy(update={"later_by": LaterBy.GIVEN}))) == {1: 7, 2: 20}


def test_a_year_sent_in_two_files_is_whole(sent: Sent) -> None:
    sent.file([Row(month, "1") for month in range(1, 7)], created="2026-04-01")
    sent.file([Row(month, "2") for month in range(7, 13)], created="2026-04-02")
    assert by_month(sent.pounds()) == {month: 1 if month < 7 else 2 for month in range(1, 13)}
    to_date = RULES.model_copy(update={"restates": Restates.YEAR_TO_DATE})
    assert by_month(sent.pounds(to_date)) == dict.fromkeys(range(7, 13), 2)


def test_a_month_that_a_later_file_passes_over_is_restated_as_nothing(sent: Sent) -> None:
    sent.file([Row(1, "1"), Row(2, "2"), Row(3, "3")], created="2025-07-01")
    sent.file([Row(1, "1"), Row(4, "4")], created="2025-08-01")
    assert by_month(sent.pounds()) == {1: 1, 4: 4}


def test_providers_years_and_feeds_do_not_supersede_each_other(sent: Sent) -> None:
    sent.file([Row(1, "1")], created="2025-05-01")
    sent.file([Row(1, "2", provider="RHM")], created="2025-05-02")
    sent.file([Row(1, "3", year="2024/25")], created="2025-05-03")
    sent.file([Row(1, "4")], created="2025-05-04", feed="acm")
    assert not current(sent.files, RULES).superseded
    assert sum(money.pounds for _, _, money in current(sent.files, RULES).money) == 10


def test_what_is_doubtful_is_told(sent: Sent) -> None:
    sent.file([Row(1, "1"), Row(1, "1", commissioner="15E")])
    sent.file([Row(1, "2")])
    (no_stamp, other, same, commissioner) = current(sent.files, RULES).doubts
    assert "does not say when it was made" in no_stamp
    assert "does not say when it was made" in other
    assert "are of the same age; the one that was given last counts" in same
    assert "has nothing for 15E, which" in commissioner
    assert by_month(sent.pounds()) == {1: 2}


def test_a_file_with_several_stamps_is_doubtful(feeds: Shelf, tmp_path: Path) -> None:
    rows = [Row(created="2025-05-01"), Row(created="2025-05-02")]
    first = read_feed(write_feed(tmp_path / "a.csv", "acm", rows), feeds, 0)
    second = read_feed(write_feed(tmp_path / "b.csv", "acm", [Row(created="2025-06-01")]), feeds, 1)
    (doubt,) = current([first, second], RULES).doubts
    assert doubt == f"{tmp_path / 'a.csv'} has 2 different stamps; the latest was taken for its age"


def test_a_file_for_each_commissioner_where_the_feed_says_so(feeds: Shelf, tmp_path: Path) -> None:
    shape = feeds.feeds["acm"].model_copy(update={"restated_by": ("provider", "commissioner")})
    shelf = Shelf({"acm": shape}, feeds.settings)
    first = read_feed(write_feed(tmp_path / "a.csv", "acm", [Row()]), shelf, 0)
    second = read_feed(write_feed(tmp_path / "b.csv", "acm", [Row(commissioner="15E")]), shelf, 1)
    assert len(current([first, second], RULES).money) == 2


# A month's rows as each of the monthly files states them: line and pence, restated at will.
ROWS = st.lists(st.tuples(st.sampled_from(["A1", "B2", ""]), st.integers(-(10**6), 10**6)), max_size=3)
FILE = st.lists(ROWS, min_size=12, max_size=12)


@pytest.mark.parametrize("restates", Restates)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(year=st.lists(FILE, min_size=12, max_size=12), shuffled=st.randoms(use_true_random=False))
def test_twelve_cumulative_files_are_the_last_alone(
    feeds: Shelf,
    tmp_path: Path,
    restates: Restates,
    year: list[list[list[tuple[str, int]]]],
    shuffled: object,
) -> None:
    sent = Sent(feeds, tmp_path)
    for number, months in enumerate(year, 1):
        rows = [
            Row(month, as_pounds(pence), line=line)
            for month in range(1, number + 1)
            for line, pence in [("Z9", 1), *months[month - 1]]
        ]
        sent.file(rows, created=f"2025-05-{number:02d}")
    last = sent.files[-1]
    alone = {place: money.pounds for place, money in last.money.items()}
    shuffled.shuffle(sent.files)  # type: ignore[attr-defined]
    assert sent.pounds(RULES.model_copy(update={"restates": restates})) == alone
