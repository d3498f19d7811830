"""Looking after people, roles and organisations, as an administrator does it in pages."""

from __future__ import annotations

import html
from datetime import date, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.unit.directory.conftest import Giver

from speccom.directory import organisation_changes, organisations
from speccom.directory.models import Confirmation, Grant, Person, RecordedChange, Succession
from speccom.directory.organisation_changes import Called
from speccom.directory.permission import may, roles_of
from speccom.problem import Problem

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOON = "2026-11-23T12:00:00+00:00"


@pytest.fixture(autouse=True)
def noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def anne(client: Client, new_person: Giver, settings: Settings) -> Person:
    """An administrator, signed in where no second factor is asked for."""
    settings.DEMONSTRATION = True
    person = new_person("Anne Taylor", "administrator")
    client.force_login(person, BACKEND)
    return person


def day(prefix: str, value: date) -> dict[str, str]:
    parts = {"day": value.day, "month": value.month, "year": value.year}
    return {f"{prefix}_{part}": str(number) for part, number in parts.items()}


def role_form(**changes: str) -> dict[str, str]:
    form = {"role": "analyst", "place": "organisation:D1NE", "why": "Joins the team"}
    return form | day("starts", date(2026, 11, 23)) | changes


def text_of(client: Client, where: str) -> str:
    return html.unescape(client.get(where).content.decode())


def test_somebody_is_added_given_a_role_and_comes_in_by_a_letter(client: Client, anne: Person) -> None:
    answer = client.post("/people/add", {"name": "Ben Hill", "email": "Ben@Trust.example"})
    ben = Person.objects.get(email="ben@trust.example")
    assert answer["Location"] == f"/people/{ben.pk}/roles/give"
    client.post(answer["Location"], role_form())
    assert roles_of(ben, timezone.now()) == {"analyst"}
    client.post(f"/people/{ben.pk}/letter")
    assert mail.outbox[0].to == ["ben@trust.example"]
    assert "/sign-in/password/" in mail.outbox[0].body
    page = text_of(client, f"/people/{ben.pk}")
    assert "Role given: analyst, D1NE" in page
    assert "“Joins the team”" in page
    assert "23 November 2026 at 12pm, by Anne Taylor" in page
    kinds = list(
        RecordedChange.objects.filter(subject=str(ben.pk)).order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == ["person added", "role given", "letter to choose a password sent"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": ""}, "Choose a role"),
        ({"place": ""}, "Choose where the role is held"),
        ({"why": " "}, "Say why"),
        ({"starts_month": "13"}, "Enter a day that there is"),
        ({"starts_day": "", "starts_month": "", "starts_year": ""}, "Enter the first day"),
        ({"starts_day": "22"}, "A role cannot be given for days that have passed"),
        ({"ends_day": "1", "ends_month": "1", "ends_year": "2026"}, "The role would end before it starts"),
    ],
)
def test_a_role_that_cannot_be_given_is_told_and_nothing_typed_is_lost(
    client: Client, anne: Person, new_person: Giver, changes: dict[str, str], said: str
) -> None:
    ben = new_person("Ben Hill")
    page = html.unescape(client.post(f"/people/{ben.pk}/roles/give", role_form(**changes)).content.decode())
    assert said in page
    assert "<title>Error: " in page
    if "why" not in changes:
        assert "Joins the team" in page
    assert f'value="{changes.get("starts_month", "11")}"' in page
    assert roles_of(ben, timezone.now()) == frozenset()


def test_a_role_holds_through_its_last_day(client: Client, anne: Person, new_person: Giver) -> None:
    ben = new_person("Ben Hill")
    client.post(f"/people/{ben.pk}/roles/give", role_form(**day("ends", date(2026, 11, 30))))
    assert "From 23 November 2026 until 30 November 2026" in text_of(client, f"/people/{ben.pk}")
    for moment, holds in (("2026-11-30T23:59:59+00:00", True), ("2026-12-01T00:00:00+00:00", False)):
        with time_machine.travel(moment, tick=False):
            assert may(ben, "start_runs", timezone.now()) is holds


def test_a_role_is_ended_now_or_at_the_end_of_a_day(client: Client, anne: Person, new_person: Giver) -> None:
    ben = new_person("Ben Hill", "analyst", "finance")
    first, second = Grant.objects.filter(person=ben).order_by("pk")
    client.post(f"/people/{ben.pk}/roles/{first.pk}/end", {"when": "now", "why": "Moved on"})
    assert roles_of(ben, timezone.now()) == {"finance"}
    later = {"when": "later", "why": "Leaves", **day("day", date(2026, 11, 24))}
    client.post(f"/people/{ben.pk}/roles/{second.pk}/end", later)
    assert roles_of(ben, timezone.now() + timedelta(days=1)) == {"finance"}
    assert roles_of(ben, timezone.now() + timedelta(days=2)) == frozenset()
    again = client.post(f"/people/{ben.pk}/roles/{first.pk}/end", {"when": "now", "why": "Moved on"})
    assert b"This role has ended already" in again.content


