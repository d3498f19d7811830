"""The comparison finds mistakes: each fault put in on purpose is caught within a few rounds."""

from __future__ import annotations

import pytest
from tests.generative.comparison import run_round
from tests.generative.seeded_faults import FAULTS, Fault

ROUNDS = 12
FIRST_SEED = 500


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.title)
def test_fault_is_caught(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    fault.make(monkeypatch)
    for seed in range(FIRST_SEED, FIRST_SEED + ROUNDS):
        blamed = {each.engine for each in run_round(seed).disagreements}
        if blamed:
            assert not fault.engine or blamed == {fault.engine}
            return
    pytest.fail(f"not caught in {ROUNDS} rounds: {fault.title}")


def test_without_a_fault_the_same_rounds_agree() -> None:
    assert not any(run_round(seed).disagreements for seed in range(FIRST_SEED, FIRST_SEED + ROUNDS))


def test_faults_are_many_and_different() -> None:
    assert len({each.title for each in FAULTS}) == len(FAULTS) >= 10
