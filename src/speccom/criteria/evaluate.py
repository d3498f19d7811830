"""The reference evaluator: one record, every part of a criterion with its truth, slow and obvious.

Truth is SQL's: TRUE, FALSE or unknown (None). Every faster way of evaluating a criterion is held to this
one by generated tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from speccom.criteria.codes import normal_form
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

Truth = bool | None
Record = Mapping[str, object]

_COMPARE: Mapping[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


@dataclass(frozen=True)
class Finding:
    """What one part of a criterion came to, on which values, with the findings of its own parts.

    `seen` is the field's value, or for a list of codes the codes that matched.
    """

    expression: Expression
    value: Truth
    seen: object = None
    parts: tuple[Finding, ...] = ()


def evaluate(expression: Expression, record: Record) -> Finding:
    """Evaluate a criterion on one record whose codes are in normal form and whose missing values are None."""

    def combine(part: Expression, inner: tuple[Finding, ...]) -> Finding:
        if isinstance(part, And):
            return Finding(part, _all_of([each.value for each in inner]), parts=inner)
        if isinstance(part, Or):
            return Finding(part, _any_of([each.value for each in inner]), parts=inner)
        if isinstance(part, Not):
            return Finding(part, _negated(inner[0].value), parts=inner)
        return _leaf(part, record)

    return fold(expression, combine)


def _leaf(part: Expression, record: Record) -> Finding:
    if isinstance(part, CodeMatch):
        return _code_match(part, record)
    assert isinstance(part, Comparison | Between | InList | Like | IsNull | InCodeSet)
    seen = record.get(part.field.name)
    return Finding(part, leaf_truth(part, seen), seen)


def leaf_truth(leaf: Expression, value: object) -> Truth:
    """Return the truth of a leaf over one scalar field, given that field's value (None when missing)."""
    if isinstance(leaf, IsNull):
        return (value is None) != leaf.negated
    if value is None:
        return None
    if isinstance(leaf, Comparison):
        return _COMPARE[leaf.operator](_order(value, leaf.value))
    if isinstance(leaf, Between):
        return (_order(value, leaf.low) >= 0 and _order(value, leaf.high) <= 0) != leaf.negated
    if isinstance(leaf, InList):
        return (value in leaf.members) != leaf.negated
    if isinstance(leaf, Like):
        return bool(_pattern(leaf.pattern).fullmatch(str(value))) != leaf.negated
    assert isinstance(leaf, InCodeSet)
    code = normal_form(leaf.codeset.classification, str(value))
    return code is not None and leaf.codeset.matches(code)


def _code_match(part: CodeMatch, record: Record) -> Finding:
    codes = record.get(part.field.name)
    listed = list(codes) if isinstance(codes, list | tuple) else []
    looked_at = {"any": listed, "primary": listed[:1], "secondary": listed[1:]}[part.position]
    matched = tuple(code for code in looked_at if code is not None and part.codeset.matches(code))
    return Finding(part, bool(matched), matched)


def _order(value: object, literal: Literal) -> int:
    """Return below, equal or above nought as the value is less than, equal to or more than the literal."""
    if isinstance(literal, str):
        assert isinstance(value, str)
        return (value > literal) - (value < literal)
    if isinstance(literal, date):
        assert isinstance(value, date)
        return (value > literal) - (value < literal)
    assert isinstance(value, int | float | Decimal)
    return (value > literal) - (value < literal)


def _all_of(values: list[Truth]) -> Truth:
    if False in values:
        return False
    return None if None in values else True


def _any_of(values: list[Truth]) -> Truth:
    if True in values:
        return True
    return None if None in values else False


def _negated(value: Truth) -> Truth:
    return None if value is None else not value


@lru_cache(maxsize=4096)
def _pattern(pattern: str) -> re.Pattern[str]:
    first, *rest = (
        "".join("." if each == "_" else re.escape(each) for each in piece) for piece in pattern.split("%")
    )
    # The first place where a middle piece fits is always good enough: never going back to try another
    # keeps a pattern of many % from taking for ever.
    between = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    return re.compile(first + between + (f".*{rest[-1]}" if rest else ""), re.DOTALL)
