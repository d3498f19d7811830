"""The table of the security standard: whole, each row with its standing, each test that it names there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
TABLE = TOP / "docs/security/asvs.md"
NUMBERS = TOP / "tests/spec/security/asvs-5.0-levels-1-2.txt"
MET, NOT_APPLICABLE, NOT_MET = STANDINGS = ("met", "not applicable", "not met")

_ROW = re.compile(r"\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+) \|")
_COUNT = re.compile(r"\| (?:(\d+)\. .+?|all) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|")
_NAMED = re.compile(r"`(tests/[\w./-]+)(?:::(\w+))?`")
_PLACE = re.compile(r"`((?:docs|rulebooks|requirements)/[\w./-]+)`")
_ROOMS = "|".join(each.name for each in (TOP / "src/speccom").iterdir() if (each / "__init__.py").exists())
_AS_ANOTHER = re.compile(r"\bas \d+\.\d+\.\d+")
_CODE = re.compile(rf"`((?:{_ROOMS})/[\w./-]+)`")


@dataclass(frozen=True)
class Row:
    """What the table says of one requirement."""

    number: str
    subject: str
    standing: str
    why: str

    @property
    def chapter(self) -> str:
        return self.number.split(".")[0]


def rows() -> list[Row]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [Row(*found.groups()) for line in lines if (found := _ROW.fullmatch(line))]


@cache
def names_of_tests(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^ *(?:async )?def (test_\w+)\(", path.read_text(encoding="utf-8"), re.M))


def test_every_requirement_has_one_row_in_order() -> None:
    numbers = NUMBERS.read_text(encoding="utf-8").split()
    assert len(numbers) == len(set(numbers)) == 253
    assert [row.number for row in rows()] == numbers


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.number)
def test_a_row_says_how_it_stands_and_by_what(row: Row) -> None:
    assert row.standing in STANDINGS
    named = _NAMED.findall(row.why)
    for path, test in named:
        assert (TOP / path).is_file(), path
        assert not test or test in names_of_tests(TOP / path), f"{path} has no {test}"
    code = _CODE.findall(row.why)
    places = [*_PLACE.findall(row.why), *(f"src/speccom/{each}" for each in code)]
    assert all((TOP / each).exists() for each in places), places
    if row.standing == MET:
        tested = any(test for _, test in named)
        documented = any(place.startswith(("docs/", "rulebooks/")) for place in places)
        assert tested or documented or "o test" in row.why or _AS_ANOTHER.search(row.why), (
            "what is met names its test or its document, or says that there is no test"
        )
    if row.standing == NOT_MET:
        assert "would do it" in row.why or _AS_ANOTHER.search(row.why), "say what would do it"


def test_the_counts_are_those_of_the_rows() -> None:
    counted = Counter((row.chapter, row.standing) for row in rows())
    said = [
        found.groups()
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if (found := _COUNT.fullmatch(line))
    ]
    assert {chapter for chapter, *_ in said} == {*(row.chapter for row in rows()), None}
    for chapter, *figures in said:
        true = [
            sum(n for (of, standing), n in counted.items() if standing == each and chapter in (of, None))
            for each in STANDINGS
        ]
        assert [int(figure) for figure in figures] == [*true, sum(true)]
