"""Before which body a case is now: the one that has it on the agenda of an open meeting."""

from __future__ import annotations

from collections.abc import Collection

from speccom.casework.models import AgendaItem


def item_before(bodies: Collection[str], case: str) -> AgendaItem | None:
    """Return the item under which a case is before one of some bodies, the latest opened; None if none."""
    found = AgendaItem.objects.filter(
        case=case,
        meeting__body__in=bodies,
        meeting__opened_at__isnull=False,
        meeting__closed_at=None,
    )
    return found.select_related("meeting").order_by("-meeting__opened_at").first()
