import json
from pathlib import Path

import pytest
from tests.journeys import fixture_run

from speccom import demonstration
from speccom.one_at_a_time import Held, hold, holder
from speccom.problem import Problem
from speccom.web.home_page import present_home


def leave(home: Path, **word: object) -> None:
    note = {"stage": "", "done": 0, "total": 0, "problem": "", **word}
    (home / "demonstration-progress.json").write_text(json.dumps(note), encoding="utf-8")


def test_an_empty_home_of_ones_own(tmp_path: Path) -> None:
    page = present_home(tmp_path, is_demonstration=False, sees_runs=True)
    assert page.making is None
    assert page.latest is None


def test_a_demonstration_that_is_about_to_be_made(tmp_path: Path) -> None:
    making = present_home(tmp_path, is_demonstration=True, sees_runs=True).making
    assert making
    assert making.going


def test_a_demonstration_that_is_being_made(tmp_path: Path) -> None:
    leave(tmp_path, stage="Asking the rules of every record", done=1, total=4)
    with hold(tmp_path / "demonstration.lock", "1"):
        making = present_home(tmp_path, is_demonstration=True, sees_runs=True).making
    assert making
    assert making.going
    assert making.words == "Asking the rules of every record."
    assert making.step == "Step 3 of 6 is 25% done."
    assert making.percent == 37, "two steps and a quarter, of six"


def test_a_step_that_has_just_begun_is_not_called_nothing(tmp_path: Path) -> None:
    leave(tmp_path, stage="Making a synthetic year of activity", done=0, total=300_000)
    with hold(tmp_path / "demonstration.lock", "1"):
        making = present_home(tmp_path, is_demonstration=True, sees_runs=True).making
    assert making
    assert making.step == "Step 1 of 6 has begun."


def test_a_step_of_another_version_is_told_without_a_share(tmp_path: Path) -> None:
    leave(tmp_path, stage="Something else", done=1, total=2)
    with hold(tmp_path / "demonstration.lock", "1"):
        making = present_home(tmp_path, is_demonstration=True, sees_runs=True).making
    assert making
    assert (making.words, making.percent) == ("Something else.", None)


def test_a_demonstration_whose_making_was_stopped_or_failed(tmp_path: Path) -> None:
    leave(tmp_path, stage="Half")
    stopped = present_home(tmp_path, is_demonstration=True, sees_runs=True).making
    assert stopped
    assert not stopped.going
    assert "was stopped" in stopped.words
    leave(tmp_path, problem="The disk is full.")
    failed = present_home(tmp_path, is_demonstration=True, sees_runs=True).making
    assert failed
    assert "The disk is full." in failed.words


def test_the_latest_run_is_told_in_words_or_why_it_cannot_be(tmp_path: Path) -> None:
    run = fixture_run.make_run(tmp_path, "small", fixture_run.APC)
    latest = present_home(tmp_path, is_demonstration=False, sees_runs=True).latest
    assert latest
    assert latest.headline.startswith("5 of 9 records")
    assert len(latest.figures) == 4
    (run / "summary.parquet").unlink()
    (run / "manifest.json").write_text(
        (run / "manifest.json").read_text(encoding="utf-8") + " ", encoding="utf-8"
    )
    broken = present_home(tmp_path, is_demonstration=False, sees_runs=True).latest
    assert broken
    assert "missing" in broken.problem


def test_whoever_may_not_see_runs_is_told_of_none(tmp_path: Path) -> None:
    fixture_run.make_run(tmp_path, "small", fixture_run.APC)
    page = present_home(tmp_path, is_demonstration=False, sees_runs=False)
    assert (page.sees_runs, page.latest) == (False, None)


def test_making_refuses_a_folder_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "runs" / "demonstration").mkdir(parents=True)
    (tmp_path / "runs" / "demonstration" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Problem, match="did not make"):
        demonstration.make(tmp_path, 100)
    demonstration.remove(tmp_path)
    assert (tmp_path / "runs" / "demonstration" / "mine.txt").exists()


def test_a_demonstration_is_made_once_and_removed_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    run = demonstration.make(tmp_path, 2000, lambda stage, done, total: told.append(stage))
    assert demonstration.is_ready(tmp_path)
    assert demonstration.standing(tmp_path) is None
    assert list(dict.fromkeys(told)) == list(demonstration.STAGES)
    sealed = (run / "manifest.json").stat().st_mtime_ns
    demonstration.make(tmp_path, 2000)
    assert (run / "manifest.json").stat().st_mtime_ns == sealed
    monkeypatch.setattr(demonstration, "__version__", "later")
    assert not demonstration.is_ready(tmp_path), "another version of the software makes its own"
    monkeypatch.undo()
    with hold(tmp_path / "demonstration.lock", "7"), pytest.raises(Problem, match="being made"):
        demonstration.remove(tmp_path)
    demonstration.remove(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] in (
        ["runs", "demonstration.lock"],
        ["demonstration.lock", "runs"],
    )
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_lock_is_free_when_its_holder_is_gone(tmp_path: Path) -> None:
    lock = tmp_path / "deep" / "x.lock"
    assert holder(lock) is None
    with hold(lock, "here"):
        assert holder(lock) == "here"
        with pytest.raises(Held) as held, hold(lock, "there"):
            pass
        assert held.value.note == "here"
    assert holder(lock) is None