def test_nobody_gives_themselves_a_role(client: Client, anne: Person) -> None:
    answer = client.post(f"/people/{anne.pk}/roles/give", role_form())
    assert b"Nobody gives themselves a role" in answer.content
    assert roles_of(anne, timezone.now()) == {"administrator"}


def test_there_is_always_somebody_who_can_give_access(
    client: Client, anne: Person, new_person: Giver
) -> None:
    grant = Grant.objects.get(person=anne)
    ended = {"when": "now", "why": "Leaves"}
    assert (
        b"nobody could give access" in client.post(f"/people/{anne.pk}/roles/{grant.pk}/end", ended).content
    )
    refused = html.unescape(client.post(f"/people/{anne.pk}/end", {"why": "Leaves"}).content.decode())
    assert (
        "Without Anne Taylor nobody could give access any more. Give somebody else the role first." in refused
    )
    assert ".." not in refused
    new_person("Ben Hill", "administrator")
    assert client.post(f"/people/{anne.pk}/end", {"why": "Leaves"}).status_code == 302
    assert client.get("/people")["Location"] == "/sign-in?next=%2Fpeople"


def test_lost_factors_are_removed_once_it_is_said_how_their_owner_is_known(
    client: Client, anne: Person, new_person: Giver
) -> None:
    ben = new_person("Ben Hill", "analyst")
    Authenticator.objects.create(user=ben, type=Authenticator.Type.TOTP, data={})
    where, lost = f"/people/{ben.pk}/second-factors", {"why": "Lost the telephone"}
    for form in (lost, {**lost, "identified": "by email"}, {"identified": "seen"}):
        assert client.post(where, form).status_code == 200
    assert "Choose how you made sure that it is them who asks" in html.unescape(
        client.post(where, lost).content.decode()
    )
    assert Authenticator.objects.filter(user=ben).exists()
    client.post(where, {**lost, "identified": "vouched"})
    assert not Authenticator.objects.filter(user=ben).exists()
    page = text_of(client, f"/people/{ben.pk}")
    assert "Second factors removed. Somebody who works with them, and whom I called myself," in page
    assert "“Lost the telephone”" in page
    kept = RecordedChange.objects.get(kind="second factors removed").particulars
    assert kept == {"identified": "vouched", "why": "Lost the telephone"}


def test_whom_somebody_looks_for_never_lies_in_an_address(
    client: Client, anne: Person, new_person: Giver
) -> None:
    new_person("Ben Hill", "analyst")
    found = html.unescape(client.post("/people", {"q": "hill"}).content.decode())
    assert "1 person matches “hill”" in found
    assert "Ben Hill" in found
    assert "analyst, The commissioner" in found
    assert "Ben Hill" in text_of(client, "/people?q=nobody")


