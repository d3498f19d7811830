"""Before which bodies a case is now: those that have it on the agenda of an open meeting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from speccom.casework.models import AgendaItem


def item_before(bodies: Collection[str], case: str) -> AgendaItem | None:
    """Return the item under which a case is before one of some bodies, the latest opened; None if none."""
    return _in_session().filter(case=case, meeting__body__in=bodies).first()


def bodies_sitting(cases: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return by case the bodies that have it before them, the latest opened first; no case that none has."""
    found: dict[str, tuple[str, ...]] = {}
    for item in _in_session().filter(case__in=list(cases)):
        found[item.case_id] = (*found.get(item.case_id, ()), item.meeting.body)
    return found


def _in_session() -> QuerySet[AgendaItem]:
    items = AgendaItem.objects.filter(meeting__opened_at__isnull=False, meeting__closed_at=None)
    return items.select_related("meeting").order_by("-meeting__opened_at")
