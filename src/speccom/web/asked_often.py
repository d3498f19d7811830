"""How often somebody may ask in a minute, so that nobody, and no program run wild, keeps the others waiting.

Each process counts by itself, in memory: to count in the database would make every request write.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.http import HttpRequest

from speccom.directory.signed_in import is_by_token, person_of
from speccom.interface.pages import Kind, Page

MINUTE = 60
_ONE_IN = 10
"""Of what may be asked in a minute, one in so many may be a download, which takes longer to make."""


class Asked:
    """Counts, minute by minute, who asked for what."""

    def __init__(self) -> None:
        self._minute, self._counts = 0, Counter[tuple[str, ...]]()
        self._turn = Lock()

    def count(self, who: tuple[str, ...], at: datetime) -> int:
        """Count once more, and return how often they asked in this minute."""
        minute = int(at.timestamp()) // MINUTE
        with self._turn:
            if minute != self._minute:
                self._minute, self._counts = minute, Counter()
            self._counts[who] += 1
            return self._counts[who]


_asked = Asked()


def is_too_often(request: HttpRequest, page: Page, at: datetime) -> bool:
    """Tell whether this is more than somebody, or a place from which nobody has signed in, may ask."""
    at_most: int = settings.REQUESTS_A_MINUTE
    if not at_most:
        return False
    who = _who(request)
    if page.kind is Kind.DOWNLOAD and _asked.count((*who, page.kind), at) > at_most // _ONE_IN:
        return True
    return _asked.count(who, at) > at_most


def _who(request: HttpRequest) -> tuple[str, str]:
    """Return a person, a person's programs however many tokens these have, or a place."""
    person = person_of(request)
    if person is None:
        return "place", request.META.get("REMOTE_ADDR", "")
    return "programs of" if is_by_token(request) else "person", str(person.pk)
