"""A third opinion: each criterion put straight into SQL and answered by DuckDB's own three-valued logic.

It shares nothing with the reference evaluator or the bit tables but the parsed expression: no normal form,
no pushed NOT, no shared comparison of values.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa

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
    Or,
    fold,
)
from speccom.criteria.vocabulary import FieldType, Vocabulary

_TYPES = {
    FieldType.TEXT: pa.string(),
    FieldType.WHOLE_NUMBER: pa.int64(),
    FieldType.DECIMAL: pa.decimal128(18, 2),
    FieldType.DATE: pa.date32(),
    FieldType.CODES: pa.list_(pa.string()),
}


def truths(
    criteria: Sequence[Expression], records: Sequence[dict[str, object]], vocabulary: Vocabulary
) -> list[tuple[bool | None, ...]]:
    """Return each record's TRUE, FALSE or unknown (None) for each criterion."""
    table = pa.table(
        {
            "row_number": pa.array(range(len(records)), type=pa.int64()),
            **{
                each.name: pa.array([record.get(each.name) for record in records], type=_TYPES[each.type])
                for each in vocabulary.values()
            },
        }
    )
    answers = ", ".join(f"{sql_of(each)} AS a{place}" for place, each in enumerate(criteria))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("records", table)
        rows = connection.sql(f"SELECT {answers} FROM records ORDER BY row_number").fetchall()
    return [tuple(row) for row in rows]


def sql_of(expression: Expression) -> str:
    """Return the criterion as one SQL expression."""

    def combine(part: Expression, inner: tuple[str, ...]) -> str:
        if isinstance(part, And):
            return "(" + " AND ".join(inner) + ")"
        if isinstance(part, Or):
            return "(" + " OR ".join(inner) + ")"
        if isinstance(part, Not):
            return f"(NOT {inner[0]})"
        return f"({_leaf(part)})"

    return fold(expression, combine)


def _leaf(part: Expression) -> str:
    if isinstance(part, CodeMatch):
        codes = {
            "any": part.field.name,
            "primary": f"{part.field.name}[1:1]",
            "secondary": f"{part.field.name}[2:]",
        }[part.position]
        return f"coalesce(len(list_filter({codes}, lambda code: {_member('code', part.codeset)})) > 0, false)"
    assert isinstance(part, Comparison | Between | InList | Like | IsNull | InCodeSet)
    name = part.field.name
    if isinstance(part, InCodeSet):
        return _member(f"regexp_replace(upper({name}), '\\s', '', 'g')", part.codeset)
    if isinstance(part, Comparison):
        return f"{name} {part.operator} {_literal(part.value)}"
    if isinstance(part, IsNull):
        return f"{name} IS {'NOT' if part.negated else ''} NULL"
    word = "NOT" if part.negated else ""
    if isinstance(part, Between):
        return f"{name} {word} BETWEEN {_literal(part.low)} AND {_literal(part.high)}"
    if isinstance(part, InList):
        return f"{name} {word} IN ({', '.join(map(_literal, part.values))})"
    return f"{name} {word} LIKE {_literal(part.pattern)}"


def _member(code: str, codeset: CodeSet) -> str:
    """Return SQL that is unknown for a missing code, else whether the code belongs to the set."""
    tests = [f"starts_with({code}, {_literal(each)})" for each in sorted(codeset.prefixes)]
    tests += [f"{code} = {_literal(each)}" for each in sorted(codeset.exact)]
    return " OR ".join(tests) if tests else f"{code} <> {code}"


def _literal(value: Literal) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    assert isinstance(value, Decimal)
    return format(value, "f")
