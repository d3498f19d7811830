"""All the ways in which a criterion can be TRUE, each a list of conditions that must hold together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from speccom.criteria.evaluate import evaluate, leaf_truth
from speccom.criteria.expression import (
    And,
    CodeMatch,
    Expression,
    IsNull,
    Not,
    Or,
    fold,
)
from speccom.criteria.vocabulary import Field

MOST_WAYS = 1000


@dataclass(frozen=True)
class Condition:
    """A leaf of a criterion with the truth that it must have. Unknown is neither."""

    leaf: Expression
    truth: bool

    @property
    def field(self) -> Field:
        """The field that the leaf asks about."""
        field = getattr(self.leaf, "field", None)
        assert isinstance(field, Field)
        return field

    def holds(self, record: Mapping[str, object]) -> bool:
        """Whether the leaf has that truth on a record."""
        if isinstance(self.leaf, CodeMatch):
            return evaluate(self.leaf, record).value is self.truth
        return leaf_truth(self.leaf, record.get(self.field.name)) is self.truth

    def failures(self) -> tuple[Condition, ...]:
        """Return the conditions of which one holds exactly when this one does not."""
        opposite = Condition(self.leaf, not self.truth)
        if isinstance(self.leaf, CodeMatch | IsNull):
            return (opposite,)
        return (opposite, Condition(IsNull(self.field), True))


Way = tuple[Condition, ...]
_Ways = tuple[Way, ...] | None


def ways_to_be_true(expression: Expression, most: int = MOST_WAYS) -> tuple[Way, ...] | None:
    """Return the ways in which the criterion is TRUE; None where there are more than `most`.

    NOT is pushed down to the leaves: under SQL's logic a part is FALSE exactly when its opposite is TRUE,
    and unknown is neither.
    """

    def combine(part: Expression, inner: tuple[tuple[_Ways, _Ways], ...]) -> tuple[_Ways, _Ways]:
        if isinstance(part, Not):
            when_true, when_false = inner[0]
            return when_false, when_true
        if isinstance(part, And):
            return _all_of([each[0] for each in inner], most), _any_of([each[1] for each in inner], most)
        if isinstance(part, Or):
            return _any_of([each[0] for each in inner], most), _all_of([each[1] for each in inner], most)
        return ((Condition(part, True),),), ((Condition(part, False),),)

    return fold(expression, combine)[0]


def _any_of(parts: list[_Ways], most: int) -> _Ways:
    found: list[Way] = []
    for ways in parts:
        if ways is None or len(found) + len(ways) > most:
            return None
        found.extend(ways)
    return tuple(found)


def _all_of(parts: list[_Ways], most: int) -> _Ways:
    found: list[Way] = [()]
    for ways in parts:
        if ways is None or len(found) * len(ways) > most:
            return None
        found = [before + way for before in found for way in ways]
    return tuple(found)
