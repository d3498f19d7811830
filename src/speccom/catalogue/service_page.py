"""One service: what it is, how it is identified in words and as criteria, and what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from speccom.catalogue.programmes import area_title, programme_of
from speccom.catalogue.rules_shown import RuleShown, show_rules
from speccom.catalogue.service_sections import Parameters, Section, sections_for
from speccom.catalogue.service_words import (
    delegation_words,
    rank_words,
    reach_words,
    route_words,
)
from speccom.interface.addresses import with_query
from speccom.interface.figures import Fact
from speccom.interface.formats import counted, day
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.rulebook.find import ShelvedRulebook
from speccom.rulebook.identification import IdentificationRulebook, Service


@dataclass(frozen=True)
class RouteShown:
    """A way in which the service can be identified, and who says so."""

    name: str
    meaning: str
    source: str


@dataclass(frozen=True)
class ChangesShown:
    """What changed from one version of the rulebook to another, in sentences."""

    heading: str
    sentences: tuple[str, ...]
    href: str


@dataclass(frozen=True)
class ServicePage:
    """Everything that a service's page shows."""

    code: str
    standing: str
    facts: tuple[Fact, ...]
    identified: str
    routes: tuple[RouteShown, ...]
    rules: tuple[RuleShown, ...]
    local_rules: tuple[RuleShown, ...]
    changes: ChangesShown | None
    sections: tuple[Section, ...]
    versions: tuple[Link, ...]
    rulebook: Link
    illustrative: bool


def present_service(
    rulebook: IdentificationRulebook,
    service: Service,
    shelved: Sequence[ShelvedRulebook],
    changes: ChangesShown | None,
    asked: Parameters,
    has: Callable[[str], bool],
) -> ServicePage:
    """Return what the page of a service shows under one rulebook.

    ``has`` tells which functions whoever asks has.
    """
    rules = show_rules(rulebook, rulebook.rules_of(service.code))
    return ServicePage(
        code=service.code,
        standing=_standing(rulebook, service, len(rules)),
        facts=_facts(rulebook, service),
        identified=_identified(len(rules)),
        routes=tuple(_route(each.route, each.source) for each in rulebook.routes_of(service.code)),
        rules=rules,
        local_rules=show_rules(rulebook, rulebook.local_rules_of(service.code)),
        changes=changes,
        sections=sections_for(rulebook, service, asked, has),
        versions=tuple(
            Link(
                each.version,
                with_query(address("service", code=service.code), {}, rulebook=each.version),
                current=each.version == rulebook.version,
            )
            for each in shelved
        ),
        rulebook=Link(
            f"{rulebook.title}, version {rulebook.version}",
            address("rulebook", rulebook=rulebook.id, version=rulebook.version),
            note=f"Valid from {day(rulebook.valid_from)} to {day(rulebook.valid_to)}",
        ),
        illustrative=rulebook.illustrative,
    )


def _standing(rulebook: IdentificationRulebook, service: Service, rules: int) -> str:
    programme = programme_of(rulebook, service.programme_of_care).title
    found = (
        f"{counted(rules, 'rule')} of this rulebook can find it in hospital records"
        if rules
        else "No rule of this rulebook can find it in hospital records"
    )
    return f"{delegation_words(service.delegation)}. Programme of care: {programme}. {found}."


def _facts(rulebook: IdentificationRulebook, service: Service) -> tuple[Fact, ...]:
    programme = programme_of(rulebook, service.programme_of_care)
    area = area_title(rulebook, service.programme_of_care)
    facts = [
        Fact("Service code", service.code, code=True),
        Fact(
            "Programme of care",
            programme.title,
            with_query(address("services"), {}, programme=programme.code or None),
        ),
    ]
    if area:
        href = with_query(address("services"), {}, programme=service.programme_of_care)
        facts.append(Fact("Clinical area", area, href))
    facts += [
        Fact("Who commissions it", delegation_words(service.delegation)),
        Fact("Its place among services", rank_words(rulebook, service)),
        Fact("How far it reaches", reach_words(service.reach)),
    ]
    return tuple(facts)


def _identified(rules: int) -> str:
    if not rules:
        return (
            "No rule of this rulebook looks for this service. A run that finds none of it says nothing "
            "about how much of it there was."
        )
    if rules == 1:
        return "A record qualifies for this service when the rule below is true of it."
    return "A record qualifies for this service when any one of the rules below is true of it."


def _route(route: str, source: str) -> RouteShown:
    words = route_words(route)
    return RouteShown(words.name, words.meaning, source)
