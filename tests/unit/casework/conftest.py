"""A shelf with one small procedure, and people who do its acts."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from tests.installation import Installation, database_beside
from tests.unit.casework.story import Story

SHIPPED = {"individual-funding-request": "2018", "urgent-policy-statement": "2026"}
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


@pytest.fixture
def installation(tmp_path: Path, small_shelf: Path) -> Iterator[Installation]:
    """A home on disk; its database is on the server that DATABASE_URL names, where it names one."""
    with database_beside(os.environ.get("DATABASE_URL", ""), f"speccom_{uuid4().hex}") as address:
        yield Installation(tmp_path / "home", small_shelf, address)


@pytest.fixture(scope="session")
def open_shelf(small_shelf: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped procedures without their requirements, and the three states with theirs."""
    shelf = Path(shutil.copytree(small_shelf, tmp_path_factory.mktemp("open") / "shelf"))
    for name, version in SHIPPED.items():
        folder = shelf / "processes" / name / version
        shutil.copytree(repository / "rulebooks" / "processes" / name / version, folder)
        _take_requirements_off(folder / "transitions.csv")
    return shelf


def _take_requirements_off(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, "requires": "", "records": ""} for row in rows)
