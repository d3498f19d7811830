"""A criterion's text, made back from its expression: the parser's work undone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

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

_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def text_of(expression: Expression, chance: Random | None = None) -> str:
    """Return text that parses to the expression; `chance` dresses it (literals first, any case, spaces)."""

    def combine(part: Expression, inner: tuple[str, ...]) -> str:
        if isinstance(part, And):
            return " AND ".join(map(_within_and, part.parts, inner))
        if isinstance(part, Or):
            return " OR ".join(map(_within_or, part.parts, inner))
        if isinstance(part, Not):
            return "NOT " + _within_and(part.part, inner[0])
        return _leaf(part, chance)

    return fold(expression, combine)


def literal_text(value: Literal) -> str:
    """Return a literal as a criterion writes it."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    assert isinstance(value, Decimal)
    return format(value, "f")


def _within_and(part: Expression, text: str) -> str:
    return f"({text})" if isinstance(part, And | Or) else text


def _within_or(part: Expression, text: str) -> str:
    return f"({text})" if isinstance(part, Or) else text


def _leaf(part: Expression, chance: Random | None) -> str:
    if isinstance(part, CodeMatch):
        return (
            f"{_cased(f'{part.position}_{part.field.singular}', chance)}({literal_text(part.codeset.name)})"
        )
    assert isinstance(part, Comparison | Between | InList | Like | IsNull | InCodeSet)
    name = _cased(part.field.name, chance)
    if isinstance(part, InCodeSet):
        return f"{_cased('in_codeset', chance)}({name}, {literal_text(part.codeset.name)})"
    if isinstance(part, Comparison):
        value = literal_text(part.value)
        if chance is not None and chance.random() < 0.2:
            return f"{value} {_MIRRORED[part.operator]} {name}"
        return f"{name} {part.operator} {value}"
    if isinstance(part, IsNull):
        return f"{name} IS {'NOT ' if part.negated else ''}NULL"
    word = f"{name} {'NOT ' if part.negated else ''}"
    if isinstance(part, Between):
        return f"{word}BETWEEN {literal_text(part.low)} AND {literal_text(part.high)}"
    if isinstance(part, Like):
        return f"{word}LIKE {literal_text(part.pattern)}"
    return f"{word}IN ({', '.join(map(literal_text, part.values))})"


def _cased(name: str, chance: Random | None) -> str:
    if chance is None or chance.random() < 0.8:
        return name
    return name.upper() if chance.random() < 0.5 else name.title()
