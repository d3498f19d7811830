"""A valid criterion is never refused for its size, and every engine answers it."""

from __future__ import annotations

import pytest
from tests.generative.batches import batch_of

from speccom.criteria.bit_tables import bits_of, compile_rules
from speccom.criteria.codesets import CodeSet
from speccom.criteria.criterion_errors import CriterionErrors
from speccom.criteria.evaluate import evaluate
from speccom.criteria.kernel import Kernel
from speccom.criteria.kernel_duckdb import DuckDBKernel
from speccom.criteria.parse import parse
from speccom.rulebook.activity_record import ACTIVITY

TERMS = 20_000
LEVELS = 5_000

# More different alternatives than a list of them may have, so that the criterion is decided as a formula.
SETS = {f"set_{n}": CodeSet(f"set_{n}", "icd10", frozenset((f"C{n:02}",))) for n in range(100)}


def _alternating() -> str:
    joined = (f" AND age <> {n % 90})" if n % 2 else f" OR age = {n % 90})" for n in range(LEVELS))
    return "(" * LEVELS + "age = 30" + "".join(joined)


TEXTS = {
    "many parts of OR": " OR ".join(f"age = {n % 60}" for n in range(TERMS)),
    "many parts of AND": " AND ".join(f"age <> {n % 120 + 31}" for n in range(TERMS)),
    "NOT over many parts": "NOT (" + " OR ".join(f"age = {n % 120 + 31}" for n in range(TERMS)) + ")",
    "many values": f"age IN ({', '.join(str(n % 120) for n in range(TERMS))})",
    "many NOTs": "NOT " * LEVELS + "age = 30",
    "many parentheses": "(" * LEVELS + "age = 30" + ")" * LEVELS,
    "many levels of AND and OR": _alternating(),
    "many alternatives": " AND ".join(
        f"(any_diagnosis('set_{n}') OR NOT any_diagnosis('set_{n + 1}') OR age = {n})" for n in range(99)
    ),
}
LONGEST = " OR ".join(f"age = {n % 120}" for n in range(TERMS))
RECORDS: list[dict[str, object]] = [
    {"age": 30, "diagnoses": ["C05", "C06"]},
    {"age": 31, "diagnoses": ["C05"]},
    {"age": None, "diagnoses": ["C05", "C07"]},
    {"age": 7001, "diagnoses": []},
]


@pytest.mark.parametrize(
    "title", [*TEXTS, pytest.param(LONGEST, marks=pytest.mark.full, id="many parts and alternatives")]
)
def test_size_is_no_reason_to_refuse(title: str) -> None:
    expression = parse(TEXTS.get(title, title), ACTIVITY, SETS).expression
    truths = [evaluate(expression, record).value for record in RECORDS]
    assert True in truths
    assert set(truths) != {True}
    tables = compile_rules([expression])
    batch = batch_of(RECORDS, ACTIVITY)
    for kernel in (Kernel(tables, "numpy"), Kernel(tables, "numba"), DuckDBKernel(tables)):
        held = [bool(tables.rules_of(bits_of(row))) for row in kernel.answer(batch)]
        assert held == [truth is True for truth in truths]


def test_error_far_inside_still_points() -> None:
    text = "(" * LEVELS + "age = 30 AND agee = 1" + ")" * LEVELS
    with pytest.raises(CriterionErrors) as refused:
        parse(text, ACTIVITY, {})
    assert [(text[each.start : each.end], each.suggestion) for each in refused.value.errors] == [
        ("agee", "age")
    ]


@pytest.mark.parametrize(
    "text", ["(" * LEVELS, "NOT " * LEVELS, "(" * LEVELS + "age = 1" + ")" * (LEVELS + 1)]
)
def test_unfinished_depth_is_refused_in_words(text: str) -> None:
    with pytest.raises(CriterionErrors):
        parse(text, ACTIVITY, {})
