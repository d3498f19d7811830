"""The manifest of a run that gave records their commissioners."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from speccom.activity.assign.run import KIND
from speccom.analysis.run_folders import RunFolder, list_runs
from speccom.problem import Problem


@dataclass(frozen=True)
class AssignmentManifest:
    """What an assignment was made from, and how many records have a commissioner.

    `labels` is the digest of the labels that it took its services from, blank where it took none.
    """

    title: str
    method: str
    rulebook: str
    status: str
    reference: str
    labels: str
    rows: int
    answers: int
    named: int
    unnamed: int
    rejected: int
    warnings: tuple[str, ...]
    finished: datetime | None


def read_assignment(run: RunFolder) -> AssignmentManifest:
    """Read the manifest of a sealed assignment. Raises Problem where it is not one."""
    path = run.path / "manifest.json"
    try:
        data = json.loads(path.read_bytes())
        counts, rulebook = data["counts"], data["rulebook"]
        return AssignmentManifest(
            title=str(data.get("title") or run.id),
            method=str(data["method"]),
            rulebook=f"{rulebook['title']} ({rulebook['identity']})",
            status=str(rulebook["status"]),
            reference=str(data["reference"]["digest"]),
            labels=str(data.get("labels") or ""),
            rows=int(counts["rows"]),
            answers=int(counts["answers"]),
            named=int(counts["with_commissioner"]),
            unnamed=int(counts["without_commissioner"]),
            rejected=int(counts["rejected"]),
            warnings=tuple(str(each["message"]) for each in data.get("warnings", ())),
            finished=datetime.fromisoformat(data["finished"]) if data.get("finished") else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Problem(
            "The run’s manifest cannot be read, so nothing can be shown of it",
            where=str(path),
            mend="Assign the activity again; the folder can then be deleted",
        ) from error


def assignments_of(run: RunFolder) -> tuple[RunFolder, ...]:
    """Return the runs, finished or not, that give commissioners to what a run identified."""
    labels = next((each.sha256 for each in run.manifest.outputs if each.name == "labels"), "")
    beside = [each for each in list_runs(run.path.parents[1]) if each.kind == KIND]
    return tuple(each for each in beside if _is_of(each, run, labels))


def _is_of(assignment: RunFolder, run: RunFolder, labels: str) -> bool:
    if not assignment.sealed:
        return assignment.id.startswith(f"{run.id}-payers")
    try:
        return bool(labels) and read_assignment(assignment).labels == labels
    except Problem:
        return False
