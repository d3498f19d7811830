"""What a run reports as doubtful: values, dates, columns, statements, and answers it cannot explain."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.unit.activity.identified import canonical, run_over, small_rulebook

from speccom.activity import explain
from speccom.criteria.evaluate import Finding


def test_values_that_are_no_code_are_counted_with_their_first_example(tmp_path: Path) -> None:
    first = canonical(
        tmp_path / "april.parquet",
        {"diagnoses": ["C34", None]},
        {"diagnoses": ["banana", "banana"]},
        {"diagnoses": ["R54X", "banana"], "procedures": ["??"]},
        row_group_size=1,
    )
    second = canonical(tmp_path / "may.parquet", {"record_id": "x", "diagnoses": ["banana"]})
    found = run_over(tmp_path, first, second).faults("not_a_code")
    assert [
        (each["example_file"], each["column"], each["value"], each["count"], each["example_row"])
        for each in found
    ] == [
        ("april.parquet", "diagnoses", "banana", 3, 1),
        ("april.parquet", "procedures", "??", 1, 2),
        ("may.parquet", "diagnoses", "banana", 1, 0),
    ]
    assert [each["example_record_id"] for each in found] == ["r1", "r2", "x"]


def test_values_that_mean_none_are_no_fault(tmp_path: Path) -> None:
    path = canonical(
        tmp_path / "year.parquet",
        {"diagnoses": ["-", "&", "", " ", None], "procedures": ["X998", "x99.9", "-", "&", " "]},
    )
    assert not run_over(tmp_path, path).faults("not_a_code")


def test_rows_of_a_converted_file_are_those_of_the_original(tmp_path: Path) -> None:
    path = tmp_path / "year.csv"
    path.write_text("record_id,dataset,diagnoses\n,apc,C34\na,ae,C34\nb,apc,banana\n")
    run = run_over(tmp_path, path)
    assert run.faults("not_a_code")[0]["example_row"] == 2
    assert [(each["row"], each["reason"]) for each in run.table("rejected")] == [
        (0, "the row has no record identifier"),
        (1, "the dataset ae is neither apc nor op"),
    ]


def test_dates_outside_validity_are_labelled_and_counted(tmp_path: Path) -> None:
    days = [date(2025, 3, 31), date(2025, 4, 1), date(2026, 3, 31), date(2026, 4, 1), None]
    path = canonical(tmp_path / "y.parquet", *({"activity_date": day, "diagnoses": ["C34"]} for day in days))
    run = run_over(tmp_path, path)
    assert run.manifest["counts"]["labelled"] == 5
    (fault,) = run.faults("outside_validity")
    assert fault["count"] == 2
    (warning,) = [each for each in run.manifest["warnings"] if each["kind"] == "outside_validity"]
    assert warning["message"] == "2 records are dated outside the rulebook's validity"


def test_an_absent_column_is_named_once_with_the_rules_that_it_touches(tmp_path: Path) -> None:
    files = [canonical(tmp_path / f"{name}.parquet", {"record_id": name, "age": 3}) for name in "ab"]
    warnings = run_over(tmp_path, *files).manifest["warnings"]
    assert [each["message"] for each in warnings if each["kind"] == "missing_column"] == [
        f"the column of {column} is not in a.parquet, b.parquet: what asks for it may find less ({rules})"
        for column, rules in (
            ("the diagnoses (diagnoses)", "lung"),
            ("the unbundled healthcare resource groups (unbundled_hrgs)", "drug, care"),
        )
    ]


def test_a_blank_column_is_warned_of_like_an_absent_one(tmp_path: Path) -> None:
    path = canonical(
        tmp_path / "y.parquet", {"diagnoses": [], "unbundled_hrgs": ["SB1"]}, {"diagnoses": [None]}
    )
    (warning,) = run_over(tmp_path, path).manifest["warnings"]
    assert warning["message"] == (
        "the column of the diagnoses (diagnoses) is wholly blank in y.parquet: what asks for it may find "
        "less (lung)"
    )


def test_an_explanation_that_disagrees_is_a_fault_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = canonical(tmp_path / "y.parquet", {"diagnoses": ["C34"]}, {"diagnoses": ["I10"]})
    evaluate = explain.evaluate

    def mistaken(expression: Any, record: Any) -> Finding:
        found = evaluate(expression, record)
        return Finding(found.expression, not found.value, found.seen, found.parts)

    monkeypatch.setattr(explain, "evaluate", mistaken)
    run = run_over(tmp_path, path)
    found = run.faults("explanation_disagrees")
    assert [(each["value"], each["example_record_id"], each["example_row"]) for each in found] == [
        ("LUNG", "r0", 0),
        ("no line", "r1", 1),
    ]
    assert "the answer is LUNG, the explanation DRUG" in found[0]["message"]
    (warning,) = [each for each in run.manifest["warnings"] if each["kind"] == "explanation_disagrees"]
    assert warning["count"] == 2
    assert run.table("labels")[0]["service_line"] == "LUNG"


def test_answers_that_depend_on_the_spell_are_explained_as_they_stand(tmp_path: Path) -> None:
    path = canonical(
        tmp_path / "y.parquet",
        {"spell_id": "S1", "unbundled_hrgs": ["XC1", "SB1"]},
        {"spell_id": "S1", "diagnoses": ["C34"]},
        {"spell_id": "S2", "unbundled_hrgs": ["XC1", "SB1"]},
        {"submitted_service_line": "SAID"},
    )
    run = run_over(tmp_path, path)
    lines = [row["service_lines"] for row in run.table("labels")]
    assert lines == [["DRUG", "CARE"], ["LUNG"], ["DRUG"], ["SAID"]]
    assert not run.faults("explanation_disagrees")


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ("SAID", None),
        (" SAID ", None),
        ("", None),
        ("LUNG", "stated_line_not_used"),
        ("said", "stated_line_unknown"),
        ("NCB_Unk", "stated_line_unknown"),
    ],
)
def test_what_a_provider_states(stated: str, kind: str | None, tmp_path: Path) -> None:
    path = canonical(tmp_path / "y.parquet", {"submitted_service_line": stated})
    found = [each["kind"] for each in run_over(tmp_path, path).table("faults")]
    assert found == ([kind] if kind else [])


def test_a_statement_beside_a_rule_is_not_missed(tmp_path: Path) -> None:
    path = canonical(
        tmp_path / "y.parquet",
        {"submitted_service_line": "LUNG", "diagnoses": ["C34"]},
        {"submitted_service_line": "DRUG", "diagnoses": ["C34"]},
        {"submitted_service_line": "NIC", "diagnoses": ["C34"]},
    )
    found = run_over(tmp_path, path).table("faults")
    assert [(each["kind"], each["value"], each["count"]) for each in found] == [
        ("stated_line_unknown", "NIC", 1)
    ]


def test_lines_that_no_rule_can_find_are_listed(tmp_path: Path) -> None:
    path = canonical(tmp_path / "y.parquet", {"age": 3})
    assert run_over(tmp_path, path).manifest["unseen_lines"] == ["SAID"]


def test_a_local_rule_makes_a_line_seen(tmp_path: Path) -> None:
    rules = "rule_id,service_code,dataset,criterion\nlocal,SAID,apc,age < 3\n"
    rulebook = small_rulebook(tmp_path / "rulebook", **{"local_rules.csv": rules})
    path = canonical(tmp_path / "y.parquet", {"age": 2})
    run = run_over(tmp_path, path, rulebook=rulebook)
    assert run.manifest["unseen_lines"] == []
    assert run.table("labels")[0]["layer"] == "local"
