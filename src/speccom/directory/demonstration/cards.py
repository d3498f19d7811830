"""The cards of the sign-in page: everybody one can be, and what each is in the middle of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from speccom.directory.bodies import body_title
from speccom.directory.demonstration.read import Player, players
from speccom.directory.grants_shown import role_title
from speccom.directory.models import Person
from speccom.directory.organisations import all_as_at
from speccom.interface.formats import listed

InTheMiddleOf = Callable[[Person], str]
_tellers: list[InTheMiddleOf] = []


@dataclass(frozen=True)
class Card:
    """One person of the demonstration."""

    key: str
    name: str
    roles: str
    doing: str


def tell_with(teller: InTheMiddleOf) -> None:
    """Have a part of the product that lies above say, in a sentence, what somebody is in the middle of."""
    if teller not in _tellers:
        _tellers.append(teller)


def cards() -> tuple[Card, ...]:
    """Return a card for everybody who is there."""
    here = {each.email: each for each in Person.objects.filter(ended__isnull=True)}
    codes = {grant.place.organisation for player in players().values() for grant in player.grants} - {""}
    named = {code: each.name for code, each in all_as_at(codes, timezone.localdate()).items()}
    return tuple(
        Card(player.key, player.name, _roles(player, named), _doing(here[player.email]))
        for player in players().values()
        if player.email in here
    )


def _roles(player: Player, named: dict[str, str]) -> str:
    places: dict[str, list[str]] = {}
    for grant in player.grants:
        place = named.get(grant.place.organisation) or body_title(grant.place.body)
        places.setdefault(role_title(grant.role), []).append(place)
    return "; ".join(f"{title}, {listed(at)}" for title, at in places.items())


def _doing(person: Person) -> str:
    return " ".join(filter(None, (tell(person) for tell in _tellers)))
