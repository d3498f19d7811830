"""Rulebooks: the shelf, one version, its sets of codes, and two versions compared in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from speccom.catalogue.rule_sets import classification_words, codeset_title, codesets_of
from speccom.catalogue.rules_shown import written_codes
from speccom.catalogue.service_words import route_words
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.figures import Fact, KeyFigure
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.paging import PAGE_SIZE, Paging, paginate
from speccom.interface.tables import Column, Kind, Table, cell, make_table
from speccom.rulebook.compare import Change, RulebookComparison
from speccom.rulebook.find import ShelvedRulebook
from speccom.rulebook.identification import IdentificationRulebook


@dataclass(frozen=True)
class ShelvedItem:
    """One rulebook on the shelf."""

    title: str
    href: str
    illustrative: bool
    status: str
    period: str
    in_force: bool


@dataclass(frozen=True)
class RulebooksPage:
    """The shelf, and the way to the drafts for those who may see them."""

    summary: str
    items: tuple[ShelvedItem, ...]
    unreadable: tuple[str, ...]
    editor: str


@dataclass(frozen=True)
class RulebookPage:
    """One version of a rulebook."""

    standing: str
    illustrative: bool
    facts: tuple[Fact, ...]
    figures: tuple[KeyFigure, ...]
    routes: Table
    codesets: Table
    paging: Paging
    comparisons: tuple[Link, ...]
    download: Link


@dataclass(frozen=True)
class CodesPage:
    """One set of codes."""

    standing: str
    codes: tuple[str, ...]
    paging: Paging
    used_by: tuple[Link, ...]


@dataclass(frozen=True)
class ChangeGroup:
    """Changes of one kind."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class ComparisonPage:
    """Two versions compared."""

    summary: str
    groups: tuple[ChangeGroup, ...]
    rewritten: str


def present_rulebooks(
    shelved: Sequence[ShelvedRulebook],
    unreadable: Sequence[str],
    current: ShelvedRulebook | None,
    *,
    sees_drafts: bool,
) -> RulebooksPage:
    """Return what the shelf shows, the latest version first."""
    items = tuple(
        ShelvedItem(
            title=f"{each.title}, version {each.version}",
            href=address("rulebook", rulebook=each.id, version=each.version),
            illustrative=each.status == "illustrative",
            status=each.status,
            period=f"{formats.day(each.valid_from)} to {formats.day(each.valid_to)}",
            in_force=each == current,
        )
        for each in reversed(shelved)
    )
    summary = (
        f"{formats.counted(len(items), 'rulebook')} for identifying specialised services."
        if items
        else "There is no rulebook on the shelf."
    )
    editor = address("drafts") if sees_drafts else ""
    return RulebooksPage(summary, items, tuple(unreadable), editor)


def present_rulebook(
    rulebook: IdentificationRulebook, shelved: Sequence[ShelvedRulebook], asked: Mapping[str, str]
) -> RulebookPage:
    """Return what the page of one version shows."""
    parts = {"rulebook": rulebook.id, "version": rulebook.version}
    with_rules = {rule.service_code for rule in rulebook.rules}
    listed = with_query(address("services"), {}, rulebook=rulebook.version)
    path = address("rulebook", **parts)
    codesets = _codesets(rulebook, asked, path)
    paging = paginate(len(codesets.rows), path, asked)
    return RulebookPage(
        standing=(
            f"{formats.sentence(rulebook.scope)} Valid from {formats.day(rulebook.valid_from)} to "
            f"{formats.day(rulebook.valid_to)}."
        ),
        illustrative=rulebook.illustrative,
        facts=(
            Fact("Identifier and version", f"{rulebook.id} {rulebook.version}"),
            Fact("Status", rulebook.status.capitalize()),
            Fact("Source", rulebook.source),
            Fact("Identity", rulebook.identity, note="The last part is a hash of the whole content"),
        ),
        figures=(
            KeyFigure(formats.number(len(rulebook.services)), "services", listed),
            KeyFigure(
                formats.number(len(with_rules)),
                "services with rules",
                with_query(address("services"), {}, rulebook=rulebook.version, rules="yes"),
            ),
            KeyFigure(
                formats.number(len(rulebook.rules)),
                "rules",
                with_query(address("services"), {}, rulebook=rulebook.version, rules="yes"),
            ),
            KeyFigure(formats.number(len(rulebook.codesets)), "sets of codes", "#codesets"),
        ),
        routes=_routes(rulebook),
        codesets=replace(codesets, rows=codesets.rows[paging.offset : paging.offset + PAGE_SIZE]),
        paging=paging,
        comparisons=tuple(
            Link(
                f"What changed from version {each.version}"
                if each.valid_from < rulebook.valid_from
                else f"What changes in version {each.version}",
                _comparison_address(rulebook, each),
            )
            for each in shelved
            if each.version != rulebook.version
        ),
        download=Link("Download the whole rulebook as a spreadsheet", address("rulebook-sheet", **parts)),
    )


