"""Identifiers of rows as numbers: to find repeated records and the episodes of one spell at any size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]
_TEXTS_AT_ONCE = 16_384

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SEED, _FACTOR = 0x9E3779B97F4A7C15, np.uint64(0xD1B54A32D192ED03)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))


def ids_of(table: pa.Table, name: str) -> pa.Array:
    """Return a column of identifiers as one array of text; nulls where the table lacks it."""
    if name not in table.column_names:
        return pa.nulls(table.num_rows, pa.string())
    column = table.column(name)
    if column.num_chunks == 0:
        return pa.array([], type=pa.string())
    whole = (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(
            [
                each.dictionary_decode() if pa.types.is_dictionary(each.type) else each
                for each in column.chunks
            ]
        )
    )
    return whole.dictionary_decode() if pa.types.is_dictionary(whole.type) else whole


def hashes(texts: pa.Array) -> Hashes:
    """Return a 64-bit number for each text (trimmed), nought for null and blank ones, (rows,).

    Texts of up to eight bytes never share a number.
    """
    return _numbers(texts, paired=False)[0]


def hash_pairs(texts: pa.Array) -> tuple[Hashes, Hashes]:
    """Return two numbers for each text, the first as `hashes` gives it.

    Together they are different for different texts of up to 16 bytes, and identify one of any length for
    every practical purpose (128 bits).
    """
    first, second = _numbers(texts, paired=True)
    return first, second


def hashes_of_numbers(numbers: npt.NDArray[np.integer]) -> Hashes:
    """Return a well mixed number for each: different for different ones, nought for nought."""
    return _mixed(numbers.astype(np.uint64))


def trimmed(texts: pa.Array) -> pa.Array:
    """Return identifiers as plain text without white space around them, blank ones null."""
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_decode()
    texts = texts.cast(pa.string())
    if is_plain(texts):
        return texts
    plain = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(plain, ""), None, plain)


def is_plain(texts: pa.Array) -> bool:
    """Whether texts are written as `trimmed` gives them, as far as can be told at a glance."""
    return not _has_odd_bytes(texts) and not _has_blank(texts)


def _numbers(texts: pa.Array, paired: bool) -> list[Hashes]:
    plain = trimmed(texts)
    offsets = _offsets(plain)
    lengths = np.diff(offsets)
    found = [np.zeros(len(plain), dtype=np.uint64) for _ in range(1 + paired)]
    for length in np.flatnonzero(np.bincount(lengths)) if len(lengths) else ():
        if length:
            rows = None if (lengths == length).all() else np.flatnonzero(lengths == length)
            starts = offsets[:-1] if rows is None else offsets[:-1][rows]
            _number_texts(found, rows, _words(_bytes(plain), starts, int(length)), int(length))
    if plain.null_count:  # which may have bytes beneath it
        missing = plain.is_null().to_numpy(zero_copy_only=False)
        for numbers in found:
            numbers[missing] = 0
    return found


def _number_texts(found: list[Hashes], rows: npt.NDArray[np.intp] | None, words: Hashes, length: int) -> None:
    """Number texts of one length, given as (texts, words), at the rows where they stand.

    Done a stretch at a time, for what stays in the processor's cache is done in half the time.
    """
    for first in range(0, len(words), _TEXTS_AT_ONCE):
        last = min(first + _TEXTS_AT_ONCE, len(words))
        place = slice(first, last) if rows is None else rows[first:last]
        mine = np.ascontiguousarray(words[first:last].T)
        for numbers, of_words in zip(found, (_first_number, _second_number), strict=False):
            numbers[place] = of_words(mine, length)


def _first_number(words: Hashes, length: int) -> Hashes:
    """Return a well mixed number for each text; given all words but the first, it tells that one."""
    rest = np.full(words.shape[1], length * _SEED % 2**64, dtype=np.uint64)
    for word in words[:0:-1]:
        rest = (rest ^ word) * _FACTOR
        rest ^= rest >> np.uint64(32)
    found = _mixed(words[0] ^ rest)
    found[found == 0] = np.uint64(1)
    return found


def _second_number(words: Hashes, length: int) -> Hashes:
    """Return the second word itself, with which the first number tells a text of up to 16 bytes; or a mix."""
    if len(words) <= 2:
        return words[-1] if len(words) == 2 else np.zeros(words.shape[1], dtype=np.uint64)
    found = np.full(words.shape[1], np.uint64(length), dtype=np.uint64)
    for word in words:
        found = _mixed(found ^ word)
    return found


def _words(text: npt.NDArray[np.uint8], starts: npt.NDArray[np.int32], length: int) -> Hashes:
    """Return texts of one length as words of eight bytes, (texts, words), filled up with noughts."""
    count = -(-length // 8)
    together = bool((np.diff(starts) == length).all())
    if together and length % 8 == 0:
        first = int(starts[0])
        return text[first : first + len(starts) * length].view(np.uint64).reshape(-1, count)
    padded = np.zeros((len(starts), count * 8), dtype=np.uint8)
    if together:
        first = int(starts[0])
        padded[:, :length] = text[first : first + len(starts) * length].reshape(-1, length)
    else:
        padded[:, :length] = text[starts[:, None] + np.arange(length)]
    return padded.view(np.uint64)


def _offsets(plain: pa.Array) -> npt.NDArray[np.int32]:
    ends = np.frombuffer(plain.buffers()[1], dtype=np.int32)
    return ends[plain.offset : plain.offset + len(plain) + 1]


def _bytes(plain: pa.Array) -> npt.NDArray[np.uint8]:
    data = plain.buffers()[2]
    return np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)


def _has_odd_bytes(texts: pa.Array) -> bool:
    """Whether any text holds a blank, a control character or anything beyond ASCII."""
    if len(texts) == 0:
        return False
    offsets = _offsets(texts)
    mine = _bytes(texts)[offsets[0] : offsets[-1]]
    return len(mine) > 0 and bool(mine.min() <= ord(" ") or mine.max() > ord("~"))


def _has_blank(texts: pa.Array) -> bool:
    if len(texts) == 0:
        return False
    empty = np.diff(_offsets(texts)) == 0
    if texts.null_count:
        empty &= texts.is_valid().to_numpy(zero_copy_only=False)
    return bool(empty.any())


def _mixed(numbers: Hashes) -> Hashes:
    """Mix 64 bits so that each depends on all; different numbers stay different."""
    for shift, factor in zip(_SHIFTS[:2], _MIX, strict=True):
        numbers ^= numbers >> shift
        numbers *= factor
    return numbers ^ (numbers >> _SHIFTS[2])
