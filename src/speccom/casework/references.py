"""The next reference in a series; called by the one writer that holds the ledger."""

from __future__ import annotations

from speccom.casework.models import ReferenceNumber
from speccom.process.reference import reference


def next_in(series: str) -> str:
    """Return the next reference of a series, such as `UPS-2026`."""
    number, _ = ReferenceNumber.objects.get_or_create(series=series, defaults={"last": 0})
    number.last += 1
    number.save()
    return reference(series, number.last)
