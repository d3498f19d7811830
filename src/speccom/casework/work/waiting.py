"""What waits for a person: cases at a state from which an act of theirs leads on, the most pressing first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Min, Q, QuerySet, Value
from django.db.models.functions import NullIf

from speccom.casework.meetings.session import bodies_sitting
from speccom.casework.models import CaseRow, Waiting
from speccom.casework.procedures import pinned
from speccom.casework.sight import Viewer, sight
from speccom.casework.waits import audiences_of
from speccom.casework.work.listing import tested, up_to_ceiling
from speccom.directory.permission import Held

_ALL = Q()


@dataclass(frozen=True)
class Work:
    """What a person's front page shows, the most pressing first, and how many there are up to the ceiling."""

    mine: list[CaseRow]
    waiting: list[CaseRow]
    mine_count: int
    waiting_count: int
    late_count: int


def work_of(looking: Viewer, today: date, size: int) -> Work:
    """Return the first cases that are with somebody, and the first others that wait for them."""
    others = ~Q(given_to=looking.id)
    late = Q(waiting__on__lt=today)
    return Work(
        mine=list(given_to(looking)[:size]),
        waiting=_first_waiting(looking, others, size),
        mine_count=up_to_ceiling(_with(looking)),
        waiting_count=_count(looking, others),
        late_count=_count(looking, late),
    )


def waiting_for(looking: Viewer) -> QuerySet[CaseRow]:
    """Return the open cases that wait for somebody; `due_on` is the first last day of an act of theirs.

    An act that may be done at any time (from a group of states) waits for nobody.
    """
    return _by_due(_waiting(looking), looking)


def open_work(looking: Viewer) -> QuerySet[CaseRow]:
    """Return the open cases that wait for somebody or were given to them."""
    waits = Waiting.objects.filter(audience__in=audiences_of(looking)).values("case")
    mine = Q(given_to=looking.id) | Q(pk__in=waits)
    return _by_due(CaseRow.objects.filter(mine, tested(sight(looking)), is_closed=False), looking)


def due_by(looking: Viewer, last: date) -> QuerySet[CaseRow]:
    """Return what waits for somebody with a last day up to one."""
    return _by_due(_waiting(looking, Q(waiting__on__lte=last)), looking)


def given_to(looking: Viewer) -> QuerySet[CaseRow]:
    """Return the open cases that were given to somebody."""
    return _by_due(_with(looking), looking)


def labels_of(looking: Viewer, rows: Iterable[CaseRow]) -> dict[str, list[str]]:
    """Return for each case the labels of somebody's acts that wait there."""
    shown = tuple(rows)
    sitting = bodies_sitting(each.pk for each in shown)
    return {row.reference: list(_labels(looking, row, sitting.get(row.pk, ()))) for row in shown}


def _labels(looking: Viewer, row: CaseRow, sitting: Sequence[str]) -> Iterator[str]:
    """Return the labels of the acts that are somebody's and lead on from where a case stands."""
    procedure = pinned(row.process)
    for each in procedure.acts_from(row.state):
        bodies = procedure.bodies_for(each.act, sitting)
        if each.source == row.state and any(_counts(held, each.role, bodies) for held in looking.held):
            yield each.label


def _counts(held: Held, role: str, bodies: Collection[str]) -> bool:
    return held.role == role and (held.body in bodies if bodies or held.body else True)


def _with(looking: Viewer) -> QuerySet[CaseRow]:
    return CaseRow.objects.filter(tested(sight(looking)), given_to=looking.id, is_closed=False)


def _waiting(looking: Viewer, further: Q = _ALL) -> QuerySet[CaseRow]:
    """Return what waits for somebody, once for each of their audiences."""
    whom = Q(waiting__audience__in=audiences_of(looking))
    return CaseRow.objects.filter(whom & further).filter(tested(sight(looking)))


def _count(looking: Viewer, further: Q) -> int:
    """Return how many cases wait for somebody; where they are of one audience, each is found once."""
    found = _waiting(looking, further)
    return up_to_ceiling(found if len(audiences_of(looking)) == 1 else found.distinct())


def _first_waiting(looking: Viewer, further: Q, size: int) -> list[CaseRow]:
    """Return the first of what waits for somebody: of the first for each audience, as an index has them."""
    order = ("waiting__on", "waiting__changed_at", "waiting__case")
    for_each = (
        CaseRow.objects.filter(further & Q(waiting__audience=audience))
        .filter(tested(sight(looking)))
        .annotate(due_on=NullIf(F("waiting__on"), Value(Waiting.NEVER)))
        .order_by(*order)[:size]
        for audience in audiences_of(looking)
    )
    first: dict[str, CaseRow] = {}
    for row in sorted((row for rows in for_each for row in rows), key=_pressing):
        first.setdefault(row.reference, row)
    return list(first.values())[:size]


def _pressing(row: CaseRow) -> tuple[date, datetime, str]:
    due: date | None = row.due_on  # type: ignore[attr-defined]
    return due or Waiting.NEVER, row.changed_at, row.reference


def _by_due(cases: QuerySet[CaseRow], looking: Viewer) -> QuerySet[CaseRow]:
    first = Min("waiting__on", filter=Q(waiting__audience__in=audiences_of(looking)))
    soonest = F("due_on").asc(nulls_last=True)
    due_on = NullIf(first, Value(Waiting.NEVER))
    return cases.annotate(due_on=due_on).order_by(soonest, "changed_at", "reference")