def test_the_list_costs_no_more_for_more_people(
    client: Client, anne: Person, new_person: Giver, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        new_person(f"Person{number} Hill", "analyst")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/people")


class TestTheReview:
    def test_it_shows_what_nobody_has_looked_at_first_and_takes_an_answer(
        self, client: Client, anne: Person, new_person: Giver
    ) -> None:
        ben = new_person("Ben Hill", "analyst")
        grant = Grant.objects.get(person=ben)
        assert "Not reviewed yet" in text_of(client, "/access-review?role=analyst")
        client.post(f"/access-review/{grant.pk}", {"decision": "keep"})
        assert Confirmation.objects.get().by == anne
        page = text_of(client, "/access-review")
        assert page.index("Anne Taylor</a>") < page.index("Ben Hill")
        assert "Confirmed on 23 November 2026" in page

    def test_a_role_that_is_not_needed_ends_with_a_reason(
        self, client: Client, anne: Person, new_person: Giver
    ) -> None:
        ben = new_person("Ben Hill", "analyst")
        where = f"/access-review/{Grant.objects.get(person=ben).pk}"
        assert b"A reason is missing" in client.post(where, {"decision": "end"}).content
        client.post(where, {"decision": "end", "why": "Not used for a year"})
        assert roles_of(ben, timezone.now()) == frozenset()
        assert client.get(where).status_code == 404

    def test_nobody_reviews_their_own_role(self, client: Client, anne: Person) -> None:
        answer = client.post(f"/access-review/{Grant.objects.get(person=anne).pk}", {"decision": "keep"})
        assert b"Nobody reviews their own roles" in answer.content
        assert not Confirmation.objects.exists()


class TestOrganisations:
    def test_an_organisation_is_renamed_and_both_names_are_known(self, client: Client, anne: Person) -> None:
        form = {"name": "The new commissioner", "kind": "", "region": "", **day("on", date(2026, 12, 1))}
        client.post("/organisations/D1NE/called", form)
        assert organisations.as_at("D1NE", date(2026, 11, 30)).name == "The commissioner"
        assert organisations.as_at("D1NE", date(2026, 12, 1)).name == "The new commissioner"
        page = text_of(client, "/organisations/D1NE")
        assert "From 1 January 2020 until 30 November 2026" in page
        assert "Renamed The new commissioner" in page

    def test_a_merged_organisation_is_still_found_by_its_code(self, client: Client, anne: Person) -> None:
        for code, name in (("A1", "Ash Hospital"), ("B2", "Beech Hospital")):
            form = {"code": code, "name": name, "kind": "", "region": "", **day("on", date(2026, 1, 1))}
            client.post("/organisations/add", form)
        form = {"kind": "merge", "into": "b2", **day("on", date(2026, 11, 1))}
        assert client.post("/organisations/A1/successors", form).status_code == 302
        page = text_of(client, "/organisations/A1")
        assert "Stood until 31 October 2026." in page
        assert "merged into, on 1 November 2026" in page
        assert "Ash Hospital" in text_of(client, "/organisations?on=2026-10-31")
        assert "Ash Hospital" not in text_of(client, "/organisations?on=2026-11-01")
        assert organisations.answers_for({"B2"}, date(2026, 11, 1))["B2"] == {"A1", "B2"}
        assert organisations.answers_for({"B2"}, date(2026, 10, 31))["B2"] == {"B2"}
        assert organisations.answers_for({"A1"}, date(2026, 11, 1))["A1"] == {"A1"}

    def test_of_a_divided_organisation_nobody_holds_all(self, anne: Person) -> None:
        now = timezone.now()
        for code in ("A", "B", "C"):
            organisation_changes.add(code, Called(code), starts=date(2026, 1, 1), by=None, at=now)
        organisation_changes.succeed(
            "A", ("B", "C"), Succession.Kind.SPLIT, on=date(2026, 6, 1), by=None, at=now
        )
        assert organisations.answers_for({"B"}, date(2026, 6, 1))["B"] == {"B"}
        assert not organisations.as_at("A", date(2026, 6, 1)).stands
        assert organisations.as_at("A", date(2026, 5, 31)).stands

    def test_what_cannot_be_is_refused(self, anne: Person) -> None:
        now, spring = timezone.now(), date(2026, 4, 1)
        for code in ("A", "B"):
            organisation_changes.add(code, Called(code), starts=date(2026, 1, 1), by=None, at=now)
        more = {"by": None, "at": now}
        merge, split = Succession.Kind.MERGE, Succession.Kind.SPLIT
        with pytest.raises(Problem, match="merges into one other"):
            organisation_changes.succeed("A", ("B", "D1NE"), merge, on=spring, **more)
        with pytest.raises(Problem, match="two or more"):
            organisation_changes.succeed("A", ("B", "B"), split, on=spring, **more)
        with pytest.raises(Problem, match="cannot succeed itself"):
            organisation_changes.succeed("A", ("A",), merge, on=spring, **more)
        with pytest.raises(Problem, match="does not stand on that day"):
            organisation_changes.succeed("A", ("Z",), merge, on=spring, **more)
        with pytest.raises(Problem, match="belongs to an organisation already"):
            organisation_changes.add("A", Called("A"), starts=spring, **more)
        organisation_changes.succeed("A", ("B",), merge, on=spring, **more)
        with pytest.raises(Problem, match="no longer stands"):
            organisation_changes.rename("A", Called("C"), on=date(2026, 5, 1), **more)

    def test_anybody_may_look_and_nobody_else_may_change(self, client: Client, anne: Person) -> None:
        client.post("/sign-out")
        assert "The commissioner" in text_of(client, "/organisations")
        assert "Add an organisation" not in text_of(client, "/organisations")
        assert client.get("/organisations/add").status_code == 302
        assert client.get("/organisations/NONE").status_code == 404
        assert "Enter a day such as" in text_of(client, "/organisations?on=yesterday")
