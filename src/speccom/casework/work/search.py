"""Finding cases by what is not confidential in them, and only those that are there for the person."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from speccom.casework.models import CaseRow
from speccom.casework.sight import Viewer, visible

_LONGEST = 200


def find_cases(looking: Viewer, text: str) -> QuerySet[CaseRow]:
    """Return the visible cases whose reference or subject has every word of a text, the latest change first.

    Somebody who sees no more of a case than what is public does not find it by a subject that is not.
    """
    wanted = Q()
    for word in text[:_LONGEST].split():
        wanted &= Q(reference__icontains=word) | Q(subject__icontains=word)
    return visible(looking).filter(wanted).order_by("-changed_at", "reference")
