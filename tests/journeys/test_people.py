"""Signing in and looking after people, in the running product."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.people import People, by_name, code_of


@pytest.fixture
def page(people: People, address: str) -> object:
    opened = people.page(address)
    opened.set_default_timeout(15_000)
    yield opened
    opened.context.close()


def test_a_visitor_is_led_to_sign_in_and_back_to_what_they_asked_for(page: Page, address: str) -> None:
    page.goto(f"{address}/access-review?role=screener")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_role("button", name="Anne Taylor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Access review")
    expect(page).to_have_url(f"{address}/access-review?role=screener")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_an_administrator_gives_a_role_and_takes_it_back_at_once(
    page: Page, people: People, address: str
) -> None:
    theirs = people.page(address, "public-health-adviser")
    theirs.goto(f"{address}/runs/new")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("You cannot see this page")
    expect(theirs.locator("main")).to_contain_text("analyst, rule editor or finance")
    expect(theirs.locator("main")).to_contain_text("ask Anne Taylor, who can give you access")
    ours = people.page(address, "administrator")
    ours.goto(f"{address}/people")
    ours.get_by_label("Search people").fill("gray")
    ours.get_by_role("button", name="Search").click()
    ours.get_by_role("link", name="Dr Susan Gray").click()
    ours.get_by_role("button", name="Give a role").click()
    ours.get_by_label("Role", exact=True).select_option(label="analyst")
    ours.get_by_label("Where").select_option(label="Demonstration National Commissioner")
    ours.get_by_label("Why").fill("Helps with a run")
    ours.get_by_role("button", name="Give the role").click()
    expect(ours.locator("main")).to_contain_text("“Helps with a run”")
    theirs.reload()
    expect(theirs.get_by_role("heading", level=1)).not_to_have_text("You cannot see this page")
    ours.get_by_role("link", name=re.compile("End this role.*analyst")).click()
    ours.get_by_label("Now").check()
    ours.get_by_label("Why").fill("The run is done")
    ours.get_by_role("button", name="End the role").click()
    expect(ours.get_by_role("heading", name="Earlier roles")).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_role("heading", level=1)).to_have_text("You cannot see this page")
    theirs.context.close()
    ours.context.close()


def test_what_is_wrong_in_a_form_is_said_at_its_place_and_nothing_typed_is_lost(
    people: People, address: str
) -> None:
    page = people.page(address, "administrator", java_script_enabled=False)
    page.goto(f"{address}/people/add")
    page.get_by_label("Name").fill("Ben Hill")
    page.get_by_label("Email address").fill("nowhere")
    page.get_by_role("button", name="Add").click()
    expect(page).to_have_title("Error: Add somebody - speccom")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("'nowhere' is no email address")
    expect(page.get_by_label("Name")).to_have_value("Ben Hill")
    page.context.close()


def test_a_security_key_is_a_second_factor_that_can_be_given_again(people: People, address: str) -> None:
    named = by_name(address)
    context = people.context(named, "evidence-reviewer")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto(f"{named}/account/keys/add")
    page.get_by_label("What you call this key").fill("On my badge")
    page.get_by_role("button", name="Use the key now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    page.goto(f"{named}/sign-in/again/key?next=/account")
    page.get_by_role("button", name="Use your security key").click()
    expect(page).to_have_url(f"{named}/account")
    expect(page.locator("main")).to_contain_text("Security key: On my badge")
    context.close()


def test_the_codes_of_an_app_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, the last six of eight figures: the secret is "12345678901234567890".
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [code_of(secret, at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]
