"""Bring the demonstration's people and organisations into the database; what is there is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from speccom.directory import grants, people
from speccom.directory.demonstration.read import Player, organisations, players
from speccom.directory.models import Organisation, OrganisationDetails, Person, Succession

_WHY = "Plays a part in the demonstration"


def load(at: datetime | None = None) -> None:
    """Add what is missing, as at a moment (now, unless told otherwise)."""
    now = at or timezone.now()
    with transaction.atomic():
        _load_organisations()
        here = set(Person.objects.values_list("email", flat=True))
        for player in players().values():
            if player.email not in here:
                _add(player, now)


def _load_organisations() -> None:
    written = organisations()
    here = set(Organisation.objects.values_list("code", flat=True))
    for each in written["organisation"]:
        if each["code"] not in here:
            _add_organisation(each)
    for each in written["succession"]:
        Succession.objects.get_or_create(
            predecessor_id=str(each["predecessor"]),
            successor_id=str(each["successor"]),
            defaults={"kind": str(each["kind"]), "on": str(each["on"])},
        )


def _add_organisation(written: Mapping[str, object]) -> None:
    organisation = Organisation.objects.create(code=str(written["code"]))
    details = written["details"]
    assert isinstance(details, list)
    OrganisationDetails.objects.bulk_create(
        OrganisationDetails(organisation=organisation, **each) for each in details
    )


def _add(player: Player, at: datetime) -> None:
    person = people.add(player.email, player.name, by=None, at=at)
    for grant in player.grants:
        grants.give(
            person,
            grant.role,
            grant.place,
            starts=_start_of(grant.starts),
            ends=None,
            by=None,
            why=_WHY,
            at=at,
        )


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
