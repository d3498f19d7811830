"""A home with runs in every state, the product serving it, and a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.journeys import fixture_run, pictures
from tests.journeys.people import People
from tests.journeys.places import Places, prepare
from tests.journeys.serving import served
from tests.journeys.states import BARE, BROKEN, MAKING, WORLD
from tests.spec.assignment.chapters import reference_folder

from speccom import demonstration
from speccom.one_at_a_time import hold

OWN = "--no-demonstration"
BROKEN_RULES = """rule_id,service_code,dataset,criterion,reasoning
11T-1,NCBPS11T,apc,"any_procedure('kidny_transplant') AND aged >= 19",Misspelt.
13X-1,NOBODY,xyz,"any_procedure('heart_surgery') OR",Unfinished.
"""
RECORDS = 300_000 if pictures.WANTED else 4000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demonstration, small, and runs in every state."""
    home = tmp_path_factory.mktemp("world")
    small = fixture_run.make_run(home, "small", fixture_run.APC, fixture_run.OP, title="A small run")
    fixture_run.make_run(home, "dirty", fixture_run.DIRTY, title="Dirty activity")
    fixture_run.make_run(home, "unpriced", fixture_run.UNPRICED, title="Activity without prices")
    fixture_run.make_run(home, "empty", title="No records at all")
    long = fixture_run.write_rulebook(
        home / "made-for-tests" / "long",
        services_csv=fixture_run.FILES["services.csv"].replace(
            "Renal transplantation (adults)", "Pneumonoultramicroscopicsilicovolcanoconiosis " * 6
        ),
    )
    rows = fixture_run.APC.replace("a1,", f"{'record' * 20},").replace("RAA", "P" * 60)
    fixture_run.make_run(home, "long", rows, rulebook=long, title="A very long title " * 8)
    fixture_run.make_run(home, "small-again", fixture_run.APC, fixture_run.OP, title="The same again")
    fixture_run.write_activity(home / "activity" / "2025" / "april.csv", fixture_run.APC)
    fixture_run.write_activity(home / "activity" / "2025" / "may.csv", fixture_run.OP)
    fixture_run.leave_open(home, "open")
    fixture_run.leave_open(home, "silent", progress=False)
    fixture_run.leave_order(home, "waiting")
    fixture_run.leave_stopped(home, "stopped")
    fixture_run.leave_refused(home, "refused")
    fixture_run.leave_failed(home, "failed")
    fixture_run.break_copy(home, small, "broken-manifest", "manifest.json")
    fixture_run.break_copy(home, small, "broken-summary", "summary.parquet")
    fixture_run.break_copy(home, small, "no-rulebook", "rulebook")
    fixture_run.break_copy(home, small, "moved", "activity")
    made = demonstration.make(home, RECORDS)
    fixture_run.assign_run(made, reference_folder(home / "reference" / "chapters"))
    return home


@pytest.fixture(scope="session")
def unseen_service(world: Path) -> str:
    """A service that no rule of the demonstration can find."""
    manifest = json.loads((world / "runs" / "demonstration" / "manifest.json").read_text(encoding="utf-8"))
    return str(manifest["unseen_lines"][0])


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with nothing in it."""
    return tmp_path_factory.mktemp("bare")


@pytest.fixture(scope="session")
def addresses(world: Path, bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where the product serves each home: with everything, with nothing, being made, broken."""
    making = tmp_path_factory.mktemp("making")
    note = {"stage": "Making a synthetic year of activity", "done": 120_000, "total": 300_000, "problem": ""}
    (making / "demonstration-progress.json").write_text(json.dumps(note), encoding="utf-8")
    shelf = tmp_path_factory.mktemp("shelf")
    fixture_run.write_rulebook(shelf / "identification" / "small", rules_csv=BROKEN_RULES)
    odd = shelf / "identification" / "odd" / "rulebook.toml"
    odd.parent.mkdir()
    odd.write_text("id = ", encoding="utf-8")
    with ExitStack() as stack:
        stack.enter_context(hold(making / "demonstration.lock", "0"))
        found = {
            WORLD: stack.enter_context(served(world)),
            BARE: stack.enter_context(served(bare, OWN)),
            BROKEN: stack.enter_context(served(tmp_path_factory.mktemp("home"), OWN, rulebooks=shelf)),
            MAKING: stack.enter_context(served(making)),
        }
        yield {name: each.address for name, each in found.items()}


@pytest.fixture(scope="session")
def browser(browser_program: str) -> Iterator[Browser]:
    """The browser that all journeys share."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser_program)
        yield started
        started.close()


@pytest.fixture(scope="session")
def people(browser: Browser) -> People:
    """The people who use the product."""
    return People(browser)


@pytest.fixture(scope="session")
def places(addresses: dict[str, str], unseen_service: str, people: People, bare: Path, world: Path) -> Places:
    """Where each state shows, with somebody in it who has second factors, and cases with papers."""
    return prepare(addresses, unseen_service, people, bare, world)


@pytest.fixture
def address(addresses: dict[str, str]) -> str:
    """Where the home with everything is served."""
    return addresses[WORLD]
