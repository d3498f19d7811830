"""Normal forms of codes and prefixes, and membership of code sets."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speccom.criteria.codes import CLASSIFICATIONS, normal_form, normal_prefix, squeezed
from speccom.criteria.codesets import CodeSet

PATTERNS = {"icd10": r"[A-Z]\d\d[A-Z0-9]{0,2}", "opcs4": r"[A-Z]\d\d[A-Z0-9]?"}
CODE_LIKE = st.text(alphabet="ABCDXZabdx01689.- *&\t", max_size=8)


@given(st.sampled_from(CLASSIFICATIONS), st.one_of(CODE_LIKE, st.text(max_size=8)))
def test_no_code_has_space_or_lower_case_and_all_fit_their_pattern(classification: str, text: str) -> None:
    code = normal_form(classification, text)
    if code is not None:
        assert code
        assert code == "".join(code.upper().split())
        pattern = PATTERNS.get(classification)
        assert pattern is None or re.fullmatch(pattern, code, re.ASCII)


@given(st.sampled_from(CLASSIFICATIONS), CODE_LIKE)
def test_case_white_space_and_surrounding_do_not_count(classification: str, text: str) -> None:
    assert normal_form(classification, f" {text.lower()}\t") == normal_form(classification, text)


@given(st.sampled_from([each for each in CLASSIFICATIONS if each != "icd10"]), CODE_LIKE)
def test_normal_form_of_a_normal_form_is_itself(classification: str, text: str) -> None:
    code = normal_form(classification, text)
    assert code is None or normal_form(classification, code) == code


@given(st.from_regex(r"[A-Z][0-9]{2}([0-9]([0-9])?)?", fullmatch=True))
def test_a_plain_icd10_code_is_its_own_normal_form(code: str) -> None:
    assert normal_form("icd10", code) == code


@given(st.from_regex(r"[A-Z][0-9]{2}[0-9]", fullmatch=True), st.sampled_from("DA"))
def test_dagger_and_asterisk_are_deleted(code: str, mark: str) -> None:
    assert normal_form("icd10", code + mark) == code


@given(
    st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True),
    st.sampled_from("X-"),
    st.sampled_from(["", "0", "D", "A"]),
)
def test_filler_alone_is_deleted(code: str, filler: str, fifth: str) -> None:
    assert normal_form("icd10", code + filler + fifth) == code + fifth.strip("DA")


@pytest.mark.parametrize(
    ("classification", "text", "prefix"),
    [
        ("icd10", "C", "C"),
        ("icd10", "c3", "C3"),
        ("icd10", "C34.1", "C341"),
        ("icd10", "R54X", "R54"),
        ("icd10", "", None),
        ("icd10", "34", None),
        ("icd10", "C3X", None),
        ("icd10", "C34*", None),
        ("opcs4", "K", "K"),
        ("opcs4", "K26.1", "K261"),
        ("opcs4", "K2611", None),
        ("hrg", "sb", "SB"),
        ("provider", " ", None),
    ],
)
def test_prefixes(classification: str, text: str, prefix: str | None) -> None:
    assert normal_prefix(classification, text) == prefix


@given(st.sampled_from(CLASSIFICATIONS), CODE_LIKE)
def test_every_code_is_a_prefix(classification: str, text: str) -> None:
    code = normal_form(classification, text)
    assert code is None or normal_prefix(classification, text) == code


def test_squeezing_does_not_judge() -> None:
    assert squeezed("icd10", " r5.4x* ") == "R54*"
    assert squeezed("provider", " r j.1 ") == "RJ.1"


@given(
    st.frozensets(st.text("CE3", min_size=1, max_size=4), max_size=3),
    st.frozensets(st.text("CE3", min_size=1, max_size=4), max_size=3),
    st.text("CE3", max_size=5),
)
def test_a_code_belongs_by_its_beginning_or_as_a_whole(
    prefixes: frozenset[str], exact: frozenset[str], code: str
) -> None:
    codeset = CodeSet("s", "icd10", prefixes, exact)
    assert codeset.matches(code) == (code in exact or code.startswith(tuple(prefixes)))
    assert codeset.is_empty == (not prefixes and not exact)
