"""The SQL that people write first: one CASE over `list_has_any`, made from the same rulebook.

The rulebook's sets must hold whole four-character codes, as a code list does: a prefix is looked up as is.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from speccom.criteria.codesets import CodeSet
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
    fold,
)
from speccom.rulebook.identification import IdentificationRulebook


def naive_statement(rulebook: IdentificationRulebook, table: str) -> str:
    """Return a query that gives each episode its first line in rank order."""
    by_line: dict[str, list[str]] = {}
    for rule in rulebook.rules:
        if rule.dataset == "apc":
            by_line.setdefault(rule.service_code, []).append(condition(rule.criterion.expression))
    ranked = [code for code in rulebook.services if code in by_line]
    cases = " ".join(f"WHEN {' OR '.join(by_line[code])} THEN '{code}'" for code in ranked)
    return f"SELECT CASE {cases} END FROM {table}"


def condition(expression: Expression) -> str:
    """Return a criterion as the SQL that an analyst would write by hand."""

    def combine(part: Expression, inner: tuple[str, ...]) -> str:
        if isinstance(part, Not):
            return f"(NOT {inner[0]})"
        if inner:
            return "(" + (" AND " if isinstance(part, And) else " OR ").join(inner) + ")"
        return _leaf(part)

    return fold(expression, combine)


def _leaf(leaf: Expression) -> str:
    if isinstance(leaf, CodeMatch):
        name = leaf.field.name
        codes = {"any": name, "primary": f"{name}[1:1]", "secondary": f"{name}[2:]"}[leaf.position]
        return f"coalesce(list_has_any({codes}, {_entries(leaf.codeset)}), false)"
    if isinstance(leaf, InCodeSet):
        starts = " OR ".join(f"starts_with({leaf.field.name}, '{each}')" for each in _all(leaf.codeset))
        return f"({starts})"
    if isinstance(leaf, Comparison):
        return f"({leaf.field.name} {leaf.operator} {_literal(leaf.value)})"
    if isinstance(leaf, Between):
        negated = "NOT " if leaf.negated else ""
        return f"({leaf.field.name} {negated}BETWEEN {_literal(leaf.low)} AND {_literal(leaf.high)})"
    if isinstance(leaf, InList):
        values = ", ".join(_literal(value) for value in leaf.values)
        return f"({leaf.field.name} {'NOT ' if leaf.negated else ''}IN ({values}))"
    if isinstance(leaf, Like):
        return f"({leaf.field.name} {'NOT ' if leaf.negated else ''}LIKE {_literal(leaf.pattern)})"
    assert isinstance(leaf, IsNull)
    return f"({leaf.field.name} IS {'NOT ' if leaf.negated else ''}NULL)"


def _entries(codeset: CodeSet) -> str:
    return "[" + ", ".join(f"'{each}'" for each in _all(codeset)) + "]"


def _all(codeset: CodeSet) -> list[str]:
    return sorted(codeset.prefixes | codeset.exact)


def _literal(value: Literal) -> str:
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, Decimal):
        return str(value)
    return "'" + value.replace("'", "''") + "'"
