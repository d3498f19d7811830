"""One batch of a synthetic year: its spells or attendances, drawn for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speccom.activity.synthesise.clinical_model import LOCAL_SHARE, REGIONAL_SHARE, ClinicalModel
from speccom.activity.synthesise.codes import NO_CODE, Numbers
from speccom.activity.synthesise.weighted import Choices, Floats, Integers

MALE, FEMALE, NOT_KNOWN, INDETERMINATE, NOT_DISCLOSED = 1, 2, 0, 9, 3
MOST_EPISODES = 8
MOST_COMORBIDITIES = 8
LONGEST_STAY = 360
PRACTICES_IN_A_PLACE = 60
UNUSUAL_SEX = 0.0006
REGISTERED_WHERE_RESIDENT = 0.97
WRONG_LINE = 0.0008
NO_DAY = -1


@dataclass(frozen=True)
class Spells:
    """What the episodes of a spell share; an outpatient attendance is a spell of one. One element a spell.

    Numbers refer to the lists of the clinical model. Days count from the start of the year and may be
    negative (admitted in the year before); `discharge` is NO_DAY where the admission is unfinished.
    """

    scenario: Integers
    episodes: Integers
    age: Integers
    sex: Integers
    provider: Integers
    residence: Integers
    registered: Integers
    practice: Integers
    kind: Integers
    method: Numbers
    source: Numbers
    admitted: Integers
    discharge: Integers
    nights: Integers
    function: Numbers
    admitting: Numbers
    diagnoses: Numbers
    procedures: Numbers
    unbundled: Numbers
    hrg: Numbers
    stated_line: Numbers
    attendance: Integers
    pence: Integers
    busiest: Integers
    """Which episode, counted from 0, holds the procedures."""


@dataclass(frozen=True)
class Batch:
    """Spells, and the episodes that they fall into. Row arrays have one element a record."""

    spells: Spells
    first_record: int
    """How many records of the year came before."""
    first_spell: int
    spell: Integers
    """Each row's spell."""
    episode: Integers
    """Each row's place in its spell, from 0."""
    pence: Integers

    @property
    def rows(self) -> int:
        """Number of records."""
        return len(self.spell)

    @property
    def at_busiest(self) -> NDArray[np.bool_]:
        """Rows that hold their spell's procedures."""
        busiest: NDArray[np.bool_] = self.episode == self.spells.busiest[self.spell]
        return busiest

    def function(self) -> Numbers:
        """Each row's treatment function: that of admission at first, where the spell has several episodes."""
        spells = self.spells
        at_door = (self.episode == 0) & (spells.episodes[self.spell] > 1)
        return np.where(at_door, spells.admitting[self.spell], spells.function[self.spell]).astype(np.int32)

    def of_busiest(self, codes: Numbers) -> Numbers:
        """Codes of the spell, on its busiest episode alone."""
        return np.where(self.at_busiest[:, None], codes[self.spell], NO_CODE).astype(np.int32)

    def unbundled(self, is_critical_care: NDArray[np.bool_]) -> Numbers:
        """Unbundled groups: on the busiest episode; critical care on the next one, where there is one.

        `is_critical_care` says it of each code of the list.
        """
        spells = self.spells
        codes = spells.unbundled[self.spell]
        after = (spells.busiest + 1) % spells.episodes
        at_after = self.episode == after[self.spell]
        critical = (codes != NO_CODE) & is_critical_care[codes]
        here = np.where(critical, at_after[:, None], self.at_busiest[:, None])
        return np.where(here, codes, NO_CODE).astype(np.int32)


def draw_batch(
    model: ClinicalModel,
    counts: Integers,
    generator: np.random.Generator,
    first_record: int,
    first_spell: int,
) -> Batch:
    """Draw exactly `counts[s]` records of each scenario s, in a random order of spells."""
    return _BatchDrawing(model, generator).draw(counts, first_record, first_spell)


