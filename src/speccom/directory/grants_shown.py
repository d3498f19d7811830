"""Roles that somebody holds, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from speccom.directory.bodies import body_title
from speccom.directory.day_field import last_day_before
from speccom.directory.organisations import all_as_at
from speccom.directory.permission import Held
from speccom.interface.formats import day
from speccom.process.roles import shelved_roles


@dataclass(frozen=True)
class GrantShown:
    """A role: what it is called, where it is held, and from when until when."""

    title: str
    does: str
    place: str
    dates: str


def show_grants(held: Iterable[Held], at: datetime) -> tuple[GrantShown, ...]:
    """Put roles into words, with organisations called what they are called at a moment."""
    grants = tuple(held)
    today = timezone.localdate(at)
    named = all_as_at({each.organisation for each in grants if each.organisation}, today)
    return tuple(
        GrantShown(
            title=role_title(each.role),
            does=shelved_roles()[each.role].does if each.role in shelved_roles() else "",
            place=named[each.organisation].name if each.organisation else body_title(each.body),
            dates=dates_words(each.starts, each.ends),
        )
        for each in grants
    )


def role_title(role: str) -> str:
    """Return what a role is called; its bare name where the list no longer has it."""
    roles = shelved_roles()
    return roles[role].title if role in roles else role


def dates_words(starts: datetime, ends: datetime | None) -> str:
    """Return the days of a role in words; the last day is the one before it is no longer held."""
    first = day(timezone.localdate(starts))
    return f"From {first} until {day(last_day_before(ends))}" if ends else f"Since {first}"
