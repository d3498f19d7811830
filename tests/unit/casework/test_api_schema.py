"""The API keeps to its description whatever it is sent, and does nothing without a token that stands."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings

from speccom.casework.api.endpoints import api
from speccom.casework.api.pages import description
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


@pytest.mark.django_db
@SCHEMA.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_finds_a_fault_of_ours(case: Any, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(UUID(int=next(_counted)))}
    answer = case.call(app=get_wsgi_application(), headers={**headers, "Host": "localhost"})
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0].startswith("application/problem+json")


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


def test_the_description_names_every_address(client: Client) -> None:
    assert description.__doc__
    assert set(SCHEMA.raw_schema["paths"]) >= {
        *FOR_VISITORS,
        f"{CASE}/acts/{{act}}",
        f"{CASE}/drafts/{{form}}/{{section}}",
        "/api/v1/meetings/{reference}/minutes",
    }
