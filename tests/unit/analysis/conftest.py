from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.journeys import fixture_run

from speccom.analysis.run_folders import RunFolder, find_run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    fixture_run.make_run(folder, "small", fixture_run.APC, fixture_run.OP)
    fixture_run.make_run(folder, "dirty", fixture_run.DIRTY)
    return folder


@pytest.fixture
def small(home: Path) -> RunFolder:
    return find_run(home, "small")


@pytest.fixture
def dirty(home: Path) -> RunFolder:
    return find_run(home, "dirty")


@pytest.fixture
def client(home: Path, settings: Settings) -> Client:
    settings.SPECCOM_HOME = home
    settings.DEMONSTRATION = True  # where a visitor sees runs and records
    return Client(HTTP_HOST="localhost")
