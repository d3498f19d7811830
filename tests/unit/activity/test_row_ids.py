"""Identifiers as numbers: different texts stay apart, the same text is the same whatever surrounds it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.activity.row_ids import hash_pairs, hashes, hashes_of_numbers, trimmed

TEXTS = st.lists(
    st.one_of(st.none(), st.text(max_size=20), st.sampled_from(["a", " a", "a ", "\t", "\u2003a"]))
)


@given(TEXTS)
def test_equal_numbers_are_equal_texts(texts: list[str | None]) -> None:
    array = pa.array(texts, pa.string())
    plain = trimmed(array).to_pylist()
    first, second = hash_pairs(array)
    assert first.tolist() == hashes(array).tolist()
    numbers = list(zip(first.tolist(), second.tolist(), strict=True))
    assert [pair == (0, 0) for pair in numbers] == [text is None for text in plain]
    assert len(set(numbers)) == len(set(plain))


@given(TEXTS)
def test_trimming_is_arrows_own(texts: list[str | None]) -> None:
    array = pa.array(texts, pa.string())
    expected = [text or None for text in pc.utf8_trim_whitespace(array).to_pylist()]
    assert trimmed(array).to_pylist() == expected


@given(TEXTS, st.integers(0, 5), st.integers(0, 5))
def test_a_slice_has_the_numbers_of_its_rows(texts: list[str | None], start: int, end: int) -> None:
    array = pa.array(texts, pa.string())
    assert hashes(array.slice(start, end)).tolist() == hashes(array).tolist()[start : start + end]


def test_coded_text_has_the_same_numbers() -> None:
    array = pa.array(["a", None, " a", "b", ""])
    assert hashes(array.dictionary_encode()).tolist() == hashes(array).tolist()


def test_null_slots_with_bytes_beneath_them_are_null() -> None:
    hidden = pc.if_else(pa.array([True, False, True]), None, pa.array(["x", "y", "z"]))
    assert (hashes(hidden) == 0).tolist() == [True, False, True]
    ends = b"".join(end.to_bytes(4, "little") for end in (0, 1, 2, 3))
    masked = pa.Array.from_buffers(
        pa.string(), 3, [pa.py_buffer(b"\x02"), pa.py_buffer(ends), pa.py_buffer(b"xyz")]
    )
    assert masked.to_pylist() == [None, "y", None]
    assert (hashes(masked) == 0).tolist() == [True, False, True]


def test_texts_of_up_to_eight_bytes_never_share_a_number() -> None:
    numbers = hashes(pa.array([str(number) for number in range(200_000)]))
    assert len(np.unique(numbers)) == 200_000


@pytest.mark.parametrize("length", [1, 7, 8, 9, 16, 17, 100])
def test_texts_that_differ_in_one_byte_differ(length: int) -> None:
    texts = ["x" * place + "y" + "x" * (length - place - 1) for place in range(length)]
    assert len(np.unique(hashes(pa.array(texts)))) == length


def test_texts_of_up_to_sixteen_bytes_never_share_both_numbers() -> None:
    first, second = hash_pairs(pa.array([f"{n % 400:<8}{n // 400:>4}x" for n in range(160_000)]))
    assert len(np.unique(np.column_stack([first, second]), axis=0)) == 160_000
    assert len(np.unique(first)) == 160_000


def test_the_first_numbers_lie_evenly() -> None:
    """Spells are sought in a bitmap over their numbers' highest bits: near texts must not crowd there."""
    first, _ = hash_pairs(pa.array([f"SPELL{n:011}" for n in range(100_000)]))
    counts = np.bincount((first >> np.uint64(54)).astype(np.int64), minlength=1024)
    assert 40 < counts.min() <= counts.max() < 170


def test_numbers_are_mixed_so_that_their_highest_bits_differ() -> None:
    mixed = hashes_of_numbers(np.arange(200_000))
    assert mixed[0] == 0
    assert len(np.unique(mixed)) == len(mixed)
    assert np.bincount((mixed >> np.uint64(46)).astype(np.int64)).max() < 16
