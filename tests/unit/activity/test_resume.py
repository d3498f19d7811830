"""Stopping a run and going on with it: when it stops, when it may go on, and what it then refuses."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from tests.unit.activity.identified import canonical, small_rulebook
from tests.unit.activity.killed_runs import manifest_without_times, outputs, some_work, wait_for

from speccom import commands
from speccom.activity.at_work import STOP, WORKING, ask_to_stop, begin_work, worker_on
from speccom.activity.begun import BEGUN
from speccom.activity.doubts import CountedValue, Doubtful
from speccom.activity.identify import identify
from speccom.activity.label_journal import LabelJournal, Labelled
from speccom.activity.lines import LineBook
from speccom.activity.order import Order
from speccom.activity.prepare import prepare
from speccom.activity.resume import resume
from speccom.activity.run_folder import MANIFEST, PROGRESS, SAID, OpenRun, RunStopped
from speccom.problem import Problem
from speccom.rulebook.identification import load_identification

Tell = Callable[[str, int, int], None]


@pytest.fixture
def order(tmp_path: Path) -> Order:
    path = tmp_path / "year.csv"
    rows = "".join(f"r{number},apc,S{number // 3},2025-05-01,C34.9,1\n" for number in range(300))
    path.write_text(f"record_id,dataset,spell_id,activity_date,diagnoses,total_cost\n{rows}")
    more = canonical(
        tmp_path / "more.parquet", *({"diagnoses": ["C34", "x"]} for _ in range(60)), row_group_size=7
    )
    rulebook = small_rulebook(tmp_path / "rulebook")
    return Order(rulebook, [path, more], tmp_path / "labels.parquet", tmp_path / "run", threads=2)


def stop_in(stage: str) -> tuple[Event, Tell]:
    """An event, and a listener that sets it once a stage is half done."""
    asked = Event()

    def tell(now: str, done: int, total: int) -> None:
        if now == stage and (done * 2 >= total or total == 1):
            asked.set()

    return asked, tell


def stopped(order: Order, stage: str = "labelling") -> Path:
    asked, tell = stop_in(stage)
    with pytest.raises(RunStopped):
        identify(order, tell, asked)
    return order.run


@pytest.mark.parametrize("stage", ["reading", "labelling", "matching", "writing"])
def test_a_run_that_is_asked_to_stop_can_be_gone_on_with(order: Order, tmp_path: Path, stage: str) -> None:
    whole = replace(order, run=tmp_path / "whole", out=tmp_path / "whole" / "labels.parquet")
    identify(whole)
    run = stopped(replace(order, out=order.run / "labels.parquet"), stage)
    assert not (run / MANIFEST).exists()
    assert not (run / WORKING).exists()
    assert not list(run.rglob("*.partial"))
    resume(run)
    assert outputs(run) == outputs(whole.run)
    assert manifest_without_times(run) == manifest_without_times(whole.run)
    (moment,) = json.loads((run / MANIFEST).read_bytes())["resumed"]
    assert datetime.now(UTC) - datetime.fromisoformat(moment) < timedelta(minutes=5)


def test_a_run_says_where_it_stopped_and_how_to_go_on(order: Order) -> None:
    asked, tell = stop_in("matching")
    with pytest.raises(RunStopped) as said:
        identify(order, tell, asked)
    assert str(said.value).startswith(
        "The run was stopped while writing, 0% of it done. Nothing that was done"
    )
    assert str(said.value).endswith(f"Go on with `speccom resume {order.run}`.")


def test_an_old_request_to_stop_is_not_heard(order: Order) -> None:
    run = stopped(order)
    ask_to_stop(run)
    OpenRun.resume(run).let_go()
    assert not (run / STOP).exists()


def test_a_line_cut_short_costs_its_own_stretch_and_no_later_one(tmp_path: Path) -> None:
    rulebook = load_identification(small_rulebook(tmp_path / "rulebook"))
    nothing = Doubtful((), ())

    def journal() -> LabelJournal:
        return LabelJournal(tmp_path, LineBook(rulebook))

    with journal() as first:
        for number in range(3):
            first.add(Labelled(number, [number], nothing))
    path = tmp_path / "labelled.journal"
    path.write_bytes(path.read_bytes()[:-9])
    with journal() as second:
        assert list(second.labelled) == [0, 1]
        second.add(Labelled(7, [7], Doubtful((CountedValue(0, "age", "odd", "é\n", 2, 5, "r"),), ((0, 3),))))
    with journal() as third:
        assert list(third.labelled) == [0, 1, 7]
        assert third.labelled[7].doubtful.values[0].text == "é\n"
        assert third.labelled[7].doubtful.outside == ((0, 3),)


def test_what_is_whole_is_not_done_again(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped(order, "writing")

    def again(*given: object, **more: object) -> None:
        raise AssertionError("done again")

    monkeypatch.setattr("speccom.activity.identify.prepare", again)
    monkeypatch.setattr("speccom.activity.labelling.Labelling.label", again)
    assert resume(order.run)["counts"]["rows"] == 360


@pytest.mark.parametrize(
    "damaged", ["scratch/labels.scratch", "scratch/spells_2.scratch", "activity/part-000.parquet"]
)
def test_what_is_not_as_it_was_left_is_done_again(order: Order, tmp_path: Path, damaged: str) -> None:
    whole = replace(order, run=tmp_path / "whole")
    identify(whole)
    labels = order.out.read_bytes()
    path = stopped(order, "writing") / damaged
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    resume(order.run)
    assert order.out.read_bytes() == labels
    assert outputs(order.run) == outputs(whole.run)


def test_a_moved_folder_goes_on_by_itself(
    order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stopped(replace(order, out=order.run / "labels.parquet"))
    elsewhere = tmp_path / "elsewhere" / "run"
    shutil.copytree(run, elsewhere)
    shutil.rmtree(run)
    shutil.rmtree(order.rulebook)
    monkeypatch.chdir(tmp_path / "elsewhere")
    resume(Path("run"))
    assert (elsewhere / "labels.parquet").exists()
    assert not run.exists()


# --- what a run that goes on refuses, and leaves as it is ---


def refused(run: Path) -> str:
    before = outputs(run)
    with pytest.raises(Problem) as said:
        resume(run)
    assert {name: data for name, data in outputs(run).items() if name != SAID} == before
    return str(said.value)


@pytest.mark.parametrize("stage", ["reading", "writing"])
@pytest.mark.parametrize("number", [0, 1])
def test_activity_that_has_changed(order: Order, stage: str, number: int) -> None:
    run = stopped(order, stage)
    path = order.activity[number]
    seen = path.stat()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"C34", b"C35") if number == 0 else data[:-1] + b"2")
    if stage == "writing":
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))  # known by its content all the same
    assert refused(run) == (
        f"{path}: this file has changed since the run began. Put it back as it was, or begin a new run."
    )
    path.write_bytes(data)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    resume(run)


def test_activity_that_is_gone(order: Order) -> None:
    run = stopped(order)
    order.activity[1].unlink()
    assert "more.parquet: there is no such file" in refused(run)


def test_a_rulebook_that_has_changed(order: Order) -> None:
    run = stopped(order)
    services = order.rulebook / "services.csv"
    services.write_text(services.read_text().replace("Lungs", "Lung"))
    assert "the rulebook has changed since the run began" in refused(run)


def test_layouts_that_have_changed(
    order: Order, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stopped(order)
    shelf = tmp_path / "shelf"
    shutil.copytree(repository / "rulebooks" / "layouts", shelf / "layouts")
    (shelf / "layouts" / "canonical.toml").open("a").write("\n")
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(shelf))
    assert "layouts of activity files have changed" in refused(run)


def test_another_version_of_the_software(order: Order) -> None:
    run = stopped(order)
    begun = json.loads((run / BEGUN).read_bytes())
    (run / BEGUN).write_text(json.dumps({**begun, "code_version": "0.0.1"}))
    assert "begun by speccom 0.0.1, and this is" in refused(run)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"inputs": []}', "half of it"])
def test_a_folder_that_keeps_no_order(order: Order, text: str) -> None:
    run = stopped(order)
    (run / BEGUN).write_text(text)
    assert "holds no run that was begun and stopped" in refused(run)


def test_a_finished_run_is_said_to_be(order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    identify(order)
    (order.run / "scratch").mkdir()  # left by a run that was killed when it was sealed
    assert "is finished, so there is nothing to go on with" in refused(order.run)
    assert commands.main(["resume", str(order.run)]) == 0
    assert capsys.readouterr().out == f"This run is finished already: {order.run}\n"
    assert not (order.run / "scratch").exists()


def test_no_run_of_that_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["resume", "nowhere"]) == 2
    assert "nowhere: there is no such run" in capsys.readouterr().err


def test_a_run_is_found_by_its_name(order: Order, speccom_home: Path) -> None:
    run = stopped(replace(order, run=speccom_home / "runs" / "mine"))
    assert commands.main(["resume", "mine"]) == 0
    assert (run / MANIFEST).exists()


def test_an_unfinished_run_is_no_activity(order: Order, tmp_path: Path) -> None:
    run = stopped(order, "writing")
    for path in (run / "activity" / "part-000.parquet", run / "labels.parquet"):
        with pytest.raises(Problem, match="part of a run that is not finished, so it may not be whole"):
            prepare(path, folder=tmp_path)
    resume(run)
    assert prepare(run / "activity" / "part-000.parquet", folder=tmp_path).rows == 300


# --- who works on a run ---


def test_a_run_that_is_worked_on_is_left_alone(order: Order) -> None:
    run = stopped(order)
    other = OpenRun.resume(run)
    worker = worker_on(run)
    assert worker is not None
    assert worker.process == os.getpid()
    assert f"at this moment, by process {os.getpid()} on " in refused(run)
    other.let_go()
    assert worker_on(run) is None
    resume(run)


@pytest.mark.parametrize(
    ("changes", "lives"),
    [
        ({}, True),
        ({"began": "another start"}, False),
        ({"process": 2**22 + 1}, False),
        ({"began": "", "beat": "2020-01-01T00:00:00+00:00"}, False),
        ({"began": ""}, True),
        ({"began": "", "process": 2**22 + 1}, False),
        ({"machine": "another"}, True),
        ({"machine": "another", "beat": "2020-01-01T00:00:00+00:00"}, False),
        ({"beat": "2020-01-01T00:00:00+00:00"}, True),  # a suspended process may wake up
        ({"beat": "yesterday"}, False),
    ],
)
def test_a_living_process_is_told_from_a_dead_one(
    tmp_path: Path, changes: dict[str, object], lives: bool
) -> None:
    end = begin_work(tmp_path, Event())
    note = json.loads((tmp_path / WORKING).read_bytes())
    end()
    (tmp_path / WORKING).write_text(json.dumps({**note, **changes}))
    assert (worker_on(tmp_path) is not None) is lives


def test_a_run_says_every_second_that_it_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("speccom.activity.at_work._SECONDS_BETWEEN_BEATS", 0.01)
    asked = Event()
    end = begin_work(tmp_path, asked)
    (tmp_path / WORKING).unlink()
    ask_to_stop(tmp_path)
    assert asked.wait(10)
    while worker_on(tmp_path) is None:
        time.sleep(0.01)
    end()
    assert [path.name for path in tmp_path.iterdir()] == [STOP]


# --- as processes of their own ---


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT, STOP])
def test_a_process_stops_when_it_is_asked(
    tmp_path: Path, repository: Path, way: signal.Signals | str
) -> None:
    rulebook = repository / "rulebooks" / "identification" / "illustrative" / "2025-26"
    work = some_work(tmp_path, rulebook, stretch=50)
    run = tmp_path / "run"
    process = work.begin(run)
    wait_for(run / PROGRESS, process)
    assert worker_on(run) is not None
    if isinstance(way, str):
        ask_to_stop(run)
    else:
        process.send_signal(way)
    assert process.wait(120) == 130
    assert worker_on(run) is None
    assert commands.main(["resume", str(run)]) == 0
    assert not (run / STOP).exists()


def test_the_process_of_a_live_run_is_named(tmp_path: Path, repository: Path) -> None:
    work = some_work(tmp_path, repository / "rulebooks" / "identification" / "illustrative" / "2025-26")
    run = tmp_path / "run"
    process = work.begin(run)
    wait_for(run / PROGRESS, process)
    process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(Problem, match=f"at this moment, by process {process.pid} "):
            resume(run)
    finally:
        process.kill()
        process.wait()
    assert commands.main(["resume", str(run)]) == 0