class _BatchDrawing:
    """The draws of one batch, in a fixed order, from one generator."""

    def __init__(self, model: ClinicalModel, generator: np.random.Generator) -> None:
        self._model = model
        self._generator = generator

    def draw(self, counts: Integers, first_record: int, first_spell: int) -> Batch:
        scenario, episodes = self._spells_of(counts)
        spells = self._draw_spells(scenario, episodes)
        spell = np.repeat(np.arange(len(scenario)), episodes)
        starts = np.cumsum(episodes) - episodes
        episode = np.arange(len(spell)) - starts[spell]
        return Batch(
            spells, first_record, first_spell, spell, episode, self._share_cost(spells, spell, episode)
        )

    def _spells_of(self, counts: Integers) -> tuple[Integers, Integers]:
        """Return scenario and number of episodes of each spell, adding up to the counts exactly."""
        scenario = np.repeat(np.arange(len(counts)), counts)
        mean = self._model.numbers("episodes")[scenario]
        episodes = np.minimum(1 + self._generator.poisson(mean - 1), MOST_EPISODES)
        before = np.cumsum(episodes) - episodes
        first_of_scenario = np.cumsum(counts) - counts
        # Where each spell starts among the records of its scenario.
        start = before - before[np.minimum(first_of_scenario, len(before) - 1)][scenario]
        kept = start < counts[scenario]
        scenario, start, episodes = scenario[kept], start[kept], episodes[kept]
        episodes = np.minimum(episodes, counts[scenario] - start)
        order = self._generator.permutation(len(scenario))
        return scenario[order], episodes[order].astype(np.int64)

    def _uniform(self, rows: int) -> Floats:
        return self._generator.random(rows)

    def _pick(self, choices: Choices, group: Integers) -> Integers:
        return choices.draw(group, self._uniform(len(group)))

    def _draw_spells(self, scenario: Integers, episodes: Integers) -> Spells:
        model, rows = self._model, len(scenario)
        age, sex = self._people(scenario)
        provider = self._providers(scenario)
        residence, registered, practice = self._homes(provider)
        kind = model.admission[1][self._pick(model.admission[0], scenario)]
        nights = self._nights(scenario, kind)
        admitted, discharge = self._days(scenario, kind, nights)
        led_by, treated, function = self._fitting_care(scenario, age, sex)
        diagnoses, further = self._diagnoses(led_by, scenario, age, sex)
        admitting = model.admitting.numbers[self._pick(model.admitting.choices, scenario)]
        attendance = self._attendance(kind)
        return Spells(
            scenario=scenario,
            episodes=episodes,
            age=age,
            sex=sex,
            provider=provider,
            residence=residence,
            registered=registered,
            practice=practice,
            kind=kind,
            method=model.method.numbers[self._pick(model.method.choices, kind)],
            source=model.source.numbers[self._pick(model.source.choices, kind)],
            admitted=admitted,
            discharge=discharge,
            nights=nights,
            function=function,
            admitting=np.where(model.has_admitting[scenario], admitting, function).astype(np.int32),
            diagnoses=diagnoses,
            procedures=model.procedure.bundles[treated],
            unbundled=model.unbundled.bundles[self._pick(model.unbundled.choices, scenario)],
            hrg=self._hrgs(scenario, kind),
            stated_line=self._stated_lines(scenario),
            attendance=attendance,
            pence=self._pence(scenario, nights, further, attendance),
            busiest=(self._uniform(rows) * episodes).astype(np.int64),
        )

    def _people(self, scenario: Integers) -> tuple[Integers, Integers]:
        bands, low, high = self._model.age
        band = self._pick(bands, scenario)
        age = low[band] + (self._uniform(len(band)) * (high[band] - low[band] + 1)).astype(np.int64)
        female = self._model.numbers("female")[scenario]
        sex = np.where(self._uniform(len(band)) < female, FEMALE, MALE)
        unusual = (self._uniform(len(band)) < UNUSUAL_SEX) & (female > 0) & (female < 1)
        sex[unusual] = np.array([NOT_KNOWN, INDETERMINATE, NOT_DISCLOSED])[np.arange(unusual.sum()) % 3]
        return age, sex

    def _providers(self, scenario: Integers) -> Integers:
        choices, members = self._model.provider
        return members[self._pick(choices, scenario)]

    def _homes(self, provider: Integers) -> tuple[Integers, Integers, Integers]:
        """Return where patients live, where they are registered, and the number of their practice."""
        model, rows = self._model, len(provider)
        place = {one.sub_icb: n for n, one in enumerate(model.residences)}
        local = np.array([LOCAL_SHARE[one.kind] for one in model.providers])[provider]
        host = np.array([place[one.host_sub_icb] for one in model.providers])[provider]
        region = np.array([model.regions.index(one.region) for one in model.providers])[provider]
        wider = np.where(self._uniform(rows) < REGIONAL_SHARE, region, len(model.regions))
        elsewhere = self._pick(model.residence, wider) % len(model.residences)
        residence = np.where(self._uniform(rows) < local, host, elsewhere)
        afar = self._pick(model.residence, wider) % len(model.residences)
        registered = np.where(self._uniform(rows) < REGISTERED_WHERE_RESIDENT, residence, afar)
        practice = registered * PRACTICES_IN_A_PLACE + self._generator.integers(
            PRACTICES_IN_A_PLACE, size=rows
        )
        return residence, registered, practice

    def _nights(self, scenario: Integers, kind: Integers) -> Integers:
        """Return nights: a gamma distribution, long for few; none for day cases and attendances."""
        mean = self._model.numbers("stay")[scenario]
        drawn = np.rint(self._generator.gamma(1.4, np.maximum(mean, 0.01) / 1.4)).astype(np.int64)
        overnight = np.array(
            [
                one.dataset == "apc" and one.kind not in ("day", "regular")
                for one in self._model.admission_kinds
            ]
        )[kind]
        return np.where(overnight, np.minimum(drawn, LONGEST_STAY), 0)

    def _days(self, scenario: Integers, kind: Integers, nights: Integers) -> tuple[Integers, Integers]:
        model = self._model
        week = np.array([model.weeks.index(one.week) for one in model.admission_kinds])[kind]
        season = np.array([model.seasons.index(one.season) for one in model.scenarios])[scenario]
        group = week * len(model.seasons) + season
        admitted = self._pick(model.day, group) - model.day.first[group]
        discharge = admitted + nights
        late = discharge >= model.year.days
        # A stay that ends after the year is unfinished, or stands for one that began as late the year before.
        unfinished = late & (self._uniform(len(late)) < 0.5)
        admitted = np.where(late & ~unfinished, admitted - 364, admitted)
        return admitted, np.where(unfinished, NO_DAY, admitted + nights)

    def _fitting_care(
        self, scenario: Integers, age: Integers, sex: Integers
    ) -> tuple[Integers, Integers, Numbers]:
        """Return diagnosis and treatment (numbers of alternatives) and function, which fit the patient.

        The treatment also fits the diagnosis.
        """
        model = self._model
        led_by = model.diagnosis.choices.draw_fitting(
            scenario, lambda one, rows: model.limited_diagnosis.fits(one, age[rows], sex[rows]), self._uniform
        )
        treated = model.procedure.choices.draw_fitting(
            scenario,
            lambda one, rows: (
                model.limited_procedure.fits(one, age[rows], sex[rows])
                & model.treatment_limits.fits(one, scenario[rows], led_by[rows])
            ),
            self._uniform,
        )
        seen_by = model.function.choices.draw_fitting(
            scenario, lambda one, rows: model.limited_function.fits(one, age[rows], sex[rows]), self._uniform
        )
        return led_by, treated, model.function.numbers[seen_by]

    def _diagnoses(
        self, led_by: Integers, scenario: Integers, age: Integers, sex: Integers
    ) -> tuple[Numbers, Integers]:
        """Return the diagnoses (a row a spell) and the number of further ones."""
        model = self._model
        leading = model.diagnosis.bundles[led_by]
        width = leading.shape[1]
        codes = np.full((len(scenario), width + MOST_COMORBIDITIES), NO_CODE, dtype=np.int32)
        codes[:, :width] = leading
        wanted = np.minimum(
            self._generator.poisson(model.numbers("comorbidities")[scenario]), MOST_COMORBIDITIES
        )
        pool = model.comorbidity_pool[scenario]
        for place in range(int(wanted.max(initial=0))):
            rows = np.flatnonzero(wanted > place)
            drawn = model.comorbidity[1][self._pick(model.comorbidity[0], pool[rows])]
            code = self._fitting(drawn, age[rows], sex[rows])
            again = (codes[rows] == code[:, None]).any(axis=1)
            codes[rows, width + place] = np.where(again, NO_CODE, code)
        return codes, (codes[:, width:] != NO_CODE).sum(axis=1)

    def _fitting(self, drawn: Integers, age: Integers, sex: Integers) -> Numbers:
        """Return the diagnoses' numbers; one that does not go with the age or the sex falls away."""
        table = self._model.comorbidities
        number = self._model.comorbidity_codes[drawn]
        low = np.array([one.age_from for one in table])[drawn]
        high = np.array([one.age_to for one in table])[drawn]
        only = np.array([int(one.sex or -1) for one in table])[drawn]
        fits = (age >= low) & (age <= high) & ((only == -1) | (only == sex))
        return np.where(fits, number, NO_CODE).astype(np.int32)

    def _hrgs(self, scenario: Integers, kind: Integers) -> Numbers:
        """Return the scenarios' groups; attendances without one have the usual group of their kind."""
        model = self._model
        drawn = model.hrg.numbers[self._pick(model.hrg.choices, scenario)]
        return np.where(drawn == NO_CODE, model.usual_hrg[kind], drawn).astype(np.int32)

    def _stated_lines(self, scenario: Integers) -> Numbers:
        """Return lines as providers state them: now and then one of another service."""
        stated = self._model.stated_line
        line = stated.numbers[self._pick(stated.choices, scenario)]
        wrong = self._uniform(len(line)) < WRONG_LINE
        anything = (self._uniform(len(line)) * len(self._model.lines.texts)).astype(np.int32)
        return np.where(wrong, anything, line).astype(np.int32)

    def _attendance(self, kind: Integers) -> Integers:
        """Return the number of each attendance's outcome; admitted care has the first, which is seen."""
        outcomes = Choices([[one.weight for one in self._model.year.attendance]])
        drawn = self._pick(outcomes, np.zeros(len(kind), dtype=np.int64))
        outpatient = np.array([one.dataset == "op" for one in self._model.admission_kinds])[kind]
        return np.where(outpatient, drawn, 0)

    def _pence(
        self, scenario: Integers, nights: Integers, further: Integers, attendance: Integers
    ) -> Integers:
        """Return costs: around the scenario's mean, more for longer stays and for further diagnoses."""
        model = self._model
        spread = model.numbers("spread")[scenario]
        chance = np.exp(self._generator.standard_normal(len(scenario)) * spread - spread**2 / 2)
        stay = model.numbers("stay")[scenario]
        length = np.where(stay > 0, 0.55 + 0.45 * nights / np.maximum(stay, 0.01), 1.0)
        illness = 1 + 0.03 * (further - further.mean())
        seen = np.array([one.value in ("5", "6") for one in model.year.attendance])[attendance]
        pounds = model.numbers("cost")[scenario] * chance * np.maximum(length, 0.2) * illness * seen
        pence: Integers = np.rint(pounds * 100).astype(np.int64)
        return pence

    def _share_cost(self, spells: Spells, spell: Integers, episode: Integers) -> Integers:
        """Divide each spell's cost among its episodes, most to the busiest; the pence add up."""
        weight = np.where(episode == spells.busiest[spell], 3.0, 1.0)
        cumulative = np.cumsum(weight)
        starts = np.cumsum(spells.episodes) - spells.episodes
        before_spell = (cumulative - weight)[starts]
        whole = np.bincount(spell, weights=weight, minlength=len(spells.episodes))
        upto = np.rint(spells.pence[spell] * ((cumulative - before_spell[spell]) / whole[spell]))
        before = np.rint(spells.pence[spell] * ((cumulative - weight - before_spell[spell]) / whole[spell]))
        pence: Integers = (upto - before).astype(np.int64)
        return pence
