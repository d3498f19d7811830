"""Limits of age and sex: which codes go with which patients."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from speccom.activity.synthesise.weighted import Choices, Floats, Integers

OLDEST = 120
ANY_SEX = -1
TRIES = 3


@dataclass(frozen=True)
class Limit:
    """Codes that begin so go only with this sex (empty: either) and these ages, both included."""

    classification: str
    prefix: str
    sex: str
    age_from: int
    age_to: int


def load_limits(folder: Path) -> tuple[Limit, ...]:
    """The limits of `limits.csv`; an empty age is no limit."""
    with (folder / "limits.csv").open(newline="", encoding="utf-8") as lines:
        return tuple(
            Limit(
                classification=row["classification"],
                prefix=row["prefix"],
                sex=row["sex"],
                age_from=int(row["age_from"] or 0),
                age_to=int(row["age_to"] or OLDEST),
            )
            for row in csv.DictReader(lines, strict=True)
        )


class LimitedAlternatives:
    """The ages and the sex that each alternative of some choices goes with, from all of its codes."""

    def __init__(
        self, codes_of: Sequence[Sequence[str]], classification: str, limits: Sequence[Limit]
    ) -> None:
        held = [one for one in limits if one.classification == classification]
        met = [[one for one in held for code in codes if code.startswith(one.prefix)] for codes in codes_of]
        self._low: Integers = np.array([max((one.age_from for one in some), default=0) for some in met])
        self._high: Integers = np.array([min((one.age_to for one in some), default=OLDEST) for some in met])
        self._sex: Integers = np.array(
            [next((int(one.sex) for one in some if one.sex), ANY_SEX) for some in met]
        )

    def fits(self, alternative: Integers, age: Integers, sex: Integers) -> NDArray[np.bool_]:
        """Whether each alternative goes with the patient of its row."""
        only = self._sex[alternative]
        aged = (age >= self._low[alternative]) & (age <= self._high[alternative])
        result: NDArray[np.bool_] = aged & ((only == ANY_SEX) | (only == sex))
        return result

    def draw(
        self,
        choices: Choices,
        group: Integers,
        patient: tuple[Integers, Integers],
        uniform: Callable[[int], Floats],
    ) -> Integers:
        """Draw alternatives that go with the patients (their ages and sexes).

        One that does not go is drawn again; after a few tries the first that goes is taken. Where none
        goes, the last one drawn stays.
        """
        age, sex = patient
        drawn = choices.draw(group, uniform(len(group)))
        for _ in range(TRIES):
            wrong = np.flatnonzero(~self.fits(drawn, age, sex))
            if not len(wrong):
                return drawn
            drawn[wrong] = choices.draw(group[wrong], uniform(len(wrong)))
        return self._first_that_goes(choices, group, patient, drawn)

    def _first_that_goes(
        self, choices: Choices, group: Integers, patient: tuple[Integers, Integers], drawn: Integers
    ) -> Integers:
        age, sex = patient
        first, end = choices.first[group], choices.first[group + 1]
        wrong = np.flatnonzero(~self.fits(drawn, age, sex))
        for place in range(int((end - first).max(initial=0))):
            candidate = np.minimum(first[wrong] + place, end[wrong] - 1)
            goes = self.fits(candidate, age[wrong], sex[wrong])
            drawn[wrong[goes]] = candidate[goes]
            wrong = wrong[~goes]
        return drawn
