"""Outside of a demonstration runs are for those whose role says so, and single records for fewer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from speccom.directory.models import Grant, Organisation, Person

pytestmark = pytest.mark.django_db

FIGURES = (
    "/runs",
    "/runs/small",
    "/runs/small/payers",
    "/runs/small/beside",
    "/runs/small/services",
    "/runs/small/providers",
    "/runs/small/unseen",
    "/runs/small/agreement",
    "/runs/small/manifest",
    "/runs/small/tables/lines.csv",
    "/runs/small/tables/unseen.xlsx",
    "/runs/small/tables/agreement.csv",
)
RECORDS = (
    "/runs/small/faults",
    "/runs/small/rows",
    "/runs/small/rows/1",
    "/runs/small/find?record=a1",
    "/runs/small/tables/records.csv",
    "/runs/small/tables/records.xlsx",
    "/runs/small/tables/faults.csv",
    "/runs/small/tables/rejected.csv",
)
ALL_OF_A_SERVICE = "/services/NCBPS11T"
SignIn = Callable[[str], Client]


@pytest.fixture
def signed_in(client: Client, settings: Settings) -> SignIn:
    """Somebody in a role, who has given a second factor, where this is no demonstration."""
    settings.DEMONSTRATION = False

    def sign_in(role: str) -> Client:
        person = Person.objects.create(email="ada@trust.example", name="Ada Marsh")
        trust = Organisation.objects.create(code="RAA")
        if role:
            Grant.objects.create(
                person=person, role=role, organisation=trust, starts=timezone.now(), why="Joined"
            )
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": 0}]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
        session.save()
        return client

    return sign_in


@pytest.mark.parametrize("where", FIGURES + RECORDS)
def test_a_visitor_signs_in_first(client: Client, settings: Settings, where: str) -> None:
    assert client.get(where).status_code in (200, 302), "in a demonstration it is there"
    assert not client.get(where).headers.get("Location", "").startswith("/sign-in")
    settings.DEMONSTRATION = False
    answer = client.get(where)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=%2Fruns")


@pytest.mark.parametrize("role", ["", "administrator", "clinician"])
def test_whoever_has_no_such_role_is_refused(signed_in: SignIn, role: str) -> None:
    ada = signed_in(role)
    assert {ada.get(where).status_code for where in FIGURES + RECORDS} == {403}


@pytest.mark.parametrize("role", ["policy_lead", "programme_lead"])
def test_some_see_figures_and_no_single_record(signed_in: SignIn, role: str) -> None:
    ada = signed_in(role)
    assert {ada.get(where).status_code for where in FIGURES} == {200}
    assert {ada.get(where).status_code for where in RECORDS} == {403}


@pytest.mark.parametrize("role", ["analyst", "rule_editor", "finance", "auditor"])
def test_others_see_both_until_their_role_ends(signed_in: SignIn, role: str) -> None:
    ada = signed_in(role)
    assert {ada.get(where).status_code for where in FIGURES + RECORDS} <= {200, 302}
    Grant.objects.update(ends=timezone.now())
    assert {ada.get(where).status_code for where in FIGURES + RECORDS} == {403}


def test_no_other_page_tells_of_a_run_to_those_who_may_not_see_it(
    signed_in: SignIn, home: Path, settings: Settings
) -> None:
    ada = signed_in("clinician")
    for where in ("/", ALL_OF_A_SERVICE):
        text = ada.get(where).content.decode()
        assert "Activity and cost" not in text
        assert "/runs" not in text
    settings.DEMONSTRATION = True
    assert "/runs/" in ada.get("/").content.decode()
