"""The clinical model: every table, checked and turned into arrays that a whole batch is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from speccom.activity.synthesise import tables
from speccom.activity.synthesise.codes import BundleChoice, CodeChoice, CodeList
from speccom.activity.synthesise.limits import PatientLimits, TreatmentLimits, load_limits
from speccom.activity.synthesise.scenario import Scenario, Surroundings, load_scenarios
from speccom.activity.synthesise.weighted import Alternative, Choices, Floats, Integers

LOCAL_SHARE = {"district": 0.92, "teaching": 0.72, "specialist": 0.40, "mental_health": 0.75}
"""The share of a provider's patients who live in the place that hosts it, by kind of provider."""

REGIONAL_SHARE = 0.8
"""The share of its other patients who live in its region."""

EVERYWHERE = "everywhere"


class ClinicalModel:
    """All that batches are drawn from. An array with an axis of scenarios is in the order of `scenarios`."""

    def __init__(self, folder: Path = tables.DATA) -> None:
        self.providers = tables.load_providers(folder)
        self.residences = tables.load_residences(folder)
        self.admission_kinds = tables.load_admission_kinds(folder)
        self.comorbidities = tables.load_comorbidities(folder)
        self.year = tables.load_year(folder)
        self._limits = load_limits(folder)
        self._main_specialties = tables.load_main_specialties(folder)
        self.scenarios = load_scenarios(folder / "scenarios", self._surroundings())
        self.diagnoses, self.procedures = CodeList(), CodeList()
        self.unbundled_codes, self.hrgs, self.lines = CodeList(), CodeList(), CodeList()
        self.functions, self.specialties = CodeList(), CodeList()
        self.methods, self.sources = CodeList(), CodeList()

        self.diagnosis = BundleChoice([one.diagnoses for one in self.scenarios], self.diagnoses)
        self.procedure = BundleChoice([one.procedures for one in self.scenarios], self.procedures)
        self.unbundled = BundleChoice([one.unbundled for one in self.scenarios], self.unbundled_codes)
        self.hrg = CodeChoice([one.hrgs for one in self.scenarios], self.hrgs)
        self.usual_hrg = np.array([self.hrgs.number(kind.usual_hrg) for kind in self.admission_kinds])
        self.stated_line = CodeChoice([one.stated_line for one in self.scenarios], self.lines)
        self.function = self._function_choice([one.functions for one in self.scenarios])
        self.admitting = self._function_choice([one.admitting or one.functions for one in self.scenarios])
        self.has_admitting = np.array([bool(one.admitting) for one in self.scenarios])
        self.function_specialty = self._specialties_of_functions()
        self.method = CodeChoice([kind.methods for kind in self.admission_kinds], self.methods)
        self.source = CodeChoice([kind.sources for kind in self.admission_kinds], self.sources)
        self.comorbidity_codes = np.array([self.diagnoses.number(one.code) for one in self.comorbidities])

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            functions=frozenset(self._main_specialties),
            specialties=frozenset(self._main_specialties.values()),
            providers=frozenset(one.code for one in self.providers),
            pools=frozenset(pool for one in self.providers for pool in one.pools if pool),
            admissions={one.kind: one.dataset for one in self.admission_kinds},
            comorbidity_pools=frozenset(one.pool for one in self.comorbidities),
            seasons=frozenset(self.year.season),
        )

    # Functions are numbered with the specialty that they come with, written `function/specialty`.
    def _function_choice(self, groups: Sequence[Sequence[Alternative]]) -> CodeChoice:
        return CodeChoice([[self._whole_function(one) for one in group] for group in groups], self.functions)

    def _whole_function(self, one: Alternative) -> Alternative:
        function, _, specialty = one.value.partition("/")
        return Alternative(f"{function}/{specialty or self._main_specialties[function]}", one.weight)

    def _specialties_of_functions(self) -> Integers:
        return np.array([self.specialties.number(text.split("/")[1]) for text in self.functions.texts])

    def scenarios_of(self, dataset: str) -> Integers:
        """The numbers of the scenarios of one dataset, `apc` or `op`."""
        return np.array([n for n, one in enumerate(self.scenarios) if one.dataset == dataset], dtype=np.int64)

    def numbers(self, attribute: str) -> Floats:
        """One number of every scenario, such as `cost` or `stay`."""
        return np.array([getattr(one, attribute) for one in self.scenarios], dtype=np.float64)

    @cached_property
    def limited_diagnosis(self) -> PatientLimits:
        """Whom each bundle of `diagnosis` goes with."""
        bundles = [part.value.split("+") for one in self.scenarios for part in one.diagnoses]
        return PatientLimits(bundles, "icd10", self._limits)

    @cached_property
    def limited_procedure(self) -> PatientLimits:
        """Whom each bundle of `procedure` goes with."""
        bundles = [part.value.split("+") for one in self.scenarios for part in one.procedures]
        return PatientLimits(bundles, "opcs4", self._limits)

    @cached_property
    def treatment_limits(self) -> TreatmentLimits:
        """Which bundles of `procedure` go with which of `diagnosis`."""
        return TreatmentLimits(self.scenarios, self.diagnosis.choices)

    @cached_property
    def limited_function(self) -> PatientLimits:
        """Whom each alternative of `function` goes with."""
        functions = [[part.value] for one in self.scenarios for part in one.functions]
        return PatientLimits(functions, "treatment_function", self._limits)

    @cached_property
    def is_critical_care(self) -> NDArray[np.bool_]:
        """Which unbundled groups are critical care (subchapter X)."""
        return np.array([code.startswith("X") for code in self.unbundled_codes.texts], dtype=np.bool_)

    @cached_property
    def age(self) -> tuple[Choices, Integers, Integers]:
        """Age bands by scenario: the choices, and each band's lowest and highest age."""
        bands = [one.ages for one in self.scenarios]
        flat = [band for group in bands for band in group]
        return (
            Choices([[band.weight for band in group] for group in bands]),
            np.array([band.low for band in flat], dtype=np.int64),
            np.array([band.high for band in flat], dtype=np.int64),
        )

    @cached_property
    def admission(self) -> tuple[Choices, Integers]:
        """Kinds of admission by scenario: the choices, and each alternative's number among the kinds."""
        number = {kind.kind: n for n, kind in enumerate(self.admission_kinds)}
        groups = [one.admissions for one in self.scenarios]
        return (
            Choices([[part.weight for part in group] for group in groups]),
            np.array([number[part.value] for group in groups for part in group], dtype=np.int64),
        )

    @cached_property
    def provider(self) -> tuple[Choices, Integers]:
        """Providers by scenario: a pool's weight is shared among its members by their size."""
        weights: list[list[float]] = []
        members: list[int] = []
        for scenario in self.scenarios:
            shares = self._provider_shares(scenario)
            weights.append(list(shares.values()))
            members.extend(shares)
        return Choices(weights), np.array(members, dtype=np.int64)

    def _provider_shares(self, scenario: Scenario) -> dict[int, float]:
        shares: dict[int, float] = {}
        for part in scenario.providers:
            found = {
                n: one.weight
                for n, one in enumerate(self.providers)
                if part.value == one.code or part.value in one.pools
            }
            whole = sum(found.values())
            for n, weight in found.items():
                shares[n] = shares.get(n, 0.0) + part.weight * weight / whole
        return shares

    @cached_property
    def comorbidity(self) -> tuple[Choices, Integers]:
        """Further diagnoses by pool (group 0 is no pool): the choices, and each one's number in the table."""
        names = sorted({one.pool for one in self.comorbidities})
        members = [[n for n, one in enumerate(self.comorbidities) if one.pool == name] for name in names]
        weights = [[self.comorbidities[n].weight for n in group] for group in members]
        return Choices([[1.0], *weights]), np.array([0, *(n for group in members for n in group)])

    @cached_property
    def comorbidity_pool(self) -> Integers:
        """Each scenario's group of `comorbidity`."""
        names = sorted({one.pool for one in self.comorbidities})
        return np.array(
            [names.index(one.comorbidity_pool) + 1 if one.comorbidity_pool else 0 for one in self.scenarios]
        )

    @cached_property
    def day(self) -> Choices:
        """Days of the year; the group is `week number * number of seasons + season number`."""
        return Choices(
            [self.year.day_weights(week, season) for week, season in product(self.weeks, self.seasons)]
        )

    @property
    def weeks(self) -> list[str]:
        """The patterns of the week, in the order that `day` counts them."""
        return sorted(self.year.week)

    @property
    def seasons(self) -> list[str]:
        """The patterns of the year, in the order that `day` counts them."""
        return sorted(self.year.season)

    @cached_property
    def residence(self) -> Choices:
        """Where patients from elsewhere live: groups are the regions in order, then everywhere."""
        groups = [
            [one.population if region in (one.region, EVERYWHERE) else 0.0 for one in self.residences]
            for region in (*self.regions, EVERYWHERE)
        ]
        return Choices(groups)

    @cached_property
    def regions(self) -> list[str]:
        """The regions, in the order that `residence` counts them."""
        return sorted({one.region for one in self.residences})
