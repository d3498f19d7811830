"""A criterion as alternatives of conditions that must all hold, or as a formula where those explode.

A record qualifies only when its criterion is TRUE. NOT is pushed to the leaves under three-valued logic:
a leaf that must be FALSE is its own condition, and unknown satisfies neither it nor its opposite. What is
left is AND and OR over *atoms*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from speccom.criteria.evaluate import leaf_truth
from speccom.criteria.expression import And, CodeMatch, Expression, Not, fold, parts_of

MOST_CLAUSES = 64
"""A criterion with more alternatives than this is evaluated as a formula over bits instead."""


@dataclass(frozen=True)
class Atom:
    """A leaf and the truth that it must have: TRUE (`holds`) or FALSE."""

    leaf: Expression
    holds: bool

    def is_met_by(self, value: object) -> bool:
        """Whether a scalar value (for `primary_…` the first code, None if there is none) meets the atom."""
        if isinstance(self.leaf, CodeMatch):
            matches = isinstance(value, str) and self.leaf.codeset.matches(value)
            return matches == self.holds
        return leaf_truth(self.leaf, value) is self.holds


Clause = frozenset[Atom]


@dataclass(frozen=True)
class Step:
    """One step of a formula in postfix order: push an atom, or join the last `count` results."""

    kind: str
    atom: Atom | None = None
    count: int = 0


def clauses(expression: Expression, most: int = MOST_CLAUSES) -> tuple[Clause, ...] | None:
    """Return the alternatives under which the criterion is TRUE, or None where there are more than `most`.

    Alternatives that another one makes superfluous are left out.
    """

    def combine(part: Expression, inner: tuple[_Pair, ...]) -> _Pair:
        if not inner:
            return _Pair((frozenset((Atom(part, True),)),), (frozenset((Atom(part, False),)),))
        if isinstance(part, Not):
            return _Pair(inner[0].when_false, inner[0].when_true)
        trues = [each.when_true for each in inner]
        falses = [each.when_false for each in inner]
        if isinstance(part, And):
            return _Pair(_product(trues, most), _union(falses, most))
        return _Pair(_union(trues, most), _product(falses, most))

    return fold(expression, combine).when_true


def formula(expression: Expression) -> Iterator[Step]:
    """Yield the criterion in postfix order, NOT pushed to the atoms; it is no larger than the criterion."""
    waiting: list[tuple[Expression, bool, bool]] = [(expression, True, False)]
    while waiting:
        part, holds, parts_done = waiting.pop()
        inner = parts_of(part)
        if not inner:
            yield Step("atom", Atom(part, holds))
        elif isinstance(part, Not):
            waiting.append((part.part, not holds, False))
        elif parts_done:
            yield Step("all" if isinstance(part, And) == holds else "any", count=len(inner))
        else:
            waiting.append((part, holds, True))
            waiting.extend((each, holds, False) for each in reversed(inner))


@dataclass(frozen=True)
class _Pair:
    when_true: tuple[Clause, ...] | None
    when_false: tuple[Clause, ...] | None


def _union(alternatives: list[tuple[Clause, ...] | None], most: int) -> tuple[Clause, ...] | None:
    joined: dict[Clause, None] = {}
    for each in alternatives:
        if each is None:
            return None
        joined.update(dict.fromkeys(each))
        if len(joined) > most:
            return None
    return _without_superfluous(tuple(joined))


def _product(factors: list[tuple[Clause, ...] | None], most: int) -> tuple[Clause, ...] | None:
    product: tuple[Clause, ...] = (frozenset(),)
    for each in factors:
        if each is None or len(product) * len(each) > most * most:
            return None
        multiplied = dict.fromkeys(left | right for left in product for right in each)
        product = _without_superfluous(tuple(multiplied))
        if len(product) > most:
            return None
    return product


def _without_superfluous(alternatives: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """Leave out each clause that asks for all that another one asks for, and more."""
    if len(alternatives) < 2:
        return alternatives
    return tuple(clause for clause in alternatives if not any(other < clause for other in alternatives))
