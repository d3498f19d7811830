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


def hashes(texts: pa.Array, *, seed: int = 0) -> Hashes:
    """Return a 64-bit number for each text (trimmed), nought for null and blank ones, (rows,).

    Texts of up to eight bytes never share a number. Two seeds give two independent numbers, which
    together identify a text of any length for every practical purpose (128 bits).
    """
    plain = _trimmed(texts)
    ends = np.frombuffer(plain.buffers()[1], dtype=np.int32)
    offsets = ends[plain.offset : plain.offset + len(plain) + 1].astype(np.int64)
    data = plain.buffers()[2]
    text = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8)
    lengths = np.diff(offsets)
    starts = offsets[:-1]
    found = np.zeros(len(plain), dtype=np.uint64)
    for length in np.unique(lengths):
        if length:
            rows = np.flatnonzero(lengths == length)
            found[rows] = _of_equal_length(text, starts[rows], int(length), seed)
    return found


def _of_equal_length(
    text: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], length: int, seed: int
) -> Hashes:
    words = -(-length // 8)
    padded = np.zeros((len(starts), words * 8), dtype=np.uint8)
    contiguous = len(starts) > 0 and bool((np.diff(starts) == length).all())
    if contiguous:
        first = int(starts[0])
        padded[:, :length] = text[first : first + len(starts) * length].reshape(-1, length)
    else:
        padded[:, :length] = text[starts[:, None] + np.arange(length)]
    found = np.full(len(starts), _SEEDS[seed] ^ np.uint64(length), dtype=np.uint64)
    for word in padded.view(np.uint64).T:
        found = _mixed(found ^ word)
    found[found == 0] = np.uint64(1)
    return found


def _mixed(numbers: Hashes) -> Hashes:
    """Mix 64 bits so that each depends on all; different numbers stay different."""
    numbers = (numbers ^ (numbers >> _SHIFTS[0])) * _MIX[0]
    numbers = (numbers ^ (numbers >> _SHIFTS[1])) * _MIX[1]
    return numbers ^ (numbers >> _SHIFTS[2])


def _trimmed(texts: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(texts.type):
        texts = texts.dictionary_decode()
    texts = texts.cast(pa.string())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    return pc.utf8_trim_whitespace(texts)
