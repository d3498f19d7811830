"""Organisations as at a day: found by any code they ever had, and followed through mergers and splits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from speccom.directory.models import OrganisationDetails, Succession


@dataclass(frozen=True)
class AsAt:
    """An organisation as it stood on a day. Where it did not stand then, its latest earlier name is given."""

    code: str
    name: str
    kind: str
    region: str
    stands: bool
    known: bool = True


def as_at(code: str, on: date) -> AsAt:
    """Return an organisation as at a day; what is not known is said by its code."""
    return all_as_at((code,), on)[code]


def all_as_at(codes: Iterable[str], on: date) -> dict[str, AsAt]:
    """Return organisations as at a day, by code, with one query."""
    wanted = list(dict.fromkeys(codes))
    rows: dict[str, list[OrganisationDetails]] = {}
    for row in OrganisationDetails.objects.filter(organisation__in=wanted).order_by("starts"):
        rows.setdefault(row.organisation_id, []).append(row)
    return {code: _as_at(code, rows.get(code, []), on) for code in wanted}


def standing_on(on: date) -> tuple[AsAt, ...]:
    """Return every organisation that stood on a day, by name."""
    rows = OrganisationDetails.objects.filter(starts__lte=on).filter(Q(ends__isnull=True) | Q(ends__gte=on))
    return tuple(
        AsAt(each.organisation_id, each.name, each.kind, each.region, True) for each in rows.order_by("name")
    )


def successors(code: str, on: date) -> tuple[Succession, ...]:
    """Return who took over from an organisation by that day."""
    return tuple(Succession.objects.filter(predecessor=code, on__lte=on).order_by("on", "successor"))


def predecessors(code: str, on: date) -> tuple[Succession, ...]:
    """Return whom an organisation took over from by that day."""
    return tuple(Succession.objects.filter(successor=code, on__lte=on).order_by("on", "predecessor"))


def answers_for(codes: Iterable[str], on: date) -> dict[str, frozenset[str]]:
    """Return by organisation the codes whose records it holds on a day: its own, and of whom it took in.

    Of an organisation that was divided nobody holds all, so its records stay with those of its own code.
    """
    merged = Succession.objects.filter(kind=Succession.Kind.MERGE, on__lte=on)
    into: dict[str, list[str]] = {}
    for predecessor, successor in merged.values_list("predecessor_id", "successor_id"):
        into.setdefault(successor, []).append(predecessor)
    return {code: _all_under(code, into) for code in codes}


def held_by(code: str, on: date) -> frozenset[str]:
    """Return the organisations that hold the records of one on a day: itself, and those that took it in."""
    merged = Succession.objects.filter(kind=Succession.Kind.MERGE, on__lte=on)
    into: dict[str, list[str]] = {}
    for predecessor, successor in merged.values_list("predecessor_id", "successor_id"):
        into.setdefault(predecessor, []).append(successor)
    return _all_under(code, into)


def _all_under(code: str, into: Mapping[str, list[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += into.get(each, ())
    return frozenset(found)


def _as_at(code: str, rows: list[OrganisationDetails], on: date) -> AsAt:
    before = [each for each in rows if each.starts <= on]
    if not rows:
        return AsAt(code, code, "", "", stands=False, known=False)
    row = before[-1] if before else rows[0]
    stands = bool(before) and (row.ends is None or on <= row.ends)
    return AsAt(code, row.name, row.kind, row.region, stands)
