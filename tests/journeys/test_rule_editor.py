"""Rules changed in a draft by an editor, tried by an analyst, approved by somebody else, in the browser."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.people import People
from tests.journeys.rule_states import BEN, LUCY, NINA, give_up, make_ready, start
from tests.journeys.serving import command, environment, served

from speccom import demonstration

RECORDS = 4000
RULE = "11T-apc-1"
MIDDLE = "any_procedure('kidney_transplant') OR age >= 60"


@dataclass(frozen=True)
class Room:
    """A home of its own that is served, and the people in it."""

    home: Path
    address: str
    people: People

    def page(self, person: str, *, scripts: bool = True) -> Page:
        page = self.people.page(self.address, person, java_script_enabled=scripts)
        page.set_default_timeout(15_000)
        return page


@pytest.fixture(scope="module")
def room(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    home = tmp_path_factory.mktemp("rules")
    demonstration.make(home, RECORDS)
    with served(home) as running:
        yield Room(home, running.address, People(browser))


@pytest.fixture(scope="module")
def draft(room: Room) -> str:
    """A draft that Lucy began."""
    page = room.page(LUCY)
    path = start(page, room.address, "Kidneys from 60 on")
    page.context.close()
    return room.address + path


def test_what_is_wrong_is_said_in_place_as_it_is_typed_and_kept(room: Room, draft: str) -> None:
    page = room.page(LUCY)
    page.goto(f"{draft}/rules/{RULE}")
    criterion = page.get_by_label("Criterion", exact=True)
    criterion.fill("any_procedure('kidney_transplant') AND agee >= 60")
    found = page.locator("#checked")
    expect(found.locator("mark")).to_have_text("agee")
    expect(found).to_contain_text("Did you mean age?")
    criterion.fill(MIDDLE)
    expect(found).to_contain_text("Nothing is wrong with this rule")
    expect(page.locator("#words")).to_contain_text("60")
    expect(page.locator("#words")).to_contain_text("age >= 19")
    criterion.blur()
    expect(page.locator("[data-kept]")).to_have_text("Your draft is saved.")
    page.goto(draft)
    expect(page.locator("main")).to_contain_text("1 change to version 2025-26. Nothing is wrong with it.")
    page.context.close()


def test_the_same_is_done_without_javascript(room: Room) -> None:
    page = room.page(LUCY, scripts=False)
    path = start(page, room.address, "Without scripts")
    page.goto(f"{room.address}{path}/sets/kidney_transplant")
    page.get_by_label("Codes", exact=True).fill("M01*\nnot a code")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#checked")).to_contain_text("Line 2:")
    expect(page.get_by_label("Codes", exact=True)).to_have_value("M01*\nnot a code")
    page.get_by_role("button", name="Put it back as it was").click()
    expect(page.locator("#checked")).to_contain_text("Nothing is wrong with this set of codes")
    page.context.close()


def test_two_editors_of_one_rule_do_not_write_over_each_other(room: Room) -> None:
    ours, theirs = room.page(LUCY, scripts=False), room.page(LUCY, scripts=False)
    rule = f"{room.address}{start(ours, room.address, 'Two at once')}/rules/{RULE}"
    for page in (ours, theirs):
        page.goto(rule)
    for page, age in ((theirs, 30), (ours, 40)):
        page.get_by_label("Criterion", exact=True).fill(f"age >= {age}")
        page.get_by_role("button", name="Check").click()
    expect(ours.locator("main")).to_contain_text("Your own words are below and are not saved yet")
    expect(ours.get_by_label("Criterion", exact=True)).to_have_value("age >= 40")
    ours.get_by_role("button", name="Check").click()
    expect(ours.locator("main")).not_to_contain_text("not saved yet")
    for page in (ours, theirs):
        page.context.close()


def test_an_analyst_sees_who_gains_and_who_loses(room: Room, draft: str) -> None:
    page = room.page(BEN)
    page.goto(draft)
    page.get_by_role("button", name="Try it").click()
    page.get_by_label("Finished run").select_option("demonstration")
    page.get_by_label("Variable share").fill("20")
    page.get_by_role("button", name="Try the draft").click()
    make_ready(page, page.url)
    expect(page.get_by_label("Variable share")).to_have_value("20")
    expect(page.locator("main")).to_contain_text("records change their service")
    services = page.get_by_role("region", name="Who gains and who loses, by service")
    expect(services).to_contain_text("NCBPS11T")
    for column in ("Gains less losses at cost", "Of it payable", "Only by a change of baseline"):
        expect(services).to_contain_text(column)
    expect(page.get_by_role("region", name="Who gains and who loses, by provider")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download as CSV").first.click()
    text = started.value.path().read_text(encoding="utf-8-sig")
    assert "NCBPS11T" in text
    page.goto(f"{draft}/rules/{RULE}")
    expect(page.get_by_role("button", name="Check")).to_have_count(0)
    page.context.close()


def test_a_second_person_sends_it_back_and_then_approves_it_and_only_then_it_is_found(
    room: Room, draft: str
) -> None:
    lucy, nina = room.page(LUCY), room.page(NINA)
    for outcome in ("Send it back to be changed", "Approve it"):
        _propose(lucy, draft)
        assert _found(room) == "2025-26"
        assert not lucy.get_by_label("Approve it").count()
        nina.goto(f"{room.address}/work")
        nina.get_by_role("link", name="Version 2025-26-sixty of").click()
        expect(nina).to_have_url(lucy.url)
        expect(nina.locator("main")).to_contain_text("Adults begin at 60 here.")
        nina.get_by_label(outcome).check()
        nina.get_by_label("Reason").fill("Because of what it moves.")
        nina.get_by_role("button", name="Save the decision").click()
        expect(nina.locator("main")).to_contain_text("“Because of what it moves.”")
        expect(nina.locator("main")).to_contain_text("of the ledger")
    assert _found(room) == "2025-26-sixty"
    nina.get_by_role("link", name="The version on the shelf").click()
    expect(nina.get_by_role("heading", level=1)).to_contain_text("2025-26-sixty")
    ben = room.page(BEN)
    ben.goto(f"{room.address}/runs/new")
    expect(ben.get_by_label("Rulebook", exact=True)).to_contain_text("2025-26-sixty")
    for page in (lucy, nina, ben):
        page.context.close()


def test_a_service_line_is_added_with_its_rule_and_takes_records(room: Room) -> None:
    page = room.page(LUCY)
    draft = room.address + start(page, room.address, "A line of its own")
    page.get_by_role("link", name="Add a service line").click()
    page.get_by_label("Code of the service line").fill("NCBPS98Q")
    page.get_by_role("button", name="Add the service line").click()
    expect(page.locator("#checked")).to_contain_text("The title is blank.")
    page.get_by_label("Title").fill("Kidneys of the oldest")
    page.get_by_label("Rank").fill("1")
    page.get_by_label("Programme of care").select_option("A06")
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#checked")).to_contain_text("Nothing is wrong with this service line.")
    page.get_by_role("link", name="Add a rule that finds it").click()
    page.get_by_label("Name of the rule").fill("98Q-apc-1")
    expect(page.get_by_label("Service line", exact=True)).to_have_value("NCBPS98Q")
    page.get_by_role("button", name="Add the rule").click()
    page.get_by_label("Criterion", exact=True).fill("age >= 70")
    page.get_by_role("button", name="Save and go back").click()
    expect(page.locator("main")).to_contain_text("2 changes to version 2025-26. Nothing is wrong with it.")
    make_ready(page, f"{draft}/try?run=demonstration")
    services = page.get_by_role("region", name="Who gains and who loses, by service")
    expect(services).to_contain_text("Kidneys of the oldest")
    page.context.close()


def test_what_is_missing_in_a_proposal_is_said_and_nothing_entered_is_lost(room: Room) -> None:
    page = room.page(LUCY)
    path = start(page, room.address, "Not yet")
    page.goto(f"{room.address}{path}/propose")
    page.get_by_label("Name of the version").fill("too-early")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the reason in words")
    expect(page.get_by_label("Name of the version")).to_have_value("too-early")
    page.context.close()


def test_a_draft_is_set_aside_by_who_began_it_and_no_longer_under_way(room: Room) -> None:
    page = room.page(LUCY)
    path = start(page, room.address, "A passing thought")
    page.get_by_role("link", name="Set this draft aside").click()
    page.get_by_role("button", name="Set it aside").click()
    expect(page.get_by_role("alert")).to_contain_text("Give the reason in words")
    page.goto(room.address + path)
    give_up(page, "The year changes it anyway.")
    expect(page.locator("main")).to_contain_text("“The year changes it anyway.” Event ")
    expect(page.get_by_role("button", name="Save as a new version")).to_have_count(0)
    page.goto(f"{room.address}/rule-editor")
    expect(page.get_by_role("link", name="A passing thought")).to_have_count(0)
    page.get_by_label("Which drafts").select_option("Set aside")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("link", name="A passing thought")).to_be_visible()
    page.context.close()


def _propose(page: Page, draft: str) -> None:
    page.goto(draft)
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_label("Name of the version").fill("2025-26-sixty")
    for legend, day in (("First day", date(2025, 10, 1)), ("Last day", date(2025, 12, 31))):
        group = page.get_by_role("group", name=legend)
        for part in ("day", "month", "year"):
            group.get_by_label(part.capitalize(), exact=True).fill(str(getattr(day, part)))
    page.get_by_label("Reason").fill("Adults begin at 60 here.")
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator("main")).to_contain_text("It waits for somebody who had no part in it")


def _found(room: Room) -> str:
    """What the command line takes for the rulebook of a day in November 2025."""
    code = (
        "from datetime import date; from speccom.rulebook.find import find;"
        "print(find('identification', 'illustrative-identification', on=date(2025, 11, 3)).version)"
    )
    words = [*command()[:1], "-P", "-c", code]
    done = subprocess.run(words, env=environment(room.home), capture_output=True, text=True, check=True)
    return done.stdout.strip()
