"""Scenarios: the kinds of hospital care that a synthetic year is made of, read whole and checked."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from speccom.activity.synthesise.weighted import (
    Alternative,
    Treatment,
    parse_alternatives,
    parse_treatments,
)
from speccom.criteria.codes import normal_form
from speccom.problem import Problem

COLUMNS = (
    "scenario",
    "title",
    "dataset",
    "per_100k",
    "ages",
    "female",
    "functions",
    "providers",
    "admissions",
    "season",
    "diagnoses",
    "comorbidity",
    "procedures",
    "hrgs",
    "unbundled",
    "cost",
    "spread",
    "stay",
    "episodes",
    "admitting",
    "stated_line",
)


@dataclass(frozen=True)
class Surroundings:
    """What scenarios may refer to: names that the other tables define."""

    functions: frozenset[str]
    specialties: frozenset[str]
    providers: frozenset[str]
    pools: frozenset[str]
    admissions: Mapping[str, str]
    """Kind of admission or attendance, and the dataset that it belongs to."""
    comorbidity_pools: frozenset[str]
    seasons: frozenset[str]


@dataclass(frozen=True)
class AgeBand:
    """Ages from `low` to `high`, both included, drawn evenly."""

    low: int
    high: int
    weight: float


@dataclass(frozen=True)
class Scenario:
    """One kind of care. Alternatives of codes are bundles joined by `+`, of which the first code leads."""

    name: str
    title: str
    dataset: str
    per_100k: float
    """Records in 100,000 of its dataset."""
    ages: tuple[AgeBand, ...]
    female: float
    """Share of patients who are women, 0 to 1."""
    functions: tuple[Alternative, ...]
    """Treatment functions, or `function/specialty` where the main specialty is not the usual one."""
    providers: tuple[Alternative, ...]
    """Pools of providers, or single providers."""
    admissions: tuple[Alternative, ...]
    season: str
    diagnoses: tuple[Alternative, ...]
    comorbidity_pool: str
    comorbidities: float
    """Mean number of further diagnoses drawn from the pool."""
    procedures: tuple[Treatment, ...]
    """Written `diagnosis/diagnosis>procedures` where they treat only some of the scenario's diagnoses."""
    hrgs: tuple[Alternative, ...]
    unbundled: tuple[Alternative, ...]
    cost: float
    """Mean cost of a spell or an attendance in pounds."""
    spread: float
    """Standard deviation of the logarithm of the cost."""
    stay: float
    """Mean nights."""
    episodes: float
    """Mean episodes in a spell."""
    admitting: tuple[Alternative, ...]
    """Treatment functions of the first episode where a spell has several."""
    stated_line: tuple[Alternative, ...]
    """Service lines that the provider states on the record."""


