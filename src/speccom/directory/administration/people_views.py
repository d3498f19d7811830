"""Everybody who may sign in, or those whom a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from speccom.directory import people
from speccom.directory.administration.act import Act, answer_act, sent
from speccom.directory.administration.forms import AddPerson
from speccom.directory.form_shown import Words
from speccom.directory.grants_shown import show_grants
from speccom.directory.models import Person
from speccom.directory.permission import grants_of, may
from speccom.directory.signed_in import person_of
from speccom.interface.addresses import parameters
from speccom.interface.formats import counted, day
from speccom.interface.frame import Crumb, Frame, show
from speccom.interface.pages import address
from speccom.interface.paging import PAGE_SIZE, Paging, paginate

SECTION = "People"


@dataclass(frozen=True)
class PersonShown:
    """Somebody in the list."""

    name: str
    href: str
    email: str
    roles: tuple[str, ...]
    seen: str


@dataclass(frozen=True)
class PeoplePage:
    """The list of people, or of those whom a search found."""

    asked: str
    summary: str
    people: tuple[PersonShown, ...]
    paging: Paging | None
    add: str


def everybody(request: HttpRequest) -> HttpResponse:
    """Show the people. What is searched for is a name, so it is sent and never lies in an address."""
    asked = request.POST.get("q", "").strip()[:200]
    found = Person.objects.order_by("name", "email").prefetch_related("grants")
    if asked:
        found = found.filter(Q(name__icontains=asked) | Q(email__icontains=asked))
    total = found.count()
    paging = None if asked else paginate(total, address("people"), parameters(request))
    start = paging.offset if paging else 0
    page = PeoplePage(
        asked=asked,
        summary=_summary(total, asked),
        people=_shown(list(found[start : start + PAGE_SIZE])),
        paging=paging,
        add=address("person-add") if _administers(request) else "",
    )
    return show(request, "directory/people.jinja", Frame("People", SECTION, crumbs=(home_crumb(),)), page)


def add(request: HttpRequest) -> HttpResponse:
    """Add somebody, and go on to giving them a role."""
    act = Act(
        "Add somebody",
        "Add",
        {
            "name": Words("Name", "As colleagues know them"),
            "email": Words("Email address", "They sign in with it, and letters go to it"),
        },
        (home_crumb(), people_crumb()),
        section=SECTION,
    )
    form = AddPerson(sent(request))
    now = timezone.now()

    def do(entered: dict[str, str]) -> None:
        people.add(entered["email"], entered["name"], by=person_of(request), at=now)

    answer = answer_act(request, act, form, do, address("people"))
    if answer.status_code != 302:
        return answer
    added = Person.objects.get(email=form.cleaned_data["email"].strip().lower())
    answer["Location"] = address("grant-give", person=added.pk)
    return answer


def home_crumb() -> Crumb:
    """The way to the front page."""
    return Crumb("Home", address("home"))


def people_crumb() -> Crumb:
    """The way to the list of people."""
    return Crumb("People", address("people"))


def seen_words(person: Person) -> str:
    """Say when somebody was last here."""
    if person.last_login is None:
        return "Has not signed in yet"
    return f"Last signed in on {day(timezone.localdate(person.last_login))}"


def _summary(total: int, asked: str) -> str:
    if not asked:
        return f"{counted(total, 'person has', 'people have')} an account."
    return f"{counted(total, 'person matches', 'people match')} “{asked}”."


def _shown(some: Sequence[Person]) -> tuple[PersonShown, ...]:
    now = timezone.now()
    held = [each for person in some for each in grants_of(person, now)]
    roles: dict[UUID, list[str]] = {}
    for each, shown in zip(held, show_grants(held, now), strict=True):
        roles.setdefault(each.person, []).append(f"{shown.title}, {shown.place}")
    return tuple(
        PersonShown(
            name=person.name,
            href=address("person", person=person.pk),
            email=person.email,
            roles=tuple(roles.get(person.pk, ())),
            seen="The account has ended" if person.ended else seen_words(person),
        )
        for person in some
    )


def _administers(request: HttpRequest) -> bool:
    return may(person_of(request), "administer_people", timezone.now())
