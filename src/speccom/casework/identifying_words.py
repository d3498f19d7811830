"""Words that would name a patient: found in text where they should not stand, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from speccom.interface import formats

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d[\d \u00a0-]{4,}\d")
_NOT_A_DIGIT = re.compile(r"\D")
_NO_NAMES = frozenset(
    {
        "Mr",
        "Mrs",
        "Ms",
        "Miss",
        "Dr",
        "Prof",
        "Sir",
        "Dame",
        "Master",
        "The",
        "A",
        "An",
        "Of",
        "And",
        "At",
        "In",
        "For",
        "No",
        "Not",
        "None",
        "Surgery",
        "Practice",
        "Hospital",
        "Clinic",
        "Centre",
        "Center",
        "Health",
        "Medical",
        "Group",
        "House",
        "Street",
        "Road",
        "Lane",
    }
)
"""Words with a capital that stand beside names and name nobody."""
_MOST_WORDS_OF_A_NAME = 4
_SHORTEST_NUMBER = 6


class IdentifyingWords:
    """What names one patient.

    A short answer without figures (a name, initials) is found by each of its words that begins with a
    capital; a number however its figures are grouped; a day as it is usually written; the rest as a whole.
    """

    def __init__(self, answers: Iterable[object]) -> None:
        self._words: set[str] = set()
        self._numbers: set[str] = set()
        self._phrases: set[str] = set()
        for answer in answers:
            self._add(answer)

    def name_somebody(self, value: object) -> bool:
        """Whether a text holds any of them."""
        if not isinstance(value, str):
            return False
        if self._words & set(_WORD.findall(value)):
            return True
        if self._numbers & set(_numbers(value)):
            return True
        folded = _folded(value)
        return any(phrase in folded for phrase in self._phrases)

    def _add(self, answer: object) -> None:
        if isinstance(answer, date):
            self._phrases |= set(_ways_to_write(answer))
        if not isinstance(answer, str) or not answer.strip():
            return
        self._numbers |= set(_numbers(answer))
        words = _WORD.findall(answer)
        if len(words) <= _MOST_WORDS_OF_A_NAME and not any(each.isdigit() for each in answer):
            self._words |= {each for each in words if each[0].isupper() and len(each) > 1} - _NO_NAMES
        elif len(words) > 1:
            self._phrases.add(_folded(answer))


def _numbers(text: str) -> Iterator[str]:
    for found in _NUMBER.findall(text):
        digits = _NOT_A_DIGIT.sub("", found)
        if len(digits) >= _SHORTEST_NUMBER:
            yield digits


def _ways_to_write(day: date) -> Iterator[str]:
    yield _folded(formats.day(day))
    yield day.isoformat()
    yield f"{day.day}/{day.month}/{day.year}"
    yield f"{day.day:02}/{day.month:02}/{day.year}"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
