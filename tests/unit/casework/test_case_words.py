"""Words by which a case is found, as people write them."""

from __future__ import annotations

import pytest

from speccom.casework.case_words import beginnings_asked, words_of
from speccom.casework.models import CaseRow
from speccom.casework.procedures import all_known
from speccom.process.procedure import Procedure


def request() -> Procedure:
    return next(each for each in all_known() if each.id == "individual-funding-request")


def found(subject: str, reference: str = "IFR-2026-0042-7") -> list[str]:
    row = CaseRow(reference=reference, subject=subject)
    return [bytes(each.word).decode() for each in words_of(row, request())]


def is_found(asked: str, subject: str) -> bool:
    words = [each.encode() for each in found(subject)]
    ranges = beginnings_asked(asked)
    return bool(ranges) and all(any(first <= word < last for word in words) for first, last in ranges)


def test_a_reference_is_found_by_each_of_its_parts() -> None:
    assert found("") == ["0042-7", "2026-0042-7", "7", "ifr-2026-0042-7"]


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Rituximab, for vasculitis.", {"rituximab", "for", "vasculitis"}),
        ("CAR-T (second line)", {"car-t", "t", "second", "line"}),
        ("Sjögren’s syndrome", {"sjogren’s", "s", "syndrome"}),
        ("STRASSE Straße", {"strasse"}),
        ("— * _", set()),
        ("β-blocker", {"β-blocker", "blocker"}),
        ("x" * 200, {"x" * 60}),
    ],
)
def test_a_subject_is_found_by_its_words(subject: str, words: set[str]) -> None:
    assert set(found(subject)) - set(found("")) == words


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ("sjogren", True),
        ("SJÖ", True),
        ("rit sjö", True),
        ("ritux(", True),
        ("uximab", False),
        ("rit xylophone", False),
        ("0042", True),
        ("ifr-2026", True),
        ("042", False),
        ("***", False),
        ("\xff", False),
        ("y" * 90, False),
    ],
)
def test_words_are_asked_for_by_their_beginnings(asked: str, is_there: bool) -> None:
    assert is_found(asked, "Rituximab in Sjögren’s syndrome") is is_there


def test_the_words_of_an_official_subject_are_not_public() -> None:
    row = CaseRow(reference="IFR-2026-0042-7", subject="Seven 7 ifr-2026")
    public = {bytes(each.word).decode() for each in words_of(row, request()) if each.is_public}
    assert public == set(found(""))
