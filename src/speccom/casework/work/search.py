"""Finding cases by what is not confidential in them, and only those that are there for the person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.db.models import Exists, OuterRef, Q

from speccom.casework.case_words import beginnings_asked
from speccom.casework.models import CaseWord, Waiting
from speccom.casework.sight import Viewer, sees_whole_process, sight
from speccom.casework.waits import audiences_of
from speccom.casework.work.listing import Asked, Listed, listed
from speccom.criteria.vocabulary import Confidentiality

_LONGEST = 200
_NOTHING = Q(pk__in=())
_CLOSED = {"open": False, "closed": True}
_INSIDER = frozenset({Confidentiality.OFFICIAL})


@dataclass(frozen=True)
class _Condition:
    """A condition on cases: as an index finds them by it, and as each is tested."""

    found: Q
    tested: Q


def find_cases(looking: Viewer, asked: Mapping[str, str]) -> Listed:
    """Return the visible cases that are asked for, the latest change first.

    `q` are words, each the beginning of one in the reference or the subject; `kind`, `standing` and `whose`
    are the filters of the list.
    """
    kind, whose = asked.get("kind", ""), asked.get("whose", "")
    is_closed = _CLOSED.get(asked.get("standing", ""))
    along = Q(procedure=kind) if kind else Q()
    if is_closed is not None:
        along &= Q(is_closed=is_closed)
    if whose == "roles":
        along &= Q(is_closed=False)
    conditions = [*_with_words(looking, asked.get("q", "")[:_LONGEST], kind), *_whose(looking, whose)]
    question = Asked(
        seen=sight(looking, kind=kind, is_closed=is_closed),
        sees_whole=sees_whole_process(looking),
        along=along,
        found=conditions[0].found if conditions else Q(),
        tested=reduce(and_, (each.tested for each in conditions), Q()),
    )
    return listed(question, "-changed_at", "reference")


def _with_words(looking: Viewer, text: str, kind: str) -> Iterator[_Condition]:
    """Yield what a text asks for, if there is one; a text without a word finds nothing.

    Somebody who sees no more of a case than what is public does not find it by a subject that is not.
    """
    ranges = beginnings_asked(text)
    if ranges:
        first, last = ranges[0]
        insider = sight(looking, kind=kind, classes=_INSIDER)
        yield _Condition(
            found=Q(words__word__gte=first, words__word__lt=last),
            tested=_has_words(ranges) & (insider | _has_words(ranges, is_public=True)),
        )
    elif text:
        yield _Condition(found=_NOTHING, tested=_NOTHING)


def _has_words(ranges: tuple[tuple[bytes, bytes], ...], **further: bool) -> Q:
    found = Q()
    for first, last in ranges:
        found &= Q(
            Exists(CaseWord.objects.filter(case=OuterRef("pk"), word__gte=first, word__lt=last, **further))
        )
    return found


def _whose(looking: Viewer, whose: str) -> Iterator[_Condition]:
    if whose == "me":
        mine = Q(given_to=looking.id)
        yield _Condition(found=mine, tested=mine)
    if whose == "roles":
        audiences = audiences_of(looking)
        waits = Waiting.objects.filter(case=OuterRef("pk"), audience__in=audiences)
        yield _Condition(found=Q(waiting__audience__in=audiences), tested=Q(Exists(waits)))
