"""`speccom explain`: the tree of findings for one record, in words and as JSON, and twelve golden answers.

Set SPECCOM_WRITE_GOLDEN=1 to write the golden files anew, then read what changed.
"""

from __future__ import annotations

import json
import os
import re
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from speccom import commands
from speccom.activity.explain import as_json, explain_record
from speccom.activity.records import normal_record
from speccom.commands.explain import in_words
from speccom.criteria.words import describe
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.identification import IdentificationRulebook, load_identification

REPOSITORY = Path(__file__).parents[2]
SHIPPED = REPOSITORY / "rulebooks" / "identification" / "illustrative"
VERSIONS = ("2025-26", "2026-27")
GOLDEN = REPOSITORY / "tests" / "golden" / "explanations"

SQL = re.compile(r"\b(AND|OR|NOT|IN|LIKE|BETWEEN|IS|NULL|SELECT|WHERE|TRUE|FALSE|DATE)\b|<>|<=|>=|[=<>]")
WITH_UNDERSCORE = re.compile(r"\w_\w")

RECORDS: dict[str, dict[str, object]] = {
    "one-operation-is-enough": {"dataset": "apc", "age": 54, "spell_id": "S1", "procedures": ["K01.1"]},
    "an-operation-at-a-centre": {
        "dataset": "apc",
        "age": 47,
        "provider": "RJZ",
        "diagnoses": ["K74.6"],
        "procedures": ["J01.1", "Y95X"],
    },
    "the-same-operation-elsewhere": {
        "dataset": "apc",
        "age": 47,
        "provider": "RXX",
        "diagnoses": ["K74.6"],
        "procedures": ["J01.1"],
    },
    "an-age-that-is-not-known": {
        "dataset": "apc",
        "diagnoses": ["N18.5", "T86.1"],
        "procedures": ["M01.2"],
    },
    "a-child-with-cancer": {
        "dataset": "apc",
        "age": 7,
        "sex": "1",
        "treatment_function": "260",
        "diagnoses": ["C91.0"],
        "unbundled_hrgs": ["SB12Z"],
    },
    "chemotherapy-in-outpatients": {
        "dataset": "op",
        "age": 66,
        "treatment_function": "370",
        "activity_date": date(2025, 9, 1),
        "unbundled_hrgs": ["SB13Z"],
    },
    "adult-critical-care-alone": {
        "dataset": "apc",
        "age": 71,
        "spell_id": "S2",
        "diagnoses": ["J18.9"],
        "unbundled_hrgs": ["XC05Z"],
    },
    "a-fixed-local-line": {"dataset": "apc", "age": 60, "spell_hrg": "SB97Z", "diagnoses": ["Z51.1"]},
    "a-provider-says-so": {"dataset": "apc", "age": 30, "submitted_service_line": "NCBPS01A"},
    "a-statement-beside-a-rule": {
        "dataset": "apc",
        "age": 30,
        "procedures": ["K01.1"],
        "submitted_service_line": "NCBPS01A",
    },
    "an-exclusion": {
        "dataset": "apc",
        "age": 58,
        "diagnoses": ["C22.0", "C22.1"],
        "procedures": ["J02.3"],
    },
    "ordinary-care": {
        "dataset": "apc",
        "age": 80,
        "sex": "2",
        "treatment_function": "430",
        "diagnoses": ["N39.0", "R54X"],
    },
}


@cache
def shipped(version: str) -> IdentificationRulebook:
    return load_identification(SHIPPED / version)


def explanation(record: dict[str, object]) -> str:
    rulebook = shipped("2025-26")
    explained = explain_record(rulebook, normal_record({"record_id": "R1", **record}), None)
    return in_words("R1", explained).replace(rulebook.identity, f"{rulebook.id}@{rulebook.version}") + "\n"


@pytest.mark.parametrize("name", RECORDS)
def test_golden_explanations(name: str) -> None:
    said = explanation(RECORDS[name])
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("SPECCOM_WRITE_GOLDEN"):
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")


def test_every_golden_explanation_is_made_here() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(RECORDS)
    assert len(RECORDS) == 12


@pytest.mark.parametrize("name", RECORDS)
def test_golden_explanations_are_for_people(name: str) -> None:
    _is_for_people((GOLDEN / f"{name}.txt").read_text(encoding="utf-8"), shipped("2025-26"))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_shipped_rule_is_said_in_plain_words(version: str) -> None:
    rulebook = shipped(version)
    for rule in (*rulebook.rules, *rulebook.local_rules):
        _is_for_people(describe(rule.criterion.expression), rulebook)


def _is_for_people(text: str, rulebook: IdentificationRulebook) -> None:
    assert not SQL.search(text), text
    assert not WITH_UNDERSCORE.search(text), text
    names = {name for name in (*rulebook.codesets, *ACTIVITY) if "_" in name}
    assert not [name for name in names if name in text]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_set_that_a_shipped_rule_asks_for_has_a_title(version: str) -> None:
    rulebook = shipped(version)
    untitled = [name for name, each in rulebook.codesets.items() if not each.title or "_" in each.title]
    assert not untitled


@pytest.mark.parametrize("name", RECORDS)
def test_words_and_data_agree(name: str) -> None:
    record = normal_record({"record_id": "R1", **RECORDS[name]})
    explained = explain_record(shipped("2025-26"), record, None)
    tree = as_json(explained)
    said = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    lines = tree["service_lines"]
    assert isinstance(lines, list)
    for code in lines:
        assert f"({code})" in said
    assert ("no specialised service" in said) == (not lines)


