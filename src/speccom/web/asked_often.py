"""How often somebody may ask in a minute, so that nobody, and no program run wild, keeps the others waiting.

What they may ask is cut into parts. Each process begins with one, and takes another when that is used up: a
row in the database, which one process alone can add. So all processes count together, to a part, while
whoever asks no more than a person does writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from speccom.directory.signed_in import is_by_token, person_of
from speccom.interface.pages import Kind, Page

MINUTE = 60
_ONE_IN = 10
"""Of what may be asked in a minute, one in so many may be a download, which takes longer to make."""
_PARTS = 20


@dataclass
class _Share:
    """What a process has for somebody in a minute: how much is left, and which part it may take next."""

    left: int
    next_part: int = 1
    turn: Lock = field(default_factory=Lock)


class Asked:
    """What this process has of what each may ask, minute by minute."""

    def __init__(self) -> None:
        self._minute, self._shares = 0, dict[str, _Share]()
        self._turn = Lock()

    def has_more(self, who: str, at_most: int, at: datetime) -> bool:
        """Use one of what somebody may ask `at_most` times in this minute; False where nothing is left."""
        minute, size = int(at.timestamp()) // MINUTE, -(-at_most // _PARTS)
        share = self._share_of(who, minute, size)
        with share.turn:
            if not share.left:
                _take_a_part(share, f"asked:{minute}:{who}", at_most, size)
            if not share.left:
                return False
            share.left -= 1
            return True

    def _share_of(self, who: str, minute: int, size: int) -> _Share:
        with self._turn:
            if minute != self._minute:
                self._minute, self._shares = minute, {}
            return self._shares.setdefault(who, _Share(size))


def _take_a_part(share: _Share, name: str, at_most: int, size: int) -> None:
    """Take the next part that no process has taken; the last may be smaller."""
    while share.next_part * size < at_most:
        part, share.next_part = share.next_part, share.next_part + 1
        if _is_ours(f"{name}:{part}"):
            share.left = min(size, at_most - part * size)
            return


def _is_ours(part: str) -> bool:
    """Whether a part was free; it counts as free where the database takes nothing, so that pages go on."""
    return cache.add(part, value=True, timeout=2 * MINUTE) or cache.get(part) is None


_asked = Asked()


def is_too_often(request: HttpRequest, page: Page, at: datetime) -> bool:
    """Tell whether this is more than somebody, or a place from which nobody has signed in, may ask."""
    at_most: int = settings.REQUESTS_A_MINUTE
    if not at_most:
        return False
    who = _who(request)
    if page.kind is Kind.DOWNLOAD and not _asked.has_more(f"{who}:files", max(at_most // _ONE_IN, 1), at):
        return True
    return not _asked.has_more(who, at_most, at)


def _who(request: HttpRequest) -> str:
    """Return a person, a person's programs however many tokens these have, or a place."""
    person = person_of(request)
    if person is None:
        return f"place:{request.META.get('REMOTE_ADDR', '')}"
    return f"{'programs' if is_by_token(request) else 'person'}:{person.pk}"
