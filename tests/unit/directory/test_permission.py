from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse

from speccom.directory.models import Grant, Organisation, Person
from speccom.directory.permission import grants_of, may, may_see, roles_of
from speccom.interface.pages import Audience, Page

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create(email="ada@trust.example", name="Ada Marsh")


def give(person: Person, role: str, **more: object) -> Grant:
    where = more if {"organisation_id", "body"} & set(more) else {"organisation_id": "RAA", **more}
    if code := where.get("organisation_id"):
        Organisation.objects.get_or_create(code=code)
    return Grant.objects.create(person=person, role=role, **{"starts": NOON - HOUR, "why": "Joined", **where})


def test_a_role_is_held_from_its_start_until_just_before_its_end(person: Person) -> None:
    give(person, "analyst", starts=NOON, ends=NOON + HOUR)
    instants = (NOON - timedelta(microseconds=1), NOON, NOON + HOUR - timedelta(microseconds=1), NOON + HOUR)
    assert [bool(grants_of(person, at)) for at in instants] == [False, True, True, False]


def test_a_function_comes_with_a_role_and_goes_with_it(person: Person) -> None:
    grant = give(person, "analyst")
    assert may(person, "start_runs", NOON)
    assert not may(person, "edit_rules", NOON)
    grant.ends = NOON
    grant.save()
    assert not may(person, "start_runs", NOON)


def test_roles_at_an_organisation_are_not_roles_at_another_or_on_a_body(person: Person) -> None:
    give(person, "analyst")
    give(person, "body_member", body="panel")
    assert roles_of(person, NOON) == {"analyst", "body_member"}
    assert roles_of(person, NOON, organisation="RAA") == {"analyst"}
    assert roles_of(person, NOON, organisation="RBB") == frozenset()
    assert roles_of(person, NOON, body="panel") == {"body_member"}
    assert roles_of(person, NOON, organisation="") == {"body_member"}


def test_an_ended_account_holds_nothing(person: Person) -> None:
    give(person, "analyst")
    person.ended = NOON
    assert roles_of(person, NOON - HOUR / 2) == {"analyst"}
    assert roles_of(person, NOON) == frozenset()


def test_a_role_that_the_list_no_longer_has_gives_nothing(person: Person) -> None:
    give(person, "keeper of the keys")
    assert not may(person, "start_runs", NOON)


@pytest.mark.parametrize(
    ("audience", "visitor", "without_role", "analyst"),
    [
        (Audience.EVERYONE, True, True, True),
        (Audience.SIGNED_IN, False, True, True),
        ("start_runs", False, False, True),
        ("edit_rules", False, False, False),
        ("no_such_function", False, False, False),
    ],
)
def test_who_may_see_a_page(
    person: Person, audience: str, visitor: bool, without_role: bool, analyst: bool
) -> None:
    page = Page("a", "a", lambda request: HttpResponse(), audience)
    assert may_see(page, None, NOON) is visitor
    assert may_see(page, person, NOON) is without_role
    give(person, "analyst")
    assert may_see(page, person, NOON) is analyst


def test_what_is_not_registered_is_seen_by_nobody(person: Person) -> None:
    give(person, "administrator")
    assert not may_see(None, person, NOON)


def test_pages_answer_only_their_own_methods() -> None:
    page = Page("a", "a", lambda request: HttpResponse(), Audience.EVERYONE)
    assert [page.answers(each) for each in ("GET", "HEAD", "POST", "PUT", None)] == [
        True,
        True,
        False,
        False,
        False,
    ]
