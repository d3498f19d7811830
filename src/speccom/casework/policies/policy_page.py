"""The register of policies as pages: all of them, and one with its versions and the case behind each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from speccom.casework.models import PolicyVersion
from speccom.interface import formats
from speccom.interface.filters import FilterPanel
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.paging import Paging
from speccom.process.policies import PolicyChange

_ENDED = {
    PolicyChange.SUPERSEDES: "Superseded",
    PolicyChange.EXPIRES: "Expired",
    PolicyChange.WITHDRAWS: "Withdrawn",
}
_HOLDS = "In force"


@dataclass(frozen=True)
class PolicyLine:
    """One policy in the list."""

    title: str
    href: str
    standing: str
    colour: str
    words: str


@dataclass(frozen=True)
class PoliciesPage:
    """The list of policies."""

    summary: str
    asked: str
    items: tuple[PolicyLine, ...]
    panel: FilterPanel
    paging: Paging


@dataclass(frozen=True)
class VersionShown:
    """One version of a policy: how long it holds, what became of it, and the case that published it."""

    title: str
    standing: str
    colour: str
    words: tuple[str, ...]
    newer: Link | None
    case: Link | None


@dataclass(frozen=True)
class PolicyPage:
    """What the page of a policy shows: its latest version first."""

    about: str
    service_lines: tuple[Link, ...]
    versions: tuple[VersionShown, ...]


def policy_lines(versions: Iterable[PolicyVersion], today: date) -> tuple[PolicyLine, ...]:
    """Return policies as lines."""
    return tuple(_line(each, today) for each in versions)


def present_policy(
    versions: Sequence[PolicyVersion], known: Collection[str], cases: Mapping[str, str], today: date
) -> PolicyPage:
    """Return what a policy's page shows; `versions` are its own, the latest first.

    `known` are the identifiers of all policies that these name; `cases` has the state, in words, of each case
    that is there for whoever looks.
    """
    latest = versions[0]
    return PolicyPage(
        about=latest.about,
        service_lines=tuple(
            Link(each, f"{address('services')}?q={each}") for each in latest.service_lines.split()
        ),
        versions=tuple(_version(each, known, cases, today) for each in versions),
    )


def standing(version: PolicyVersion, today: date) -> tuple[str, str]:
    """Return in a word how a policy stands on a day, and the colour of the word's tag."""
    if version.ended_by and version.ended_on is not None and version.ended_on <= today:
        return _ENDED[PolicyChange(version.ended_by)], "grey"
    if version.expires_on is not None and version.expires_on < today:
        return _ENDED[PolicyChange.EXPIRES], "grey"
    return ("Not yet in force", "blue") if version.starts_on > today else (_HOLDS, "green")


def _line(version: PolicyVersion, today: date) -> PolicyLine:
    word, colour = standing(version, today)
    return PolicyLine(
        title=version.title,
        href=address("policy", identifier=version.identifier),
        standing=word,
        colour=colour,
        words=formats.sentence(", ".join((version.identifier, *_period(version)))),
    )


def _version(
    version: PolicyVersion, known: Collection[str], cases: Mapping[str, str], today: date
) -> VersionShown:
    word, colour = standing(version, today)
    words = [
        formats.sentence(each)
        for each in (f"published on {formats.day(version.published_on)}", *_period(version))
    ]
    if version.ended_on:
        ends = _ENDED[PolicyChange(version.ended_by)] if version.ended_on <= today else "Ends"
        words.append(f"{ends} on {formats.day(version.ended_on)}.")
    newer = Link(version.newer, address("policy", identifier=version.newer) if version.newer in known else "")
    case = Link(
        f"{version.case_id}: {cases.get(version.case_id, '')}", address("case", reference=version.case_id)
    )
    return VersionShown(
        title=version.title,
        standing=word,
        colour=colour,
        words=tuple(words),
        newer=newer if version.newer else None,
        case=case if version.case_id in cases else None,
    )


def _period(version: PolicyVersion) -> tuple[str, ...]:
    starts = f"holds from {formats.day(version.starts_on)}"
    return (starts, f"expires on {formats.day(version.expires_on)}") if version.expires_on else (starts,)
