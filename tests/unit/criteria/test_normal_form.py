"""Alternatives and formulas say what the criterion says, and stay within their size."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generative.generator import VOCABULARY, Generator, Record

from speccom.criteria.codesets import CodeSet
from speccom.criteria.evaluate import evaluate
from speccom.criteria.expression import And, CodeMatch, Comparison, Expression, Not, Or, leaves
from speccom.criteria.normal_form import MOST_CLAUSES, Atom, Clause, Step, clauses, formula

A, B, C = (Comparison(VOCABULARY["sex"], "=", each) for each in "123")


def holds(atom: Atom, record: Record) -> bool:
    return evaluate(atom.leaf, record).value is atom.holds


def any_clause_holds(found: tuple[Clause, ...], record: Record) -> bool:
    return any(all(holds(atom, record) for atom in clause) for clause in found)


def formula_holds(steps: list[Step], record: Record) -> bool:
    stack: list[bool] = []
    for step in steps:
        if step.atom is not None:
            stack.append(holds(step.atom, record))
            continue
        operands, stack = stack[-step.count :], stack[: -step.count]
        stack.append(all(operands) if step.kind == "all" else any(operands))
    assert len(stack) == 1
    return stack[0]


@given(st.integers(min_value=0, max_value=10**9))
def test_alternatives_and_formula_are_the_criterion(seed: int) -> None:
    generator = Generator(seed)
    for expression in generator.rulebook(2).criteria:
        found, steps = clauses(expression), list(formula(expression))
        assert sum(step.kind == "atom" for step in steps) == len(leaves(expression))
        assert found is None or len(found) <= MOST_CLAUSES
        for record in generator.records(8):
            wanted = evaluate(expression, record).value is True
            assert formula_holds(steps, record) == wanted
            assert found is None or any_clause_holds(found, record) == wanted


@given(st.integers(min_value=0, max_value=10**9))
def test_no_alternative_is_superfluous(seed: int) -> None:
    found = clauses(Generator(seed).rulebook(1).criteria[0])
    assert found is None or not any(one < other for one, other in product(found, found))


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        (A, 1),
        (And((A, B)), 1),
        (Or((A, B)), 2),
        (Not(And((A, B))), 2),
        (Not(Or((A, B))), 1),
        (Not(Not(Or((A, B)))), 2),
        (And((Or((A, B)), C)), 2),
        (Or((A, And((A, B)))), 1),
        (And((A, A)), 1),
        (Or((A, A)), 1),
    ],
)
def test_number_of_alternatives(expression: Expression, count: int) -> None:
    found = clauses(expression)
    assert found is not None
    assert len(found) == count


def _with_alternatives(count: int) -> Expression:
    return Or(tuple(Comparison(VOCABULARY["remark"], "=", str(n)) for n in range(count)))


def test_up_to_the_most_alternatives_are_listed_and_no_more() -> None:
    assert len(clauses(_with_alternatives(MOST_CLAUSES)) or ()) == MOST_CLAUSES
    assert clauses(_with_alternatives(MOST_CLAUSES + 1)) is None
    assert clauses(_with_alternatives(5), most=4) is None


def test_what_explodes_only_under_not_does_not_explode() -> None:
    assert len(clauses(Not(_with_alternatives(1000))) or ()) == 1


def test_atom_of_a_missing_value_meets_neither_itself_nor_its_opposite() -> None:
    assert not Atom(A, True).is_met_by(None)
    assert not Atom(A, False).is_met_by(None)


def test_atom_of_a_list_meets_one_of_the_two() -> None:
    match = CodeMatch(VOCABULARY["diagnoses"], "primary", CodeSet("s", "icd10", frozenset({"C"})))
    for value in (None, "C34", "E84"):
        assert Atom(match, True).is_met_by(value) != Atom(match, False).is_met_by(value)
