"""The bit tables run as one SQL statement in DuckDB: the second, independent way to the same answers.

The tables travel as data (value, words); joins, `&`, `|`, `~` and `bit_or` do the rest, so that any engine
with these can do the same. Words have 63 bits because SQL's integers are signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from speccom.criteria.bit_tables import (
    BITS_IN_WORD,
    BitTables,
    ListSlot,
    RuleBits,
    ScalarSlot,
    Told,
    Words,
    words_of,
)
from speccom.criteria.columns import Batch, CodesColumn, Column, NumberColumn, TextColumn, value_of
from speccom.criteria.vocabulary import FieldType
from speccom.problem import Problem

MEMORY_LIMIT = 1024**3


class DuckDBKernel:
    """Answers batches of records with SQL. One kernel serves one thread.

    `memory` is what DuckDB may take, in bytes.
    """

    def __init__(self, tables: BitTables, *, threads: int = 1, memory: int | None = None) -> None:
        self.tables = tables
        self.connection = duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": f"{min(memory or MEMORY_LIMIT, MEMORY_LIMIT)}B",
                "max_expression_depth": 100_000,
            }
        )

    def answer(self, batch: Batch) -> Words:
        """Return each record's final bits, (records, words)."""
        names = self._register(batch)
        rows: pa.Table = self.connection.sql(self._statement()).to_arrow_table()
        for name in names:
            self.connection.unregister(name)
        final = [rows.column(f"w{word}").to_numpy().astype(np.uint64) for word in range(self.tables.words)]
        return np.stack(final, axis=1) if batch.rows else np.zeros((0, self.tables.words), dtype=np.uint64)

    def told(self, batch: Batch) -> Told:
        """Return the records for which any rule may hold, with their final bits."""
        try:
            return Told.of(self.answer(batch))
        except duckdb.OutOfMemoryException as error:
            raise Problem(
                "DuckDB has too little memory for these rules",
                mend="Give more with --memory, use fewer --threads, or leave --engine out",
            ) from error

    def _register(self, batch: Batch) -> list[str]:
        tables = {"batch": self._records(batch)}
        for place, slot in enumerate(self.tables.slots):
            column = batch.columns.get(slot.key.field.name)
            tables[f"scalar_{place}"] = _scalar_table(slot, column, self.tables.words)
        for place, codes in enumerate(self.tables.lists):
            column = batch.columns.get(codes.key.field.name)
            tables[f"list_{place}"] = _list_table(codes, column, self.tables.words)
        for name, table in tables.items():
            self.connection.register(name, table)
        return list(tables)

    def _records(self, batch: Batch) -> pa.Table:
        arrays: dict[str, pa.Array] = {"record": pa.array(np.arange(batch.rows))}
        for place, slot in enumerate(self.tables.slots):
            arrays[f"v{place}"] = _scalar_values(batch.columns.get(slot.key.field.name), batch.rows)
        for place, codes in enumerate(self.tables.lists):
            arrays[f"l{place}"] = _list_values(batch.columns.get(codes.key.field.name), batch.rows)
        return pa.table(arrays)

    def _statement(self) -> str:
        words = range(self.tables.words)
        joins = [
            f"LEFT JOIN scalar_{place} s{place} ON s{place}.value IS NOT DISTINCT FROM b.v{place}"
            for place in range(len(self.tables.slots))
        ]
        for place, slot in enumerate(self.tables.lists):
            codes = _list_query(place, slot, self.tables.words)
            joins.append(f"LEFT JOIN ({codes}) c{place} ON c{place}.record = b.record")
        raw = ", ".join(f"{self._and_of_rows(word)} AS r{word}" for word in words)
        final = ", ".join(f"{self._settled(word)} AS w{word}" for word in words)
        inner = f"SELECT b.record, {raw} FROM batch b {' '.join(joins)}"
        return f"SELECT {final} FROM ({inner}) ORDER BY record"

    def _and_of_rows(self, word: int) -> str:
        terms = [str(int(words_of(self.tables.start, self.tables.words)[word]))]
        terms += [f"s{place}.w{word}" for place in range(len(self.tables.slots))]
        for place, slot in enumerate(self.tables.lists):
            free = int(words_of(slot.free, self.tables.words)[word])
            terms.append(f"(coalesce(c{place}.p{word}, 0) | {free})")
            terms.append(f"~coalesce(c{place}.f{word}, 0)")
        return " & ".join(f"({term})::BIGINT" for term in terms)

    def _settled(self, word: int) -> str:
        kept = words_of((1 << self.tables.answer_bits) - 1, self.tables.words)[word]
        expression = f"(r{word} & {int(kept)})"
        for rule in self.tables.rules:
            for bit, companions in rule.companions.items():
                if bit // BITS_IN_WORD == word:
                    met = " AND ".join(_is_set(each) for each in companions)
                    expression = f"({expression} & ~(CASE WHEN {met} THEN 0 ELSE {_place(bit)} END)::BIGINT)"
            if rule.steps and rule.bits[0] // BITS_IN_WORD == word:
                met = _formula(rule)
                mine = f"(CASE WHEN {met} THEN {_place(rule.bits[0])} ELSE 0 END)::BIGINT"
                expression = f"({expression} | {mine})"
        return expression


