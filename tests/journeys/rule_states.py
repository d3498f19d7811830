"""The pages of the rule editor, in every state."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect
from tests.journeys.people import People
from tests.journeys.states import MAKING, State

LUCY, NINA, BEN = "rule-editor", "rule-approver", "analyst"
KIDNEYS, ABLATION = "Kidney transplants from 18 years on", "Cardiac ablation at fewer centres"
WRONG = "A draft with much that is wrong in it"
SECONDS = 60
STATES = (
    State("drafts", "some, one waits", "/rule-editor", person=LUCY, picture="drafts"),
    State("drafts", "set aside", "/rule-editor?standing=set-aside", person=LUCY),
    State("drafts", "none approved", "/rule-editor?standing=approved", person=BEN),
    State("drafts", "that stand as none does", "/rule-editor?standing=upright", person=BEN),
    State("drafts", "to somebody who only looks", "/rule-editor", person=BEN),
    State("drafts", "to somebody else", "/rule-editor", 403, person="finance"),
    State("work", "a version to approve", "/work", person=NINA),
    State("draft-start", "as it is", "/rule-editor/start", person=LUCY),
    State("draft-start", "to somebody who may not", "/rule-editor/start", 403, person=NINA),
    State("draft", "under way", "{ablation}", person=LUCY, picture="draft"),
    State("draft", "that waits for approval", "{kidneys}", person=NINA),
    State("draft", "set aside", "{given_up}", person=LUCY),
    State("draft", "with errors", "{wrong}", person=LUCY),
    State("draft", "only what is wrong", "{wrong}?state=wrong", person=LUCY),
    State("draft", "sets, found by words", "{ablation}?what=sets&q=kidney", person=LUCY),
    State("draft", "lines, a later page", "{ablation}?what=lines&page=3", person=BEN),
    State("draft", "nothing found", "{ablation}?q=xylophone", person=LUCY),
    State("draft", "missing", "/rule-editor/drafts/0", 404, person=LUCY),
    State("draft-add", "a rule", "{ablation}/add/rule", person=LUCY),
    State("draft-add", "a set", "{ablation}/add/set", person=LUCY),
    State("draft-add", "a line", "{ablation}/add/line", person=LUCY),
    State(
        "draft-add", "a rule of a line", "{wrong}/add/rule?line=NCBPS98Q", person=LUCY, picture="draft-add"
    ),
    State("draft-add", "of no kind", "{ablation}/add/nothing", 404, person=LUCY),
    State("draft-rule", "changed", "{ablation}/rules/13B-apc-1", person=LUCY, picture="draft-rule"),
    State("draft-rule", "as it was", "{ablation}/rules/11T-apc-1", person=LUCY),
    State("draft-rule", "with an error", "{wrong}/rules/11T-apc-1", person=LUCY, picture="draft-error"),
    State("draft-rule", "taken out", "{wrong}/rules/13B-apc-1", person=LUCY),
    State("draft-rule", "to somebody who only looks", "{ablation}/rules/13B-apc-1", person=BEN),
    State("draft-rule", "missing", "{ablation}/rules/nothing", 404, person=LUCY),
    State("draft-set", "as it was", "{ablation}/sets/cardiac_ablation", person=LUCY, picture="draft-set"),
    State("draft-set", "with errors", "{wrong}/sets/kidney_transplant", person=LUCY),
    State("draft-set", "to somebody who only looks", "{ablation}/sets/cardiac_ablation", person=BEN),
    State("draft-set", "missing", "{ablation}/sets/nothing", 404, person=LUCY),
    State("draft-line", "as it was", "{ablation}/lines/NCBPS13B", person=LUCY),
    State("draft-line", "new", "{wrong}/lines/NCBPS98Q", person=LUCY, picture="draft-line"),
    State("draft-line", "to somebody who only looks", "{ablation}/lines/NCBPS13B", person=BEN),
    State("draft-line", "missing", "{ablation}/lines/NCBPS00Q", 404, person=LUCY),
    State("draft-try", "which run", "{ablation}/try", person=BEN),
    State("draft-try", "no run", "/rule-editor/drafts/1/try", home=MAKING, person=BEN),
    State("draft-try", "not ready", "{ablation}/try?run=small", person=BEN),
    State("draft-try", "tried", "{ablation}/try?run=demonstration&share=20", person=BEN, picture="draft-try"),
    State("draft-try", "much moves", "{moved}/try?run=demonstration&share=20", person=BEN),
    State("draft-try", "without a share", "{kidneys}/try?run=demonstration", person=NINA),
    State("draft-try", "nothing moves", "{same}/try?run=demonstration", person=BEN),
    State("draft-try", "a share that is none", "{ablation}/try?run=demonstration&share=lots", person=BEN),
    State("draft-try", "with errors", "{wrong}/try?run=demonstration", person=LUCY),
    State("draft-set-aside", "as it is", "{ablation}/set-aside", person=LUCY, picture="draft-set-aside"),
    State("draft-set-aside", "to somebody who may not", "{ablation}/set-aside", 403, person=NINA),
    State("draft-propose", "as it is", "{ablation}/propose", person=LUCY),
    State("draft-propose", "with errors", "{wrong}/propose", person=LUCY),
    State("draft-propose", "to somebody who may not", "{ablation}/propose", 403, person=BEN),
    State("proposal", "to somebody who may approve it", "{proposal}", person=NINA, picture="proposal"),
    State("proposal", "to somebody who made it", "{proposal}", person=LUCY),
    State("proposal", "to somebody who only looks", "{proposal}", person=BEN),
    State("proposal", "missing", "/rule-editor/proposed/0", 404, person=NINA),
)


def find_drafts(address: str, everybody: People) -> dict[str, str]:
    """Where the demonstration's drafts are, one with errors and one without changes; a run made ready."""
    page = everybody.page(address, LUCY)
    _wait_for_drafts(page, address)
    found = {"ablation": _draft(page, address, ABLATION), "kidneys": _draft(page, address, KIDNEYS)}
    page.goto(address + found["kidneys"])
    proposed = page.get_by_role("link", name="The version that was last proposed").get_attribute("href")
    found["proposal"] = proposed or ""
    found["same"] = start(page, address, "As it is")
    found["wrong"] = start(page, address, WRONG)
    _make_wrong(page, address + found["wrong"])
    found["moved"] = start(page, address, "Everybody from 60 on")
    page.goto(f"{address}{found['moved']}/rules/11T-apc-1")
    page.get_by_label("Criterion", exact=True).fill("any_procedure('kidney_transplant') OR age >= 60")
    page.get_by_role("button", name="Save and go back").click()
    expect(page.get_by_role("heading", name="What was changed")).to_be_visible()
    found["given_up"] = start(page, address, "Given up")
    give_up(page, "It came to nothing.")
    make_ready(page, f"{address}{found['ablation']}/try?run=demonstration")
    page.context.close()
    return found


