"""Every page in every state: accessible, narrow, without JavaScript, by keyboard, with a silent console."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import BrowserContext, Page, ViewportSize
from tests.journeys import case_states, directory_states, pictures, rule_states, states
from tests.journeys.people import People
from tests.journeys.places import Places
from tests.journeys.states import State

from speccom.interface.pages import Kind
from speccom.web.rooms import REGISTRY

STATES = (*states.STATES, *directory_states.STATES, *case_states.STATES, *rule_states.STATES)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NOT_PAGES = {"not-found"}
WIDE = ViewportSize(width=1280, height=900)
ABROAD = re.compile(r"https?://(?!127\.0\.0\.1)")

# WCAG 1.4.12, through the object model, which the content security policy leaves open.
SPACED = """() => {
  for (const each of document.querySelectorAll('main *, header *, footer *')) {
    each.style.lineHeight = '1.5'; each.style.letterSpacing = '0.12em'; each.style.wordSpacing = '0.16em';
  }
}"""
LEFT_OUT = """() => {
  const left = 'noscript, .nhsuk-password-input__toggle, form[data-key] button, [data-made-anew]';
  for (const each of document.querySelectorAll(left)) each.style.display = 'none';
}"""
LAID_OUT_WITHIN = 5
WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]'
  )].filter(each => each.checkVisibility()).filter(each => each.type !== 'radio'
    || each === document.querySelector(`input[type=radio][name="${each.name}"]`)).length"""
FOCUSED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  window.reached = window.reached || new Set();
  window.reached.add(here);
  const style = getComputedStyle(here), box = here.getBoundingClientRect();
  return [window.reached.size, style.outlineStyle !== 'none' || style.boxShadow !== 'none', box.width > 0];
}"""


def test_every_registered_page_has_its_states() -> None:
    shown = {state.page for state in STATES if state.status == 200}
    found_by_redirect = {"run-find", "provider-back", "person-identity"}
    pages = {page.name for page in REGISTRY if page.kind is Kind.PAGE and page.answers("GET")}
    assert pages - shown - found_by_redirect == set(), "a page without a state in tests/journeys/states.py"
    assert {state.page for state in STATES} - pages - NOT_PAGES == set(), (
        "a state of a page that is not there"
    )


@pytest.mark.parametrize("state", STATES, ids=str)
def test_state(state: State, places: Places, people: People) -> None:
    where = places.of(state)
    page = people.page(places.address(state), state.person, viewport=WIDE)
    said: list[str] = []
    fetched: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))
    try:
        answer = page.goto(where)
        assert answer
        assert answer.status == state.status
        _is_the_page(page, state)
        _reads_well(page)
        _is_accessible(page)
        pictures.take(page, state.picture)
        page.set_viewport_size({"width": 320, "height": 640})
        _does_not_scroll_sideways(page)
        page.evaluate(SPACED)
        _does_not_scroll_sideways(page)
        page.set_viewport_size(WIDE)
        main = _text(page)
    finally:
        page.context.close()
    refused = [text for text in said if f"status of {state.status}" not in text]
    assert refused == [], "the console is not silent"
    assert [url for url in fetched if ABROAD.match(url)] == [], "something was fetched from elsewhere"
    without = people.context(places.address(state), state.person, viewport=WIDE, java_script_enabled=False)
    assert _said_in(without, where) == main, "the page says something else without JavaScript"


SHOWN = [state for state in STATES if state.status == 200 or state.page in NOT_PAGES]
FIRST = [next(each for each in SHOWN if each.page == page) for page in dict.fromkeys(s.page for s in SHOWN)]


@pytest.mark.parametrize("state", FIRST, ids=str)
def test_keyboard_reaches_everything(state: State, places: Places, people: People) -> None:
    page = people.page(places.address(state), state.person, viewport=WIDE)
    try:
        page.goto(places.of(state))
        wanted = page.evaluate(REACHABLE)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
        reached = 0
        # The menu is laid out a moment after the page is there, and what had the focus in it has it no more.
        is_laid_out = False
        for _ in range(wanted + 5):
            found = page.evaluate(FOCUSED)
            if found is None and (is_laid_out or reached >= wanted):
                break
            if found is None:
                is_laid_out = True
            else:
                reached, visible, has_size = found
                assert visible or not has_size, page.evaluate("document.activeElement.outerHTML")
            page.keyboard.press("Tab")
        assert reached >= wanted
    finally:
        page.context.close()


def test_titles_are_unique(places: Places, people: People) -> None:
    titles: dict[str, str] = {}
    for state in FIRST:
        page = people.page(places.address(state), state.person, java_script_enabled=False)
        page.goto(places.of(state))
        title = page.title()
        assert title not in titles, f"{state.path} and {titles[title]} have one title"
        titles[title] = state.path
        page.context.close()


def _is_the_page(page: Page, state: State) -> None:
    if state.status == 200:
        assert resolve(urlsplit(page.url).path).url_name == state.page, "another page was shown"


def _reads_well(page: Page) -> None:
    assert page.title().endswith(" - speccom")
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    words = page.locator("body").inner_text()
    assert "Traceback" not in words
    assert "None" not in page.locator("h1").inner_text()
    assert page.locator("html").get_attribute("lang") == "en"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids)), "an id is used twice"


def _is_accessible(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    told = [
        f"{each['id']}: {each['help']}: {[node['html'][:150] for node in each['nodes'][:3]]}"
        for each in found.response["violations"]
    ]
    assert told == []


def _does_not_scroll_sideways(page: Page) -> None:
    """The menu is laid out anew a moment after the window has another width."""
    until = time.monotonic() + LAID_OUT_WITHIN
    inside, window = page.evaluate(WIDTHS)
    while inside > window and time.monotonic() < until:
        page.wait_for_timeout(100)
        inside, window = page.evaluate(WIDTHS)
    assert inside <= window


def _text(page: Page) -> str:
    """What the page says; not what only a script can do, nor what is made anew each time."""
    page.evaluate(LEFT_OUT)
    return re.sub(r"\s+", " ", page.locator("main").inner_text()).strip()


def _said_in(context: BrowserContext, where: str) -> str:
    try:
        page = context.new_page()
        page.goto(where)
        return _text(page)
    finally:
        context.close()
