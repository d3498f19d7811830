"""Orders that are left for a process to take up, and what follows or is said where they cannot be done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.spec.assignment.chapters import reference_folder
from tests.unit.activity.identified import small_rulebook

from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.at_work import STOP, ask_to_stop, hand_over, worker_on
from speccom.activity.identify import leave_identification
from speccom.activity.order import Order
from speccom.activity.resume import resume
from speccom.activity.run_folder import MANIFEST, SAID, OpenRun
from speccom.problem import Problem

ROWS = "a,apc,S1,2025-06-01,C34.9,1\nb,apc,S1,2025-06-01,I10,2\nc,apc,,2025-06-01,I10,3\n"


@pytest.fixture
def order(tmp_path: Path) -> Order:
    path = tmp_path / "june.csv"
    path.write_text(f"record_id,dataset,spell_id,activity_date,diagnoses,total_cost\n{ROWS}")
    run = tmp_path / "runs" / "june"
    return Order(
        small_rulebook(tmp_path / "rulebook"), [path], run / "labels.parquet", run, title="June", threads=1
    )


@pytest.fixture
def assignment(order: Order, tmp_path: Path) -> AssignmentOrder:
    reference = reference_folder(tmp_path / "reference")
    run = order.run.with_name("payers")
    return AssignmentOrder(reference, order.activity, run / "answers.parquet", run, title="June")


def manifest(run: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((run / MANIFEST).read_bytes())
    return found


def test_an_order_is_left_and_taken_up(order: Order) -> None:
    leave_identification(order, "Ada Marsh")
    assert [path.name for path in order.run.iterdir()] == ["order.json"]
    with pytest.raises(FileExistsError):
        leave_identification(order, "Ada Marsh")
    resume(order.run)
    said = manifest(order.run)
    assert (said["title"], said["by"], said["resumed"]) == ("June", "Ada Marsh", [])


def test_an_assignment_follows_what_was_identified(order: Order, assignment: AssignmentOrder) -> None:
    leave_identification(order, "Ada Marsh", assignment)
    resume(order.run)
    payers = order.run.with_name("june-payers")
    said = manifest(payers)
    assert (said["kind"], said["title"], said["by"]) == ("assignment", "June", "Ada Marsh")
    outputs = manifest(order.run)["outputs"]
    assert isinstance(outputs, dict)
    assert said["labels"] == outputs["labels"]["sha256"]
    assert pq.read_table(payers / "answers.parquet").num_rows == 3


def test_why_an_assignment_cannot_follow_is_said_beside_it(order: Order, assignment: AssignmentOrder) -> None:
    leave_identification(order, "", replace(assignment, method="by-guess"))
    with pytest.raises(Problem, match="by-guess"):
        resume(order.run)
    assert (order.run / MANIFEST).exists()
    assert "by-guess" in (order.run.with_name("june-payers") / SAID).read_text()


def test_why_a_run_could_not_go_on_is_said_in_its_folder(order: Order) -> None:
    leave_identification(order, "")
    path = order.activity[0]
    path.write_text(path.read_text() + "d,apc,,2025-06-01,I10,3\n")
    with pytest.raises(Problem):
        resume(order.run)
    assert "this file has changed since the run began" in (order.run / SAID).read_text()
    assert (order.run / "order.json").exists()


def test_why_a_run_cannot_be_done_at_all_is_all_that_it_leaves(order: Order) -> None:
    order.activity[0].write_text("not a file\nof activity\n")
    leave_identification(order, "")
    with pytest.raises(Problem):
        resume(order.run)
    assert [path.name for path in order.run.iterdir()] == [SAID]


def test_a_process_that_has_ended_is_not_at_work_though_nobody_was_told(tmp_path: Path) -> None:
    program = (
        "import sys, os; from pathlib import Path; from threading import Event;"
        "from speccom.activity.at_work import begin_work; begin_work(Path(sys.argv[1]), Event());"
        "print('begun', flush=True); sys.stdin.readline(); os._exit(0)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdin
        process.stdout.readline()
        worker = worker_on(tmp_path)
        assert worker is not None
        assert worker.process == process.pid
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.stdout.read()  # it has ended, and is not waited for yet
        while worker_on(tmp_path):
            pass


def test_an_order_that_was_handed_over_is_worked_on_and_can_be_stopped_at_once(order: Order) -> None:
    leave_identification(order, "")
    ask_to_stop(order.run)
    hand_over(order.run, os.getpid())
    worker = worker_on(order.run)
    assert worker is not None
    assert worker.process == os.getpid()
    assert not (order.run / STOP).exists()
    ask_to_stop(order.run)
    OpenRun.resume(order.run).let_go()
    assert (order.run / STOP).exists()
