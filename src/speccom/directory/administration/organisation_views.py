"""Organisations as at a day: the register, one of them, and how it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from speccom.directory import organisation_changes
from speccom.directory.administration.act import Act, answer_act, sent
from speccom.directory.administration.changes_told import ChangeTold, tell_changes
from speccom.directory.administration.forms import AddOrganisation, CalledForm, Succeed
from speccom.directory.administration.people_views import home_crumb
from speccom.directory.form_shown import Words
from speccom.directory.models import OrganisationDetails, Succession
from speccom.directory.organisation_changes import Called
from speccom.directory.organisations import AsAt, all_as_at, as_at, predecessors, standing_on, successors
from speccom.directory.permission import may
from speccom.directory.signed_in import person_of
from speccom.interface.addresses import parameters
from speccom.interface.formats import counted, day
from speccom.interface.frame import Crumb, Frame, Link, show
from speccom.interface.pages import address

SECTION = "Organisations"
_FROM = Words("First day", "From this day on")
_CALLED = {
    "name": Words("Name"),
    "kind": Words("Kind", "For example: hospital trust"),
    "region": Words("Region"),
    "on": _FROM,
}


@dataclass(frozen=True)
class OrganisationShown:
    """An organisation in the register."""

    name: str
    href: str
    code: str
    about: str


@dataclass(frozen=True)
class RegisterPage:
    """The organisations that stood on a day."""

    asked: str
    on: str
    wrong: str
    summary: str
    organisations: tuple[OrganisationShown, ...]
    add: str


@dataclass(frozen=True)
class OrganisationPage:
    """An organisation: how it stands, what it was called, and who came before and after it."""

    code: str
    standing: str
    was: tuple[OrganisationShown, ...]
    before: tuple[Link, ...]
    after: tuple[Link, ...]
    changes: tuple[ChangeTold, ...]
    acts: tuple[Link, ...]


def register(request: HttpRequest) -> HttpResponse:
    """Show the organisations that stood on a day; today, where the address asks for none."""
    asked = parameters(request).get("on", "")
    on, wrong = _asked_day(asked)
    found = standing_on(on)
    page = RegisterPage(
        asked=asked or on.isoformat(),
        on=on.isoformat(),
        wrong=wrong,
        summary=f"{counted(len(found), 'organisation')} on {day(on)}.",
        organisations=tuple(_shown(each, on) for each in found),
        add=address("organisation-add") if _administers(request) else "",
    )
    frame = Frame("Organisations", SECTION, crumbs=(home_crumb(),), wrong=bool(wrong))
    return show(request, "directory/organisations.jinja", frame, page)


def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """Show one organisation. A code that is no longer in use still finds what it was."""
    today = timezone.localdate()
    found = _find(code, today)
    administers = _administers(request)
    page = OrganisationPage(
        code=code,
        standing=_standing_words(code, found, today),
        was=tuple(
            _was(each) for each in OrganisationDetails.objects.filter(organisation=code).order_by("-starts")
        ),
        before=_links(predecessors(code, today), "predecessor_id", today),
        after=_links(successors(code, today), "successor_id", today),
        changes=tell_changes(code) if administers else (),
        acts=_acts(code) if administers and found.stands else (),
    )
    frame = Frame(found.name, SECTION, crumbs=(home_crumb(), _crumb()))
    return show(request, "directory/organisation.jinja", frame, page)


def add(request: HttpRequest) -> HttpResponse:
    """Add an organisation."""
    words = {"code": Words("Code", "It is never used for another organisation"), **_CALLED}
    act = Act("Add an organisation", "Add", words, (home_crumb(), _crumb()), section=SECTION)

    def do(entered: dict[str, Any]) -> None:
        organisation_changes.add(
            entered["code"].upper(),
            _called(entered),
            starts=entered["on"],
            by=person_of(request),
            at=timezone.now(),
        )

    return answer_act(request, act, AddOrganisation(sent(request)), do, address("organisations"))


def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Have an organisation called something else from a day on."""
    found = _find(code, timezone.localdate())
    act = Act("Change what it is called", "Save", _CALLED, _crumbs(code, found), found.name, SECTION)
    form = CalledForm(sent(request), initial={"name": found.name, "kind": found.kind, "region": found.region})

    def do(entered: dict[str, Any]) -> None:
        organisation_changes.rename(
            code, _called(entered), on=entered["on"], by=person_of(request), at=timezone.now()
        )

    return answer_act(request, act, form, do, address("organisation", code=code))


