"""Dirt: what normalises away leaves the same record, and what does not is rare and of every kind."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from speccom.activity.synthesise import synthesise
from speccom.activity.synthesise.dirt import load_rates
from speccom.activity.synthesise.soiled_codes import DIAGNOSIS_SPELLINGS, PROCEDURE_SPELLINGS, marked_none
from speccom.criteria.codes import normal_form

RECORDS = 6_000


def read_csv(file: Path) -> list[dict[str, str]]:
    header = file.open().readline().rstrip("\n").split(",")
    kept = pacsv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False)
    return pacsv.read_csv(file, convert_options=kept).to_pylist()


def codes(classification: str, written: list[str]) -> list[str]:
    found = [normal_form(classification, text or "") for text in written]
    return [code for code in found if code and code not in ("X999", "X998")]


@pytest.mark.parametrize("code", ["I10", "R54", "C509", "K358"])
def test_other_spellings_are_the_same_diagnosis(code: str) -> None:
    for kind, spell in DIAGNOSIS_SPELLINGS.items():
        if kind == "invalid_code":
            assert normal_form("icd10", spell(code)) != code
        else:
            assert normal_form("icd10", spell(code)) == code, kind


@pytest.mark.parametrize("code", ["W371", "K40"])
def test_other_spellings_are_the_same_procedure(code: str) -> None:
    for kind, spell in PROCEDURE_SPELLINGS.items():
        assert (normal_form("opcs4", spell(code)) == code) == (kind != "invalid_code"), kind


def test_a_mark_for_none_goes_only_into_empty_lists() -> None:
    lists = pa.array([["A01"], [], ["B02", "C03"], []], pa.list_(pa.string()))
    marked = marked_none(lists, ["-"], 1.0, np.random.default_rng(1))
    assert marked.to_pylist() == [["A01"], ["-"], ["B02", "C03"], ["-"]]


def test_dirty_records_are_the_clean_ones_once_read(tmp_path: Path) -> None:
    clean = synthesise(RECORDS, tmp_path / "clean")
    dirty = synthesise(RECORDS, tmp_path / "dirty", dirty=True)
    different = 0
    for clean_file, dirty_file in zip(clean, dirty, strict=True):
        assert pq.read_schema(clean_file) == pq.read_schema(dirty_file)
        pairs = zip(pq.read_table(clean_file).to_pylist(), pq.read_table(dirty_file).to_pylist(), strict=True)
        for before, after in pairs:
            same = all(
                codes(classification, after[name]) == before[name]
                for name, classification in (("diagnoses", "icd10"), ("procedures", "opcs4"))
            ) and all(
                (after[name] or "").strip() == (before[name] or "")
                for name in ("provider", "treatment_function", "main_specialty", "hrg", "record_id", "sex")
            )
            different += not same or after["age"] != before["age"]
    assert 0 < different < 0.03 * RECORDS


def test_dirty_hospital_episodes_hold_every_kind_of_dirt(tmp_path: Path) -> None:
    (file,) = synthesise(RECORDS, tmp_path, layout="hes-apc", dirty=True)
    records = read_csv(file)
    firsts = [record["DIAG_4_01"] for record in records]
    procedures = [record["OPERTN_4_01"] for record in records]
    assert any(code.endswith("X") and len(code) == 4 for code in firsts)
    assert any("." in code for code in firsts)
    assert any(code != code.strip() for code in firsts)
    assert any(code.strip() and normal_form("icd10", code) is None for code in firsts)
    assert {"-", "-   ", "&"} <= set(procedures)
    assert any(record["OPERTN_4_02"] == "\t" for record in records)
    ages = {record["STARTAGE"].removesuffix(".0") for record in records}
    assert {str(age) for age in range(7001, 7008)} <= ages
    assert "0" not in ages
    assert "" in ages
    assert any(record["DIAG_COUNT"].endswith(".0") for record in records)
    assert any(record["DISDATE"] == "1800-01-01" for record in records)
    assert any(record["PROCODE3"] == "" for record in records)
    assert any(record["TRETSPEF"] == "&" for record in records)
    assert {record["GPPRAC"] for record in records} >= {"V81997", "V81998", "V81999"}
    ids = [record["EPIKEY"] for record in records]
    assert len(records) - len(set(ids)) in range(1, 30)


def test_dirty_outpatients_hold_theirs(tmp_path: Path) -> None:
    (file,) = synthesise(RECORDS, tmp_path, layout="hes-op", dirty=True)
    records = read_csv(file)
    assert sum(record["DIAG_4_01"] == "R69X" for record in records) > RECORDS / 4
    assert any(record["OPERTN_4_01"] == "&\t " for record in records)
    assert any(record["APPTDATE"] == "1800-01-01" for record in records)
    assert any(record["APPTAGE"].endswith(".0") for record in records)


def test_rates_are_shares() -> None:
    rates = load_rates()
    assert {*DIAGNOSIS_SPELLINGS, *PROCEDURE_SPELLINGS} <= set(rates)
    assert all(0 < rate <= 1 for rate in rates.values())
