"""Values of columns fall into the regions between literals, at every extreme, in every engine."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.generative.batches import batch_of
from tests.generative.generator import VOCABULARY, Generator

from speccom.criteria import kernel_numba, kernel_numpy
from speccom.criteria.bit_tables import bits_of, compile_rules
from speccom.criteria.codesets import CodeSet
from speccom.criteria.columns import EPOCH, Batch, CodesColumn, Dictionary, NumberColumn, TextColumn
from speccom.criteria.evaluate import evaluate
from speccom.criteria.expression import (
    Between,
    CodeMatch,
    Comparison,
    Expression,
    InCodeSet,
    InList,
    IsNull,
    Literal,
    Not,
)
from speccom.criteria.kernel import Kernel
from speccom.criteria.kernel_duckdb import DuckDBKernel

# Each example compiles SQL, so there are fewer of them, and a failing one is shown as it was found.
FEW = settings(
    max_examples=settings().max_examples // 4, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
OPERATORS = ("=", "<>", "<", "<=", ">", ">=")


def answers(criteria: Sequence[Expression], batch: Batch, engine: str) -> list[tuple[int, ...]]:
    tables = compile_rules(criteria)
    kernel = DuckDBKernel(tables) if engine == "duckdb" else Kernel(tables, engine)
    return [tables.rules_of(bits_of(row)) for row in kernel.answer(batch)]


def assert_all_agree(field: str, literals: Sequence[Literal], values: Sequence[object]) -> None:
    """Every comparison of every value with every literal, and ranges, in all engines."""
    criteria: list[Expression] = [
        Comparison(VOCABULARY[field], operator, each) for each in literals for operator in OPERATORS
    ]
    criteria += [Not(each) for each in criteria]
    criteria += [Between(VOCABULARY[field], literals[0], literals[-1], negated) for negated in (False, True)]
    criteria += [InList(VOCABULARY[field], tuple(literals)), IsNull(VOCABULARY[field])]
    records = [{field: each} for each in (*values, None)]
    wanted = [
        tuple(n for n, each in enumerate(criteria) if evaluate(each, record).value is True)
        for record in records
    ]
    batch = batch_of(records, VOCABULARY)
    for engine in ("numpy", "numba", "duckdb"):
        assert answers(criteria, batch, engine) == wanted, engine


ages = st.integers(min_value=-(2**31), max_value=2**31 - 1)
numbers = st.decimals(min_value=-(10**20), max_value=10**20, places=3)
money = st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1).map(
    lambda pence: Decimal(pence).scaleb(-2)
)


@FEW
@given(st.lists(numbers, min_size=1, max_size=3), st.lists(ages, max_size=3))
def test_whole_numbers(literals: list[Decimal], values: list[int]) -> None:
    near = [int(each) + step for each in literals if abs(each) < 2**31 - 3 for step in (-1, 0, 1)]
    assert_all_agree("age", literals, [*values, *near, -(2**31), 2**31 - 1])


@FEW
@given(st.lists(money, min_size=1, max_size=3), st.lists(money, max_size=3))
def test_money(literals: list[Decimal], values: list[Decimal]) -> None:
    most = Decimal("9999999999999999.99")
    near = [each + step for each in literals for step in (Decimal("-0.01"), 0, Decimal("0.01"))]
    between = [each + Decimal("0.005") for each in literals]
    inside = [each for each in [*values, *near, -most, most] if abs(each) <= most]
    assert_all_agree("total_cost", [*literals, *between], inside)


@FEW
@given(st.lists(st.dates(), min_size=1, max_size=3), st.lists(st.dates(), max_size=3))
def test_dates(literals: list[date], values: list[date]) -> None:
    near = [each + timedelta(days=step) for each in literals if 1 < each.year < 9999 for step in (-1, 0, 1)]
    assert_all_agree("activity_date", literals, [*values, *near, date.min, date.max, EPOCH])


@pytest.mark.parametrize("width", [1, 4_000, 5_000, 100_000])
def test_near_and_far_literals_are_looked_up_alike(width: int) -> None:
    literals = [Decimal(10), Decimal(10 + width)]
    assert_all_agree("age", literals, [9, 10, 11, 9 + width, 10 + width, 11 + width])


def test_money_in_other_units() -> None:
    expression = Comparison(VOCABULARY["total_cost"], ">=", Decimal("99.995"))
    for scale in (0, 1, 2, 4):
        numbers = np.array([99 * 10**scale, 100 * 10**scale], dtype=np.int64)
        batch = Batch(2, {"total_cost": NumberColumn(numbers, None, scale)})
        for engine in ("numpy", "numba", "duckdb"):
            assert answers([expression], batch, engine) == [(), (0,)]


def test_one_kernel_serves_batches_of_different_dictionaries_units_and_columns() -> None:
    criteria = [
        Comparison(VOCABULARY["total_cost"], "=", Decimal("1.5")),
        Comparison(VOCABULARY["sex"], "=", "1"),
        CodeMatch(VOCABULARY["diagnoses"], "any", CodeSet("c", "icd10", frozenset({"C"}))),
    ]
    tables = compile_rules(criteria)
    for kernel in (Kernel(tables, "numpy"), Kernel(tables, "numba"), DuckDBKernel(tables)):
        for scale, sexes, codes in [(1, "12", ["C34", "E84"]), (2, "31", ["E84", "C34"]), (3, "2", ["K26"])]:
            batch = Batch(
                len(sexes),
                {
                    "total_cost": NumberColumn(np.full(len(sexes), 15 * 10 ** (scale - 1)), None, scale),
                    "sex": TextColumn(Dictionary(list(sexes)), np.arange(len(sexes), dtype=np.int32)),
                    "diagnoses": CodesColumn(
                        Dictionary(list(codes)),
                        np.arange(len(sexes) + 1, dtype=np.int64),
                        np.arange(len(sexes), dtype=np.int32),
                    ),
                },
            )
            held = [tables.rules_of(bits_of(row)) for row in kernel.answer(batch)]
            assert held == [
                (0, *([1] if one == "1" else []), *([2] if code[0] == "C" else []))
                for one, code in zip(sexes, codes, strict=True)
            ]
        assert [tables.rules_of(bits_of(row)) for row in kernel.answer(Batch(2))] == [(), ()]


def test_a_missing_number_is_missing_whatever_stands_under_it() -> None:
    numbers = np.array([0, 18, 2**31 - 1], dtype=np.int64)
    batch = Batch(3, {"age": NumberColumn(numbers, np.array([True, True, True]))})
    field = VOCABULARY["age"]
    criteria = [Comparison(field, ">=", Decimal(0)), Not(Comparison(field, "=", Decimal(18))), IsNull(field)]
    for engine in ("numpy", "numba", "duckdb"):
        assert answers(criteria, batch, engine) == [(2,)] * 3


def test_a_day_beyond_the_calendar_counts_as_its_end() -> None:
    field = VOCABULARY["activity_date"]
    criteria = [
        Comparison(field, "<", date(2025, 4, 1)),
        Comparison(field, "=", date.max),
        Comparison(field, ">", date(2025, 4, 1)),
        Comparison(field, "<=", date.min),
    ]
    days = NumberColumn(np.array([10**9, -(10**9), 10**15], dtype=np.int64), np.array([False, False, True]))
    for engine in ("numpy", "numba", "duckdb"):
        assert answers(criteria, Batch(3, {"activity_date": days}), engine) == [(1, 2), (0, 3), ()]


def test_codes_without_a_dictionary_value_and_lists_of_nothing() -> None:
    dictionary = Dictionary([None, "C34"])
    ids = np.array([0, -1, 1], dtype=np.int32)
    batch = Batch(4, {"diagnoses": CodesColumn(dictionary, np.array([0, 0, 2, 3, 3], dtype=np.int32), ids)})
    codeset = CodeSet("c", "icd10", frozenset({"C"}))
    criteria: list[Expression] = [
        CodeMatch(VOCABULARY["diagnoses"], each, codeset) for each in ("any", "primary", "secondary")
    ]
    criteria += [Not(each) for each in criteria]
    for engine in ("numpy", "numba", "duckdb"):
        assert answers(criteria, batch, engine) == [(3, 4, 5), (3, 4, 5), (0, 1, 5), (3, 4, 5)]


def test_no_code_in_a_whole_batch() -> None:
    column = CodesColumn(Dictionary([]), np.zeros(3, dtype=np.int32), np.zeros(0, dtype=np.int32))
    codeset = CodeSet("c", "icd10", frozenset({"C"}))
    criteria = [
        Not(CodeMatch(VOCABULARY["diagnoses"], each, codeset)) for each in ("any", "primary", "secondary")
    ]
    for engine in ("numpy", "numba", "duckdb"):
        assert answers(criteria, Batch(2, {"diagnoses": column}), engine) == [(0, 1, 2)] * 2


@given(st.lists(st.one_of(st.none(), st.text(max_size=4)), min_size=1, max_size=6))
def test_any_text_in_a_coded_field(values: list[str | None]) -> None:
    field = VOCABULARY["provider"]
    inside = InCodeSet(field, CodeSet("c", "provider", frozenset({"A", "É"}), frozenset({"0"})))
    criteria = [inside, Not(inside), IsNull(field)]
    records: list[dict[str, object]] = [{"provider": each} for each in values]
    wanted = [
        tuple(n for n, each in enumerate(criteria) if evaluate(each, record).value is True)
        for record in records
    ]
    for engine in ("numpy", "numba"):
        assert answers(criteria, batch_of(records, VOCABULARY), engine) == wanted


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_blocks_join_without_a_seam(engine: str) -> None:
    """More records than two blocks hold, a short run repeated, are answered as the short run is."""
    module = {"numpy": kernel_numpy, "numba": kernel_numba}[engine]
    generator = Generator(7)
    criteria = generator.rulebook(20).criteria
    records: list[dict[str, object]] = generator.records(47)
    repeats = module.RECORDS_AT_ONCE * 2 // len(records) + 1
    long = answers(criteria, batch_of(records * repeats, VOCABULARY), engine)
    assert long == answers(criteria, batch_of(records, VOCABULARY), engine) * repeats


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_one_kernel_serves_threads_at_once(engine: str) -> None:
    generator = Generator(11)
    tables = compile_rules(generator.rulebook(20).criteria)
    batches = [batch_of(generator.records(200), VOCABULARY, generator.chance) for _ in range(24)]
    alone = [Kernel(tables, engine).answer(batch).tolist() for batch in batches]
    kernel = Kernel(tables, engine)
    with ThreadPoolExecutor(8) as threads:
        together = [each.tolist() for each in threads.map(kernel.answer, batches)]
    assert together == alone
