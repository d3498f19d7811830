"""A case that everybody may see, about something that not everybody may."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.unit.casework.story import CLINICIAN, OFFICER, Story

from speccom.casework.models import CaseRow


@pytest.fixture
def answered(story: Story) -> CaseRow:
    """A case that is there for everybody, about something that is not public."""
    story.did(CLINICIAN, "ask", reason="rarity", question="a", answer="b")
    story.did(OFFICER, "answer", finding="agreed")
    return CaseRow.objects.get()


@pytest.fixture
def small_shelf(small_shelf: Path, tmp_path: Path) -> Path:
    """The three states, the reason being what a case is about."""
    shelf = Path(shutil.copytree(small_shelf, tmp_path / "shelf"))
    rulebook = shelf / "processes" / "three-states" / "1" / "rulebook.toml"
    rulebook.write_text('subject = "reason"\n' + rulebook.read_text())
    return shelf
