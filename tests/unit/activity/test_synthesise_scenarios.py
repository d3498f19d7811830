"""The tables behind the synthetic year: what they may hold, and that all of it occurs."""

from pathlib import Path

import numpy as np
import pytest

from speccom.activity.synthesise.allotment import allot, batch_bounds
from speccom.activity.synthesise.batch import draw_batch
from speccom.activity.synthesise.clinical_model import ClinicalModel
from speccom.activity.synthesise.scenario import COLUMNS, ScenarioErrors, Surroundings, load_scenarios
from speccom.activity.synthesise.weighted import Choices, parse_alternatives

KNOWN = Surroundings(
    functions=frozenset({"110", "501"}),
    specialties=frozenset({"110"}),
    providers=frozenset({"RGT"}),
    pools=frozenset({"acute"}),
    admissions={"day": "apc", "first": "op"},
    comorbidity_pools=frozenset({"general"}),
    seasons=frozenset({"level"}),
)
ROW = {
    "scenario": "knees",
    "title": "Knees",
    "dataset": "apc",
    "per_100k": "10",
    "ages": "40-64:2;65-80",
    "female": "60",
    "functions": "110:3;110/110:1",
    "providers": "acute:3;RGT",
    "admissions": "day",
    "season": "",
    "diagnoses": "M171:2;M179+I10",
    "comorbidity": "general:1.5",
    "procedures": "W401+Z942;-",
    "hrgs": "HN23A",
    "unbundled": "",
    "cost": "5000",
    "spread": "0.3",
    "stay": "",
    "episodes": "",
    "admitting": "",
    "stated_line": "",
}


def write(folder: Path, *changed: dict[str, str]) -> Path:
    lines = [",".join(COLUMNS), *(",".join({**ROW, **change}.values()) for change in changed)]
    (folder / "table.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_a_row_is_read_with_its_alternatives(tmp_path: Path) -> None:
    (scenario,) = load_scenarios(write(tmp_path, {}), KNOWN)
    assert scenario.female == 0.6
    assert [(one.value, one.weight) for one in scenario.diagnoses] == [("M171", 2.0), ("M179+I10", 1.0)]
    assert [(band.low, band.high) for band in scenario.ages] == [(40, 64), (65, 80)]
    assert (scenario.stay, scenario.episodes) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("dataset", "ae", "may be apc, op"),
        ("per_100k", "many", "no number"),
        ("ages", "64-40", "runs backwards"),
        ("ages", "old", "written 40-64"),
        ("female", "120", "lies between 0 and 100"),
        ("functions", "999", "treatment function '999'"),
        ("functions", "110/998", "main specialty '998'"),
        ("providers", "nowhere", "'nowhere', which no table defines"),
        ("admissions", "first", "belongs to op"),
        ("season", "monsoon", "may be level"),
        ("diagnoses", "M17.1", "no icd10 code in normal form"),
        ("procedures", "W401+Z9422", "'Z9422'"),
        ("procedures", "S72>W401;-", "treats 'S72', which is none of the diagnoses"),
        ("procedures", "M171>W401", "has none for the diagnosis 'M179+I10'"),
        ("procedures", "", "is empty"),
        ("diagnoses", "M171:0", "more than 0"),
        ("comorbidity", "weird:1", "pool 'weird'"),
        ("cost", "-5", "lies between"),
        ("title", "", "is empty"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path: Path, column: str, text: str, said: str) -> None:
    with pytest.raises(ScenarioErrors) as caught:
        load_scenarios(write(tmp_path, {column: text}), KNOWN)
    assert any(column in error and said in error and "knees" in error for error in caught.value.errors)


def test_all_errors_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioErrors) as caught:
        load_scenarios(write(tmp_path, {"cost": "x", "stay": "y"}, {"dataset": "z"}), KNOWN)
    assert len(caught.value.errors) >= 4  # the third is that the second row repeats the name


def test_other_columns_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("scenario,title\nknees,Knees\n")
    with pytest.raises(ScenarioErrors, match="its columns are not"):
        load_scenarios(tmp_path, KNOWN)


