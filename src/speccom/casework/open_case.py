"""A case opened to be read or decided on: its events folded, and what its latest submissions hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from speccom.casework import ledger, submissions
from speccom.casework.documents.answer import withdrawn_answers
from speccom.casework.facts import Known
from speccom.casework.models import CaseRow
from speccom.casework.procedures import pinned
from speccom.casework.submissions import Content
from speccom.process.calendars import working_days
from speccom.process.case import Case, fold
from speccom.process.procedure import Procedure


@dataclass(frozen=True)
class Opened:
    """A case with its key, its answers by name and its repeated rows by collection, each as last given.

    `submitted` has the same by form: what each held when it was last brought. `withdrawn` are the answers
    that are documents which were withdrawn since.
    """

    row: CaseRow
    procedure: Procedure
    case: Case
    key: bytes
    answers: Mapping[str, Any]
    rows: Mapping[str, tuple[Mapping[str, Any], ...]]
    submitted: Mapping[str, Content] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()

    def known(self, act: str, now: datetime, brings: Mapping[str, Content]) -> Known:
        """Return what is known of it now; what an act would bring stands before what is stored.

        An answer that is a withdrawn document is none any more.
        """
        answers, rows = dict(self.answers), dict(self.rows)
        for content in brings.values():
            answers |= content.answers
            rows |= content.rows
        return Known(
            self.procedure,
            self.case,
            self.row,
            self._without_withdrawn(answers),
            {name: tuple(self._without_withdrawn(each) for each in some) for name, some in rows.items()},
            now,
            working_days(now.date()),
            act,
        )

    def _without_withdrawn(self, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: value for name, value in answers.items() if value not in self.withdrawn}


def open_case(row: CaseRow) -> Opened:
    """Open a case. Raises Destroyed where its data were destroyed, Problem where its process is not there."""
    procedure, key = pinned(row.process), submissions.key_of(row)
    answers: dict[str, Any] = {}
    rows: dict[str, tuple[Mapping[str, Any], ...]] = {}
    submitted: dict[str, Content] = {}
    for submission in submissions.latest(row):
        content = Content.from_json(submissions.read(submission, key))
        answers |= content.answers
        rows |= content.rows
        submitted[submission.form] = content
    case = fold(row.reference, ledger.events_of(row.reference))
    return Opened(row, procedure, case, key, answers, rows, submitted, withdrawn_answers(row))
