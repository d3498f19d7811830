"""Identifiers of rows as numbers: to find repeated records and the episodes of one spell at any size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes = npt.NDArray[np.uint64]

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SEEDS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))


def hashes(texts: pa.Array) -> Hashes:
    """Return a 64-bit number for each text (trimmed), nought for null and blank ones, (rows,).

    Texts of up to eight bytes never share a number.
    """
    return _hashes(texts, _SEEDS[:1])[0]


def hash_pairs(texts: pa.Array) -> tuple[Hashes, Hashes]:
    """Return two independent numbers for each text, as `hashes` does.

    Together they identify a text of any length for every practical purpose (128 bits).
    """
    first, second = _hashes(texts, _SEEDS)
    return first, second


def trimmed(texts: pa.Array) -> pa.Array:
    """Return identifiers as plain text without white space around them, blank ones null."""
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_decode()
    texts = texts.cast(pa.string())
    if not _has_odd_bytes(texts) and not _has_blank(texts):
        return texts
    plain = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(plain, ""), None, plain)


def _hashes(texts: pa.Array, seeds: tuple[np.uint64, ...]) -> list[Hashes]:
    plain = trimmed(texts)
    offsets = _offsets(plain)
    text = _bytes(plain)
    lengths = np.diff(offsets)
    starts = offsets[:-1]
    found = [np.zeros(len(plain), dtype=np.uint64) for _ in seeds]
    for length in np.unique(lengths):
        if length:
            rows = np.flatnonzero(lengths == length)
            words = _words(text, starts[rows], int(length))
            for numbers, seed in zip(found, seeds, strict=True):
                numbers[rows] = _of_words(words, seed ^ np.uint64(length))
    if plain.null_count:  # which may have bytes beneath it
        missing = plain.is_null().to_numpy(zero_copy_only=False)
        for numbers in found:
            numbers[missing] = 0
    return found


def _words(text: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], length: int) -> Hashes:
    """Return texts of one length as words of eight bytes, (words, texts)."""
    padded = np.zeros((len(starts), -(-length // 8) * 8), dtype=np.uint8)
    if bool((np.diff(starts) == length).all()):
        first = int(starts[0])
        padded[:, :length] = text[first : first + len(starts) * length].reshape(-1, length)
    else:
        padded[:, :length] = text[starts[:, None] + np.arange(length)]
    return np.ascontiguousarray(padded.view(np.uint64).T)


def _of_words(words: Hashes, seed: np.uint64) -> Hashes:
    found = np.full(words.shape[1], seed, dtype=np.uint64)
    for word in words:
        found = _mixed(found ^ word)
    found[found == 0] = np.uint64(1)
    return found


def _offsets(plain: pa.Array) -> npt.NDArray[np.int64]:
    ends = np.frombuffer(plain.buffers()[1], dtype=np.int32)
    return ends[plain.offset : plain.offset + len(plain) + 1].astype(np.int64)


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
