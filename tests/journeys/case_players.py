"""A case played step by step: by people in a browser, or by a program with their tokens."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from playwright.sync_api import Page
from tests.journeys import papers
from tests.journeys.people import People

from speccom.casework.demonstration.read import Step, StoryDocument, members, on_the_day
from speccom.casework.question_parts import ADD_DOCUMENT, PREFIX
from speccom.directory.demonstration.read import players
from speccom.process.procedure import Procedure
from speccom.process.read_process import load_process
from speccom.rulebook.find import shelf

SECRETARY, CHAIR, COMMISSIONER = "body-secretary", "body-chair", "D1NE"
KEY = "key of a document: "
TODAY = date.today()  # noqa: DTZ011


class Player(Protocol):
    """How a story's steps are taken."""

    def begin(self, procedure: Procedure, step: Step) -> str:
        """Begin a case; its reference."""

    def do(self, reference: str, procedure: Procedure, step: Step) -> None:
        """Do an act."""

    def meet(self, reference: str, procedure: Procedure, step: Step) -> None:
        """Hold a meeting of the step's body, and do its act there."""


def play(player: Player, procedure_id: str, steps: tuple[Step, ...]) -> str:
    """Play a story; the reference of its case."""
    (folder,) = (shelf() / "processes" / procedure_id).iterdir()
    procedure, reference = load_process(folder), ""
    for step in steps:
        if not reference:
            reference = player.begin(procedure, step)
        elif step.meeting:
            player.meet(reference, procedure, step)
        else:
            player.do(reference, procedure, step)
    return reference


class InBrowser:
    """People, each in a browser of their own."""

    def __init__(self, address: str, people: People) -> None:
        self.address, self.people = address, people
        self.pages: dict[str, Page] = {}

    def begin(self, procedure: Procedure, step: Step) -> str:
        page = self._page(step.by)
        page.goto(f"{self.address}/cases/begin/{procedure.id}/{step.act}")
        for texts in on_the_day(step, TODAY, {}).values():
            _fill(page, texts)
        page.locator("main form button").last.click()
        page.get_by_role("heading", name="What happened").wait_for()
        return page.url.split("?")[0].rsplit("/", 1)[-1]

    def do(self, reference: str, procedure: Procedure, step: Step) -> None:
        page = self._page(step.by)
        forms = on_the_day(step, TODAY, {key: f"{KEY}{key}" for key in step.documents})
        for form in procedure.forms_of(step.act):
            for section in form.sections:
                where = f"{self.address}/cases/{reference}/forms/{form.id}/{section.id}"
                _fill_section(page, where, forms.get(form.id, {}), step)
        page.goto(f"{self.address}/cases/{reference}/do/{step.act}")
        page.locator("main form button").last.click()
        page.get_by_text("Done").first.wait_for()

    def meet(self, reference: str, procedure: Procedure, step: Step) -> None:
        page = self._page(SECRETARY)
        page.goto(f"{self.address}/meetings/plan/{step.meeting}")
        starts = TODAY + timedelta(days=2)
        _fill(page, {f"day-{part}": str(getattr(starts, part)) for part in ("day", "month", "year")}, "")
        _fill(page, {"time": "14:30", "place": "Online"}, "")
        self._press(page, "Plan the meeting")
        meeting = page.url
        page.get_by_label("Put a case on the agenda").select_option(reference)
        for button in ("Put it on the agenda", "Send the papers out", "Open the meeting"):
            self._press(page, button)
        for box in page.get_by_role("checkbox").all():
            box.check()
        self._press(page, "Record who is here")
        page.get_by_role("link", name="Who takes part").click()
        for number in range(len(members()[step.meeting])):
            page.get_by_role("button", name="Record").nth(number).click()
            page.wait_for_load_state()
        self.do(reference, procedure, step)
        page.goto(meeting)
        self._press(page, "Close the meeting")

    def _press(self, page: Page, button: str) -> None:
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()

    def _page(self, key: str) -> Page:
        if key not in self.pages:
            self.pages[key] = self.people.page(self.address, key)
        return self.pages[key]


