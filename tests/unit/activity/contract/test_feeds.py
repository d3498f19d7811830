"""The shapes of the feeds as data, and how a file is told by its columns."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.unit.activity.contract.feed_files import HEADERS

from speccom.activity.contract.feeds import Shelf, load_feeds, map_columns
from speccom.problem import Problem
from speccom.rulebook import find


def test_the_four_feeds_of_the_data_dictionary(feeds: Shelf) -> None:
    assert {shape.id: str(shape.feed) for shape in feeds.feeds.values()} == {
        "acm": "aggregate",
        "plcm": "patient_level",
        "drplcm": "drugs",
        "deplcm": "devices",
    }


@pytest.mark.parametrize("feed", HEADERS)
@pytest.mark.parametrize("spelling", ["published", "underscored", "lower"])
def test_each_feed_is_told_by_its_columns_however_they_are_spelled(
    feeds: Shelf, feed: str, spelling: str
) -> None:
    change = {
        "published": str,
        "underscored": lambda name: name.replace(" ", "_"),
        "lower": lambda name: name.lower().replace("(", "").replace(")", ""),
    }[spelling]
    mapped = map_columns([change(name) for name in HEADERS[feed]], feeds.feeds.values(), "a file")
    assert mapped.shape.id == feed
    assert not mapped.unknown
    assert mapped.sources["provider"] == change("ORGANISATION IDENTIFIER (CODE OF PROVIDER)")


def test_unknown_columns_are_listed_and_known_ones_that_are_not_used_are_not(feeds: Shelf) -> None:
    names = [*HEADERS["plcm"], "CAM ASSIGNMENT", "Comments from finance"]
    assert map_columns(names, feeds.feeds.values(), "a file").unknown == ("Comments from finance",)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a", "b"], "no contract feed has any of these columns"),
        (["PROVIDER_CODE"], "no contract feed fits these columns; the nearest, acm, also needs actual price"),
        (
            [name for name in HEADERS["plcm"] if name != "FINANCIAL MONTH"],
            r"plcm\) by its columns, and it has none for financial month \(FINANCIAL MONTH\)",
        ),
        ([*HEADERS["plcm"], "total_cost"], "the column TOTAL COST is there more than once"),
    ],
)
def test_a_file_that_is_no_feed_is_refused(feeds: Shelf, names: list[str], said: str) -> None:
    with pytest.raises(Problem, match=said) as caught:
        map_columns(names, feeds.feeds.values(), "a.csv")
    assert str(caught.value).startswith("a.csv: ")
    assert caught.value.mend


def test_a_shelf_without_feeds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="there are no contract feeds here"):
        load_feeds(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("acm.toml", 'money = ["actual_price"]', 'money = ["price"]', "no column is given for price"),
        ("acm.toml", 'feed = "aggregate"', 'feed = "total"', "feed: Input should be"),
        ("settings.toml", "most_unusable = 0.2", "most_unusable = 2", "shifted.most_unusable: Input should"),
        ("settings.toml", "[shifted]", "[shifted", "this is no TOML"),
    ],
)
def test_a_feed_that_is_not_well_formed_is_refused(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    shutil.copytree(find.shelf() / "feeds", tmp_path / "feeds")
    path = tmp_path / "feeds" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Problem, match=said):
        load_feeds(tmp_path)
