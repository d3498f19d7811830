"""A page that lies open when the session ends: somebody is asked before, and what it shows is taken away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from tests.journeys.people import People
from tests.journeys.test_every_page import TAGS

ANNE, WARNING = "administrator", "You will soon be signed out"
MINUTE, HOUR = 60, 3600


@pytest.fixture
def context(people: People, address: str) -> Iterator[BrowserContext]:
    """Anne's browser, whose clock the test moves on."""
    opened = people.context(address, ANNE)
    opened.clock.install()
    opened.route("**/sign-in?*", lambda route: route.fulfill(body="Signed out"))
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    opened = context.new_page()
    opened.goto(f"{address}/people")
    return opened


def test_somebody_is_asked_and_may_stay(context: BrowserContext, page: Page) -> None:
    context.clock.fast_forward("27:30")
    expect(page.get_by_role("dialog")).to_have_count(0)
    context.clock.fast_forward("00:40")
    expect(page.get_by_role("dialog", name=WARNING)).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 640})
        found = Axe().run(page, options={"runOnly": TAGS})
        assert not found.response["violations"], found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    with page.expect_request(lambda request: request.method == "HEAD"):
        page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    context.clock.fast_forward("27:30")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    context.clock.fast_forward("00:40")
    expect(page.get_by_role("dialog", name=WARNING)).to_be_visible()


def test_at_the_end_the_page_leads_to_signing_in_and_back(
    context: BrowserContext, page: Page, address: str
) -> None:
    context.clock.fast_forward("30:01")
    expect(page).to_have_url(f"{address}/sign-in?next=%2Fpeople&over=idle")


def test_what_it_shows_is_gone_where_the_server_cannot_be_reached(
    context: BrowserContext, page: Page
) -> None:
    context.unroute_all()
    context.set_offline(True)
    assert "Anne Taylor" in page.content()
    context.clock.fast_forward("30:01")
    expect(page.get_by_text("Anne Taylor")).to_have_count(0)
    assert "Anne Taylor" not in page.content()


def test_whoever_types_here_or_goes_on_in_another_tab_stays(
    context: BrowserContext, page: Page, address: str
) -> None:
    context.clock.fast_forward("20:00")
    with page.expect_request(lambda request: request.method == "HEAD"):
        page.get_by_label("Search people").press_sequentially("gray")
    context.clock.fast_forward("20:00")
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    other = context.new_page()
    other.goto(f"{address}/organisations")
    context.clock.fast_forward("20:00")
    expect(page.get_by_label("Search people")).to_have_value("gray")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_after_twelve_hours_nobody_stays(context: BrowserContext, page: Page, address: str) -> None:
    left = int(page.locator("dialog[data-ending]").nth(1).get_attribute("data-ending") or 0)
    assert 11 * HOUR < left <= 12 * HOUR  # Anne signed in a while ago
    while left > 26 * MINUTE:
        context.clock.fast_forward("21:00")
        left -= 21 * MINUTE
        page.get_by_label("Search people").press_sequentially("g")
    expect(page.get_by_role("dialog")).to_have_count(0)
    context.clock.fast_forward((left - MINUTE) * 1000)
    expect(page.get_by_role("dialog", name="Save what you have typed")).to_be_visible()
    context.clock.fast_forward("02:00")
    expect(page).to_have_url(f"{address}/sign-in?next=%2Fpeople&over=long")