class ByProgram:
    """A program that holds a token of each person."""

    def __init__(self, address: str, people: People) -> None:
        self.address, self.people = address, people
        self.tokens: dict[str, str] = {}

    def begin(self, procedure: Procedure, step: Step) -> str:
        (organisation,) = (g.place.organisation for g in players()[step.by].grants if g.place.organisation)
        forms = on_the_day(step, TODAY, {})
        asked = {"procedure": procedure.id, "act": step.act, "organisation": organisation, "forms": forms}
        return str(self.ask(step.by, "/cases", asked)["reference"])

    def do(self, reference: str, procedure: Procedure, step: Step) -> None:
        case = f"/cases/{reference}"
        documents = {key: self._add(step.by, case, each) for key, each in step.documents.items()}
        forms = on_the_day(step, TODAY, documents)
        for form in procedure.forms_of(step.act):
            draft = f"{case}/drafts/{form.id}"
            version = self.ask(step.by, draft)["version"]
            for section in form.sections:
                kept = {"version": version, "texts": forms.get(form.id, {})}
                version = self.ask(step.by, f"{draft}/{section.id}", kept, "PUT")["version"]
        seen = self.ask(step.by, case)["version"]
        self.ask(step.by, f"{case}/acts/{step.act}", {"version": seen})

    def _add(self, key: str, case: str, document: StoryDocument) -> str:
        """Add a document; the answer that it is."""
        parts = {
            "file": SimpleUploadedFile(document.name, document.content.encode()),
            "title": document.title,
            "confidentiality": document.confidentiality,
        }
        sent = encode_multipart(BOUNDARY, parts)
        added = self._send(key, f"{case}/documents", sent, MULTIPART_CONTENT, "POST")
        return str(added["document"]["versions"][0]["answer"])

    def meet(self, reference: str, procedure: Procedure, step: Step) -> None:
        starts = datetime.now().astimezone() + timedelta(days=2)
        planned = {"body": step.meeting, "starts_at": starts.isoformat(), "place": "Online"}
        meeting = f"/meetings/{self.ask(SECRETARY, '/meetings', planned)['reference']}"
        people = {key: self._id(key) for key in members()[step.meeting]}
        present = {people[key]: seat for key, seat in members()[step.meeting].items()}
        steps = (
            {"step": "agenda", "case": reference, "minutes": 20},
            {"step": "papers"},
            {"step": "open"},
            {"step": "attendance", "present": present},
        )
        for each in steps:
            self.ask(SECRETARY, f"{meeting}/steps", each)
        for person in present:
            self.ask(
                SECRETARY, f"{meeting}/items/{reference}/interests", {"person": person, "settled": "none"}
            )
        self.do(reference, procedure, step)
        self.ask(SECRETARY, f"{meeting}/steps", {"step": "close"})

    def ask(self, key: str, path: str, body: Mapping[str, Any] | None = None, method: str = "POST") -> Any:
        """Send a request as somebody, one that only reads where it has no body; what came back."""
        if body is None:
            return self._send(key, path, None, "application/json", "GET")
        return self._send(key, path, json.dumps(body).encode(), "application/json", method)

    def _send(self, key: str, path: str, body: bytes | None, kind: str, method: str) -> Any:
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}",
            data=body,
            headers={
                "Authorization": f"Bearer {self._token(key)}",
                "Content-Type": kind,
                "Idempotency-Key": str(uuid4()),
            },
            method=method,
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def _token(self, key: str) -> str:
        if key not in self.tokens:
            page = self.people.page(self.address, key)
            page.goto(f"{self.address}/account/tokens")
            page.get_by_label("Which program will use it?").fill("The journey")
            page.get_by_role("button", name="Make the token").click()
            self.tokens[key] = page.locator("main .speccom-code").inner_text()
            page.context.close()
        return self.tokens[key]

    def _id(self, key: str) -> str:
        return str(self.ask(key, "/me")["person"])


def _fill_section(page: Page, where: str, texts: Mapping[str, str], step: Step) -> None:
    """Fill a section in; questions that are asked only then are answered on the page that comes back."""
    page.goto(where)
    for _ in range(3):
        _fill(page, {name: text for name, text in texts.items() if not text.startswith(KEY)})
        for name, text in texts.items():
            if text.startswith(KEY):
                _add_for(page, name, step.documents[text.removeprefix(KEY)])
        with page.expect_navigation():  # a button waits for a draft that is being kept
            page.get_by_role("button", name="Save and continue").click()
        if not page.url.startswith(where):
            return
    raise AssertionError(page.locator("main").inner_text())


def _add_for(page: Page, name: str, document: StoryDocument) -> None:
    """Add a document for a question, where it is on the page and not answered; one comes back to it."""
    button = page.locator(f"main button[value='{ADD_DOCUMENT}{name}']")
    if not button.count() or page.locator(f"main [name='{PREFIX}{name}']").input_value():
        return
    with page.expect_navigation():
        button.click()
    papers.send(
        page,
        document.name,
        document.content.encode(),
        document.title,
        document.confidentiality.capitalize(),
    )
    page.get_by_text("The document was added, and is chosen below.").wait_for()


def _fill(page: Page, texts: Mapping[str, str], before: str = PREFIX) -> None:
    for name, text in texts.items():
        control = before + name
        found = page.locator(f"main [name='{control}']")
        if not found.count():
            continue
        if found.first.get_attribute("type") == "radio":
            page.locator(f"main [name='{control}'][value='{text}']").check()
        else:
            found.first.fill(text)
