"""A shelf with one small procedure, and people who do its acts."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.unit.casework.story import Story

START = datetime(2025, 4, 14, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def small_shelf(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """Rulebooks with nothing in them but the manual's three-state procedure."""
    shelf = tmp_path_factory.mktemp("shelf")
    shutil.copytree(repository / "rulebooks" / "calendars", shelf / "calendars")
    shutil.copy(repository / "rulebooks" / "roles.toml", shelf)
    shutil.copytree(
        repository / "tests" / "spec" / "processes" / "three-states",
        shelf / "processes" / "three-states" / "1",
    )
    return shelf


@pytest.fixture
def story(db: None, small_shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    """A case to which things happen through the door."""
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(small_shelf))
    return Story(START)
