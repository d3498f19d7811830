"""A service in words: who commissions it, how far it reaches, how it can be found."""

from __future__ import annotations

from dataclasses import dataclass

from speccom.rulebook.entries import Reach
from speccom.rulebook.identification import IdentificationRulebook, Service

_DELEGATION = {
    "red": "Commissioned by NHS England",
    "green": "Delegated to integrated care boards",
    "amber": "To be delegated to integrated care boards later",
    "blue": "Money held by a host provider or network",
}

_REACH = {
    Reach.SPELL: (
        "One such record makes the whole hospital stay specialised, and every record of the stay is "
        "counted here unless a service of a higher place claims it."
    ),
    Reach.EPISODE: "Only the record itself is counted here, not its neighbours in the same hospital stay.",
    Reach.IF_SPELL_SPECIALISED: (
        "It counts only where another service makes the hospital stay specialised; on its own it does not."
    ),
}


@dataclass(frozen=True)
class RouteWords:
    """A way in which a service can be identified: its code, a short name, and what it means."""

    code: str
    name: str
    meaning: str


_ROUTES = {
    "rules": RouteWords(
        "rules",
        "By rules, from the record",
        "What is in a hospital record (its codes, age, specialty, provider) is enough to tell.",
    ),
    "provider_statement": RouteWords(
        "provider_statement",
        "By the provider’s statement",
        "No rule can see it: the provider states it in the contract monitoring that it sends.",
    ),
    "registry": RouteWords(
        "registry", "From a registry", "No rule can see it: a national registry holds who was treated."
    ),
    "local_list": RouteWords(
        "local_list", "From a local list", "No rule can see it: commissioner and provider agree a list."
    ),
    "drug": RouteWords(
        "drug", "By the drug", "It is found in the returns for high-cost drugs, not in hospital records."
    ),
    "device": RouteWords(
        "device",
        "By the device",
        "It is found in the returns for high-cost devices, not in hospital records.",
    ),
    "critical_care": RouteWords(
        "critical_care", "From critical care records", "It is found in the critical care records of a stay."
    ),
}


def delegation_words(delegation: str) -> str:
    """Return who commissions a service; what the rulebook says, where it is not one of the known colours."""
    return _DELEGATION.get(delegation.lower(), delegation or "Not stated")


def delegations() -> tuple[tuple[str, str], ...]:
    """Return the known colours with their words."""
    return tuple(_DELEGATION.items())


def reach_words(reach: Reach) -> str:
    """Return how far a line reaches from the record that has it."""
    return _REACH[reach]


def route_words(route: str) -> RouteWords:
    """Return a way of identifying in words; a new kind is shown by its own name."""
    return _ROUTES.get(route, RouteWords(route, route.replace("_", " ").capitalize(), ""))


def routes_known() -> tuple[RouteWords, ...]:
    """Return all ways in which a service can be identified."""
    return tuple(_ROUTES.values())


def rank_words(rulebook: IdentificationRulebook, service: Service) -> str:
    """Return the place of a service in the order of precedence, in a sentence."""
    order = list(rulebook.services)
    place, count = order.index(service.code) + 1, len(order)
    before = (
        "No service comes before it" if place == 1 else f"{place - 1:,} of {count:,} services come before it"
    )
    words = f"{before} when a record qualifies for several."
    if service.spell_excluded:
        words += " It gives way to any other service found in the same hospital stay."
    return words
