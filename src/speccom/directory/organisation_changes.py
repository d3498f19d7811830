"""Organisations are added, renamed, merged and divided: from a day on, with nothing overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from speccom.directory.changes import Change, record
from speccom.directory.models import Organisation, OrganisationDetails, Person, Succession
from speccom.directory.organisations import all_as_at
from speccom.problem import Problem


@dataclass(frozen=True)
class Called:
    """What an organisation is called, its kind and its region."""

    name: str
    kind: str = ""
    region: str = ""


def add(code: str, called: Called, *, starts: date, by: Person | None, at: datetime) -> Organisation:
    """Add an organisation from a day on. Raises Problem where the code has been used before."""
    if not code.strip() or not called.name.strip():
        raise Problem("an organisation has a code and a name", mend="Give both")
    with transaction.atomic():
        if Organisation.objects.filter(code=code).exists():
            raise Problem(f"the code {code} belongs to an organisation already", mend="Choose another code")
        organisation = Organisation.objects.create(code=code)
        _called_from(code, called, starts)
        record(_change("organisation added", code, by, at, called=called.name, on=starts.isoformat()))
    return organisation


def add_if_unknown(code: str, name: str, *, starts: date, by: Person | None, at: datetime) -> None:
    """Add an organisation, unless it is there."""
    if not Organisation.objects.filter(code=code).exists():
        add(code, Called(name), starts=starts, by=by, at=at)


def rename(code: str, called: Called, *, on: date, by: Person | None, at: datetime) -> None:
    """Have an organisation called something else from a day on; what it was called before stays known.

    Raises Problem where it does not stand on that day, or a change on that day or later is known already.
    """
    with transaction.atomic():
        last = _last_details(code)
        if last.ends is not None and last.ends < on:
            raise Problem(f"{last.name} no longer stands on that day", mend="Choose an earlier day")
        if last.starts >= on:
            raise Problem(f"what {last.name} is called has changed since that day", mend="Choose a later day")
        OrganisationDetails.objects.filter(pk=last.pk).update(ends=on - timedelta(days=1))
        _called_from(code, called, on, until=last.ends)
        record(_change("organisation renamed", code, by, at, called=called.name, on=on.isoformat()))


def succeed(
    code: str, into: Sequence[str], kind: Succession.Kind, *, on: date, by: Person | None, at: datetime
) -> None:
    """End an organisation the day before others take over: the one it merges into, or those it becomes.

    Raises Problem where it ended before, or a successor does not stand on that day.
    """
    _check_succession(code, into, kind, on)
    with transaction.atomic():
        last = _last_details(code)
        if last.ends is not None and last.ends < on:
            raise Problem(f"{last.name} no longer stands on that day", mend="Choose an earlier day")
        if last.starts >= on:
            raise Problem(f"{last.name} begins only later", mend="Choose a later day")
        OrganisationDetails.objects.filter(pk=last.pk).update(ends=on - timedelta(days=1))
        for each in into:
            Succession.objects.create(predecessor_id=code, successor_id=each, kind=kind, on=on)
        word = "organisation merged" if kind == Succession.Kind.MERGE else "organisation divided"
        record(_change(word, code, by, at, into=" ".join(into), on=on.isoformat()))


def _check_succession(code: str, into: Sequence[str], kind: Succession.Kind, on: date) -> None:
    if kind == Succession.Kind.MERGE and len(into) != 1:
        raise Problem("an organisation merges into one other", mend="Choose one")
    if kind == Succession.Kind.SPLIT and len(set(into)) < 2:
        raise Problem("an organisation is divided into two or more", mend="Choose at least two")
    if code in into:
        raise Problem("an organisation cannot succeed itself", mend="Choose another")
    for each in all_as_at(into, on).values():
        if not each.stands:
            raise Problem(
                f"{each.name} does not stand on that day", mend="Add it first, or choose another day"
            )


def _last_details(code: str) -> OrganisationDetails:
    found = OrganisationDetails.objects.filter(organisation=code).order_by("starts").last()
    if found is None:
        raise Problem(f"there is no organisation {code}")
    return found


def _called_from(code: str, called: Called, on: date, until: date | None = None) -> None:
    OrganisationDetails.objects.create(
        organisation_id=code,
        name=called.name.strip(),
        kind=called.kind.strip(),
        region=called.region.strip(),
        starts=on,
        ends=until,
    )


def _change(kind: str, code: str, by: Person | None, at: datetime, **particulars: str) -> Change:
    return Change(kind, code, at, by.pk if by else None, particulars)
