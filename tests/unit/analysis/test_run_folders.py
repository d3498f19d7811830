import json
import os
import shutil
from pathlib import Path

import pytest
from tests.journeys import fixture_run

from speccom.analysis.manifest import parse_manifest
from speccom.analysis.run_folders import NoSuchRun, RunFolder, find_run, latest_run, list_runs, read_progress
from speccom.problem import Problem


@pytest.mark.parametrize(
    "name", ["..", ".", "../small", "small/../small", ".hidden", "", "a" * 200, "never", "a\0b"]
)
def test_a_name_that_is_no_run_finds_nothing(home: Path, name: str) -> None:
    with pytest.raises(NoSuchRun):
        find_run(home, name)


def test_runs_are_listed_newest_first_and_broken_ones_are_not_the_latest(
    small: RunFolder, tmp_path: Path
) -> None:
    assert list_runs(tmp_path) == []
    assert latest_run(tmp_path) is None
    for age, name in enumerate(("old", "new")):
        shutil.copytree(small.path, tmp_path / "runs" / name)
        os.utime(tmp_path / "runs" / name / "manifest.json", (1000 + age, 1000 + age))
    fixture_run.break_copy(tmp_path, small.path, "broken", "manifest.json")
    fixture_run.leave_open(tmp_path, "open")
    assert {each.id for each in list_runs(tmp_path)} == {"old", "new", "broken", "open"}
    latest = latest_run(tmp_path)
    assert latest
    assert latest.id == "new"


def test_an_open_run_tells_how_far_it_is(tmp_path: Path) -> None:
    fixture_run.leave_open(tmp_path, "open")
    run = find_run(tmp_path, "open")
    assert not run.sealed
    assert run.progress
    assert run.progress.percent == 40
    assert read_progress(tmp_path / "nothing.json") is None
    for text in ("", "[]", '{"done": "x"}', "null"):
        (tmp_path / "p.json").write_text(text, encoding="utf-8")
        assert read_progress(tmp_path / "p.json") is None


@pytest.mark.parametrize(
    "broken", ["", "{", "[]", "{}", "null", "\xff", "drop counts", "text for a count", "no cost"]
)
def test_a_manifest_that_cannot_be_read_says_where_and_how_to_mend_it(small: RunFolder, broken: str) -> None:
    data = json.loads((small.path / "manifest.json").read_text(encoding="utf-8"))
    if broken == "drop counts":
        del data["counts"]
    elif broken == "text for a count":
        data["counts"]["rows"] = "many"
    elif broken == "no cost":
        data["cost"]["total"] = "much"
    text = json.dumps(data) if " " in broken else broken
    with pytest.raises(Problem) as found:
        parse_manifest(text.encode("latin-1"), small.path)
    assert found.value.where.endswith("manifest.json")
    assert "Run the identification again" in found.value.mend


def test_a_missing_file_is_named(small: RunFolder) -> None:
    with pytest.raises(Problem, match="missing"):
        small.file("nothing.parquet")
