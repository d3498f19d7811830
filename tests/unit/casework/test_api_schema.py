"""The API keeps to its description whatever it is sent, and does nothing without a token that stands."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings
from tests.unit.casework.demonstrated import begun, person

from speccom.casework.api.endpoints import api
from speccom.casework.api.pages import description
from speccom.casework.documents.as_answers import open_for
from speccom.casework.documents.sending import Sent, add_document
from speccom.casework.documents.taking import version_added
from speccom.casework.door import Done
from speccom.casework.meetings import conduct
from speccom.casework.meetings.bodies import RUN
from speccom.casework.meetings.steps import as_whom
from speccom.casework.sight import viewer
from speccom.directory.models import Grant, Organisation, OrganisationDetails, Person
from speccom.directory.tokens import make_token

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
ROLES = ("policy_lead", "clinician", "body_secretary", "funding_request_officer", "auditor")
PARTS = {
    "reference": "X-1",
    "document": str(UUID(int=1)),
    "held": str(UUID(int=1)),
    "number": "1",
    "version": "1",
}
CASE = "/api/v1/cases/{reference}"
FOR_VISITORS = {
    "/api/v1/cases",
    CASE,
    f"{CASE}/events",
    f"{CASE}/documents",
    f"{CASE}/documents/{{document}}",
    f"{CASE}/documents/{{document}}/versions/{{number}}",
    f"{CASE}/letters",
    f"{CASE}/letters/{{letter}}/{{version}}/{{form}}",
}
_counted = itertools.count()


@pytest.fixture(autouse=True)
def kept_connection() -> Iterator[None]:
    """The test's own connection stays open when a request ends, as with Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(db: None) -> str:
    """A token of somebody with many roles, so that as much as possible is reached."""
    organisation = Organisation.objects.create(code="X1")
    OrganisationDetails.objects.create(
        organisation=organisation, name="Somewhere", kind="Hospital trust", starts="2013-04-01"
    )
    person = Person.objects.create(email="program@example.org", name="Program")
    since = timezone.now() - timedelta(days=1)
    for role in ROLES:
        Grant.objects.create(person=person, role=role, organisation=organisation, starts=since, why="test")
    Grant.objects.create(
        person=person, role="body_secretary", body="clinical_panel", starts=since, why="test"
    )
    return make_token(person, "test", timezone.now())


@pytest.fixture
def real(
    token: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Mapping[str, object]]:
    """What there is at an address: a case with a document and a letter, a meeting about it."""
    case = begun(settings, monkeypatch, "request", "submit")
    secretary = viewer(person("body-secretary"), timezone.now())
    acting, starts = as_whom(secretary, "clinical_panel", RUN), timezone.now() + timedelta(days=2)
    meeting = conduct.plan(str(uuid4()), acting, "clinical_panel", starts, "Online", secretary.at)
    conduct.put_on_agenda(str(uuid4()), acting, meeting, case, 20, secretary.at)
    lead = viewer(person("policy-lead"), timezone.now())
    sent = Sent(SimpleUploadedFile("a.txt", b"A paper"), "A paper", "official")
    added = add_document(open_for(lead, case), lead, str(uuid4()), sent)
    assert isinstance(added, Done)
    parts = {
        "document": str(version_added(added).document_id),
        "number": 1,
        "letter": "acknowledgement",
        "version": 1,
        "case": case.reference,
        "act": "pause",
        "section": "reason",
    }

    def found(path: str) -> Mapping[str, object]:
        reference = meeting.reference if "meetings" in path else case.reference
        return {**parts, "reference": reference, "form": "html" if "letters" in path else "pause"}

    return found


@pytest.mark.django_db
@SCHEMA.parametrize()
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_finds_a_fault_of_ours(
    case: Any, token: str, real: Callable[[str], Mapping[str, object]]
) -> None:
    """Neither where there is nothing nor, every other time, where there is something."""
    count = next(_counted)
    if count % 2 and case.path_parameters:
        known = real(case.path)
        case.path_parameters = {name: known.get(name, part) for name, part in case.path_parameters.items()}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(UUID(int=count))}
    answer = case.call(app=get_wsgi_application(), headers={**headers, "Host": "localhost"})
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0].startswith("application/problem+json")


def test_what_there_is_is_given(
    token: str, real: Callable[[str], Mapping[str, object]], client: Client
) -> None:
    """The addresses that the requests above are sent to are there."""
    for path, operations in SCHEMA.raw_schema["paths"].items():
        if "get" in operations:
            answer = client.get(
                path.format(**real(path)), headers={"host": "localhost", "Authorization": f"Bearer {token}"}
            )
            is_minutes = path.endswith("minutes")
            assert answer.status_code == (404 if is_minutes else 200), path


def test_whose_case_and_meeting_it_is_not_is_given_nothing(
    real: Callable[[str], Mapping[str, object]], client: Client
) -> None:
    """With a token that stands, and orders that can be read, it is as if there were none."""
    outsider = make_token(person("analyst"), "test", timezone.now())
    for path, operations in SCHEMA.raw_schema["paths"].items():
        for method in operations if "{reference}" in path else ():
            headers = {"host": "localhost", "Authorization": f"Bearer {outsider}"}
            where = path.format(**{"held": uuid4(), **real(path)})
            answer = getattr(client, method)(
                where, **_body(method, path), headers={**headers, "Idempotency-Key": str(uuid4())}
            )
            assert answer.status_code == 404, (method, path, answer.content)


def _body(method: str, path: str) -> dict[str, object]:
    if method == "get":
        return {}
    if path.endswith(("/documents", "/versions")):
        file = SimpleUploadedFile("a.txt", b"A")
        return {"data": {"file": file, "confidentiality": "official"}}
    every = {"person": "x", "step": "papers", "settled": "none", "reason": "x"}
    return {"data": json.dumps(every), "content_type": "application/json"}


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer speccom_nobody", "Basic eDp5"])
def test_nothing_is_done_or_shown_without_a_token_that_stands(token: str) -> None:
    program = Client(headers={"host": "localhost", **({"Authorization": token} if token else {})})
    for path, operations in SCHEMA.raw_schema["paths"].items():
        for method in operations:
            where = re.sub(r"\{(\w+)\}", lambda part: PARTS.get(part[1], "x"), path)
            body = None if method == "get" else "{}"
            answer = getattr(program, method)(where, data=body, content_type="application/json")
            public = method == "get" and path in FOR_VISITORS and not token.startswith("Bearer")
            assert answer.status_code in ((200, 404) if public else (401, 403)), (method, path)


def test_the_description_and_the_manual_name_every_address(repository: Path) -> None:
    assert description.__doc__
    described = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, operations in SCHEMA.raw_schema["paths"].items()
        for method in operations
    }
    manual = (repository / "docs" / "api.md").read_text(encoding="utf-8")
    table = manual.partition("## What there is")[2].partition("## Doing an act")[0]
    assert set(re.findall(r"`([A-Z]+) (/[^`]*)`", table)) == described
    assert {path for _, path in described} >= {path.removeprefix("/api/v1") for path in FOR_VISITORS}
