"""The pages of cases, meetings and work, in every state; the cases are those of the demonstration."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta

from playwright.sync_api import Page
from tests.journeys.people import People
from tests.journeys.states import BARE, State

OFFICER, DOCTOR, SECRETARY, LEAD = "funding-request-officer", "clinician", "body-secretary", "policy-lead"
CASES = 15
SECONDS = 120

STATES = (
    State("work", "with cases", "/work", person=OFFICER, picture="work"),
    State("work", "with meetings and late cases", "/work", person=SECRETARY),
    State("work", "with nothing", "/work", person="analyst"),
    State("cases", "many", "/cases", person="auditor", picture="cases"),
    State("cases", "for a visitor", "/cases"),
    State("cases", "searched", "/cases?q=Marilast", person="auditor"),
    State(
        "cases", "filtered to nothing", "/cases?kind=nonsense&standing=closed&q=xylophone", person="auditor"
    ),
    State("cases", "none at all", "/cases", home=BARE),
    State("begin", "some", "/cases/begin", person=DOCTOR),
    State("begin", "none", "/cases/begin", person="analyst"),
    State("case-begin", "as it is", "/cases/begin/urgent-policy-statement/request", person=LEAD),
    State("case-begin", "not theirs", "/cases/begin/urgent-policy-statement/request", 403, person="analyst"),
    State("case-begin", "missing", "/cases/begin/urgent-policy-statement/nothing", 404, person=LEAD),
    State("case", "with acts of one's own", "{late}", person="evidence-reviewer", picture="case"),
    State("case", "published, for a visitor", "{published}"),
    State("case", "with a letter sent", "{treated}", person=DOCTOR),
    State("case", "closed", "{expired}", person="auditor"),
    State("case", "of another hospital", "{treated}", 404, person="clinician-elsewhere"),
    State("case", "missing", "/cases/IFR-2026-9999-0", 404, person="auditor"),
    State("case-act", "with sections to fill in", "{draft}/do/submit", person=DOCTOR, picture="act"),
    State("case-act", "somebody else's", "{draft}/do/submit", person=OFFICER),
    State("case-act", "missing", "{draft}/do/nothing", 404, person=DOCTOR),
    State("case-section", "with every kind of question", "{draft}/forms/patient/person", person=DOCTOR),
    State("case-section", "with errors", "{draft}/forms/clinical-case/asked?check=yes", person=DOCTOR),
    State("case-section", "that repeats", "{draft}/forms/clinical-case/tried", person=DOCTOR),
    State(
        "case-section",
        "that asks for a document where there is none",
        "{draft}/forms/clinician/trust_says",
        person=DOCTOR,
    ),
    State(
        "case-section",
        "of a case that has gone on",
        "{treated}/forms/clinician/trust_says",
        422,
        person=DOCTOR,
    ),
    State(
        "case-documents",
        "for a question",
        "{draft}/documents?for=clinician%2Ftrust_says%2Fapproval",
        person=DOCTOR,
    ),
    State("case-section", "not theirs", "{draft}/forms/patient/person", 403, person=OFFICER),
    State("meetings", "many", "/meetings", person=SECRETARY),
    State("meetings", "none", "/meetings", person="analyst"),
    State("meeting-plan", "as it is", "/meetings/plan/clinical_panel", person=SECRETARY),
    State("meeting-plan", "missing", "/meetings/plan/nothing", 404, person=SECRETARY),
    State("meeting", "in session", "{meeting}", person=SECRETARY, picture="meeting"),
    State("meeting", "for a member", "{meeting}", person="body-member-clinical"),
    State("meeting", "missing", "/meetings/MTG-2026-9999-0", 404, person=SECRETARY),
    State("meeting-item", "with interests to settle", "{item}", person=SECRETARY, picture="interests"),
    State("meeting-item", "for a member", "{item}", person="body-member-clinical"),
    State("meeting-minutes", "as they stand", "{meeting}/minutes", person=SECRETARY),
    State("processes", "two", "/processes"),
    State("process", "as it stands", "/processes/urgent-policy-statement"),
    State(
        "process", "on a day that no version covers", "/processes/urgent-policy-statement?on=1999-01-01", 404
    ),
    State("process", "missing", "/processes/nothing", 404),
    State("process-version", "a long one", "/processes/individual-funding-request/2018", picture="process"),
    State("process-version", "missing", "/processes/individual-funding-request/1999", 404),
    State("policies", "some", "/policies", picture="policies"),
    State("policies", "filtered to nothing", "/policies?q=xylophone&standing=now"),
    State("policies", "none at all", "/policies", home=BARE),
    State("policy", "in force", "/policies/UPS-D-1"),
    State("policy", "expired", "/policies/UPS-D-2"),
    State("policy", "missing", "/policies/nothing", 404),
    State("daily-message", "as it is", "/account/daily-message", person=OFFICER),
    State("daily-message", "just kept", "/account/daily-message?kept=yes", person=OFFICER),
    State("tokens", "none", "/account/tokens", person="analyst"),
)


def find_cases(address: str, everybody: People) -> dict[str, str]:
    """Where the cases of the demonstration are, and a meeting in session with one of them on its agenda."""
    page = everybody.page(address, "auditor")
    _wait_for_cases(page, address)
    found = {
        "published": _case(page, address, "Marilast for", "Published"),
        "expired": _case(page, address, "Pellorin for", "Expired"),
        "late": _case(page, address, "Caldoran for", "evidence"),
        "treated": _case(page, address, "Quorvalin", "treatment"),
        "panel": _case(page, address, "Venicept for", "Panel"),
    }
    page.context.close()
    page = everybody.page(address, DOCTOR)
    found["draft"] = _case(page, address, "", "Draft")
    page.context.close()
    return found | _open_meeting(address, everybody, found["panel"])


def _wait_for_cases(page: Page, address: str) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        page.goto(f"{address}/cases")
        words = page.locator("main .nhsuk-lede-text").inner_text()
        if int(words.split()[0].replace(",", "")) >= CASES:
            return
        time.sleep(0.5)
    raise AssertionError("the demonstration's cases were not made in time")


def _case(page: Page, address: str, subject: str, state: str) -> str:
    page.goto(f"{address}/cases?q={subject}")
    line = page.locator("main li.speccom-result").filter(
        has=page.locator("strong", has_text=re.compile(state))
    )
    href = line.first.locator("a").first.get_attribute("href")
    assert href
    return href


def _open_meeting(address: str, everybody: People, case: str) -> dict[str, str]:
    page = everybody.page(address, SECRETARY)
    page.goto(f"{address}/meetings/plan/clinical_panel")
    day = date.today() + timedelta(days=3)  # noqa: DTZ011
    for part in ("day", "month", "year"):
        page.get_by_label(part.capitalize(), exact=True).fill(str(getattr(day, part)))
    page.get_by_label("At what time?").fill("14:30")
    page.get_by_label("Where?").fill("Online")
    page.get_by_role("button", name="Plan the meeting").click()
    page.get_by_role("heading", name="Agenda").wait_for()
    meeting = page.url.removeprefix(address)
    page.get_by_label("Put a case on the agenda").select_option(case.split("/")[-1])
    for button in ("Put it on the agenda", "Send the papers out", "Open the meeting"):
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Record who is here").click()
    item = page.get_by_role("link", name="Who takes part").get_attribute("href")
    page.context.close()
    assert item
    return {"meeting": meeting, "item": item}
