"""A draft tried on a run: the totals of a full run under it, and what is said while it cannot be tried."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.journeys import fixture_run
from tests.spec.assignment.chapters import reference_folder
from tests.unit.analysis.rule_editor.conftest import acting, base_version, client_of
from tests.unit.analysis.rule_editor.test_proposing import WISH, changed

from speccom.activity.assign.order import AssignmentOrder
from speccom.activity.assign.run import leave_assignment
from speccom.activity.at_work import hand_over
from speccom.activity.edited.making import make, making_beside, making_of
from speccom.analysis.rule_editor import trying
from speccom.analysis.rule_editor.drafts import open_draft
from speccom.analysis.rule_editor.models import Draft
from speccom.analysis.rule_editor.proposing import Outcome, decide, propose
from speccom.analysis.rule_editor.trying import NotReady, OpenTrials
from speccom.analysis.run_folders import RunFolder, find_run
from speccom.directory.models import Person
from speccom.problem import Problem
from speccom.rulebook.find import find

pytestmark = pytest.mark.django_db(transaction=True)

YOUNGER = "any_procedure('kidney_transplant') AND age >= 10"


@pytest.fixture
def run(home: Path) -> RunFolder:
    """A run by the small rulebook on the shelf."""
    rows = fixture_run.APC, fixture_run.OP
    fixture_run.make_run(home, "small", *rows, rulebook=base_version().folder)
    return find_run(home, "small")


@pytest.mark.parametrize("criterion", [YOUNGER, "any_diagnosis('kidney_disease')", "age > 200"])
def test_a_trial_gives_the_totals_of_a_full_run_under_the_version_that_is_approved(
    run: RunFolder, home: Path, lucy: Person, nina: Person, draft: Draft, criterion: str
) -> None:
    number = changed(lucy, draft, criterion)
    rulebook = open_draft(draft.pk).needs_rulebook()
    trials = OpenTrials()
    assert isinstance(trials.ask(run, rulebook, None), NotReady)
    make(run.path, rulebook, 1)
    tried = trials.ask(run, rulebook, Decimal("0.2"))
    proposal = propose(acting(lucy), draft.pk, WISH, number)
    decide(acting(nina), proposal.pk, Outcome.APPROVED, "Agreed.")
    approved = find("identification", "small", on=date(2025, 12, 1)).folder
    full = fixture_run.make_run(home, "full", fixture_run.APC, fixture_run.OP, rulebook=approved)
    assert not isinstance(tried, NotReady)
    assert tried.before.to_pylist() == pq.read_table(run.path / "summary.parquet").to_pylist()
    assert tried.summary.to_pylist() == pq.read_table(full / "summary.parquet").to_pylist()


def test_an_assignment_that_is_not_finished_is_left_out(
    run: RunFolder, lucy: Person, draft: Draft, repository: Path, tmp_path: Path
) -> None:
    folder = run.path.with_name("small-payers")
    order = AssignmentOrder(
        rulebook=repository / "rulebooks" / "assignment" / "validation-tool-5.3",
        reference=reference_folder(tmp_path / "reference"),
        activity=[Path(run.manifest.inputs[0].original)],
        out=folder / "answers.parquet",
        run=folder,
    )
    leave_assignment(order, "Ben")
    changed(lucy, draft, YOUNGER)
    rulebook = open_draft(draft.pk).needs_rulebook()
    make(run.path, rulebook, 1)
    tried = OpenTrials().ask(run, rulebook, None)
    assert not isinstance(tried, NotReady)
    assert tried.payers is None


def test_why_workings_could_not_be_made_is_left_to_be_read(
    run: RunFolder, lucy: Person, draft: Draft
) -> None:
    changed(lucy, draft, YOUNGER)
    rulebook = open_draft(draft.pk).needs_rulebook()
    (run.path / "rows.parquet").unlink()
    with pytest.raises(Problem):
        make(run.path, rulebook, 1)
    assert "missing" in making_of(run.path).why_not
    assert not making_of(run.path).going
    found = OpenTrials().ask(run, rulebook, None)
    assert isinstance(found, NotReady)
    assert "missing" in found.why_not


def test_word_of_the_making_is_gone_once_it_is_made(run: RunFolder, lucy: Person, draft: Draft) -> None:
    changed(lucy, draft, YOUNGER)
    make(run.path, open_draft(draft.pk).needs_rulebook(), 1)
    assert not making_beside(run.path).exists()


def test_who_gains_and_loses_is_had_as_csv_in_three_columns(
    run: RunFolder, lucy: Person, draft: Draft
) -> None:
    changed(lucy, draft, YOUNGER)
    make(run.path, open_draft(draft.pk).needs_rulebook(), 1)
    asked = f"/rule-editor/drafts/{draft.pk}/try/lines.csv?run=small&share=20"
    lines = client_of(lucy).get(asked).content.decode("utf-8-sig").split("\r\n")
    # The transplant of s2 (18,000.00, aged 12) comes from no line; a fifth of it follows activity.
    assert lines[1] == (
        "Renal transplantation (adults) (NCBPS11T),2,3,21000.50,39000.50,18000.00,3600.00,14400.00"
    )
    assert lines[2] == "No specialised service,0,0,0.00,0.00,-18000.00,,"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders for which a process was begun; none is."""
    folders: list[Path] = []
    monkeypatch.setattr(trying, "begin", lambda folder, *_: folders.append(folder))
    return folders


