"""Try an edited rulebook on a finished run: the totals that a full run would give, and what moves."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from speccom.activity.compare.run import Comparison
from speccom.activity.compare.terms import Terms
from speccom.activity.compare.versions import NO_TABLES
from speccom.activity.compare.warnings import warnings_of
from speccom.activity.doubts import Doubts
from speccom.activity.edited.asking import Asking
from speccom.activity.edited.change import Change
from speccom.activity.edited.finished_run import FinishedRun
from speccom.activity.edited.make_workings import make_workings
from speccom.activity.edited.moving import flows_between_lines, moving_records
from speccom.activity.edited.new_totals import new_totals
from speccom.activity.edited.payers import AssignedRun, NewPayers
from speccom.activity.edited.settling import settle
from speccom.activity.edited.workings import Workings
from speccom.activity.lines import LineBook
from speccom.rulebook.identification import IdentificationRulebook

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Tried:
    """What a draft would make of a finished run.

    `before` has the run's totals by dataset, provider, month, line, layer and fate, and `summary` those that
    a full run under the draft would write. `touched` counts the records that were answered anew. `payers` is
    None where no assignment of the run was named.
    """

    comparison: Comparison
    before: pa.Table
    summary: pa.Table
    terms: Terms | None
    records: int
    touched: int
    payers: NewPayers | None = None


class Trials:
    """A finished run on which drafts are tried, one after the other: what they share is made once."""

    def __init__(
        self,
        run: Path,
        *,
        workings: Path | None = None,
        assigned: Path | None = None,
        threads: int = os.cpu_count() or 1,
        tell: Tell = lambda stage, done, total: None,
    ) -> None:
        self.run = FinishedRun.open(run)
        self.assigned = None if assigned is None else AssignedRun(assigned, self.run)
        self.folder = workings or workings_beside(run)
        self.threads = threads
        self.tell = tell
        self._workings = Workings.open(self.folder, self.run.digest)
        self._before: pa.Table | None = None

    @property
    def ready(self) -> bool:
        """Whether the workings are there, so that a trial takes moments."""
        return self._workings is not None

    def is_ready_for(self, draft: IdentificationRulebook) -> bool:
        """Whether the workings tell all that this draft asks, so that nothing has to be made first."""
        return self._workings is not None and self._workings.stated.issuperset(_stated(draft))

    def prepare_for(self, draft: IdentificationRulebook) -> Workings:
        """Return the workings, made first where they do not tell all that this draft asks."""
        return self.prepare(sorted(_stated(draft)))

    def prepare(self, stated: Sequence[str] = ()) -> Workings:
        """Return the workings, made first where they are not there or do not tell of these lines."""
        if self._workings is None or not self._workings.stated.issuperset(stated):
            self._workings = make_workings(
                self.run, self.folder, stated=stated, threads=self.threads, tell=self.tell
            )
        return self._workings

    def try_rulebook(self, draft: IdentificationRulebook, terms: Terms | None = None) -> Tried:
        """Return what the draft would make of the run."""
        change = Change(self.run.rulebook, draft)
        workings = self.prepare_for(draft)
        asking = Asking(workings, change, self.threads)
        asked = asking.ask(lambda done, total: self.tell("asking", done, total))
        settled = settle(workings, asking, asked)
        before = self._before = self.run.summary() if self._before is None else self._before
        moving = moving_records(workings, settled)
        flows = flows_between_lines(workings, settled, moving, terms)
        payers = None
        if self.assigned is not None:
            payers = self.assigned.new_payers(workings, moving, terms, self.threads)
        counts = self.run.manifest["counts"]
        return Tried(
            Comparison(self.run.rulebook, draft, flows, self._warnings(workings, draft)),
            before,
            new_totals(before, workings, settled),
            terms,
            int(counts["rows"]) - int(counts["rejected"]),
            len(settled.rows),
            payers,
        )

    def _warnings(self, workings: Workings, draft: IdentificationRulebook) -> tuple[str, ...]:
        under_draft = Doubts(draft, workings.reader, workings.files).warnings()
        return warnings_of(self.run.rulebook, self.run.manifest["warnings"], draft, under_draft)


def _stated(draft: IdentificationRulebook) -> frozenset[str]:
    return frozenset(LineBook(draft, NO_TABLES).stated)


def workings_beside(run: Path) -> Path:
    """Return where a run's workings are kept unless it is said otherwise: hidden, beside its folder."""
    folder = run.absolute()
    return folder.with_name(f".{folder.name}.workings")
