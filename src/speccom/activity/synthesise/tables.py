"""The smaller tables of the clinical model: providers, residences, admissions, comorbidities, the year."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from speccom.activity.synthesise.weighted import Alternative, parse_alternatives

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Provider:
    """A trust: its kind, where it is, and the pools of scenarios that draw from it."""

    code: str
    name: str
    kind: str
    region: str
    host_sub_icb: str
    weight: float
    pools: frozenset[str]


@dataclass(frozen=True)
class Residence:
    """A sub-ICB location where patients live."""

    sub_icb: str
    region: str
    population: float


@dataclass(frozen=True)
class AdmissionKind:
    """A way to be admitted or seen, and the codes that say so."""

    kind: str
    dataset: str
    methods: tuple[Alternative, ...]
    patient_classification: str
    point_of_delivery: str
    week: str
    sources: tuple[Alternative, ...]
    """Sources of admission of admitted care; sources of referral of outpatient care."""
    usual_hrg: str
    """The healthcare resource group of a record that its scenario gives none; empty where there is none."""


@dataclass(frozen=True)
class Comorbidity:
    """A further diagnosis, and the ages and the sex (empty: either) that it goes with."""

    pool: str
    code: str
    weight: float
    age_from: int
    age_to: int
    sex: str


@dataclass(frozen=True)
class FinancialYear:
    """The year that is made. Weeks run Monday to Sunday, seasons April to March."""

    label: str
    starts: dt.date
    ends: dt.date
    bank_holidays: frozenset[dt.date]
    week: Mapping[str, tuple[float, ...]]
    bank_holiday: Mapping[str, float]
    season: Mapping[str, tuple[float, ...]]
    attendance: tuple[Alternative, ...]

    @property
    def days(self) -> int:
        """How many days the year has."""
        return (self.ends - self.starts).days + 1

    def day_weights(self, week: str, season: str) -> list[float]:
        """The weight of every day of the year for one pattern of the week and one of the season."""
        return [
            self._day_weight(self.starts + dt.timedelta(days=day), week, season) for day in range(self.days)
        ]

    def _day_weight(self, day: dt.date, week: str, season: str) -> float:
        holiday = self.bank_holiday[week] if day in self.bank_holidays else 1.0
        return self.week[week][day.weekday()] * self.season[season][(day.month - 4) % 12] * holiday


def load_providers(folder: Path = DATA) -> tuple[Provider, ...]:
    """The trusts of `providers.csv`."""
    return tuple(
        Provider(
            code=row["provider"],
            name=row["name"],
            kind=row["kind"],
            region=row["region"],
            host_sub_icb=row["host_sub_icb"],
            weight=float(row["weight"]),
            pools=frozenset(row["pools"].split(";")),
        )
        for row in _rows(folder / "providers.csv")
    )


def load_residences(folder: Path = DATA) -> tuple[Residence, ...]:
    """The sub-ICB locations of `residences.csv`."""
    return tuple(
        Residence(row["sub_icb"], row["region"], float(row["population"]))
        for row in _rows(folder / "residences.csv")
    )


def load_admission_kinds(folder: Path = DATA) -> tuple[AdmissionKind, ...]:
    """The kinds of admission and attendance of `admissions.csv`."""
    return tuple(
        AdmissionKind(
            kind=row["kind"],
            dataset=row["dataset"],
            methods=parse_alternatives(row["methods"]),
            patient_classification=row["patient_classification"],
            point_of_delivery=row["point_of_delivery"],
            week=row["week"],
            sources=parse_alternatives(row["source_of_admission"] or row["source_of_referral"]),
            usual_hrg=row["usual_hrg"],
        )
        for row in _rows(folder / "admissions.csv")
    )


def load_comorbidities(folder: Path = DATA) -> tuple[Comorbidity, ...]:
    """The pools of further diagnoses of `comorbidities.csv`."""
    return tuple(
        Comorbidity(
            pool=row["pool"],
            code=row["code"],
            weight=float(row["weight"]),
            age_from=int(row["age_from"]),
            age_to=int(row["age_to"]),
            sex=row["sex"],
        )
        for row in _rows(folder / "comorbidities.csv")
    )


def load_main_specialties(folder: Path = DATA) -> dict[str, str]:
    """The usual main specialty of each treatment function, from `treatment_functions.csv`."""
    return {
        row["treatment_function"]: row["main_specialty"] for row in _rows(folder / "treatment_functions.csv")
    }


def load_year(folder: Path = DATA) -> FinancialYear:
    """The year of `year.toml`."""
    year = tomllib.loads((folder / "year.toml").read_text(encoding="utf-8"))
    return FinancialYear(
        label=year["label"],
        starts=year["starts"],
        ends=year["ends"],
        bank_holidays=frozenset(year["bank_holidays"]),
        week={name: tuple(weights) for name, weights in year["week"].items()},
        bank_holiday=year["bank_holiday"],
        season={name: tuple(weights) for name, weights in year["season"].items()},
        attendance=tuple(Alternative(code, weight) for code, weight in year["attendance"].items()),
    )


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines, strict=True))
