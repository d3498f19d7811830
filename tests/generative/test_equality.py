"""Every engine gives the reference evaluator's answer, on thousands of random criteria and records."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.generative.comparison import Round, run_round, run_rounds

ROUNDS = 80


@pytest.fixture(scope="module")
def rounds() -> Round:
    return run_rounds(range(ROUNDS))


def test_every_engine_gives_the_reference_answer(rounds: Round) -> None:
    assert not rounds.disagreements, "\n".join(
        str(each) for each in sorted(rounds.disagreements, key=lambda each: len(each.criterion))[:3]
    )


def test_the_comparison_is_over_thousands_of_pairs(rounds: Round) -> None:
    assert rounds.shares.answers["all"] >= 10_000


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("NOT over two or more leaves", 0.2),
        ("depth 4 and more", 0.2),
        ("two any-conditions of one list in a clause", 0.2),
        ("decided by a formula", 0.03),
        ("with companions", 0.1),
        ("with LIKE", 0.1),
        ("batch with nulls", 0.2),
        ("batch with a list position without a code", 0.2),
        ("batch with empty lists", 0.2),
        ("batch with absent columns", 0.2),
        ("batch of none or one", 0.05),
        ("bits in more than one word", 0.3),
        ("answer TRUE", 0.1),
        ("answer FALSE", 0.1),
        ("answer unknown", 0.03),
    ],
)
def test_hard_cases_are_frequent(rounds: Round, kind: str, least: float) -> None:
    assert rounds.shares.share(kind) >= least, rounds.shares.report()


def test_shares_are_reported(rounds: Round, record_property: Callable[[str, object], None]) -> None:
    report = rounds.shares.report()
    record_property("shares", report)
    assert "two any-conditions of one list in a clause" in report


@pytest.mark.parametrize("size", [0, 1, 2])
def test_smallest_batches(size: int) -> None:
    assert not run_round(1_000_000 + size, records=size).disagreements


@pytest.mark.full
def test_many_more_rounds() -> None:
    found = run_rounds(range(10_000, 11_000)).disagreements
    assert not found, "\n".join(map(str, found[:3]))
