"""Part of a long list of cases, and how many there are up to a ceiling: never by going through them all.

A database reads a list in one of two ways: it finds what is asked for by an index and sorts it, or it goes
along an index that is in the list's order and tests each row. The first is for few, the second for many, and
a planner without statistics cannot tell which it is. Here the cases are counted up to the ceiling, and the
count says. A condition that is to be tested, whatever indexes there are, stands within a CASE, which planners
leave alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from speccom.casework.models import CaseRow
from speccom.interface.paging import CEILING

_UNTESTED = Q()


@dataclass(frozen=True)
class Asked:
    """What is asked of a list.

    `seen` are the cases that are there for somebody; `sees_whole` says whether those of some process all are.
    `along` is what the index in the list's order knows as well; `found` is another condition that an index
    finds cases by, if there is one; `tested` is all of the rest, `found` among it.
    """

    seen: Q
    sees_whole: bool = False
    along: Q = _UNTESTED
    found: Q = _UNTESTED
    tested: Q = _UNTESTED


@dataclass(frozen=True)
class Listed:
    """A list in order. `total` is how many there are; one more than the ceiling stands for more than that."""

    total: int
    cases: QuerySet[CaseRow]

    def part(self, offset: int, size: int) -> list[CaseRow]:
        """Return some of the cases, in order."""
        return list(self.cases[offset : offset + size])


def listed(asked: Asked, *order: str) -> Listed:
    """Return the list that is asked for. `order` are names of columns, each with `-` where it goes down."""
    rest = asked.along & asked.tested
    by_sight = CaseRow.objects.filter(asked.seen)
    seen = up_to_ceiling(by_sight)
    if seen <= CEILING:
        few = by_sight.filter(tested(rest))
        return Listed(up_to_ceiling(few) if rest else seen, _sorted(few, order))
    along = CaseRow.objects.filter(asked.along).filter(tested(asked.seen & asked.tested))
    if asked.found and (asked.sees_whole or up_to_ceiling(CaseRow.objects.filter(asked.found)) <= CEILING):
        found = CaseRow.objects.filter(asked.found).filter(tested(asked.seen & rest)).distinct()
    else:
        found = along if asked.sees_whole else by_sight.filter(tested(rest))
    total = up_to_ceiling(found) if rest else seen
    return Listed(total, _sorted(found, order) if total <= CEILING else along.order_by(*order))


def up_to_ceiling(cases: QuerySet[Any]) -> int:
    """Return how many cases there are, or one more than the ceiling where there are more."""
    return cases.order_by().values("pk")[: CEILING + 1].count()


def tested(condition: Q) -> Case | Q:
    """Return a condition as one that is tested with each row, whatever indexes there are."""
    if not condition:
        return condition
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _sorted(cases: QuerySet[CaseRow], order: Sequence[str]) -> QuerySet[CaseRow]:
    """Put cases in order by what no index has: columns through a function that leaves them as they are."""
    keys = [Coalesce(F(each.lstrip("-")), F(each.lstrip("-"))) for each in order]
    return cases.order_by(
        *(key.desc() if name.startswith("-") else key.asc() for key, name in zip(keys, order, strict=True))
    )
