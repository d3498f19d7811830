"""A comparison of feeds as files: JSON for programs, CSV for people."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import speccom
from speccom.activity.contract.acceptances import guarded, pounds, write_acceptances
from speccom.activity.contract.entries import pence
from speccom.activity.contract.reconcile import Outcome
from speccom.activity.contract.submission import Submission
from speccom.problem import Problem

RECONCILIATION = "reconciliation.json"


def write_out(outcome: Outcome, folder: Path) -> None:
    """Write the folder. Raises Problem where it holds something else, or cannot be written."""
    if folder.exists() and (not folder.is_dir() or _holds_something_else(folder)):
        raise Problem(
            "this is not an empty folder, nor one of an earlier comparison",
            where=str(folder),
            mend="Name another folder with --out",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RECONCILIATION).unlink(missing_ok=True)
        _write_differences(outcome, folder / "differences.csv")
        _write_faults(outcome, folder / "faults.csv")
        write_acceptances(folder / "accepted.csv", outcome.carried_forward, outcome.differences)
        text = json.dumps(as_json(outcome), indent=2, ensure_ascii=False)
        (folder / RECONCILIATION).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Problem(f"the files cannot be written ({error.strerror})", where=str(folder)) from error


def _holds_something_else(folder: Path) -> bool:
    return any(folder.iterdir()) and not (folder / RECONCILIATION).is_file()


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return all of the comparison, with what it was made from and by."""
    return {
        "speccom": speccom.__version__,
        "as_at": outcome.order.as_at.isoformat(),
        "agrees": outcome.agrees,
        "settings": outcome.settings.model_dump(mode="json"),
        "files": [_file(each) for each in outcome.submissions],
        "superseded": [
            {
                "feed": each.stated.feed,
                "of": list(each.stated.by),
                "financial_year": f"{each.stated.year}/{(each.stated.year + 1) % 100:02d}",
                "months": list(each.months),
                "file": each.file,
                "by": each.by_file,
            }
            for each in outcome.current.superseded
        ],
        "doubts": list(outcome.current.doubts),
        "not_compared": [str(feed) for feed in outcome.not_made],
        "contract": outcome.contract.model_dump(mode="json"),
        "activity": None if outcome.national is None else outcome.national.model_dump(mode="json"),
        "carried_forward": [each.model_dump(mode="json") for each in outcome.carried_forward],
        "activity_without_place_pence": pence(outcome.activity_without_place),
    }


def _file(each: Submission) -> dict[str, Any]:
    return {
        "file": each.file,
        "sha256": each.digest,
        "feed": each.shape.id,
        "created": None if each.created is None else each.created.isoformat(),
        "rows": each.rows,
        "pence": pence(each.pounds),
        "rows_left_out": each.left_out.rows,
        "pence_left_out": pence(each.left_out.pounds),
        "faults": sum(fault.count for fault in each.faults),
        "unknown_columns": list(each.unknown_columns),
    }


def _write_differences(outcome: Outcome, path: Path) -> None:
    head = ("check", "provider", "commissioner", "month", "line", "point_of_delivery")
    money = ("left", "right", "difference")
    _write(
        path,
        (*head, *money, "found", "state", "accepted_by", "accepted_on", "reason"),
        (
            (
                *(guarded(text) for text in (each.check, *each.cell)),
                *(pounds(amount) for amount in (each.left, each.right, each.difference)),
                each.found,
                each.state,
                *(
                    (
                        guarded(each.acceptance.accepted_by),
                        each.acceptance.accepted_on.isoformat(),
                        guarded(each.acceptance.reason),
                    )
                    if each.acceptance
                    else ("", "", "")
                ),
            )
            for each in outcome.differences
        ),
    )


def _write_faults(outcome: Outcome, path: Path) -> None:
    _write(
        path,
        ("file", "column", "kind", "value", "rows", "first_row", "message"),
        (
            (
                each.example_file,
                guarded(each.column),
                each.kind,
                guarded(each.value),
                str(each.count),
                str(each.example_row + 1),
                each.message,
            )
            for submission in outcome.submissions
            for each in submission.faults
        ),
    )


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
