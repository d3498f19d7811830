"""Criteria and findings in words that hold no SQL, no column and no set's identifier, and say what is so."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generative.generator import VOCABULARY, Generator

from speccom.criteria.codesets import CodeSet
from speccom.criteria.evaluate import evaluate
from speccom.criteria.expression import (
    And,
    Between,
    CodeMatch,
    Comparison,
    Expression,
    InCodeSet,
    InList,
    IsNull,
    Like,
    Not,
    Or,
)
from speccom.criteria.words import Explanation, Statement, describe, explain, outline

AGE, SEX, COST, DAY = (VOCABULARY[each] for each in ("age", "sex", "total_cost", "activity_date"))
CANCER = CodeSet("cancer_2025", "icd10", frozenset({"C"}), title="cancer")
UNTITLED = CodeSet("x_1", "icd10", frozenset({"C34"}), frozenset({"E840"}))
MANY = CodeSet("x_2", "icd10", frozenset(f"C{n}" for n in range(10, 20)))
EMPTY = CodeSet("x_3", "icd10")

NOT_FOR_PEOPLE = re.compile(
    r"icd10_|opcs4_|hrg_\d|provider_\d|treatment_function|total_cost|activity_date|unbundled_hrgs|"
    r"(any|primary|secondary)_|in_codeset|\b(AND|OR|NOT|IN|LIKE|BETWEEN|NULL)\b|is None|Decimal|<|>|="
)


def diagnosis(position: str, codeset: CodeSet) -> CodeMatch:
    return CodeMatch(VOCABULARY["diagnoses"], position, codeset)


def like(pattern: str, negated: bool = False) -> Like:
    return Like(VOCABULARY["provider"], pattern, negated)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (Comparison(AGE, ">=", Decimal(19)), "the age is at least 19"),
        (Comparison(AGE, "<", Decimal("18.50")), "the age is under 18.5"),
        (Not(Comparison(AGE, ">=", Decimal(19))), "the age is not at least 19"),
        (Not(Comparison(AGE, "<>", Decimal(19))), "the age is 19"),
        (Comparison(COST, ">", Decimal("1000000")), "the cost is over 1,000,000"),
        (Comparison(DAY, "<=", date(2025, 4, 1)), "the date is on or before 1 April 2025"),
        (Comparison(SEX, "<>", "1"), "the sex is not 1"),
        (Not(Comparison(SEX, "<", "1")), "the sex does not come in order before 1"),
        (Between(AGE, Decimal(1), Decimal(2)), "the age is from 1 to 2"),
        (Not(Between(AGE, Decimal(1), Decimal(2), True)), "the age is from 1 to 2"),
        (InList(SEX, ("1", "2")), "the sex is 1 or 2"),
        (InList(SEX, ("1", "2", "9"), True), "the sex is not one of 1, 2 or 9"),
        (IsNull(AGE), "the age is not recorded"),
        (IsNull(AGE, True), "the age is recorded"),
        (Not(IsNull(AGE)), "the age is recorded"),
        (like("RJ%"), "the provider starts with RJ"),
        (like("%RJ"), "the provider ends with RJ"),
        (like("%RJ%", True), "the provider does not hold RJ"),
        (like("RJ"), "the provider is RJ"),
        (like("%%RJ"), "the provider has the form ……RJ (… is any text, ? is any one character)"),
        (like("R_1%"), "the provider has the form R?1… (… is any text, ? is any one character)"),
        (like(""), "the provider is empty text"),
        (like("", True), "the provider is not empty text"),
        (diagnosis("any", CANCER), "a recorded diagnosis is cancer"),
        (Not(diagnosis("any", CANCER)), "no recorded diagnosis is cancer"),
        (diagnosis("primary", CANCER), "the main diagnosis is cancer"),
        (diagnosis("secondary", UNTITLED), "a further diagnosis is C34 or E840"),
        (diagnosis("any", MANY), "a recorded diagnosis is C10, C11, C12, C13, C14, C15 or 4 other codes"),
        (diagnosis("any", EMPTY), "a recorded diagnosis is one of no codes"),
        (InCodeSet(VOCABULARY["provider"], CANCER), "the provider is among cancer"),
        (
            And((IsNull(AGE), Or((IsNull(SEX), IsNull(DAY))))),
            "the age is not recorded, and (the sex is not recorded or the date is not recorded)",
        ),
        (
            Not(Or((IsNull(AGE), IsNull(SEX)))),
            "it is not so that (the age is not recorded or the sex is not recorded)",
        ),
    ],
)
def test_descriptions(expression: Expression, words: str) -> None:
    assert describe(expression) == words


def test_outline_keeps_the_nesting() -> None:
    expression = Not(And((IsNull(AGE), Or((IsNull(SEX), IsNull(DAY))))))
    assert outline(expression) == Statement(
        "not all of these hold",
        (
            Statement("the age is not recorded"),
            Statement(
                "at least one of these holds",
                (Statement("the sex is not recorded"), Statement("the date is not recorded")),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("age", "verdict", "sentence"),
    [
        (40, "yes", "The age is at least 19 (40)"),
        (5, "no", "The age is not at least 19 (it is 5)"),
        (None, "not known", "Not known whether the age is at least 19: it is not recorded"),
    ],
)
def test_explanation_of_a_comparison(age: int | None, verdict: str, sentence: str) -> None:
    told = explain(evaluate(Comparison(AGE, ">=", Decimal(19)), {"age": age}))
    assert (told.verdict, told.sentence) == (verdict, sentence)


@given(st.integers(min_value=0, max_value=10**9))
def test_words_are_for_people_and_verdicts_are_the_findings(seed: int) -> None:
    generator = Generator(seed)
    rulebook = generator.rulebook(2)
    for expression in rulebook.criteria:
        assert not NOT_FOR_PEOPLE.search(without_values(describe(expression)))
        assert not any(map(NOT_FOR_PEOPLE.search, map(without_values, _statements(outline(expression)))))
        for record in generator.records(3):
            finding = evaluate(expression, record)
            told = explain(finding)
            assert told.verdict == {True: "yes", False: "no", None: "not known"}[finding.value]
            for sentence in _sentences(told):
                assert not NOT_FOR_PEOPLE.search(without_values(sentence))


def without_values(words: str) -> str:
    return words.replace("a_b", "")


def _statements(statement: Statement) -> list[str]:
    return [statement.text, *(text for each in statement.parts for text in _statements(each))]


def _sentences(told: Explanation) -> list[str]:
    return [told.statement, told.sentence, *(text for each in told.parts for text in _sentences(each))]


@pytest.mark.parametrize(
    ("made", "verdict"), [(IsNull(AGE), "yes"), (And((IsNull(AGE), IsNull(SEX, True))), "no")]
)
def test_words_of_a_deep_criterion(made: Expression, verdict: str) -> None:
    for _ in range(5_000):
        made = Not(made)
    assert describe(made).count("it is not so that") >= 4_999
    assert outline(made).text
    assert explain(evaluate(made, {})).verdict == verdict
