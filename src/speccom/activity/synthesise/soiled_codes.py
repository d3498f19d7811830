"""Codes as real files write them: other spellings, marks for none, texts that are no code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from speccom.activity.synthesise.weighted import Integers

Spelling = Callable[[str], str]

NO_CODES = ("I2", "??", "UNKNOWN", "9999", "ZZ99", "C5O9X")


def _filler(mark: str) -> Spelling:
    return lambda code: code + mark if len(code) == 3 else code


def _dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def _dagger(code: str) -> str:
    return code + ("D" if ord(code[2]) % 2 else "A") if len(code) == 4 else code


def _no_code(code: str) -> str:
    return NO_CODES[sum(map(ord, code)) % len(NO_CODES)]


DIAGNOSIS_SPELLINGS: Mapping[str, Spelling] = {
    "dash_filler": _filler("-"),
    "dotted": _dotted,
    "trailing_spaces": lambda code: f"{code}  ",
    "lower_case": str.lower,
    "dagger": _dagger,
    "invalid_code": _no_code,
    "filler": _filler("X"),
}
PROCEDURE_SPELLINGS: Mapping[str, Spelling] = {
    "dotted": _dotted,
    "trailing_spaces": lambda code: f"{code} ",
    "lower_case": str.lower,
    "invalid_code": _no_code,
}


def respelt(
    codes: pa.Array,
    spellings: Mapping[str, Spelling],
    rates: Mapping[str, float],
    generator: np.random.Generator,
) -> pa.Array:
    """Return the codes with some in another spelling; blanks and nulls stay. At most one spelling a code."""
    encoded = codes.dictionary_encode()
    known = encoded.dictionary.to_pylist()
    written = [*known, *(spell(code) if code else code for spell in spellings.values() for code in known)]
    way = _ways(len(codes), [rates[kind] for kind in spellings], generator)
    numbers = pc.fill_null(encoded.indices, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    chosen = pa.array(numbers + way * len(known))
    result = pa.array(written or [""], pa.string()).take(chosen)
    return pc.if_else(pc.is_valid(codes), result, pa.scalar(None, pa.string()))


def _ways(rows: int, rates: Sequence[float], generator: np.random.Generator) -> Integers:
    """Return 0 for as it is, n for the n-th spelling; where rates pass 1 the last get what is left."""
    bounds = np.minimum(np.cumsum(rates), 1.0)
    drawn = np.searchsorted(bounds, generator.random(rows), side="right") + 1
    return np.where(drawn > len(rates), 0, drawn).astype(np.int64)


def marked_none(
    lists: pa.ListArray, marks: Sequence[str], rate: float, generator: np.random.Generator
) -> pa.ListArray:
    """Return the lists with one mark for no code in some of the empty ones."""
    lengths = pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    filled = (lengths == 0) & (generator.random(len(lengths)) < rate)
    after = np.where(filled, 1, lengths)
    offsets = np.concatenate(([0], np.cumsum(after)))
    values = pc.list_flatten(lists)
    source = np.empty(offsets[-1], dtype=np.int64)
    of_mark = np.repeat(filled, after)
    source[~of_mark] = np.arange(len(values))
    source[of_mark] = len(values) + generator.integers(len(marks), size=int(filled.sum()))
    every = pa.concat_arrays([values, pa.array(marks, pa.string())])
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), every.take(pa.array(source)))
