"""A case goes on under another version of its process by an event, and only where that knows its state."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework.door import Done
from speccom.casework.ledger import events_of, verify
from speccom.casework.models import CaseRow
from speccom.casework.newer_version import MOVED_TO_VERSION, Move, move
from speccom.casework.read_model import differences
from speccom.problem import Problem
from speccom.process.decide import Actor, Refused

KEEPER = Actor("00000000-0000-0000-0000-00000000000c", frozenset({"administrator"}))


@pytest.fixture
def two_versions(story: Story, small_shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    """The story, on a shelf with a second version in which one state has another name."""
    shelf = tmp_path / "shelf"
    shutil.copytree(small_shelf, shelf)
    second = shelf / "processes" / "three-states" / "2"
    shutil.copytree(shelf / "processes" / "three-states" / "1", second)
    first = shelf / "processes" / "three-states" / "1" / "rulebook.toml"
    first.write_text(first.read_text(encoding="utf-8").replace("2026-03-31", "2025-05-31"), encoding="utf-8")
    for name, old, new in (
        ("rulebook.toml", 'version = "1"', 'version = "2"'),
        ("rulebook.toml", "2025-04-01", "2025-06-01"),
        ("rulebook.toml", "2025-05-31", "2026-03-31"),
        ("states.csv", "Asked", "Asked for"),
    ):
        path = second / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    for path in second.rglob("*.*"):
        path.write_text(path.read_text(encoding="utf-8").replace("paused", "halted"), encoding="utf-8")
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(shelf))
    return story


def asked(story: Story, version: str, actor: Actor = KEEPER, why: str = "The procedure was revised") -> Move:
    return Move(f"move-to-{version}", story.case, version, actor, story.now, why)


def test_a_case_is_moved_by_an_event(two_versions: Story) -> None:
    two_versions.did(CLINICIAN, "ask")
    outcome = move(asked(two_versions, "2"))
    assert isinstance(outcome, Done)
    event = events_of(two_versions.case)[-1]
    assert (event.kind, event.source, event.target) == (MOVED_TO_VERSION, "asked", "asked")
    assert CaseRow.objects.get().process == event.process
    assert event.process.startswith("three-states@2#")
    two_versions.did(OFFICER, "pause")
    assert CaseRow.objects.get().state == "halted"
    assert verify().wrong == ""
    assert list(differences()) == []


def test_what_is_refused(two_versions: Story) -> None:
    two_versions.did(CLINICIAN, "ask")
    with pytest.raises(Problem, match="no version 3"):
        move(asked(two_versions, "3"))
    with pytest.raises(Problem, match="under that version already"):
        move(asked(two_versions, "1"))
    with pytest.raises(Problem, match="reason is missing"):
        move(asked(two_versions, "2", why=" "))
    assert isinstance(move(asked(two_versions, "2", actor=OFFICER)), Refused)
    two_versions.did(OFFICER, "pause")
    with pytest.raises(Problem, match="does not know the state"):
        move(asked(two_versions, "2"))
    assert CaseRow.objects.get().version == 2
