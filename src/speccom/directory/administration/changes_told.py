"""What was changed about somebody or something, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from speccom.directory.administration.forms import IDENTIFIED
from speccom.directory.bodies import body_title
from speccom.directory.grants_shown import role_title
from speccom.directory.models import RecordedChange
from speccom.interface.formats import day_and_time

_AT_MOST = 50


@dataclass(frozen=True)
class ChangeTold:
    """One change: what, why, by whom and when."""

    what: str
    why: str
    when: str


def tell_changes(subject: str) -> tuple[ChangeTold, ...]:
    """Return the latest changes about somebody, or an organisation, newest first."""
    rows = RecordedChange.objects.filter(subject=subject).select_related("by").order_by("-at", "-pk")
    return tuple(_told(each) for each in rows[:_AT_MOST])


def _told(change: RecordedChange) -> ChangeTold:
    tell = _WORDS.get(change.kind)
    by = change.by.name if change.by else "a command at the terminal"
    return ChangeTold(
        what=tell(change.particulars) if tell else change.kind.capitalize(),
        why=change.particulars.get("why", ""),
        when=f"{day_and_time(timezone.localtime(change.at))}, by {by}",
    )


def _role(particulars: Mapping[str, str]) -> str:
    place = particulars["organisation"] or body_title(particulars["body"])
    return f"{role_title(particulars['role'])}, {place}"


def _identified(particulars: Mapping[str, str]) -> str:
    """Return in whose words it is known that the person asked for it; blank where nobody was asked."""
    return IDENTIFIED.get(particulars.get("identified", ""), "")


_WORDS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "role given": lambda told: f"Role given: {_role(told)}",
    "role ended": lambda told: f"Role ended: {_role(told)}",
    "role confirmed": lambda told: f"Role confirmed in a review: {_role(told)}",
    "second factors removed": lambda told: f"Second factors removed. {_identified(told)}".strip(),
    "organisation renamed": lambda told: f"Renamed {told['called']}",
    "organisation merged": lambda told: f"Merged into {told['into']}",
    "organisation divided": lambda told: f"Divided into {told['into']}",
}
