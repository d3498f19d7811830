"""`speccom assign`: what it writes, what it says, how it explains one record, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.spec.assignment.chapters import reference_folder

from speccom.commands import main


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return reference_folder(tmp_path / "reference")


@pytest.fixture
def activity(tmp_path: Path) -> Path:
    path = tmp_path / "activity.csv"
    path.write_text(
        "record_id,activity_date,service_code,gp_responsibility,host_sub_icb,point_of_delivery,total_cost\n"
        "A1,2025-06-01,RED1,01F,72Q,EL,100\n"
        "A2,01/06/2025,GREEN1,01F,72Q,EL,200.50\n"
        "A3,2025-06-01,,72Q,,DRUG,\n"
        "A4,,GREEN1,72Q,,EL,1\n"
        "A4,2025-06-01,GREEN1,72Q,,EL,1\n"
        ",2025-06-01,GREEN1,72Q,,EL,1\n",
        encoding="utf-8",
    )
    return path


def test_a_file_of_contract_monitoring(
    reference: Path, activity: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "assigned.parquet"
    assert (
        main(["assign", "--reference", str(reference), "--activity", str(activity), "--out", str(out)]) == 0
    )
    rows = pq.read_table(out).to_pylist()
    assert [(row["record_id"], row["assignment_code"], row["service_category"]) for row in rows] == [
        ("A1", "13R_C_2_1", "21"),
        ("A2", "01F_C_6_1", "25"),
        ("A3", None, None),
        ("A4", None, None),
    ]
    assert rows[2]["reason"] == "The method leaves out drugs and devices."
    assert (
        rows[0]["path"] == "Drugs and devices no > Drug categories no > MH no > C-0b no > C-2 yes > C-2.1 yes"
    )
    said = capsys.readouterr()
    assert not said.err
    assert "           2 with a commissioner" in said.out
    assert "           2 without one, each with the reason" in said.out
    assert "           2 rejected" in said.out
    run = tmp_path / "assigned.run"
    rejected = pq.read_table(run / "rejected.parquet").to_pylist()
    assert [(row["row"], row["reason"]) for row in rejected] == [
        (4, "an earlier row has the same record identifier"),
        (5, "the row has no record identifier"),
    ]
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["method"] == "validation-tool-5.3"
    assert manifest["outputs"]["answers"]["rows"] == 4


def test_one_record_in_words(reference: Path, activity: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["assign", "--reference", str(reference), "--activity", str(activity), "--record", "A1"]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "Record A1: 13R pays (code 13R_C_2_1, service category 21).",
        "A retained service: the hub of the sub-ICB location that hosts the provider.",
        "",
        "The path:",
    ]
    at = lines.index("  C-2: Is the service specialised, and neither green nor amber? Yes. (C-2)")
    assert lines[at + 1].strip().split("; ") == [
        "the mark of a specialised service: 1",
        "the submitted service code: RED1",
        "the commissioned service category: not recorded",
        "the service code, where it is listed on the day: RED1",
        "the delegation colour of the service: RED",
    ]
    assert "  service_codes.csv, line 3: RED1" in lines
    assert "  sub_icb_to_direct_commissioner.csv, line 3: 72Q" in lines


def test_one_record_as_json(reference: Path, activity: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "assign",
        "--reference",
        str(reference),
        "--activity",
        str(activity),
        "--record",
        "A1",
        "--json",
    ]
    assert main(arguments) == 0
    tree = json.loads(capsys.readouterr().out)
    assert (tree["record_id"], tree["assignment_code"], tree["commissioner"]) == ("A1", "13R_C_2_1", "13R")
    assert [row["row"] for row in tree["rows"]] == [
        "Drugs and devices",
        "Drug categories",
        "MH",
        "C-0b",
        "C-2",
        "C-2.1",
    ]
    assert tree["rows"][-1]["finding"]["verdict"] == "yes"
    hub = next(fact for fact in tree["facts"] if fact["fact"] == "hosting_sub_icb_hub")
    assert (hub["value"], hub["key"], hub["table"]) == ("13R", "72Q", "sub_icb_to_direct_commissioner.csv")


def test_the_parts_of_one_record(reference: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "activity.parquet"
    table = {
        "record_id": ["A1"],
        "dataset": ["apc"],
        "activity_date": [date(2025, 6, 1)],
        "gp_responsibility": ["72Q"],
        "provider": ["RLON"],
        "diagnoses": [["R10", "N970"]],
        "unbundled_hrgs": [["XA02Z"]],
    }
    pq.write_table(pa.table(table), path)
    arguments = ["assign", "--reference", str(reference), "--activity", str(path), "--record", "A1"]
    assert main([*arguments, "--method", "flowchart-2025-26", "--parts"]) == 0
    said = capsys.readouterr().out
    assert "Record A1, core: 72Q pays (code 72Q_I_1_1, service category 12)." in said
    assert "      the diagnoses: N970; the procedures: none is treatment of infertility" in said
    assert "Record A1, neonatal critical care: 13R pays (code 13R_C_2_1, service category 21)." in said


def test_a_box_that_cannot_be_decided_in_words(
    reference: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (reference / "provider_hubs.csv").unlink()
    arguments = ["assign", "--reference", str(reference), "--activity", str(activity), "--record", "A1"]
    assert main([*arguments, "--method", "flowchart-2025-26"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Record A1: no commissioner is named.\nCannot be decided here: box C-2 asks for")
    assert "  C-2: Does a hub hold a contract with the provider? Cannot be decided here. (C-2.2)\n" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--method": "validation-tool-5.2"}, "did you mean `validation-tool-5.3`"),
        ({"--reference": "nowhere"}, "no such folder"),
        ({"--out": "answers.csv"}, "the answers are a Parquet file"),
        ({"--out": None}, "the answers have nowhere to go"),
        ({"--activity": "gone.csv"}, "there is no such file"),
        ({"--record": "A9"}, "there is no record A9"),
        ({"--json": ""}, "--json goes with --record"),
        ({"--labels": "gone.parquet"}, "the labels cannot be read"),
        ({"--memory": "1MB"}, "too little memory"),
        ({"--threads": "0"}, "at least one thread"),
        ({"--dataset": "ae"}, "invalid choice"),
    ],
)
def test_what_is_refused(
    reference: Path,
    activity: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str | None],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {
        "--reference": str(reference),
        "--activity": str(activity),
        "--out": "answers.parquet",
        **changes,
    }
    words = [word for name, value in given.items() if value is not None for word in (name, value) if word]
    assert main(["assign", *words]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error
    assert not list(tmp_path.glob("answers*"))


def test_nothing_is_written_over_what_is_read(
    reference: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = activity.with_suffix(".parquet")
    copy.write_bytes(activity.read_bytes())
    for out in (copy, reference / "answers.parquet"):
        arguments = ["assign", "--reference", str(reference), "--activity", str(copy), "--out", str(out)]
        assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "the answers would be written over what they are made from" in said
    assert "among the reference tables" in said
    assert copy.read_bytes() == activity.read_bytes()
