"""The folder that a run leaves: open, then sealed; and what a stopped run leaves is never taken for whole."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.activity.identified import Run, canonical, run_over, small_rulebook

from speccom.activity.faults import Fault, Rejected
from speccom.activity.identify import identify
from speccom.activity.order import Order
from speccom.activity.run_folder import MANIFEST, PROGRESS, OpenRun
from speccom.problem import Problem


@pytest.fixture
def run(tmp_path: Path) -> Run:
    path = canonical(
        tmp_path / "year.parquet",
        {"provider": "RJ1", "diagnoses": ["C34"], "total_cost": Decimal("1.10"), "spell_id": "S"},
        {"provider": "RJ1", "diagnoses": ["I10"], "total_cost": Decimal("2.20"), "spell_id": "S"},
        {"provider": " ", "diagnoses": ["nonsense"], "total_cost": None},
        {"record_id": "r0"},
    )
    return run_over(tmp_path, path, title="A year", synthetic=True)


def test_the_manifest_says_what_was_done(run: Run, tmp_path: Path) -> None:
    manifest = json.loads((run.folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest == run.manifest
    assert manifest["title"] == "A year"
    assert manifest["synthetic"] is True
    assert manifest["counts"] == {
        "rows": 4,
        "labelled": 2,
        "not_specialised": 1,
        "not_attended": 0,
        "rejected": 1,
    }
    assert manifest["cost"] == {"total": "3.30", "specialised": "3.30"}
    assert manifest["unseen_lines"] == ["SAID"]
    rulebook = manifest["rulebook"]
    assert isinstance(rulebook, dict)
    assert rulebook["identity"] == f"small@1#{rulebook['digest'][:12]}"
    (given,) = run.manifest["inputs"]
    original = tmp_path / "year.parquet"
    assert given == {
        "file": "year.parquet",
        "original": str(original.resolve()),
        "sha256": hashlib.sha256(original.read_bytes()).hexdigest(),
        "rows": 4,
        "kept": 4,
        "layout": "canonical",
        "dataset": "apc",
        "prepared": str(original.resolve()),
    }


def test_outputs_have_their_digests_and_rows(run: Run) -> None:
    outputs = run.manifest["outputs"]
    assert set(outputs) == {"labels", "rows", "summary", "faults", "rejected"}
    for name, output in outputs.items():
        path = run.folder / output["file"]
        assert path.exists()
        assert output["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert output["rows"] == pq.read_metadata(path).num_rows
        assert path == (run.out if name == "labels" else run.folder / f"{name}.parquet")


def test_rows_stand_beside_labels(run: Run) -> None:
    assert run.table("rows") == [
        {"dataset": "apc", "provider": "RJ1", "month": None, "cost": 110, "file": 0, "activity_row": 0},
        {"dataset": "apc", "provider": "RJ1", "month": None, "cost": 220, "file": 0, "activity_row": 1},
        {"dataset": "apc", "provider": None, "month": None, "cost": 0, "file": 0, "activity_row": 2},
    ]


def test_the_rulebook_is_kept_as_it_was(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path / "rulebook").iterdir():
        assert (run.folder / "rulebook" / path.name).read_bytes() == path.read_bytes()


def test_nothing_open_is_left(run: Run) -> None:
    names = {path.name for path in run.folder.iterdir()}
    assert not [name for name in names if name.endswith(".partial")]
    assert PROGRESS not in names
    assert "scratch" not in names


def test_the_same_activity_gives_the_same_bytes(tmp_path: Path) -> None:
    path = canonical(
        tmp_path / "y.parquet", *({"diagnoses": ["C34", "x"]} for _ in range(50)), row_group_size=7
    )
    rulebook = small_rulebook(tmp_path / "rulebook")
    digests = []
    for number, threads in enumerate((1, 3)):
        folder = tmp_path / str(number)
        folder.mkdir()
        outputs = run_over(folder, path, rulebook=rulebook, threads=threads).manifest["outputs"]
        digests.append({name: output["sha256"] for name, output in outputs.items()})
    assert digests[0] == digests[1]


def test_a_run_notes_how_far_it_is(tmp_path: Path) -> None:
    run = OpenRun.begin(tmp_path / "run")
    run.note("labelling", 0, 10)
    run.note("labelling", 3, 10)  # too soon after the last to be written
    assert not (run.path / MANIFEST).exists()
    noted = json.loads((run.path / PROGRESS).read_text())
    assert (noted["stage"], noted["done"], noted["total"]) == ("labelling", 0, 10)
    run.note("labelling", 10, 10)
    assert json.loads((run.path / PROGRESS).read_text())["done"] == 10


def test_stages_are_told_in_order(tmp_path: Path) -> None:
    path = canonical(tmp_path / "y.parquet", {"age": 1}, {"age": 2}, row_group_size=1)
    heard: list[tuple[str, int, int]] = []
    identify(
        Order(small_rulebook(tmp_path / "rulebook"), [path], tmp_path / "l.parquet", tmp_path / "run"),
        lambda stage, done, total: heard.append((stage, done, total)),
    )
    stages = list(dict.fromkeys(stage for stage, _, _ in heard))
    assert stages == ["reading", "labelling", "matching", "writing", "checking"]
    for stage in ("reading", "labelling", "writing"):
        done = [each for name, each, _ in heard if name == stage]
        assert done == sorted(done)
        assert heard[max(place for place, each in enumerate(heard) if each[0] == stage)][1] == done[-1] > 0


def test_a_stopped_run_is_begun_anew(tmp_path: Path) -> None:
    first = OpenRun.begin(tmp_path / "run")
    first.write_table("summary", pa.table({"a": [1]}))
    (first.path / "rows.partial").write_text("half")
    (first.path / "activity").mkdir()
    (first.path / "activity" / "part-000.parquet").write_text("half")
    with pytest.raises(Problem, match="another run is being made in this folder"):
        OpenRun.begin(tmp_path / "run")
    assert (first.path / "summary.parquet").exists()
    del first  # as when its process ends
    second = OpenRun.begin(tmp_path / "run")
    assert {path.name for path in second.path.iterdir()} == {PROGRESS}


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    first = OpenRun.begin(tmp_path / "run")
    first.write_table("summary", pa.table({"a": [1]}))
    with pytest.raises(Problem, match="another run is being made in this folder"):
        OpenRun.begin(tmp_path / "run")
    assert (first.path / "summary.parquet").exists()


def test_a_sealed_run_is_never_begun_again_nor_removed(tmp_path: Path) -> None:
    run = OpenRun.begin(tmp_path / "run")
    run.write_faults([Fault("kind", "age", "x", 1, "why", "f.csv")], [Rejected("f.csv", 0, "", "no id")])
    run.seal({"run": "run"})
    with pytest.raises(Problem, match="finished run is never changed"):
        OpenRun.begin(tmp_path / "run")
    run.abandon()
    assert {path.name for path in run.path.iterdir()} == {MANIFEST, "faults.parquet", "rejected.parquet"}


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(Problem, match="something that is no run"):
        OpenRun.begin(tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert OpenRun.begin(tmp_path / "run").path == tmp_path / "run"


def test_an_abandoned_run_leaves_what_was_not_its_own(tmp_path: Path) -> None:
    run = OpenRun.begin(tmp_path / "run")
    (run.path / "activity").mkdir()
    (run.path / "note.txt").write_text("mine")
    run.abandon()
    assert [path.name for path in run.path.iterdir()] == ["note.txt"]
    (run.path / "note.txt").unlink()
    run.abandon()
    assert not run.path.exists()


def test_a_table_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = OpenRun.begin(tmp_path / "run")

    def fail(*given: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", fail)
    with pytest.raises(OSError, match="No space"):
        run.write_table("summary", pa.table({"a": [1]}))
    assert not (run.path / "summary.parquet").exists()


@pytest.mark.parametrize("note", ["{}", "[]", "", '{"stage": "mine"}'])
def test_a_note_of_progress_that_no_run_left_protects_what_lies_beside_it(tmp_path: Path, note: str) -> None:
    (tmp_path / PROGRESS).write_text(note)
    (tmp_path / "precious.parquet").write_text("mine")
    with pytest.raises(Problem, match="something that is no run"):
        OpenRun.begin(tmp_path)
    assert (tmp_path / "precious.parquet").read_text() == "mine"


def test_a_new_runs_folder_is_its_owners_alone(tmp_path: Path) -> None:
    run = OpenRun.begin(tmp_path / "run")
    assert run.path.stat().st_mode & 0o077 == 0
