"""Words of 63 bits, the rows of slots, and how raw bits are settled into answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generative.batches import batch_of
from tests.generative.generator import VOCABULARY

from speccom.criteria.bit_tables import BITS_IN_WORD, BitTables, bits_of, compile_rules, words_of
from speccom.criteria.codesets import CodeSet
from speccom.criteria.columns import Batch
from speccom.criteria.expression import And, CodeMatch, Comparison, Expression, Not, Or
from speccom.criteria.kernel import Kernel
from speccom.criteria.kernel_duckdb import DuckDBKernel
from speccom.problem import Problem

DIAGNOSES = VOCABULARY["diagnoses"]


def sex(value: str) -> Expression:
    return Comparison(VOCABULARY["sex"], "=", value)


def any_of(prefix: str) -> CodeMatch:
    return CodeMatch(DIAGNOSES, "any", CodeSet(prefix, "icd10", frozenset({prefix})))


def rules_held(tables: BitTables, record: dict[str, object]) -> list[tuple[int, ...]]:
    """Return the rules that hold of the record in each engine."""
    batch = batch_of([record], VOCABULARY)
    kernels = (Kernel(tables, "numpy"), Kernel(tables, "numba"), DuckDBKernel(tables))
    return [tables.rules_of(bits_of(kernel.answer(batch)[0])) for kernel in kernels]


@given(st.integers(min_value=0, max_value=2 ** (BITS_IN_WORD * 3) - 1))
def test_words_stand_for_the_number(bits: int) -> None:
    words = words_of(bits, 3)
    assert words.dtype == np.uint64
    assert all(int(word) < 2**63 for word in words)
    assert bits_of(words) == bits


@pytest.mark.parametrize("bit", [0, 1, 61, 62, 63, 64, 125, 126, 127])
def test_a_bit_is_in_its_word_and_place(bit: int) -> None:
    words = words_of(1 << bit, 3)
    assert [int(word) for word in words] == [1 << bit % 63 if place == bit // 63 else 0 for place in range(3)]


@pytest.mark.parametrize("count", [1, 62, 63, 64, 126, 127, 200])
def test_rules_on_both_sides_of_a_word_boundary(count: int) -> None:
    tables = compile_rules([sex(str(n)) for n in range(count)])
    assert tables.words == -(-count // 63)
    for n in {0, count - 1, min(62, count - 1), min(63, count - 1)}:
        assert rules_held(tables, {"sex": str(n)}) == [(n,)] * 3


@pytest.mark.parametrize("before", [0, 60, 61, 62, 63, 64])
def test_companions_on_both_sides_of_a_word_boundary(before: int) -> None:
    both = And((any_of("C"), any_of("E"), any_of("K")))
    tables = compile_rules([*(sex(str(n)) for n in range(before)), both])
    assert rules_held(tables, {"diagnoses": ["C34", "K26", "E84"]}) == [(before,)] * 3
    assert rules_held(tables, {"diagnoses": ["C34", "E84"]}) == [()] * 3


@pytest.mark.parametrize("before", [0, 61, 62, 63])
def test_formulas_on_both_sides_of_a_word_boundary(before: int) -> None:
    explodes = And(tuple(Or((any_of(f"C{n}"), any_of(f"E{n}"))) for n in range(8)))
    tables = compile_rules([*(sex(str(n)) for n in range(before)), explodes])
    assert tables.rules[-1].steps
    codes: list[str | None] = [f"{'C' if n % 2 else 'E'}{n}0" for n in range(8)]
    assert rules_held(tables, {"diagnoses": codes}) == [(before,)] * 3
    assert rules_held(tables, {"diagnoses": codes[1:]}) == [()] * 3


def test_settling_clears_what_only_helped() -> None:
    tables = compile_rules([And((any_of("C"), any_of("E")))])
    assert (tables.answer_bits, tables.size) == (1, 2)
    raw = np.array([[0b11], [0b01], [0b10]], dtype=np.uint64)
    assert tables.settle(raw).tolist() == [[1], [0], [0]]


def test_one_code_may_answer_two_questions() -> None:
    tables = compile_rules([And((any_of("C"), any_of("C3")))])
    assert rules_held(tables, {"diagnoses": ["C34"]}) == [(0,)] * 3
    assert rules_held(tables, {"diagnoses": ["C50"]}) == [()] * 3


def test_rules_without_anything_in_common_share_no_bits() -> None:
    tables = compile_rules([sex("1"), Not(sex("1")), Or((sex("1"), any_of("C")))])
    assert rules_held(tables, {"sex": "1"}) == [(0, 2)] * 3
    assert rules_held(tables, {"sex": "2", "diagnoses": ["C34"]}) == [(1, 2)] * 3
    assert rules_held(tables, {"sex": None}) == [()] * 3


def test_fields_are_those_asked_about_each_once() -> None:
    tables = compile_rules(
        [And((sex("1"), any_of("C"))), any_of("E"), CodeMatch(DIAGNOSES, "primary", any_of("C").codeset)]
    )
    assert {each.name for each in tables.fields} == {"sex", "diagnoses"}
    assert len(tables.fields) == 2


def test_no_rules_at_all() -> None:
    tables = compile_rules([])
    for kernel in (Kernel(tables, "numpy"), Kernel(tables, "numba"), DuckDBKernel(tables)):
        assert kernel.answer(Batch(3)).tolist() == [[0], [0], [0]]
        assert kernel.answer(Batch(0)).shape == (0, 1)


def test_unknown_kernel_is_refused_in_words() -> None:
    with pytest.raises(Problem, match="no kernel “fast”"):
        Kernel(compile_rules([]), "fast")
