"""Whether two criteria ask the same, however they are written."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

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

    `BETWEEN` is two comparisons, `IN` is several, a NOT before a group goes to each of its parts; code sets
    count by name. False does not prove that some record tells the two apart.
    """
    forms = _Forms()
    return forms.number(one) == forms.number(other)


_Pair = tuple[int, int]


class _Forms:
    """Gives every form a number, the same form the same number, so that no tree is ever walked twice.

    Each part has a pair: the number of what must hold for it to be TRUE, and for it to be FALSE.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._groups: dict[int, tuple[str, frozenset[int]]] = {}

    def number(self, expression: Expression) -> int:
        return fold(expression, self._combine)[0]

    def _combine(self, part: Expression, inner: tuple[_Pair, ...]) -> _Pair:
        if isinstance(part, And):
            return self._all_of(inner)
        if isinstance(part, Or):
            return self._any_of(inner)
        if isinstance(part, Not):
            return _turned(inner[0])
        return self._leaf(part)

    def _all_of(self, parts: Iterable[_Pair]) -> _Pair:
        pairs = tuple(parts)
        return self._group("and", [each[0] for each in pairs]), self._group("or", [each[1] for each in pairs])

    def _any_of(self, parts: Iterable[_Pair]) -> _Pair:
        return _turned(self._all_of(_turned(each) for each in parts))

    def _group(self, word: str, inner: Iterable[int]) -> int:
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

    def _leaf(self, leaf: Expression) -> _Pair:
        if isinstance(leaf, Comparison):
            return self._comparison(leaf.field.name, leaf.operator, leaf.value)
        if isinstance(leaf, Between):
            name = leaf.field.name
            pair = self._all_of(
                (self._comparison(name, ">=", leaf.low), self._comparison(name, "<=", leaf.high))
            )
        elif isinstance(leaf, InList):
            pair = self._any_of(self._comparison(leaf.field.name, "=", value) for value in leaf.values)
        elif isinstance(leaf, Like):
            pair = self._either("like", leaf.field.name, leaf.pattern)
        elif isinstance(leaf, IsNull):
            pair = self._either("is null", leaf.field.name)
        elif isinstance(leaf, CodeMatch):
            return self._either("match", leaf.position, leaf.field.name, leaf.codeset.name)
        else:
            assert isinstance(leaf, InCodeSet)
            return self._either("in set", leaf.field.name, leaf.codeset.name)
        return _turned(pair) if leaf.negated else pair

    def _comparison(self, name: str, operator: str, value: Literal) -> _Pair:
        return (
            self._number_of(("compare", name, operator, value)),
            self._number_of(("compare", name, _OPPOSITE[operator], value)),
        )

    def _either(self, *form: str) -> _Pair:
        return self._number_of((True, *form)), self._number_of((False, *form))

    def _number_of(self, form: Hashable) -> int:
        return self._numbers.setdefault(form, len(self._numbers))


def _turned(pair: _Pair) -> _Pair:
    return pair[1], pair[0]
