"""A rulebook that cannot be used: visitors are told which and what is wrong, and the log where it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.journeys import fixture_run

from speccom.rulebook import find

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shelf with one small rulebook."""
    settings.SPECCOM_HOME = tmp_path / "home"
    settings.SPECCOM_HOME.mkdir()
    monkeypatch.setenv("SPECCOM_HOME", str(settings.SPECCOM_HOME))
    folder = tmp_path / "on-disk"
    folder.mkdir()
    shutil.copy(find.shelf() / "roles.toml", folder / "roles.toml")
    monkeypatch.setenv("SPECCOM_RULEBOOKS", str(folder))
    fixture_run.write_rulebook(folder / "identification" / "2025-26")
    return folder


def said(path: str) -> str:
    return Client(HTTP_HOST="localhost").get(path).content.decode()


@pytest.mark.parametrize(
    ("line", "name"),
    [('valid_from = "soon"', "small 2025-26"), ("version = 7", "first"), ("this is no TOML", "first")],
)
def test_an_unreadable_rulebook_is_named_without_its_place(
    shelf: Path, caplog: pytest.LogCaptureFixture, line: str, name: str
) -> None:
    folder = fixture_run.write_rulebook(shelf / "identification" / "first")
    file = folder / "rulebook.toml"
    key = line.split(" ")[0]
    kept = [each for each in file.read_text().splitlines() if not each.startswith(key)]
    file.write_text("\n".join([*kept, line]))
    page = said("/rulebooks")
    assert f'<li class="speccom-long">{name}: ' in page
    assert "on-disk" not in page
    assert str(file) in caplog.text


@pytest.mark.parametrize("path", ["", "/codes/kidney_transplant", "/rulebook.xlsx", "/changes-from/2025-26"])
def test_a_broken_rulebook_is_named_without_its_place(
    shelf: Path, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    file = shelf / "identification" / "2025-26" / "rules.csv"
    (chosen,) = find.list_rulebooks("identification")
    file.write_bytes(b"\xff\xfe")
    answer = Client(HTTP_HOST="localhost").get(f"/rulebooks/{chosen.id}/{chosen.version}{path}")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert f"Where: {chosen.id} {chosen.version}" in page
    assert "on-disk" not in page
    assert str(file.parent) in caplog.text


def test_the_services_of_a_broken_rulebook_name_it_without_its_place(shelf: Path) -> None:
    (shelf / "identification" / "2025-26" / "rules.csv").unlink()
    page = said("/services")
    assert "cannot be used" in page
    assert "on-disk" not in page
