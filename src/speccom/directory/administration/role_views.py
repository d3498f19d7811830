"""Giving somebody a role, and ending it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from speccom.directory import grants
from speccom.directory.administration.act import Act, answer_act, sent
from speccom.directory.administration.forms import NOW, EndRole, GiveRole, place_of
from speccom.directory.administration.people_views import SECTION
from speccom.directory.administration.person_views import WHY, crumbs_of, find_person
from speccom.directory.day_field import end_of, start_of
from speccom.directory.form_shown import Words
from speccom.directory.grants_shown import show_grants
from speccom.directory.models import Grant
from speccom.directory.permission import held
from speccom.directory.signed_in import person_of
from speccom.interface.pages import address

_GIVE = {
    "role": Words("Role"),
    "place": Words("Where", "The organisation or body for which they hold it"),
    "starts": Words("First day"),
    "ends": Words("Last day", "Leave this out where no end is known"),
    "why": WHY,
}
_END = {"when": Words("When does the role end?"), "day": Words("Last day", "Where it ends later"), "why": WHY}


def give(request: HttpRequest, person: UUID) -> HttpResponse:
    """Give somebody a role."""
    whom, now = find_person(person), timezone.now()
    act = Act("Give a role", "Give the role", _GIVE, crumbs_of(whom), whom.name, SECTION)
    form = GiveRole(sent(request), on=timezone.localdate(now))

    def do(entered: dict[str, Any]) -> None:
        grants.give(
            whom,
            entered["role"],
            place_of(entered["place"]),
            starts=_first_moment(entered["starts"], now),
            ends=end_of(entered["ends"]) if entered["ends"] else None,
            by=person_of(request),
            why=entered["why"],
            at=now,
        )

    return answer_act(request, act, form, do, address("person", person=whom.pk))


def end(request: HttpRequest, person: UUID, grant: int) -> HttpResponse:
    """End a role that somebody holds."""
    whom, now = find_person(person), timezone.now()
    found = Grant.objects.filter(pk=grant, person=whom).first()
    if found is None:
        raise Http404
    (shown,) = show_grants((each for each in held(whom) if each.grant == grant), now)
    act = Act(
        "End a role",
        "End the role",
        _END,
        crumbs_of(whom),
        whom.name,
        SECTION,
        (f"{shown.title[:1].upper()}{shown.title[1:]}, {shown.place}. {shown.dates}.",),
        warning=True,
    )

    def do(entered: dict[str, Any]) -> None:
        on = now if entered["when"] == NOW else end_of(entered["day"])
        grants.end(found, on=on, by=person_of(request), why=entered["why"], at=now)

    return answer_act(request, act, EndRole(sent(request)), do, address("person", person=whom.pk))


def _first_moment(day: Any, now: datetime) -> datetime:
    """Return when a role begins that is given from a day on: today it begins now."""
    return now if day == timezone.localdate(now) else start_of(day)