def test_a_treatment_stands_only_beside_its_diagnoses(model: ClinicalModel) -> None:
    counts = np.full(len(model.scenarios), 300, dtype=np.int64)
    spells = draw_batch(model, counts, np.random.default_rng(6), 0, 0).spells
    treated = 0
    for number, scenario in enumerate(model.scenarios):
        only_for = {one.value: one.diagnoses for one in scenario.procedures if one.diagnoses}
        always = {one.value for one in scenario.procedures if not one.diagnoses}
        for spell in np.flatnonzero(spells.scenario == number) if only_for else ():
            done = "+".join(model.procedures.texts[code] for code in spells.procedures[spell] if code >= 0)
            if done in only_for and done not in always:
                first = model.diagnoses.texts[spells.diagnoses[spell, 0]]
                written = [one.diagnoses for one in scenario.procedures if one.value == done]
                assert any(first.startswith(prefixes) for prefixes in written), (scenario.name, first, done)
                treated += 1
    assert treated > 1_000


def test_weights_are_followed() -> None:
    assert parse_alternatives("-;A:3")[0].value == ""
    choices = Choices([[1.0], [1.0, 3.0]])
    drawn = choices.draw(np.full(10_000, 1), np.random.default_rng(1).random(10_000))
    assert set(drawn) == {1, 2}
    assert 0.72 < (drawn == 2).mean() < 0.78
    assert choices.draw(np.array([0]), np.array([np.nextafter(1.0, 0.0)]))[0] == 0


@pytest.mark.parametrize("records", [1, 50, 24_000, 120_000, 8_000_000])
def test_shares_become_exact_numbers_with_a_floor(records: int) -> None:
    shares = [30_000.0, 5_000.0, 1.0, 0.4]
    counts = allot(records, shares)
    assert counts.sum() == records
    assert counts.min() >= min(30, records * 0.08 // 4)
    bounds = batch_bounds(counts, 7)
    assert bounds[:, 0].tolist() == [0, 0, 0, 0]
    assert bounds[:, 7].tolist() == counts.tolist()
    assert (np.diff(bounds, axis=1) >= 0).all()


@pytest.fixture(scope="module")
def model() -> ClinicalModel:
    return ClinicalModel()


def test_the_tables_that_come_with_the_package_hold(model: ClinicalModel) -> None:
    assert len(model.scenarios) > 300
    for dataset in ("apc", "op"):
        shares = [one.per_100k for one in model.scenarios if one.dataset == dataset]
        assert 99_000 < sum(shares) < 101_000


def test_patients_fit_their_codes_in_every_scenario(model: ClinicalModel) -> None:
    counts = np.full(len(model.scenarios), 200, dtype=np.int64)
    spells = draw_batch(model, counts, np.random.default_rng(5), 0, 0).spells
    children = [text[:3] for text in model.functions.texts]
    childrens = np.array(["211" <= code <= "264" or code in ("321", "421") for code in children])
    womens = np.array([code in ("501", "502", "503", "505", "560") for code in children])
    names = np.array([one.name for one in model.scenarios])[spells.scenario]
    assert not set(names[childrens[spells.function] & (spells.age >= 19)])
    assert not set(names[womens[spells.function] & (spells.sex == 1)])
    for prefix, sex in (("C61", 1), ("N40", 1), ("C53", 2), ("C56", 2), ("O", 2)):
        codes = [n for n, code in enumerate(model.diagnoses.texts) if code.startswith(prefix)]
        held = np.isin(spells.diagnoses, codes).any(axis=1)
        assert held.any()
        assert not set(names[held & (spells.sex == 3 - sex)]), prefix


@pytest.mark.parametrize("dataset", ["apc", "op"])
def test_every_scenario_occurs_in_a_year_of_300_000(model: ClinicalModel, dataset: str) -> None:
    chosen = model.scenarios_of(dataset)
    counts = np.zeros(len(model.scenarios), dtype=np.int64)
    counts[chosen] = allot(
        120_000 if dataset == "apc" else 180_000, model.numbers("per_100k")[chosen].tolist()
    )
    assert counts[chosen].min() >= 30
    batch = draw_batch(model, counts, np.random.default_rng(3), 0, 0)
    drawn = np.bincount(batch.spells.scenario[batch.spell], minlength=len(model.scenarios))
    assert drawn.tolist() == counts.tolist()


def test_the_cost_of_a_spell_is_shared_to_the_penny(model: ClinicalModel) -> None:
    counts = np.zeros(len(model.scenarios), dtype=np.int64)
    counts[model.scenarios_of("apc")] = 40
    batch = draw_batch(model, counts, np.random.default_rng(4), 0, 0)
    totals = np.bincount(batch.spell, weights=batch.pence)
    assert totals.astype(np.int64).tolist() == batch.spells.pence.tolist()
