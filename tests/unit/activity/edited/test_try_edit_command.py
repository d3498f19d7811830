"""`speccom try-edit` from the command line: what it says, what it keeps, and what it refuses."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.activity.identified import canonical, run_over, small_rulebook

from speccom import commands
from speccom.activity.edited.trial import Trials, workings_beside

ONLY_ADULTS = (
    "rule_id,service_code,dataset,criterion\n"
    "lung,LUNG,apc,any_diagnosis('lung') AND age >= 19\nlung-op,LUNG,op,any_diagnosis('lung')\n"
    "drug,DRUG,apc,any_unbundled_hrg('drug')\ncare,CARE,apc,any_unbundled_hrg('care')\n"
)


@pytest.fixture
def activity(tmp_path: Path) -> Path:
    return canonical(
        tmp_path / "year.parquet",
        {
            "diagnoses": ["C34"],
            "age": 12,
            "provider": "RJ1",
            "total_cost": Decimal("1000.05"),
            "spell_id": "S",
        },
        {"diagnoses": ["C50"], "age": 12, "provider": "RJ1", "total_cost": Decimal("10.00"), "spell_id": "S"},
        {"diagnoses": ["C34"], "age": 50, "provider": "RX1", "total_cost": Decimal("3.00"), "site": "RX101"},
        {"submitted_service_line": "NEW", "provider": "RX1", "total_cost": Decimal("7.00"), "age": 5},
        {"diagnoses": ["C34"], "record_id": "r2", "age": 50},
    )


@pytest.fixture
def run(tmp_path: Path, activity: Path) -> Path:
    return run_over(tmp_path, activity).folder


def tried(run: Path, draft: Path, *more: str) -> int:
    return commands.main(["try-edit", str(run), "--rulebook", str(draft), *more])


def figures(run: Path, draft: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[object, ...]]:
    """By line: records, spells and cost before, then after."""
    assert tried(run, draft, "--json") == 0
    lines = json.loads(capsys.readouterr().out)["lines"]
    return {
        each["line"]: tuple(each[when][name] for when in ("before", "after") for name in each[when])
        for each in lines
    }


def test_the_report_gives_the_new_totals_and_what_moves(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = small_rulebook(tmp_path / "draft", **{"rules.csv": ONLY_ADULTS})
    assert tried(run, draft) == 0
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "4 records in the run" in said
    assert "2 answered anew: those that the edit can touch, and the rest of their spells" in said
    assert "before 3 2 £1,013.05" in said
    assert "after 1 1 £3.00" in said
    assert "LUNG, before 3 2 £1,013.05" in said
    assert "RJ1, after 0 0 £0.00" in said
    assert "LUNG to none: 2 records in 1 spell, £1,010.05" in said
    assert f"The workings by which the next edit is quicker: {workings_beside(run)}" in said


def test_the_totals_are_there_for_programs(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = small_rulebook(tmp_path / "draft", **{"rules.csv": ONLY_ADULTS})
    terms = tmp_path / "terms.csv"
    terms.write_text("service_line,variable_share\n,0.2\nnone,0\n")
    assert tried(run, draft, "--json", "--terms", str(terms)) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["records"] == 4
    assert found["answered_anew"] == 2
    assert found["totals"]["after"] == {"records": 1, "spells": 1, "cost": "3.00"}
    assert [each["programme_of_care"] for each in found["programmes"]] == ["A"]
    assert {each["provider"]: each["after"]["records"] for each in found["providers"]} == {"RJ1": 0, "RX1": 1}
    (movement,) = found["comparison"]["movements"]
    assert movement["old_line_loses"] == {"notional": "1010.05", "payable": "202.01", "baseline": "808.04"}


def test_workings_are_made_once_and_kept_to_their_owner(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = small_rulebook(tmp_path / "draft", **{"rules.csv": ONLY_ADULTS})
    first = figures(run, draft, capsys)
    workings = workings_beside(run)
    made = (workings / "workings.json").stat().st_mtime_ns
    assert workings.stat().st_mode & 0o777 == 0o700
    assert figures(run, draft, capsys) == first == {"LUNG": (3, 2, "1013.05", 1, 1, "3.00")}
    assert (workings / "workings.json").stat().st_mtime_ns == made
    assert not list(tmp_path.glob(".*.partial"))


def test_workings_that_are_not_whole_are_made_anew(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = small_rulebook(tmp_path / "draft", **{"rules.csv": ONLY_ADULTS})
    first = figures(run, draft, capsys)
    workings = workings_beside(run)
    for spoil in ((workings / "label").unlink, lambda: (workings / "workings.json").write_text("{")):
        spoil()
        (workings.with_name(f"{workings.name}.partial")).mkdir()
        (workings.with_name(f"{workings.name}.partial") / "left").touch()
        assert figures(run, draft, capsys) == first
        assert not list(tmp_path.glob(".*.partial"))


def test_a_place_that_cannot_hold_the_workings_is_refused(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = small_rulebook(tmp_path / "draft", **{"rules.csv": ONLY_ADULTS})
    (tmp_path / "file").touch()
    place = str(tmp_path / "file" / "workings")
    said = refused([str(run), "--rulebook", str(draft), "--workings", place], capsys)
    assert "workings cannot be kept" in said


def test_two_makers_of_the_same_workings_wait_for_each_other(tmp_path: Path, run: Path) -> None:
    trials = [Trials(run, threads=1) for _ in range(3)]
    with ThreadPoolExecutor(3) as several:
        made = list(several.map(lambda each: each.prepare(), trials))
    assert len({json.dumps(each.contents) for each in made}) == 1
    assert not list(tmp_path.glob(".*.partial"))


def test_what_the_workings_do_not_hold_is_read_from_the_activity(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = ONLY_ADULTS.replace("age >= 19", "site LIKE 'RX1%'")
    draft = small_rulebook(tmp_path / "draft", **{"rules.csv": rules})
    assert figures(run, draft, capsys) == {"LUNG": (3, 2, "1013.05", 1, 1, "3.00")}


def test_a_statement_of_a_line_that_is_new_counts(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = small_rulebook(tmp_path / "plain", **{"rules.csv": ONLY_ADULTS})
    figures(run, plain, capsys)  # which makes workings without that line
    services = (plain / "services.csv").read_text() + "NEW,New,D,9,false,spell\n"
    routes = (plain / "routes.csv").read_text() + "NEW,provider_statement,a test\n"
    draft = small_rulebook(tmp_path / "draft", **{"services.csv": services, "routes.csv": routes})
    assert figures(run, draft, capsys)["NEW"] == (0, 0, "0.00", 1, 1, "7.00")


def test_workings_of_another_run_are_not_used(
    tmp_path: Path, run: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = small_rulebook(tmp_path / "draft", **{"rules.csv": ONLY_ADULTS})
    tried(run, draft)
    (tmp_path / "other").mkdir()
    other = run_over(tmp_path / "other", activity, rulebook=draft).folder
    workings_beside(run).rename(workings_beside(other))
    capsys.readouterr()
    assert figures(other, draft, capsys) == {"LUNG": (1, 1, "3.00", 1, 1, "3.00")}


def test_a_missing_column_is_warned_of(tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = ONLY_ADULTS.replace("age >= 19", "sex = '1'")
    tried(run, small_rulebook(tmp_path / "draft", **{"rules.csv": rules}))
    said = capsys.readouterr().out
    assert "Note: Under the new rulebook, the column of" in said
    assert "(sex) is not in year.parquet" in said


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert commands.main(["try-edit", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err


def test_what_is_no_finished_run_is_refused(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = ["--rulebook", str(tmp_path / "rulebook")]
    assert "no finished run here" in refused([str(tmp_path / "nowhere"), *draft], capsys)
    manifest = run / "manifest.json"
    sealed = manifest.read_text()
    manifest.write_text("[]")
    assert "no finished run here" in refused([str(run), *draft], capsys)
    manifest.write_text(json.dumps({**json.loads(sealed), "kind": "assignment"}))
    assert "a run of assignment" in refused([str(run), *draft], capsys)


def test_activity_that_changed_is_refused(
    tmp_path: Path, run: Path, activity: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = small_rulebook(tmp_path / "draft", **{"rules.csv": ONLY_ADULTS})
    kept = activity.read_bytes()
    canonical(activity, {"diagnoses": ["C34"]})
    assert "not as it was when the run read it" in refused([str(run), "--rulebook", str(draft)], capsys)
    activity.write_bytes(kept)
    assert tried(run, draft) == 0
    capsys.readouterr()
    activity.unlink()
    assert "not as it was when the run read it" in refused([str(run), "--rulebook", str(draft)], capsys)


def test_a_rulebook_with_errors_and_a_trial_without_threads_are_refused(
    tmp_path: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = small_rulebook(tmp_path / "draft", **{"rules.csv": ONLY_ADULTS.replace("age >=", "agee >=")})
    assert "agee" in refused([str(run), "--rulebook", str(draft)], capsys)
    good = str(tmp_path / "rulebook")
    assert "at least one thread" in refused([str(run), "--rulebook", good, "--threads", "0"], capsys)