def _scalar_table(slot: ScalarSlot, column: Column | None, words: int) -> pa.Table:
    if isinstance(column, TextColumn | CodesColumn):
        values: list[object] = list(dict.fromkeys([*column.dictionary.values, None]))
        keys = pa.array(values, type=pa.string())
    elif isinstance(column, NumberColumn):
        numbers = np.unique(column.numbers if column.missing is None else column.numbers[~column.missing])
        is_date = slot.key.field.type == FieldType.DATE
        values = [*(value_of(Decimal(int(each)), column.scale, is_date=is_date) for each in numbers), None]
        keys = pa.array([*numbers.tolist(), None], type=pa.int64())
    else:
        values, keys = [None], pa.array([None], type=pa.string())
    return _with_words({"value": keys}, {"w": [slot.row(each) for each in values]}, words)


def _list_table(slot: ListSlot, column: Column | None, words: int) -> pa.Table:
    codes: list[str] = []
    if isinstance(column, CodesColumn):
        codes = [each for each in dict.fromkeys(column.dictionary.values) if each is not None]
    rows = [slot.row(code) for code in codes]
    telling = [place for place, row in enumerate(rows) if row != (0, 0)]
    return _with_words(
        {"code": pa.array([codes[place] for place in telling], type=pa.string())},
        {"p": [rows[place][0] for place in telling], "f": [rows[place][1] for place in telling]},
        words,
    )


def _with_words(keys: dict[str, pa.Array], bits: dict[str, list[int]], words: int) -> pa.Table:
    arrays = dict(keys)
    for letter, rows in bits.items():
        split = np.array([words_of(row, words) for row in rows], dtype=np.uint64).reshape(len(rows), words)
        for word in range(words):
            arrays[f"{letter}{word}"] = pa.array(split[:, word].astype(np.int64))
    return pa.table(arrays)


def _scalar_values(column: Column | None, rows: int) -> pa.Array:
    if isinstance(column, TextColumn):
        return _texts(column.dictionary.values, column.ids)
    if isinstance(column, NumberColumn):
        return pa.array(column.numbers, mask=column.missing)
    if isinstance(column, CodesColumn):
        lists = _list_values(column, rows)
        return pa.array([each[0] if each else None for each in lists.to_pylist()], type=pa.string())
    return pa.nulls(rows, pa.string())


def _list_values(column: Column | None, rows: int) -> pa.Array:
    if not isinstance(column, CodesColumn):
        return pa.nulls(rows, pa.list_(pa.string()))
    offsets = pa.array(column.offsets.astype(np.int32))
    return pa.ListArray.from_arrays(offsets, _texts(column.dictionary.values, column.ids))


def _texts(values: Sequence[str | None], ids: npt.NDArray[np.int32]) -> pa.Array:
    indices = pa.array(ids, mask=ids < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(values, type=pa.string())).cast(pa.string())


def _list_query(place: int, slot: ListSlot, words: int) -> str:
    first = 2 if slot.key.position == "secondary" else 1
    sums = ", ".join(
        f"bit_or(t.{letter}{word}) AS {letter}{word}" for word in range(words) for letter in ("p", "f")
    )
    codes = (
        f"SELECT record, unnest(l{place}) AS code, unnest(generate_series(1, len(l{place}))) AS position "
        f"FROM batch WHERE len(l{place}) > 0"
    )
    return (
        f"SELECT u.record, {sums} FROM ({codes}) u JOIN list_{place} t ON t.code = u.code "
        f"WHERE u.position >= {first} GROUP BY u.record"
    )


def _place(bit: int) -> int:
    return 1 << bit % BITS_IN_WORD


def _is_set(bit: int) -> str:
    return f"(r{bit // BITS_IN_WORD} & {_place(bit)}) <> 0"


def _formula(rule: RuleBits) -> str:
    assert rule.atom_bits is not None
    results: list[str] = []
    for step in rule.steps:
        if step.atom is not None:
            results.append(_is_set(rule.atom_bits[step.atom]))
            continue
        operands = results[-step.count :]
        del results[-step.count :]
        joint = " AND " if step.kind == "all" else " OR "
        results.append(f"({joint.join(operands)})")
    return results[0]
