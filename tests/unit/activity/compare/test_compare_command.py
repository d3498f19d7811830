"""`speccom compare` from the command line: what it says and writes, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.unit.activity.identified import canonical, small_rulebook

from speccom import commands

RULES = (
    "rule_id,service_code,dataset,criterion\nlung-child,SAID,apc,any_diagnosis('lung') AND age < 19\n"
    "lung,LUNG,apc,any_diagnosis('lung') AND age >= 19\ndrug,DRUG,apc,any_unbundled_hrg('drug')\n"
    "care,CARE,apc,any_unbundled_hrg('care')\n"
)
TERMS = "service_line,variable_share\nSAID,0.2\n,0\nnone,1\n"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return small_rulebook(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return small_rulebook(tmp_path / "new", **{"rules.csv": RULES})


@pytest.fixture
def activity(tmp_path: Path) -> Path:
    return canonical(
        tmp_path / "year.parquet",
        {"diagnoses": ["C34"], "age": 12, "provider": "RJ1", "total_cost": Decimal("1000.05")},
        {"diagnoses": ["C34"], "age": None, "provider": "RX1", "total_cost": Decimal("20.00")},
        {"diagnoses": ["C34"], "age": 50, "provider": "RX1", "total_cost": Decimal("3.00")},
        {"diagnoses": ["C50"], "age": 50, "provider": "RX1", "total_cost": None},
    )


def words(old: Path, new: Path, activity: Path, *more: str | Path) -> list[str]:
    return [
        "compare", "--rulebook", str(old), "--with", str(new), "--activity", str(activity), *map(str, more)
    ]  # fmt: skip


def test_the_report_names_both_rulebooks_and_every_total(
    old: Path, new: Path, activity: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terms = tmp_path / "terms.csv"
    terms.write_text(TERMS)
    assert commands.main(words(old, new, activity, "--terms", terms)) == 0
    said = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert lines[0].startswith("From small@1#")
    assert lines[1].startswith("to small@1#")
    assert lines[0] != lines[1].replace("to ", "From ")
    assert "4 records compared" in lines
    assert "2 records move, in 2 spells" in lines
    assert "from having no line £0.00 £0.00 £0.00" in lines
    assert "to having no line −£20.00 £0.00 −£20.00" in lines
    assert "from line to line £0.00 £200.01 −£200.01" in lines
    assert "gains less losses −£20.00 £200.01 −£220.01" in lines
    assert "LUNG to SAID: 1 record in 1 spell, £1,000.05" in lines
    assert "SAID £1,000.05 £200.01 £800.04" in lines
    assert "LUNG −£1,020.05 £0.00 −£1,020.05" in lines
    assert "none £20.00 £20.00 £0.00" in lines
    assert "RJ1 £0.00 £200.01 −£200.01" in lines
    assert "RX1 −£20.00 £0.00 −£20.00" in lines


def test_without_terms_two_columns_are_not_known(
    old: Path, new: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(words(old, new, activity)) == 0
    said = capsys.readouterr().out
    assert "is not known: no terms were given." in said
    assert any(
        line.split() == ["SAID", "£1,000.05", "not", "known", "not", "known"] for line in said.splitlines()
    )


def test_lines_without_a_share_are_named(
    old: Path, new: Path, activity: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terms = tmp_path / "terms.csv"
    terms.write_text("service_line,variable_share\nSAID,0.2\n")
    assert commands.main(words(old, new, activity, "--terms", terms)) == 0
    assert "The terms give no share, and no default, for LUNG." in capsys.readouterr().out


def test_json_holds_the_whole(
    old: Path, new: Path, activity: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terms = tmp_path / "terms.csv"
    terms.write_text(TERMS)
    assert commands.main(words(old, new, activity, "--terms", terms, "--json")) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["activity"]["records"] == 4
    assert found["terms"] == {"default": "0", "variable_shares": {"SAID": "0.2", "none": "1"}}
    (comparison,) = found["comparisons"]
    assert found["old"]["identity"] != comparison["new"]["identity"]
    assert comparison["totals"]["records"] == 2
    assert comparison["totals"]["cost"] == "1020.05"
    assert comparison["totals"]["specialised"]["net"] == {
        "notional": "-20.00",
        "payable": "200.01",
        "baseline": "-220.01",
    }
    assert [(each["old_line"], each["new_line"], each["notional"]) for each in comparison["movements"]] == [
        ("LUNG", "SAID", "1000.05"),
        ("LUNG", "none", "20.00"),
    ]
    assert [each["programme_of_care"] for each in comparison["programmes"]] == ["A", "D"]
    assert [each["provider"] for each in comparison["providers"]] == ["RJ1", "RX1"]
    assert [each["dataset"] for each in comparison["datasets"]] == ["apc"]
    assert len(comparison["lines_by_provider"]) == 4
    assert comparison["titles"]["LUNG"] == "Lungs"


def test_without_terms_json_has_nulls(
    old: Path, new: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.main(words(old, new, activity, "--json"))
    found = json.loads(capsys.readouterr().out)
    assert found["terms"] is None
    net = found["comparisons"][0]["totals"]["specialised"]["net"]
    assert net == {"notional": "-20.00", "payable": None, "baseline": None}


def test_moved_records_as_parquet(old: Path, new: Path, activity: Path, tmp_path: Path) -> None:
    out = tmp_path / "moved.parquet"
    assert commands.main(words(old, new, activity, "--out", out)) == 0
    rows = pq.read_table(out).to_pylist()
    for row in rows:
        assert row.pop("old_rulebook") != row.pop("new_rulebook")
    assert rows == [
        {
            "record_id": "r0",
            "dataset": "apc",
            "provider": "RJ1",
            "old_line": "LUNG",
            "new_line": "SAID",
            "cost": Decimal("1000.05"),
            "old_rules": ["lung"],
            "new_rules": ["lung-child"],
        },
        {
            "record_id": "r1",
            "dataset": "apc",
            "provider": "RX1",
            "old_line": "LUNG",
            "new_line": None,
            "cost": Decimal("20.00"),
            "old_rules": ["lung"],
            "new_rules": [],
        },
    ]


def test_moved_records_as_csv(old: Path, new: Path, activity: Path, tmp_path: Path) -> None:
    out = tmp_path / "moved.csv"
    assert commands.main(words(old, new, activity, "--out", out)) == 0
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0].replace('"', "").startswith("record_id,dataset,provider,old_line,new_line,cost,old_rules")
    assert lines[1].startswith('"r0","apc","RJ1","LUNG","SAID",1000.05,"lung","lung-child"')
    assert len(lines) == 3


def test_a_missing_cost_is_counted_and_stays_missing(
    old: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = canonical(
        tmp_path / "some.parquet",
        {"diagnoses": ["C34"], "age": 1, "total_cost": None},
        {"diagnoses": ["C34"], "age": 1, "total_cost": Decimal(2)},
    )
    out = tmp_path / "moved.parquet"
    assert commands.main(words(old, new, some, "--out", out)) == 0
    assert "1 of them without a cost, counted as £0.00" in capsys.readouterr().out
    assert [row["cost"] for row in pq.read_table(out).to_pylist()] == [None, Decimal("2.00")]


def test_no_cost_at_all_is_said(
    old: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = canonical(tmp_path / "bare.parquet", {"diagnoses": ["C34"], "age": 1})
    assert commands.main(words(old, new, bare)) == 0
    said = capsys.readouterr().out
    assert "No cost is given for any of them, so no money is counted." in said
    assert "not stated" in said


def test_warnings_say_under_which_rulebook_they_hold(
    old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = (old / "rulebook.toml").read_text(encoding="utf-8").replace("2025-04-01", "2025-05-01")
    later = small_rulebook(tmp_path / "later", **{"rules.csv": RULES, "rulebook.toml": toml})
    some = canonical(
        tmp_path / "some.parquet",
        {"diagnoses": ["C34"], "activity_date": date(2024, 1, 1)},
        {"diagnoses": ["C34"], "activity_date": date(2025, 4, 2)},
    )
    assert commands.main(words(old, later, some)) == 0
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Note: ")]
    assert "Note: Under the old rulebook, 1 record is dated outside the rulebook's validity." in notes
    assert any(each.startswith("Note: Under both rulebooks, the column of ") for each in notes)
    assert any(each.startswith("Note: Under the new rulebook, ") and "(age)" in each for each in notes)
    assert (
        "Note: The new rulebook is valid from 1 May 2025 to 31 March 2026, and is applied here to every "
        "record, whatever its date."
    ) in notes


def test_the_same_rulebook_moves_nothing(
    old: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(words(old, old, activity)) == 0
    assert "The two rulebooks are the same, so nothing moves." in capsys.readouterr().out


def test_several_rulebooks_are_told_one_after_another(
    old: Path, new: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = words(old, new, activity)
    line.insert(line.index("--activity"), str(old))
    assert commands.main(line) == 0
    assert capsys.readouterr().out.count("From small@1#") == 2


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--out", "moved.xlsx"], "the moved records are a Parquet or a CSV file"),
        (["--out", "FOLDER/old.csv/moved.csv"], "the moved records cannot be written here"),
        (["--out", "FOLDER/new/moved.csv"], "the moved records would be written into a rulebook"),
        (["--out", "FOLDER/year.parquet"], "the moved records would be written over what is read"),
        (["--threads", "0"], "a comparison needs at least one thread, not 0"),
        (["--memory", "much"], "“much” is no amount of memory"),
        (["--terms", "FOLDER/none.csv"], "none.csv: this file is missing"),
        (["--layout", "nonsense"], "nonsense"),
    ],
)
def test_what_cannot_be_done_is_refused(
    old: Path,
    new: Path,
    activity: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    message: str,
) -> None:
    given = [each.replace("FOLDER", str(tmp_path)) for each in more]
    before = activity.read_bytes()
    assert commands.main(words(old, new, activity, *given)) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert "Traceback" not in said.err
    assert not said.out
    assert activity.read_bytes() == before
    assert not list(tmp_path.glob("speccom-compare-*"))


def test_a_folder_as_out_is_refused(
    old: Path, new: Path, activity: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out.csv").mkdir()
    assert commands.main(words(old, new, activity, "--out", tmp_path / "out.csv")) == 2
    assert "this is a folder, and the moved records are one file" in capsys.readouterr().err


def test_activity_that_is_not_there_leaves_no_output(
    old: Path, new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "moved.csv"
    assert commands.main(words(old, new, tmp_path / "gone.parquet", "--out", out)) == 2
    assert "there is no such file" in capsys.readouterr().err
    assert not out.exists()


def test_a_rulebook_with_errors_is_refused(
    old: Path, activity: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = small_rulebook(tmp_path / "broken", **{"rules.csv": RULES.replace("'lung'", "'lungs'")})
    assert commands.main(words(old, broken, activity)) == 2
    assert "Did you mean `lung`?" in capsys.readouterr().err