def test_ordinary_care_is_near_to_no_rule() -> None:
    assert "No rule came near." in explanation(RECORDS["ordinary-care"])


def test_the_rule_that_a_code_came_near_to_stands_first() -> None:
    record = normal_record({"record_id": "R1", **RECORDS["the-same-operation-elsewhere"]})
    nearest = explain_record(shipped("2025-26"), record, None).nearest()
    assert nearest[0].rule.rule_id == "19T-apc-1"


# --- the command ---


@pytest.fixture
def activity(tmp_path: Path) -> Path:
    rows = [
        {"record_id": name, **dict.fromkeys(ACTIVITY.keys() - {"record_id"}), **record}
        for name, record in RECORDS.items()
    ]
    kinds = {"age": pa.int32(), "activity_date": pa.date32()}
    lists = ("diagnoses", "procedures", "unbundled_hrgs")
    amounts = ("activity_count", "total_cost")
    kinds |= {name: pa.list_(pa.string()) for name in lists} | dict.fromkeys(amounts, pa.decimal128(18, 2))
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in ACTIVITY])
    path = tmp_path / "year.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


def explain(activity: Path, record: str, *more: str) -> int:
    words = ["explain", "--rulebook", str(SHIPPED / "2025-26"), "--activity", str(activity)]
    return commands.main([*words, "--record", record, *more])


@pytest.mark.parametrize("name", RECORDS)
def test_the_command_says_what_the_golden_file_says(
    name: str, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(activity, name) == 0
    rulebook = shipped("2025-26")
    said = capsys.readouterr().out.replace(rulebook.identity, f"{rulebook.id}@{rulebook.version}")
    assert said.replace(f"Record {name} ", "Record R1 ") == (GOLDEN / f"{name}.txt").read_text(
        encoding="utf-8"
    )


def test_a_service_without_rules_is_not_said_to_be_far(
    activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(activity, "ordinary-care", "--service", "NCBPSXXX") == 0
    said = capsys.readouterr().out
    assert "no rule that looks for NCBPSXXX" in said
    assert "says nothing" in said
    assert "came near" not in said


def test_json_holds_every_rule_of_the_dataset(activity: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(activity, "a-child-with-cancer", "--json") == 0
    tree = json.loads(capsys.readouterr().out)
    rulebook = shipped("2025-26")
    assert {name: type(value).__name__ for name, value in tree.items()} == {
        "record_id": "str",
        "not_attended": "bool",
        "rulebook": "str",
        "status": "str",
        "dataset": "str",
        "service_lines": "list",
        "layer": "str",
        "stated_by_provider": "NoneType",
        "rules": "list",
    }
    assert tree["rulebook"] == rulebook.identity
    asked = {rule.rule_id for rule in (*rulebook.rules, *rulebook.local_rules) if rule.dataset == "apc"}
    assert {rule["rule_id"] for rule in tree["rules"]} == asked
    for rule in tree["rules"]:
        assert rule["holds"] in ("yes", "no", "not known")
        assert rule["in_words"]
        assert rule["criterion"]
        _check_part(rule["parts"])
    holding = [rule["rule_id"] for rule in tree["rules"] if rule["holds"] == "yes"]
    assert holding == [rule["rule_id"] for rule in tree["rules"]][: len(holding)]


def _check_part(part: dict[str, object]) -> None:
    assert set(part) == {"statement", "holds", "seen", "sentence", "parts"}
    assert part["holds"] in ("yes", "no", "not known")
    parts = part["parts"]
    assert isinstance(parts, list)
    for each in parts:
        _check_part(each)


def test_one_service_alone(activity: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(activity, "ordinary-care", "--service", "NCBPS11T", "--json") == 0
    tree = json.loads(capsys.readouterr().out)
    assert {rule["service_code"] for rule in tree["rules"]} == {"NCBPS11T"}
    assert explain(activity, "ordinary-care", "--service", "NCBPS11T") == 0
    assert "Rule 11T-apc-1" in capsys.readouterr().out


def test_an_appointment_that_was_missed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "hes.csv"
    path.write_text("ATTENDKEY,PROCODE3,TRETSPEF,ATTENDED,APPTAGE\n1,RJ1,311,3,40\n2,RJ1,311,5,40\n")
    assert explain(path, "1") == 0
    assert "The appointment was missed or cancelled" in capsys.readouterr().out
    assert explain(path, "1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["not_attended"] is True
    assert explain(path, "2") == 0
    assert "missed" not in capsys.readouterr().out


def test_dataset_given_once_for_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "year.csv"
    path.write_text("record_id,procedures\na,K01.1\n")
    assert explain(path, "a", "--dataset", "apc", "--json") == 0
    tree = json.loads(capsys.readouterr().out)
    assert tree["dataset"] == "apc"
    assert tree["service_lines"] == ["NCBPS13N"]


@pytest.mark.parametrize(
    ("record", "more", "says"),
    [
        ("nobody", [], "there is no record nobody"),
        ("ordinary-care", ["--service", "NCBPS99X"], "no service line NCBPS99X"),
        ("ordinary-care", ["--layout", "hes-op"], "hes-op"),
    ],
)
def test_what_cannot_be_explained(
    record: str, more: list[str], says: str, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(activity, record, *more) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert not said.out
    assert "Traceback" not in said.err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(tmp_path / "none.csv", "a") == 2
    assert "there is no such file" in capsys.readouterr().err
