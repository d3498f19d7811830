"""Somebody: the roles they hold and held, what was changed, and what can be done with their account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from speccom.directory import identities
from speccom.directory.administration.act import Act, answer_act, sent
from speccom.directory.administration.changes_told import ChangeTold, tell_changes
from speccom.directory.administration.forms import Identity
from speccom.directory.administration.people_views import SECTION, home_crumb, people_crumb, seen_words
from speccom.directory.form_shown import Words
from speccom.directory.grants_shown import GrantShown, show_grants
from speccom.directory.models import Person
from speccom.directory.permission import held, may
from speccom.directory.provider.registration import registration
from speccom.directory.sign_in.confirm import confirmed
from speccom.directory.sign_in.letters import send_password_letter
from speccom.directory.signed_in import person_of
from speccom.interface.formats import day
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.interface.pages import address

WHY = Words("Why", "Whoever reads the record later should understand it from this")


@dataclass(frozen=True)
class RoleShown:
    """A role of the person, and where it can be ended."""

    grant: GrantShown
    end: str


@dataclass(frozen=True)
class PersonPage:
    """What the page of a person shows."""

    email: str
    seen: str
    ended: str
    roles: tuple[RoleShown, ...]
    past: tuple[GrantShown, ...]
    changes: tuple[ChangeTold, ...]
    give: str
    acts: tuple[Link, ...]


def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show somebody."""
    whom, now = find_person(person), timezone.now()
    may_change = may(person_of(request), "administer_people", now) and whom.ended is None
    standing = [each for each in held(whom) if each.ends is None or each.ends > now]
    past = [each for each in held(whom) if each not in standing]
    page = PersonPage(
        email=whom.email,
        seen=seen_words(whom),
        ended=f"The account ended on {day(timezone.localdate(whom.ended))}." if whom.ended else "",
        roles=tuple(
            RoleShown(shown, address("grant-end", person=whom.pk, grant=each.grant) if may_change else "")
            for each, shown in zip(standing, show_grants(standing, now), strict=True)
        ),
        past=show_grants(past, now),
        changes=tell_changes(str(whom.pk)),
        give=address("grant-give", person=whom.pk) if may_change else "",
        acts=_acts(whom) if may_change else (),
    )
    frame = Frame(whom.name, SECTION, crumbs=(home_crumb(), people_crumb()))
    return show(request, "directory/person.jinja", frame, page)


@confirmed
def send_letter(request: HttpRequest, person: UUID) -> HttpResponse:
    """Send somebody a letter with a link by which they choose a password."""
    whom = find_person(person)
    act = Act(
        "Send a letter to choose a password",
        "Send the letter",
        {},
        crumbs_of(whom),
        whom.name,
        SECTION,
        (f"A letter goes to {whom.email}. Its link works once, and for a day.",),
    )

    def do(entered: dict[str, Any]) -> None:
        send_password_letter(whom, by=person_of(request), at=timezone.now())

    return answer_act(request, act, Form(sent(request)), do, address("person", person=whom.pk))


@confirmed
def identity(request: HttpRequest, person: UUID) -> HttpResponse:
    """Say who somebody is to the identity provider."""
    whom = find_person(person)
    registered = registration(settings.SPECCOM_HOME)
    if registered is None:
        raise Http404
    act = Act(
        f"Identifier at {registered.title}",
        "Save",
        {"subject": Words("Identifier", "The provider shows it to people whom nobody has added here yet")},
        crumbs_of(whom),
        whom.name,
        SECTION,
    )

    def do(entered: dict[str, Any]) -> None:
        identities.link(whom, registered.issuer, entered["subject"], by=person_of(request), at=timezone.now())

    return answer_act(request, act, Identity(sent(request)), do, address("person", person=whom.pk))


def find_person(person: UUID) -> Person:
    """Return the person of an address."""
    found = Person.objects.prefetch_related("grants").filter(pk=person).first()
    if found is None:
        raise Http404
    return found


def crumbs_of(whom: Person) -> tuple[Crumb, ...]:
    """The way to somebody's page."""
    return (home_crumb(), people_crumb(), Crumb(whom.name, address("person", person=whom.pk)))


def _acts(whom: Person) -> tuple[Link, ...]:
    links = [
        Link("Send a letter to choose a password", address("person-letter", person=whom.pk)),
        Link("Remove all second factors", address("person-factors", person=whom.pk)),
        Link("Sign out everywhere", address("person-sessions", person=whom.pk)),
        Link("End the account", address("person-end", person=whom.pk)),
    ]
    registered = registration(settings.SPECCOM_HOME)
    if registered:
        links.insert(1, Link(f"Identifier at {registered.title}", address("person-identity", person=whom.pk)))
    return tuple(links)
