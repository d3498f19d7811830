"""What the chapters on assignment say holds: for one record at a time, and in bulk."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from tests.generative.batches import batch_of
from tests.spec.assignment.chapters import Case, assigner_of, cases_of, reference_folder

from speccom.activity.assign.assigner import Assigner, Assignment
from speccom.activity.assign.bulk import BulkAssigner
from speccom.rulebook.activity_record import ACTIVITY
from speccom.rulebook.assignment import vocabulary_of

METHODS = ("validation-tool-5.3", "flowchart-2025-26")
CASES = [(method, case) for method in METHODS for case in cases_of(method)]


@cache
def _assigner(method: str, *, before_delegation: bool) -> Assigner:
    folder = reference_folder(Path(mkdtemp()), before_delegation=before_delegation)
    return assigner_of(method, folder)


def _assigner_for(method: str, case: Case) -> Assigner:
    return _assigner(method, before_delegation="before an ICB has accepted" in case.where)


def _one(method: str, case: Case) -> Assignment:
    return _assigner_for(method, case).assign(case.record)


@pytest.mark.parametrize(
    ("method", "case"), [pytest.param(m, c, id=f"{m}: {c.where}") for m, c in CASES if "parts" not in c.said]
)
def test_one_record(method: str, case: Case) -> None:
    outcome = _one(method, case).outcome
    assert outcome.code == (None if case.said["answer"] == "none" else case.said["answer"])
    if "commissioner" in case.said:
        assert (outcome.commissioner or "") == case.said["commissioner"]
    if "category" in case.said:
        assert (outcome.service_category or "") == case.said["category"]
    assert outcome.reason


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=f"{m}: {c.where}") for m, c in CASES if "parts" in c.said]
)
def test_parts(case: Case) -> None:
    assigner = _assigner_for("flowchart-2025-26", case)
    parts = assigner.parts_of(case.record)
    said = "; ".join(f"{each['part']} {assigner.assign(each).outcome.code}" for each in parts)
    assert said == case.said["parts"]


@pytest.mark.parametrize("implementation", ["numpy", "numba"])
@pytest.mark.parametrize("before_delegation", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_in_bulk(method: str, implementation: str, before_delegation: bool) -> None:
    """All records of a chapter together: the same answers and the same paths."""
    if implementation == "numba":
        pytest.importorskip("numba")
    assigner = _assigner(method, before_delegation=before_delegation)
    bulk = BulkAssigner(assigner, implementation)
    records = [part for m, case in CASES if m == method for part in assigner.parts_of(case.record)]
    answered = bulk.assign(batch_of(records, vocabulary_of({})))
    for record, answer, path in zip(records, answered.answers, answered.paths, strict=True):
        assignment = assigner.assign(record)
        assert (bulk.outcomes[answer], bulk.paths[path]) == (assignment.outcome, assignment.path_text), record
    assert ACTIVITY["record_id"] not in bulk.fields
