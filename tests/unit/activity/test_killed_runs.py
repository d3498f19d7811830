"""Runs that are killed at any moment and gone on with: their outputs are those of an undisturbed run."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from tests.spec.assignment.chapters import reference_folder
from tests.unit.activity.killed_runs import (
    Work,
    die,
    manifest_without_times,
    outputs,
    resumed,
    some_work,
    stretches_left,
    wait_for,
)

from speccom import commands
from speccom.activity.begun import BEGUN
from speccom.activity.run_folder import MANIFEST

MOMENTS = 20


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Work:
    rulebook = repository / "rulebooks" / "identification" / "illustrative" / "2025-26"
    return some_work(tmp_path_factory.mktemp("activity"), rulebook)


@pytest.fixture(scope="module")
def undisturbed(work: Work, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A run that nobody stopped, and how many seconds it took once its folder was there."""
    run = tmp_path_factory.mktemp("undisturbed") / "run"
    process = work.begin(run)
    wait_for(run, process)
    begun = time.monotonic()
    assert process.wait(120) == 0
    return run, time.monotonic() - begun


def same(run: Path, undisturbed: Path) -> bool:
    return outputs(run) == outputs(undisturbed) and manifest_without_times(run) == manifest_without_times(
        undisturbed
    )


def test_twenty_random_moments(work: Work, undisturbed: tuple[Path, float], tmp_path: Path) -> None:
    whole, seconds = undisturbed
    chance = random.Random(20)
    killed, labelled = 0, set()
    for number in range(MOMENTS):
        run = tmp_path / str(number) / "run"
        run.parent.mkdir()
        process = work.begin(run)
        wait_for(run, process)
        time.sleep((number + chance.random()) / MOMENTS * seconds)
        process.kill()
        process.wait()
        if not (run / MANIFEST).exists():
            killed += 1
            labelled.add(stretches_left(run))
        assert resumed(run, work) == 0
        assert same(run, whole)
    assert killed >= MOMENTS // 2
    assert len(labelled) > 1


@pytest.mark.parametrize(
    ("when", "name", "share"),
    [
        ("half", BEGUN, 0.5),
        ("after", BEGUN, 0),
        ("before", "rulebook", 0),
        ("half", "part-000.parquet", 0.9),
        ("half", "part-000.json", 0.5),
        ("half", "journal", 0.7),
        ("after", "labels.parquet", 0),
        ("after", "faults.parquet", 0),
        ("half", MANIFEST, 0.6),
        ("before", MANIFEST, 0),
        ("after", MANIFEST, 0),
    ],
)
def test_chosen_moments(
    work: Work, undisturbed: tuple[Path, float], tmp_path: Path, when: str, name: str, share: float
) -> None:
    run = tmp_path / "run"
    assert die(work.words(run), when, name, share) == -9
    assert (run / MANIFEST).exists() == (when == "after" and name == MANIFEST)
    assert resumed(run, work) == 0
    assert same(run, undisturbed[0])


@pytest.mark.parametrize(
    ("when", "name", "share"),
    [("after", "part-000.json", 0), ("half", "answers.parquet", 0.8), ("half", MANIFEST, 0.5)],
)
def test_an_assignment(work: Work, tmp_path: Path, when: str, name: str, share: float) -> None:
    reference = reference_folder(tmp_path / "reference")
    whole, run = tmp_path / "whole" / "run", tmp_path / "run"
    assert commands.main(work.assignment(reference, whole)) == 0
    assert die(work.assignment(reference, run), when, name, share) == -9
    assert commands.main(["resume", str(run)]) == 0
    assert same(run, whole)