class ScenarioErrors(Problem):
    """Everything that is wrong in the tables of the synthetic year."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__(
            f"{len(errors)} errors in the tables of the synthetic year:\n" + "\n".join(errors),
            mend="Mend the tables and run again",
        )
        self.errors = errors


def load_scenarios(folder: Path, surroundings: Surroundings) -> tuple[Scenario, ...]:
    """Read every `*.csv` of a folder in the order of its name. Raises ScenarioErrors with all errors."""
    errors: list[str] = []
    scenarios: dict[str, Scenario] = {}
    for file in sorted(folder.glob("*.csv")):
        for where, row in _rows(file, errors):
            scenario = _ScenarioReader(where, row, surroundings, errors).read()
            if scenario.name in scenarios:
                errors.append(f"{where}: the scenario {scenario.name!r} is there twice")
            scenarios[scenario.name] = scenario
    if not scenarios and not errors:
        errors.append(f"{folder}: holds no scenario")
    if errors:
        raise ScenarioErrors(tuple(errors))
    return tuple(scenarios.values())


def _rows(file: Path, errors: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    with file.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            errors.append(f"{file.name}: its columns are not {', '.join(COLUMNS)}")
            return
        for row in reader:
            where = f"{file.name} line {reader.line_num}"
            if None in row or None in row.values():
                errors.append(f"{where}: has more or fewer than {len(COLUMNS)} cells")
                continue
            yield f"{where} ({row['scenario']})", row


class _ScenarioReader:
    """Reads one row; adds what is wrong to the errors and goes on with a stand-in."""

    def __init__(
        self, where: str, row: Mapping[str, str], surroundings: Surroundings, errors: list[str]
    ) -> None:
        self._where = where
        self._row = row
        self._known = surroundings
        self._errors = errors

    def read(self) -> Scenario:
        pool, mean = self._comorbidity()
        return Scenario(
            name=self._text("scenario"),
            title=self._text("title"),
            dataset=self._one_of("dataset", frozenset(("apc", "op"))),
            per_100k=self._number("per_100k", 0.01, 50_000),
            ages=self._ages(),
            female=self._number("female", 0, 100) / 100,
            functions=self._functions("functions"),
            providers=self._named("providers", self._known.pools | self._known.providers),
            admissions=self._admissions(),
            season=self._one_of("season", self._known.seasons, default="level"),
            diagnoses=self._diagnoses(),
            comorbidity_pool=pool,
            comorbidities=mean,
            procedures=self._procedures(),
            hrgs=self._alternatives("hrgs"),
            unbundled=self._alternatives("unbundled", default="-"),
            cost=self._number("cost", 1, 500_000),
            spread=self._number("spread", 0, 2),
            stay=self._number("stay", 0, 300, default=0.0),
            episodes=self._number("episodes", 1, 8, default=1.0),
            admitting=self._functions("admitting") if self._row["admitting"].strip() else (),
            stated_line=self._alternatives("stated_line", default="-"),
        )

    def _wrong(self, column: str, message: str) -> None:
        self._errors.append(f"{self._where}: {column} {message}")

    def _text(self, column: str) -> str:
        text = self._row[column].strip()
        if not text:
            self._wrong(column, "is empty")
        return text

    def _one_of(self, column: str, names: frozenset[str], default: str = "") -> str:
        text = self._row[column].strip() or default
        if text not in names:
            self._wrong(column, f"is {text!r}; it may be {', '.join(sorted(names))}")
        return text

    def _number(self, column: str, low: float, high: float, default: float | None = None) -> float:
        text = self._row[column].strip()
        if not text and default is not None:
            return default
        try:
            number = float(text)
        except ValueError:
            self._wrong(column, f"is {text!r}, which is no number")
            return low
        if not low <= number <= high:
            self._wrong(column, f"is {text}; it lies between {low:g} and {high:g}")
        return number

    def _alternatives(self, column: str, default: str = "") -> tuple[Alternative, ...]:
        try:
            return parse_alternatives(self._row[column].strip() or default)
        except ValueError as error:
            self._wrong(column, str(error))
            return (Alternative("", 1.0),)

    def _named(self, column: str, names: frozenset[str]) -> tuple[Alternative, ...]:
        alternatives = self._alternatives(column)
        for alternative in alternatives:
            if alternative.value not in names:
                self._wrong(column, f"has {alternative.value!r}, which no table defines")
        return alternatives

    def _functions(self, column: str) -> tuple[Alternative, ...]:
        alternatives = self._alternatives(column)
        for alternative in alternatives:
            function, slash, specialty = alternative.value.partition("/")
            if function not in self._known.functions:
                self._wrong(column, f"has the treatment function {function!r}, which no table defines")
            if slash and specialty not in self._known.specialties:
                self._wrong(column, f"has the main specialty {specialty!r}, which no table defines")
        return alternatives

    def _admissions(self) -> tuple[Alternative, ...]:
        alternatives = self._named("admissions", frozenset(self._known.admissions))
        for alternative in alternatives:
            dataset = self._known.admissions.get(alternative.value)
            if dataset and dataset != self._row["dataset"].strip():
                self._wrong("admissions", f"has {alternative.value!r}, which belongs to {dataset}")
        return alternatives

    def _diagnoses(self) -> tuple[Alternative, ...]:
        alternatives = self._alternatives("diagnoses")
        self._check_codes("diagnoses", alternatives, "icd10")
        return alternatives

    def _procedures(self) -> tuple[Treatment, ...]:
        try:
            treatments = parse_treatments(self._row["procedures"])
        except ValueError as error:
            self._wrong("procedures", str(error))
            return (Treatment("", 1.0),)
        self._check_codes("procedures", treatments, "opcs4")
        diagnoses = [one.value for one in self._alternatives("diagnoses")]
        for treatment in treatments:
            for prefix in treatment.diagnoses:
                if not any(diagnosis.startswith(prefix) for diagnosis in diagnoses):
                    self._wrong("procedures", f"treats {prefix!r}, which is none of the diagnoses")
        for diagnosis in diagnoses:
            if not any(treatment.treats(diagnosis) for treatment in treatments):
                self._wrong("procedures", f"has none for the diagnosis {diagnosis!r}")
        return treatments

    def _check_codes(self, column: str, alternatives: Sequence[Alternative], classification: str) -> None:
        for code in (code for part in alternatives if part.value for code in part.value.split("+")):
            if normal_form(classification, code) != code:
                self._wrong(column, f"has {code!r}, which is no {classification} code in normal form")

    def _ages(self) -> tuple[AgeBand, ...]:
        bands = []
        for alternative in self._alternatives("ages"):
            low, dash, high = alternative.value.partition("-")
            if not (low.isdigit() and (high.isdigit() if dash else not high)):
                self._wrong("ages", f"has {alternative.value!r}; a band is written 40-64, a single age 0")
                continue
            band = AgeBand(int(low), int(high or low), alternative.weight)
            if not 0 <= band.low <= band.high <= 110:
                self._wrong("ages", f"has {alternative.value!r}, which runs backwards or past 110")
            bands.append(band)
        return tuple(bands) or (AgeBand(0, 0, 1.0),)

    def _comorbidity(self) -> tuple[str, float]:
        text = self._row["comorbidity"].strip()
        if not text or text == "-":
            return "", 0.0
        pool, _, mean = text.partition(":")
        if pool not in self._known.comorbidity_pools:
            self._wrong("comorbidity", f"has the pool {pool!r}, which no table defines")
        try:
            return pool, float(mean)
        except ValueError:
            self._wrong("comorbidity", f"has the mean {mean!r}, which is no number")
            return pool, 0.0
