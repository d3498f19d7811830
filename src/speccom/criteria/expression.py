"""The parts of a parsed criterion, and the one walk over them.

Trees may be deep (a criterion is never refused for its size), so nothing here or in the modules that use
it recurses: `fold` visits parts before wholes with a stack of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from speccom.criteria.codesets import CodeSet
from speccom.criteria.vocabulary import Field

Literal = str | Decimal | date
Span = tuple[int, int]


@dataclass(frozen=True)
class Expression:
    """A part of a criterion; `span` is its place in the text (start, end) and takes no part in equality."""

    span: Span = field(default=(0, 0), compare=False, kw_only=True)


@dataclass(frozen=True)
class And(Expression):
    """TRUE when all parts are; FALSE when any part is; otherwise unknown."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Or(Expression):
    """TRUE when any part is; FALSE when all parts are; otherwise unknown."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Not(Expression):
    """TRUE when the part is FALSE and the other way round; unknown stays unknown."""

    part: Expression


@dataclass(frozen=True)
class Comparison(Expression):
    """A field compared with a literal; `operator` is one of `= <> < <= > >=`."""

    field: Field
    operator: str
    value: Literal


@dataclass(frozen=True)
class Between(Expression):
    """A field between two literals, both included."""

    field: Field
    low: Literal
    high: Literal
    negated: bool = False


@dataclass(frozen=True)
class InList(Expression):
    """A field equal to one of some literals."""

    field: Field
    values: tuple[Literal, ...]
    negated: bool = False

    @cached_property
    def members(self) -> frozenset[Literal]:
        """The literals, to be looked up however many they are."""
        return frozenset(self.values)


@dataclass(frozen=True)
class Like(Expression):
    """A text field against a pattern in which `%` is any text and `_` any one character."""

    field: Field
    pattern: str
    negated: bool = False


@dataclass(frozen=True)
class IsNull(Expression):
    """Whether a field has no value; never unknown."""

    field: Field
    negated: bool = False


@dataclass(frozen=True)
class CodeMatch(Expression):
    """Whether a list holds a code of the set at a position (`any`, `primary`, `secondary`); never unknown."""

    field: Field
    position: str
    codeset: CodeSet


@dataclass(frozen=True)
class InCodeSet(Expression):
    """Whether a coded field belongs to the set; unknown when the field has no value."""

    field: Field
    codeset: CodeSet


Result = TypeVar("Result")


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """Return the direct parts; a leaf has none."""
    if isinstance(expression, And | Or):
        return expression.parts
    if isinstance(expression, Not):
        return (expression.part,)
    return ()


def fold(expression: Expression, combine: Callable[[Expression, tuple[Result, ...]], Result]) -> Result:
    """Combine results from the leaves up: `combine(part, results of its parts)`."""
    results: list[Result] = []
    waiting: list[tuple[Expression, bool]] = [(expression, False)]
    while waiting:
        part, parts_done = waiting.pop()
        inner = parts_of(part)
        if not inner:
            results.append(combine(part, ()))
        elif parts_done:
            done = tuple(results[-len(inner) :])
            del results[-len(inner) :]
            results.append(combine(part, done))
        else:
            waiting.append((part, True))
            waiting.extend((each, False) for each in reversed(inner))
    return results[0]


def leaves(expression: Expression) -> list[Expression]:
    """Return the leaves from left to right."""
    found: list[Expression] = []
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        inner = parts_of(part)
        if inner:
            waiting.extend(reversed(inner))
        else:
            found.append(part)
    return found
