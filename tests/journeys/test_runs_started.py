"""Runs started, stopped, gone on with and set side by side in the browser, by an analyst."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys import fixture_run
from tests.journeys.people import People

TAKES = 90_000  # milliseconds, on a machine that does other things too


@pytest.fixture
def page(people: People, address: str) -> object:
    opened = people.page(address, "analyst", viewport={"width": 1280, "height": 900})
    yield opened
    opened.context.close()


@pytest.fixture
def plain(people: People, address: str) -> object:
    """A browser without JavaScript."""
    opened = people.page(address, "analyst", java_script_enabled=False)
    yield opened
    opened.context.close()


def test_an_analyst_starts_a_run_follows_it_and_reads_who_pays(page: Page, address: str) -> None:
    page.goto(f"{address}/runs")
    page.get_by_role("button", name="Start a run").click()
    page.get_by_label("Activity", exact=True).select_option("2025/")
    page.get_by_label("Rulebook", exact=True).select_option("illustrative-identification@2025-26")
    page.get_by_label("Who pays", exact=True).select_option("validation-tool-5.3/chapters")
    page.get_by_label("Title").fill("April and May")
    page.get_by_role("button", name="Start the run").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("April and May")
    expect(page.locator(".nhsuk-lede-text")).to_contain_text("of 11 records", timeout=TAKES)
    page.get_by_role("link", name="How it was made").click()
    expect(page.locator("main")).to_contain_text("Ben Carter")
    page.goto(f"{address}/runs")
    page.get_by_role("link", name="Who pays: April and May").click(timeout=TAKES)
    expect(page.locator(".nhsuk-lede-text")).to_contain_text("of 11 records")


def test_a_run_is_followed_without_javascript(plain: Page, address: str) -> None:
    plain.goto(f"{address}/runs/new")
    plain.get_by_label("Activity", exact=True).select_option("2025/may.csv")
    plain.get_by_role("button", name="Start the run").click()
    for _ in range(200):
        if not plain.get_by_role("link", name="Look again").count():
            break
        plain.get_by_role("link", name="Look again").click()
        plain.wait_for_timeout(300)
    expect(plain.get_by_role("heading", level=1)).to_have_text("2025/may.csv")


def test_what_is_missing_in_the_form_is_said_and_nothing_entered_is_lost(page: Page, address: str) -> None:
    page.goto(f"{address}/runs/new")
    page.get_by_label("Title").fill("t" * 130)
    page.get_by_role("button", name="Start the run").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("The title must be 120 characters or fewer")
    summary.get_by_role("link").click()
    expect(page.get_by_label("Title")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value("t" * 130)


def test_a_stopped_run_goes_on(page: Page, address: str, world: Path) -> None:
    fixture_run.leave_stopped(world, "to-go-on")
    page.goto(f"{address}/runs/to-go-on")
    expect(page.get_by_role("heading", level=1)).to_contain_text("This run was stopped")
    page.get_by_role("button", name="Go on with the run").click()
    expect(page.get_by_role("link", name="How it was made")).to_be_visible(timeout=TAKES)
    page.get_by_role("link", name="How it was made").click()
    expect(page.locator("main")).to_contain_text("Gone on with")


def test_a_run_that_is_going_is_asked_to_stop(page: Page, address: str, world: Path) -> None:
    folder = fixture_run.leave_open(world, "to-stop")
    page.goto(f"{address}/runs/to-stop")
    page.get_by_role("button", name="Stop the run").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("This run is stopping")
    assert (folder / "stop").exists()


def test_two_runs_are_set_side_by_side(page: Page, address: str) -> None:
    page.goto(f"{address}/runs/small")
    page.get_by_role("link", name="Beside another run").click()
    page.get_by_label("The second run").select_option("unpriced")
    page.get_by_role("button", name="Set it beside").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Two runs side by side")
    services = page.get_by_role("region", name=re.compile("^By service"))
    expect(services).to_contain_text("Renal transplantation")
