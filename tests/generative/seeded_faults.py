"""Faults put on purpose into the parser, the compiler, the kernels and the reference evaluator.

Each is a mistake that somebody could make in an afternoon. A fault names the engine that alone is wrong,
where only one is: then nothing else may be blamed for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from speccom.criteria import (
    binding,
    bit_tables,
    evaluate,
    kernel_duckdb,
    kernel_numba,
    kernel_numpy,
    normal_form,
    parse,
    regions,
)
from speccom.criteria.codesets import CodeSet
from speccom.criteria.expression import And, Between, CodeMatch, Expression, InCodeSet, Like, Not, Or, fold

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Fault:
    """A mistake, how to make it, and the engine that alone then differs (empty: several do)."""

    title: str
    make: Callable[[Patch], None]
    engine: str = ""


FAULTS: list[Fault] = []


def fault(title: str, engine: str = "") -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    def keep(make: Callable[[Patch], None]) -> Callable[[Patch], None]:
        FAULTS.append(Fault(title, make, engine))
        return make

    return keep


# --- the parser ---


@fault("OR binds more tightly than AND", "parser")
def _precedence(patch: Patch) -> None:
    patch.setattr(parse, "_PRECEDENCE", {"(": 0, "OR": 2, "AND": 1, "NOT": 3})


@fault("NOT reaches over the AND that follows it", "parser")
def _loose_not(patch: Patch) -> None:
    patch.setattr(parse, "_PRECEDENCE", {"(": 0, "OR": 1, "AND": 3, "NOT": 2})


@fault("NOT LIKE is read as LIKE", "parser")
def _like_not_dropped(patch: Patch) -> None:
    genuine = parse._Parser._like
    patch.setattr(
        parse._Parser, "_like", lambda self, name, field, negated: genuine(self, name, field, negated=False)
    )


@fault("a literal on the left keeps its operator", "parser")
def _not_mirrored(patch: Patch) -> None:
    patch.setattr(parse, "_MIRRORED", {each: each for each in parse._MIRRORED})


# --- the normal form ---


def _rebuilt(expression: Expression, not_: Callable[[Expression], Expression]) -> Expression:
    def combine(part: Expression, inner: tuple[Expression, ...]) -> Expression:
        if isinstance(part, And | Or):
            return replace(part, parts=inner)
        return not_(inner[0]) if isinstance(part, Not) else part

    return fold(expression, combine)


def _under_wrong_not(part: Expression) -> Expression:
    return type(part)(tuple(Not(each) for each in part.parts)) if isinstance(part, And | Or) else Not(part)


def _change_criteria(patch: Patch, change: Callable[[Expression], Expression]) -> None:
    genuine = bit_tables.clauses
    patch.setattr(bit_tables, "clauses", lambda expression: genuine(change(expression)))


@fault("NOT is lost on the way to the leaves")
def _not_lost(patch: Patch) -> None:
    _change_criteria(patch, lambda expression: _rebuilt(expression, lambda part: part))


@fault("AND and OR are not swapped when NOT passes them")
def _not_swapped(patch: Patch) -> None:
    _change_criteria(patch, lambda expression: _rebuilt(expression, _under_wrong_not))


@fault("AND and OR are not swapped when NOT passes them in a formula")
def _not_swapped_in_formula(patch: Patch) -> None:
    genuine = bit_tables.formula
    patch.setattr(bit_tables, "formula", lambda each: genuine(_rebuilt(each, _under_wrong_not)))


@fault("unknown counts as FALSE under NOT")
def _unknown_is_false(patch: Patch) -> None:
    genuine = normal_form.Atom.is_met_by
    patch.setattr(
        normal_form.Atom,
        "is_met_by",
        lambda self, value: (
            genuine(self, value)
            if self.holds or isinstance(self.leaf, CodeMatch)
            else evaluate.leaf_truth(self.leaf, value) is not True
        ),
    )


@fault("the narrower of two alternatives is kept and the wider dropped")
def _wrong_superfluous(patch: Patch) -> None:
    patch.setattr(
        normal_form,
        "_without_superfluous",
        lambda found: tuple(each for each in found if not any(each < other for other in found)),
    )


@fault("the last part of an AND is forgotten")
def _part_forgotten(patch: Patch) -> None:
    genuine = normal_form._product
    patch.setattr(
        normal_form,
        "_product",
        lambda factors, most: genuine(factors[:-1] if len(factors) > 2 else factors, most),
    )


@fault("a criterion whose alternatives explode is taken as never TRUE")
def _explosion_ignored(patch: Patch) -> None:
    genuine = bit_tables.clauses
    patch.setattr(bit_tables, "clauses", lambda expression: genuine(expression) or ())


# --- the bit tables ---


@fault("the second code that a clause asks of one list is ignored")
def _no_companions(patch: Patch) -> None:
    genuine = bit_tables._Compiler._place

    def place(self: Any, clause: Any, bit: int) -> tuple[int, ...]:
        genuine(self, clause, bit)
        return ()

    patch.setattr(bit_tables._Compiler, "_place", place)


@fault("clauses that ask nothing of a list are ruled out by it")
def _no_free_bits_of_lists(patch: Patch) -> None:
    genuine = bit_tables._Compiler._list_slot
    patch.setattr(
        bit_tables._Compiler,
        "_list_slot",
        lambda self, key, everything: replace(genuine(self, key, everything), free=0),
    )


@fault("clauses that ask nothing of a field are ruled out by a missing value")
def _missing_row_empty(patch: Patch) -> None:
    genuine = bit_tables.ScalarSlot.row
    patch.setattr(
        bit_tables.ScalarSlot, "row", lambda self, value: 0 if value is None else genuine(self, value)
    )


@fault("a missing value satisfies what is not asked of it")
def _missing_row_full(patch: Patch) -> None:
    genuine = bit_tables.ScalarSlot.row
    patch.setattr(
        bit_tables.ScalarSlot,
        "row",
        lambda self, value: genuine(self, value) | (self._sorted.excluded_bits if value is None else 0),
    )


@fault("codes that a clause excludes are ignored")
def _no_forbids(patch: Patch) -> None:
    genuine = bit_tables.ListSlot.row
    patch.setattr(bit_tables.ListSlot, "row", lambda self, code: (genuine(self, code)[0], 0))


@fault("a prefix matches only the whole code")
def _prefix_is_exact(patch: Patch) -> None:
    patch.setattr(
        bit_tables._CodeIndex,
        "matching",
        lambda self, code: self._exact.get(code, 0) | self._prefixes.get(code, 0),
    )


@fault("prefixes of one length only are looked up")
def _shortest_prefix_only(patch: Patch) -> None:
    genuine = bit_tables._CodeIndex.matching
    patch.setattr(
        bit_tables._CodeIndex,
        "matching",
        lambda self, code: genuine(self, code[:3]) | self._exact.get(code, 0),
    )


@fault("a whole code matches as a prefix")
def _exact_is_prefix(patch: Patch) -> None:
    genuine = bit_tables._CodeIndex.__init__

    def init(self: Any, sets: Any) -> None:
        genuine(self, [(CodeSet(s.name, s.classification, s.prefixes | s.exact), bits) for s, bits in sets])

    patch.setattr(bit_tables._CodeIndex, "__init__", init)


@fault("the highest bit of each word is lost")
def _word_boundary(patch: Patch) -> None:
    genuine = bit_tables.words_of

    def words_of(bits: int, count: int) -> bit_tables.Words:
        return genuine(bits, count) & np.uint64((1 << 62) - 1)

    for module in (bit_tables, binding, kernel_duckdb):
        patch.setattr(module, "words_of", words_of)


@fault("formulas are cleared instead of decided")
def _formula_cleared(patch: Patch) -> None:
    patch.setattr(bit_tables, "_set", lambda bits, bit, where: None)


@fault("conditions on one field are joined by OR")
def _any_condition(patch: Patch) -> None:
    patch.setattr(bit_tables, "all", any, raising=False)


# --- columns ---


@fault("secondary looks at the first code too")
def _secondary_includes_first(patch: Patch) -> None:
    genuine = binding._ListBinder.bind

    patch.setattr(
        binding._ListBinder, "bind", lambda self, batch: replace(genuine(self, batch), first_rows=0)
    )


@fault("slots of one list are joined though they ask the same bit of it")
def _slots_joined_blindly(patch: Patch) -> None:
    genuine = binding._joined

    def joined(slots: Any) -> Any:
        return genuine(replace(slot, provides=()) for slot in slots)

    patch.setattr(
        binding,
        "_joined",
        lambda slots: [[each for each in slots if each.key in {s.key for s in g}] for g in joined(slots)],
    )


@fault("primary takes the last code")
def _primary_takes_last(patch: Patch) -> None:
    genuine = binding._ScalarBinder.bind

    def bind(self: Any, batch: Any) -> Any:
        part = genuine(self, batch)
        if part.offsets is None:
            return part
        lasts = np.where(np.diff(part.offsets) > 0, part.offsets[1:] - 1, len(part.ids))
        return replace(part, ids=np.append(part.ids, np.int32(-1))[lasts], offsets=None)

    patch.setattr(binding._ScalarBinder, "bind", bind)


@fault("a value equal to a literal falls into the region below it")
def _region_boundary(patch: Patch) -> None:
    def search(self: Any, numbers: Any) -> Any:
        return self.numbers[2 * np.searchsorted(self.floors, numbers, side="left")]

    patch.setattr(regions.Regions, "_search", search)


@fault("dates are one day off")
def _date_off_by_one(patch: Patch) -> None:
    genuine = regions._ordered
    patch.setattr(
        regions,
        "_ordered",
        lambda literal, scale: genuine(literal, scale) + (1 if isinstance(literal, date) else 0),
    )


@fault("money is compared in pounds where it is stored in pence")
def _scale_ignored(patch: Patch) -> None:
    genuine = regions._ordered
    patch.setattr(regions, "_ordered", lambda literal, scale: genuine(literal, 0))


@fault("missing numbers are read as nought")
def _missing_is_nought(patch: Patch) -> None:
    genuine = binding._ScalarBinder._of_numbers
    patch.setattr(
        binding._ScalarBinder,
        "_of_numbers",
        lambda self, column: genuine(self, replace(column, missing=None)),
    )


@fault("a missing value takes the row of the dictionary's last")
def _missing_wraps(patch: Patch) -> None:
    genuine = binding._Rows.of_dictionary
    patch.setattr(
        binding._Rows,
        "of_dictionary",
        lambda self, dictionary: genuine(self, dictionary)[: max(1, len(dictionary.values))],
    )


@fault("a dictionary's numbers are taken for another's")
def _dictionaries_confused(patch: Patch) -> None:
    genuine = binding._Rows._of_value
    patch.setattr(binding._Rows, "_of_value", lambda self, value: genuine(self, value and value.upper()))


# --- one kernel alone ---


@fault("the NumPy kernel gives a code to the record before", "numpy")
def _numpy_record_off(patch: Patch) -> None:
    genuine = kernel_numpy._apply

    def shifted(codes: Any, block: Any, offsets: Any) -> None:
        inner = np.minimum(offsets[1:-1] + 1, offsets[-1])
        genuine(codes, block, np.concatenate([offsets[:1], inner, offsets[-1:]]))

    patch.setattr(kernel_numpy, "_apply", shifted)


@fault("the Numba kernel ignores excluded codes", "numba")
def _numba_no_forbids(patch: Patch) -> None:
    genuine = kernel_numba._and_codes
    patch.setattr(
        kernel_numba,
        "_and_codes",
        lambda bits, provides, forbids, *rest: genuine(bits, provides, np.zeros_like(forbids), *rest),
    )


@fault("the Numba kernel keeps no record that has no bit of its first word", "numba")
def _numba_skips(patch: Patch) -> None:
    genuine = kernel_numba._keep

    def first_word_only(bits: Any, *rest: Any) -> Any:
        return genuine(np.where(bits[:, :1] != 0, bits, np.uint64(0)), *rest)

    patch.setattr(kernel_numba, "_keep", first_word_only)


@fault("the Numba kernel leaves out the first telling code instead of the first code", "numba")
def _numba_skips_telling(patch: Patch) -> None:
    genuine = kernel_numba._and_codes

    def shifted(bits: Any, provides: Any, forbids: Any, free: Any, offsets: Any, *rest: Any) -> None:
        numbers, ids, first_rows = rest
        told = numbers[ids].copy()
        for first, last in pairwise(offsets):
            telling = np.flatnonzero(told[first:last])
            told[first + telling[:1]] += first_rows
        genuine(bits, provides, forbids, free, offsets, told, np.arange(len(told), dtype=np.int32), 0)

    patch.setattr(kernel_numba, "_and_codes", shifted)


@fault("slots that share a table take each other's rows")
def _shared_table_transposed(patch: Patch) -> None:
    genuine = binding._strides
    patch.setattr(binding, "_strides", lambda sizes: genuine(sizes)[::-1])


@fault("a shared table is made before all its rows are known")
def _shared_table_old(patch: Patch) -> None:
    genuine = binding._combined
    patch.setattr(
        binding,
        "_combined",
        lambda start, tables: genuine(
            start, [*tables[:-1], *(np.roll(last, 1, axis=0) for last in tables[-1:])]
        ),
    )


@fault("the NumPy kernel reads the first block's lists for every block", "numpy")
def _numpy_first_block(patch: Patch) -> None:
    genuine = kernel_numpy._apply
    patch.setattr(
        kernel_numpy,
        "_apply",
        lambda codes, block, offsets: genuine(codes, block, codes.offsets[: len(offsets)]),
    )


@fault("the SQL loses records with a missing value", "duckdb")
def _sql_null_join(patch: Patch) -> None:
    genuine = kernel_duckdb.DuckDBKernel._statement
    patch.setattr(
        kernel_duckdb.DuckDBKernel,
        "_statement",
        lambda self: genuine(self).replace("IS NOT DISTINCT FROM", "="),
    )


@fault("the SQL counts positions from nought", "duckdb")
def _sql_positions(patch: Patch) -> None:
    genuine = kernel_duckdb._list_query
    patch.setattr(
        kernel_duckdb,
        "_list_query",
        lambda *given: genuine(*given).replace("generate_series(1, ", "generate_series(0, -1 + "),
    )


# --- the reference evaluator, which no compiled engine can correct ---


def _change_leaf(patch: Patch, kind: type, change: Callable[[Any, Any], bool | None]) -> None:
    genuine = evaluate.leaf_truth

    def leaf_truth(leaf: Expression, value: object) -> bool | None:
        return change(leaf, value) if isinstance(leaf, kind) and value is not None else genuine(leaf, value)

    patch.setattr(evaluate, "leaf_truth", leaf_truth)
    patch.setattr(normal_form, "leaf_truth", leaf_truth)


@fault("BETWEEN leaves out its upper end, everywhere", "plain SQL")
def _between_exclusive(patch: Patch) -> None:
    genuine = evaluate.leaf_truth

    def between(leaf: Between, value: object) -> bool | None:
        whole = genuine(replace(leaf, negated=False), value)
        return (bool(whole) and evaluate._order(value, leaf.high) != 0) != leaf.negated

    _change_leaf(patch, Between, between)


@fault("LIKE pays no heed to case, everywhere", "plain SQL")
def _like_any_case(patch: Patch) -> None:
    genuine = evaluate.leaf_truth
    _change_leaf(
        patch, Like, lambda leaf, value: genuine(replace(leaf, pattern=leaf.pattern.upper()), value.upper())
    )


@fault("LIKE stops at the end of a line, everywhere", "plain SQL")
def _like_one_line(patch: Patch) -> None:
    wild = {"%": ".*", "_": "."}
    patch.setattr(
        evaluate,
        "_pattern",
        lambda pattern: re.compile("".join(wild.get(each) or re.escape(each) for each in pattern)),
    )


@fault("in_codeset compares text as it stands, in the reference only")
def _codes_as_they_stand(patch: Patch) -> None:
    genuine = evaluate.leaf_truth

    def in_codeset(leaf: Expression, value: object) -> bool | None:
        if isinstance(leaf, InCodeSet) and value is not None:
            return leaf.codeset.matches(str(value))
        return genuine(leaf, value)

    patch.setattr(evaluate, "leaf_truth", in_codeset)


@fault("unknown OR TRUE is unknown, in the reference only")
def _unknown_swallows_true(patch: Patch) -> None:
    patch.setattr(evaluate, "_any_of", lambda values: None if None in values else True in values)


@fault("primary passes over positions without a code, in the reference only")
def _primary_skips_missing(patch: Patch) -> None:
    genuine = evaluate._code_match

    def code_match(part: CodeMatch, record: evaluate.Record) -> evaluate.Finding:
        codes = record.get(part.field.name)
        present = [each for each in codes if each is not None] if isinstance(codes, list) else None
        return genuine(part, {**record, part.field.name: present})

    patch.setattr(evaluate, "_code_match", code_match)


@fault("dates are compared a day late, in the reference and the tables")
def _late_dates(patch: Patch) -> None:
    genuine = evaluate._order

    def order(value: object, literal: Any) -> int:
        if isinstance(literal, date) and literal < date.max:
            literal += timedelta(days=1)
        return genuine(value, literal)

    patch.setattr(evaluate, "_order", order)