def test_a_run_is_read_only_for_those_who_may_start_runs(
    run: RunFolder, person: Callable[..., Person], lucy: Person, draft: Draft, begun: list[Path]
) -> None:
    changed(lucy, draft, YOUNGER)
    here = f"/rule-editor/drafts/{draft.pk}/try"
    for role in ("rule_approver", "auditor"):
        client = client_of(person(role, role))
        assert client.post(f"{here}/workings/small").status_code == 403
        page = client.get(f"{here}?run=small").content.decode()
        assert "Get " not in page
        assert "Ask somebody who may start runs" in page
    finance = client_of(person("Fay", "finance"))
    assert finance.post(f"{here}/workings/small").status_code == 403
    assert begun == []
    assert "Get " in client_of(lucy).get(f"{here}?run=small").content.decode()
    assert client_of(lucy).post(f"{here}/workings/small").status_code == 302
    assert begun == [making_beside(run.path)]


def test_a_run_is_read_only_while_fewer_than_two_are_worked_on(
    run: RunFolder, home: Path, lucy: Person, draft: Draft, begun: list[Path]
) -> None:
    changed(lucy, draft, YOUNGER)
    workings = f"/rule-editor/drafts/{draft.pk}/try/workings/small"
    for name in ("one", "two"):
        fixture_run.leave_open(home, name)
    answer = client_of(lucy).post(workings)
    assert answer.status_code == 422
    assert "2 runs are going on already" in answer.content.decode()
    assert begun == []


def test_a_run_that_is_read_counts_among_those_that_are_worked_on(
    run: RunFolder, home: Path, lucy: Person, draft: Draft, begun: list[Path]
) -> None:
    changed(lucy, draft, YOUNGER)
    fixture_run.leave_open(home, "one")
    fixture_run.make_run(home, "other", fixture_run.APC, fixture_run.OP, rulebook=base_version().folder)
    here = f"/rule-editor/drafts/{draft.pk}/try/workings"
    assert client_of(lucy).post(f"{here}/small").status_code == 302
    hand_over(making_beside(run.path), os.getpid())
    assert client_of(lucy).post(f"{here}/other").status_code == 422
    assert client_of(lucy).post(f"{here}/small").status_code == 302
    assert begun == [making_beside(run.path)]


def test_a_draft_with_errors_is_not_tried_and_its_page_says_so(
    run: RunFolder, lucy: Person, draft: Draft
) -> None:
    changed(lucy, draft, "agee > 1")
    client, here = client_of(lucy), f"/rule-editor/drafts/{draft.pk}/try"
    assert b"1 error" in client.get(f"{here}?run=small").content
    for answer in (client.get(f"{here}/lines.csv?run=small"), client.post(f"{here}/workings/small")):
        assert answer.status_code == 422
        assert b"1 error" in answer.content
