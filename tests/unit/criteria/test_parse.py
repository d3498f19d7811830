"""The parser reads back what was written, points inside the text, and raises nothing but its own errors."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.generative.criterion_text import text_of
from tests.generative.generator import VOCABULARY, Generator

from speccom.criteria.criterion_errors import CriterionError, CriterionErrors, nearest, pointed
from speccom.criteria.expression import And, Comparison, Not, Or, leaves, parts_of
from speccom.criteria.parse import parse
from speccom.problem import Problem

SETS = Generator(0).rulebook(0).codesets

WORDS = [
    *VOCABULARY,
    *VOCABULARY.functions,
    *SETS,
    *("AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "NULL", "TRUE", "FALSE", "DATE", "in_codeset"),
    *("(", ")", ",", "=", "<>", "<", "<=", ">", ">=", "!=", "==", ";", "--", "/*", "*/"),
    *("18", "18.5", "-1", "'1'", "'icd10_0'", "'2025-04-01'", "''", '"', "`", "\\", "$$", "{{", "}}", "#"),
    *("SELECT", "CASE", "WHEN", "END", "N'a'", "x'1F'", "🫀", "é", "日", "\n", "\x00", "'"),
]


def refusal_of(text: str) -> CriterionErrors | None:
    try:
        parse(text, VOCABULARY, SETS)
    except CriterionErrors as errors:
        return errors
    return None


@given(st.integers(min_value=0, max_value=10**9))
def test_text_of_an_expression_parses_to_it(seed: int) -> None:
    generator = Generator(seed)
    rulebook = generator.rulebook(2)
    for expression in rulebook.criteria:
        plain = parse(text_of(expression), VOCABULARY, rulebook.codesets)
        dressed = parse(text_of(expression, Random(seed)), VOCABULARY, rulebook.codesets)
        assert plain.expression == dressed.expression == expression


@given(st.integers(min_value=0, max_value=10**9))
def test_spans_are_the_parts_own_text(seed: int) -> None:
    generator = Generator(seed)
    rulebook = generator.rulebook(1)
    text = text_of(rulebook.criteria[0], Random(seed))
    for leaf in leaves(parse(text, VOCABULARY, rulebook.codesets).expression):
        start, end = leaf.span
        assert parse(text[start:end], VOCABULARY, rulebook.codesets).expression == leaf


def test_a_part_spans_all_its_parts() -> None:
    waiting = [parse("NOT (age = 1 AND sex = '1') OR age = 3", VOCABULARY, SETS).expression]
    while waiting:
        part = waiting.pop()
        for inner in parts_of(part):
            assert part.span[0] <= inner.span[0] < inner.span[1] <= part.span[1]
            waiting.append(inner)


@given(st.text())
@example("")
@example("\ud800")
@example("a\x00b")
@example("'" * 5)
@example("age = '\ud800' AND agee = 1")
def test_any_text_is_read_or_refused_with_places_inside_it(text: str) -> None:
    errors = refusal_of(text)
    if errors is not None:
        assert_errors_point(errors, text)


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from(["", " "]))
def test_any_words_are_read_or_refused_with_places_inside_them(words: list[str], between: str) -> None:
    text = between.join(words)
    errors = refusal_of(text)
    if errors is not None:
        assert_errors_point(errors, text)


@given(st.integers(min_value=0, max_value=10**9), st.data())
def test_a_damaged_criterion_is_read_or_refused(seed: int, data: st.DataObject) -> None:
    text = text_of(Generator(seed).rulebook(1).criteria[0], Random(seed))
    place = data.draw(st.integers(min_value=0, max_value=len(text)))
    length = data.draw(st.integers(min_value=0, max_value=3))
    damaged = text[:place] + data.draw(st.sampled_from(["", *WORDS])) + text[place + length :]
    errors = refusal_of(damaged)
    if errors is not None:
        assert_errors_point(errors, damaged)


def assert_errors_point(errors: CriterionErrors, text: str) -> None:
    assert errors.errors
    assert list(errors.errors) == sorted(errors.errors, key=lambda each: each.start)
    for each in errors.errors:
        assert 0 <= each.start < each.end <= max(1, len(text))
        assert each.message
        assert "Traceback" not in each.message
    assert str(errors)


def test_errors_are_problems_for_people() -> None:
    errors = refusal_of("agee = 1")
    assert isinstance(errors, Problem)
    assert errors.text == "agee = 1"


def test_empty_text_is_refused() -> None:
    for text in ("", "   ", "\n"):
        errors = refusal_of(text)
        assert errors is not None
        assert [each.message for each in errors.errors] == ["The criterion is empty."]


def test_error_on_a_later_line_is_pointed_at_there() -> None:
    errors = refusal_of("age = 1 AND\n  agee = 2\nAND sex = '1'")
    assert errors is not None
    assert str(errors) == "There is no field “agee”. Did you mean age?\n      agee = 2\n      ^^^^"


def test_a_run_of_one_word_is_one_part() -> None:
    expression = parse("age = 1 AND age = 2 AND age = 3", VOCABULARY, SETS).expression
    assert isinstance(expression, And)
    assert len(expression.parts) == 3
    mixed = parse("age = 1 OR age = 2 AND age = 3 OR age = 4", VOCABULARY, SETS).expression
    assert isinstance(mixed, Or)
    assert [type(each) for each in mixed.parts] == [Comparison, And, Comparison]


def test_parentheses_keep_a_run_apart() -> None:
    expression = parse("age = 1 AND (age = 2 AND age = 3)", VOCABULARY, SETS).expression
    assert isinstance(expression, And)
    assert [type(each) for each in expression.parts] == [Comparison, And]


def test_not_binds_only_what_follows() -> None:
    expression = parse("NOT age = 1 AND age = 2", VOCABULARY, SETS).expression
    assert isinstance(expression, And)
    assert isinstance(expression.parts[0], Not)


def test_criterion_keeps_its_text() -> None:
    assert parse(" age  = 1", VOCABULARY, SETS).text == " age  = 1"


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("agee", ["age", "sex"], "age"),
        ("AGEE", ["Age"], "Age"),
        ("zzz", ["age"], ""),
        ("age", [], ""),
    ],
)
def test_nearest(name: str, known: list[str], near: str) -> None:
    assert nearest(name, known) == near


def test_pointing_stays_on_one_line() -> None:
    assert pointed("ab\ncd", CriterionError("x", 1, 5)) == "    ab\n     ^"
