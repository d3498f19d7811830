"""The list of services: what the search and the filters leave, 25 to a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from speccom.catalogue.programmes import area_title, programme_of, programmes_in_use
from speccom.catalogue.service_search import Match, search
from speccom.catalogue.service_words import delegation_words, delegations, route_words, routes_known
from speccom.interface.addresses import with_query
from speccom.interface.downloads import Format, Sheet
from speccom.interface.filters import Filter, FilterPanel, make_filter, make_panel
from speccom.interface.formats import counted, day, listed, number
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.paging import Paging, paginate
from speccom.interface.tables import Column, Download
from speccom.rulebook.find import ShelvedRulebook
from speccom.rulebook.identification import IdentificationRulebook, Service

_COLUMNS = (
    Column("service_code", "Service code"),
    Column("title", "Service"),
    Column("programme_of_care", "Programme of care"),
    Column("clinical_area", "Clinical area"),
    Column("delegation", "Who commissions it"),
    Column("identified", "How it can be identified"),
    Column("rules", "Rules"),
    Column("rulebook", "Rulebook"),
)


@dataclass(frozen=True)
class ServiceItem:
    """One service in the list."""

    title: str
    href: str
    code: str
    programme: str
    commissioned: str
    identified: str
    because: str


@dataclass(frozen=True)
class ServicesPage:
    """The whole list as shown."""

    asked: str
    summary: str
    instead: str
    items: tuple[ServiceItem, ...]
    panel: FilterPanel
    paging: Paging
    downloads: tuple[Download, ...]
    rulebook: Link
    illustrative: bool
    search_keeps: tuple[tuple[str, str], ...]
    suggestions: tuple[Link, ...]


FILTERS = ("programme", "delegation", "route", "rules", "rulebook")


def present_services(
    rulebook: IdentificationRulebook, shelved: Sequence[ShelvedRulebook], asked: Mapping[str, str]
) -> ServicesPage:
    """Return what the list shows for these words and filters."""
    path = address("services")
    found = search(rulebook, asked.get("q", "")) if asked.get("q") else None
    matches = found.matches if found else tuple(Match(each, 0) for each in _by_title(rulebook))
    kept = [match for match in matches if _passes(rulebook, match.service, asked)]
    paging = paginate(len(kept), path, asked)
    shown = kept[paging.offset : paging.last]
    return ServicesPage(
        asked=asked.get("q", ""),
        summary=_summary(rulebook, len(kept), asked),
        instead=found.instead if found and found.matches else "",
        items=tuple(_item(rulebook, match, asked) for match in shown),
        panel=make_panel(path, _filters(rulebook, shelved, asked), asked, keep=("q",)),
        paging=paging,
        downloads=tuple(
            Download(
                f"Download this list as {kind.words}",
                with_query(address("services-file", ending=kind.value), asked, page=None),
            )
            for kind in Format
        ),
        rulebook=Link(
            f"{rulebook.title}, version {rulebook.version}",
            address("rulebook", rulebook=rulebook.id, version=rulebook.version),
        ),
        illustrative=rulebook.illustrative,
        search_keeps=tuple((name, asked[name]) for name in FILTERS if name in asked),
        suggestions=tuple(
            Link(words, with_query(path, {}, q=words))
            for words in ("kidney", "cystic fibrosis", "cancer", "E84.0")
        ),
    )


def services_sheet(rulebook: IdentificationRulebook, asked: Mapping[str, str]) -> Sheet:
    """Return the whole list, not only a page of it, as a file."""
    found = search(rulebook, asked["q"]).matches if asked.get("q") else None
    services = [match.service for match in found] if found is not None else _by_title(rulebook)
    rows = [
        (
            service.code,
            service.title,
            programme_of(rulebook, service.programme_of_care).title,
            area_title(rulebook, service.programme_of_care),
            delegation_words(service.delegation),
            _identified(rulebook, service),
            str(len(rulebook.rules_of(service.code))),
            rulebook.identity,
        )
        for service in services
        if _passes(rulebook, service, asked)
    ]
    notes = (
        ("Rulebook", f"{rulebook.title}, {rulebook.identity}"),
        ("Status", rulebook.status),
        ("Valid", f"{day(rulebook.valid_from)} to {day(rulebook.valid_to)}"),
        ("Source", rulebook.source),
    )
    return Sheet(f"services-{rulebook.version}", "Specialised services", _COLUMNS, rows, notes)


def _by_title(rulebook: IdentificationRulebook) -> list[Service]:
    return sorted(rulebook.services.values(), key=lambda service: service.title.casefold())


def _passes(rulebook: IdentificationRulebook, service: Service, asked: Mapping[str, str]) -> bool:
    programme = asked.get("programme")
    if programme and programme not in (
        programme_of(rulebook, service.programme_of_care).code,
        service.programme_of_care,
    ):
        return False
    if asked.get("delegation") and service.delegation.lower() != asked["delegation"]:
        return False
    if asked.get("route") and asked["route"] not in {each.route for each in rulebook.routes_of(service.code)}:
        return False
    has_rules = bool(rulebook.rules_of(service.code))
    return not asked.get("rules") or has_rules == (asked["rules"] == "yes")


def _filters(
    rulebook: IdentificationRulebook, shelved: Sequence[ShelvedRulebook], asked: Mapping[str, str]
) -> list[Filter]:
    used = {service.delegation.lower() for service in rulebook.services.values()}
    routes = {route.route for route in rulebook.routes}
    filters = [
        make_filter(
            "programme",
            "Programme of care",
            [(each.code, each.title) for each in programmes_in_use(rulebook)],
            asked,
        ),
        make_filter(
            "delegation", "Who commissions it", [each for each in delegations() if each[0] in used], asked
        ),
        make_filter(
            "route",
            "How it can be identified",
            [(each.code, each.name) for each in routes_known() if each.code in routes],
            asked,
        ),
        make_filter("rules", "Rules in this rulebook", [("yes", "Has rules"), ("no", "Has no rules")], asked),
    ]
    if len(shelved) > 1:
        choices = [(each.version, f"{each.version} ({each.status})") for each in shelved]
        filters.append(make_filter("rulebook", "Rulebook", choices, asked, everything="In force today"))
    return filters


def _summary(rulebook: IdentificationRulebook, count: int, asked: Mapping[str, str]) -> str:
    narrowed = any(asked.get(name) for name in ("q", *FILTERS[:-1]))
    with_rules = len({rule.service_code for rule in rulebook.rules})
    if narrowed:
        return f"{counted(count, 'service')} found."
    return (
        f"{counted(count, 'service')}. The rules of this rulebook can find {number(with_rules)} of them "
        "in hospital records; the others are known in other ways."
    )


def _item(rulebook: IdentificationRulebook, match: Match, asked: Mapping[str, str]) -> ServiceItem:
    service = match.service
    programme = programme_of(rulebook, service.programme_of_care).title
    area = area_title(rulebook, service.programme_of_care)
    href = address("service", code=service.code)
    return ServiceItem(
        title=service.title,
        href=with_query(href, {}, rulebook=asked.get("rulebook")),
        code=service.code,
        programme=f"{programme}: {area}" if area else programme,
        commissioned=delegation_words(service.delegation),
        identified=_identified(rulebook, service),
        because=f"Found because {match.because}." if match.because else "",
    )


def _identified(rulebook: IdentificationRulebook, service: Service) -> str:
    routes = [route_words(each.route).name for each in rulebook.routes_of(service.code)]
    if not routes:
        return "By rules, from the record" if rulebook.rules_of(service.code) else "Not stated"
    return listed([routes[0], *(route[0].lower() + route[1:] for route in routes[1:])])
