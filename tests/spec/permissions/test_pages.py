"""Every page, asked by everybody, with every method: held to the table beside this file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from django.utils import timezone
from pytest_django.fixtures import Settings

from speccom.directory.models import Grant, Organisation, Person
from speccom.interface.pages import Kind, Page
from speccom.process.roles import load_roles
from speccom.web.gate import Gate
from speccom.web.rooms import REGISTRY

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
VISITOR, WITHOUT_ROLE = "a visitor", "somebody without a role"
SHOWN, TO_SIGN_IN, TO_SECOND_FACTOR = "shown", "to the sign-in page", "to their account"
NOT_FOR_THEM, NOT_THAT_METHOD = "not for them", "not that method"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Row:
    """What the table says of a page."""

    page: str
    methods: frozenset[str]
    whom: str
    before_second_factor: bool
    open_in_a_demonstration: bool

    def is_for(self, who: str, *, demonstration: bool = False) -> bool:
        if self.whom == "everyone" or (demonstration and self.open_in_a_demonstration):
            return True
        if self.whom == "anybody signed in":
            return who != VISITOR
        return who in self.whom.split("; ")


def read_table() -> Mapping[str, Row]:
    with (Path(__file__).parent / "pages.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Row(
                each["page"],
                frozenset(each["methods"].split()),
                each["for"],
                each["before_second_factor"] == "yes",
                each["in_a_demonstration"] == "everyone",
            )
            for each in csv.DictReader(file)
        ]
    assert len({each.page for each in rows}) == len(rows), "a page is in the table twice"
    return {each.page: each for each in rows}


TABLE = read_table()
ROLES = tuple(load_roles())


@pytest.fixture
def everybody(db: None) -> Mapping[str, Person | None]:
    """A visitor, somebody without a role, and somebody in each role, read as the product reads them."""
    now = timezone.now()
    Organisation.objects.create(code="D1NE")
    some = Person.objects.bulk_create(
        Person(email=f"{name.replace(' ', '-')}@trust.example", name=name) for name in (WITHOUT_ROLE, *ROLES)
    )
    Grant.objects.bulk_create(
        Grant(person=each, role=each.name, organisation_id="D1NE", starts=now, why="Joined")
        for each in some
        if each.name in ROLES
    )
    return {VISITOR: None} | {each.name: each for each in Person.objects.prefetch_related("grants")}


def test_every_page_is_in_the_table_and_every_row_has_its_page() -> None:
    assert {page.name for page in REGISTRY} == set(TABLE), "add the page to tests/spec/permissions/pages.csv"


def test_the_table_names_roles_that_there_are() -> None:
    named = {
        role
        for row in TABLE.values()
        if row.whom not in ("everyone", "anybody signed in")
        for role in row.whom.split("; ")
    }
    assert named - set(ROLES) == set()


@pytest.mark.parametrize("demonstration", [False, True], ids=["in use", "a demonstration"])
def test_every_page_is_shown_to_whom_it_is_for(
    everybody: Mapping[str, Person | None], settings: Settings, demonstration: bool
) -> None:
    settings.DEMONSTRATION = demonstration
    wrong = []
    for page, (who, person), method in product(REGISTRY, everybody.items(), METHODS):
        expected = expected_of(TABLE[page.name], who, method, page.kind, demonstration=demonstration)
        found = outcome_of(page, person, method, with_second_factor=True)
        if found != expected:
            wrong.append(f"{page.name}, {who}, {method}: {found}, and should be {expected}")
    assert wrong == []


def test_with_a_role_and_no_second_factor_only_what_the_table_says_is_shown(
    everybody: Mapping[str, Person | None], settings: Settings
) -> None:
    settings.DEMONSTRATION = False
    wrong = []
    for page, role in product(REGISTRY, ROLES):
        row = TABLE[page.name]
        if page.kind is Kind.API or not row.is_for(role):
            continue
        expected = SHOWN if row.before_second_factor else TO_SECOND_FACTOR
        method = "GET" if "GET" in row.methods else "POST"
        found = outcome_of(page, everybody[role], method, with_second_factor=False)
        if found != expected:
            wrong.append(f"{page.name}, {role}: {found}, and should be {expected}")
    assert wrong == []


def expected_of(row: Row, who: str, method: str, kind: Kind, *, demonstration: bool) -> str:
    without_token = kind is Kind.API and who == VISITOR
    if without_token and method not in ("GET", "HEAD"):
        return TO_SIGN_IN
    if not row.is_for(who, demonstration=demonstration):
        return TO_SIGN_IN if who == VISITOR else NOT_FOR_THEM
    answered = method in row.methods or (method == "HEAD" and "GET" in row.methods)
    return SHOWN if answered else NOT_THAT_METHOD


def outcome_of(page: Page, person: Person | None, method: str, *, with_second_factor: bool) -> str:
    """Ask the gate as a browser with a session does; the API as a program with a token."""
    request = RequestFactory().generic(method, "/", headers={"host": "localhost"})
    request.resolver_match = ResolverMatch(page.view, (), {}, url_name=page.name)
    request.session = {}  # type: ignore[assignment]
    if person and with_second_factor:
        record_authentication(request, person, "mfa")
    request.person = person
    request.by_token = page.kind is Kind.API and person is not None
    try:
        answer = Gate(lambda asked: HttpResponse()).process_view(request, page.view, (), {})
    except PermissionDenied:
        return NOT_FOR_THEM
    return SHOWN if answer is None else _told(answer)


def _told(answer: HttpResponseBase) -> str:
    where = answer.headers.get("Location", "")
    if answer.status_code == 302:
        return (
            TO_SECOND_FACTOR if where == "/account" else TO_SIGN_IN if where.startswith("/sign-in") else where
        )
    return {401: TO_SIGN_IN, 403: NOT_FOR_THEM, 405: NOT_THAT_METHOD}[answer.status_code]


FUNCTIONAL = sorted(
    name
    for name, row in TABLE.items()
    if row.whom not in ("everyone", "anybody signed in")
    and "GET" in row.methods
    and not row.open_in_a_demonstration
)
ADDRESSES = {
    "access-review": "/access-review",
    "access-review-role": "/access-review/1",
    "draft": "/rule-editor/drafts/1",
    "draft-add": "/rule-editor/drafts/1/add/rule",
    "draft-line": "/rule-editor/drafts/1/lines/NCBPS11B",
    "draft-propose": "/rule-editor/drafts/1/propose",
    "draft-rule": "/rule-editor/drafts/1/rules/11B-apc-1",
    "draft-set": "/rule-editor/drafts/1/sets/cystic_fibrosis",
    "draft-set-aside": "/rule-editor/drafts/1/set-aside",
    "draft-start": "/rule-editor/start",
    "draft-try": "/rule-editor/drafts/1/try",
    "draft-try-file": "/rule-editor/drafts/1/try/lines.csv",
    "drafts": "/rule-editor",
    "grant-end": "/people/{person}/roles/1/end",
    "grant-give": "/people/{person}/roles/give",
    "organisation-add": "/organisations/add",
    "organisation-rename": "/organisations/D1NE/called",
    "organisation-succeed": "/organisations/D1NE/successors",
    "people": "/people",
    "person": "/people/{person}",
    "person-add": "/people/add",
    "person-end": "/people/{person}/end",
    "person-factors": "/people/{person}/second-factors",
    "person-identity": "/people/{person}/identifier",
    "person-sessions": "/people/{person}/sessions",
    "person-letter": "/people/{person}/letter",
    "proposal": "/rule-editor/proposed/1",
    "run-start": "/runs/new",
}


@pytest.mark.parametrize("name", FUNCTIONAL)
def test_a_role_withdrawn_in_mid_session_is_gone_at_the_next_request(
    name: str, everybody: Mapping[str, Person | None], settings: Settings
) -> None:
    settings.DEMONSTRATION = True
    person = everybody[TABLE[name].whom.split("; ")[0]]
    assert person is not None
    client = Client(HTTP_HOST="localhost")
    client.force_login(person, BACKEND)
    where = ADDRESSES[name].format(person=person.pk)
    assert client.get(where).status_code in (200, 404)
    Grant.objects.filter(person=person).update(ends=timezone.now())
    answer = client.get(where)
    assert answer.status_code == 403
    assert b"You cannot see this page" in answer.content
