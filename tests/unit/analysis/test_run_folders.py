import json
import os
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client
from tests.journeys import fixture_run

from speccom.analysis.manifest import parse_manifest
from speccom.analysis.run_folders import NoSuchRun, RunFolder, find_run, latest_run, list_runs, read_progress
from speccom.analysis.run_rows import place_of, record_at_place
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


@pytest.mark.parametrize("total", ["Infinity", "NaN", "1E999", "-1e400"])
def test_a_sum_that_is_none_makes_a_manifest_unreadable(small: RunFolder, total: str) -> None:
    data = json.loads((small.path / "manifest.json").read_text(encoding="utf-8"))
    data["cost"]["total"] = total
    with pytest.raises(Problem, match="cannot be read"):
        parse_manifest(json.dumps(data).encode(), small.path)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"run": "\\ud800"}'])
def test_text_made_to_break_a_reader_is_a_manifest_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    with pytest.raises(Problem, match="cannot be read"):
        parse_manifest(text.encode(), tmp_path)
    (tmp_path / "p.json").write_text(text.replace("run", "stage"), encoding="utf-8")
    assert read_progress(tmp_path / "p.json") is None


def test_progress_without_end_is_none(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"stage": "x", "done": Infinity, "total": 1}', encoding="utf-8")
    assert read_progress(tmp_path / "p.json") is None


def test_one_strange_folder_does_not_hide_the_other_runs(
    client: Client, home: Path, small: RunFolder
) -> None:
    runs = home / "runs"
    (runs / "a-folder" / "manifest.json").mkdir(parents=True)
    (runs / "a-loop").mkdir()
    (runs / "a-loop" / "manifest.json").symlink_to("manifest.json")
    (runs / "a-pipe").mkdir()
    os.mkfifo(runs / "a-pipe" / "manifest.json")
    try:
        for address in ("/", "/runs"):
            assert client.get(address).status_code == 200
        assert client.get("/runs").content.decode().count("Cannot be read") == 3
        for name in ("a-folder", "a-loop", "a-pipe"):
            answer = client.get(f"/runs/{name}")
            assert answer.status_code == 500
            assert "manifest" in answer.content.decode()
    finally:
        for name in ("a-folder", "a-loop", "a-pipe"):
            shutil.rmtree(runs / name)


def test_labels_that_another_run_wrote_over_are_not_taken_for_this_runs(
    small: RunFolder, tmp_path: Path
) -> None:
    shutil.copytree(small.path, tmp_path / "runs" / "small")
    run = find_run(tmp_path, "small")
    rows = pq.read_table(run.labels)
    pq.write_table(rows.slice(1), run.labels)
    with pytest.raises(Problem, match="have been changed since it finished"):
        _ = run.labels


def test_a_path_too_long_for_any_file_is_said_to_be_wrong(small: RunFolder, tmp_path: Path) -> None:
    shutil.copytree(small.path, tmp_path / "runs" / "small")
    manifest = tmp_path / "runs" / "small" / "manifest.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["inputs"][0]["prepared"] = "a" * 300
    manifest.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(Problem, match="no longer where the run read it"):
        record_at_place(place_of(find_run(tmp_path, "small"), 0))
    data["inputs"][0]["prepared"] = "a" * 5000
    with pytest.raises(Problem, match="cannot be read"):
        parse_manifest(json.dumps(data).encode(), small.path)
    with pytest.raises(Problem, match="missing"):
        small.file("a" * 300)


def test_a_table_of_places_that_is_another_is_said_to_be_changed(small: RunFolder, tmp_path: Path) -> None:
    shutil.copytree(small.path, tmp_path / "runs" / "small")
    run = find_run(tmp_path, "small")
    shutil.copy(run.labels, run.path / "rows.parquet")
    with pytest.raises(Problem, match="may have been changed"):
        place_of(run, 0)


def test_a_run_of_another_kind_says_so(small: RunFolder) -> None:
    manifest = small.path / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "kind": "assignment"}))
    with pytest.raises(Problem, match="no identification"):
        _ = find_run(small.path.parents[1], small.id).manifest
