"""Whether two criteria ask the same, however they are written."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from speccom.criteria.expression import (
    And,
    Between,
    CodeMatch,
    Comparison,
    Expression,
    InCodeSet,
    InList,
    IsNull,
    Like,
    Literal,
    Not,
    Or,
    fold,
)

_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def asks_the_same(one: Expression, other: Expression) -> bool:
    """Whether two criteria are the same but for spaces, case, parentheses, order and ways of saying a thing.

    `BETWEEN` is two comparisons, `IN` of one value is `=`, a NOT before a comparison turns it round; code
    sets count by name. False does not prove that some record tells the two apart.
    """
    forms = _Forms()
    return forms.number(one) == forms.number(other)


class _Forms:
    """Gives every form a number, the same form the same number, so that no tree is ever walked twice."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._groups: dict[int, tuple[str, frozenset[int]]] = {}

    def number(self, expression: Expression) -> int:
        return fold(expression, self._combine)

    def _combine(self, part: Expression, inner: tuple[int, ...]) -> int:
        if isinstance(part, And | Or):
            return self._group("and" if isinstance(part, And) else "or", inner)
        if isinstance(part, Not):
            turned = _turned(part.part)
            return self._leaf(turned) if turned is not None else self._denied(inner[0])
        return self._leaf(part)

    def _number_of(self, form: Hashable) -> int:
        return self._numbers.setdefault(form, len(self._numbers))

    def _group(self, word: str, inner: tuple[int, ...]) -> int:
        members: set[int] = set()
        for number in inner:
            group = self._groups.get(number)
            members |= group[1] if group and group[0] == word else {number}
        if len(members) == 1:
            return members.pop()
        made = (word, frozenset(members))
        number = self._number_of(made)
        self._groups[number] = made
        return number

    def _denied(self, number: int) -> int:
        group = self._groups.get(number)
        if group and group[0] == "not":
            return next(iter(group[1]))
        denied = self._number_of(("not", number))
        self._groups[denied] = ("not", frozenset((number,)))
        return denied

    def _leaf(self, leaf: Expression) -> int:
        if isinstance(leaf, Comparison):
            return self._comparison(leaf.field.name, leaf.operator, leaf.value)
        if isinstance(leaf, Between):
            name, low, high = leaf.field.name, leaf.low, leaf.high
            ends = ((">=", low), ("<=", high)) if not leaf.negated else (("<", low), (">", high))
            numbers = tuple(self._comparison(name, operator, value) for operator, value in ends)
            return self._group("or" if leaf.negated else "and", numbers)
        if isinstance(leaf, InList):
            operator = "<>" if leaf.negated else "="
            equal = tuple(self._comparison(leaf.field.name, operator, value) for value in leaf.values)
            return self._group("and" if leaf.negated else "or", equal)
        if isinstance(leaf, CodeMatch):
            return self._number_of(("match", leaf.position, leaf.field.name, leaf.codeset.name))
        if isinstance(leaf, InCodeSet):
            return self._number_of(("in set", leaf.field.name, leaf.codeset.name))
        assert isinstance(leaf, Like | IsNull)
        pattern = leaf.pattern if isinstance(leaf, Like) else None
        number = self._number_of((type(leaf).__name__, leaf.field.name, pattern))
        return self._denied(number) if leaf.negated else number

    def _comparison(self, name: str, operator: str, value: Literal) -> int:
        return self._number_of(("compare", name, operator, value))


def _turned(leaf: Expression) -> Expression | None:
    """Return the leaf that is FALSE exactly when this one is TRUE and the other way round."""
    if isinstance(leaf, Comparison):
        return replace(leaf, operator=_OPPOSITE[leaf.operator])
    if isinstance(leaf, Between | InList | Like | IsNull):
        return replace(leaf, negated=not leaf.negated)
    return None
