"""An edit tried on a finished run gives what a full run under the edited rulebook gives, on random ones."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.activity.edited.full_run import check, identified
from tests.unit.activity.edited.random_edits import EDITS, edited
from tests.unit.activity.random_activity import make_case, write_rulebook

from speccom.activity.compare.order import CompareOrder
from speccom.activity.compare.run import compare
from speccom.activity.edited import asking
from speccom.activity.edited.trial import Trials
from speccom.rulebook.identification import load_identification


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_a_trial_is_a_full_run(seed: int) -> None:
    chance = Random(seed)
    with a_folder() as folder:
        case = make_case(folder / "case", seed)
        trials = Trials(identified(case, case.rulebook, folder / "old"), threads=2)
        for number in range(3):
            draft = edited(case.rulebook, folder / f"draft-{number}", chance)
            check(trials, case, draft, folder / f"full-{number}")


@pytest.mark.parametrize("kind", EDITS)
def test_each_kind_of_edit_moves_something(kind: str, tmp_path: Path) -> None:
    """A trial of edits that never move anything would prove nothing."""
    for seed in range(60):
        case = make_case(tmp_path / f"case-{seed}", seed)
        draft = edited(case.rulebook, tmp_path / f"draft-{seed}", Random(seed), kind)
        order = CompareOrder(case.rulebook, [draft], case.paths, dataset=case.dataset)
        if compare(order).comparisons[0].flows or kind == "programme":
            trials = Trials(identified(case, case.rulebook, tmp_path / "old"), threads=2)
            assert check(trials, case, draft, tmp_path / "full") or kind == "programme"
            return
    pytest.fail(f"no edit of the kind “{kind}” moved anything")


def test_an_unrelated_rulebook_may_be_tried_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WIDEST_TABLE", 3)
    for seed in (3, 11):
        case = make_case(tmp_path / f"case-{seed}", seed)
        write_rulebook(tmp_path / f"other-{seed}", Random(seed + 1))
        trials = Trials(identified(case, case.rulebook, tmp_path / f"old-{seed}"), threads=2)
        check(trials, case, tmp_path / f"other-{seed}", tmp_path / f"full-{seed}")


def test_the_run_s_own_rulebook_changes_nothing(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case", 5)
    trials = Trials(identified(case, case.rulebook, tmp_path / "old"), threads=1)
    tried = trials.try_rulebook(load_identification(case.rulebook))
    assert tried.comparison.flows == ()
    assert tried.touched == 0
    assert tried.summary.to_pylist() == tried.before.to_pylist()
