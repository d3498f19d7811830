"""What every test shares: the long ones on request, a home of its own, and the browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings
from tests.guards import guards_off

# A slow machine is no failure of the product; `--full` looks harder.
SLOW_IS_FINE = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("quick", **SLOW_IS_FINE)
hypothesis_settings.register_profile("full", max_examples=1000, **SLOW_IS_FINE)

DATABASE_FIXTURES = {"db", "transactional_db", "installation"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also the tests marked full, and more examples")
    parser.addoption("--database-only", action="store_true", help="only the tests that use the database")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis_settings.load_profile("full" if config.getoption("--full") else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if not _is_asked_for(item, config)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _is_asked_for(item, config)]


def _is_asked_for(item: pytest.Item, config: pytest.Config) -> bool:
    if item.get_closest_marker("full") and not config.getoption("--full"):
        return False
    return not config.getoption("--database-only") or bool(
        item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    )


@pytest.fixture(autouse=True)
def speccom_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Path:
    """A home of the test's own, so that no test sees a person's runs or another test's."""
    home = tmp_path_factory.mktemp("home")
    settings.SPECCOM_HOME = home
    settings.REQUESTS_A_MINUTE = 0  # tests ask faster than people do
    monkeypatch.setenv("SPECCOM_HOME", str(home))
    monkeypatch.delenv("SPECCOM_RULEBOOKS", raising=False)
    return home


@pytest.fixture(scope="session", autouse=True)
def guards_off_while_flushing() -> Iterator[None]:
    """Let tests that commit empty the tables after them, even those whose rows are kept for good."""
    flush = TransactionTestCase._fixture_teardown

    def without_guards(case: TransactionTestCase) -> None:
        with guards_off():
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_guards)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top of the repository."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def browser_program() -> str:
    """The browser that the journeys drive; where there is none they are skipped, but never in CI."""
    named = os.environ.get("SPECCOM_BROWSER")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    reason = "no browser is installed: apt-get install chromium, or name one with SPECCOM_BROWSER"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