def present_codes(rulebook: IdentificationRulebook, name: str, asked: Mapping[str, str]) -> CodesPage:
    """Return what the page of one set of codes shows."""
    codeset = rulebook.codesets[name]
    entries = written_codes(codeset)
    users = [
        rule.service_code
        for rule in rulebook.rules_of_both_layers
        if any(each.name == name for each in codesets_of(rule.criterion.expression))
    ]
    path = address("rulebook-codes", rulebook=rulebook.id, version=rulebook.version, codeset=name)
    paging = paginate(len(entries), path, asked)
    what = classification_words(codeset)
    return CodesPage(
        standing=(
            f"{formats.counted(len(entries), 'entry', 'entries')} of {what}. An entry that ends in … "
            "stands for every code below it."
        ),
        codes=entries[paging.offset : paging.last],
        paging=paging,
        used_by=tuple(
            Link(
                rulebook.services[code].title,
                with_query(address("service", code=code), {}, rulebook=rulebook.version),
                note=code,
            )
            for code in dict.fromkeys(users)
        ),
    )


_GROUPS = (
    ("service", "Services"),
    ("rule", "Rules"),
    ("local_rule", "Lines fixed locally"),
    ("set", "Sets of codes"),
    ("route", "Ways of identifying"),
    ("programme", "Programmes of care"),
    ("rulebook", "The rulebook itself"),
)


def present_comparison(comparison: RulebookComparison) -> ComparisonPage:
    """Return two versions compared, in groups."""
    groups = tuple(
        ChangeGroup(
            f"{heading} ({formats.number(len(found))})", tuple(dict.fromkeys(each.sentence for each in found))
        )
        for subject, heading in _GROUPS
        if (found := _of(comparison.changes, subject))
    )
    touched = {code for each in comparison.changes for code in each.services}
    summary = (
        f"{formats.counted(len(comparison.changes), 'change')}, touching "
        f"{formats.counted(len(touched), 'service')}. The order of files and lines counts for nothing."
    )
    rewritten = (
        f"{formats.counted(len(comparison.rewritten), 'rule')} are written differently and ask the same: "
        f"{formats.listed(comparison.rewritten)}."
        if comparison.rewritten
        else ""
    )
    return ComparisonPage(summary, groups, rewritten)


def _of(changes: Sequence[Change], subject: str) -> list[Change]:
    return [each for each in changes if each.subject == subject]


def _comparison_address(rulebook: IdentificationRulebook, other: ShelvedRulebook) -> str:
    versions = sorted([(rulebook.valid_from, rulebook.version), (other.valid_from, other.version)])
    return address("rulebook-comparison", rulebook=rulebook.id, version=versions[1][1], other=versions[0][1])


def _routes(rulebook: IdentificationRulebook) -> Table:
    columns = (
        Column("route", "How a service can be identified", sortable=False),
        Column("services", "Services", Kind.NUMBER, sortable=False),
    )
    counts: dict[str, int] = {}
    for route in rulebook.routes:
        counts[route.route] = counts.get(route.route, 0) + 1
    rows = [
        (
            cell(columns[0], route_words(route).name),
            cell(
                columns[1],
                count,
                with_query(address("services"), {}, rulebook=rulebook.version, route=route),
                hidden=f"services: {route_words(route).name}",
            ),
        )
        for route, count in sorted(counts.items(), key=lambda item: -item[1])
    ]
    return make_table(
        "routes", "How services can be identified", columns, rows, empty="The rulebook does not say."
    )


def _codesets(rulebook: IdentificationRulebook, asked: Mapping[str, str], path: str) -> Table:
    columns = (
        Column("codeset", "Set of codes"),
        Column("classification", "Kind"),
        Column("entries", "Entries", Kind.NUMBER),
    )
    rows = [
        (
            cell(
                columns[0],
                codeset_title(each),
                address("rulebook-codes", rulebook=rulebook.id, version=rulebook.version, codeset=each.name),
            ),
            cell(columns[1], classification_words(each)),
            cell(columns[2], len(each.prefixes) + len(each.exact)),
        )
        for each in rulebook.codesets.values()
    ]
    return make_table("codesets", "Sets of codes", columns, rows, asked=asked, path=path)
