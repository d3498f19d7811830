"""The first pass over files as Spark's tasks do it, with the tasks carried out here, one after the other."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.unit.activity.random_activity import make_case
from tests.unit.activity.test_identify_generated import check, digests, run

from speccom.activity import identify
from speccom.activity.resume import resume
from speccom.activity.run_folder import SCRATCH
from speccom.activity.spark import label_files
from speccom.activity.spark.file_labels import FileLabels
from speccom.problem import Problem

SEEDS = range(12)
FAILURE = """An exception was thrown from the Python worker:
Traceback (most recent call last):
  File "worker.py", line 1
ModuleNotFoundError: No module named 'speccom'
 SQLSTATE: 38000

JVM stacktrace:
at org.apache.spark"""
Outcomes = list[tuple[int, bytes | None]]


def carried_out(work: FileLabels, numbers: Sequence[int]) -> Outcomes:
    sent: FileLabels = pickle.loads(pickle.dumps(work))
    batches = [pa.record_batch({"id": pa.array([number])}) for number in numbers]
    return [(row["number"], row["problem"]) for batch in sent(batches) for row in batch.to_pylist()]


def last_first(work: FileLabels, threads: int, tell: label_files.Tell) -> Outcomes:
    return carried_out(work, range(len(work.activity))[::-1])


@pytest.fixture
def without_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_files, "find_spec", lambda name: name)
    monkeypatch.setattr(label_files, "_outcomes", last_first)


@pytest.mark.usefixtures("without_spark")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_goes_on_from_what_the_tasks_left_to_the_same_bytes(seed: int, tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", seed)
    manifest = run(case, tmp_path / "spark", engine="spark")
    check(case, tmp_path / "spark", manifest)
    assert digests(manifest) == digests(run(case, tmp_path / "kernel"))
    assert not (tmp_path / "spark" / "run" / SCRATCH).exists()


@pytest.mark.usefixtures("without_spark")
def test_a_run_stopped_among_its_files_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(tmp_path / "case", 1)
    assert len(case.paths) > 1

    def one_and_no_more(work: FileLabels, threads: int, tell: label_files.Tell) -> Outcomes:
        carried_out(work, [1])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(label_files, "_outcomes", one_and_no_more)
        with pytest.raises(KeyboardInterrupt):
            run(case, tmp_path / "spark", engine="spark")
    manifest = resume(tmp_path / "spark" / "run")
    assert digests(manifest) == digests(run(case, tmp_path / "kernel"))


@pytest.mark.usefixtures("without_spark")
def test_a_run_stopped_after_its_labels_asks_nothing_of_spark_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(tmp_path / "case", 1)

    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(identify, "repeated_rows", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(case, tmp_path / "spark", engine="spark")
    monkeypatch.setattr(label_files, "_outcomes", interrupted)
    assert digests(resume(tmp_path / "spark" / "run")) == digests(run(case, tmp_path / "kernel"))


@pytest.mark.usefixtures("without_spark")
def test_what_is_wrong_with_a_file_is_said_as_ever(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", 1)
    case.paths[1].write_bytes(b"PAR1 and nothing else")
    said = []
    for engine in ("kernel", "spark"):
        with pytest.raises(Problem) as caught:
            run(case, tmp_path / engine, engine=engine)
        said.append(str(caught.value).replace(str(case.paths[1].parent), ""))
    assert said[0] == said[1]


def test_a_file_that_is_not_there_is_missed_before_spark_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_files, "find_spec", lambda name: name)
    monkeypatch.setattr(label_files, "_outcomes", lambda *given: pytest.fail("Spark was asked"))
    case = make_case(tmp_path / "case", 1)
    case.paths[1].unlink()
    with pytest.raises(Problem, match="there is no such file"):
        run(case, tmp_path / "spark", engine="spark")


def test_without_spark_there_is_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_files, "find_spec", lambda name: None)
    with pytest.raises(Problem, match=r"Spark is not installed here.*speccom\[spark\]"):
        run(make_case(tmp_path / "case", 1), tmp_path / "spark", engine="spark")
    assert not (tmp_path / "spark" / "run").exists()


@pytest.mark.parametrize(
    ("failure", "in_short"),
    [
        ("Task failed", "Task failed"),
        (
            FAILURE,
            "ModuleNotFoundError: No module named 'speccom'",
        ),
        ("", "it did not say why"),
    ],
)
def test_what_spark_says_is_told_in_short(failure: str, in_short: str) -> None:
    assert label_files._in_short(failure) == in_short


def not_renumbered(part: label_files.Part, book: label_files.LineBook) -> label_files.Numbers:
    book.number(part.book.numbered())
    return np.arange(len(part.book.numbered()), dtype=np.int32)


def of_no_file(
    part: label_files.Part,
    chunk: label_files.Chunk,
    labelling: label_files.Labelling,
    here: label_files.Chunk,
) -> label_files.Labelled:
    left = part.journal.labelled[chunk.number].doubtful
    return label_files.Labelled(here.number, labelling.checksums(here), left)


@pytest.mark.usefixtures("without_spark")
@pytest.mark.parametrize(("name", "fault"), [("_renumbered", not_renumbered), ("_noted", of_no_file)])
def test_a_fault_in_taking_over_is_noticed(
    name: str, fault: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(label_files, name, fault)
    for seed in SEEDS:
        case = make_case(tmp_path / f"case {seed}", seed)
        manifest = run(case, tmp_path / f"spark {seed}", engine="spark")
        if digests(manifest) != digests(run(case, tmp_path / f"kernel {seed}")):
            return
    pytest.fail("not noticed")
