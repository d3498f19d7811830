"""The pages by which people, roles and organisations are looked after, in every state."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.journeys.people import People
from tests.journeys.states import State

ANNE = "administrator"
STATES = (
    State("people", "many", "/people", person=ANNE, picture="people"),
    State("people", "to somebody who only looks", "/people", person="auditor"),
    State("people", "to somebody else", "/people", 403, person="analyst"),
    State("person-add", "as it is", "/people/add", person=ANNE),
    State("person", "with a role", "{somebody}", person=ANNE, picture="person"),
    State("person", "to somebody who only looks", "{somebody}", person="auditor"),
    State("person", "missing", "/people/00000000-0000-4000-8000-000000000000", 404, person=ANNE),
    State("person-letter", "as it is", "{somebody}/letter", person=ANNE),
    State("person-factors", "as it is", "{somebody}/second-factors", person=ANNE),
    State("person-sessions", "as it is", "{somebody}/sessions", person=ANNE),
    State("sessions", "several", "/account/sessions", person=ANNE, picture="sessions"),
    State("person-identity", "where there is no provider", "{somebody}/identifier", 404, person=ANNE),
    State("person-end", "as it is", "{somebody}/end", person=ANNE),
    State("grant-give", "as it is", "{somebody}/roles/give", person=ANNE, picture="give"),
    State("grant-end", "as it is", "{role}", person=ANNE),
    State("grant-end", "missing", "{somebody}/roles/0/end", 404, person=ANNE),
    State("access-review", "many", "/access-review", person=ANNE, picture="review"),
    State("access-review", "filtered", "/access-review?role=screener", person="auditor"),
    State("access-review", "filtered to nothing", "/access-review?role=nothing", person=ANNE),
    State("access-review-role", "as it is", "{review}", person=ANNE),
    State("access-review-role", "missing", "/access-review/0", 404, person=ANNE),
    State("organisations", "today", "/organisations", picture="organisations"),
    State("organisations", "on a day that was", "/organisations?on=2024-03-31"),
    State("organisations", "before any stood", "/organisations?on=1948-07-05"),
    State("organisations", "no day", "/organisations?on=yesterday"),
    State("organisations", "to somebody who may change them", "/organisations", person=ANNE),
    State("organisation", "that took another in", "/organisations/D2NM"),
    State("organisation", "that was renamed, and merged", "/organisations/D4CW", picture="organisation"),
    State("organisation", "that was divided", "/organisations/D5HV"),
    State("organisation", "to somebody who may change it", "/organisations/D2NM", person=ANNE),
    State("organisation", "missing", "/organisations/NONE", 404),
    State("organisation-add", "as it is", "/organisations/add", person=ANNE),
    State("organisation-rename", "as it is", "/organisations/D2NM/called", person=ANNE),
    State("organisation-succeed", "as it is", "/organisations/D2NM/successors", person=ANNE),
)


def find_somebody(address: str, everybody: People) -> dict[str, str]:
    """Where somebody, one of their roles and its review are."""
    page = everybody.page(address, ANNE)
    page.goto(f"{address}/people")
    somebody = page.get_by_role("link", name="Ben Carter").get_attribute("href") or ""
    page.goto(address + somebody)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ben Carter")
    role = page.get_by_role("link", name="End this role").first.get_attribute("href") or ""
    page.goto(f"{address}/access-review")
    review = page.get_by_role("link", name="Is it still needed?").first.get_attribute("href") or ""
    page.context.close()
    return {"somebody": somebody, "role": role, "review": review}