def succeed(request: HttpRequest, code: str) -> HttpResponse:
    """Have an organisation merge into another, or be divided."""
    found = _find(code, timezone.localdate())
    words = {
        "kind": Words("What becomes of it?"),
        "into": Words("Who takes over", "The code of the organisation; of several, with spaces between them"),
        "on": Words("First day", "From this day on the others stand in its place"),
    }
    act = Act("Merge or divide", "Save", words, _crumbs(code, found), found.name, SECTION, warning=True)
    kinds = {
        Succession.Kind.MERGE.value: "It merges into another",
        Succession.Kind.SPLIT.value: "It is divided into others",
    }

    def do(entered: dict[str, Any]) -> None:
        organisation_changes.succeed(
            code,
            entered["into"].upper().replace(",", " ").split(),
            Succession.Kind(entered["kind"]),
            on=entered["on"],
            by=person_of(request),
            at=timezone.now(),
        )

    return answer_act(
        request, act, Succeed(sent(request), kinds=kinds), do, address("organisation", code=code)
    )


def _find(code: str, on: date) -> AsAt:
    found = as_at(code, on)
    if not found.known:
        raise Http404
    return found


def _asked_day(text: str) -> tuple[date, str]:
    today = timezone.localdate()
    try:
        return (date.fromisoformat(text) if text else today), ""
    except ValueError:
        return today, "Enter a day such as 2026-08-06"


def _called(entered: dict[str, Any]) -> Called:
    return Called(entered["name"], entered["kind"], entered["region"])


def _shown(each: AsAt, on: date) -> OrganisationShown:
    about = ", ".join(filter(None, (each.kind, each.region)))
    return OrganisationShown(each.name, address("organisation", code=each.code), each.code, about)


def _was(row: OrganisationDetails) -> OrganisationShown:
    dates = f"From {day(row.starts)} until {day(row.ends)}" if row.ends else f"Since {day(row.starts)}"
    about = ", ".join(filter(None, (row.kind, row.region)))
    return OrganisationShown(row.name, "", dates, about)


def _standing_words(code: str, found: AsAt, today: date) -> str:
    if found.stands:
        return f"Stands today, {day(today)}."
    last = OrganisationDetails.objects.filter(organisation=code).order_by("starts").last()
    if last is not None and last.ends is not None and last.ends < today:
        return f"Stood until {day(last.ends)}."
    return f"Begins on {day(last.starts)}." if last is not None else ""


def _links(rows: Iterable[Succession], side: str, on: date) -> tuple[Link, ...]:
    found = list(rows)
    named = all_as_at((getattr(each, side) for each in found), on)
    return tuple(
        Link(
            named[getattr(each, side)].name,
            address("organisation", code=getattr(each, side)),
            note=f"{each.get_kind_display()}, on {day(each.on)}",
        )
        for each in found
    )


def _acts(code: str) -> tuple[Link, ...]:
    return (
        Link("Change what it is called", address("organisation-rename", code=code)),
        Link("Merge or divide", address("organisation-succeed", code=code)),
    )


def _crumb() -> Crumb:
    return Crumb("Organisations", address("organisations"))


def _crumbs(code: str, found: AsAt) -> tuple[Crumb, ...]:
    return (home_crumb(), _crumb(), Crumb(found.name, address("organisation", code=code)))


def _administers(request: HttpRequest) -> bool:
    return may(person_of(request), "administer_organisations", timezone.now())
