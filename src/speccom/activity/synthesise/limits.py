"""Limits: which codes go with which patients, and which treatments with which diagnoses."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from speccom.activity.synthesise.scenario import Scenario
from speccom.activity.synthesise.weighted import Choices, Integers

OLDEST = 120
ANY_SEX = -1


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


class PatientLimits:
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


class TreatmentLimits:
    """Which treatments of a scenario go with which of its diagnoses."""

    def __init__(self, scenarios: Sequence[Scenario], diagnosis: Choices) -> None:
        self._diagnosis = diagnosis
        most = max(len(one.diagnoses) for one in scenarios)
        self._goes: NDArray[np.bool_] = np.array(
            [
                [treatment.treats(diagnosis.value) for diagnosis in one.diagnoses]
                + [False] * (most - len(one.diagnoses))
                for one in scenarios
                for treatment in one.procedures
            ]
        )

    def fits(self, treatment: Integers, scenario: Integers, diagnosis: Integers) -> NDArray[np.bool_]:
        """Whether each treatment goes with the diagnosis of its row; both are numbers of alternatives."""
        result: NDArray[np.bool_] = self._goes[treatment, diagnosis - self._diagnosis.first[scenario]]
        return result