def start(page: Page, address: str, title: str) -> str:
    """Begin a draft; the path of its page."""
    page.goto(f"{address}/rule-editor/start")
    page.get_by_label("Title").fill(title)
    for part, text in (("Day", "1"), ("Month", "6"), ("Year", "2025")):
        page.get_by_label(part, exact=True).fill(text)
    page.get_by_role("button", name="Start the draft").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    return page.url.removeprefix(address)


def give_up(page: Page, why: str) -> None:
    """Set aside the draft whose page is shown."""
    page.get_by_role("link", name="Set this draft aside").click()
    page.get_by_label("Reason").fill(why)
    page.get_by_role("button", name="Set it aside").click()
    expect(page.locator("main")).to_contain_text("Set aside by")


def make_ready(page: Page, where: str) -> None:
    """Have a run's workings made, and wait for what the draft would make of it."""
    page.goto(where)
    ready = page.get_by_role("heading", name="What it would make of")
    button = page.get_by_role("button", name="ready")
    if button.count():
        button.click()
    expect(ready).to_be_visible(timeout=SECONDS * 1000)


def _make_wrong(page: Page, draft: str) -> None:
    for place, label, text in (
        ("rules/11T-apc-1", "Criterion", "any_procedure('kidny_transplant') AND agee >= 18"),
        ("sets/kidney_transplant", "Codes", "M01*\nnot a code\nM0"),
    ):
        page.goto(f"{draft}/{place}")
        page.get_by_label(label, exact=True).fill(text)
        page.get_by_role("button", name="Save and go back").click()
        expect(page.get_by_role("heading", name="What is wrong")).to_be_visible()
    page.goto(f"{draft}/add/line")
    page.get_by_label("Code of the service line").fill("NCBPS98Q")
    page.get_by_role("button", name="Add the service line").click()
    expect(page.locator("main")).to_contain_text("No rule finds this line yet.")
    page.goto(f"{draft}/rules/13B-apc-1")
    page.get_by_role("button", name="Take it out").click()
    expect(page.get_by_role("heading", name="What was changed")).to_be_visible()


def _wait_for_drafts(page: Page, address: str) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        page.goto(f"{address}/rule-editor")
        if page.get_by_role("link", name=ABLATION).count():
            return
        time.sleep(0.3)
    raise AssertionError("the demonstration's drafts were not made in time")


def _draft(page: Page, address: str, title: str) -> str:
    page.goto(f"{address}/rule-editor")
    return page.get_by_role("link", name=title, exact=True).get_attribute("href") or ""
